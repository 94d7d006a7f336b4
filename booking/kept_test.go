package booking_test

import (
	"context"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// A break finds room beside what is squeezed in, too.
func TestBreaksSeeWhatIsSqueezedIn(t *testing.T) {
	t.Parallel()
	ada := &catalog.Staff{ID: "ada", Position: 1, Names: catalog.Texts{"en": "ada"}, AllServices: true, Preferences: catalog.Preferences{
		Breaks: []catalog.Break{{FromMin: 11 * 60, ToMin: 13 * 60, LengthMin: 60}},
	}}
	s := newShop(t, storetest.Plan{People: []*catalog.Staff{ada}, Terms: terms(func(t *catalog.Terms) { t.Overflow = 1 })})
	noon := ten + 2*span.Hour
	if len(s.Starts(t)[noon]) == 0 {
		t.Fatal("noon is not offered on a free day")
	}
	squeezed := s.Cut(noon-30*span.Minute, "ada", "clara")
	squeezed.Squeeze = true
	_, err := s.Desk.Book(t.Context(), s.Owner, squeezed) // 12:00 to 13:00 are left
	must(t, err)
	if leads := s.Starts(t)[noon]; len(leads) != 0 {
		t.Error("noon is offered, and Ada would have no break")
	}
	_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(noon, "ada", "dora"))
	refusedBy(t, err, "break", "")
}

// A node that has not heard of a limit yet frees what lies on its counter.
func TestOtherNodesFreeMarks(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	b := s.Book(t, s.Cut(ten, "ben", "clara"))
	s.Book(t, s.Cut(ten+span.Hour, "ben", "dora"))
	other := s.Node(t)
	other.Starts(t)
	_, err := s.Office.CreateRule(t.Context(), s.Owner, *twoCuts())
	must(t, err)
	ada := booking.Line{Service: "cut", Staff: "ada"}
	if n := len(s.Starts(t, ada)); n != 0 {
		t.Fatalf("the day is full and %d starts are offered", n)
	}
	_, err = other.Desk.Cancel(t.Context(), other.Owner, b.ID, "")
	must(t, err)
	if len(s.Starts(t, ada)) == 0 {
		t.Error("one was given back and nothing is offered")
	}
}

// What was held soon enough can be booked while it is held.
func TestHoldsKeepTheirTime(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{rule(catalog.RuleOffer, catalog.RuleBody{When: "slot.minutes_ahead >= 1200"})}})
	s.Clock.Advance(ten - 1205*span.Minute - storetest.Noon)
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "cut"}}, Start: ten})
	must(t, err)
	s.Clock.Advance(9 * span.Minute)
	s.Book(t, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "clara", Email: "clara@example.com"}})
	_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(ten, "", "dora"))
	refusedBy(t, err, "offer", "the offer")
}

// A session that cannot be judged keeps no other from it.
func TestOneSessionDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	s, first := studio(t, 5, 3)
	second, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Start: ten + 2*span.Hour})
	must(t, err)
	b := s.Book(t, join("clara", 1))
	s.Do(t, func(ctx context.Context) error {
		_, err := s.DB.From(ctx).ExecContext(ctx, "UPDATE booking SET items = '{' WHERE id = $1", string(b.ID))
		return err
	})
	s.Clock.Advance(second.Decide - storetest.Noon)
	n, err := s.Desk.DecideSessions(t.Context(), 10)
	if n != 1 || err == nil {
		t.Errorf("%d were judged: %v", n, err)
	}
	for of, want := range map[id.Group]string{first.ID: booking.SessionPlanned, second.ID: booking.SessionCancelled} {
		if got, err := s.Desk.Session(t.Context(), s.Owner, of); err != nil || got.Status != want {
			t.Errorf("it is %s, %v; want %s", got.Status, err, want)
		}
	}
}

// Trying dates tells a stranger nothing of a client's past.
func TestTryingTellsNothingOfClients(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{rule(catalog.RuleOffer, catalog.RuleBody{When: "client.no_shows == 0"})}})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	_, err := s.Desk.MarkNoShow(t.Context(), s.Owner, b.ID)
	must(t, err)
	asked := weekly("clara")
	asked.Start += span.Day
	dates, err := s.Desk.TrySeries(t.Context(), s.Public, asked)
	must(t, err)
	for i, d := range dates {
		if d.Err != nil {
			t.Errorf("date %d: %v", i, d.Err)
		}
	}
	asked.ClientID, asked.Client = b.Client, client.Draft{}
	dates, err = s.Desk.TrySeries(t.Context(), s.Owner, asked)
	must(t, err)
	refusedBy(t, dates[0].Err, "offer", "the offer")
	_, _, err = s.Desk.BookSeries(t.Context(), s.Public, booking.Repeat{Request: s.Cut(ten+span.Day, "ada", "clara"), Rule: "FREQ=WEEKLY;COUNT=2"})
	wantRule(t, err, "offer")
}

// What was taken on of a day's work stays counted when limits change.
func TestWorkOutlivesLimits(t *testing.T) {
	t.Parallel()
	s := garage(t, brakes(60, catalog.Flexible{DayMin: 60}))
	s.Book(t, bring(eight, "clara"))
	if _, open := days(t, s)[eight]; open {
		t.Fatal("the day is full and offered")
	}
	made, err := s.Office.CreateRule(t.Context(), s.Owner, *twoCuts())
	must(t, err)
	must(t, s.Office.ArchiveRule(t.Context(), s.Owner, made.ID))
	if _, open := days(t, s)[eight]; open {
		t.Error("a limit came and went, and the day is offered again")
	}
	_, err = s.Desk.Book(t.Context(), s.Public, bring(eight, "dora"))
	wantCode(t, err, fault.CodeSlotTaken)
}

// What staff are to confirm is not had by booking another day and moving.
func TestMovesPassNoApproval(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{
		rule(catalog.RuleApprove, catalog.RuleBody{When: "slot.hour >= 15 || load.day_percent >= 90"}),
	}})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	if b.Status != booking.Confirmed || len(b.Choice.Approve) > 0 {
		t.Fatalf("on a free morning it is %s, by %v", b.Status, b.Choice.Approve)
	}
	late := booking.Move{Start: ten + 5*span.Hour}
	_, err := s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, late)
	refusedBy(t, err, "offer", "the approve")
	_, err = s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, booking.Move{Start: ten + span.Hour})
	must(t, err)
	_, err = s.Desk.Reschedule(t.Context(), s.Owner, b.ID, late)
	must(t, err)
	late.Start += span.Hour
	moved, err := s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, late) // staff have agreed to the afternoon
	must(t, err)
	if moved.Status != booking.Confirmed || moved.Start != late.Start {
		t.Errorf("it is %s at %v", moved.Status, moved.Start)
	}
	asked := s.Book(t, s.Cut(ten+5*span.Hour, "ada", "dora"))
	if asked.Status != booking.Requested {
		t.Errorf("in the afternoon it is %s", asked.Status)
	}
	_, err = s.Desk.Reschedule(t.Context(), s.Client(asked), asked.ID, booking.Move{Start: ten + 330*span.Minute})
	must(t, err)
	s.Audit(t)
}

// No seat is offered that a limit keeps anybody from.
func TestSeatsAreOfferedWithinLimits(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{yoga(3, 0)}, Rules: []*catalog.Rule{rule(catalog.RuleLimit, catalog.RuleBody{
		Limit: &catalog.Limit{Of: catalog.LimitService, Per: catalog.PerDay, Max: 1}, Services: []id.Service{"yoga"},
	})}})
	_, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Staff: "ada", Start: ten})
	must(t, err)
	yoga := booking.Line{Service: "yoga"}
	if len(s.Starts(t, yoga)) != 1 {
		t.Fatal("no session is offered on a free day")
	}
	b := s.Book(t, join("clara", 1))
	if len(s.Starts(t, yoga)) != 0 {
		t.Error("the day is full and a seat is offered")
	}
	_, err = s.Desk.Book(t.Context(), s.Public, join("dora", 1))
	refusedBy(t, err, "limit", "the limit")
	_, err = s.Desk.Cancel(t.Context(), s.Owner, b.ID, "")
	must(t, err)
	s.Book(t, join("dora", 1))
	s.Audit(t)
}
