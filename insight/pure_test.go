package insight_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/insight"
	"kept/span"
)

func TestFragmentationByHand(t *testing.T) {
	t.Parallel()
	mix := availability.NewMix([]availability.Usual{{DurationMin: 30, Weight: 1}})
	pieces := func(minutes ...int) span.Set {
		var all []span.Span
		at := monday
		for _, m := range minutes {
			all = append(all, span.Span{Start: at, End: at + span.Minutes(m)})
			at += span.Minutes(m) + span.Hour
		}
		return span.SetOf(all...)
	}
	for _, test := range []struct {
		free span.Set
		want float64
	}{
		{nil, 0},
		{pieces(120), 0},
		{pieces(60, 60), 0},         // cut where it does not hurt
		{pieces(15, 15, 15, 15), 1}, // dust
		{pieces(15, 30, 15), 0.5},
		{pieces(10), 0}, // of no use in one piece either
	} {
		if got := insight.Fragmentation(test.free, mix); math.Abs(got-test.want) > 1e-6 {
			t.Errorf("%v: %v, want %v", test.free, got, test.want)
		}
	}
	if w := insight.Windows(pieces(15, 30), mix); len(w) != 2 || w[0].Fits || !w[1].Fits {
		t.Errorf("%v", w)
	}
}

// The index lies between 0 and 1, a whole piece is whole, and to cut a piece
// in two never makes it better.
func TestFragmentationBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		mix := availability.NewMix([]availability.Usual{
			{DurationMin: rapid.IntRange(10, 120).Draw(rt, "one"), Weight: 1, Value: rapid.Float64Range(1, 100).Draw(rt, "value")},
			{DurationMin: rapid.IntRange(10, 120).Draw(rt, "two"), Weight: 2, Value: 30},
		})
		var all []span.Span
		at := monday
		for range rapid.IntRange(1, 6).Draw(rt, "pieces") {
			length := span.Minutes(5 * rapid.IntRange(1, 40).Draw(rt, "length"))
			all = append(all, span.Span{Start: at, End: at + length})
			at += length + span.Minutes(rapid.IntRange(1, 60).Draw(rt, "between"))
		}
		free := span.SetOf(all...)
		index := insight.Fragmentation(free, mix)
		if index < 0 || index > 1 || len(free) == 1 && index != 0 {
			rt.Fatalf("%v of %v", index, free)
		}
		first := free[0]
		middle := first.Start + span.Minutes(5*rapid.IntRange(0, int(first.Length()/span.Minute/5)).Draw(rt, "cut"))
		// An instant is taken out, so that the set keeps the two apart.
		cut := free.Subtract(span.Set{{Start: middle, End: middle + 1}})
		apart := insight.Fragmentation(cut, mix)
		if whole := mix.Best(cut.Length()); whole >= mix.Best(free.Length()) && apart < index-1e-4 {
			rt.Fatalf("%v at first, %v when cut at %v", index, apart, middle)
		}
	})
}

// All that is added arrives in some hour, whatever the zone's clock does.
func TestHeatLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		h := setup()
		sum, count := 0, 0
		for range rapid.IntRange(0, 9).Draw(rt, "visits") {
			from := clock(rapid.IntRange(0, 6).Draw(rt, "day"), rapid.IntRange(0, 23).Draw(rt, "hour"), rapid.IntRange(0, 59).Draw(rt, "minute"))
			n := rapid.IntRange(1, 600).Draw(rt, "length")
			h.asked = append(h.asked, insight.Asked{Span: span.Span{Start: from, End: from + span.Minutes(n)}, Kept: rapid.Bool().Draw(rt, "kept")})
			sum, count = sum+n, count+1
		}
		got, err := h.analyst().Demand(t.Context(), owner(), week())
		if err != nil {
			rt.Fatal(err)
		}
		if c := got.Heat.Total(); c.AskedMin != sum || c.Bookings != count || c.Cancelled > count {
			rt.Fatalf("%+v, want %d minutes of %d", c, sum, count)
		}
	})
}
