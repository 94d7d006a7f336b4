package availability_test

import (
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// held is something that speaks against a start: a rule's word and whom it
// concerns, where it is somebody.
type held struct {
	word  string
	staff id.Staff
}

// against gathers what speaks against a start.
type against struct {
	o     *oracle
	start int
	all   []held
}

func (a *against) add(is bool, word string, staff id.Staff) {
	if is {
		a.all = append(a.all, held{word, staff})
	}
}

// words is all that the rules hold against a start, of everybody and at every
// place that might have done.
func (o *oracle) words(start int) []held {
	a := &against{o: o, start: start}
	a.add(!o.free(o.w.client, start, [2]int{0, o.length()}), availability.RuleClient, "")
	for _, word := range o.barred("", 0, start) {
		a.add(true, word, "")
	}
	somewhere := false
	for p := range o.w.cat.Locations {
		if o.there(p) {
			somewhere = true
			a.time(p)
			a.place(p)
		}
	}
	a.add(!somewhere, availability.RuleLocation, "")
	return a.all
}

// time looks at past, notice and horizon.
func (a *against) time(place int) {
	o := a.o
	if o.q.Override {
		return
	}
	at, zone := o.axis.at(a.start), o.w.zones[place]
	a.add(at < o.q.Now, availability.RulePast, "")
	for _, want := range o.q.Visit {
		a.add(at < o.q.Now+span.Minutes(want.Service.NoticeMin), availability.RuleNotice, "")
		ahead := span.DateOf(o.q.Now.In(zone)).DaysUntil(span.DateOf(at.In(zone)))
		a.add(want.Service.HorizonDays > 0 && ahead > want.Service.HorizonDays, availability.RuleHorizon, "")
	}
}

// place looks at all that a place lacks for the visit.
func (a *against) place(place int) {
	o := a.o
	a.add(!o.unclosed(place, a.start), availability.RuleTimeOff, "")
	a.add(!o.equipped(place, a.start), availability.RuleResource, "")
	if o.leadItem() < 0 {
		a.add(slices.Contains(o.home[place][a.start:a.start+o.length()], false) && !o.q.Override, availability.RuleHours, "")
		a.add(!o.onGrid(o.home[place], o.host[place], a.start), availability.RuleGrid, "")
		if word := o.gated(place, a.start, ""); word != "" {
			a.add(true, word, "")
		}
	}
	for _, c := range o.claims {
		for _, r := range c.roles() {
			a.add(!o.free(o.w.closed(place), a.start, r.wide), availability.RuleTimeOff, "")
			for who := range o.w.cat.Staff {
				a.role(place, who, c, r)
			}
		}
		for _, need := range c.need.Resources {
			wide := c.with(need.BufferBeforeMin, need.BufferAfterMin)
			a.add(!o.free(o.w.closed(place), a.start, wide), availability.RuleTimeOff, "")
		}
	}
	for n := range o.q.Visit {
		if o.needsStaff(n) {
			a.item(place, n)
		}
	}
}

// role looks at one person for one role.
func (a *against) role(place, who int, c claim, r role) {
	o, s := a.o, a.o.w.cat.Staff[who]
	service := o.q.Visit[c.item].Service.ID
	performs := !s.Archived && (s.AllServices || slices.Contains(s.Services, service))
	a.add(!performs, availability.RuleStaff, s.ID)
	a.add(performs && !o.knows(s, c.item, r), availability.RuleSkill, s.ID)
	for _, row := range o.lane[place][who] {
		if !o.free([]availability.Row{row}, a.start, r.wide) {
			near := o.w.ways[place][row.Place] > 0 && !o.q.Override && row.Kind != availability.RowTimeOff
			a.add(row.Exclusive || near, availability.RuleBusy, s.ID)
			a.add(near, availability.RuleTravel, s.ID)
			a.add(!row.Exclusive, availability.RuleTimeOff, s.ID)
		}
	}
	if o.q.Override {
		return
	}
	a.add(slices.Contains(o.open[place][who][a.start+c.body[0]:a.start+c.body[1]], false), availability.RuleHours, s.ID)
	a.add(!o.rested(who, a.start), availability.RuleBreak, s.ID)
	for _, word := range o.barred(s.ID, c.item, a.start) {
		a.add(true, word, s.ID)
	}
}

// item looks at who might lead one.
func (a *against) item(place, item int) {
	o := a.o
	performs, qualified := false, false
	for who, s := range o.w.cat.Staff {
		a.add(!o.named(who, item), availability.RuleStaff, s.ID)
		if o.named(who, item) && o.mine(who, o.firstStaffed(item)) == 0 {
			// Beside them, there may not be enough others.
			qualified = true
			a.add(!o.leads(place, who, a.start, item), availability.RuleStaff, "")
		}
		performs = performs || !s.Archived && (s.AllServices || slices.Contains(s.Services, o.q.Visit[item].Service.ID))
		if item == o.leadItem() {
			starts := o.onGrid(o.open[place][who], o.from[place][who], a.start)
			if !starts && o.named(who, item) && o.staffed(place, who, a.start) {
				starts, _ = o.atEdge(place, who, a.start)
			}
			a.add(!starts, availability.RuleGrid, s.ID)
			if word := o.gated(place, a.start, s.ID); word != "" {
				a.add(true, word, s.ID)
			}
		}
	}
	a.add(!qualified, availability.RuleStaff, "")
	a.add(performs && !qualified, availability.RuleSkill, "")
}

// firstStaffed is the first segment of an item that needs somebody.
func (o *oracle) firstStaffed(item int) claim {
	return o.claims[slices.IndexFunc(o.claims, func(c claim) bool { return c.item == item && c.need.Staff != nil })]
}

// unfounded gives a reason of the engine's that the oracle does not know; nil
// when there is none.
func (o *oracle) unfounded(start int, reasons []availability.Reason) *availability.Reason {
	all := o.words(start)
	for n := range reasons {
		r := &reasons[n]
		if !slices.ContainsFunc(all, func(h held) bool { return h.word == r.Rule && (h.staff == r.Staff || r.Staff == "") }) {
			return r
		}
	}
	return nil
}

// measure is by what an aim puts somebody where they stand, and what is said of it.
func (o *oracle) measure(aim catalog.Aim, s *catalog.Staff, day span.Span) (order [2]int, said int) {
	booked, liked := o.booked(string(s.ID), day), 0
	for _, w := range o.q.Visit {
		if slices.Contains(s.Preferences.Favourite, w.Service.ID) {
			liked = 60 // whose favourite it is may have an hour more to do
		}
	}
	switch aim {
	case catalog.AimConcentrate:
		return [2]int{-booked - liked}, booked
	case catalog.AimPriority:
		if p := s.Preferences.Priority; p > 0 {
			return [2]int{p, -liked}, p
		}
		return [2]int{1 << 40, -liked}, 0
	case catalog.AimLeastSkill:
		spare := 0
		for _, k := range s.Skills {
			asked := -1 // what is not asked for at all counts one more
			for _, c := range o.claims {
				if c.need.Staff != nil && c.need.Staff.Skill == k.Skill {
					asked = max(asked, c.need.Staff.Level)
				}
			}
			spare += max(0, k.Level-asked)
		}
		return [2]int{spare, booked - liked}, spare
	case catalog.AimFit:
		return [2]int{}, 0 // with nothing known of what time is worth, by position
	case catalog.AimSame:
		if s.ID == o.q.Last {
			return [2]int{-1}, 1
		}
		return [2]int{0, booked - liked}, 0
	}
	return [2]int{booked - liked}, booked
}

// booked is how many minutes of a day are taken on a lane.
func (o *oracle) booked(lane string, day span.Span) int {
	var sum span.Instant
	for _, r := range o.w.lanes[lane] {
		if r.Exclusive && o.live(r) {
			sum += r.Intersect(day).Length()
		}
	}
	return int(sum / span.Minute)
}
