package app

import (
	"context"
	"slices"

	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/visitor"
)

// proofs lets the desk that books ask the clients' door who has shown that a
// contact is theirs.
type proofs struct{ door *visitor.Door }

// Spend implements booking.Proofs.
func (p proofs) Spend(
	ctx context.Context, terms catalog.Terms, business id.Business, proof string, given client.Draft, of id.Client,
) error {
	mine := visitor.Provable(terms.Contact, given)
	for _, c := range mine {
		if p.door.Vouched(business, proof, c) {
			return p.door.Credit(ctx, business, of, c)
		}
		if terms.Proof == catalog.ProofNew && p.door.Remembers(business, proof, c) {
			return nil // shown before, perhaps by somebody else at this browser: the card is not marked
		}
	}
	c, err := p.door.Shows(ctx, business, visitor.ToBook, proof)
	if err != nil {
		return err
	}
	if !slices.Contains(mine, c) {
		return visitor.NotProven()
	}
	if _, err := p.door.Spend(ctx, business, visitor.ToBook, proof); err != nil {
		return err
	}
	return p.door.Credit(ctx, business, of, c)
}
