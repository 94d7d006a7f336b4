package recur

import (
	"fmt"
	"time"

	"kept/span"
)

// Local is a reading of a wall clock to the second, without a zone: seconds
// since that clock showed 1970-01-01T00:00:00. Every day has 86,400 of them.
type Local int64

const daySeconds = 86_400

// farthest is the first reading that this package no longer reaches: the year 10000.
const farthest = Local(253_402_300_800)

// nearest is the first reading that it reaches: the year 1.
const nearest = Local(-62_135_596_800)

// LocalOf makes a reading of a date and the seconds after its midnight.
func LocalOf(d span.Date, seconds int) Local {
	return Local(time.Date(d.Year, d.Month, d.Day, 0, 0, seconds, 0, time.UTC).Unix())
}

// LocalAt reads the zone's wall clock at an instant, cut to the second.
func LocalAt(i span.Instant, zone *time.Location) Local {
	t := i.In(zone)
	_, offset := t.Zone()
	return Local(t.Unix() + int64(offset))
}

// OfWall takes over a reading that knows minutes; its fold is dropped.
func OfWall(w span.Wall) Local { return LocalOf(w.Date, w.Minute*60) }

// ParseLocal reads "19970902" or "19970902T090000". A trailing Z is refused:
// an instant is not a reading.
func ParseLocal(s string) (Local, error) {
	layout := "20060102T150405"
	if len(s) == len("20060102") {
		layout = "20060102"
	}
	t, err := time.Parse(layout, s)
	if err != nil || len(s) != len(layout) {
		return 0, fmt.Errorf("recur: %q is no local time", s)
	}
	return Local(t.Unix()), nil
}

// Date gives the day of the reading.
func (l Local) Date() span.Date { return span.DateOf(l.utc()) }

// Second gives the seconds after midnight, 0 to 86399.
func (l Local) Second() int { return int(int64(l) - l.day()*daySeconds) }

// Wall gives the reading cut to the minute.
func (l Local) Wall() span.Wall { return span.Wall{Date: l.Date(), Minute: l.Second() / 60} }

// Instant maps the reading to the instant at which the zone's clock shows it,
// by the rules of RFC 5545 (see package span).
func (l Local) Instant(zone *time.Location) span.Instant {
	return l.Wall().Instant(zone) + span.Instant(l.Second()%60)*span.Second
}

// String gives "19970902T090000", as iCalendar writes it.
func (l Local) String() string { return l.utc().Format("20060102T150405") }

func (l Local) utc() time.Time { return time.Unix(int64(l), 0).UTC() }

// day counts the days since 1970-01-01.
func (l Local) day() int64 { return floorDiv(int64(l), daySeconds) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// civil is a day of the calendar in the figures that a rule asks about.
type civil struct {
	year, month, day int
	yearDay          int // 1 January is 1
	weekday          int // ISO: Monday is 1
}

// daysOf counts the days from 1970-01-01 to a date of the proleptic Gregorian
// calendar (Howard Hinnant, "chrono-compatible low-level date algorithms");
// the month may lie outside 1..12.
func daysOf(year, month, day int) int64 {
	m := int64(month) - 1
	y := int64(year) + floorDiv(m, 12)
	m = m - floorDiv(m, 12)*12 + 1
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + int64(day) - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146_097 + doe - 719_468
}

// civilOf is the way back from daysOf.
func civilOf(days int64) civil {
	z := days + 719_468
	era := floorDiv(z, 146_097)
	doe := z - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	c := civil{year: int(yoe + era*400), day: int(doy-(153*mp+2)/5) + 1, month: int(mp) + 3}
	if c.month > 12 {
		c.month -= 12
		c.year++
	}
	c.yearDay = int(days-daysOf(c.year, 1, 1)) + 1
	c.weekday = weekdayOf(days)
	return c
}

// weekdayOf gives the ISO weekday; 1970-01-01 was a Thursday.
func weekdayOf(days int64) int { return int((days%7+7+3)%7) + 1 }

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func yearLength(year int) int {
	if leap(year) {
		return 366
	}
	return 365
}

func monthLength(year, month int) int {
	switch month {
	case 2:
		return yearLength(year) - 337
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}
