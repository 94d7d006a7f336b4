package message

import (
	"context"
	"errors"

	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/money"
	"kept/span"
)

// Channel is one way of reaching people.
type Channel interface {
	// Name is the stable word for the channel, as messages carry it.
	Name() string
	// Ready tells whether it is set up for a business and, if not, why: a code.
	Ready(ctx context.Context, business id.Business) (ok bool, reason string)
	// Address picks what it sends to; empty when it cannot reach this person.
	Address(to Contact) string
	// Send hands over one message and returns when the other side has taken
	// it. With an error, retry tells whether another try may succeed; an error
	// that is ErrDown says that nothing at all gets through at the moment.
	Send(ctx context.Context, e Envelope) (ack Ack, retry bool, err error)
}

// ErrDown says that the channel, and not this one message, is the trouble.
var ErrDown = errors.New("message: the channel is down")

// Ack is what the other side said when it took a message.
type Ack struct {
	ProviderID string // its name for the message; empty when it gives none
	Delivered  bool   // the recipient has it already
}

// Contact is how to reach somebody and how to talk to them.
type Contact struct {
	Name     string
	Email    string
	Phone    string
	Language string // empty for the business's
	Zone     string // IANA, where they live; empty for the business's
	// Likes are a client's preferences: which steps, when, over which channels.
	Likes client.Preferences
}

// Envelope is a message ready to go.
type Envelope struct {
	ID       id.Message // stable over all tries
	Business id.Business
	Booking  id.Booking
	From     string // the name of the business
	Name     string // of the recipient
	Address  string // what Channel.Address picked
	At       span.Instant
	Content
}

// Content is what a message says.
type Content struct {
	Language string // of the texts
	Subject  string
	Text     string
	HTML     string
	Calendar []byte // iCalendar; nil for none
	Method   string // of the calendar: PUBLISH, CANCEL
}

// Visit is what there is to say about a booking, and whom to say it to.
type Visit struct {
	Business  id.Business
	Slug      string
	House     catalog.Texts // the name of the business
	Language  string        // the business's
	Booking   id.Booking
	Status    string // the booking's
	Start     span.Instant
	End       span.Instant
	Zone      string          // of the place
	Services  []catalog.Texts // in their order
	Staff     []Person        // the lead first
	Place     catalog.Texts   // nil where the business has but one
	Street    catalog.Texts   // the place's address
	Call      string          // the number at which the business can be called; empty for none
	Price     money.Amount
	Client    string       // the client's name
	Move      span.Instant // the first instant at which the client may no longer move
	Cancel    span.Instant // the first instant at which the client may no longer cancel
	Epoch     uint32       // of manage links
	Sequence  int          // iCalendar SEQUENCE
	Recipient Contact
	Gone      bool // the recipient is erased or unknown
	// Reminded tells that the client has had a reminder of this visit, at this
	// time, already; found out for those alone who want but one.
	Reminded bool
	// Dates are the starts of all visits that were booked together with this
	// one and still stand, by time; only of the message that tells of them all.
	Dates []span.Instant
	// Words fill the places of the step's texts, and Path is where its link
	// leads, from the root of the site; of messages without a booking.
	Words map[string]string
	Path  string
}

// Person is a staff member who takes part.
type Person struct {
	ID    id.Staff
	Names catalog.Texts
}

// Facts looks up what there is to say.
type Facts interface {
	// Visit gives the booking of the message as it is now; fault NotFound when it is gone.
	Visit(ctx context.Context, m Message) (Visit, error)
}

// Renderer makes the text.
type Renderer interface {
	Render(m Message, v Visit) (Content, error)
}
