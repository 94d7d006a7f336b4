package plan_test

import (
	"testing"

	"pgregory.net/rapid"

	"kept/catalog"
	"kept/client"
	"kept/plan"
	"kept/span"
)

func TestDueOf(t *testing.T) {
	t.Parallel()
	none := span.Date{}
	on := func(text string) span.Date {
		if text == "" {
			return none
		}
		return day(t, text)
	}
	car := []client.Reading{read(t, "2026-01-01", 10_000), read(t, "2026-06-01", 25_100), read(t, "2026-11-01", 40_400)} // a hundred a day
	weeks := catalog.Recall{Kind: catalog.RecallInterval, Every: 6, Unit: catalog.UnitWeek, LeadDays: 10, GraceDays: 20}
	usage := catalog.Recall{Kind: catalog.RecallUsage, Every: 12, Unit: catalog.UnitMonth, Reading: km, Amount: 15_000}
	age := catalog.Recall{Kind: catalog.RecallAge, Every: 1, Unit: catalog.UnitYear, FromAge: 40}
	after := catalog.Recall{Kind: catalog.RecallAfter, Every: 10, Unit: catalog.UnitDay, After: "other"}
	course := catalog.Recall{Kind: catalog.RecallCourse, Every: 1, Most: 2, Unit: catalog.UnitWeek, Steps: 3, GraceDays: 5}
	for _, c := range []struct {
		why                    string
		rule                   catalog.Recall
		last, before, born     string
		readings               []client.Reading
		steps                  int
		want, from, to, expire string // want empty: nothing
		kind                   plan.Kind
		step                   int
	}{
		{why: "never there", rule: weeks},
		{"six weeks", weeks, "2026-11-22", "", "", nil, 0, "2027-01-03", "2026-12-24", "2027-01-23", "2027-01-23", plan.Interval, 0},
		{
			"the lead is longer than the interval",
			catalog.Recall{Kind: catalog.RecallInterval, Every: 3, Unit: catalog.UnitDay, LeadDays: 9},
			"2026-11-22", "", "", nil, 0, "2026-11-25", "2026-11-22", "2027-02-23", "2027-02-23", plan.Interval, 0,
		},
		{"no readings: the year", usage, "2026-11-01", "", "", nil, 0, "2027-11-01", "2027-11-01", "2028-01-30", "2028-01-30", plan.Usage, 0},
		{"the meter is first", usage, "2026-11-01", "", "", car, 0, "2027-03-31", "2027-03-31", "2027-06-29", "2027-06-29", plan.Usage, 0},
		{"usage of somebody new", usage, "", "", "", car, 0, "", "", "", "", "", 0},
		{"nobody knows when born", age, "2026-01-01", "", "", nil, 0, "", "", "", "", "", 0},
		{"too young", age, "", "", "1990-05-05", nil, 0, "2030-05-05", "2030-05-05", "2030-08-03", "2030-08-03", plan.Interval, 0},
		{"old enough and never there", age, "", "", "1980-05-05", nil, 0, "2026-11-22", "2026-11-22", "2027-02-20", "2027-02-20", plan.Interval, 0},
		{"a year after the last", age, "2026-03-01", "", "1980-05-05", nil, 0, "2027-03-01", "2027-03-01", "2027-05-30", "2027-05-30", plan.Interval, 0},
		{"there at 39", age, "2026-03-01", "", "1987-06-05", nil, 0, "2027-06-05", "2027-06-05", "2027-09-03", "2027-09-03", plan.Interval, 0},
		{"born on a leap day", age, "", "", "1988-02-29", nil, 0, "2028-02-29", "2028-02-29", "2028-05-29", "2028-05-29", plan.Interval, 0},
		{"after another", after, "", "2026-11-20", "", nil, 0, "2026-11-30", "2026-11-30", "2027-02-28", "2027-02-28", plan.OnDate, 0},
		{"it was there since", after, "2026-11-21", "2026-11-20", "", nil, 0, "", "", "", "", "", 0},
		{"the other never was", after, "2026-11-21", "", "", nil, 0, "", "", "", "", "", 0},
		{"the second of three", course, "2026-11-20", "", "", nil, 1, "2026-11-27", "2026-11-27", "2026-12-04", "2026-12-09", plan.Course, 2},
		{"the course is over", course, "2026-11-20", "", "", nil, 3, "", "", "", "", "", 0},
		{"an unknown kind", catalog.Recall{Kind: "moon"}, "2026-11-20", "", "", nil, 1, "", "", "", "", "", 0},
	} {
		d, ok := plan.DueOf(c.rule, plan.Past{
			Today: day(t, "2026-11-22"), Last: on(c.last), Before: on(c.before), Born: on(c.born), Readings: c.readings, Steps: c.steps,
		})
		if ok != (c.want != "") {
			t.Errorf("%s: %+v %v", c.why, d, ok)
			continue
		}
		if ok && (d.Date != on(c.want) || d.Window != plan.Window{From: on(c.from), To: on(c.to)} || d.Expires != on(c.expire) || d.Kind != c.kind || d.Step != c.step) {
			t.Errorf("%s: %+v", c.why, d)
		}
	}
}

// TestDueHolds: whatever the rule, it is due after the visit from which it is
// counted, within its window; a later visit never makes it due earlier, and
// more use allowed never either.
func TestDueHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := drawReadings(t)
		last := list[0].Day.AddDays(rapid.IntRange(0, 900).Draw(t, "last"))
		r := catalog.Recall{
			Kind:  rapid.SampledFrom(catalog.RecallKinds()).Draw(t, "kind"),
			Every: rapid.IntRange(1, 30).Draw(t, "every"), Unit: rapid.SampledFrom(catalog.Units()).Draw(t, "unit"),
			Most: rapid.IntRange(1, 40).Draw(t, "most"), Steps: rapid.IntRange(2, 9).Draw(t, "steps"), Reading: km,
			Amount: rapid.IntRange(1, 30_000).Draw(t, "amount"), FromAge: rapid.IntRange(0, 60).Draw(t, "age"),
			LeadDays: rapid.IntRange(0, 60).Draw(t, "lead"), GraceDays: rapid.IntRange(0, 100).Draw(t, "grace"),
		}
		p := plan.Past{
			Today: last.AddDays(rapid.IntRange(0, 60).Draw(t, "today")), Last: last, Steps: rapid.IntRange(0, 9).Draw(t, "done"),
			Born: span.Date{Year: 1980, Month: 2, Day: 29}, Readings: list,
		}
		if r.Kind == catalog.RecallAfter {
			p.Before = last.AddDays(rapid.IntRange(0, 9).Draw(t, "before"))
		}
		d, ok := plan.DueOf(r, p)
		if !ok {
			return
		}
		if d.Date.Before(d.Since) || d.Window.To.Before(d.Window.From) || d.Date.Before(d.Window.From) || d.Window.To.Before(d.Date) ||
			d.Expires.Before(d.Window.To) || d.Window.From.Before(d.Since) {
			t.Fatalf("%+v of %+v", d, p)
		}
		later := p
		later.Last = p.Last.AddDays(rapid.IntRange(0, 400).Draw(t, "later"))
		if e, ok := plan.DueOf(r, later); ok && r.Kind != catalog.RecallUsage && e.Date.Before(d.Date) {
			t.Fatalf("%s after %s, %s after %s", d.Date, p.Last, e.Date, later.Last)
		}
		r.Amount += rapid.IntRange(0, 5_000).Draw(t, "more")
		if e, ok := plan.DueOf(r, p); !ok || e.Date.Before(d.Date) {
			t.Fatalf("%s, with more use %s", d.Date, e.Date)
		}
	})
}

// TestStates: what is closed stays closed, what is open may come to an end.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, from := range plan.Statuses() {
		for _, to := range plan.Statuses() {
			may := from.May(to)
			if !from.Open() && may || to == from && may || from == plan.Booked && (to == plan.Skipped || to == plan.Expired) && may {
				t.Errorf("%s → %s", from, to)
			}
		}
		if from.Open() != (from == plan.Planned || from == plan.Offered || from == plan.Booked) || from.Waits() && !from.Open() {
			t.Errorf("%s", from)
		}
	}
}
