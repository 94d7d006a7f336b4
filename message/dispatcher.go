package message

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"kept/event"
	"kept/id"
	"kept/span"
)

const (
	batch      = 400 // due messages looked up at once
	chunk      = 16  // messages claimed in one transaction and sent one after the other
	workers    = 8   // chunks under way at once
	claimLasts = 3 * span.Minute
	// margin is what must be left of a claim before one more of its messages is begun.
	margin     = span.Instant(sendLimit/time.Microsecond) + 15*span.Second
	poll       = span.Second            // other nodes plan messages too
	recall     = span.Minute            // a business's switch may open its channels again
	gather     = 100 * time.Millisecond // bookings in a row share a look-up
	idle       = time.Second            // who cannot send anything looks no more often
	settleMost = 3 * time.Second        // how long a cancellation waits for a send
	settleStep = 5 * time.Millisecond
	drain      = 5 * time.Second // what is being sent when the program stops
)

// Dispatcher sends what is due. Any number of nodes may run one on the same
// database. It is safe for concurrent use.
type Dispatcher struct {
	store    Store
	facts    Facts
	causes   map[Step]Cause
	consents Consents
	renderer Renderer
	channels []Channel // in order of preference
	atomic   Atomic
	journal  Journal
	clock    Clock
	log      *slog.Logger
	breaker  *breaker
	zones    span.Zones

	wake    chan struct{}
	passing sync.Mutex // one pass at a time
	vain    bool       // the last pass sent nothing, for want of a channel; under passing

	life    sync.Mutex
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// Parts are what a dispatcher works with.
type Parts struct {
	Store    Store
	Facts    Facts
	Causes   map[Step]Cause // of the steps that hang on no booking
	Consents Consents       // nil where nothing is sent that needs one
	Renderer Renderer
	Channels []Channel // in order of preference
	Atomic   Atomic
	Journal  Journal
	Clock    Clock
	Log      *slog.Logger
}

// NewDispatcher makes a dispatcher.
func NewDispatcher(p Parts) *Dispatcher {
	return &Dispatcher{
		store: p.Store, facts: p.Facts, causes: p.Causes, consents: p.Consents, renderer: p.Renderer, channels: p.Channels,
		atomic: p.Atomic, journal: p.Journal, clock: p.Clock, log: p.Log, breaker: newBreaker(), wake: make(chan struct{}, 1),
	}
}

// Wake has due messages looked for after the commit of the transaction in ctx.
func (d *Dispatcher) Wake(ctx context.Context) {
	d.atomic.AfterCommit(ctx, func() {
		select {
		case d.wake <- struct{}{}:
		default:
		}
	})
}

// Settle has the transaction in ctx, after its commit and before its Do
// returns, wait for sends of the booking that are under way on any node, three
// seconds at most. So nothing about the old state leaves after the change was
// acknowledged.
func (d *Dispatcher) Settle(ctx context.Context, business id.Business, booking id.Booking) {
	d.atomic.AfterCommit(ctx, func() {
		ctx, cancel := context.WithTimeout(ctx, settleMost)
		defer cancel()
		for {
			busy, err := d.store.Sending(ctx, business, booking, d.clock.Real())
			if err != nil || !busy || ctx.Err() != nil {
				return
			}
			pause(ctx, settleStep)
		}
	})
}

// callBack lets messages go that waited for a channel, where there is one
// again. It leaves those waiting that would only be put to wait again: they may be very many.
func (d *Dispatcher) callBack(ctx context.Context) error {
	return d.store.Requeue(ctx, func(b id.Business) bool { return len(d.readyChannels(ctx, b)) > 0 })
}

// NextDue tells when there is something to send next, be it past.
func (d *Dispatcher) NextDue(ctx context.Context) (span.Instant, bool, error) {
	return d.store.Next(ctx, d.clock.Real())
}

// RunDue sends everything that is due by now and can be sent.
func (d *Dispatcher) RunDue(ctx context.Context) error { return d.pass(ctx, ctx) }

// Start begins to send. A second call does nothing.
func (d *Dispatcher) Start() {
	d.life.Lock()
	defer d.life.Unlock()
	if d.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	sending, abort := context.WithCancel(context.Background())
	d.cancel = func() {
		cancel()
		// What is on the wire may finish; after that it is cut off.
		limit, stop := context.WithTimeout(context.Background(), drain)
		context.AfterFunc(limit, func() { abort(); stop() })
	}
	d.running.Go(func() {
		defer abort()
		d.run(ctx, sending)
	})
}

// Stop sends nothing more and waits until what is under way is recorded. It
// may be called more than once.
func (d *Dispatcher) Stop() {
	d.life.Lock()
	defer d.life.Unlock()
	if d.cancel == nil {
		return
	}
	d.cancel()
	d.running.Wait()
	d.cancel = nil
}

func (d *Dispatcher) run(ctx, sending context.Context) {
	var called span.Instant
	for ctx.Err() == nil {
		if real := d.clock.Real(); real >= called+recall { // a channel may be there again, and any node may have put them to wait
			called = real
			d.note(ctx, "call back what waited for a channel", d.callBack(ctx))
		}
		d.note(ctx, "send what is due", d.pass(ctx, sending))
		if d.forNothing() {
			pause(ctx, idle)
		} else {
			pause(ctx, gather)
		}
		until := d.clock.Now() + poll
		if next, ok, err := d.NextDue(ctx); err == nil && ok && next > d.clock.Now() {
			until = min(until, next)
		}
		if d.clock.Wait(ctx, until, d.wake) != nil {
			return
		}
	}
}

// pass sends what is due now until nothing is, or nothing gets through. It
// begins nothing after ctx has ended; sending is for what has begun.
func (d *Dispatcher) pass(ctx, sending context.Context) error {
	d.passing.Lock()
	defer d.passing.Unlock()
	d.vain = false
	for ctx.Err() == nil {
		now := d.clock.Now()
		due, err := d.store.Due(ctx, now, d.clock.Real(), batch)
		if err != nil || len(due) == 0 {
			return err
		}
		ready, kept, waiting, err := d.choose(ctx, due, now)
		if err != nil {
			return err
		}
		done, err := d.sendAll(ctx, sending, ready)
		if err != nil {
			return err
		}
		held, err := d.hold(ctx, kept, now)
		if err != nil {
			return err
		}
		d.vain = waiting == len(due)
		if done < len(due) { // somebody waits for a channel, or other nodes have them
			if err := d.store.Expire(ctx, now, d.clock.Real()); err != nil {
				return err
			}
		}
		if done+waiting == 0 && !held {
			return nil
		}
		if d.vain && len(due) < batch {
			return nil // what comes meanwhile waits as well
		}
	}
	return ctx.Err()
}

// forNothing tells that the last pass found only what nothing can send.
func (d *Dispatcher) forNothing() bool {
	d.passing.Lock()
	defer d.passing.Unlock()
	return d.vain
}

// choose leaves out what cannot be sent now. Messages of businesses without a
// channel are put to wait, and it tells how many. Where all channels of a
// business are down, one message may try one whose rest is over; it tells which
// businesses had to keep theirs.
func (d *Dispatcher) choose(ctx context.Context, due []Ref, now span.Instant) (
	ready []Ref, kept map[id.Business][]Channel, waiting int, err error,
) {
	by := make(map[id.Business][]Channel)
	probed := make(map[string]bool)
	kept = make(map[id.Business][]Channel)
	for _, r := range due {
		channels, seen := by[r.Business]
		if !seen {
			channels = d.readyChannels(ctx, r.Business)
			by[r.Business] = channels
			if len(channels) == 0 {
				if err := d.store.Postpone(ctx, r.Business, now, d.clock.Real(), 0); err != nil {
					return nil, nil, 0, err
				}
			}
		}
		switch {
		case len(channels) == 0:
			waiting++
		case d.open(channels, now, probed):
			ready = append(ready, r)
		default:
			kept[r.Business] = channels
		}
	}
	return ready, kept, waiting, nil
}

// open tells whether one of the channels works, or may be tried by this message.
func (d *Dispatcher) open(channels []Channel, now span.Instant, probed map[string]bool) bool {
	if d.rests(channels) == 0 {
		return true
	}
	for _, c := range channels {
		if d.breaker.resting(c.Name()) <= now && !probed[c.Name()] {
			probed[c.Name()] = true
			return true
		}
	}
	return false
}

// rests tells when the first of the channels is tried again; 0 when one works.
func (d *Dispatcher) rests(channels []Channel) span.Instant {
	first := d.breaker.resting(channels[0].Name())
	for _, c := range channels[1:] {
		first = min(first, d.breaker.resting(c.Name()))
	}
	return first
}

// hold keeps the messages of businesses whose channels are all down, until one
// is tried again, so that they stand in nobody's way. It tells whether any are.
func (d *Dispatcher) hold(ctx context.Context, kept map[id.Business][]Channel, now span.Instant) (held bool, err error) {
	for business, channels := range kept {
		until := d.rests(channels)
		if until <= now {
			continue
		}
		if err := d.store.Postpone(ctx, business, now, d.clock.Real(), until); err != nil {
			return held, err
		}
		held = true
	}
	return held, nil
}

// readyChannels gives the channels that a business may use, up to the first
// that works: to ask may cost a look into the database.
func (d *Dispatcher) readyChannels(ctx context.Context, business id.Business) (out []Channel) {
	for _, c := range d.channels {
		if ok, _ := c.Ready(ctx, business); !ok {
			continue
		}
		if out = append(out, c); d.breaker.resting(c.Name()) == 0 {
			return out
		}
	}
	return out
}

// sendAll shares messages among workers and tells how many reached an end.
func (d *Dispatcher) sendAll(ctx, sending context.Context, refs []Ref) (done int, err error) {
	var (
		mu   sync.Mutex
		wait sync.WaitGroup
	)
	chunks := slices.Collect(slices.Chunk(refs, chunk))
	next := make(chan []Ref, len(chunks))
	for _, c := range chunks {
		next <- c
	}
	close(next)
	for range min(workers, len(chunks)) {
		wait.Go(func() {
			for c := range next {
				n, e := d.sendChunk(ctx, sending, c)
				mu.Lock()
				done += n
				if err == nil {
					err = e
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return done, err
}

// sendChunk claims some messages, sends them and records what became of them.
func (d *Dispatcher) sendChunk(ctx, sending context.Context, refs []Ref) (int, error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	claims, skipped, err := d.claim(ctx, refs)
	if err != nil || len(claims) == 0 {
		return skipped, err
	}
	var results []Result
	way := d.pipeline(&results)
	done := skipped
	for _, c := range claims {
		t := &Delivery{Claim: c}
		if ctx.Err() != nil || c.Until-d.clock.Real() < margin {
			t.release("") // the program stops, or the messages before took too long
		}
		way.Do(sending, t)
		if t.err != nil {
			d.log.Warn("message not sent", "message", c.ID, "step", c.Step, "channel", t.Channel, "tries", t.Attempts,
				"status", t.Status, "err", t.err)
		}
		if t.Status != Planned || t.Next > c.Next {
			done++
		}
	}
	return done, d.record(sending, results)
}

// record writes what became of messages. What was sent must not be sent again
// for want of a database, so it is tried for as long as the claims last.
func (d *Dispatcher) record(ctx context.Context, results []Result) error {
	ctx = context.WithoutCancel(ctx)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := d.atomic.Do(ctx, func(ctx context.Context) error {
			if err := d.store.Record(ctx, results); err != nil {
				return err
			}
			return d.journal.Append(ctx, facts(results)...)
		})
		if err == nil || d.clock.Real() > results[0].Until {
			return err
		}
		d.note(ctx, "record what was sent", err)
		pause(ctx, wait)
	}
}

// facts are the events that follow from results.
func facts(results []Result) []event.Event {
	var out []event.Event
	for _, r := range results {
		t := event.MessageSent
		switch r.Status {
		case Sent, Delivered:
		case Failed:
			t = event.MessageFailed
		default:
			continue
		}
		out = append(out, event.Event{
			Business: r.Business, Type: t, Actor: event.System(), Booking: r.Booking, Client: r.Client,
			Data: event.Data{Message: r.ID, Step: string(r.Step), Channel: r.Channel, Reason: r.Reason},
		})
	}
	return out
}

// note logs an error that only costs time: whatever failed is done again.
func (d *Dispatcher) note(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		d.log.Warn("messages: "+what, "err", err)
	}
}

// pause waits in real time, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}
