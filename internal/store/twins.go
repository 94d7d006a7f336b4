package store

import (
	"bytes"
	"context"

	"kept/client"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
)

// alike is how alike names must be for cards to be told to be one person's.
const alike = 0.85

// Twins implements client.Twins: reason by reason, each on from the pair that
// is named, where that was found for the reason.
func (s *Merges) Twins(ctx context.Context, business id.Business, of *client.Client, after client.TwinSpot, limit int) ([]client.Twin, error) {
	var out []client.Twin
	for _, why := range []string{client.TwinPhone, client.TwinEmail, client.TwinName} {
		if after.Why != "" && after.Why != why {
			continue
		}
		pairs, err := s.shared(ctx, business, why, of, after, limit-len(out))
		if err != nil {
			return nil, err
		}
		if out = append(out, pairs...); len(out) >= limit {
			break
		}
		after = client.TwinSpot{}
	}
	return out, nil
}

// shared gives pairs that have one thing in common, and nothing that weighs more.
func (s *Merges) shared(
	ctx context.Context, business id.Business, why string, of *client.Client, after client.TwinSpot, limit int,
) ([]client.Twin, error) {
	fence, out := NewFence(s.db), []client.Twin{}
	for {
		pairs, err := s.pairs(ctx, business, why, of, after, limit)
		if err != nil {
			return nil, err
		}
		near, err := Only(ctx, fence, business, pairs, func(t client.Twin) id.Client { return t.A.ID })
		if err != nil {
			return nil, err
		}
		if near, err = Only(ctx, fence, business, near, func(t client.Twin) id.Client { return t.B.ID }); err != nil {
			return nil, err
		}
		out = append(out, near...)
		if len(pairs) < limit || len(out) >= limit {
			return out[:min(len(out), limit)], nil
		}
		after = pairs[len(pairs)-1].Spot() // what was out of reach made room for more
	}
}

// pairs reads pairs behind a spot, whoever may see them.
func (s *Merges) pairs(
	ctx context.Context, business id.Business, why string, of *client.Client, after client.TwinSpot, limit int,
) ([]client.Twin, error) {
	if of != nil {
		return s.pairsOf(ctx, business, why, *of, after.B, limit)
	}
	p := sqlgen.SharedPhonesParams{BusinessID: string(business), AfterA: string(after.A), AfterB: string(after.B), Count: int32(limit)}
	var rows []sqlgen.SharedPhonesRow
	var err error
	switch why {
	case client.TwinPhone:
		rows, err = queries(ctx, s.db).SharedPhones(ctx, p)
	case client.TwinEmail:
		var found []sqlgen.SharedEmailsRow
		found, err = queries(ctx, s.db).SharedEmails(ctx, sqlgen.SharedEmailsParams(p))
		for _, r := range found {
			rows = append(rows, sqlgen.SharedPhonesRow(r))
		}
	default:
		var found []sqlgen.SharedNamesRow
		found, err = queries(ctx, s.db).SharedNames(ctx, sqlgen.SharedNamesParams(p))
		for _, r := range found {
			rows = append(rows, sqlgen.SharedPhonesRow(r))
		}
	}
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]client.Twin, len(rows))
	for i, r := range rows {
		a, err := s.clients.open(ctx, r.Client)
		if err != nil {
			return nil, err
		}
		if out[i], err = s.twin(ctx, a, r.Client_2, why); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pairsOf reads the cards that have one thing in common with a card.
func (s *Merges) pairsOf(ctx context.Context, business id.Business, why string, of client.Client, after id.Client, limit int) ([]client.Twin, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	q := queries(ctx, s.db)
	p := sqlgen.NameTwinsParams{
		BusinessID: string(business), OfID: string(of.ID), AfterID: string(after), Count: int32(limit), NameIndex: keys.Index(indexName, secret.Name(of.Name)),
		PhoneIndex: keys.Index(indexPhone, secret.Phone(of.Phone)), EmailIndex: keys.Index(indexEmail, secret.Email(of.Email)),
	}
	var rows []sqlgen.Client
	switch {
	case why == client.TwinPhone && p.PhoneIndex != nil:
		rows, err = q.PhoneTwins(ctx, sqlgen.PhoneTwinsParams{
			BusinessID: p.BusinessID, PhoneIndex: p.PhoneIndex, OfID: p.OfID, AfterID: p.AfterID, Count: p.Count,
		})
	case why == client.TwinEmail && p.EmailIndex != nil:
		rows, err = q.EmailTwins(ctx, sqlgen.EmailTwinsParams{
			BusinessID: p.BusinessID, EmailIndex: p.EmailIndex, OfID: p.OfID, AfterID: p.AfterID, PhoneIndex: orNone(p.PhoneIndex), Count: p.Count,
		})
	case why == client.TwinName && p.NameIndex != nil:
		p.PhoneIndex, p.EmailIndex = orNone(p.PhoneIndex), orNone(p.EmailIndex)
		rows, err = q.NameTwins(ctx, p)
	}
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]client.Twin, len(rows))
	for i, r := range rows {
		if out[i], err = s.twin(ctx, of, r, why); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// orNone is an index that no row has, for none: nothing differs from NULL.
func orNone(index []byte) []byte {
	if index == nil {
		return []byte{0}
	}
	return index
}

func (s *Merges) twin(ctx context.Context, a client.Client, row sqlgen.Client, why string) (client.Twin, error) {
	b, err := s.clients.open(ctx, row)
	return client.Twin{A: a, B: b, Why: why, Likely: client.Alike(a, b)}, err
}

// Near implements client.Twins.
func (s *Merges) Near(ctx context.Context, business id.Business, of client.Client) ([]client.Twin, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	found, err := s.clients.sought(ctx, business, of.Name)
	if err != nil {
		return nil, err
	}
	found, err = Only(ctx, NewFence(s.db), business, found, func(c client.Client) id.Client { return c.ID })
	if err != nil {
		return nil, err
	}
	share := func(kind, a, b string) bool {
		x := keys.Index(kind, a)
		return x != nil && bytes.Equal(x, keys.Index(kind, b))
	}
	var out []client.Twin
	for _, c := range found {
		likely := client.Alike(of, c)
		if c.ID == of.ID || likely < alike || share(indexName, secret.Name(of.Name), secret.Name(c.Name)) ||
			share(indexPhone, secret.Phone(of.Phone), secret.Phone(c.Phone)) || share(indexEmail, secret.Email(of.Email), secret.Email(c.Email)) {
			continue // those that have more in common stand before
		}
		out = append(out, client.Twin{A: of, B: c, Why: client.TwinName, Near: true, Likely: likely})
	}
	return out, nil
}
