package booking

import (
	"context"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/pricing"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context. A
// Do inside a Do joins it. The function may be run again after a conflict, so
// it has no effect but on the database.
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

// Registry knows the clients of a business.
type Registry interface {
	// Doors names what is to be locked before Enroll: one lane each, of a kind
	// of their own. Fault Invalid, as Enroll's.
	Doors(ctx context.Context, business id.Business, draft client.Draft, rule string) ([]string, error)
	// Match finds the client whom the draft describes, making none; what is wrong
	// with the draft matches nobody.
	Match(ctx context.Context, business id.Business, draft client.Draft) (c client.Client, ok bool, err error)
	// Enroll gives the client whom the draft describes, making a new card when
	// there is none. It runs inside the booking's transaction. created tells
	// that nobody else can know the client yet.
	Enroll(ctx context.Context, business id.Business, draft client.Draft, rule, by string) (c client.Client, created bool, err error)
	// Find gives a client; fault NotFound.
	Find(ctx context.Context, business id.Business, id id.Client) (client.Client, error)
	// Acquaint gives what is known of a client and of one of their subjects,
	// empty for themselves; fault NotFound, Invalid for a subject not theirs.
	Acquaint(ctx context.Context, business id.Business, client id.Client, subject id.Subject) (client.Acquaintance, error)
	// Bring gives the subject of a client's that they speak of while booking, a
	// new one where the card has none such. It runs inside the booking's
	// transaction. Empty when the card holds no more.
	Bring(ctx context.Context, business id.Business, client id.Client, b client.Brought, actor event.Actor) (id.Subject, error)
}

// Intake takes what a client sends along with a booking: answers to the
// owner's forms, and agreements.
type Intake interface {
	// Take records it with a booking that was made just now, in the caller's
	// transaction. Fault Invalid names what does not fit or, where all is set, is missing.
	Take(ctx context.Context, who account.Principal, c *catalog.Catalog, b *Booking, given Given, all bool) error
	// Hear gives the facts that answers tell of whom or what a visit of some
	// services is for, by name, as rules read them; health is none. Fault Invalid.
	Hear(c *catalog.Catalog, services []id.Service, answers map[string]any, staff bool) (map[string]any, error)
}

// Proofs knows who has shown that a contact is theirs.
type Proofs interface {
	// Spend uses a proof up in the caller's transaction and notes on the card
	// that its contact is proven. It has to be of one of the contacts that were
	// given, by the rule of which must be. Where the business asks new clients
	// alone, a browser that has shown the same contact before is one, too.
	// Fault proof_required.
	Spend(ctx context.Context, terms catalog.Terms, business id.Business, proof string, given client.Draft, of id.Client) error
}

// Given is what was sent along.
type Given struct {
	Answers  map[string]any // by the keys of the questions
	Consents []Agreement
}

// Agreement is a notice agreed to.
type Agreement struct {
	Notice  id.Notice
	Version int // of its text as it was shown; 0 for the newest
}

// Versions are the versions of a business's configuration and lanes at one moment. Others may read the same ones: they are
// not to be changed.
type Versions struct {
	Config int64
	Lanes  map[availability.Lane]int64 // a lane that was never touched is missing
}

// LaneRow is one row with the lane on which it lies.
type LaneRow struct {
	Lane availability.Lane
	availability.Row
}

// Lanes is the record of whose time is taken.
type Lanes interface {
	// Versions reads, in one query, the configuration's version and those of one
	// lane, or of all staff, unit, place and overflow lanes when only is nil.
	Versions(ctx context.Context, business id.Business, only *availability.Lane) (Versions, error)
	// Touch raises the lanes' versions in their order, making lanes that are
	// missing. Whoever touched a lane alone decides about it until the
	// transaction ends.
	Touch(ctx context.Context, business id.Business, lanes []availability.Lane) error
	// RowsNow is RowsOn for one lane or more, and tells with the same query at
	// which version the configuration is.
	RowsNow(ctx context.Context, business id.Business, lanes []availability.Lane, window span.Span) (rows map[availability.Lane][]availability.Row, config int64, err error)
	// RowsOn reads the rows of lanes that meet the window, by start, each lane once.
	RowsOn(ctx context.Context, business id.Business, lanes []availability.Lane, window span.Span) (map[availability.Lane][]availability.Row, error)
	// Occupy inserts rows; fault slot_taken when the database sees an exclusive one overlap.
	Occupy(ctx context.Context, business id.Business, rows []LaneRow) error
	// Vacate deletes every row of a source and tells on which lanes they lay.
	Vacate(ctx context.Context, business id.Business, source string) ([]availability.Lane, error)
	// Clear deletes every row of a kind of lanes.
	Clear(ctx context.Context, business id.Business, kind availability.LaneKind) error
	// Remember runs fn when what was read with ctx is sure to stay: once its
	// transaction has committed, never when that is rolled back, and at once
	// outside of any. Versions and rows of an open transaction are its own.
	Remember(ctx context.Context, fn func())
}

// Bookings keeps the bookings themselves.
type Bookings interface {
	Insert(ctx context.Context, b *Booking) error
	// Update writes every field that may change; fault conflict when the stored
	// version is not b.Version, which is then raised.
	Update(ctx context.Context, b *Booking) error
	// Find gives a booking; fault NotFound.
	Find(ctx context.Context, business id.Business, id id.Booking) (*Booking, error)
	// List gives bookings by start and id, at most filter.Limit.
	List(ctx context.Context, business id.Business, filter Filter) ([]*Booking, error)
	// Demand counts the bookings that start in a window by their first service,
	// whatever became of them: they were asked for.
	Demand(ctx context.Context, business id.Business, window span.Span) (map[id.Service]int, error)
}

// Filter narrows a list of bookings; zero fields do not.
type Filter struct {
	Span     span.Span // of starts
	Overlaps bool      // Span means: meets it, instead of starts in it
	Staff    id.Staff
	Client   id.Client
	Status   Status
	Location id.Location
	AfterAt  span.Instant // keyset: after this start and id
	AfterID  id.Booking
	Backward bool // newest first
	Limit    int
}

// Hold is a slot kept for somebody for some minutes.
type Hold struct {
	ID        id.Hold
	Business  id.Business
	Visit     []Line
	Placement availability.Placement
	Quote     pricing.Quote
	Party     int
	ExpiresAt span.Instant
	CreatedAt span.Instant
}

// Holds keeps the holds.
type Holds interface {
	Insert(ctx context.Context, h *Hold) error
	// Find gives a hold, expired or not; fault NotFound.
	Find(ctx context.Context, business id.Business, id id.Hold) (*Hold, error)
	// Delete removes it and tells whether it was there.
	Delete(ctx context.Context, business id.Business, id id.Hold) (bool, error)
	// Expired lists holds of any business that ended by now, the oldest first.
	Expired(ctx context.Context, now span.Instant, limit int) ([]*Hold, error)
	// NextExpiry tells when the next hold of any business ends.
	NextExpiry(ctx context.Context) (span.Instant, bool, error)
}

// Line is one service of a request, and who shall perform it.
type Line struct {
	Service id.Service `json:"service"`
	Staff   id.Staff   `json:"staff,omitempty"` // empty: anyone
}
