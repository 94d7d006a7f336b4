package audit

import (
	"context"
	"strconv"
	"sync"

	"kept/event"
	"kept/id"
	"kept/span"
)

// Refused is the action of an Entry for what somebody asked and was not allowed.
const Refused Action = "request.refused"

// Refusal is something that somebody known asked for without the right or the
// reach.
type Refusal struct {
	Business id.Business
	Actor    event.Actor // with From
	What     string      // stable words: the method and the address without its identifiers
	Client   id.Client   // whose card it was about; empty for none
	Ref      string      // the last identifier of the address, where it is another
}

const (
	refusalWindow  = span.Minute
	refusalsOfOne  = 30    // entries an actor and minute
	refusalsActors = 10000 // actors that are counted at once
)

// Refusals records refused requests, so bounded that nobody can flood the
// record: of the same request of the same actor within a minute the first, the
// tenth, the hundredth ... is written, with how many they were, and thirty
// entries an actor at most. It counts in memory, each node for itself.
type Refusals struct {
	trail *Trail
	mu    sync.Mutex
	seen  map[event.Actor]*refusals
}

type refusals struct {
	began   span.Instant
	entries int
	times   map[string]int
}

// NewRefusals makes the record of refusals.
func NewRefusals(t *Trail) *Refusals {
	return &Refusals{trail: t, seen: make(map[event.Actor]*refusals)}
}

// Record writes a refusal, unless there were enough like it.
func (r *Refusals) Record(ctx context.Context, f Refusal) error {
	times := r.count(f, r.trail.clock.Now())
	if times == 0 {
		return nil
	}
	e := Entry{Actor: f.Actor, Action: Refused, Client: f.Client, Ref: f.Ref, Detail: f.What}
	if times > 1 {
		e.Detail += " ×" + strconv.Itoa(times)
	}
	return r.trail.Record(ctx, f.Business, e)
}

// count gives how often it was refused within the minute, 0 where that is not
// to be written.
func (r *Refusals) count(f Refusal, now span.Instant) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	who := event.Actor{Kind: f.Actor.Kind, ID: f.Actor.ID}
	w := r.seen[who]
	if w == nil || now-w.began >= refusalWindow || now < w.began {
		if w == nil && len(r.seen) >= refusalsActors {
			r.sweep(now)
		}
		w = &refusals{began: now, times: make(map[string]int)}
		r.seen[who] = w
	}
	if w.times[f.What] == 0 && len(w.times) > refusalsOfOne {
		return 0 // addresses made up to be many
	}
	w.times[f.What]++
	n := w.times[f.What]
	if w.entries >= refusalsOfOne || !powerOfTen(n) {
		return 0
	}
	w.entries++
	return n
}

// sweep forgets who was refused nothing lately, and everybody where all were.
func (r *Refusals) sweep(now span.Instant) {
	for who, w := range r.seen {
		if now-w.began >= refusalWindow {
			delete(r.seen, who)
		}
	}
	if len(r.seen) >= refusalsActors {
		clear(r.seen)
	}
}

func powerOfTen(n int) bool {
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}
