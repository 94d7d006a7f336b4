package availability

import (
	"slices"

	"kept/span"
)

// ClashCost is what it usually costs, in minutes of value, that a visit meets
// something in the client's own calendar: more than all else that is likely to
// tell two starts apart.
const ClashCost = 60

const (
	besideClash = 15 * span.Minute // a start this near to something in the client's calendar has no time to come or go
	besideShare = 6                // the part of a clash that it costs
)

// clashes adds what it costs that a visit meets something in the client's own
// calendar, and marks it. Slots and spans are both in the order of time, so
// that one walk over each does.
func (r *ranking) clashes() {
	if r.t == nil || len(r.t.Busy) == 0 {
		return
	}
	busy := r.t.Busy
	for i := range r.out {
		s := &r.out[i]
		for len(busy) > 0 && busy[0].End+besideClash <= s.Start {
			busy = busy[1:]
		}
		if len(busy) == 0 {
			return
		}
		switch meets, beside := clash(busy, span.Span{Start: s.Start, End: s.End}); {
		case meets:
			s.Cost.Clash, s.Busy = r.w.Clash, true
		case beside:
			s.Cost.Clash = r.w.Clash / besideShare
		}
	}
}

// clash tells whether a visit meets one of the spans, or is beside one. No span
// is over long before the visit.
func clash(busy span.Set, visit span.Span) (meets, beside bool) {
	for i := range busy {
		b := &busy[i]
		if b.Start >= visit.End+besideClash {
			break
		}
		if b.Meets(visit) {
			return true, false
		}
		beside = beside || b.End > visit.Start-besideClash
	}
	return false, beside
}

// Clashes tells whether the client's own calendar has something at a time.
func (t *Taste) Clashes(visit span.Span) bool {
	i, _ := slices.BinarySearchFunc(t.Busy, visit.Start, func(s span.Span, at span.Instant) int {
		if s.End <= at {
			return -1
		}
		return 1
	})
	return i < len(t.Busy) && t.Busy[i].Meets(visit)
}
