package booking_test

import (
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/internal/store/storetest"
	"kept/money"
	"kept/span"
)

// regulars take twice as long and pay more, which nobody knows while a time is held.
func regulars() *catalog.Rule {
	more := money.Of(1000, "EUR")
	return rule(catalog.RuleVary, catalog.RuleBody{When: "client.visits > 0", Vary: &catalog.Vary{Percent: 200, PriceAdd: &more}})
}

// visited is a shop in which Clara has been.
func visited(t *testing.T, plan storetest.Plan) *storetest.Shop {
	t.Helper()
	s := newShop(t, plan)
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	_, err := s.Desk.CheckIn(t.Context(), s.Owner, b.ID)
	must(t, err)
	_, err = s.Desk.Complete(t.Context(), s.Owner, b.ID, nil, "")
	must(t, err)
	return s
}

func holdOf(t *testing.T, s *storetest.Shop, at span.Instant) *booking.Hold {
	t.Helper()
	h, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "cut", Staff: "ada"}}, Start: at})
	must(t, err)
	return h
}

var clara = client.Draft{Name: "clara", Email: "clara@example.com"}

// Who was held for as a stranger is booked for as who they are: longer and
// dearer where there is time, and told so where there is none.
func TestHoldFitsItsClient(t *testing.T) {
	t.Parallel()
	s := visited(t, storetest.Plan{Rules: []*catalog.Rule{regulars()}})
	b := s.Book(t, booking.Request{Hold: holdOf(t, s, ten+span.Hour).ID, Client: clara})
	if b.End-b.Start != span.Hour || b.Quote.Total.Amount != 4000 || b.Lead != "ada" || len(b.Choice.Rules) != 1 {
		t.Errorf("booked %v for %+v, %+v", b.End-b.Start, b.Quote, b.Choice)
	}
	tight := holdOf(t, s, ten+3*span.Hour)
	s.Book(t, s.Cut(ten+210*span.Minute, "ada", "dora"))
	_, err := s.Desk.Book(t.Context(), s.Public, booking.Request{Hold: tight.ID, Client: clara})
	refusedBy(t, err, booking.RuleLength, "")
	if _, err := s.Desk.Held(t.Context(), s.ID, tight.ID); err != nil {
		t.Errorf("the time is not kept any more: %v", err)
	}
	other := s.Book(t, booking.Request{Hold: tight.ID, Client: client.Draft{Name: "eve", Email: "eve@example.com"}})
	if other.End-other.Start != 30*span.Minute || other.Quote.Total.Amount != 3000 {
		t.Errorf("a stranger is booked %v for %+v", other.End-other.Start, other.Quote)
	}
	s.Audit(t)
}

// A service that was changed while its time was held is booked as it now is.
func TestHoldOfAServiceThatChanged(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	roomy, tight := holdOf(t, s, ten), holdOf(t, s, ten+2*span.Hour)
	s.Book(t, s.Cut(ten+150*span.Minute, "ada", "dora"))
	_, err := s.Office.UpdateService(t.Context(), s.Owner, "cut", func(c *catalog.Service) error {
		c.Segments = []catalog.Segment{{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}}, {DurationMin: 15, Staff: &catalog.StaffNeed{Count: 1}}}
		c.Price = money.Of(9900, "EUR")
		return nil
	})
	must(t, err)
	b := s.Book(t, booking.Request{Hold: roomy.ID, Client: clara})
	if b.End-b.Start != 45*span.Minute || b.Quote.Total.Amount != 3000 || len(b.Items[0].Segments) != 2 {
		t.Errorf("booked %v for %+v", b.Placement, b.Quote)
	}
	_, err = s.Desk.Book(t.Context(), s.Public, booking.Request{Hold: tight.ID, Client: client.Draft{Name: "eve", Email: "eve@example.com"}})
	refusedBy(t, err, booking.RuleLength, "")
	s.Audit(t)
}
