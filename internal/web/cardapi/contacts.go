package cardapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/wire"
)

func (c *cards) registerContacts() {
	const path = "/clients/{id}/contacts"
	wire.Op(c.edge, http.MethodGet, path, "list-contacts", "Addresses and numbers of a client, the preferred ones first", c.listContacts)
	o := wire.Operation(http.MethodPost, path, "add-contact", "Add a further address or number")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(c.edge, o, c.addContact)
	wire.Op(c.edge, http.MethodPatch, path+"/{contact}", "update-contact", "Name, prefer or verify a contact", c.updateContact)
	wire.Op(c.edge, http.MethodDelete, path+"/{contact}", "remove-contact", "Take a contact off the card", c.removeContact)
}

// ContactBody is a contact on the wire.
type ContactBody struct {
	ID         string        `json:"id" doc:"email or phone for a preferred one that only the head of the card carries; these words find the preferred ones anyway"`
	Kind       string        `json:"kind" enum:"email,phone"`
	Value      string        `json:"value"`
	Label      string        `json:"label,omitempty"`
	Preferred  bool          `json:"preferred" doc:"Messages go there; it is the email or phone of the client"`
	VerifiedAt wire.Optional `json:"verified_at" doc:"Since when it is known to be the client's; only a verified contact opens their card"`
	VerifiedBy string        `json:"verified_by,omitempty" enum:"code,link,staff,import"`
	InDoubt    bool          `json:"in_doubt,omitempty" doc:"A booking of the public brought it: until it is verified it hears of that booking alone and opens nothing"`
	CreatedAt  wire.Moment   `json:"created_at"`
	UpdatedAt  wire.Moment   `json:"updated_at"`
}

func contactOf(k client.Contact, zone *time.Location) ContactBody {
	return ContactBody{
		string(k.ID), k.Kind, k.Value, k.Label, k.Preferred, wire.Maybe(k.VerifiedAt, zone), k.VerifiedBy, k.InDoubt,
		wire.At(k.CreatedAt, zone), wire.At(k.UpdatedAt, zone),
	}
}

type contactOut struct{ Body ContactBody }

type contactsOut struct{ Body wire.Page[ContactBody] }

func (c *cards) listContacts(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	wire.Paging
},
) (*contactsOut, error) {
	s, zone, err := c.seen(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	page, err := wire.Slice(s.Contacts, in.Paging, func(k client.Contact) string { return k.Kind + string(k.ID) })
	return &contactsOut{wire.Told(page, func(k client.Contact) ContactBody { return contactOf(k, zone) })}, err
}

func (c *cards) addContact(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Body struct {
		Kind  string `json:"kind" enum:"email,phone"`
		Value string `json:"value" maxLength:"254"`
		Label string `json:"label,omitempty" maxLength:"40"`
	}
},
) (*contactOut, error) {
	who, zone, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	k, err := c.Clients.AddContact(ctx, p.Business, who, in.Body.Kind, in.Body.Value, in.Body.Label, p.Actor())
	return &contactOut{contactOf(k, zone)}, err
}

func (c *cards) updateContact(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Contact string `path:"contact" maxLength:"36"`
	Body    struct {
		Label     *string `json:"label,omitempty" maxLength:"40"`
		Preferred *bool   `json:"preferred,omitempty" doc:"true; the other of its kind gives way"`
		Verified  *bool   `json:"verified,omitempty" doc:"true: you know it to be the client's; false: it is not any more"`
	}
},
) (*contactOut, error) {
	who, zone, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	contact, b := id.Contact(in.Contact), in.Body
	if b.Preferred != nil && !*b.Preferred {
		return nil, fault.BadField("preferred", "unknown", "prefer another one instead")
	}
	if b.Label == nil && b.Preferred == nil && b.Verified == nil {
		return nil, fault.BadField("label", "required", "say what is to change")
	}
	var k client.Contact
	for _, step := range []struct {
		wanted bool
		do     func() (client.Contact, error)
	}{
		{b.Label != nil, func() (client.Contact, error) {
			return c.Clients.LabelContact(ctx, p.Business, who, contact, *b.Label, p.Actor())
		}},
		{b.Verified != nil && *b.Verified, func() (client.Contact, error) {
			return c.Clients.VerifyContact(ctx, p.Business, who, contact, client.VerifiedByStaff, p.Actor())
		}},
		{b.Verified != nil && !*b.Verified, func() (client.Contact, error) {
			return c.Clients.DoubtContact(ctx, p.Business, who, contact, p.Actor())
		}},
		{b.Preferred != nil, func() (client.Contact, error) {
			return c.Clients.PreferContact(ctx, p.Business, who, contact, p.Actor())
		}},
	} {
		if !step.wanted {
			continue
		}
		if k, err = step.do(); err != nil {
			return nil, err
		}
		contact = k.ID
	}
	return &contactOut{contactOf(k, zone)}, nil
}

func (c *cards) removeContact(ctx context.Context, p account.Principal, in *struct {
	ClientPath
	Contact string `path:"contact" maxLength:"36"`
},
) (*struct{}, error) {
	who, _, err := c.editor(ctx, p, in.ClientPath)
	if err != nil {
		return nil, err
	}
	return nil, c.Clients.RemoveContact(ctx, p.Business, who, id.Contact(in.Contact), p.Actor())
}
