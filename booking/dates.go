package booking

import (
	"slices"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// ever is later than every start, and -ever earlier.
const ever = span.Instant(1) << 60

// mostOpen bounds, in days, how far open days are counted.
const mostOpen = 800

// dated shuts the starts that the services' dates leave out: those before or
// after the dates between which they are to be had, and those sooner or later
// than so many open days from now. What is a matter of minutes or of days of
// the calendar the engine knows itself.
func (a *ask) dated(visit []availability.Want, place id.Location, zone *time.Location, now span.Instant) []availability.Bar {
	var out []availability.Bar
	none, today := span.Date{}, span.DateOf(now.In(zone))
	for _, w := range visit {
		o := &w.Service.ServiceOptions
		soonest, latest := o.From, o.To
		if o.NoticeDays > 0 {
			if d := a.openDay(place, zone, today, o.NoticeDays); soonest.Before(d) {
				soonest = d
			}
		}
		if o.HorizonOpen > 0 {
			if d := a.openDay(place, zone, today, o.HorizonOpen); latest == none || d.Before(latest) {
				latest = d
			}
		}
		if soonest != none {
			out = append(out, availability.Bar{Span: span.Span{Start: -ever, End: soonest.Start(zone)}, Word: availability.RuleNotice})
		}
		if latest != none {
			out = append(out, availability.Bar{Span: span.Span{Start: latest.AddDays(1).Start(zone), End: ever}, Word: availability.RuleHorizon})
		}
	}
	return out
}

// hasDates tells whether a service has any.
func hasDates(w availability.Want) bool {
	o, none := &w.Service.ServiceOptions, span.Date{}
	return o.NoticeDays > 0 || o.HorizonOpen > 0 || o.From != none || o.To != none
}

// isDated tells whether a bar is one of dated.
func isDated(b availability.Bar) bool {
	return b.Rule == "" && (b.Word == availability.RuleNotice || b.Word == availability.RuleHorizon)
}

// openDay is the nth day after today on which a place is open: its own hours,
// or while anybody works there. Where there are no such days it is far away.
func (a *ask) openDay(place id.Location, zone *time.Location, today span.Date, n int) span.Date {
	last := today.AddDays(mostOpen)
	var open span.Set
	for day, known := today.AddDays(1), today; day.Before(last); day = day.AddDays(1) {
		if known.Before(day) { // a further stretch: mostly one is enough
			known = day.AddDays(2*n + 14)
			open = openHours(a.setting.Catalog, a.setting.Hours, place, zone, span.Span{Start: day.Start(zone), End: known.AddDays(1).Start(zone)})
		}
		its := day.Span(zone)
		for len(open) > 0 && open[0].End <= its.Start {
			open = open[1:]
		}
		if len(open) > 0 && open[0].Start < its.End {
			if n--; n == 0 {
				return day
			}
		}
	}
	return last
}

// openHours is when a place is open, with none given when any is.
func openHours(c *catalog.Catalog, hours *schedule.Book, place id.Location, zone *time.Location, window span.Span) span.Set {
	if place == "" {
		var all span.Set
		for _, l := range c.Locations {
			if !l.Archived {
				all = all.Union(openHours(c, hours, l.ID, zone, window))
			}
		}
		return all
	}
	if its := hours.Locations[place]; !its.Unset() {
		return its.Open(window, zone, "")
	}
	var all []span.Span
	for _, s := range c.Staff {
		if !s.Archived {
			all = append(all, slices.Clone(hours.OpenAt(s.ID, place, window, zone))...)
		}
	}
	return span.SetOf(all...)
}
