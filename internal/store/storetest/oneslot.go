package storetest

import (
	"context"
	"testing"

	"kept/fault"
)

// OneSlot lets everybody book one slot at the same time, in each round another.
// The answers say that one got it, and so does the table of bookings. Who hears
// that the database is too busy tries again.
func OneSlot(t *testing.T, open Opener, c Crowd) {
	t.Helper()
	s := NewShop(t, open, Plan{})
	for round := range c.Rounds {
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			for {
				_, err := s.Desk.Book(ctx, s.Public, s.Cut(free(round), "ada", Numbered("client", i)))
				if fault.KindOf(err) != fault.Unavailable {
					return err
				}
			}
		})
		wantOutcomes(t, got, "", 1, fault.CodeSlotTaken, c.Clients-1)
		const query = "SELECT COUNT(*) FROM booking WHERE business_id = $1 AND start_at = $2"
		if n := s.Count(t, query, string(s.ID), free(round)); n != 1 {
			t.Errorf("%d bookings of one slot", n)
		}
	}
	s.Audit(t)
}
