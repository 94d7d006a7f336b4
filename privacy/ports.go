package privacy

import (
	"context"
	"time"

	"kept/account"
	"kept/event"
	"kept/id"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
	// AfterCommit has fn run when the transaction of the context has been committed, before its Do returns.
	AfterCommit(ctx context.Context, fn func())
}

// Journal records what happened, in the transaction that made it so.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Zones tells in which zone a business counts its days.
type Zones interface {
	Zone(ctx context.Context, business id.Business) (*time.Location, error)
}

// Diary is what is booked ahead of a client.
type Diary interface {
	// Ahead lists bookings that are still to come.
	Ahead(ctx context.Context, business id.Business, client id.Client, now span.Instant) ([]id.Booking, error)
	// Cancel cancels one, telling nobody but the staff.
	Cancel(ctx context.Context, who account.Principal, booking id.Booking) error
}

// Graveyard is the list of erasures beside the database.
type Graveyard interface {
	// Bury enters erasures and waits until they are on the disk. Twice does no harm.
	Bury(ctx context.Context, tombs ...Tomb) error
	// Tombs gives all that were entered, the oldest first.
	Tombs(ctx context.Context) ([]Tomb, error)
}

// Cards destroys what is kept about people.
type Cards interface {
	// Erase destroys everything of a client, and of the cards that were merged
	// into theirs, but what is held under statute; fault NotFound when there is no such client or no more.
	Erase(ctx context.Context, business id.Business, client id.Client, at span.Instant) (Gone, error)
	// Standing tells whether there is such a client, not erased.
	Standing(ctx context.Context, business id.Business, client id.Client) (bool, error)
	// Erased lists those who were erased, of every business, after one.
	Erased(ctx context.Context, after Tomb, limit int) ([]Tomb, error)
	// Holds lists a client's holds, also those whose time is over.
	Holds(ctx context.Context, business id.Business, client id.Client) ([]Hold, error)
	// AllHolds lists those of a business, after one.
	AllHolds(ctx context.Context, business id.Business, after Hold, limit int) ([]Hold, error)
	// SetHold makes or changes a hold; Until 0 ends it.
	SetHold(ctx context.Context, business id.Business, h Hold) error
	// Release destroys what was held of erased people until now; it gives how many.
	Release(ctx context.Context, business id.Business, now span.Instant) (int, error)
}

// Gone is what an erasure has destroyed.
type Gone struct {
	Clients []id.Client      // the one, then those that were merged into it
	Counts  map[string]int64 // rows, by table
}

// Records keeps records of destruction.
type Records interface {
	InsertRecord(ctx context.Context, business id.Business, r Record) error
	// FindRecord gives one; fault NotFound.
	FindRecord(ctx context.Context, business id.Business, want id.Erasure) (Record, error)
	// ListRecords gives them, the newest first.
	ListRecords(ctx context.Context, business id.Business, before id.Erasure, limit int) ([]Record, error)
}

// Petitions keeps what people ask for.
type Petitions interface {
	InsertPetition(ctx context.Context, business id.Business, p Petition) error
	// UpdatePetition writes due, extended, closed and outcome; fault conflict when its version is not p.Version.
	UpdatePetition(ctx context.Context, business id.Business, p Petition) error
	// FindPetition gives one; fault NotFound.
	FindPetition(ctx context.Context, business id.Business, want id.Petition) (Petition, error)
	// ListPetitions gives them, the newest first.
	ListPetitions(ctx context.Context, business id.Business, f PetitionFilter) ([]Petition, error)
}

// Breaches keeps leaks and whom they concern.
type Breaches interface {
	InsertBreach(ctx context.Context, business id.Business, b Breach) error
	// UpdateBreach writes it; fault conflict when its version is not b.Version.
	UpdateBreach(ctx context.Context, business id.Business, b Breach) error
	// FindBreach gives one; fault NotFound.
	FindBreach(ctx context.Context, business id.Business, want id.Breach) (Breach, error)
	// ListBreaches gives them, the newest first.
	ListBreaches(ctx context.Context, business id.Business, before id.Breach, limit int) ([]Breach, error)
	// AddPersons enters whom a breach concerns; who is entered already stays.
	AddPersons(ctx context.Context, business id.Business, breach id.Breach, clients ...id.Client) error
	// AddAll enters everybody who has a card.
	AddAll(ctx context.Context, business id.Business, breach id.Breach) error
	// Persons lists them, after one.
	Persons(ctx context.Context, business id.Business, breach id.Breach, after id.Client, limit int) ([]id.Client, error)
}

// Policies keeps how a business keeps data.
type Policies interface {
	// Policy gives a business's, the zero one of version 0 when it never set any.
	Policy(ctx context.Context, business id.Business) (Policy, error)
	// SavePolicy writes it; fault conflict when its version is not p.Version.
	SavePolicy(ctx context.Context, business id.Business, p Policy) error
	// MarkSwept notes when the retention rules were kept.
	MarkSwept(ctx context.Context, business id.Business, at span.Instant) error
}

// Attic finds and clears what is older than a rule allows.
type Attic interface {
	// Idle lists cards, after one, that were made before an instant, without a
	// visit since, and held by nothing.
	Idle(ctx context.Context, business id.Business, since, now span.Instant, after id.Client, limit int) ([]Idle, error)
	// CountTexts tells how many messages from before an instant still have their text, and are held by nothing.
	CountTexts(ctx context.Context, business id.Business, before, now span.Instant) (int64, error)
	// BlankTexts takes those texts away.
	BlankTexts(ctx context.Context, business id.Business, before, now span.Instant) (int64, error)
	// CountFiles tells how many documents of a kind (empty: any) there are from before an instant.
	CountFiles(ctx context.Context, business id.Business, kind string, before, now span.Instant) (int64, error)
	// DropFiles deletes those documents.
	DropFiles(ctx context.Context, business id.Business, kind string, before, now span.Instant) (int64, error)
}
