package fault

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Line notes the field unless value is one line of least to most characters
// (runes): valid UTF-8, no control characters, no line breaks. Both engines
// then keep it alike, and no mail header or log line breaks on it.
func (c *Checker) Line(name, value string, least, most int) {
	c.text(name, value, least, most, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}

// Text is Line for a text of several lines: tabs and line breaks are allowed.
func (c *Checker) Text(name, value string, least, most int) {
	c.text(name, value, least, most, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

func (c *Checker) text(name, value string, least, most int, bad func(rune) bool) {
	switch {
	case len(value) > most*utf8.UTFMax: // before looking at each of a million characters
		c.Require(false, name, "too_long", fmt.Sprintf("must be at most %d characters", most))
		return
	case !utf8.ValidString(value):
		c.Require(false, name, "format", "must be valid UTF-8")
		return
	}
	for _, r := range value {
		if bad(r) {
			c.Require(false, name, "format", "must not contain control characters")
			return
		}
	}
	n := utf8.RuneCountInString(value)
	switch {
	case n < least && n == 0:
		c.Require(false, name, "required", "is required")
	case n < least:
		c.Require(false, name, "too_short", fmt.Sprintf("must be at least %d characters", least))
	case n > most:
		c.Require(false, name, "too_long", fmt.Sprintf("must be at most %d characters", most))
	}
}

// Range notes the field unless value lies in [least, most].
func (c *Checker) Range(name string, value, least, most int64) {
	c.Require(value >= least && value <= most, name, "range", fmt.Sprintf("must be between %d and %d", least, most))
}
