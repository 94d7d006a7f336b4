package booking_test

import (
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// yoga is a service with seats.
func yoga(seats, least int) *catalog.Service {
	s := storetest.Cut()
	s.ID, s.Segments[0].DurationMin, s.ServiceOptions = "yoga", 60, catalog.ServiceOptions{Seats: seats, MinSeats: least}
	return s
}

// studio is a shop with one class announced at ten, led by Ada.
func studio(t *testing.T, seats, least int) (*storetest.Shop, *booking.Session) {
	t.Helper()
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{yoga(seats, least), storetest.Cut()}})
	class, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Staff: "ada", Start: ten})
	must(t, err)
	return s, class
}

func join(name string, party int) booking.Request {
	return booking.Request{
		Lines: []booking.Line{{Service: "yoga"}}, Start: ten, Party: party, Client: client.Draft{Name: name, Email: name + "@example.com"},
	}
}

func TestSeatsAreTakenAndGivenBack(t *testing.T) {
	t.Parallel()
	s, class := studio(t, 3, 0)
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	free := func() int {
		t.Helper()
		offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: "yoga"}}, From: day, To: day})
		must(t, err)
		if len(offer.Slots) == 0 {
			return 0
		}
		if slot := offer.Slots[0]; slot.Start != ten || slot.End != ten+span.Hour || offer.Facts.Who(slot.Leads)[0] != "ada" {
			t.Errorf("offered %+v", slot)
		}
		return offer.Free[0]
	}
	if n := free(); n != 3 {
		t.Errorf("of three seats %d are free", n)
	}
	if leads := s.Starts(t)[ten]; len(leads) != 1 || leads[0] != "ben" {
		t.Errorf("while Ada leads the class %v can cut", leads)
	}
	two := s.Book(t, join("clara", 2))
	if two.Quote.Total.Amount != 2*3000 {
		t.Errorf("two seats for %+v", two.Quote)
	}
	if two.Group != class.ID || two.Lead != "ada" || two.End != ten+span.Hour {
		t.Errorf("booked %+v", two.Placement)
	}
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "yoga"}}, Start: ten})
	must(t, err)
	if n := free(); n != 0 {
		t.Errorf("two are booked, one is held, %d are free", n)
	}
	if _, err := s.Desk.Book(t.Context(), s.Public, join("eve", 1)); !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("a fourth of three seats: %v", err)
	}
	held := s.Book(t, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "dora", Email: "dora@example.com"}})
	if held.Group != class.ID {
		t.Error("what was held is booked elsewhere")
	}
	stored, err := s.Bookings.Find(t.Context(), s.ID, held.ID)
	must(t, err)
	if stored.Group != class.ID {
		t.Error("the session is not stored with the booking")
	}
	_, err = s.Desk.Cancel(t.Context(), s.Client(two), two.ID, "")
	must(t, err)
	if n := free(); n != 2 {
		t.Errorf("two were given back, %d are free", n)
	}
	s.Audit(t)
}

func TestNobodyIsInTwoPlaces(t *testing.T) {
	t.Parallel()
	s, _ := studio(t, 3, 0)
	s.Book(t, s.Cut(ten, "ben", "clara"))
	_, err := s.Desk.Book(t.Context(), s.Public, join("clara", 1))
	wantRule(t, err, "client")
	if _, err := s.Desk.Book(t.Context(), s.Public, join("dora", 0)); err != nil {
		t.Error(err)
	}
	off := join("eve", 1)
	off.Start += 15 * span.Minute
	_, err = s.Desk.Book(t.Context(), s.Public, off)
	wantRule(t, err, "grid")
}

func TestMovingToAnotherSession(t *testing.T) {
	t.Parallel()
	s, first := studio(t, 2, 0)
	second, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Start: ten + 2*span.Hour, Seats: 1})
	must(t, err)
	b := s.Book(t, join("clara", 1))
	moved, err := s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, booking.Move{Start: ten + 2*span.Hour})
	must(t, err)
	if moved.Group != second.ID || moved.Start != ten+2*span.Hour {
		t.Errorf("moved to %+v", moved.Placement)
	}
	other := s.Book(t, join("dora", 2))
	if _, err := s.Desk.Reschedule(t.Context(), s.Client(other), other.ID, booking.Move{Start: ten + 2*span.Hour}); !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("two moved onto no seat: %v", err)
	}
	got, err := s.Desk.Session(t.Context(), s.Owner, first.ID)
	must(t, err)
	if got.Taken != 2 {
		t.Errorf("%d are in the first", got.Taken)
	}
	s.Audit(t)
}

func TestSessionsAreCalledOff(t *testing.T) {
	t.Parallel()
	s, class := studio(t, 5, 3)
	b := s.Book(t, join("clara", 2))
	s.Clock.Advance(class.Decide - 1 - storetest.Noon)
	n, err := s.Desk.DecideSessions(t.Context(), 10)
	must(t, err)
	if n != 0 {
		t.Error("judged too early")
	}
	s.Clock.Advance(1)
	n, err = s.Desk.DecideSessions(t.Context(), 10)
	must(t, err)
	if n != 1 {
		t.Errorf("%d were judged", n)
	}
	got, err := s.Desk.Session(t.Context(), s.Owner, class.ID)
	must(t, err)
	stored, err := s.Bookings.Find(t.Context(), s.ID, b.ID)
	must(t, err)
	if got.Status != booking.SessionCancelled || stored.Status != booking.Cancelled {
		t.Errorf("the class is %s, the booking %s", got.Status, stored.Status)
	}
	if leads := s.Starts(t)[ten]; len(leads) != 2 {
		t.Errorf("with the class called off %v can cut", leads)
	}
	kinds := map[event.Type]int{}
	for _, e := range s.Events(t, "") {
		kinds[e.Type]++
	}
	if kinds[event.SessionPlanned] != 1 || kinds[event.SessionCancelled] != 1 || kinds[event.BookingCancelled] != 1 {
		t.Errorf("told %v", kinds)
	}
	s.Audit(t)
}

func TestResize(t *testing.T) {
	t.Parallel()
	s, class := studio(t, 3, 0)
	s.Book(t, join("clara", 2))
	if _, err := s.Desk.Resize(t.Context(), s.Owner, class.ID, 1, 0); !fault.Is(err, fault.CodeConflict) {
		t.Errorf("fewer seats than are taken: %v", err)
	}
	got, err := s.Desk.Resize(t.Context(), s.Owner, class.ID, 2, 0)
	must(t, err)
	if got.Free() != 0 {
		t.Errorf("%d of two are free", got.Free())
	}
	if _, err := s.Desk.Book(t.Context(), s.Public, join("eve", 1)); !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("a third of two: %v", err)
	}
	members, err := s.Desk.Members(t.Context(), s.Owner, class.ID)
	must(t, err)
	if len(members) != 1 || members[0].ClientName != "clara" {
		t.Errorf("in it are %v", members)
	}
	if _, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "cut", Start: ten}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a session of what has no seats: %v", err)
	}
	if _, err := s.Desk.PlanSession(t.Context(), s.Public, booking.SessionDraft{Service: "yoga", Start: ten + span.Day}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("planned by a client: %v", err)
	}
	if _, err := s.Desk.Session(t.Context(), s.Owner, id.Group("none")); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown session: %v", err)
	}
}

// Of two classes at once the one with less room is taken when a rule keeps the
// client from the other; a rule that comes while the seat is chosen is asked too.
func TestEverySessionAtAStartIsLookedAt(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{
		Services: []*catalog.Service{yoga(9, 0)},
		Rules:    []*catalog.Rule{rule(catalog.RuleOffer, catalog.RuleBody{Staff: []id.Staff{"ada"}, When: "client.visits > 3"})},
	})
	for staff, seats := range map[id.Staff]int{"ada": 9, "ben": 2} {
		_, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Staff: staff, Start: ten, Seats: seats, Override: true})
		must(t, err)
	}
	offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: "yoga"}}, From: span.Date{Year: 2026, Month: 11, Day: 23}, To: span.Date{Year: 2026, Month: 11, Day: 23}})
	must(t, err)
	if len(offer.Slots) != 1 || offer.Free[0] != 2 {
		t.Errorf("offered %+v with %v free", offer.Slots, offer.Free)
	}
	b := s.Book(t, join("clara", 2))
	if b.Lead != "ben" {
		t.Errorf("booked with %s", b.Lead)
	}
	if _, err := s.Desk.Book(t.Context(), s.Public, join("dora", 1)); fault.KindOf(err) != fault.Conflict {
		t.Errorf("in a full class: %v", err)
	}
	s.Audit(t)
}
