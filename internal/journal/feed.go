package journal

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"kept/event"
	"kept/id"
)

const (
	feedBuffer = 256         // events a reader may be behind before it reads for itself
	feedPage   = 200         // events read at once
	feedPoll   = time.Second // in case a notification was lost
	feedStall  = 30 * time.Second
)

// hub reads new events once for each business that somebody on this node
// watches, and hands them to all who do: two hundred screens cost one query.
type hub struct {
	store    Store
	log      *slog.Logger
	patience time.Duration

	mu      sync.Mutex
	ctx     context.Context //nolint:containedctx // the life of the journal, for topics that begin later
	topics  map[id.Business]*topic
	running sync.WaitGroup
}

// topic is one watched business.
type topic struct {
	wake chan struct{}
	last int64 // everything up to here has been handed out
	subs map[*subscriber]struct{}
}

type subscriber struct{ events chan event.Event }

// Subscribe gives the numbered events of a business after a number, those
// that are there and then those to come, in order and without a gap. The
// channel is closed when ctx ends, when the journal stops, and when the reader
// takes nothing for half a minute; it may then subscribe again after the last
// number it saw. The journal must have been started.
func (j *Journal) Subscribe(ctx context.Context, business id.Business, after int64) <-chan event.Event {
	out := make(chan event.Event, 16) // what is told at once is written at once
	h := &j.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx == nil || h.ctx.Err() != nil {
		close(out)
		return out
	}
	ctx, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(h.ctx, cancel)
	h.running.Go(func() {
		defer close(out)
		defer cancel()
		defer unhook()
		if err := h.relay(ctx, business, after, out); err != nil && ctx.Err() == nil {
			h.log.Warn("journal: live feed", "err", err)
		}
	})
	return out
}

// relay sends what is there already, then what comes. A reader that falls
// behind the hub reads for itself until it has caught up, and one that takes
// nothing for half a minute is cut off.
func (h *hub) relay(ctx context.Context, business id.Business, after int64, out chan<- event.Event) error {
	r := reader{out: out, after: after, patience: h.patience, stall: time.NewTimer(h.patience)}
	defer r.stall.Stop()
	for {
		s, from, err := h.join(ctx, business)
		if err != nil {
			return err
		}
		alive, err := h.past(ctx, business, &r, from)
		if alive && err == nil {
			alive = r.live(ctx, s.events)
		}
		h.leave(business, s)
		if !alive || err != nil {
			return err
		}
	}
}

// past sends the events up to a number; false when the reader has gone.
func (h *hub) past(ctx context.Context, business id.Business, r *reader, until int64) (bool, error) {
	for r.after < until {
		events, err := h.store.List(ctx, business, r.after, feedPage)
		if err != nil {
			return false, err
		}
		for _, e := range events {
			if !r.send(ctx, e) {
				return false, nil
			}
		}
		if len(events) < feedPage {
			break
		}
	}
	return true, nil
}

// reader is the far end of a subscription.
type reader struct {
	out      chan<- event.Event
	after    int64 // the last number it took
	patience time.Duration
	stall    *time.Timer
}

// live sends what the hub hands out; false when the reader has gone, true
// when it has fallen behind.
func (r *reader) live(ctx context.Context, events <-chan event.Event) bool {
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return true
			}
			if !r.send(ctx, e) {
				return false
			}
		case <-ctx.Done():
			return false
		}
	}
}

func (r *reader) send(ctx context.Context, e event.Event) bool {
	if e.Seq <= r.after {
		return true
	}
	r.stall.Reset(r.patience)
	select {
	case r.out <- e:
		r.after = e.Seq
		return true
	case <-r.stall.C:
		return false
	case <-ctx.Done():
		return false
	}
}

// join adds a subscriber, and tells from which number on it will be handed
// events.
func (h *hub) join(ctx context.Context, business id.Business) (*subscriber, int64, error) {
	last, err := h.store.Last(ctx, business) // before the lock: it is a query
	if err != nil {
		return nil, 0, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[business]
	if t == nil {
		t = &topic{wake: make(chan struct{}, 1), last: last, subs: make(map[*subscriber]struct{})}
		h.topics[business] = t
		h.running.Go(func() { h.follow(business, t) })
	}
	s := &subscriber{events: make(chan event.Event, feedBuffer)}
	t.subs[s] = struct{}{}
	return s, t.last, nil
}

func (h *hub) leave(business id.Business, s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[business]; t != nil {
		delete(t.subs, s)
		if len(t.subs) == 0 {
			delete(h.topics, business)
			close(t.wake)
		}
	}
}

// follow hands out the new events of a business until nobody listens.
func (h *hub) follow(business id.Business, t *topic) {
	timer := time.NewTimer(feedPoll)
	defer timer.Stop()
	for {
		events, err := h.store.List(h.ctx, business, t.last, feedPage)
		if err != nil && h.ctx.Err() == nil {
			h.log.Warn("journal: read for the live feed", "err", err)
		}
		h.hand(t, events)
		if len(events) == feedPage {
			continue
		}
		timer.Reset(feedPoll)
		select {
		case _, open := <-t.wake:
			if !open {
				return
			}
		case <-timer.C:
		case <-h.ctx.Done():
			return
		}
	}
}

// hand gives events to everybody; who has no room left must catch up.
func (h *hub) hand(t *topic, events []event.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range events {
		t.last = e.Seq
		for s := range t.subs {
			select {
			case s.events <- e:
			default:
				delete(t.subs, s) // the topic itself ends when its reader leaves
				close(s.events)
			}
		}
	}
}

func (h *hub) wake(business id.Business) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[business]; t != nil {
		t.signal()
	}
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.topics {
		t.signal()
	}
}

func (t *topic) signal() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (h *hub) open(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ctx = ctx
}

// wait waits for every subscription to end; the hub's context must have.
func (h *hub) wait() { h.running.Wait() }
