package schedule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/id"
	"kept/schedule"
	"kept/span"
)

func shift(from, to int) schedule.Shift { return schedule.Shift{Window: hour(from, to)} }

// on is a cycle of so many days of work and so many off.
func on(days, off int, s schedule.Shift) (cycle [][]schedule.Shift) {
	for range days {
		cycle = append(cycle, []schedule.Shift{s})
	}
	for range off {
		cycle = append(cycle, nil)
	}
	return cycle
}

func keeps(t testing.TB, country, on string, shorten int, makeUp bool) *schedule.Holidays {
	t.Helper()
	h, err := schedule.NewHolidays(schedule.HolidayRule{Country: country, OnHoliday: on, ShortenMin: shorten, MakeUp: makeUp})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestOpenByEveryRule(t *testing.T) {
	t.Parallel()
	two := &schedule.Roster{Anchor: date(t, "03-02"), Cycle: on(2, 2, shift(8, 20)), Published: date(t, "12-31")}
	with := func(change func(*schedule.Roster)) schedule.Hours {
		r := *two
		change(&r)
		return schedule.Hours{Weekly: daily(9, 10), Roster: &r}
	}
	week := []schedule.Shift{shift(8, 14)}
	late := []schedule.Shift{shift(14, 20)}
	ab := &schedule.Roster{
		Anchor: date(t, "03-02"), Published: date(t, "12-31"),
		Cycle: [][]schedule.Shift{week, week, week, week, week, nil, nil, late, late, late, late, late, nil, nil},
	}
	summer := schedule.Season{From: date(t, "07-01"), To: date(t, "07-02"), Weekly: daily(7, 22)}
	august := schedule.Season{From: date(t, "08-01"), To: date(t, "08-31")}
	cases := []struct {
		name     string
		hours    schedule.Hours
		from, to string // dates, to exclusive
		want     string
	}{
		{"two on, two off", schedule.Hours{Roster: two}, "03-02", "03-07", "03-02T08:00/12h0m0s 03-03T08:00/12h0m0s 03-06T08:00/12h0m0s"},
		{"before the anchor too", schedule.Hours{Roster: two}, "02-25", "03-02", "02-26T08:00/12h0m0s 02-27T08:00/12h0m0s"},
		{"weeks A and B", schedule.Hours{Roster: ab}, "03-06", "03-10", "03-06T08:00/6h0m0s 03-09T14:00/6h0m0s"},
		{"after two weeks again", schedule.Hours{Roster: ab}, "03-16", "03-17", "03-16T08:00/6h0m0s"},
		{"a draft is not open", with(func(r *schedule.Roster) { r.Published = span.Date{} }), "03-01", "04-01", ""},
		{"published so far", with(func(r *schedule.Roster) { r.Published = date(t, "03-02") }), "03-01", "04-01", "03-02T08:00/12h0m0s"},
		{"the rows before a roster and after", with(func(r *schedule.Roster) { r.From, r.To = date(t, "03-03"), date(t, "03-04") }), "03-02", "03-06", "03-02T09:00/1h0m0s 03-03T08:00/12h0m0s 03-05T09:00/1h0m0s"},
		{"no cycle is no roster", with(func(r *schedule.Roster) { r.Cycle = nil }), "03-02", "03-03", "03-02T09:00/1h0m0s"},
		{"an exception against the roster", schedule.Hours{Roster: two, Exceptions: []schedule.Exception{{Date: date(t, "03-02")}, {Date: date(t, "03-04"), Open: []schedule.Window{hour(10, 11)}}}}, "03-02", "03-05", "03-03T08:00/12h0m0s 03-04T10:00/1h0m0s"},
		{"a season", schedule.Hours{Weekly: daily(9, 10), Seasons: []schedule.Season{summer}}, "06-30", "07-04", "06-30T09:00/1h0m0s 07-01T07:00/15h0m0s 07-02T07:00/15h0m0s 07-03T09:00/1h0m0s"},
		{"a season without rows is closed", schedule.Hours{Weekly: daily(9, 10), Seasons: []schedule.Season{august}}, "07-31", "09-02", "07-31T09:00/1h0m0s 09-01T09:00/1h0m0s"},
		{"the roster against the season", schedule.Hours{Roster: two, Seasons: []schedule.Season{{From: date(t, "03-01"), To: date(t, "03-30")}}}, "03-02", "03-03", "03-02T08:00/12h0m0s"},
		{"the first of two seasons", schedule.Hours{Seasons: []schedule.Season{summer, {From: date(t, "06-01"), To: date(t, "07-31")}}}, "07-01", "07-02", "07-01T07:00/15h0m0s"},
		{"closed at Easter", schedule.Hours{Weekly: daily(9, 10), Holidays: keeps(t, "DE", schedule.HolidayClosed, 0, false)}, "04-03", "04-08", "04-04T09:00/1h0m0s 04-05T09:00/1h0m0s 04-07T09:00/1h0m0s"},
		{"holidays as Sundays", schedule.Hours{Weekly: []schedule.Weekly{row(5, 9, 18), row(7, 11, 15)}, Holidays: keeps(t, "DE", schedule.HolidaySunday, 0, false)}, "04-03", "04-04", "04-03T11:00/4h0m0s"},
		{"open as ever", schedule.Hours{Weekly: daily(9, 10), Holidays: keeps(t, "DE", "", 0, false)}, "04-03", "04-04", "04-03T09:00/1h0m0s"},
		{"open on a holiday after all", schedule.Hours{Weekly: daily(9, 10), Holidays: keeps(t, "DE", schedule.HolidayClosed, 0, false), Exceptions: []schedule.Exception{{Date: date(t, "04-03"), Open: []schedule.Window{hour(12, 13)}}}}, "04-03", "04-04", "04-03T12:00/1h0m0s"},
		{"an hour less before a holiday", schedule.Hours{Weekly: []schedule.Weekly{row(4, 9, 13), row(4, 14, 18)}, Holidays: keeps(t, "RU", "", 60, false)}, "04-30", "05-01", "04-30T09:00/4h0m0s 04-30T14:00/3h0m0s"},
		{"an hour less of a night", schedule.Hours{Weekly: []schedule.Weekly{row(4, 18, 2)}, Holidays: keeps(t, "RU", "", 60, false)}, "04-30", "05-01", "04-30T18:00/7h0m0s"},
		{"an hour less to midnight", schedule.Hours{Weekly: []schedule.Weekly{row(4, 18, 1)}, Holidays: keeps(t, "RU", "", 60, false)}, "04-30", "05-01", "04-30T18:00/6h0m0s"},
		{"an hour less than half an hour", schedule.Hours{Weekly: []schedule.Weekly{row(4, 9, 13), {Weekday: 4, Window: schedule.Window{FromMin: 1080, ToMin: 1110}}}, Holidays: keeps(t, "RU", "", 60, false)}, "04-30", "05-01", "04-30T09:00/4h0m0s"},
		{"holidays of a season", schedule.Hours{Seasons: []schedule.Season{{From: date(t, "04-01"), To: date(t, "04-30"), Weekly: daily(7, 8)}}, Holidays: keeps(t, "DE", schedule.HolidayClosed, 0, false)}, "04-02", "04-05", "04-02T07:00/1h0m0s 04-04T07:00/1h0m0s"},
		{"no holidays of a roster", schedule.Hours{Roster: two, Holidays: keeps(t, "DE", schedule.HolidayClosed, 0, false)}, "04-03", "04-04", "04-03T08:00/12h0m0s"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			window := span.Span{Start: date(t, c.from).Start(time.UTC), End: date(t, c.to).Start(time.UTC)}
			if got := write(c.hours.Open(window, time.UTC, "")); got != c.want {
				t.Errorf("\ngot  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A Saturday that Taiwan works as a Monday, and one that Russia works as a
// Monday that ends an hour early: who works on Mondays comes.
func TestMadeUpDays(t *testing.T) {
	t.Parallel()
	weekdays := func(from, to int) (out []schedule.Weekly) {
		for d := 1; d <= 5; d++ {
			out = append(out, row(d, from, to))
		}
		return out
	}
	cases := []struct {
		name      string
		day       span.Date
		place     schedule.Hours
		mine      schedule.Hours
		wantHours int
	}{
		{"Taiwan", span.Date{Year: 2025, Month: 2, Day: 8}, schedule.Hours{Weekly: weekdays(9, 18), Holidays: keeps(t, "TW", "", 0, true)}, schedule.Hours{Weekly: weekdays(10, 16)}, 6},
		{"who follows the place", span.Date{Year: 2025, Month: 2, Day: 8}, schedule.Hours{Weekly: weekdays(9, 18), Holidays: keeps(t, "TW", "", 0, true)}, schedule.Hours{}, 9},
		{"a place that follows its staff", span.Date{Year: 2025, Month: 2, Day: 8}, schedule.Hours{Holidays: keeps(t, "TW", "", 0, true)}, schedule.Hours{Weekly: weekdays(10, 16)}, 6},
		{"not made up", span.Date{Year: 2025, Month: 2, Day: 8}, schedule.Hours{Weekly: weekdays(9, 18), Holidays: keeps(t, "TW", schedule.HolidayClosed, 60, false)}, schedule.Hours{Weekly: weekdays(10, 16)}, 0},
		{"who is off that day", span.Date{Year: 2025, Month: 2, Day: 8}, schedule.Hours{Weekly: weekdays(9, 18), Holidays: keeps(t, "TW", "", 0, true)}, schedule.Hours{Weekly: weekdays(10, 16), Exceptions: []schedule.Exception{{Date: span.Date{Year: 2025, Month: 2, Day: 8}}}}, 0},
		{"Russia, shortened", span.Date{Year: 2025, Month: 11, Day: 1}, schedule.Hours{Weekly: weekdays(9, 18), Holidays: keeps(t, "RU", "", 60, true)}, schedule.Hours{Weekly: weekdays(10, 16)}, 5},
		{"the place's own word leaves the list out", span.Date{Year: 2026, Month: 5, Day: 1}, schedule.Hours{Weekly: weekdays(9, 18), Holidays: keeps(t, "DE", schedule.HolidayClosed, 0, true), Exceptions: []schedule.Exception{{Date: date(t, "05-01"), Open: []schedule.Window{hour(9, 12)}}}}, schedule.Hours{Weekly: weekdays(10, 16)}, 2},
	}
	for _, c := range cases {
		book := schedule.Book{
			Locations: map[id.Location]schedule.Hours{"here": c.place}, Staff: map[id.Staff]schedule.Hours{"ann": c.mine},
		}
		got := book.OpenAt("ann", "here", c.day.Span(time.UTC), time.UTC).Length()
		if want := span.Minutes(60 * c.wantHours); got != want {
			t.Errorf("%s: open for %d minutes, want %d", c.name, got/span.Minute, want/span.Minute)
		}
	}
}

// However long ago a span began, it is found: behind long cycles, old seasons
// and old holidays.
func TestLongSpansKeepTheirStart(t *testing.T) {
	t.Parallel()
	round := schedule.Shift{Window: hour(0, 24)}
	millennium := (span.Date{Year: 2000, Month: 1, Day: 1}).Start(time.UTC)
	cases := []struct {
		name  string
		hours schedule.Hours
		want  span.Instant
	}{
		{"80 days on, one off", schedule.Hours{Roster: &schedule.Roster{Anchor: date(t, "01-05"), Cycle: on(80, 1, round), Published: date(t, "12-31")}}, date(t, "01-05").Start(time.UTC)},
		{"always on", schedule.Hours{Roster: &schedule.Roster{Anchor: date(t, "02-26"), Cycle: on(28, 0, round), Published: date(t, "12-31")}}, millennium},
		{"on since the roster", schedule.Hours{Roster: &schedule.Roster{Anchor: date(t, "02-26"), Cycle: on(2, 0, round), From: date(t, "01-05"), Published: date(t, "12-31")}}, date(t, "01-05").Start(time.UTC)},
		{"on since the roster's end", schedule.Hours{Weekly: daily(0, 24), Roster: &schedule.Roster{Anchor: date(t, "02-26"), Cycle: on(1, 1, round), To: date(t, "01-05"), Published: date(t, "12-31")}}, date(t, "01-05").Start(time.UTC)},
		{"open since a season", schedule.Hours{Weekly: daily(0, 24), Seasons: []schedule.Season{{From: date(t, "01-03"), To: date(t, "01-05")}}}, date(t, "01-06").Start(time.UTC)},
		{"open since a holiday", schedule.Hours{Weekly: daily(0, 24), Holidays: keeps(t, "DE", schedule.HolidayClosed, 0, false)}, date(t, "01-02").Start(time.UTC)},
	}
	for _, c := range cases {
		at := date(t, "03-22").Start(time.UTC)
		got, ok := c.hours.Open(span.Span{Start: at, End: at + 1}, time.UTC, "").Around(at)
		if !ok || got.Start != c.want {
			t.Errorf("%s: since %v, want %v", c.name, got.Start.UTC(), c.want.UTC())
		}
	}
}

// Samoa had no 30 December 2011: nothing is open on it, and who works through
// the night before works on, on the 31st.
func TestADayThatWasLeftOut(t *testing.T) {
	t.Parallel()
	apia := zone(t, "Pacific/Apia")
	at := func(d, minute int) span.Instant {
		return span.Wall{Date: span.Date{Year: 2011, Month: 12}.AddDays(d), Minute: minute}.Instant(apia)
	}
	friday := schedule.Hours{Weekly: []schedule.Weekly{row(5, 9, 12)}} // the 30th would be one
	if got := friday.Open(span.Span{Start: at(29, 0), End: at(31, 1440)}, apia, ""); len(got) != 0 {
		t.Errorf("the day that was left out is open: %v", got)
	}
	long := schedule.Hours{Weekly: []schedule.Weekly{row(4, 23, 22), row(6, 21, 20)}}
	want := span.Span{Start: at(29, 23*60), End: at(32, 20*60)}
	for _, when := range []span.Instant{at(29, 23*60+30), at(31, 0), at(31, 22*60), at(32, 10*60)} {
		got, ok := long.Open(span.Span{Start: when, End: when + 1}, apia, "").Around(when)
		if !ok || got.Start != want.Start {
			t.Errorf("at %v: %v, want %v", when.In(apia), got, want)
		}
	}
}

func TestDrafted(t *testing.T) {
	t.Parallel()
	h := schedule.Hours{Roster: &schedule.Roster{Anchor: date(t, "03-02"), Cycle: on(1, 1, shift(8, 20))}}
	window := date(t, "03-04").Span(time.UTC)
	if got := h.Open(window, time.UTC, ""); len(got) != 0 {
		t.Errorf("a draft is open: %v", got)
	}
	if got := write(h.Drafted().Open(window, time.UTC, "")); got != "03-04T08:00/12h0m0s" {
		t.Errorf("drafted: %s", got)
	}
	if h.Roster.Published != (span.Date{}) {
		t.Error("looking at a draft has published it")
	}
	if !(schedule.Hours{}).Drafted().Unset() {
		t.Error("no hours, drafted, are some")
	}
}

func TestHolidaysOfNowhere(t *testing.T) {
	t.Parallel()
	if h, err := schedule.NewHolidays(schedule.HolidayRule{Country: "XX"}); err == nil {
		t.Errorf("%v", h)
	}
	a, b := keeps(t, "DE", schedule.HolidayClosed, 0, false), keeps(t, "DE", schedule.HolidaySunday, 0, false)
	if a.Equal(b) || a.Equal(nil) || !a.Equal(keeps(t, "DE", schedule.HolidayClosed, 0, false)) || a.Rule().Country != "DE" {
		t.Error("choices are compared wrongly")
	}
}

func TestDayOf(t *testing.T) {
	t.Parallel()
	exception := schedule.Exception{Date: date(t, "03-04"), Open: []schedule.Window{hour(10, 11)}}
	ann := schedule.Hours{
		Weekly: daily(9, 10), Exceptions: []schedule.Exception{exception},
		Roster:  &schedule.Roster{Anchor: date(t, "03-02"), Cycle: on(1, 1, schedule.Shift{Window: hour(8, 20), Location: "here"}), From: date(t, "03-02"), Published: date(t, "03-05")},
		Seasons: []schedule.Season{{Name: "Winter", From: date(t, "02-01"), To: date(t, "02-28"), Weekly: daily(11, 12)}},
	}
	book := schedule.Book{
		Locations: map[id.Location]schedule.Hours{"here": {Weekly: []schedule.Weekly{row(1, 9, 18), row(5, 9, 18)}, Holidays: keeps(t, "DE", schedule.HolidayClosed, 0, false)}},
		Staff:     map[id.Staff]schedule.Hours{"ann": ann, "ben": {Weekly: []schedule.Weekly{row(5, 8, 9)}}},
	}
	shifts := func(s ...schedule.Shift) []schedule.Shift { return s }
	for _, c := range []struct {
		name  string
		staff id.Staff
		date  string
		want  schedule.Day
	}{
		{"weekly", "ann", "03-01", schedule.Day{Source: schedule.ByWeekly, Shifts: shifts(shift(9, 10))}},
		{"season", "ann", "02-28", schedule.Day{Source: schedule.BySeason, Season: "Winter", Shifts: shifts(shift(11, 12))}},
		{"roster", "ann", "03-02", schedule.Day{Source: schedule.ByRoster, Shifts: shifts(schedule.Shift{Window: hour(8, 20), Location: "here"})}},
		{"off", "ann", "03-03", schedule.Day{Source: schedule.ByRoster}},
		{"exception", "ann", "03-04", schedule.Day{Source: schedule.ByException, Shifts: shifts(shift(10, 11))}},
		{"draft", "ann", "03-06", schedule.Day{Source: schedule.ByDraft, Shifts: shifts(schedule.Shift{Window: hour(8, 20), Location: "here"})}},
		{"who follows", "cleo", "03-02", schedule.Day{Source: schedule.ByWeekly, Follows: true, Shifts: shifts(shift(9, 18))}},
		{"a holiday", "cleo", "04-03", schedule.Day{Source: schedule.ByHoliday, Follows: true}},
		{"the place's holiday", "ben", "04-03", schedule.Day{Source: schedule.ByHoliday}},
		{"the place's ordinary day", "ben", "04-10", schedule.Day{Source: schedule.ByWeekly, Shifts: shifts(shift(8, 9))}},
	} {
		if diff := cmp.Diff(c.want, book.Day(c.staff, "here", date(t, c.date))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
