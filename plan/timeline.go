package plan

import (
	"cmp"
	"context"
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

// Timeline gives what was done, is booked and is due for a client, together
// and in order of days; of the same day what was done first. It looks at the
// newest 200 visits and the latest 200 items. Who is enclosed (account.Enclose)
// sees the visits within their reach.
func (p *Planner) Timeline(ctx context.Context, business id.Business, client id.Client) ([]Entry, error) {
	h, err := p.house(ctx, business)
	if err != nil {
		return nil, err
	}
	visits, err := p.Visits.VisitsOf(ctx, business, client, mostVisits)
	if err != nil {
		return nil, err
	}
	items, err := p.Store.List(ctx, business, Filter{Client: client, Backward: true, Limit: mostItems})
	if err != nil {
		return nil, err
	}
	if who, enclosed := account.Enclosed(ctx); enclosed {
		visits = slices.DeleteFunc(visits, func(v Visit) bool { return !who.Touches(v.Location, v.Staff...) })
	}
	return line(h, visits, items), nil
}

// Due gives what is due for a client and not booked, by day: what Timeline says of that, without the visits.
func (p *Planner) Due(ctx context.Context, business id.Business, client id.Client) ([]*Item, error) {
	items, err := p.Store.List(ctx, business, Filter{Client: client, Open: true, Limit: mostItems})
	return slices.DeleteFunc(items, func(i *Item) bool { return !i.Status.Waits() }), err
}

// line puts visits and items together.
func line(h *house, visits []Visit, items []*Item) []Entry {
	var out []Entry
	for _, v := range visits {
		e := Entry{Day: span.DateOf(v.Start.In(h.zone)), Services: v.Services, Subject: v.Subject, Visit: &v}
		switch v.Status {
		case visitCompleted:
			e.State = WasDone
		case visitConfirmed, visitCheckedIn, visitRequested, visitUnpaid:
			e.State = IsBooked
		default:
			continue
		}
		if n := slices.IndexFunc(items, func(i *Item) bool { return i.Booking == v.Booking }); n >= 0 {
			e.Item = items[n]
			e.Subject = cmp.Or(e.Subject, items[n].Subject)
		}
		out = append(out, e)
	}
	for _, i := range items {
		if i.Status.Waits() {
			out = append(out, Entry{State: IsDue, Day: i.Due, Services: []id.Service{i.Service}, Subject: i.Subject, Item: i})
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int {
		return cmp.Or(b.Day.DaysUntil(a.Day), cmp.Compare(rank(a.State), rank(b.State)), cmp.Compare(a.start(), b.start()), cmp.Compare(a.key(), b.key()))
	})
	return out
}

func rank(s State) int { return slices.Index([]State{WasDone, IsBooked, IsDue}, s) }

func (e *Entry) start() span.Instant {
	if e.Visit != nil {
		return e.Visit.Start
	}
	return 0
}

func (e *Entry) key() string {
	if e.Visit != nil {
		return string(e.Visit.Booking)
	}
	return string(e.Item.ID)
}
