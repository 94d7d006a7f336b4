package availability

import (
	"slices"

	"kept/span"
)

// Explain answers "why is this time shut?": empty when the visit can start at
// the instant, whatever the question's window; otherwise every reason there
// is, place by place. Rules about the time itself come first, then those of each
// person who might lead (or of the one named), then what else the visit lacks.
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
			for _, r := range j.shut(at, place) {
				r.Location = f.Places[place].ID
				why = append(why, r)
			}
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

// ExplainWork is Explain for flexible work for which neither Fix nor the yard (nil
// for none) finds time: the rules that shut its beginning and, where there would
// be too little working time whatever they say, that. What lies on whose lane is
// no answer: the work could be done by others and at other times.
func ExplainWork(q Question, f *Facts, w Work, y *Yard) []Reason {
	j := newJudge(&q, f, span.Span{Start: w.Drop, End: w.Drop + 1})
	j.at(w.Drop)
	var why []Reason
	asked := false
	for place := range f.Places {
		if j.admits(place) {
			asked = true
			for _, r := range append(j.limited(w.Drop, place), append(j.ruled(w.Drop, -1, 0), j.unled(w.Drop, place)...)...) {
				r.Location = f.Places[place].ID
				why = append(why, r)
			}
		}
	}
	if !asked {
		return []Reason{{Rule: RuleLocation}}
	}
	nobody := slices.ContainsFunc(why, func(r Reason) bool { return r.Rule == RuleStaff || r.Rule == RuleSkill })
	if len(why) == 0 || !nobody && !roomy(q, f, w, y) {
		why = append(why, Reason{Rule: RuleBusy, Location: q.Location, Kind: KindReady, Span: span.Span{Start: w.From, End: w.Ready}})
	}
	return distinctReasons(why)
}

// roomy tells whether there would be time for the work if no rule shut it.
func roomy(q Question, f *Facts, w Work, y *Yard) bool {
	q.Bars, q.Gate, q.Standing = nil, nil, true
	return Fits(q, f, w, y)
}

// Fits tells whether Fix finds time for flexible work, or the yard does (nil for none).
func Fits(q Question, f *Facts, w Work, y *Yard) bool {
	_, _, _, ok := Fix(q, f, w) //nolint:dogsled // when and by whom does not matter
	if !ok {
		_, ok = y.Fix(q, w)
	}
	return ok
}

// unled gives, of a visit of one service, the rules that keep everybody from
// leading it, or that nobody can; none where one may, or nobody is needed.
func (j *judge) unled(at span.Instant, place int) []Reason {
	if j.plan.lead < 0 {
		return j.gated(at, place, -1)
	}
	it := &j.plan.items[0]
	if j.named[0] == -2 {
		return []Reason{{Rule: RuleStaff, Staff: it.named}}
	}
	var why, gates []Reason
	asked, performs := 0, false
	for who := range j.f.Staff {
		if j.named[0] >= 0 && who != j.named[0] {
			continue
		}
		performs = performs || j.f.Staff[who].Staff.Performs(it.service.ID)
		if !j.leads(0, who) {
			continue
		}
		mine, gate := j.ruled(at, who, 0), j.gated(at, place, who)
		if len(mine)+len(gate) == 0 {
			return nil
		}
		asked++
		why, gates = append(why, mine...), append(gates, gate...)
	}
	switch {
	case asked > 0:
		return append(toldOnce(gates, asked), why...)
	case performs:
		return []Reason{{Rule: RuleSkill}}
	default:
		return []Reason{{Rule: RuleStaff}}
	}
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
	var why, gates []Reason
	skilled, performs, asked := false, false, 0
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
		var gate []Reason
		if it.first == j.plan.lead {
			gate = j.gated(at, place, who)
		}
		if len(mine)+len(gate) == 0 {
			return nil
		}
		asked++
		why, gates = append(why, mine...), append(gates, gate...)
	}
	switch {
	case skilled:
		return append(toldOnce(gates, asked), why...)
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

// shutLead gives the reasons why a person cannot lead an item, but for the gate's.
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
		if why = j.offGrid(who, place, at); len(why) > 0 {
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
