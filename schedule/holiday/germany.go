package holiday

import (
	"slices"
	"strings"
	"time"

	"kept/span"
)

// The years for which days are counted by the law as it is now.
const (
	firstCounted = 2020
	lastCounted  = 2050
)

// states where a holiday is kept: all, or those named.
const everywhere = "*"

// german is one holiday of the law: on a date of the year, or so many days
// after Easter Sunday.
type german struct {
	key    string
	month  time.Month // 0 for a day counted from Easter
	day    int
	states string
	since  int // the first year; 0 for always
}

// germanLaw follows the holiday acts of the sixteen states. Bavaria keeps the
// Assumption where most people are Catholic (BY-C), Augsburg its Peace
// Festival as well (BY-A).
func germanLaw() []german {
	return []german{
		{"new_year", time.January, 1, everywhere, 0},
		{"epiphany", time.January, 6, "BW BY BY-C BY-A ST", 0},
		{"womens_day", time.March, 8, "BE", 2019},
		{"womens_day", time.March, 8, "MV", 2023},
		{"good_friday", 0, -2, everywhere, 0},
		{"easter_sunday", 0, 0, "BB", 0},
		{"easter_monday", 0, 1, everywhere, 0},
		{"labour_day", time.May, 1, everywhere, 0},
		{"ascension", 0, 39, everywhere, 0},
		{"whit_sunday", 0, 49, "BB", 0},
		{"whit_monday", 0, 50, everywhere, 0},
		{"corpus_christi", 0, 60, "BW BY BY-C BY-A HE NW RP SL", 0},
		{"augsburg_peace", time.August, 8, "BY-A", 0},
		{"assumption", time.August, 15, "BY-C BY-A SL", 0},
		{"childrens_day_de", time.September, 20, "TH", 2019},
		{"german_unity", time.October, 3, everywhere, 0},
		{"reformation", time.October, 31, "BB HB HH MV NI SH SN ST TH", 0},
		{"all_saints", time.November, 1, "BW BY BY-C BY-A NW RP SL", 0},
		{"christmas", time.December, 25, everywhere, 0},
		{"second_christmas", time.December, 26, everywhere, 0},
	}
}

// germany counts the days of a state (empty: of all states) in some years.
func germany(names map[string]map[string]string, state string, first, last int) []Day {
	kept := slices.DeleteFunc(germanLaw(), func(h german) bool {
		return h.states != everywhere && !slices.Contains(strings.Fields(h.states), state)
	})
	out := make([]Day, 0, len(kept)*max(0, last-first+1)+8)
	add := func(d span.Date, key string) {
		out = append(out, Day{Date: d, Kind: Off, Names: names[key], Official: true})
	}
	for year := first; year <= last; year++ {
		easter := easterOf(year)
		for _, h := range kept {
			switch {
			case year < h.since:
			case h.month == 0:
				add(easter.AddDays(h.day), h.key)
			default:
				add(span.Date{Year: year, Month: h.month, Day: h.day}, h.key)
			}
		}
		if state == "SN" { // the Wednesday before the 23rd of November
			d := span.Date{Year: year, Month: time.November, Day: 22}
			add(d.AddDays(-((d.Weekday() + 4) % 7)), "repentance")
		}
		if state == "BE" && (year == 2020 || year == 2025) {
			add(span.Date{Year: year, Month: time.May, Day: 8}, "liberation")
		}
		if state == "BE" && year == 2028 {
			add(span.Date{Year: year, Month: time.June, Day: 17}, "uprising")
		}
	}
	slices.SortStableFunc(out, func(a, b Day) int { return -a.Date.DaysUntil(b.Date) })
	return out
}

// easterOf gives Easter Sunday of the Gregorian calendar (Meeus, Astronomical
// Algorithms, chapter 8).
func easterOf(year int) span.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return span.Date{Year: year, Month: time.Month(n / 31), Day: n%31 + 1}
}
