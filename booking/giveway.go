package booking

import (
	"cmp"
	"context"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Work that was dropped off has no time of its own, only a promise: it lies
// where the engine has fixed it until somebody else needs that time. Then it is
// fixed anew within its promise, in the transaction of whoever comes:
//
//	touch    the lanes of the visit and, of each job that gives way, those on which it lies and is to lie
//	take     the jobs' rows away
//	place    the visit, as ever
//	lay      the jobs anew, each checked on what now lies there, with the event booking.refixed
//
// The client of a job is not told, for all that they know of stays as it was.

// The bounds of what may give way in one answer.
const (
	mostJobs  = 60           // of those that begin soonest
	mostReady = 5 * span.Day // how far beside a question's window facts reach for jobs
)

// ReasonNeeded is why a job was fixed anew: somebody else needed its time.
const ReasonNeeded = "time_needed"

// job is flexible work that may give way, and how it lay when it was looked at.
type job struct {
	availability.Job
	was availability.Placement
}

// dropsOff tells whether the business takes work that is dropped off at all.
func dropsOff(c *catalog.Catalog) bool {
	return slices.ContainsFunc(c.Services, func(s *catalog.Service) bool { return s.Flexible != nil })
}

// jobs reads the flexible work that lies in some facts and could lie elsewhere.
func (d *Desk) jobs(ctx context.Context, a *ask, f *availability.Facts) ([]job, error) {
	if !dropsOff(a.setting.Catalog) {
		return nil, nil
	}
	now := d.Clock.Now()
	begins := map[string]span.Instant{}
	note := func(rows []availability.Row) {
		for i := range rows {
			r := &rows[i]
			if r.Kind != availability.RowWork {
				continue
			}
			if at, seen := begins[r.Source]; !seen || r.Start < at {
				begins[r.Source] = r.Start
			}
		}
	}
	for i := range f.Staff {
		note(f.Staff[i].Rows)
	}
	for i := range f.Units {
		note(f.Units[i].Rows)
	}
	var sources []string
	for source, at := range begins {
		if at > now {
			sources = append(sources, source)
		}
	}
	slices.SortFunc(sources, func(x, y string) int {
		return cmp.Or(cmp.Compare(begins[x], begins[y]), cmp.Compare(x, y))
	})
	var out []job
	for _, source := range sources[:min(mostJobs, len(sources))] {
		b, err := d.Bookings.Find(ctx, a.business, id.Booking(source))
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if j, ok := jobOf(a.setting.Catalog, b); ok {
			out = append(out, j)
		}
	}
	return out, nil
}

// mayGiveWay tells whether a booking's work may be fixed anew: it is not done
// with. Whether it has begun, the yard knows.
func mayGiveWay(b *Booking) bool { return b.Status.Movable() || b.Status == CheckedIn }

// jobOf turns a booking of flexible work into a job; false for any other.
func jobOf(c *catalog.Catalog, b *Booking) (job, bool) {
	if len(b.Items) != 1 || b.Items[0].Work == nil || b.Squeezed || !mayGiveWay(b) {
		return job{}, false
	}
	sold, ok := c.Service(b.Items[0].Service)
	if !ok {
		return job{}, false
	}
	promised := b.Items[0].Work
	service := *sold
	service.Segments, service.BufferBeforeMin, service.BufferAfterMin = promised.Segments, 0, 0
	service.NoticeMin, service.HorizonDays, service.Locations = 0, 0, nil
	if service.Flexible == nil {
		service.Flexible = &catalog.Flexible{}
	}
	visit := []availability.Want{{Service: &service, Staff: b.Lead}}
	wants, err := agreed(c, b.Placement)
	if err != nil {
		return job{}, false
	}
	begins := b.End
	for _, claim := range availability.Claims(availability.Question{Visit: wants}, b.Placement) {
		begins = min(begins, claim.Start)
	}
	return job{
		Job: availability.Job{
			Source: string(b.ID), Begins: begins,
			Question: availability.Question{Visit: visit, Location: b.Location, Window: startWindow(b.Start)},
			Work:     availability.Work{Drop: b.Start, From: promised.From, Ready: b.End, Piece: promised.Piece},
		},
		was: b.Placement,
	}, true
}

// yard is where the jobs of a ground may give way; nil where there are none.
func (g *ground) yard(now span.Instant) *availability.Yard {
	if len(g.jobs) == 0 {
		return nil
	}
	all := make([]availability.Job, len(g.jobs))
	for i := range g.jobs {
		all[i] = g.jobs[i].Job
	}
	return availability.NewYard(g.Facts, all, now)
}

// giving is a choice for which jobs give way.
func (a *ask) giving(way plan, g *ground, given availability.Given) placing {
	in := a.placing(way, given.Question, given.Placement, given.Choice)
	in.ground = g
	for _, m := range given.Moved {
		at := slices.IndexFunc(g.jobs, func(j job) bool { return j.Source == m.Source })
		m.Placement.Items[0].Varied = m.Question.Visit[0].Service.Segments
		m.Placement.Items[0].Work = g.jobs[at].was.Items[0].Work
		in.moved = append(in.moved, refix{Moved: m, was: g.jobs[at].was})
	}
	return in
}

// refix is a job that is to give way, and how it lay when that was decided.
type refix struct {
	availability.Moved
	was     availability.Placement
	booking *Booking // as it is in the transaction; nil before
}

// givenLanes lists the lanes of the jobs that give way: those on which they lie
// and those on which they are to lie.
func (d *Desk) givenLanes(setting *availability.Setting, in *placing) ([]availability.Lane, error) {
	var out []availability.Lane
	for i := range in.moved {
		was, err := d.lanesOf(setting, in.moved[i].was, false)
		if err != nil {
			return nil, err
		}
		will, err := d.lanesAnew(setting, &in.moved[i])
		if err != nil {
			return nil, err
		}
		out = append(append(out, was...), will...)
	}
	return out, nil
}

func (d *Desk) lanesAnew(setting *availability.Setting, m *refix) ([]availability.Lane, error) {
	marks, err := d.counted(setting, m.Question.Visit, m.Placement)
	return append(marks, beside(setting.Catalog, lanesOf(availability.Claims(m.Question, m.Placement)))...), err
}

// takeAway takes the jobs that give way off their lanes, all of which are
// touched. A job that is not as it was when that was decided is somebody else's
// doing: fault slot_taken, and the choice is made anew.
func (d *Desk) takeAway(ctx context.Context, business id.Business, in *placing, touched []availability.Lane) error {
	for i := range in.moved {
		m := &in.moved[i]
		b, err := d.Bookings.Find(ctx, business, id.Booking(m.Source))
		if err != nil {
			return err
		}
		if !mayGiveWay(b) || !sameTime(b.Placement, m.was) {
			return fault.SlotTaken()
		}
		m.booking = b
		if err := d.vacate(ctx, business, m.Source, touched); err != nil {
			return err
		}
	}
	return nil
}

// sameTime tells whether two placements take the same people and units at the same times.
func sameTime(a, b availability.Placement) bool {
	return a.Start == b.Start && a.End == b.End && a.Location == b.Location && slices.EqualFunc(a.Items, b.Items, func(x, y availability.Item) bool {
		return slices.EqualFunc(x.Segments, y.Segments, func(p, q availability.Part) bool {
			return p.Start == q.Start && p.End == q.End && slices.Equal(p.Staff, q.Staff) && slices.Equal(p.Units, q.Units)
		})
	})
}

// layAnew gives the jobs that gave way their new times, beside what now lies there.
func (d *Desk) layAnew(ctx context.Context, who account.Principal, setting *availability.Setting, in *placing, needed string) error {
	for i := range in.moved {
		m := &in.moved[i]
		b := m.booking
		lanes, err := d.lanesAnew(setting, m)
		if err != nil {
			return err
		}
		f, err := d.lockedFacts(ctx, b.Business, setting, placing{placement: m.Placement, question: m.Question}, lanes)
		if err != nil {
			return err
		}
		f.Client = nil
		if availability.Check(m.Question, f, m.Placement) != nil {
			return fault.SlotTaken()
		}
		before := b.visit()
		b.Placement = m.Placement
		if err := d.occupy(ctx, setting, b, m.Question, ""); err != nil {
			return err
		}
		b.UpdatedAt = d.Clock.Now()
		if err := d.Bookings.Update(ctx, b); err != nil {
			return err
		}
		fact := b.fact(event.BookingRefixed, who.Actor())
		fact.Data.Previous, fact.Data.Reason, fact.Data.Ref = before, ReasonNeeded, needed
		if err := d.Journal.Append(ctx, fact); err != nil {
			return err
		}
	}
	return nil
}
