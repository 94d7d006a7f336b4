package availability_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/id"
	"kept/span"
)

// visits are one a week from the first Monday on, at the times given.
func visits(staff string, zone *time.Location, clocks ...string) []availability.Visit {
	var out []availability.Visit
	for i, c := range clocks {
		out = append(out, availability.Visit{Start: at(c) + span.Instant(7*i)*span.Day, Zone: zone, Staff: id.Staff(staff[i%len(staff) : i%len(staff)+1])})
	}
	return out
}

func TestLearn(t *testing.T) {
	t.Parallel()
	mondays := []float32{1, 0, 0, 0, 0, 0, 0}
	for name, test := range map[string]struct {
		card   availability.Taste
		visits []availability.Visit
		want   availability.Taste
	}{
		"two visits show nothing": {visits: visits("a", nil, "10:00", "10:00")},
		"a habit":                 {visits: visits("a", nil, "10:00", "10:30", "10:15"), want: availability.Taste{Staff: []id.Staff{"a"}, Weekdays: mondays, Minute: 615}},
		"now this, now that": {
			visits: visits("ab", nil, "09:00", "12:00", "15:00", "18:00"),
			want:   availability.Taste{Weekdays: mondays},
		},
		"the card's staff come first": {
			card: availability.Taste{Staff: []id.Staff{"c"}}, visits: visits("a", nil, "10:00", "10:00", "10:00"),
			want: availability.Taste{Staff: []id.Staff{"c", "a"}, Weekdays: mondays, Minute: 600},
		},
		"the clock on the wall": {
			visits: visits("a", time.FixedZone("", 9*3600), "20:00", "20:00", "20:00"),
			want:   availability.Taste{Staff: []id.Staff{"a"}, Weekdays: []float32{0, 1, 0, 0, 0, 0, 0}, Minute: 300},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.card
			got.Learn(test.visits)
			near := cmp.Comparer(func(a, b float32) bool { return a-b < 1e-5 && b-a < 1e-5 })
			if diff := cmp.Diff(test.want, got, near); diff != "" {
				t.Error(diff)
			}
			if got.Known() != (name != "two visits show nothing") {
				t.Errorf("known: %v", got.Known())
			}
		})
	}
}

// What is long past is forgotten.
func TestLearnLooksAtTheLast(t *testing.T) {
	t.Parallel()
	var clocks []string
	for range 20 {
		clocks = append(clocks, "09:00")
	}
	for range 12 {
		clocks = append(clocks, "17:00")
	}
	var got availability.Taste
	got.Learn(visits("a", nil, clocks...))
	if got.Minute != 17*60 {
		t.Errorf("usual time %d", got.Minute)
	}
}
