package booking

import (
	"context"

	"kept/availability"
	"kept/span"
)

// explainWork tells of work that is dropped off whether it can be brought at an
// instant, or what is in its way: not who is busy, for others and other times
// would do as well.
func (d *Desk) explainWork(ctx context.Context, a *ask, g *ground, at span.Instant) (*Explanation, error) {
	offer, err := d.offerWork(ctx, a, Search{})
	if err != nil {
		return nil, err
	}
	for i, s := range offer.Slots {
		if s.Start <= at && at <= offer.Until[i] {
			return d.openWork(ctx, a, s, offer.Until[i])
		}
	}
	taken, err := d.workOn(ctx, a, a.window)
	if err != nil {
		return nil, err
	}
	var why []Reason
	for _, i := range a.tellingWays(at) {
		mine, err := d.shutWork(a, &a.ways[i], g, taken, at)
		if err != nil {
			return nil, err
		}
		why = append(why, mine...)
	}
	return d.told(a, why, at)
}

// openWork tells of work that can be brought who would do it and by when it is ready.
func (d *Desk) openWork(ctx context.Context, a *ask, s availability.Slot, until span.Instant) (*Explanation, error) {
	in, err := d.pickWork(ctx, a, choice{start: s.Start})
	if err != nil {
		return nil, err
	}
	out, err := d.terms(a, s.Start, in)
	if err != nil {
		return nil, err
	}
	out.Drop, out.Ready = span.Span{Start: s.Start, End: until}, s.End
	if in.placement.Lead != "" {
		out.Leads = []availability.Choice{in.why.Choice}
	}
	return out, nil
}

// shutWork gives what is in the way of work in one way to do it.
func (d *Desk) shutWork(a *ask, p *plan, g *ground, taken []availability.Row, at span.Instant) ([]Reason, error) {
	_, zone, err := d.zoneOf(a.setting.Catalog, p.location)
	if err != nil {
		return nil, err
	}
	where := p.location
	if where == "" && len(g.Places) == 1 {
		where = g.Places[0].ID
	}
	var why []Reason
	add := func(r availability.Reason) *Reason {
		if r.Location == "" {
			r.Location = where
		}
		why = append(why, Reason{Reason: r})
		return &why[len(why)-1]
	}
	now, service := d.Clock.Now(), p.visit[0].Service
	date := span.DateOf(at.In(zone))
	day := date.Span(zone)
	work, until, ok := promise(g.Facts, p.location, service.Flexible, date, zone)
	if until == 0 {
		add(availability.Reason{Rule: availability.RuleHours}).closed(a, g.Facts, at)
		return why, nil
	}
	if at < work.Drop || at > work.From {
		add(availability.Reason{Rule: availability.RuleGrid, Kind: KindDropOff, Span: span.Span{Start: work.Drop, End: work.From}})
	}
	if work.Drop < now {
		add(availability.Reason{Rule: availability.RulePast, Limit: now})
		return why, nil
	}
	if !roomFor(service, taken, day, "", now) {
		add(availability.Reason{Rule: availability.RuleLimit, Kind: KindDayWork, Span: day}).Work = &DayWork{
			Limit: service.Flexible.DayMin, Taken: int(takenOn(taken, day, "", now) / span.Minute), Needs: service.WorkMin(),
		}
	}
	if !ok {
		add(availability.Reason{Rule: availability.RuleBusy, Kind: availability.KindReady})
		return why, nil
	}
	q, err := d.question(a, p, g, choice{start: work.Drop}, now)
	if err != nil {
		return nil, err
	}
	q.Window = startWindow(work.Drop)
	yard := g.yard(now)
	if !availability.Fits(q, g.Facts, work, yard) {
		for _, r := range availability.ExplainWork(q, g.Facts, work, yard) {
			add(r)
		}
	}
	return why, nil
}
