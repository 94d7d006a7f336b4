package availability

import (
	"cmp"
	"slices"

	"kept/span"
)

// MaxWays bounds in how many ways a visit is tried. Those with less waiting
// come first, so that what is left out is what a client would like least.
const MaxWays = 120

// Arrange lists the ways in which the services of a visit can follow each
// other: as given or, in any order, in every one, each with every wait in
// between up to the bound in steps (both in microseconds). The least waiting
// comes first, then the order nearest to the one given; at most MaxWays.
func Arrange(visit []Want, anyOrder bool, wait, step span.Instant) [][]Want {
	orders := [][]int{upTo(len(visit))}
	if anyOrder {
		orders = permutations(len(visit))
	}
	steps := 0
	if step > 0 && len(visit) > 1 {
		steps = int(wait / step)
	}
	var out [][]Want
	for total := 0; total <= steps*(len(visit)-1); total++ {
		for _, order := range orders {
			for _, waits := range split(total, len(visit)-1, steps) {
				if len(out) == MaxWays {
					return out
				}
				way := make([]Want, len(visit))
				for i, n := range order {
					way[i] = visit[n]
					if i > 0 {
						way[i].Wait = span.Instant(waits[i-1]) * step
					}
				}
				out = append(out, way)
			}
		}
		if steps == 0 {
			break
		}
	}
	return out
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// permutations lists the orders of n things, the identity first, in
// lexicographic order; at most MaxWays.
func permutations(n int) [][]int {
	var out [][]int
	var grow func(taken []int)
	grow = func(taken []int) {
		if len(out) == MaxWays {
			return
		}
		if len(taken) == n {
			out = append(out, slices.Clone(taken))
			return
		}
		for i := range n {
			if !slices.Contains(taken, i) {
				grow(append(taken, i))
			}
		}
	}
	grow(make([]int, 0, n))
	return out
}

// split lists the ways to share out total steps over gaps of no more than most each;
// with no gaps the one way to share out nothing.
func split(total, gaps, most int) [][]int {
	if gaps <= 0 {
		return [][]int{nil}
	}
	if gaps == 1 {
		if total > most {
			return nil
		}
		return [][]int{{total}}
	}
	var out [][]int
	for first := 0; first <= min(total, most); first++ {
		for _, rest := range split(total-first, gaps-1, most) {
			if out = append(out, append([]int{first}, rest...)); len(out) == MaxWays {
				return out
			}
		}
	}
	return out
}

// Merge puts together what each of several ways to run a visit offers: in the
// order of time, at each start everybody who could lead it in the first way in
// which they can. Slots at one start that differ by way (in length or price)
// stand beside each other, and Slot.Way tells them apart. The facts of all ways
// list the same people.
func Merge(ways ...[]Slot) []Slot {
	if len(ways) == 1 {
		return ways[0]
	}
	var out []Slot
	for w, slots := range ways {
		for _, s := range slots {
			s.Way = int32(w)
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Way, b.Way))
	})
	kept := out[:0]
	first := 0 // of the slots kept, the first with this start
	for _, s := range out {
		if first == len(kept) || kept[first].Start != s.Start {
			first = len(kept)
		}
		earlier := kept[first:]
		if len(s.Leads) == 0 {
			if len(earlier) == 0 {
				kept = append(kept, s)
			}
			continue
		}
		s.Leads = slices.DeleteFunc(slices.Clone(s.Leads), func(who int32) bool {
			return slices.ContainsFunc(earlier, func(o Slot) bool { return slices.Contains(o.Leads, who) })
		})
		if len(s.Leads) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}
