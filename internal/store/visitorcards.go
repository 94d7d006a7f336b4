package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"

	"kept/account"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
	"kept/visitor"
)

// VisitorCards finds the cards that a login opens, in all businesses: each has
// an index of its own, under its own key, so that nobody who has the database
// sees who is a client of two. It is asked business by business, which costs
// some ten microseconds each.
type VisitorCards struct {
	db       *db.DB
	vault    *Vault
	registry *client.Registry
}

// NewVisitorCards makes it.
func NewVisitorCards(d *db.DB, v *Vault, registry *client.Registry) *VisitorCards {
	return &VisitorCards{d, v, registry}
}

// Doubts keeps which contacts of cards open nothing until somebody proves them.
type Doubts struct {
	db    *db.DB
	vault *Vault
}

var _ client.Doubts = Doubts{}

// NewDoubts makes the store of doubts.
func NewDoubts(d *db.DB, v *Vault) Doubts { return Doubts{d, v} }

// Doubt implements client.Doubts.
func (s Doubts) Doubt(ctx context.Context, business id.Business, of id.Client, kind, value string, at span.Instant) error {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return err
	}
	kind, normal := contactIndex(visitor.Contact{Kind: visitor.Kind(kind), Value: value})
	return s.db.Fault(changes(ctx, s.db).InsertDoubt(ctx, sqlgen.InsertDoubtParams{
		BusinessID: string(business), ClientID: string(of), ValueIndex: keys.Index(kind, normal), CreatedAt: int64(at),
	}))
}

// Doubted implements client.Doubts.
func (s Doubts) Doubted(ctx context.Context, business id.Business, c client.Client) (out client.Doubted, err error) {
	if (c.Email == "" || c.EmailVerified != 0) && (c.Phone == "" || c.PhoneVerified != 0) {
		return out, nil
	}
	rows, err := queries(ctx, s.db).DoubtsOf(ctx, sqlgen.DoubtsOfParams{BusinessID: string(business), ClientID: string(c.ID)})
	if err != nil || len(rows) == 0 {
		return out, s.db.Fault(err)
	}
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return out, err
	}
	doubted := func(kind, value string, verified span.Instant) bool {
		index, normal := contactIndex(visitor.Contact{Kind: visitor.Kind(kind), Value: value})
		want := keys.Index(index, normal)
		return value != "" && verified == 0 && slices.ContainsFunc(rows, func(r []byte) bool { return bytes.Equal(r, want) })
	}
	out.Email = doubted(client.ContactEmail, c.Email, c.EmailVerified)
	out.Phone = doubted(client.ContactPhone, c.Phone, c.PhoneVerified)
	return out, nil
}

// Forget implements client.Doubts.
func (s Doubts) Forget(ctx context.Context, business id.Business, of id.Client) error {
	return s.db.Fault(changes(ctx, s.db).ForgetNamed(ctx, sqlgen.ForgetNamedParams{BusinessID: string(business), ClientID: string(of)}))
}

// Carrying implements visitor.Cards.
func (s *VisitorCards) Carrying(ctx context.Context, c visitor.Contact, only id.Business) ([]visitor.Card, error) {
	if only != "" {
		return s.carrying(ctx, c, only, nil)
	}
	var out []visitor.Card
	for after := ""; ; {
		rows, err := queries(ctx, s.db).BusinessIDs(ctx, after)
		if err != nil || len(rows) == 0 {
			return out, s.db.Fault(err)
		}
		for _, row := range rows {
			after = row.ID
			if out, err = s.carrying(ctx, c, id.Business(row.ID), out); err != nil {
				return nil, err
			}
		}
	}
}

// carrying appends the cards of one business.
func (s *VisitorCards) carrying(ctx context.Context, c visitor.Contact, business id.Business, out []visitor.Card) ([]visitor.Card, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	kind, normal := contactIndex(c)
	index := keys.Index(kind, normal)
	var found []string
	if c.Kind == visitor.Phone {
		found, err = queries(ctx, s.db).CardsByPhone(ctx, sqlgen.CardsByPhoneParams{BusinessID: string(business), ValueIndex: index})
	} else {
		found, err = queries(ctx, s.db).CardsByEmail(ctx, sqlgen.CardsByEmailParams{BusinessID: string(business), ValueIndex: index})
	}
	if err != nil {
		return nil, s.db.Fault(err)
	}
	for _, one := range found {
		out = append(out, visitor.Card{Business: business, Client: id.Client(one), How: visitor.ByContact})
	}
	return out, nil
}

// Prove implements visitor.Cards. What a card carries beside its head opens it
// only when it is proven already; so the head is all there is to look at.
func (s *VisitorCards) Prove(ctx context.Context, card visitor.Card, c visitor.Contact, how string, _ span.Instant) error {
	found, err := s.registry.Find(ctx, card.Business, card.Client)
	if err != nil {
		return unlessMissing(err)
	}
	kind, normal := contactIndex(c)
	carried, verified := secret.Email(found.Email), found.EmailVerified
	if c.Kind == visitor.Phone {
		carried, verified = secret.Phone(found.Phone), found.PhoneVerified
	}
	if carried != normal || verified != 0 {
		return nil
	}
	who := account.Visitor(card.Business, card.Client).Actor()
	return unlessMissing(s.db.Do(ctx, func(ctx context.Context) error {
		if _, err := s.registry.VerifyContact(ctx, card.Business, card.Client, id.Contact(kind), how, who); err != nil {
			return err
		}
		return s.registry.Disclaim(ctx, card.Business, found, string(c.Kind))
	}))
}

// unlessMissing forgives that a card was erased meanwhile.
func unlessMissing(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// KinOf implements visitor.Kin.
func (s *VisitorCards) KinOf(ctx context.Context, business id.Business, of id.Client) ([]visitor.Relation, error) {
	rows, err := queries(ctx, s.db).KinOf(ctx, sqlgen.KinOfParams{BusinessID: string(business), GuardianID: string(of)})
	return relations(rows), s.db.Fault(err)
}

// Wards implements visitor.Kin.
func (s *VisitorCards) Wards(ctx context.Context, business id.Business, of id.Client, after visitor.RelationSpot, limit int) ([]visitor.Relation, error) {
	rows, err := queries(ctx, s.db).WardsAfter(ctx, sqlgen.WardsAfterParams{
		BusinessID: string(business), GuardianID: string(of), AfterAt: int64(after.CreatedAt), AfterID: string(after.Other), Count: int32(limit),
	})
	return relations(rows), s.db.Fault(err)
}

// Guardians implements visitor.Kin.
func (s *VisitorCards) Guardians(ctx context.Context, business id.Business, of id.Client, after visitor.RelationSpot, limit int) ([]visitor.Relation, error) {
	rows, err := queries(ctx, s.db).GuardiansAfter(ctx, sqlgen.GuardiansAfterParams{
		BusinessID: string(business), ClientID: string(of), AfterAt: int64(after.CreatedAt), AfterID: string(after.Other), Count: int32(limit),
	})
	return relations(rows), s.db.Fault(err)
}

// FindKin implements visitor.Kin.
func (s *VisitorCards) FindKin(ctx context.Context, business id.Business, guardian, of id.Client) (visitor.Relation, error) {
	row, err := queries(ctx, s.db).FindKin(ctx, sqlgen.FindKinParams{BusinessID: string(business), GuardianID: string(guardian), ClientID: string(of)})
	if err != nil {
		return visitor.Relation{}, found(s.db, err, "relation")
	}
	return relations([]sqlgen.ClientKin{row})[0], nil
}

func relations(rows []sqlgen.ClientKin) []visitor.Relation {
	out := make([]visitor.Relation, 0, len(rows))
	for _, row := range rows {
		out = append(out, visitor.Relation{
			Guardian: id.Client(row.GuardianID), Of: id.Client(row.ClientID), CreatedAt: span.Instant(row.CreatedAt),
			By: event.Actor{Kind: row.ActorKind, ID: row.ActorID},
		})
	}
	return out
}

// PutKin implements visitor.Kin.
func (s *VisitorCards) PutKin(ctx context.Context, business id.Business, r visitor.Relation) error {
	return s.db.Fault(queries(ctx, s.db).PutKin(ctx, sqlgen.PutKinParams{
		BusinessID: string(business), GuardianID: string(r.Guardian), ClientID: string(r.Of),
		ActorKind: r.By.Kind, ActorID: r.By.ID, CreatedAt: int64(r.CreatedAt),
	}))
}

// DropKin implements visitor.Kin.
func (s *VisitorCards) DropKin(ctx context.Context, business id.Business, guardian, of id.Client) error {
	n, err := queries(ctx, s.db).DropKin(ctx, sqlgen.DropKinParams{
		BusinessID: string(business), GuardianID: string(guardian), ClientID: string(of),
	})
	return changed(s.db, n, err, "relation")
}

// Feed gives the epoch of a client's calendar feed; 0 while there is none.
func (s *VisitorCards) Feed(ctx context.Context, business id.Business, of id.Client) (epoch uint32, err error) {
	n, err := queries(ctx, s.db).FindClientFeed(ctx, sqlgen.FindClientFeedParams{BusinessID: string(business), ClientID: string(of)})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return uint32(n), s.db.Fault(err)
}

// TurnFeed gives a client's feed a new epoch, which ends the address before it.
func (s *VisitorCards) TurnFeed(ctx context.Context, business id.Business, of id.Client, now span.Instant) (epoch uint32, err error) {
	n, err := changes(ctx, s.db).PutClientFeed(ctx, sqlgen.PutClientFeedParams{
		BusinessID: string(business), ClientID: string(of), CreatedAt: int64(now),
	})
	return uint32(n), s.db.Fault(err)
}
