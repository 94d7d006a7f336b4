package catalog_test

import (
	"testing"

	"pgregory.net/rapid"

	"kept/catalog"
	"kept/span"
)

func day(t testing.TB, text string) span.Date {
	t.Helper()
	d, err := span.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAddUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		unit string
		want string
	}{
		{"2026-11-22", 10, catalog.UnitDay, "2026-12-02"},
		{"2026-11-22", 6, catalog.UnitWeek, "2027-01-03"},
		{"2026-11-22", 1, catalog.UnitMonth, "2026-12-22"},
		{"2026-11-22", 2, catalog.UnitMonth, "2027-01-22"},
		{"2026-12-31", 2, catalog.UnitMonth, "2027-02-28"},
		{"2027-12-31", 2, catalog.UnitMonth, "2028-02-29"},
		{"2026-01-31", 12, catalog.UnitMonth, "2027-01-31"},
		{"2028-02-29", 1, catalog.UnitYear, "2029-02-28"},
		{"2028-02-29", 4, catalog.UnitYear, "2032-02-29"},
		{"2026-11-22", 0, catalog.UnitMonth, "2026-11-22"},
		{"2026-03-31", -1, catalog.UnitMonth, "2026-02-28"},
	} {
		if got := catalog.AddUnits(day(t, c.from), c.n, c.unit).String(); got != c.want {
			t.Errorf("%s and %d %s: %s, want %s", c.from, c.n, c.unit, got, c.want)
		}
	}
}

// TestAddUnitsGrows: more units, or a later day, never give an earlier date.
func TestAddUnitsGrows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom(catalog.Units()).Draw(t, "unit")
		from := span.Date{Year: 2024, Month: 1, Day: 1}.AddDays(rapid.IntRange(0, 3000).Draw(t, "day"))
		n := rapid.IntRange(0, 60).Draw(t, "n")
		got := catalog.AddUnits(from, n, unit)
		if n > 0 && !from.Before(got) {
			t.Fatalf("%s and %d %s is %s", from, n, unit, got)
		}
		if !got.Before(catalog.AddUnits(from, n+1, unit)) || catalog.AddUnits(from.AddDays(1), n, unit).Before(got) {
			t.Fatalf("%s and %d %s is %s: not monotone", from, n, unit, got)
		}
	})
}

func TestRecallKey(t *testing.T) {
	t.Parallel()
	s := catalog.Service{ServiceOptions: catalog.ServiceOptions{Recalls: []catalog.Recall{
		{Kind: catalog.RecallInterval, Every: 6}, {Kind: catalog.RecallAfter, After: "cut"}, {Kind: catalog.RecallAfter, After: "colour", GraceDays: 5},
	}}}
	if r, ok := s.Recall("interval"); !ok || r.Every != 6 || r.Grace() != catalog.DefaultGrace {
		t.Errorf("%+v %v", r, ok)
	}
	if r, ok := s.Recall("after:colour"); !ok || r.Grace() != 5 {
		t.Errorf("%+v %v", r, ok)
	}
	if _, ok := s.Recall("after:shave"); ok {
		t.Error("a recall that is not there")
	}
}
