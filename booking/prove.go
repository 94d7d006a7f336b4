package booking

import (
	"context"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/event"
	"kept/id"
)

// bring finds or makes whom or what the visit is for, where that was said in
// words. A new card is told of before what stands on it.
func (d *Desk) bring(ctx context.Context, who account.Principal, req *Request, in *placing) (err error) {
	if req.About.None() || req.Subject != "" {
		return nil
	}
	of := in.guest.client.ID
	if !who.IsStaff() {
		who.ID = string(of)
	}
	if in.guest.fresh {
		if err := d.Journal.Append(ctx, created(who, of)); err != nil {
			return err
		}
		known := *in.guest
		known.fresh = false
		in.guest = &known
	}
	req.Subject, err = d.Registry.Bring(ctx, who.Business, of, req.About, who.Actor())
	return err
}

func created(who account.Principal, of id.Client) event.Event {
	return event.Event{Business: who.Business, Type: event.ClientCreated, Actor: who.Actor(), Client: of}
}

// prove asks those who are nobody we know for a proof that their contact is
// theirs, where the business wants one. It comes last: a code is asked for only
// with what could be booked. A series is proven with its first date.
func (d *Desk) prove(ctx context.Context, who account.Principal, setting *availability.Setting, req Request, b *Booking) error {
	terms := setting.Catalog.Business.Terms
	if terms.Proof == "" || who.IsStaff() || req.ClientID != "" || d.Proofs == nil {
		return nil
	}
	return d.Proofs.Spend(ctx, terms, b.Business, req.Proof, req.Client, b.Client)
}

// take records what was sent along. Clients answer what must be answered, with
// the first of a series; the staff may leave it open.
func (d *Desk) take(ctx context.Context, who account.Principal, c *catalog.Catalog, b *Booking, given Given) error {
	asks := len(c.Forms) > 0 || len(c.Notices) > 0 || len(given.Answers) > 0 || len(given.Consents) > 0
	if d.Intake == nil || !asks || b.SeriesAt > 1 {
		return nil
	}
	return d.Intake.Take(ctx, who, c, b, given, !who.IsStaff())
}
