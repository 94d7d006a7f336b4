package availability

import (
	"slices"

	"kept/id"
	"kept/span"
)

// assignUnits finds the units of every pool.
func (j *judge) assignUnits(s span.Instant, place int) bool {
	if len(j.plan.pools) == 0 {
		return true
	}
	key := uint64(j.turn)<<16 | uint64(uint16(place))
	if j.pooled == key {
		return j.fits
	}
	j.pooled, j.fits = key, false
	for i := range j.units {
		j.units[i] = -1
	}
	for i := range j.plan.pools {
		p := &j.plan.pools[i]
		if !j.assignPool(p, s, place) {
			return false // rivals that cannot be had alone cannot be had beside each other
		}
		if p.rival >= 0 && !j.assignRivals(i, s, place) {
			return false
		}
	}
	j.fits = true
	return true
}

// assignPool finds the units of one pool. The unit that takes part in most is
// chosen first; the others' times lie within its, so that the first free one
// is never a wrong choice.
func (j *judge) assignPool(p *pool, s span.Instant, place int) bool {
	got := 0
	for n := 0; n < len(j.f.Units) && got < p.count; n++ {
		u := j.unit(n)
		if j.suits(p, u, place) && j.unitFree(p, got, u, s) && !j.taken(p, got, u) {
			j.units[p.at+got] = u
			got++
			if got < p.count {
				n = -1 // the next has fewer segments, so that one passed over may do
			}
		}
	}
	return got == p.count
}

// assignRivals finds units for a pool and those before it that may want the
// same ones. They have their units already, but when the last of them has got
// some that another has, all are chosen anew, together.
func (j *judge) assignRivals(last int, s span.Instant, place int) bool {
	first, clash := last, false
	for i := last; i >= 0; i = j.plan.pools[i].rival {
		first = i
	}
	p := &j.plan.pools[last]
	for rank, u := range j.units[p.at : p.at+p.count] {
		clash = clash || j.claimed(last, rank, u)
	}
	if !clash {
		return true
	}
	for i := last; i >= 0; i = j.plan.pools[i].rival {
		o := &j.plan.pools[i]
		for n := range o.count {
			j.units[o.at+n] = -1
		}
	}
	return j.tryRivals(first, last, 0, 0, s, place)
}

// tryRivals chooses units for the pools from one to the last, from the given
// rank on, by trying: rivals are few. Units that take part in just the same
// segments are chosen in their order, so that no choice is tried twice.
func (j *judge) tryRivals(pool, last, rank, from int, s span.Instant, place int) bool {
	p := &j.plan.pools[pool]
	if rank == p.count {
		if pool == last {
			return true
		}
		for pool++; !j.plan.pools[pool].rivals(p); {
			pool++
		}
		return j.tryRivals(pool, last, 0, 0, s, place)
	}
	for n := from; n < len(j.f.Units); n++ {
		u := j.unit(n)
		if !j.suits(p, u, place) || !j.unitFree(p, rank, u, s) || j.taken(p, rank, u) || j.claimed(pool, rank, u) {
			continue
		}
		j.units[p.at+rank] = u
		next := 0
		if !slices.ContainsFunc(p.uses, func(o use) bool { return o.count == rank+1 }) {
			next = n + 1
		}
		if j.tryRivals(pool, last, rank+1, next, s, place) {
			return true
		}
		j.units[p.at+rank] = -1
	}
	return false
}

// claimed tells whether an earlier rival of the pool has the unit in a segment
// in which the pool's unit of this rank takes part.
func (j *judge) claimed(pool, rank, u int) bool {
	p := &j.plan.pools[pool]
	for i := p.rival; i >= 0; i = j.plan.pools[i].rival {
		o := &j.plan.pools[i]
		for n, mine := range j.units[o.at : o.at+o.count] {
			if mine == u && slices.ContainsFunc(p.uses, func(x use) bool { return x.count > rank && o.takes(x.part) > n }) {
				return true
			}
		}
	}
	return false
}

// unit gives the n-th unit in the order in which they are taken.
func (j *judge) unit(n int) int {
	if j.order == nil {
		return n
	}
	return j.order[n]
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
		if use.count > rank && !l.free(j.base, s+use.from, s+use.till) {
			return false
		}
	}
	return true
}

// suits tells whether a unit is of the pool's kind, one of those it may be,
// and stands at the place.
func (j *judge) suits(p *pool, u, place int) bool {
	unit := &j.f.Units[u]
	return unit.usable(p.kind, j.f.Places[place].ID) && (len(p.anyOf) == 0 || slices.Contains(p.anyOf, unit.Resource.ID))
}

// usable tells whether the unit is of the kind and stands at the place.
func (u *Unit) usable(kind string, at id.Location) bool {
	r := u.Resource
	return r.Kind == kind && !r.Archived && (r.Location == "" || r.Location == at)
}
