package privacy

import (
	"context"
	"slices"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// The classes of data, as the store's keys know them.
const (
	ClassPersonal = "personal"
	ClassHealth   = "health"
	ClassStatute  = "statute"
)

// Classes lists them.
func Classes() []string { return []string{ClassPersonal, ClassHealth, ClassStatute} }

// maxHold bounds a hold, in days: the longest duty to keep that we know of, with room.
const maxHold = 100 * 366

// SetHold keeps a class of a client's data until an instant; 0 ends the hold.
// A hold of class statute outlives an erasure, one of another class prevents
// it. Faults forbidden, invalid, not_found.
func (o *Office) SetHold(ctx context.Context, who account.Principal, h Hold) error {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return err
	}
	now := o.Clock.Now()
	var check fault.Checker
	check.Require(slices.Contains(Classes(), h.Class), "class", "unknown", "is no class of data")
	check.Require(h.Until == 0 || h.Until > now && h.Until < now+maxHold*span.Day, "until", "range", "must be ahead")
	check.Require(h.Until == 0 || slices.Contains(HoldReasons(), h.Reason), "reason", "unknown", "is no reason to keep data")
	if err := check.Err(); err != nil {
		return err
	}
	return o.Atomic.Do(ctx, func(ctx context.Context) error {
		standing, err := o.Cards.Standing(ctx, who.Business, h.Client)
		if err != nil {
			return err
		}
		if !standing {
			if err := o.left(ctx, who.Business, h); err != nil {
				return err
			}
		}
		if h.Until == 0 {
			h.Until = now // the row of an erased person is taken by the next sweep
		}
		return o.Cards.SetHold(ctx, who.Business, h)
	})
}

// left sees that a hold is ended which outlived its person: of somebody who
// is not there, nothing else can be changed.
func (o *Office) left(ctx context.Context, business id.Business, h Hold) error {
	holds, err := o.Cards.Holds(ctx, business, h.Client)
	if err != nil {
		return err
	}
	if h.Until != 0 || !slices.ContainsFunc(holds, func(have Hold) bool { return have.Class == h.Class }) {
		return fault.Missing("client")
	}
	return nil
}

// Holds lists a client's holds; faults forbidden.
func (o *Office) Holds(ctx context.Context, who account.Principal, client id.Client) ([]Hold, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return nil, err
	}
	holds, err := o.Cards.Holds(ctx, who.Business, client)
	return o.running(holds), err
}

// AllHolds lists the holds of a business, after one; fault forbidden.
func (o *Office) AllHolds(ctx context.Context, who account.Principal, after Hold, limit int) ([]Hold, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return nil, err
	}
	holds, err := o.Cards.AllHolds(ctx, who.Business, after, bounded(limit))
	return o.running(holds), err
}

// running leaves out holds whose time is over.
func (o *Office) running(holds []Hold) []Hold {
	now := o.Clock.Now()
	return slices.DeleteFunc(holds, func(h Hold) bool { return h.Until <= now })
}
