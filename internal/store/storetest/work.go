package storetest

import (
	"context"
	"slices"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// raceWork: clients bring work and want visits at once. The work gives way as
// long as it can; whoever is told yes keeps what they were told.
func raceWork(t *testing.T, open Opener, c Crowd) {
	job := Cut()
	job.ID, job.Segments[0].DurationMin = "brakes", 90
	job.Flexible = &catalog.Flexible{DropFromMin: 8 * 60, DropToMin: 9 * 60, PieceMin: 30}
	s := NewShop(t, open, Plan{Services: []*catalog.Service{job, Cut()}})
	for round := range c.Rounds {
		day := span.Instant(round) * span.Day
		got := s.crowd(t, c.Clients, func(ctx context.Context, i int, s *Shop) error {
			r := booking.Request{
				Lines: []booking.Line{{Service: "cut"}}, Start: free((i*5)%14) + day,
				Client: client.Draft{Name: Numbered("client", i), Email: Numbered("client", round*c.Clients+i) + "@example.com"},
			}
			if i%4 == 0 {
				r.Lines[0].Service, r.Start = "brakes", Tomorrow(8, 0)+day
			}
			_, err := s.Desk.Book(ctx, s.Public, r)
			return err
		})
		if got[""] == 0 || got[""]+got[fault.CodeSlotTaken] != c.Clients {
			t.Errorf("outcomes are %v", got)
		}
	}
	s.Audit(t)
	s.promises(t, job)
}

// promises fails when work is not done in full between drop-off and promise.
func (s *Shop) promises(t testing.TB, job *catalog.Service) {
	t.Helper()
	all, err := s.Bookings.List(t.Context(), s.ID, booking.Filter{Limit: 10_000})
	Must(t, err)
	var moved []id.Booking
	for _, b := range all {
		if b.Service() != job.ID {
			continue
		}
		sum := span.Instant(0)
		for _, part := range b.Items[0].Segments {
			if len(part.Staff) == 0 {
				continue
			}
			sum += part.End - part.Start
			if part.Start < b.Items[0].Work.From || part.End > b.End || !slices.Contains(part.Staff, b.Lead) {
				t.Errorf("%s is promised from %v to %v, at work from %v to %v", b.ID, b.Start, b.End, part.Start, part.End)
			}
		}
		if sum != span.Minutes(job.Segments[0].DurationMin) {
			t.Errorf("%s is at work for %v", b.ID, sum)
		}
		if b.Version > 1 {
			moved = append(moved, b.ID)
		}
	}
	t.Logf("%d of %d had to give way", len(moved), len(all))
}
