package store

import (
	"context"
	"encoding/hex"

	"kept/audit"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// What binds sealed values of a card to their columns, and the kinds of its
// blind indexes.
const (
	fieldClientName  = "client.name"
	fieldClientEmail = "client.email"
	fieldClientPhone = "client.phone"
	fieldClientNote  = "client.note"

	indexName  = "name"
	indexEmail = "email"
	indexPhone = "phone"
)

// Clients keeps the cards, each sealed with its person's own key.
type Clients struct {
	db    *db.DB
	vault *Vault
}

// Details gives itself as the stores of what stands besides the head.
func (s *Clients) Details() client.Details {
	return client.Details{Contacts: s, Subjects: s, Readings: s, Facts: s, Profiles: s, Doubts: s.doubts()}
}

func (s *Clients) doubts() Doubts { return NewDoubts(s.db, s.vault) }

// NewClients makes the store of cards.
func NewClients(d *db.DB, v *Vault) *Clients { return &Clients{db: d, vault: v} }

// Match implements client.Store.
func (s *Clients) Match(ctx context.Context, business id.Business, name, email, phone string) ([]client.Client, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	rows, err := queries(ctx, s.db).MatchClient(ctx, sqlgen.MatchClientParams{
		BusinessID: string(business), NameIndex: keys.Index(indexName, secret.Name(name)),
		EmailIndex: keys.Index(indexEmail, secret.Email(email)), PhoneIndex: keys.Index(indexPhone, secret.Phone(phone)),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openAll(ctx, rows)
}

// Doors implements client.Store. A door is the first 12 bits of a blind index:
// few enough rows that erasing a person need not look for theirs.
func (s *Clients) Doors(ctx context.Context, business id.Business, email, phone string) ([]string, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, index := range [][]byte{keys.Index(indexEmail, secret.Email(email)), keys.Index(indexPhone, secret.Phone(phone))} {
		if len(index) > 0 {
			out = append(out, hex.EncodeToString(index[:2])[:3])
		}
	}
	return out, nil
}

// Insert implements client.Store.
func (s *Clients) Insert(ctx context.Context, business id.Business, c client.Client) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	wrapped, key, err := keys.NewClient(string(c.ID))
	if err != nil {
		return err
	}
	own := string(c.ID)
	err = changes(ctx, s.db).InsertClient(ctx, sqlgen.InsertClientParams{
		BusinessID: string(business), ID: own, SealedKey: wrapped,
		SealedName:  key.SealString(fieldClientName, own, c.Name),
		SealedEmail: key.SealString(fieldClientEmail, own, c.Email),
		SealedPhone: key.SealString(fieldClientPhone, own, c.Phone),
		SealedNote:  key.SealString(fieldClientNote, own, c.Note),
		NameIndex:   keys.Index(indexName, secret.Name(c.Name)),
		EmailIndex:  keys.Index(indexEmail, secret.Email(c.Email)),
		PhoneIndex:  keys.Index(indexPhone, secret.Phone(c.Phone)),
		Language:    c.Language, Zone: c.Zone, CreatedAt: int64(c.CreatedAt), UpdatedAt: int64(c.UpdatedAt), Claimed: c.Claimed,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	s.vault.Remember(c.ID, key)
	return nil
}

// Update implements client.Store.
func (s *Clients) Update(ctx context.Context, business id.Business, c client.Client) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	key, err := s.vault.Client(ctx, business, c.ID)
	if err != nil {
		return err
	}
	own := string(c.ID)
	rows, err := queries(ctx, s.db).UpdateClient(ctx, sqlgen.UpdateClientParams{
		BusinessID: string(business), ID: own, Version: c.Version,
		SealedName:  key.SealString(fieldClientName, own, c.Name),
		SealedEmail: key.SealString(fieldClientEmail, own, c.Email),
		SealedPhone: key.SealString(fieldClientPhone, own, c.Phone),
		SealedNote:  key.SealString(fieldClientNote, own, c.Note),
		NameIndex:   keys.Index(indexName, secret.Name(c.Name)),
		EmailIndex:  keys.Index(indexEmail, secret.Email(c.Email)),
		PhoneIndex:  keys.Index(indexPhone, secret.Phone(c.Phone)),
		Language:    c.Language, Zone: c.Zone, UpdatedAt: int64(c.UpdatedAt),
		EmailVerifiedAt: nullable(c.EmailVerified), PhoneVerifiedAt: nullable(c.PhoneVerified), Claimed: c.Claimed,
	})
	if err != nil {
		return s.db.Fault(err)
	}
	if rows == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "the card has been changed meanwhile")
	}
	return nil
}

// Find implements client.Store.
func (s *Clients) Find(ctx context.Context, business id.Business, want id.Client) (client.Client, error) {
	row, err := s.row(ctx, business, want)
	if err != nil {
		return client.Client{}, err
	}
	return s.open(ctx, row)
}

// mostMerged bounds how often a card can have become part of another one.
const mostMerged = 16

// row finds the row of a card, or of the one of which it has become part; it
// must be within reach of whoever asks.
func (s *Clients) row(ctx context.Context, business id.Business, want id.Client) (sqlgen.Client, error) {
	for range mostMerged {
		row, err := queries(ctx, s.db).FindClient(ctx, sqlgen.FindClientParams{BusinessID: string(business), ID: string(want)})
		if err != nil {
			return row, found(s.db, err, "client")
		}
		if row.MergedInto == "" || len(row.SealedKey) == 0 {
			return row, Fence{s.db}.Card(ctx, business, want)
		}
		want = id.Client(row.MergedInto)
	}
	return sqlgen.Client{}, fault.Missing("client")
}

// List implements client.Store.
func (s *Clients) List(ctx context.Context, business id.Business, f client.Filter) ([]client.Client, error) {
	if f.Query != "" {
		list, err := s.sought(ctx, business, f.Query)
		if err == nil {
			list, err = Only(ctx, Fence{s.db}, business, list, func(c client.Client) id.Client { return c.ID })
		}
		return after(list, f.Before, f.Limit), err
	}
	if rows, enclosed, err := s.ownClients(ctx, business, f.Before, f.Limit); enclosed || err != nil {
		if err != nil {
			return nil, err
		}
		return s.openAll(ctx, rows)
	}
	rows, err := queries(ctx, s.db).ListClients(ctx, sqlgen.ListClientsParams{
		BusinessID: string(business), BeforeID: string(f.Before), Most: int32(f.Limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return s.openAll(ctx, rows)
}

// openAll opens rows.
func (s *Clients) openAll(ctx context.Context, rows []sqlgen.Client) ([]client.Client, error) {
	out := make([]client.Client, 0, len(rows))
	for _, row := range rows {
		c, err := s.open(ctx, row)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Erase implements client.Store.
func (s *Clients) Erase(ctx context.Context, business id.Business, want id.Client, at span.Instant) error {
	_, err := eraser{s.db, s.vault}.erase(ctx, business, want, at)
	return err
}

// RecordAccess implements client.Store.
func (s *Clients) RecordAccess(ctx context.Context, business id.Business, reads ...client.Access) error {
	entries := make([]audit.Entry, len(reads))
	for i, r := range reads {
		entries[i] = audit.Entry{ID: r.ID, Actor: r.Actor, Action: audit.Action(r.What), Client: r.Client, Ref: string(r.Branch), At: r.At}
	}
	return NewAudit(s.db, s.vault).Insert(ctx, business, entries...)
}

// Reads lists who read a client's card (anybody's, when client is empty), the
// latest first; before is the last one seen, empty to begin.
func (s *Clients) Reads(ctx context.Context, business id.Business, of id.Client, before id.Access, limit int) ([]client.Access, error) {
	lines, err := NewAudit(s.db, s.vault).Entries(ctx, business, audit.Filter{Client: of, Before: string(before), Limit: limit})
	out := make([]client.Access, len(lines))
	for i, l := range lines {
		out[i] = client.Access{ID: id.Access(l.ID), Client: l.Client, Actor: l.Actor, What: l.Action, At: l.At}
		if l.Action == client.ReadLent {
			out[i].Branch = id.Business(l.Ref)
		}
	}
	return out, err
}

// open reads a row; fault NotFound when the client was erased.
func (s *Clients) open(ctx context.Context, row sqlgen.Client) (client.Client, error) {
	c := client.Client{
		ID: id.Client(row.ID), Language: row.Language, Zone: row.Zone, Version: row.Version,
		CreatedAt: span.Instant(row.CreatedAt), UpdatedAt: span.Instant(row.UpdatedAt),
		EmailVerified: span.Instant(row.EmailVerifiedAt.Int64), PhoneVerified: span.Instant(row.PhoneVerifiedAt.Int64), Claimed: row.Claimed,
	}
	if len(row.SealedKey) == 0 {
		return client.Client{}, fault.Missing("client")
	}
	key, err := s.vault.openClient(ctx, id.Business(row.BusinessID), c.ID, row.SealedKey)
	if err != nil {
		return client.Client{}, err
	}
	for _, f := range []struct {
		to     *string
		field  string
		sealed []byte
	}{
		{&c.Name, fieldClientName, row.SealedName},
		{&c.Email, fieldClientEmail, row.SealedEmail},
		{&c.Phone, fieldClientPhone, row.SealedPhone},
		{&c.Note, fieldClientNote, row.SealedNote},
	} {
		if *f.to, err = key.OpenString(f.field, row.ID, f.sealed); err != nil {
			return client.Client{}, err
		}
	}
	return c, nil
}
