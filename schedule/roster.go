package schedule

import (
	"kept/id"
	"kept/span"
)

// Season replaces the weekly rows from one date to another, both included. No
// rows close it.
type Season struct {
	Name     string
	From, To span.Date
	Weekly   []Weekly
}

func (s *Season) holds(d span.Date) bool { return !earlier(d, s.From) && !earlier(s.To, d) }

// Shift is a stretch of work on a day of a roster.
type Shift struct {
	Window
	Location id.Location // where; empty for anywhere
}

// Roster is a cycle of days that repeats: two on and two off, weeks A and B.
// It replaces weekly rows and seasons.
type Roster struct {
	Anchor    span.Date // the date of the first day of the cycle; it repeats before it too
	Cycle     [][]Shift // the shifts of each day; none for a day off
	From, To  span.Date // both included; zero for without end
	Published span.Date // the last date that clients may book; zero for none yet
}

// covers tells whether the roster speaks of the date.
func (r *Roster) covers(d span.Date) bool {
	var zero span.Date
	return len(r.Cycle) > 0 && (r.From == zero || !earlier(d, r.From)) && (r.To == zero || !earlier(r.To, d))
}

// On gives the shifts of a date, published or not; nil outside the roster.
func (r *Roster) On(d span.Date) []Shift {
	if !r.covers(d) {
		return nil
	}
	n := r.Anchor.DaysUntil(d) % len(r.Cycle)
	if n < 0 {
		n += len(r.Cycle)
	}
	return r.Cycle[n]
}

// Drafted gives the hours as they will be when the whole roster is published.
func (h Hours) Drafted() Hours {
	if h.Roster != nil {
		r := *h.Roster
		r.Published = lastDate()
		h.Roster = &r
	}
	return h
}

func lastDate() span.Date { return span.Date{Year: 9999, Month: 12, Day: 31} }

// earlier is Date.Before for dates of the calendar, without arithmetic.
func earlier(a, b span.Date) bool {
	if a.Year != b.Year {
		return a.Year < b.Year
	}
	if a.Month != b.Month {
		return a.Month < b.Month
	}
	return a.Day < b.Day
}
