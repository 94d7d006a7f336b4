package insight

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kept/account"
	"kept/span"
)

// Cell is one hour of one weekday over all the days looked at, in minutes.
type Cell struct {
	AskedMin  int // of visits that were booked, whatever became of them
	TakenMin  int // of the open time, by visits and holds
	OpenMin   int // of all staff together, less what closes it
	Bookings  int // visits that were booked and begin in this hour
	Cancelled int // of those, how many were called off
}

// Share is how much of the open time is taken, from 0 to 1; 0 where nothing is open.
func (c Cell) Share() float64 { return ratio(c.TakenMin, c.OpenMin) }

// Pressure is how much of the open time was asked for; above 1 more than there
// is. 0 where nothing is open.
func (c Cell) Pressure() float64 { return ratio(c.AskedMin, c.OpenMin) }

func ratio(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Heat is the week by weekday (0 is Monday) and hour of the local clock.
type Heat [7][24]Cell

// Spot is one cell of a heat map, with where it stands.
type Spot struct {
	Weekday int // ISO, 1 Monday to 7 Sunday
	Hour    int
	Cell
}

// Demand is how the hours of the week are wanted.
type Demand struct {
	Zone     *time.Location
	From, To span.Date
	Heat     Heat
	Wanted   []Spot // the open hours asked for most, by pressure; at most five, none without demand
	Quiet    []Spot // the open hours asked for least, at most five, less than half as wanted as the average
}

// Demand tells which hours of the week clients ask for most. Unless told
// otherwise it looks at the last eight weeks.
func (a *Analyst) Demand(ctx context.Context, who account.Principal, q Query) (*Demand, error) {
	f, err := a.frame(ctx, who, q, -demandDays+1, 0)
	if err != nil {
		return nil, err
	}
	asked, err := a.Ledger.Asked(ctx, who.Business, f.window, q.Location)
	if err != nil {
		return nil, err
	}
	out := &Demand{Zone: f.zone, From: f.from, To: f.to}
	h := newTally(f.zone)
	for _, v := range asked {
		if q.Staff == "" || v.Staff == q.Staff {
			h.visit(v)
		}
	}
	for _, s := range f.staff {
		open, taken := f.time(s.ID)
		h.add(open, func(c *sums) *span.Instant { return &c.open })
		h.add(taken, func(c *sums) *span.Instant { return &c.taken })
	}
	out.Heat = h.heat()
	out.Wanted, out.Quiet = out.Heat.extremes()
	return out, nil
}

// sums are a cell's times to the microsecond.
type sums struct{ asked, taken, open span.Instant }

// tally adds spans up by weekday and hour.
type tally struct {
	zone  *time.Location
	cells [7][24]sums
	count [7][24]struct{ all, off int }
}

func newTally(zone *time.Location) *tally { return &tally{zone: zone} }

// visit adds one that was asked for.
func (t *tally) visit(v Asked) {
	w := span.WallAt(v.Start, t.zone)
	c := &t.count[w.Date.Weekday()-1][w.Minute/60]
	c.all++
	if !v.Kept {
		c.off++
	}
	t.add(span.Set{v.Span}, func(c *sums) *span.Instant { return &c.asked })
}

// add cuts spans at the hours of the local clock and adds the pieces where
// they belong.
func (t *tally) add(set span.Set, to func(*sums) *span.Instant) {
	for _, s := range set {
		for at := s.Start; at < s.End; {
			local := at.In(t.zone)
			past := span.Instant(local.Minute())*span.Minute + span.Instant(local.Second())*span.Second +
				span.Instant(local.Nanosecond()/1000)
			next := min(s.End, at+span.Hour-past)
			*to(&t.cells[span.DateOf(local).Weekday()-1][local.Hour()]) += next - at
			at = next
		}
	}
}

// heat rounds the sums to minutes.
func (t *tally) heat() Heat {
	minutes := func(i span.Instant) int { return int((i + span.Minute/2) / span.Minute) }
	var h Heat
	for d := range h {
		for n := range h[d] {
			c, k := t.cells[d][n], t.count[d][n]
			h[d][n] = Cell{
				AskedMin: minutes(c.asked), TakenMin: minutes(c.taken), OpenMin: minutes(c.open), Bookings: k.all, Cancelled: k.off,
			}
		}
	}
	return h
}

// Total sums the whole week up.
func (h *Heat) Total() Cell {
	var sum Cell
	for d := range h {
		for _, c := range &h[d] {
			sum.AskedMin += c.AskedMin
			sum.TakenMin += c.TakenMin
			sum.OpenMin += c.OpenMin
			sum.Bookings += c.Bookings
			sum.Cancelled += c.Cancelled
		}
	}
	return sum
}

// Hours gives the first and the last hour of the day in which anything is open
// or asked for; 0 and -1 when there is none.
func (h *Heat) Hours() (first, last int) {
	first, last = 0, -1
	for n := range 24 {
		for d := range h {
			if c := h[d][n]; c.OpenMin > 0 || c.AskedMin > 0 {
				if last < 0 {
					first = n
				}
				last = n
			}
		}
	}
	return first, last
}

// spots is how many of each extreme are told.
const spots = 5

// extremes finds the open hours that are wanted most and least. Hours of which
// an eighth of the fullest or less is open are told of in neither: they
// are the rims of the day.
func (h *Heat) extremes() (wanted, quiet []Spot) {
	total := h.Total()
	if total.OpenMin == 0 || total.AskedMin == 0 {
		return nil, nil
	}
	most := 0
	for d := range h {
		for _, c := range &h[d] {
			most = max(most, c.OpenMin)
		}
	}
	var all []Spot
	for d := range h {
		for n, c := range &h[d] {
			if c.OpenMin*8 >= most {
				all = append(all, Spot{Weekday: d + 1, Hour: n, Cell: c})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Spot) int { return cmp.Compare(b.Pressure(), a.Pressure()) })
	mean := total.Pressure()
	for _, s := range all[:min(spots, len(all))] {
		if s.Pressure() > mean {
			wanted = append(wanted, s)
		}
	}
	slices.Reverse(all)
	for _, s := range all[:min(spots, len(all))] {
		if s.Pressure() < mean/2 {
			quiet = append(quiet, s)
		}
	}
	return wanted, quiet
}
