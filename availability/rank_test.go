package availability_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// quarters is the demand of a salon: 30, 45, 60 and 90 minutes, all alike.
func quarters() *availability.Mix {
	return availability.NewMix([]availability.Usual{
		{DurationMin: 30, Weight: 1}, {DurationMin: 45, Weight: 1}, {DurationMin: 60, Weight: 1}, {DurationMin: 90, Weight: 1},
	})
}

// rank ranks the world's slots.
func (w *world) rank(weights availability.Weights, t *availability.Taste) []availability.Ranked {
	return availability.Rank([]availability.Question{w.q}, w.f, availability.Slots(w.q, w.f), &weights, t)
}

// told writes ranked slots as "09:00a* 09:30b-": * the best fit, ! usual, - hidden.
func told(all []availability.Ranked) string {
	var out []string
	for i := range all {
		r := &all[i]
		line := r.Start.UTC().Format("15:04") + string(r.Lead)
		for _, m := range []struct {
			mark string
			on   bool
		}{{"*", r.BestFit}, {"!", r.Usual}, {"-", r.Hidden}} {
			if m.on {
				line += m.mark
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, " ")
}

// A morning with two visits in it, so that each gap is of 45 minutes.
func quarterWorld(t *testing.T) *world {
	w := setup(t)
	w.alone("09:00-12:00")
	w.service.IntervalMin = 15
	w.f.Staff[0].Rows = []availability.Row{taken("09:45-10:15"), taken("11:00-11:15")}
	return w
}

func TestRankSeesTheQuarterHourThatNothingFits(t *testing.T) {
	t.Parallel()
	w := quarterWorld(t)
	mix := quarters()
	costs := map[string]float32{}
	for _, r := range w.rank(availability.Weights{Mix: mix}, nil) {
		costs[r.Start.UTC().Format("15:04")] = r.Cost.Gaps
	}
	lost := func(gap string, left ...int) float32 {
		sum := mix.Worth(between(gap).Length()) - mix.Worth(30*span.Minute)
		for _, m := range left {
			sum -= mix.Worth(span.Minutes(m))
		}
		return float32(sum)
	}
	want := map[string]float32{
		"09:00": lost("09:00-09:45", 0, 15), "09:15": lost("09:00-09:45", 15, 0),
		"10:15": lost("10:15-11:00", 0, 15), "10:30": lost("10:15-11:00", 15, 0),
		"11:15": lost("11:15-12:00", 0, 15), "11:30": lost("11:15-12:00", 15, 0),
	}
	for start, cost := range want {
		if d := costs[start] - cost; d > 1e-3 || d < -1e-3 {
			t.Errorf("%s costs %v, want %v", start, costs[start], cost)
		}
	}
}

func TestRankLabelsAndHides(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*world, *availability.Weights)
		taken  string
		want   string
	}{
		"one gap fits, the other is broken up": {
			taken: "10:00-10:30 10:30-11:00", want: "09:00a* 09:15a- 09:30a* 11:00a* 11:15a- 11:30a",
		},
		"four are kept at least": {
			taken: "10:15-11:45", want: "09:00a* 09:15a 09:30a 09:45a*",
		},
		"all alike have no label":      {taken: "09:30-10:00 10:30-11:00 11:30-12:00", want: "09:00a 10:00a 11:00a"},
		"an only one is never hidden":  {taken: "09:45-12:00", change: func(_ *world, w *availability.Weights) { w.Keep = 0 }, want: "09:00a 09:15a"},
		"nothing hidden by no percent": {taken: "10:00-12:00", change: func(_ *world, w *availability.Weights) { w.HideAbove = 0 }, want: "09:00a* 09:15a 09:30a*"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.alone("09:00-12:00")
			w.service.IntervalMin = 15
			for clocks := range strings.FieldsSeq(test.taken) {
				w.f.Staff[0].Rows = append(w.f.Staff[0].Rows, taken(clocks))
			}
			weights := availability.Usually(quarters())
			if test.change != nil {
				test.change(w, &weights)
			}
			if diff := cmp.Diff(test.want, told(w.rank(weights, nil))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRankTakesTheLeadWhomItFits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.f.Staff[1].Rows = []availability.Row{taken("10:00-12:00")} // b's 09:00-10:00 is a gap of two
	w.f.Staff[0].Rows = []availability.Row{taken("09:30-12:00")} // a's 09:00-09:30 is one of one
	weights := availability.Weights{Mix: quarters(), Fit: true}
	if got := w.rank(weights, nil)[0]; got.Start != at("09:00") || got.Lead != "a" {
		t.Errorf("%v under %s, want the one whose gap is filled", got.Start, got.Lead)
	}
	w.f.Staff[0].Rows, w.f.Staff[1].Rows = w.f.Staff[1].Rows, w.f.Staff[0].Rows
	if got := w.rank(weights, nil)[0]; got.Lead != "b" {
		t.Errorf("led by %s, want the one whose gap is filled", got.Lead)
	}
	weights.Fit = false // the least booked is a
	if got := w.rank(weights, nil)[0]; got.Lead != "a" {
		t.Errorf("led by %s, want whom the aim takes", got.Lead)
	}
}

// Whatever the aim, the lead who is ranked is the one who would be taken.
func TestRankedLeadIsTheOneChosen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := setup(t)
		for i := range 3 {
			w.f.Staff = append(w.f.Staff, w.f.Staff[0])
			s := *w.f.Staff[0].Staff
			s.ID = id.Staff("cde"[i : i+1])
			w.f.Staff[2+i].Staff = &s
		}
		for i := range w.f.Staff {
			s := w.f.Staff[i].Staff
			s.Preferences.Priority = rapid.IntRange(0, 3).Draw(rt, "priority")
			s.Preferences.GapMin = rapid.SampledFrom([]int{0, 0, 15, 60}).Draw(rt, "gap")
			if rapid.Bool().Draw(rt, "likes") {
				s.Preferences.Favourite = []id.Service{w.q.Visit[0].Service.ID}
			}
			s.Skills = []catalog.Skill{{Skill: "dye", Level: rapid.IntRange(1, 4).Draw(rt, "level")}}
			w.f.Staff[i].Open = []availability.Open{{Spans: times("09:00-12:00 33:00-36:00")}}
			for _, m := range rapid.SliceOfNDistinct(rapid.IntRange(0, 8), 0, 5, rapid.ID).Draw(rt, "rows") {
				from := at("09:00") + span.Minutes(20*m+m/6*(24*60-120))
				w.f.Staff[i].Rows = append(w.f.Staff[i].Rows, availability.Row{
					Span: span.Span{Start: from, End: from + span.Minutes(20)}, Exclusive: rapid.Bool().Draw(rt, "exclusive"),
				})
			}
			slices.SortFunc(w.f.Staff[i].Rows, func(a, b availability.Row) int { return int(a.Start - b.Start) })
		}
		w.q.Window = between("00:00-48:00")
		w.f.Window = between("-24:00-72:00")
		w.q.Aim = rapid.SampledFrom(append(catalog.Aims(), "")).Draw(rt, "aim")
		w.q.Last = rapid.SampledFrom([]id.Staff{"", "b", "d"}).Draw(rt, "last")
		weights := availability.Usually(quarters())
		weights.Load = rapid.SampledFrom([]float32{0, 10}).Draw(rt, "load")
		if w.q.Mix = weights.Mix; w.q.Aim == catalog.AimFit {
			weights.Load = 0 // then it is the gaps alone
		}
		for _, r := range w.rank(weights, nil) {
			if want := availability.Choose(w.q, w.f, r.Start)[0]; r.Lead != want {
				rt.Fatalf("%v: %s is ranked, %s is chosen", r.Start, r.Lead, want)
			}
		}
	})
}

func TestRankAimsAtALoad(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.f.Staff[0].Rows = []availability.Row{taken("13:00-15:00")}
	for load, want := range map[float32]id.Staff{10: "b", -10: "a", 0: "a"} {
		r := w.rank(availability.Weights{Load: load, Fit: true}, nil)[0]
		if r.Lead != want {
			t.Errorf("load %v: %s leads, want %s", load, r.Lead, want)
		}
		if want := map[float32]float32{10: 0, -10: -2.5, 0: 0}[load]; r.Cost.Load != want {
			t.Errorf("load %v: costs %v, want %v", load, r.Cost.Load, want)
		}
	}
}

func TestRankKnowsWhatTheClientLikes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	taste := &availability.Taste{Minute: 14*60 + 10, Staff: []id.Staff{"b"}}
	all := w.rank(availability.Weights{Taste: 15, Best: 1, Fit: true}, taste)
	if got, want := told(all), "14:00b*!"; !strings.Contains(got, want) || strings.Count(got, "!") != 1 || strings.Contains(got, "a") {
		t.Errorf("got %s, want %s in it and b throughout", got, want)
	}
	if diff := cmp.Diff([]string{availability.LabelBestFit, availability.LabelUsual}, all[slices.IndexFunc(all, func(r availability.Ranked) bool { return r.Usual })].Labels()); diff != "" {
		t.Error(diff)
	}
	availability.Order(all)
	if got := all[0].Start; got != at("14:00") {
		t.Errorf("first is %v", got)
	}
	windows := &availability.Taste{Windows: []availability.Preferred{{Weekday: 1, FromMin: 16 * 60, ToMin: 17 * 60}, {Weekday: 2, FromMin: 0, ToMin: 720}}}
	all = w.rank(availability.Weights{Taste: 15}, windows)
	availability.Order(all)
	if all[0].Start != at("16:00") || all[1].Start != at("16:30") || all[2].Start != at("09:00") {
		t.Errorf("windows come first, then time: %s", told(all))
	}
}

func TestUsualTimeIsNeverHidden(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.alone("09:00-12:00")
	w.service.IntervalMin = 15
	weights := availability.Usually(quarters())
	weights.Taste = 0
	if got := told(w.rank(weights, nil)); !strings.Contains(got, "09:15a-") {
		t.Fatalf("09:15 wastes a quarter of an hour: %s", got)
	}
	if got := told(w.rank(weights, &availability.Taste{Minute: 9*60 + 15})); !strings.Contains(got, "09:15a!") {
		t.Errorf("the client's own time is shown: %s", got)
	}
}

func TestRankCountsChanges(t *testing.T) {
	t.Parallel()
	w := setup(t)
	colour := &catalog.Service{ID: "colour", IntervalMin: 30, Segments: []catalog.Segment{staffed(30)}}
	w.q.Visit = append(w.q.Visit, availability.Want{Service: colour})
	w.f.Staff[0].Rows = []availability.Row{taken("09:30-10:00")} // a can do 09:00 but must hand on
	w.f.Staff[1].Rows = []availability.Row{taken("09:00-09:30")} // b can do the rest
	all := w.rank(availability.Weights{Change: 5}, nil)
	if all[0].Start != at("09:00") || all[0].Cost.Changes != 5 {
		t.Errorf("%v costs %v of changes, want 5 at 09:00", all[0].Start, all[0].Cost.Changes)
	}
	if last := all[len(all)-1]; last.Cost.Changes != 0 {
		t.Errorf("%v is handed on", last.Start)
	}
}

// A start right beside another visit of somebody who likes ten minutes between
// visits costs what their wish weighs, half a gap half of it; opening time is
// no visit.
func TestRankLeavesTheGapThatIsLiked(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.alone("09:00-12:00")
	w.service.IntervalMin = 5
	w.f.Staff[0].Rows = []availability.Row{taken("10:00-10:30")}
	w.f.Staff[0].Staff.Preferences.GapMin = 10
	want := map[string]float32{"09:00": 0, "09:20": 0, "09:25": 2, "09:30": 4, "10:30": 4, "10:35": 2, "10:40": 0, "11:30": 0}
	for _, r := range w.rank(availability.Weights{Wish: 4}, nil) {
		if cost, told := want[r.Start.UTC().Format("15:04")]; told && r.Cost != (availability.Cost{Wish: cost}) {
			t.Errorf("%v costs %+v, want %v", r.Start, r.Cost, cost)
		}
	}
	w.f.Staff[0].Staff.Preferences.GapMin = 0
	for _, r := range w.rank(availability.Weights{Wish: 4}, nil) {
		if r.Cost != (availability.Cost{}) {
			t.Errorf("%v costs %+v, and nobody wishes for anything", r.Start, r.Cost)
		}
	}
}

func TestGapsFarAheadCostLess(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.alone("09:00-12:00 33:00-36:00")
	w.service.IntervalMin = 15
	w.q.Window = between("00:00-48:00")
	all := w.rank(availability.Weights{Mix: quarters(), HalfLife: 1}, nil)
	today, tomorrow := all[1], all[len(all)/2+1]
	if tomorrow.Start != today.Start+span.Day || today.Cost.Gaps <= 0 {
		t.Fatalf("%v %v", today.Start, tomorrow.Start)
	}
	if ratio := tomorrow.Cost.Gaps / today.Cost.Gaps; ratio < 0.499 || ratio > 0.501 {
		t.Errorf("a day ahead a gap costs %v of what it does today, want half", ratio)
	}
}

// Each way to run the visit is ranked by its own length.
func TestRankKnowsTheWays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	long := w.q
	long.Visit = []availability.Want{{
		Service: &catalog.Service{ID: "cut", IntervalMin: 30, Segments: []catalog.Segment{staffed(45)}}, Among: []id.Staff{"b"},
	}}
	w.q.Visit[0].Among = []id.Staff{"a"}
	ways := []availability.Question{w.q, long}
	slots := availability.Merge(availability.Slots(ways[0], w.f), availability.Slots(ways[1], w.f))
	weights := availability.Weights{Mix: quarters()}
	all := availability.Rank(ways, w.f, slots, &weights, nil)
	for i, r := range all {
		alone := availability.Rank(ways[r.Way:r.Way+1], w.f, []availability.Slot{{Start: r.Start, End: r.End, Leads: r.Leads}}, &weights, nil)
		if r.Lead != id.Staff("ab"[r.Way:r.Way+1]) || r.Cost != alone[0].Cost || r.Start != slots[i].Start {
			t.Errorf("way %d at %v: %s, %+v, alone %+v", r.Way, r.Start, r.Lead, r.Cost, alone[0].Cost)
		}
	}
	if len(all) < 20 {
		t.Errorf("%d slots", len(all))
	}
}

func TestNobodysTimeIsNotBrokenUp(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.service.Segments = []catalog.Segment{{DurationMin: 30}}
	for _, r := range w.rank(availability.Usually(quarters()), nil) {
		if r.Lead != "" || r.Cost != (availability.Cost{}) || r.BestFit || r.Hidden {
			t.Errorf("%+v", r)
		}
	}
	if got := availability.Rank([]availability.Question{w.q}, w.f, nil, &availability.Weights{}, nil); got != nil {
		t.Errorf("of no slots: %v", got)
	}
}

// Whatever the world: the slots stay as they are, in their order; the lead is
// one of them; at least Keep a day are shown; labels are few and shown.
func TestRankKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := setup(t)
		for i := range w.f.Staff {
			w.f.Staff[i].Open[0].Spans = times("09:00-12:00 13:00-17:00 33:00-41:00")
			for _, m := range rapid.SliceOfNDistinct(rapid.IntRange(0, 30), 0, 8, rapid.ID).Draw(rt, "rows") {
				w.f.Staff[i].Rows = append(w.f.Staff[i].Rows, availability.Row{
					Span: span.Span{Start: at("09:00") + span.Minutes(60*m), End: at("09:00") + span.Minutes(60*m+45)}, Exclusive: true,
				})
			}
			slices.SortFunc(w.f.Staff[i].Rows, func(a, b availability.Row) int { return int(a.Start - b.Start) })
		}
		w.service.IntervalMin = rapid.SampledFrom([]int{15, 20, 30}).Draw(rt, "interval")
		w.service.BufferAfterMin = rapid.SampledFrom([]int{0, 10}).Draw(rt, "buffer")
		if rapid.Bool().Draw(rt, "pause") {
			w.service.Segments = []catalog.Segment{staffed(20), {DurationMin: 30}, staffed(15)}
		}
		w.q.Window = between("00:00-48:00")
		w.f.Window = between("-24:00-72:00")
		weights := availability.Usually(quarters())
		weights.Load = rapid.SampledFrom([]float32{-20, 0, 20}).Draw(rt, "load")
		weights.Fit = rapid.Bool().Draw(rt, "fit")
		weights.HideAbove = rapid.IntRange(0, 60).Draw(rt, "hide")
		slots := availability.Slots(w.q, w.f)
		all := availability.Rank([]availability.Question{w.q}, w.f, slots, &weights, &availability.Taste{Minute: 600})
		shown, days, best := map[span.Instant]int{}, map[span.Instant]int{}, map[span.Instant]int{}
		for i, r := range all {
			if r.Start != slots[i].Start || !slices.Contains(w.f.Who(slots[i].Leads), r.Lead) {
				rt.Fatalf("slot %d: %+v of %+v", i, r, slots[i])
			}
			if c := r.Cost.Total(); c != c || c > 1e4 || c < -1e4 {
				rt.Fatalf("%v costs %v", r.Start, r.Cost)
			}
			day := r.Start - r.Start%span.Day
			days[day]++
			if !r.Hidden {
				shown[day]++
			}
			if r.BestFit {
				best[day]++
			}
			if r.Hidden && (r.BestFit || r.Usual) {
				rt.Fatalf("%v is labelled and hidden", r.Start)
			}
		}
		for day, n := range days {
			if shown[day] < min(n, 4) || best[day] > 3 || best[day] == n && n > 1 {
				rt.Fatalf("%d of %d shown, %d best", shown[day], n, best[day])
			}
		}
	})
}
