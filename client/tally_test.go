package client_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/client"
	"kept/event"
	"kept/id"
	"kept/money"
	"kept/span"
)

// ledger keeps tallies and bookings in memory.
type ledger struct {
	tallies map[id.Client]client.Tally
	pasts   map[id.Client][]client.Past
	writes  int
}

func newLedger() *ledger {
	return &ledger{tallies: map[id.Client]client.Tally{}, pasts: map[id.Client][]client.Past{}}
}

func (l *ledger) Lock(_ context.Context, _ id.Business, c id.Client) (client.Tally, bool, error) {
	t, ok := l.tallies[c]
	return t, ok, nil
}

func (l *ledger) First(
	ctx context.Context, b id.Business, c id.Client, count func(ctx context.Context) (client.Tally, error),
) (client.Tally, error) {
	if t, known := l.tallies[c]; known {
		return t, nil
	}
	t, err := count(ctx)
	if err != nil {
		return t, err
	}
	return t, l.Put(ctx, b, c, t)
}

func (l *ledger) Get(ctx context.Context, b id.Business, c id.Client) (client.Tally, bool, error) {
	return l.Lock(ctx, b, c)
}

func (l *ledger) Put(_ context.Context, _ id.Business, c id.Client, t client.Tally) error {
	l.tallies[c] = t
	l.writes++
	return nil
}

func (l *ledger) Pasts(_ context.Context, _ id.Business, c id.Client, but id.Booking) ([]client.Past, error) {
	var out []client.Past
	for _, p := range l.pasts[c] {
		if p.Booking != but {
			out = append(out, p)
		}
	}
	return out, nil
}

func (l *ledger) Owner(_ context.Context, _ id.Business, b id.Booking) (id.Client, error) {
	for c, list := range l.pasts {
		for _, p := range list {
			if p.Booking == b {
				return c, nil
			}
		}
	}
	return "", nil
}

func (l *ledger) Clear(context.Context, id.Business) error {
	clear(l.tallies)
	return nil
}

// over makes the event with which a booking is over.
func over(t *rapid.T, seq int) event.Event {
	status := rapid.SampledFrom([]string{"completed", "no_show", "cancelled"}).Draw(t, "status")
	e := event.Event{
		Seq: int64(seq), Business: "b", Booking: id.Booking(rune('A' + seq)), Client: rapid.SampledFrom([]id.Client{"mia", "leo"}).Draw(t, "client"),
		Type: map[string]event.Type{"completed": event.BookingCompleted, "no_show": event.BookingNoShow, "cancelled": event.BookingCancelled}[status],
		Data: event.Data{Status: status, Late: status == "cancelled" && rapid.Bool().Draw(t, "late"), Visit: &event.Visit{
			Start: span.Instant(rapid.Int64Range(0, 400).Draw(t, "day")) * span.Day, Zone: "Asia/Taipei",
			Staff: []id.Staff{"ana", "ben"}, Service: "cut",
		}},
	}
	if rapid.Bool().Draw(t, "imported") {
		e.Type = event.BookingImported
	}
	if status == "completed" && rapid.Bool().Draw(t, "paid") {
		amount := money.Of(rapid.Int64Range(0, 90_000).Draw(t, "amount"), rapid.SampledFrom([]string{"TWD", "EUR"}).Draw(t, "currency"))
		e.Data.Paid = &amount
	}
	return e
}

// TestRebuildEqualsLive: what is counted event by event, what is counted anew
// from all events, and what is counted from the bookings is the same.
func TestRebuildEqualsLive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		live := newLedger()
		counter := client.NewCounter(live)
		var events []event.Event
		for i := range rapid.IntRange(0, 60).Draw(t, "events") {
			e := over(t, i+1)
			p, ok := client.PastOf(e)
			if !ok {
				t.Fatal("it is not over")
			}
			events = append(events, e)
			if rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				delete(live.tallies, e.Client) // as before there was a tally
			}
			live.pasts[e.Client] = append(live.pasts[e.Client], p)
			if err := counter.Derive(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		again := newLedger()
		again.pasts = live.pasts
		err := client.NewCounter(again).Rebuild(t.Context(), "b", func(_ context.Context, after int64) ([]event.Event, error) {
			return events[after:min(int(after)+7, len(events))], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		fromBookings := newLedger()
		fromBookings.pasts = live.pasts
		for c := range live.pasts {
			want, _ := client.NewCounter(fromBookings).Tally(t.Context(), "b", c)
			if diff := cmp.Diff(want, again.tallies[c]); diff != "" {
				t.Fatalf("bookings and events differ: %s", diff)
			}
			got, err := counter.Tally(t.Context(), "b", c)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("bookings and live counting differ: %v %s", err, diff)
			}
		}
	})
}

func TestABookingCostsNothing(t *testing.T) {
	t.Parallel()
	l := newLedger()
	c := client.NewCounter(l)
	visit := &event.Visit{Start: span.Day, Zone: "Europe/Berlin"}
	for _, e := range []event.Event{
		{Type: event.BookingConfirmed, Client: "mia", Data: event.Data{Visit: visit, Status: "confirmed"}},
		{Type: event.BookingImported, Client: "mia", Data: event.Data{Visit: visit, Status: "confirmed"}},
		{Type: event.ClientUpdated, Client: "mia"},
		{Type: event.BookingCancelled, Data: event.Data{Visit: visit, Status: "cancelled"}},
	} {
		if err := c.Derive(t.Context(), e); err != nil || l.writes != 0 {
			t.Errorf("%s: %v, %d writes", e.Type, err, l.writes)
		}
	}
}

func TestUsual(t *testing.T) {
	t.Parallel()
	var tally client.Tally
	var zones span.Zones
	monday := span.At(time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)) // 17:30 in Taipei
	add := func(days int, staff id.Staff) {
		var err error
		tally, err = tally.Add(client.Past{
			Booking: id.Booking(rune('a' + days)), Status: "completed", Start: monday + span.Instant(days)*span.Day, Zone: "Asia/Taipei", Staff: staff, Service: "cut",
		}, &zones)
		if err != nil {
			t.Fatal(err)
		}
	}
	add(0, "ana")
	add(28, "ana")
	if got := tally.Usual(); got != (client.Usual{Hour: -1}) || tally.Interval() != 0 {
		t.Errorf("after two visits: %+v, %d days", got, tally.Interval())
	}
	add(56, "ben")
	add(85, "ana")
	if got, want := tally.Usual(), (client.Usual{Weekday: 1, Hour: 17, Staff: "ana", Service: "cut"}); got != want {
		t.Errorf("usual is %+v, want %+v", got, want)
	}
	if got := tally.Interval(); got != 28 || tally.Visits != 4 || tally.First != monday {
		t.Errorf("%d days, %+v", got, tally)
	}
}

func TestHabitsAreOfTheLatest(t *testing.T) {
	t.Parallel()
	var tally client.Tally
	var zones span.Zones
	for i := range 60 {
		day := (i * 37) % 60 // in any order
		tally, _ = tally.Add(client.Past{Booking: id.Booking(rune('A' + day)), Status: "completed", Start: span.Instant(day+1) * span.Day, Zone: "UTC"}, &zones)
	}
	if n := len(tally.Latest); n != 24 || tally.Latest[0].Start != 37*span.Day || tally.Latest[23].Start != 60*span.Day {
		t.Errorf("%d kept: %+v", n, tally.Latest)
	}
}
