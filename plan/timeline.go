package plan

import (
	"cmp"
	"context"
	"math"
	"slices"

	"kept/account"
	"kept/id"
	"kept/span"
)

// State says what an entry of a timeline is.
type State string

// The states of entries.
const (
	WasDone  State = "done"
	IsBooked State = "booked"
	IsDue    State = "due"
)

// Entry is one thing that was, is agreed, or is due.
type Entry struct {
	State    State
	Day      span.Date // local, of the business
	Services []id.Service
	Subject  id.Subject // empty: the client, or not said
	Visit    *Visit     // of what was done or is booked; nil where no booking is known
	Item     *Item      // of what is due, and of what a visit was planned as; nil for none
}

// Spot is where an entry stands on a timeline: the visit with its start, or the
// item with its due day. The zero value stands before all.
type Spot struct {
	Start   span.Instant
	Booking id.Booking
	Due     span.Date
	Item    id.Plan
}

// Spot tells where the entry stands.
func (e *Entry) Spot() Spot {
	if e.Visit != nil {
		return Spot{Start: e.Visit.Start, Booking: e.Visit.Booking}
	}
	return Spot{Due: e.Item.Due, Item: e.Item.ID}
}

// Timeline gives what was done, is booked and is due for a client together,
// from behind a spot on, at most so many (200, or 201 to see whether there are
// more). Visits stand by their start, what is due at the end of its day, and
// of the same place by identity. Both are read from there on only, and neither
// has an end that is not its own. Who is enclosed (account.Enclose) sees the
// visits within their reach.
func (p *Planner) Timeline(ctx context.Context, business id.Business, client id.Client, after Spot, limit int) ([]Entry, error) {
	h, err := p.house(ctx, business)
	if err != nil {
		return nil, err
	}
	if limit <= 0 || limit > mostListed+1 {
		limit = mostListed + 1
	}
	visits, err := p.visitsAfter(ctx, h, client, after, limit)
	if err != nil {
		return nil, err
	}
	items, err := p.itemsAfter(ctx, h, client, after, limit)
	if err != nil {
		return nil, err
	}
	out := line(h, visits, items, limit)
	return out, p.link(ctx, business, client, out)
}

// visitsAfter gives the visits behind a spot that took place or are to.
func (p *Planner) visitsAfter(ctx context.Context, h *house, client id.Client, after Spot, limit int) ([]Visit, error) {
	from := Visit{Start: after.Start, Booking: after.Booking}
	switch {
	case after.Item != "": // its day is over
		from.Start = h.ends(after.Due)
	case after.Booking == "":
		from.Start = math.MinInt64
	}
	who, enclosed := account.Enclosed(ctx)
	return gather(limit, from, func(last Visit, n int) ([]Visit, error) {
		return p.Visits.VisitsAfter(ctx, h.business, client, last.Start, last.Booking, n)
	}, func(v Visit) bool { return !enclosed || who.Touches(v.Location, v.Staff...) })
}

// itemsAfter gives what waits behind a spot.
func (p *Planner) itemsAfter(ctx context.Context, h *house, client id.Client, after Spot, limit int) ([]*Item, error) {
	from := &Item{Due: after.Due, ID: after.Item}
	if after.Booking != "" {
		from = &Item{Due: span.DateOf(after.Start.In(h.zone))}
	}
	return gather(limit, from, func(last *Item, n int) ([]*Item, error) {
		return p.Store.List(ctx, h.business, Filter{Client: client, Waiting: true, AfterDue: last.Due, AfterID: last.ID, Limit: n})
	}, func(i *Item) bool { return after.Booking == "" || h.ends(i.Due) > after.Start })
}

// gather reads on behind a thing until it has as many as are wanted of those
// that are to be kept, or there are no more.
func gather[T any](limit int, last T, read func(last T, n int) ([]T, error), keep func(T) bool) ([]T, error) {
	var out []T
	for {
		list, err := read(last, limit)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			if keep(one) {
				out = append(out, one)
			}
		}
		if len(list) < limit || len(out) >= limit {
			return out[:min(len(out), limit)], nil
		}
		last = list[len(list)-1]
	}
}

// ends is the instant at which a day ends: what is due on it stands before.
func (h *house) ends(day span.Date) span.Instant { return day.AddDays(1).Start(h.zone) }

// line puts visits and items together, each in their order, at most so many.
func line(h *house, visits []Visit, items []*Item, limit int) []Entry {
	var out []Entry
	for len(out) < limit && len(visits)+len(items) > 0 {
		if len(items) == 0 || len(visits) > 0 && visits[0].Start < h.ends(items[0].Due) {
			v := visits[0]
			out, visits = append(out, Entry{
				State: stateOf(v), Day: span.DateOf(v.Start.In(h.zone)), Services: v.Services, Subject: v.Subject, Visit: &v,
			}), visits[1:]
			continue
		}
		i := items[0]
		out, items = append(out, Entry{
			State: IsDue, Day: i.Due, Services: []id.Service{i.Service}, Subject: i.Subject, Item: i,
		}), items[1:]
	}
	return out
}

func stateOf(v Visit) State {
	if v.Status == visitCompleted {
		return WasDone
	}
	return IsBooked
}

// link puts on visits what they were planned as; of several the latest due.
func (p *Planner) link(ctx context.Context, business id.Business, client id.Client, line []Entry) error {
	f := Filter{Client: client}
	for _, e := range line {
		if e.Visit != nil {
			f.BookedFrom, f.BookedTo = cmp.Or(f.BookedFrom, e.Visit.Start), e.Visit.Start
		}
	}
	if f.BookedTo == 0 {
		return nil
	}
	items, err := p.Store.List(ctx, business, f)
	if err != nil {
		return err
	}
	for n := range line {
		e := &line[n]
		if e.Visit == nil {
			continue
		}
		if at := slices.IndexFunc(items, func(i *Item) bool { return i.Booking == e.Visit.Booking }); at >= 0 {
			e.Item = items[at]
			e.Subject = cmp.Or(e.Subject, e.Item.Subject)
		}
	}
	return nil
}
