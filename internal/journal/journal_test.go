package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kept/event"
	"kept/id"
	"kept/internal/clock"
	"kept/internal/db"
	"kept/internal/journal"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Run(m, migrate) }

func migrate(ctx context.Context, dsn string) error {
	d, err := db.Open(ctx, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx, store.Migrations(d.Dialect().Name())...)
}

// each runs a test on a fresh database of each engine.
func each(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "kept.db")
		storetest.Must(t, migrate(t.Context(), path))
		test(t, path)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.DSN(t))
	})
}

// node is one program on the database.
type node struct {
	*storetest.World
	journal *journal.Journal
}

func open(t testing.TB, dsn string) *node {
	t.Helper()
	w := storetest.NewWorld(t, func(t testing.TB) *db.DB {
		d, err := db.Open(t.Context(), dsn, db.Options{MaxConns: 8})
		storetest.Must(t, err)
		t.Cleanup(func() { _ = d.Close() })
		return d
	})
	n := &node{World: w}
	n.journal = journal.New(w.DB, store.NewEvents(w.DB, w.Vault), store.NewLeases(w.DB), w.Clock, slog.New(slog.DiscardHandler))
	t.Cleanup(n.journal.Stop)
	return n
}

func (n *node) append(t testing.TB, b id.Business, reasons ...string) {
	t.Helper()
	for _, r := range reasons {
		n.Do(t, func(ctx context.Context) error { return n.journal.Append(ctx, some(b, r)) })
	}
}

func some(b id.Business, reason string) event.Event {
	return event.Event{Business: b, Type: event.SettingsChanged, Actor: event.System(), Data: event.Data{Reason: reason}}
}

// read takes n events from a feed.
func read(t testing.TB, feed <-chan event.Event, n int) []event.Event {
	t.Helper()
	var out []event.Event
	patience := time.After(20 * time.Second)
	for len(out) < n {
		select {
		case e, ok := <-feed:
			if !ok {
				t.Fatalf("the feed ended after %d of %d", len(out), n)
			}
			out = append(out, e)
		case <-patience:
			t.Fatalf("only %d of %d came", len(out), n)
		}
	}
	return out
}

func TestEventsAreNumberedInOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		n := open(t, dsn)
		a, b := n.Business(t, "a"), n.Business(t, "b")
		n.append(t, a, "1", "2")
		n.append(t, b, "1")
		n.append(t, a, "3")
		if got, err := n.journal.List(t.Context(), a, 0, 10); err != nil || len(got) > 0 {
			t.Fatalf("%d events are visible before they have numbers (%v)", len(got), err)
		}
		n.journal.Start()
		n.journal.Start()
		storetest.Must(t, n.journal.Settle(t.Context()))
		got, err := n.journal.List(t.Context(), a, 0, 10)
		storetest.Must(t, err)
		for i, e := range got {
			if e.Seq != int64(i+1) || e.Data.Reason != fmt.Sprint(i+1) || e.At != n.Clock.Now() || e.Actor.Kind != "system" {
				t.Errorf("event %d: %+v", i, e)
			}
		}
		after, err := n.journal.List(t.Context(), a, 1, 1)
		storetest.Must(t, err)
		if len(got) != 3 || len(after) != 1 || after[0].Seq != 2 {
			t.Errorf("%d events, after the first %+v", len(got), after)
		}
		n.journal.Stop()
		n.journal.Stop()
	})
}

func TestDeriversRunInsideTheTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		n := open(t, dsn)
		b := n.Business(t, "a")
		var order []string
		oops := errors.New("oops")
		n.journal.Derive("first", func(_ context.Context, e event.Event) error {
			order = append(order, "first "+e.Data.Reason)
			return nil
		})
		n.journal.Derive("second", func(ctx context.Context, e event.Event) error {
			if !n.DB.Inside(ctx) || !id.Valid(string(e.ID)) {
				t.Errorf("outside of a transaction, or without an identifier: %+v", e)
			}
			order = append(order, "second "+e.Data.Reason)
			if e.Data.Reason == "bad" {
				return oops
			}
			return nil
		})
		storetest.Must(t, n.journal.Append(t.Context(), some(b, "x"), some(b, "y")))
		if err := n.journal.Append(t.Context(), some(b, "good"), some(b, "bad")); !errors.Is(err, oops) {
			t.Fatalf("error is %v", err)
		}
		want := []string{"first x", "second x", "first y", "second y", "first good", "second good", "first bad", "second bad"}
		if !slices.Equal(order, want) {
			t.Errorf("order %v", order)
		}
		storetest.Must(t, n.journal.Settle(t.Context()))
		if got, err := n.journal.List(t.Context(), b, 0, 10); err != nil || len(got) != 2 {
			t.Errorf("%d events outlived the rollback (%v)", len(got), err)
		}
	})
}

// TestNumbersHaveNoGap lets many write while two sequencers, who both think
// they are alone, number.
func TestNumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		one, two := open(t, dsn), open(t, dsn)
		businesses := []id.Business{one.Business(t, "a"), one.Business(t, "b")}
		ctx, stop := context.WithCancel(t.Context())
		var number, write sync.WaitGroup
		for _, n := range []*node{one, two} {
			number.Go(func() {
				for ctx.Err() == nil {
					_ = n.journal.Settle(ctx)
				}
			})
		}
		const writers, each = 6, 40
		for w := range writers {
			write.Go(func() {
				n := []*node{one, two}[w%2]
				for i := range each {
					err := n.DB.Do(t.Context(), func(ctx context.Context) error {
						return n.journal.Append(ctx, some(businesses[i%2], fmt.Sprint(w)))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		write.Wait()
		storetest.Must(t, one.journal.Settle(t.Context()))
		stop()
		number.Wait()
		for _, b := range businesses {
			got, err := one.journal.List(t.Context(), b, 0, 10_000)
			storetest.Must(t, err)
			for i, e := range got {
				if e.Seq != int64(i+1) {
					t.Fatalf("number %d stands at place %d", e.Seq, i+1)
				}
			}
			if len(got) != writers*each/2 {
				t.Errorf("%d numbered events", len(got))
			}
		}
	})
}

func TestFeedHasPastAndFuture(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		holder, other := open(t, dsn), open(t, dsn)
		b := holder.Business(t, "a")
		for i := range 500 { // more than a page
			holder.append(t, b, fmt.Sprint(i))
		}
		holder.journal.Start()
		storetest.Must(t, holder.journal.Settle(t.Context()))
		other.journal.Start() // does not hold the lease
		feeds := []<-chan event.Event{
			holder.journal.Subscribe(t.Context(), b, 0), other.journal.Subscribe(t.Context(), b, 0), other.journal.Subscribe(t.Context(), b, 490),
		}
		for i, feed := range feeds {
			first := int64(1)
			if i == 2 {
				first = 491
			}
			past := read(t, feed, int(501-first))
			other.append(t, b, "new")
			for k, e := range append(past, read(t, feed, 1)...) {
				if e.Seq != first+int64(k) {
					t.Fatalf("feed %d has %d at place %d", i, e.Seq, k)
				}
			}
		}
		other.journal.Stop()
		for _, feed := range feeds[1:] {
			for range feed { // ends, though it may hold the last few
				continue
			}
		}
		if _, open := <-other.journal.Subscribe(t.Context(), b, 0); open {
			t.Error("a feed of a stopped journal gives events")
		}
	})
}

func TestSlowReaderCatchesUpAndAStalledOneIsCutOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		n, other := open(t, dsn), open(t, dsn)
		other.journal.SetPatience(time.Millisecond)
		b := n.Business(t, "a")
		n.journal.Start()
		other.journal.Start()
		feed, stalled := n.journal.Subscribe(t.Context(), b, 0), other.journal.Subscribe(t.Context(), b, 0)
		n.append(t, b, "0")
		read(t, feed, 1) // it listens
		const many = 900
		n.Do(t, func(ctx context.Context) error {
			for range many {
				if err := n.journal.Append(ctx, some(b, "x")); err != nil {
					return err
				}
			}
			return nil
		})
		storetest.Must(t, n.journal.Settle(t.Context()))
		read(t, n.journal.Subscribe(t.Context(), b, 0), many+1) // meanwhile the other has long fallen behind
		for i, e := range read(t, feed, many) {
			if e.Seq != int64(i+2) {
				t.Fatalf("number %d stands at place %d", e.Seq, i+2)
			}
		}
		for range stalled { // it ends: who takes so long between two events is cut off
			<-time.After(20 * time.Millisecond)
		}
	})
}

func TestReactorsSeeEverythingAtLeastOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		n := open(t, dsn)
		a, b := n.Business(t, "a"), n.Business(t, "b")
		n.append(t, a, "before")
		var mu sync.Mutex
		seen := map[id.Business][]int64{}
		var failures atomic.Int32
		done := make(chan struct{})
		n.journal.React("good", func(_ context.Context, events []event.Event) error {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range events {
				seen[e.Business] = append(seen[e.Business], e.Seq)
			}
			return nil
		})
		n.journal.React("bad", func(_ context.Context, events []event.Event) error {
			if events[0].Business != a {
				return nil
			}
			switch failures.Add(1) {
			case 1:
				return errors.New("not now")
			case 2:
				panic("nor now")
			case 3:
				defer close(done)
			}
			if events[0].Data.Reason != "before" {
				t.Errorf("the first event was lost: %+v", events[0])
			}
			return nil
		})
		n.journal.Start()
		n.append(t, a, "x", "y")
		storetest.Must(t, n.journal.Settle(t.Context())) // a failing reactor holds up nobody
		mu.Lock()
		if !slices.Equal(seen[a], []int64{1, 2, 3}) {
			t.Errorf("seen %v", seen)
		}
		mu.Unlock()
		<-done
		n.append(t, b, "z")
		storetest.Must(t, n.journal.Settle(t.Context()))
		n.journal.Stop()

		next := open(t, dsn) // another node takes over where this one stopped
		var fresh atomic.Int64
		next.journal.React("good", func(_ context.Context, events []event.Event) error {
			fresh.Add(int64(len(events)))
			return nil
		})
		next.journal.Start()
		next.append(t, b, "later")
		storetest.Must(t, next.journal.Settle(t.Context()))
		if fresh.Load() != 1 {
			t.Errorf("%d events came again", fresh.Load()-1)
		}
	})
}

func TestCrashedSequencerIsTakenOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		n := open(t, dsn)
		b := n.Business(t, "a")
		held, err := store.NewLeases(n.DB).Acquire(t.Context(), "sequencer", "dead", time.Now(), 500*time.Millisecond)
		if err != nil || !held {
			t.Fatal(held, err)
		}
		n.journal.Start()
		feed := n.journal.Subscribe(t.Context(), b, 0)
		n.append(t, b, "x")
		read(t, feed, 1)
	})
}

func TestTheClockWaitsForReactors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dsn string) {
		n := open(t, dsn)
		b := n.Business(t, "a")
		var seen atomic.Int32
		n.journal.React("slow", func(_ context.Context, events []event.Event) error {
			seen.Add(int32(len(events)))
			return nil
		})
		n.journal.Start()
		n.append(t, b, "x", "y", "z")
		var due clock.Due = n.journal
		storetest.Must(t, due.RunDue(t.Context()))
		if seen.Load() != 3 {
			t.Errorf("%d of 3 were seen", seen.Load())
		}
		if _, ok, err := due.NextDue(t.Context()); ok || err != nil {
			t.Error("the journal has times of its own")
		}
	})
}
