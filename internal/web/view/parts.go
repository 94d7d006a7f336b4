package view

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"kept/internal/i18n"
)

// FieldKind is what a field of a form asks for, and so how it is drawn.
type FieldKind string

// The kinds of fields. Text is the zero one.
const (
	FieldText   FieldKind = ""
	FieldArea   FieldKind = "area" // several lines
	FieldEmail  FieldKind = "email"
	FieldSecret FieldKind = "password" // what is typed is not shown, and what stands never is
	FieldNumber FieldKind = "number"   // a whole number, with a Unit beside it
	FieldMoney  FieldKind = "money"    // an amount as people write it, with the currency beside it
	FieldDate   FieldKind = "date"
	FieldClock  FieldKind = "time"
	FieldCode   FieldKind = "code"   // an expression: several lines, letters of one width
	FieldChoice FieldKind = "choice" // one of Options
	FieldTick   FieldKind = "tick"   // yes or no; the value is "yes"
	FieldFile   FieldKind = "file"
	FieldTicks  FieldKind = "ticks" // any of Options, all under one name
)

// FieldSize is how much room a field takes where there is room.
type FieldSize string

// The sizes: a whole line, a half, a third, a quarter.
const (
	Whole   FieldSize = ""
	Half    FieldSize = "half"
	Third   FieldSize = "third"
	Quarter FieldSize = "quarter"
	Tongue  FieldSize = "tongue" // a third beside two others, a whole line where there is less room
	Paired  FieldSize = "paired" // a quarter whose label reaches over the quarter behind it
)

// Field is one field of a form. Name is the path of what it sets, with dots
// between its parts: "segments.0.duration_min"; faults are found by it.
type Field struct {
	Name, Label, Hint string
	Kind              FieldKind
	Size              FieldSize
	Value             string
	Unit              string   // of a number or an amount: "min", "EUR"
	Options           []Option // of a choice, and of ticks
	Known             []string // of a text: words that were used before
	Lang              string   // of a text in a certain language
	Fault             string
	Required          bool
	Optional          bool // says so beside the label
	Min, Max          int  // of a number; 0 and 0: no bounds
	Quiet             bool // the label is for screen readers only: the row says it already
}

// In gives the field a size.
func (f Field) In(size FieldSize) Field { f.Size = size; return f }

// Of gives the field its unit.
func (f Field) Of(unit string) Field { f.Unit = unit; return f }

// Hinted gives the field a line of help.
func (f Field) Hinted(hint string) Field { f.Hint = hint; return f }

// Needed marks the field as one that must be filled.
func (f Field) Needed() Field { f.Required = true; return f }

// Opt says beside the label that the field may stay empty.
func (f Field) Opt() Field { f.Optional = true; return f }

// Silent leaves the label to screen readers.
func (f Field) Silent() Field { f.Quiet = true; return f }

// Group is a part of a form: a fieldset with its fields, and with rows of
// further groups below. One with no Legend is only a grid of fields.
type Group struct {
	ID     string // names it in addresses and in the buttons of rows; may be empty
	Legend string
	Hint   string
	Fields []Field
	Rows   []Rows
	More   []Group // further parts below
	Folded bool    // closed until somebody opens it, unless it holds a fault
	Open   bool    // ... or there is something set in it
}

// Rows are groups of the same sort of which the reader adds and removes some.
// Without scripts too: each button sends the whole form with a field "do" that
// says what to do with the rows, and the form comes back so.
type Rows struct {
	Name   string // the path of the rows: "segments"; that of the second is "segments.1"
	Legend string
	Hint   string
	Items  []Group
	Add    string // the words on the button that adds one; empty for none
	Remove string // ... that removes one, for screen readers with the row's legend
	Sorted bool   // the order matters: rows can be moved up and down
	Tight  bool   // one line each: fields beside each other and no border
	None   string // said where there are none
	Also   []Doing
}

// Doing is one more button of rows. Do is the value of the field "do".
type Doing struct{ Text, Do string }

// The words of the field "do".
const (
	DoAdd    = "add:"    // and the path of the rows
	DoRemove = "remove:" // and the path of a row
	DoCopy   = "copy:"   // and two paths of rows with ">" between: the second become as the first
	DoUp     = "up:"     // and the path of a row that changes places with the one before
)

// SettingsForm is a page with one form, in which a thing of the owner's is made
// or changed.
type SettingsForm struct {
	Staff
	Heading string
	Line    string // below the heading
	Back    Link
	Links   []Link // to what else belongs to the thing: its hours
	Action  string
	Hidden  []Pair
	Errors  Errors
	Groups  []Group
	Lacks   Lacks           // what keeps the thing from ever being used, or from doing what it says
	Save    string          // the words on the button
	Below   templ.Component // what stands below the form; nil for nothing
	End     *Ending         // what ends the thing
}

// Lacks tells what is missing, each with where it can be added.
type Lacks struct {
	Text string
	List []WhyStep
}

// Ending asks before a thing is archived or removed.
type Ending struct{ Summary, Line, Button, Action string }

// SettingsList is a page that lists things of the owner's.
type SettingsList struct {
	Staff
	Heading string
	Line    string
	Back    Link
	Add     Link
	Filters []Filter
	Groups  []SettingsRows
	None    string // the heading where there are none ...
	NoneLn  string // ... and what to do about it
}

// SettingsRows are some rows under a heading; the only ones need none.
type SettingsRows struct {
	Heading string
	Rows    []SettingsRow
}

// SettingsRow is one thing in a list.
type SettingsRow struct {
	Name, Line, Side, Href string
	Chip                   Chip
	Hue                    string // a colour's name, drawn as a dot; empty for none
}

// SettingsModel is the first page of the settings: what there is to set.
type SettingsModel struct {
	Staff
	Sections []SettingsSection
}

// RuleWord is a name that expressions can read, and what it is.
type RuleWord struct{ Name, Type string }

// SettingsSection leads to one part of the settings.
type SettingsSection struct{ Title, Line, Count, Href, Icon string }

// control gives what package-wide parts know of a field.
func (f Field) control() control {
	return control{
		name: f.Name, label: f.Label, hint: f.Hint, value: f.Value, fault: f.Fault, required: f.Required, optional: f.Optional,
		options: f.Options,
	}
}

// input are the attributes of the element into which one types.
func (f Field) input() templ.Attributes {
	a := f.control().attributes()
	a["autocomplete"] = "off"
	if f.Unit != "" {
		by, _ := a["aria-describedby"].(string)
		a["aria-describedby"] = strings.TrimSpace(by + " f-" + f.Name + "-unit")
	}
	if f.Lang != "" {
		a["lang"] = f.Lang
	}
	if len(f.Known) > 0 {
		a["list"] = "f-" + f.Name + "-known"
	}
	switch f.Kind {
	case FieldNumber:
		a["type"], a["inputmode"] = "text", "numeric"
		a["maxlength"] = "9"
	case FieldMoney:
		a["type"], a["inputmode"] = "text", "decimal"
		a["maxlength"] = "20"
	case FieldSecret:
		a["type"], a["autocomplete"] = string(f.Kind), "new-password"
	case FieldEmail, FieldDate, FieldClock, FieldFile:
		a["type"] = string(f.Kind)
	default:
		a["type"] = "text"
		a["maxlength"] = "500"
	}
	return a
}

// holdsFault tells whether a field of the group, or of its rows, is not right.
func (g Group) holdsFault() bool {
	for _, f := range g.Fields {
		if f.Fault != "" {
			return true
		}
	}
	for _, m := range g.More {
		if m.holdsFault() {
			return true
		}
	}
	for _, r := range g.Rows {
		for _, item := range r.Items {
			if item.holdsFault() {
				return true
			}
		}
	}
	return false
}

// at is the path of the nth row.
func (r Rows) at(n int) string { return r.Name + "." + strconv.Itoa(n) }

// Languages are the languages in which a text can be given, the first one
// being that of the business.
func Languages(first string) []string {
	out := []string{first}
	for _, l := range i18n.Languages() {
		if l != first {
			out = append(out, l)
		}
	}
	return out
}
