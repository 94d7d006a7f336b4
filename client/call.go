package client

import (
	"context"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// What belongs to one call: reports of it that come within ten minutes of one
// another. And how often a number is told how to book: once an hour.
const (
	sameCall  = 10 * span.Minute
	tellEvery = span.Hour
)

// Call is what a telephone exchange reports.
type Call struct {
	From string // empty where the caller keeps it to themselves
	At   span.Instant
	Kind string // CallRinging, CallAnswered, CallMissed
}

// Call writes down a call: under the card that carries the number, or under
// none. Reports of one call (it rings, it is answered) make one entry, and
// the same report twice changes nothing. Somebody who is known and whom
// nobody answered is sent the way to book. The event call.received has open
// desks show the card. Fault Invalid.
func (t *Talks) Call(ctx context.Context, business id.Business, call Call, actor event.Actor) (Entry, error) {
	call.From = CleanPhone(call.From)
	var c fault.Checker
	c.Require(call.From == "" || ValidPhone(call.From), "from", "format", "is no phone number")
	c.Require(call.Kind == CallRinging || call.Kind == CallAnswered || call.Kind == CallMissed,
		"kind", "unknown", "is none of ringing, answered, missed")
	if err := c.Err(); err != nil {
		return Entry{}, err
	}
	if call.At == 0 {
		call.At = t.registry.clock.Now()
	}
	var out Entry
	err := t.registry.atomic.Do(ctx, func(ctx context.Context) error {
		e, fresh, err := t.entryOf(ctx, business, call)
		out = e
		if err != nil || !fresh && e.Outcome == call.Kind {
			return err
		}
		out, err = t.took(ctx, business, e, fresh, call, actor)
		return err
	})
	return out, err
}

// entryOf finds the entry to which a report belongs, or makes a new one.
func (t *Talks) entryOf(ctx context.Context, business id.Business, call Call) (e Entry, fresh bool, err error) {
	if call.From != "" {
		last, ok, err := t.store.LastCall(ctx, business, call.From)
		if err != nil {
			return Entry{}, false, err
		}
		apart := max(call.At-last.At, last.At-call.At)
		if ok && apart <= sameCall && (last.Outcome == CallRinging || last.Outcome == call.Kind) {
			return last, false, nil
		}
	}
	e = Entry{
		ID: id.New[id.Entry](t.registry.clock.Now().UTC()), Kind: EntryCall, Direction: DirectionIn,
		Number: call.From, At: call.At, Version: 1, CreatedAt: t.registry.clock.Now(),
	}
	if call.From == "" {
		return e, true, nil
	}
	holders, err := t.store.Callers(ctx, business, call.From)
	if len(holders) > 0 {
		e.Client = holders[0]
	}
	return e, true, err
}

// took writes what became of a call.
func (t *Talks) took(ctx context.Context, business id.Business, e Entry, fresh bool, call Call, actor event.Actor) (Entry, error) {
	e.Outcome, e.State, e.Due, e.UpdatedAt, e.Actor = call.Kind, EntryDone, 0, t.registry.clock.Now(), actor
	how := t.store.UpdateEntry
	if fresh {
		how = t.store.InsertEntry
	}
	if call.Kind == CallMissed {
		e.State, e.Due = EntryOpen, call.At
	}
	if err := t.write(ctx, business, &e, how); err != nil {
		return e, err
	}
	if !fresh {
		e.Version++
	}
	err := t.registry.journal.Append(ctx, event.Event{
		Business: business, Type: event.CallReceived, Actor: actor, Client: e.Client,
		Data: event.Data{Kind: call.Kind, Ref: string(e.ID)},
	})
	if err != nil || call.Kind != CallMissed || e.Client == "" {
		return e, err
	}
	now := t.registry.clock.Now()
	if call.At < now-tellEvery {
		return e, nil // an old report, of no use any more
	}
	may, err := t.store.MayTell(ctx, business, call.From, now-tellEvery, now)
	if err != nil || !may {
		return e, err
	}
	return e, t.callback.Offer(ctx, business, e.Client, e.ID, now)
}
