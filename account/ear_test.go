package account_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/account"
	"kept/event"
	"kept/id"
	"kept/span"
)

func TestEar(t *testing.T) {
	t.Parallel()
	own := account.Principal{Business: "b", Reach: account.ReachOwn, Staff: "ana"}
	local := account.Principal{Business: "b", Reach: account.ReachLocation, Location: "mitte"}
	ana := &event.Visit{Staff: []id.Staff{"cem", "ana"}, Location: "nord"}
	ben := &event.Visit{Staff: []id.Staff{"ben"}, Location: "mitte"}
	of := func(typ event.Type, card id.Client, d event.Data) event.Event {
		return event.Event{Business: "b", Type: typ, Client: card, Data: d}
	}
	for name, c := range map[string]struct {
		who   account.Principal
		what  event.Event
		heard bool
		data  event.Data // as it is heard
	}{
		"own visit":            {own, of(event.BookingConfirmed, "far", event.Data{Visit: ana}), true, event.Data{Visit: ana}},
		"another's visit":      {own, of(event.BookingConfirmed, "near", event.Data{Visit: ben}), false, event.Data{}},
		"visit at the place":   {local, of(event.BookingConfirmed, "far", event.Data{Visit: ben}), true, event.Data{Visit: ben}},
		"visit elsewhere":      {local, of(event.BookingConfirmed, "near", event.Data{Visit: ana}), false, event.Data{}},
		"moved away":           {own, of(event.BookingMoved, "near", event.Data{Visit: ben, Previous: ana}), true, event.Data{Previous: ana}},
		"moved here":           {own, of(event.BookingMoved, "far", event.Data{Visit: ana, Previous: ben}), true, event.Data{Visit: ana}},
		"another's hold":       {own, of(event.HoldPlaced, "", event.Data{Hold: "h", Visit: ben}), false, event.Data{}},
		"own card":             {own, of(event.ClientUpdated, "near", event.Data{Kind: "facts"}), true, event.Data{Kind: "facts"}},
		"another's card":       {own, of(event.ClientUpdated, "far", event.Data{Kind: "facts"}), false, event.Data{}},
		"another's message":    {own, of(event.MessageSent, "far", event.Data{Message: "m"}), false, event.Data{}},
		"settings":             {own, of(event.SettingsChanged, "", event.Data{Kind: "service"}), true, event.Data{Kind: "service"}},
		"everything":           {account.Principal{Business: "b"}, of(event.ClientUpdated, "far", event.Data{}), true, event.Data{}},
		"another business":     {own, event.Event{Business: "x", Type: event.SettingsChanged}, false, event.Data{}},
		"a booking and no day": {own, event.Event{Business: "b", Type: event.MessageSent, Booking: "k"}, false, event.Data{}},
	} {
		ear := account.NewEar(c.who, func(_ context.Context, card id.Client) (bool, error) { return card == "near", nil })
		got, heard, err := ear.Hear(t.Context(), c.what, 1)
		if err != nil || heard != c.heard {
			t.Errorf("%s: %v, %v", name, heard, err)
		}
		if heard {
			if diff := cmp.Diff(c.data, got.Data); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

// A listener costs one question a card and minute, and hears at once of
// somebody who has just come.
func TestEarRemembers(t *testing.T) {
	t.Parallel()
	asked, near := 0, false
	who := account.Principal{Business: "b", Reach: account.ReachOwn, Staff: "ana"}
	ear := account.NewEar(who, func(context.Context, id.Client) (bool, error) { asked++; return near, nil })
	hear := func(typ event.Type, d event.Data, now span.Instant) bool {
		t.Helper()
		_, ok, err := ear.Hear(t.Context(), event.Event{Business: "b", Type: typ, Client: "c", Data: d}, now)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	for i := range 50 {
		if hear(event.ClientUpdated, event.Data{}, span.Instant(i)) {
			t.Fatal("it is another's card")
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	near = true
	if hear(event.ClientUpdated, event.Data{}, 50) || !hear(event.ClientUpdated, event.Data{}, span.Minute) || asked != 2 {
		t.Errorf("after a minute it is asked again: %d", asked)
	}
	near = false
	if hear(event.ClientMerged, event.Data{}, span.Minute+1) || asked != 3 {
		t.Errorf("a merge may change whose card it is: %d", asked)
	}
	visit := &event.Visit{Staff: []id.Staff{"ana"}}
	if !hear(event.BookingConfirmed, event.Data{Visit: visit}, span.Minute+2) || !hear(event.ClientUpdated, event.Data{}, span.Minute+3) || asked != 3 {
		t.Errorf("whoever books with her is hers, unasked: %d", asked)
	}

	broken := errors.New("no database")
	deaf := account.NewEar(who, func(context.Context, id.Client) (bool, error) { return true, broken })
	if _, ok, err := deaf.Hear(t.Context(), event.Event{Business: "b", Client: "c"}, 1); ok || !errors.Is(err, broken) {
		t.Errorf("%v, %v", ok, err)
	}
	var all *account.Ear
	if _, ok, err := all.Hear(t.Context(), event.Event{Business: "b", Client: "c"}, 1); !ok || err != nil {
		t.Errorf("nobody's ear: %v, %v", ok, err)
	}
}
