package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Entries keeps what was said and asked, sealed with the client's key, and
// what a caller nobody knows left with the business's.
type Entries struct {
	db      *db.DB
	vault   *Vault
	clients *Clients
}

var _ client.Entries = (*Entries)(nil)

// NewEntries makes the store of entries.
func NewEntries(d *db.DB, v *Vault, c *Clients) *Entries {
	return &Entries{db: d, vault: v, clients: c}
}

func (s *Entries) key(ctx context.Context, business id.Business, of id.Client) (*secret.Key, error) {
	if of != "" {
		return s.vault.Client(ctx, business, of)
	}
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	return keys.Key(), nil
}

// number gives the blind index of a caller's number: the same as the heads'.
func (s *Entries) number(ctx context.Context, business id.Business, number string) ([]byte, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	return keys.Index(indexPhone, secret.Phone(number)), nil
}

// InsertEntry implements client.Entries.
func (s *Entries) InsertEntry(ctx context.Context, business id.Business, e client.Entry) error {
	key, err := s.key(ctx, business, e.Client)
	if err != nil {
		return err
	}
	index, err := s.number(ctx, business, e.Number)
	if err != nil {
		return err
	}
	own := string(e.ID)
	return s.db.Fault(queries(ctx, s.db).InsertEntry(ctx, sqlgen.InsertEntryParams{
		BusinessID: string(business), ID: own, ClientID: string(e.Client), Kind: e.Kind, Direction: e.Direction, State: e.State,
		Outcome: e.Outcome, BookingID: string(e.Booking), DueAt: nullable(e.Due),
		SealedText:   key.SealString(fieldEntryText, own, e.Text),
		SealedNumber: key.SealString(fieldEntryNumber, own, e.Number), NumberIndex: index,
		ActorKind: e.Actor.Kind, ActorID: e.Actor.ID, At: int64(e.At), DoneAt: nullable(e.Done),
		CreatedAt: int64(e.CreatedAt), UpdatedAt: int64(e.UpdatedAt),
	}))
}

// UpdateEntry implements client.Entries.
func (s *Entries) UpdateEntry(ctx context.Context, business id.Business, e client.Entry) error {
	key, err := s.key(ctx, business, e.Client)
	if err != nil {
		return err
	}
	own := string(e.ID)
	rows, err := queries(ctx, s.db).UpdateEntry(ctx, sqlgen.UpdateEntryParams{
		BusinessID: string(business), ID: own, Version: e.Version, State: e.State, Outcome: e.Outcome, DueAt: nullable(e.Due),
		SealedText: key.SealString(fieldEntryText, own, e.Text), DoneAt: nullable(e.Done), UpdatedAt: int64(e.UpdatedAt),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	if rows == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "the entry has been changed meanwhile")
	}
	return nil
}

// FindEntry implements client.Entries.
func (s *Entries) FindEntry(ctx context.Context, business id.Business, want id.Entry) (client.Entry, error) {
	row, err := queries(ctx, s.db).FindEntry(ctx, sqlgen.FindEntryParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return client.Entry{}, found(s.db, err, "entry")
	}
	return s.open(ctx, row)
}

// ListEntries implements client.Entries.
func (s *Entries) ListEntries(ctx context.Context, business id.Business, f client.EntryFilter) ([]client.Entry, error) {
	var rows []sqlgen.Entry
	var err error
	if f.Client == "" {
		rows, err = queries(ctx, s.db).ListEntries(ctx, sqlgen.ListEntriesParams{
			BusinessID: string(business), State: f.State, BeforeID: string(f.Before), Most: int32(f.Limit),
		})
	} else {
		rows, err = queries(ctx, s.db).ListClientEntries(ctx, sqlgen.ListClientEntriesParams{
			BusinessID: string(business), ClientID: string(f.Client), State: f.State, BeforeID: string(f.Before), Most: int32(f.Limit),
		})
	}
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]client.Entry, len(rows))
	for i, row := range rows {
		if out[i], err = s.open(ctx, row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Callers implements client.Entries. A number that no card has in just this
// form is looked for by its last digits, which are the same from home and
// from abroad.
func (s *Entries) Callers(ctx context.Context, business id.Business, number string) ([]id.Client, error) {
	index, err := s.number(ctx, business, number)
	if err != nil || index == nil {
		return nil, err
	}
	rows, err := queries(ctx, s.db).PhoneHolders(ctx, sqlgen.PhoneHoldersParams{BusinessID: string(business), NumberIndex: index})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	if len(rows) > 0 {
		out := make([]id.Client, len(rows))
		for i, r := range rows {
			out[i] = id.Client(r)
		}
		return out, nil
	}
	q := client.Seek(number)
	near, err := s.clients.candidates(ctx, business, q.Grams())
	var out []id.Client
	for _, row := range near {
		f, err := s.clients.opened(ctx, business, row, q)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(f.By.Phones, func(p string) bool { return client.SameNumber(p, number) }) {
			out = append(out, f.Client.ID)
		}
	}
	return out, err
}

// LastCall implements client.Entries.
func (s *Entries) LastCall(ctx context.Context, business id.Business, number string) (client.Entry, bool, error) {
	index, err := s.number(ctx, business, number)
	if err != nil || index == nil {
		return client.Entry{}, false, err
	}
	row, err := queries(ctx, s.db).LastCall(ctx, sqlgen.LastCallParams{BusinessID: string(business), NumberIndex: index})
	if errors.Is(err, sql.ErrNoRows) {
		return client.Entry{}, false, nil
	}
	if err != nil {
		return client.Entry{}, false, s.db.Fault(err)
	}
	e, err := s.open(ctx, row)
	return e, err == nil, err
}

// MayTell implements client.Entries.
func (s *Entries) MayTell(ctx context.Context, business id.Business, number string, since, now span.Instant) (bool, error) {
	index, err := s.number(ctx, business, number)
	if err != nil || index == nil {
		return false, err
	}
	rows, err := queries(ctx, s.db).TellCaller(ctx, sqlgen.TellCallerParams{
		BusinessID: string(business), NumberIndex: index, Now: int64(now), Since: int64(since),
	})
	return rows > 0, s.db.Fault(err)
}

// unknownKept is how long calls of people nobody knows are kept: no card says
// when they are to be forgotten.
const unknownKept = 90 * span.Day

// Sweep forgets the calls of people nobody knows after 90 days, and when
// numbers were told something after one.
func (s *Entries) Sweep(ctx context.Context, business id.Business, now span.Instant) error {
	q := queries(ctx, s.db)
	err := q.SweepUnknownCalls(ctx, sqlgen.SweepUnknownCallsParams{BusinessID: string(business), At: int64(now - unknownKept)})
	if err != nil {
		return s.db.Fault(err)
	}
	return s.db.Fault(q.SweepCallers(ctx, sqlgen.SweepCallersParams{BusinessID: string(business), ToldAt: int64(now - span.Day)}))
}

func (s *Entries) open(ctx context.Context, row sqlgen.Entry) (client.Entry, error) {
	e := client.Entry{
		ID: id.Entry(row.ID), Client: id.Client(row.ClientID), Kind: row.Kind, Direction: row.Direction, State: row.State,
		Outcome: row.Outcome, Booking: id.Booking(row.BookingID), Due: span.Instant(row.DueAt.Int64),
		Actor: event.Actor{Kind: row.ActorKind, ID: row.ActorID}, At: span.Instant(row.At), Done: span.Instant(row.DoneAt.Int64),
		Version: row.Version, CreatedAt: span.Instant(row.CreatedAt), UpdatedAt: span.Instant(row.UpdatedAt),
	}
	key, err := s.key(ctx, id.Business(row.BusinessID), e.Client)
	if err != nil {
		return e, err
	}
	if e.Text, err = key.OpenString(fieldEntryText, row.ID, row.SealedText); err != nil {
		return e, err
	}
	e.Number, err = key.OpenString(fieldEntryNumber, row.ID, row.SealedNumber)
	return e, err
}
