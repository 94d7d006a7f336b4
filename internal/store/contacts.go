package store

import (
	"context"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// What binds the sealed values of a contact to their columns.
const (
	fieldContactValue = "contact.value"
	fieldContactLabel = "contact.label"
)

var _ client.Contacts = (*Clients)(nil)

// reachIndex is the blind index of a contact: the same as in the head of a card.
func reachIndex(keys *secret.Business, kind, value string) []byte {
	if kind == client.ContactEmail {
		return keys.Index(indexEmail, secret.Email(value))
	}
	return keys.Index(indexPhone, secret.Phone(value))
}

// Contacts implements client.Contacts.
func (s *Clients) Contacts(ctx context.Context, business id.Business, of id.Client) ([]client.Contact, error) {
	rows, err := queries(ctx, s.db).ListContacts(ctx, sqlgen.ListContactsParams{BusinessID: string(business), ClientID: string(of)})
	if err != nil || len(rows) == 0 {
		return nil, s.db.Fault(err)
	}
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return nil, err
	}
	out := make([]client.Contact, len(rows))
	for i, row := range rows {
		out[i] = client.Contact{
			ID: id.Contact(row.ID), Kind: row.Kind, VerifiedAt: span.Instant(row.VerifiedAt.Int64), VerifiedBy: row.VerifiedBy,
			CreatedAt: span.Instant(row.CreatedAt), UpdatedAt: span.Instant(row.UpdatedAt),
		}
		if out[i].Value, err = key.OpenString(fieldContactValue, row.ID, row.SealedValue); err != nil {
			return nil, err
		}
		if out[i].Label, err = key.OpenString(fieldContactLabel, row.ID, row.SealedLabel); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// InsertContact implements client.Contacts.
func (s *Clients) InsertContact(ctx context.Context, business id.Business, of id.Client, c client.Contact) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return err
	}
	own := string(c.ID)
	return s.db.Fault(queries(ctx, s.db).InsertContact(ctx, sqlgen.InsertContactParams{
		BusinessID: string(business), ID: own, ClientID: string(of), Kind: c.Kind,
		SealedValue: key.SealString(fieldContactValue, own, c.Value), ValueIndex: reachIndex(keys, c.Kind, c.Value),
		SealedLabel: key.SealString(fieldContactLabel, own, c.Label),
		VerifiedAt:  nullable(c.VerifiedAt), VerifiedBy: c.VerifiedBy, CreatedAt: int64(c.CreatedAt), UpdatedAt: int64(c.UpdatedAt),
	}))
}

// UpdateContact implements client.Contacts.
func (s *Clients) UpdateContact(ctx context.Context, business id.Business, of id.Client, c client.Contact) error {
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return err
	}
	own := string(c.ID)
	rows, err := queries(ctx, s.db).UpdateContact(ctx, sqlgen.UpdateContactParams{
		BusinessID: string(business), ClientID: string(of), ID: own, SealedLabel: key.SealString(fieldContactLabel, own, c.Label),
		VerifiedAt: nullable(c.VerifiedAt), VerifiedBy: c.VerifiedBy, UpdatedAt: int64(c.UpdatedAt),
	})
	return changed(s.db, rows, err, "contact")
}

// DeleteContact implements client.Contacts.
func (s *Clients) DeleteContact(ctx context.Context, business id.Business, of id.Client, contact id.Contact) error {
	rows, err := queries(ctx, s.db).DeleteContact(ctx, sqlgen.DeleteContactParams{
		BusinessID: string(business), ClientID: string(of), ID: string(contact),
	})
	return changed(s.db, rows, err, "contact")
}

// Holders implements client.Contacts.
func (s *Clients) Holders(ctx context.Context, business id.Business, kind, value string) ([]id.Client, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	index := reachIndex(keys, kind, value)
	if len(index) == 0 {
		return nil, nil
	}
	rows, err := queries(ctx, s.db).ContactHolders(ctx, sqlgen.ContactHoldersParams{
		BusinessID: string(business), Kind: kind, ValueIndex: index,
	})
	out := make([]id.Client, len(rows))
	for i, row := range rows {
		out[i] = id.Client(row)
	}
	return out, s.db.Fault(err)
}

// What binds the sealed parts of a profile to their columns.
const (
	fieldPreferences = "client.preferences"
	fieldTags        = "client.tags"
)

var _ client.Profiles = (*Clients)(nil)

// Touch implements client.Profiles.
func (s *Clients) Touch(ctx context.Context, business id.Business, of id.Client, at span.Instant) error {
	rows, err := queries(ctx, s.db).TouchClient(ctx, sqlgen.TouchClientParams{
		BusinessID: string(business), ID: string(of), UpdatedAt: int64(at),
	})
	return changed(s.db, rows, err, "client")
}

// Head implements client.Profiles.
func (s *Clients) Head(ctx context.Context, business id.Business, of id.Client) (client.Client, client.Profile, error) {
	row, err := s.row(ctx, business, of)
	if err != nil {
		return client.Client{}, client.Profile{}, err
	}
	c, err := s.open(ctx, row)
	if err != nil {
		return client.Client{}, client.Profile{}, err
	}
	p, err := s.profile(ctx, row)
	return c, p, err
}

// Profile gives the profile of a client alone; fault NotFound.
func (s *Clients) Profile(ctx context.Context, business id.Business, of id.Client) (client.Profile, error) {
	_, p, err := s.Head(ctx, business, of)
	return p, err
}

// profile reads a row; fault NotFound when the client was erased.
func (s *Clients) profile(ctx context.Context, row sqlgen.Client) (client.Profile, error) {
	p := client.Profile{Tier: row.Tier, Version: row.Version}
	if len(row.SealedKey) == 0 {
		return p, fault.Missing("client")
	}
	key, err := s.vault.openClient(ctx, id.Business(row.BusinessID), id.Client(row.ID), row.SealedKey)
	if err != nil {
		return p, err
	}
	for _, part := range []struct {
		field  string
		sealed []byte
		into   any
	}{{fieldTags, row.SealedTags, &p.Tags}, {fieldPreferences, row.SealedPreferences, &p.Preferences}} {
		text, err := key.OpenString(part.field, row.ID, part.sealed)
		if err != nil {
			return p, err
		}
		if err := decode(text, part.into); err != nil {
			return p, err
		}
	}
	return p, nil
}

// UpdateProfile implements client.Profiles.
func (s *Clients) UpdateProfile(ctx context.Context, business id.Business, of id.Client, p client.Profile, at span.Instant) error {
	key, err := s.vault.Client(ctx, business, of)
	if err != nil {
		return err
	}
	var tags, likes string
	if len(p.Tags) > 0 {
		if tags, err = encode(p.Tags); err != nil {
			return err
		}
	}
	if !p.Preferences.None() {
		if likes, err = encode(p.Preferences); err != nil {
			return err
		}
	}
	own := string(of)
	rows, err := queries(ctx, s.db).UpdateProfile(ctx, sqlgen.UpdateProfileParams{
		BusinessID: string(business), ID: own, Version: p.Version, SealedPreferences: key.SealString(fieldPreferences, own, likes),
		SealedTags: key.SealString(fieldTags, own, tags), Tier: p.Tier, UpdatedAt: int64(at),
	})
	if err != nil {
		return s.db.Fault(err)
	}
	if rows == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "the card has been changed meanwhile")
	}
	return nil
}
