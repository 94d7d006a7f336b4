package schedule

import (
	"time"

	"kept/id"
	"kept/span"
)

// plan is hours with the public holidays that count for them.
type plan struct {
	hours    *Hours
	holidays *Holidays
	own      []Exception // of whoever has the holidays: on their dates the list is silent
}

// lookBack is how many days before the window are expanded at first: enough
// for a span that began on the day before it.
const lookBack = 2

func (p *plan) open(window span.Span, zone *time.Location, at id.Location) span.Set {
	first := span.DateOf(window.Start.In(zone)).AddDays(-lookBack)
	last := span.DateOf(window.End.In(zone)).AddDays(1)
	all := p.expand(first, last, zone, at)
	out := all[:0]
	for _, s := range all {
		if s.Meets(window) {
			out = append(out, s)
		}
	}
	if len(out) > 0 && hidden(out[0], first, zone) {
		out[0].Start = p.began(out[0], first, zone, at)
	}
	return out
}

// hidden tells whether the span may have begun before what was expanded from
// the date on: a window of the day before can reach to that day's end, or to
// the next one's where a zone left the day out.
func hidden(s span.Span, first span.Date, zone *time.Location) bool {
	second := first.AddDays(1).Start(zone)
	if s.Start <= second {
		return true
	}
	return first.Start(zone) == second && s.Start <= first.AddDays(2).Start(zone)
}

// began looks farther and farther back for the start of a long span. Before
// the first date that any rule names, days repeat: rows that leave no gap in
// one cycle and two days leave none at all, so that what is open for so long
// has always been open.
func (p *plan) began(s span.Span, first span.Date, zone *time.Location, at id.Location) span.Instant {
	always := p.repeats(first)
	last := first.AddDays(2)
	for step := 8; always.Before(first); step *= 2 {
		first = first.AddDays(-step)
		// The span goes on past last, and is the one that holds its old start.
		if longer, ok := p.expand(first, last, zone, at).Around(s.Start); ok && !hidden(longer, first, zone) {
			return longer.Start
		}
	}
	return min(s.Start, span.Date{Year: 2000, Month: time.January, Day: 1}.Start(zone))
}

// repeats gives a date, at or before the one given, before which every cycle
// of days is like the one before it, less one cycle and two days.
func (p *plan) repeats(before span.Date) span.Date {
	cycle := 7
	note := func(d span.Date) {
		if d != (span.Date{}) && earlier(d, before) {
			before = d
		}
	}
	for _, e := range p.hours.Exceptions {
		note(e.Date)
	}
	for i := range p.hours.Seasons {
		note(p.hours.Seasons[i].From)
	}
	if r := p.hours.Roster; r != nil && len(r.Cycle) > 0 {
		note(r.From)
		note(r.To)
		cycle = max(cycle, len(r.Cycle))
	}
	if p.holidays != nil && len(p.holidays.days) > 0 {
		note(p.holidays.days[0].date)
	}
	return before.AddDays(-cycle - 2)
}

// expand gives the open spans of the rules of these dates.
func (p *plan) expand(first, last span.Date, zone *time.Location, at id.Location) span.Set {
	skips := skipsDays(first, last, zone)
	all := make([]span.Span, 0, 2*(first.DaysUntil(last)+1))
	for d := first; !earlier(last, d); d = d.AddDays(1) {
		if skips && d.Span(zone).Empty() {
			continue // the calendar of the zone leaves it out
		}
		rule := p.on(d)
		all = rule.spans(all, d, zone, at)
	}
	return span.SetOf(all...)
}

// skipsDays tells whether the zone may leave out one of the dates, as Samoa
// did with 2011-12-30: its clock then leaps by a day.
func skipsDays(first, last span.Date, zone *time.Location) bool {
	_, before := time.Date(first.Year, first.Month, first.Day-1, 0, 0, 0, 0, time.UTC).In(zone).Zone()
	_, after := time.Date(last.Year, last.Month, last.Day+2, 0, 0, 0, 0, time.UTC).In(zone).Zone()
	return after-before > 12*60*60 || before-after > 12*60*60
}

// Source is the kind of rule that a date has.
type Source string

// The kinds of rules, the strongest first.
const (
	ByException Source = "exception"
	ByRoster    Source = "roster"
	ByDraft     Source = "draft" // a roster that is not published so far: nothing is open
	ByHoliday   Source = "holiday"
	BySeason    Source = "season"
	ByWeekly    Source = "weekly"
)

// rule is what holds on a date: windows, or shifts, or rows of a weekday.
type rule struct {
	source  Source
	windows []Window
	shifts  []Shift
	rows    []Weekly
	weekday int
	close   int // minutes after midnight at which it closes at the latest; 0 for no limit
	season  string
}

// spans adds what the rule opens on a date, for work at the location.
func (r *rule) spans(all []span.Span, d span.Date, zone *time.Location, at id.Location) []span.Span {
	for _, w := range r.windows {
		all = append(all, w.on(d, zone))
	}
	for i := range r.shifts {
		if s := &r.shifts[i]; at == "" || s.Location == "" || s.Location == at {
			all = append(all, s.on(d, zone))
		}
	}
	for i := range r.rows {
		row := &r.rows[i]
		if row.Weekday != r.weekday || at != "" && row.Location != "" && row.Location != at {
			continue
		}
		if w, ok := row.until(r.close); ok {
			all = append(all, w.on(d, zone))
		}
	}
	return all
}

// on finds the rule of a date.
func (p *plan) on(d span.Date) rule {
	h := p.hours
	for i := range h.Exceptions {
		if e := &h.Exceptions[i]; e.Date == d {
			return rule{source: ByException, windows: e.Open}
		}
	}
	if h.Roster != nil && h.Roster.covers(d) {
		if earlier(h.Roster.Published, d) {
			return rule{source: ByDraft}
		}
		return rule{source: ByRoster, shifts: h.Roster.On(d)}
	}
	out := rule{source: ByWeekly, rows: h.Weekly, weekday: d.Weekday()}
	for i := range h.Seasons {
		if s := &h.Seasons[i]; s.holds(d) {
			out.source, out.rows, out.season = BySeason, s.Weekly, s.Name
			break
		}
	}
	if p.holidays != nil {
		p.holidays.alter(&out, d, p.own)
	}
	return out
}

// until gives the window as it is when all closes at that minute; false when
// it only begins then.
func (w Window) until(closing int) (Window, bool) {
	if closing == 0 || w.end() <= closing {
		return w, true
	}
	if closing <= w.FromMin {
		return w, false
	}
	w.ToMin = closing
	if closing > minutesOfDay {
		w.ToMin -= minutesOfDay
	}
	return w, true
}

const minutesOfDay = 24 * 60

// end is the minute after the midnight of its own day at which the window ends.
func (w Window) end() int {
	if w.ToMin <= w.FromMin {
		return w.ToMin + minutesOfDay
	}
	return w.ToMin
}

func (w Window) on(d span.Date, zone *time.Location) span.Span {
	to := span.Wall{Date: d, Minute: w.ToMin}
	if w.ToMin <= w.FromMin {
		to = span.Wall{Date: d.AddDays(1), Minute: w.ToMin}
	}
	return span.Span{
		Start: span.Wall{Date: d, Minute: w.FromMin}.Instant(zone),
		End:   to.Instant(zone),
	}
}
