package store

import (
	"context"
	"database/sql"
	"errors"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/message"
	"kept/span"
)

// callbackUseful is how long after a call the way to book is of use.
const callbackUseful = 2 * span.Hour

// Callbacks plans the messages to clients whose calls nobody took, and answers for them.
type Callbacks struct {
	db       *db.DB
	messages *Messages
	clients  *Clients
	settings *Settings
	wake     func(ctx context.Context)
}

var (
	_ message.Cause   = (*Callbacks)(nil)
	_ client.Callback = (*Callbacks)(nil)
)

// NewCallbacks makes it; wake has the dispatcher look for what is due.
func NewCallbacks(m *Messages, c *Clients, s *Settings, wake func(ctx context.Context)) *Callbacks {
	return &Callbacks{db: m.db, messages: m, clients: c, settings: s, wake: wake}
}

// Offer implements client.Callback.
func (s *Callbacks) Offer(ctx context.Context, business id.Business, to id.Client, entry id.Entry, at span.Instant) error {
	err := s.messages.Plan(ctx, business, "", to, at, []message.Plan{{
		Recipient: message.Recipient{Kind: message.ToClient, ID: string(to)}, Step: message.CallMissed, Anchor: string(entry),
		Due: at, UselessAfter: at + callbackUseful,
	}})
	if err == nil {
		s.wake(ctx)
	}
	return err
}

// Still implements message.Cause: nobody has called back meanwhile.
func (s *Callbacks) Still(ctx context.Context, r message.Ref) (bool, error) {
	row, err := queries(ctx, s.db).TouchEntry(ctx, sqlgen.TouchEntryParams{BusinessID: string(r.Business), ID: r.Anchor})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return row.State == client.EntryOpen && row.Outcome == client.CallMissed, s.db.Fault(err)
}

// Visit implements message.Cause.
func (s *Callbacks) Visit(ctx context.Context, m message.Message) (message.Visit, error) {
	setting, err := s.settings.Load(ctx, m.Business, 0)
	if err != nil {
		return message.Visit{}, err
	}
	house := setting.Catalog.Business
	v := message.Visit{
		Business: m.Business, Slug: house.Slug, House: house.Names, Language: house.Language,
		Start: m.Due, Zone: house.Zone, Words: map[string]string{}, Path: "/b/" + house.Slug,
	}
	who, likes, err := s.clients.Head(ctx, m.Business, m.Client)
	if v.Gone = err != nil && fault.KindOf(err) == fault.NotFound; v.Gone {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Client = who.Name
	if v.Recipient, err = s.clients.reach(ctx, m.Business, who, "", ""); err != nil {
		return v, err
	}
	v.Recipient.Likes = likes.Preferences
	return v, nil
}
