package client

import (
	"context"
	"slices"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// How a contact was verified.
const (
	VerifiedByCode   = "code"   // typed in what was sent to it
	VerifiedByLink   = "link"   // opened what was sent to it
	VerifiedByStaff  = "staff"  // the desk has seen or called it
	VerifiedByImport = "import" // the system it came from knew so
)

const maxContactLabel = 40 // characters

// Contact is one address or number of a client. Of each kind the one that the
// head of the card carries is the preferred one: messages go there. Only a
// verified contact speaks for the person; an unverified one opens nothing.
type Contact struct {
	// ID is the kind itself for one that a booking wrote into the head and
	// nobody has touched since; the kind finds the preferred one of it anyway.
	ID         id.Contact
	Kind       string // ContactEmail, ContactPhone
	Value      string // as typed and cleaned
	Label      string // whose or where, in the words of who added it
	Preferred  bool
	InDoubt    bool         // somebody of the public has brought it, and may not be its owner; see Doubts
	VerifiedAt span.Instant // 0 for not
	VerifiedBy string
	CreatedAt  span.Instant
	UpdatedAt  span.Instant
}

// Verified tells whether it is known to be the client's.
func (c *Contact) Verified() bool { return c.VerifiedAt != 0 }

// same tells whether two contacts reach the same.
func same(kind, a, b string) bool {
	if kind == ContactEmail {
		return FoldEmail(a) == FoldEmail(b)
	}
	return CleanPhone(a) == CleanPhone(b)
}

// Contacts keeps the addresses and numbers of clients, sealed.
type Contacts interface {
	// Contacts lists those that have a row of their own, by kind and age.
	Contacts(ctx context.Context, business id.Business, client id.Client) ([]Contact, error)
	// InsertContact adds one; fault conflict when the card has it.
	InsertContact(ctx context.Context, business id.Business, client id.Client, c Contact) error
	// UpdateContact writes label and verification; fault NotFound.
	UpdateContact(ctx context.Context, business id.Business, client id.Client, c Contact) error
	// DeleteContact takes one away; fault NotFound.
	DeleteContact(ctx context.Context, business id.Business, client id.Client, contact id.Contact) error
	// Holders lists the clients who carry the value verified.
	Holders(ctx context.Context, business id.Business, kind, value string) ([]id.Client, error)
}

// head gives where the head of the card carries contacts of a kind.
func (c *Client) head(kind string) (value *string, verified *span.Instant) {
	if kind == ContactEmail {
		return &c.Email, &c.EmailVerified
	}
	return &c.Phone, &c.PhoneVerified
}

// Holders lists the clients of a business who carry a contact verified: the
// cards that a code sent to it may open. A value that is no contact has none.
func (r *Registry) Holders(ctx context.Context, business id.Business, kind, value string) ([]id.Client, error) {
	if kind == ContactPhone {
		value = CleanPhone(value)
	}
	if value == "" {
		return nil, nil
	}
	return r.details.Contacts.Holders(ctx, business, kind, value)
}

// contactsOf lists all contacts of a card, the preferred ones first.
func (r *Registry) contactsOf(ctx context.Context, business id.Business, c Client) ([]Contact, error) {
	list, err := r.details.Contacts.Contacts(ctx, business, c.ID)
	if err != nil {
		return nil, err
	}
	for _, kind := range []string{ContactEmail, ContactPhone} {
		value, _ := c.head(kind)
		if *value == "" {
			continue
		}
		i := slices.IndexFunc(list, func(k Contact) bool { return k.Kind == kind && same(kind, k.Value, *value) })
		if i < 0 {
			list = append(list, Contact{
				ID: id.Contact(kind), Kind: kind, Value: *value, CreatedAt: c.CreatedAt, UpdatedAt: c.CreatedAt,
			})
			i = len(list) - 1
		}
		list[i].Preferred = true
	}
	doubted, err := r.Doubted(ctx, business, c)
	if err != nil {
		return nil, err
	}
	for i := range list {
		k := &list[i]
		k.InDoubt = k.Preferred && !k.Verified() && (k.Kind == ContactEmail && doubted.Email || k.Kind == ContactPhone && doubted.Phone)
	}
	slices.SortStableFunc(list, func(a, b Contact) int {
		switch {
		case a.Preferred == b.Preferred:
			return 0
		case a.Preferred:
			return -1
		}
		return 1
	})
	return list, nil
}

// find gives the contact of an id, or the preferred one of the kind that the id names.
func findContact(list []Contact, want id.Contact) (int, error) {
	i := slices.IndexFunc(list, func(k Contact) bool { return k.ID == want || k.Preferred && string(want) == k.Kind })
	if i < 0 {
		return 0, fault.Missing("contact")
	}
	return i, nil
}

// root gives a contact that only the head carried a row of its own.
func (r *Registry) root(ctx context.Context, business id.Business, client id.Client, k *Contact) error {
	if string(k.ID) != k.Kind {
		return nil
	}
	k.ID = id.New[id.Contact](r.clock.Now().UTC())
	return r.details.Contacts.InsertContact(ctx, business, client, *k)
}

// change edits one contact of a card, which gets a row if it had none.
func (r *Registry) changeContact(
	ctx context.Context, business id.Business, client id.Client, want id.Contact, actor event.Actor,
	change func(ctx context.Context, c Client, list []Contact, k *Contact) error,
) (Contact, error) {
	var out Contact
	err := r.edit(ctx, business, client, PartContact, actor, func(ctx context.Context, c Client) error {
		list, err := r.contactsOf(ctx, business, c)
		if err != nil {
			return err
		}
		i, err := findContact(list, want)
		if err != nil {
			return err
		}
		if err := r.root(ctx, business, client, &list[i]); err != nil {
			return err
		}
		list[i].UpdatedAt = r.clock.Now()
		if err := change(ctx, c, list, &list[i]); err != nil {
			return err
		}
		out = list[i]
		return nil
	})
	return out, err
}
