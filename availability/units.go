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
	if j.plan.rivals {
		j.fits = j.assignRivals(0, 0, s, place)
		return j.fits
	}
	for i := range j.plan.pools {
		if !j.assignPool(&j.plan.pools[i], s, place) {
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

// assignRivals finds units for the pools from the given one and rank on, where
// two pools of one item may want the same unit: by trying, for they are few.
func (j *judge) assignRivals(pool, rank int, s span.Instant, place int) bool {
	if pool == len(j.plan.pools) {
		return true
	}
	p := &j.plan.pools[pool]
	if rank == p.count {
		return j.assignRivals(pool+1, 0, s, place)
	}
	for n := range j.f.Units {
		u := j.unit(n)
		if !j.suits(p, u, place) || !j.unitFree(p, rank, u, s) || j.taken(p, rank, u) || j.claimed(pool, u) {
			continue
		}
		j.units[p.at+rank] = u
		if j.assignRivals(pool, rank+1, s, place) {
			return true
		}
		j.units[p.at+rank] = -1
	}
	return false
}

// claimed tells whether an earlier pool of the same item has the unit.
func (j *judge) claimed(pool, u int) bool {
	for i := range pool {
		if o := &j.plan.pools[i]; o.item == j.plan.pools[pool].item && j.taken(o, o.count, u) {
			return true
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
