package message_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/id"
	"kept/message"
	"kept/span"
)

var noon = span.At(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))

func TestStill(t *testing.T) {
	t.Parallel()
	every := []string{
		"", "requested", "awaiting_payment", "confirmed", "checked_in", "completed", "cancelled", "no_show", "declined", "expired",
	}
	agreed := []string{"confirmed", "checked_in", "completed"}
	alive := append([]string{"requested", "awaiting_payment"}, agreed...)
	over := []string{"cancelled", "declined", "expired"}
	for step, want := range map[message.Step][]string{
		message.Receipt: agreed, message.Thanks: agreed, message.Reminder24h: {"confirmed"}, message.Reminder3h: {"confirmed"},
		message.Reminder30m: {"confirmed"}, message.Moved: alive, message.StaffNew: alive, message.StaffMoved: alive,
		message.Cancelled: over, message.StaffCancelled: every[1:], "birthday": nil, message.PlanDue: nil, message.CallMissed: nil,
	} {
		for _, status := range every {
			m := message.Message{Step: step, Anchor: message.Anchor(noon)}
			if got := m.Still(status, noon); got != slices.Contains(want, status) {
				t.Errorf("%s of a booking that is %q: %v", step, status, got)
			}
			if m.Still(status, noon+1) && step.Timed() {
				t.Errorf("%s of another time passes", step)
			}
		}
	}
}

func TestStepsKnowTheirKind(t *testing.T) {
	t.Parallel()
	timed, staff := 0, 0
	for _, s := range message.Steps() {
		if s.Timed() {
			timed++
		}
		if s.ToStaff() {
			staff++
		}
	}
	if timed != 4 || staff != 3 {
		t.Errorf("%d timed steps, %d to staff", timed, staff)
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status message.Status
		due    span.Instant
		want   string
	}{
		{message.Planned, noon + 1, "planned"},
		{message.Planned, noon, "due"},
		{message.Sending, noon, "due"},
		{message.Sent, noon, "sent"},
		{message.Skipped, noon - 1, "skipped"},
	} {
		if got := (message.Message{Status: test.status, Due: test.due}).Shown(noon); got != test.want {
			t.Errorf("%s due %s is shown as %s", test.status, test.due, got)
		}
	}
}

// TestIDIsTheKey: the same key gives the same identifier, whatever else the
// plan says; another key another.
func TestIDIsTheKey(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"", "a", "b", "ab"})
	draw := func(t *rapid.T, name string) (id.Booking, message.Plan) {
		anchor := rapid.SampledFrom([]string{
			message.Anchor(noon), message.Anchor(noon + 1), message.Anchor(noon + span.Day), "0193515e-3c00-7000-8000-000000000001", "-5", "x",
		}).Draw(t, name+" anchor")
		return id.Booking(word.Draw(t, name+" booking")), message.Plan{
			Recipient: message.Recipient{Kind: rapid.SampledFrom([]string{"client", "staff"}).Draw(t, name+" kind"), ID: word.Draw(t, name+" recipient")},
			Step:      rapid.SampledFrom(message.Steps()).Draw(t, name+" step"), Anchor: anchor,
			Due: span.Instant(rapid.Int64Range(0, 9).Draw(t, name+" due")), UselessAfter: span.Instant(rapid.Int64Range(0, 9).Draw(t, name+" until")),
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		ab, a := draw(t, "a")
		bb, b := draw(t, "b")
		same := ab == bb && a.Recipient == b.Recipient && a.Step == b.Step && a.Anchor == b.Anchor
		if (message.ID(ab, a) == message.ID(bb, b)) != same || !id.Valid(string(message.ID(ab, a))) {
			t.Fatalf("%s %+v and %s %+v: %s, %s", ab, a, bb, b, message.ID(ab, a), message.ID(bb, b))
		}
	})
}
