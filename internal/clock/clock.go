// Package clock is the one clock of everything that Kept does: the machine's
// time plus an offset, which is stored in the database and so the same on
// every node. Operators set where it starts (--clock), and a demo can move it
// forward.
//
// A jump would skip what should have happened on the way. So the clock walks:
// it stands still at the first instant at which anything is due, lets that be
// finished, goes on to the next, and runs again from where it was to go. What
// happened on the way carries the time at which a slow clock would have seen
// it happen.
//
// Timeouts, rate limits and leases are about machines and run on real time.
package clock

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kept/fault"
	"kept/span"
)

// Store keeps the offset.
type Store interface {
	// Offset gives what is stored; false when nothing is.
	Offset(ctx context.Context) (time.Duration, bool, error)
	// Begin stores the first offset; one that is there already stays.
	Begin(ctx context.Context, offset time.Duration) error
	// Raise stores a greater offset; a smaller one changes nothing.
	Raise(ctx context.Context, offset time.Duration) error
}

// Bus carries the news of a jump to the other nodes.
type Bus interface {
	Notify(ctx context.Context, channel, payload string) error
	Listen(ctx context.Context, channel string, fn func(payload string)) error
}

// Due is something that has to be done at certain times.
type Due interface {
	// NextDue tells when the next thing is due, be it past; false when nothing is.
	NextDue(ctx context.Context) (span.Instant, bool, error)
	// RunDue finishes all that is due by now.
	RunDue(ctx context.Context) error
}

const (
	channel = "kept_clock"
	poll    = time.Second
	// longestNap bounds how long a wait trusts its timer: a machine may sleep, or its clock be set.
	longestNap = 30 * time.Second
	// mostRounds is how often what is due at one instant may make more due at it.
	mostRounds = 1000
)

// Clock is the clock of one node. It is safe for concurrent use.
type Clock struct {
	store   Store
	bus     Bus
	log     *slog.Logger
	sources []Due
	walking sync.Mutex // one walk at a time

	mu      sync.Mutex
	offset  time.Duration
	still   span.Instant  // where the clock stands; 0 when it runs
	changed chan struct{} // closed at each jump

	life    sync.Mutex
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// New makes a clock that runs with the machine's until Open.
func New(store Store, bus Bus, log *slog.Logger) *Clock {
	return &Clock{store: store, bus: bus, log: log, changed: make(chan struct{})}
}

// Open takes the stored offset. Where none is, and start is given, time
// starts there.
func (c *Clock) Open(ctx context.Context, start time.Time) error {
	offset, stored, err := c.store.Offset(ctx)
	if err != nil {
		return err
	}
	if !stored && !start.IsZero() {
		if err := c.store.Begin(ctx, time.Until(start)); err != nil {
			return err
		}
		// Another node may have been quicker.
		if offset, _, err = c.store.Offset(ctx); err != nil {
			return err
		}
	}
	c.move(offset)
	return nil
}

// Watch registers something that a walk of the clock must not skip. All of it
// is registered before the first walk, in the order in which things that are
// due at the same instant are run.
func (c *Clock) Watch(d ...Due) { c.sources = append(c.sources, d...) }

// Now is the time that Kept lives in.
func (c *Clock) Now() span.Instant {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() span.Instant {
	if c.still != 0 {
		return c.still
	}
	return span.At(time.Now().Add(c.offset))
}

// Real is the machine's time: for timeouts and leases.
func (c *Clock) Real() span.Instant { return span.At(time.Now()) }

// Wait returns when the clock has reached until, has jumped, or wake is
// signalled, so that the caller looks again at what is due. The error is that
// of ctx when it has ended.
func (c *Clock) Wait(ctx context.Context, until span.Instant, wake <-chan struct{}) error {
	for {
		c.mu.Lock()
		left, still, changed := until.Sub(c.now()), c.still != 0, c.changed
		c.mu.Unlock()
		if left <= 0 {
			return ctx.Err()
		}
		nap := min(left, longestNap)
		if still {
			nap = longestNap
		}
		timer := time.NewTimer(nap)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-changed:
		case <-timer.C:
			continue
		}
		timer.Stop()
		return ctx.Err()
	}
}

// Advance walks the clock forward; see Set.
func (c *Clock) Advance(ctx context.Context, by time.Duration) error {
	c.walking.Lock()
	defer c.walking.Unlock()
	if by < 0 {
		return fault.BadField("advance", "range", "time goes forward only")
	}
	return c.walk(ctx, c.Now().Add(by))
}

// Set walks the clock to an instant, which must be later: everything that is
// due on the way is finished at its time, in order. When that fails or ctx
// ends, the clock runs on from where it came.
func (c *Clock) Set(ctx context.Context, to span.Instant) error {
	c.walking.Lock()
	defer c.walking.Unlock()
	if to < c.Now() {
		return fault.BadField("now", "range", "time goes forward only")
	}
	return c.walk(ctx, to)
}

func (c *Clock) walk(ctx context.Context, to span.Instant) error {
	c.stand(c.Now())
	err := c.steps(ctx, to)
	at := to
	if err != nil {
		at = c.Now()
	}
	offset := at.Sub(c.Real())
	// However the walk ended, the other nodes and the next start go on from here.
	keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	stored := c.store.Raise(keep, offset)
	c.move(at.Sub(c.Real()))
	if err != nil {
		return err
	}
	if stored == nil {
		stored = c.bus.Notify(keep, channel, "")
	}
	return stored
}

// steps stands at every instant at which something is due.
func (c *Clock) steps(ctx context.Context, to span.Instant) error {
	at, rounds := c.Now(), 0
	for {
		next, ok, err := c.next(ctx)
		if err != nil {
			return err
		}
		if !ok || next > to {
			return nil
		}
		if next > at {
			at, rounds = next, 0
			c.stand(at)
		}
		if rounds++; rounds > mostRounds {
			return fmt.Errorf("clock: what is due at %s does not come to an end", at)
		}
		for _, s := range c.sources {
			if err := s.RunDue(ctx); err != nil {
				return err
			}
		}
	}
}

func (c *Clock) next(ctx context.Context) (first span.Instant, any bool, err error) {
	for _, s := range c.sources {
		at, ok, err := s.NextDue(ctx)
		if err != nil {
			return 0, false, err
		}
		if ok && (!any || at < first) {
			first, any = at, true
		}
	}
	return first, any, ctx.Err()
}

// stand stops the clock at an instant.
func (c *Clock) stand(at span.Instant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still = at
	c.jumped()
}

// move lets the clock run with an offset.
func (c *Clock) move(offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still, c.offset = 0, offset
	c.jumped()
}

func (c *Clock) jumped() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// Start begins to follow the jumps that other nodes make. A second call does
// nothing.
func (c *Clock) Start() {
	c.life.Lock()
	defer c.life.Unlock()
	if c.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	news := make(chan struct{}, 1)
	c.running.Go(func() {
		_ = c.bus.Listen(ctx, channel, func(string) {
			select {
			case news <- struct{}{}:
			default:
			}
		})
	})
	c.running.Go(func() { c.follow(ctx, news) })
}

// Stop ends that and waits until it has ended. It may be called more than once.
func (c *Clock) Stop() {
	c.life.Lock()
	defer c.life.Unlock()
	if c.cancel == nil {
		return
	}
	c.cancel()
	c.running.Wait()
	c.cancel = nil
}

func (c *Clock) follow(ctx context.Context, news <-chan struct{}) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-news:
		case <-ticker.C:
		}
		offset, stored, err := c.store.Offset(ctx)
		if err != nil && ctx.Err() == nil {
			c.log.Warn("clock: read the offset", "err", err)
		}
		if err == nil && stored {
			c.adopt(offset)
		}
	}
}

// adopt takes over a jump of another node, unless this one is walking, and
// then stores what it comes to.
func (c *Clock) adopt(offset time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.still == 0 && offset > c.offset {
		c.offset = offset
		c.jumped()
	}
}
