package availability

import (
	"math/bits"
	"slices"

	"kept/id"
	"kept/span"
)

// Slots gives every start in the question's window at which the visit can take
// place, in the order of time, each once with everybody who could lead it.
// What it offers Assign can place and Check accepts. Under Override hours and
// grid give way to the interval counted from the window's start. The leads are
// shared between slots: read them, do not append to them.
func Slots(q Question, f *Facts) []Slot {
	j := newJudge(&q, f, q.Window)
	j.candidates(-1)
	if len(j.runs) == 0 {
		return nil
	}
	if len(j.runs) == 1 {
		return j.single()
	}
	return j.several()
}

// single makes the slots of one lead at one place.
func (j *judge) single() []Slot {
	r := j.runs[0]
	var leads []id.Staff
	if r.lead >= 0 {
		leads = []id.Staff{j.f.Staff[r.lead].Staff.ID}
	}
	simple := j.plan.simple()
	out := make([]Slot, 0, r.to-r.from)
	for _, s := range j.starts[r.from:r.to] {
		if !j.clientFree(s) || !j.placeFree(s, r.place) {
			continue
		}
		if !simple {
			if j.at(s); !j.assign(s, r.place, r.lead) {
				continue
			}
		}
		out = append(out, Slot{Start: s, End: s + j.plan.length, Place: r.place, Leads: leads})
	}
	return out
}

// several makes the slots of many leads: their candidates are counted into
// buckets by start, then each start is judged once for all of them.
func (j *judge) several() []Slot {
	starts, rank := distinct(j.starts)
	ends := make([]int32, len(starts)+1)
	for _, r := range rank {
		ends[r+1]++
	}
	for i := range starts {
		ends[i+1] += ends[i]
	}
	// ends[i] is where bucket i begins; filling moves it to where it ends.
	who := make([]int32, len(rank))
	for n, r := range j.runs {
		for _, b := range rank[r.from:r.to] {
			who[ends[b]] = int32(n) //nolint:gosec // a run is a person at a place
			ends[b]++
		}
	}
	simple := j.plan.simple()
	leads := make([]id.Staff, 0, len(rank))
	out := make([]Slot, 0, len(starts))
	from := int32(0)
	for i, s := range starts {
		bucket := who[from:ends[i]]
		from = ends[i]
		if !j.clientFree(s) {
			continue
		}
		if !simple {
			j.at(s)
		}
		place, first, last := -1, len(leads), -1
		for _, n := range bucket {
			r := &j.runs[n]
			if r.lead >= 0 && r.lead == last || !j.placeFree(s, r.place) ||
				!simple && !j.assign(s, r.place, r.lead) {
				continue // the same person at a second place, or not possible
			}
			if place < 0 {
				place = r.place
			}
			if last = r.lead; last >= 0 {
				leads = append(leads, j.f.Staff[last].Staff.ID)
			}
		}
		if place >= 0 {
			out = append(out, Slot{s, s + j.plan.length, place, leads[first:len(leads):len(leads)]})
		}
	}
	return out
}

// distinct gives the different starts in order and, for every start given,
// which of them it is. Whole minutes within two years go through a bit a
// minute; others are sorted.
func distinct(all []span.Instant) (starts []span.Instant, rank []int32) {
	rank = make([]int32, len(all))
	lo, hi, odd := all[0], all[0], span.Instant(0)
	for _, s := range all {
		lo, hi = min(lo, s), max(hi, s)
		odd |= s % span.Minute
	}
	words := int((hi-lo)/span.Minute/64) + 1
	if odd != 0 || words > 1<<14 {
		starts = slices.Clone(all)
		slices.Sort(starts)
		starts = slices.Compact(starts)
		for i, s := range all {
			n, _ := slices.BinarySearch(starts, s)
			rank[i] = int32(n) //nolint:gosec // starts of one answer
		}
		return starts, rank
	}
	set := make([]uint64, words)
	for i, s := range all {
		m := uint32((s - lo) / span.Minute) //nolint:gosec // at most two years
		rank[i] = int32(m)                  //nolint:gosec // the same
		set[m>>6] |= 1 << (m & 63)
	}
	before := make([]int32, words)
	n := int32(0)
	for w, b := range set {
		before[w] = n
		n += int32(bits.OnesCount64(b)) //nolint:gosec // at most 64
	}
	starts = make([]span.Instant, n)
	for i, s := range all {
		m := uint32(rank[i])                                                 //nolint:gosec // a minute
		r := before[m>>6] + int32(bits.OnesCount64(set[m>>6]&(1<<(m&63)-1))) //nolint:gosec // at most 64
		rank[i], starts[r] = r, s
	}
	return starts, rank
}
