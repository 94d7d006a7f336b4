package client

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"kept/fault"
	"kept/span"
)

// The kinds of values.
const (
	ValueText   = "text"
	ValueNumber = "number"
	ValueDate   = "date"
	ValueYesNo  = "yes_no"
	ValueChoice = "choice"
)

// ValueKinds lists every kind.
func ValueKinds() []string {
	return []string{ValueText, ValueNumber, ValueDate, ValueYesNo, ValueChoice}
}

// The words of a value of kind yes_no.
const (
	Yes = "yes"
	No  = "no"
)

const (
	maxFactText   = 4000 // characters
	maxFactChoice = 100
	mostNumber    = 1e12
)

// Value is what a fact says, in one canonical text for each kind: a number
// with a point and no needless digit, a date as 2006-01-02, yes or no. The
// zero value says nothing.
type Value struct {
	Kind string
	Text string
}

// None tells whether the value says nothing.
func (v Value) None() bool { return v.Kind == "" }

// Any gives the value for expressions: a string, a bool, an int64 or a float64; nil for none.
func (v Value) Any() any {
	switch v.Kind {
	case "":
		return nil
	case ValueYesNo:
		return v.Text == Yes
	case ValueNumber:
		if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
			return n
		}
		f, err := strconv.ParseFloat(v.Text, 64)
		if err != nil {
			return nil
		}
		return f
	default:
		return v.Text
	}
}

// Number gives the number of a value of kind number.
func (v Value) Number() (float64, bool) {
	f, err := strconv.ParseFloat(v.Text, 64)
	return f, err == nil && v.Kind == ValueNumber
}

// Date gives the day of a value of kind date.
func (v Value) Date() (span.Date, bool) {
	d, err := span.ParseDate(v.Text)
	return d, err == nil && v.Kind == ValueDate
}

// clean brings the value into its canonical form. choices are those that the
// key knows; none for free ones.
func (v Value) clean(c *fault.Checker, choices []string) Value {
	v.Text = strings.TrimSpace(v.Text)
	switch v.Kind {
	case "":
		c.Require(v.Text == "", "value", "type", "has no kind")
	case ValueText:
		c.Text("value", v.Text, 1, maxFactText)
	case ValueNumber:
		n, err := strconv.ParseFloat(v.Text, 64)
		ok := err == nil && math.Abs(n) <= mostNumber && !math.IsNaN(n)
		c.Require(ok, "value", "format", "is no number")
		if ok {
			v.Text = strconv.FormatFloat(n+0, 'f', -1, 64) // + 0 makes -0 one with 0
		}
	case ValueDate:
		d, err := span.ParseDate(v.Text)
		c.Require(err == nil, "value", "format", "is no date (2006-01-02)")
		if err == nil {
			v.Text = d.String()
		}
	case ValueYesNo:
		c.Require(v.Text == Yes || v.Text == No, "value", "format", "must be yes or no")
	case ValueChoice:
		c.Line("value", v.Text, 1, maxFactChoice)
		c.Require(len(choices) == 0 || slices.Contains(choices, v.Text), "value", "unknown", "is none of the choices")
	default:
		c.Require(slices.Contains(ValueKinds(), v.Kind), "kind", "unknown", "is no kind of value")
	}
	return v
}
