package availability_test

import (
	"fmt"
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/span"
)

// The oracle reads the rules as they are written for people, minute by
// minute, and knows nothing of how the engine does it:
//
//   - A visit is its services one right after the other, each service its
//     segments in order. It takes place at one location.
//   - A staffed segment needs so many different people who perform the service
//     and know what is asked. Each works there during the whole body, and their
//     lane is free for the body and its buffers: the segment's own, plus the
//     service's before its first and after its last segment.
//   - The lead of a service is one of the performers of its first staffed
//     segment (the named one, if somebody is named) and performs all others of
//     that service for which they know enough. The lead of the visit is the
//     lead of the first service that needs somebody. Who leads a later service
//     is the same lead if possible, otherwise anybody for whom it is.
//   - Units of a kind stay with the service: the greatest number that any of
//     its segments asks for is set aside, and a segment that asks for fewer
//     takes the first of them.
//   - A start is on the grid (an open span of the lead there, counted from its
//     beginning in steps of the first service's interval) or, where the first
//     service allows, at an edge: the lead's first claim begins where an
//     exclusive row ends, or the lead's last claim ends where one begins.
//   - A visit that needs nobody follows the location's own hours.
//
// Readings where the rules say nothing, the simplest taken:
//   - a name given for a service that needs nobody is not looked at;
//   - a visit that needs nobody has no edge starts, and all of it lies inside
//     one open span of the location;
//   - hours that never close begin with the year 2000;
//   - what one visit itself takes never stands in its own way;
//   - where others are needed besides a leader, they are the first by position
//     who can, so that it is known what the visit takes of the lead's lane.
type oracle struct {
	w    *realm
	q    availability.Question
	axis axis
	open [][][]bool // by place, by staff
	from [][][]int  // where the span of an open minute begins
	home [][]bool   // by place: the location's own hours
	host [][]int    // where the span of such a minute begins
	step int        // the visit's first interval
	list bool       // under an override: which starts are listed, not which are allowed

	claims []claim
}

// claim is a part of the visit as its parties see it, in minutes of the axis
// from the visit's start.
type claim struct {
	item, segment int
	need          catalog.Segment
	body, wide    [2]int
}

func newOracle(w *realm, q availability.Question) *oracle {
	o := &oracle{w: w, q: q, step: q.Visit[0].Service.IntervalMin, claims: cut(q)}
	o.axis.base = (q.Window.Start - 5*span.Day) / span.Minute * span.Minute
	o.axis.n = o.axis.index(q.Window.End) + 3*1440
	for p, l := range w.cat.Locations {
		var open [][]bool
		var from [][]int
		for _, s := range w.cat.Staff {
			bits := o.axis.openAt(w, s.ID, p)
			open, from = append(open, bits), append(from, o.axis.runStarts(bits, w.zones[p]))
		}
		o.open, o.from = append(o.open, open), append(o.from, from)
		home := o.axis.paint(w.book.Locations[l.ID], w.zones[p], "")
		o.home, o.host = append(o.home, home), append(o.host, o.axis.runStarts(home, w.zones[p]))
	}
	return o
}

// cut cuts the visit into its segments.
func cut(q availability.Question) []claim {
	var out []claim
	clock := 0
	for n, want := range q.Visit {
		last := len(want.Service.Segments) - 1
		for k, g := range want.Service.Segments {
			c := claim{item: n, segment: k, need: g, body: [2]int{clock, clock + g.DurationMin}}
			c.wide = [2]int{c.body[0] - g.BufferBeforeMin, c.body[1] + g.BufferAfterMin}
			if k == 0 {
				c.wide[0] -= want.Service.BufferBeforeMin
			}
			if k == last {
				c.wide[1] += want.Service.BufferAfterMin
			}
			clock = c.body[1]
			out = append(out, c)
		}
	}
	return out
}

// length is the visit's, in minutes.
func (o *oracle) length() int { return o.claims[len(o.claims)-1].body[1] }

func (o *oracle) live(r availability.Row) bool {
	return (r.Expires == 0 || o.q.Now < r.Expires) && (o.q.Except == "" || r.Source != o.q.Except) && (r.Exclusive || !o.q.Override)
}

// lane is where the staff member's part of the visit goes: their own lane or,
// squeezed in, the overflow lane, on which their time off counts as well.
func (o *oracle) lane(s *catalog.Staff) []availability.Row {
	own := o.w.lanes[string(s.ID)]
	if !o.q.Squeeze {
		return own
	}
	all := slices.Clone(o.w.lanes["overflow "+string(s.ID)])
	for _, r := range own {
		if !r.Exclusive {
			all = append(all, r)
		}
	}
	return all
}

// free tells whether no live row lies in [from, to) minutes after the start.
func (o *oracle) free(rows []availability.Row, start int, part [2]int) bool {
	from, to := o.axis.at(start+part[0]), o.axis.at(start+part[1])
	for _, r := range rows {
		if o.live(r) && r.Start < to && from < r.End {
			return false
		}
	}
	return true
}

func (o *oracle) knows(s *catalog.Staff, c claim) bool {
	service := o.q.Visit[c.item].Service.ID
	if s.Archived || (!s.AllServices && !slices.Contains(s.Services, service)) {
		return false
	}
	need := c.need.Staff
	for _, k := range s.Skills {
		if k.Skill == need.Skill && k.Level >= need.Level {
			return true
		}
	}
	return need.Skill == ""
}

// can tells whether the staff member can take part in the segment.
func (o *oracle) can(place, who, start int, c claim) bool {
	s := o.w.cat.Staff[who]
	if !o.knows(s, c) || !o.free(o.lane(s), start, c.wide) || !o.free(o.w.closed(place), start, c.wide) {
		return false
	}
	if o.q.Override {
		return true
	}
	for m := start + c.body[0]; m < start+c.body[1]; m++ {
		if !o.open[place][who][m] {
			return false
		}
	}
	return true
}

// leads tells whether the staff member can lead the item with enough others.
func (o *oracle) leads(place, who, start, item int) bool {
	first := true
	for _, c := range o.claims {
		if c.item != item || c.need.Staff == nil {
			continue
		}
		knows := o.knows(o.w.cat.Staff[who], c)
		if (first && !knows) || (knows && !o.can(place, who, start, c)) || o.crew(place, start, who, c) == nil {
			return false
		}
		first = false
	}
	return true
}

// crew are the people of a segment when its leader is known: the leader, if
// they know enough, and others by position. Nil when there are not enough.
func (o *oracle) crew(place, start, leader int, c claim) []int {
	var out []int
	if leader >= 0 && o.knows(o.w.cat.Staff[leader], c) {
		out = append(out, leader)
	}
	for who := range o.w.cat.Staff {
		if len(out) < c.need.Staff.Count && who != leader && o.can(place, who, start, c) {
			out = append(out, who)
		}
	}
	if len(out) < c.need.Staff.Count {
		return nil
	}
	return out
}

func (o *oracle) needsStaff(item int) bool {
	return slices.ContainsFunc(o.q.Visit[item].Service.Segments, func(g catalog.Segment) bool { return g.Staff != nil })
}

// leadItem is the first item that needs somebody, -1 when none does.
func (o *oracle) leadItem() int {
	for n := range o.q.Visit {
		if o.needsStaff(n) {
			return n
		}
	}
	return -1
}

func (o *oracle) named(who, item int) bool {
	name := o.q.Visit[item].Staff
	return name == "" || name == o.w.cat.Staff[who].ID
}

// leaderOf tells who leads an item when the visit's lead is known: -1 when nobody can.
func (o *oracle) leaderOf(place, lead, start, item int) int {
	if o.named(lead, item) && o.leads(place, lead, start, item) {
		return lead
	}
	for who := range o.w.cat.Staff {
		if item != o.leadItem() && o.named(who, item) && o.leads(place, who, start, item) {
			return who
		}
	}
	return -1
}

// staffed tells whether every item has somebody, with this lead.
func (o *oracle) staffed(place, lead, start int) bool {
	for n := range o.q.Visit {
		if o.needsStaff(n) && o.leaderOf(place, lead, start, n) < 0 {
			return false
		}
	}
	return true
}

// equipped tells whether there are units for every item: try every choice.
func (o *oracle) equipped(place, start int) bool {
	for n := range o.q.Visit {
		for _, kind := range []string{"chair", "room"} {
			if !o.choose(place, start, n, kind, nil) {
				return false
			}
		}
	}
	return true
}

// choose extends the chosen units of a kind by one more, until the item has
// enough: the unit must be free wherever so many are asked for.
func (o *oracle) choose(place, start, item int, kind string, chosen []string) bool {
	if len(chosen) == o.wanted(item, kind) {
		return true
	}
	for _, u := range o.w.units(kind, place) {
		if !slices.Contains(chosen, u) && o.fits(place, start, item, kind, u, len(chosen)) &&
			o.choose(place, start, item, kind, append(slices.Clone(chosen), u)) {
			return true
		}
	}
	return false
}

// fits tells whether the unit can be the item's n-th of its kind, from 0.
func (o *oracle) fits(place, start, item int, kind, unit string, n int) bool {
	for _, c := range o.claims {
		for _, need := range c.need.Resources {
			if c.item == item && need.Kind == kind && need.Count > n &&
				!(o.free(o.w.lanes[unit], start, c.wide) && o.free(o.w.closed(place), start, c.wide)) {
				return false
			}
		}
	}
	return true
}

// wanted is how many units of the kind the item asks for at most.
func (o *oracle) wanted(item int, kind string) int {
	most := 0
	for _, g := range o.q.Visit[item].Service.Segments {
		for _, need := range g.Resources {
			if need.Kind == kind {
				most = max(most, need.Count)
			}
		}
	}
	return most
}

// units are the lanes of all usable units of a kind at a place.
func (w *realm) units(kind string, place int) []string {
	var out []string
	for _, r := range w.cat.Resources {
		if r.Kind != kind || r.Archived || (r.Location != "" && r.Location != w.cat.Locations[place].ID) {
			continue
		}
		for n := range r.Units {
			out = append(out, fmt.Sprintf("%s:%d", r.ID, n+1))
		}
	}
	return out
}

// closed are the closed times of a place.
func (w *realm) closed(place int) []availability.Row {
	return w.lanes[string(w.cat.Locations[place].ID)]
}

// timely tells whether the start is neither past, nor within the notice, nor
// beyond the horizon.
func (o *oracle) timely(place, start int) bool {
	at, zone := o.axis.at(start), o.w.zones[place]
	if o.q.Override {
		return true
	}
	if at < o.q.Now {
		return false
	}
	for _, want := range o.q.Visit {
		if at < o.q.Now+span.Minutes(want.Service.NoticeMin) {
			return false
		}
		today, day := span.DateOf(o.q.Now.In(zone)), span.DateOf(at.In(zone))
		if h := want.Service.HorizonDays; h > 0 && today.DaysUntil(day) > h {
			return false
		}
	}
	return true
}

// there tells whether all of the visit may take place at the location.
func (o *oracle) there(place int) bool {
	l := o.w.cat.Locations[place].ID
	for _, want := range o.q.Visit {
		if len(want.Service.Locations) > 0 && !slices.Contains(want.Service.Locations, l) {
			return false
		}
	}
	return o.q.Location == "" || o.q.Location == l
}

// onGrid tells whether the start is a whole number of steps after the
// beginning of its span. Under an override any minute will do, but only those
// a whole number of steps after the window's start are listed.
func (o *oracle) onGrid(open []bool, from []int, start int) bool {
	switch {
	case o.q.Override && o.list:
		return (o.axis.at(start)-o.q.Window.Start)%span.Minutes(o.step) == 0
	case o.q.Override:
		return true
	}
	return open[start] && (start-from[start])%o.step == 0
}

// atEdge tells whether the start makes the lead's visit touch an exclusive row.
func (o *oracle) atEdge(place, lead, start int) bool {
	if !o.q.Visit[0].Service.EdgeStarts {
		return false
	}
	from, till := 1<<30, -1<<30
	for _, c := range o.claims {
		if c.need.Staff != nil && slices.Contains(o.crew(place, start, o.leaderOf(place, lead, start, c.item), c), lead) {
			from, till = min(from, c.wide[0]), max(till, c.wide[1])
		}
	}
	return o.touches(lead, start, from, till)
}

// touches tells whether a stretch of the lead's lane begins where an exclusive
// row ends, or ends where one begins.
func (o *oracle) touches(lead, start, from, till int) bool {
	if !o.q.Visit[0].Service.EdgeStarts {
		return false
	}
	for _, r := range o.lane(o.w.cat.Staff[lead]) {
		if !r.Exclusive || !o.live(r) {
			continue
		}
		if r.End == o.axis.at(start+from) || r.Start == o.axis.at(start+till) {
			return true
		}
	}
	return false
}
