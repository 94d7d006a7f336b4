// Package rota draws who works when, for people to read: the days of a month,
// of everybody (the desk's page) or of one person (the settings' form). What
// the rules say of a day comes from package schedule; time off, which no rule
// knows, is laid over it. Nothing here can fail: what is not known is left out.
package rota

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/schedule"
	"kept/span"
)

// Month is a month to draw.
type Month struct {
	Turn  *shell.Turn
	Of    span.Date          // any day of it
	Place id.Location        // only work there; empty for anywhere
	Off   []schedule.TimeOff // of staff and locations, as far as it is known
}

// First is the first day of the month.
func (m Month) First() span.Date { return span.Date{Year: m.Of.Year, Month: m.Of.Month, Day: 1} }

// Days are its dates.
func (m Month) Days() []span.Date {
	last := span.DateOf(time.Date(m.Of.Year, m.Of.Month+1, 0, 12, 0, 0, 0, time.UTC))
	return span.Days(m.First(), last)
}

// Cell draws a day of one of the staff.
func (m Month) Cell(staff id.Staff, d span.Date) view.RosterCell {
	t, place := m.Turn, m.Place
	if place == "" {
		place = m.home(staff)
	}
	day := t.Set.Hours.Day(staff, place, d)
	var c view.RosterCell
	var places []string
	for _, s := range day.Shifts {
		if m.Place == "" || s.Location == "" || s.Location == m.Place {
			c.Lines = append(c.Lines, hour(s.FromMin)+"–"+hour(s.ToMin))
			places = append(places, m.where(s))
		}
	}
	if one := slices.Compact(slices.Clone(places)); len(one) == 1 {
		c.Place = one[0]
	} else {
		for i := range c.Lines {
			c.Lines[i] = strings.TrimSpace(c.Lines[i] + " " + places[i])
		}
	}
	switch day.Source {
	case schedule.ByDraft, schedule.ByException, schedule.ByHoliday, schedule.BySeason:
		c.Kind = string(day.Source)
		c.Note = t.P.T("roster.is_" + c.Kind)
	case schedule.ByRoster, schedule.ByWeekly:
	}
	if reason := m.away(staff, place, d); reason != "" {
		c.Kind, c.Note = "away", t.P.T("off."+reason)
	}
	return c
}

// home is the place whose public holidays count for somebody: the first at
// which they work.
func (m Month) home(staff id.Staff) id.Location {
	h := m.Turn.Set.Hours.Staff[staff]
	for _, l := range m.Turn.Set.Catalog.Locations {
		if !l.Archived && h.Reach(l.ID) {
			return l.ID
		}
	}
	return ""
}

// where names the place of a shift, where there are several.
func (m Month) where(s schedule.Shift) string {
	if s.Location == "" || m.Place != "" || len(Places(m.Turn)) < 2 {
		return ""
	}
	if l, ok := m.Turn.Set.Catalog.Location(s.Location); ok {
		return m.Turn.Name(l.Names)
	}
	return ""
}

// hour writes a time of day as short as it can be: "9", "9:30".
func hour(minute int) string {
	if minute%60 == 0 {
		return strconv.Itoa(minute / 60)
	}
	return fmt.Sprintf("%d:%02d", minute/60, minute%60)
}

// away gives the reason of time off that takes the whole of a day.
func (m Month) away(staff id.Staff, place id.Location, d span.Date) string {
	whole := d.Span(m.Turn.Home)
	for i := range m.Off {
		o := &m.Off[i]
		if (o.Staff == staff || place != "" && o.Location == place) && o.Span.Covers(whole) {
			return o.Reason
		}
	}
	return ""
}

// Places are the locations that are not archived.
func Places(t *shell.Turn) []*catalog.Location {
	var out []*catalog.Location
	for _, l := range t.Set.Catalog.Locations {
		if !l.Archived {
			out = append(out, l)
		}
	}
	return out
}

// Grid draws the month of one of the staff, a week a line.
func (m Month) Grid(staff id.Staff) view.MonthGrid {
	t := m.Turn
	out := view.MonthGrid{P: *t.P, Title: t.P.MonthYear(Noon(m.First()))}
	for n := 1; n <= 7; n++ {
		out.Weekdays = append(out.Weekdays, t.P.WeekdayShort(time.Date(2024, time.January, n, 12, 0, 0, 0, time.UTC))) // a Monday first
	}
	week := make([]view.MonthDay, m.First().Weekday()-1, 7)
	for _, d := range m.Days() {
		at := Noon(d)
		week = append(week, view.MonthDay{Number: strconv.Itoa(d.Day), Full: t.P.DateFull(at), RosterCell: m.Cell(staff, d)})
		if len(week) == 7 {
			out.Weeks = append(out.Weeks, week)
			week = make([]view.MonthDay, 0, 7)
		}
	}
	if len(week) > 0 {
		out.Weeks = append(out.Weeks, append(week, make([]view.MonthDay, 7-len(week))...))
	}
	return out
}

// Noon is an instant of a date, for printing the date.
func Noon(d span.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
