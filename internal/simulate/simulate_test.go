package simulate

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"kept/availability"
)

// What the ranking must be worth, on seeds that its weights were not chosen
// by. A year varies by about 0.008 of utilisation from seed to seed.
func TestRankingFillsTheDay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		demand                      float64
		equal                       [2]float64 // utilisation where all slots are equal, from and to
		ranked, shift, remnants     float64
		equalRemnants, equalOffered [2]float64
	}{
		{1.15, [2]float64{0.825, 0.855}, 0.885, 0.58, 30, [2]float64{84, 98}, [2]float64{15, 18}},
		{0.80, [2]float64{0.690, 0.725}, 0.725, 0.58, 30, [2]float64{62, 76}, [2]float64{20, 24}},
	} {
		equal := Mean(testSeeds()[:2], test.demand, nil)
		ranked := Mean(testSeeds()[:2], test.demand, weights("ranked"))
		t.Logf("demand %.2f\nequal  %+v\nranked %+v", test.demand, equal, ranked)
		for name, held := range map[string]bool{
			"utilisation of equal slots": within(equal.Utilisation, test.equal),
			"remnants of equal slots":    within(equal.Remnants, test.equalRemnants),
			"starts offered":             within(equal.Offered, test.equalOffered),
			"utilisation":                ranked.Utilisation >= test.ranked,
			"shift":                      ranked.Shift <= test.shift,
			"remnants":                   ranked.Remnants <= test.remnants,
			"choices":                    ranked.Fewest >= 4,
			"fewer leave":                ranked.Left < equal.Left,
		} {
			if !held {
				t.Errorf("demand %.2f: %s", test.demand, name)
			}
		}
	}
}

func within(v float64, bounds [2]float64) bool { return bounds[0] <= v && v <= bounds[1] }

func TestRunsAreGivenByTheirPlan(t *testing.T) {
	t.Parallel()
	p := Year(3, 0.9, weights("ranked"))
	p.Days = 20
	if a, b := Run(p), Run(p); a != b {
		t.Errorf("%+v\n%+v", a, b)
	}
	q := p
	q.Seed = 4
	if Run(p) == Run(q) {
		t.Error("another seed draws the same clients")
	}
}

// Clients who take nothing but their wish are never shifted; ones who take
// anything leave only when the day is full.
func TestPatience(t *testing.T) {
	t.Parallel()
	p := Year(5, 0.8, nil)
	p.Days, p.Patience = 20, 0
	if f := Run(p); f.Shift != 0 || f.Left < 0.1 {
		t.Errorf("no patience: %+v", f)
	}
	p.Patience = closes * 60_000_000
	if f := Run(p); f.Left > 0.1 || f.Utilisation < 0.7 {
		t.Errorf("endless patience: %+v", f)
	}
}

func TestSeedsForTuningAreNotTold(t *testing.T) {
	t.Parallel()
	for _, s := range trainSeeds() {
		if slices.Contains(testSeeds(), s) {
			t.Errorf("seed %d is of both", s)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	report(&out, "fill_80_ranked", Figures{Utilisation: 0.75, Shift: 0.4, Remnants: 12, Offered: 15, Fewest: 4, Left: 0.06})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 6 || lines[0] != "fill_80_ranked_utilisation 0.750 share" || lines[2] != "fill_80_ranked_remnants 12.0 min/day" {
		t.Errorf("%q", lines)
	}
	for _, l := range lines {
		if len(strings.Fields(l)) != 3 {
			t.Errorf("%q is not name, value, unit", l)
		}
	}
}

// BenchmarkAsk is one client's list of one day: the slots, ranked.
func BenchmarkAsk(b *testing.B) {
	w := availability.Usually(Mix())
	p := Year(1, 1, &w)
	d := newDay(&p)
	var t tally
	for b.Loop() {
		d.ask(wish{start: opens}, &t)
	}
}
