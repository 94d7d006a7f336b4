package busy

import (
	"maps"
	"slices"
	"strings"
	"time"

	"kept/recur"
	"kept/span"
)

// expander turns events into the spans of a window.
type expander struct {
	q      Question
	limit  func(string)
	skip   func()
	budget recur.Budget
	room   int // occurrences that may still be made
	dates  int // dates that may still be left out
	out    []span.Span
}

// longest bounds how long before the window an event is looked for that
// reaches into it, when it recurs.
const longest = 400 * span.Day

// take notes a busy span, cut to the window.
func (e *expander) take(s span.Span) {
	if e.room--; e.room < 0 {
		e.limit(LimitOccurrences)
		return
	}
	s = s.Intersect(e.q.Window)
	if s.Empty() {
		return
	}
	e.out = append(e.out, s)
	if len(e.out) >= 8192 && len(e.out)&(len(e.out)-1) == 0 {
		e.out = span.SetOf(e.out...) // many say the same: keep what they say together
	}
}

// series expands events with the overrides that belong to them by UID.
func (e *expander) series(events []*vevent) {
	overrides, onwards := map[string][]*vevent{}, map[string][]*vevent{}
	for _, v := range events {
		if v.override.value != "" && v.uid != "" {
			overrides[v.uid] = append(overrides[v.uid], v)
			if v.onwards() {
				onwards[v.uid] = append(onwards[v.uid], v)
			}
		}
	}
	for _, v := range events {
		if e.room <= 0 {
			e.limit(LimitOccurrences)
			return // enough is enough
		}
		if v.override.value != "" {
			e.event(v, nil, nil)
		} else {
			e.event(v, overrides[v.uid], onwards[v.uid])
		}
	}
}

// event expands one event, without the dates that others override.
func (e *expander) event(v *vevent, overrides, onwards []*vevent) {
	if v.free && len(onwards) == 0 {
		return
	}
	start, ok := e.moment(v.start, v.start.value, v.zones)
	if !ok {
		e.skip()
		return
	}
	long, ok := e.length(v, start)
	if !ok {
		e.skip()
		return
	}
	if len(v.rules) == 0 && len(v.rdates) == 0 && len(v.exdates) == 0 && len(v.exrules) == 0 && len(overrides) == 0 {
		e.take(span.Span{Start: start.instant(), End: long.after(start.local, start.zone)})
		return
	}
	e.expand(v, overrides, onwards, start, long)
}

func (e *expander) expand(v *vevent, overrides, onwards []*vevent, start moment, long length) {
	set := recur.Set{Start: start.local, AllDay: start.date}
	set.Rules, set.ExRules = e.rules(v.rules), e.rules(v.exrules)
	out := except{zone: start.zone, date: start.date, times: map[recur.Local]bool{}}
	out.leave(e, v, overrides)
	set.ExDates = slices.Collect(maps.Keys(out.times))
	e.rdates(v, &set, &out)
	stages := e.stages(v, onwards, start.zone, long)
	var before, after span.Instant
	for _, s := range stages {
		before, after = max(before, s.long.reach()+s.shift()), max(after, -s.shift())
	}
	window := span.Span{Start: e.q.Window.Start - min(before, longest), End: e.q.Window.End + min(after, longest)}
	found, err := e.budget.Expand(set, start.zone, window, max(0, e.room))
	if err != nil {
		e.limited(err)
	}
	for _, o := range found {
		if !out.day(o.Local) {
			e.stage(stages, o, start.zone)
		}
	}
}

// rules reads rules; those that make no sense are skipped.
func (e *expander) rules(texts []string) []recur.Rule {
	var out []recur.Rule
	for _, text := range texts {
		rule, err := recur.Parse(text)
		if err != nil {
			e.skip()
			continue
		}
		out = append(out, rule)
	}
	return out
}

// stage takes an occurrence as it is at its stage of the series.
func (e *expander) stage(stages []stage, o recur.Occurrence, zone *time.Location) {
	s := stages[0]
	for _, next := range stages[1:] {
		if o.Local > next.from {
			s = next
		}
	}
	switch {
	case s.free:
	case s.by == 0:
		e.take(span.Span{Start: o.At, End: s.long.after(o.Local, zone)})
	default:
		at := o.Local + s.by
		e.take(span.Span{Start: at.Instant(zone), End: s.long.after(at, zone)})
	}
}

func (e *expander) limited(err error) {
	switch recur.LimitOf(err) {
	case "limit_steps":
		e.limit(LimitSteps)
	case "limit_dates":
		e.limit(LimitDates)
	case "limit_occurrences":
		e.limit(LimitOccurrences)
	default:
		e.skip()
	}
}

// rdates adds dates to a set; a period has a length of its own and is taken at once.
func (e *expander) rdates(v *vevent, set *recur.Set, out *except) {
	for _, l := range v.rdates {
		for value := range strings.SplitSeq(l.value, ",") {
			from, to, isPeriod := strings.Cut(value, "/")
			m, ok := e.moment(l, from, v.zones)
			if !ok {
				e.skip()
				continue
			}
			if !isPeriod {
				set.RDates = append(set.RDates, m.in(out.zone))
				continue
			}
			end, ok := e.periodEnd(m, to)
			if at := m.in(out.zone); ok && !out.times[at] && !out.day(at) {
				e.take(span.Span{Start: m.instant(), End: end})
			}
		}
	}
}

// except are the dates that do not happen.
type except struct {
	zone  *time.Location
	date  bool
	times map[recur.Local]bool
	days  map[span.Date]bool // left out whole: some write dates for events that have times
}

// leave gathers what an event leaves out and what others override.
func (x *except) leave(e *expander, v *vevent, overrides []*vevent) {
	for _, l := range v.exdates {
		for value := range strings.SplitSeq(l.value, ",") {
			if !x.add(e, l, value, v.zones) {
				return
			}
		}
	}
	for _, o := range overrides {
		if !x.add(e, o.override, o.override.value, o.zones) {
			return
		}
	}
}

// add leaves a date out, and tells whether there is room for more.
func (x *except) add(e *expander, l line, value string, zones map[string]*vtimezone) bool {
	if e.dates <= 0 {
		e.limit(LimitDates)
		return false
	}
	e.dates--
	m, ok := e.moment(l, value, zones)
	if !ok {
		e.skip()
		return true
	}
	at := m.in(x.zone)
	if x.date || m.date {
		if x.days == nil {
			x.days = map[span.Date]bool{}
		}
		x.days[at.Date()] = true
	} else {
		x.times[at] = true
	}
	return true
}

func (x *except) day(l recur.Local) bool { return x.days != nil && x.days[l.Date()] }

// length tells how long an event is.
func (e *expander) length(v *vevent, start moment) (length, bool) {
	switch {
	case v.end.value != "":
		end, ok := e.moment(v.end, v.end.value, v.zones)
		if !ok {
			return length{}, false
		}
		if start.date {
			days := start.local.Date().DaysUntil(end.in(start.zone).Date())
			return length{days: min(max(1, days), farEnd)}, days >= 0
		}
		passed := int64((end.instant() - start.instant()) / span.Second)
		return length{seconds: min(passed, farEnd*86_400)}, passed >= 0
	case v.duration != "":
		return parseLength(v.duration)
	case start.date:
		return length{days: 1}, true
	default:
		return length{}, true
	}
}

// freebusy takes the periods of published free/busy.
func (e *expander) freebusy(f freebusy) {
	for value := range strings.SplitSeq(f.value, ",") {
		from, to, _ := strings.Cut(value, "/")
		start, ok := e.moment(line{}, from, nil)
		if !ok {
			e.skip()
			continue
		}
		if end, ok := e.periodEnd(start, to); ok {
			e.take(span.Span{Start: start.instant(), End: end})
		}
	}
}

// periodEnd reads the second half of a period: an end or a length.
func (e *expander) periodEnd(start moment, text string) (span.Instant, bool) {
	if strings.HasPrefix(text, "P") {
		long, ok := parseLength(text)
		if !ok {
			e.skip()
			return 0, false
		}
		return long.after(start.local, start.zone), true
	}
	end, ok := e.moment(line{}, text, nil)
	if !ok {
		e.skip()
		return 0, false
	}
	if !strings.HasSuffix(text, "Z") {
		end.zone = start.zone
	}
	return end.instant(), true
}
