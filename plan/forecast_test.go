package plan_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/client"
	"kept/plan"
	"kept/span"
)

const km = client.ReadingMileage

func day(t testing.TB, text string) span.Date {
	t.Helper()
	d, err := span.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t testing.TB, text string, value float64) client.Reading {
	t.Helper()
	return client.Reading{Kind: km, Day: day(t, text), Value: value}
}

func TestReaches(t *testing.T) {
	t.Parallel()
	doubt := read(t, "2026-06-01", 900_000)
	doubt.Doubtful = true
	other := read(t, "2026-06-02", 5)
	other.Kind = client.ReadingHours
	steady := []client.Reading{
		read(t, "2026-01-01", 10_000), read(t, "2026-02-10", 12_000), read(t, "2026-05-21", 17_000), read(t, "2026-11-01", 25_200),
	}
	for _, c := range []struct {
		why      string
		readings []client.Reading
		amount   float64
		since    string
		want     string // empty: no forecast
		how      plan.Confidence
	}{
		{"no readings", nil, 15_000, "2026-01-01", "", ""},
		{"one reading says nothing of the pace", steady[:1], 15_000, "2026-01-01", "", ""},
		{"two on one day", []client.Reading{steady[0], read(t, "2026-01-01", 11_000)}, 15_000, "2026-01-01", "", ""},
		{"fifty a day", steady, 20_000, "2026-01-01", "2027-02-05", plan.High},
		{"what is doubtful, or of another kind, is left out", append([]client.Reading{doubt, other}, steady...), 20_000, "2026-01-01", "2027-02-05", plan.High},
		{"counted from a visit between readings", steady, 15_000, "2026-02-10", "2026-12-07", plan.High},
		{"it has been reached already", steady, 5_000, "2026-02-10", "2026-05-21", plan.High},
		{"two are few", steady[:2], 15_000, "2026-01-01", "2026-10-28", plan.Low},
		{"three are some", steady[:3], 15_000, "2026-01-01", "2026-10-28", plan.Medium},
		{"who stands still", []client.Reading{read(t, "2026-01-01", 5), read(t, "2026-05-01", 5), read(t, "2026-09-01", 5)}, 10, "2026-01-01", "", ""},
		{"not in half a century", []client.Reading{read(t, "2026-01-01", 5), read(t, "2026-11-01", 6)}, 1_000, "2026-01-01", "", ""},
	} {
		tr, ok := plan.TrendOf(c.readings, km)
		var f plan.Forecast
		if ok {
			f, ok = tr.Reaches(c.amount, day(t, c.since), day(t, "2026-11-22"))
		}
		if ok != (c.want != "") || ok && (f.Date.String() != c.want || f.Confidence != c.how) {
			t.Errorf("%s: %+v %v, want %s %s", c.why, f, ok, c.want, c.how)
		}
	}
}

// TestConfidenceFades: old readings, and a pace that jumps, are worth less.
func TestConfidenceFades(t *testing.T) {
	t.Parallel()
	steady := []client.Reading{
		read(t, "2026-01-01", 1_000), read(t, "2026-03-01", 4_000), read(t, "2026-05-01", 7_000), read(t, "2026-07-01", 10_000),
	}
	jumpy := []client.Reading{
		read(t, "2026-01-01", 1_000), read(t, "2026-03-01", 1_100), read(t, "2026-05-01", 8_000), read(t, "2026-07-01", 8_200),
	}
	for _, c := range []struct {
		readings []client.Reading
		today    string
		want     plan.Confidence
	}{
		{steady, "2026-07-02", plan.High},
		{steady, "2026-12-24", plan.Medium},
		{steady, "2027-11-22", plan.Low},
		{jumpy, "2026-07-02", plan.Medium},
	} {
		tr, _ := plan.TrendOf(c.readings, km)
		if f, ok := tr.Reaches(50_000, day(t, "2026-01-01"), day(t, c.today)); !ok || f.Confidence != c.want {
			t.Errorf("%s: %+v %v, want %s", c.today, f, ok, c.want)
		}
	}
}

// TestOneWildReadingMovesLittle: the median does not follow it.
func TestOneWildReadingMovesLittle(t *testing.T) {
	t.Parallel()
	var list []client.Reading
	for i := range 12 {
		list = append(list, client.Reading{Kind: km, Day: day(t, "2026-01-01").AddDays(30 * i), Value: float64(1500 * i)})
	}
	list[6].Value = 300_000
	tr, _ := plan.TrendOf(list, km)
	if math.Abs(tr.PerDay-50) > 5 {
		t.Errorf("%f a day", tr.PerDay)
	}
}

// drawReadings gives readings of a car that never runs backwards.
func drawReadings(t *rapid.T) []client.Reading {
	var out []client.Reading
	d, v := span.Date{Year: 2024, Month: 1, Day: 1}, 0.0
	for range rapid.IntRange(2, 12).Draw(t, "readings") {
		out = append(out, client.Reading{Kind: km, Day: d, Value: v})
		d = d.AddDays(rapid.IntRange(1, 90).Draw(t, "days"))
		v += float64(rapid.IntRange(0, 9_000).Draw(t, "km"))
	}
	return out
}

// oracle finds the day by walking.
func oracle(list []client.Reading, amount float64, since span.Date) (span.Date, bool) {
	var slopes []float64
	for i, a := range list {
		for _, b := range list[i+1:] {
			slopes = append(slopes, (b.Value-a.Value)/float64(a.Day.DaysUntil(b.Day)))
		}
	}
	slices.Sort(slopes)
	pace := (slopes[(len(slopes)-1)/2] + slopes[len(slopes)/2]) / 2
	shows := func(d span.Date) float64 {
		last := list[len(list)-1]
		if first := list[0]; d.Before(first.Day) {
			return first.Value - pace*float64(d.DaysUntil(first.Day))
		}
		for i, b := range list[1:] {
			if a := list[i]; !b.Day.Before(d) {
				return a.Value + (b.Value-a.Value)*float64(a.Day.DaysUntil(d))/float64(a.Day.DaysUntil(b.Day))
			}
		}
		return last.Value + pace*float64(last.Day.DaysUntil(d))
	}
	target := shows(since) + amount
	for n := range 4000 {
		if d := since.AddDays(n); shows(d) >= target-1e-6 {
			return d, true
		}
	}
	return span.Date{}, false
}

func TestReachesAgainstWalking(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawReadings(t)
		since := list[0].Day.AddDays(rapid.IntRange(-60, 500).Draw(t, "since"))
		amount := float64(rapid.IntRange(1, 30_000).Draw(t, "amount"))
		want, found := oracle(list, amount, since)
		tr, ok := plan.TrendOf(list, km)
		if !ok {
			t.Fatal("no trend")
		}
		f, ok := tr.Reaches(amount, since, since)
		if !found {
			if ok && since.DaysUntil(f.Date) < 4000-1 {
				t.Fatalf("%s, walking finds none", f.Date)
			}
			return
		}
		// A day is lost or won where the sum of fractions meets a whole number.
		if !ok || abs(f.Date.DaysUntil(want)) > 1 {
			t.Fatalf("%v %s, walking %s", ok, f.Date, want)
		}
	})
}

func abs(n int) int { return max(n, -n) }

// TestForecastHolds: it does not hang on the order of the readings, is never
// before the visit, and more use never comes earlier.
func TestForecastHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawReadings(t)
		since := list[0].Day.AddDays(rapid.IntRange(-60, 900).Draw(t, "since"))
		amount := float64(rapid.IntRange(1, 30_000).Draw(t, "amount"))
		tr, _ := plan.TrendOf(list, km)
		f, ok := tr.Reaches(amount, since, since)
		shuffled, _ := plan.TrendOf(rapid.Permutation(list).Draw(t, "order"), km)
		if g, again := shuffled.Reaches(amount, since, since); again != ok || g != f {
			t.Fatalf("%+v, in another order %+v", f, g)
		}
		if ok && f.Date.Before(since) {
			t.Fatalf("%s is before %s", f.Date, since)
		}
		more, further := tr.Reaches(amount+float64(rapid.IntRange(0, 5_000).Draw(t, "more")), since, since)
		if further && (!ok || more.Date.Before(f.Date)) {
			t.Fatalf("%+v, with more use %+v", f, more)
		}
	})
}
