package availability_test

import (
	"fmt"
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// The oracle reads the rules as they are written for people, minute by
// minute, and knows nothing of how the engine does it:
//
//   - A visit is its services one right after the other, each service its
//     segments in order. It takes place at one location.
//   - A staffed segment needs so many different people for each of its roles who
//     perform the service and know what the role asks. Each works there during
//     the whole body, and their lane is free for the body and its buffers: the
//     role's own, the segment's, plus the service's before its first and after
//     its last segment.
//   - The lead of a service takes the first role of its first staffed segment
//     (the named one, if somebody is named) and in all others of that service
//     the first role for which they know enough. The lead of the visit is the
//     lead of the first service that needs somebody. Who leads a later service
//     is the same lead if possible, otherwise anybody for whom it is. The other
//     seats may be filled in any way.
//   - Units of a pool (a kind, perhaps only some of it) stay with the service:
//     the greatest number that any of its segments asks for is set aside, and a
//     segment that asks for fewer takes the first of them. No unit is twice in
//     one segment.
//   - What the owner's rules shut, a person's breaks and the ways between places
//     are in oracle_rules_test.go.
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
//   - where others are needed besides a leader in one role, they are the first
//     by position who can, so that it is known what the visit takes of the lead's
//     lane; in a team it may be any who can, and whether that makes an edge is
//     open where it depends on who is taken.
type oracle struct {
	w    *realm
	q    availability.Question
	axis axis
	open [][][]bool             // by place, by staff
	from [][][]int              // where the span of an open minute begins
	home [][]bool               // by place: the location's own hours
	host [][]int                // where the span of such a minute begins
	step int                    // the visit's first interval
	lane [][][]availability.Row // by place, by staff: what is on their lane for a visit there
	sets [][]pool               // by item
	wide [2]int                 // the hull
	list bool                   // under an override: which starts are listed, not which are allowed

	claims []claim
}

// claim is a part of the visit as its parties see it, in minutes of the axis
// from the visit's start.
type claim struct {
	item, segment int
	need          catalog.Segment
	body          [2]int
	wide          [2]int // with the buffers that all parties have
}

// with is the claim of a party that has buffers of its own.
func (c claim) with(before, after int) [2]int { return [2]int{c.wide[0] - before, c.wide[1] + after} }

func newOracle(w *realm, q availability.Question) *oracle {
	o := &oracle{w: w, q: q, step: q.Visit[0].Service.IntervalMin, claims: cut(q)}
	o.axis.base = (q.Window.Start - 5*span.Day) / span.Minute * span.Minute
	o.axis.n = o.axis.index(q.Window.End) + 3*1440
	for n := range q.Visit {
		o.sets = append(o.sets, o.poolsOf(n))
	}
	o.wide = o.hull()
	for p, l := range w.cat.Locations {
		var open [][]bool
		var from [][]int
		var lanes [][]availability.Row
		for _, s := range w.cat.Staff {
			bits := o.axis.openAt(w, s.ID, p)
			lanes = append(lanes, o.laneOf(s, p))
			open, from = append(open, bits), append(from, o.axis.runStarts(bits, w.zones[p]))
		}
		o.lane = append(o.lane, lanes)
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
		if n > 0 {
			clock += int(want.Wait / span.Minute)
		}
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

// laneOf is where the staff member's part of the visit goes: their own lane or,
// squeezed in, the overflow lane, on which their time off counts as well. What
// they do elsewhere is longer by the way.
func (o *oracle) laneOf(s *catalog.Staff, place int) []availability.Row {
	all := o.w.lanes[string(s.ID)]
	if o.q.Squeeze {
		off := slices.DeleteFunc(slices.Clone(all), func(r availability.Row) bool { return r.Exclusive })
		all = append(slices.Clone(o.w.lanes["overflow "+string(s.ID)]), off...)
	}
	return o.travelled(all, place)
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

// units are the lanes of all usable units of a kind at a place, only of some
// resources where any are given.
func (w *realm) units(kind string, anyOf []id.Resource, place int) []string {
	var out []string
	for _, r := range w.cat.Resources {
		if len(anyOf) > 0 && !slices.Contains(anyOf, r.ID) {
			continue
		}
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

// touches tells whether a stretch of the lead's lane begins where an exclusive
// row ends, or ends where one begins.
func (o *oracle) touches(place, lead, start, from, till int) bool {
	if !o.q.Visit[0].Service.EdgeStarts {
		return false
	}
	for _, r := range o.lane[place][lead] {
		if !r.Exclusive || !o.live(r) {
			continue
		}
		if r.End == o.axis.at(start+from) || r.Start == o.axis.at(start+till) {
			return true
		}
	}
	return false
}
