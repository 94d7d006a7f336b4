package recur_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/recur"
	"kept/span"
)

func parse(t *testing.T, text string) recur.Rule {
	t.Helper()
	r, err := recur.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func local(t *testing.T, s string) recur.Local {
	t.Helper()
	l, err := recur.ParseLocal(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func locals(t *testing.T, list string) []recur.Local {
	t.Helper()
	var out []recur.Local
	for s := range strings.FieldsSeq(list) {
		out = append(out, local(t, s))
	}
	return out
}

func utc(t *testing.T, s string) span.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return span.At(at)
}

// TestClockChanges expands rules over days on which a clock skips or repeats.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, start, rule, want string }{
		{
			"an hour that is skipped is read with the offset before", "America/New_York", "20260307T023000", "FREQ=DAILY;COUNT=3",
			"2026-03-07T07:30:00Z 2026-03-08T07:30:00Z 2026-03-09T06:30:00Z",
		},
		{
			"an hour that comes twice is the first", "America/New_York", "20261031T013000", "FREQ=DAILY;COUNT=3",
			"2026-10-31T05:30:00Z 2026-11-01T05:30:00Z 2026-11-02T06:30:00Z",
		},
		{
			"hours that fall together are one", "Europe/Berlin", "20260329T013000", "FREQ=HOURLY;COUNT=4",
			"2026-03-29T00:30:00Z 2026-03-29T01:30:00Z 2026-03-29T02:30:00Z",
		},
		{
			"half an hour", "Australia/Lord_Howe", "20261003T021500", "FREQ=DAILY;COUNT=3",
			"2026-10-02T15:45:00Z 2026-10-03T15:45:00Z 2026-10-04T15:15:00Z",
		},
		{
			"a day that a country left out", "Pacific/Apia", "20111229T090000", "FREQ=DAILY;COUNT=3",
			"2011-12-29T19:00:00Z 2011-12-30T19:00:00Z",
		},
		{
			"midnight that is skipped", "America/Santiago", "20260905T000000", "FREQ=DAILY;COUNT=2",
			"2026-09-05T04:00:00Z 2026-09-06T04:00:00Z",
		},
		{
			"the last in UTC is still one", "America/New_York", "20260307T090000", "FREQ=DAILY;UNTIL=20260309T130000Z",
			"2026-03-07T14:00:00Z 2026-03-08T13:00:00Z 2026-03-09T13:00:00Z",
		},
		{
			"a second later it is not", "America/New_York", "20260307T090001", "FREQ=DAILY;UNTIL=20260309T130000Z",
			"2026-03-07T14:00:01Z 2026-03-08T13:00:01Z",
		},
		{
			"the last as a date", "Asia/Taipei", "20260307T090000", "FREQ=DAILY;UNTIL=20260308",
			"2026-03-07T01:00:00Z 2026-03-08T01:00:00Z",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			set := recur.Set{Start: local(t, c.start), Rules: []recur.Rule{parse(t, c.rule)}}
			found, err := recur.Expand(set, zone, everything(), 100)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range found {
				got = append(got, o.At.String())
			}
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDatesOfASet(t *testing.T) {
	t.Parallel()
	weekly := "FREQ=WEEKLY;COUNT=4"
	for _, c := range []struct{ name, start, rule, added, out, want string }{
		{"no rule", "20260105T100000", "", "", "", "20260105T100000"},
		{"no rule, added dates", "20260105T100000", "", "20260107T110000 20260101T090000", "", "20260101T090000 20260105T100000 20260107T110000"},
		{"left out", "20260105T100000", weekly, "", "20260112T100000", "20260105T100000 20260119T100000 20260126T100000"},
		{"the start left out still counts", "20260105T100000", weekly, "", "20260105T100000", "20260112T100000 20260119T100000 20260126T100000"},
		{"another time of day leaves nothing out", "20260105T100000", "FREQ=WEEKLY;COUNT=1", "", "20260105T110000", "20260105T100000"},
		{"added twice", "20260105T100000", "FREQ=WEEKLY;COUNT=2", "20260112T100000 20260112T100000", "", "20260105T100000 20260112T100000"},
		{"left out beats added", "20260105T100000", "", "20260106T100000", "20260106T100000", "20260105T100000"},
		{"a start that the rule lacks", "20260106T100000", "FREQ=WEEKLY;BYDAY=MO;COUNT=2", "", "", "20260106T100000 20260112T100000 20260119T100000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set := recur.Set{Start: local(t, c.start), RDates: locals(t, c.added), ExDates: locals(t, c.out)}
			if c.rule != "" {
				set.Rules = []recur.Rule{parse(t, c.rule)}
			}
			found, err := recur.Expand(set, time.UTC, everything(), 100)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range found {
				got = append(got, o.Local.String())
			}
			if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWindow sees only what starts in the window, however long the rule has run.
func TestWindow(t *testing.T) {
	t.Parallel()
	window := span.Span{Start: utc(t, "2026-01-01T00:00:00Z"), End: utc(t, "2026-01-03T00:00:00Z")}
	for _, c := range []struct {
		rule  string
		count int
	}{
		{"FREQ=DAILY", 2},
		{"FREQ=HOURLY", 48},
		{"FREQ=DAILY;COUNT=20000", 2},
		{"FREQ=DAILY;COUNT=3000", 0},
		{"FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1,2;COUNT=1000", 2},
		{"FREQ=MINUTELY;INTERVAL=7", 412},
		{"FREQ=DAILY;UNTIL=20260101T120000Z", 1},
	} {
		set := recur.Set{Start: local(t, "19900101T090000"), Rules: []recur.Rule{parse(t, c.rule)}}
		found, err := recur.Expand(set, time.UTC, window, 1000)
		if err != nil || len(found) != c.count {
			t.Errorf("%s: %d occurrences, %v; want %d", c.rule, len(found), err, c.count)
		}
		for _, o := range found {
			if !window.Holds(o.At) {
				t.Errorf("%s: %v lies outside", c.rule, o.At)
			}
		}
	}
}

// every lists the numbers from low to high for a BY part.
func every(low, high int) string {
	var words []string
	for n := low; n <= high; n++ {
		if n != 0 {
			words = append(words, itoa(n))
		}
	}
	return strings.Join(words, ",")
}

// within wants the best of a few tries to be quick: others use the machine too.
func within(t *testing.T, most time.Duration, do func()) {
	t.Helper()
	best := time.Hour
	for range 25 {
		before := time.Now()
		do()
		best = min(best, time.Since(before))
		if best <= most {
			return
		}
	}
	t.Errorf("took %v at best, want %v", best, most)
}

// TestBombs asks for the moon and wants an answer at once.
func TestBombs(t *testing.T) {
	t.Parallel()
	product := "BYMONTH=" + every(1, 12) + ";BYMONTHDAY=" + every(-31, 31) + ";BYYEARDAY=" + every(-366, 366) +
		";BYHOUR=" + every(0, 23) + ";BYMINUTE=" + every(0, 59) + ";BYSECOND=" + every(0, 59)
	for _, c := range []struct{ name, rule, limit string }{
		{"every second", "FREQ=SECONDLY", "limit_occurrences"},
		{"a billion seconds", "FREQ=SECONDLY;COUNT=1000000000", "limit_steps"},
		{"a billion days", "FREQ=DAILY;COUNT=1000000000", ""},
		{"all products, yearly", "FREQ=YEARLY;" + product, "limit_occurrences"},
		{"all products, a billion times", "FREQ=YEARLY;COUNT=1000000000;" + product, ""},
		{"all products, secondly", "FREQ=SECONDLY;" + product, "limit_occurrences"},
		{"all positions of all products", "FREQ=YEARLY;" + product + ";BYSETPOS=" + every(-366, 366), ""},
		{"a date that never comes", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", ""},
		{"a second that never comes", "FREQ=SECONDLY;INTERVAL=60;BYSECOND=1", ""},
		{"a second of a year", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=3;BYMINUTE=4;BYSECOND=5", ""},
		{"hours that never come", "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5", ""},
		{"a position that never comes", "FREQ=SECONDLY;BYSETPOS=366", "limit_steps"},
		{"every billionth year", "FREQ=YEARLY;INTERVAL=1000000000", ""},
		{"week 53 of days that it has not", "FREQ=YEARLY;BYWEEKNO=53,-53;BYYEARDAY=100,-100", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule := parse(t, c.rule)
			set := recur.Set{Start: local(t, "19700101T040000"), Rules: []recur.Rule{rule}}
			window := span.Span{Start: utc(t, "2026-01-01T00:00:00Z"), End: utc(t, "2027-02-05T00:00:00Z")}
			found, err := recur.Expand(set, newYork(t), window, 10_000)
			within(t, 100*time.Millisecond, func() { _, _ = recur.Expand(set, newYork(t), window, 10_000) })
			if limit := recur.LimitOf(err); limit != c.limit || err != nil && limit == "" {
				t.Errorf("the limit is %q (%v), want %q", limit, err, c.limit)
			}
			if len(found) > 10_000 {
				t.Errorf("%d occurrences", len(found))
			}
		})
	}
	t.Run("a hundred thousand dates left out", func(t *testing.T) {
		set := recur.Set{Start: local(t, "20260101T000000"), Rules: []recur.Rule{parse(t, "FREQ=MINUTELY")}}
		for i := range 100_000 {
			set.ExDates = append(set.ExDates, set.Start+recur.Local(60*i))
		}
		window := span.Span{Start: utc(t, "2026-01-01T00:00:00Z"), End: utc(t, "2026-03-11T10:41:00Z")}
		found, err := recur.Expand(set, time.UTC, window, 10)
		if err != nil || len(found) != 1 {
			t.Errorf("%d occurrences, %v", len(found), err)
		}
		within(t, time.Second, func() { _, _ = recur.Expand(set, time.UTC, window, 10) })
		set.RDates = make([]recur.Local, recur.MaxDates)
		if _, err := recur.Expand(set, time.UTC, everything(), 10); recur.LimitOf(err) != "limit_dates" {
			t.Errorf("more dates than there may be: %v", err)
		}
	})
}

// TestBudget is spent by all that share it.
func TestBudget(t *testing.T) {
	t.Parallel()
	b := recur.Budget{Steps: 1000}
	set := recur.Set{Start: local(t, "20260101T000000"), Rules: []recur.Rule{parse(t, "FREQ=DAILY")}}
	window := span.Span{Start: utc(t, "2026-01-01T00:00:00Z"), End: utc(t, "2026-05-01T00:00:00Z")}
	for range 2 {
		if found, err := b.Expand(set, time.UTC, window, 1000); err != nil || len(found) != 120 {
			t.Errorf("%d occurrences, %v, %d steps left", len(found), err, b.Steps)
		}
	}
	if _, err := b.Expand(set, time.UTC, window, 1000); recur.LimitOf(err) != "limit_steps" {
		t.Errorf("%v, %d steps left", err, b.Steps)
	}
}

// A rule that leaves out is taken from all others, also from the start; one that
// leaves out too much is named, and what was not left out until then is given.
func TestExRules(t *testing.T) {
	t.Parallel()
	parse := func(texts ...string) (out []recur.Rule) {
		for _, text := range texts {
			r, err := recur.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, r)
		}
		return out
	}
	start := recur.LocalOf(span.Date{Year: 2026, Month: 3, Day: 2}, 9*3600)
	window := span.Span{Start: start.Instant(time.UTC) - span.Day, End: start.Instant(time.UTC) + 30*span.Day}
	for _, c := range []struct {
		ex    []string
		days  []int
		limit string
	}{
		{nil, []int{2, 3, 4, 5, 6}, ""},
		{[]string{"FREQ=DAILY;INTERVAL=2"}, []int{3, 5}, ""},
		{[]string{"FREQ=DAILY;COUNT=1", "FREQ=WEEKLY;BYDAY=FR"}, []int{3, 4, 5}, ""},
		{[]string{"FREQ=DAILY"}, nil, ""},
		{[]string{"FREQ=DAILY;UNTIL=20260304T090000Z"}, []int{5, 6}, ""},
		{[]string{"FREQ=SECONDLY"}, []int{5, 6}, "limit_dates"}, // two days and more are left out until there are too many
	} {
		set := recur.Set{Start: start, Rules: parse("FREQ=DAILY;COUNT=5"), ExRules: parse(c.ex...)}
		got, err := recur.Expand(set, time.UTC, window, 100)
		var days []int
		for _, o := range got {
			days = append(days, o.Local.Date().Day)
		}
		if recur.LimitOf(err) != c.limit || !slices.Equal(days, c.days) {
			t.Errorf("without %v: %v, %v", c.ex, days, err)
		}
	}
}
