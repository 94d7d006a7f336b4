package policy

import (
	"slices"
	"time"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// sum is what one source has on a counter: one visit.
type sum struct {
	start  span.Instant // the earliest
	date   span.Date    // of the start; zero until it is needed
	length span.Instant
}

// used is what a period holds.
type used struct {
	visits int
	length span.Instant
}

// limit shuts the periods that are full.
func (j *judgement) limit(r *rule) {
	under := j.under(r)
	if under == nil {
		return
	}
	most, limited := j.most(r)
	if !limited {
		return
	}
	for _, p := range r.parties(j.c) {
		in := j.periods(r, p)
		for _, d := range j.days {
			items := under(d.date)
			if p.service != "" {
				items = slices.DeleteFunc(slices.Clone(items), func(i int) bool { return j.c.Items[i].Service.ID != p.service })
			}
			if len(items) == 0 {
				continue
			}
			u := in[periodOf(r.Limit.Per, d.date)]
			switch {
			case !r.Limit.Minutes && u.visits < most:
			case r.Limit.Minutes && u.length+j.adds(r, p, items) <= span.Minutes(most):
			case p.staff != "":
				j.shutFor(r, WordLimit, d.Span, p.staff, items)
			default:
				j.shut(r, WordLimit, d.Span, items)
			}
		}
	}
}

// most is the limit's number. Where its expression cannot tell, the fixed
// number stands in; without one nothing is limited.
func (j *judgement) most(r *rule) (int, bool) {
	if r.Limit.MaxExpr == "" {
		return r.Limit.Max, true
	}
	if n, err := r.number(j.scene); err == nil {
		return n, true
	}
	return r.Limit.Max, r.Limit.Max > 0
}

// number asks the expression of a limit's number.
func (r *rule) number(s *scene) (int, error) {
	if r.broken != nil {
		return 0, r.broken
	}
	s.day = s.today()
	out, _, err := r.max.program.Eval(s)
	if err != nil {
		return 0, err
	}
	n, ok := out.Value().(int64)
	if !ok {
		return 0, errNumber{}
	}
	return int(max(-1, min(n, 1_000_000))), nil
}

// errNumber tells that an expression gave no whole number.
type errNumber struct{} //nolint:errname // as BadExpression

// Error implements error.
func (errNumber) Error() string { return "gives no whole number" }

// adds is what the case itself takes of a limit of minutes.
func (j *judgement) adds(r *rule, p party, items []int) span.Instant {
	if p.staff != "" && p.own {
		return j.staffMinutes(p.staff, items)
	}
	var out span.Instant
	for _, i := range items {
		who := j.c.Items[i].Staff
		if who == "" || who == p.staff || p.staff == "" && r.by(who) {
			s := j.c.Items[i].Service
			if s.Flexible != nil { // the pauses do not count
				out += span.Minutes(s.WorkMin())
			} else {
				out += span.Minutes(s.DurationMin())
			}
		}
	}
	return out
}

// staffMinutes is how much of a staff member's lane the items (nil: all) take:
// parts with staff and their buffers.
func (j *judgement) staffMinutes(who id.Staff, items []int) span.Instant {
	minutes := 0
	for i, item := range j.c.Items {
		if item.Staff != "" && item.Staff != who || items != nil && !slices.Contains(items, i) {
			continue
		}
		last := len(item.Service.Segments) - 1
		for k := range item.Service.Segments {
			g := &item.Service.Segments[k]
			if g.Staff == nil {
				continue
			}
			minutes += g.BufferBeforeMin + g.DurationMin + g.BufferAfterMin + g.Staff.BufferBeforeMin + g.Staff.BufferAfterMin
			if k == 0 {
				minutes += item.Service.BufferBeforeMin
			}
			if k == last {
				minutes += item.Service.BufferAfterMin
			}
		}
	}
	return span.Minutes(minutes)
}

// periodOf names the period of a day by its first one.
func periodOf(per string, d span.Date) span.Date {
	switch per {
	case catalog.PerWeek:
		return d.AddDays(1 - d.Weekday())
	case catalog.PerMonth:
		return span.Date{Year: d.Year, Month: d.Month, Day: 1}
	case catalog.PerActive:
		return span.Date{}
	default:
		return d
	}
}

// Period is the whole of what a limit counts together that holds an instant:
// its day, its ISO week or its month there; empty for what is counted as long as
// it is to come.
func Period(per string, at span.Instant, zone *time.Location) span.Span {
	day := span.DateOf(at.In(zone))
	first := periodOf(per, day)
	switch per {
	case catalog.PerWeek:
		return span.Span{Start: first.Start(zone), End: first.AddDays(7).Start(zone)}
	case catalog.PerMonth:
		next := span.DateOf(time.Date(first.Year, first.Month+1, 1, 0, 0, 0, 0, time.UTC))
		return span.Span{Start: first.Start(zone), End: next.Start(zone)}
	case catalog.PerActive:
		return span.Span{}
	default:
		return day.Span(zone)
	}
}

// periods sums up what a party has in each period.
func (j *judgement) periods(r *rule, p party) map[span.Date]used {
	if p.kind != catalog.LimitClient {
		return j.used(p.counter, r.Limit.Per)
	}
	one := map[string]*sum{}
	t := j.scene.t
	for i := range t.History {
		v := &t.History[i]
		active := v.End > j.c.Now && v.served() && v.Status != statusCompleted
		if !v.occupies() || j.c.Except != "" && v.Source == j.c.Except || r.Limit.Per == catalog.PerActive && !active ||
			!r.about(v.Service, v.Location) || !r.by(v.Staff) {
			continue
		}
		add(one, v.Source, span.Span{Start: v.Start, End: v.End}, v.Day)
	}
	return j.group(one, r.Limit.Per)
}

// used sums up what lies on a counter in each period.
func (j *judgement) used(counter, per string) map[span.Date]used {
	if j.counted == nil {
		j.counted = map[string]map[string]*sum{}
		for _, t := range j.c.Tallies {
			if j.c.Except != "" && t.Source == j.c.Except {
				continue
			}
			of := j.counted[t.Counter]
			if of == nil {
				of = map[string]*sum{}
				j.counted[t.Counter] = of
			}
			add(of, t.Source, t.Span, span.Date{})
		}
	}
	return j.group(j.counted[counter], per)
}

func add(to map[string]*sum, source string, s span.Span, date span.Date) {
	one := to[source]
	if one == nil {
		to[source] = &sum{start: s.Start, date: date, length: s.Length()}
		return
	}
	if s.Start < one.start {
		one.start, one.date = s.Start, date
	}
	one.length += s.Length()
}

func (j *judgement) group(sums map[string]*sum, per string) map[span.Date]used {
	out := map[span.Date]used{}
	for _, s := range sums {
		if s.date == (span.Date{}) {
			s.date = j.dateOf(s.start)
		}
		key := periodOf(per, s.date)
		u := out[key]
		u.visits++
		u.length += s.length
		out[key] = u
	}
	return out
}
