package plan

import (
	"context"

	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context. It
// may be run again after a conflict.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Journal records what happened, in the transaction that made it so.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Settings gives the immutable configuration of a business.
type Settings interface {
	// Load gives the wanted version, or the newest one for version 0.
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Store keeps the items, their notes sealed. What writes needs a transaction.
type Store interface {
	// Insert adds an item; false when there is an open one of the same client,
	// subject, service and rule.
	Insert(ctx context.Context, i *Item) (bool, error)
	// Update writes every field that may change; fault conflict when the stored
	// version is not i.Version, which is then raised.
	Update(ctx context.Context, i *Item) error
	// Delete takes an item away; fault NotFound.
	Delete(ctx context.Context, business id.Business, want id.Plan) error
	// Find gives an item; fault NotFound.
	Find(ctx context.Context, business id.Business, want id.Plan) (*Item, error)
	// List gives items by due day and id, at most filter.Limit.
	List(ctx context.Context, business id.Business, filter Filter) ([]*Item, error)
	// Touch locks what is due for a client until the transaction ends, against
	// all that Touch it too, and gives the open items as they then are. Who adds an
	// item, or decides by what others say, does it behind this lock.
	Touch(ctx context.Context, business id.Business, client id.Client) ([]*Item, error)
	// Ripe lists items of any business that are to be offered or to expire by
	// now, the longest overdue first.
	Ripe(ctx context.Context, now span.Instant, limit int) ([]Ref, error)
	// NextRipe tells when the next item of any business is to be offered or to expire.
	NextRipe(ctx context.Context) (span.Instant, bool, error)
}

// Ref points at an item.
type Ref struct {
	Business id.Business
	Client   id.Client
	ID       id.Plan
}

// Filter narrows a list of items; zero fields do not.
type Filter struct {
	Client   id.Client
	Service  id.Service
	Status   Status
	Open     bool      // only open ones
	Waiting  bool      // only those that are not booked: planned, offered
	From, To span.Date // of the due day, both inclusive
	AfterDue span.Date // keyset: after this due day and id
	AfterID  id.Plan
	Backward bool // the latest due day first; without a key
	Limit    int

	// Only what visits were planned as that begin within, both ends included; all
	// of them, the latest due day first. It goes with Client alone.
	BookedFrom, BookedTo span.Instant
}

// Visits reads the bookings of clients.
type Visits interface {
	// Visit gives one; fault NotFound.
	Visit(ctx context.Context, business id.Business, booking id.Booking) (Visit, error)
	// VisitsOf gives a client's, the newest start first.
	VisitsOf(ctx context.Context, business id.Business, client id.Client, limit int) ([]Visit, error)
	// VisitsAfter gives a client's that took place or are agreed, by start and
	// identity, behind one that has these.
	VisitsAfter(ctx context.Context, business id.Business, client id.Client, start span.Instant, booking id.Booking, limit int) ([]Visit, error)
}

// Visit is what a plan needs to know of a booking.
type Visit struct {
	Booking  id.Booking
	Subject  id.Subject // empty: the client themselves, or not said
	Services []id.Service
	Staff    []id.Staff // the lead first
	Location id.Location
	Status   string // in the words of package booking
	Start    span.Instant
	End      span.Instant
	Zone     string // IANA, of the place
}

// Cards reads what stands on clients' cards; client.Registry does.
type Cards interface {
	// Find gives a client; fault NotFound, also when they were erased.
	Find(ctx context.Context, business id.Business, id id.Client) (client.Client, error)
	// FindSubject gives one of a client's subjects; fault NotFound.
	FindSubject(ctx context.Context, business id.Business, client id.Client, subject id.Subject) (client.Subject, error)
	// Readings lists the readings of a subject, of all of them for an empty one.
	Readings(ctx context.Context, business id.Business, client id.Client, subject id.Subject) ([]client.Reading, error)
	// Ledger gives the facts of a client and all subjects; without health ones unless asked for.
	Ledger(ctx context.Context, business id.Business, client id.Client, health bool) (client.Ledger, error)
}
