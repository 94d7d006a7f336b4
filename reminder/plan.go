// Package reminder holds the plan of a journey: which message, to whom, when,
// for which booking.
//
// Plan is pure: facts of a visit in, planned messages out. Deriver listens to
// the events of bookings inside the transaction that made them, and writes or
// takes back the rows that follow. Nothing is ever planned for a moment that
// has passed: a booking made two hours ahead gets no reminder of the day
// before, and a reminder that would follow the receipt within five minutes is
// left out.
package reminder

import (
	"time"

	"kept/id"
	"kept/message"
	"kept/span"
)

// Visit is what a plan needs to know.
type Visit struct {
	Client     id.Client
	Staff      []id.Staff
	Start, End span.Instant
	Zone       *time.Location // in which whole days are counted
}

// Timed is a step that hangs on the time of the visit. One of Days, Before
// and After is set.
type Timed struct {
	Step   message.Step
	Days   int          // whole days before the start, keeping the reading of the wall clock
	Before span.Instant // elapsed time before the start
	After  span.Instant // elapsed time after the end
	Useful span.Instant // with After: how long it is of use; the others are until the start
}

// Steps is the plan that every business begins with.
func Steps() []Timed {
	return []Timed{
		{Step: message.Reminder24h, Days: 1},
		{Step: message.Reminder3h, Before: 3 * span.Hour},
		{Step: message.Reminder30m, Before: 30 * span.Minute},
		{Step: message.Thanks, After: 2 * span.Hour, Useful: 7 * span.Day},
	}
}

// TooSoon is how closely a reminder may not follow a notice.
const TooSoon = 5 * span.Minute

// stale is how long a notice of a cancellation stays news, when the visit is
// sooner than that or past.
const stale = span.Day

// Plan gives the timed steps of a visit that are still to come: due after now
// and, where the client hears of the booking now (told), not within TooSoon.
func Plan(v Visit, now span.Instant, steps []Timed, told bool) []message.Plan {
	earliest := now + 1
	if told {
		earliest = now + TooSoon
	}
	out := make([]message.Plan, 0, len(steps)+1+len(v.Staff)) // room for the notices too
	for _, s := range steps {
		due, until := s.at(v)
		if due < earliest {
			continue
		}
		out = append(out, message.Plan{
			Recipient: toClient(v.Client), Step: s.Step, Anchor: message.Anchor(v.Start),
			Due: due, UselessAfter: until,
		})
	}
	return out
}

// at tells when the step is due and until when it is of use.
func (s Timed) at(v Visit) (due, until span.Instant) {
	switch {
	case s.After > 0:
		due = v.End + s.After
		return due, due + s.Useful
	case s.Days > 0:
		wall := span.WallAt(v.Start, v.Zone)
		wall.Date = wall.Date.AddDays(-s.Days)
		// The wall is cut to the minute; keep what is below it.
		rest := v.Start % span.Minute
		return wall.Instant(v.Zone) + rest, v.Start
	default:
		return v.Start - s.Before, v.Start
	}
}

// notice is a message that is due now, of use until the given instant.
func notice(to message.Recipient, step message.Step, anchor string, now, until span.Instant) message.Plan {
	return message.Plan{Recipient: to, Step: step, Anchor: anchor, Due: now, UselessAfter: until}
}

func toClient(c id.Client) message.Recipient {
	return message.Recipient{Kind: message.ToClient, ID: string(c)}
}

func toStaff(s id.Staff) message.Recipient {
	return message.Recipient{Kind: message.ToStaff, ID: string(s)}
}
