package policy

import (
	"time"

	"kept/catalog"
	"kept/id"
	"kept/money"
	"kept/span"
)

// Item is one service of the visit in question.
type Item struct {
	Service *catalog.Service // as it is for this client: what Vary gave
	Staff   id.Staff         // who was asked for; empty for anyone
}

// Case is one request that rules are asked about: who wants what, where.
type Case struct {
	Items    []Item // in order
	Location id.Location
	Zone     *time.Location // of the location; nil is UTC
	Now      span.Instant
	Staff    []id.Staff // who might perform it; bars for single people are given of these
	Traits   *Traits    // nil as the zero Traits
	Tallies  []Tally    // complete for TallyWindow
	Except   string     // a source that does not count: a move is judged without the booking's own
	// Load tells how much of the open time of a day is taken, in percent, of a
	// staff member or, with none, of the location. Nil or false: not known.
	Load func(day span.Date, staff id.Staff) (percent int, known bool)
}

// Tally is something already booked or held, as it counts against a limit. What
// has expired is left out by the caller.
type Tally struct {
	Counter string    // a Counter's ID
	Span    span.Span // as it lies on the counter or, of a staff lane, on that
	Source  string    // id of the booking or hold; several tallies of one source on one counter are one visit
}

// Why a bar shuts; words of the contract's `rule`.
const (
	WordLimit  = "limit"
	WordSeason = "season"
	WordLink   = "link"
	WordOffer  = "offer"
	WordStaff  = "staff" // the staff member does not perform the service that day
)

// Bar shuts the visit's starts in Span.
type Bar struct {
	Span    span.Span  // of starts
	Staff   id.Staff   // whom it keeps from taking part; empty shuts the start for whoever it is
	Service id.Service // with Staff: from this service of the visit only; empty from all of it
	Rule    id.Rule    // whose it is; empty for the staff member's own preferences
	Word    string
}

// Applied tells that a rule applied and what it did.
type Applied struct {
	Rule    id.Rule
	Kind    catalog.RuleKind
	Service id.Service   // of which item
	Minutes int          // what it added to the length, of vary
	Price   money.Amount // what it added to the price, of vary and season
	Doubt   string       // of approve: why the rule could not tell; empty when it could
}

// Doubt is a rule that could not tell.
type Doubt struct {
	Rule   id.Rule
	Detail string // English, safe to show
}

// Counter is a thing that limits count, and that is locked before it is judged:
// a lane of kind "counter" on which every booking lies that it counts.
type Counter struct {
	ID   string // "business", "location:<id>", "service:<id>", "staff:<id>", "client:<id>"; with "/" and a hash where only a part counts
	Kind string // a Limit's Of
	// Own tells that the party's own lane serves: the rows of the staff lane are
	// its tallies, the client's History is. Nothing is written for it, but it is
	// to be locked.
	Own bool
	// Which bookings are counted; empty counts all.
	Services  []id.Service
	Staff     []id.Staff
	Locations []id.Location
}

// at gives the zone of the case.
func (c *Case) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// traits gives the client's, never nil.
func (c *Case) traits() *Traits {
	if c.Traits == nil {
		return &Traits{}
	}
	return c.Traits
}
