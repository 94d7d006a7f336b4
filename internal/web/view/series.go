package view

import "kept/internal/i18n"

// SeriesDate is one visit of those that recur together.
type SeriesDate struct {
	Text string // "Wed 4 March, 10:30"
	Href string // empty for the one that is shown
	Chip Chip
}

// RepeatModel fills the page that shows every date of a visit that shall
// recur before any is booked.
type RepeatModel struct {
	Staff
	Visit  Visit
	Client string
	Line   string // "5 of 6 dates are free"
	Dates  []RepeatDate
	Book   string // POST with the chosen dates
	Back   string // GET: the form, from the beginning
	Hidden []Pair
}

// DatesModel shows a client the dates of a visit that shall recur.
type DatesModel struct {
	Page
	Brand  Brand
	Back   string // to the times
	Visit  Visit
	Line   string // "5 of 6 dates are free"
	Dates  []RepeatDate
	Book   string // POST with the chosen dates
	Hidden []Pair // the form as it was filled in, the hold's token
	Notice Notice
}

// RepeatDate is one date, judged. A free one is ticked; of one that is not,
// another time can be chosen.
type RepeatDate struct {
	Text   string
	Value  string // of the field "on", where it is free
	Chosen bool
	Why    string   // why it cannot be had; empty where it can
	Name   string   // of the field in which another time is chosen: "on.3"
	Others []Option // other times near it
}

// scopes are which visits of a series a change is about.
func scopes(p i18n.Printer) []Option {
	var out []Option
	for i, word := range []string{"one", "following", "all"} {
		out = append(out, Option{Value: word, Text: p.T("series." + word), Chosen: i == 0})
	}
	return out
}
