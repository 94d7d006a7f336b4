package recur

import (
	"slices"
	"sort"
)

// MaxSteps bounds the work of one Expand: days looked at, units passed and
// occurrences made. About a million take some 20 ms; every rule that people
// write needs a few thousand.
const MaxSteps = 1_000_000

// unitSeconds is the length of the units below a day.
func unitSeconds(f Freq) int64 {
	switch f {
	case Hourly:
		return 3600
	case Minutely:
		return 60
	default:
		return 1
	}
}

// walker goes through the occurrences of one rule, unit by unit: the days of
// a unit that the matcher takes, times the hours, times the minutes, times
// the seconds. A unit's occurrences are never put in a list.
type walker struct {
	rule                   Rule
	match                  matcher
	start, from, last      Local // last is the last reading wanted
	hours, minutes, second []int
	days                   []int64 // of the unit, reused
	part                   [3]int  // the unit's hour, minute and second, below a day
	known                  int64   // the day asked about last, plus one
	taken                  bool    // whether the matcher takes it
	seen                   int     // occurrences from the start, for COUNT
	steps                  *int    // what is left of MaxSteps
	yield                  func(Local) bool
}

// walk yields the rule's own occurrences from max(start, from) to last, in
// order; it tells whether the steps sufficed.
func walk(rule Rule, start, from, last Local, steps *int, yield func(Local) bool) bool {
	w := walker{
		rule: rule, match: newMatcher(&rule, start), start: start, from: max(from, start), last: min(last, farthest-1),
		steps: steps, yield: yield,
	}
	if w.from < nearest || w.last < w.from {
		return true
	}
	s := start.Second()
	w.hours = orStart(rule.ByHour, rule.Freq > Hourly, s/3600)
	w.minutes = orStart(rule.ByMinute, rule.Freq > Minutely, s/60%60)
	w.second = orStart(leapless(rule.BySecond), rule.Freq > Secondly, s%60)
	unit, step := w.unitOf(start), int64(rule.Interval)
	if target := w.unitOf(w.from); rule.Count == 0 {
		unit += (target - unit) / step * step
	}
	for w.startOf(unit) <= w.last {
		if !w.spend(1) {
			return false
		}
		next := unit + step
		if rule.Freq >= Daily {
			if done, ok := w.wholeDays(unit); done || !ok {
				return ok
			}
		} else {
			done, ok, skip := w.partOfDay(unit)
			if done || !ok {
				return ok
			}
			if skip > next {
				next += (skip - next + step - 1) / step * step
			}
		}
		unit = next
	}
	return true
}

// First is the first date that the rule itself gives from a start on, whatever
// UNTIL says; false where it gives none within MaxSteps.
func (r *Rule) First(start Local) (first Local, ok bool) {
	steps := MaxSteps
	walk(*r, start, start, farthest-1, &steps, func(l Local) bool {
		first, ok = l, true
		return false
	})
	return first, ok
}

func (w *walker) spend(n int) bool {
	*w.steps -= n
	return *w.steps >= 0
}

// orStart completes a BY part from the start where the unit leaves it open;
// nil means that anything goes.
func orStart(list []int, open bool, start int) []int {
	if len(list) == 0 && open {
		return []int{start}
	}
	return list
}

// leapless reads second 60 as 59, as RFC 5545 (3.3.12) asks of clocks without leap seconds.
func leapless(list []int) []int {
	if !slices.Contains(list, 60) {
		return list
	}
	out := slices.Clone(list)
	out[len(out)-1] = 59
	return slices.Compact(out)
}

// unitOf numbers the unit that holds a reading.
func (w *walker) unitOf(l Local) int64 {
	switch w.rule.Freq {
	case Yearly:
		return int64(civilOf(l.day()).year)
	case Monthly:
		c := civilOf(l.day())
		return int64(c.year)*12 + int64(c.month) - 1
	case Weekly:
		return floorDiv(l.day()-w.weekShift(), 7)
	case Daily:
		return l.day()
	default:
		return floorDiv(int64(l), unitSeconds(w.rule.Freq))
	}
}

// firstDay gives the first day of a unit of a day or more.
func (w *walker) firstDay(unit int64) int64 {
	switch w.rule.Freq {
	case Yearly:
		return daysOf(int(unit), 1, 1)
	case Monthly:
		return daysOf(int(floorDiv(unit, 12)), int(unit-floorDiv(unit, 12)*12)+1, 1)
	case Weekly:
		return unit*7 + w.weekShift()
	default:
		return unit
	}
}

// weekShift is a day on which weeks start; 1970-01-05 was a Monday.
func (w *walker) weekShift() int64 { return int64(4 + w.rule.WeekStart - 1) }

func (w *walker) startOf(unit int64) Local {
	if w.rule.Freq >= Daily {
		return Local(w.firstDay(unit) * daySeconds)
	}
	return Local(unit * unitSeconds(w.rule.Freq))
}

// wholeDays emits a unit of a day or more.
func (w *walker) wholeDays(unit int64) (done, ok bool) {
	w.days = w.days[:0]
	for day, end := w.firstDay(unit), w.firstDay(unit+1); day < end; day++ {
		if !w.spend(1) {
			return false, false
		}
		if w.match.takes(day) {
			w.days = append(w.days, day)
		}
	}
	return w.emit(w.hours, w.minutes, w.second)
}

// partOfDay emits an hour, a minute or a second; when it holds nothing, skip
// is the first unit that may.
func (w *walker) partOfDay(unit int64) (done, ok bool, skip int64) {
	at := w.startOf(unit)
	day, s := at.day(), at.Second()
	hour, minute, second := s/3600, s/60%60, s%60
	if w.known != day+1 {
		w.known, w.taken = day+1, w.match.takes(day)
	}
	w.days = append(w.days[:0], day)
	w.part = [3]int{hour, minute, second}
	switch {
	case !w.taken:
		return false, true, w.unitOf(Local((day + 1) * daySeconds))
	case w.hours != nil && !slices.Contains(w.hours, hour):
		return false, true, w.unitOf(at - Local(s%3600) + 3600)
	case w.rule.Freq == Hourly:
		done, ok = w.emit(w.part[:1], w.minutes, w.second)
		return done, ok, 0
	case w.minutes != nil && !slices.Contains(w.minutes, minute):
		return false, true, w.unitOf(at - Local(second) + 60)
	case w.rule.Freq == Minutely:
		done, ok = w.emit(w.part[:1], w.part[1:2], w.second)
		return done, ok, 0
	case w.second != nil && !slices.Contains(w.second, second):
		return false, true, 0
	default:
		if p := w.rule.BySetPos; len(p) == 0 || slices.Contains(p, 1) || slices.Contains(p, -1) {
			done, ok = w.tick(at)
			return done, ok, 0
		}
		return false, true, 0
	}
}

// emit hands on w.days × hours × minutes × seconds, or the positions of it
// that BYSETPOS names. done tells that nothing can follow.
func (w *walker) emit(hours, minutes, seconds []int) (done, ok bool) {
	perDay := len(hours) * len(minutes) * len(seconds)
	nth := func(i int) Local {
		i, second := i/len(seconds), seconds[i%len(seconds)]
		i, minute := i/len(minutes), minutes[i%len(minutes)]
		i, hour := i/len(hours), hours[i%len(hours)]
		return Local(w.days[i]*daySeconds + int64(hour*3600+minute*60+second))
	}
	total := perDay * len(w.days)
	if len(w.rule.BySetPos) > 0 {
		var chosen []int
		for _, p := range w.rule.BySetPos {
			if p > 0 {
				p--
			} else {
				p += total
			}
			if p >= 0 && p < total {
				chosen = append(chosen, p)
			}
		}
		sort.Ints(chosen)
		for _, p := range slices.Compact(chosen) {
			if done, ok = w.tick(nth(p)); done || !ok {
				return done, ok
			}
		}
		return false, true
	}
	// What lies before the start does not count, what lies before the window
	// counts without being looked at.
	first := sort.Search(total, func(i int) bool { return nth(i) >= w.start })
	wanted := sort.Search(total, func(i int) bool { return nth(i) >= w.from })
	w.seen += wanted - first
	if w.rule.Count > 0 && w.seen >= w.rule.Count {
		return true, true
	}
	for i := wanted; i < total; i++ {
		if done, ok = w.tick(nth(i)); done || !ok {
			return done, ok
		}
	}
	return false, true
}

// tick hands on one occurrence, unless it lies outside.
func (w *walker) tick(at Local) (done, ok bool) {
	switch {
	case at < w.start:
		return false, true
	case !w.spend(1):
		return false, false
	case at > w.last:
		return true, true
	}
	w.seen++
	if at >= w.from && !w.yield(at) {
		return true, true
	}
	return w.rule.Count > 0 && w.seen >= w.rule.Count, true
}
