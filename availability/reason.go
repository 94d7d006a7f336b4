package availability

import (
	"slices"

	"kept/span"
)

// limited gives the rules about the start alone that shut it.
func (j *judge) limited(s span.Instant, place int) []Reason {
	if j.q.Override || j.q.Standing {
		return nil
	}
	switch earliest, end := j.q.Now+j.plan.notice, j.horizon(place); {
	case s < j.q.Now:
		return []Reason{{Rule: RulePast, Limit: j.q.Now}}
	case s < earliest:
		return []Reason{{Rule: RuleNotice, Limit: earliest}}
	case s >= end:
		return []Reason{{Rule: RuleHorizon, Limit: end - 1}}
	}
	return nil
}

// ruled gives the owner's rules that shut a start for a person and an item, for
// everybody where nobody is given (-1).
func (j *judge) ruled(s span.Instant, who, item int) []Reason {
	if j.q.Override {
		return nil
	}
	var why []Reason
	name := j.staffOf(who)
	for _, b := range j.q.Bars {
		if b.Staff == name && b.Span.Holds(s) && (who < 0 || j.concerns(&b, item)) {
			why = append(why, Reason{Rule: b.Word, Owner: b.Rule, Staff: name, Span: b.Span, Limit: b.Limit()})
		}
	}
	return why
}

// gated gives what the gate has against a start under a lead.
func (j *judge) gated(s span.Instant, place, lead int) []Reason {
	if j.q.Gate == nil || j.q.Override {
		return nil
	}
	at, who := j.f.Places[place].ID, j.staffOf(lead)
	b, shut := j.q.Gate(s, at, who)
	if !shut {
		return nil
	}
	all := []Bar{b}
	if j.q.Gates != nil {
		all = j.q.Gates(s, at, who)
	}
	why := make([]Reason, len(all))
	for i, b := range all {
		why[i] = Reason{Rule: b.Word, Owner: b.Rule, Staff: b.Staff, Span: b.Span}
	}
	return why
}

// toldOnce makes one of the rules of the gate that shut the start under each of
// so many leads.
func toldOnce(gates []Reason, leads int) []Reason {
	alike := func(a, b *Reason) bool { return a.Owner == b.Owner && a.Rule == b.Rule }
	var out []Reason
	for i := range gates {
		r, under := gates[i], 0
		for k := range gates {
			if alike(&gates[k], &r) {
				under++
			}
		}
		if leads > 1 && under == leads {
			r.Staff = ""
		}
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// against gives the reasons why a person cannot take a role.
func (j *judge) against(r, who, place int, s span.Instant) []Reason {
	o := &j.plan.roles[r]
	p := &j.plan.parts[o.part]
	person := &j.f.Staff[who]
	var why []Reason
	switch {
	case !person.Staff.Performs(j.plan.items[p.item].service.ID):
		why = append(why, Reason{Rule: RuleStaff, Staff: person.Staff.ID})
	case !person.Staff.Knows(o.need):
		why = append(why, Reason{Rule: RuleSkill, Staff: person.Staff.ID})
	}
	if j.present(r, who, place, s) {
		return why
	}
	why = append(why, j.ruled(s, who, p.item)...)
	if open := j.open(who, place); !open.Covers(span.Span{Start: s + p.off, End: s + p.end}) {
		why = append(why, Reason{Rule: RuleHours, Staff: person.Staff.ID, Span: nearest(open, s+p.off)})
	}
	lane := Lane{StaffLane, string(person.Staff.ID)}
	if j.q.Squeeze {
		lane.Kind = OverflowLane
	}
	claim := span.Span{Start: s + o.from, End: s + o.till}
	for _, r := range j.inTheWay(person.rows(j.q.Squeeze), lane, claim) {
		r.Staff = person.Staff.ID
		why = append(why, r)
	}
	if !j.person(who, place).free(j.base, claim.Start, claim.End) && len(j.inTheWay(person.rows(j.q.Squeeze), lane, claim)) == 0 {
		why = append(why, j.travels(who, place, lane, claim)...)
	}
	if !j.rested(who, s) {
		why = append(why, Reason{Rule: RuleBreak, Staff: person.Staff.ID, Lane: lane})
	}
	return why
}

// travels gives what a person does elsewhere so near to a claim that the way is too long.
func (j *judge) travels(who, place int, lane Lane, claim span.Span) []Reason {
	person := &j.f.Staff[who]
	var why []Reason
	rows := person.rows(j.q.Squeeze)
	for i := range rows {
		r := &rows[i]
		way := j.f.Places[place].Ways[r.Place]
		if r.Exclusive && way > 0 && j.q.counts(r) && r.Widen(way, way).Meets(claim) {
			reason := reasonOf(r, lane)
			reason.Rule, reason.Staff = RuleTravel, person.Staff.ID
			why = append(why, reason)
		}
	}
	return why
}

// againstUnit gives the reasons why a unit cannot be of the given rank in a pool.
func (j *judge) againstUnit(p *pool, rank, u, place int, s span.Instant) []Reason {
	unit := &j.f.Units[u]
	lane := Lane{UnitLane, unit.lane()}
	if !j.suits(p, u, place) {
		return []Reason{{Rule: RuleResource, Lane: lane}}
	}
	if j.unitFree(p, rank, u, s) {
		return nil
	}
	var why []Reason
	for _, use := range p.uses {
		if use.count > rank {
			why = append(why, j.inTheWay(unit.Rows, lane, span.Span{Start: s + use.from, End: s + use.till})...)
		}
	}
	return why
}

// againstPlace gives the closed times of the place that the visit meets.
func (j *judge) againstPlace(place int, s span.Instant) []Reason {
	if j.placeFree(s, place) {
		return nil
	}
	at := &j.f.Places[place]
	var why []Reason
	for i := range at.Rows {
		r := &at.Rows[i]
		meets := slices.ContainsFunc(j.plan.parts, func(p part) bool {
			from, till := p.presence()
			return r.Meets(span.Span{Start: s + from, End: s + till})
		})
		if meets && j.q.counts(r) {
			why = append(why, reasonOf(r, Lane{PlaceLane, string(at.ID)}))
		}
	}
	return why
}

// againstClient gives the client's other visits that this one meets.
func (j *judge) againstClient(s span.Instant) []Reason {
	if j.clientFree(s) {
		return nil
	}
	why := j.inTheWay(j.f.Client, Lane{Kind: ClientLane}, span.Span{Start: s, End: s + j.plan.length})
	for i := range why {
		why[i].Rule = RuleClient
	}
	return why
}

// offGrid tells that a start is neither on the grid of the lead's open span
// nor an edge.
func (j *judge) offGrid(lead, place int, s span.Instant) []Reason {
	if j.plan.free || j.onGrid(lead, place, s) || j.isEdge(lead, place, s) {
		return nil
	}
	return []Reason{{Rule: RuleGrid, Staff: j.staffOf(lead), Span: nearest(j.open(lead, place), s)}}
}

// inTheWay gives the rows that count and meet a claim.
func (j *judge) inTheWay(rows []Row, lane Lane, claim span.Span) []Reason {
	var why []Reason
	for i := range rows {
		if r := &rows[i]; r.Meets(claim) && j.q.counts(r) {
			why = append(why, reasonOf(r, lane))
		}
	}
	return why
}

func reasonOf(r *Row, lane Lane) Reason {
	rule := RuleTimeOff
	switch {
	case r.Exclusive:
		rule = RuleBusy
	case r.Kind == RowRest:
		rule = RuleRest
	}
	return Reason{Rule: rule, Lane: lane, Source: r.Source, Kind: r.Kind, Span: r.Span}
}

// nearest is the open span that holds the instant or is least far from it;
// empty when there is none.
func nearest(open span.Set, at span.Instant) span.Span {
	var best span.Span
	least := 2 * far
	for _, s := range open {
		if d := max(s.Start-at, at-s.End, 0); d < least {
			best, least = s, d
		}
	}
	return best
}
