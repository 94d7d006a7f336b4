package client

import (
	"context"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Journal records what happened, in the transaction that made it so, and gives
// each event its identifier and instant.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Store keeps the cards, sealed. All of it works inside the caller's
// transaction; what writes needs one.
type Store interface {
	// Match lists clients with this name and, besides, this e-mail address or
	// this phone number (an empty one matches nobody), the oldest first.
	Match(ctx context.Context, business id.Business, name, email, phone string) ([]Client, error)
	// Doors names, for an e-mail address and a phone number (empty ones have
	// none), where those who bring them queue; see Registry.Doors.
	Doors(ctx context.Context, business id.Business, email, phone string) ([]string, error)
	// Insert makes the card and the person's key.
	Insert(ctx context.Context, business id.Business, c Client) error
	// Update writes the card; fault conflict when its version is not c.Version.
	Update(ctx context.Context, business id.Business, c Client) error
	// Find gives a card; fault NotFound, also when it was erased.
	Find(ctx context.Context, business id.Business, id id.Client) (Client, error)
	// List gives cards, the newest first.
	List(ctx context.Context, business id.Business, filter Filter) ([]Client, error)
	// Erase destroys the person's key and everything sealed in the card; fault NotFound.
	Erase(ctx context.Context, business id.Business, id id.Client, at span.Instant) error
	// RecordAccess notes who read which card.
	RecordAccess(ctx context.Context, business id.Business, reads ...Access) error
}

// Filter narrows a list of clients; zero fields do not.
type Filter struct {
	Query  string    // an e-mail address, a phone number or a name, whole: the index is blind
	Before id.Client // keyset: those made before this one
	Limit  int       // 1 to 200; 0 means 50
}

// Page is a part of a list.
type Page struct {
	Items []Client
	Next  id.Client // Filter.Before of the next part; empty when this is the last
}

// What of a card was read, as the audit names it.
const (
	ReadCard   = "card.read"
	ReadList   = "card.list"
	ReadExport = "card.export"
	// ReadDocument is a file of the card that was opened.
	ReadDocument = "document.read"
	// ReadLent is a card that was shown to another branch, and ReadAbroad the
	// same as the branch records it that looked.
	ReadLent   = "card.shared"
	ReadAbroad = "chain.read"
)

// Access is one read of one card.
type Access struct {
	ID     id.Access
	Client id.Client
	Actor  event.Actor
	What   string      // ReadCard, ReadList, ReadExport
	Branch id.Business // which the card was lent to, or looked at; empty for none
	At     span.Instant
}

// Registry knows the clients of every business and is the only writer of
// their cards. It asks for no permission: whoever calls it has.
type Registry struct {
	store   Store
	atomic  Atomic
	journal Journal
	clock   Clock
	details Details
	zones   span.Zones
}

// NewRegistry makes the registry.
func NewRegistry(store Store, atomic Atomic, journal Journal, clock Clock) *Registry {
	return &Registry{store: store, atomic: atomic, journal: journal, clock: clock}
}

// Check cleans a draft and tells what is wrong with it (fault Invalid, fields
// named client.name ...). rule says which contact must be given; empty for none.
func (r *Registry) Check(d Draft, rule string) (Draft, error) {
	d = d.clean()
	var c fault.Checker
	d.check(&c, &r.zones, "client.", rule)
	return d, c.Err()
}

// Doors names what is to be locked before a draft is enrolled, so that of two
// who bring the same contact at once the second finds the card of the first.
// There are some thousands of doors and every contact has one, which tells
// nothing about it. Fault Invalid, as Enroll's.
func (r *Registry) Doors(ctx context.Context, business id.Business, draft Draft, rule string) ([]string, error) {
	d, err := r.Check(draft, rule)
	if err != nil {
		return nil, err
	}
	return r.store.Doors(ctx, business, d.Email, d.Phone)
}

// Match finds the client whom a draft describes, as Enroll does, and makes
// none. A draft that is not right matches nobody.
func (r *Registry) Match(ctx context.Context, business id.Business, draft Draft) (Client, bool, error) {
	d, err := r.Check(draft, "")
	if err != nil || d.Email == "" && d.Phone == "" {
		return Client{}, false, nil //nolint:nilerr // what is wrong with it is told where it is enrolled
	}
	return r.same(ctx, business, d)
}

// Enroll gives the client whom a draft describes: the same person's card (see
// joins), whose blanks it fills, or else a new one. by tells whose word the
// draft is: SideClient's is doubted where it fills a blank, SideStaff's is not.
// It runs inside the booking's transaction, with the draft's doors locked, and
// costs two statements for a new client. created tells that nobody else can
// know the client yet. The event is the caller's: together with the booking's
// it costs nothing.
func (r *Registry) Enroll(
	ctx context.Context, business id.Business, draft Draft, rule, by string,
) (c Client, created bool, err error) {
	d, err := r.Check(draft, rule)
	if err != nil {
		return Client{}, false, err
	}
	if d.Email != "" || d.Phone != "" {
		known, ok, err := r.same(ctx, business, d)
		if err != nil {
			return Client{}, false, err
		}
		if ok {
			c, err = r.complete(ctx, business, known, d, by)
			return c, false, err
		}
	}
	c = r.fresh(d)
	c.Claimed = by == SideClient && d.Email != "" && d.Phone != ""
	if err := r.store.Insert(ctx, business, c); err != nil {
		return Client{}, false, err
	}
	return c, true, nil
}

// fresh makes a card of a draft.
func (r *Registry) fresh(d Draft) Client {
	now := r.clock.Now()
	return Client{
		ID: id.New[id.Client](now.UTC()), Name: d.Name, Email: d.Email, Phone: d.Phone, Language: d.Language, Zone: d.Zone,
		CreatedAt: now, UpdatedAt: now, Version: 1,
	}
}

// complete fills what the card leaves blank and never changes what it says:
// whoever knows a name and a number may not redirect somebody's messages.
func (r *Registry) complete(ctx context.Context, business id.Business, c Client, d Draft, by string) (Client, error) {
	filled := c
	for _, f := range []struct {
		to   *string
		from string
	}{{&filled.Email, d.Email}, {&filled.Phone, d.Phone}, {&filled.Language, d.Language}, {&filled.Zone, d.Zone}} {
		if *f.to == "" {
			*f.to = f.from
		}
	}
	if filled == c {
		return c, nil
	}
	filled.UpdatedAt = r.clock.Now()
	err := r.store.Update(ctx, business, filled)
	switch {
	case fault.Is(err, fault.CodeConflict): // somebody is at the card just now; it need not be us
		return c, nil
	case err != nil:
		return Client{}, err
	}
	filled.Version++
	if by != SideClient {
		return filled, nil
	}
	return filled, r.doubt(ctx, business, c, filled)
}

// Find gives a client; fault NotFound. It is for the program's own use: what
// is shown to people goes through Open.
func (r *Registry) Find(ctx context.Context, business id.Business, id id.Client) (Client, error) {
	return r.store.Find(ctx, business, id)
}

// Open gives a client to somebody who wants to see the card, and records that
// they did. what is one of ReadCard, ReadExport. Fault NotFound.
func (r *Registry) Open(ctx context.Context, business id.Business, id id.Client, actor event.Actor, what string) (Client, error) {
	var c Client
	err := r.atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if c, err = r.store.Find(ctx, business, id); err != nil {
			return err
		}
		return r.store.RecordAccess(ctx, business, r.access(c.ID, actor, what))
	})
	return c, err
}

func (r *Registry) access(client id.Client, actor event.Actor, what string) Access {
	now := r.clock.Now()
	return Access{ID: id.New[id.Access](now.UTC()), Client: client, Actor: actor, What: what, At: now}
}

// List gives clients, the newest first, and records who saw them.
func (r *Registry) List(ctx context.Context, business id.Business, filter Filter, actor event.Actor) (Page, error) {
	const usual, most = 50, 200
	if filter.Limit <= 0 {
		filter.Limit = usual
	}
	limit := min(filter.Limit, most)
	filter.Limit = limit + 1 // one more tells whether there are more
	var page Page
	err := r.atomic.Do(ctx, func(ctx context.Context) error {
		page = Page{}
		items, err := r.store.List(ctx, business, filter)
		if err != nil {
			return err
		}
		if len(items) > limit {
			items = items[:limit]
			page.Next = items[limit-1].ID
		}
		reads := make([]Access, 0, len(items))
		for _, c := range items {
			reads = append(reads, r.access(c.ID, actor, ReadList))
		}
		page.Items = items
		return r.store.RecordAccess(ctx, business, reads...)
	})
	return page, err
}

// Some gives those of the named clients whom the reader may see, in the order
// of the names, and records who saw them.
func (r *Registry) Some(ctx context.Context, business id.Business, names []id.Client, actor event.Actor) ([]Client, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var out []Client
	return out, r.atomic.Do(ctx, func(ctx context.Context) error {
		out = out[:0]
		reads := make([]Access, 0, len(names))
		for _, name := range names {
			c, err := r.store.Find(ctx, business, name)
			if fault.Is(err, fault.CodeNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, c)
			reads = append(reads, r.access(c.ID, actor, ReadList))
		}
		return r.store.RecordAccess(ctx, business, reads...)
	})
}

// Create makes a card at the desk, where a contact need not be given. Nobody
// is matched: the desk sees who is there already. Fault Invalid.
func (r *Registry) Create(ctx context.Context, business id.Business, d Draft, note string, actor event.Actor) (Client, error) {
	d = d.clean()
	var check fault.Checker
	d.check(&check, &r.zones, "", "")
	check.Text("note", note, 0, maxNote)
	if err := check.Err(); err != nil {
		return Client{}, err
	}
	var c Client
	err := r.atomic.Do(ctx, func(ctx context.Context) error {
		c = r.fresh(d)
		c.Note = note
		if err := r.store.Insert(ctx, business, c); err != nil {
			return err
		}
		return r.tell(ctx, business, event.ClientCreated, c.ID, actor)
	})
	return c, err
}

// Update changes a card. version is the one that the caller saw, 0 for
// whichever there is; fault conflict when there is a newer one, NotFound,
// Invalid.
func (r *Registry) Update(
	ctx context.Context, business id.Business, id id.Client, version int64, actor event.Actor, change func(*Client) error,
) (Client, error) {
	var c Client
	err := r.atomic.Do(ctx, func(ctx context.Context) error {
		old, err := r.store.Find(ctx, business, id)
		if err != nil {
			return err
		}
		if version != 0 && old.Version != version {
			return fault.New(fault.Conflict, fault.CodeConflict, "the card has been changed meanwhile")
		}
		c = old
		if err := change(&c); err != nil {
			return err
		}
		if c, err = r.revise(old, c); err != nil {
			return err
		}
		if err := r.replaced(ctx, business, old, &c); err != nil {
			return err
		}
		if err := r.store.Update(ctx, business, c); err != nil {
			return err
		}
		c.Version++
		return r.tellPart(ctx, business, c.ID, PartHead, actor)
	})
	return c, err
}

// revise cleans and checks a changed card and keeps what may not be changed.
func (r *Registry) revise(old, c Client) (Client, error) {
	d := Draft{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone}.clean()
	var check fault.Checker
	d.check(&check, &r.zones, "", "")
	check.Text("note", c.Note, 0, maxNote)
	return Client{
		ID: old.ID, Name: d.Name, Email: d.Email, Phone: d.Phone, Language: d.Language, Zone: d.Zone, Note: c.Note,
		EmailVerified: old.EmailVerified, PhoneVerified: old.PhoneVerified, CreatedAt: old.CreatedAt, UpdatedAt: r.clock.Now(), Version: old.Version,
		Claimed: old.Claimed && same(ContactEmail, old.Email, d.Email) && same(ContactPhone, old.Phone, d.Phone),
	}, check.Err()
}

// Erase destroys everything personal about a client; what was booked stays,
// without a name. Fault NotFound.
func (r *Registry) Erase(ctx context.Context, business id.Business, id id.Client, actor event.Actor) error {
	return r.atomic.Do(ctx, func(ctx context.Context) error {
		if err := r.store.Erase(ctx, business, id, r.clock.Now()); err != nil {
			return err
		}
		return r.tell(ctx, business, event.ClientErased, id, actor)
	})
}

func (r *Registry) tell(ctx context.Context, business id.Business, t event.Type, client id.Client, actor event.Actor) error {
	return r.journal.Append(ctx, event.Event{Business: business, Type: t, Actor: actor, Client: client})
}
