package booking

import (
	"context"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/fault"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// Why asks why a visit can or can't start at an instant.
type Why struct {
	Lines    []Line
	Location id.Location
	At       span.Instant
	Client   id.Client  // for whom it is judged, with their limits, links and other visits; empty: for a stranger
	Subject  id.Subject // to what it is done, where that is known
}

// Explanation answers why a time is open or shut.
type Explanation struct {
	Setting *availability.Setting
	Open    bool
	Reasons []availability.Reason
	Moves   int                   // how many jobs that were dropped off would give way to it
	Leads   []availability.Choice // who could lead an open time; the first would be taken
	Approve []id.Rule             // the rules that would want staff to confirm it
	Policy  *policy.Snapshot      // the cut-offs that would be agreed; nil for a time that is shut
}

// Explain tells why a visit can or can't start at an instant; it is for staff.
// Faults forbidden, invalid.
func (d *Desk) Explain(ctx context.Context, who account.Principal, why Why) (*Explanation, error) {
	if !who.May(account.ReadBookings) {
		return nil, forbidden()
	}
	a, err := d.newAsk(ctx, who.Business, why.Lines, why.Location, forDesk)
	if err != nil {
		return nil, err
	}
	if a.window, err = d.dayOf(a.setting, why.Location, why.At); err != nil {
		return nil, err
	}
	if why.Client != "" {
		if err := d.know(ctx, a, why.Client, why.Subject); err != nil {
			return nil, err
		}
		if a.traits == nil {
			return nil, fault.BadField("client", "unknown", "there is no such client")
		}
	}
	if a.seated() {
		return d.explainSeats(ctx, a, why.At)
	}
	g, err := d.facts(ctx, a)
	if err != nil {
		return nil, err
	}
	if g, err = d.withClient(ctx, a, g, why.Client); err != nil {
		return nil, err
	}
	if flexible(a.visit) {
		work, err := d.offerWork(ctx, a, Search{})
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(work.Slots, func(s availability.Slot) bool { return s.Start == why.At }) {
			return &Explanation{Setting: a.setting, Open: true}, nil
		}
		return d.shut(a, g, why.At)
	}
	in, err := d.pick(a, g, choice{start: why.At})
	if fault.KindOf(err) == fault.Conflict {
		return d.shut(a, g, why.At)
	}
	if err != nil {
		return nil, err
	}
	return d.opened(a, g, why.At, in)
}

// withClient adds to facts when the client is elsewhere, where one may not be in
// two visits at once.
func (d *Desk) withClient(ctx context.Context, a *ask, g *ground, client id.Client) (*ground, error) {
	if client == "" || a.setting.Catalog.Business.Terms.ClientOverlap || flexible(a.visit) {
		return g, nil
	}
	rows, err := d.rowsOn(ctx, a.business, ClientLane(client), g.Window)
	if err != nil {
		return nil, err
	}
	out, facts := *g, *g.Facts
	facts.Client = rows
	out.Facts = &facts
	return &out, nil
}

// shut tells of a time that is shut every reason there is.
func (d *Desk) shut(a *ask, g *ground, at span.Instant) (*Explanation, error) {
	out := &Explanation{Setting: a.setting}
	var told []id.Location
	for i := range a.ways {
		if !a.ways[i].window.Holds(at) {
			continue
		}
		q, err := d.question(a, &a.ways[i], g, choice{start: at}, d.Clock.Now())
		if err != nil {
			return nil, err
		}
		// At each place those of the way that asks least: the first.
		if !slices.Contains(told, a.ways[i].location) {
			told = append(told, a.ways[i].location)
			out.Reasons = append(out.Reasons, slices.DeleteFunc(availability.Explain(q, g.Facts, at), func(r availability.Reason) bool {
				return slices.Contains(out.Reasons, r)
			})...)
		}
	}
	return out, nil
}

// explainSeats tells of a group whether a session starts then, has room and is
// kept from the client by no rule.
func (d *Desk) explainSeats(ctx context.Context, a *ask, at span.Instant) (*Explanation, error) {
	offer, list, err := d.sessionsFor(ctx, a)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(s *Session) bool { return s.Placement.Start != at })
	if err := d.countSeats(ctx, list...); err != nil {
		return nil, err
	}
	out := &Explanation{Setting: a.setting}
	for _, s := range list {
		slot, ok := d.seat(a, offer, s)
		if !ok {
			continue
		}
		why, err := d.seatShut(a, &a.ways[slot.Way], s, offer, choice{start: at})
		if err != nil {
			return nil, err
		}
		lead := s.Placement.Lead
		if s.Free() == 0 {
			why = append(why, availability.Reason{
				Rule: availability.RuleBusy, Staff: lead, Lane: SessionLane(s.ID), Source: string(s.ID), Kind: RowSession,
				Span: span.Span{Start: s.Placement.Start, End: s.Placement.End},
			})
		}
		if len(why) == 0 {
			return &Explanation{Setting: a.setting, Open: true, Leads: []availability.Choice{{Lead: lead, Of: 1}}}, nil
		}
		out.Reasons = append(out.Reasons, why...)
	}
	if len(out.Reasons) == 0 {
		out.Reasons = []availability.Reason{{Rule: availability.RuleGrid}}
	}
	return out, nil
}

// opened tells of a time that is open who could lead the visit then, in the
// order in which they would be tried, and what would be agreed with the first.
func (d *Desk) opened(a *ask, g *ground, at span.Instant, first placing) (*Explanation, error) {
	out := &Explanation{Setting: a.setting, Open: true, Moves: len(first.moved)}
	_, c, err := d.counters(a.setting, first.question.Visit, first.placement, a.traits)
	if err != nil {
		return nil, err
	}
	agreed := policy.Of(a.setting.Catalog.Business.Terms)
	if c != nil {
		agreed, _ = a.book.Cutoff(c, at, first.placement.Lead)
		if out.Approve, err = d.approvals(a.setting, first); err != nil {
			return nil, err
		}
	}
	out.Policy = &agreed
	if out.Moves > 0 {
		if first.placement.Lead != "" {
			out.Leads = []availability.Choice{first.why.Choice}
		}
		return out, nil
	}
	var ways []plan
	var questions []availability.Question
	for i := range a.ways {
		if a.ways[i].window.Holds(at) {
			q, err := d.question(a, &a.ways[i], g, choice{start: at}, d.Clock.Now())
			if err != nil {
				return nil, err
			}
			q.Window = startWindow(at)
			ways, questions = append(ways, a.ways[i]), append(questions, q)
		}
	}
	for _, one := range chooseAmong(ways, questions, g.Facts, at) {
		if !slices.ContainsFunc(out.Leads, func(c availability.Choice) bool { return c.Lead == one.choice.Lead }) {
			out.Leads = append(out.Leads, one.choice)
		}
	}
	return out, nil
}
