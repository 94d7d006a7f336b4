// Package availability is the engine: it alone decides when a visit can take
// place, who performs it and with what. What it offers, it also accepts:
// Slots (the list that a client sees), Assign (the choice of people and units
// for one start) and Check (the last word inside the booking's transaction)
// run on the same code over the same Facts, so that offered means bookable.
//
// It is pure: no clock, no database, no network. The caller loads Facts for a
// window, asks a Question, and may ask a thousand more of the same Facts from
// as many goroutines as it likes.
//
// The rules, as fixed at the program's edges:
//
//   - Open spans are the hours of the person and the place together; spans
//     that touch are one. Every staffed segment's body lies within one.
//   - Grid starts are an open span's start plus multiples of the service's
//     interval in elapsed time. Edge starts, where on, are the first start
//     after an exclusive row with its buffers and the last that ends at one.
//   - A visit takes its parties' lanes for the body and its own buffers. That
//     never overlaps any row of the lane; buffers may stick out of the hours.
//   - Notice counts from now to the start; the horizon counts local days from
//     today. Holds count until they expire.
//   - Whoever leads an item (a service of the visit) stays for all its segments
//     that they are qualified for; the units of a kind stay for the whole item.
//   - Bars and the gate are what the owner's rules say of starts; a floating
//     break must still fit into its window beside all that a person has; between
//     two places lies the way from one to the other.
//
// A question is about one way in which the services follow each other. Where
// several will do (any order, waiting in between, a length that depends on who
// performs it), each way is a question of its own and Merge puts the answers
// together.
package availability

import (
	"time"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// LaneKind says what sort of party a lane belongs to.
type LaneKind string

// The kinds of lanes.
const (
	StaffLane    LaneKind = "staff"
	UnitLane     LaneKind = "unit"     // id: resource id, colon, number from 1
	ClientLane   LaneKind = "client"   // where one client may not be in two visits at once
	SessionLane  LaneKind = "session"  // counts seats
	OverflowLane LaneKind = "overflow" // deliberate squeeze-ins of a staff member
	PlaceLane    LaneKind = "place"    // closed times of a location; nothing exclusive is ever on it
)

// Lane is the time line of one party; exclusive rows never overlap on it.
type Lane struct {
	Kind LaneKind `json:"kind"`
	ID   string   `json:"id"`
}

// Less orders lanes for touching: always in this order, so that no two
// transactions wait for each other.
func (l Lane) Less(o Lane) bool {
	if l.Kind != o.Kind {
		return l.Kind < o.Kind
	}
	return l.ID < o.ID
}

// Why a row is on a lane.
const (
	RowBooking  = "booking"
	RowHold     = "hold"
	RowTimeOff  = "time_off"
	RowCalendar = "calendar" // blocking, from an outside calendar
	RowWork     = "work"     // a booking of flexible work: exclusive, but it may give way (see Yard)
)

// KindReady is the kind of a reason that flexible work has too little working
// time until it is promised.
const KindReady = "ready"

// Row is a stretch of a lane that is taken or closed.
type Row struct {
	span.Span              // of an exclusive row: body and its own buffers
	Place     id.Location  // where its party is meanwhile; empty where that does not matter
	Exclusive bool         // false: blocking, closes time for what comes
	Expires   span.Instant // of a hold; 0 for never
	Source    string       // id of the booking, hold, time off or outside calendar that made it
	Kind      string       // RowBooking, RowHold, RowTimeOff, RowCalendar, RowWork, RowRest
}

// Want is one service of a visit and, where somebody was named, who performs it.
type Want struct {
	Service *catalog.Service // as it is for this client: its length may differ from the catalog's
	Staff   id.Staff         // who leads it; empty: anyone who can
	Among   []id.Staff       // who of those who can: for them it has this length; nil: all
	Wait    span.Instant     // how long the client waits before it; not before the first
}

// Bar shuts starts, by a rule of the owner's.
type Bar struct {
	Span    span.Span  // of starts
	Staff   id.Staff   // who cannot take part in a visit that starts then; empty: nobody can
	Service id.Service // with Staff: from which of its services alone they are kept; empty: from all
	Rule    id.Rule
	Word    string // the contract's word: limit, season, link, offer; notice and horizon of dates
}

// Limit is the earliest or latest start that a bar of dates leaves: of one with
// the word notice or horizon; 0 for others.
func (b Bar) Limit() span.Instant {
	switch b.Word {
	case RuleNotice:
		return b.Span.End
	case RuleHorizon:
		return b.Span.Start - 1
	default:
		return 0
	}
}

// Gate tells whether a rule shuts a start under a lead (empty where nobody is
// needed) at a place. It must give the same answer whenever it is asked.
type Gate func(start span.Instant, at id.Location, lead id.Staff) (Bar, bool)

// Gates lists every rule by which a Gate shuts a start.
type Gates func(start span.Instant, at id.Location, lead id.Staff) []Bar

// Question is what is asked of the engine.
type Question struct {
	Visit    []Want // in this order, one right after the other or after its wait
	Location id.Location
	Window   span.Span // which starts are of interest
	Now      span.Instant
	Except   string      // a source whose rows do not count: a move is judged without the booking's own
	Override bool        // pass grid, notice, horizon and hours; a taken lane stays taken
	Squeeze  bool        // place the staff on their overflow lanes
	Standing bool        // the visit was agreed before and keeps its start: notice, horizon and what has passed do not matter
	Bars     []Bar       // starts that rules shut; passed under Override
	Gate     Gate        // nil where no rule asks; passed under Override
	Gates    Gates       // all that the gate goes by, for Explain; nil: the gate's answer stands for them
	Aim      catalog.Aim // who is taken of those who could: staff evenly and units in their order when empty
	Last     id.Staff    // who saw the client last, for AimSame
	Mix      *Mix        // what free time is worth, for AimFit
}

// Facts are all that the engine knows. They are complete for Window, are never
// changed once made, and may be shared.
type Facts struct {
	Window span.Span // rows and open spans that meet it are all here; it reaches past the Question's window by the visit's length and buffers
	Places []Place   // by position
	Staff  []Person  // those who might take part, by position
	Units  []Unit    // by resource position, then number
	Client []Row     // the client's own lane; nil where overlap is allowed or the client is unknown
}

// Place is a location.
type Place struct {
	ID   id.Location
	Zone *time.Location
	Open span.Set                     // its own hours, not cut at the window; read only for visits that need no staff
	Rows []Row                        // its closed times, by start: they shut it for every party's claim and every body
	Ways map[id.Location]span.Instant // how long the way from another place takes; missing is nothing
}

// zone is the place's, UTC where it has none.
func (p *Place) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

// Person is a staff member with their time.
type Person struct {
	Staff    *catalog.Staff
	Open     []Open         // per place where they work
	Rows     []Row          // of the staff lane, by start
	Overflow []Row          // of the overflow lane, by start
	Breaks   []Break        // floating ones in the window
	Zone     *time.Location // by whose days their rest and breaks are told; nil is UTC
}

// Break is a pause that must find Length somewhere in the window Span, free of
// exclusive rows. It is never planned into a visit, not even where that leaves
// the person free in between.
type Break struct {
	span.Span
	Length span.Instant
}

// Open is when somebody works at a place: hours of both together.
type Open struct {
	Place int      // index into Facts.Places
	Spans span.Set // not cut at the window, so that the grid keeps its anchor
}

// Unit is one unit of a resource with its time.
type Unit struct {
	Resource *catalog.Resource
	N        int // from 1
	Rows     []Row
}

// Slot is a start at which the visit can take place.
type Slot struct {
	Start, End span.Instant // of the whole visit, buffers not counted
	Place      int32        // index into Facts.Places, of the first lead
	Way        int32        // which of the merged ways it is of
	Leads      []int32      // who could perform the first staffed segment: indexes into Facts.Staff, rising; empty when nobody is needed
}

// Placement is a visit with everybody and everything assigned.
type Placement struct {
	Start    span.Instant `json:"start"`
	End      span.Instant `json:"end"`
	Location id.Location  `json:"location"`
	Lead     id.Staff     `json:"lead,omitempty"`  // of the first staffed segment
	Group    id.Group     `json:"group,omitempty"` // the session in which it takes seats, instead of staff and units
	Items    []Item       `json:"items"`
}

// Item is one service of a placement.
type Item struct {
	Service  id.Service `json:"service"`
	Segments []Part     `json:"segments"`
	// Work is what flexible work was agreed to be; nil for other services.
	Work *Promise `json:"work,omitempty"`
	// Varied are the segments of the service as it was for this client, where
	// they were not those that are sold.
	Varied []catalog.Segment `json:"varied,omitempty"`
}

// Promise is flexible work as it was agreed: what is done whenever the engine
// fixes it, between From and the end of the visit.
type Promise struct {
	From     span.Instant      `json:"from"`            // until when it may be brought: it begins no earlier
	Piece    span.Instant      `json:"piece,omitempty"` // the shortest piece into which it may be cut; 0: never
	Segments []catalog.Segment `json:"segments"`        // the service's own buffers among theirs
}

// Part is one segment of an item, placed.
type Part struct {
	Start span.Instant `json:"start"`
	End   span.Instant `json:"end"`
	Staff []id.Staff   `json:"staff,omitempty"`
	Units []string     `json:"units,omitempty"` // unit lane ids
}

// Claim is a stretch of a lane that a placement takes.
type Claim struct {
	Lane Lane
	span.Span
}

// Why a time is shut. They are the words of the contract's `rule`.
const (
	RulePast     = "past"
	RuleNotice   = "notice"
	RuleHorizon  = "horizon"
	RuleHours    = "hours"
	RuleGrid     = "grid"
	RuleBusy     = "busy"     // an exclusive row is in the way
	RuleTimeOff  = "time_off" // a blocking row is in the way
	RuleRest     = "rest"     // the rest that somebody wants between two days would be too short
	RuleStaff    = "staff"    // nobody performs it, or the named one does not
	RuleSkill    = "skill"
	RuleResource = "resource" // no unit of the kind is free, or there is none
	RuleClient   = "client"   // the client is in another visit
	RuleLocation = "location"
	RuleBreak    = "break"  // a floating break would find no room
	RuleTravel   = "travel" // the way from or to another place takes too long
	RuleLimit    = "limit"  // so many have been booked already
	RuleSeason   = "season"
	RuleLink     = "link"  // another service must come first, or is too near
	RuleOffer    = "offer" // an expression of the owner's
)

// Reason is one link in the answer to "why is this time shut?".
type Reason struct {
	Rule     string
	Location id.Location  // at which place; empty for what is so at none in particular
	Staff    id.Staff     // whom it concerns, where it is somebody
	Lane     Lane         // which lane is taken, with RuleBusy, RuleTimeOff, RuleResource, RuleClient
	Source   string       // which booking, hold or time off is in the way
	Kind     string       // what that is: RowBooking ..., or KindReady
	Span     span.Span    // the stretch in the way; with RuleHours the nearest open span, empty when there is none
	Limit    span.Instant // with RuleNotice the earliest, with RuleHorizon the latest start
	Owner    id.Rule      // the owner's rule that says so, with RuleLimit, RuleSeason, RuleLink, RuleOffer
}
