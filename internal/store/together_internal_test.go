package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// Nobody is given what was read before they asked.
func TestTogetherIsFresh(t *testing.T) {
	t.Parallel()
	shared := newTogether[string, int64]()
	var stands, reads atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 2000 {
				least := stands.Add(1)
				got, err := shared.ask(t.Context(), "key", func(context.Context) (int64, error) {
					reads.Add(1)
					return stands.Load(), nil
				})
				if err != nil || got < least {
					t.Errorf("%d (%v) was read before %d was written", got, err, least)
					return
				}
			}
		})
	}
	all.Wait()
	if n := reads.Load(); n > 16_000 {
		t.Errorf("%d reads for 16000 who asked", n)
	}
	if len(shared.running)+len(shared.next) != 0 {
		t.Error("a look is left over")
	}
}

// Those who come while a look is under way share the next one; other keys do not wait.
func TestTogetherShares(t *testing.T) {
	t.Parallel()
	shared := newTogether[string, int]()
	begun, end := make(chan struct{}), make(chan struct{})
	reads := 0
	var first, rest sync.WaitGroup
	first.Go(func() {
		_, _ = shared.ask(t.Context(), "key", func(context.Context) (int, error) {
			close(begun)
			<-end
			reads++
			return reads, nil
		})
	})
	<-begun
	if got, err := shared.ask(t.Context(), "other", func(context.Context) (int, error) { return 7, nil }); got != 7 || err != nil {
		t.Errorf("the other key: %d, %v", got, err)
	}
	leader := make(chan struct{})
	rest.Go(func() {
		close(leader)
		got, err := shared.ask(t.Context(), "key", func(context.Context) (int, error) { reads++; return reads, nil })
		if got != 2 || err != nil {
			t.Errorf("%d, %v", got, err)
		}
	})
	<-leader
	for range 9 {
		rest.Go(func() {
			got, err := shared.ask(t.Context(), "key", func(context.Context) (int, error) { reads++; return reads, nil })
			if got < 2 || err != nil {
				t.Errorf("%d, %v", got, err)
			}
		})
	}
	close(end)
	first.Wait()
	rest.Wait()
}

// A caller that gives up, and one whose look fails or panics, keep nobody waiting.
func TestTogetherEnds(t *testing.T) {
	t.Parallel()
	shared := newTogether[string, int]()
	broken := errors.New("broken")
	if _, err := shared.ask(t.Context(), "key", func(context.Context) (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("it says %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := shared.ask(gone, "key", func(ctx context.Context) (int, error) { return 1, ctx.Err() })
	if got != 1 || err != nil { // others may wait for it
		t.Errorf("%d, %v", got, err)
	}
	begun, end := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		defer func() { _ = recover() }()
		_, _ = shared.ask(t.Context(), "key", func(context.Context) (int, error) {
			close(begun)
			<-end
			panic("no")
		})
	})
	<-begun
	waits := make(chan error)
	shared.mu.Lock()
	joined := &look[int]{done: make(chan struct{})}
	shared.next["key"] = joined // somebody leads the next one and is slow
	shared.mu.Unlock()
	go func() {
		_, err := shared.ask(gone, "key", nil)
		waits <- err
	}()
	if err := <-waits; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up: %v", err)
	}
	close(end)
	all.Wait()
	if _, still := shared.running["key"]; still {
		t.Error("a look that panicked runs for ever")
	}
}
