package availability

import (
	"slices"

	"kept/span"
)

// Explain answers "why is this time shut?": empty when the visit can start at
// the instant, whatever the question's window; otherwise every reason there
// is. Rules about the time itself come first, then those of each person who
// might lead (or of the one named), then what else the visit lacks.
func Explain(q Question, f *Facts, at span.Instant) []Reason {
	if _, ok := Assign(q, f, at, ""); ok {
		return nil
	}
	j := newJudge(&q, f, span.Span{Start: at, End: at + 1})
	j.at(at)
	var why []Reason
	asked := false
	for place := range f.Places {
		if j.admits(place) {
			asked = true
			why = append(why, j.shut(at, place)...)
		}
	}
	if !asked {
		why = append(why, Reason{Rule: RuleLocation})
	}
	why = append(why, j.againstClient(at)...)
	if len(why) == 0 {
		// Each need can be met alone, but not all by different people at once.
		why = append(why, Reason{Rule: RuleStaff})
	}
	return distinctReasons(why)
}

// distinctReasons drops repeats, which come of rows that meet several segments.
func distinctReasons(all []Reason) []Reason {
	out := all[:0]
	for _, r := range all {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// shut gives the reasons of one place.
func (j *judge) shut(at span.Instant, place int) []Reason {
	why := append(j.limited(at, place), j.ruled(at, -1, 0)...)
	why = append(why, j.againstPlace(place, at)...)
	if j.plan.lead < 0 {
		if open := j.open(-1, place); !open.Covers(span.Span{Start: at, End: at + j.plan.length}) {
			why = append(why, Reason{Rule: RuleHours, Span: nearest(open, at)})
		} else {
			why = append(why, j.offGrid(-1, place, at)...)
		}
		why = append(why, j.gated(at, place, -1)...)
	}
	for i := range j.plan.items {
		if j.plan.items[i].first >= 0 {
			why = append(why, j.shutItem(i, at, place)...)
		}
	}
	fits := true
	for i := range j.plan.pools {
		mine := j.shutPool(&j.plan.pools[i], at, place)
		fits = fits && len(mine) == 0
		why = append(why, mine...)
	}
	if fits && !j.assignUnits(at, place) {
		why = append(why, Reason{Rule: RuleResource, Lane: Lane{Kind: UnitLane}}) // each alone, but not side by side
	}
	return why
}

// shutItem gives the reasons of everybody who might lead an item; none when
// one of them can.
func (j *judge) shutItem(i int, at span.Instant, place int) []Reason {
	it := &j.plan.items[i]
	if j.named[i] == -2 {
		return []Reason{{Rule: RuleStaff, Staff: it.named}}
	}
	var why []Reason
	skilled, performs := false, false
	for who := range j.f.Staff {
		if j.named[i] >= 0 && who != j.named[i] {
			continue
		}
		s := j.f.Staff[who].Staff
		if j.named[i] < 0 && !j.leads(i, who) {
			performs = performs || s.Performs(it.service.ID)
			continue
		}
		skilled = true
		if j.elsewhere(who, place) {
			continue
		}
		mine := j.shutLead(i, who, at, place)
		if len(mine) == 0 {
			return nil
		}
		why = append(why, mine...)
	}
	switch {
	case skilled:
		return why
	case performs:
		return append(why, Reason{Rule: RuleSkill})
	default:
		return append(why, Reason{Rule: RuleStaff})
	}
}

// elsewhere tells, where any place will do, that a person works at others only.
func (j *judge) elsewhere(who, place int) bool {
	open := j.f.Staff[who].Open
	return j.q.Location == "" && !j.q.Override && len(open) > 0 &&
		!slices.ContainsFunc(open, func(o Open) bool { return o.Place == place })
}

// shutLead gives the reasons why a person cannot lead an item.
func (j *judge) shutLead(i, who int, at span.Instant, place int) []Reason {
	it := &j.plan.items[i]
	var why []Reason
	for k := it.first; k < it.to; k++ {
		if part := &j.plan.parts[k]; part.count > 0 {
			if r := j.leadingRole(part, who, k == it.first); r >= 0 {
				why = append(why, j.against(r, who, place, at)...)
			}
		}
	}
	if len(why) > 0 {
		return why
	}
	if it.first == j.plan.lead {
		for k := range j.plan.parts {
			p := &j.plan.parts[k]
			for a := range p.count {
				j.staff[p.at+a] = who // for isEdge: as if they did all
			}
		}
		if why = append(j.offGrid(who, place, at), j.gated(at, place, who)...); len(why) > 0 {
			return why
		}
	}
	if !j.assignItem(it, at, place, who) {
		return j.shutOthers(it, at, place)
	}
	return nil
}

// leadingRole is the role that an item's lead takes in a segment: the first
// for which they are qualified, in the item's first the very first; -1 for none.
func (j *judge) leadingRole(p *part, who int, first bool) int {
	for r := p.role; r < p.role+p.roles; r++ {
		if first || j.able[r*len(j.f.Staff)+who] {
			return r
		}
	}
	return -1
}

// shutOthers gives the reasons why an item lacks people beside its lead.
func (j *judge) shutOthers(it *item, at span.Instant, place int) []Reason {
	n := len(j.f.Staff)
	var why []Reason
	for k := it.first; k < it.to; k++ {
		part := &j.plan.parts[k]
		for r := part.role; r < part.role+part.roles; r++ {
			free := 0
			var mine []Reason
			for who := range j.f.Staff {
				if !j.able[r*n+who] {
					continue
				}
				against := j.against(r, who, place, at)
				if len(against) == 0 {
					free++
				}
				mine = append(mine, against...)
			}
			if free < j.plan.roles[r].count {
				body := span.Span{Start: at + part.off, End: at + part.end}
				why = append(append(why, Reason{Rule: RuleStaff, Span: body}), mine...)
			}
		}
	}
	return why
}

// shutPool gives the reasons why a pool has too few units.
func (j *judge) shutPool(p *pool, at span.Instant, place int) []Reason {
	if j.assignPool(p, at, place) {
		return nil
	}
	why := []Reason{{Rule: RuleResource, Lane: Lane{Kind: UnitLane}}}
	for u := range j.f.Units {
		if !j.suits(p, u, place) {
			continue
		}
		for _, r := range j.againstUnit(p, 0, u, place, at) {
			r.Rule = RuleResource
			why = append(why, r)
		}
	}
	if len(why) > 1 {
		return why[1:] // the rows say it all
	}
	return why
}
