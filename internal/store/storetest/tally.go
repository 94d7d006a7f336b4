package storetest

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/store"
	"kept/money"
)

func testTally(t *testing.T, open Opener) {
	s := NewShop(t, open, Plan{})
	tallies := store.NewTallies(s.DB)
	counter := client.NewCounter(tallies)
	events := store.NewEvents(s.DB, s.Vault)
	visit := func(hour int) *booking.Booking { return s.Book(t, s.Cut(Tomorrow(hour, 0), "ada", "Mia")) }
	came, cameNot, calledOff, planned := visit(9), visit(10), visit(11), visit(12)
	paid := money.Of(4200, "EUR")
	_, err := s.Desk.Complete(t.Context(), s.Owner, came.ID, &paid, "card")
	Must(t, err)
	_, err = s.Desk.MarkNoShow(t.Context(), s.Owner, cameNot.ID)
	Must(t, err)
	_, err = s.Desk.Cancel(t.Context(), s.Owner, calledOff.ID, "ill")
	Must(t, err)
	of := came.Client
	if planned.Client != of {
		t.Fatal("they are not one client")
	}
	want, err := counter.Tally(t.Context(), s.ID, of) // nothing was counted yet, so of the bookings
	Must(t, err)
	if want.Visits != 1 || want.NoShows != 1 || want.Cancels != 1 || want.Spent["EUR"] != 4200 || len(want.Latest) != 1 {
		t.Fatalf("the bookings give %+v", want)
	}
	s.sameTally(t, tallies, of, want, "kept")
	list := func(ctx context.Context, after int64) ([]event.Event, error) { return events.List(ctx, s.ID, after, 3) }
	_, _, err = events.Number(t.Context())
	Must(t, err)
	s.Do(t, func(ctx context.Context) error { return counter.Rebuild(ctx, s.ID, list) })
	s.sameTally(t, tallies, of, want, "from events")

	s.Do(t, func(ctx context.Context) error { return tallies.Clear(ctx, s.ID) })
	var all []event.Event
	for after := int64(0); ; after = all[len(all)-1].Seq {
		some, err := list(t.Context(), after)
		Must(t, err)
		if len(some) == 0 {
			break
		}
		all = append(all, some...)
	}
	for i, e := range all {
		s.Do(t, func(ctx context.Context) error { return counter.Derive(ctx, e) })
		if _, over := client.PastOf(e); over {
			// The first one that is over counts all that there is besides; those after it come twice here.
			all = all[:i+1]
			break
		}
	}
	s.sameTally(t, tallies, of, want, "event by event")
	Must(t, s.Registry.Erase(t.Context(), s.ID, of, desk))
	for _, e := range all {
		s.Do(t, func(ctx context.Context) error { return counter.Derive(ctx, e) })
	}
	if _, known, err := tallies.Get(t.Context(), s.ID, of); err != nil || known {
		t.Errorf("something is counted of an erased client: %v", err)
	}
}

func (s *Shop) sameTally(t *testing.T, tallies *store.Tallies, of id.Client, want client.Tally, how string) {
	t.Helper()
	got, known, err := tallies.Get(t.Context(), s.ID, of)
	Must(t, err)
	if diff := cmp.Diff(want, got); !known || diff != "" {
		t.Errorf("%s: known %v: %s", how, known, diff)
	}
}
