// Package calsync keeps outside calendars in view: the calendars that staff,
// rooms, places or a whole business have elsewhere close the same time here.
//
// A Link says whose calendar it is and where it lies. A Reader asks each
// linked calendar again and again, in the background and never while a client
// waits, and lays what it says on the owner's lanes as blocking rows: nothing
// new gets in there, and what is booked already stays. Of an entry only its
// time comes in; what it is called, where and with whom is not even read.
//
//	link ── due ──▶ claimed by one node ──▶ Source asked ──▶ rows replaced in one transaction ──▶ due again
//	                                             │ unchanged: nothing else happens
//	                                             └ trouble: the rows stay, tried again later and later
//
// Between two looks a link keeps what it last knew, so that a calendar that
// cannot be reached closes the time that it closed before; for how long that
// has been so is shown (Fresh, Failing, Stale).
//
// Where to look and how to sign in are secrets of whoever owns the calendar:
// stored sealed, given to nobody again, in no event and in no log.
package calsync

import (
	"time"

	"kept/id"
	"kept/span"
)

// Kind says how a calendar is read.
type Kind string

// The kinds of calendars.
const (
	ICal   Kind = "ical"   // the address of a file
	CalDAV Kind = "caldav" // a collection of a CalDAV server
	Own    Kind = "own"    // the address of a file of a client's: read within narrower bounds
)

// Owner is whose time a calendar closes: one staff member, one resource with
// all its units, one location, or with none of them every location.
type Owner struct {
	Staff    id.Staff
	Resource id.Resource
	Location id.Location
}

// Address is where a calendar lies and how one signs in there.
type Address struct {
	URL    string
	User   string
	Secret string
}

// Link is one connected calendar.
type Link struct {
	ID         id.Link
	Owner      Owner
	Kind       Kind
	Name       string // what the owner calls it
	Address    Address
	StaleAfter span.Instant // how old its last answer may be
	CreatedAt  span.Instant
	State
}

// State is what came of reading a calendar. Instants are 0 for never.
type State struct {
	Mark      Mark         // what it was like; empty when it must be read anew
	Read      span.Instant // when it was last read in full
	LastOK    span.Instant // when it last answered
	Failing   span.Instant // since when it has not; 0 while it does
	Trouble   Code         // why not
	Attempts  int          // in a row that failed
	NextAt    span.Instant // when it is asked again
	Lanes     string       // which lanes its rows are on, as a fingerprint
	Events    int          // entries in it
	Skipped   int          // of which so many could not be understood
	Limits    []string     // which bounds cut something off
	BusySpans int
}

// Mark is what a calendar's answer was known by: an entity tag, a sync token.
type Mark struct {
	ETag  string
	Token string
}

// Status says how far a link can be trusted.
type Status string

// The statuses of a link.
const (
	New     Status = "new"     // has never answered, and has not failed either
	Fresh   Status = "fresh"   // its last answer is a success
	Failing Status = "failing" // has begun to fail; what is known is not old yet
	Stale   Status = "stale"   // what is known is older than it may be
)

// Status tells how the link stands at an instant.
func (l *Link) Status(now span.Instant) Status { return l.standing(now, l.StaleAfter) }

// standing tells the status of what may be so old.
func (s *State) standing(now, staleAfter span.Instant) Status {
	old := s.LastOK != 0 && now-s.LastOK > staleAfter || s.LastOK == 0 && s.Failing != 0 && now-s.Failing > staleAfter
	switch {
	case old:
		return Stale
	case s.Failing != 0:
		return Failing
	case s.LastOK == 0:
		return New
	default:
		return Fresh
	}
}

// Code says what was the trouble with a calendar, for programs and catalogues of texts.
type Code string

// The codes of trouble.
const (
	Unreachable  Code = "unreachable"  // nobody answers there
	Timeout      Code = "timeout"      // it took too long
	Forbidden    Code = "forbidden"    // the address is one that may not be reached
	Unauthorized Code = "unauthorized" // user or password are not right
	Missing      Code = "not_found"    // there is nothing at the address
	NotCalendar  Code = "not_calendar" // what lies there is no calendar
	TooLarge     Code = "too_large"    // it has more bytes than are read
	Refused      Code = "refused"      // the server says no for another reason
	ServerError  Code = "server_error" // the server says that it is broken
	RateLimited  Code = "rate_limited" // we ask too often
	Internal     Code = "internal"     // it is our own fault
	Several      Code = "several"      // several calendars lie there: one must be named
	Redirected   Code = "redirected"   // it sends us on too often, or to a place without encryption
)

// Codes lists all of them.
func Codes() []Code {
	return []Code{
		Unreachable, Timeout, Forbidden, Unauthorized, Missing, NotCalendar, TooLarge, Refused, ServerError, RateLimited,
		Internal, Several, Redirected,
	}
}

// Trouble is the error of a Source.
type Trouble struct { //nolint:errname // it is the field's word, and said as often as error
	Code       Code
	RetryAfter time.Duration // when the server said so
	Cause      error         // for the log; holds no address
}

// Error implements error.
func (t *Trouble) Error() string {
	if t.Cause == nil {
		return "calendar: " + string(t.Code)
	}
	return "calendar: " + string(t.Code) + ": " + t.Cause.Error()
}

// Unwrap gives the cause.
func (t *Trouble) Unwrap() error { return t.Cause }

// lasting tells that trying again soon is no use: somebody has to do something.
func (c Code) lasting() bool {
	switch c {
	case Unauthorized, Missing, NotCalendar, TooLarge, Refused, Forbidden, Several, Redirected:
		return true
	default:
		return false
	}
}

// Down tells that the trouble is the server's, not this calendar's.
func (c Code) Down() bool {
	switch c {
	case Unreachable, Timeout, ServerError, RateLimited:
		return true
	default:
		return false
	}
}

// Bounds of a link.
const (
	MaxLinks   = 200  // of a business
	maxName    = 80   // letters
	maxURL     = 2000 // bytes
	maxUser    = 200
	maxSecret  = 500
	minStale   = 15 * span.Minute
	maxStale   = 30 * span.Day
	usualStale = 2 * span.Hour
	horizon    = 400 * span.Day // how far ahead calendars are read
)
