package recur_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/recur"
	"kept/span"
)

// naive answers what a rule gives by asking every minute of the time in
// question, one after the other, whether it is one, in the words of the RFC's
// table and with the standard library's calendar.
type naive struct {
	rule  recur.Rule
	start time.Time // a reading, in UTC
}

// upTo gives the rule's readings from the start to the end.
func (n naive) upTo(end time.Time) []recur.Local {
	var out []recur.Local
	for unit := n.unitStart(n.start); !unit.After(end); unit = n.unitEnd(unit) {
		if n.unitsSinceStart(unit)%n.rule.Interval != 0 {
			continue
		}
		var inUnit []time.Time
		for day := unit; day.Before(n.unitEnd(unit)); {
			if n.day(day) {
				for minute := day; minute.Before(n.unitEnd(unit)) && minute.Day() == day.Day(); minute = minute.Add(time.Minute) {
					if n.minute(minute) {
						inUnit = append(inUnit, minute)
					}
				}
			}
			y, m, d := day.Date()
			day = time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC)
		}
		for i, at := range inUnit {
			if p := n.rule.BySetPos; len(p) > 0 && !slices.Contains(p, i+1) && !slices.Contains(p, i-len(inUnit)) {
				continue
			}
			if at.Before(n.start) || at.After(end) {
				continue
			}
			out = append(out, recur.Local(at.Unix()))
			if len(out) == n.rule.Count {
				return out
			}
		}
	}
	return out
}

func (n naive) unitStart(t time.Time) time.Time {
	y, m, _ := t.Date()
	switch n.rule.Freq {
	case recur.Yearly:
		return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	case recur.Monthly:
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	case recur.Weekly:
		for iso(t) != n.rule.WeekStart {
			t = t.AddDate(0, 0, -1)
		}
		return t.Truncate(24 * time.Hour)
	case recur.Daily:
		return t.Truncate(24 * time.Hour)
	case recur.Hourly:
		return t.Truncate(time.Hour)
	default:
		return t.Truncate(time.Minute)
	}
}

func (n naive) unitEnd(unit time.Time) time.Time {
	switch n.rule.Freq {
	case recur.Yearly:
		return unit.AddDate(1, 0, 0)
	case recur.Monthly:
		return unit.AddDate(0, 1, 0)
	case recur.Weekly:
		return unit.AddDate(0, 0, 7)
	case recur.Daily:
		return unit.AddDate(0, 0, 1)
	case recur.Hourly:
		return unit.Add(time.Hour)
	default:
		return unit.Add(time.Minute)
	}
}

func (n naive) unitsSinceStart(unit time.Time) int {
	first := n.unitStart(n.start)
	months := (unit.Year()-first.Year())*12 + int(unit.Month()) - int(first.Month())
	switch n.rule.Freq {
	case recur.Yearly:
		return unit.Year() - first.Year()
	case recur.Monthly:
		return months
	case recur.Weekly:
		return int(unit.Sub(first).Hours()) / 24 / 7
	case recur.Daily:
		return int(unit.Sub(first).Hours()) / 24
	case recur.Hourly:
		return int(unit.Sub(first).Hours())
	default:
		return int(unit.Sub(first).Minutes())
	}
}

// day tells whether the rule's parts of a day or more hold for the day.
func (n naive) day(t time.Time) bool {
	r, y := n.rule, t.Year()
	monthDays, months, weekdays := r.ByMonthDay, r.ByMonth, r.ByDay
	if len(r.ByMonthDay)+len(r.ByYearDay)+len(r.ByDay) == 0 {
		switch {
		case r.Freq == recur.Weekly, r.Freq == recur.Yearly && len(r.ByWeekNo) > 0:
			weekdays = []recur.Day{{Weekday: iso(n.start)}}
		case r.Freq == recur.Monthly:
			monthDays = []int{n.start.Day()}
		case r.Freq == recur.Yearly:
			monthDays = []int{n.start.Day()}
			if len(months) == 0 {
				months = []int{int(n.start.Month())}
			}
		}
	}
	lastOfMonth := time.Date(y, t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	lastOfYear := time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	week, weeks := n.week(t)
	return oneOf(months, int(t.Month()), 0) &&
		oneOf(monthDays, t.Day(), t.Day()-lastOfMonth-1) &&
		oneOf(r.ByYearDay, t.YearDay(), t.YearDay()-lastOfYear-1) &&
		oneOf(r.ByWeekNo, week, week-weeks-1) &&
		(len(weekdays) == 0 || slices.ContainsFunc(weekdays, func(d recur.Day) bool { return n.weekday(t, d) }))
}

// weekday counts the weekdays from the front or the end of the month or year.
func (n naive) weekday(t time.Time, d recur.Day) bool {
	if iso(t) != d.Weekday {
		return false
	}
	step, count := -7, 1
	if d.N < 0 {
		step = 7
	}
	inYear := n.rule.Freq == recur.Yearly && len(n.rule.ByMonth) == 0
	for u := t.AddDate(0, 0, step); u.Year() == t.Year() && (inYear || u.Month() == t.Month()); u = u.AddDate(0, 0, step) {
		count++
	}
	return d.N == 0 || d.N == count || d.N == -count
}

// week numbers the week of a day and counts the weeks of that week's year: a
// week belongs to the year that has most of its days.
func (n naive) week(t time.Time) (number, of int) {
	for iso(t) != n.rule.WeekStart {
		t = t.AddDate(0, 0, -1)
	}
	year := t.AddDate(0, 0, 3).Year()
	for u := t; u.AddDate(0, 0, 3).Year() == year; u = u.AddDate(0, 0, -7) {
		number++
	}
	of = number
	for u := t.AddDate(0, 0, 7); u.AddDate(0, 0, 3).Year() == year; u = u.AddDate(0, 0, 7) {
		of++
	}
	return number, of
}

func (n naive) minute(t time.Time) bool {
	hours, minutes := n.rule.ByHour, n.rule.ByMinute
	if len(hours) == 0 && n.rule.Freq >= recur.Daily {
		hours = []int{n.start.Hour()}
	}
	if len(minutes) == 0 && n.rule.Freq >= recur.Hourly {
		minutes = []int{n.start.Minute()}
	}
	return oneOf(hours, t.Hour(), -1) && oneOf(minutes, t.Minute(), -1)
}

func oneOf(list []int, front, end int) bool {
	return len(list) == 0 || slices.Contains(list, front) || end < 0 && slices.Contains(list, end)
}

func iso(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// anyRule draws a rule with whole minutes.
func anyRule(t *rapid.T) recur.Rule {
	r := recur.Rule{
		Freq:      rapid.SampledFrom([]recur.Freq{recur.Minutely, recur.Hourly, recur.Daily, recur.Weekly, recur.Monthly, recur.Yearly}).Draw(t, "unit"),
		Interval:  rapid.IntRange(1, 4).Draw(t, "interval"),
		WeekStart: rapid.IntRange(1, 7).Draw(t, "week start"),
	}
	if rapid.Bool().Draw(t, "counted") {
		r.Count = rapid.IntRange(1, 30).Draw(t, "count")
	}
	list := func(name string, low, high int, signed bool) []int {
		if rapid.IntRange(0, 3).Draw(t, "with "+name) > 0 {
			return nil
		}
		out := rapid.SliceOfNDistinct(rapid.IntRange(low, high), 1, 4, rapid.ID[int]).Draw(t, name)
		for i := range out {
			if signed && rapid.Bool().Draw(t, "from the end") {
				out[i] = -out[i]
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	r.ByMonth = list("month", 1, 12, false)
	r.ByMonthDay = list("month day", 1, 31, true)
	r.ByYearDay = list("year day", 1, 366, true)
	r.ByWeekNo = list("week", 1, 53, true)
	r.ByHour = list("hour", 0, 23, false)
	r.ByMinute = list("minute", 0, 59, false)
	r.BySetPos = list("position", 1, 5, true)
	for _, w := range list("weekday", 1, 7, false) {
		d := recur.Day{Weekday: w}
		if r.Freq >= recur.Monthly && len(r.ByWeekNo) == 0 && rapid.Bool().Draw(t, "numbered") {
			d.N = rapid.SampledFrom([]int{-2, -1, 1, 2, 5, 20}).Draw(t, "nth")
		}
		r.ByDay = append(r.ByDay, d)
	}
	return r
}

func TestAgainstEveryMinute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := anyRule(t)
		start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 800*24*60).Draw(t, "start")) * time.Minute)
		days := 1200
		if rule.Freq < recur.Daily {
			days = 20
		}
		end := start.AddDate(0, 0, rapid.IntRange(1, days).Draw(t, "days"))
		want := naive{rule, start}.upTo(end)
		from := start.Add(time.Duration(rapid.IntRange(0, int(end.Sub(start).Minutes())).Draw(t, "window")) * time.Minute)
		want = slices.DeleteFunc(want, func(l recur.Local) bool { return l < recur.Local(from.Unix()) })

		again, err := recur.Parse(rule.String())
		if err != nil || again.String() != rule.String() {
			t.Fatalf("%s is read as %s, %v", rule.String(), again.String(), err)
		}
		set := recur.Set{Start: recur.Local(start.Unix()), Rules: []recur.Rule{again}}
		found, err := recur.Expand(set, time.UTC, span.Span{Start: span.At(from), End: span.At(end) + 1}, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		got := []recur.Local{}
		for _, o := range found {
			if o.Local == set.Start && (len(want) == 0 || want[0] != set.Start) {
				continue // the start is in the set also where the rule does not give it
			}
			got = append(got, o.Local)
		}
		if diff := cmp.Diff(append([]recur.Local{}, want...), got); diff != "" {
			t.Errorf("%s from %s, %s to %s:\n%s", rule.String(), start, from, end, diff)
		}
	})
}

// FuzzExpand reads anything as a rule and expands what it could read: bounded,
// in order, inside the window, and the same when it is written and read again.
func FuzzExpand(f *testing.F) {
	for _, e := range rfcExamples() {
		f.Add(e.rule, int64(873_190_800), int64(30))
	}
	f.Add("FREQ=SECONDLY;BYSETPOS=-1,366;BYSECOND=60", int64(0), int64(400))
	f.Add("FREQ=YEARLY;INTERVAL=1000000000;COUNT=1000000000;BYWEEKNO=-53", int64(-62_135_596_800), int64(800))
	f.Fuzz(func(t *testing.T, text string, start, days int64) {
		rule, err := recur.Parse(text)
		if err != nil {
			return
		}
		again, err := recur.Parse(rule.String())
		if diff := cmp.Diff(rule, again); diff != "" || err != nil {
			t.Fatalf("%q is written %q: %v\n%s", text, rule.String(), err, diff)
		}
		start %= 4_000_000_000
		at := recur.Local(start).Instant(time.UTC)
		window := span.Span{Start: at, End: at + span.Day*span.Instant(days%2000)}
		found, err := recur.Expand(recur.Set{Start: recur.Local(start), Rules: []recur.Rule{rule}}, time.UTC, window, 500)
		if err != nil && recur.LimitOf(err) == "" || len(found) > 500 {
			t.Fatalf("%q: %d occurrences, %v", text, len(found), err)
		}
		for i, o := range found {
			if !window.Holds(o.At) || i > 0 && found[i-1].At >= o.At {
				t.Fatalf("%q: %v is out of place", text, o)
			}
		}
	})
}
