package availability_test

import (
	"time"

	"kept/id"
	"kept/schedule"
	"kept/span"
)

// An axis is a row of minutes, so that time can be a []bool.
type axis struct {
	base span.Instant
	n    int
}

func (a axis) at(minute int) span.Instant { return a.base + span.Minutes(minute) }

// index is the minute that holds the instant; it may lie outside the axis.
func (a axis) index(i span.Instant) int {
	d := i - a.base
	if d < 0 {
		return -int((-d + span.Minute - 1) / span.Minute)
	}
	return int(d / span.Minute)
}

// naiveWall maps a wall reading to an instant without package span's help:
// try the offsets that hold a day and more before and after, keep those that
// the clock agrees with, the earliest instant first; when none does, the
// reading lies in a gap and is taken with the offset before it.
func naiveWall(d span.Date, minute int, zone *time.Location) span.Instant {
	utc := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC)
	_, before := utc.Add(-30 * time.Hour).In(zone).Zone()
	_, after := utc.Add(30 * time.Hour).In(zone).Zone()
	for _, o := range []int{max(before, after), min(before, after)} {
		at := utc.Add(-time.Duration(o) * time.Second)
		if _, really := at.In(zone).Zone(); really == o {
			return span.At(at)
		}
	}
	return span.At(utc.Add(-time.Duration(before) * time.Second))
}

// paint marks the minutes that the rules open for work at the location: each
// row is read on each date by itself.
func (a axis) paint(h schedule.Hours, zone *time.Location, at id.Location) []bool {
	open := make([]bool, a.n)
	first := span.DateOf(a.base.In(zone)).AddDays(-2)
	last := span.DateOf(a.at(a.n).In(zone))
	for d := first; !last.Before(d); d = d.AddDays(1) {
		if naiveWall(d, 0, zone) == naiveWall(d.AddDays(1), 0, zone) {
			continue // a day that never was has no hours
		}
		var today []schedule.Window
		for _, row := range h.Weekly {
			if row.Weekday == d.Weekday() && (row.Location == "" || row.Location == at || at == "") {
				today = append(today, row.Window)
			}
		}
		for _, e := range h.Exceptions {
			if e.Date == d {
				today = e.Open
			}
		}
		for _, w := range today {
			end := d
			if w.ToMin <= w.FromMin {
				end = d.AddDays(1)
			}
			from, to := a.index(naiveWall(d, w.FromMin, zone)), a.index(naiveWall(end, w.ToMin, zone))
			for m := max(0, from); m < min(to, a.n); m++ {
				open[m] = true
			}
		}
	}
	return open
}

// openAt marks the minutes in which the staff member works at the place: both
// open, and whoever has no rules follows the other.
func (a axis) openAt(w *realm, staff id.Staff, place int) []bool {
	location := w.cat.Locations[place].ID
	mine, its := w.book.Staff[staff], w.book.Locations[location]
	free := func(h schedule.Hours) bool { return len(h.Weekly)+len(h.Exceptions) == 0 }
	switch {
	case free(mine) && free(its):
		return make([]bool, a.n)
	case free(mine):
		return a.paint(its, w.zones[place], "")
	case free(its):
		return a.paint(mine, w.zones[place], location)
	}
	open, other := a.paint(mine, w.zones[place], location), a.paint(its, w.zones[place], "")
	for m := range open {
		open[m] = open[m] && other[m]
	}
	return open
}

// runStarts gives for every open minute the minute in which its span begins.
// The axis begins weeks before anything but weekly rows counts, so that what is
// open at its beginning has always been.
func (a axis) runStarts(open []bool, zone *time.Location) []int {
	starts := make([]int, len(open))
	for m := range open {
		switch {
		case m == 0:
			starts[m] = a.index(naiveWall(span.Date{Year: 2000, Month: 1, Day: 1}, 0, zone))
		case open[m] && open[m-1]:
			starts[m] = starts[m-1]
		default:
			starts[m] = m
		}
	}
	return starts
}
