package policy

import (
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Bars gives the stretches of the window (of starts of the visit) that limits,
// seasons, links and staff preferences shut, by start; bars of one rule and
// person neither meet nor touch.
func (b *Book) Bars(c *Case, window span.Span) []Bar { return nil }

// TallyWindow widens a window of starts so that tallies which start in it are
// all that Bars of the window needs.
func (b *Book) TallyWindow(c *Case, window span.Span) span.Span { return window }

// Counters lists what is to be locked before Bars is asked inside the booking's
// transaction, what the tallies are to be read from, and on what the booking is
// to be laid: for a visit of the case's items at its location by any of its
// staff and its client. By ID, each once.
func (b *Book) Counters(c *Case) []Counter { return nil }

// Gate judges candidates by the owner's offer expressions. A nil Gate shuts
// nothing. It remembers answers and so belongs to one goroutine.
type Gate struct{}

// Gate prepares the offer rules for a case; nil when none is about it.
func (b *Book) Gate(c *Case) *Gate { return nil }

// Shut tells whether a rule shuts a start with this lead (empty when nobody
// leads), and which.
func (g *Gate) Shut(start span.Instant, lead id.Staff) (Bar, bool) { return Bar{}, false }

// Approve lists the approve rules that want staff to confirm the visit: those
// that hold and those that cannot tell.
func (b *Book) Approve(c *Case, start span.Instant, lead id.Staff) []Applied { return nil }

// Cutoff gives the terms that a booking keeps: the business's own, or those of
// the first cutoff rule that applies, which is then named.
func (b *Book) Cutoff(c *Case, start span.Instant, lead id.Staff) (Snapshot, []Applied) {
	return Of(b.catalog.Business.Terms), nil
}

// Doubts lists the rules of all kinds that concern the visit and cannot tell
// about this start: for "why is this time open" and for the owner's eye.
func (b *Book) Doubts(c *Case, start span.Instant, lead id.Staff) []Doubt { return nil }

func picky(*catalog.Preferences) bool { return false }
