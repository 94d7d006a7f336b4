// Package journal records what happened and lets everybody concerned hear of
// it.
//
// An event is written in the transaction that made it true, and at once the
// derivers run, in their fixed order, in that same transaction: they write the
// rows that follow from the change and nothing else, and an error of theirs
// takes all of it back.
//
// Everything else happens after the commit. Events are inserted without a
// number, because a number taken inside a transaction lies: the transaction
// that took 1 may commit after the one that took 2, and whoever has read 2
// never sees 1. One sequencer at a time, the holder of a lease, numbers what
// has been committed, gap-free for each business. Reactors, List and Subscribe
// see numbered events only, so "after N" never misses one.
//
//	Append ──commit──▶ wake ──▶ number ──▶ reactors (at least once, by cursor)
//	                                  └──▶ hubs of every node ──▶ subscribers
//
// Nodes wake each other by notifications of the database, never one per
// booking: the appending node at most one in 20 ms, the sequencer one per
// batch. Each of them also polls, so that a lost notification costs time and
// nothing else.
package journal

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kept/event"
	"kept/id"
	"kept/internal/db"
	"kept/span"
)

// Store keeps events, their numbers and the cursors of reactors.
type Store interface {
	Insert(ctx context.Context, events ...event.Event) error
	// Unnumbered tells whether a committed event has no number yet.
	Unnumbered(ctx context.Context) (bool, error)
	// Number numbers committed events and tells in which businesses; more when others may be waiting.
	Number(ctx context.Context) (fresh []id.Business, more bool, err error)
	// List gives numbered events after a number, in order.
	List(ctx context.Context, business id.Business, after int64, limit int) ([]event.Event, error)
	// Last is the newest number of a business, 0 when there is none.
	Last(ctx context.Context, business id.Business) (int64, error)
	// Lagging lists the businesses where a reactor has not seen everything.
	Lagging(ctx context.Context, reactor string) ([]id.Business, error)
	Cursor(ctx context.Context, business id.Business, reactor string) (int64, error)
	Advance(ctx context.Context, business id.Business, reactor string, seq int64) error
}

// Leases choose the one node that sequences. They run on real time.
type Leases interface {
	Acquire(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Journal is the record of one node. Register derivers and reactors before
// Start; after that it is safe for concurrent use.
type Journal struct {
	db     *db.DB
	store  Store
	leases Leases
	clock  Clock
	log    *slog.Logger
	mint   mint
	holder string

	derivers []deriver
	reactors []*reactor
	hub      hub

	wake  chan struct{} // something was committed here
	holds atomic.Bool   // this node sequences

	life    sync.Mutex
	cancel  context.CancelFunc
	running sync.WaitGroup
}

type deriver struct {
	name string
	run  func(ctx context.Context, e event.Event) error
}

// New makes a journal.
func New(d *db.DB, store Store, leases Leases, clock Clock, log *slog.Logger) *Journal {
	j := &Journal{
		db: d, store: store, leases: leases, clock: clock, log: log,
		holder: rand.Text(), wake: make(chan struct{}, 1),
	}
	j.hub = hub{store: store, log: log, patience: feedStall, topics: make(map[id.Business]*topic)}
	return j
}

// Derive registers a listener that runs inside the transaction of each event,
// in the order of registration. It may only write rows that follow from the
// change.
func (j *Journal) Derive(name string, run func(ctx context.Context, e event.Event) error) {
	j.derivers = append(j.derivers, deriver{name, run})
}

// Append records events in the transaction of ctx (or in one of its own when
// there is none), giving them their identifier and, where it is 0, their
// time. Then the derivers run for each, in the order of the events.
func (j *Journal) Append(ctx context.Context, events ...event.Event) error {
	if !j.db.Inside(ctx) {
		return j.db.Do(ctx, func(ctx context.Context) error { return j.Append(ctx, events...) })
	}
	now := j.clock.Now()
	events = slices.Clone(events) // the transaction may be run again
	for i := range events {
		events[i].ID = j.mint.next(now)
		if events[i].At == 0 {
			events[i].At = now
		}
	}
	if err := j.store.Insert(ctx, events...); err != nil {
		return err
	}
	for _, e := range events {
		for _, d := range j.derivers {
			if err := d.run(ctx, e); err != nil {
				return fmt.Errorf("derive %s from %s: %w", d.name, e.Type, err)
			}
		}
	}
	if len(events) > 0 {
		j.db.AfterCommit(ctx, j.signal)
	}
	return nil
}

// List gives numbered events of a business after a number, in order, at most
// limit.
func (j *Journal) List(ctx context.Context, business id.Business, after int64, limit int) ([]event.Event, error) {
	return j.store.List(ctx, business, after, limit)
}

func (j *Journal) signal() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// Start begins to number events and to run reactors. A second call does
// nothing.
func (j *Journal) Start() {
	j.life.Lock()
	defer j.life.Unlock()
	if j.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel = cancel
	j.hub.open(ctx)
	j.running.Go(func() { j.sequence(ctx) })
	j.running.Go(func() { j.listen(ctx) })
	for _, r := range j.reactors {
		j.running.Go(func() { j.serve(ctx, r) })
	}
}

// Stop ends all of it, subscriptions too, and waits until that is done. It
// may be called more than once, and before Start.
func (j *Journal) Stop() {
	j.life.Lock()
	defer j.life.Unlock()
	if j.cancel == nil {
		return
	}
	j.cancel()
	j.running.Wait()
	j.hub.wait()
	j.cancel = nil
}
