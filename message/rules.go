package message

import (
	"math/rand/v2"
	"slices"
	"time"

	"kept/span"
)

// The states of a booking that matter here, in the words of package booking.

// agreed: the visit takes place, or has.
func agreed(status string) bool {
	return status == "confirmed" || status == "checked_in" || status == "completed"
}

// alive: the visit takes place, has, or may yet.
func alive(status string) bool {
	return agreed(status) || status == "requested" || status == "awaiting_payment"
}

// over: the visit will not take place.
func over(status string) bool {
	return status == "cancelled" || status == "declined" || status == "expired"
}

// Still tells whether a message says what is true of a booking in this state
// that starts then.
func (m Message) Still(status string, start span.Instant) bool {
	if m.Step.Timed() && m.Anchor != Anchor(start) {
		return false
	}
	switch m.Step {
	case Reminder24h, Reminder3h, Reminder30m:
		return status == "confirmed" // who is there already needs no reminder
	case Receipt, Thanks:
		return agreed(status)
	case Moved, StaffNew, StaffMoved:
		return alive(status)
	case Cancelled:
		return over(status)
	case StaffCancelled:
		return status != "" // also when the visit goes on with somebody else
	default:
		return false
	}
}

// concerns tells whether the recipient still has to do with the visit.
func (m Message) concerns(v Visit) bool {
	if m.Step != StaffNew && m.Step != StaffMoved {
		return true
	}
	return slices.ContainsFunc(v.Staff, func(p Person) bool { return string(p.ID) == m.Recipient.ID })
}

// How long to wait before another try: twice as long each time, give or take
// a fifth, so that what failed together does not come back together.
const (
	firstPause   = 30 * time.Second
	longestPause = 30 * time.Minute
)

// backoff is the pause after a number of tries, the first being 1.
func backoff(tries int) time.Duration {
	pause := longestPause
	if tries < 8 {
		pause = min(firstPause<<max(0, tries-1), longestPause)
	}
	return pause - pause/5 + rand.N(2*pause/5)
}
