// Package privacy answers the duties that laws of privacy lay on a business:
// to erase a person and prove it, to hand out what is kept, to keep nothing
// longer than needed, to know who gets what, and to tell of a leak in time.
//
// # Erasure
//
// One transaction ([Office.Erase]) destroys a person's keys, deletes or blanks
// every row about them (the store's one list of tables says how), cancels what
// is booked ahead when asked to, and writes a record of destruction: what, why,
// how, when, who. What a statute says must be kept stays, under a key of its
// own, while it is held; then a sweep takes that too. Before the answer the
// erasure is entered in the list of erasures beside the database ([Graveyard]),
// so that a restored older backup is erased again at the next start ([Office.Replay]).
//
//	card ── Erase ──▶ erased, statute held ── hold over ──▶ erased
//	  │ held (personal, health): refused, conflict
//	  │ booked ahead: refused, unless told to cancel or to keep
//
// # The rest
//
// A [Policy] per business names its law ([Regime]), how long things are kept
// ([Rule], tried out by [Office.Preview] and kept by [Office.Sweep]), its register of
// processing, and whether channels abroad are shut. A [Petition] is what a
// person asks for, due by the law's time. A [Breach] is a leak, with the
// countdowns of its law.
//
// Failures: a record that cannot be written rolls the erasure back; a list
// beside the database that cannot be written is told (fault Unavailable) and
// brought up to date from the database later, at start and by every sweep.
package privacy

import (
	"kept/event"
	"kept/id"
	"kept/span"
)

// Why a person was erased; the words are stored.
const (
	ByRequest   = "request"   // they asked
	ByConsent   = "consent"   // they took their consent back
	ByRetention = "retention" // the time of a rule was over
	ByPurpose   = "purpose"   // what it was kept for is done
	ByMistake   = "mistake"   // it should not have been taken in
	ByRestore   = "restore"   // a backup had brought them back
)

// Reasons lists those that a person may give.
func Reasons() []string { return []string{ByRequest, ByConsent, ByPurpose, ByMistake} }

// What to do with bookings that are ahead.
const (
	Refuse = ""       // erase nobody who still comes
	Cancel = "cancel" // cancel them first
	Keep   = "keep"   // let them stand, without a name
)

// Hold keeps a class of a person's data until an instant: because of a
// statute, a dispute.
type Hold struct {
	Client id.Client    `json:"-"`
	Class  string       `json:"class"`
	Until  span.Instant `json:"until"`
	Reason string       `json:"reason"` // a code
}

// HoldReasons lists why something may be held.
func HoldReasons() []string { return []string{"tax", "medical", "warranty", "dispute", "order"} }

// Record is a record of destruction. It holds nothing about the person but
// the number of their card.
type Record struct {
	ID        id.Erasure
	Client    id.Client
	Reason    string
	Regime    Regime
	Actor     event.Actor
	At        span.Instant
	Counts    map[string]int64 // rows destroyed or blanked, by table
	Kept      []Hold           // what stays, and until when
	Cancelled int              // bookings
}

// Tomb is one line of the list of erasures that lies beside the database.
type Tomb struct {
	Business id.Business
	Client   id.Client
	At       span.Instant
}
