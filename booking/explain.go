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
	Client   id.Client      // for whom it is judged, with their limits, links and other visits; empty: for a stranger
	Subject  id.Subject     // to what it is done, where that is known
	Party    int            // how many seats of a session; 0 is 1
	Answers  map[string]any // what was answered already, as in Search
}

// Explanation answers why a time is open or shut.
type Explanation struct {
	Setting *availability.Setting
	Open    bool
	Reasons []Reason
	Moves   int                   // how many jobs that were dropped off would give way to it
	Leads   []availability.Choice // who could lead an open time; the first would be taken
	Rank    *Rank                 // how an open time ranks among those of its day; nil where times are not ranked
	Approve []id.Rule             // the rules that would want staff to confirm it
	Policy  *policy.Snapshot      // the cut-offs that would be agreed; nil for a time that is shut
	Drop    span.Span             // of open work that is dropped off: bring it from the start, by which it is booked, until the end
	Ready   span.Instant          // of the same: when it is ready at the latest
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
	if err := d.hear(ctx, a, why.Answers); err != nil {
		return nil, err
	}
	if a.seated() {
		return d.explainSeats(ctx, a, why)
	}
	g, err := d.facts(ctx, a)
	if err != nil {
		return nil, err
	}
	if g, err = d.withClient(ctx, a, g, why.Client); err != nil {
		return nil, err
	}
	if flexible(a.visit) {
		return d.explainWork(ctx, a, g, why.At)
	}
	in, err := d.pick(a, g, choice{start: why.At})
	if fault.KindOf(err) == fault.Conflict {
		return d.shut(a, g, why.At)
	}
	if err != nil {
		return nil, err
	}
	return d.opened(ctx, a, g, why.At, in)
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
	why := a.closedPlaces(g.Facts, at)
	for _, i := range a.tellingWays(at) {
		q, err := d.question(a, &a.ways[i], g, choice{start: at}, d.Clock.Now())
		if err != nil {
			return nil, err
		}
		for _, r := range availability.Explain(q, g.Facts, at) {
			one := Reason{Reason: r}
			one.closed(a, g.Facts, at)
			if one.Closed != nil || a.location != "" || !absent(g.Facts, r) {
				why = append(why, one)
			}
		}
	}
	return d.told(a, why, at)
}

// closedPlaces gives the places that are closed all day by a rule of that date,
// also where nobody works there that day.
func (a *ask) closedPlaces(f *availability.Facts, at span.Instant) (why []Reason) {
	for i := range f.Places {
		p := &f.Places[i]
		elsewhere := func(w availability.Want) bool {
			return len(w.Service.Locations) > 0 && !slices.Contains(w.Service.Locations, p.ID)
		}
		r := Reason{Reason: availability.Reason{Rule: availability.RuleHours, Location: p.ID}}
		r.closed(a, f, at)
		if r.Closed != nil && r.Closed.Whole && !slices.ContainsFunc(a.visit, elsewhere) && (a.location == "" || a.location == p.ID) {
			why = append(why, r)
		}
	}
	return why
}

// tellingWays lists at each place the way that asks least: the first.
func (a *ask) tellingWays(at span.Instant) (out []int) {
	var told []id.Location
	for i := range a.ways {
		if a.ways[i].window.Holds(at) && !slices.Contains(told, a.ways[i].location) {
			told, out = append(told, a.ways[i].location), append(out, i)
		}
	}
	return out
}

// absent tells of somebody who works at other places only.
func absent(f *availability.Facts, r availability.Reason) bool {
	if r.Rule != availability.RuleHours || r.Staff == "" || !r.Span.Empty() {
		return false
	}
	who := slices.IndexFunc(f.Staff, func(p availability.Person) bool { return p.Staff.ID == r.Staff })
	return who >= 0 && len(f.Staff[who].Open) > 0
}

// explainSeats tells of a group whether a session starts then, has room and is
// kept from the client by no rule.
func (d *Desk) explainSeats(ctx context.Context, a *ask, asked Why) (*Explanation, error) {
	offer, list, err := d.sessionsFor(ctx, a)
	if err != nil {
		return nil, err
	}
	at := asked.At
	list = slices.DeleteFunc(list, func(s *Session) bool { return s.Placement.Start != at })
	if err := d.countSeats(ctx, list...); err != nil {
		return nil, err
	}
	var all []Reason
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
		if s.Free() < max(1, asked.Party) {
			why = append(why, availability.Reason{
				Rule: availability.RuleBusy, Staff: lead, Lane: SessionLane(s.ID), Source: string(s.ID), Kind: RowSession,
				Span: span.Span{Start: s.Placement.Start, End: s.Placement.End},
			})
		}
		if len(why) == 0 {
			return &Explanation{Setting: a.setting, Open: true, Leads: []availability.Choice{{Lead: lead, Of: 1}}}, nil
		}
		for _, r := range why {
			r.Location = s.Placement.Location
			one := Reason{Reason: r}
			if r.Kind == RowSession {
				one.Free = s.Free()
			}
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		all = []Reason{{Reason: availability.Reason{Rule: availability.RuleGrid}}}
	}
	return d.told(a, all, at)
}

// opened tells of a time that is open who could lead the visit then, in the
// order in which they would be tried, and what would be agreed with the first.
func (d *Desk) opened(ctx context.Context, a *ask, g *ground, at span.Instant, first placing) (*Explanation, error) {
	out, err := d.terms(a, at, first)
	if err != nil {
		return nil, err
	}
	if out.Rank, err = d.rankAt(ctx, a, at); err != nil {
		return nil, err
	}
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

// terms begins to tell of an open time what would be agreed.
func (d *Desk) terms(a *ask, at span.Instant, first placing) (*Explanation, error) {
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
	return out, nil
}
