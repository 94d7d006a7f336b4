// Package busy reads when somebody is busy out of iCalendar files (RFC 5545)
// that others wrote: feeds of calendars, answers of CalDAV servers.
//
//	lines → components → events and zones → occurrences in a window → one set of spans
//
// Only times are taken. Titles, places and people are passed over while
// reading and never kept. An event makes its time busy unless it is
// transparent, cancelled or marked as free (Outlook's own property); published
// free/busy (VFREEBUSY) counts too. Recurrence is package recur's, with the
// dates added, left out and overridden; a time zone is the file's own
// VTIMEZONE where that can be read, else the IANA zone of that name, else the
// zone of whoever asked.
//
// The file is foreign: it may be broken, or made to hurt. What cannot be read
// is left out and counted (Skipped); what is too much is cut and the limit
// named (Limits). Reading is one pass without recursion, and bounded in
// memory and in steps, so that every file has its answer within a second.
package busy

import (
	"errors"
	"io"
	"slices"
	"time"

	"kept/recur"
	"kept/span"
)

// Bounds of one file.
const (
	maxLine        = 4 << 20   // bytes of an unfolded line; all the dates that are read fit
	maxEvents      = 50_000    // events and overrides
	maxDates       = 120_000   // added and left-out dates of all events
	maxSteps       = 4_000_000 // of recurrence, for all events
	maxOccurrences = 100_000   // of all events in the window
	maxZones       = 100
	maxDepth       = 8 // components inside components
)

// The limits as Result names them.
const (
	LimitEvents      = "events"
	LimitDates       = "dates"
	LimitSteps       = "steps"
	LimitOccurrences = "occurrences"
	LimitLine        = "line"
	LimitZones       = "zones"
)

// ErrFormat says that what was read is no iCalendar file.
var ErrFormat = errors.New("busy: this is no iCalendar file")

// Question is what is asked of a file.
type Question struct {
	Zone   *time.Location // of dates and of times that name no zone
	Window span.Span      // what is of interest
	Zones  *span.Zones    // where IANA zones come from
}

// Result is what a file says.
type Result struct {
	Busy    span.Set // inside the window
	Events  int      // events, overrides and free/busy answers that were read
	Skipped int      // those of them that made no sense, wholly or in part
	Limits  []string // which bounds cut something off
}

// Read reads files, one after the other as CalDAV gives them, as one calendar.
// It fails with ErrFormat when one of them has nothing of a calendar, and
// with the readers' errors; what was read until then is given as well.
func Read(q Question, files ...io.Reader) (Result, error) {
	r := &reader{q: q}
	for _, f := range files {
		if err := r.file(f); err != nil {
			return r.result(), err
		}
	}
	return r.result(), nil
}

// reader gathers what the files of one calendar say.
type reader struct {
	q       Question
	zones   map[string]*vtimezone // of the file being read, by TZID
	events  []*vevent
	free    []freebusy
	dates   int
	skipped int
	limits  []string
}

// limit notes that a bound cut something off.
func (r *reader) limit(name string) {
	if !slices.Contains(r.limits, name) {
		r.limits = append(r.limits, name)
	}
}

// result expands what was gathered into the window.
func (r *reader) result() Result {
	e := expander{
		q: r.q, limit: r.limit, skip: func() { r.skipped++ }, budget: recur.Budget{Steps: maxSteps}, room: maxOccurrences, dates: maxDates,
	}
	for _, f := range r.free {
		e.freebusy(f)
	}
	e.series(r.events)
	slices.Sort(r.limits)
	return Result{Busy: span.SetOf(e.out...), Events: len(r.events) + len(r.free), Skipped: r.skipped, Limits: r.limits}
}
