package availability_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/span"
)

func TestMixByHand(t *testing.T) {
	t.Parallel()
	one := availability.NewMix([]availability.Usual{{DurationMin: 30, Weight: 2, Value: 6000}})
	for minutes, want := range map[int]float64{0: 0, 25: 0, 29: 0, 30: 30, 59: 30, 60: 60, 90: 90, 24 * 60: 24 * 60, 48 * 60: 48 * 60} {
		if got := one.Best(span.Minutes(minutes)); math.Abs(got-want) > 0.01 {
			t.Errorf("best of %d min is %v, want %v", minutes, got, want)
		}
		if got := one.Worth(span.Minutes(minutes)); math.Abs(got-want) > 0.01 {
			t.Errorf("%d min are worth %v, want %v: everybody asks for what fits", minutes, got, want)
		}
	}
	if one.Rate() != 200 {
		t.Errorf("a minute of value is %v, want 200", one.Rate())
	}
	// Two services, the longer brings twice as much a minute: 60 min for 80 and 30 min for 20 make 100 of 90.
	two := availability.NewMix([]availability.Usual{{DurationMin: 30, Weight: 1, Value: 20}, {DurationMin: 60, Weight: 1, Value: 80}})
	for minutes, want := range map[int]float64{30: 20 * 0.9, 60: 80 * 0.9, 90: 100 * 0.9} {
		if got := two.Best(span.Minutes(minutes)); math.Abs(got-want) > 0.01 {
			t.Errorf("best of %d min is %v, want %v", minutes, got, want)
		}
	}
	// Half of those who ask want 30 minutes: of three, one in eight times none does.
	if got, want := two.Worth(30*span.Minute), 20*0.9*7/8; math.Abs(got-want) > 0.01 {
		t.Errorf("30 min are worth %v, want %v", got, want)
	}
}

func TestMixOfNothingCountsMinutes(t *testing.T) {
	t.Parallel()
	for _, usual := range [][]availability.Usual{nil, {{DurationMin: 0, Weight: 1}}, {{DurationMin: 30}}, {{DurationMin: 9999, Weight: 1}}} {
		m := availability.NewMix(usual)
		if m.Worth(45*span.Minute) != 45 || m.Best(45*span.Minute) != 45 || m.Rate() != 0 {
			t.Errorf("%v: %v %v %v", usual, m.Worth(45*span.Minute), m.Best(45*span.Minute), m.Rate())
		}
	}
}

// Time is never worth more than the best packing of it, the packing never more
// than the dearest minute allows, and more time is never packed worse. One
// piece packs no worse than its parts.
func TestMixBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var usual []availability.Usual
		for range rapid.IntRange(1, 6).Draw(rt, "services") {
			usual = append(usual, availability.Usual{
				DurationMin: 5 * rapid.IntRange(1, 60).Draw(rt, "duration"),
				Weight:      rapid.Float64Range(0.1, 9).Draw(rt, "weight"),
				Value:       rapid.Float64Range(1, 9000).Draw(rt, "value"),
			})
		}
		m := availability.NewMix(usual)
		dearest := 0.0
		for _, u := range usual {
			dearest = max(dearest, u.Value/m.Rate()/float64(u.DurationMin))
		}
		a, b := span.Minutes(rapid.IntRange(0, 700).Draw(rt, "a")), span.Minutes(rapid.IntRange(0, 700).Draw(rt, "b"))
		eps := 0.05 + 1e-4*m.Best(a+b) // tables are of single precision
		switch sum := m.Best(a) + m.Best(b); {
		case m.Worth(a) > m.Best(a)+eps:
			rt.Fatalf("%d min: worth %v, best %v", a/span.Minute, m.Worth(a), m.Best(a))
		case m.Best(a) > dearest*float64(a/span.Minute)+eps:
			rt.Fatalf("%d min: best %v", a/span.Minute, m.Best(a))
		case m.Best(a+b) < sum-eps || m.Best(a+b) < m.Best(a)-eps:
			rt.Fatalf("whole %v, parts %v", m.Best(a+b), sum)
		}
	})
}
