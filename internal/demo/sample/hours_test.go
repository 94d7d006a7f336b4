package sample_test

import (
	"testing"

	"kept/booking"
	"kept/id"
	"kept/internal/demo/sample"
	"kept/schedule"
	"kept/schedule/holiday"
	"kept/span"
)

// calendarsHold holds a world to public holidays and rosters, which the test
// reads without the engine's help.
func calendarsHold(t *testing.T, w *sample.World, now span.Instant) {
	zone := zoneOf(t, w)
	today := span.DateOf(now.In(zone))
	closed := map[span.Date]bool{}
	for _, l := range w.Layout.Locations {
		h := w.Layout.Hours.Locations[l.ID]
		if h.Holidays == nil || len(h.Seasons) == 0 {
			t.Fatalf("%s keeps no holidays or has no season", l.Names["en"])
		}
		r := h.Holidays.Rule()
		calendar, err := holiday.Of(r.Country, r.Region)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range calendar.Days(today.AddDays(-sample.Past), today.AddDays(sample.Future)) {
			closed[d.Date] = closed[d.Date] || d.Kind == holiday.Off
		}
	}
	for _, v := range w.Visits {
		day := span.DateOf(v.Start.In(zone))
		if closed[day] {
			t.Errorf("%s is on the holiday %v", v.ID, day)
		}
		if r := w.Layout.Hours.Staff[v.Placement.Lead].Roster; r != nil && !onShift(r, span.WallAt(v.Start, zone)) {
			t.Errorf("%s: %s does not work at %v", v.ID, staff(w, v.Placement.Lead).Names["en"], v.Start.In(zone))
		}
	}
	if w.Business.Slug == "lumen-salon" {
		return // where everybody works by the week
	}
	for _, h := range w.Layout.Hours.Staff {
		if h.Roster != nil {
			if h.Roster.Published != today.AddDays(sample.Future) {
				t.Errorf("a roster is published until %v", h.Roster.Published)
			}
			return
		}
	}
	t.Error("nobody works by a roster")
}

// onShift tells whether a reading of the clock is in one of the shifts of its date.
func onShift(r *schedule.Roster, at span.Wall) bool {
	for _, s := range r.On(at.Date) {
		if s.FromMin <= at.Minute && at.Minute < s.ToMin {
			return true
		}
	}
	return false
}

// seriesRecur holds what recurs to its client, person, weekday and time.
func seriesRecur(t *testing.T, w *sample.World, now span.Instant) {
	zone := zoneOf(t, w)
	series := map[id.Series][]booking.Imported{}
	for _, v := range w.Visits {
		if v.Series != "" {
			series[v.Series] = append(series[v.Series], v)
		}
	}
	weeks := map[string]int{"lumen-salon": 4, "anhe-clinic": 1}[w.Business.Slug]
	if (len(series) > 0) != (weeks > 0) {
		t.Errorf("%d series", len(series))
	}
	for _, list := range series {
		first, past, ahead := span.WallAt(list[0].Start, zone), 0, 0
		for i, v := range list {
			at := span.WallAt(v.Start, zone)
			if v.SeriesAt != i+1 || v.Client != list[0].Client || v.Placement.Lead != list[0].Placement.Lead || v.CreatedAt != list[0].CreatedAt ||
				first.Minute != at.Minute || first.Date.DaysUntil(at.Date)%(7*weeks) != 0 {
				t.Errorf("date %d at %v", i+1, at)
			}
			if v.Start < now {
				past++
			} else {
				ahead++
			}
		}
		if past == 0 || ahead == 0 {
			t.Errorf("%d are behind and %d ahead", past, ahead)
		}
	}
	if (len(w.DropOffs) > 0) != (w.Business.Slug == "motor-workshop") {
		t.Errorf("%d are dropped off", len(w.DropOffs))
	}
}
