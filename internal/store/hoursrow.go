package store

import (
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/schedule"
	"kept/span"
)

// Hours as they are written; the words must not change with the domain's.

type weeklyRow struct {
	Weekday  int         `json:"weekday"`
	From     int         `json:"from"`
	To       int         `json:"to"`
	Location id.Location `json:"location,omitempty"`
}

type exceptionRow struct {
	Date dayText     `json:"date"`
	Open []windowRow `json:"open"`
}

type windowRow struct {
	From     int         `json:"from"`
	To       int         `json:"to"`
	Location id.Location `json:"location,omitempty"` // of a shift
}

type seasonRow struct {
	Name   string      `json:"name,omitempty"`
	From   dayText     `json:"from"`
	To     dayText     `json:"to"`
	Weekly []weeklyRow `json:"weekly"`
}

type rosterRow struct {
	Anchor    dayText       `json:"anchor"`
	Cycle     [][]windowRow `json:"cycle"`
	From      dayText       `json:"from,omitzero"`
	To        dayText       `json:"to,omitzero"`
	Published dayText       `json:"published,omitzero"`
}

type holidaysRow struct {
	Country string `json:"country"`
	Region  string `json:"region,omitempty"`
	On      string `json:"on,omitempty"`
	Shorten int    `json:"shorten,omitempty"`
	MakeUp  bool   `json:"make_up,omitempty"`
}

// dayText is a date written as 2026-02-28.
type dayText span.Date

// MarshalText writes the date.
func (d dayText) MarshalText() ([]byte, error) { return []byte(span.Date(d).String()), nil }

// UnmarshalText reads a date, which must be one.
func (d *dayText) UnmarshalText(text []byte) error {
	date, err := span.ParseDate(string(text))
	*d = dayText(date)
	return err
}

func decodeHours(row *sqlgen.AllHoursRow) (schedule.Hours, error) {
	var h schedule.Hours
	var weeks []weeklyRow
	var days []exceptionRow
	var seasons []seasonRow
	var roster *rosterRow
	var holidays *holidaysRow
	for _, part := range []struct {
		text string
		into any
	}{{row.Weekly, &weeks}, {row.Exceptions, &days}, {row.Seasons, &seasons}, {row.Roster, &roster}, {row.Holidays, &holidays}} {
		if err := decode(part.text, part.into); err != nil {
			return h, err
		}
	}
	h.Weekly = weeklyOf(weeks)
	for _, d := range days {
		e := schedule.Exception{Date: span.Date(d.Date)}
		for _, w := range d.Open {
			e.Open = append(e.Open, schedule.Window{FromMin: w.From, ToMin: w.To})
		}
		h.Exceptions = append(h.Exceptions, e)
	}
	for _, s := range seasons {
		h.Seasons = append(h.Seasons, schedule.Season{
			Name: s.Name, From: span.Date(s.From), To: span.Date(s.To), Weekly: weeklyOf(s.Weekly),
		})
	}
	if roster != nil {
		h.Roster = rosterOf(roster)
	}
	if holidays == nil {
		return h, nil
	}
	var err error
	h.Holidays, err = schedule.NewHolidays(schedule.HolidayRule{
		Country: holidays.Country, Region: holidays.Region, OnHoliday: holidays.On, ShortenMin: holidays.Shorten, MakeUp: holidays.MakeUp,
	})
	return h, err
}

func weeklyOf(rows []weeklyRow) (out []schedule.Weekly) {
	for _, w := range rows {
		out = append(out, schedule.Weekly{
			Weekday: w.Weekday, Window: schedule.Window{FromMin: w.From, ToMin: w.To}, Location: w.Location,
		})
	}
	return out
}

func rosterOf(row *rosterRow) *schedule.Roster {
	r := &schedule.Roster{
		Anchor: span.Date(row.Anchor), From: span.Date(row.From), To: span.Date(row.To), Published: span.Date(row.Published),
	}
	for _, day := range row.Cycle {
		var shifts []schedule.Shift
		for _, w := range day {
			shifts = append(shifts, schedule.Shift{Window: schedule.Window{FromMin: w.From, ToMin: w.To}, Location: w.Location})
		}
		r.Cycle = append(r.Cycle, shifts)
	}
	return r
}

// encodeHours writes hours; whose they are is the caller's to fill in.
func encodeHours(h schedule.Hours) (sqlgen.PutHoursParams, error) {
	var out sqlgen.PutHoursParams
	days := make([]exceptionRow, 0, len(h.Exceptions))
	for _, e := range h.Exceptions {
		d := exceptionRow{Date: dayText(e.Date), Open: []windowRow{}}
		for _, w := range e.Open {
			d.Open = append(d.Open, windowRow{From: w.FromMin, To: w.ToMin})
		}
		days = append(days, d)
	}
	seasons := make([]seasonRow, 0, len(h.Seasons))
	for _, s := range h.Seasons {
		seasons = append(seasons, seasonRow{s.Name, dayText(s.From), dayText(s.To), weeklyRows(s.Weekly)})
	}
	for _, part := range []struct {
		value any
		into  *string
	}{{weeklyRows(h.Weekly), &out.Weekly}, {days, &out.Exceptions}, {seasons, &out.Seasons}} {
		var err error
		if *part.into, err = encode(part.value); err != nil {
			return out, err
		}
	}
	var err error
	if h.Roster != nil {
		if out.Roster, err = encode(rosterRowOf(h.Roster)); err != nil {
			return out, err
		}
	}
	if h.Holidays != nil {
		r := h.Holidays.Rule()
		out.Holidays, err = encode(holidaysRow{r.Country, r.Region, r.OnHoliday, r.ShortenMin, r.MakeUp})
	}
	return out, err
}

func weeklyRows(rows []schedule.Weekly) []weeklyRow {
	out := make([]weeklyRow, 0, len(rows))
	for _, w := range rows {
		out = append(out, weeklyRow{Weekday: w.Weekday, From: w.FromMin, To: w.ToMin, Location: w.Location})
	}
	return out
}

func rosterRowOf(r *schedule.Roster) rosterRow {
	row := rosterRow{
		Anchor: dayText(r.Anchor), From: dayText(r.From), To: dayText(r.To), Published: dayText(r.Published), Cycle: [][]windowRow{},
	}
	for _, day := range r.Cycle {
		shifts := []windowRow{}
		for _, s := range day {
			shifts = append(shifts, windowRow{From: s.FromMin, To: s.ToMin, Location: s.Location})
		}
		row.Cycle = append(row.Cycle, shifts)
	}
	return row
}
