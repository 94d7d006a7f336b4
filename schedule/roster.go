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

// Day is what somebody's rules say of one date, for people to read: the hours
// of the place are not cut out of it.
type Day struct {
	Source  Source
	Season  string  // its name, of a day of a season
	Follows bool    // nothing of their own: these are the place's hours
	Shifts  []Shift // also of a draft, which nobody can book yet
}

// Day tells what a staff member's rules say of a date at a place.
func (b *Book) Day(staff id.Staff, place id.Location, d span.Date) Day {
	mine, its := b.Staff[staff], b.Locations[place]
	p := plan{hours: &mine, holidays: its.Holidays, own: its.Exceptions}
	if mine.Unset() {
		p.hours = &its
	}
	r := p.on(d)
	out := Day{Source: r.source, Season: r.season, Follows: mine.Unset(), Shifts: r.all()}
	if r.source == ByDraft {
		out.Shifts = p.hours.Roster.On(d)
	}
	return out
}

// all lists what the rule opens, wherever.
func (r *rule) all() (out []Shift) {
	for _, w := range r.windows {
		out = append(out, Shift{Window: w})
	}
	out = append(out, r.shifts...)
	for _, row := range r.rows {
		if w, ok := row.until(r.close); ok && row.Weekday == r.weekday {
			out = append(out, Shift{Window: w, Location: row.Location})
		}
	}
	return out
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
