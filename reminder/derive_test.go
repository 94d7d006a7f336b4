package reminder_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/event"
	"kept/id"
	"kept/message"
	"kept/reminder"
	"kept/span"
)

// table is a store in memory that does what the database does.
type table struct {
	rows    map[id.Message]message.Plan
	sent    map[id.Message]bool
	settled int
	woken   int
}

func newTable() *table {
	return &table{rows: map[id.Message]message.Plan{}, sent: map[id.Message]bool{}}
}

func (s *table) Plan(_ context.Context, _ id.Business, b id.Booking, _ id.Client, _ span.Instant, plans []message.Plan) error {
	for _, p := range plans {
		if _, there := s.rows[message.ID(b, p)]; !there {
			s.rows[message.ID(b, p)] = p
		}
	}
	return nil
}

func (s *table) Drop(_ context.Context, _ id.Business, _ id.Booking, anchor string, step message.Step) error {
	for k, p := range s.rows {
		if !s.sent[k] && (anchor == "" || anchor == p.Anchor) && (step == "" || step == p.Step) {
			delete(s.rows, k)
		}
	}
	return nil
}

func (s *table) Forget(ctx context.Context, b id.Business, _ id.Client) error {
	return s.Drop(ctx, b, booking, "", "")
}

func (s *table) Withdraw(_ context.Context, _ id.Business, b id.Booking, p message.Plan) error {
	if k := message.ID(b, p); !s.sent[k] {
		delete(s.rows, k)
	}
	return nil
}

func (s *table) Wake(context.Context) { s.woken++ }

func (s *table) Settle(context.Context, id.Business, id.Booking) { s.settled++ }

// send sends everything that is due by now.
func (s *table) send(now span.Instant) {
	for k, p := range s.rows {
		if p.Due <= now {
			s.sent[k] = true
		}
	}
}

// open lists steps and recipients of what is not sent, by step.
func (s *table) open() []string {
	var out []string
	for k, p := range s.rows {
		if !s.sent[k] {
			out = append(out, string(p.Step)+" "+p.Recipient.ID)
		}
	}
	slices.Sort(out)
	return out
}

const booking = id.Booking("0193515e-3c00-7000-8000-000000000001")

func fact(n int, t event.Type, now span.Instant, v event.Visit, status string) event.Event {
	return event.Event{
		ID: id.Derive[id.Event](now.UTC(), string(t), string(rune(n))), Business: "b", Type: t, At: now, Booking: booking, Client: "client",
		Data: event.Data{Visit: &v, Status: status},
	}
}

func TestJourney(t *testing.T) {
	t.Parallel()
	now := at(t, "2026-11-22T12:00:00Z")
	visit := event.Visit{Start: at(t, "2026-12-01T09:00:00Z"), End: at(t, "2026-12-01T10:00:00Z"), Zone: "Europe/Berlin", Staff: []id.Staff{"anna", "ben"}}
	later := visit
	later.Start, later.End, later.Staff = visit.Start+span.Day, visit.End+span.Day, []id.Staff{"ben", "cleo"}
	swapped := visit
	swapped.Staff = []id.Staff{"cleo"}
	timed := []string{"reminder_24h client", "reminder_30m client", "reminder_3h client"}
	with := func(more ...string) []string {
		out := slices.Concat(timed, more)
		slices.Sort(out)
		return out
	}
	move := func(n int, from, to event.Visit, status string) event.Event {
		e := fact(n, event.BookingMoved, now, to, status)
		e.Data.Previous = &from
		return e
	}
	confirmed := fact(1, event.BookingConfirmed, now, visit, "confirmed")
	for name, test := range map[string]struct {
		events []event.Event
		want   []string
	}{
		"confirmed": {[]event.Event{confirmed}, with("receipt client", "staff_new anna", "staff_new ben", "thanks client")},
		"requested": {
			[]event.Event{fact(1, event.BookingRequested, now, visit, "requested")},
			[]string{"staff_new anna", "staff_new ben"},
		},
		"request approved tells staff once": {
			[]event.Event{fact(1, event.BookingRequested, now, visit, "requested"), fact(2, event.BookingConfirmed, now+span.Hour, visit, "confirmed")},
			with("receipt client", "staff_new anna", "staff_new ben", "thanks client"),
		},
		"moved": {
			[]event.Event{confirmed, move(2, visit, later, "confirmed")},
			with("moved client", "receipt client", "staff_cancelled anna", "staff_moved ben", "staff_new anna", "staff_new ben", "staff_new cleo", "thanks client"),
		},
		"moved to other staff only": {
			[]event.Event{confirmed, move(2, visit, swapped, "confirmed")},
			with("moved client", "receipt client", "staff_cancelled anna", "staff_cancelled ben", "staff_new anna", "staff_new ben", "staff_new cleo", "thanks client"),
		},
		"a moved request waits for approval": {
			[]event.Event{move(2, visit, later, "requested")},
			[]string{"moved client", "staff_cancelled anna", "staff_moved ben", "staff_new cleo"},
		},
		"cancelled": {
			[]event.Event{confirmed, fact(2, event.BookingCancelled, now+span.Hour, visit, "cancelled")},
			[]string{"cancelled client", "staff_cancelled anna", "staff_cancelled ben"},
		},
		"declined": {
			[]event.Event{fact(1, event.BookingRequested, now, visit, "requested"), fact(2, event.BookingDeclined, now, visit, "declined")},
			[]string{"cancelled client", "staff_cancelled anna", "staff_cancelled ben"},
		},
		"no show": {
			[]event.Event{confirmed, fact(2, event.BookingNoShow, now, visit, "no_show")},
			with("receipt client", "staff_new anna", "staff_new ben"),
		},
		"imported":           {[]event.Event{fact(1, event.BookingImported, now, visit, "confirmed")}, with("thanks client")},
		"imported cancelled": {[]event.Event{fact(1, event.BookingImported, now, visit, "cancelled")}, nil},
		"imported and past":  {[]event.Event{fact(1, event.BookingImported, visit.End+span.Day, visit, "confirmed")}, nil},
		"written down afterwards": {
			[]event.Event{fact(1, event.BookingConfirmed, visit.End+span.Hour, visit, "confirmed")}, []string{"thanks client"},
		},
		"erased": {[]event.Event{confirmed, {Type: event.ClientErased, Client: "client"}}, nil},
		"of no concern": {
			[]event.Event{fact(1, event.BookingCheckedIn, now, visit, "checked_in"), {Type: event.HoldPlaced, Data: event.Data{Visit: &event.Visit{}}}}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTable()
			d := reminder.New(s, s)
			for _, e := range test.events {
				if err := d.Derive(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(test.want, s.open()); d != "" {
				t.Errorf("planned (-want +got):\n%s", d)
			}
		})
	}
}

func TestBrokenEventsAreRefused(t *testing.T) {
	t.Parallel()
	d := reminder.New(newTable(), newTable())
	for name, e := range map[string]event.Event{
		"zone": {Type: event.BookingConfirmed, Booking: booking, Data: event.Data{Visit: &event.Visit{Zone: "Mars/Base"}}},
		"move": {Type: event.BookingMoved, Booking: booking, Data: event.Data{Visit: &event.Visit{Zone: "UTC"}}},
	} {
		if d.Derive(t.Context(), e) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// TestLife lets a booking be moved about for days, sending what is due, and
// looks at what was told.
func TestLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newTable()
		d := reminder.New(s, s)
		now := span.At(time.Date(2026, 10, 20, 9, 17, 3, 0, time.UTC))
		visit := event.Visit{Start: now + 40*span.Hour, End: now + 41*span.Hour, Zone: "Europe/Berlin", Staff: []id.Staff{"anna"}}
		derive := func(e event.Event) {
			if err := d.Derive(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			s.send(now)
		}
		derive(fact(0, event.BookingConfirmed, now, visit, "confirmed"))
		moves := rapid.IntRange(0, 6).Draw(t, "moves")
		for n := range moves {
			now += span.Minutes(rapid.IntRange(1, 20*60).Draw(t, "wait"))
			s.send(now)
			to := visit
			to.Start += span.Minutes(15 * rapid.IntRange(-40, 80).Draw(t, "by"))
			to.End = to.Start + span.Hour
			e := fact(n+1, event.BookingMoved, now, to, "confirmed")
			from := visit
			e.Data.Previous = &from
			visit = to
			derive(e)
		}
		told := 0
		for k, p := range s.rows {
			if p.Step == message.Moved {
				told++
			}
			if p.Step.Timed() && !s.sent[k] && p.Anchor != message.Anchor(visit.Start) {
				t.Fatalf("%s of another time is still planned", p.Step)
			}
		}
		if told != moves {
			t.Fatalf("told of %d moves out of %d", told, moves)
		}
		now += span.Minutes(rapid.IntRange(0, 60).Draw(t, "until"))
		s.send(now)
		derive(fact(99, event.BookingCancelled, now, visit, "cancelled"))
		for k, p := range s.rows {
			if !s.sent[k] {
				t.Fatalf("%s is still planned after the end", p.Step)
			}
		}
		if s.settled == 0 {
			t.Fatal("a cancellation did not wait for what is under way")
		}
	})
}

func TestAHoldTellsNobody(t *testing.T) {
	t.Parallel()
	d := reminder.New(nil, nil) // whoever wrote a row would fail
	for _, kind := range []event.Type{event.HoldPlaced, event.HoldReleased} {
		err := d.Derive(t.Context(), event.Event{Type: kind, Data: event.Data{Visit: &event.Visit{Start: 1, End: 2}}})
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// TestWhatIsDueIsToldOnce: an offer is one message of no booking; whatever
// becomes of the item takes it back while it is not sent.
func TestWhatIsDueIsToldOnce(t *testing.T) {
	t.Parallel()
	const item = "0193515e-3c00-7000-8000-000000000002"
	now := at(t, "2026-11-22T10:00:00Z")
	happens := func(d *reminder.Deriver, what event.Type) {
		t.Helper()
		if err := d.Derive(t.Context(), event.Event{
			ID: "e", Type: what, At: now, Client: "mia", Data: event.Data{Ref: item, End: now + 90*span.Day},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, over := range []event.Type{event.PlanBooked, event.PlanDone, event.PlanSkipped, event.PlanExpired} {
		s := newTable()
		d := reminder.New(s, s)
		happens(d, event.PlanPlanned)
		if len(s.rows) != 0 {
			t.Fatalf("told before it is due: %v", s.rows)
		}
		happens(d, event.PlanOffered)
		happens(d, event.PlanOffered)
		want := message.Plan{
			Recipient: message.Recipient{Kind: message.ToClient, ID: "mia"}, Step: message.PlanDue, Anchor: item, Due: now,
			UselessAfter: now + 90*span.Day,
		}
		if d := cmp.Diff(map[id.Message]message.Plan{message.ID("", want): want}, s.rows); d != "" || s.woken != 2 {
			t.Fatalf("(-want +got):\n%s", d)
		}
		happens(d, over)
		if len(s.rows) != 0 {
			t.Errorf("%s: still to be told %v", over, s.rows)
		}
	}
}
