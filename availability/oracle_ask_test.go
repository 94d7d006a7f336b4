package availability_test

import (
	"fmt"
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// answer is all that can be said of one start: where the first lead works and
// everybody who could lead.
type answer struct {
	open  bool
	place int
	leads []id.Staff
}

// ask decides one minute.
func (o *oracle) ask(start int) answer {
	item := o.leadItem()
	body := [2]int{0, o.length()}
	var out answer
	if !o.free(o.w.client, start, body) {
		return out
	}
	if item < 0 {
		for p := range o.w.cat.Locations {
			if o.there(p) && o.timely(p, start) && o.free(o.w.closed(p), start, body) && o.hosted(p, start) && o.equipped(p, start) {
				return answer{open: true, place: p}
			}
		}
		return out
	}
	for who, s := range o.w.cat.Staff {
		if !o.named(who, item) {
			continue
		}
		for p := range o.w.cat.Locations {
			if !o.there(p) || !o.leads(p, who, start, item) || !o.timely(p, start) || !o.free(o.w.closed(p), start, body) {
				continue
			}
			if !o.onGrid(o.open[p][who], o.from[p][who], start) && !o.atEdge(p, who, start) {
				continue
			}
			if !o.staffed(p, who, start) || !o.equipped(p, start) {
				continue
			}
			if !out.open {
				out.open, out.place = true, p
			}
			out.leads = append(out.leads, s.ID)
			break
		}
	}
	return out
}

// hosted tells whether the location itself is open for a visit that needs nobody.
func (o *oracle) hosted(place, start int) bool {
	for m := start; m < start+o.length(); m++ {
		if !o.home[place][m] && !o.q.Override {
			return false
		}
	}
	return o.onGrid(o.home[place], o.host[place], start)
}

// refute looks for a rule that a placement breaks; empty when it is right. It
// reads the placement and the rules, and does not try to place the visit.
func (o *oracle) refute(p availability.Placement) string {
	place := slices.IndexFunc(o.w.cat.Locations, func(l *catalog.Location) bool { return l.ID == p.Location })
	start := o.axis.index(p.Start)
	switch {
	case place < 0 || !o.there(place):
		return "location"
	case o.axis.at(start) != p.Start || p.End != p.Start+span.Minutes(o.length()):
		return "length"
	case !o.timely(place, start):
		return "past, notice or horizon"
	case !o.free(o.w.client, start, [2]int{0, o.length()}):
		return "client"
	case !o.free(o.w.closed(place), start, [2]int{0, o.length()}):
		return "closed"
	case len(p.Items) != len(o.q.Visit):
		return "items"
	case o.leadItem() < 0 && p.Lead != "":
		return "a lead that nobody needs"
	case o.leadItem() < 0 && !o.hosted(place, start):
		return "hours of the location"
	}
	from, till := 1<<30, -1<<30 // what the visit takes of the lead's lane
	for n, item := range p.Items {
		if item.Service != o.q.Visit[n].Service.ID || len(item.Segments) != len(o.q.Visit[n].Service.Segments) {
			return "service"
		}
		if why := o.refuteUnits(place, start, n, item); why != "" {
			return why
		}
		if why := o.refuteStaff(place, start, n, item, p.Lead); why != "" {
			return why
		}
		for _, c := range o.claims {
			if c.item == n && slices.Contains(item.Segments[c.segment].Staff, p.Lead) {
				from, till = min(from, c.wide[0]), max(till, c.wide[1])
			}
		}
	}
	if o.leadItem() < 0 {
		return ""
	}
	who := o.index(p.Lead)
	if !o.onGrid(o.open[place][who], o.from[place][who], start) && !o.touches(who, start, from, till) {
		return "grid"
	}
	return ""
}

func (o *oracle) index(who id.Staff) int {
	return slices.IndexFunc(o.w.cat.Staff, func(s *catalog.Staff) bool { return s.ID == who })
}

// refuteStaff looks at the people of one item.
func (o *oracle) refuteStaff(place, start, n int, item availability.Item, lead id.Staff) string {
	var leader id.Staff
	for _, c := range o.claims {
		if c.item != n {
			continue
		}
		part := item.Segments[c.segment]
		if part.Start != o.axis.at(start+c.body[0]) || part.End != o.axis.at(start+c.body[1]) {
			return "times"
		}
		if c.need.Staff == nil {
			if len(part.Staff) > 0 {
				return "staff that nobody asked for"
			}
			continue
		}
		if len(part.Staff) != c.need.Staff.Count {
			return "number of staff"
		}
		for k, name := range part.Staff {
			who := o.index(name)
			if who < 0 || slices.Contains(part.Staff[:k], name) || !o.can(place, who, start, c) {
				return fmt.Sprintf("%s in segment %d of item %d", name, c.segment, n)
			}
		}
		if leader == "" { // the first named in the first segment
			leader = part.Staff[0]
		}
		if o.knows(o.w.cat.Staff[o.index(leader)], c) && !slices.Contains(part.Staff, leader) {
			return fmt.Sprintf("%s leaves item %d", leader, n)
		}
	}
	if leader != "" && (!o.named(o.index(leader), n) || (n == o.leadItem() && leader != lead)) {
		return fmt.Sprintf("%s leads item %d", leader, n)
	}
	return ""
}

// refuteUnits looks at the units of one item.
func (o *oracle) refuteUnits(place, start, n int, item availability.Item) string {
	for _, kind := range []string{"chair", "room"} {
		var set []string // set aside for the item: those of its neediest segment
		for _, c := range o.claims {
			if c.item != n {
				continue
			}
			mine := o.ofKind(item.Segments[c.segment].Units, kind, place)
			if len(mine) > len(set) {
				set = mine
			}
		}
		for _, c := range o.claims {
			if c.item != n {
				continue
			}
			mine, count := o.ofKind(item.Segments[c.segment].Units, kind, place), 0
			for _, need := range c.need.Resources {
				if need.Kind == kind {
					count = need.Count
				}
			}
			if len(mine) != count || !slices.Equal(mine, set[:count]) {
				return fmt.Sprintf("units of segment %d of item %d: %v of %v", c.segment, n, mine, set)
			}
		}
		for k, u := range set {
			if slices.Contains(set[:k], u) || !o.fits(place, start, n, kind, u, k) {
				return fmt.Sprintf("unit %s of item %d", u, n)
			}
		}
	}
	for _, part := range item.Segments {
		if len(o.ofKind(part.Units, "chair", place))+len(o.ofKind(part.Units, "room", place)) != len(part.Units) {
			return fmt.Sprintf("foreign units in %v", part.Units)
		}
	}
	return ""
}

// ofKind are those of the lanes that are usable units of the kind.
func (o *oracle) ofKind(lanes []string, kind string, place int) []string {
	var out []string
	for _, u := range lanes {
		if slices.Contains(o.w.units(kind, place), u) {
			out = append(out, u)
		}
	}
	return out
}
