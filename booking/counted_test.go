package booking_test

import (
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// twoCuts is a limit of two cuts a day.
func twoCuts() *catalog.Rule {
	return rule(catalog.RuleLimit, catalog.RuleBody{
		Services: []id.Service{"cut"}, Limit: &catalog.Limit{Of: catalog.LimitService, Per: catalog.PerDay, Max: 2},
	})
}

// What one sees of Ada's time depends on what Ben has, where a limit counts both.
func TestLimitsAreSeenByWhoIsNamed(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{twoCuts()}})
	withAda := func() int { return len(s.Starts(t, booking.Line{Service: "cut", Staff: "ada"})) }
	if withAda() == 0 {
		t.Fatal("nothing is offered on a free day")
	}
	s.Book(t, s.Cut(ten, "ben", "clara"))
	last := s.Book(t, s.Cut(ten+span.Hour, "ben", "dora"))
	if n := withAda(); n != 0 {
		t.Errorf("Ben has both cuts of the day and %d starts are offered with Ada", n)
	}
	_, err := s.Desk.Cancel(t.Context(), s.Owner, last.ID, "")
	must(t, err)
	if withAda() == 0 {
		t.Error("one was given back and nothing is offered")
	}
}

// The visits of somebody who has left are still counted, and given back.
func TestLimitsCountWhoHasLeft(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Rules: []*catalog.Rule{twoCuts()}})
	s.Book(t, s.Cut(ten, "ben", "clara"))
	last := s.Book(t, s.Cut(ten+span.Hour, "ben", "dora"))
	must(t, s.Office.ArchiveStaff(t.Context(), s.Owner, "ben"))
	more := rule(catalog.RuleLimit, catalog.RuleBody{Limit: &catalog.Limit{Of: catalog.LimitBusiness, Per: catalog.PerDay, Max: 50}})
	more.ID = "more"
	_, err := s.Office.CreateRule(t.Context(), s.Owner, *more) // all is counted anew
	must(t, err)
	if n := len(s.Starts(t)); n != 0 {
		t.Errorf("the day is full and %d starts are offered", n)
	}
	_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(ten+2*span.Hour, "ada", "eve"))
	refusedBy(t, err, "limit", "the limit")
	_, err = s.Desk.Cancel(t.Context(), s.Owner, last.ID, "")
	must(t, err)
	if len(s.Starts(t)) == 0 {
		t.Error("one was given back and nothing is offered")
	}
}

// A client who may have one visit may move it to another session.
func TestSeatsMoveWithinLimits(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{yoga(3, 0)}, Rules: []*catalog.Rule{rule(catalog.RuleLimit, catalog.RuleBody{
		Limit: &catalog.Limit{Of: catalog.LimitClient, Per: catalog.PerActive, Max: 1},
	})}})
	for _, at := range []span.Instant{ten, ten + 2*span.Hour} {
		_, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Staff: "ada", Start: at})
		must(t, err)
	}
	b := s.Book(t, join("clara", 1))
	offer, err := s.Desk.Alternatives(t.Context(), s.ID, b, 5)
	must(t, err)
	if len(offer.Slots) != 1 || offer.Slots[0].Start != ten+2*span.Hour {
		t.Errorf("offered instead: %v", offer.Slots)
	}
	_, err = s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, booking.Move{Start: ten + 2*span.Hour})
	must(t, err)
	s.Audit(t)
}

// Of a visit of two services a limit of one of them counts its minutes alone.
func TestMinutesOfEachService(t *testing.T) {
	t.Parallel()
	wash := storetest.Cut()
	wash.ID = "wash"
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{wash, storetest.Cut()}, Rules: []*catalog.Rule{
		rule(catalog.RuleLimit, catalog.RuleBody{
			Services: []id.Service{"wash"}, Limit: &catalog.Limit{Of: catalog.LimitBusiness, Per: catalog.PerDay, Max: 60, Minutes: true},
		}),
	}})
	want := func(at span.Instant, name string, lines ...booking.Line) booking.Request {
		return booking.Request{Lines: lines, Start: at, Client: client.Draft{Name: name, Email: name + "@example.com"}}
	}
	s.Book(t, want(ten, "clara", booking.Line{Service: "cut"}, booking.Line{Service: "wash"}))
	s.Book(t, want(ten, "dora", booking.Line{Service: "wash"}))
	_, err := s.Desk.Book(t.Context(), s.Public, want(ten+3*span.Hour, "eve", booking.Line{Service: "wash"}))
	refusedBy(t, err, "limit", "the limit")
	s.Book(t, want(ten+3*span.Hour, "eve", booking.Line{Service: "cut"}))
	s.Audit(t)
}

// Whoever washes on other days only can still cut in a visit of both.
func TestStaffAreKeptFromOneServiceAlone(t *testing.T) {
	t.Parallel()
	wash := storetest.Cut()
	wash.ID = "wash"
	person := func(name id.Staff, at int, p catalog.Preferences) *catalog.Staff {
		return &catalog.Staff{ID: name, Position: at, Names: catalog.Texts{"en": string(name)}, AllServices: true, Preferences: p}
	}
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{wash, storetest.Cut()}, People: []*catalog.Staff{
		person("ada", 1, catalog.Preferences{Days: []catalog.ServiceDays{{Service: "wash", Weekdays: []int{2}}}}), // and this is a Monday
		person("ben", 2, catalog.Preferences{Days: []catalog.ServiceDays{{Service: "cut", Weekdays: []int{2}}}}),
	}})
	ask := booking.Request{
		Lines: []booking.Line{{Service: "wash"}, {Service: "cut", Staff: "ada"}}, Start: ten, Client: client.Draft{Name: "eve", Email: "eve@example.com"},
	}
	b := s.Book(t, ask)
	if b.Items[0].Segments[0].Staff[0] != "ben" || b.Items[1].Segments[0].Staff[0] != "ada" {
		t.Errorf("booked %+v", b.Items)
	}
	ask.Lines[0].Staff, ask.Start = "ada", ten+2*span.Hour
	_, err := s.Desk.Book(t.Context(), s.Public, ask)
	wantRule(t, err, "staff")
	s.Audit(t)
}
