package booking_test

import (
	"context"
	"testing"

	"kept/internal/store/storetest"
)

// What is being cancelled while limits change is not counted for ever.
func TestLimitsWaitForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	s := storetest.NewShop(t, storetest.Postgres, storetest.Plan{})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	cancelled, release, both := make(chan struct{}), make(chan struct{}), make(chan error, 2)
	go func() {
		both <- s.DB.Do(t.Context(), func(ctx context.Context) error {
			_, err := s.Desk.Cancel(ctx, s.Owner, b.ID, "")
			close(cancelled)
			<-release
			return err
		})
	}()
	<-cancelled
	made := make(chan struct{})
	go func() {
		defer close(made)
		_, err := s.Office.CreateRule(t.Context(), s.Owner, *twoCuts())
		both <- err
	}()
	waiting := "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
	for done := false; !done; {
		select {
		case <-made:
			done = true
		default:
			done = s.Count(t, waiting) > 0
		}
	}
	close(release)
	must(t, <-both)
	must(t, <-both)
	if n := s.Count(t, "SELECT COUNT(*) FROM occupancy"); n != 0 {
		t.Errorf("%d rows are left of what was cancelled", n)
	}
}
