package booking

import (
	"context"

	"kept/availability"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// Agendas knows when clients are busy elsewhere, as their own calendars say. It
// answers with what is known and asks nobody outside.
type Agendas interface {
	// Busy gives these times: for a list that the client looks at themselves, or
	// for one that others look at for them.
	Busy(ctx context.Context, business id.Business, of id.Client, themselves bool) (span.Set, error)
}

// reader is the client who looks at a list.
type reader struct {
	traits *policy.Traits
	likes  *client.Preferences
}

// see learns by what else a list is ordered than by who comes: what its reader
// likes, and what they have in their own calendar. No rule looks at that.
func (d *Desk) see(ctx context.Context, a *ask, s Search) error {
	of := s.Client
	if s.Reader != "" {
		of = s.Reader
		t, likes, err := d.traits(ctx, a.business, s.Reader, "", nil)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		a.reader = reader{t, likes}
	}
	if of == "" || d.Agendas == nil {
		return nil
	}
	busy, err := d.Agendas.Busy(ctx, a.business, of, s.Reader != "")
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if s.Except != "" && len(busy) > 0 { // the visit that moves may stand in their calendar too
		b, err := d.Bookings.Find(ctx, a.business, s.Except)
		if err != nil {
			return err
		}
		busy = busy.Subtract(span.Set{{Start: b.Start, End: b.End}})
	}
	a.busy = busy
	return nil
}

// shown gives what is marked in a list: what its reader has in their own
// calendar. Nobody else is shown any of it.
func (a *ask) shown(s Search) span.Set {
	if s.Reader == "" {
		return nil
	}
	return a.busy
}

// Busy tells whether the client who looks at the list has something in their
// own calendar at a slot, by its place in the list. Of work that is dropped off
// they need no more than a moment to bring it.
func (o *Offer) Busy(i int) bool {
	if len(o.agenda) == 0 {
		return false
	}
	visit := span.Span{Start: o.Slots[i].Start, End: o.Slots[i].End}
	if i < len(o.Until) {
		return o.agenda.Covers(span.Span{Start: visit.Start, End: o.Until[i]})
	}
	t := availability.Taste{Busy: o.agenda}
	return t.Clashes(visit)
}
