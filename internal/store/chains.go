package store

import (
	"context"

	"kept/chain"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Chains keeps which businesses lend each other cards, and the codes by which
// more of them join.
type Chains struct{ db *db.DB }

// NewChains makes the store.
func NewChains(d *db.DB) *Chains { return &Chains{d} }

var (
	_ chain.Store       = (*Chains)(nil)
	_ chain.Invitations = (*Chains)(nil)
)

// InsertChain implements chain.Store.
func (s *Chains) InsertChain(ctx context.Context, c chain.Chain) error {
	return s.db.Fault(queries(ctx, s.db).InsertChain(ctx, sqlgen.InsertChainParams{
		ID: string(c.ID), Name: c.Name, CreatedAt: int64(c.CreatedAt),
	}))
}

// TouchChain implements chain.Store.
func (s *Chains) TouchChain(ctx context.Context, of id.Chain) error {
	rows, err := queries(ctx, s.db).TouchChain(ctx, string(of))
	return changed(s.db, rows, err, "chain")
}

// EndChain implements chain.Store.
func (s *Chains) EndChain(ctx context.Context, of id.Chain) error {
	q := queries(ctx, s.db)
	if err := q.DeleteChainInvitations(ctx, string(of)); err != nil {
		return s.db.Fault(err)
	}
	return s.db.Fault(q.DeleteChain(ctx, string(of)))
}

// ChainOf implements chain.Store.
func (s *Chains) ChainOf(ctx context.Context, business id.Business) (chain.Chain, error) {
	row, err := queries(ctx, s.db).ChainOf(ctx, string(business))
	return chainOf(row), found(s.db, err, "chain")
}

// FindChain implements chain.Store.
func (s *Chains) FindChain(ctx context.Context, of id.Chain) (chain.Chain, error) {
	row, err := queries(ctx, s.db).FindChain(ctx, string(of))
	return chainOf(row), found(s.db, err, "chain")
}

func chainOf(row sqlgen.Chain) chain.Chain {
	return chain.Chain{ID: id.Chain(row.ID), Name: row.Name, CreatedAt: span.Instant(row.CreatedAt)}
}

// Members implements chain.Store.
func (s *Chains) Members(ctx context.Context, of id.Chain) ([]chain.Member, error) {
	rows, err := queries(ctx, s.db).ChainMembers(ctx, string(of))
	out := make([]chain.Member, len(rows))
	for i, r := range rows {
		out[i] = chain.Member{Chain: of, Business: id.Business(r.BusinessID), JoinedAt: span.Instant(r.JoinedAt)}
	}
	return out, s.db.Fault(err)
}

// InsertMember implements chain.Store.
func (s *Chains) InsertMember(ctx context.Context, m chain.Member) error {
	return s.db.Fault(queries(ctx, s.db).InsertChainMember(ctx, sqlgen.InsertChainMemberParams{
		BusinessID: string(m.Business), ChainID: string(m.Chain), JoinedAt: int64(m.JoinedAt),
	}))
}

// DeleteMember implements chain.Store.
func (s *Chains) DeleteMember(ctx context.Context, business id.Business) error {
	rows, err := queries(ctx, s.db).DeleteChainMember(ctx, string(business))
	return changed(s.db, rows, err, "chain")
}

// InsertChainInvitation implements chain.Invitations.
func (s *Chains) InsertChainInvitation(ctx context.Context, hash []byte, i chain.Invitation) error {
	return s.db.Fault(queries(ctx, s.db).InsertChainInvitation(ctx, sqlgen.InsertChainInvitationParams{
		CodeHash: hash, ID: string(i.ID), ChainID: string(i.Chain), BusinessID: string(i.By),
		CreatedAt: int64(i.CreatedAt), ExpiresAt: int64(i.ExpiresAt),
	}))
}

// ChainInvitation implements chain.Invitations.
func (s *Chains) ChainInvitation(ctx context.Context, hash []byte) (chain.Invitation, error) {
	row, err := queries(ctx, s.db).FindChainInvitation(ctx, hash)
	return chainInvitation(row), found(s.db, err, "invitation")
}

// ChainInvitations implements chain.Invitations.
func (s *Chains) ChainInvitations(ctx context.Context, of id.Chain, now span.Instant, most int) ([]chain.Invitation, error) {
	rows, err := queries(ctx, s.db).ListChainInvitations(ctx, sqlgen.ListChainInvitationsParams{
		ChainID: string(of), Now: int64(now), Most: int32(most),
	})
	out := make([]chain.Invitation, len(rows))
	for i, r := range rows {
		out[i] = chainInvitation(r)
	}
	return out, s.db.Fault(err)
}

// DeleteChainInvitation implements chain.Invitations.
func (s *Chains) DeleteChainInvitation(ctx context.Context, of id.Chain, invitation id.Invitation) error {
	rows, err := queries(ctx, s.db).DeleteChainInvitation(ctx, sqlgen.DeleteChainInvitationParams{
		ChainID: string(of), ID: string(invitation),
	})
	return changed(s.db, rows, err, "invitation")
}

// SweepChainInvitations implements chain.Invitations.
func (s *Chains) SweepChainInvitations(ctx context.Context, now span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).SweepChainInvitations(ctx, int64(now)))
}

func chainInvitation(row sqlgen.ChainInvitation) chain.Invitation {
	return chain.Invitation{
		ID: id.Invitation(row.ID), Chain: id.Chain(row.ChainID), By: id.Business(row.BusinessID),
		CreatedAt: span.Instant(row.CreatedAt), ExpiresAt: span.Instant(row.ExpiresAt),
	}
}
