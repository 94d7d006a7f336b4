// Package intake takes in what clients tell and agree to: the answers to the
// owner's forms, and consents, each by its purpose.
//
//	booking ── Check (before any time is taken) ── Take (in the booking's transaction)
//	card, desk ── Fill, Agree, Withdraw
//	message pipeline ── Allows (at the moment of sending)
//
// A form that is filled in keeps what it asked, so that a form changed later
// does not change what was said; answers of class health stand apart, under
// the client's health key. An answer whose question names a fact fills the
// card (Learner), as said by whoever filled the form in: of the child or the
// car that the visit is for, else of the client.
//
// A consent is a document of its own: a purpose, the version of the text that
// was read, in which language, when, over which channel, by whom, from where.
// It ends when it is withdrawn and never comes back: agreeing again makes
// another. Nothing agreed to can be a condition of what it has nothing to do
// with; package setup refuses notices that make it one. Some things are sent
// until one objects (that something is due again); an objection stands until
// the client agrees anew.
//
// Failures: an answer that fits no question, a required one that is missing
// and a text that has changed since it was read are faults that name the
// field; nothing is taken then, and no time either.
package intake

import (
	"context"

	"kept/account"
	"kept/catalog"
	"kept/event"
	"kept/id"
	"kept/span"
)

// Given is what somebody sends along: answers by the keys of the questions,
// and the notices agreed to.
type Given struct {
	Answers  map[string]any // string, bool, float64, []any of string: as JSON has them
	Consents []Agreement
}

// Empty tells whether nothing was sent.
func (g Given) Empty() bool { return len(g.Answers) == 0 && len(g.Consents) == 0 }

// Agreement is one box ticked.
type Agreement struct {
	Notice  id.Notice
	Version int // of the text that was shown; 0 for the newest
}

// Answer is one question answered.
type Answer struct {
	Key   string        `json:"key"`
	Label catalog.Texts `json:"label"` // as it was asked
	Kind  string        `json:"kind"`
	Class string        `json:"class,omitempty"`
	Value any           `json:"value"`          // string, bool, float64, []string
	Shown catalog.Texts `json:"text,omitempty"` // of a choice: what was chosen, in words
	Fact  string        `json:"fact,omitempty"`
}

// Filled is a form filled in.
type Filled struct {
	ID      id.Answer
	Client  id.Client
	Booking id.Booking // empty where it belongs to none
	Subject id.Subject // whom or what the booking is for; told to the card that learns, kept with the booking
	Form    id.Form
	Source  string // FromClient, FromStaff
	Actor   event.Actor
	Answers []Answer // without those of class health, for who may not read them
	Health  []Answer
	At      span.Instant
}

// Who filled a form in.
const (
	FromClient = "client"
	FromStaff  = "staff"
)

// Consent is one agreement.
type Consent struct {
	ID          id.Consent
	Client      id.Client
	Booking     id.Booking // with which it was given; empty for none
	Notice      id.Notice
	Version     int
	Purpose     string
	Language    string
	Channel     string // ByBooking ...
	From        string // network address
	Actor       event.Actor
	GivenAt     span.Instant
	WithdrawnAt span.Instant // 0 while it stands
	WithdrawnBy string       // the channel
}

// Over which channel a consent came or went.
const (
	ByBooking = "booking"
	ByCard    = "card" // the client's own page
	ByDesk    = "desk"
	ByMessage = "message" // a link in a message
)

// Objection is a no to what is sent unless one objects.
type Objection struct {
	Purpose string
	Channel string
	At      span.Instant
}

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Journal records what happened.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Store keeps answers and consents, sealed. What writes needs a transaction.
type Store interface {
	InsertAnswer(ctx context.Context, business id.Business, f Filled) error
	// Answers gives the forms a client filled in, the newest first, before one;
	// without health those answers stay shut.
	Answers(ctx context.Context, business id.Business, client id.Client, health bool, before id.Answer, limit int) ([]Filled, error)
	// AnswersOf gives the forms filled in for a booking.
	AnswersOf(ctx context.Context, business id.Business, booking id.Booking, health bool) ([]Filled, error)
}

// Consents keeps consents and objections. What writes needs a transaction.
type Consents interface {
	// InsertConsent adds a consent; fault conflict when one for the purpose stands.
	InsertConsent(ctx context.Context, business id.Business, c Consent) error
	// LiveConsents gives those that stand.
	LiveConsents(ctx context.Context, business id.Business, client id.Client) ([]Consent, error)
	// ListConsents gives all there ever were, the newest first, before one.
	ListConsents(ctx context.Context, business id.Business, client id.Client, before id.Consent, limit int) ([]Consent, error)
	// WithdrawConsent ends the one that stands; false when none does.
	WithdrawConsent(ctx context.Context, business id.Business, client id.Client, purpose, channel string, at span.Instant) (bool, error)
	// PutObjection notes a no; DeleteObjection takes it back.
	PutObjection(ctx context.Context, business id.Business, client id.Client, o Objection) error
	DeleteObjection(ctx context.Context, business id.Business, client id.Client, purpose string) error
	ListObjections(ctx context.Context, business id.Business, client id.Client) ([]Objection, error)
}

// Learned is something that an answer says of a client.
type Learned struct {
	Key   string
	Kind  string // of the field
	Class string
	Value any
}

// Learner fills the card.
type Learner interface {
	// Learn writes facts in the caller's transaction, as said by the client or
	// the staff in a form.
	Learn(ctx context.Context, business id.Business, f *Filled, facts []Learned) error
}

// Desk takes in and gives out. It is safe for concurrent use.
type Desk struct{ Parts }

// Parts are what a desk works with.
type Parts struct {
	Atomic   Atomic
	Journal  Journal
	Clock    Clock
	Store    Store
	Consents Consents
	Learner  Learner // nil where no card learns
}

// NewDesk opens the desk.
func NewDesk(p Parts) *Desk { return &Desk{p} }

func (d *Desk) tell(ctx context.Context, who account.Principal, client id.Client, kind string) error {
	return d.Journal.Append(ctx, event.Event{
		Business: who.Business, Type: event.ClientUpdated, Actor: who.Actor(), Client: client, Data: event.Data{Kind: kind},
	})
}
