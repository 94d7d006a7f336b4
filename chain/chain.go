// Package chain lets businesses of one house lend each other the cards of
// clients who agreed to it.
//
// A chain is a set of businesses that agreed (Board): an owner founds it and
// hands another owner a code, who joins with it; each leaves when it likes, and
// the last one out ends the chain. A business is in one chain at most.
//
//	owner ── Found ──▶ chain ── Invite ──▶ code ── Join ──▶ member ── Leave ──▶ out
//	                                        └── a week, or used: gone
//
// A card is lent (Lender), never copied. Nothing of it is kept at the branch
// that looks, and there is no index over businesses. Each time it is asked anew:
// are both in the chain; does the card here carry a contact that the client
// proved, and does a card there carry the same one, verified, under the same
// name; and did the client agree there to the purpose "sharing", after both
// had joined. Where any of it fails, the answer is the one for a branch that is
// not there. What is lent is chosen in shared.go; facts of health need a
// consent of their own and a reader with the right to them.
//
// Every look is recorded in the transaction in which it happens, on both cards
// (client.Registry.Lend, Abroad). What is brought over becomes the branch's own
// word and stays when the client takes the consent back.
//
// Failures: a code that was used, is late, or is of a chain that has ended is
// gone. Two who leave at once meet at the chain's row, as do a join and the end.
package chain

import (
	"context"

	"kept/account"
	"kept/id"
	"kept/span"
)

// Chain is what businesses joined.
type Chain struct {
	ID        id.Chain
	Name      string
	CreatedAt span.Instant
}

// Member is a business in a chain.
type Member struct {
	Chain    id.Chain
	Business id.Business
	JoinedAt span.Instant
}

// Invitation lets one more business join, once.
type Invitation struct {
	ID        id.Invitation
	Chain     id.Chain
	By        id.Business // who invites
	CreatedAt span.Instant
	ExpiresAt span.Instant
}

// InvitationLife is how long a code is good for.
const InvitationLife = 7 * span.Day

const (
	codePrefix   = "kept_chain_"
	maxName      = 80 // characters
	mostMembers  = 50
	mostInvites  = 20 // open at once, a chain
	longestCode  = 200
	shownInvites = mostInvites
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Store keeps chains and who is in them. What writes needs a transaction.
type Store interface {
	// InsertChain makes a chain.
	InsertChain(ctx context.Context, c Chain) error
	// TouchChain locks a chain until the transaction ends; fault NotFound when it has ended.
	TouchChain(ctx context.Context, chain id.Chain) error
	// EndChain takes a chain away with its invitations.
	EndChain(ctx context.Context, chain id.Chain) error
	// ChainOf gives the chain that a business is in; fault NotFound.
	ChainOf(ctx context.Context, business id.Business) (Chain, error)
	// FindChain gives a chain; fault NotFound.
	FindChain(ctx context.Context, chain id.Chain) (Chain, error)
	// Members gives who is in a chain, who joined first first.
	Members(ctx context.Context, chain id.Chain) ([]Member, error)
	// InsertMember has a business join; fault conflict when it is in a chain.
	InsertMember(ctx context.Context, m Member) error
	// DeleteMember has a business leave; fault NotFound.
	DeleteMember(ctx context.Context, business id.Business) error
}

// Invitations keeps codes, by their hashes. What writes needs a transaction.
type Invitations interface {
	// InsertChainInvitation adds one.
	InsertChainInvitation(ctx context.Context, hash []byte, i Invitation) error
	// ChainInvitation finds one, late or not; fault NotFound.
	ChainInvitation(ctx context.Context, hash []byte) (Invitation, error)
	// ChainInvitations gives those of a chain that are good at an instant, the newest first.
	ChainInvitations(ctx context.Context, chain id.Chain, now span.Instant, most int) ([]Invitation, error)
	// DeleteChainInvitation uses one up or withdraws it; fault NotFound, also
	// for the second of two who come at once.
	DeleteChainInvitation(ctx context.Context, chain id.Chain, invitation id.Invitation) error
	// SweepChainInvitations forgets those that were late at an instant.
	SweepChainInvitations(ctx context.Context, now span.Instant) error
}

// Secrets makes codes.
type Secrets interface {
	// NewOpaque makes a random code and the hash by which it is found.
	NewOpaque(prefix string) (text string, hash []byte)
	// HashOpaque gives the hash of a code.
	HashOpaque(text string) []byte
}

// What is recorded about chains, at every branch of one. The words are stable.
const (
	DidFound    = "chain.founded"
	DidInvite   = "chain.invited"
	DidWithdraw = "chain.invitation_withdrawn"
	DidJoin     = "chain.joined"
	DidLeave    = "chain.left"
)

// Auditor records what was done, in the caller's transaction.
type Auditor interface {
	Record(ctx context.Context, a account.Act) error
}
