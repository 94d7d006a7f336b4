// Package message tells people what they must know of their visits.
//
// A message is derived, never written by hand: the transaction that makes,
// moves or cancels a booking also plans its messages (package reminder), so
// that when a booking is acknowledged they are there, and when it is cancelled
// they are gone. The key of a message is (booking, recipient, step, anchor),
// and its identifier is made of that key: the primary key of the table is what
// keeps anybody from being told twice. The anchor is the start for the steps
// that hang on the visit's time, and the event for notices, so that a move
// there and back tells twice.
//
// The Dispatcher claims what is due, oldest first, a few at a time, and sends
// each through the Pipeline. The text is made at the moment of sending, from
// the booking as it then is. The states:
//
//	planned ──claim──▶ sending ──▶ sent ──▶ delivered
//	   ▲                  │
//	   └──── again ───────┼──▶ failed    refused for good, or no more tries
//	                      └──▶ skipped   nothing to say any more, nowhere to send it, or too late
//
// A send begins when its claim commits. The claim touches the row of the
// booking and looks whether the booking still is in the state the message was
// derived from; so a claim either comes before a cancellation or sees it. A
// cancellation in turn waits, after its commit and before it is acknowledged,
// for sends of that booking that are under way (Dispatcher.Settle). No
// reminder leaves after a cancellation was acknowledged.
//
// A message may also hang on something else than a booking: an item of a plan,
// an invitation, a code. Its booking is empty, its anchor is the identifier of
// that thing, and its step has a Cause, which stands in for the booking: the
// claim asks it to touch that row and to tell whether the message is still
// true, and it gives what there is to say. Such a message is planned like any
// other (store.Messages.Plan with an empty booking, from a deriver or a use
// case) and taken back by its key (store.Messages.Withdraw). Its texts are
// mail.<step>.subject, .lead and .action; its link is Visit.Path.
//
// A node that dies between handing a message to a channel and recording that
// leaves it claimed; when the claim has run out it is sent again. That is at
// most one duplicate per message in flight and crash, and it carries the same
// Message-ID.
package message

import (
	"strconv"
	"time"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Step names a message's place in the journey.
type Step string

// The steps.
const (
	Receipt        Step = "receipt"
	Reminder24h    Step = "reminder_24h"
	Reminder3h     Step = "reminder_3h"
	Reminder30m    Step = "reminder_30m"
	Thanks         Step = "thanks"
	Moved          Step = "moved"
	Cancelled      Step = "cancelled"
	StaffNew       Step = "staff_new"
	StaffMoved     Step = "staff_moved"
	StaffCancelled Step = "staff_cancelled"
	// PlanDue tells a client that a service is due; it hangs on an item of their plan.
	PlanDue Step = "plan_due"
	// CallMissed sends a client whose call nobody took the way to book; it hangs
	// on the entry of the call.
	CallMissed Step = "call_missed"
)

// Steps lists every step.
func Steps() []Step {
	return []Step{
		Receipt, Reminder24h, Reminder3h, Reminder30m, Thanks, Moved, Cancelled,
		StaffNew, StaffMoved, StaffCancelled, PlanDue, CallMissed,
	}
}

// Timed tells whether the step hangs on the time of the visit. The others are
// notices: told at once, because something happened.
func (s Step) Timed() bool {
	return s == Reminder24h || s == Reminder3h || s == Reminder30m || s == Thanks
}

// ToStaff tells whether the step is for those who work, not for the client.
func (s Step) ToStaff() bool { return s == StaffNew || s == StaffMoved || s == StaffCancelled }

// Purpose is what a client must not have objected to, or must have agreed to,
// for the step to be sent; empty for what stands with their own visit or call.
func (s Step) Purpose() string {
	if s == PlanDue {
		return catalog.PurposeRecall
	}
	return ""
}

// Bare tells whether the step hangs on no booking but on what the anchor names.
func (s Step) Bare() bool { return s == PlanDue || s == CallMissed }

// Status is where a message stands.
type Status string

// The states.
const (
	Planned   Status = "planned"
	Sending   Status = "sending"
	Sent      Status = "sent"
	Delivered Status = "delivered" // the channel has heard so from the other end
	Failed    Status = "failed"
	Skipped   Status = "skipped"
)

// Why a message waits, failed or was skipped.
const (
	ReasonNoChannel   = "no_channel"   // waits: nothing is set up to send it
	ReasonChannelDown = "channel_down" // waits: the channel does not answer
	ReasonTryAgain    = "try_again"    // waits: the channel asked for another try
	ReasonRefused     = "refused"      // failed: the channel refused it for good
	ReasonBroken      = "broken"       // failed: its text could not be made
	ReasonTooLate     = "too_late"     // skipped: it would have been of no use
	ReasonOutdated    = "outdated"     // skipped: the booking is no longer as it was
	ReasonNoAddress   = "no_address"   // skipped: the recipient gave nothing to send to
	ReasonNoConsent   = "no_consent"   // skipped: the client has objected, or has not agreed
	ReasonErased      = "erased"       // skipped: the recipient is gone
)

// The kinds of recipients.
const (
	ToClient = "client"
	ToStaff  = "staff"
)

// Recipient is whom a message is for.
type Recipient struct {
	Kind string // ToClient, ToStaff
	ID   string // of the client or the staff member
}

// Message is one thing to be told to one recipient.
type Message struct {
	ID           id.Message
	Business     id.Business
	Booking      id.Booking // empty where it hangs on something else, which Anchor names
	Client       id.Client  // with whose key it is sealed; empty: nothing of it is kept
	Recipient    Recipient
	Step         Step
	Anchor       string // of timed steps the start (Anchor), of notices the event; without a booking the thing it hangs on
	Channel      string // empty until one was chosen
	Status       Status
	Due          span.Instant
	UselessAfter span.Instant // from here on it is not sent any more
	Next         span.Instant // when it is tried (again)
	Attempts     int
	SentAt       span.Instant // 0 until sent
	Reason       string       // a code: why it waits, failed or was skipped
	Address      string       // where it went; empty until sent
	Subject      string       // empty until sent
	Text         string       // empty until sent
	CreatedAt    span.Instant
}

// Plan is a message to be, as the rules of a journey make it.
type Plan struct {
	Recipient    Recipient
	Step         Step
	Anchor       string
	Due          span.Instant
	UselessAfter span.Instant
}

// Anchor is the anchor of timed steps.
func Anchor(start span.Instant) string { return strconv.FormatInt(int64(start), 10) }

// ID makes the identifier out of the key. Its place among its neighbours
// comes from the anchor too, so that nothing but the key decides.
func ID(booking id.Booking, p Plan) id.Message {
	at, ok := id.Time(p.Anchor)
	if !ok {
		micros, err := strconv.ParseInt(p.Anchor, 10, 64)
		if err != nil || micros < 0 {
			micros = 0
		}
		at = time.UnixMicro(micros)
	}
	return id.Derive[id.Message](at, string(booking), p.Recipient.Kind, p.Recipient.ID, string(p.Step), p.Anchor)
}
