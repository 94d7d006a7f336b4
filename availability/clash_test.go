package availability_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/span"
)

// clashWorld has the starts 09:00, 09:30 ... 11:30 of half an hour, with nothing taken.
func clashWorld(t *testing.T) *world {
	w := setup(t)
	w.alone("09:00-12:00")
	w.service.IntervalMin = 30
	return w
}

func TestRankSeesTheClientsOwnCalendar(t *testing.T) {
	t.Parallel()
	const full, beside = 60, 10
	type marks map[string]float32 // what starts cost; the others cost nothing
	for name, test := range map[string]struct {
		busy string
		want marks
	}{
		"nothing in it":             {},
		"over long before":          {busy: "06:00-08:30"},
		"long after":                {busy: "12:15-14:00"},
		"inside of a visit":         {busy: "10:10-10:20", want: marks{"09:30": beside, "10:00": full, "10:30": beside}},
		"as long as a visit":        {busy: "10:00-10:30", want: marks{"09:30": beside, "10:00": full, "10:30": beside}},
		"over two":                  {busy: "10:15-10:45", want: marks{"10:00": full, "10:30": full}},
		"ends where a visit begins": {busy: "08:00-09:00", want: marks{"09:00": beside}},
		"a quarter hour before":     {busy: "08:00-08:45"},
		"a minute less":             {busy: "08:00-08:46", want: marks{"09:00": beside}},
		"all day":                   {busy: "00:00-24:00", want: marks{"09:00": full, "09:30": full, "10:00": full, "10:30": full, "11:00": full, "11:30": full}},
		"two, of which one meets":   {busy: "09:20-09:30 09:40-09:50", want: marks{"09:00": full, "09:30": full, "10:00": beside}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := clashWorld(t)
			taste := availability.Taste{}
			if test.busy != "" {
				taste.Busy = times(test.busy)
			}
			all := w.rank(availability.Weights{Clash: full}, &taste)
			if len(all) != 6 {
				t.Fatalf("%d starts are left: a calendar of the client's closes none", len(all))
			}
			for _, r := range all {
				clock := r.Start.UTC().Format("15:04")
				want := test.want[clock]
				if r.Cost.Clash != want || r.Cost.Total() != want || r.Busy != (want == full) || r.Hidden {
					t.Errorf("%s costs %v, marked %v, hidden %v; want %v", clock, r.Cost, r.Busy, r.Hidden, want)
				}
				if got := taste.Clashes(span.Span{Start: r.Start, End: r.End}); got != r.Busy {
					t.Errorf("%s clashes %v", clock, got)
				}
			}
		})
	}
}

// What the client has no time for comes last, is never the best fit, and keeps
// its place among those that are shown.
func TestRankPutsClashesLast(t *testing.T) {
	t.Parallel()
	w := quarterWorld(t)
	weights := availability.Usually(quarters())
	free := w.rank(weights, nil)
	hidden := func(all []availability.Ranked) (out []span.Instant) {
		for _, r := range all {
			if r.Hidden {
				out = append(out, r.Start)
			}
		}
		return out
	}
	all := w.rank(weights, &availability.Taste{Busy: times("10:00-12:00")})
	if !slices.Equal(hidden(free), hidden(all)) {
		t.Errorf("hidden are %v, and with a calendar %v", hidden(free), hidden(all))
	}
	availability.Order(all)
	marked := false
	for _, r := range all {
		if !r.Hidden {
			if marked && !r.Busy {
				t.Errorf("%v comes after what the client has no time for", r.Start)
			}
			marked = marked || r.Busy
		}
		if r.Busy && r.BestFit {
			t.Errorf("%v fits best, but not the client", r.Start)
		}
	}
	if !marked {
		t.Error("nothing is marked")
	}
	for _, r := range w.rank(weights, &availability.Taste{Busy: times("00:00-24:00")}) {
		if !r.Busy || r.BestFit {
			t.Errorf("%v: %+v", r.Start, r)
		}
	}
}

// TestClashesAgreeWithTheNaive compares the walk with a look at every minute.
func TestClashesAgreeWithTheNaive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := clashWorld(t)
		w.alone("00:00-48:00")
		w.q.Window, w.f.Window = between("00:00-48:00"), between("-24:00-72:00")
		w.service.Segments = []catalog.Segment{staffed(rapid.SampledFrom([]int{5, 30, 90, 300}).Draw(rt, "long"))}
		w.service.IntervalMin = rapid.SampledFrom([]int{5, 10, 45}).Draw(rt, "every")
		var busy []span.Span
		minutes := map[int]bool{} // of the two days and around: busy
		const before = 2000
		for range rapid.IntRange(0, 12).Draw(rt, "entries") {
			from := rapid.IntRange(-1500, 4000).Draw(rt, "from")
			long := rapid.SampledFrom([]int{1, 7, 30, 240, 1500}).Draw(rt, "of")
			busy = append(busy, span.Span{Start: at("00:00") + span.Minutes(from), End: at("00:00") + span.Minutes(from+long)})
			for m := from; m < from+long; m++ {
				minutes[m+before] = true
			}
		}
		taken := func(from, to int) bool {
			for m := from; m < to; m++ {
				if minutes[m+before] {
					return true
				}
			}
			return false
		}
		taste := &availability.Taste{Busy: span.SetOf(busy...)}
		weights := availability.Weights{Clash: 60}
		plain, all := w.rank(weights, nil), w.rank(weights, taste)
		if len(plain) != len(all) {
			rt.Fatalf("%d starts, and with a calendar %d", len(plain), len(all))
		}
		for i, r := range all {
			from := int((r.Start - at("00:00")) / span.Minute)
			to := int((r.End - at("00:00")) / span.Minute)
			want := float32(0)
			if taken(from, to) {
				want = 60
			} else if taken(from-15, to+15) {
				want = 10
			}
			if r.Cost.Clash != want || r.Busy != (want == 60) || r.Busy != taste.Clashes(span.Span{Start: r.Start, End: r.End}) || plain[i].Start != r.Start {
				rt.Fatalf("%v of %v costs %v, want %v", r.Start, taste.Busy, r.Cost.Clash, want)
			}
			rest := r.Cost
			rest.Clash = 0
			if rest != plain[i].Cost || r.Lead != plain[i].Lead {
				rt.Fatalf("%v: a calendar changes %+v to %+v", r.Start, plain[i].Cost, rest)
			}
		}
	})
}
