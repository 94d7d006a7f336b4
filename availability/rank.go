package availability

import (
	"cmp"
	"math"
	"slices"
	"time"

	"kept/id"
	"kept/span"
)

// Cost is what a start costs the business and the client, by its parts. All
// are in minutes of value: what an average minute of the services asked for
// most brings (see Mix; Mix.Rate makes money of it). Less is better. A part
// may be negative, for costs only compare starts of one answer with each other.
type Cost struct {
	Gaps    float32 // the free time that the visit breaks up: worth as it was, less worth of what is left, less the visit's own
	Changes float32 // from one staff member or unit to another inside the visit
	Taste   float32 // negative by as much as the client likes the time and the lead
	Load    float32 // taking the lead away from the load aimed at
	Wish    float32 // leaving less between two visits than the lead likes
	Clash   float32 // meeting, or nearly, something in the client's own calendar
}

// Total is the sum of the parts.
func (c *Cost) Total() float32 { return c.Gaps + c.Changes + c.Taste + c.Load + c.Wish + c.Clash }

// Ranked is a slot with what it costs under the lead who would be taken; its
// place is that lead's.
type Ranked struct {
	Slot
	Lead    id.Staff // empty when nobody is needed
	Cost    Cost
	BestFit bool // among the best of its day
	Usual   bool // the client's usual time
	Busy    bool // the client's own calendar has something then; for nobody's eyes but theirs
	Hidden  bool // wastes more than the owner allows: not to be shown to clients

	day             int32 // which of the local days
	weekday, minute int16 // on the wall
}

// The labels, as on the wire.
const (
	LabelBestFit = "best_fit"
	LabelUsual   = "usual"
)

// Labels gives the slot's labels; nil for none.
func (r *Ranked) Labels() []string {
	var out []string
	if r.BestFit {
		out = append(out, LabelBestFit)
	}
	if r.Usual {
		out = append(out, LabelUsual)
	}
	return out
}

// Weights say what counts by how much. The zero value counts nothing: every
// start costs 0, none has a label of its own, none is hidden.
type Weights struct {
	Mix       *Mix    // what free time is worth; nil: gaps cost nothing
	Fit       bool    // the lead is taken for whom a start costs least, whatever the question's aim
	HalfLife  int     // days ahead at which a gap costs half; 0: a gap costs the same on every day
	Change    float32 // minutes of value that each change of staff or unit costs
	Taste     float32 // minutes of value that a start which the client fully likes may cost more
	Clash     float32 // minutes of value that a start which meets the client's own calendar costs; beside it a sixth of that
	Load      float32 // minutes of value between an idle and a full day of the lead; negative to concentrate
	Wish      float32 // minutes of value that a start costs on each side on which it leaves nothing of the gap that the lead likes
	HideAbove int     // percent of the visit's own minutes that a start may cost more in gaps than the day's cheapest; 0 hides nothing
	Keep      int     // starts a day that are never hidden, where there are as many; at least 1
	Best      int     // most starts a day that are labelled the best
}

// Usually are the weights that the simulation of a year has shown to be good
// (`make bench`); the mix is the business's own.
func Usually(mix *Mix) Weights {
	return Weights{Mix: mix, HalfLife: 28, Change: 5, Taste: 15, Wish: wishCost, Clash: ClashCost, HideAbove: 25, Keep: 4, Best: 3}
}

// wishCost is what the gap that somebody likes is usually worth on each side of a
// visit, in minutes of value.
const wishCost = 5

// alike is how many minutes of value are no difference worth telling.
const alike = 3

// Rank gives the slots, in their order, with what each costs, its labels and
// whether it is hidden. The slots are those that Slots gave for a question and
// the facts, or that Merge made of several ways, or a part of them in the same
// order; ways are the questions, by Slot.Way. Under Override no hours bound the
// gaps, and whoever overrides has chosen: that costs nothing.
//
//   - Gaps: the free time of the lead around the visit, within the open hours
//     and from now on, is worth so much as it is; the pieces that the visit
//     leaves are worth less together. What is lost beyond the worth of the
//     visit's own time is the cost. Gaps far ahead cost less, by half for each
//     Weights.HalfLife, since more may still happen to them: a move, a
//     cancellation, a shift opened.
//   - Of several who could lead the one is taken whom the question's aim takes
//     (see Choices), for a cost is worth nothing that another lead's visit would
//     have; with Weights.Fit or under AimFit the one for whom the start costs least. Among
//     equals it is the first by position.
//   - A start that meets something in the client's own calendar costs more and
//     is marked, and is neither closed nor hidden for it: the client chooses.
//   - BestFit is given to at most Weights.Best starts a local day, the
//     cheapest shown, to none that the client has no time for, and to none where
//     the day's starts cost alike.
//   - Hidden is a start that costs more in gaps than the cheapest of its day
//     by more than the owner allows. The cheapest Weights.Keep starts of a day
//     are never hidden, nor is the client's usual time.
//
// It allocates what it returns and a few scratch rows, nothing per slot.
func Rank(ways []Question, f *Facts, slots []Slot, w *Weights, t *Taste) []Ranked {
	if len(slots) == 0 {
		return nil
	}
	r := ranking{f: f, w: w, t: t, out: make([]Ranked, len(slots))}
	for i := range slots {
		r.out[i].Slot = slots[i]
	}
	r.all = make([]span.Span, 0, 2+(slots[len(slots)-1].Start-slots[0].Start)/span.Day)
	r.days()
	for way := range ways {
		if q := &ways[way]; !q.Override {
			r.leads(q, way)
			r.changes(q, way)
		}
	}
	r.first()
	r.tastes()
	r.clashes()
	for rest := r.out; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].day == rest[0].day {
			n++
		}
		r.label(rest[:n])
		rest = rest[n:]
	}
	return r.out
}

// Order puts the best first: those that are shown before those that are
// hidden, then by cost, then by time. Labels stay with their slots, so that
// the order of time can be had again by sorting by start.
func Order(all []Ranked) {
	slices.SortStableFunc(all, func(a, b Ranked) int {
		if a.Hidden != b.Hidden {
			if a.Hidden {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(a.Cost.Total(), b.Cost.Total()), cmp.Compare(a.Start, b.Start))
	})
}

// Shown drops the hidden ones, in place.
func Shown(all []Ranked) []Ranked {
	return slices.DeleteFunc(all, func(r Ranked) bool { return r.Hidden })
}

// ranking is the work on one list.
type ranking struct {
	f   *Facts
	w   *Weights
	t   *Taste
	out []Ranked
	all []span.Span // the local days, by Ranked.day
}

// days finds the local day, weekday and minute of every slot.
func (r *ranking) days() {
	var c calendar
	for i := range r.out {
		s := &r.out[i]
		c.turn(s.Start, r.f.Places[s.Place].zone())
		s.day, s.weekday = r.dayAt(c.day), c.weekday
		if c.even {
			s.minute = int16((s.Start - c.day.Start) / span.Minute)
		} else {
			s.minute = int16(span.WallAt(s.Start, c.zone).Minute)
		}
	}
}

// dayAt gives the index of a local day, which is one of the last unless it is
// new: places in two zones take turns.
func (r *ranking) dayAt(day span.Span) int32 {
	for i := len(r.all) - 1; i >= max(0, len(r.all)-4); i-- {
		if r.all[i] == day {
			return int32(i)
		}
	}
	r.all = append(r.all, day)
	return int32(len(r.all) - 1)
}

// calendar is open at one local day.
type calendar struct {
	zone    *time.Location
	day     span.Span
	weekday int16     // ISO
	even    bool      // the clock on the wall goes with the time until the day's end
	same    span.Span // where the zone keeps its offset
	offset  span.Instant
}

// turn opens the calendar at the day that holds the instant. Zones keep their
// offset for months, so that nearly always a division does.
func (c *calendar) turn(at span.Instant, zone *time.Location) {
	if zone == c.zone && c.day.Holds(at) {
		return
	}
	if zone != c.zone || !c.same.Holds(at) {
		c.zone = zone
		t := at.In(zone)
		_, offset := t.Zone()
		c.offset = span.Instant(offset) * span.Second
		c.same = span.Span{Start: -far, End: far}
		start, end := t.ZoneBounds()
		if !start.IsZero() {
			c.same.Start = span.At(start)
		}
		if !end.IsZero() {
			c.same.End = span.At(end)
		}
	}
	local := at + c.offset
	n := local / span.Day // days since 1970, a Thursday
	if local < 0 && n*span.Day != local {
		n--
	}
	start := n*span.Day - c.offset
	c.day = span.Span{Start: start, End: start + span.Day}
	c.weekday = int16(((n+3)%7+7)%7) + 1
	if c.even = c.same.Covers(c.day); !c.even {
		date := span.DateOf(at.In(zone))
		c.day, c.weekday = date.Span(zone), int16(date.Weekday())
	}
}

// first gives the slots that nothing was found for to their first lead.
func (r *ranking) first() {
	for i := range r.out {
		if s := &r.out[i]; s.Lead == "" && len(s.Leads) > 0 {
			s.Lead = r.f.Staff[s.Leads[0]].Staff.ID
		}
	}
}

// tastes adds what the client likes of the times. That of the lead is in
// already, for it helps to choose one.
func (r *ranking) tastes() {
	if r.t == nil || !r.t.Known() {
		return
	}
	for i := range r.out {
		s := &r.out[i]
		s.Cost.Taste -= r.w.Taste * r.t.likes(int(s.weekday), int(s.minute))
	}
}

// label labels and hides the slots of one day.
func (r *ranking) label(day []Ranked) {
	r.usual(day)
	if r.w.HideAbove > 0 {
		r.hide(day)
	}
	low, high, shown := float32(math.Inf(1)), float32(math.Inf(-1)), 0
	for i := range day {
		if !day[i].Hidden {
			c := day[i].Cost.Total()
			low, high, shown = min(low, c), max(high, c), shown+1
		}
	}
	if high-low < alike && shown == len(day) {
		return // nothing to tell them apart by
	}
	for range min(r.w.Best, max(1, shown-1)) {
		at := -1
		for i := range day {
			if d := &day[i]; !d.Hidden && !d.Busy && !d.BestFit && d.Cost.Total() < low+alike &&
				(at < 0 || d.Cost.Total() < day[at].Cost.Total()) {
				at = i
			}
		}
		if at < 0 {
			return
		}
		day[at].BestFit = true
	}
}

// usual labels the start of the day that is nearest to the client's usual time.
func (r *ranking) usual(day []Ranked) {
	if r.t == nil || r.t.Minute <= 0 {
		return
	}
	at, near := -1, math.MaxInt
	for i := range day {
		off := abs(int(day[i].minute) - r.t.Minute)
		if off < near && r.t.usual(int(day[i].weekday), int(day[i].minute)) {
			at, near = i, off
		}
	}
	if at >= 0 {
		day[at].Usual = true
	}
}

// hide hides the starts of a day that waste too much.
func (r *ranking) hide(day []Ranked) {
	low := float32(math.Inf(1))
	for i := range day {
		low = min(low, day[i].Cost.Gaps)
	}
	shown := 0
	for i := range day {
		own := float32(day[i].End-day[i].Start) / float32(span.Minute)
		day[i].Hidden = day[i].Cost.Gaps > low+own*float32(r.w.HideAbove)/100 && !day[i].Usual
		if !day[i].Hidden {
			shown++
		}
	}
	for ; shown < min(max(1, r.w.Keep), len(day)); shown++ {
		at := -1
		for i := range day {
			if day[i].Hidden && (at < 0 || day[i].Cost.Total() < day[at].Cost.Total()) {
				at = i
			}
		}
		day[at].Hidden = false
	}
}
