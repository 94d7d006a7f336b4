package booking_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/internal/testkit/pgtest"
	"kept/message"
	"kept/money"
	"kept/span"
)

func TestMain(m *testing.M) { pgtest.Run(m, storetest.Migrate) }

var must, wantCode = storetest.Must, storetest.WantCode

func newShop(t *testing.T, plan storetest.Plan) *storetest.Shop {
	t.Helper()
	return storetest.NewShop(t, storetest.SQLite, plan)
}

// terms are the usual ones, changed.
func terms(change func(*catalog.Terms)) *catalog.Terms {
	out := catalog.DefaultTerms()
	change(&out)
	return &out
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Rule != rule {
		t.Fatalf("error is %v, want the rule %s", err, rule)
	}
}

func types(events []event.Event) []event.Type {
	var out []event.Type
	for _, e := range events {
		out = append(out, e.Type)
	}
	return out
}

func wantTypes(t *testing.T, events []event.Event, want ...event.Type) {
	t.Helper()
	if diff := cmp.Diff(want, types(events)); diff != "" {
		t.Error("events (-want +got):", diff)
	}
}

var ten = storetest.Tomorrow(10, 0)

func TestBookAndCancel(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	b := s.Book(t, booking.Request{
		Lines: []booking.Line{{Service: "cut", Staff: "ada"}}, Start: ten, Party: 2, Note: "short, please", Language: "ru",
		Client: client.Draft{Name: "Clara", Email: "clara@example.com"},
	})
	stored, err := s.Bookings.Find(t.Context(), s.ID, b.ID)
	must(t, err)
	if diff := cmp.Diff(b, stored, cmpopts.EquateEmpty()); diff != "" {
		t.Error("what is answered is not what is stored:", diff)
	}
	if b.Status != booking.Confirmed || b.Lead != "ada" || b.Local.String() != "2026-11-23T10:00" || b.Zone != "Europe/Berlin" ||
		b.End != ten+30*span.Minute || b.Source != booking.SourcePublic || b.Quote.Total != money.Of(3000, "EUR") || b.Party != 2 {
		t.Errorf("booked %+v", b)
	}
	steps := s.Steps(t, b.ID)
	for _, step := range []message.Step{message.Receipt, message.StaffNew, "reminder_3h"} {
		if steps[step] == 0 {
			t.Errorf("no message %s is planned: %v", step, steps)
		}
	}
	events := s.Events(t, b.ID)
	wantTypes(t, events, event.BookingConfirmed)
	if e := events[0]; e.Actor != (event.Actor{Kind: "client", ID: string(b.Client)}) || e.Client != b.Client ||
		e.Data.Visit.Start != ten || e.Data.Status != "confirmed" {
		t.Errorf("told %+v", e)
	}
	if leads := s.Starts(t)[ten]; len(leads) != 1 || leads[0] != "ben" {
		t.Errorf("at ten one can have %v", leads)
	}

	cancelled, err := s.Desk.Cancel(t.Context(), s.Client(b), b.ID, "ill")
	must(t, err)
	if cancelled.Status != booking.Cancelled || cancelled.Cancelled != storetest.Noon || cancelled.Reason != "ill" || cancelled.Sequence != 1 {
		t.Errorf("cancelled %+v", cancelled)
	}
	again, err := s.Desk.Cancel(t.Context(), s.Client(b), b.ID, "twice")
	must(t, err)
	if again.Reason != "ill" || again.Version != cancelled.Version {
		t.Errorf("a second cancellation wrote %+v", again)
	}
	wantTypes(t, s.Events(t, b.ID), event.BookingConfirmed, event.BookingCancelled)
	want := map[message.Step]int{message.Cancelled: 1, message.StaffCancelled: 1}
	if diff := cmp.Diff(want, s.Steps(t, b.ID)); diff != "" {
		t.Error("messages after the cancellation:", diff)
	}
	if leads := s.Starts(t)[ten]; len(leads) != 2 {
		t.Errorf("after the cancellation at ten one can have %v", leads)
	}
	s.Book(t, s.Cut(ten, "ada", "dora"))
	s.Audit(t)
}

// TestVerbs takes every verb to a booking in every state.
func TestVerbs(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}, Terms: terms(func(t *catalog.Terms) { t.ClientOverlap = true })})
	guest, err := s.Registry.Create(t.Context(), s.ID, client.Draft{Name: "Clara"}, "", s.Owner.Actor())
	must(t, err)
	d, ctx := s.Desk, t.Context()
	verbs := map[string]struct {
		do   func(b *booking.Booking) (*booking.Booking, error)
		from []booking.Status
		to   booking.Status
	}{
		"confirm":  {func(b *booking.Booking) (*booking.Booking, error) { return d.Confirm(ctx, s.Owner, b.ID) }, []booking.Status{booking.AwaitingPayment, booking.Requested}, booking.Confirmed},
		"check in": {func(b *booking.Booking) (*booking.Booking, error) { return d.CheckIn(ctx, s.Owner, b.ID) }, []booking.Status{booking.Confirmed}, booking.CheckedIn},
		"complete": {func(b *booking.Booking) (*booking.Booking, error) { return d.Complete(ctx, s.Owner, b.ID, nil, "") }, []booking.Status{booking.Confirmed, booking.CheckedIn}, booking.Completed},
		"no-show":  {func(b *booking.Booking) (*booking.Booking, error) { return d.MarkNoShow(ctx, s.Owner, b.ID) }, []booking.Status{booking.Confirmed, booking.CheckedIn}, booking.NoShow},
		"decline":  {func(b *booking.Booking) (*booking.Booking, error) { return d.Decline(ctx, s.Owner, b.ID) }, []booking.Status{booking.Requested}, booking.Declined},
		"cancel":   {func(b *booking.Booking) (*booking.Booking, error) { return d.Cancel(ctx, s.Owner, b.ID, "") }, []booking.Status{booking.AwaitingPayment, booking.Requested, booking.Confirmed, booking.CheckedIn}, booking.Cancelled},
		"move": {func(b *booking.Booking) (*booking.Booking, error) {
			return d.Reschedule(ctx, s.Owner, b.ID, booking.Move{Start: b.Start + 10*span.Minute, Override: true})
		}, []booking.Status{booking.AwaitingPayment, booking.Requested, booking.Confirmed}, ""},
		"the client comes": {func(b *booking.Booking) (*booking.Booking, error) { return d.Confirm(ctx, s.Client(b), b.ID) }, []booking.Status{booking.Requested, booking.Confirmed}, ""},
	}
	n := 0
	for name, verb := range verbs {
		for _, from := range booking.Statuses() {
			n++
			fresh := booking.Imported{
				ID: id.Booking(storetest.Numbered("b", n)), Client: guest.ID, Lines: []booking.Line{{Service: "cut"}},
				Start: ten + span.Instant(n)*span.Hour, Status: from,
			}
			must(t, d.Import(ctx, s.Owner, []booking.Imported{fresh}))
			before, err := d.Find(ctx, s.Owner, fresh.ID)
			must(t, err)
			after, err := verb.do(before)
			allowed := false
			for _, f := range verb.from {
				allowed = allowed || f == from
			}
			switch {
			case allowed && verb.to != "" && (err != nil || after.Status != verb.to):
				t.Errorf("%s a booking that is %s: %v", name, from, err)
			case allowed && verb.to == "" && (err != nil || after.Status != from):
				t.Errorf("%s a booking that is %s: %v", name, from, err)
			case !allowed && from == verb.to && (err != nil || after.Version != before.Version):
				t.Errorf("%s once more: %v", name, err)
			case !allowed && from != verb.to && !fault.Is(err, fault.CodeConflict):
				t.Errorf("%s a booking that is %s: %v", name, from, err)
			}
		}
	}
	s.Audit(t)
}

func TestWhoMayWhat(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Terms: terms(func(t *catalog.Terms) { t.Approval = true })})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	if b.Status != booking.Requested {
		t.Fatalf("it is %s", b.Status)
	}
	wantTypes(t, s.Events(t, b.ID), event.BookingRequested)
	d, ctx := s.Desk, t.Context()
	mine, stranger := s.Client(b), account.Visitor(s.ID, "somebody")
	reader := s.Owner
	reader.Scopes = []account.Action{account.ReadBookings}
	blind := s.Owner
	blind.Scopes = []account.Action{account.WriteBookings}
	elsewhere := s.Owner
	elsewhere.Business = "another"
	only := func(_ *booking.Booking, err error) error { return err }
	for _, c := range []struct {
		name string
		err  error
		code string
	}{
		{"a stranger looks", only(d.Find(ctx, stranger, b.ID)), fault.CodeNotFound},
		{"a stranger cancels", only(d.Cancel(ctx, stranger, b.ID, "")), fault.CodeNotFound},
		{"a stranger moves", only(d.Reschedule(ctx, stranger, b.ID, booking.Move{Start: ten + span.Hour})), fault.CodeNotFound},
		{"a stranger comes", only(d.Confirm(ctx, stranger, b.ID)), fault.CodeNotFound},
		{"another business looks", only(d.Find(ctx, elsewhere, b.ID)), fault.CodeNotFound},
		{"another business cancels", only(d.Cancel(ctx, elsewhere, b.ID, "")), fault.CodeNotFound},
		{"the client checks in", only(d.CheckIn(ctx, mine, b.ID)), fault.CodeForbidden},
		{"the client completes", only(d.Complete(ctx, mine, b.ID, nil, "")), fault.CodeForbidden},
		{"the client is a no-show", only(d.MarkNoShow(ctx, mine, b.ID)), fault.CodeForbidden},
		{"the client declines", only(d.Decline(ctx, mine, b.ID)), fault.CodeForbidden},
		{"the client overrides", only(d.Reschedule(ctx, mine, b.ID, booking.Move{Start: ten + 1, Override: true})), fault.CodeForbidden},
		{"a reader confirms", only(d.Confirm(ctx, reader, b.ID)), fault.CodeForbidden},
		{"a reader moves", only(d.Reschedule(ctx, reader, b.ID, booking.Move{Start: ten + span.Hour})), fault.CodeForbidden},
		{"a reader cancels", only(d.Cancel(ctx, reader, b.ID, "")), fault.CodeForbidden},
		{"a writer who may not read", only(d.Find(ctx, blind, b.ID)), fault.CodeForbidden},
		{"a client imports", d.Import(ctx, mine, nil), fault.CodeForbidden},
		{"a client squeezes", only(d.Book(ctx, s.Public, booking.Request{Squeeze: true})), fault.CodeForbidden},
	} {
		if !fault.Is(c.err, c.code) {
			t.Errorf("%s: %v, want %s", c.name, c.err, c.code)
		}
	}
	if _, err := d.List(ctx, mine, booking.Filter{Limit: 1}); !fault.Is(err, fault.CodeForbidden) {
		t.Errorf("a client lists: %v", err)
	}
	if _, err := d.Explain(ctx, mine, booking.Why{At: ten}); !fault.Is(err, fault.CodeForbidden) {
		t.Errorf("a client asks why: %v", err)
	}
	comes, err := d.Confirm(ctx, mine, b.ID)
	must(t, err)
	if comes.Status != booking.Requested || comes.Attendance != storetest.Noon {
		t.Errorf("the client's word made it %s at %v", comes.Status, comes.Attendance)
	}
	confirmed, err := d.Confirm(ctx, s.Owner, b.ID)
	must(t, err)
	if confirmed.Status != booking.Confirmed {
		t.Errorf("approved, it is %s", confirmed.Status)
	}
	wantTypes(t, s.Events(t, b.ID), event.BookingRequested, event.BookingAttendanceConfirmed, event.BookingConfirmed)
}

func TestCutOffs(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Terms: terms(func(t *catalog.Terms) { t.CancelCutoffMin, t.MoveCutoffMin = 120, 240 })})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	d, ctx, mine := s.Desk, t.Context(), s.Client(b)
	s.Clock.Advance(ten - 4*span.Hour - 1 - storetest.Noon)
	moved, err := d.Reschedule(ctx, mine, b.ID, booking.Move{Start: ten + span.Hour})
	must(t, err)
	_, err = d.Reschedule(ctx, mine, b.ID, booking.Move{Start: ten})
	must(t, err)
	s.Clock.Advance(1)
	_, err = d.Reschedule(ctx, mine, b.ID, booking.Move{Start: ten + span.Hour})
	wantCode(t, err, fault.CodePolicyRefused)
	wantRule(t, err, "move_cutoff")
	_, err = d.Reschedule(ctx, s.Owner, b.ID, booking.Move{Start: ten + span.Hour})
	must(t, err)
	_, err = d.Reschedule(ctx, s.Owner, b.ID, booking.Move{Start: ten})
	must(t, err)
	// What was agreed at booking holds, whatever the owner says later.
	_, err = s.Office.UpdateBusiness(ctx, s.Owner, func(b *catalog.Business) error { b.Terms.CancelCutoffMin = 1000; return nil })
	must(t, err)
	s.Clock.Advance(2*span.Hour - 1)
	_, err = d.Cancel(ctx, account.Visitor(s.ID, moved.Client), b.ID, "")
	must(t, err)
	late := s.Book(t, s.Cut(ten, "ada", "dora"))
	_, err = d.Cancel(ctx, s.Client(late), late.ID, "")
	wantCode(t, err, fault.CodePolicyRefused)
	wantRule(t, err, "cancel_cutoff")
	_, err = d.Cancel(ctx, s.Owner, late.ID, "")
	must(t, err)
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	for name, c := range map[string]struct {
		paid   *money.Amount
		method string
		field  string
	}{
		"less than nothing": {&money.Amount{Amount: -1, Currency: "EUR"}, "cash", "amount"},
		"roubles":           {&money.Amount{Amount: 1, Currency: "RUB"}, "cash", "amount"},
		"a cow":             {&money.Amount{Amount: 1, Currency: "EUR"}, "cow", "method"},
	} {
		_, err := s.Desk.Complete(t.Context(), s.Owner, b.ID, c.paid, c.method)
		var f *fault.Error
		if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	done, err := s.Desk.Complete(t.Context(), s.Owner, b.ID, &money.Amount{Amount: 3500, Currency: "EUR"}, "card")
	must(t, err)
	stored, err := s.Desk.Find(t.Context(), s.Owner, b.ID)
	must(t, err)
	if diff := cmp.Diff(done, stored, cmpopts.EquateEmpty()); diff != "" || done.Paid.Amount != 3500 || done.Completed != storetest.Noon {
		t.Errorf("completed %+v: %s", done, diff)
	}
}
