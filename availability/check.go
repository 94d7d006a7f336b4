package availability

import (
	"cmp"
	"slices"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Check is the last word on a placement: nil when the visit can take place
// exactly so, whatever the question's window. The facts need hold no more than
// the lanes that the placement names, for as far around it as Margins says.
//
// It fails with fault.SlotTaken when an exclusive row is in the way on a staff
// or unit lane, with fault.SlotClosed and the word of the first rule that
// shuts the time otherwise, and with a conflict when the placement is not of
// the question's visit as it now is.
func Check(q Question, f *Facts, p Placement) error {
	j := newJudge(&q, f, span.Span{Start: p.Start, End: p.Start + 1})
	place := slices.IndexFunc(f.Places, func(x Place) bool { return x.ID == p.Location })
	if !j.plan.shaped(&p) {
		return fault.New(fault.Conflict, fault.CodeConflict, "the visit has changed since this time was chosen")
	}
	if place < 0 || !j.admits(place) {
		return closed(RuleLocation)
	}
	if why := j.judged(&p, place); len(why) > 0 {
		first := slices.MinFunc(why, func(a, b Reason) int { return cmp.Compare(weight(a.Rule), weight(b.Rule)) })
		if first.Rule == RuleBusy {
			return fault.SlotTaken()
		}
		shut := closed(first.Rule)
		shut.Ref = string(first.Owner)
		return shut
	}
	return nil
}

// judged gives every reason against a well-shaped placement.
func (j *judge) judged(p *Placement, place int) []Reason {
	why := append(j.limited(p.Start, place), j.ruled(p.Start, -1, 0)...)
	j.at(p.Start)
	unknown := j.recall(p)
	why = append(why, unknown...)
	if len(unknown) > 0 {
		return why // without them the rest cannot be asked
	}
	for i := range j.plan.items {
		it := &j.plan.items[i]
		if it.first < 0 {
			continue
		}
		why = append(why, j.led(i, p)...)
		for k := it.first; k < it.to; k++ {
			part := &j.plan.parts[k]
			for r := part.role; r < part.role+part.roles; r++ {
				o := &j.plan.roles[r]
				for _, who := range j.staff[o.at : o.at+o.count] {
					why = append(why, j.against(r, who, place, p.Start)...)
				}
			}
		}
	}
	for i := range j.plan.pools {
		pool := &j.plan.pools[i]
		for rank, u := range j.units[pool.at : pool.at+pool.count] {
			why = append(why, j.againstUnit(pool, rank, u, place, p.Start)...)
		}
	}
	why = append(why, j.againstPlace(place, p.Start)...)
	why = append(why, j.againstClient(p.Start)...)
	lead := -1
	if j.plan.lead >= 0 {
		lead = j.f.find(p.Lead)
	} else if !j.open(-1, place).Covers(span.Span{Start: p.Start, End: p.End}) {
		why = append(why, Reason{Rule: RuleHours, Span: nearest(j.open(-1, place), p.Start)})
	}
	why = append(why, j.gated(p.Start, place, lead)...)
	return append(why, j.offGrid(lead, place, p.Start)...)
}

// recall reads the placement's names into j.staff and j.units. The reasons are
// those whom the facts do not know.
func (j *judge) recall(p *Placement) (unknown []Reason) {
	for i := range j.plan.items {
		it := &j.plan.items[i]
		for k := it.from; k < it.to; k++ {
			for n, staff := range p.Items[i].Segments[k-it.from].Staff {
				who := j.f.find(staff)
				if who < 0 {
					unknown = append(unknown, Reason{Rule: RuleStaff, Staff: staff})
				}
				j.staff[j.plan.parts[k].at+n] = who
			}
		}
	}
	for n := range j.plan.pools {
		if !j.recallUnits(n, p) {
			unknown = append(unknown, Reason{Rule: RuleResource})
		}
	}
	return unknown
}

// recallUnits finds a pool's units: a segment lists those of its pools one pool
// after the other. In each segment that takes fewer they must be the first ones
// of that which takes most.
func (j *judge) recallUnits(index int, p *Placement) bool {
	pool := &j.plan.pools[index]
	from := j.plan.items[pool.item].from
	mine := j.units[pool.at : pool.at+pool.count]
	for n := range mine {
		mine[n] = -1
	}
	for _, use := range pool.uses {
		names := p.Items[pool.item].Segments[use.part-from].Units
		for i := range index {
			names = names[j.plan.pools[i].takes(use.part):]
		}
		for n, name := range names[:use.count] {
			u := slices.IndexFunc(j.f.Units, func(u Unit) bool { return u.Resource.Kind == pool.kind && u.is(name) })
			if u < 0 || mine[n] >= 0 && mine[n] != u {
				return false
			}
			mine[n] = u
		}
	}
	return true
}

// is tells whether the name is that of the unit's lane.
func (u *Unit) is(name string) bool { return u.lane() == name }

// led tells whether an item's lead is the one named and stays throughout.
func (j *judge) led(i int, p *Placement) []Reason {
	it := &j.plan.items[i]
	n := len(j.f.Staff)
	first := &j.plan.parts[it.first]
	lead := j.staff[first.at]
	if it.first == j.plan.lead {
		lead = j.f.find(p.Lead)
	}
	if j.named[i] != -1 {
		lead = j.named[i]
	}
	if lead < 0 {
		return []Reason{{Rule: RuleStaff, Staff: it.named}}
	}
	if it.among != nil && !slices.Contains(it.among, j.f.Staff[lead].Staff.ID) {
		return []Reason{{Rule: RuleStaff, Staff: j.f.Staff[lead].Staff.ID}} // for them it has another length
	}
	for k := it.first; k < it.to; k++ {
		part := &j.plan.parts[k]
		r := j.leadingRole(part, lead, k == it.first)
		if r < 0 {
			continue
		}
		// The lead has the role's first seat: by that a placement tells who leads.
		if j.staff[j.plan.roles[r].at] != lead && (k == it.first || j.able[r*n+lead]) {
			return []Reason{{Rule: RuleStaff, Staff: j.f.Staff[lead].Staff.ID}}
		}
	}
	return nil
}

// weight orders the rules for Check: what no waiting would change, then the
// hours, then who has the time, and the grid after that, for edges come and go
// with the rows.
func weight(rule string) int {
	return slices.Index([]string{
		RulePast, RuleNotice, RuleHorizon, RuleLocation, RuleSeason, RuleLink, RuleOffer, RuleStaff, RuleSkill, RuleHours,
		RuleBusy, RuleLimit, RuleTimeOff, RuleRest, RuleTravel, RuleBreak, RuleResource, RuleGrid, RuleClient,
	}, rule)
}

func closed(rule string) *fault.Error {
	detail := map[string]string{
		RulePast:     "this time has passed",
		RuleNotice:   "this time is too soon to be booked",
		RuleHorizon:  "this time is too far ahead to be booked",
		RuleLocation: "the service is not offered at this place",
		RuleStaff:    "this staff member does not perform the service",
		RuleSkill:    "this staff member does not have the skill that the service needs",
		RuleHours:    "this time is outside opening hours",
		RuleTimeOff:  "somebody or something needed is away at this time",
		RuleRest:     "the rest between two days would be too short",
		RuleResource: "a resource that the service needs is not there",
		RuleGrid:     "the service does not start at this time",
		RuleClient:   "the client already has a booking at this time",
		RuleBreak:    "a break would find no room",
		RuleTravel:   "the way from or to another place takes too long",
		RuleLimit:    "as many as the rules allow have been booked",
		RuleSeason:   "the service is not to be had on this date",
		RuleLink:     "the services stand too near to each other, or another one must come first",
		RuleOffer:    "a rule of the business does not offer this time",
	}[rule]
	return fault.SlotClosed(rule, detail)
}

// staffOf names a person of the facts, nobody for -1.
func (j *judge) staffOf(who int) id.Staff {
	if who < 0 {
		return ""
	}
	return j.f.Staff[who].Staff.ID
}
