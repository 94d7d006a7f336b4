package availability

import (
	"cmp"
	"slices"
	"time"

	"kept/id"
	"kept/span"
)

// Taste is what a client likes, from their card and their history. The zero
// value is a client of whom nothing is known; every part may be missing.
type Taste struct {
	Windows  []Preferred // when they like to come; from the card
	Staff    []id.Staff  // whom they like to come to
	Weekdays []float32   // share of their visits by weekday, Monday first; 7 of them or none
	Minute   int         // usual time of day: minutes after local midnight, from 1; 0 for unknown
	Busy     span.Set    // when their own calendar has something
}

// Preferred is a part of the week, as the clock on the wall shows it.
type Preferred struct {
	Weekday        int // ISO, 1 Monday to 7 Sunday; 0 for every day
	FromMin, ToMin int // minutes after midnight, [from, to)
}

// Visit is one that the client has had.
type Visit struct {
	Start span.Instant
	Zone  *time.Location // where it was; UTC where nil
	Staff id.Staff       // who led it
}

// Known tells whether anything is known of what they like.
func (t *Taste) Known() bool {
	return len(t.Windows) > 0 || len(t.Staff) > 0 || len(t.Weekdays) == 7 || t.Minute > 0
}

const (
	lookBack  = 12  // how many visits, the latest, make a habit
	atLeast   = 3   // fewer than that say nothing
	scattered = 90  // half of the starts this many minutes about the middle one are a usual time
	nearUsual = 30  // a start is at the usual time within so many minutes
	fadeOut   = 120 // minutes from the usual time at which a start is not liked at all
)

// Learn adds to what the card says what the last visits show: whom the client
// mostly comes to, on which weekdays, and at what time of day, where at least
// half of the visits agree within an hour and a half. Fewer than three visits
// show nothing. What the card says of staff stays before what history shows.
func (t *Taste) Learn(visits []Visit) {
	if len(visits) < atLeast {
		return
	}
	recent := slices.SortedFunc(slices.Values(visits), func(a, b Visit) int { return cmp.Compare(b.Start, a.Start) })
	recent = recent[:min(len(recent), lookBack)]
	days := make([]float32, 7)
	minutes := make([]int, 0, len(recent))
	led := map[id.Staff]int{}
	for _, v := range recent {
		zone := v.Zone
		if zone == nil {
			zone = time.UTC
		}
		w := span.WallAt(v.Start, zone)
		days[w.Date.Weekday()-1] += 1 / float32(len(recent))
		minutes = append(minutes, w.Minute)
		if v.Staff != "" {
			led[v.Staff]++
		}
	}
	t.Weekdays = days
	slices.Sort(minutes)
	middle, near := minutes[len(minutes)/2], 0
	for _, m := range minutes {
		if abs(m-middle) <= scattered/2 {
			near++
		}
	}
	if near*2 >= len(minutes) {
		t.Minute = max(1, middle)
	}
	for who, n := range led {
		if n*2 > len(recent) && !slices.Contains(t.Staff, who) {
			t.Staff = append(slices.Clip(t.Staff), who) // only one can have more than half
		}
	}
}

// likes tells how much a time of the week is liked, from 0 to 1: the mean of
// what is known of it.
func (t *Taste) likes(weekday, minute int) float32 {
	var sum, parts float32
	if len(t.Windows) > 0 {
		parts++
		if slices.ContainsFunc(t.Windows, func(p Preferred) bool {
			return (p.Weekday == 0 || p.Weekday == weekday) && p.FromMin <= minute && minute < p.ToMin
		}) {
			sum++
		}
	}
	if len(t.Weekdays) == 7 {
		parts++
		if most := slices.Max(t.Weekdays); most > 0 {
			sum += t.Weekdays[weekday-1] / most
		}
	}
	if t.Minute > 0 {
		parts++
		sum += max(0, 1-float32(abs(minute-t.Minute))/fadeOut)
	}
	if parts == 0 {
		return 0
	}
	return sum / parts
}

// usual tells whether a time of the week is the client's own: near the usual
// time of day, on a weekday that has seen a quarter of their visits or more.
func (t *Taste) usual(weekday, minute int) bool {
	return t.Minute > 0 && abs(minute-t.Minute) <= nearUsual &&
		(len(t.Weekdays) != 7 || t.Weekdays[weekday-1] >= 0.25)
}

func abs(n int) int { return max(n, -n) }
