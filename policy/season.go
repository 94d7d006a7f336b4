package policy

import (
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// seasons shuts what is closed in these dates, and what is to be had in other
// dates only. Several "only" seasons of a service open it in each of them.
func (j *judgement) seasons() {
	only := false
	for _, r := range j.b.seasons {
		if r.Season.Only {
			only = true
			continue
		}
		under := j.under(r)
		if under == nil {
			continue
		}
		for _, d := range j.days {
			if items := under(d.date); len(items) > 0 {
				j.shut(r, WordSeason, d.Span, items)
			}
		}
	}
	if only {
		for i := range j.c.Items {
			j.only(i)
		}
	}
}

// restriction is an "only" season about an item.
type restriction struct {
	*rule
	held func(item int, on span.Date) bool
}

// only shuts the days of an item on which none of its seasons is.
func (j *judgement) only(item int) {
	var all []restriction
	personal := false
	for _, r := range j.b.seasons {
		if r.Season.Only && r.about(j.c.Items[item].Service.ID, j.c.Location) {
			all = append(all, restriction{r, j.held(r)})
			personal = personal || len(r.Staff) > 0
		}
	}
	if !personal || len(j.c.Staff) == 0 {
		j.onlyFor(item, "", slices.DeleteFunc(all, func(r restriction) bool { return len(r.Staff) > 0 }))
		return
	}
	for _, who := range j.c.Staff {
		j.onlyFor(item, who, slices.DeleteFunc(slices.Clone(all), func(r restriction) bool { return !r.by(who) }))
	}
}

// onlyFor does it for one staff member, or for whoever it is.
func (j *judgement) onlyFor(item int, who id.Staff, all []restriction) {
	for _, d := range j.days {
		var closing *restriction
		for k := range all {
			r := &all[k]
			if !r.held(item, d.date) {
				continue
			}
			if r.On(d.date) {
				closing = nil
				break
			}
			if closing == nil {
				closing = r
			}
		}
		if closing == nil {
			continue
		}
		bar := Bar{Span: d.Span, Staff: who, Rule: closing.ID, Word: WordSeason}
		if who != "" {
			bar.Service = j.c.Items[item].Service.ID
		}
		j.bars = append(j.bars, bar)
	}
}

// picky tells whether preferences bar times.
func picky(p *catalog.Preferences) bool { return p.MaxVisits > 0 || p.MaxMin > 0 || len(p.Days) > 0 }

// preferences shuts what staff members ask of their own calendar.
func (j *judgement) preferences() {
	for _, who := range j.c.Staff {
		s := j.member(who)
		if s == nil || !picky(&s.Preferences) {
			continue
		}
		p := &s.Preferences
		if p.MaxVisits > 0 || p.MaxMin > 0 {
			j.personalMax(who, p)
		}
		for _, item := range j.c.Items {
			if item.Staff != "" && item.Staff != who {
				continue
			}
			for _, d := range j.days {
				if !works(p, item.Service.ID, d.date.Weekday()) {
					j.bars = append(j.bars, Bar{Span: d.Span, Staff: who, Service: item.Service.ID, Word: WordStaff})
				}
			}
		}
	}
}

// works tells whether somebody performs a service on a weekday.
func works(p *catalog.Preferences, service id.Service, weekday int) bool {
	kept := false
	for _, d := range p.Days {
		if d.Service == service {
			kept = true
			if slices.Contains(d.Weekdays, weekday) {
				return true
			}
		}
	}
	return !kept
}

// personalMax shuts the days on which somebody has as much as they want.
func (j *judgement) personalMax(who id.Staff, p *catalog.Preferences) {
	used := j.used(staffCounter(who), catalog.PerDay)
	add := j.staffMinutes(who, nil)
	for _, d := range j.days {
		u := used[d.date]
		if p.MaxVisits > 0 && u.visits+1 > p.MaxVisits || p.MaxMin > 0 && u.length+add > span.Minutes(p.MaxMin) {
			j.bars = append(j.bars, Bar{Span: d.Span, Staff: who, Word: WordLimit})
		}
	}
}
