package booking_test

import (
	"testing"
	"time"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/money"
	"kept/span"
)

// carded makes a shop with a rule, and a client with a child of long hair.
func carded(t *testing.T, rules ...*catalog.Rule) (s *storetest.Shop, mother id.Client, child id.Subject) {
	t.Helper()
	s = newShop(t, storetest.Plan{Rules: rules})
	c, err := s.Cards.Create(t.Context(), s.ID, client.Draft{Name: "Clara", Email: "clara@example.com"}, "", event.System())
	must(t, err)
	kim, err := s.Cards.AddSubject(t.Context(), s.ID, c.ID, client.SubjectChild, "Kim", event.System())
	must(t, err)
	must(t, s.Cards.Learn(t.Context(), s.ID, c.ID, []client.Learned{{
		Subject: kim.ID, Key: "hair_length", Value: client.Value{Kind: client.ValueChoice, Text: "long"}, Source: client.SourceStaff,
	}}))
	return s, c.ID, kim.ID
}

// Length and price follow the subject, where it is offered, booked and moved.
func TestServicesVaryByWhatTheCardKnows(t *testing.T) {
	t.Parallel()
	more := money.Of(1000, "EUR")
	long := rule(catalog.RuleVary, catalog.RuleBody{
		When: "has(subject.facts.hair_length) && subject.facts.hair_length == 'long'", Vary: &catalog.Vary{AddMin: 30, PriceAdd: &more},
	})
	s, mother, child := carded(t, long)
	for name, c := range map[string]struct {
		subject id.Subject
		minutes span.Instant
		price   int64
		at      span.Instant
	}{
		"the mother": {"", 30, 3000, ten},
		"the child":  {child, 60, 4000, ten + 2*span.Hour},
	} {
		day := span.Date{Year: 2026, Month: 11, Day: 23}
		offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{
			Lines: []booking.Line{{Service: "cut"}}, From: day, To: day, Client: mother, Subject: c.subject,
		})
		must(t, err)
		if slot := offer.Slots[0]; slot.End-slot.Start != c.minutes*span.Minute || offer.Quote(slot).Total.Amount != c.price {
			t.Errorf("%s is offered %v for %v", name, slot.End-slot.Start, offer.Quote(slot).Total)
		}
		b, err := s.Desk.Book(t.Context(), s.Owner, booking.Request{
			Lines: []booking.Line{{Service: "cut"}}, Start: c.at, ClientID: mother, Subject: c.subject,
		})
		must(t, err)
		if b.End-b.Start != c.minutes*span.Minute || b.Quote.Total.Amount != c.price || b.Subject != c.subject {
			t.Errorf("%s is booked %v for %v", name, b.End-b.Start, b.Quote.Total)
		}
		offer, err = s.Desk.Offer(t.Context(), s.ID, booking.Search{
			Lines: []booking.Line{{Service: "cut"}}, From: day.AddDays(1), To: day.AddDays(1), Except: b.ID,
		})
		must(t, err)
		if slot := offer.Slots[0]; slot.End-slot.Start != c.minutes*span.Minute {
			t.Errorf("%s may move to %v", name, slot.End-slot.Start)
		}
		moved, err := s.Desk.Reschedule(t.Context(), s.Owner, b.ID, booking.Move{Start: c.at + span.Day})
		must(t, err)
		found, err := s.Desk.Find(t.Context(), s.Owner, b.ID)
		must(t, err)
		if moved.End-moved.Start != c.minutes*span.Minute || found.Subject != c.subject {
			t.Errorf("%s is moved to %v, of %q", name, moved.End-moved.Start, found.Subject)
		}
	}
	s.Audit(t)
}

// A visit is for the client's own subjects alone, with rules and without.
func TestSubjectsOfOthersAreNotBooked(t *testing.T) {
	t.Parallel()
	for _, rules := range [][]*catalog.Rule{nil, {rule(catalog.RuleVary, catalog.RuleBody{When: "client.visits > 3", Vary: &catalog.Vary{AddMin: 5}})}} {
		s, _, child := carded(t, rules...)
		leo, err := s.Cards.Create(t.Context(), s.ID, client.Draft{Name: "Leo"}, "", event.System())
		must(t, err)
		_, err = s.Desk.Book(t.Context(), s.Owner, booking.Request{
			Lines: []booking.Line{{Service: "cut"}}, Start: ten, ClientID: leo.ID, Subject: child,
		})
		if !fault.Is(err, fault.CodeInvalid) {
			t.Errorf("booked with %d rules: %v", len(rules), err)
		}
	}
}

// What the client likes comes first: hours, days and people.
func TestRankingAsTheClientLikes(t *testing.T) {
	t.Parallel()
	s, mother, _ := carded(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	first := func() (minute int) {
		t.Helper()
		day := span.Date{Year: 2026, Month: 11, Day: 23}
		offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: "cut"}}, From: day, To: day, Client: mother})
		must(t, err)
		offer.BestFirst()
		return span.WallAt(offer.Slots[0].Start, berlin).Minute
	}
	for _, w := range []client.Window{{From: 11 * 60, To: 12 * 60}, {Weekday: 1, From: 15 * 60, To: 16 * 60}} {
		_, err := s.Cards.UpdateProfile(t.Context(), s.ID, mother, 0, event.System(), func(p *client.Profile) error {
			p.Preferences.Windows = []client.Window{w}
			return nil
		})
		must(t, err)
		if minute := first(); minute < w.From || minute >= w.To {
			t.Errorf("who likes %d to %d is first offered %d", w.From, w.To, minute)
		}
	}
}
