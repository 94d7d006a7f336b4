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
// everybody who could lead. Whether those in perhaps could depends on whom a
// team is made of.
type answer struct {
	open    bool
	place   int
	leads   []id.Staff
	perhaps []id.Staff
}

// agrees tells whether an offer is what the answer says.
func (a answer) agrees(open bool, place int, leads []id.Staff) bool {
	if len(a.perhaps) == 0 {
		return open == a.open && slices.Equal(leads, a.leads) && (place == a.place || !open)
	}
	for _, who := range leads {
		if !slices.Contains(a.leads, who) && !slices.Contains(a.perhaps, who) {
			return false
		}
	}
	return !slices.ContainsFunc(a.leads, func(who id.Staff) bool { return !slices.Contains(leads, who) })
}

// shutForAll tells whether client, time or a bar shut the start whoever leads.
func (o *oracle) shutForAll(start int) bool {
	return !o.free(o.w.client, start, [2]int{0, o.length()}) || len(o.barred("", 0, start)) > 0
}

// admits tells whether the place itself lets the visit be there then.
func (o *oracle) admits(place, start int) bool {
	return o.there(place) && o.timely(place, start) && o.unclosed(place, start)
}

// unclosed tells whether the place is not closed in any body; the claims of
// the parties are looked at with them.
func (o *oracle) unclosed(place, start int) bool {
	for _, c := range o.claims {
		if !o.free(o.w.closed(place), start, c.body) {
			return false
		}
	}
	return true
}

// ask decides one minute.
func (o *oracle) ask(start int) answer {
	item := o.leadItem()
	var out answer
	if o.shutForAll(start) {
		return out
	}
	if item < 0 {
		for p := range o.w.cat.Locations {
			if o.admits(p, start) && o.hosted(p, start) && o.gated(p, start, "") == "" && o.equipped(p, start) {
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
			if !o.admits(p, start) || !o.leads(p, who, start, item) || o.gated(p, start, s.ID) != "" {
				continue
			}
			if !o.staffed(p, who, start) || !o.equipped(p, start) {
				continue
			}
			if !o.onGrid(o.open[p][who], o.from[p][who], start) {
				sure, perhaps := o.atEdge(p, who, start)
				if perhaps && !sure {
					out.perhaps = append(out.perhaps, s.ID)
				}
				if !sure {
					continue
				}
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
	case !o.unclosed(place, start):
		return "closed"
	case len(o.barred("", 0, start)) > 0 || o.gated(place, start, p.Lead) != "":
		return "ruled out"
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
			if c.item == n {
				if at := slices.Index(item.Segments[c.segment].Staff, p.Lead); at >= 0 {
					wide := c.seats()[at].wide
					from, till = min(from, wide[0]), max(till, wide[1])
				}
			}
		}
	}
	if o.leadItem() < 0 {
		return ""
	}
	who := o.index(p.Lead)
	if !o.onGrid(o.open[place][who], o.from[place][who], start) && !o.touches(place, who, start, from, till) {
		return "grid"
	}
	return ""
}

func (o *oracle) index(who id.Staff) int {
	return slices.IndexFunc(o.w.cat.Staff, func(s *catalog.Staff) bool { return s.ID == who })
}

// refuteStaff looks at the people of one item.
func (o *oracle) refuteStaff(place, start, n int, item availability.Item, lead id.Staff) string {
	leader := -1
	for _, c := range o.claims {
		if c.item != n {
			continue
		}
		part, seats := item.Segments[c.segment], c.seats()
		if part.Start != o.axis.at(start+c.body[0]) || part.End != o.axis.at(start+c.body[1]) {
			return "times"
		}
		if len(part.Staff) != len(seats) {
			return "number of staff"
		}
		for k, name := range part.Staff {
			who := o.index(name)
			if who < 0 || slices.Contains(part.Staff[:k], name) || !o.can(place, who, start, c, seats[k]) {
				return fmt.Sprintf("%s in segment %d of item %d", name, c.segment, n)
			}
		}
		if leader < 0 && len(seats) > 0 {
			// Whoever is first in the first segment; of the visit's lead it is known who.
			if leader = o.index(part.Staff[0]); n == o.leadItem() && part.Staff[0] != lead {
				return fmt.Sprintf("%s leads item %d", part.Staff[0], n)
			}
			if !o.named(leader, n) {
				return fmt.Sprintf("%s may not lead item %d", part.Staff[0], n)
			}
		}
		if leader >= 0 {
			if seat := o.mine(leader, c); seat >= 0 && len(seats) > 0 && o.index(part.Staff[seat]) != leader {
				return fmt.Sprintf("%s has another seat in segment %d of item %d", o.w.cat.Staff[leader].ID, c.segment, n)
			}
		}
	}
	return ""
}
