package preset

import (
	"fmt"
	"slices"
	"strings"

	"kept/id"
	"kept/schedule"
	"kept/span"
)

// worked are the hours of somebody: their week, seasons, roster.
func (l *layer) worked(p Staff) (h schedule.Hours, err error) {
	if h.Weekly, err = weekly(p.Hours, l.locations); err != nil {
		return h, err
	}
	if h.Seasons, err = l.seasons(p.Seasons, l.locations); err != nil {
		return h, err
	}
	h.Roster, err = l.roster(p.Roster)
	return h, err
}

// seasons places seasons in the year of the first day and those beside it, in
// the order of the calendar. Their name is in the language of the house.
func (l *layer) seasons(list []Season, at map[string]id.Location) ([]schedule.Season, error) {
	var out []schedule.Season
	for _, s := range list {
		rows, err := weekly(s.Hours, at)
		if err != nil {
			return nil, err
		}
		for _, text := range s.Each {
			for year := l.site.First.Year - 1; year <= l.site.First.Year+1; year++ {
				from, to, ok, err := stretch(text, year)
				if err != nil {
					return nil, err
				}
				if ok {
					out = append(out, schedule.Season{Name: s.Names.Pick(l.plan.Language), From: from, To: to, Weekly: rows})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b schedule.Season) int { return b.From.DaysUntil(a.From) })
	return out, nil
}

// stretch reads "12-01..12-23" as of a year; a stretch that names its years is
// of no other one.
func stretch(text string, year int) (from, to span.Date, ok bool, err error) {
	const short = len("12-31")
	first, last, _ := strings.Cut(text, "..")
	if len(first) == short {
		first, last = fmt.Sprintf("%04d-%s", year, first), fmt.Sprintf("%04d-%s", year, last)
	}
	if from, err = span.ParseDate(first); err != nil {
		return from, to, false, err
	}
	if to, err = span.ParseDate(last); err != nil {
		return from, to, false, err
	}
	if to.Before(from) {
		return from, to, false, fmt.Errorf("preset: the season %q ends before it begins", text)
	}
	return from, to, from.Year == year, nil
}

// lay counts out the holidays; nil for none.
func (h *Holidays) lay() (*schedule.Holidays, error) {
	if h == nil {
		return nil, nil //nolint:nilnil // a location without public holidays
	}
	out, err := schedule.NewHolidays(schedule.HolidayRule{
		Country: h.Country, Region: h.Region, OnHoliday: h.On, ShortenMin: h.ShortenMin, MakeUp: h.MakeUp,
	})
	if err != nil {
		return nil, fmt.Errorf("preset: holidays of %s %s: %w", h.Country, h.Region, err)
	}
	return out, nil
}

// roster lays a cycle out; nil for none.
func (l *layer) roster(p *Roster) (*schedule.Roster, error) {
	if p == nil {
		return nil, nil //nolint:nilnil // whoever works by the week
	}
	anchor, err := span.ParseDate(p.Anchor)
	if err != nil {
		return nil, err
	}
	out := &schedule.Roster{Anchor: anchor, Published: l.site.First.AddDays(p.Published)}
	for _, day := range p.Cycle {
		shifts := []schedule.Shift{}
		for _, text := range day {
			time, place, named := strings.Cut(text, " ")
			open, err := window(time)
			if err != nil {
				return nil, err
			}
			shift := schedule.Shift{Window: open, Location: l.locations[place]}
			if named && shift.Location == "" {
				return nil, fmt.Errorf("preset: %q names no location", text)
			}
			shifts = append(shifts, shift)
		}
		out.Cycle = append(out.Cycle, shifts)
	}
	return out, nil
}
