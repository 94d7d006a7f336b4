package availability_test

import (
	"slices"
	"testing"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// What the oracle has found, each in the smallest realm that shows it.

// small is a realm of one place and one service.
func small(t *testing.T, service *catalog.Service, staff ...*catalog.Staff) *realm {
	t.Helper()
	zone, err := time.LoadLocation("Africa/Casablanca")
	if err != nil {
		t.Fatal(err)
	}
	w := &realm{
		cat: &catalog.Catalog{
			Locations: []*catalog.Location{{ID: "place", Zone: zone.String()}},
			Services:  []*catalog.Service{service},
			Staff:     staff,
		},
		book:  &schedule.Book{Locations: map[id.Location]schedule.Hours{}},
		zones: []*time.Location{zone},
		focus: span.Date{Year: 2026, Month: 2, Day: 16},
		lanes: map[string][]availability.Row{},
		ways:  make([]map[id.Location]span.Instant, 1),
	}
	var always schedule.Hours
	for weekday := 1; weekday <= 7; weekday++ {
		always.Weekly = append(always.Weekly, schedule.Weekly{Weekday: weekday, Window: schedule.Window{ToMin: 1440}})
	}
	w.book.Locations["place"] = always
	return w
}

// TestFoundLongHours: hours that stay open for days were counted from the edge
// of what had been loaded, so that a list of three days offered starts which
// the last word, on facts of that one visit, then refused.
func TestFoundLongHours(t *testing.T) {
	t.Parallel()
	service := &catalog.Service{ID: "talk", IntervalMin: 50, Segments: []catalog.Segment{
		{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}},
	}}
	w := small(t, service, &catalog.Staff{ID: "ana", AllServices: true})
	q := availability.Question{Visit: []availability.Want{{Service: service}}, Now: 1}
	q.Window = span.Span{Start: w.focus.Start(w.zones[0]), End: w.focus.AddDays(3).Start(w.zones[0])}
	slots := availability.Slots(q, w.factsFor(q))
	if len(slots) != 3*1440/50 {
		t.Errorf("%d starts in three days", len(slots))
	}
	for _, s := range slots {
		p, ok := availability.Assign(q, w.factsFor(q), s.Start, "ana")
		if !ok {
			t.Fatalf("%v cannot be placed", s.Start)
		}
		if err := availability.Check(q, w.narrow(q, p), p); err != nil {
			t.Errorf("%v is offered, but then: %v", s.Start, err)
		}
	}
}

// TestFoundOverrideGuess: an override listed starts that would have been edges
// had the lead performed the last segment too, which somebody else performs.
func TestFoundOverrideGuess(t *testing.T) {
	t.Parallel()
	service := &catalog.Service{ID: "colour", IntervalMin: 50, EdgeStarts: true, Segments: []catalog.Segment{
		{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}},
		{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1, Skill: "wash"}},
	}}
	w := small(t, service, &catalog.Staff{ID: "ana", AllServices: true},
		&catalog.Staff{ID: "ben", AllServices: true, Skills: []catalog.Skill{{Skill: "wash"}}})
	q := availability.Question{Visit: []availability.Want{{Service: service, Staff: "ana"}}, Override: true, Now: 1}
	q.Window = w.focus.Span(w.zones[0])
	begins := q.Window.Start + 10*span.Hour
	w.lanes["ana"] = []availability.Row{{
		Span: span.Span{Start: begins, End: begins + span.Hour}, Exclusive: true, Kind: availability.RowBooking, Source: "other",
	}}
	var got []int
	for _, s := range availability.Slots(q, w.factsFor(q)) {
		if m := int((s.Start - begins) / span.Minute); m >= -100 && m <= 100 {
			got = append(got, m)
		}
	}
	// Steps of 50 min from midnight, and where the row ends, and where ana's half hour ends at its start.
	if want := []int{-100, -50, -30, 60, 100}; !slices.Equal(got, want) {
		t.Errorf("minutes from the row's start: %v, want %v", got, want)
	}
}
