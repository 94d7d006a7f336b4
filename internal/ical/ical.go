// Package ical writes visits as iCalendar (RFC 5545), for the files in mails
// and behind "add to calendar".
//
// Times are written in UTC, which every calendar shows in its own zone and
// which needs no VTIMEZONE; the zone of the place goes along as X-WR-TIMEZONE.
// A visit keeps its UID for life, and its SEQUENCE grows with every change, so
// that a calendar that has the old one replaces it (RFC 5546).
package ical

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	goical "github.com/emersion/go-ical"

	"kept/span"
)

// What a calendar is to do with a file.
const (
	Publish = "PUBLISH" // show the visits
	Cancel  = "CANCEL"  // take them out
)

// ContentType is the media type of a file with this method.
func ContentType(method string) string { return "text/calendar; charset=utf-8; method=" + method }

// Calendar is a file.
type Calendar struct {
	Method string // Publish or Cancel
	Name   string // whose calendar it is
	Zone   string // IANA; of the place
	Visits []Visit
}

// Visit is an entry.
type Visit struct {
	UID         string // the same for life
	Sequence    int    // grows with every change
	Stamp       span.Instant
	Start, End  span.Instant
	Summary     string
	Description string // empty for none; so are the others
	Location    string
	URL         string
	Cancelled   bool
}

// Encode writes the file: lines end with CRLF and have at most 75 octets.
func (c Calendar) Encode() ([]byte, error) {
	cal := goical.NewCalendar()
	cal.Props.SetText(goical.PropVersion, "2.0")
	cal.Props.SetText(goical.PropProductID, "-//Kept//Kept//EN")
	cal.Props.SetText(goical.PropCalendarScale, "GREGORIAN")
	cal.Props.SetText(goical.PropMethod, c.Method)
	text(cal.Props, "X-WR-CALNAME", c.Name)
	text(cal.Props, "X-WR-TIMEZONE", c.Zone)
	if len(c.Visits) == 0 {
		return c.empty()
	}
	for _, v := range c.Visits {
		cal.Children = append(cal.Children, v.component())
	}
	var raw bytes.Buffer
	if err := goical.NewEncoder(&raw).Encode(cal); err != nil {
		return nil, fmt.Errorf("ical: %w", err)
	}
	return fold(raw.Bytes()), nil
}

// empty writes a calendar in which nothing stands, which the library has no
// form for: it is one of something, without it.
func (c Calendar) empty() ([]byte, error) {
	c.Visits = []Visit{{UID: "none"}}
	raw, err := c.Encode()
	from, to := bytes.Index(raw, []byte("BEGIN:VEVENT")), bytes.Index(raw, []byte("END:VCALENDAR"))
	if err != nil || from < 0 || to < from {
		return nil, err
	}
	return append(raw[:from:from], raw[to:]...), nil
}

func (v Visit) component() *goical.Component {
	e := goical.NewComponent(goical.CompEvent)
	text(e.Props, goical.PropUID, v.UID)
	set(e.Props, goical.PropSequence, strconv.Itoa(v.Sequence))
	set(e.Props, goical.PropDateTimeStamp, utc(v.Stamp))
	set(e.Props, goical.PropDateTimeStart, utc(v.Start))
	set(e.Props, goical.PropDateTimeEnd, utc(v.End))
	text(e.Props, goical.PropSummary, v.Summary)
	text(e.Props, goical.PropDescription, v.Description)
	text(e.Props, goical.PropLocation, v.Location)
	if v.URL != "" {
		set(e.Props, goical.PropURL, clean(v.URL))
	}
	status := "CONFIRMED"
	if v.Cancelled {
		status = "CANCELLED"
	}
	set(e.Props, goical.PropStatus, status)
	set(e.Props, goical.PropTransparency, "OPAQUE")
	return e
}

func utc(i span.Instant) string { return i.UTC().Truncate(time.Second).Format("20060102T150405Z") }

func set(p goical.Props, name, value string) {
	p.Set(&goical.Prop{Name: name, Params: make(goical.Params), Value: value})
}

// text writes a TEXT value, escaped; nothing when there is none.
func text(p goical.Props, name, value string) {
	if value = clean(value); value == "" {
		return
	}
	prop := goical.NewProp(name)
	prop.SetText(value)
	prop.Params.Del(goical.ParamValue) // TEXT is what these are anyway
	p.Set(prop)
}

// clean drops what may not stand in a value: control characters but for the
// end of a line, and broken UTF-8.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
}

// longest is how many octets a line may have (RFC 5545, section 3.1).
const longest = 75

// fold breaks long lines, never inside a character.
func fold(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/longest*3)
	for line := range bytes.SplitAfterSeq(raw, []byte("\r\n")) {
		room := longest
		body := bytes.TrimSuffix(line, []byte("\r\n"))
		for len(body) > room {
			cut := room
			for !utf8.RuneStart(body[cut]) {
				cut--
			}
			out = append(out, body[:cut]...)
			out = append(out, "\r\n "...)
			body, room = body[cut:], longest-1
		}
		out = append(out, body...)
		if len(line) > 0 {
			out = append(out, "\r\n"...)
		}
	}
	return out
}
