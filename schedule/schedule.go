// Package schedule turns what people say about hours ("Tuesdays nine to six,
// closed on the 24th, in July until eight, two days on and two off") into open
// spans.
//
// Hours belong to a location or a staff member. They are wall clock: minutes
// of the local day in the zone of the location, so that an opening at nine
// stays at nine when the clocks change. A location without rows is open
// whenever its staff are; a staff member without rows follows the location;
// neither means closed.
//
// Each date has one rule, the first of these that speaks of it:
//
//	exception   the owner's word on this very date
//	roster      of a staff member: the day of the cycle that it falls on, if
//	            the roster is published so far, else nothing is open: a draft
//	            is for the staff to see (Drafted), not for clients to book
//	holiday     what the location does on public holidays, on shortened days
//	            and on days that are made up for; it alters the rows below
//	season      the weekly rows of a range of dates
//	weekly      the weekly rows
//
// A location's public holidays are its staff's too: who has no roster and no
// exception for the date has off or comes, as the location does.
package schedule

import (
	"slices"
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
	Seasons    []Season
	Roster     *Roster   // of a staff member; nil for none
	Holidays   *Holidays // of a location; nil for none
}

// Unset tells that no rule was ever given: follow the other party. Holidays
// alone are none, for they only alter rules.
func (h Hours) Unset() bool {
	return len(h.Weekly) == 0 && len(h.Exceptions) == 0 && len(h.Seasons) == 0 && h.Roster == nil
}

// Reach tells whether any rule of a staff member opens time at a place; who
// has none goes wherever there are hours.
func (h Hours) Reach(place id.Location) bool {
	if place == "" || h.Unset() {
		return true
	}
	there := func(at id.Location) bool { return at == "" || at == place }
	rows := h.Weekly
	for i := range h.Seasons {
		rows = append(slices.Clip(rows), h.Seasons[i].Weekly...)
	}
	for i := range rows {
		if there(rows[i].Location) {
			return true
		}
	}
	if h.Roster != nil {
		for _, day := range h.Roster.Cycle {
			for i := range day {
				if there(day[i].Location) {
					return true
				}
			}
		}
	}
	for i := range h.Exceptions {
		if len(h.Exceptions[i].Open) > 0 {
			return true // wherever
		}
	}
	return false
}

// Open expands the rules to the open spans that meet the window, for work at
// the location (empty: rows of any location). Spans that touch are one, and
// none is cut at the window's edges: each begins where it truly begins, however
// long ago, because grids are counted from there and must come out the same
// for every window. Hours that never close begin with the millennium.
func (h Hours) Open(window span.Span, zone *time.Location, at id.Location) span.Set {
	p := plan{hours: &h, holidays: h.Holidays, own: h.Exceptions}
	return p.open(window, zone, at)
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
	// The place's holidays are its staff's, but for days of which it says more.
	p := plan{hours: &mine, holidays: its.Holidays, own: its.Exceptions}
	switch {
	case mine.Unset() && its.Unset():
		return nil
	case mine.Unset():
		return its.Open(window, zone, "")
	case its.Unset():
		return p.open(window, zone, place)
	default:
		return p.open(window, zone, place).Intersect(its.Open(window, zone, ""))
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
