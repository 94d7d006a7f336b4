package booking

import (
	"context"
	"slices"
	"strconv"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// seated tells that the visit takes seats of a planned session.
func (a *ask) seated() bool {
	return slices.ContainsFunc(a.visit, func(w availability.Want) bool { return w.Service.Seats > 0 })
}

// alone refuses a group among other services: its time is not the client's to choose.
func (a *ask) alone() error {
	if len(a.visit) > 1 {
		return fault.BadField("services", "seats", "a group is booked by itself")
	}
	return nil
}

// sessionsFor lists the sessions of the window, and begins an offer by which
// each can be judged.
func (d *Desk) sessionsFor(ctx context.Context, a *ask) (*Offer, []*Session, error) {
	if err := a.alone(); err != nil {
		return nil, nil, err
	}
	setting, err := d.setting(ctx, a.business) // there are no facts that would tell that it is out of date
	if err != nil {
		return nil, nil, err
	}
	if err := a.renew(setting); err != nil {
		return nil, nil, err
	}
	a.book = d.shelf.of(setting.Catalog)
	if a.ways, err = d.plans(a); err != nil {
		return nil, nil, err
	}
	list, err := d.Groups.ListSessions(ctx, a.business, SessionFilter{
		Span: a.window, Service: a.visit[0].Service.ID, Location: a.location, Status: SessionPlanned, Limit: mostSessions,
	})
	if err != nil {
		return nil, nil, err
	}
	out := &Offer{Setting: setting, Now: d.Clock.Now(), Facts: &availability.Facts{Window: a.window}}
	if out.laid, err = d.laid(ctx, a, a.parties()); err != nil {
		return nil, nil, err
	}
	for _, m := range setting.Catalog.Staff {
		out.Facts.Staff = append(out.Facts.Staff, availability.Person{Staff: m})
	}
	for i := range a.ways {
		out.Quotes = append(out.Quotes, a.ways[i].quote)
	}
	return out, list, nil
}

// offerSeats lists the sessions with room for the party.
func (d *Desk) offerSeats(ctx context.Context, a *ask, s Search) (*Offer, error) {
	out, list, err := d.sessionsFor(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := d.countSeats(ctx, list...); err != nil {
		return nil, err
	}
	for _, one := range list {
		at, ok := d.seat(a, out, one)
		if !ok {
			continue
		}
		why, err := d.seatShut(a, &a.ways[at.Way], one, out, choice{except: string(s.Except)})
		if err != nil {
			return nil, err
		}
		if len(why) == 0 && one.Free() >= max(1, s.Party) {
			out.Slots, out.Free = append(out.Slots, at), append(out.Free, one.Free())
		}
	}
	return out, nil
}

// mostSessions is how many sessions one list of slots looks at.
const mostSessions = 500

// seat is a session as a slot: in the way that holds its start, led by the one
// asked for.
func (d *Desk) seat(a *ask, out *Offer, s *Session) (availability.Slot, bool) {
	p := s.Placement
	if want := a.visit[0].Staff; want != "" && want != p.Lead {
		return availability.Slot{}, false
	}
	way := slices.IndexFunc(a.ways, func(w plan) bool {
		return w.window.Holds(p.Start) && (w.location == "" || w.location == p.Location)
	})
	place := slices.IndexFunc(out.Facts.Places, func(x availability.Place) bool { return x.ID == p.Location })
	if place < 0 {
		_, zone, err := d.zoneOf(a.setting.Catalog, p.Location)
		if err != nil {
			return availability.Slot{}, false
		}
		place = len(out.Facts.Places)
		out.Facts.Places = append(out.Facts.Places, availability.Place{ID: p.Location, Zone: zone})
	}
	slot := availability.Slot{
		Start: p.Start, End: p.End, Place: int32(place), Way: int32(max(0, way)), Leads: out.Facts.Lead(p.Lead),
	}
	return slot, way >= 0
}

// seatShut gives the rules that keep clients from a session's seats.
func (d *Desk) seatShut(a *ask, way *plan, s *Session, out *Offer, c choice) ([]availability.Reason, error) {
	start, now := s.Placement.Start, out.Now
	if c.override {
		return nil, nil
	}
	_, zone, err := d.zoneOf(a.setting.Catalog, s.Placement.Location)
	if err != nil {
		return nil, err
	}
	service := a.visit[0].Service
	switch soonest := now + span.Minutes(service.NoticeMin); {
	case start < now:
		return []availability.Reason{{Rule: availability.RulePast, Limit: now}}, nil
	case start < soonest:
		return []availability.Reason{{Rule: availability.RuleNotice, Limit: soonest}}, nil
	}
	if service.HorizonDays > 0 {
		end := span.DateOf(now.In(zone)).AddDays(service.HorizonDays + 1).Start(zone)
		if start >= end {
			return []availability.Reason{{Rule: availability.RuleHorizon, Limit: end - 1}}, nil
		}
	}
	q := availability.Question{Bars: a.dated(a.visit, s.Placement.Location, zone, now)}
	of := a.caseOf(way, staffOf(s.Placement), zone, now, c.except)
	of.Tallies = tallies(a.book.Counters(of), out.laid, now)
	a.rulesFor(&q, of, startWindow(start))
	var why []availability.Reason
	for _, b := range q.Bars {
		if b.Span.Holds(start) && (b.Staff == "" || b.Staff == s.Placement.Lead) {
			why = append(why, availability.Reason{Rule: b.Word, Owner: b.Rule, Limit: b.Limit()})
		}
	}
	if q.Gates != nil {
		for _, b := range q.Gates(start, s.Placement.Location, s.Placement.Lead) {
			why = append(why, availability.Reason{Rule: b.Word, Owner: b.Rule})
		}
	}
	return why, nil
}

// pickSeat finds the session at a start that has most room for the party, of
// those that no rule keeps from the client.
func (d *Desk) pickSeat(ctx context.Context, a *ask, c choice) (placing, error) {
	if c.squeeze {
		return placing{}, fault.BadField("squeeze", "seats", "a group takes no squeeze-ins; give it more seats")
	}
	offer, list, err := d.sessionsFor(ctx, a)
	if err != nil {
		return placing{}, err
	}
	list = slices.DeleteFunc(list, func(s *Session) bool {
		lead := a.visit[0].Staff
		return s.Placement.Start != c.start || lead != "" && lead != s.Placement.Lead
	})
	if len(list) == 0 {
		return placing{}, closed(availability.Reason{Rule: availability.RuleGrid})
	}
	if err := d.countSeats(ctx, list...); err != nil {
		return placing{}, err
	}
	slices.SortStableFunc(list, func(x, y *Session) int { return y.Free() - x.Free() })
	refused := closed(availability.Reason{Rule: availability.RuleLocation})
	for i, s := range list {
		at, ok := d.seat(a, offer, s)
		if !ok {
			continue
		}
		why, err := d.seatShut(a, &a.ways[at.Way], s, offer, c)
		if err != nil {
			return placing{}, err
		}
		if len(why) > 0 {
			refused = closed(why[0])
			continue
		}
		if i > 0 && s.Free() < max(1, c.party) {
			return placing{}, fault.SeatsLeft(list[0].Free()) // the others have less room still
		}
		return d.seatedIn(a, at, s, offer.Now, c)
	}
	return placing{}, refused
}

// seatedIn is a choice of seats in a session.
func (d *Desk) seatedIn(a *ask, at availability.Slot, s *Session, now span.Instant, c choice) (placing, error) {
	quote, err := a.ways[at.Way].quote.Times(max(1, c.party)) // each seat has its price
	if err != nil {
		return placing{}, unsummed(err)
	}
	wants, err := agreed(a.setting.Catalog, s.Placement)
	if err != nil {
		return placing{}, err
	}
	return placing{
		placement: s.Placement, quote: quote, traits: a.traits, party: max(1, c.party),
		question: availability.Question{
			Visit: wants, Location: s.Placement.Location, Window: startWindow(c.start), Now: now,
			Except: c.except, Override: c.override,
		},
	}, nil
}

// secureSeats judges a choice of seats under the session's lane: that it still
// takes place, has room, and finds its client in no other visit.
func (d *Desk) secureSeats(
	ctx context.Context, business id.Business, setting *availability.Setting, in *placing, g guest,
) error {
	s, err := d.Groups.FindSession(ctx, business, in.placement.Group)
	if err != nil {
		return err
	}
	if s.Status != SessionPlanned {
		return fault.SlotTaken()
	}
	if _, err := d.freeSeats(ctx, s, in.party, in.question.Except); err != nil {
		return err
	}
	own := ClientLane(g.guarded)
	rows, config, err := d.Lanes.RowsNow(ctx, business, []availability.Lane{own}, span.Span{Start: in.placement.Start, End: in.placement.End})
	if err != nil {
		return err
	}
	if config != setting.Catalog.Business.Version {
		return errRenewed
	}
	if g.guarded != "" && !g.fresh {
		if slices.ContainsFunc(rows[own], func(r availability.Row) bool { return r.Exclusive && r.Source != in.question.Except }) {
			return closed(availability.Reason{Rule: availability.RuleClient})
		}
	}
	return d.seatLimits(ctx, business, setting, in, g)
}

// seatLimits asks the owner's rules again, on what is true now.
func (d *Desk) seatLimits(
	ctx context.Context, business id.Business, setting *availability.Setting, in *placing, g guest,
) error {
	if err := d.recount(ctx, business, setting, in, g); err != nil || in.question.Override {
		return err
	}
	return seatRules(in.question, in.placement)
}

// seatRules asks the owner's rules that a question carries about a session.
func seatRules(q availability.Question, p availability.Placement) error {
	for _, b := range q.Bars {
		if b.Span.Holds(p.Start) && (b.Staff == "" || b.Staff == p.Lead) {
			return closed(availability.Reason{Rule: b.Word, Owner: b.Rule})
		}
	}
	if q.Gate != nil {
		if b, shut := q.Gate(p.Start, p.Location, p.Lead); shut {
			return closed(availability.Reason{Rule: b.Word, Owner: b.Rule})
		}
	}
	return nil
}

// freeSeats gives the lowest free seats for a party; fault slot_taken when
// there are not enough. Seats of the source named count as free, and so do
// those of holds that have ended, which are removed.
func (d *Desk) freeSeats(ctx context.Context, s *Session, party int, except string) ([]int, error) {
	taken, err := d.Groups.Seats(ctx, s.Business, s)
	if err != nil {
		return nil, err
	}
	now := d.Clock.Now()
	busy := make(map[int]bool, len(taken))
	for _, seat := range taken {
		switch {
		case seat.Source == except && except != "":
		case seat.Expires != 0 && seat.Expires <= now:
			if _, err := d.Lanes.Vacate(ctx, s.Business, seat.Source); err != nil {
				return nil, err
			}
		default:
			busy[seat.Number] = true
		}
	}
	var free []int
	for n := 1; n <= s.Seats && len(free) < party; n++ {
		if !busy[n] {
			free = append(free, n)
		}
	}
	if len(free) < party {
		return nil, fault.SeatsLeft(len(free))
	}
	return free, nil
}

// seatRows lays a party on seats of its session, each row like the one given.
func (d *Desk) seatRows(
	ctx context.Context, business id.Business, p availability.Placement, party int, like availability.Row,
) ([]LaneRow, error) {
	s, err := d.Groups.FindSession(ctx, business, p.Group)
	if err != nil {
		return nil, err
	}
	free, err := d.freeSeats(ctx, s, max(1, party), like.Source)
	if err != nil {
		return nil, err
	}
	rows := make([]LaneRow, len(free))
	for i, n := range free {
		r := like
		r.Span = span.Span{Start: p.Start, End: p.End}
		rows[i] = LaneRow{availability.Lane{Kind: availability.SessionLane, ID: string(p.Group) + ":" + strconv.Itoa(n)}, r}
	}
	return rows, nil
}

// taking lists the lanes that a choice is made true on, but for the client's:
// the session's, or those of its staff and units, and the marks of limits.
func (d *Desk) taking(setting *availability.Setting, in *placing) ([]availability.Lane, error) {
	marks, err := d.counted(setting, in.question.Visit, in.placement)
	if err != nil {
		return nil, err
	}
	given, err := d.givenLanes(setting, in)
	if err != nil {
		return nil, err
	}
	marks = append(marks, given...)
	if in.placement.Group != "" {
		return append(marks, SessionLane(in.placement.Group)), nil
	}
	lanes := slices.Concat(marks, beside(setting.Catalog, lanesOf(availability.Claims(in.question, in.placement))))
	slices.SortFunc(lanes, compareLanes)
	return slices.Compact(lanes), nil
}

// rowsFor lays what a placement takes, each row like the one given: seats of a
// session, or the claims of its staff and units.
func (d *Desk) rowsFor(
	ctx context.Context, setting *availability.Setting, q availability.Question, p availability.Placement, party int, like availability.Row,
) ([]LaneRow, error) {
	var rows []LaneRow
	var err error
	if p.Group != "" {
		rows, err = d.seatRows(ctx, setting.Catalog.Business.ID, p, party, like)
	} else {
		rows = claimRows(q, p, like)
	}
	if err != nil {
		return nil, err
	}
	if flexible(q.Visit) && countsWork(q.Visit[0].Service) {
		rows = append(rows, workRow(q.Visit[0].Service, p, like))
	}
	counters, _, err := d.counters(setting, q.Visit, p, nil)
	return append(rows, markRows(counters, p, like)...), err
}

// seatsOf tells whether a service is for groups.
func seatsOf(c *catalog.Catalog, service id.Service) bool {
	s, ok := c.Service(service)
	return ok && s.Seats > 0
}
