package event_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/event"
	"kept/id"
	"kept/span"
)

func TestDataRoundTrip(t *testing.T) {
	t.Parallel()
	start := span.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	visit := &event.Visit{
		Start: start, End: start + span.Hour, Zone: "Europe/Berlin",
		Service: "cut", Staff: []id.Staff{"ana", "ben"}, Location: "mitte",
	}
	moved := *visit
	moved.Start, moved.End = start+span.Day, start+span.Day+span.Hour
	for _, want := range []event.Data{
		{},
		{Visit: visit, Status: "confirmed"},
		{Visit: &moved, Previous: visit, Status: "confirmed", Reason: "by_client"},
		{Hold: "h", Start: start, End: start + span.Hour, Reason: "expired"},
		{Kind: "service", Ref: "cut"},
		{Message: "m", Step: "receipt", Channel: "email"},
	} {
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got event.Data
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", raw, diff)
		}
	}
}

func TestDataOnTheWire(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(event.Data{})
	if err != nil || string(raw) != "{}" {
		t.Errorf("no facts = %s, %v", raw, err)
	}
	raw, err = json.Marshal(event.Data{Hold: "h", Start: span.At(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))})
	if want := `{"hold":"h","start":"2026-03-01T08:00:00Z"}`; err != nil || string(raw) != want {
		t.Errorf("%s, %v, want %s", raw, err, want)
	}
}

// TestDataHasNoRoomForAPerson: an event outlives the erasure of a client, so
// nothing in it may hold a name, a contact or a free text. Whoever adds a
// field meets this list and has to say that it holds none.
func TestDataHasNoRoomForAPerson(t *testing.T) {
	t.Parallel()
	known := "visit previous status reason hold start end kind ref message step channel paid late" +
		" zone service staff location series id at together"
	for _, typ := range []reflect.Type{reflect.TypeFor[event.Data](), reflect.TypeFor[event.Visit](), reflect.TypeFor[event.Series]()} {
		for field := range typ.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if !strings.Contains(" "+known+" ", " "+name+" ") {
				t.Errorf("%s.%s: may it hold a person's data? Add %q to the list if not", typ.Name(), field.Name, name)
			}
		}
	}
}

func TestTypesAreNounDotVerb(t *testing.T) {
	t.Parallel()
	seen := map[event.Type]bool{}
	for _, typ := range []event.Type{
		event.HoldPlaced, event.HoldReleased, event.BookingRequested, event.BookingConfirmed, event.BookingDeclined,
		event.BookingMoved, event.BookingCancelled, event.BookingAttendanceConfirmed, event.BookingCheckedIn,
		event.BookingCompleted, event.BookingNoShow, event.BookingRefixed, event.ClientCreated, event.ClientUpdated, event.ClientErased,
		event.TimeOffAdded, event.TimeOffRemoved, event.SettingsChanged, event.MessageSent, event.MessageFailed,
		event.SessionPlanned, event.SessionChanged, event.SessionCancelled,
	} {
		noun, verb, ok := strings.Cut(string(typ), ".")
		if !ok || noun == "" || verb == "" || strings.ToLower(string(typ)) != string(typ) || seen[typ] {
			t.Errorf("type %q", typ)
		}
		seen[typ] = true
	}
}

func TestSystemActor(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(event.System())
	if err != nil || string(raw) != `{"kind":"system"}` {
		t.Errorf("%s, %v", raw, err)
	}
}
