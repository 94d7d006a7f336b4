package bench

import (
	"slices"
	"testing"
	"time"
)

// The numbers that the table of goals gives for its answers.
func TestTheOracleKnowsThePublishedAnswers(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t, 100, 30)
	if got := len(w.booked()); got != 17_600 {
		t.Errorf("%d bookings, want 17600", got)
	}
	for n, slots := range map[int]int{1: 121, 10: 534, 100: 572} {
		if got := len(w.expect(n, 0, w.last())); got != slots {
			t.Errorf("%d staff: %d slots, want %d", n, got, slots)
		}
	}
	if w.date(1) != "2026-12-01" || w.date(w.last()) != "2026-12-29" {
		t.Errorf("days %s to %s", w.date(1), w.date(w.last()))
	}
	if got := len(w.expect(1, 1, 1)); got != 7 {
		t.Errorf("one staff, one day: %d slots, want 7", got)
	}
}

func TestGapsAreFreeAndApart(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t, 12, 30)
	all := slices.Concat(w.booked(), w.gaps())
	if len(w.gaps()) < 12*22*3 {
		t.Fatalf("only %d gaps", len(w.gaps()))
	}
	slices.SortFunc(all, func(a, b visit) int {
		if a.staff != b.staff {
			return a.staff - b.staff
		}
		return a.start.Compare(b.start)
	})
	for i, v := range all[1:] {
		if before := all[i]; before.staff == v.staff && v.start.Before(before.end()) {
			t.Fatalf("%v overlaps %v", v, before)
		}
		if wd := v.start.Weekday(); wd == time.Saturday || wd == time.Sunday {
			t.Fatalf("%v on a %v", v, wd)
		}
	}
	if !slices.Equal(w.gaps(), w.gaps()) {
		t.Error("the order of the gaps is not always the same")
	}
}

// What is booked beside the fixture is offered no more.
func TestTakenIsNotFree(t *testing.T) {
	t.Parallel()
	w := newTestWorld(t, 2, 10)
	before := len(w.expect(1, 0, w.last()))
	v := w.gaps()[slices.IndexFunc(w.gaps(), func(v visit) bool { return v.staff == 0 })]
	w.take(v)
	after := w.expect(1, 0, w.last())
	if len(after) >= before || slices.ContainsFunc(after, func(s want) bool { return s.start.Equal(v.start) }) {
		t.Errorf("%v is offered still: %d slots of %d", v.start, len(after), before)
	}
}

func newTestWorld(t *testing.T, staff, days int) *world {
	t.Helper()
	w, err := newWorld(staff, days)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
