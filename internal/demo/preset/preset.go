// Package preset holds the blueprints of businesses: what a clinic, a beauty
// salon and a car workshop start with, each complete in three languages, and
// the reader for blueprints of the same form.
//
// A blueprint is a text file that a person can read and correct: hours are
// written as "1-5 09:00-13:00", things refer to each other by short keys, and
// days are counted from a first one, so that the same blueprint can be laid
// out at any date. Lay turns it into the things of a catalog.
package preset

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"

	"kept/catalog"
	"kept/fault"
)

//go:embed data/*.json
var files embed.FS

// The presets by name.
const (
	Clinic   = "clinic"
	Salon    = "salon"
	Workshop = "workshop"
	Blank    = "blank" // nothing but one location, open whenever its staff are
)

// Names lists the presets in the order in which a person chooses among them.
func Names() []string { return []string{Salon, Clinic, Workshop, Blank} }

// Of gives the preset of that name; fault Invalid (field "preset") for an
// unknown one.
func Of(name string) (*Blueprint, error) {
	for _, known := range Names() {
		if known != name {
			continue
		}
		raw, err := files.ReadFile("data/" + name + ".json")
		if err != nil {
			return nil, fmt.Errorf("preset: %w", err)
		}
		return Read(raw)
	}
	return nil, fault.BadField("preset", "unknown", "the presets are clinic, salon, workshop and blank")
}

// Read reads a blueprint and refuses fields that it does not know.
func Read(raw []byte) (*Blueprint, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	var b Blueprint
	if err := decoder.Decode(&b); err != nil {
		return nil, fmt.Errorf("preset: %w", err)
	}
	return &b, nil
}

// Blueprint is a business on paper.
type Blueprint struct {
	Slug      string                   `json:"slug,omitempty"` // so are zone to names: of a whole business, empty in a preset
	Preset    string                   `json:"preset,omitempty"`
	Zone      string                   `json:"zone,omitempty"`
	Currency  string                   `json:"currency,omitempty"`
	Language  string                   `json:"language,omitempty"`
	Names     catalog.Texts            `json:"names,omitempty"`
	About     catalog.Texts            `json:"about,omitempty"`
	Phone     string                   `json:"phone,omitempty"`
	Terms     *catalog.Terms           `json:"terms,omitempty"` // nil for the usual ones
	Locations []Location               `json:"locations"`
	Groups    map[string]catalog.Texts `json:"groups,omitempty"` // headings of services by key
	Services  []Service                `json:"services,omitempty"`
	Resources []Resource               `json:"resources,omitempty"`
	Staff     []Staff                  `json:"staff,omitempty"`
	Rules     []Rule                   `json:"rules,omitempty"`
	Forms     []Form                   `json:"forms,omitempty"`
	Notices   []Notice                 `json:"notices,omitempty"`
	Classes   []Class                  `json:"classes,omitempty"` // what is held for groups, each week; these three are not laid out but imagined
	Standing  []Standing               `json:"standing,omitempty"`
	DropOffs  []DropOff                `json:"drop_offs,omitempty"`
}

// Class is held for a group, week after week.
type Class struct {
	Service  string `json:"service"` // key of one with seats
	Staff    string `json:"staff"`
	Location string `json:"location"`
	Weekday  int    `json:"weekday"` // ISO
	At       string `json:"at"`      // "18:30"
	Taken    []int  `json:"taken"`   // seats taken in each week to come
}

// Standing is an appointment that recurs with the same person.
type Standing struct {
	Service string `json:"service"`
	Staff   string `json:"staff"`
	InDays  int    `json:"in_days"` // the first is on the first such weekday from then on
	Weekday int    `json:"weekday"` // ISO
	At      string `json:"at"`      // "14:00"
	Weeks   int    `json:"weeks"`   // from one to the next
	Count   int    `json:"count"`
}

// DropOff is work that is brought on days to come and fixed by the engine.
type DropOff struct {
	Service  string `json:"service"`
	Location string `json:"location"`
	Days     []int  `json:"days"` // each counted among the days that have room for it then, from 0
}

// Location is a place with its hours.
type Location struct {
	Key        string        `json:"key"`
	Names      catalog.Texts `json:"names"`
	Address    catalog.Texts `json:"address,omitempty"`
	Hours      []string      `json:"hours,omitempty"` // "1-5 09:00-18:00": ISO weekdays, from and to
	Exceptions []Exception   `json:"exceptions,omitempty"`
	Seasons    []Season      `json:"seasons,omitempty"`
	Holidays   *Holidays     `json:"holidays,omitempty"`

	Travel map[string]int `json:"travel,omitempty"` // minutes to other locations
}

// Season is a part of the year with a week of its own.
type Season struct {
	Names catalog.Texts `json:"names"`
	Each  []string      `json:"each"`            // "12-01..12-23" each year, "2027-02-04..2027-02-10" once
	Hours []string      `json:"hours,omitempty"` // as of a week; none for closed
}

// Holidays are the public holidays that a location keeps.
type Holidays struct {
	Country    string `json:"country"`
	Region     string `json:"region,omitempty"`
	On         string `json:"on"` // closed, sunday
	ShortenMin int    `json:"shorten_min,omitempty"`
	MakeUp     bool   `json:"make_up,omitempty"`
}

// Roster is a cycle of days. It is counted from a date of the calendar, so
// that who works when does not hang on the day on which it is laid out.
type Roster struct {
	Anchor    string     `json:"anchor"`         // "2026-01-05"
	Cycle     [][]string `json:"cycle"`          // "09:00-13:00 main": the shifts of each day, none for a day off
	Published int        `json:"published_days"` // from the first day on
}

// Exception is a day with other hours. It falls on the first working day
// (Monday to Friday) from InDays days after the first day on.
type Exception struct {
	InDays int      `json:"in_days"`
	Open   []string `json:"open"` // "10:00-14:00"; empty for closed
}

// Service is what is sold. Without segments it is one segment of DurationMin
// with one member of the staff.
type Service struct {
	Key             string            `json:"key"`
	Group           string            `json:"group"`
	Names           catalog.Texts     `json:"names"`
	About           catalog.Texts     `json:"about"`
	Segments        []catalog.Segment `json:"segments"`
	IntervalMin     int               `json:"interval_min"`
	BufferBeforeMin int               `json:"buffer_before_min,omitempty"`
	BufferAfterMin  int               `json:"buffer_after_min,omitempty"`
	NoticeMin       int               `json:"notice_min,omitempty"`
	HorizonDays     int               `json:"horizon_days"`
	Price           map[string]int64  `json:"price"` // by currency, in minor units
	Locations       []string          `json:"locations,omitempty"`
	Popularity      int               `json:"popularity,omitempty"`  // how often it is asked for, against the others
	Newcomers       bool              `json:"newcomers,omitempty"`   // only those who come for the first time ask for it
	CourseDays      int               `json:"course_days,omitempty"` // people come again after so many days, for some weeks
	Spare           int               `json:"spare,omitempty"`       // on how many of the days to come room is left for it
	catalog.ServiceOptions
}

// Resource is a room, a chair, a machine.
type Resource struct {
	Key      string        `json:"key"`
	Names    catalog.Texts `json:"names"`
	Kind     string        `json:"kind"`
	Units    int           `json:"units"`
	Location string        `json:"location,omitempty"`
	TimeOff  []TimeOff     `json:"time_off,omitempty"`
}

// Staff is somebody who performs services.
type Staff struct {
	Key      string          `json:"key"`
	Names    catalog.Texts   `json:"names"`
	Title    catalog.Texts   `json:"title"`
	Services []string        `json:"services"`
	Skills   []catalog.Skill `json:"skills,omitempty"`
	Color    string          `json:"color"`
	Email    string          `json:"email,omitempty"`
	Language string          `json:"language,omitempty"`
	Hours    []string        `json:"hours,omitempty"` // "1-5 09:00-13:00 main": of a location, or of any
	TimeOff  []TimeOff       `json:"time_off,omitempty"`
	Seasons  []Season        `json:"seasons,omitempty"`
	Roster   *Roster         `json:"roster,omitempty"` // instead of the week

	Preferences catalog.Preferences `json:"preferences,omitzero"` // with keys of services
}

// TimeOff is whole days off, beginning on the first working day from InDays
// days after the first day on.
type TimeOff struct {
	InDays int    `json:"in_days"`
	Days   int    `json:"days"`
	Reason string `json:"reason"`
}
