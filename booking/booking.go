// Package booking is the desk: the only writer of bookings and of the lanes
// on which they lie.
//
// A booking is a visit: items (services) of segments, each with the staff and
// the units assigned to it, at an agreed local time in a zone. The desk
// decides nothing about time by itself: it loads Facts, asks the engine
// (package availability), and makes the answer true in one transaction:
//
//	choose   outside the transaction, from cached facts: who and what could take it
//	touch    raise the version of each lane that the choice needs, in one order for all; this is the lock
//	check    load the same facts of those lanes again and let the engine have the last word
//	insert   the booking, its rows on the lanes, its events; derivers plan the messages
//
// A choice that loses the race rolls back, and with "anyone" the next
// candidate is tried, five at most. Behind all this the database itself
// refuses exclusive rows that overlap on a lane.
//
// The states and the roads between them (docs/booking-states.md draws them):
//
//	requested ──confirm──▶ confirmed ──check-in──▶ checked_in ──complete──▶ completed
//	awaiting_payment ─────▶    │                        │
//	  decline/expire           ├──cancel──▶ cancelled ◀─┘
//	                           └──no-show─▶ no_show
package booking

import (
	"slices"

	"kept/availability"
	"kept/event"
	"kept/id"
	"kept/money"
	"kept/policy"
	"kept/pricing"
	"kept/span"
)

// Status is where a booking stands.
type Status string

// The states.
const (
	AwaitingPayment Status = "awaiting_payment"
	Requested       Status = "requested"
	Confirmed       Status = "confirmed"
	CheckedIn       Status = "checked_in"
	Completed       Status = "completed"
	Cancelled       Status = "cancelled"
	NoShow          Status = "no_show"
	Declined        Status = "declined"
	Expired         Status = "expired"
)

// Statuses lists every state.
func Statuses() []Status {
	return []Status{AwaitingPayment, Requested, Confirmed, CheckedIn, Completed, Cancelled, NoShow, Declined, Expired}
}

// next lists the states that may follow a state.
func (s Status) next() []Status {
	switch s {
	case AwaitingPayment:
		return []Status{Confirmed, Cancelled, Expired}
	case Requested:
		return []Status{Confirmed, Declined, Cancelled, Expired}
	case Confirmed:
		return []Status{CheckedIn, Completed, Cancelled, NoShow}
	case CheckedIn:
		return []Status{Completed, Cancelled, NoShow}
	default:
		return nil
	}
}

// May tells whether a booking in state s may go to the other state.
func (s Status) May(to Status) bool { return slices.Contains(s.next(), to) }

// Final tells that nothing follows.
func (s Status) Final() bool { return s.next() == nil }

// Occupies tells whether a booking in this state keeps its lanes.
func (s Status) Occupies() bool { return s != Cancelled && s != Declined && s != Expired }

// Movable tells whether a booking in this state may be rescheduled.
func (s Status) Movable() bool {
	return s == AwaitingPayment || s == Requested || s == Confirmed
}

// Where a booking came from.
const (
	SourcePublic = "public"
	SourceDesk   = "desk"
	SourceImport = "import"
)

// Booking is one agreed appointment.
type Booking struct {
	ID       id.Booking
	Business id.Business
	Client   id.Client
	// ClientName is the name on the card as it now is, where the booking was read; empty when the client is erased.
	ClientName string
	Status     Status
	availability.Placement
	Zone     string    // IANA; with Local, what was agreed
	Local    span.Wall // the agreed reading of the wall clock at the start
	Quote    pricing.Quote
	Policy   policy.Snapshot
	Party    int
	Choice   Choice     // why it came to whom it did
	Subject  id.Subject // for whom or what it is; empty: for the client
	Series   id.Series  // with which it was booked to recur; empty for none
	SeriesAt int        // its place in the series from 1, 0 outside of one
	Squeezed bool
	Source   string
	Language string // in which the client booked; empty for the business's
	Note     string // the client's words at booking; sealed at rest
	// Named tells which contacts of the card the booker named (see
	// client.Draft.Named): one that is in doubt hears of no other booking.
	Named      string
	Reason     string // of the cancellation, as typed; sealed at rest
	Epoch      uint32 // manage links of an older epoch no longer open it
	Sequence   int    // iCalendar SEQUENCE: raised by each move
	Attendance span.Instant
	CheckedIn  span.Instant
	Completed  span.Instant
	Cancelled  span.Instant
	Paid       *money.Amount // at completion
	Method     string        // cash, card, transfer, other; with Paid
	Version    int64
	CreatedAt  span.Instant
	UpdatedAt  span.Instant
}

// Service is the first service of the visit.
func (b *Booking) Service() id.Service { return b.Items[0].Service }

// Staff lists everybody who takes part, the lead first.
func (b *Booking) Staff() []id.Staff { return staffOf(b.Placement) }

func staffOf(p availability.Placement) []id.Staff {
	var out []id.Staff
	if p.Lead != "" {
		out = append(out, p.Lead)
	}
	for _, item := range p.Items {
		for _, part := range item.Segments {
			for _, s := range part.Staff {
				if !slices.Contains(out, s) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// visit is what listeners learn of the booking.
func (b *Booking) visit() *event.Visit {
	return &event.Visit{
		Start: b.Start, End: b.End, Zone: b.Zone, Service: b.Service(),
		Staff: b.Staff(), Location: b.Location, Series: b.inSeries(),
	}
}

// fact makes an event of the booking as it now is.
func (b *Booking) fact(t event.Type, actor event.Actor) event.Event {
	return event.Event{
		Business: b.Business, Type: t, Actor: actor, Booking: b.ID, Client: b.Client,
		Data: event.Data{Visit: b.visit(), Status: string(b.Status), Paid: b.Paid, Late: b.Late()},
	}
}

// Late tells that it was cancelled when its terms no longer allowed that.
func (b *Booking) Late() bool {
	return b.Status == Cancelled && !b.Policy.MayCancel(b.Cancelled, b.Start)
}
