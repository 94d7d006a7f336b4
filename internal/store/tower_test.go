package store_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/clock"
	"kept/internal/db"
	"kept/internal/journal"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/money"
	"kept/pricing"
	"kept/reminder"
	"kept/span"
)

// engines runs a test on both.
func engines(t *testing.T, test func(t *testing.T, open storetest.Opener)) {
	t.Helper()
	for name, open := range map[string]storetest.Opener{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}

// tower is one node.
type tower struct {
	*storetest.World
	clock      *clock.Clock
	journal    *journal.Journal
	messages   *store.Messages
	bookings   *store.Bookings
	dispatcher *message.Dispatcher
	business   id.Business
	service    id.Service
	staff      id.Staff
}

func newTower(t testing.TB, w *storetest.World, channels ...message.Channel) *tower {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	n := &tower{World: w, messages: store.NewMessages(w.DB, w.Vault), bookings: store.NewBookings(w.DB, w.Vault)}
	n.clock = clock.New(store.NewClock(w.DB), w.DB, log)
	storetest.Must(t, n.clock.Open(t.Context(), storetest.Noon.UTC()))
	n.journal = journal.New(w.DB, store.NewEvents(w.DB, w.Vault), store.NewLeases(w.DB), n.clock, log)
	n.dispatcher = message.NewDispatcher(message.Parts{
		Store: n.messages, Facts: store.NewVisits(n.bookings, w.Clients, w.Settings), Renderer: plain{}, Channels: channels,
		Atomic: w.DB, Journal: n.journal, Clock: n.clock, Log: log,
	})
	n.journal.Derive("reminder", reminder.New(n.messages, n.dispatcher).Derive)
	n.clock.Watch(n.dispatcher)
	t.Cleanup(n.dispatcher.Stop)
	return n
}

// furnish makes a business with a service and somebody who performs it.
func (n *tower) furnish(t testing.TB) {
	t.Helper()
	n.business = n.Business(t, "lumen")
	at := n.clock.Now().UTC()
	n.service, n.staff = id.New[id.Service](at), id.New[id.Staff](at)
	n.Do(t, func(ctx context.Context) error {
		if err := n.Setup.InsertService(ctx, n.business, &catalog.Service{
			ID: n.service, Names: catalog.Texts{"en": "Cut"}, IntervalMin: 15, Price: money.Of(4500, "EUR"), Public: true,
			Segments: []catalog.Segment{{DurationMin: 60, Staff: &catalog.StaffNeed{Count: 1}}},
		}); err != nil {
			return err
		}
		if err := n.Setup.InsertStaff(ctx, n.business, &catalog.Staff{
			ID: n.staff, Names: catalog.Texts{"en": "Anna"}, Email: "anna@example.com", AllServices: true,
		}); err != nil {
			return err
		}
		_, err := n.Setup.Bump(ctx, n.business)
		return err
	})
}

// book does what the desk does, as far as messages are concerned.
func (n *tower) book(t testing.TB, start span.Instant, d client.Draft) *booking.Booking {
	t.Helper()
	b := n.draft(start)
	n.Do(t, func(ctx context.Context) error {
		c, _, err := n.Registry.Enroll(ctx, n.business, d, "any", client.SideClient)
		if err != nil {
			return err
		}
		b.Client = c.ID
		if err := n.bookings.Insert(ctx, b); err != nil {
			return err
		}
		return n.journal.Append(ctx, fact(event.BookingConfirmed, b))
	})
	return b
}

func (n *tower) draft(start span.Instant) *booking.Booking {
	now := n.clock.Now()
	return &booking.Booking{
		ID: id.New[id.Booking](now.UTC()), Business: n.business, Status: booking.Confirmed, Zone: "Europe/Berlin",
		Placement: availability.Placement{
			Start: start, End: start + span.Hour, Lead: n.staff,
			Items: []availability.Item{{Service: n.service, Segments: []availability.Part{{Start: start, End: start + span.Hour, Staff: []id.Staff{n.staff}}}}},
		},
		Local: span.WallAt(start, time.UTC), Quote: pricing.Quote{Total: money.Of(4500, "EUR")}, Party: 1, Source: booking.SourceDesk,
		Epoch: 1, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
}

func fact(t event.Type, b *booking.Booking) event.Event {
	return event.Event{
		Business: b.Business, Type: t, Actor: event.System(), Booking: b.ID, Client: b.Client,
		Data: event.Data{Status: string(b.Status), Visit: &event.Visit{
			Start: b.Start, End: b.End, Zone: b.Zone, Service: b.Service(), Staff: b.Staff(), Location: b.Location,
		}},
	}
}

// change updates a booking and appends the event of it, as the desk does.
func (n *tower) change(ctx context.Context, b *booking.Booking, t event.Type, how func(b *booking.Booking)) error {
	return n.DB.Do(ctx, func(ctx context.Context) error {
		now, err := n.bookings.Find(ctx, b.Business, b.ID)
		if err != nil {
			return err
		}
		before := fact(t, now).Data.Visit
		how(now)
		if err := n.bookings.Update(ctx, now); err != nil {
			return err
		}
		e := fact(t, now)
		e.Data.Previous = before
		return n.journal.Append(ctx, e)
	})
}

func cancel(b *booking.Booking) { b.Status = booking.Cancelled }

// told lists what a booking's messages have come to, by due instant.
func (n *tower) told(t testing.TB, f message.Filter) []message.Message {
	t.Helper()
	f.Limit = 1000
	list, err := n.messages.List(t.Context(), n.business, f, n.clock.Now())
	storetest.Must(t, err)
	n.waiting(t)
	return list
}

// waiting compares what should have gone out by now, as it is listed by its
// indexes page by page and counted, with what stands so among all messages.
func (n *tower) waiting(t testing.TB) {
	t.Helper()
	now, page := n.clock.Now(), message.Filter{Status: message.ShownDue, Limit: 7}
	all, err := n.messages.List(t.Context(), n.business, message.Filter{Limit: 10_000}, now)
	storetest.Must(t, err)
	var want, got []id.Message
	for _, m := range all {
		if m.Shown(now) == message.ShownDue {
			want = append(want, m.ID)
		}
	}
	for more := true; more; {
		list, err := n.messages.List(t.Context(), n.business, page, now)
		storetest.Must(t, err)
		for _, m := range list {
			got = append(got, m.ID)
			page.AfterDue, page.AfterID = m.Due, m.ID
		}
		more = len(list) == page.Limit
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("waiting at %v (-want +got):\n%s", now, d)
	}
	for _, most := range []int{2, 10_000} {
		count, err := n.messages.Waiting(t.Context(), n.business, now, most)
		storetest.Must(t, err)
		if count != min(most, len(want)) {
			t.Errorf("%d are counted of %d that wait, at most %d", count, len(want), most)
		}
	}
}

// backward compares a client's messages, the last due first and page by page,
// with what they are at once.
func (n *tower) backward(t testing.TB, of id.Client) {
	t.Helper()
	var want, got []id.Message
	for _, m := range slices.Backward(n.told(t, message.Filter{Client: of})) {
		want = append(want, m.ID)
	}
	page := message.Filter{Client: of, Backward: true, Limit: 2}
	for more := true; more; {
		list, err := n.messages.List(t.Context(), n.business, page, n.clock.Now())
		storetest.Must(t, err)
		for _, m := range list {
			got = append(got, m.ID)
			page.AfterDue, page.AfterID = m.Due, m.ID
		}
		more = len(list) == page.Limit
	}
	if d := cmp.Diff(want, got); d != "" || len(got) < 5 {
		t.Errorf("backward (-want +got):\n%s", d)
	}
}

func steps(list []message.Message) []string {
	var out []string
	for _, m := range list {
		out = append(out, string(m.Step)+" "+string(m.Status)+" "+m.Reason)
	}
	slices.Sort(out)
	return out
}

type plain struct{}

func (plain) Render(m message.Message, v message.Visit) (message.Content, error) {
	return message.Content{Subject: string(m.Step), Text: v.Client + " " + v.Start.String()}, nil
}

// wire is a channel whose far end is the test.
type wire struct {
	mu   sync.Mutex
	off  bool
	got  map[id.Message]int
	hook func(e message.Envelope) (bool, error)
}

func newWire() *wire { return &wire{got: make(map[id.Message]int)} }

func (w *wire) Name() string { return "wire" }

func (w *wire) Ready(context.Context, id.Business) (bool, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.off, "off"
}

func (w *wire) Address(to message.Contact) string { return to.Email }

func (w *wire) Send(_ context.Context, e message.Envelope) (message.Ack, bool, error) {
	if w.hook != nil {
		if retry, err := w.hook(e); err != nil {
			return message.Ack{}, retry, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got[e.ID]++
	return message.Ack{}, false, nil
}

func (w *wire) count() (all, twice int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.got {
		if n > 1 {
			twice++
		}
	}
	return len(w.got), twice
}

var mia = client.Draft{Name: "Mia Ono", Email: "mia@example.com"}

var _ clock.Bus = (*db.DB)(nil)
