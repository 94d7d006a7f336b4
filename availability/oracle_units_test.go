package availability_test

import (
	"fmt"
	"slices"

	"kept/availability"
	"kept/id"
)

// pool is what an item takes of a kind, perhaps only of some resources of it.
type pool struct {
	kind  string
	anyOf []id.Resource
	uses  map[int]use // by segment
}

// use is how many units of a pool a segment takes, and of their lanes what.
type use struct {
	count int
	wide  [2]int
}

func (o *oracle) pools(item int) []pool { return o.sets[item] }

// poolsOf are those of an item, in the order in which its segments name them. A
// need named twice in a segment adds up.
func (o *oracle) poolsOf(item int) []pool {
	var out []pool
	for _, c := range o.claims {
		for _, need := range c.need.Resources {
			if c.item != item {
				continue
			}
			at := slices.IndexFunc(out, func(p pool) bool { return p.kind == need.Kind && slices.Equal(p.anyOf, need.AnyOf) })
			if at < 0 {
				at = len(out)
				out = append(out, pool{need.Kind, need.AnyOf, map[int]use{}})
			}
			u := use{need.Count, c.with(need.BufferBeforeMin, need.BufferAfterMin)}
			if old, twice := out[at].uses[c.segment]; twice {
				u = use{u.count + old.count, [2]int{min(u.wide[0], old.wide[0]), max(u.wide[1], old.wide[1])}}
			}
			out[at].uses[c.segment] = u
		}
	}
	return out
}

// wanted is how many units the pool sets aside.
func (p pool) wanted() int {
	most := 0
	for _, u := range p.uses {
		most = max(most, u.count)
	}
	return most
}

// fits tells whether the unit can be the pool's n-th, from 0.
func (o *oracle) fits(place, start int, p pool, unit string, n int) bool {
	if !slices.Contains(o.w.units(p.kind, p.anyOf, place), unit) {
		return false
	}
	for _, u := range p.uses {
		if u.count > n && !(o.free(o.w.lanes[unit], start, u.wide) && o.free(o.w.closed(place), start, u.wide)) {
			return false
		}
	}
	return true
}

// together tells whether the n-th of one pool and the m-th of another are in
// one segment, so that they cannot be the same unit.
func together(p pool, n int, other pool, m int) bool {
	for segment, u := range p.uses {
		if u.count > n && other.uses[segment].count > m {
			return true
		}
	}
	return false
}

// equipped tells whether there are units for every item: try every choice.
func (o *oracle) equipped(place, start int) bool {
	for item := range o.q.Visit {
		if !o.choose(place, start, o.pools(item), nil) {
			return false
		}
	}
	return true
}

// choose extends the units chosen for an item's pools, one pool after the
// other, until each has enough.
func (o *oracle) choose(place, start int, pools []pool, chosen [][]string) bool {
	at := len(chosen) - 1
	if at < 0 || len(chosen[at]) == pools[at].wanted() {
		if at+1 == len(pools) {
			return true
		}
		return o.choose(place, start, pools, append(slices.Clone(chosen), nil))
	}
	n := len(chosen[at])
	for _, unit := range o.w.units(pools[at].kind, pools[at].anyOf, place) {
		if !o.fits(place, start, pools[at], unit, n) || clashes(pools, chosen, at, n, unit) {
			continue
		}
		more := slices.Clone(chosen)
		more[at] = append(slices.Clone(chosen[at]), unit)
		if o.choose(place, start, pools, more) {
			return true
		}
	}
	return false
}

// clashes tells whether the unit, as the n-th of a pool, is chosen already for the same segment.
func clashes(pools []pool, chosen [][]string, at, n int, unit string) bool {
	for k := range chosen {
		for m, other := range chosen[k] {
			if other == unit && (k == at || together(pools[at], n, pools[k], m)) {
				return true
			}
		}
	}
	return false
}

// refuteUnits looks at the units of one item: each segment lists those of its
// pools, one pool after the other.
func (o *oracle) refuteUnits(place, start, n int, item availability.Item) string {
	pools := o.pools(n)
	sets := make([][]string, len(pools)) // set aside for the item: those of its neediest segment
	took := make([][][]string, len(item.Segments))
	for segment, part := range item.Segments {
		rest := part.Units
		took[segment] = make([][]string, len(pools))
		for k, p := range pools {
			count := p.uses[segment].count
			if count > len(rest) {
				return fmt.Sprintf("too few units in segment %d of item %d", segment, n)
			}
			took[segment][k], rest = rest[:count], rest[count:]
			if count > len(sets[k]) {
				sets[k] = took[segment][k]
			}
		}
		if len(rest) > 0 {
			return fmt.Sprintf("foreign units in %v", part.Units)
		}
	}
	for k, p := range pools {
		for segment := range took {
			if mine := took[segment][k]; !slices.Equal(mine, sets[k][:len(mine)]) {
				return fmt.Sprintf("units of segment %d of item %d: %v of %v", segment, n, mine, sets[k])
			}
		}
		for rank, unit := range sets[k] {
			before := append(slices.Clone(sets[:k]), sets[k][:rank])
			if clashes(pools, before, k, rank, unit) || !o.fits(place, start, p, unit, rank) {
				return fmt.Sprintf("unit %s of item %d", unit, n)
			}
		}
	}
	return ""
}
