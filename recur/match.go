package recur

import "slices"

// matcher answers whether a day may hold occurrences. Its parts are the BY
// parts of a rule, completed from the start where the rule leaves them out.
type matcher struct {
	months              uint16 // by month number
	monthDays           [2]uint32
	weekdays            uint8 // by ISO weekday, of those without a number
	numbered            []Day
	yearDays            [2][]int // counted from the front, from the end
	weeks               [2]uint64
	anyMonth, anyDay    bool
	anyWeekday, anyYDay bool
	anyWeek             bool
	inYear              bool // numbered weekdays count in the year, else in the month
	weekStart           int
	year                yearInfo // of the year asked about last
}

// yearInfo is what week numbers need of a year.
type yearInfo struct {
	year, length int
	firstWeek    int // first day of week 1, counted from 1 January as 0; -3 to 3
	weeks        int
}

func newMatcher(r *Rule, start Local) matcher {
	m := matcher{
		anyMonth: len(r.ByMonth) == 0, anyDay: len(r.ByMonthDay) == 0, anyWeekday: len(r.ByDay) == 0,
		anyYDay: len(r.ByYearDay) == 0, anyWeek: len(r.ByWeekNo) == 0,
		inYear: r.Freq == Yearly && len(r.ByMonth) == 0, weekStart: r.WeekStart,
	}
	for _, n := range r.ByMonth {
		m.months |= 1 << n
	}
	for _, n := range r.ByMonthDay {
		m.monthDays[side(n)] |= 1 << abs(n)
	}
	for _, n := range r.ByYearDay {
		m.yearDays[side(n)] = append(m.yearDays[side(n)], abs(n))
	}
	slices.Sort(m.yearDays[1])
	for _, n := range r.ByWeekNo {
		m.weeks[side(n)] |= 1 << abs(n)
	}
	for _, d := range r.ByDay {
		if d.N == 0 {
			m.weekdays |= 1 << d.Weekday
		} else {
			m.numbered = append(m.numbered, d)
		}
	}
	m.complete(r.Freq, civilOf(start.day()))
	return m
}

// complete takes from the start what the rule does not say.
func (m *matcher) complete(f Freq, start civil) {
	if !m.anyDay || !m.anyWeekday || !m.anyYDay {
		return
	}
	switch {
	case f == Yearly && !m.anyWeek, f == Weekly:
		m.anyWeekday, m.weekdays = false, 1<<start.weekday
	case f == Yearly || f == Monthly:
		m.anyDay, m.monthDays[0] = false, 1<<start.day
		if f == Yearly && m.anyMonth {
			m.anyMonth, m.months = false, 1<<start.month
		}
	}
}

// takes tells whether the day, counted from 1970-01-01, may hold occurrences.
func (m *matcher) takes(day int64) bool {
	c := civilOf(day)
	return (m.anyMonth || m.months&(1<<c.month) != 0) &&
		(m.anyDay || m.takesMonthDay(c)) &&
		(m.anyWeekday || m.takesWeekday(c)) &&
		(m.anyYDay || m.takesYearDay(c)) &&
		(m.anyWeek || m.takesWeek(c))
}

func (m *matcher) takesMonthDay(c civil) bool {
	fromEnd := monthLength(c.year, c.month) - c.day + 1
	return m.monthDays[0]&(1<<c.day) != 0 || m.monthDays[1]&(1<<fromEnd) != 0
}

func (m *matcher) takesWeekday(c civil) bool {
	if m.weekdays&(1<<c.weekday) != 0 {
		return true
	}
	at, length := c.day, monthLength(c.year, c.month)
	if m.inYear {
		at, length = c.yearDay, yearLength(c.year)
	}
	for _, d := range m.numbered {
		if d.Weekday == c.weekday && (d.N == (at-1)/7+1 || -d.N == (length-at)/7+1) {
			return true
		}
	}
	return false
}

func (m *matcher) takesYearDay(c civil) bool {
	if _, ok := slices.BinarySearch(m.yearDays[0], c.yearDay); ok {
		return true
	}
	_, ok := slices.BinarySearch(m.yearDays[1], yearLength(c.year)-c.yearDay+1)
	return ok
}

func (m *matcher) takesWeek(c civil) bool {
	if m.year.length == 0 || m.year.year != c.year {
		m.year = m.infoOf(c.year)
	}
	y, at := m.year, c.yearDay-1
	if at < y.firstWeek { // the last week of the year before
		y = m.infoOf(c.year - 1)
		at += y.length
	}
	if at >= y.firstWeek+7*y.weeks { // the first of the year after
		at -= y.length
		y = m.infoOf(y.year + 1)
	}
	n := (at-y.firstWeek)/7 + 1
	return m.weeks[0]&(1<<n) != 0 || m.weeks[1]&(1<<(y.weeks-n+1)) != 0
}

func (m *matcher) infoOf(year int) yearInfo {
	y := yearInfo{year: year, length: yearLength(year), firstWeek: m.firstWeek(year)}
	y.weeks = (y.length + m.firstWeek(year+1) - y.firstWeek) / 7
	return y
}

// firstWeek is the first day of the first week that has four days in the year.
func (m *matcher) firstWeek(year int) int {
	first := (m.weekStart - weekdayOf(daysOf(year, 1, 1)) + 7) % 7
	if first > 3 {
		first -= 7
	}
	return first
}

// side is 0 for numbers counted from the front, 1 for those from the end.
func side(n int) int {
	if n < 0 {
		return 1
	}
	return 0
}

func abs(n int) int { return max(n, -n) }
