package busy

import (
	"slices"
	"strings"
	"time"

	"kept/recur"
	"kept/span"
)

// stage is how a series goes on after one of its dates: an override whose
// RECURRENCE-ID has RANGE=THISANDFUTURE moves all that follow by as much as it
// moves its own date, and gives them its length (RFC 5545, 3.2.13 and 3.8.4.4).
// Overrides of single dates go before it.
type stage struct {
	from recur.Local // those later than this, as the series itself has them
	by   recur.Local // by how much they are moved on the clock, in seconds
	long length
	free bool // they are cancelled, transparent or go by the override's own rules
}

// shift is how far a stage moves what it moves.
func (s *stage) shift() span.Instant { return span.Instant(s.by) * span.Second }

// onwards tells whether an override is of its date and all that follow.
func (e *vevent) onwards() bool { return strings.EqualFold(e.override.param("RANGE"), "THISANDFUTURE") }

// reach is how long an occurrence can be.
func (d length) reach() span.Instant {
	out := span.Instant(d.seconds) * span.Second
	if d.days > 0 {
		out += span.Instant(d.days+1) * span.Day // a day of a clock may have more than 24 hours
	}
	return min(out, longest)
}

// maxStages bounds how often one series changes for good.
const maxStages = 200

// stages lists how a series goes on, the first from its beginning.
func (e *expander) stages(v *vevent, onwards []*vevent, zone *time.Location, long length) []stage {
	out := []stage{{long: long, free: v.free}}
	for _, o := range onwards {
		if len(out) > maxStages || e.dates <= 0 {
			e.limit(LimitDates)
			break
		}
		e.dates--
		at, ok := e.moment(o.override, o.override.value, o.zones)
		if !ok {
			continue // it was told when its date was left out
		}
		next := stage{from: at.in(zone), long: long, free: o.free || len(o.rules) > 0}
		if start, ok := e.moment(o.start, o.start.value, o.zones); ok && !next.free {
			if next.long, ok = e.length(o, start); !ok {
				continue
			}
			far := recur.Local(longest / span.Second)
			next.by = min(far, max(-far, start.in(zone)-next.from))
		}
		out = append(out, next)
	}
	slices.SortStableFunc(out[1:], func(a, b stage) int { return int(max(-1, min(1, a.from-b.from))) })
	return out
}
