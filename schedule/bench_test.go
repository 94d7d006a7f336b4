package schedule_test

import (
	"testing"

	"kept/id"
	"kept/schedule"
	"kept/span"
)

// BenchmarkOpenAt expands a month of ordinary hours of one person in one place.
func BenchmarkOpenAt(b *testing.B) {
	berlin := zone(b, "Europe/Berlin")
	var mine, its []schedule.Weekly
	for d := 1; d <= 5; d++ {
		mine = append(mine, row(d, 9, 12), row(d, 13, 17))
		its = append(its, row(d, 8, 20))
	}
	from := span.Date{Year: 2026, Month: 11, Day: 30}
	window := span.Span{Start: from.Start(berlin), End: from.AddDays(30).Start(berlin)}
	book := schedule.Book{
		Locations: map[id.Location]schedule.Hours{"here": {Weekly: its}}, Staff: map[id.Staff]schedule.Hours{"ann": {Weekly: mine}},
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(book.OpenAt("ann", "here", window, berlin)) != 44 {
			b.Fatal("wrong")
		}
	}
}
