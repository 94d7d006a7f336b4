package calsync

import (
	"context"

	"kept/availability"
	"kept/event"
	"kept/id"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
	// AfterCommit has fn run when the transaction of the context has been committed.
	AfterCommit(ctx context.Context, fn func())
}

// Journal records what happened, in the transaction that made it so.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Clock tells the time that Kept lives in, and the real one, which claims run on.
type Clock interface {
	Now() span.Instant
	Real() span.Instant
}

// Settings reads configurations, shared: not to be changed.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Queue hands out calendars to be read, to one reader at a time.
type Queue interface {
	// Due gives those of any business that are due and not claimed.
	Due(ctx context.Context, now, real span.Instant, limit int) ([]Ref, error)
	// Claim takes one until an instant of real time; false when it is no longer due or somebody else has it.
	Claim(ctx context.Context, r Ref, now, real, until span.Instant) (Link, bool, error)
	// Record writes the state and ends the claim, which is known by its end; false when it was no longer held.
	Record(ctx context.Context, r Ref, until span.Instant, s *State) (bool, error)
}

// Store keeps links. Addresses are sealed in it.
type Store interface {
	Queue
	Insert(ctx context.Context, business id.Business, l *Link) error
	// Update writes everything but the state's results, ends a claim, and
	// makes the link due; fault NotFound.
	Update(ctx context.Context, business id.Business, l *Link) error
	// Delete removes it; fault NotFound.
	Delete(ctx context.Context, business id.Business, link id.Link) error
	// Find gives one; fault NotFound.
	Find(ctx context.Context, business id.Business, link id.Link) (Link, error)
	// List gives all of a business, the oldest first.
	List(ctx context.Context, business id.Business) ([]Link, error)
}

// Ref names a calendar.
type Ref struct {
	Business id.Business
	ID       id.Link
	Client   id.Client // whose it is, where it is a client's
}

// Row is a stretch that a calendar closes on a lane.
type Row struct {
	Lane availability.Lane
	span.Span
}

// Lanes puts what calendars say where bookings look for it.
type Lanes interface {
	// Touch raises the lanes' versions in their order, making lanes that are missing.
	Touch(ctx context.Context, business id.Business, lanes []availability.Lane) error
	// Laid gives the rows of a calendar.
	Laid(ctx context.Context, business id.Business, link id.Link) ([]Row, error)
	// Lay adds rows of a calendar; none is longer than a day.
	Lay(ctx context.Context, business id.Business, link id.Link, rows []Row) error
	// Lift removes rows of a calendar, each known by its lane and start.
	Lift(ctx context.Context, business id.Business, link id.Link, rows []Row) error
}

// Question is what a Source is asked.
type Question struct {
	Since  Mark      // what the last answer was known by; empty: answer in full
	Zone   string    // IANA, of dates and of times that name no zone
	Window span.Span // what is of interest
}

// Answer is what a calendar says.
type Answer struct {
	Unchanged bool // since the mark; nothing else is set then
	Mark      Mark
	Busy      span.Set // inside the window
	Events    int
	Skipped   int
	Limits    []string
}

// Source reads calendars of one kind. It fails with *Trouble.
type Source interface {
	Read(ctx context.Context, at Address, q Question) (Answer, error)
}
