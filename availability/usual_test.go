package availability_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/catalog"
	"kept/money"
	"kept/span"
)

func TestUsualOf(t *testing.T) {
	t.Parallel()
	cut := &catalog.Service{
		ID: "cut", Segments: []catalog.Segment{staffed(30)}, BufferAfterMin: 5, Price: money.Of(3000, "EUR"),
	}
	colour := &catalog.Service{
		ID: "colour", Price: money.Of(9000, "EUR"), BufferBeforeMin: 10,
		Segments: []catalog.Segment{staffed(20), {DurationMin: 40}, {DurationMin: 20, Staff: &catalog.StaffNeed{Count: 1}, BufferAfterMin: 5}},
	}
	c := &catalog.Catalog{Services: []*catalog.Service{cut, colour, {ID: "old", Archived: true, Segments: []catalog.Segment{staffed(15)}}}}
	sold := []availability.Usual{{DurationMin: 35, Weight: 1, Value: 3000}, {DurationMin: 95, Weight: 1, Value: 9000}}
	few := []availability.Used{{Service: "cut", Visits: 19, Length: 570 * span.Minute, Value: 57000}}
	if diff := cmp.Diff(sold, availability.UsualOf(c, few)); diff != "" {
		t.Errorf("a business of 19 visits: %s", diff)
	}
	many := []availability.Used{
		{Service: "cut", Visits: 30, Length: 900 * span.Minute, Value: 60000},
		{Service: "colour", Visits: 10, Length: 900 * span.Minute, Value: 100000}, // 10 minutes longer than the list says
		{Service: "gone", Visits: 5, Length: 100 * span.Minute},
		{Service: "old"},
	}
	want := []availability.Usual{
		{DurationMin: 35, Weight: 30, Value: 2000}, {DurationMin: 105, Weight: 10, Value: 10000}, {DurationMin: 20, Weight: 5},
	}
	if diff := cmp.Diff(want, availability.UsualOf(c, many)); diff != "" {
		t.Error(diff)
	}
}
