// Package cardapi holds the operations on what stands on a personal card
// besides its head: contacts, subjects with their readings, facts of both
// sides, preferences.
//
// All of it stands under /clients/{id}/. Every operation asks for the right
// first; every read goes through Registry.Sheet, which records who has read;
// facts of health are neither shown to nor taken from those without the right.
// Every list is paged. What may be long (readings, the history of a fact, talks,
// files, merges, doubles) is read page by page. Contacts, subjects and facts
// are bounded by client.MostContacts, MostSubjects and MostFacts, kept where they
// are written; they are read whole, and a page is cut from the whole.
//
// Rules of the domain are the domain's: its faults become problems, whose
// fields have the names of the request's.
package cardapi

import (
	"context"
	"time"

	"kept/account"
	"kept/availability"
	"kept/client"
	"kept/id"
	"kept/internal/web/wire"
	"kept/span"
)

// Settings gives the configuration of a business.
type Settings interface {
	// Load gives the wanted version, or the newest one for version 0; 1 is whichever is at hand.
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Deps are what the operations are made of.
type Deps struct {
	Clients  *client.Registry
	Settings Settings
	Clock    Clock
}

type cards struct {
	Deps
	edge  *wire.Edge
	zones span.Zones
}

// Register puts the operations on the edge.
func Register(e *wire.Edge, d Deps) {
	c := &cards{Deps: d, edge: e}
	c.registerContacts()
	c.registerSubjects()
	c.registerReadings()
	c.registerFacts()
	c.registerPreferences()
}

// ClientPath names a client in an address.
type ClientPath struct {
	ID string `path:"id" maxLength:"36" doc:"Of the client"`
}

func (p ClientPath) client() (id.Client, error) { return wire.ReadID[id.Client]("client", p.ID) }

// home is the zone in which the business tells the time.
func (c *cards) home(ctx context.Context, business id.Business) (*time.Location, error) {
	return wire.HomeZone(ctx, c.Settings, &c.zones, business)
}

// seen gives a card to a principal who may read it, and notes that they did,
// with the zone in which it is told.
func (c *cards) seen(ctx context.Context, p account.Principal, path ClientPath) (client.Sheet, *time.Location, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return client.Sheet{}, nil, err
	}
	want, err := path.client()
	if err != nil {
		return client.Sheet{}, nil, err
	}
	zone, err := c.home(ctx, p.Business)
	if err != nil {
		return client.Sheet{}, nil, err
	}
	s, err := c.Clients.Sheet(ctx, p.Business, want, p.Actor(), client.ReadCard, p.May(account.ReadHealth))
	return s, zone, err
}

// reader gives the client of a principal who may read cards, and the zone in
// which the answer is told; what is read afterwards notes that it was.
func (c *cards) reader(ctx context.Context, p account.Principal, path ClientPath) (id.Client, *time.Location, error) {
	return c.named(ctx, p, path, account.ReadClients)
}

// editor gives the client of a principal who may write cards, and the zone in
// which the answer is told.
func (c *cards) editor(ctx context.Context, p account.Principal, path ClientPath) (id.Client, *time.Location, error) {
	return c.named(ctx, p, path, account.WriteClients)
}

func (c *cards) named(ctx context.Context, p account.Principal, path ClientPath, right account.Action) (id.Client, *time.Location, error) {
	if err := wire.Must(p, right); err != nil {
		return "", nil, err
	}
	want, err := path.client()
	if err != nil {
		return "", nil, err
	}
	zone, err := c.home(ctx, p.Business)
	return want, zone, err
}

// list is the frame of a list, told as it is written on the wire.
func list[T, B any](all []T, body func(T) B) wire.Page[B] {
	out := wire.Page[B]{Items: make([]B, len(all))}
	for i, one := range all {
		out.Items[i] = body(one)
	}
	return out
}
