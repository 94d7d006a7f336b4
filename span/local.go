package span

import (
	"fmt"
	"time"
)

// Date is a day of the calendar without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2026-02-28" and refuses days that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("span: %q is no date", s)
	}
	return DateOf(t), nil
}

// DateOf gives the day on the wall of t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// String gives "2026-02-28".
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// AddDays gives the date n days later (earlier when negative).
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC))
}

// Before tells whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.DaysUntil(e) > 0 }

// DaysUntil counts the days from d to e; negative when e is earlier.
func (d Date) DaysUntil(e Date) int {
	return int(e.noon().Sub(d.noon()) / (24 * time.Hour))
}

// Weekday gives the ISO weekday, 1 Monday to 7 Sunday.
func (d Date) Weekday() int {
	if w := int(d.noon().Weekday()); w != 0 {
		return w
	}
	return 7
}

func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// Start gives the first instant of the local day in the zone.
func (d Date) Start(zone *time.Location) Instant { return Wall{d, 0, 0}.Instant(zone) }

// Span gives the local day in the zone: 23, 24 or 25 hours, or another length
// where the zone was changed by law.
func (d Date) Span(zone *time.Location) Span {
	return Span{d.Start(zone), d.AddDays(1).Start(zone)}
}

// Days gives the local day of every date from d to last inclusive.
func Days(first, last Date) []Date {
	var out []Date
	for d := first; !last.Before(d); d = d.AddDays(1) {
		out = append(out, d)
	}
	return out
}

// Wall is a reading of a wall clock: a date, minutes after midnight, and which
// of two equal readings is meant where the clock is set back.
type Wall struct {
	Date   Date
	Minute int // 0..1440 and beyond: 1440 is the midnight that ends the day
	Fold   int // 0 the first, 1 the second of two equal readings
}

// WallAt reads the wall clock of the zone at an instant, cut to the minute.
func WallAt(i Instant, zone *time.Location) Wall {
	t := i.In(zone)
	w := Wall{Date: DateOf(t), Minute: t.Hour()*60 + t.Minute()}
	if first, _, _ := w.resolve(zone); first < i-Second*Instant(t.Second())-Instant(t.Nanosecond()/1000) {
		w.Fold = 1
	}
	return w
}

// String gives "2026-02-28T09:30".
func (w Wall) String() string {
	return fmt.Sprintf("%sT%02d:%02d", w.Date, w.Minute/60, w.Minute%60)
}

// ParseWall reads what String wrote; Fold is the caller's to set.
func ParseWall(s string) (Wall, error) {
	t, err := time.Parse("2006-01-02T15:04", s)
	if err != nil || len(s) != len("2006-01-02T15:04") { // time.Parse lets an hour of one digit pass
		return Wall{}, fmt.Errorf("span: %q is no local time", s)
	}
	return Wall{Date: DateOf(t), Minute: t.Hour()*60 + t.Minute()}, nil
}

// Instant maps the reading to an instant by the rules of RFC 5545.
func (w Wall) Instant(zone *time.Location) Instant {
	first, second, _ := w.resolve(zone)
	if w.Fold == 1 {
		return second
	}
	return first
}

// Exists tells whether the clock of the zone ever shows this reading.
func (w Wall) Exists(zone *time.Location) bool {
	_, _, n := w.resolve(zone)
	return n > 0
}

// resolve gives the first and the second instant at which the zone's clock
// shows w (equal when there is one) and how many there are. When there is
// none, both are the reading taken with the offset before the gap.
func (w Wall) resolve(zone *time.Location) (first, second Instant, count int) {
	wall := time.Date(w.Date.Year, w.Date.Month, w.Date.Day, 0, w.Minute, 0, 0, time.UTC)
	_, guess := wall.In(zone).Zone()
	at := wall.Add(-time.Duration(guess) * time.Second).In(zone)
	periodStart, periodEnd := at.ZoneBounds()
	// The guess is off by the difference of two offsets at most, so that the
	// right period is this one or a neighbour.
	probes := [3]time.Time{at, at, at}
	if !periodStart.IsZero() {
		probes[0] = periodStart.Add(-time.Second)
	}
	if !periodEnd.IsZero() {
		probes[2] = periodEnd
	}
	var before Instant
	last := probes[0].Add(-time.Second)
	for _, p := range probes {
		if !p.After(last) {
			continue
		}
		last = p
		from, to := p.ZoneBounds()
		_, offset := p.Zone()
		i := wall.Add(-time.Duration(offset) * time.Second)
		switch {
		case !from.IsZero() && i.Before(from):
			// Shown in an earlier period or, in a gap, never.
		case !to.IsZero() && !i.Before(to):
			before = At(i) // the last such period lies before the gap
		case count == 0:
			first, second, count = At(i), At(i), 1
		default:
			second, count = At(i), 2
		}
	}
	if count == 0 {
		first, second = before, before
	}
	return first, second, count
}
