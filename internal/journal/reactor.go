package journal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"kept/event"
	"kept/id"
)

const (
	reactorBatch = 200
	reactorSweep = 30 * time.Second // look at every business, in case a wake-up was lost
	firstRetry   = time.Second
	longestRetry = time.Minute
	breath       = 250 * time.Millisecond // the least time between two rounds: under load, events are looked at in company
)

// reactor is a listener after the commit, with what it has to look at.
type reactor struct {
	name string
	run  func(ctx context.Context, events []event.Event) error

	mu      sync.Mutex
	all     bool
	pending map[id.Business]struct{}
	failed  map[id.Business]failure
	wake    chan struct{}
	hurry   chan struct{} // somebody waits for it (Settle)
}

// failure is a business in which the reactor did not succeed.
type failure struct {
	wait  time.Duration
	again time.Time
}

// React registers a listener that gets each numbered event of each business,
// in order, at least once, on the node that sequences. It is given some events
// of one business at a time; when it fails, it is given them again, later and
// later, up to a minute. A new name begins with the first event there is.
func (j *Journal) React(name string, run func(ctx context.Context, events []event.Event) error) {
	j.reactors = append(j.reactors, &reactor{
		name: name, run: run, wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		pending: make(map[id.Business]struct{}), failed: make(map[id.Business]failure),
	})
}

// serve runs one reactor until ctx ends. Each has a goroutine of its own, so
// that a slow one holds up nobody.
func (j *Journal) serve(ctx context.Context, r *reactor) {
	timer := time.NewTimer(reactorSweep)
	defer timer.Stop()
	for ctx.Err() == nil {
		begun := time.Now()
		if j.holds.Load() {
			j.round(ctx, r)
		}
		timer.Reset(r.nextRetry(time.Now()))
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
		case <-timer.C:
			r.retry(time.Now())
		}
		timer.Reset(breath - time.Since(begun))
		select {
		case <-ctx.Done():
			return
		case <-r.hurry:
		case <-timer.C:
		}
	}
}

// round brings the reactor up to date wherever something is new.
func (j *Journal) round(ctx context.Context, r *reactor) {
	businesses, all := r.take()
	if all {
		lagging, err := j.store.Lagging(ctx, r.name)
		if err != nil {
			j.note(ctx, "look for what "+r.name+" missed", err)
			r.everything()
			return
		}
		businesses = lagging
	}
	for _, b := range businesses {
		if ctx.Err() != nil || !j.holds.Load() {
			return
		}
		err := j.catchUp(ctx, r, b)
		r.note(b, err, time.Now())
		j.note(ctx, "reactor "+r.name, err)
	}
}

func (j *Journal) catchUp(ctx context.Context, r *reactor, b id.Business) error {
	after, err := j.store.Cursor(ctx, b, r.name)
	if err != nil {
		return err
	}
	for {
		events, err := j.store.List(ctx, b, after, reactorBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		if err := r.call(ctx, events); err != nil {
			return err
		}
		after = events[len(events)-1].Seq
		if err := j.store.Advance(ctx, b, r.name, after); err != nil {
			return err
		}
		if len(events) < reactorBatch {
			return nil
		}
	}
}

// call runs the listener; a panic of one business's event must not stop all.
func (r *reactor) call(ctx context.Context, events []event.Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reactor %s panicked: %v", r.name, p)
		}
	}()
	return r.run(ctx, events)
}

// everything has all businesses looked at.
func (r *reactor) everything() {
	r.mu.Lock()
	r.all = true
	r.mu.Unlock()
	r.signal()
}

// some has these businesses looked at.
func (r *reactor) some(businesses []id.Business) {
	r.mu.Lock()
	for _, b := range businesses {
		r.pending[b] = struct{}{}
	}
	r.mu.Unlock()
	r.signal()
}

// soon has the next round begin at once.
func (r *reactor) soon() {
	select {
	case r.hurry <- struct{}{}:
	default:
	}
}

func (r *reactor) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// take gives what has to be looked at, but for businesses whose next try is
// still to come.
func (r *reactor) take() (businesses []id.Business, all bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for b := range r.failed {
		if r.failed[b].again.After(now) {
			delete(r.pending, b)
		}
	}
	businesses, all = slices.Sorted(maps.Keys(r.pending)), r.all
	clear(r.pending)
	r.all = false
	return businesses, all
}

// note remembers whether a business went well.
func (r *reactor) note(b id.Business, err error, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		delete(r.failed, b)
		return
	}
	wait := min(max(firstRetry, 2*r.failed[b].wait), longestRetry)
	r.failed[b] = failure{wait, now.Add(wait)}
}

// failing tells whether the reactor is between two tries in a business.
func (r *reactor) failing(b id.Business) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, yes := r.failed[b]
	return yes
}

// nextRetry tells how long to wait for the next try, at most a sweep.
func (r *reactor) nextRetry(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	wait := reactorSweep
	for _, f := range r.failed {
		wait = min(wait, max(0, f.again.Sub(now)))
	}
	return wait
}

// retry has those looked at whose next try has come, and, at the end of a
// quiet sweep, everybody.
func (r *reactor) retry(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	due := false
	for b, f := range r.failed {
		if !f.again.After(now) {
			r.pending[b] = struct{}{}
			due = true
		}
	}
	r.all = r.all || !due
}
