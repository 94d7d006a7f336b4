package view

import "kept/internal/i18n"

// RosterModel fills /app/{slug}/roster: a month, a line for each of the staff,
// a column for each day.
type RosterModel struct {
	Staff
	Title      string // the month
	Prev, Next string
	Today      string // this month; empty when it is shown
	Places     []Filter
	Days       []RosterHead
	Rows       []RosterRow
	Publish    *RosterPublish // for those who may, where there is a roster
	None       bool           // nobody works here yet
}

// RosterHead is the head of a day's column.
type RosterHead struct {
	Number, Weekday string
	Full            string // "Wednesday 4 March"
	Weekend, Now    bool
	Holiday         string // its name
}

// RosterRow is the month of one person.
type RosterRow struct {
	Name, Href string
	Note       string // how far the roster is published
	Cells      []RosterCell
}

// RosterCell is a day of one person. Kind is how it is drawn: draft, holiday,
// exception, away, season or nothing; Note says it in words.
type RosterCell struct {
	Kind, Note string
	Lines      []string // "9–12", "13–17"; none for a day off
	Place      string   // where, if that is to be said
}

// RosterPublish lets clients book up to a date.
type RosterPublish struct {
	Line, Action, Until, Button, Fault string
	Hidden                             []Pair
}

// MonthGrid is a month of one person, a week a line.
type MonthGrid struct {
	P        i18n.Printer
	Title    string
	Weekdays []string
	Weeks    [][]MonthDay
}

// MonthDay is one day of the grid; one of another month has no number.
type MonthDay struct {
	Number, Full string
	RosterCell
}

// RosterBelow is what stands below the form of a roster: publishing it, and the
// months as they will be.
type RosterBelow struct {
	P       i18n.Printer
	Publish *RosterPublish
	Months  []MonthGrid
}

// HolidayList is the public holidays to come and what a location does on each.
type HolidayList struct {
	P           i18n.Printer
	Rows        []HolidayRow
	Unpublished bool // some are not official yet
}

// HolidayRow is one of them.
type HolidayRow struct {
	Date, Name, Does string
	Chip             Chip
}

// kinds are the words of the legend, for the kinds that are there.
func (m RosterModel) kinds() []string {
	seen := map[string]bool{}
	for _, r := range m.Rows {
		for _, c := range r.Cells {
			seen[c.Kind] = true
		}
	}
	var out []string
	for _, kind := range []string{"draft", "exception", "holiday", "season", "away"} {
		if seen[kind] {
			out = append(out, kind)
		}
	}
	return out
}
