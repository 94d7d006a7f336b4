package client

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/span"
)

// habitsKept is how many of the latest visits tell what is usual.
const habitsKept = 24

// Tally is what is counted of a client. It is the sum of what became of the
// client's bookings, in whatever order it is added up.
type Tally struct {
	Visits      int // completed
	NoShows     int
	Cancels     int              // late ones too
	LateCancels int              // when the terms no longer allowed it
	Spent       map[string]int64 // minor units, by currency
	First       span.Instant     // start of the first visit; 0 for none
	Last        span.Instant     // start of the latest visit
	Latest      []Stay           // the latest visits, in order of time, at most 24
}

// Stay is a visit that took place, as far as it tells what is usual.
type Stay struct {
	Booking id.Booking   `json:"b"`
	Start   span.Instant `json:"s"`
	Weekday int          `json:"w"` // of the place, 1 for Monday to 7
	Minute  int          `json:"m"` // of the day, at the place
	Staff   id.Staff     `json:"p,omitempty"`
	Service id.Service   `json:"v,omitempty"`
}

// What can become of a booking, in the words of its status.
const (
	cameToVisit = "completed"
	cameNot     = "no_show"
	calledOff   = "cancelled"
)

// Past is a booking with which it is over.
type Past struct {
	Booking id.Booking
	Status  string // of the booking; what is not over is not counted
	Start   span.Instant
	Zone    string // IANA, of the place
	Staff   id.Staff
	Service id.Service
	Paid    *money.Amount
	Late    bool // cancelled late
}

// PastOf gives what an event tells of a booking; false where nothing is over by it.
func PastOf(e event.Event) (Past, bool) {
	switch e.Type {
	case event.BookingCompleted, event.BookingNoShow, event.BookingCancelled, event.BookingImported:
	default:
		return Past{}, false
	}
	if e.Client == "" || e.Data.Visit == nil {
		return Past{}, false
	}
	v := e.Data.Visit
	p := Past{
		Booking: e.Booking, Status: e.Data.Status, Start: v.Start, Zone: v.Zone, Service: v.Service, Paid: e.Data.Paid, Late: e.Data.Late,
	}
	if len(v.Staff) > 0 {
		p.Staff = v.Staff[0]
	}
	return p, p.Status == cameToVisit || p.Status == cameNot || p.Status == calledOff
}

// Add counts a booking with which it is over. The tally that it was is not changed.
func (t Tally) Add(p Past, zones *span.Zones) (Tally, error) {
	switch p.Status {
	case cameToVisit:
		zone, err := zones.Load(p.Zone)
		if err != nil {
			return t, err
		}
		t.Visits++
		if t.First == 0 || p.Start < t.First {
			t.First = p.Start
		}
		t.Last = max(t.Last, p.Start)
		at := p.Start.In(zone)
		t.Latest = append(slices.Clone(t.Latest), Stay{
			Booking: p.Booking, Start: p.Start, Weekday: span.DateOf(at).Weekday(), Minute: at.Hour()*60 + at.Minute(),
			Staff: p.Staff, Service: p.Service,
		})
		slices.SortFunc(t.Latest, func(a, b Stay) int {
			return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Booking, b.Booking))
		})
		t.Latest = t.Latest[max(0, len(t.Latest)-habitsKept):]
	case cameNot:
		t.NoShows++
	case calledOff:
		t.Cancels++
		if p.Late {
			t.LateCancels++
		}
	default:
		return t, nil
	}
	if p.Paid != nil && p.Paid.Amount != 0 {
		t.Spent = maps.Clone(t.Spent)
		if t.Spent == nil {
			t.Spent = map[string]int64{}
		}
		t.Spent[p.Paid.Currency] += p.Paid.Amount
	}
	return t, nil
}

// Sums gives what was spent, by currency in the order of the alphabet.
func (t Tally) Sums() []money.Amount {
	out := make([]money.Amount, 0, len(t.Spent))
	for _, currency := range slices.Sorted(maps.Keys(t.Spent)) {
		out = append(out, money.Of(t.Spent[currency], currency))
	}
	return out
}

// Interval gives the usual number of days from one visit to the next: the
// median among the latest, 0 until there are three visits on different days.
func (t Tally) Interval() int {
	var gaps []int
	for i := 1; i < len(t.Latest); i++ {
		const half = span.Day / 2
		if days := int((t.Latest[i].Start - t.Latest[i-1].Start + half) / span.Day); days > 0 {
			gaps = append(gaps, days)
		}
	}
	if len(gaps) < 2 {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// Usual is when and with whom a client mostly comes; zero fields are not known.
type Usual struct {
	Weekday int // 1 for Monday to 7
	Hour    int // of the day; -1 when not known
	Staff   id.Staff
	Service id.Service
}

// Usual tells what holds for at least half of the latest visits, of which
// there must be three.
func (t Tally) Usual() Usual {
	return Usual{
		Weekday: most(t.Latest, 0, func(s Stay) int { return s.Weekday }),
		Hour:    most(t.Latest, -1, func(s Stay) int { return s.Minute / 60 }),
		Staff:   most(t.Latest, "", func(s Stay) id.Staff { return s.Staff }),
		Service: most(t.Latest, "", func(s Stay) id.Service { return s.Service }),
	}
}

// most gives the value that at least half of the visits have, or else none.
func most[T cmp.Ordered](of []Stay, none T, value func(Stay) T) T {
	const least = 3
	if len(of) < least {
		return none
	}
	count := map[T]int{}
	for _, s := range of {
		count[value(s)]++
	}
	best, n := none, 0
	for _, v := range slices.Sorted(maps.Keys(count)) {
		if count[v] > n {
			best, n = v, count[v]
		}
	}
	if 2*n < len(of) {
		return none
	}
	return best
}

// Tallies keeps what is counted. All of it works inside the caller's transaction.
type Tallies interface {
	// Lock gives a client's tally and keeps others from it until the
	// transaction ends; known is false when there is none yet. Fault NotFound
	// for a client who was erased.
	Lock(ctx context.Context, business id.Business, client id.Client) (t Tally, known bool, err error)
	// First gives a client's tally and, where there is none yet, has it counted
	// and writes it, in a transaction of its own where the caller has none;
	// whoever would count something meanwhile waits. Fault NotFound, as Lock.
	First(ctx context.Context, business id.Business, client id.Client, count func(ctx context.Context) (Tally, error)) (Tally, error)
	// Put writes what is counted.
	Put(ctx context.Context, business id.Business, client id.Client, t Tally) error
	// Get gives a client's tally; known is false when there is none yet.
	Get(ctx context.Context, business id.Business, client id.Client) (t Tally, known bool, err error)
	// Pasts gives the client's bookings with which it is over, but for one.
	Pasts(ctx context.Context, business id.Business, client id.Client, but id.Booking) ([]Past, error)
	// Owner tells whose a booking is now, which after a merge another than at the time; fault NotFound.
	Owner(ctx context.Context, business id.Business, booking id.Booking) (id.Client, error)
	// Clear forgets everything that is counted in a business.
	Clear(ctx context.Context, business id.Business) error
}

// Counter counts.
type Counter struct {
	store Tallies
	zones span.Zones
}

// NewCounter makes the counter.
func NewCounter(store Tallies) *Counter { return &Counter{store: store} }

// Derive counts what an event tells to be over, in its transaction. It costs
// nothing with other events, a plain booking's above all.
func (c *Counter) Derive(ctx context.Context, e event.Event) error {
	p, ok := PastOf(e)
	if !ok {
		return nil
	}
	if e.Type == event.BookingImported { // many at once, of whom nobody has asked for anything yet
		if _, known, err := c.store.Get(ctx, e.Business, e.Client); err != nil || !known {
			return err
		}
	}
	t, known, err := c.store.Lock(ctx, e.Business, e.Client)
	if fault.Is(err, fault.CodeNotFound) {
		return nil // of whom is erased, nothing is counted
	}
	if err == nil && !known {
		t, err = c.sum(ctx, e.Business, e.Client, e.Booking)
	}
	if err != nil {
		return err
	}
	if t, err = t.Add(p, &c.zones); err != nil {
		return err
	}
	return c.store.Put(ctx, e.Business, e.Client, t)
}

// Tally gives what is counted of a client; where nothing has been yet, it is
// counted from the bookings, and kept.
func (c *Counter) Tally(ctx context.Context, business id.Business, client id.Client) (Tally, error) {
	t, known, err := c.store.Get(ctx, business, client)
	if err != nil || known {
		return t, err
	}
	count := func(ctx context.Context) (Tally, error) { return c.sum(ctx, business, client, "") }
	t, err = c.store.First(ctx, business, client, count)
	if fault.Is(err, fault.CodeNotFound) {
		return count(ctx)
	}
	return t, err
}

// sum counts a client's bookings, but for one.
func (c *Counter) sum(ctx context.Context, business id.Business, client id.Client, but id.Booking) (Tally, error) {
	pasts, err := c.store.Pasts(ctx, business, client, but)
	var t Tally
	for _, p := range pasts {
		if err == nil {
			t, err = t.Add(p, &c.zones)
		}
	}
	return t, err
}

// Rebuild counts a business anew from its events, in the caller's transaction.
// list gives numbered events after a number, in order, some at a time, none at the end.
func (c *Counter) Rebuild(
	ctx context.Context, business id.Business, list func(ctx context.Context, after int64) ([]event.Event, error),
) error {
	all := map[id.Client]Tally{}
	for after := int64(0); ; {
		events, err := list(ctx, after)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			break
		}
		after = events[len(events)-1].Seq
		for _, e := range events {
			p, ok := PastOf(e)
			if !ok {
				continue
			}
			owner, err := c.store.Owner(ctx, business, e.Booking)
			if err != nil {
				return err
			}
			if all[owner], err = all[owner].Add(p, &c.zones); err != nil {
				return err
			}
		}
	}
	if err := c.store.Clear(ctx, business); err != nil {
		return err
	}
	for _, client := range slices.Sorted(maps.Keys(all)) {
		if err := c.store.Put(ctx, business, client, all[client]); err != nil {
			return err
		}
	}
	return nil
}
