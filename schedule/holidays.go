package schedule

import (
	"slices"

	"kept/schedule/holiday"
	"kept/span"
)

// HolidayRule says whose public holidays a location keeps and how.
type HolidayRule struct {
	Country string // "DE"
	Region  string // "BY"; empty for what the whole country keeps
	// On public holidays: closed, or open as on Sundays. Empty for as ever.
	OnHoliday string
	// On shortened days (the day before a holiday in Russia) it closes that many minutes earlier.
	ShortenMin int
	// On days that are made up for (a working Saturday) it is open as on the weekday given for them.
	MakeUp bool
}

// What a location does on public holidays.
const (
	HolidayClosed = "closed"
	HolidaySunday = "sunday"
)

// Holidays are the days of a rule, counted out once.
type Holidays struct {
	rule HolidayRule
	days []holidayMark // in the order of their dates, each date once
}

type holidayMark struct {
	date    span.Date
	closed  bool
	weekday int // as on this one; 0 for its own
	shorten int // minutes
	kind    holiday.Kind
	names   map[string]string // by language; shared
}

// NewHolidays counts out the days of a rule; fault holiday.ErrUnknown when
// there is no such country or region.
func NewHolidays(r HolidayRule) (*Holidays, error) {
	calendar, err := holiday.Of(r.Country, r.Region)
	if err != nil {
		return nil, err
	}
	first, last := calendar.Years()
	h := &Holidays{rule: r}
	for _, d := range calendar.Days(span.Date{Year: first, Month: 1, Day: 1}, span.Date{Year: last, Month: 12, Day: 31}) {
		h.mark(d)
	}
	return h, nil
}

func (h *Holidays) mark(d holiday.Day) {
	m := holidayMark{date: d.Date, kind: d.Kind, names: d.Names}
	if n := len(h.days); n > 0 && h.days[n-1].date == d.Date {
		m = h.days[n-1]
		h.days = h.days[:n-1]
	}
	if d.Kind == holiday.Off && m.kind != holiday.Off {
		m.kind, m.names = d.Kind, d.Names
	}
	switch d.Kind {
	case holiday.Off:
		m.closed = m.closed || h.rule.OnHoliday == HolidayClosed
		if h.rule.OnHoliday == HolidaySunday {
			m.weekday = 7
		}
	case holiday.Shortened:
		m.shorten = h.rule.ShortenMin
	case holiday.MakeUp:
		if h.rule.MakeUp {
			m.weekday = d.As
		}
	}
	if m.closed || m.weekday != 0 || m.shorten != 0 {
		h.days = append(h.days, m)
	}
}

// Rule tells what was chosen.
func (h *Holidays) Rule() HolidayRule { return h.rule }

// Equal tells whether two are the same choice.
func (h *Holidays) Equal(o *Holidays) bool {
	return h == nil && o == nil || h != nil && o != nil && h.rule == o.rule
}

// find gives what the list says of a date; nil for nothing.
func (h *Holidays) find(d span.Date) *holidayMark {
	n, found := slices.BinarySearchFunc(h.days, d, func(m holidayMark, d span.Date) int {
		switch {
		case m.date == d:
			return 0
		case earlier(m.date, d):
			return -1
		default:
			return 1
		}
	})
	if !found {
		return nil
	}
	return &h.days[n]
}

// alter changes the rule of a date as the list says, unless whoever keeps the
// list has an exception of their own for it.
func (h *Holidays) alter(r *rule, d span.Date, own []Exception) {
	m := h.find(d)
	if m == nil || slices.ContainsFunc(own, func(e Exception) bool { return e.Date == d }) {
		return
	}
	r.source = ByHoliday
	if m.closed {
		r.rows = nil
		return
	}
	if m.weekday != 0 {
		r.weekday = m.weekday
	}
	if m.shorten != 0 {
		latest := 0
		for i := range r.rows {
			if r.rows[i].Weekday == r.weekday {
				latest = max(latest, r.rows[i].end())
			}
		}
		if latest != 0 {
			r.close = max(1, latest-m.shorten)
		}
	}
}
