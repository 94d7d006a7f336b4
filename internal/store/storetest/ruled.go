package storetest

import (
	"context"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// raceSeats: of a session's seats exactly so many are taken as there are, by
// bookings and by holds.
func raceSeats(t *testing.T, open Opener, c Crowd) {
	const seats = 5
	class := Cut()
	class.Seats = seats
	s := NewShop(t, open, Plan{Services: []*catalog.Service{class}})
	for round := range c.Rounds {
		session, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "cut", Start: free(round)})
		Must(t, err)
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			r := s.Cut(free(round), "", Numbered("client", i))
			if i%3 > 0 {
				_, err := s.Desk.Book(ctx, s.Public, r)
				return err
			}
			h, err := s.Desk.Hold(ctx, s.Public, r)
			if err != nil {
				return err
			}
			if _, err := s.Desk.Book(ctx, s.Public, booking.Request{Hold: h.ID, Client: r.Client}); err != nil {
				t.Errorf("a hold did not hold: %v", err)
			}
			return nil
		})
		wantOutcomes(t, got, "", seats, fault.CodeSlotTaken, c.Clients-seats)
		now, err := s.Desk.Session(t.Context(), s.Owner, session.ID)
		Must(t, err)
		if now.Taken != seats {
			t.Errorf("%d of %d seats are taken", now.Taken, seats)
		}
	}
	s.Audit(t)
}

// raceLimit: a day's limit is never passed, whoever asks for whichever time.
func raceLimit(t *testing.T, open Opener, c Crowd) {
	const most = 3
	s := NewShop(t, open, Plan{Rules: []*catalog.Rule{{
		ID: "most", Kind: catalog.RuleLimit, Names: catalog.Texts{"en": "three a day"},
		RuleBody: catalog.RuleBody{Limit: &catalog.Limit{Of: catalog.LimitService, Per: catalog.PerDay, Max: most}},
	}}})
	for round := range c.Rounds {
		day := span.Instant(round) * span.Day
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			_, err := s.Desk.Book(ctx, s.Public, s.Cut(free(i%14)+day, "", Numbered("client", round*c.Clients+i)))
			return err
		})
		if got[""] != most || got[""]+got[fault.CodeSlotClosed]+got[fault.CodeSlotTaken] != c.Clients {
			t.Errorf("outcomes are %v, want %d booked and the others refused", got, most)
		}
	}
	s.Audit(t)
}

// raceClientLimit: one client, many devices, two visits at most; they may overlap.
func raceClientLimit(t *testing.T, open Opener, c Crowd) {
	const most = 2
	terms := catalog.DefaultTerms()
	terms.ClientOverlap = true
	s := NewShop(t, open, Plan{Terms: &terms, Rules: []*catalog.Rule{{
		ID: "most", Kind: catalog.RuleLimit, Names: catalog.Texts{"en": "two at a time"},
		RuleBody: catalog.RuleBody{Limit: &catalog.Limit{Of: catalog.LimitClient, Per: catalog.PerActive, Max: most}},
	}}})
	guest, err := s.Registry.Create(t.Context(), s.ID, client.Draft{Name: "Clara", Email: "clara@example.com"}, "", s.Owner.Actor())
	Must(t, err)
	got := s.crowd(t, min(c.Clients, 28), func(ctx context.Context, i int, s *Shop) error {
		r := booking.Request{Lines: []booking.Line{{Service: "cut", Staff: []id.Staff{"ada", "ben"}[i%2]}}, Start: free(i / 2)}
		if r.ClientID = guest.ID; i%3 == 0 {
			r.ClientID, r.Client = "", client.Draft{Name: "Clara", Email: "clara@example.com"}
		}
		_, err := s.Desk.Book(ctx, s.Owner, r)
		return err
	})
	wantOutcomes(t, got, "", most, fault.CodeSlotClosed, min(c.Clients, 28)-most)
	s.Audit(t)
}
