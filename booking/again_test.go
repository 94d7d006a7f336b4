package booking_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// twice is a database that loses each race once: every transaction is undone
// when it is ready, and run again.
type twice struct{ booking.Atomic }

func (a twice) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	err := a.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		return err
	}
	return a.Atomic.Do(ctx, fn)
}

// TestTransactionsMayRunAgain checks that what is answered is what the last run wrote.
func TestTransactionsMayRunAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	s.Desk.Atomic = twice{s.Desk.Atomic}
	d, ctx := s.Desk, t.Context()
	h, err := d.Hold(ctx, s.Public, s.Cut(ten, "", "clara"))
	must(t, err)
	if stored, err := d.Held(ctx, s.ID, h.ID); err != nil || stored.ID != h.ID {
		t.Errorf("the hold answered is not the hold stored: %v", err)
	}
	b, err := d.Book(ctx, s.Public, held(s, h, "clara"))
	must(t, err)
	steps := []struct {
		name string
		do   func() (*booking.Booking, error)
	}{
		{"book", func() (*booking.Booking, error) { return b, nil }},
		{"attend", func() (*booking.Booking, error) { return d.Confirm(ctx, s.Client(b), b.ID) }},
		{"move", func() (*booking.Booking, error) {
			return d.Reschedule(ctx, s.Client(b), b.ID, booking.Move{Start: ten + 30*span.Minute})
		}},
		{"cancel", func() (*booking.Booking, error) { return d.Cancel(ctx, s.Client(b), b.ID, "why") }},
	}
	for i, step := range steps {
		got, err := step.do()
		must(t, err)
		stored, err := s.Bookings.Find(ctx, s.ID, b.ID)
		must(t, err)
		if diff := cmp.Diff(got, stored, cmpopts.EquateEmpty()); diff != "" || stored.Version != int64(i+1) {
			t.Errorf("%s: version %d: %s", step.name, stored.Version, diff)
		}
	}
	wantTypes(t, s.Events(t, b.ID), event.BookingConfirmed, event.BookingAttendanceConfirmed, event.BookingMoved, event.BookingCancelled)
	if n := s.Count(t, "SELECT COUNT(*) FROM client"); n != 1 {
		t.Errorf("%d clients", n)
	}
	s.Audit(t)
}

// broken is a database that fails to commit.
type broken struct{ booking.Atomic }

func (a broken) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	return a.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		return fault.New(fault.Unavailable, fault.CodeUnavailable, "gone")
	})
}

// TestNothingIsAnsweredThatWasNotCommitted gives no booking beside an error.
func TestNothingIsAnsweredThatWasNotCommitted(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	d, ctx := s.Desk, t.Context()
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	h, err := d.Hold(ctx, s.Public, s.Cut(ten, "ben", "dora"))
	must(t, err)
	d.Atomic = broken{d.Atomic}
	for name, do := range map[string]func() (*booking.Booking, error){
		"book":           func() (*booking.Booking, error) { return d.Book(ctx, s.Public, s.Cut(ten+span.Hour, "", "emil")) },
		"book with hold": func() (*booking.Booking, error) { return d.Book(ctx, s.Public, held(s, h, "emil")) },
		"move": func() (*booking.Booking, error) {
			return d.Reschedule(ctx, s.Owner, b.ID, booking.Move{Start: ten + span.Hour})
		},
		"cancel": func() (*booking.Booking, error) { return d.Cancel(ctx, s.Owner, b.ID, "") },
	} {
		got, err := do()
		if got != nil || !fault.Is(err, fault.CodeUnavailable) {
			t.Errorf("%s answers %+v, %v", name, got, err)
		}
	}
	if got, err := d.Hold(ctx, s.Public, s.Cut(ten+span.Hour, "", "emil")); got != nil || !fault.Is(err, fault.CodeUnavailable) {
		t.Errorf("hold answers %+v, %v", got, err)
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM booking"); n != 1 {
		t.Errorf("%d bookings", n)
	}
	wantTypes(t, s.Events(t, b.ID), event.BookingConfirmed)
	s.Audit(t)
}

// TestSeriesAndSessionsMayRunAgain does it for what takes several steps at once.
func TestSeriesAndSessionsMayRunAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{yoga(3, 2), storetest.Cut()}, Rules: []*catalog.Rule{twoCuts()}})
	s.Desk.Atomic = twice{s.Desk.Atomic}
	d, ctx := s.Desk, t.Context()
	series, all, err := d.BookSeries(ctx, s.Public, weekly("clara"))
	must(t, err)
	moved, err := d.MoveSeries(ctx, s.Client(all[0]), all[1].ID, booking.ScopeFollowing, booking.Move{Start: ten + week + span.Hour})
	must(t, err)
	if len(all) != 4 || len(moved) != 3 || moved[2].Start != ten+3*week+span.Hour {
		t.Errorf("%d were booked, %d moved", len(all), len(moved))
	}
	ended, err := d.CancelSeries(ctx, s.Client(all[0]), all[2].ID, booking.ScopeFollowing, "")
	must(t, err)
	stored, err := d.OfSeries(ctx, s.Owner, series.ID)
	must(t, err)
	if len(ended) != 2 || len(stored) != 4 || stored[1].Start != moved[0].Start || stored[1].Status != booking.Confirmed || stored[2].Status != booking.Cancelled {
		t.Errorf("%d were cancelled of %d", len(ended), len(stored))
	}
	class, err := d.PlanSession(ctx, s.Owner, booking.SessionDraft{Service: "yoga", Staff: "ben", Start: ten})
	must(t, err)
	hold, err := d.Hold(ctx, s.Public, join("dora", 2))
	must(t, err)
	seat, err := d.Book(ctx, s.Public, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "dora", Email: "dora@example.com"}})
	must(t, err)
	class, err = d.Resize(ctx, s.Owner, class.ID, 2, 0)
	must(t, err)
	if class.Free() != 0 {
		t.Errorf("%d of two are free", class.Free())
	}
	class, err = d.CancelSession(ctx, s.Owner, class.ID, "")
	must(t, err)
	after, err := s.Bookings.Find(ctx, s.ID, seat.ID)
	must(t, err)
	if class.Status != booking.SessionCancelled || after.Status != booking.Cancelled || after.Version != 2 {
		t.Errorf("the class is %s, the seat %s in version %d", class.Status, after.Status, after.Version)
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM client"); n != 2 {
		t.Errorf("%d clients", n)
	}
	s.Audit(t)
}
