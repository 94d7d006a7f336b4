package client

import (
	"context"

	"kept/id"
)

// same finds the card of the person whom a cleaned draft describes, the oldest
// where there are several.
func (r *Registry) same(ctx context.Context, business id.Business, d Draft) (Client, bool, error) {
	cards, err := r.store.Match(ctx, business, d.Name, d.Email, d.Phone)
	if err != nil {
		return Client{}, false, err
	}
	for _, c := range cards {
		doubted, err := r.Doubted(ctx, business, c)
		if err != nil {
			return Client{}, false, err
		}
		if joins(c, doubted, d) {
			return c, true, nil
		}
	}
	return Client{}, false, nil
}

// joins tells whether a draft with a card's name describes that card's person:
// whether what is booked may be told to everybody whom the card reaches and
// shown to everybody whom it opens for.
//
// The two share a contact that is not in doubt. A contact of the card that the
// draft does not name is no hindrance where it is in doubt (nothing is told to
// it), or where the card is not claimed: then the desk put it there, or its
// owner has shown themselves. But what somebody of the public claimed in one
// breath is joined only by who names it all: else a card made beforehand with
// a stranger's number and one's own address would take the stranger's visits.
func joins(card Client, doubted Doubted, d Draft) bool {
	email := card.Email != "" && same(ContactEmail, card.Email, d.Email)
	phone := card.Phone != "" && same(ContactPhone, card.Phone, d.Phone)
	switch {
	case email && phone:
		return !doubted.Email || !doubted.Phone
	case email:
		return !doubted.Email && (card.Phone == "" || doubted.Phone || !card.Claimed)
	case phone:
		return !doubted.Phone && (card.Email == "" || doubted.Email || !card.Claimed)
	default:
		return false
	}
}

// NamedBoth is the word for a booker who named an address and a number.
const NamedBoth = "both"

// Named tells which contacts of a card's head a draft names: ContactEmail,
// ContactPhone, NamedBoth, or none.
func (d Draft) Named(card Client) string {
	d = d.clean()
	email := d.Email != "" && same(ContactEmail, card.Email, d.Email)
	phone := d.Phone != "" && same(ContactPhone, card.Phone, d.Phone)
	switch {
	case email && phone:
		return NamedBoth
	case email:
		return ContactEmail
	case phone:
		return ContactPhone
	default:
		return ""
	}
}

// Reached is the head of a card as somebody may be told of a booking through
// it: without the contacts in doubt that its booker did not name.
func (c *Client) Reached(doubted Doubted, named string) Client {
	out := *c
	if doubted.Email && named != ContactEmail && named != NamedBoth {
		out.Email = ""
	}
	if doubted.Phone && named != ContactPhone && named != NamedBoth {
		out.Phone = ""
	}
	return out
}
