package availability

import (
	"slices"

	"kept/span"
)

// at begins the judging of one start, which is not before the last one; of
// the same it goes on.
func (j *judge) at(s span.Instant) {
	if base := s + j.plan.earliest; j.memo != nil && j.base == base {
		return
	}
	if j.memo == nil {
		j.memo = make([]uint32, len(j.f.Places)*len(j.plan.roles)*len(j.f.Staff))
		j.staff = make([]int, j.plan.staff)
		j.units = make([]int, j.plan.units)
	}
	j.base = s + j.plan.earliest
	j.turn++
}

// assign finds everybody and everything for the visit at a start, with the
// lead given (-1 where nobody is needed), and leaves them in j.staff and
// j.units. It is deterministic: first by position.
func (j *judge) assign(s span.Instant, place, lead int) bool {
	if !j.limits[place].Holds(s) || !j.unbarred(s) || !j.assignUnits(s, place) {
		return false
	}
	for i := range j.plan.items {
		if j.plan.items[i].first >= 0 && !j.assignStaff(i, s, place, lead) {
			return false
		}
	}
	return (lead < 0 && j.wholeInside(s, place) || lead >= 0 && (j.plan.free || j.onGrid(lead, place, s) || j.isEdge(lead, place, s))) &&
		j.passes(s, place, lead)
}

// wholeInside tells, of a visit that needs nobody, whether the place is open
// for all of it and the start on its grid.
func (j *judge) wholeInside(s span.Instant, place int) bool {
	return j.open(-1, place).Covers(span.Span{Start: s, End: s + j.plan.length}) && j.onGrid(-1, place, s)
}

// assignStaff staffs one item. Whoever leads the visit leads its later items
// too, where they can and are free; otherwise it is the first who can.
func (j *judge) assignStaff(i int, s span.Instant, place, lead int) bool {
	it := &j.plan.items[i]
	if it.first == j.plan.lead {
		return j.assignItem(it, s, place, lead)
	}
	if it.named != "" {
		return j.named[i] >= 0 && j.leads(i, j.named[i]) && j.assignItem(it, s, place, j.named[i])
	}
	if j.leads(i, lead) && j.assignItem(it, s, place, lead) {
		return true
	}
	for who := range j.f.Staff {
		if who != lead && j.leads(i, who) && j.assignItem(it, s, place, who) {
			return true
		}
	}
	return false
}

// assignItem staffs one item under the person who leads it: they take part in
// every segment that they are qualified for, others fill what is left.
func (j *judge) assignItem(it *item, s span.Instant, place, lead int) bool {
	for k := it.first; k < it.to; k++ {
		if p := &j.plan.parts[k]; p.count > 0 && !j.assignPart(p, s, place, lead) {
			return false
		}
	}
	return true
}

// assignPart staffs one segment. The lead takes the first role that they are
// qualified for; if they are not free for it, the segment cannot be.
func (j *judge) assignPart(p *part, s span.Instant, place, lead int) bool {
	n := len(j.f.Staff)
	mine := j.staff[p.at : p.at+p.count]
	for i := range mine {
		mine[i] = -1
	}
	for r := p.role; r < p.role+p.roles; r++ {
		if j.able[r*n+lead] {
			if !j.present(r, lead, place, s) {
				return false
			}
			j.staff[j.plan.roles[r].at] = lead
			break
		}
	}
	for r := p.role; r < p.role+p.roles; r++ {
		o := &j.plan.roles[r]
		for at := o.at; at < o.at+o.count; at++ {
			if j.staff[at] < 0 && !j.fill(p, r, at, s, place, lead) {
				return false
			}
		}
	}
	return true
}

// fill finds somebody for one seat of a role: the first who is free and sits
// nowhere in the segment, else one whose seat somebody else can take.
func (j *judge) fill(p *part, r, at int, s span.Instant, place, lead int) bool {
	n := len(j.f.Staff)
	mine := j.staff[p.at : p.at+p.count]
	for who := range n {
		if j.able[r*n+who] && !slices.Contains(mine, who) && j.present(r, who, place, s) {
			j.staff[at] = who
			return true
		}
	}
	if p.roles == 1 {
		return false // all seats are alike: nobody is gained by changing them
	}
	j.tried = j.tried[:0]
	if lead >= 0 {
		j.tried = append(j.tried, lead)
	}
	return j.swap(p, r, at, s, place)
}

// swap is the step of a bipartite matching by augmenting paths (Kuhn 1955):
// somebody who sits elsewhere comes over if their seat can be filled again.
// The lead, who is bound to their seat, is never asked.
func (j *judge) swap(p *part, r, at int, s span.Instant, place int) bool {
	n := len(j.f.Staff)
	for who := range n {
		if !j.able[r*n+who] || slices.Contains(j.tried, who) || !j.present(r, who, place, s) {
			continue
		}
		j.tried = append(j.tried, who)
		seat := slices.Index(j.staff[p.at:p.at+p.count], who)
		if seat < 0 || j.swap(p, j.roleOf(p, p.at+seat), p.at+seat, s, place) {
			j.staff[at] = who
			return true
		}
	}
	return false
}

// roleOf gives the role to which a seat belongs.
func (j *judge) roleOf(p *part, at int) int {
	for r := p.role; r < p.role+p.roles; r++ {
		if o := &j.plan.roles[r]; at >= o.at && at < o.at+o.count {
			return r
		}
	}
	return p.role
}

// present tells whether a person is there and free for a role.
func (j *judge) present(r, who, place int, s span.Instant) bool {
	m := &j.memo[(place*len(j.plan.roles)+r)*len(j.f.Staff)+who]
	if *m>>1 == j.turn {
		return *m&1 == 1
	}
	o := &j.plan.roles[r]
	p := &j.plan.parts[o.part]
	ok := j.person(who, place).free(j.base, s+o.from, s+o.till) &&
		j.open(who, place).Covers(span.Span{Start: s + p.off, End: s + p.end}) &&
		(j.q.Override || j.allows(p.item, who, s) && j.rested(who, s))
	*m = j.turn << 1
	if ok {
		*m |= 1
	}
	return ok
}

// clientFree tells whether the client is in no other visit.
func (j *judge) clientFree(s span.Instant) bool {
	if len(j.f.Client) == 0 {
		return true
	}
	if !j.client.ready {
		j.read(&j.client, j.f.Client)
	}
	return j.client.free(s+min(0, j.plan.earliest), s, s+j.plan.length)
}

// placeFree tells whether the place is closed for no part of the visit: for
// nobody's claim, nor for a body that takes nobody but the client.
func (j *judge) placeFree(s span.Instant, place int) bool {
	rows := j.f.Places[place].Rows
	if len(rows) == 0 {
		return true
	}
	l := &j.places[place]
	if !l.ready {
		j.read(l, rows)
	}
	for k := range j.plan.parts {
		if j.plan.free && j.plan.parts[k].alone {
			continue // what was brought may stand there while the place is closed
		}
		from, till := j.plan.parts[k].presence()
		if !l.free(s+j.plan.earliest, s+from, s+till) {
			return false
		}
	}
	return true
}
