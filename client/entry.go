package client

import (
	"context"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// The kinds of entries.
const (
	EntryCall      = "call"
	EntryEnquiry   = "enquiry"
	EntryComplaint = "complaint"
	EntryNote      = "note"
)

// Who began it; a note has no direction.
const (
	DirectionIn  = "in"
	DirectionOut = "out"
)

// Where an entry stands: open until somebody has dealt with it.
const (
	EntryOpen = "open"
	EntryDone = "done"
)

// What becomes of a call.
const (
	CallRinging  = "ringing"
	CallAnswered = "answered"
	CallMissed   = "missed"
)

// PartEntry is how client.updated calls the entries of a card.
const PartEntry = "entry"

// maxEntryText bounds what is written down, in characters.
const maxEntryText = 4000

// Entry is one thing that was said or asked, with or without a booking.
type Entry struct {
	ID        id.Entry
	Client    id.Client // empty for a caller nobody knows
	Kind      string
	Direction string
	State     string
	Outcome   string       // of a call
	Booking   id.Booking   // empty for none
	Due       span.Instant // when somebody should have dealt with it; 0 for no time
	Text      string
	Number    string // of a caller, where the exchange told it
	Actor     event.Actor
	At        span.Instant // when it happened
	Done      span.Instant // 0 until done
	Version   int64
	CreatedAt span.Instant
	UpdatedAt span.Instant
}

// EntryFilter narrows a list of entries; zero fields do not.
type EntryFilter struct {
	Client id.Client
	State  string
	Before id.Entry // keyset: those made before this one
	Limit  int      // 1 to 200; 0 means 50
}

// Entries keeps what was said, sealed. What writes works in the caller's transaction.
type Entries interface {
	// InsertEntry writes a new entry.
	InsertEntry(ctx context.Context, business id.Business, e Entry) error
	// UpdateEntry writes a changed one; fault conflict when its version is not e.Version.
	UpdateEntry(ctx context.Context, business id.Business, e Entry) error
	// FindEntry gives one; fault NotFound.
	FindEntry(ctx context.Context, business id.Business, entry id.Entry) (Entry, error)
	// ListEntries gives entries, the newest first.
	ListEntries(ctx context.Context, business id.Business, f EntryFilter) ([]Entry, error)
	// Callers gives the cards that carry a number, the likeliest first.
	Callers(ctx context.Context, business id.Business, number string) ([]id.Client, error)
	// LastCall gives the latest entry about a call from a number.
	LastCall(ctx context.Context, business id.Business, number string) (Entry, bool, error)
	// MayTell tells whether a number was told nothing since an instant, and
	// notes that it is told something now.
	MayTell(ctx context.Context, business id.Business, number string, since, now span.Instant) (bool, error)
}

// Callback sends the way to book to somebody whose call nobody took.
type Callback interface {
	// Offer plans the message, in the caller's transaction.
	Offer(ctx context.Context, business id.Business, client id.Client, entry id.Entry, at span.Instant) error
}

// Talks writes down what was said. It asks for no permission: whoever calls it has.
type Talks struct {
	store    Entries
	registry *Registry
	callback Callback
}

// NewTalks makes the book of talks beside a registry.
func NewTalks(store Entries, registry *Registry, callback Callback) *Talks {
	return &Talks{store: store, registry: registry, callback: callback}
}

// check notes what is wrong with an entry.
func (e *Entry) check() error {
	var c fault.Checker
	c.Require(e.Kind == EntryCall || e.Kind == EntryEnquiry || e.Kind == EntryComplaint || e.Kind == EntryNote,
		"kind", "unknown", "is none of call, enquiry, complaint, note")
	if e.Kind == EntryNote {
		e.Direction = ""
	} else {
		c.Require(e.Direction == DirectionIn || e.Direction == DirectionOut, "direction", "unknown", "is neither in nor out")
	}
	c.Require(e.State == EntryOpen || e.State == EntryDone, "state", "unknown", "is neither open nor done")
	least := 1
	if e.Kind == EntryCall {
		least = 0
	}
	c.Text("text", e.Text, least, maxEntryText)
	return c.Err()
}

// Add writes down something about a client. What is empty of the state is
// open for an enquiry, a complaint and whatever is due, and done for the
// rest; of the time, now. Fault Invalid, NotFound.
func (t *Talks) Add(ctx context.Context, business id.Business, e Entry, actor event.Actor) (Entry, error) {
	now := t.registry.clock.Now()
	e.ID, e.Actor, e.Version, e.CreatedAt, e.UpdatedAt = id.New[id.Entry](now.UTC()), actor, 1, now, now
	if e.At == 0 {
		e.At = now
	}
	if e.State == "" {
		e.State = EntryDone
		if e.Kind == EntryEnquiry || e.Kind == EntryComplaint || e.Due != 0 {
			e.State = EntryOpen
		}
	}
	if err := e.check(); err != nil {
		return Entry{}, err
	}
	err := t.registry.atomic.Do(ctx, func(ctx context.Context) error {
		c, err := t.registry.store.Find(ctx, business, e.Client)
		if err != nil {
			return err
		}
		e.Client = c.ID
		return t.write(ctx, business, &e, t.store.InsertEntry)
	})
	return e, err
}

// write writes an entry and tells open cards of it.
func (t *Talks) write(
	ctx context.Context, business id.Business, e *Entry, how func(context.Context, id.Business, Entry) error,
) error {
	e.Done = 0
	if e.State == EntryDone {
		e.Done = e.UpdatedAt
	}
	if err := how(ctx, business, *e); err != nil || e.Client == "" {
		return err
	}
	return t.registry.tellPart(ctx, business, e.Client, PartEntry, e.Actor)
}

// Update changes the text, the state and the time by which an entry is due.
// version is the one that the caller saw, 0 for whichever there is. Fault
// conflict, NotFound, Invalid.
func (t *Talks) Update(
	ctx context.Context, business id.Business, entry id.Entry, version int64, actor event.Actor, change func(*Entry),
) (Entry, error) {
	var e Entry
	err := t.registry.atomic.Do(ctx, func(ctx context.Context) error {
		old, err := t.store.FindEntry(ctx, business, entry)
		if err != nil {
			return err
		}
		if version != 0 && old.Version != version {
			return fault.New(fault.Conflict, fault.CodeConflict, "the entry has been changed meanwhile")
		}
		wish := old
		change(&wish)
		e = old
		e.Text, e.State, e.Due, e.UpdatedAt = wish.Text, wish.State, wish.Due, t.registry.clock.Now()
		if err := e.check(); err != nil {
			return err
		}
		done := old.Done
		by := e.Actor
		e.Actor = actor
		if err := t.write(ctx, business, &e, func(ctx context.Context, b id.Business, e Entry) error {
			e.Actor = by // who wrote it stays
			if old.State == EntryDone && e.State == EntryDone {
				e.Done = done
			}
			return t.store.UpdateEntry(ctx, b, e)
		}); err != nil {
			return err
		}
		e.Version++
		e.Actor = by
		return nil
	})
	return e, err
}

// Find gives an entry; fault NotFound.
func (t *Talks) Find(ctx context.Context, business id.Business, entry id.Entry) (Entry, error) {
	return t.store.FindEntry(ctx, business, entry)
}

// List gives entries, the newest first, and whether there are more.
func (t *Talks) List(ctx context.Context, business id.Business, f EntryFilter) (list []Entry, more bool, err error) {
	const usual, most = 50, 200
	if f.Limit <= 0 {
		f.Limit = usual
	}
	limit := min(f.Limit, most)
	f.Limit = limit + 1
	list, err = t.store.ListEntries(ctx, business, f)
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}
