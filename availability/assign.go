package availability

import (
	"slices"

	"kept/id"
	"kept/span"
)

// at begins the judging of one start, which is not before the last one; of
// the same it goes on.
func (j *judge) at(s span.Instant) {
	if base := s + j.plan.earliest; j.memo != nil && j.base == base {
		return
	}
	if j.memo == nil {
		j.memo = make([]uint32, len(j.f.Places)*len(j.plan.parts)*len(j.f.Staff))
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
	if !j.limits[place].Holds(s) || !j.assignUnits(s, place) {
		return false
	}
	for i := range j.plan.items {
		if j.plan.items[i].first >= 0 && !j.assignStaff(i, s, place, lead) {
			return false
		}
	}
	return lead < 0 && j.wholeInside(s, place) || lead >= 0 && (j.onGrid(lead, place, s) || j.isEdge(lead, s))
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
		return j.named[i] >= 0 && j.assignItem(it, s, place, j.named[i])
	}
	if j.assignItem(it, s, place, lead) {
		return true
	}
	for who := range j.f.Staff {
		if who != lead && j.assignItem(it, s, place, who) {
			return true
		}
	}
	return false
}

// assignItem staffs one item under the person who leads it: they take part in
// every segment that they are qualified for, others fill what is left.
func (j *judge) assignItem(it *item, s span.Instant, place, lead int) bool {
	n := len(j.f.Staff)
	for k := it.first; k < it.to; k++ {
		p := &j.plan.parts[k]
		if p.count == 0 {
			continue
		}
		got := 0
		if j.able[k*n+lead] {
			if !j.present(k, lead, place, s) {
				return false
			}
			j.staff[p.at] = lead
			got++
		} else if k == it.first {
			return false
		}
		for who := 0; who < n && got < p.count; who++ {
			if who != lead && j.able[k*n+who] && j.present(k, who, place, s) {
				j.staff[p.at+got] = who
				got++
			}
		}
		if got < p.count {
			return false
		}
	}
	return true
}

// present tells whether a person is there and free for a part.
func (j *judge) present(k, who, place int, s span.Instant) bool {
	m := &j.memo[(place*len(j.plan.parts)+k)*len(j.f.Staff)+who]
	if *m>>1 == j.turn {
		return *m&1 == 1
	}
	p := &j.plan.parts[k]
	ok := j.person(who).free(j.base, s+p.from, s+p.till) &&
		j.open(who, place).Covers(span.Span{Start: s + p.off, End: s + p.end})
	*m = j.turn << 1
	if ok {
		*m |= 1
	}
	return ok
}

// assignUnits finds the units of every pool. The unit that takes part in most
// is chosen first; the others' times lie within its, so that the first free
// one is never a wrong choice.
func (j *judge) assignUnits(s span.Instant, place int) bool {
	if len(j.plan.pools) == 0 {
		return true
	}
	key := uint64(j.turn)<<16 | uint64(uint16(place))
	if j.pooled == key {
		return j.fits
	}
	j.pooled, j.fits = key, false
	for i := range j.plan.pools {
		if !j.assignPool(&j.plan.pools[i], s, place) {
			return false
		}
	}
	j.fits = true
	return true
}

func (j *judge) assignPool(p *pool, s span.Instant, place int) bool {
	got, u := 0, 0
	for ; u < len(j.f.Units) && got < p.count; u++ {
		if j.f.Units[u].usable(p.kind, j.f.Places[place].ID) && j.unitFree(p, got, u, s) && !j.taken(p, got, u) {
			j.units[p.at+got] = u
			got++
			if got < p.count {
				u = -1 // the next has fewer segments, so that one passed over may do
			}
		}
	}
	return got == p.count
}

// taken tells whether the unit already is one of the first n of the pool.
func (j *judge) taken(p *pool, n, u int) bool {
	return slices.Contains(j.units[p.at:p.at+n], u)
}

// unitFree tells whether the unit is free for all segments that take more than
// rank units of the pool.
func (j *judge) unitFree(p *pool, rank, u int, s span.Instant) bool {
	l := j.thing(u)
	for _, use := range p.uses {
		part := &j.plan.parts[use.part]
		if use.count > rank && !l.free(j.base, s+part.from, s+part.till) {
			return false
		}
	}
	return true
}

// usable tells whether the unit is of the kind and stands at the place.
func (u *Unit) usable(kind string, at id.Location) bool {
	r := u.Resource
	return r.Kind == kind && !r.Archived && (r.Location == "" || r.Location == at)
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
		from, till := j.plan.parts[k].presence()
		if !l.free(s+j.plan.earliest, s+from, s+till) {
			return false
		}
	}
	return true
}
