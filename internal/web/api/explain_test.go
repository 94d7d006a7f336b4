package api

import (
	"encoding/json"
	"testing"
	"time"

	"kept/calsync"
	"kept/span"
)

// TestCalendarInTheWay: a calendar that nobody could read for too long says
// since when.
func TestCalendarInTheWay(t *testing.T) {
	t.Parallel()
	read := span.At(time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC))
	link := calsync.Link{ID: "l", Name: "Anna", StaleAfter: 2 * span.Hour, State: calsync.State{LastOK: read}}
	for after, want := range map[span.Instant]string{
		span.Hour:     `{"id":"l","name":"Anna","stale_since":null}`,
		3 * span.Hour: `{"id":"l","name":"Anna","stale_since":"2026-11-22T09:00:00Z"}`,
	} {
		got, err := json.Marshal(inTheWayOf(&link, read+after, time.UTC))
		if err != nil || string(got) != want {
			t.Errorf("after %v: %s %v", after, got, err)
		}
	}
}
