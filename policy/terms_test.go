package policy_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/catalog"
	"kept/policy"
	"kept/span"
)

func TestCutoffs(t *testing.T) {
	t.Parallel()
	start := span.At(time.Date(2026, 3, 29, 7, 0, 0, 0, time.UTC)) // 09:00 in Berlin, on the day of 23 hours
	s := policy.Of(catalog.Terms{CancelCutoffMin: 24 * 60, MoveCutoffMin: 90})
	for _, c := range []struct {
		why          string
		now          span.Instant
		cancel, move bool
	}{
		{"days before", start - 2*span.Day, true, true},
		{"an instant before the cancel cut-off", start - span.Day - 1, true, true},
		{"at the cancel cut-off: elapsed time, whatever the clocks do that night", start - span.Day, false, true},
		{"an instant before the move cut-off", start - 90*span.Minute - 1, false, true},
		{"at the move cut-off", start - 90*span.Minute, false, false},
		{"at the start", start, false, false},
		{"after it", start + span.Hour, false, false},
	} {
		if got := s.MayCancel(c.now, start); got != c.cancel {
			t.Errorf("%s: cancel %v", c.why, got)
		}
		if got := s.MayMove(c.now, start); got != c.move {
			t.Errorf("%s: move %v", c.why, got)
		}
	}
}

func TestNoCutoffIsTheStart(t *testing.T) {
	t.Parallel()
	var s policy.Snapshot
	const start = 1_000 * span.Hour
	if !s.MayCancel(start-1, start) || !s.MayMove(start-1, start) {
		t.Error("shut before the start")
	}
	if s.MayCancel(start, start) || s.MayMove(start, start) {
		t.Error("open at the start")
	}
}

// TestMayAgreesWithUntil: the answer and the instant shown to people are one rule.
func TestMayAgreesWithUntil(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := policy.Snapshot{
			CancelCutoffMin: rapid.IntRange(0, 20_000).Draw(t, "cancel"),
			MoveCutoffMin:   rapid.IntRange(0, 20_000).Draw(t, "move"),
		}
		start := span.Instant(rapid.Int64Range(0, 4e15).Draw(t, "start"))
		until := s.CancelUntil(start)
		if s.MayCancel(until, start) || !s.MayCancel(until-1, start) {
			t.Fatalf("cancel until %v", until)
		}
		until = s.MoveUntil(start)
		if s.MayMove(until, start) || !s.MayMove(until-1, start) {
			t.Fatalf("move until %v", until)
		}
	})
}

// TestSnapshotOnTheWire: bookings keep it as JSON for years.
func TestSnapshotOnTheWire(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(policy.Of(catalog.Terms{CancelCutoffMin: 1440, MoveCutoffMin: 60, HoldMin: 5}))
	if want := `{"cancel_cutoff_min":1440,"move_cutoff_min":60}`; err != nil || string(raw) != want {
		t.Errorf("%s, %v", raw, err)
	}
}
