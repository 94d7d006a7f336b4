package store_test

import (
	"context"
	"errors"
	"testing"

	"kept/fault"
	"kept/internal/store"
	"kept/internal/store/storetest"
)

// TestATwinThatWaitsTooLongIsToldToComeAgain holds one request open and lets
// its twin wait for less than it takes. On SQLite the twin would wait for the
// writer, before it can claim anything.
func TestATwinThatWaitsTooLongIsToldToComeAgain(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t, openPostgres)
	scope := store.Scope{Business: w.Business(t, "mine"), Caller: "c", Route: "r", Key: "k"}
	begin := func(ctx context.Context) error {
		_, _, err := w.Answers.Begin(ctx, scope, []byte("h"), storetest.Noon, storetest.Noon+1)
		return err
	}
	claimed, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- w.DB.Do(t.Context(), func(ctx context.Context) error {
			if err := begin(ctx); err != nil {
				return err
			}
			close(claimed)
			<-release
			return w.Answers.Finish(ctx, scope, store.Answer{Status: 201})
		})
	}()
	select {
	case <-claimed:
	case err := <-done:
		t.Fatal("the first request ended: ", err)
	}
	err := w.DB.Do(t.Context(), func(ctx context.Context) error {
		if _, err := w.DB.From(ctx).ExecContext(ctx, "SET LOCAL lock_timeout = '50ms'"); err != nil {
			return err
		}
		return begin(ctx)
	})
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Conflict || f.RetryAfter == 0 {
		t.Errorf("the twin is told %v", err)
	}
	close(release)
	storetest.Must(t, <-done)
}
