package availability

import (
	"math/bits"
	"slices"

	"kept/span"
)

// Slots gives every start in the question's window at which the visit can take
// place, in the order of time, each once with everybody who could lead it.
// What it offers Assign can place and Check accepts. Under Override hours and
// grid give way to the interval counted from the window's start. The leads are
// shared between slots: read them, do not append to them.
func Slots(q Question, f *Facts) []Slot {
	j := judges.Get().(*judge) //nolint:forcetypeassert // nothing else is ever in it
	defer j.release()
	j.hear(&q, f, q.Window)
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
	var leads []int32
	if r.lead >= 0 {
		leads = []int32{int32(r.lead)}
	}
	sift := !j.plan.simple() || j.strict || len(j.f.Client) > 0 || len(j.f.Places[r.place].Rows) > 0
	starts, length := j.starts[r.from:r.to], j.plan.length
	out := make([]Slot, len(starts))
	n := 0
	for _, s := range starts {
		if sift && !(j.clientFree(s) && j.possible(s, r.place, r.lead)) {
			continue
		}
		o := &out[n]
		o.Start, o.End, o.Place, o.Leads = s, s+length, int32(r.place), leads
		n++
	}
	return out[:n]
}

// possible tells whether a candidate is a start, but for the client's time.
func (j *judge) possible(s span.Instant, place, lead int) bool {
	if !j.placeFree(s, place) {
		return false
	}
	if j.plan.simple() {
		return !j.strict || j.rested(lead, s) && j.passes(s, place, lead) // the sweep has seen all else
	}
	j.at(s)
	return j.assign(s, place, lead)
}

// passes tells whether the gate lets a start through.
func (j *judge) passes(s span.Instant, place, lead int) bool {
	if j.q.Gate == nil || j.q.Override {
		return true
	}
	_, shut := j.q.Gate(s, j.f.Places[place].ID, j.staffOf(lead))
	return !shut
}

// several makes the slots of many leads: their candidates are counted into
// buckets by start, then each start is judged once for all of them.
func (j *judge) several() []Slot {
	j.distinct()
	starts, rank := j.each.starts, j.each.rank
	ends := j.each.ends
	if j.plan.simple() && !j.strict && len(j.f.Places) == 1 && len(j.f.Places[0].Rows) == 0 {
		return j.unsifted(starts, rank, ends)
	}
	// ends[i] is where bucket i begins; filling moves it to where it ends.
	j.each.who = room(j.each.who, len(rank))
	who := j.each.who
	for n := range j.runs {
		for _, b := range rank[j.runs[n].from:j.runs[n].to] {
			who[ends[b]] = int32(n)
			ends[b]++
		}
	}
	leads := make([]int32, 0, len(rank))
	out := make([]Slot, 0, len(starts))
	from := int32(0)
	for i, s := range starts {
		bucket := who[from:ends[i]]
		from = ends[i]
		if !j.clientFree(s) {
			continue
		}
		first := len(leads)
		var place int
		if leads, place = j.sift(s, bucket, leads); place >= 0 {
			out = append(out, Slot{Start: s, End: s + j.plan.length, Place: int32(place), Leads: leads[first:len(leads):len(leads)]})
		}
	}
	return out
}

// unsifted makes the slots where every candidate is one, at the only place.
func (j *judge) unsifted(starts []span.Instant, rank, ends []int32) []Slot {
	leads := make([]int32, len(rank))
	for _, r := range j.runs {
		for _, b := range rank[r.from:r.to] {
			leads[ends[b]] = int32(r.lead)
			ends[b]++
		}
	}
	out := make([]Slot, len(starts))
	n, from := 0, int32(0)
	for i, s := range starts {
		to := ends[i]
		if j.clientFree(s) {
			o := &out[n]
			o.Start, o.End, o.Leads = s, s+j.plan.length, leads[from:to:to]
			n++
		}
		from = to
	}
	return out[:n]
}

// sift appends those of the bucket for whom the visit is possible, each once,
// and tells the place of the first; -1 when it is possible for none.
func (j *judge) sift(s span.Instant, bucket, leads []int32) ([]int32, int) {
	place, last := -1, -1
	for _, n := range bucket {
		r := &j.runs[n]
		if r.lead >= 0 && r.lead == last || !j.possible(s, r.place, r.lead) {
			continue // the same person at a second place, or not possible
		}
		if place < 0 {
			place = r.place
		}
		if last = r.lead; last >= 0 {
			leads = append(leads, int32(last))
		}
	}
	return leads, place
}

// each is the work on the starts of many leads, room for the next such.
type each struct {
	starts []span.Instant // the different ones, in order
	rank   []int32        // which of them each of judge.starts is
	ends   []int32        // one more than starts: where their buckets end
	who    []int32        // the buckets: judge.runs by start
	set    []uint64       // a bit a minute
	before []int32        // how many bits come before each word
}

// distinct finds the different starts in order and, for each of j.starts,
// which of them it is. Those that are whole minutes from each other and within
// two years go through a bit a minute; others are sorted.
func (j *judge) distinct() {
	e := &j.each
	e.rank = room(e.rank, len(j.starts))
	if n, ok := j.mark(); ok {
		e.starts = room(e.starts, n)
		for i, s := range j.starts {
			m := uint32(e.rank[i])
			r := e.before[m>>6] + int32(bits.OnesCount64(e.set[m>>6]&(1<<(m&63)-1)))
			e.rank[i], e.starts[r] = r, s
		}
	} else {
		e.starts = append(e.starts[:0], j.starts...)
		slices.Sort(e.starts)
		e.starts = slices.Compact(e.starts)
		for i, s := range j.starts {
			n, _ := slices.BinarySearch(e.starts, s)
			e.rank[i] = int32(n)
		}
	}
	e.ends = room(e.ends, len(e.starts)+1)
	for _, r := range e.rank {
		e.ends[r+1]++
	}
	for i := range e.starts {
		e.ends[i+1] += e.ends[i]
	}
}

// mark sets the bit of every start and tells how many there are; their ranks
// are the minutes since the first. It can not where they are of another kind.
func (j *judge) mark() (n int, ok bool) {
	lo, hi := far, -far
	for _, r := range j.runs {
		lo, hi = min(lo, j.starts[r.from]), max(hi, j.starts[r.to-1])
	}
	words := int((hi-lo)/span.Minute/64) + 1
	if words > 1<<14 {
		return 0, false
	}
	e := &j.each
	e.set, e.before = room(e.set, words), room(e.before, words)
	for i, s := range j.starts {
		past := uint64(s - lo)
		m := past / uint64(span.Minute)
		if m*uint64(span.Minute) != past {
			return 0, false
		}
		e.rank[i] = int32(m)
		e.set[m>>6] |= 1 << (m & 63)
	}
	for w, b := range e.set {
		e.before[w] = int32(n)
		n += bits.OnesCount64(b)
	}
	return n, true
}
