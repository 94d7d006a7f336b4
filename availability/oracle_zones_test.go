package availability_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// TestEveryZoneOffersRealTimes: around every change of clocks of every zone
// from 2026 to 2030, a place that never closes offers each half-hour once: none
// that the wall clock does not show, both of two that read the same, and all
// visits equally long.
func TestEveryZoneOffersRealTimes(t *testing.T) {
	t.Parallel()
	names, err := os.ReadFile("../span/testdata/zones.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	changes := 0
	for name := range strings.FieldsSeq(string(names)) {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		days := changeDays(zone)
		key := fmt.Sprint(days)
		if seen[key] { // many names share their rules
			continue
		}
		seen[key] = true
		for _, day := range days {
			changes++
			offerAround(t, zone, day.date)
		}
	}
	if len(seen) < 25 || changes < 250 {
		t.Errorf("only %d groups of zones with %d changes", len(seen), changes)
	}
}

type changeDay struct {
	date          span.Date
	before, after int // seconds east of UTC at its two noons
}

// changeDays are the local days whose offset at noon is not the day before's.
func changeDays(zone *time.Location) []changeDay {
	var out []changeDay
	_, before := time.Date(2025, 12, 31, 12, 0, 0, 0, zone).Zone()
	for d := (span.Date{Year: 2026, Month: 1, Day: 1}); d.Year <= 2030; d = d.AddDays(1) {
		_, after := time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, zone).Zone()
		if after != before {
			out = append(out, changeDay{d, before, after})
		}
		before = after
	}
	return out
}

func offerAround(t *testing.T, zone *time.Location, day span.Date) {
	t.Helper()
	service := &catalog.Service{ID: "talk", IntervalMin: 30, Segments: []catalog.Segment{
		{DurationMin: 45, Staff: &catalog.StaffNeed{Count: 1}},
	}}
	window := span.Span{Start: day.AddDays(-1).Start(zone), End: day.AddDays(1).Start(zone)}
	q := availability.Question{Visit: []availability.Want{{Service: service}}, Window: window, Now: window.Start}
	before, after := availability.Margins(q.Visit)
	wide := window.Widen(before, after)
	var always schedule.Hours
	for weekday := 1; weekday <= 7; weekday++ {
		always.Weekly = append(always.Weekly, schedule.Weekly{Weekday: weekday, Window: schedule.Window{ToMin: 1440}})
	}
	book := schedule.Book{Locations: map[id.Location]schedule.Hours{"place": always}}
	f := &availability.Facts{
		Window: wide,
		Places: []availability.Place{{ID: "place", Zone: zone}},
		Staff: []availability.Person{{
			Staff: &catalog.Staff{ID: "ana", AllServices: true},
			Open:  []availability.Open{{Place: 0, Spans: book.OpenAt("ana", "place", wide, zone)}},
		}},
	}
	slots := availability.Slots(q, f)
	if want := int(window.Length() / (30 * span.Minute)); len(slots) != want {
		t.Errorf("%v %v: %d starts, want %d", zone, day, len(slots), want)
	}
	walls := map[span.Wall]bool{}
	for n, s := range slots {
		w := span.WallAt(s.Start, zone)
		if !w.Exists(zone) || walls[w] || w.Instant(zone) != s.Start {
			t.Errorf("%v %v: %v reads %v fold %d", zone, day, s.Start, w, w.Fold)
		}
		walls[w] = true
		if s.End-s.Start != 45*span.Minute || (n > 0 && s.Start-slots[n-1].Start != 30*span.Minute) {
			t.Errorf("%v %v: %v to %v", zone, day, s.Start, s.End)
		}
	}
}
