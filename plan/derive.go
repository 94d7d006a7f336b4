package plan

import (
	"context"
	"slices"

	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
)

// The states of a booking that matter here, in the words of package booking.
const (
	visitConfirmed = "confirmed"
	visitCheckedIn = "checked_in"
	visitCompleted = "completed"
	visitRequested = "requested"
	visitUnpaid    = "awaiting_payment"
)

// Derive writes what follows from one event for what is due. It joins the
// event's transaction, which an error rolls back.
func (p *Planner) Derive(ctx context.Context, e event.Event) error {
	switch e.Type {
	case event.BookingConfirmed:
		return p.agreed(ctx, e)
	case event.BookingImported:
		switch e.Data.Status {
		case visitConfirmed:
			return p.agreed(ctx, e)
		case visitCompleted:
			return p.ended(ctx, e)
		}
	case event.BookingCancelled, event.BookingDeclined, event.BookingNoShow:
		return p.fell(ctx, e)
	case event.BookingCompleted:
		return p.ended(ctx, e)
	case event.ClientUpdated:
		switch e.Data.Kind {
		case client.PartReading:
			return p.renew(ctx, e, catalog.RecallUsage)
		case client.PartFact:
			return p.renew(ctx, e, catalog.RecallAge)
		}
	case event.ClientMerged, event.ClientParted: // whose visits these are has changed
		return p.resort(ctx, e)
	default:
	}
	return nil
}

// agreed books the items that a visit is about: of several of the same rule,
// as for two cars of a client who did not say which, the first that is due.
func (p *Planner) agreed(ctx context.Context, e event.Event) error {
	open, err := p.touchIf(ctx, e, func(i *Item) bool { return i.Status.Waits() })
	if err != nil || len(open) == 0 {
		return err
	}
	v, err := p.Visits.Visit(ctx, e.Business, e.Booking)
	if err != nil {
		return missingIsNone(err)
	}
	return p.settle(ctx, &v, open, Booked, e.Actor)
}

// bookedFor tells of items whether the visit of an event was booked for them.
func bookedFor(e event.Event) func(*Item) bool {
	return func(i *Item) bool { return e.Booking != "" && i.Booking == e.Booking && i.Status == Booked }
}

// openOf gives a client's open items without locking them.
func (p *Planner) openOf(ctx context.Context, e event.Event) ([]*Item, error) {
	return p.Store.List(ctx, e.Business, Filter{Client: e.Client, Open: true, Limit: mostItems})
}

// touchIf locks what is due for a client and gives the open items, where one of
// them is concerned; else it gives none, and nobody waits for anybody.
func (p *Planner) touchIf(ctx context.Context, e event.Event, concerned func(*Item) bool) ([]*Item, error) {
	open, err := p.openOf(ctx, e)
	if err != nil || !slices.ContainsFunc(open, concerned) {
		return nil, err
	}
	return p.Store.Touch(ctx, e.Business, e.Client)
}

// settle gives the items that a visit is about to it.
func (p *Planner) settle(ctx context.Context, v *Visit, open []*Item, to Status, actor event.Actor) error {
	type sort struct {
		service id.Service
		rule    string
	}
	var met []sort
	for _, i := range open {
		s := sort{i.Service, i.Rule}
		if !i.Status.Waits() || !i.fits(v) || slices.Contains(met, s) {
			continue
		}
		met = append(met, s)
		i.Booking = v.Booking
		events, err := i.to(to, actor)
		if err != nil {
			return err
		}
		if err := p.write(ctx, i, events); err != nil {
			return err
		}
	}
	return nil
}

// fell gives the items of a visit back that will not be, or was not.
func (p *Planner) fell(ctx context.Context, e event.Event) error {
	booked := bookedFor(e)
	open, err := p.touchIf(ctx, e, booked)
	if err != nil {
		return err
	}
	for _, i := range open {
		if !booked(i) {
			continue
		}
		i.Booking = ""
		events, err := i.to(Planned, e.Actor)
		if err != nil {
			return err
		}
		if err := p.write(ctx, i, events); err != nil {
			return err
		}
	}
	return nil
}

// ended closes the items of a visit that took place, those that it was booked
// for and those that it happens to meet, and plans what comes next.
func (p *Planner) ended(ctx context.Context, e event.Event) error {
	h, err := p.house(ctx, e.Business)
	if err != nil {
		return err
	}
	h.quiet = e.Type == event.BookingImported // who takes over years of visits does not write to everybody at once
	open, err := p.openOf(ctx, e)
	if err != nil {
		return err
	}
	booked := bookedFor(e)
	if len(h.recalls()) == 0 && !slices.ContainsFunc(open, func(i *Item) bool { return i.Status.Waits() || booked(i) }) {
		return nil // as in most businesses, most of the time
	}
	if open, err = p.Store.Touch(ctx, e.Business, e.Client); err != nil {
		return err
	}
	for _, i := range open {
		if !booked(i) {
			continue
		}
		events, err := i.to(Done, e.Actor)
		if err != nil {
			return err
		}
		if err := p.write(ctx, i, events); err != nil {
			return err
		}
	}
	v, err := p.Visits.Visit(ctx, e.Business, e.Booking)
	if err != nil {
		return missingIsNone(err)
	}
	if err := p.settle(ctx, &v, open, Done, e.Actor); err != nil {
		return err
	}
	about := h.recalls(func(s *catalog.Service, r *catalog.Recall) bool {
		return r.Kind == catalog.RecallAge || slices.Contains(v.Services, s.ID) || slices.Contains(v.Services, r.After)
	})
	return p.refresh(ctx, h, e, about)
}

// renew looks again at what hangs on readings, or on birthdays.
func (p *Planner) renew(ctx context.Context, e event.Event, kind catalog.RecallKind) error {
	h, err := p.house(ctx, e.Business)
	if err != nil {
		return err
	}
	about := h.recalls(func(_ *catalog.Service, r *catalog.Recall) bool { return r.Kind == kind })
	if len(about) == 0 {
		return nil
	}
	if _, err := p.Store.Touch(ctx, e.Business, e.Client); err != nil {
		return err
	}
	return p.refresh(ctx, h, e, about)
}

// resort plans anew for both cards of a merge what every rule says.
func (p *Planner) resort(ctx context.Context, e event.Event) error {
	h, err := p.house(ctx, e.Business)
	if err != nil {
		return err
	}
	about := h.recalls()
	if len(about) == 0 {
		return nil
	}
	cards := []id.Client{e.Client}
	if other := id.Client(e.Data.Ref); e.Type == event.ClientParted && other != "" {
		cards = append(cards, other)
	}
	slices.Sort(cards)
	for _, c := range cards {
		if _, err := p.Store.Touch(ctx, e.Business, c); err != nil {
			return err
		}
		e.Client = c
		if err := p.refresh(ctx, h, e, slices.Clone(about)); err != nil {
			return err
		}
	}
	return nil
}

func missingIsNone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}
