package booking_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/money"
	"kept/span"
)

func weekly(name string) booking.Repeat {
	return booking.Repeat{
		Request: booking.Request{
			Lines: []booking.Line{{Service: "cut", Staff: "ada"}}, Start: ten, Client: client.Draft{Name: name, Email: name + "@example.com"},
		},
		Rule: "FREQ=WEEKLY;COUNT=4",
	}
}

const week = 7 * span.Day

func TestSeriesJudgesEveryDate(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	s.Book(t, s.Cut(ten+2*week, "ada", "eve"))
	dates, err := s.Desk.TrySeries(t.Context(), s.Public, weekly("clara"))
	must(t, err)
	if len(dates) != 4 {
		t.Fatalf("%d dates", len(dates))
	}
	for i, d := range dates {
		if d.Start != ten+span.Instant(i)*week {
			t.Errorf("date %d is at %v", i, d.Start)
		}
		if taken := i == 2; taken != (d.Err != nil) || taken != (len(d.Others) == 3) {
			t.Errorf("date %d: %v, others %v", i, d.Err, d.Others)
		}
	}
	if d := dates[2]; !fault.Is(d.Err, fault.CodeSlotTaken) || d.Others[0].Start != d.Start-30*span.Minute && d.Others[0].Start != d.Start+30*span.Minute {
		t.Errorf("the third: %v, nearest %v", d.Err, d.Others[0].Start)
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM booking"); n != 1 {
		t.Errorf("trying left %d bookings", n)
	}
	_, _, err = s.Desk.BookSeries(t.Context(), s.Public, weekly("clara"))
	if bad := refusedDates(t, err); !fault.Is(err, fault.CodeSlotTaken) || len(bad) != 1 || bad[0].Start != ten+2*week {
		t.Errorf("all of them: %v", err)
	} else if o := bad[0].Others; len(o) != 3 || o[0].Price != money.Of(3000, "EUR") || o[0].Location == "" || o[0].Start != dates[2].Others[0].Start {
		t.Errorf("instead: %+v", o)
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM booking") + s.Count(t, "SELECT COUNT(*) FROM series"); n != 1 {
		t.Errorf("what failed left %d rows", n-1)
	}
	r := weekly("clara")
	r.Dates = []span.Instant{ten, ten + week, dates[2].Others[0].Start, ten + 3*week}
	series, all, err := s.Desk.BookSeries(t.Context(), s.Public, r)
	must(t, err)
	if len(all) != 4 || series.Client != all[0].Client || all[3].Client != all[0].Client || all[2].SeriesAt != 3 || all[2].Series != series.ID {
		t.Errorf("booked %+v", series)
	}
	stored, err := s.Desk.OfSeries(t.Context(), s.Client(all[0]), series.ID)
	must(t, err)
	if len(stored) != 4 || stored[1].Series != series.ID || stored[1].SeriesAt != 2 {
		t.Errorf("stored %d", len(stored))
	}
	if _, err := s.Desk.OfSeries(t.Context(), s.Public, series.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("somebody else's series: %v", err)
	}
	if first, second := s.Steps(t, all[0].ID), s.Steps(t, all[1].ID); first[message.Receipt] != 1 || second[message.Receipt] != 0 || second["reminder_24h"] != 1 {
		t.Errorf("receipts: %v, %v", first, second)
	}
	s.Audit(t)
}

func refusedDates(t *testing.T, err error) []booking.Date {
	t.Helper()
	var bad *booking.DatesError
	if !errors.As(err, &bad) {
		t.Fatalf("no dates are named: %v", err)
	}
	return bad.Dates
}

// All the dates in the way are told at once, of a series that is made and of
// one that moves, and nothing is kept of the try.
func TestSeriesNamesEveryDateInTheWay(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	s.Book(t, s.Cut(ten+week, "ada", "eve"))
	s.Book(t, s.Cut(ten+3*week, "ada", "eve"))
	_, _, err := s.Desk.BookSeries(t.Context(), s.Owner, weekly("clara"))
	if bad := refusedDates(t, err); len(bad) != 2 || bad[0].Start != ten+week || bad[1].Start != ten+3*week || len(bad[1].Others) != 3 {
		t.Errorf("made: %+v", bad)
	}
	early := weekly("clara")
	early.Start = ten + 3*span.Hour
	_, all, err := s.Desk.BookSeries(t.Context(), s.Owner, early)
	must(t, err)
	_, err = s.Desk.MoveSeries(t.Context(), s.Owner, all[1].ID, booking.ScopeFollowing, booking.Move{Start: ten + week})
	if bad := refusedDates(t, err); len(bad) != 2 || bad[0].Start != ten+week || bad[1].Start != ten+3*week || !fault.Is(bad[1].Err, fault.CodeSlotTaken) || len(bad[0].Others) != 3 {
		t.Errorf("moved: %+v", bad)
	}
	if _, err = s.Desk.MoveSeries(t.Context(), s.Owner, all[1].ID, booking.ScopeOne, booking.Move{Start: ten + week}); errors.As(err, new(*booking.DatesError)) {
		t.Errorf("one alone names dates: %v", err)
	}
	s.Audit(t)
}

// The start is the first date, and the rule gives it.
func TestSeriesStartsByItsRule(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	for rule, want := range map[string]int{ // ten is on the fourth Monday of November
		"FREQ=MONTHLY;BYDAY=4MO;COUNT=3": 3, "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3": 3, "FREQ=DAILY;COUNT=2": 2,
		"FREQ=MONTHLY;BYDAY=2TU;COUNT=3": 0, "FREQ=WEEKLY;BYDAY=TU;COUNT=3": 0, "FREQ=DAILY;BYHOUR=11;COUNT=2": 0,
	} {
		r := weekly("clara")
		r.Rule = rule
		dates, tried := s.Desk.TrySeries(t.Context(), s.Public, r)
		_, all, booked := s.Desk.BookSeries(t.Context(), s.Public, r)
		if len(dates) != want || len(all) != want {
			t.Errorf("%s: %d tried, %d booked, want %d", rule, len(dates), len(all), want)
		}
		for _, err := range []error{tried, booked} {
			var f *fault.Error
			if want == 0 && (!errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != "start" || f.Fields[0].Rule != "off_rule") {
				t.Errorf("%s: %v", rule, err)
			}
		}
		for _, b := range all {
			_, err := s.Desk.Cancel(t.Context(), s.Owner, b.ID, "")
			must(t, err)
		}
	}
}

func TestSeriesMovesTogether(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	_, all, err := s.Desk.BookSeries(t.Context(), s.Public, weekly("clara"))
	must(t, err)
	starts := func() (out []span.Instant) {
		t.Helper()
		list, err := s.Desk.OfSeries(t.Context(), s.Owner, all[0].Series)
		must(t, err)
		for _, b := range list {
			if b.Status != booking.Cancelled {
				out = append(out, b.Start-ten)
			}
		}
		return out
	}
	// Each onto the time of the next: the last goes first.
	_, err = s.Desk.MoveSeries(t.Context(), s.Client(all[0]), all[1].ID, booking.ScopeFollowing, booking.Move{Start: ten + 2*week})
	must(t, err)
	if got := starts(); !slices.Equal(got, []span.Instant{0, 2 * week, 3 * week, 4 * week}) {
		t.Errorf("this and following: %v", got)
	}
	_, err = s.Desk.MoveSeries(t.Context(), s.Client(all[0]), all[0].ID, booking.ScopeAll, booking.Move{Start: ten + span.Hour})
	must(t, err)
	if got := starts(); !slices.Equal(got, []span.Instant{span.Hour, 2*week + span.Hour, 3*week + span.Hour, 4*week + span.Hour}) {
		t.Errorf("all: %v", got)
	}
	_, err = s.Desk.MoveSeries(t.Context(), s.Client(all[0]), all[0].ID, booking.ScopeOne, booking.Move{Start: ten + span.Day})
	must(t, err)
	s.Book(t, s.Cut(ten+3*week+2*span.Hour, "ada", "eve"))
	_, err = s.Desk.MoveSeries(t.Context(), s.Client(all[0]), all[1].ID, booking.ScopeFollowing, booking.Move{Start: ten + 2*week + 2*span.Hour})
	if !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("onto a time that is taken: %v", err)
	}
	if got := starts(); !slices.Equal(got, []span.Instant{span.Day, 2*week + span.Hour, 3*week + span.Hour, 4*week + span.Hour}) {
		t.Errorf("one, and a move that failed: %v", got)
	}
	_, err = s.Desk.CancelSeries(t.Context(), s.Client(all[0]), all[2].ID, booking.ScopeFollowing, "")
	must(t, err)
	if got := starts(); !slices.Equal(got, []span.Instant{span.Day, 2*week + span.Hour}) {
		t.Errorf("the last two cancelled: %v", got)
	}
	for _, scope := range []booking.Scope{booking.ScopeFollowing, booking.ScopeAll} {
		_, err = s.Desk.MoveSeries(t.Context(), s.Owner, all[2].ID, scope, booking.Move{Start: ten + 5*week})
		if !fault.Is(err, fault.CodeConflict) {
			t.Errorf("%s, from a date that is cancelled: %v", scope, err)
		}
		if _, err = s.Desk.CancelSeries(t.Context(), s.Owner, all[2].ID, scope, ""); !fault.Is(err, fault.CodeConflict) {
			t.Errorf("%s cancelled, from a date that is: %v", scope, err)
		}
	}
	s.Audit(t)
}

func TestSeriesKeepTheWallClock(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	r := weekly("clara")
	r.Rule, r.Except = "FREQ=MONTHLY;COUNT=7", []span.Date{{Year: 2027, Month: 1, Day: 23}}
	_, all, err := s.Desk.BookSeries(t.Context(), s.Public, r)
	must(t, err)
	if len(all) != 6 || all[5].Local.String() != "2027-05-23T10:00" || all[5].Start%span.Day != 8*span.Hour {
		t.Errorf("%d booked, the last at %s", len(all), all[len(all)-1].Local)
	}
	for _, rule := range []string{"", "FREQ=SECONDLY;COUNT=1000000000", "FREQ=WEEKLY;COUNT=105", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "nonsense"} {
		r := weekly("dora")
		r.Rule = rule
		if _, _, err := s.Desk.BookSeries(t.Context(), s.Public, r); fault.KindOf(err) != fault.Invalid && rule != "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" {
			t.Errorf("%q: %v", rule, err)
		}
	}
	r.ClientID = id.Client("somebody")
	if _, err := s.Desk.TrySeries(t.Context(), s.Public, r); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("for somebody else: %v", err)
	}
}

func TestShiftedStaysOnTheClock(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, 1439).Draw(t, "minute")
		days, minutes := rapid.IntRange(-40, 40).Draw(t, "days"), rapid.IntRange(-1439, 1439).Draw(t, "minutes")
		day := span.Date{Year: 2026, Month: 3, Day: 1}
		got := booking.Shifted(span.Wall{Date: day, Minute: at}, days, minutes)
		if got.Minute < 0 || got.Minute > 1439 || day.DaysUntil(got.Date)*1440+got.Minute != days*1440+at+minutes {
			t.Fatalf("%d and %d days, %d minutes: %+v", at, days, minutes, got)
		}
	})
}
