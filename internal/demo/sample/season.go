package sample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/demo/preset"
	"kept/policy"
	"kept/span"
)

// season grows a world day by day. Days are counted from the first one: -60
// is where the history begins, 0 is today.
type season struct {
	w         *World
	plan      *preset.Blueprint
	zone      *time.Location
	now       span.Instant
	today     span.Date
	rng       *rand.Rand
	people    *people
	regulars  []*regular
	standings []*standing
	spared    map[id.Service]int  // days on which room was left so far
	casual    []int               // clients who are no regulars
	last      map[int]appointment // by client
}

// appointment is the last one that somebody had.
type appointment struct {
	day     int
	service *catalog.Service
	end     span.Instant
}

// regular is somebody who comes back.
type regular struct {
	client   int
	person   int // whom they like
	services []*catalog.Service
	every    int          // days
	due      int          // day
	time     span.Instant // of the day at which they like to come
}

// grow fills the world with clients and visits.
func grow(w *World, plan *preset.Blueprint, c crowd, zone *time.Location, now span.Instant) error {
	s := &season{
		w: w, plan: plan, zone: zone, now: now, today: span.DateOf(now.In(zone)),
		rng: chance(plan.Slug, 1), people: newPeople(plan.Slug, c), last: map[int]appointment{},
		spared: map[id.Service]int{},
	}
	for range c.Regulars {
		s.regulars = append(s.regulars, s.regular())
	}
	if err := s.stand(); err != nil {
		return err
	}
	rules, err := policy.Compile(w.setting().Catalog)
	if err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	for day := -Past; day <= Future; day++ {
		d := open(w, rules, s.today.AddDays(day), zone)
		s.recur(d, day)
		s.spare(d, day)
		for _, r := range s.regulars {
			s.comeBack(d, day, r)
		}
		s.fill(d, day)
	}
	s.settle()
	return nil
}

// client makes a new card and gives its place in the list.
func (s *season) client() int {
	s.w.Clients = append(s.w.Clients, s.people.next(s.begin()))
	return len(s.w.Clients) - 1
}

func (s *season) begin() span.Instant { return s.today.AddDays(-Past).Start(s.zone) }

// regular makes somebody who comes every four to eight weeks, in whole weeks
// from some day on.
func (s *season) regular() *regular {
	const least, most, week = 4, 8, 7
	r := &regular{client: s.client(), person: s.rng.IntN(len(s.w.Layout.Staff))}
	r.every = week * (least + s.rng.IntN(most-least+1))
	r.due = s.rng.IntN(r.every) - Past
	r.time = span.Minutes(9*60+30) + span.Minutes(30*s.rng.IntN(18))
	r.services = append(r.services, s.want(r.person, false))
	if s.rng.IntN(100) < 45 {
		r.services = append(r.services, s.want(r.person, false))
	}
	return r
}

// want draws a service that the person can lead, by how much it is asked for.
func (s *season) want(person int, newcomer bool) *catalog.Service {
	who := s.w.Layout.Staff[person]
	weight := func(i int) int {
		v := s.w.Layout.Services[i]
		if !who.Performs(v.ID) || !who.Knows(v.Segments[0].Staff) || s.plan.Services[i].Newcomers && !newcomer {
			return 0
		}
		return s.plan.Services[i].Popularity
	}
	sum := 0
	for i := range s.plan.Services {
		sum += weight(i)
	}
	n := s.rng.IntN(sum)
	for i, v := range s.w.Layout.Services {
		if n -= weight(i); n < 0 {
			return v
		}
	}
	return nil
}

// comeBack lets a regular come when they are due and there is room near their
// usual time, else on one of the next days.
func (s *season) comeBack(d *diary, day int, r *regular) {
	const patience = 9 // days, after which they let this time pass
	if day < r.due {
		return
	}
	if day-r.due > patience {
		r.due += r.every
		return
	}
	// The farther ahead, the fewer have booked by now.
	if day > 0 && r.due == day && s.rng.Float64() > math.Exp(-float64(day)/18) {
		r.due = Future + 1
		return
	}
	service := pick(s.rng, r.services)
	wished := d.day.Start + r.time
	var best span.Instant
	for _, start := range d.starts(service, s.w.Layout.Staff[r.person].ID) {
		if best == 0 || apart(start, wished) < apart(best, wished) {
			best = start
		}
	}
	if best == 0 || apart(best, wished) > 3*span.Hour && day-r.due < patience {
		return
	}
	if !s.book(d, day, visit{client: r.client, person: r.person, service: service, start: best, regular: true}) {
		r.due = day + 1 + s.rng.IntN(6) // cancelled: they come some days later
		return
	}
	r.due = day + r.every + []int{0, 0, 0, 1, -1, 2}[s.rng.IntN(6)]
}

func apart(a, b span.Instant) span.Instant { return max(a-b, b-a) }

// fill lets others take what is left, until everybody is as busy as they are
// on such a day.
func (s *season) fill(d *diary, day int) {
	const tries = 40
	mood := s.rng.Float64()*0.08 - 0.04
	for _, person := range s.rng.Perm(len(s.w.Layout.Staff)) {
		target := busy(day, s.today.AddDays(day).Weekday()) + mood + s.rng.Float64()*0.1 - 0.05
		for range tries {
			taken, works := d.load(person)
			if works == 0 || float64(taken) >= target*float64(works) {
				break
			}
			s.drop(d, day, person)
		}
	}
}

// busy is the share of working time that is taken: full behind us and today,
// thinning out ahead.
func busy(day, weekday int) float64 {
	share := 0.745
	if weekday > 5 {
		share = 0.79
	}
	if day > 0 {
		share *= 0.03 + 0.97*math.Exp(-float64(day)/11)
	}
	return share
}

// drop books one of the others with the person, where it leaves no gap if
// there is such a time.
func (s *season) drop(d *diary, day, person int) {
	service := s.want(person, true)
	starts := d.starts(service, s.w.Layout.Staff[person].ID)
	if len(starts) == 0 {
		return
	}
	start := pick(s.rng, starts)
	if s.rng.IntN(100) < 75 {
		var snug []span.Instant
		for _, at := range starts {
			if d.edge(person, service, at) {
				snug = append(snug, at)
			}
		}
		if len(snug) > 0 {
			start = pick(s.rng, snug)
		}
	}
	s.book(d, day, visit{client: s.guest(day, service), person: person, service: service, start: start})
}

// guest is who asks for the service: somebody in the middle of a course,
// somebody who was here before, or a newcomer.
func (s *season) guest(day int, service *catalog.Service) int {
	var demand preset.Service
	for i, v := range s.w.Layout.Services {
		if v == service {
			demand = s.plan.Services[i]
		}
	}
	again, rest, same := 76, 10, false
	if demand.CourseDays > 0 {
		again, rest, same = 84, demand.CourseDays-1, true
	}
	if !demand.Newcomers && s.rng.IntN(100) < again && len(s.casual) > 0 {
		const tries = 30
		for range tries {
			c := pick(s.rng, s.casual)
			was := s.last[c]
			if ago := day - was.day; ago >= rest && (!same || was.service == service && ago <= rest+5) {
				return c
			}
		}
	}
	c := s.client()
	s.casual = append(s.casual, c)
	return c
}

// visit is one that is about to be booked.
type visit struct {
	client, person int
	service        *catalog.Service
	start          span.Instant
	regular        bool
	of             *standing // nil for what does not recur
}

// book writes a visit down and decides how it goes. False tells that it was
// cancelled, so that its time is free again, or could not be placed.
func (s *season) book(d *diary, day int, v visit) bool {
	staff := s.w.Layout.Staff[v.person].ID
	p, ok := d.place(v.service, staff, v.start)
	if !ok {
		return false
	}
	in := booking.Imported{
		Client: s.w.Clients[v.client].ID, Lines: []booking.Line{{Service: v.service.ID, Staff: staff}},
		Location: p.Location, Start: p.Start, Placement: &p,
	}
	fate := faithful()
	if v.of == nil {
		fate = newLot(s.rng)
	} else {
		in.Series, in.SeriesAt, in.SeriesRule = v.of.id, v.of.booked, v.of.rule
	}
	kept := s.tell(&in, v, fate, day)
	in.ID = id.Derive[id.Booking](in.CreatedAt.UTC(), s.plan.Slug, "booking", string(in.Client), p.Start.String())
	s.w.Visits = append(s.w.Visits, in)
	if kept {
		d.take(v.service, staff, p, in.ID)
		s.last[v.client] = appointment{day: day, service: v.service, end: p.End}
	}
	return kept
}
