package message

import (
	"context"

	"kept/event"
	"kept/id"
	"kept/span"
)

// Store keeps messages. now is our clock; real is the machine's, by which
// claims run out: a claim is about who is alive.
type Store interface {
	// Due lists what may be claimed, the oldest first: due, and not claimed or no longer.
	Due(ctx context.Context, now, real span.Instant, limit int) ([]Ref, error)
	// Claim touches the booking and takes one due message for us until a real
	// instant; false when somebody else has it or it is gone. In a transaction.
	Claim(ctx context.Context, r Ref, now, real, until span.Instant) (Claim, bool, error)
	// Record writes what became of claimed messages. In a transaction.
	Record(ctx context.Context, results []Result) error
	// Postpone lets a business's due messages that are still of use wait until an
	// instant, because its channels do not answer; at 0 until one is set up.
	Postpone(ctx context.Context, business id.Business, now, real, until span.Instant) error
	// Requeue lets those that waited for a channel go, of the businesses for which ready tells that they have one.
	Requeue(ctx context.Context, ready func(id.Business) bool) error
	// Expire skips what is due and of no use any more.
	Expire(ctx context.Context, now, real span.Instant) error
	// Next tells when the next message is due; it may be past.
	Next(ctx context.Context, real span.Instant) (span.Instant, bool, error)
	// Sending tells whether a send for the booking is under way on any node.
	Sending(ctx context.Context, business id.Business, booking id.Booking, real span.Instant) (bool, error)
}

// Consents knows what clients agreed and objected to.
type Consents interface {
	// Allows tells whether a client may be written to for a purpose, now.
	Allows(ctx context.Context, business id.Business, client id.Client, purpose string) (bool, error)
}

// Ref points at a message.
type Ref struct {
	Business id.Business
	ID       id.Message
	Booking  id.Booking
	Client   id.Client
	Step     Step
	Anchor   string
}

// Cause answers for the messages of a step that hang on no booking.
type Cause interface {
	// Still touches the row that the anchor names, so that whoever changes it
	// comes before this claim or after it, and tells whether the message still
	// says what is true; false when the row is gone. In the claim's transaction.
	Still(ctx context.Context, r Ref) (bool, error)
	// Visit gives what there is to say, as it is now: the business, its zone,
	// the recipient, Words and Path; the rest of it where there is any. Fault
	// NotFound when there is nothing to say any more.
	Visit(ctx context.Context, m Message) (Visit, error)
}

// Claim is a message that is ours to send, and how its booking stood then.
type Claim struct {
	Message
	Until span.Instant // real time: when the claim runs out
	Visit string       // the booking's status; empty when there is none
	Start span.Instant // the booking's start
}

// Result is what became of a claimed message; Message holds the new state.
type Result struct {
	Message
	Until span.Instant // of the claim
}

// Atomic runs a function in one transaction; see internal/db.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
	// AfterCommit has fn called after the transaction in ctx has committed and before its Do returns.
	AfterCommit(ctx context.Context, fn func())
}

// Journal records what happened.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Clock tells the time that Kept lives in, and waits in it.
type Clock interface {
	Now() span.Instant
	// Real is the machine's time: for timeouts and claims.
	Real() span.Instant
	// Wait returns when our clock has reached until, has jumped, or wake is
	// signalled; an error only when ctx has ended.
	Wait(ctx context.Context, until span.Instant, wake <-chan struct{}) error
}

// Filter narrows a list of messages; zero fields do not.
type Filter struct {
	Booking  id.Booking
	Client   id.Client
	Status   string       // a status, or ShownDue
	AfterDue span.Instant // keyset: after this due instant and id
	AfterID  id.Message
	Backward bool // all of Client, the last due first, whatever their status
	Limit    int
}

// ShownDue is the word for what should have gone out by now and has not.
const ShownDue = "due"

// Shown is the status as people see it: planned is still to come, due should
// have gone out by now.
func (m Message) Shown(now span.Instant) string {
	if m.Status != Planned && m.Status != Sending {
		return string(m.Status)
	}
	if m.Due <= now {
		return ShownDue
	}
	return string(Planned)
}
