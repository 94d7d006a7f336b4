package availability_test

import (
	"slices"

	"kept/catalog"
)

// role is some people whom a segment takes.
type role struct {
	need catalog.StaffNeed
	wide [2]int // what it takes of their lanes
}

// roles are those of a segment, the one of its lead first.
func (c claim) roles() []role {
	if c.need.Staff == nil {
		return nil
	}
	var out []role
	for _, need := range append([]catalog.StaffNeed{*c.need.Staff}, c.need.Team...) {
		out = append(out, role{need, c.with(need.BufferBeforeMin, need.BufferAfterMin)})
	}
	return out
}

// seats are the roles one by one.
func (c claim) seats() []role {
	var out []role
	for _, r := range c.roles() {
		for range r.need.Count {
			out = append(out, r)
		}
	}
	return out
}

// knows tells whether the staff member performs the item and knows enough for the role.
func (o *oracle) knows(s *catalog.Staff, item int, r role) bool {
	service := o.q.Visit[item].Service.ID
	if s.Archived || (!s.AllServices && !slices.Contains(s.Services, service)) {
		return false
	}
	for _, k := range s.Skills {
		if k.Skill == r.need.Skill && k.Level >= r.need.Level {
			return true
		}
	}
	return r.need.Skill == ""
}

// can tells whether the staff member can take the role.
func (o *oracle) can(place, who, start int, c claim, r role) bool {
	s := o.w.cat.Staff[who]
	if !o.knows(s, c.item, r) || !o.free(o.lane[place][who], start, r.wide) || !o.free(o.w.closed(place), start, r.wide) {
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
	return len(o.barred(s.ID, c.item, start)) == 0 && o.rested(who, start)
}

// mine is the seat that the leader of an item takes in its segment, -1 for none.
func (o *oracle) mine(leader int, c claim) int {
	return slices.IndexFunc(c.seats(), func(r role) bool { return o.knows(o.w.cat.Staff[leader], c.item, r) })
}

// crews are all the ways to fill the seats of a segment under its leader, at
// most as many as asked for.
func (o *oracle) crews(place, start, leader int, c claim, most int) [][]int {
	seats := c.seats()
	crew := make([]int, len(seats))
	for n := range crew {
		crew[n] = -1
	}
	if at := o.mine(leader, c); at >= 0 {
		if !o.can(place, leader, start, c, seats[at]) {
			return nil
		}
		crew[at] = leader
	}
	var out [][]int
	var fill func(n int)
	fill = func(n int) {
		switch {
		case len(out) == most:
		case n == len(seats):
			out = append(out, slices.Clone(crew))
		case crew[n] == leader:
			fill(n + 1)
		default:
			for who := range o.w.cat.Staff {
				if who != leader && !slices.Contains(crew[:n], who) && o.can(place, who, start, c, seats[n]) {
					crew[n] = who
					fill(n + 1)
					crew[n] = -1
				}
			}
		}
	}
	fill(0)
	return out
}

// leads tells whether the staff member can lead the item with enough others.
func (o *oracle) leads(place, who, start, item int) bool {
	first := true
	for _, c := range o.claims {
		if c.item != item || c.need.Staff == nil {
			continue
		}
		if (first && o.mine(who, c) != 0) || len(o.crews(place, start, who, c, 1)) == 0 {
			return false
		}
		first = false
	}
	return true
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

// named tells whether the visit's words let somebody lead the item.
func (o *oracle) named(who, item int) bool {
	want, staff := o.q.Visit[item], o.w.cat.Staff[who].ID
	return (want.Staff == "" || want.Staff == staff) && (want.Among == nil || slices.Contains(want.Among, staff))
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

// atEdge tells whether the start makes the lead's visit touch an exclusive row,
// whoever the others are (sure), or at least with some of them (perhaps).
func (o *oracle) atEdge(place, lead, start int) (sure, perhaps bool) {
	if !o.q.Visit[0].Service.EdgeStarts {
		return false, false
	}
	hulls := [][2]int{{1 << 30, -1 << 30}} // what the visit may take of the lead's lane
	for _, c := range o.claims {
		if c.need.Staff == nil {
			continue
		}
		most := 1 << 30
		if len(c.need.Team) == 0 {
			most = 1 // the first by position
		}
		var next [][2]int
		for _, crew := range o.crews(place, start, o.leaderOf(place, lead, start, c.item), c, most) {
			for _, h := range hulls {
				if at := slices.Index(crew, lead); at >= 0 {
					wide := c.seats()[at].wide
					h = [2]int{min(h[0], wide[0]), max(h[1], wide[1])}
				}
				if !slices.Contains(next, h) {
					next = append(next, h)
				}
			}
		}
		hulls = next
	}
	sure = true
	for _, h := range hulls {
		is := o.touches(place, lead, start, h[0], h[1])
		sure, perhaps = sure && is, perhaps || is
	}
	return sure, perhaps
}
