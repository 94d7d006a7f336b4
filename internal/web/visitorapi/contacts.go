package visitorapi

import (
	"context"
	"net/http"
	"time"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/own"
	"kept/internal/web/wire"
	"kept/span"
	"kept/visitor"
)

// Own answers clients about the contacts and the files of their own card, by
// the same rules as the page does.
type Own struct {
	API    *API
	Guests *Guests
	Desk   *own.Desk
	Clock  interface{ Now() span.Instant }
}

// Register adds the operations to an edge.
func (a *Own) Register(e *wire.Edge) {
	const path = "/contacts"
	let(e, a.Guests, theirs(http.MethodGet, path, "list-own-contacts", "One's own addresses and numbers, the preferred ones first"), a.contacts)
	let(e, a.Guests, made(path, "create-own-contact", "Put a further address or number on one's card; a code shows that it is one's own"), a.addContact)
	one := path + "/{contact}"
	let(e, a.Guests, theirs(http.MethodPatch, one, "update-own-contact", "Label a contact, or have messages go there"), a.changeContact)
	let(e, a.Guests, theirs(http.MethodDelete, one, "delete-own-contact", "Take a contact off one's card, but the one by which one is signed in"), a.dropContact)
	o := theirs(http.MethodPost, one+"/codes", "send-own-code", "Have a code sent to a contact of one's card. No key of idempotency counts here")
	o.DefaultStatus = http.StatusAccepted
	let(e, a.Guests, o, a.sendCode)
	o = theirs(http.MethodPost, one+"/proofs", "prove-own-contact", "Show by the code that a contact is one's own. No key of idempotency counts here: every try does")
	o.Errors = append(o.Errors, http.StatusGone)
	let(e, a.Guests, o, a.prove)
	a.registerPapers(e)
}

type ownContact struct {
	ID         string        `json:"id" doc:"email or phone find the preferred ones too"`
	Kind       string        `json:"kind" enum:"email,phone"`
	Value      string        `json:"value"`
	Label      string        `json:"label,omitempty"`
	Preferred  bool          `json:"preferred" doc:"Messages go there"`
	VerifiedAt wire.Optional `json:"verified_at" doc:"Since when it is known to be one's own; only such a contact opens the card"`
	SignedIn   bool          `json:"signed_in" doc:"By this one the session is signed in: it cannot be taken off"`
	CreatedAt  wire.Moment   `json:"created_at"`
	UpdatedAt  wire.Moment   `json:"updated_at"`
}

func ownContactOf(g own.Guest, k client.Contact, zone *time.Location) ownContact {
	return ownContact{
		string(k.ID), k.Kind, k.Value, k.Label, k.Preferred, wire.Maybe(k.VerifiedAt, zone), g.Mine(k),
		wire.At(k.CreatedAt, zone), wire.At(k.UpdatedAt, zone),
	}
}

type (
	ownContactOut  struct{ Body ownContact }
	ownContactsOut struct{ Body wire.Page[ownContact] }
)

// contact answers with a contact.
func (a *Own) contact(ctx context.Context, k client.Contact, err error) (*ownContactOut, error) {
	if err != nil {
		return nil, err
	}
	g := guest(ctx)
	zone, err := a.API.zone(ctx, g.Who.Business)
	return &ownContactOut{ownContactOf(g, k, zone)}, err
}

func (a *Own) contacts(ctx context.Context, in *struct {
	Self
	wire.Paging
},
) (*ownContactsOut, error) {
	g := guest(ctx)
	all, err := a.Desk.Contacts(ctx, g)
	if err != nil {
		return nil, err
	}
	zone, err := a.API.zone(ctx, g.Who.Business)
	if err != nil {
		return nil, err
	}
	page, err := wire.Slice(all, in.Paging, func(k client.Contact) string { return k.Kind + string(k.ID) })
	return &ownContactsOut{wire.Told(page, func(k client.Contact) ownContact { return ownContactOf(g, k, zone) })}, err
}

func (a *Own) addContact(ctx context.Context, in *struct {
	Self
	Body struct {
		Value string `json:"value" maxLength:"254" doc:"An e-mail address, or a number best with a plus and the country"`
		Label string `json:"label,omitempty" maxLength:"40"`
	}
},
) (*ownContactOut, error) {
	k, err := a.Desk.AddContact(ctx, guest(ctx), in.Body.Value, in.Body.Label)
	return a.contact(ctx, k, err)
}

// ContactPath names a contact of one's own card.
type ContactPath struct {
	Self
	Contact string `path:"contact" maxLength:"36"`
}

func (a *Own) changeContact(ctx context.Context, in *struct {
	ContactPath
	Body struct {
		Label     *string `json:"label,omitempty" maxLength:"40"`
		Preferred *bool   `json:"preferred,omitempty" doc:"true; the other of its kind gives way. Only a contact that is proven"`
	}
},
) (*ownContactOut, error) {
	g, b := guest(ctx), in.Body
	switch {
	case b.Preferred != nil && !*b.Preferred:
		return nil, fault.BadField("preferred", "unknown", "prefer another one instead")
	case b.Preferred == nil && b.Label == nil:
		return nil, fault.BadField("label", "required", "say what is to change")
	}
	k, err := a.Desk.Contact(ctx, g, id.Contact(in.Contact))
	if err == nil && b.Preferred != nil {
		k, err = a.Desk.Prefer(ctx, g, k.ID)
	}
	if err == nil && b.Label != nil {
		k, err = a.Desk.Label(ctx, g, k.ID, *b.Label)
	}
	return a.contact(ctx, k, err)
}

func (a *Own) dropContact(ctx context.Context, in *ContactPath) (*struct{}, error) {
	return nil, a.Desk.Remove(ctx, guest(ctx), id.Contact(in.Contact))
}

type ownCodeOut struct {
	Body struct {
		Ticket    string      `json:"ticket" doc:"Goes with the code"`
		SentTo    string      `json:"sent_to" doc:"The contact, mostly hidden"`
		ExpiresAt wire.Moment `json:"expires_at"`
	}
}

func (a *Own) sendCode(ctx context.Context, in *ContactPath) (*ownCodeOut, error) {
	g := guest(ctx)
	k, err := a.Desk.Contact(ctx, g, id.Contact(in.Contact))
	if err != nil {
		return nil, err
	}
	if k.Verified() {
		return nil, fault.New(fault.Conflict, fault.CodeConflict, "it is known to be yours")
	}
	zone, err := a.API.zone(ctx, g.Who.Business)
	if err != nil {
		return nil, err
	}
	ticket, to, err := a.Desk.Ask(ctx, g, k)
	if err != nil {
		return nil, err
	}
	out := &ownCodeOut{}
	out.Body.Ticket, out.Body.SentTo = ticket, to.Masked()
	out.Body.ExpiresAt = wire.At(a.Clock.Now()+visitor.CodeLife, zone)
	return out, nil
}

func (a *Own) prove(ctx context.Context, in *struct {
	ContactPath
	Body struct {
		Ticket string `json:"ticket" maxLength:"200"`
		Code   string `json:"code" maxLength:"40"`
	}
},
) (*ownContactOut, error) {
	g, want := guest(ctx), id.Contact(in.Contact)
	if _, err := a.Desk.Contact(ctx, g, want); err != nil {
		return nil, err
	}
	proof, err := a.Desk.Take(ctx, g, in.Body.Ticket, in.Body.Code)
	if err != nil {
		return nil, err
	}
	k, err := a.Desk.Verify(ctx, g, want, proof)
	return a.contact(ctx, k, err)
}
