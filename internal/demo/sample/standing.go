package sample

import (
	"fmt"
	"slices"
	"strconv"

	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/demo/preset"
	"kept/span"
)

// standing is an appointment that recurs: a course of treatments, or the hour
// that somebody has every four weeks.
type standing struct {
	id      id.Series
	rule    string
	client  int
	person  int
	service *catalog.Service
	first   int // day
	every   int // days
	count   int
	minute  int // of the local day
	made    span.Instant
	booked  int // how many so far
}

// stand finds out what recurs and for whom.
func (s *season) stand() error {
	for n, p := range s.plan.Standing {
		service := slices.IndexFunc(s.plan.Services, func(v preset.Service) bool { return v.Key == p.Service })
		person := slices.IndexFunc(s.plan.Staff, func(v preset.Staff) bool { return v.Key == p.Staff })
		minute, ok := preset.Minute(p.At)
		if service < 0 || person < 0 || !ok || p.Weeks < 1 {
			return fmt.Errorf("sample: a standing appointment for %q with %q at %q", p.Service, p.Staff, p.At)
		}
		const before, made = 2, 11*60 + 20 // booked some days before the first, at that time
		first := p.InDays + (p.Weekday-s.today.AddDays(p.InDays).Weekday()+7)%7
		s.standings = append(s.standings, &standing{
			id:     id.Derive[id.Series](s.begin().UTC(), s.plan.Slug, "standing", strconv.Itoa(n)),
			rule:   fmt.Sprintf("FREQ=WEEKLY;INTERVAL=%d;COUNT=%d", p.Weeks, p.Count),
			client: s.client(), person: person, service: s.w.Layout.Services[service],
			first: first, every: 7 * p.Weeks, count: p.Count, minute: minute,
			made: span.Wall{Date: s.today.AddDays(first - before), Minute: made}.Instant(s.zone),
		})
	}
	return nil
}

// recur books what recurs on a day, before anybody else comes. A date on which
// nobody is there is left out.
func (s *season) recur(d *diary, day int) {
	for _, r := range s.standings {
		if ago := day - r.first; ago < 0 || ago%r.every != 0 || ago/r.every >= r.count {
			continue
		}
		start := span.Wall{Date: s.today.AddDays(day), Minute: r.minute}.Instant(s.zone)
		if !slices.Contains(d.starts(r.service, s.w.Layout.Staff[r.person].ID), start) {
			continue
		}
		r.booked++
		s.book(d, day, visit{client: r.client, person: r.person, service: r.service, start: start, of: r})
	}
}

// spare leaves room for what needs so many hours or people that nobody would
// find any: on some of the days to come nobody else gets that time.
func (s *season) spare(d *diary, day int) {
	const soonest, latest = 3, 13 // days, for such services want notice
	if day < soonest || day > latest {
		return
	}
	for i, service := range s.w.Layout.Services {
		if s.plan.Services[i].Spare <= s.spared[service.ID] {
			continue
		}
		for _, who := range s.w.Layout.Staff {
			starts := d.starts(service, who.ID)
			if len(starts) == 0 {
				continue
			}
			if p, ok := d.place(service, who.ID, starts[len(starts)/2]); ok {
				d.take(service, who.ID, p, "")
				s.spared[service.ID]++
				break
			}
		}
	}
}

// faithful is the lot of somebody who has an appointment that recurs: they come.
func faithful() lot { return lot{fate: 0.5, lead: 0.5, answer: 0.3, late: 0.2, pay: 0.3, desk: 0.9} }

// DropOff is work that is brought on a day to come. When it is done is for the
// engine to fix as it is booked.
type DropOff struct {
	Nth   int              // the day, counted among those that have room for it then
	Visit booking.Imported // without a start
}

// bring gives the work that is dropped off to clients.
func bring(w *World, plan *preset.Blueprint, today, now span.Instant) error {
	for _, p := range plan.DropOffs {
		service := slices.IndexFunc(plan.Services, func(v preset.Service) bool { return v.Key == p.Service })
		place := slices.IndexFunc(plan.Locations, func(v preset.Location) bool { return v.Key == p.Location })
		if service < 0 || place < 0 {
			return fmt.Errorf("sample: %q is dropped off at %q", p.Service, p.Location)
		}
		who := chance(plan.Slug, 4).Perm(len(w.Clients))
		for n, day := range p.Days {
			c := w.Clients[who[n%len(who)]]
			w.DropOffs = append(w.DropOffs, DropOff{Nth: day, Visit: booking.Imported{
				ID:     id.Derive[id.Booking](today.UTC(), plan.Slug, "drop-off", strconv.Itoa(n)),
				Client: c.ID, Lines: []booking.Line{{Service: w.Layout.Services[service].ID}}, Location: w.Layout.Locations[place].ID,
				Status: booking.Confirmed, CreatedAt: max(c.CreatedAt, now-span.Instant(n+1)*7*span.Hour),
			}})
		}
	}
	return nil
}
