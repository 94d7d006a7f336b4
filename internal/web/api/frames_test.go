package api

import (
	"context"
	"strings"
	"testing"
	"time"

	"kept/account"
	"kept/event"
	"kept/id"
)

func TestFramesAreWrittenOnce(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	var f frames
	of := func(e event.Event, ear *account.Ear, zone *time.Location) string {
		t.Helper()
		out, err := f.of(t.Context(), e, ear, zone, 0)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	e := event.Event{ID: "e1", Seq: 7, Type: event.BookingConfirmed, Business: "b", Client: "mia", Booking: "k"}
	first := of(e, nil, time.UTC)
	if !strings.HasPrefix(first, "id: 7\nevent: booking.confirmed\ndata: {") || !strings.HasSuffix(first, "}\n\n") {
		t.Errorf("a frame is %q", first)
	}
	if other := of(e, nil, berlin); other == first || !strings.Contains(other, "+01:00") {
		t.Errorf("in Berlin it is %q", other)
	}
	changed := e
	changed.Seq = 8 // an event never changes: what was written once is written again
	if again := of(changed, nil, time.UTC); again != first {
		t.Errorf("again it is %q", again)
	}
	far := account.NewEar(account.Principal{Business: "b", Reach: account.ReachOwn}, func(context.Context, id.Client) (bool, error) { return false, nil })
	if heard := of(e, far, time.UTC); heard != "" {
		t.Errorf("who may not hear of it reads %q", heard)
	}
	for i := range 3 * keptFrames {
		of(event.Event{ID: id.Event(strings.Repeat("x", i+1)), Seq: int64(i)}, nil, time.UTC)
	}
	if len(f.made) != keptFrames {
		t.Errorf("%d frames are kept", len(f.made))
	}
}
