// Package recur makes the dates of things that repeat: the recurrence rules
// and sets of RFC 5545 (sections 3.3.10 and 3.8.5), for outside calendars and
// for series of bookings.
//
// Text becomes a Rule (Parse), a Rule with a start, extra and left-out dates a
// Set, and a Set with a zone and a window the occurrences in it (Expand). All
// of it happens on a wall clock without a zone (Local); only what falls into
// the window is mapped to instants, with package span's rules for readings
// that a clock skips or repeats. So "every day at 02:30" is one occurrence a
// day also on the days the clocks change.
//
// A rule is foreign input and may ask for the moon: a billion occurrences,
// every second of every year, a date that never comes. Nothing is made before
// it is asked for, whole days are counted without looking at their seconds,
// and the work is bounded: Expand stops after MaxSteps steps or after the
// caller's number of occurrences, gives what it has and an error that names
// the limit (rule "limit_steps" or "limit_occurrences").
//
// What the RFC forbids but older calendars write (BYYEARDAY or BYWEEKNO with
// other than YEARLY, BYMONTHDAY with WEEKLY) limits the days, as RFC 2445 had
// it; of COUNT and UNTIL together the first that is reached ends the rule. What the RFC leaves undefined, a start that the rule itself would not
// give, is an occurrence all the same, and does not count towards COUNT. A
// week at the turn of a year belongs, day by day, to the calendar year.
package recur

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kept/fault"
	"kept/span"
)

// Freq is the unit that a rule repeats by.
type Freq uint8

// The units, from the smallest.
const (
	Never Freq = iota // no rule
	Secondly
	Minutely
	Hourly
	Daily
	Weekly
	Monthly
	Yearly
)

// freqs are the words of the units, by Freq.
func freqs() []string {
	return []string{"", "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
}

// weekdays are the words of the weekdays, Monday first.
func weekdays() []string { return []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"} }

// Day is a weekday, or the nth of them in the month or year.
type Day struct {
	N       int // 0 every one, 1 the first, -1 the last; at most 53 either way
	Weekday int // ISO: 1 Monday to 7 Sunday
}

// Until is the last moment at which an occurrence may start. The zero value
// is "for ever".
type Until struct {
	Instant span.Instant // when UNTIL was given in UTC
	Local   Local        // else the reading; of a date its last second
	Set     bool
	UTC     bool
	Date    bool // UNTIL was a date
}

// Rule is one RRULE. The lists are sorted and hold no value twice. The zero
// value repeats never.
type Rule struct {
	Freq       Freq
	Interval   int // every so many units, at least 1
	Count      int // 0 without end
	Until      Until
	BySecond   []int
	ByMinute   []int
	ByHour     []int
	ByDay      []Day
	ByMonthDay []int // 1..31, -31..-1
	ByYearDay  []int // 1..366, -366..-1
	ByWeekNo   []int // 1..53, -53..-1
	ByMonth    []int
	BySetPos   []int // 1..366, -366..-1
	WeekStart  int   // ISO weekday; 1 unless the rule says otherwise
}

// Bounds of what is read.
const (
	MaxText     = 8192          // bytes of a rule's text; one that names every value has about 6,000
	MaxInterval = 1_000_000_000 // units
	MaxCount    = 1_000_000_000 // occurrences
)

// Parse reads the value of an RRULE property: "FREQ=WEEKLY;BYDAY=MO,WE". It
// fails with fault.Invalid on the field "rrule".
func Parse(text string) (Rule, error) {
	r := Rule{Interval: 1, WeekStart: 1}
	if len(text) > MaxText {
		return Rule{}, bad("too_long", "a rule has at most %d bytes", MaxText)
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSpace(text)), ";") {
		if part == "" {
			continue // a trailing semicolon, as Google Calendar wrote it
		}
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" {
			return Rule{}, bad("format", "%q is no part of a rule", brief(part))
		}
		if seen[name] {
			return Rule{}, bad("format", "%s stands twice", name)
		}
		seen[name] = true
		if err := r.read(name, value); err != nil {
			return Rule{}, err
		}
	}
	if err := r.Check(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

func (r *Rule) read(name, value string) (err error) {
	switch name {
	case "FREQ":
		i := slices.Index(freqs(), value)
		if i <= 0 {
			return bad("unknown", "FREQ=%s is not known", brief(value))
		}
		r.Freq = Freq(i)
	case "INTERVAL":
		r.Interval, err = number(name, value, 1, MaxInterval)
	case "COUNT":
		r.Count, err = number(name, value, 1, MaxCount)
	case "UNTIL":
		r.Until, err = until(value)
	case "WKST":
		if r.WeekStart = slices.Index(weekdays(), value) + 1; r.WeekStart == 0 {
			err = bad("unknown", "WKST=%s is no weekday", brief(value))
		}
	case "BYDAY":
		r.ByDay, err = days(value)
	case "RSCALE":
		if value != "GREGORIAN" {
			err = bad("unknown", "only the Gregorian calendar is known")
		}
	case "SKIP":
		if value != "OMIT" {
			err = bad("unknown", "dates that do not exist can only be left out")
		}
	default:
		for _, l := range r.lists() {
			if l.name == name {
				*l.to, err = numbers(l, value)
				return err
			}
		}
		err = bad("unknown", "%s is no part of a rule", brief(name))
	}
	return err
}

// list is one BY part that is a list of numbers.
type list struct {
	name     string
	to       *[]int
	max      int
	negative bool // counts from the end too, and has no 0
	zero     bool
}

func (r *Rule) lists() []list {
	return []list{
		{name: "BYSECOND", to: &r.BySecond, max: 60, zero: true},
		{name: "BYMINUTE", to: &r.ByMinute, max: 59, zero: true},
		{name: "BYHOUR", to: &r.ByHour, max: 23, zero: true},
		{name: "BYMONTHDAY", to: &r.ByMonthDay, max: 31, negative: true},
		{name: "BYYEARDAY", to: &r.ByYearDay, max: 366, negative: true},
		{name: "BYWEEKNO", to: &r.ByWeekNo, max: 53, negative: true},
		{name: "BYMONTH", to: &r.ByMonth, max: 12},
		{name: "BYSETPOS", to: &r.BySetPos, max: 366, negative: true},
	}
}

func (l list) holds(n int) bool {
	if n == 0 {
		return l.zero
	}
	return n <= l.max && (n > 0 || l.negative && n >= -l.max)
}

// Check tells whether the rule, which a program may have put together by
// hand, is one that Expand can follow. It fails with fault.Invalid.
func (r *Rule) Check() error {
	if r.Freq == Never || r.Freq > Yearly {
		return bad("required", "a rule needs its FREQ")
	}
	if r.Interval < 1 || r.Interval > MaxInterval || r.Count < 0 || r.Count > MaxCount || r.WeekStart < 1 || r.WeekStart > 7 {
		return bad("range", "INTERVAL, COUNT or WKST is out of range")
	}
	for _, l := range r.lists() {
		for _, n := range *l.to {
			if !l.holds(n) {
				return bad("range", "%s=%d is out of range", l.name, n)
			}
		}
	}
	for _, d := range r.ByDay {
		if d.Weekday < 1 || d.Weekday > 7 || d.N < -53 || d.N > 53 {
			return bad("range", "BYDAY is out of range")
		}
		if d.N != 0 && (r.Freq < Monthly || len(r.ByWeekNo) > 0) {
			return bad("conflict", "a numbered weekday needs a month or a year to be counted in")
		}
	}
	return nil
}

// String writes the rule as Parse reads it, the parts in a fixed order.
func (r *Rule) String() string {
	if r.Freq == Never || r.Freq > Yearly {
		return ""
	}
	var b strings.Builder
	b.WriteString("FREQ=" + freqs()[r.Freq])
	if r.Interval > 1 {
		b.WriteString(";INTERVAL=" + strconv.Itoa(r.Interval))
	}
	if r.Count > 0 {
		b.WriteString(";COUNT=" + strconv.Itoa(r.Count))
	}
	if r.Until.Set {
		b.WriteString(";UNTIL=" + r.Until.String())
	}
	for i := len(r.lists()) - 2; i >= 0; i-- { // month first, second last; the position at the end
		r.lists()[i].write(&b)
	}
	if len(r.ByDay) > 0 {
		words := make([]string, len(r.ByDay))
		for i, d := range r.ByDay {
			words[i] = d.String()
		}
		b.WriteString(";BYDAY=" + strings.Join(words, ","))
	}
	r.lists()[len(r.lists())-1].write(&b)
	if r.WeekStart != 1 {
		b.WriteString(";WKST=" + weekdays()[r.WeekStart-1])
	}
	return b.String()
}

func (l list) write(b *strings.Builder) {
	for i, n := range *l.to {
		if i == 0 {
			b.WriteString(";" + l.name + "=")
		} else {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(n))
	}
}

// String gives "MO", "2TU" or "-1FR".
func (d Day) String() string {
	if d.N == 0 {
		return weekdays()[d.Weekday-1]
	}
	return strconv.Itoa(d.N) + weekdays()[d.Weekday-1]
}

// String gives the moment as UNTIL writes it.
func (u Until) String() string {
	switch {
	case u.Date:
		return u.Local.String()[:len("20060102")]
	case u.UTC:
		return u.Instant.UTC().Format("20060102T150405Z")
	default:
		return u.Local.String()
	}
}

func until(value string) (Until, error) {
	if at, utc := strings.CutSuffix(value, "Z"); utc {
		t, err := time.Parse("20060102T150405", at)
		if err != nil {
			return Until{}, bad("format", "UNTIL=%s is no time", brief(value))
		}
		return Until{Set: true, UTC: true, Instant: span.At(t)}, nil
	}
	l, err := ParseLocal(value)
	if err != nil {
		return Until{}, bad("format", "UNTIL=%s is no time", brief(value))
	}
	if len(value) == len("20060102") {
		return Until{Set: true, Date: true, Local: l + daySeconds - 1}, nil
	}
	return Until{Set: true, Local: l}, nil
}

func number(name, value string, low, high int) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return 0, bad("range", "%s=%s is not between %d and %d", name, brief(value), low, high)
	}
	return n, nil
}

func numbers(l list, value string) ([]int, error) {
	var out []int
	for word := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || !l.holds(n) {
			return nil, bad("range", "%s=%s is out of range", l.name, brief(word))
		}
		out = append(out, n)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func days(value string) ([]Day, error) {
	var out []Day
	for word := range strings.SplitSeq(value, ",") {
		cut := max(0, len(word)-2)
		d := Day{Weekday: slices.Index(weekdays(), word[cut:]) + 1}
		var err error
		if cut > 0 {
			d.N, err = strconv.Atoi(word[:cut])
		}
		if err != nil || d.Weekday == 0 || cut > 0 && d.N == 0 || d.N < -53 || d.N > 53 {
			return nil, bad("range", "BYDAY=%s is no weekday", brief(word))
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b Day) int {
		return cmp.Or(cmp.Compare(a.Weekday, b.Weekday), cmp.Compare(a.N, b.N))
	})
	return slices.Compact(out), nil
}

// bad is the fault of a rule's text.
func bad(rule, format string, args ...any) error {
	return fault.BadField("rrule", rule, fmt.Sprintf(format, args...))
}

// brief cuts foreign text for a message.
func brief(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
