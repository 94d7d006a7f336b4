package availability_test

import (
	"fmt"
	"testing"

	"kept/availability"
	"kept/span"
)

// BenchmarkRank is what ranking adds to BenchmarkSlots.
func BenchmarkRank(b *testing.B) {
	q, f := fixture(b)
	w := availability.Usually(quarters())
	even, fit := w, w
	even.Load, fit.Fit = 10, true
	taste := &availability.Taste{Minute: 600, Weekdays: []float32{.5, .5, 0, 0, 0, 0, 0}}
	run := func(name string, q availability.Question, f *availability.Facts, w *availability.Weights, t *availability.Taste) {
		slots := availability.Slots(q, f)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(availability.Rank([]availability.Question{q}, f, slots, w, t)) != len(slots) {
					b.Fatal("slots were lost")
				}
			}
		})
	}
	for _, n := range []int{1, 10, 100} {
		run(fmt.Sprintf("staff=%d", n), q, few(f, n), &w, nil)
	}
	run("staff=100,fit", q, f, &fit, nil)
	run("staff=100,taste,load", q, f, &even, taste)
	run("staff=100,busy", q, f, &w, meetings(q.Window))
	pq, pf := pools(b)
	run("pools", pq, pf, &w, nil)
}

// meetings is a calendar with half an hour taken in every three.
func meetings(window span.Span) *availability.Taste {
	t := new(availability.Taste)
	for at := window.Start; at < window.End; at += 3 * span.Hour {
		t.Busy = append(t.Busy, span.Span{Start: at, End: at + 30*span.Minute})
	}
	return t
}

// A ranking allocates the same number of times however long the list is.
func TestRankAllocatesNothingPerSlot(t *testing.T) {
	q, f := fixture(t)
	w := availability.Usually(quarters())
	slots := availability.Slots(q, f)
	all := testing.AllocsPerRun(3, func() { availability.Rank([]availability.Question{q}, f, slots, &w, nil) })
	few := testing.AllocsPerRun(3, func() { availability.Rank([]availability.Question{q}, f, slots[:10], &w, nil) })
	if all > few+4 || all > 40 {
		t.Errorf("%v allocations for %d slots, %v for 10", all, len(slots), few)
	}
	taste := meetings(q.Window)
	if own := testing.AllocsPerRun(3, func() { availability.Rank([]availability.Question{q}, f, slots, &w, taste) }); own != all {
		t.Errorf("%v allocations with a calendar of the client's, %v without", own, all)
	}
}
