package booking

import (
	"context"
	"slices"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// mostDays is how many days are searched for the open day by which work is ready.
const mostDays = 14

// flexible tells that the visit is work whose time the engine fixes.
func flexible(visit []availability.Want) bool {
	return len(visit) > 0 && visit[0].Service.Flexible != nil
}

// dropped refuses flexible work among other services: its time is not the client's.
func (a *ask) dropped() error {
	if len(a.visit) > 1 {
		return fault.BadField("services", "flexible", "work that is dropped off is booked by itself")
	}
	return nil
}

// promise is the window of one day: when the work may be brought, and by when
// it is ready at the latest. False where that day or no later one is open.
func promise(f *availability.Facts, at id.Location, flex *catalog.Flexible, day span.Date, zone *time.Location) (availability.Work, span.Instant, bool) {
	w := availability.Work{
		Drop:  span.Wall{Date: day, Minute: flex.DropFromMin}.Instant(zone),
		From:  span.Wall{Date: day, Minute: flex.DropToMin}.Instant(zone),
		Piece: span.Minutes(flex.PieceMin),
	}
	open := openAt(f, at)
	for passed, n := 0, day; passed <= flex.ReadyDays && n.DaysUntil(day.AddDays(mostDays)) > 0; n = n.AddDays(1) {
		today := open.Intersect(span.SetOf(n.Span(zone)))
		if len(today) == 0 {
			if n == day {
				return w, 0, false
			}
			continue
		}
		w.Ready = today[len(today)-1].End
		passed++
		if passed > flex.ReadyDays {
			return w, w.From, w.Ready > w.From
		}
	}
	return w, 0, false
}

// openAt is when a place is open: its own hours, or while anybody works there.
func openAt(f *availability.Facts, at id.Location) span.Set {
	var all []span.Span
	for i := range f.Places {
		if at != "" && f.Places[i].ID != at {
			continue
		}
		all = append(all, f.Places[i].Open...)
		if len(f.Places[i].Open) > 0 {
			continue
		}
		for _, p := range f.Staff {
			for _, o := range p.Open {
				if o.Place == i {
					all = append(all, o.Spans...)
				}
			}
		}
	}
	return span.SetOf(all...)
}

// offerWork lists the days on which the work can be brought: each starts with
// the drop-off window and ends when the work is ready at the latest.
func (d *Desk) offerWork(ctx context.Context, a *ask, s Search) (*Offer, error) {
	if err := a.dropped(); err != nil {
		return nil, err
	}
	g, err := d.facts(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &Offer{Setting: a.setting, Facts: g.Facts, Now: d.Clock.Now()}
	_, zone, err := d.zoneOf(a.setting.Catalog, a.location)
	if err != nil {
		return nil, err
	}
	taken, err := d.workOn(ctx, a, a.window)
	if err != nil {
		return nil, err
	}
	yard := g.yard(out.Now)
	for i := range a.ways {
		out.Quotes = append(out.Quotes, a.ways[i].quote)
	}
	for day := span.DateOf(a.window.Start.In(zone)); day.Start(zone) < a.window.End; day = day.AddDays(1) {
		c := choice{except: string(s.Except)}
		for i := range a.ways {
			in, until, err := d.fix(a, i, g, yard, c, day, taken, out.Now)
			if err != nil {
				return nil, err
			}
			if until == 0 {
				continue
			}
			place := slices.IndexFunc(g.Places, func(p availability.Place) bool { return p.ID == in.placement.Location })
			slot := availability.Slot{Start: in.placement.Start, End: in.placement.End, Place: int32(place), Way: int32(i)}
			slot.Leads = g.Lead(in.placement.Lead)
			out.Slots, out.Until = append(out.Slots, slot), append(out.Until, until)
			break // the first way will do
		}
	}
	return out, nil
}

// fix finds when work that is brought on a day is done, in one way; until is
// when it must have been brought, 0 where it cannot be had that day.
func (d *Desk) fix(
	a *ask, way int, g *ground, yard *availability.Yard, c choice, day span.Date, taken []availability.Row, now span.Instant,
) (in placing, until span.Instant, err error) {
	p := &a.ways[way]
	_, zone, err := d.zoneOf(a.setting.Catalog, p.location)
	if err != nil {
		return in, 0, err
	}
	service := p.visit[0].Service
	work, until, ok := promise(g.Facts, p.location, service.Flexible, day, zone)
	if !ok || !p.window.Holds(work.Drop) || work.Drop < now && !c.override || !roomFor(service, taken, day.Span(zone), c.except, now) {
		return in, 0, nil
	}
	q, err := d.question(a, p, g, c, now)
	if err != nil {
		return in, 0, err
	}
	q.Window = startWindow(work.Drop)
	fixed, placement, who, ok := availability.Fix(q, g.Facts, work)
	if ok {
		return a.placing(plan{visit: fixed.Visit, quote: p.quote}, fixed, placement, who), until, nil
	}
	if given, ok := yard.Fix(q, work); ok {
		return a.giving(plan{visit: given.Question.Visit, quote: p.quote}, g, given), until, nil
	}
	return in, 0, nil
}

// pickWork finds what should be tried first for work brought on a day.
func (d *Desk) pickWork(ctx context.Context, a *ask, c choice) (placing, error) {
	if err := a.dropped(); err != nil {
		return placing{}, err
	}
	if c.squeeze {
		return placing{}, fault.BadField("squeeze", "flexible", "work that is dropped off needs no squeezing in")
	}
	g, err := d.facts(ctx, a)
	if err != nil {
		return placing{}, err
	}
	taken, err := d.workOn(ctx, a, a.window)
	if err != nil {
		return placing{}, err
	}
	_, zone, err := d.zoneOf(a.setting.Catalog, a.location)
	if err != nil {
		return placing{}, err
	}
	now := d.Clock.Now()
	yard := g.yard(now)
	for i := range a.ways {
		in, until, err := d.fix(a, i, g, yard, c, span.DateOf(c.start.In(zone)), taken, now)
		if err != nil {
			return placing{}, err
		}
		if until == 0 {
			continue
		}
		if in.placement.Start != c.start {
			return placing{}, closed(availability.Reason{Rule: availability.RuleGrid})
		}
		return in, nil
	}
	if c.start < now {
		return placing{}, closed(availability.Reason{Rule: availability.RulePast, Limit: now})
	}
	return placing{}, fault.SlotTaken()
}

// workLane is where the work of a service is counted by the day it is brought.
// It is no counter of the owner's limits: these are cleared when limits change.
func workLane(s id.Service) availability.Lane {
	return availability.Lane{Kind: "work", ID: string(s)}
}

// counts tells whether the service's work is counted by the day.
func countsWork(s *catalog.Service) bool { return s.Flexible != nil && s.Flexible.DayMin > 0 }

// workOn reads how much work is taken on already.
func (d *Desk) workOn(ctx context.Context, a *ask, window span.Span) ([]availability.Row, error) {
	if !countsWork(a.visit[0].Service) {
		return nil, nil
	}
	return d.rowsOn(ctx, a.business, workLane(a.visit[0].Service.ID), window)
}

// roomFor tells whether a day takes the service's work beside what was taken on.
func roomFor(s *catalog.Service, taken []availability.Row, day span.Span, except string, now span.Instant) bool {
	return !countsWork(s) || span.Minutes(s.WorkMin())+takenOn(taken, day, except, now) <= span.Minutes(s.Flexible.DayMin)
}

// takenOn is how much work a day has already.
func takenOn(taken []availability.Row, day span.Span, except string, now span.Instant) (sum span.Instant) {
	for _, r := range taken {
		if day.Holds(r.Start) && (r.Expires == 0 || r.Expires > now) && (except == "" || r.Source != except) {
			sum += r.Length()
		}
	}
	return sum
}

// workRow is the row by which a placement's work is counted.
func workRow(s *catalog.Service, p availability.Placement, like availability.Row) LaneRow {
	like.Exclusive = false
	like.Span = span.Span{Start: p.Start, End: p.Start + span.Minutes(s.WorkMin())}
	return LaneRow{workLane(s.ID), like}
}

// roomLeft judges the day's room again under the lane on which it is counted.
func (d *Desk) roomLeft(ctx context.Context, business id.Business, setting *availability.Setting, in *placing) error {
	s := in.question.Visit[0].Service
	if !countsWork(s) || in.question.Override {
		return nil
	}
	_, zone, err := d.zoneOf(setting.Catalog, in.placement.Location)
	if err != nil {
		return err
	}
	day := span.DateOf(in.placement.Start.In(zone)).Span(zone)
	rows, err := d.rowsOn(ctx, business, workLane(s.ID), day)
	if err != nil {
		return err
	}
	if !roomFor(s, rows, day, in.question.Except, in.question.Now) {
		return closed(availability.Reason{Rule: availability.RuleLimit})
	}
	return nil
}
