package booking_test

import (
	"testing"

	"kept/booking"
	"kept/internal/store/storetest"
	"kept/span"
)

// An open time says how it ranks as the list of its day does.
func TestRankOfATime(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	s.Book(t, s.Cut(ten, "ada", "dora"))
	s.Book(t, s.Cut(ten+span.Hour, "ada", "clara"))
	lines := []booking.Line{{Service: "cut", Staff: "ada"}}
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: lines, From: day, To: day})
	must(t, err)
	best := 0
	for i, r := range offer.Ranks {
		e, err := s.Desk.Explain(t.Context(), s.Owner, booking.Why{Lines: lines, At: r.Start})
		must(t, err)
		if e.Rank == nil || e.Rank.Cost != r.Cost || e.Rank.Of != len(offer.Ranks) || e.Rank.Place < 1 || e.Rank.Place > e.Rank.Of {
			t.Fatalf("%v ranks %+v, in the list %+v", r.Start, e.Rank, r)
		}
		if e.Rank.Place == 1 {
			best++
		}
		if at := offer.Place(i); at != "main" {
			t.Errorf("%v is at %q", r.Start, at)
		}
	}
	if best == 0 {
		t.Error("none is the first")
	}
	shut, err := s.Desk.Explain(t.Context(), s.Owner, booking.Why{Lines: lines, At: ten})
	must(t, err)
	if shut.Open || shut.Rank != nil {
		t.Errorf("a shut time ranks: %+v", shut.Rank)
	}
}
