package booking

import (
	"cmp"
	"context"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/fault"
	"kept/id"
)

// Squeeze is where a squeeze-in would lie.
type Squeeze struct {
	Placement availability.Placement
	Beside    []*Booking // visits of its staff at that time, by start, that the reader may see
	Others    int        // what else of theirs lies there: holds, sessions, visits beyond the reader's reach
}

// TrySqueeze finds where a squeeze-in would lie and beside what. Nothing is
// kept; it is for staff. Faults as Book.
func (d *Desk) TrySqueeze(ctx context.Context, who account.Principal, req Request) (*Squeeze, error) {
	req.Squeeze = true
	if err := mayBook(who, req); err != nil {
		return nil, err
	}
	if err := checkRequest(req); err != nil {
		return nil, err
	}
	a, err := d.askFor(ctx, who, req)
	if err != nil {
		return nil, err
	}
	if a.window, err = d.dayOf(a.setting, a.location, req.Start); err != nil {
		return nil, err
	}
	in, err := d.choose(ctx, a, req.choice())
	if err != nil {
		return nil, named(a.setting.Catalog, err)
	}
	out := &Squeeze{Placement: in.placement}
	for _, source := range neighbours(in) {
		b, err := d.Bookings.Find(ctx, a.business, id.Booking(source))
		switch {
		case fault.KindOf(err) == fault.NotFound || err == nil && (!who.May(account.ReadBookings) || !withinReach(who, b)):
			out.Others++
		case err != nil:
			return nil, err
		default:
			out.Beside = append(out.Beside, b)
		}
	}
	slices.SortStableFunc(out.Beside, func(a, b *Booking) int { return cmp.Compare(a.Start, b.Start) })
	return out, nil
}

// neighbours names what takes the time of a squeeze-in's staff on their own lanes.
func neighbours(in placing) []string {
	var out []string
	for _, c := range availability.Claims(in.question, in.placement) {
		if c.Lane.Kind != availability.OverflowLane {
			continue
		}
		for _, p := range in.ground.Facts.Staff {
			if string(p.Staff.ID) != c.Lane.ID {
				continue
			}
			for _, r := range p.Rows {
				live := r.Expires == 0 || r.Expires > in.question.Now
				if r.Exclusive && live && r.Meets(c.Span) && !slices.Contains(out, r.Source) {
					out = append(out, r.Source)
				}
			}
		}
	}
	return out
}
