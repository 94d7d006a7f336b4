package recur

import (
	"cmp"
	"slices"
	"time"

	"kept/fault"
	"kept/span"
)

// MaxDates bounds the extra and left-out dates of a set.
const MaxDates = 200_000

// Set is a recurrence set: a start, the rules that go on from it, dates added
// and dates left out, all on the wall clock of one zone.
type Set struct {
	Start   Local
	Rules   []Rule  // usually one, or none
	ExRules []Rule  // at what these give, from the same start, nothing happens (EXRULE of RFC 2445, which RFC 5545 took out)
	RDates  []Local // occurrences besides those of the rules
	ExDates []Local // readings at which nothing happens, whoever asked for it
	AllDay  bool    // the start is a date: a rule's hours, minutes and seconds do not count (3.3.10)
}

// Occurrence is one date of a set.
type Occurrence struct {
	Local Local        // what the clock of the zone shows; in a skipped hour, what it would show
	At    span.Instant // when that is
}

// Expand gives the occurrences of the set that start in the window, in the
// order of time, no two at the same instant, at most limit of them.
//
// It fails with fault.Invalid on the field "rrule": "limit_steps" when the
// rules ask for more than MaxSteps steps, "limit_occurrences" when there are
// more than limit, "limit_dates" when there are more than MaxDates dates added or
// left out, in the window also by ExRules; what
// was found until then is given as well. A rule that Check refuses gives nothing.
func Expand(set Set, zone *time.Location, window span.Span, limit int) ([]Occurrence, error) {
	return (&Budget{Steps: MaxSteps}).Expand(set, zone, window, limit)
}

// Budget is what several Expands may cost together: a file of ten thousand
// events, each within its bounds, may still ask for too much.
type Budget struct {
	Steps int // left; spent by each Expand
}

// Expand is the function Expand with no more steps than are left.
func (b *Budget) Expand(set Set, zone *time.Location, window span.Span, limit int) ([]Occurrence, error) {
	if len(set.RDates)+len(set.ExDates) > MaxDates {
		return nil, bad("limit_dates", "a recurrence has at most %d added and left-out dates", MaxDates)
	}
	e := expansion{zone: zone, window: window, limit: limit, steps: &b.Steps, out: make(map[Local]bool, len(set.ExDates))}
	for _, l := range set.ExDates {
		e.out[l] = true
	}
	var err error
	for _, rule := range set.ExRules {
		if err := rule.Check(); err != nil {
			return nil, err
		}
		if err = e.leaveOut(rule, set); err != nil {
			break // rather too many occurrences than none
		}
	}
	e.add(set.Start)
	for _, rule := range set.Rules {
		if err := rule.Check(); err != nil {
			return nil, err
		}
		if set.AllDay {
			rule.ByHour, rule.ByMinute, rule.BySecond = nil, nil, nil
		}
		if !e.follow(rule, set.Start) {
			err = bad("limit_steps", "the rule %s needs too many steps", brief(rule.String()))
			break
		}
	}
	for _, l := range set.RDates {
		if !e.add(l) {
			break
		}
	}
	found := e.sorted()
	if e.full {
		return found, bad("limit_occurrences", "the recurrence has more than %d occurrences in the time asked for", limit)
	}
	return found, err
}

// LimitOf names the limit that stopped an Expand: "limit_steps",
// "limit_occurrences" or "limit_dates"; empty when it was something else.
func LimitOf(err error) string {
	f, ok := err.(*fault.Error) //nolint:errorlint // Expand wraps nothing
	if !ok || len(f.Fields) != 1 || f.Fields[0].Name != "rrule" {
		return ""
	}
	switch rule := f.Fields[0].Rule; rule {
	case "limit_steps", "limit_occurrences", "limit_dates":
		return rule
	default:
		return ""
	}
}

// expansion gathers the occurrences of one Expand.
type expansion struct {
	zone   *time.Location
	window span.Span
	limit  int
	steps  *int
	out    map[Local]bool // left out, or in already
	found  []Occurrence
	full   bool // something was left out for want of room

	calmFrom, calmTo Local // the readings around the last one that map by offset
	offset           span.Instant
}

// slack is how far a reading in the window's zone may lie from the reading
// that the clock shows at its instant: a day that a country skipped, and an
// hour. Away from changes of the clock it is nothing.
const slack = 2 * daySeconds

// calm gives the readings around an instant that are the clock's own, one for
// one, for no change of the clock is near, and how far the clock is ahead.
func calm(at span.Instant, zone *time.Location) (from, to Local, offset span.Instant) {
	t := at.In(zone)
	_, ahead := t.Zone()
	start, end := t.ZoneBounds()
	from, to = nearest, farthest
	if !start.IsZero() {
		from = Local(start.Unix()+int64(ahead)) + slack
	}
	if !end.IsZero() {
		to = Local(end.Unix()+int64(ahead)) - slack
	}
	return from, to, span.Instant(ahead) * span.Second
}

// reading gives the window's edge on the clock, and the slack that it needs there.
func (e *expansion) reading(edge span.Instant) (Local, Local) {
	l := LocalAt(edge, e.zone)
	if from, to, _ := calm(edge, e.zone); l >= from && l < to {
		return l, 0
	}
	return l, slack
}

// instant is l.Instant(e.zone), without asking the zone's table each time.
func (e *expansion) instant(l Local) span.Instant {
	if l >= e.calmFrom && l < e.calmTo {
		return span.Instant(l)*span.Second - e.offset
	}
	at := l.Instant(e.zone)
	e.calmFrom, e.calmTo, e.offset = calm(at, e.zone)
	return at
}

// follow adds the occurrences of a rule, and tells whether the steps sufficed.
func (e *expansion) follow(rule Rule, start Local) bool { return e.walk(rule, start, e.add) }

// walk gives what a rule gives near the window, and tells whether the steps sufficed.
func (e *expansion) walk(rule Rule, start Local, give func(Local) bool) bool {
	from, before := e.reading(e.window.Start)
	last, after := e.reading(e.window.End)
	last += after
	u := rule.Until
	switch {
	case u.Set && u.UTC:
		last = min(last, LocalAt(u.Instant, e.zone)+slack)
	case u.Set:
		last = min(last, u.Local)
	}
	return walk(rule, start, from-before, last, e.steps, func(l Local) bool {
		if u.UTC && e.instant(l) > u.Instant {
			return true
		}
		return give(l)
	})
}

// leaveOut notes what a rule gives as left out.
func (e *expansion) leaveOut(rule Rule, set Set) error {
	if set.AllDay {
		rule.ByHour, rule.ByMinute, rule.BySecond = nil, nil, nil
	}
	full := false
	enough := e.walk(rule, set.Start, func(l Local) bool {
		full = len(e.out) >= MaxDates
		e.out[l] = true
		return !full
	})
	switch {
	case full:
		return bad("limit_dates", "a recurrence has at most %d added and left-out dates", MaxDates)
	case !enough:
		return bad("limit_steps", "the rule %s needs too many steps", brief(rule.String()))
	default:
		return nil
	}
}

// add takes an occurrence if it is in the window and not left out, and tells
// whether there is room for more.
func (e *expansion) add(l Local) bool {
	if l < nearest || l >= farthest || e.out[l] {
		return true
	}
	at := e.instant(l)
	if !e.window.Holds(at) {
		return true
	}
	if len(e.found) >= e.limit {
		e.full = true
		return false
	}
	e.out[l] = true // once is enough
	e.found = append(e.found, Occurrence{l, at})
	return true
}

func (e *expansion) sorted() []Occurrence {
	slices.SortFunc(e.found, func(a, b Occurrence) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Local, b.Local))
	})
	return slices.CompactFunc(e.found, func(a, b Occurrence) bool { return a.At == b.At })
}
