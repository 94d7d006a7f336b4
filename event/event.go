// Package event names the facts that happened. A use case appends them in
// the transaction that made them true; whoever must follow (planned messages,
// live screens, webhooks) hears of them through the journal and never by a
// call from the use case.
//
// An event carries identifiers and facts, never names, contacts or texts: it
// outlives the erasure of a client.
package event

import (
	"kept/id"
	"kept/money"
	"kept/span"
)

// Type is the stable name of a kind of event, as integrators see it.
type Type string

// The types.
const (
	HoldPlaced                 Type = "hold.placed"
	HoldReleased               Type = "hold.released"
	BookingRequested           Type = "booking.requested"
	BookingConfirmed           Type = "booking.confirmed"
	BookingDeclined            Type = "booking.declined"
	BookingMoved               Type = "booking.moved"
	BookingCancelled           Type = "booking.cancelled"
	BookingAttendanceConfirmed Type = "booking.attendance_confirmed"
	BookingCheckedIn           Type = "booking.checked_in"
	BookingCompleted           Type = "booking.completed"
	BookingImported            Type = "booking.imported" // brought in from elsewhere, in any status
	BookingNoShow              Type = "booking.no_show"
	BookingRefixed             Type = "booking.refixed" // dropped-off work was given another time within its promise: nothing that the client knows has changed
	ClientCreated              Type = "client.created"
	ClientUpdated              Type = "client.updated"
	ClientErased               Type = "client.erased"
	ClientMerged               Type = "client.merged" // into this one; ref is the other
	ClientParted               Type = "client.parted" // a merge undone; ref is the other
	CallReceived               Type = "call.received" // kind says what became of it, ref is the entry
	TimeOffAdded               Type = "time_off.added"
	TimeOffRemoved             Type = "time_off.removed"
	SettingsChanged            Type = "settings.changed"
	SessionPlanned             Type = "session.planned"   // of a group
	SessionChanged             Type = "session.changed"   // its seats
	SessionCancelled           Type = "session.cancelled" // its bookings are cancelled one by one
	PlanPlanned                Type = "plan.planned"      // Data.Ref is the item
	PlanOffered                Type = "plan.offered"      // until Data.End the client may take it up
	PlanBooked                 Type = "plan.booked"
	PlanDone                   Type = "plan.done"
	PlanSkipped                Type = "plan.skipped"
	PlanExpired                Type = "plan.expired"
	MessageSent                Type = "message.sent"
	MessageFailed              Type = "message.failed"
)

// Actor says who did it.
type Actor struct {
	Kind string `json:"kind"` // user, key, client, system
	ID   string `json:"id,omitempty"`
	From string `json:"-"` // network address, for the audit alone: kept sealed and told to nobody else
}

// System is the actor of what happens by itself.
func System() Actor { return Actor{Kind: "system"} }

// Event is one fact.
type Event struct {
	ID       id.Event
	Business id.Business
	Seq      int64 // 0 until the sequencer has numbered it; then gap-free per business from 1
	Type     Type
	At       span.Instant
	Actor    Actor
	Booking  id.Booking // empty where none is concerned
	Client   id.Client  // empty where none is concerned
	Data     Data
}

// Data are the facts of an event; which are set depends on the type.
type Data struct {
	Visit    *Visit  `json:"visit,omitempty"`    // booking.*: the visit as it is after the event
	Previous *Visit  `json:"previous,omitempty"` // booking.moved: as it was before
	Status   string  `json:"status,omitempty"`   // booking.*: after the event
	Reason   string  `json:"reason,omitempty"`   // a code, never a text
	Hold     id.Hold `json:"hold,omitempty"`
	// Paid is what was paid for the visit, and Late tells that it was cancelled
	// when its terms no longer allowed that: booking.completed, .cancelled, .imported.
	Paid    *money.Amount `json:"paid,omitempty"`
	Late    bool          `json:"late,omitempty"`
	Start   span.Instant  `json:"start,omitempty"`
	End     span.Instant  `json:"end,omitempty"`
	Kind    string        `json:"kind,omitempty"` // settings.changed: service, staff ...; booking.confirmed: said; client.updated: the part
	Ref     string        `json:"ref,omitempty"`  // the id of that thing
	Message id.Message    `json:"message,omitempty"`
	Step    string        `json:"step,omitempty"`
	Channel string        `json:"channel,omitempty"`
}

// Visit is what listeners need to know of a booking.
type Visit struct {
	Start    span.Instant `json:"start"`
	End      span.Instant `json:"end"`
	Zone     string       `json:"zone"`
	Service  id.Service   `json:"service"`
	Staff    []id.Staff   `json:"staff,omitempty"` // the lead first
	Location id.Location  `json:"location,omitempty"`
	Series   *Series      `json:"series,omitempty"` // with which it was booked, where it recurs
}

// Series is a booking's place among those that recur with it.
type Series struct {
	ID id.Series `json:"id"`
	At int       `json:"at"` // from 1
	// Together tells that it was booked at once with those before it, whose
	// receipt speaks for all.
	Together bool `json:"together,omitempty"`
}
