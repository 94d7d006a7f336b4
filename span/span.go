package span

import (
	"slices"
	"sort"
)

// Span is the half-open interval [Start, End): it holds its start and not its
// end, so that two visits back to back do not meet.
type Span struct{ Start, End Instant }

// Empty tells whether the span holds no instant.
func (s Span) Empty() bool { return s.End <= s.Start }

// Length is the span's extent in microseconds, 0 when it is empty.
func (s Span) Length() Instant { return max(0, s.End-s.Start) }

// Holds tells whether the instant lies in the span.
func (s Span) Holds(i Instant) bool { return s.Start <= i && i < s.End }

// Covers tells whether every instant of t lies in s; an empty t is covered by anything.
func (s Span) Covers(t Span) bool { return t.Empty() || s.Start <= t.Start && t.End <= s.End }

// Meets tells whether the spans share an instant.
func (s Span) Meets(t Span) bool {
	return s.Start < t.End && t.Start < s.End && !s.Empty() && !t.Empty()
}

// Intersect gives the part that both hold; it may be empty.
func (s Span) Intersect(t Span) Span {
	return Span{max(s.Start, t.Start), min(s.End, t.End)}
}

// Widen moves the start earlier and the end later.
func (s Span) Widen(before, after Instant) Span { return Span{s.Start - before, s.End + after} }

// Set is a set of instants as sorted spans that are not empty and neither
// meet nor touch. The zero value is the empty set. Make one with SetOf.
type Set []Span

// SetOf makes a set of any spans: empty ones vanish, meeting and touching ones merge.
func SetOf(spans ...Span) Set {
	sorted := make([]Span, 0, len(spans))
	for _, s := range spans {
		if !s.Empty() {
			sorted = append(sorted, s)
		}
	}
	slices.SortFunc(sorted, func(a, b Span) int {
		switch {
		case a.Start < b.Start:
			return -1
		case a.Start > b.Start:
			return 1
		default:
			return 0
		}
	})
	out := sorted[:0]
	for _, s := range sorted {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return Set(out)
}

// Union gives what either holds.
func (a Set) Union(b Set) Set { return SetOf(append(slices.Clone(a), b...)...) }

// Intersect gives what both hold.
func (a Set) Intersect(b Set) Set {
	var out Set
	for i, j := 0, 0; i < len(a) && j < len(b); {
		if x := a[i].Intersect(b[j]); !x.Empty() {
			out = append(out, x)
		}
		if a[i].End < b[j].End {
			i++
		} else {
			j++
		}
	}
	return out
}

// Subtract gives what a holds and b does not.
func (a Set) Subtract(b Set) Set {
	var out Set
	j := 0
	for _, s := range a {
		for j < len(b) && b[j].End <= s.Start {
			j++
		}
		rest := s
		for k := j; k < len(b) && b[k].Start < rest.End; k++ {
			if b[k].Start > rest.Start {
				out = append(out, Span{rest.Start, b[k].Start})
			}
			rest.Start = max(rest.Start, b[k].End)
		}
		if !rest.Empty() {
			out = append(out, rest)
		}
	}
	return out
}

// Clip gives the part of the set inside s.
func (a Set) Clip(s Span) Set { return a.Intersect(Set{s}) }

// Holds tells whether the instant lies in the set.
func (a Set) Holds(i Instant) bool {
	n := a.search(i)
	return n < len(a) && a[n].Holds(i)
}

// Covers tells whether every instant of s lies in the set.
func (a Set) Covers(s Span) bool {
	if s.Empty() {
		return true
	}
	n := a.search(s.Start)
	return n < len(a) && a[n].Covers(s)
}

// Around gives the span of the set that holds the instant.
func (a Set) Around(i Instant) (Span, bool) {
	n := a.search(i)
	if n < len(a) && a[n].Holds(i) {
		return a[n], true
	}
	return Span{}, false
}

// Length is the sum of the spans' lengths in microseconds.
func (a Set) Length() Instant {
	var sum Instant
	for _, s := range a {
		sum += s.Length()
	}
	return sum
}

// search finds the first span that ends after i.
func (a Set) search(i Instant) int {
	return sort.Search(len(a), func(n int) bool { return a[n].End > i })
}
