package availability

import (
	"slices"

	"kept/span"
)

// limited gives the rules about the start alone that shut it.
func (j *judge) limited(s span.Instant, place int) []Reason {
	if j.q.Override {
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

// against gives the reasons why a person cannot perform a part.
func (j *judge) against(k, who, place int, s span.Instant) []Reason {
	p := &j.plan.parts[k]
	person := &j.f.Staff[who]
	var why []Reason
	switch {
	case !person.Staff.Performs(j.plan.items[p.item].service.ID):
		why = append(why, Reason{Rule: RuleStaff, Staff: person.Staff.ID})
	case !person.Staff.Knows(p.need):
		why = append(why, Reason{Rule: RuleSkill, Staff: person.Staff.ID})
	}
	if j.present(k, who, place, s) {
		return why
	}
	if open := j.open(who, place); !open.Covers(span.Span{Start: s + p.off, End: s + p.end}) {
		why = append(why, Reason{Rule: RuleHours, Staff: person.Staff.ID, Span: nearest(open, s+p.off)})
	}
	lane := Lane{StaffLane, string(person.Staff.ID)}
	if j.q.Squeeze {
		lane.Kind = OverflowLane
	}
	for _, r := range j.inTheWay(person.rows(j.q.Squeeze), lane, span.Span{Start: s + p.from, End: s + p.till}) {
		r.Staff = person.Staff.ID
		why = append(why, r)
	}
	return why
}

// againstUnit gives the reasons why a unit cannot be of the given rank in a pool.
func (j *judge) againstUnit(p *pool, rank, u, place int, s span.Instant) []Reason {
	unit := &j.f.Units[u]
	lane := Lane{UnitLane, unit.lane()}
	if !unit.usable(p.kind, j.f.Places[place].ID) {
		return []Reason{{Rule: RuleResource, Lane: lane}}
	}
	if j.unitFree(p, rank, u, s) {
		return nil
	}
	var why []Reason
	for _, use := range p.uses {
		if part := &j.plan.parts[use.part]; use.count > rank {
			why = append(why, j.inTheWay(unit.Rows, lane, span.Span{Start: s + part.from, End: s + part.till})...)
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
		if meets && j.counts(r) {
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
	if j.onGrid(lead, place, s) || j.isEdge(lead, s) {
		return nil
	}
	return []Reason{{Rule: RuleGrid, Staff: j.staffOf(lead), Span: nearest(j.open(lead, place), s)}}
}

// inTheWay gives the rows that count and meet a claim.
func (j *judge) inTheWay(rows []Row, lane Lane, claim span.Span) []Reason {
	var why []Reason
	for i := range rows {
		if r := &rows[i]; r.Meets(claim) && j.counts(r) {
			why = append(why, reasonOf(r, lane))
		}
	}
	return why
}

func reasonOf(r *Row, lane Lane) Reason {
	rule := RuleTimeOff
	if r.Exclusive {
		rule = RuleBusy
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
