// Package schedule turns what people say about hours ("Tuesdays nine to six,
// closed on the 24th") into open spans.
//
// Hours belong to a location or a staff member. They are wall clock: minutes
// of the local day in the zone of the location, so that an opening at nine
// stays at nine when the clocks change. A location without rows is open
// whenever its staff are; a staff member without rows follows the location;
// neither means closed.
package schedule

import (
	"time"

	"kept/id"
	"kept/span"
)

// Window is a stretch of a local day in minutes after midnight. To at or
// before From crosses midnight and ends on the next day; 1440 ends the day.
type Window struct {
	FromMin int `json:"from_min"`
	ToMin   int `json:"to_min"`
}

// Weekly is one weekly row of hours.
type Weekly struct {
	Weekday int // ISO: 1 Monday to 7 Sunday, the day on which the window begins
	Window
	Location id.Location `json:",omitempty"` // of a staff member: where; empty for anywhere
}

// Exception replaces the weekly rows of one date. No windows closes the day.
type Exception struct {
	Date span.Date
	Open []Window
}

// Hours are the rules of one location or staff member.
type Hours struct {
	Weekly     []Weekly
	Exceptions []Exception
}

// Unset tells that no rule was ever given: follow the other party.
func (h Hours) Unset() bool { return len(h.Weekly) == 0 && len(h.Exceptions) == 0 }

// Open expands the rules to the open spans that meet the window, for work at
// the location (empty: rows of any location). Spans that touch are one, and
// none is cut at the window's edges: each begins where it truly begins, however
// long ago, because grids are counted from there and must come out the same
// for every window. Hours that never close begin with the millennium.
func (h Hours) Open(window span.Span, zone *time.Location, at id.Location) span.Set {
	first := span.DateOf(window.Start.In(zone)).AddDays(-lookBack)
	last := span.DateOf(window.End.In(zone)).AddDays(1)
	all := h.expand(first, last, zone, at)
	out := all[:0]
	for _, s := range all {
		if s.Meets(window) {
			out = append(out, s)
		}
	}
	if len(out) > 0 && hidden(out[0], first, zone) {
		out[0].Start = h.began(out[0], first, zone, at)
	}
	return out
}

// lookBack is how many days before the window are expanded at first: enough
// for a span that began on the day before it.
const lookBack = 2

// hidden tells whether the span may have begun before what was expanded from
// the date on: a window of the day before can reach to that day's end.
func hidden(s span.Span, first span.Date, zone *time.Location) bool {
	return s.Start <= first.AddDays(1).Start(zone)
}

// began looks farther and farther back for the start of a long span. Weekly
// rows that leave no gap in nine days leave none at all, so that what is open
// for so long before the first exception has always been open.
func (h Hours) began(s span.Span, first span.Date, zone *time.Location, at id.Location) span.Instant {
	always := first
	for _, e := range h.Exceptions {
		if e.Date.Before(always) {
			always = e.Date
		}
	}
	always = always.AddDays(-9)
	last := first.AddDays(1)
	for step := 8; always.Before(first); step *= 2 {
		first = first.AddDays(-step)
		// The span goes on past last, and is the one that holds its old start.
		if longer, ok := h.expand(first, last, zone, at).Around(s.Start); ok && !hidden(longer, first, zone) {
			return longer.Start
		}
	}
	return min(s.Start, span.Date{Year: 2000, Month: time.January, Day: 1}.Start(zone))
}

// expand gives the open spans of the rows and exceptions of these dates.
func (h Hours) expand(first, last span.Date, zone *time.Location, at id.Location) span.Set {
	instead := map[span.Date][]Window{}
	for _, e := range h.Exceptions {
		if !e.Date.Before(first) && !last.Before(e.Date) {
			instead[e.Date] = e.Open
		}
	}
	var all []span.Span
	for d := first; !last.Before(d); d = d.AddDays(1) {
		if windows, ok := instead[d]; ok {
			for _, w := range windows {
				all = append(all, w.on(d, zone))
			}
			continue
		}
		weekday := d.Weekday()
		for _, row := range h.Weekly {
			if row.Weekday == weekday && (at == "" || row.Location == "" || row.Location == at) {
				all = append(all, row.on(d, zone))
			}
		}
	}
	return span.SetOf(all...)
}

func (w Window) on(d span.Date, zone *time.Location) span.Span {
	to := span.Wall{Date: d, Minute: w.ToMin}
	if w.ToMin <= w.FromMin {
		to = span.Wall{Date: d.AddDays(1), Minute: w.ToMin}
	}
	return span.Span{
		Start: span.Wall{Date: d, Minute: w.FromMin}.Instant(zone),
		End:   to.Instant(zone),
	}
}

// Book is the hours of everybody in a business at one version.
type Book struct {
	Locations map[id.Location]Hours
	Staff     map[id.Staff]Hours
}

// OpenAt gives when a staff member works at a location: their hours and the
// place's together.
func (b *Book) OpenAt(staff id.Staff, place id.Location, window span.Span, zone *time.Location) span.Set {
	mine, its := b.Staff[staff], b.Locations[place]
	switch {
	case mine.Unset() && its.Unset():
		return nil
	case mine.Unset():
		return its.Open(window, zone, "")
	case its.Unset():
		return mine.Open(window, zone, place)
	default:
		return mine.Open(window, zone, place).Intersect(its.Open(window, zone, ""))
	}
}

// TimeOff is time in which somebody or something is not there, whatever the
// hours say.
type TimeOff struct {
	ID       id.TimeOff
	Staff    id.Staff    // one of the three
	Resource id.Resource // every unit of it
	Location id.Location // everybody and everything there
	Span     span.Span
	Reason   string // vacation, sick, training, closed, maintenance, other
}
