package schedule

import (
	"time"

	"kept/id"
	"kept/schedule/holiday"
	"kept/span"
)

// Closure is the rule of one date that shuts a time which the week would leave
// open: a public holiday, a closed day, a season, a day off of a roster.
type Closure struct {
	Date   span.Date
	Source Source            // never ByWeekly
	Place  id.Location       // where
	Staff  id.Staff          // whose rule it is; empty for the place's
	Kind   holiday.Kind      // of ByHoliday
	Names  map[string]string // of a holiday, by language; shared, not to be changed
	Season string            // its name, of BySeason
	Whole  bool              // nothing is open on the date
}

// Closed tells which rule shuts a time for somebody (empty: for a visit that
// needs nobody) at a place: the place's own, else that person's. A time which
// the week does not open either is shut by none, but for dates that somebody
// closed and days of a roster.
func (b *Book) Closed(staff id.Staff, place id.Location, s span.Span, zone *time.Location) (Closure, bool) {
	mine, its := b.Staff[staff], b.Locations[place]
	d := span.DateOf(s.Start.In(zone))
	if !its.Unset() {
		p := plan{hours: &its, holidays: its.Holidays, own: its.Exceptions}
		if c, ok := p.closes(d, s, zone, ""); ok {
			c.Place = place
			return c, true
		}
	}
	if staff == "" || mine.Unset() {
		return Closure{}, false
	}
	p := plan{hours: &mine, holidays: its.Holidays, own: its.Exceptions}
	c, ok := p.closes(d, s, zone, place)
	if c.Place = place; c.Source != ByHoliday {
		c.Staff = staff
	}
	return c, ok
}

// closes tells whether the rule of a date shuts a time that begins on it.
func (p *plan) closes(d span.Date, s span.Span, zone *time.Location, at id.Location) (Closure, bool) {
	r := p.on(d)
	c := Closure{Date: d, Source: r.source, Season: r.season}
	open := span.SetOf(r.spans(nil, d, zone, at)...)
	if c.Whole = len(open) == 0; open.Covers(s) {
		return c, false
	}
	if m := p.marked(d, r.source); m != nil {
		c.Kind, c.Names = m.kind, m.names
	}
	switch r.source {
	case ByWeekly:
		return c, false
	case ByDraft:
		return c, true
	case ByRoster:
		return c, c.Whole
	case ByException:
		if c.Whole {
			return c, true
		}
	case ByHoliday, BySeason:
	}
	usual := p.usual(d, r.source)
	week := span.SetOf(usual.spans(nil, d, zone, at)...)
	return c, c.Whole && len(week) > 0 || week.Covers(s)
}

// marked is what the list of holidays says of a date that has its rule by it.
func (p *plan) marked(d span.Date, by Source) *holidayMark {
	if by != ByHoliday {
		return nil
	}
	return p.holidays.find(d)
}

// usual is the rule that the date would have without the one that it has.
func (p *plan) usual(d span.Date, by Source) rule {
	plain := Hours{Weekly: p.hours.Weekly}
	if by == ByHoliday {
		plain.Seasons = p.hours.Seasons
	}
	without := plan{hours: &plain}
	return without.on(d)
}
