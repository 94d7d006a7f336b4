package span_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/span"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("zone %s: %v", name, err)
	}
	return z
}

func wall(t testing.TB, text string) span.Wall {
	t.Helper()
	w, err := span.ParseWall(text)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func date(t testing.TB, text string) span.Date {
	t.Helper()
	d, err := span.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWallByName tells the well-known traps by name; every instant is written
// out so that a reader can check it with date(1).
func TestWallByName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why, zone, wall string
		fold            int
		utc             string
		exists          bool
	}{
		{"an ordinary winter morning", "Europe/Berlin", "2026-01-05T09:00", 0, "2026-01-05T08:00:00Z", true},
		{"the gap is read with the offset before it", "Europe/Berlin", "2026-03-29T02:30", 0, "2026-03-29T01:30:00Z", false},
		{"a fold means nothing in a gap", "Europe/Berlin", "2026-03-29T02:30", 1, "2026-03-29T01:30:00Z", false},
		{"the gap's first reading", "Europe/Berlin", "2026-03-29T02:00", 0, "2026-03-29T01:00:00Z", false},
		{"the first reading after the gap", "Europe/Berlin", "2026-03-29T03:00", 0, "2026-03-29T01:00:00Z", true},
		{"the first of two", "Europe/Berlin", "2026-10-25T02:30", 0, "2026-10-25T00:30:00Z", true},
		{"the second of two", "Europe/Berlin", "2026-10-25T02:30", 1, "2026-10-25T01:30:00Z", true},
		{"a fold means nothing elsewhere", "Europe/Berlin", "2026-10-25T04:30", 1, "2026-10-25T03:30:00Z", true},
		{"negative DST: winter is the exception", "Europe/Dublin", "2026-03-29T01:30", 0, "2026-03-29T01:30:00Z", false},
		{"negative DST: the autumn fold", "Europe/Dublin", "2026-10-25T01:30", 1, "2026-10-25T01:30:00Z", true},
		{"half an hour forward", "Australia/Lord_Howe", "2026-10-04T02:15", 0, "2026-10-03T15:45:00Z", false},
		{"half an hour back, first", "Australia/Lord_Howe", "2026-04-05T01:45", 0, "2026-04-04T14:45:00Z", true},
		{"half an hour back, second", "Australia/Lord_Howe", "2026-04-05T01:45", 1, "2026-04-04T15:15:00Z", true},
		{"Ramadan begins: back to UTC", "Africa/Casablanca", "2026-02-15T02:30", 1, "2026-02-15T02:30:00Z", true},
		{"Ramadan ends: forward again", "Africa/Casablanca", "2026-03-22T02:30", 0, "2026-03-22T02:30:00Z", false},
		{"two hours forward", "Antarctica/Troll", "2026-03-29T01:30", 0, "2026-03-29T01:30:00Z", false},
		{"two hours back, second", "Antarctica/Troll", "2026-10-25T01:30", 1, "2026-10-25T01:30:00Z", true},
		{"the farthest east", "Pacific/Kiritimati", "2026-01-01T00:00", 0, "2025-12-31T10:00:00Z", true},
		{"the farthest west", "Pacific/Pago_Pago", "2026-01-01T00:00", 0, "2026-01-01T11:00:00Z", true},
		{"a whole day that never was", "Pacific/Apia", "2011-12-30T12:00", 0, "2011-12-30T22:00:00Z", false},
		{"the last minute before that day", "Pacific/Apia", "2011-12-29T23:59", 0, "2011-12-30T09:59:00Z", true},
		{"the first minute after that day", "Pacific/Apia", "2011-12-31T00:00", 0, "2011-12-30T10:00:00Z", true},
		{"a midnight that does not exist", "Africa/Cairo", "2026-04-24T00:00", 0, "2026-04-23T22:00:00Z", false},
		{"a midnight that comes twice", "America/Havana", "2026-11-01T00:00", 1, "2026-11-01T05:00:00Z", true},
	} {
		w := wall(t, c.wall)
		w.Fold = c.fold
		z := zone(t, c.zone)
		if got := w.Instant(z).String(); got != c.utc {
			t.Errorf("%s: %s %s fold %d = %s, want %s", c.why, c.zone, c.wall, c.fold, got, c.utc)
		}
		if got := w.Exists(z); got != c.exists {
			t.Errorf("%s: %s %s exists = %v", c.why, c.zone, c.wall, got)
		}
	}
}

func TestDateSpanByName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, date string
		minutes    int
		start      string
	}{
		{"Europe/Berlin", "2026-01-05", 1440, "2026-01-04T23:00:00Z"},
		{"Europe/Berlin", "2026-03-29", 1380, "2026-03-28T23:00:00Z"},
		{"Europe/Berlin", "2026-10-25", 1500, "2026-10-24T22:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-04", 1410, "2026-10-03T13:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", 1470, "2026-04-04T13:00:00Z"},
		{"Antarctica/Troll", "2026-03-29", 1320, "2026-03-29T00:00:00Z"},
		{"Antarctica/Troll", "2026-10-25", 1560, "2026-10-24T22:00:00Z"},
		{"Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00:00Z"},
		{"Pacific/Kiritimati", "2026-06-01", 1440, "2026-05-31T10:00:00Z"},
		{"Africa/Cairo", "2026-04-24", 1380, "2026-04-23T22:00:00Z"},
		{"America/Havana", "2026-11-01", 1500, "2026-11-01T04:00:00Z"},
		{"America/Nuuk", "2026-03-28", 1380, "2026-03-28T02:00:00Z"},
	} {
		day := date(t, c.date).Span(zone(t, c.zone))
		if day.Start.String() != c.start || day.Length() != span.Minutes(c.minutes) {
			t.Errorf("%s %s = %v, %d min, want %s, %d min",
				c.zone, c.date, day.Start, day.Length()/span.Minute, c.start, c.minutes)
		}
	}
}

func TestWallBeyondMidnight(t *testing.T) {
	t.Parallel()
	z := zone(t, "Europe/Berlin")
	late := span.Wall{Date: date(t, "2026-03-28"), Minute: 1440}
	if late.Instant(z) != date(t, "2026-03-29").Start(z) {
		t.Errorf("24:00 = %v", late.Instant(z))
	}
	// 26:30 is half past two of the next day, which is in the gap.
	late.Minute = 1590
	if got, want := late.Instant(z), wall(t, "2026-03-29T02:30").Instant(z); got != want || late.Exists(z) {
		t.Errorf("26:30 = %v, want %v", got, want)
	}
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := span.DateOf(time.Unix(rapid.Int64Range(-30e9, 100e9).Draw(t, "unix"), 0).UTC())
		n := rapid.IntRange(-4000, 4000).Draw(t, "days")
		e := d.AddDays(n)
		if d.DaysUntil(e) != n || e.DaysUntil(d) != -n || e.AddDays(-n) != d {
			t.Fatalf("%v + %d = %v, and back %v", d, n, e, e.AddDays(-n))
		}
		if d.Before(e) != (n > 0) || e.Before(d) != (n < 0) {
			t.Fatalf("%v before %v = %v", d, e, d.Before(e))
		}
		if got, err := span.ParseDate(d.String()); err != nil || got != d {
			t.Fatalf("%v parses as %v, %v", d, got, err)
		}
		if step := (e.Weekday() - d.Weekday() - n) % 7; step != 0 || d.Weekday() < 1 || d.Weekday() > 7 {
			t.Fatalf("weekday of %v = %d, of %v = %d", d, d.Weekday(), e, e.Weekday())
		}
		w := span.Wall{Date: d, Minute: rapid.IntRange(0, 1439).Draw(t, "minute")}
		if got, err := span.ParseWall(w.String()); err != nil || got != w {
			t.Fatalf("%v parses as %v, %v", w, got, err)
		}
	})
}

func TestDateText(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T00:00", "２026-01-01", " 2026-01-01"} {
		if d, err := span.ParseDate(bad); err == nil {
			t.Errorf("%q parses as %v", bad, d)
		}
	}
	for _, bad := range []string{"", "2026-02-28", "2026-02-28T24:00", "2026-02-28T9:00", "2026-02-28 09:00", "2026-02-28T09:60", "2026-02-28T09:00:00"} {
		if w, err := span.ParseWall(bad); err == nil {
			t.Errorf("%q parses as %v", bad, w)
		}
	}
	if got := date(t, "2028-02-29").Weekday(); got != 2 {
		t.Errorf("2028-02-29 is weekday %d, want 2 (Tuesday)", got)
	}
	got := span.Days(date(t, "2026-02-27"), date(t, "2026-03-01"))
	want := []span.Date{{Year: 2026, Month: 2, Day: 27}, {Year: 2026, Month: 2, Day: 28}, {Year: 2026, Month: 3, Day: 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Days (-want +got):\n%s", diff)
	}
	if got := span.Days(date(t, "2026-03-02"), date(t, "2026-03-01")); len(got) != 0 {
		t.Errorf("Days backwards = %v", got)
	}
}
