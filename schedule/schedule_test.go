package schedule_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/id"
	"kept/schedule"
	"kept/span"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// date reads a day of 2026: "03-29".
func date(t testing.TB, text string) span.Date {
	t.Helper()
	d, err := span.ParseDate("2026-" + text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// row is a weekly row in hours of the day.
func row(weekday, from, to int) schedule.Weekly {
	return schedule.Weekly{Weekday: weekday, Window: hour(from, to)}
}

func hour(from, to int) schedule.Window { return schedule.Window{FromMin: 60 * from, ToMin: 60 * to} }

// daily is the window on every weekday.
func daily(from, to int) []schedule.Weekly {
	var out []schedule.Weekly
	for d := 1; d <= 7; d++ {
		out = append(out, row(d, from, to))
	}
	return out
}

// write gives spans in UTC as "03-02T09:00/12h0m0s ...".
func write(set span.Set) string {
	var out []string
	for _, s := range set {
		out = append(out, s.Start.UTC().Format("01-02T15:04")+"/"+s.End.Sub(s.Start).String())
	}
	return strings.Join(out, " ")
}

func TestOpen(t *testing.T) {
	t.Parallel()
	shut := func(text string, open ...schedule.Window) []schedule.Exception {
		return []schedule.Exception{{Date: date(t, text), Open: open}}
	}
	cases := []struct {
		name, zone string
		hours      schedule.Hours
		from, to   string // dates, to exclusive
		want       string
	}{
		{"a working day", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(1, 9, 12), row(1, 13, 17)}}, "03-02", "03-03", "03-02T09:00/3h0m0s 03-02T13:00/4h0m0s"},
		{"the wrong weekday", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(2, 9, 12)}}, "03-02", "03-03", ""},
		{"Sunday is the seventh", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(7, 9, 12)}}, "03-02", "03-09", "03-08T09:00/3h0m0s"},
		{"rows that touch are one", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(1, 13, 17), row(1, 9, 13)}}, "03-02", "03-03", "03-02T09:00/8h0m0s"},
		{"across midnight", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(1, 22, 2)}}, "03-02", "03-04", "03-02T22:00/4h0m0s"},
		{"the night before reaches in, uncut", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(1, 22, 2)}}, "03-03", "03-04", "03-02T22:00/4h0m0s"},
		{"24:00 ends the day", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(1, 20, 24)}}, "03-02", "03-04", "03-02T20:00/4h0m0s"},
		{"24:00 and the next morning are one", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(1, 20, 24), row(2, 0, 3)}}, "03-02", "03-04", "03-02T20:00/7h0m0s"},
		{"from the hour to the same hour is a day", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(1, 9, 9)}}, "03-02", "03-03", "03-02T09:00/24h0m0s"},
		{"a day closed", "UTC", schedule.Hours{Weekly: daily(9, 12), Exceptions: shut("03-03")}, "03-02", "03-05", "03-02T09:00/3h0m0s 03-04T09:00/3h0m0s"},
		{"a day with other hours", "UTC", schedule.Hours{Weekly: daily(9, 12), Exceptions: shut("03-03", hour(10, 11), hour(14, 15))}, "03-03", "03-04", "03-03T10:00/1h0m0s 03-03T14:00/1h0m0s"},
		{"a day closed keeps the night that began before it", "UTC", schedule.Hours{Weekly: daily(22, 2), Exceptions: shut("03-03")}, "03-03", "03-04", "03-02T22:00/4h0m0s"},
		{"exceptions alone", "UTC", schedule.Hours{Exceptions: shut("03-03", hour(10, 11))}, "03-01", "03-09", "03-03T10:00/1h0m0s"},
		{"an exception across midnight", "UTC", schedule.Hours{Exceptions: shut("03-03", hour(23, 1))}, "03-04", "03-05", "03-03T23:00/2h0m0s"},
		{"nine stays nine when the clocks go forward", "Europe/Berlin", schedule.Hours{Weekly: daily(9, 12)}, "03-28", "03-30", "03-28T08:00/3h0m0s 03-29T07:00/3h0m0s"},
		{"a night of 23 hours' day is an hour short", "Europe/Berlin", schedule.Hours{Weekly: []schedule.Weekly{row(6, 22, 4)}}, "03-28", "03-30", "03-28T21:00/5h0m0s"},
		{"a night of 25 hours' day is an hour long", "Europe/Berlin", schedule.Hours{Weekly: []schedule.Weekly{row(6, 22, 4)}}, "10-24", "10-26", "10-24T20:00/7h0m0s"},
		{"hours within the hour that is skipped", "Europe/Berlin", schedule.Hours{Weekly: []schedule.Weekly{row(7, 2, 3)}}, "03-29", "03-30", ""},
		{"hours from the hour that is skipped", "Europe/Berlin", schedule.Hours{Weekly: []schedule.Weekly{row(7, 2, 4)}}, "03-29", "03-30", "03-29T01:00/1h0m0s"},
		{"hours of the hour that comes twice", "Europe/Berlin", schedule.Hours{Weekly: []schedule.Weekly{row(7, 2, 3)}}, "10-25", "10-26", "10-25T00:00/2h0m0s"},
		{"days that begin at one", "America/Santiago", schedule.Hours{Weekly: []schedule.Weekly{row(7, 0, 3)}}, "09-06", "09-07", "09-06T04:00/2h0m0s"},
		{"half an hour of Lord Howe", "Australia/Lord_Howe", schedule.Hours{Weekly: []schedule.Weekly{row(7, 0, 4)}}, "04-05", "04-06", "04-04T13:00/4h30m0s"},
		{"a long weekend keeps its start", "UTC", schedule.Hours{Weekly: []schedule.Weekly{row(5, 18, 24), row(6, 0, 24), row(7, 0, 24)}}, "03-08", "03-09", "03-06T18:00/54h0m0s"},
		{"open since the exception", "UTC", schedule.Hours{Weekly: daily(0, 24), Exceptions: shut("02-01")}, "03-08", "03-09", "02-02T00:00/888h0m0s"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			z := zone(t, c.zone)
			window := span.Span{Start: date(t, c.from).Start(z), End: date(t, c.to).Start(z)}
			got := c.hours.Open(window, z, "")
			if strings.HasPrefix(c.name, "open since") {
				got[0].End = min(got[0].End, date(t, "03-11").Start(z)) // how far it reaches ahead is open
			}
			if diff := cmp.Diff(c.want, write(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAlwaysOpenBeginsWithTheMillennium(t *testing.T) {
	t.Parallel()
	z := zone(t, "Asia/Taipei")
	hours := schedule.Hours{Weekly: daily(0, 24)}
	got := hours.Open(date(t, "03-08").Span(z), z, "")
	if want := (span.Date{Year: 2000, Month: 1, Day: 1}).Start(z); len(got) != 1 || got[0].Start != want {
		t.Errorf("got %v, want one from %v", got, want)
	}
}

func TestOpenByLocation(t *testing.T) {
	t.Parallel()
	at := func(w schedule.Weekly, l id.Location) schedule.Weekly { w.Location = l; return w }
	hours := schedule.Hours{Weekly: []schedule.Weekly{
		at(row(1, 9, 12), "north"), at(row(1, 13, 15), "south"), row(1, 16, 17),
	}}
	window := date(t, "03-02").Span(time.UTC)
	for place, want := range map[id.Location]string{
		"north": "03-02T09:00/3h0m0s 03-02T16:00/1h0m0s",
		"south": "03-02T13:00/2h0m0s 03-02T16:00/1h0m0s",
		"east":  "03-02T16:00/1h0m0s",
		"":      "03-02T09:00/3h0m0s 03-02T13:00/2h0m0s 03-02T16:00/1h0m0s",
	} {
		if got := write(hours.Open(window, time.UTC, place)); got != want {
			t.Errorf("%q: got %q, want %q", place, got, want)
		}
	}
}

func TestOpenAt(t *testing.T) {
	t.Parallel()
	mine := schedule.Hours{Weekly: []schedule.Weekly{row(1, 8, 12), row(1, 13, 20)}}
	its := schedule.Hours{Weekly: []schedule.Weekly{row(1, 9, 18)}}
	cases := []struct {
		name      string
		mine, its schedule.Hours
		want      string
	}{
		{"both together", mine, its, "03-02T09:00/3h0m0s 03-02T13:00/5h0m0s"},
		{"the place has none", mine, schedule.Hours{}, "03-02T08:00/4h0m0s 03-02T13:00/7h0m0s"},
		{"the person has none", schedule.Hours{}, its, "03-02T09:00/9h0m0s"},
		{"neither", schedule.Hours{}, schedule.Hours{}, ""},
		{"a closed day of the place is a rule", mine, schedule.Hours{Exceptions: []schedule.Exception{{Date: date(t, "03-02")}}}, ""},
		{"a day off of the person closes it for them", schedule.Hours{Exceptions: []schedule.Exception{{Date: date(t, "03-02")}}}, its, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			book := schedule.Book{
				Locations: map[id.Location]schedule.Hours{"here": c.its}, Staff: map[id.Staff]schedule.Hours{"ann": c.mine},
			}
			if got := write(book.OpenAt("ann", "here", date(t, "03-02").Span(time.UTC), time.UTC)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// anyHours draws hours with nights, long weekends and exceptions.
func anyHours(t *rapid.T) schedule.Hours {
	window := func() schedule.Window {
		return schedule.Window{FromMin: rapid.IntRange(0, 1439).Draw(t, "from"), ToMin: rapid.SampledFrom([]int{0, 60, 540, 720, 1080, 1440}).Draw(t, "to")}
	}
	var h schedule.Hours
	for range rapid.IntRange(0, 9).Draw(t, "rows") {
		h.Weekly = append(h.Weekly, schedule.Weekly{Weekday: rapid.IntRange(1, 7).Draw(t, "weekday"), Window: window()})
	}
	if rapid.Bool().Draw(t, "always") {
		h.Weekly = append(h.Weekly, daily(0, 24)...)
	}
	seen := map[int]bool{}
	for range rapid.IntRange(0, 3).Draw(t, "exceptions") {
		day := rapid.IntRange(-40, 20).Draw(t, "day")
		if seen[day] {
			continue
		}
		seen[day] = true
		e := schedule.Exception{Date: span.Date{Year: 2026, Month: 3, Day: 29}.AddDays(day)}
		for range rapid.IntRange(0, 2).Draw(t, "windows") {
			e.Open = append(e.Open, window())
		}
		h.Exceptions = append(h.Exceptions, e)
	}
	return h
}

// A span is the same whichever window asks for it: its start is where grids
// are counted from.
func TestSpansDoNotDependOnTheWindow(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	rapid.Check(t, func(t *rapid.T) {
		h := anyHours(t)
		at := (span.Date{Year: 2026, Month: 3, Day: 29}).Start(berlin) + span.Minutes(rapid.IntRange(-9000, 9000).Draw(t, "at"))
		narrow := h.Open(span.Span{Start: at, End: at + 1}, berlin, "")
		before, after := rapid.IntRange(0, 20000).Draw(t, "before"), rapid.IntRange(1, 20000).Draw(t, "after")
		wide := h.Open(span.Span{Start: at - span.Minutes(before), End: at + span.Minutes(after)}, berlin, "")
		a, inA := narrow.Around(at)
		b, inB := wide.Around(at)
		if inA != inB || inA && a.Start != b.Start {
			t.Fatalf("alone %v %v, in a wider window %v %v", a, inA, b, inB)
		}
	})
}

// Every minute is open exactly when a rule says so.
func TestOpenByTheMinute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := anyHours(t)
		day := span.Date{Year: 2026, Month: 3, Day: 29}.AddDays(rapid.IntRange(-10, 10).Draw(t, "day"))
		got := h.Open(day.Span(time.UTC), time.UTC, "")
		for m := range 1440 {
			if at := day.Start(time.UTC) + span.Minutes(m); got.Holds(at) != openByRule(h, day, m) {
				t.Fatalf("%v minute %d: open %v", day, m, got.Holds(at))
			}
		}
	})
}

// openByRule asks the rules of the day and of the night before.
func openByRule(h schedule.Hours, day span.Date, minute int) bool {
	windows := func(d span.Date) (out []schedule.Window) {
		for _, e := range h.Exceptions {
			if e.Date == d {
				return e.Open
			}
		}
		for _, r := range h.Weekly {
			if r.Weekday == d.Weekday() {
				out = append(out, r.Window)
			}
		}
		return out
	}
	for _, w := range windows(day) {
		if w.FromMin <= minute && (minute < w.ToMin || w.ToMin <= w.FromMin) {
			return true
		}
	}
	for _, w := range windows(day.AddDays(-1)) {
		if w.ToMin <= w.FromMin && minute < w.ToMin {
			return true
		}
	}
	return false
}

func TestReach(t *testing.T) {
	t.Parallel()
	at := func(place id.Location) schedule.Weekly {
		return schedule.Weekly{Weekday: 1, Window: hour(9, 12), Location: place}
	}
	roster := func(place id.Location) *schedule.Roster {
		return &schedule.Roster{Cycle: [][]schedule.Shift{nil, {{Window: hour(9, 12), Location: place}}}}
	}
	for name, c := range map[string]struct {
		hours schedule.Hours
		want  bool
	}{
		"no rules":            {schedule.Hours{}, true},
		"there":               {schedule.Hours{Weekly: []schedule.Weekly{at("south"), at("north")}}, true},
		"anywhere":            {schedule.Hours{Weekly: []schedule.Weekly{at("")}}, true},
		"elsewhere":           {schedule.Hours{Weekly: []schedule.Weekly{at("south")}}, false},
		"there in a season":   {schedule.Hours{Weekly: []schedule.Weekly{at("south")}, Seasons: []schedule.Season{{Weekly: []schedule.Weekly{at("north")}}}}, true},
		"there by the roster": {schedule.Hours{Weekly: []schedule.Weekly{at("south")}, Roster: roster("north")}, true},
		"rostered elsewhere":  {schedule.Hours{Roster: roster("south")}, false},
		"open on one date":    {schedule.Hours{Exceptions: []schedule.Exception{{Date: date(t, "03-02"), Open: []schedule.Window{hour(9, 12)}}}}, true},
		"closed on one date":  {schedule.Hours{Exceptions: []schedule.Exception{{Date: date(t, "03-02")}}}, false},
	} {
		if got := c.hours.Reach("north"); got != c.want || !c.hours.Reach("") {
			t.Errorf("%s: %v", name, got)
		}
	}
}
