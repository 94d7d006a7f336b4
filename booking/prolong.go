package booking

import (
	"context"

	"kept/account"
	"kept/availability"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// proofTime is how much longer than the business's terms say a hold is kept for
// somebody who waits for a code, from when it was made.
const proofTime = 10 * span.Minute

// Prolong keeps a hold for whoever waits for a code: as if it were made now,
// but no longer than ten minutes past its time. It gives the hold as it then
// is; one that is kept long enough is left. Fault hold_expired.
func (d *Desk) Prolong(ctx context.Context, who account.Principal, hold id.Hold) (*Hold, error) {
	var out *Hold
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		h, err := d.Held(ctx, who.Business, hold)
		if err != nil {
			return err
		}
		setting, err := d.setting(ctx, who.Business)
		if err != nil {
			return err
		}
		length := span.Minutes(setting.Catalog.Business.Terms.HoldMin)
		until := min(d.Clock.Now()+length, h.CreatedAt+length+proofTime)
		if out = h; until <= h.ExpiresAt {
			return nil
		}
		lanes, err := d.lanesOf(setting, h.Placement, false)
		if err != nil {
			return err
		}
		if err := d.Lanes.Touch(ctx, h.Business, lanes); err != nil {
			return err
		}
		return d.extend(ctx, setting, h, lanes, until)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// extend lays a hold's rows anew, which end later, on lanes that are touched.
func (d *Desk) extend(
	ctx context.Context, setting *availability.Setting, h *Hold, touched []availability.Lane, until span.Instant,
) error {
	was, err := d.Holds.Delete(ctx, h.Business, h.ID)
	if err == nil && !was {
		err = holdExpired() // it was booked, or has ended, meanwhile
	}
	if err != nil {
		return err
	}
	if err := d.vacate(ctx, h.Business, string(h.ID), touched); err != nil {
		return err
	}
	wants, err := agreed(setting.Catalog, h.Placement)
	if err != nil {
		return fault.Wrap(fault.Gone, fault.CodeHoldExpired, "what was kept is not offered any more", err)
	}
	h.ExpiresAt = until
	if err := d.Holds.Insert(ctx, h); err != nil {
		return err
	}
	q := availability.Question{
		Visit: wants, Location: h.Placement.Location, Window: startWindow(h.Placement.Start), Now: d.Clock.Now(), Override: true,
	}
	rows, err := d.rowsFor(ctx, setting, q, h.Placement, h.Party, availability.Row{
		Exclusive: true, Expires: until, Source: string(h.ID), Kind: availability.RowHold,
	})
	if err != nil {
		return err
	}
	return d.Lanes.Occupy(ctx, h.Business, rows)
}
