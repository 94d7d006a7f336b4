package policy

import (
	"kept/id"
	"kept/money"
	"kept/span"
)

// Traits are what is known of a client and of whom or what the visit is done
// to. The zero value is a client nobody knows. Nothing in it is changed once
// it has been handed over.
type Traits struct {
	Client      id.Client // empty while there is no card
	Visits      int       // completed
	NoShows     int
	LateCancels int // cancelled after the cut-off
	Tags        []string
	Tier        string
	Language    string        // tag; empty when unknown
	Age         *int          // full years
	Spent       *money.Amount // paid so far
	Subject     Subject
	History     []Visit // every booking of the client that limits, links or expressions may ask about, past and to come, in any order
}

// Known tells whether there is a card.
func (t *Traits) Known() bool { return t != nil && t.Client != "" }

// Subject is whom or what the service is done to: the client, a child, a car.
type Subject struct {
	Kind  string         // person, vehicle, pet ...; empty when unknown
	Facts map[string]any // string, bool, int64 or float64 by name: hair_length, model, mileage
}

// Visit is one service of one booking of the client's; a booking of several
// services is several of them with one Source.
type Visit struct {
	Source   string // id of the booking
	Service  id.Service
	Start    span.Instant // of the service's body
	End      span.Instant
	Day      span.Date // local date of the booking's start, as agreed
	Status   string    // of the booking, in its words
	Staff    id.Staff  // who led
	Location id.Location
}

// Words of a booking's status that policy tells apart.
const (
	statusCompleted = "completed"
	statusNoShow    = "no_show"
	statusCancelled = "cancelled"
	statusDeclined  = "declined"
	statusExpired   = "expired"
)

// occupies tells that the visit took or takes place, or should have.
func (v *Visit) occupies() bool {
	return v.Status != statusCancelled && v.Status != statusDeclined && v.Status != statusExpired
}

// served tells that the visit was or is to be: what a link may lean on.
func (v *Visit) served() bool { return v.occupies() && v.Status != statusNoShow }
