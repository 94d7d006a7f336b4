// Package holiday knows the public holidays of some countries, the working
// days that are shortened before them, and the days off that are worked at
// another time: the official calendars as they were published, and for other
// years what the law fixes.
//
// Germany is counted from the law, nation-wide and by state, for every year.
// Taiwan and Russia move days by a decree each year, so their days stand in
// tables with their sources (folder data). Days of a year whose calendar is
// not published yet are told as not official: some more may be moved.
// Nothing here can fail but the name of a country or region.
package holiday

import (
	"errors"
	"fmt"
	"slices"

	"kept/span"
)

// ErrUnknown is what Of says of a country or region that it does not know.
var ErrUnknown = errors.New("holiday: no such country or region")

// Kind is what a day is.
type Kind string

// The kinds of days.
const (
	Off       Kind = "holiday"   // a public holiday, or a day off in its place
	Shortened Kind = "shortened" // a working day that ends early
	MakeUp    Kind = "makeup"    // a day of the weekend that is worked
)

// Day is a day that is not like others of its weekday.
type Day struct {
	Date     span.Date
	Kind     Kind
	Names    map[string]string // by language: en, zh-Hant, ru, de; shared, not to be changed
	As       int               // of a made-up day: the ISO weekday that is worked
	Official bool              // as published; else what the law fixes, and more may come
}

// Region is a country or a part of one.
type Region struct {
	Code  string
	Names map[string]string
}

// Country is a country with its regions, if these have holidays of their own.
type Country struct {
	Region
	Regions []Region
}

// Calendar gives the days of a country or region.
type Calendar struct {
	region string
	names  map[string]map[string]string
	table  []Day // of countries that have one, by date
}

// Of finds the calendar of a country ("DE") and region ("BY", empty for what
// all regions have); ErrUnknown when there is none.
func Of(country, region string) (*Calendar, error) {
	names := texts()
	for _, c := range countries(names) {
		if c.Code != country {
			continue
		}
		if region != "" && !slices.ContainsFunc(c.Regions, func(r Region) bool { return r.Code == region }) {
			break
		}
		out := &Calendar{region: region, names: names}
		switch country {
		case "TW":
			out.table = parse(taiwan, names)
		case "RU":
			out.table = parse(russia, names)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%w: %q %q", ErrUnknown, country, region)
}

// Years gives the first and the last year that the calendar knows.
func (c *Calendar) Years() (first, last int) {
	if c.table == nil {
		return firstCounted, lastCounted
	}
	return c.table[0].Date.Year, c.table[len(c.table)-1].Date.Year
}

// Days lists the days from one date to another, both included, by date.
func (c *Calendar) Days(from, to span.Date) []Day {
	days := c.table
	if days == nil {
		days = germany(c.names, c.region, max(from.Year, firstCounted), min(to.Year, lastCounted))
	}
	var out []Day
	for _, d := range days {
		if !d.Date.Before(from) && !to.Before(d.Date) {
			out = append(out, d)
		}
	}
	return out
}
