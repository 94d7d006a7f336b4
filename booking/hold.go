package booking

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Hold keeps a slot for some minutes (the business's terms say how many), so
// that a client can fill in a form without losing it. Faults as Book.
func (d *Desk) Hold(ctx context.Context, who account.Principal, req Request) (*Hold, error) {
	if err := mayBook(who, req); err != nil {
		return nil, err
	}
	req = near(who, req)
	if err := checkRequest(req); err != nil {
		return nil, err
	}
	if req.Squeeze {
		return nil, fault.BadField("squeeze", "hold", "a squeeze-in can't be held")
	}
	a, err := d.newAsk(ctx, who.Business, req.Lines, req.Location, audienceOf(!who.IsStaff()))
	if err != nil {
		return nil, err
	}
	a.anyOrder = req.AnyOrder
	if err := d.hear(ctx, a, req.Given.Answers); err != nil {
		return nil, err
	}
	if req.ClientID != "" {
		if err := d.acquaint(ctx, a, req); err != nil {
			return nil, err
		}
	}
	var made *Hold
	err = d.race(ctx, a, req.choice(), func(in placing) error {
		return d.Atomic.Do(ctx, func(ctx context.Context) error {
			now := d.Clock.Now()
			made = &Hold{
				ID: id.New[id.Hold](now.UTC()), Business: who.Business, Visit: req.Lines, Placement: in.placement,
				Quote: in.quote, Party: max(1, req.Party), CreatedAt: now,
				ExpiresAt: now + span.Minutes(a.setting.Catalog.Business.Terms.HoldMin),
			}
			return d.keep(ctx, who, a.setting, made, in)
		})
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// keep runs inside the transaction.
func (d *Desk) keep(
	ctx context.Context, who account.Principal, setting *availability.Setting, h *Hold, in placing,
) error {
	if err := d.secure(ctx, h.Business, setting, &in, guest{fresh: true}); err != nil {
		return err
	}
	if err := d.Holds.Insert(ctx, h); err != nil {
		return err
	}
	rows, err := d.rowsFor(ctx, setting, in.question, in.placement, h.Party, availability.Row{
		Exclusive: true, Expires: h.ExpiresAt, Source: string(h.ID), Kind: availability.RowHold,
	})
	if err != nil {
		return err
	}
	if err := d.Lanes.Occupy(ctx, h.Business, rows); err != nil {
		return err
	}
	if err := d.layAnew(ctx, who, setting, &in, string(h.ID)); err != nil {
		return err
	}
	return d.Journal.Append(ctx, holdFact(event.HoldPlaced, h, who.Actor()))
}

func holdFact(t event.Type, h *Hold, actor event.Actor) event.Event {
	return event.Event{Business: h.Business, Type: t, Actor: actor, Data: event.Data{
		Hold: h.ID, Start: h.Placement.Start, End: h.Placement.End,
		Visit: &event.Visit{
			Start: h.Placement.Start, End: h.Placement.End, Service: h.Placement.Items[0].Service,
			Staff: staffOf(h.Placement), Location: h.Placement.Location,
		},
	}}
}

// Held gives a hold that still keeps its slot; fault hold_expired otherwise.
func (d *Desk) Held(ctx context.Context, business id.Business, hold id.Hold) (*Hold, error) {
	h, err := d.Holds.Find(ctx, business, hold)
	if fault.KindOf(err) == fault.NotFound {
		return nil, holdExpired()
	}
	if err != nil {
		return nil, err
	}
	if h.ExpiresAt <= d.Clock.Now() {
		return nil, holdExpired()
	}
	return h, nil
}

func holdExpired() error {
	return fault.New(fault.Gone, fault.CodeHoldExpired, "the time was kept for you for a while, and that has ended")
}

// Release ends a hold before its time; releasing one that has gone is no fault.
func (d *Desk) Release(ctx context.Context, who account.Principal, hold id.Hold) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		h, err := d.Holds.Find(ctx, who.Business, hold)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = d.drop(ctx, h, who.Actor())
		return err
	})
}

// drop removes a hold and its rows; false when somebody else already has.
func (d *Desk) drop(ctx context.Context, h *Hold, actor event.Actor) (bool, error) {
	setting, err := d.setting(ctx, h.Business)
	if err != nil {
		return false, err
	}
	lanes, err := d.lanesOf(setting, h.Placement, false)
	if err != nil {
		return false, err
	}
	if err := d.Lanes.Touch(ctx, h.Business, lanes); err != nil {
		return false, err
	}
	return d.remove(ctx, h, lanes, actor)
}

// lanesOf lists the lanes of a placement in touching order: staff's, units' and
// those on which limits count it. Of services that are gone there is nothing to count.
func (d *Desk) lanesOf(setting *availability.Setting, p availability.Placement, squeezed bool) ([]availability.Lane, error) {
	lanes := placementLanes(p, squeezed)
	wants, err := agreed(setting.Catalog, p)
	if err != nil {
		return lanes, nil //nolint:nilerr // see above
	}
	marks, err := d.counted(setting, wants, p)
	lanes = append(lanes, marks...)
	slices.SortFunc(lanes, compareLanes)
	return lanes, err
}

// remove is drop for lanes that are touched already.
func (d *Desk) remove(ctx context.Context, h *Hold, touched []availability.Lane, actor event.Actor) (bool, error) {
	was, err := d.Holds.Delete(ctx, h.Business, h.ID)
	if err != nil || !was {
		return false, err
	}
	if err := d.vacate(ctx, h.Business, string(h.ID), touched); err != nil {
		return false, err
	}
	return true, d.Journal.Append(ctx, holdFact(event.HoldReleased, h, actor))
}

// placementLanes lists the staff and unit lanes of a placement in touching order.
func placementLanes(p availability.Placement, squeezed bool) []availability.Lane {
	if p.Group != "" {
		return []availability.Lane{SessionLane(p.Group)}
	}
	var lanes []availability.Lane
	for _, s := range staffOf(p) {
		if squeezed {
			lanes = append(lanes, OverflowLane(s))
		} else {
			lanes = append(lanes, StaffLane(s))
		}
	}
	for _, item := range p.Items {
		for _, part := range item.Segments {
			for _, u := range part.Units {
				lanes = append(lanes, availability.Lane{Kind: availability.UnitLane, ID: u})
			}
		}
	}
	slices.SortFunc(lanes, compareLanes)
	return slices.Compact(lanes)
}

// ExpireHolds removes holds that have ended, of all businesses, at most limit,
// and tells how many there were. The engine ignores them from the instant they
// end; this makes room and tells live screens. One that fails keeps none of
// the others: the faults are told together, and the next round tries again.
func (d *Desk) ExpireHolds(ctx context.Context, limit int) (int, error) {
	ended, err := d.Holds.Expired(ctx, d.Clock.Now(), limit)
	if err != nil {
		return 0, err
	}
	done, faults := 0, []error(nil)
	for _, h := range ended {
		err := d.Atomic.Do(ctx, func(ctx context.Context) error {
			_, err := d.drop(ctx, h, event.System())
			return err
		})
		if err != nil {
			faults = append(faults, fmt.Errorf("expire hold %s: %w", h.ID, err))
			continue
		}
		done++
	}
	return done, errors.Join(faults...)
}
