package client

import (
	"context"

	"kept/id"
	"kept/span"
)

// Doubts keeps which contacts of heads nobody has proven or given for their
// own: those that a later booking has filled in. Somebody who knows a name and
// a number can add an address of theirs in that way. Messages go there, but it
// opens no card before it is verified.
type Doubts interface {
	// Doubt notes one; once is enough.
	Doubt(ctx context.Context, business id.Business, client id.Client, kind, value string, at span.Instant) error
}

// doubt notes what a booking has filled into a card that was there before.
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
		if err := r.details.Doubts.Doubt(ctx, business, filled.ID, kind, *is, filled.UpdatedAt); err != nil {
			return err
		}
	}
	return nil
}
