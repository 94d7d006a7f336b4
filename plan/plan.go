// Package plan knows what is due for whom: the colour every six weeks, the
// check-up each year from 40 on, the car's service after 15,000 km or twelve
// months, the next of six sittings.
//
// An Item is one such service for one client (or a subject of theirs: a car, a
// child). The rules of the services (catalog.Recall) make items, and so do
// staff, the client, and the end of a visit. When and why an item is due is
// computed by pure functions (DueOf, TrendOf); the Planner keeps items and
// follows the bookings as a deriver, inside their transactions:
//
//	rule ─ booking.completed ─▶ planned ──day has come──▶ offered ──nobody came──▶ expired
//	staff, client ─────────────▶  │  ▲                      │
//	                              │  └── cancelled, no-show ┼──────────┐
//	                              ├──────── confirmed ──────┴──▶ booked ──completed──▶ done
//	                              └──▶ skipped
//
// docs/plan-states.md draws the states. There is at most one open item for a
// client, subject, service and rule: the database holds that, so two who plan
// at once make one. An item that becomes due is offered once: its event has
// package reminder plan one message, which is withdrawn when the item is
// booked, skipped or gone. Changes of one client's items wait for each other
// on the items' rows, which are touched before they are looked at.
//
// What fails: a reading or a birthday that is not known leaves the rule to
// what else it says, or without effect; a service that is sold no more has its
// open items stay for the desk to see, and nothing new is planned.
package plan

import (
	"slices"

	"kept/id"
	"kept/span"
)

// Status is where an item stands.
type Status string

// The states.
const (
	Planned Status = "planned" // not yet time
	Offered Status = "offered" // due; the client has been or is being told
	Booked  Status = "booked"  // a visit is agreed
	Done    Status = "done"
	Skipped Status = "skipped" // staff or the client said no
	Expired Status = "expired" // nobody took it up
)

// Statuses lists every state.
func Statuses() []Status { return []Status{Planned, Offered, Booked, Done, Skipped, Expired} }

func (s Status) next() []Status {
	switch s {
	case Planned:
		return []Status{Offered, Booked, Done, Skipped, Expired}
	case Offered:
		return []Status{Booked, Done, Skipped, Expired}
	case Booked:
		return []Status{Planned, Done}
	default:
		return nil
	}
}

// May tells whether an item in state s may go to the other state.
func (s Status) May(to Status) bool { return slices.Contains(s.next(), to) }

// Open tells that something may still become of it.
func (s Status) Open() bool { return s.next() != nil }

// Waits tells that it is open and nothing is agreed.
func (s Status) Waits() bool { return s == Planned || s == Offered }

// Origin says who or what made an item.
type Origin string

// The origins.
const (
	ByStaff  Origin = "staff"
	ByClient Origin = "client"
	ByRule   Origin = "rule"   // of the service, as it applies to the client: by age
	ByVisit  Origin = "visit"  // the end of a visit, by a rule of the service
	ByCourse Origin = "course" // the visit before it in a course
)

// Kind says by what an item is due.
type Kind string

// The kinds.
const (
	OnDate   Kind = "date"
	Interval Kind = "interval"
	Usage    Kind = "usage"
	Course   Kind = "course"
)

// Item is one service that is due for one client.
type Item struct {
	ID       id.Plan
	Business id.Business
	Client   id.Client
	Subject  id.Subject // empty: the client themselves
	Service  id.Service
	Rule     string // catalog.Recall.Key; empty: no rule of the service made it
	Origin   Origin
	Kind     Kind
	Step     int // of a course: which one, from 1; else 0
	Of       int // of a course: how many there are; else 0

	Due      span.Date // local day of the business
	Window   Window
	Forecast *Forecast // of Usage, where there is one
	Since    span.Date // the visit from which it is counted; zero for none

	Status    Status
	Booking   id.Booking   // of Booked and Done
	TellAt    span.Instant // from when on it is offered; 0 is never by itself
	ExpiresAt span.Instant // when nothing is expected any more
	OfferedAt span.Instant // 0 until it was offered; then it never is again
	Note      string       // sealed at rest
	CreatedAt span.Instant
	UpdatedAt span.Instant
	Version   int64
}

// Window are the days, both inclusive, within which the visit is wanted.
type Window struct{ From, To span.Date }

// fits tells whether a visit for somebody can be about the item.
func (i *Item) fits(v *Visit) bool {
	return (i.Subject == "" || v.Subject == "" || i.Subject == v.Subject) && slices.Contains(v.Services, i.Service)
}
