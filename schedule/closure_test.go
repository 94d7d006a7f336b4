package schedule_test

import (
	"testing"
	"time"

	"kept/id"
	"kept/schedule"
	"kept/span"
)

func TestClosed(t *testing.T) {
	t.Parallel()
	const berlin = "DE"
	closed, sundays := keeps(t, berlin, schedule.HolidayClosed, 0, false), keeps(t, berlin, schedule.HolidaySunday, 0, false)
	shortened := keeps(t, "RU", "", 60, false)
	shut := func(text string, open ...schedule.Window) []schedule.Exception {
		return []schedule.Exception{{Date: date(t, text), Open: open}}
	}
	season := func(name string, rows ...schedule.Weekly) []schedule.Season {
		return []schedule.Season{{Name: name, From: date(t, "08-01"), To: date(t, "08-31"), Weekly: rows}}
	}
	weekdays := daily(9, 18)[:6]
	roster := func(published string) *schedule.Roster {
		r := &schedule.Roster{Anchor: date(t, "08-03"), Cycle: [][]schedule.Shift{{{Window: hour(9, 12)}}, nil}}
		if published != "" {
			r.Published = date(t, published)
		}
		return r
	}
	for _, c := range []struct {
		name   string
		place  schedule.Hours
		person schedule.Hours
		staff  id.Staff
		at     string // date
		hour   int
		want   schedule.Source // empty for none
		called string
		own    bool
		whole  bool
	}{
		{name: "an ordinary day", place: schedule.Hours{Weekly: weekdays}, at: "08-04", hour: 20},
		{name: "a holiday", place: schedule.Hours{Weekly: weekdays, Holidays: closed}, staff: "a", at: "12-25", hour: 10, want: "holiday", called: "Christmas Day", whole: true},
		{name: "in its night", place: schedule.Hours{Weekly: weekdays, Holidays: closed}, at: "12-25", hour: 3, want: "holiday", called: "Christmas Day", whole: true},
		{name: "on a day that is closed anyway", place: schedule.Hours{Weekly: weekdays, Holidays: closed}, at: "04-05", hour: 10},
		{name: "of a place without hours", place: schedule.Hours{Holidays: closed}, person: schedule.Hours{Weekly: weekdays}, staff: "a", at: "12-25", hour: 10, want: "holiday", called: "Christmas Day", whole: true},
		{name: "as on Sundays", place: schedule.Hours{Weekly: append(weekdays[:6:6], row(7, 12, 14)), Holidays: sundays}, at: "12-25", hour: 10, want: "holiday", called: "Christmas Day"},
		{name: "open then on Sundays", place: schedule.Hours{Weekly: append(weekdays[:6:6], row(7, 12, 14)), Holidays: sundays}, at: "12-25", hour: 12},
		{name: "late on a holiday with Sunday's hours", place: schedule.Hours{Weekly: append(weekdays[:6:6], row(7, 12, 14)), Holidays: sundays}, at: "12-25", hour: 20},
		{name: "a shortened day", place: schedule.Hours{Weekly: weekdays, Holidays: shortened}, at: "04-30", hour: 17, want: "holiday", called: "Shortened day before a holiday"},
		{name: "before it closes", place: schedule.Hours{Weekly: weekdays, Holidays: shortened}, at: "04-30", hour: 10},
		{name: "a closed date", place: schedule.Hours{Weekly: weekdays, Exceptions: shut("08-04")}, at: "08-04", hour: 10, want: "exception", whole: true},
		{name: "that was closed anyway", place: schedule.Hours{Weekly: weekdays, Exceptions: shut("08-09")}, at: "08-09", hour: 10, want: "exception", whole: true},
		{name: "a short date", place: schedule.Hours{Weekly: weekdays, Exceptions: shut("08-04", hour(9, 12))}, at: "08-04", hour: 15, want: "exception"},
		{name: "a date that wins over the holiday", place: schedule.Hours{Weekly: weekdays, Holidays: closed, Exceptions: shut("12-25", hour(9, 12))}, at: "12-25", hour: 10},
		{name: "a season", place: schedule.Hours{Weekly: weekdays, Seasons: season("Summer rest")}, at: "08-04", hour: 10, want: "season", called: "Summer rest", whole: true},
		{name: "shorter in the season", place: schedule.Hours{Weekly: weekdays, Seasons: season("Summer", daily(10, 16)...)}, at: "08-04", hour: 9, want: "season", called: "Summer"},
		{name: "a person's own date", place: schedule.Hours{Weekly: weekdays}, person: schedule.Hours{Weekly: weekdays, Exceptions: shut("08-04")}, staff: "a", at: "08-04", hour: 10, want: "exception", own: true, whole: true},
		{name: "off in the roster", person: schedule.Hours{Roster: roster("12-31")}, staff: "a", at: "08-04", hour: 10, want: "roster", own: true, whole: true},
		{name: "at work in the roster", person: schedule.Hours{Roster: roster("12-31")}, staff: "a", at: "08-05", hour: 15},
		{name: "a draft", person: schedule.Hours{Roster: roster("")}, staff: "a", at: "08-05", hour: 10, want: "draft", own: true, whole: true},
		{name: "the place comes first", place: schedule.Hours{Weekly: weekdays, Holidays: closed}, person: schedule.Hours{Roster: roster("")}, staff: "a", at: "12-25", hour: 10, want: "holiday", called: "Christmas Day", whole: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			book := schedule.Book{
				Locations: map[id.Location]schedule.Hours{"here": c.place}, Staff: map[id.Staff]schedule.Hours{"a": c.person},
			}
			start := span.Wall{Date: date(t, c.at), Minute: 60 * c.hour}.Instant(time.UTC)
			got, ok := book.Closed(c.staff, "here", span.Span{Start: start, End: start + span.Hour}, time.UTC)
			if ok != (c.want != "") {
				t.Fatalf("shut %v by %+v", ok, got)
			}
			if !ok {
				return
			}
			called := got.Names["en"] + got.Season
			if got.Source != c.want || called != c.called || (got.Staff != "") != c.own || got.Whole != c.whole || got.Date != date(t, c.at) {
				t.Errorf("shut by %+v", got)
			}
		})
	}
}
