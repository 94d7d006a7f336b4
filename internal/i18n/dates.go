package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Number writes a whole number with the language's separator of thousands,
// from five digits on where the language asks for it.
func (p Printer) Number(n int) string {
	digits, sign := strconv.Itoa(n), ""
	if rest, ok := strings.CutPrefix(digits, "-"); ok {
		sign, digits = "−", rest
	}
	least, group := 4, ","
	if p.lang == Russian {
		least, group = 5, "\u00a0"
	}
	if len(digits) >= least {
		for i := len(digits) - 3; i > 0; i -= 3 {
			digits = digits[:i] + group + digits[i:]
		}
	}
	return sign + digits
}

// DayMonth writes a date without weekday and year: "4 March", "3月4日", "4 марта".
func (p Printer) DayMonth(t time.Time) string {
	switch p.lang {
	case Chinese:
		return fmt.Sprintf("%d月%d日", int(t.Month()), t.Day())
	case Russian:
		return fmt.Sprintf("%d %s", t.Day(), monthOf(t.Month()))
	default:
		return fmt.Sprintf("%d %s", t.Day(), t.Month())
	}
}

// DateLong writes a date in full words, as a heading: "Wednesday 4 March".
func (p Printer) DateLong(t time.Time) string {
	switch p.lang {
	case Chinese:
		return p.DayMonth(t) + " " + p.Weekday(t)
	case Russian:
		return p.Weekday(t) + ", " + p.DayMonth(t)
	default:
		return p.Weekday(t) + " " + p.DayMonth(t)
	}
}

// DateYear writes a date of any year: "4 March 2026", "2026年3月4日".
func (p Printer) DateYear(t time.Time) string {
	switch p.lang {
	case Chinese:
		return fmt.Sprintf("%d年%s", t.Year(), p.DayMonth(t))
	case Russian:
		return fmt.Sprintf("%s %d\u00a0г.", p.DayMonth(t), t.Year())
	default:
		return fmt.Sprintf("%s %d", p.DayMonth(t), t.Year())
	}
}

// DateIn writes a date as Date does within half a year around now, else with
// its year, so that no date can be taken for another.
func (p Printer) DateIn(t, now time.Time) string {
	const halfYear = 183 * 24 * time.Hour
	if d := t.Sub(now); d > halfYear || d < -halfYear {
		return p.DateYear(t)
	}
	return p.Date(t)
}

// DateTimeIn is DateTime with the year where a date alone could mislead.
func (p Printer) DateTimeIn(t, now time.Time) string { return p.join(p.DateIn(t, now), p.Time(t)) }

// Relative names the days around now (today, tomorrow, yesterday) and gives
// other dates as DateIn does. Both times must be in the same zone.
func (p Printer) Relative(t, now time.Time) string {
	switch daysBetween(now, t) {
	case 0:
		return p.T("day.today")
	case 1:
		return p.T("day.tomorrow")
	case -1:
		return p.T("day.yesterday")
	default:
		return p.DateIn(t, now)
	}
}

// RelativeTime is DateTime with the words for the days around now: "tomorrow, 10:30".
func (p Printer) RelativeTime(t, now time.Time) string { return p.join(p.Relative(t, now), p.Time(t)) }

func (p Printer) join(date, clock string) string {
	if p.lang == Chinese {
		return date + " " + clock
	}
	return date + ", " + clock
}

// daysBetween counts the midnights from one local day to another.
func daysBetween(from, to time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}
