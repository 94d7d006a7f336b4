// Package visitor lets clients in to their own cards, without a password.
//
// A login is a contact, an e-mail address or a phone number, that somebody has
// shown to be theirs: they typed a code that was sent there, or opened the link
// beside it. A login belongs to no business. It opens the cards, of whatever
// business, that carry the same contact as their own, and those that such a
// card answers for (a child's, a partner's); it never opens one by a name.
//
//	Ask ──▶ asked ──RunDue──▶ sent ──Verify, Confirm──▶ used, a session begins
//	            │                └── ten minutes, five tries ──▶ ended
//	            └── nobody knows it, or a guard says no ──▶ void: nothing is sent
//
// Whoever asks learns nothing: Ask writes the same row for an address that no
// business knows as for any other and looks nothing up; what is known, and what
// may be sent, is decided afterwards in RunDue, which nobody waits for. The code
// is made there, in the moment of sending, so that it never stands in the
// database; a hash under a key does.
//
// What a stranger could run up in costs, or guess, is counted in the database
// (limits.go), so that it holds on every node and over a restart: asks per
// contact, with a pause that doubles, and per network address; messages by SMS
// per business and per country, with a list of numbers that the owner blocks.
//
// Sessions (session.go) have a cookie of their own, apart from the staff's, and
// change their token every day.
package visitor

import (
	"strings"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Kind is a sort of contact.
type Kind string

// The kinds.
const (
	Email Kind = "email"
	Phone Kind = "phone"
)

// Contact is an address or a number in the form in which it is kept.
type Contact struct {
	Kind  Kind
	Value string
}

// ReadContact reads what somebody typed: an e-mail address, or a phone number
// with its country. Fault Invalid, field contact.
func ReadContact(typed string) (Contact, error) {
	const longest = 254 // of an e-mail address
	text := strings.TrimSpace(typed)
	switch {
	case text == "":
		return Contact{}, fault.BadField("contact", "required", "an e-mail address or a phone number is required")
	case len(text) > longest:
		return Contact{}, fault.BadField("contact", "too_long", "must be at most 254 characters")
	case strings.Contains(text, "@"):
		if !client.ValidEmail(text) {
			return Contact{}, fault.BadField("contact", "format", "is no e-mail address")
		}
		return Contact{Email, client.FoldEmail(text)}, nil
	}
	number := client.CleanPhone(text)
	if !client.ValidPhone(number) || !strings.HasPrefix(number, "+") || strings.HasPrefix(number, "+0") {
		return Contact{}, fault.BadField("contact", "country", "is no phone number with its country, as +49 30 901820")
	}
	return Contact{Phone, number}, nil
}

// Masked is the contact as whoever knows it recognizes it: a···@example.org, +49 ··· 20.
func (c Contact) Masked() string {
	if c.Kind == Email {
		name, domain, _ := strings.Cut(c.Value, "@")
		if name == "" {
			return "···"
		}
		return string([]rune(name)[:1]) + "···@" + domain
	}
	const shown = 2
	if len(c.Value) <= 2*shown {
		return "···"
	}
	return c.Value[:shown+1] + " ··· " + c.Value[len(c.Value)-shown:]
}

// Login is somebody who has shown that a contact is theirs.
type Login struct {
	ID        id.Visitor
	Contact   Contact
	CreatedAt span.Instant
}

// Card names one card of one business, and why it opens.
type Card struct {
	Business id.Business
	Client   id.Client
	How      How
}

// How says why a card opens for a login.
type How string

// The ways.
const (
	ByContact  How = "contact"  // the contact is the card's own
	ByRelation How = "relation" // a card that opens by its contact answers for it
)

// unknown is the one answer to a wrong code, whatever is wrong.
func unknown() error {
	return fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "this code is not right, or no longer")
}

// signedOut is the one answer to a session that is none.
func signedOut() error {
	return fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first")
}
