// Package own is what a client who is signed in may do with the addresses,
// numbers and files of their own card, whether on the page (web/me) or by a
// program that holds their session (web/visitorapi): one set of rules for both.
//
// Whoever calls it has found the card to open for the login, at this request.
// A further contact stands on the card at once and is good for nothing until a
// code that was sent there comes back: then messages may go there, and it opens
// the card. The contact by which somebody is signed in stays: without it the
// card would not open any more. Of files a client sees all that stand on the
// card, and takes away those that they put there.
package own

import (
	"context"
	"slices"
	"strings"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/visitor"
)

// Door sends codes and takes them; visitor.Door does.
type Door interface {
	AskProof(ctx context.Context, r visitor.Request, to visitor.Purpose) (ticket string, c visitor.Contact, err error)
	Prove(ctx context.Context, business id.Business, to visitor.Purpose, ticket, typed string) (visitor.Proof, error)
	Settle(ctx context.Context, business id.Business, secret string, of visitor.Contact, verify func(ctx context.Context) error) error
}

// Desk answers clients about their own cards.
type Desk struct {
	Door    Door
	Clients *client.Registry
	// Archive gives the archive of files, which a running server has.
	Archive func() *client.Archive
}

// Guest is a client who is signed in, at one of their cards.
type Guest struct {
	Who      account.Principal // account.Visitor of the card
	Card     id.Client
	Login    visitor.Contact // by which they are signed in
	Language string          // of messages
	Shared   bool            // the address may be that of many

	Visitor visitor.Login // whose session it is
	Session id.Session
}

// Mine tells whether a contact is the one by which the guest is signed in.
func (g Guest) Mine(k client.Contact) bool {
	c, err := visitor.ReadContact(k.Value)
	return err == nil && c == g.Login
}

// Contacts lists the addresses and numbers of the card, the preferred ones first.
func (d *Desk) Contacts(ctx context.Context, g Guest) ([]client.Contact, error) {
	sheet, err := d.Clients.Sheet(ctx, g.Who.Business, g.Card, g.Who.Actor(), client.ReadCard, false)
	return sheet.Contacts, err
}

// Contact finds one by its id, or a preferred one by its kind; fault NotFound.
func (d *Desk) Contact(ctx context.Context, g Guest, want id.Contact) (client.Contact, error) {
	all, err := d.Contacts(ctx, g)
	if err != nil {
		return client.Contact{}, err
	}
	at := slices.IndexFunc(all, func(k client.Contact) bool { return k.ID == want || k.Preferred && k.Kind == string(want) })
	if at < 0 || want == "" {
		return client.Contact{}, fault.Missing("contact")
	}
	return all[at], nil
}

// AddContact puts an address or a number on the card, unproven. Fault Invalid
// (value, label).
func (d *Desk) AddContact(ctx context.Context, g Guest, value, label string) (client.Contact, error) {
	kind := client.ContactPhone
	if strings.Contains(value, "@") {
		kind = client.ContactEmail
	}
	return d.Clients.AddContact(ctx, g.Who.Business, g.Card, kind, value, label, g.Who.Actor())
}

// Ask has a code sent to a contact of the card; the ticket goes with the code.
// Faults as visitor.Door.AskProof's.
func (d *Desk) Ask(ctx context.Context, g Guest, k client.Contact) (ticket string, to visitor.Contact, err error) {
	return d.Door.AskProof(ctx, visitor.Request{
		Contact: k.Value, Address: g.Who.From, Shared: g.Shared, Business: g.Who.Business, Language: g.Language,
	}, visitor.ToAdd)
}

// Take takes the code that was sent. A try counts whatever becomes of it: it is
// no part of a transaction. Faults as visitor.Door.Prove's.
func (d *Desk) Take(ctx context.Context, g Guest, ticket, code string) (visitor.Proof, error) {
	return d.Door.Prove(ctx, g.Who.Business, visitor.ToAdd, ticket, code)
}

// Verify notes that a contact is the client's own, for a proof that is used up.
// Fault NotFound, proof_required.
func (d *Desk) Verify(ctx context.Context, g Guest, want id.Contact, proof visitor.Proof) (client.Contact, error) {
	k, err := d.Contact(ctx, g, want)
	if err != nil {
		return k, err
	}
	c, err := visitor.ReadContact(k.Value)
	if err != nil {
		return k, err
	}
	err = d.Door.Settle(ctx, g.Who.Business, proof.Secret, c, func(ctx context.Context) error {
		k, err = d.Clients.VerifyContact(ctx, g.Who.Business, g.Card, k.ID, client.VerifiedByCode, g.Who.Actor())
		return err
	})
	return k, err
}

// Prefer has messages go to a contact, if it is proven: else fault Invalid (value).
func (d *Desk) Prefer(ctx context.Context, g Guest, want id.Contact) (client.Contact, error) {
	k, err := d.Contact(ctx, g, want)
	if err != nil {
		return k, err
	}
	if !k.Verified() { // messages go only where the client has shown to be
		return k, fault.BadField("value", "unproven", "show first that it is yours")
	}
	return d.Clients.PreferContact(ctx, g.Who.Business, g.Card, k.ID, g.Who.Actor())
}

// Label says whose or where a contact is. Fault Invalid (label), NotFound.
func (d *Desk) Label(ctx context.Context, g Guest, want id.Contact, label string) (client.Contact, error) {
	return d.Clients.LabelContact(ctx, g.Who.Business, g.Card, want, label, g.Who.Actor())
}

// Remove takes a contact off the card; fault conflict for the one by which the
// guest is signed in.
func (d *Desk) Remove(ctx context.Context, g Guest, want id.Contact) error {
	k, err := d.Contact(ctx, g, want)
	if err != nil {
		return err
	}
	if g.Mine(k) {
		return fault.New(fault.Conflict, fault.CodeConflict, "you are signed in with it")
	}
	return d.Clients.RemoveContact(ctx, g.Who.Business, g.Card, want, g.Who.Actor())
}
