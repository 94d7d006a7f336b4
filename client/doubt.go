package client

import (
	"context"

	"kept/id"
	"kept/span"
)

// Doubts keeps which contacts of heads are in doubt: those that a later booking
// of the public has filled in, and those that were claimed together with one
// whose owner has shown themselves since. Somebody who knows a name and a
// number can add an address of theirs in that way. A contact in doubt opens no
// card, finds none, and hears of those bookings alone that named it, until the
// desk or its owner confirms it.
type Doubts interface {
	// Doubt notes one; once is enough.
	Doubt(ctx context.Context, business id.Business, client id.Client, kind, value string, at span.Instant) error
	// Doubted tells which contacts of a head are in doubt.
	Doubted(ctx context.Context, business id.Business, c Client) (Doubted, error)
	// Forget lets the bookings of a client forget which contacts they named.
	Forget(ctx context.Context, business id.Business, client id.Client) error
}

// Doubted tells which contacts of a head are in doubt.
type Doubted struct{ Email, Phone bool }

// Doubted tells which contacts of a card's head are in doubt.
func (r *Registry) Doubted(ctx context.Context, business id.Business, c Client) (Doubted, error) {
	if r.details.Doubts == nil {
		return Doubted{}, nil
	}
	return r.details.Doubts.Doubted(ctx, business, c)
}

// doubt notes what a booking has filled into a card that was there before. The
// bookings before it did not name it, whatever they named then.
func (r *Registry) doubt(ctx context.Context, business id.Business, old, filled Client) error {
	if r.details.Doubts == nil {
		return nil
	}
	for _, kind := range []string{ContactEmail, ContactPhone} {
		was, _ := old.head(kind)
		is, _ := filled.head(kind)
		if *was != "" || *is == "" {
			continue
		}
		if err := r.details.Doubts.Forget(ctx, business, filled.ID); err != nil {
			return err
		}
		if err := r.details.Doubts.Doubt(ctx, business, filled.ID, kind, *is, filled.UpdatedAt); err != nil {
			return err
		}
	}
	return nil
}

// Disclaim follows the proof of one contact of a card, which ends the claim
// that it goes with the other: that one is in doubt from now on. card is as it
// was before the proof.
func (r *Registry) Disclaim(ctx context.Context, business id.Business, card Client, proven string) error {
	if !card.Claimed || r.details.Doubts == nil {
		return nil
	}
	other := ContactEmail
	if proven == ContactEmail {
		other = ContactPhone
	}
	value, verified := card.head(other)
	if *value == "" || *verified != 0 {
		return nil
	}
	return r.details.Doubts.Doubt(ctx, business, card.ID, other, *value, r.clock.Now())
}
