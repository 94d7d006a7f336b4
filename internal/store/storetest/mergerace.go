package storetest

import (
	"context"
	"fmt"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/internal/store"
	"kept/span"
)

// raceMerge books for a card while it becomes part of another one: by its id,
// by who it describes, out of a hold, and by moving what it has. Whoever comes
// first, every visit is on the surviving card in the end, and nothing is left
// on the lane of the other.
func raceMerge(t *testing.T, open Opener, c Crowd) {
	for name, overlap := range map[string]bool{"apart": false, "overlapping": true} {
		t.Run(name, func(t *testing.T) {
			terms := catalog.DefaultTerms()
			terms.ClientOverlap = overlap
			s := NewShop(t, open, Plan{Terms: &terms})
			for round := range min(c.Rounds+3, 12) {
				s.mergeWhileBooking(t, round)
			}
			s.Audit(t)
		})
	}
}

func (s *Shop) mergeWhileBooking(t *testing.T, round int) {
	t.Helper()
	name, mail := Numbered("mia", round), fmt.Sprintf("mia%d@example.com", round)
	card := func(d client.Draft) client.Client {
		c, err := s.Registry.Create(t.Context(), s.ID, d, "", s.Owner.Actor())
		Must(t, err)
		return c
	}
	merged, into := card(client.Draft{Name: name, Email: mail}), card(client.Draft{Name: name, Phone: "+49 30 5550" + Numbered("", round)[1:]})
	const racers = 9
	slot := racers * round
	had := s.Cut(free(slot+racers-1), "ada", "")
	had.ClientID = merged.ID
	old, err := s.Desk.Book(t.Context(), s.Owner, had)
	Must(t, err)
	got := s.crowd(t, racers, func(ctx context.Context, i int, s *Shop) error {
		r := s.Cut(free(slot+i), []id.Staff{"ada", "ben"}[i%2], name)
		switch {
		case i == racers-1:
			_, err := s.Desk.Reschedule(ctx, s.Owner, old.ID, booking.Move{Start: old.Start, Staff: "ben"})
			return err
		case i == racers/2:
			_, err := s.Merger().Merge(ctx, s.ID, merged.ID, into.ID, desk)
			return err
		case i%3 == 0:
			r.ClientID = merged.ID
			_, err := s.Desk.Book(ctx, s.Owner, r)
			return err
		case i%3 == 1:
			h, err := s.Desk.Hold(ctx, s.Public, r)
			if err != nil {
				return err
			}
			r = booking.Request{Hold: h.ID}
		}
		r.Client = client.Draft{Name: name, Email: mail}
		_, err := s.Desk.Book(ctx, s.Public, r)
		return err
	})
	wantOutcomes(t, got, "", racers)
	for query, want := range map[string]int{
		"SELECT COUNT(*) FROM booking WHERE client_id = $1":                          0,
		"SELECT COUNT(*) FROM occupancy WHERE lane_kind = 'client' AND lane_id = $1": 0,
		"SELECT COUNT(*) FROM message WHERE client_id = $1":                          0,
		"SELECT COUNT(*) FROM client WHERE id = $1 AND merged_into <> ''":            1,
	} {
		if n := s.Count(t, query, string(merged.ID)); n != want {
			t.Errorf("round %d: %s gives %d, want %d", round, query, n, want)
		}
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM client"); n != 2*(round+1) {
		t.Errorf("round %d: there are %d cards", round, n)
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM booking WHERE client_id = $1", string(into.ID)); n != racers-1 {
		t.Errorf("round %d: %d visits of %d are on the card", round, n, racers-1)
	}
}

// planMerged: what is due for two cards of one person is due once, after the
// later of their visits, and for each again when they are parted.
func planMerged(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	mia := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	twin := s.visit(t, Tomorrow(10, 0)+14*span.Day, "cut", "mio")
	s.wantPlans(t, mia.Client, "2027-01-04 cut planned")
	s.wantPlans(t, twin.Client, "2027-01-18 cut planned")
	merger := client.NewMerger(store.NewMerges(s.DB, s.Vault, s.Clients, s.World.Lanes), s.Cards)
	m, err := merger.Merge(t.Context(), s.ID, twin.Client, mia.Client, desk)
	Must(t, err)
	due := 0
	for _, i := range s.plans(t, mia.Client) {
		if i.Status.Waits() {
			due++
			if i.Due.String() != "2027-01-18" {
				t.Errorf("it is due on %s", i.Due)
			}
		}
	}
	if due != 1 {
		t.Errorf("%d are due", due)
	}
	_, err = merger.Undo(t.Context(), s.ID, m.ID, desk)
	Must(t, err)
	s.wantPlans(t, mia.Client, "2027-01-04 cut planned")
	s.wantPlans(t, twin.Client, "2027-01-18 cut planned")
}
