package message

import (
	"context"
	"slices"
	"time"

	"kept/client"
	"kept/span"
)

// Why a message waits or was skipped at the client's own wish.
const (
	ReasonNotWanted  = "not_wanted"  // skipped: the client has switched this step off
	ReasonQuietHours = "quiet_hours" // waits for the end of the client's quiet hours, or skipped: then it would have been of no use
)

// wish does as the client likes, for what hangs on the time of a visit and for
// what is due: notices (a receipt, a move, a cancellation) must be known and
// come at once.
//
// A step that the client has switched off is skipped. In quiet hours a step
// waits until they end. Where that is too late, or the next step is due by
// then and says the same, it is skipped: nobody is woken, and nothing is sent
// hours earlier than it says.
type wish struct {
	clock Clock
	zones *span.Zones
}

func (s wish) Do(_ context.Context, d *Delivery) {
	if d.Recipient.Kind != ToClient || !d.Step.Timed() && d.Step != PlanDue {
		return
	}
	likes := &d.visit.Recipient.Likes
	if !likes.Wanted(string(d.Step), !d.visit.Reminded || d.Step == Thanks) {
		d.end(Skipped, ReasonNotWanted)
		return
	}
	now := s.clock.Now()
	until := quietUntil(likes.Quiet, now, s.zone(d.visit))
	if until <= now {
		return
	}
	if until >= d.UselessAfter || d.overtaken(until) {
		d.end(Skipped, ReasonQuietHours)
		return
	}
	d.release(ReasonQuietHours)
	d.Next = until
}

// zone is where the client's day and night are: where they live or, unless
// they say so, where the visit is.
func (s wish) zone(v Visit) *time.Location {
	for _, name := range []string{v.Recipient.Zone, v.Zone} {
		if zone, err := s.zones.Load(name); name != "" && err == nil {
			return zone
		}
	}
	return time.UTC
}

// quietUntil tells when quiet hours end that hold now; now itself when none do.
func quietUntil(quiet client.Quiet, now span.Instant, zone *time.Location) span.Instant {
	wall := span.WallAt(now, zone)
	if !quiet.Holds(wall.Minute) {
		return now
	}
	end := span.Wall{Date: wall.Date, Minute: quiet.To}
	if quiet.To <= wall.Minute {
		end.Date = end.Date.AddDays(1)
	}
	return max(end.Instant(zone), now)
}

// overtaken tells whether the reminder that follows is due by an instant.
func (d *Delivery) overtaken(by span.Instant) bool {
	const together = 30 * span.Minute
	switch d.Step {
	case Reminder24h:
		return by >= d.visit.Start-3*span.Hour-together
	case Reminder3h:
		return by >= d.visit.Start-together
	default:
		return false
	}
}

// inOrder puts channels into the order that a recipient prefers; those they
// don't name stay behind, as they are.
func inOrder(channels []Channel, liked []string) []Channel {
	if len(liked) == 0 {
		return channels
	}
	place := func(c Channel) int {
		if i := slices.Index(liked, c.Name()); i >= 0 {
			return i
		}
		return len(liked)
	}
	out := slices.Clone(channels)
	slices.SortStableFunc(out, func(a, b Channel) int { return place(a) - place(b) })
	return out
}
