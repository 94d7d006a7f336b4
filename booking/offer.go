package booking

import (
	"cmp"
	"context"
	"slices"

	"kept/availability"
	"kept/fault"
	"kept/id"
	"kept/pricing"
	"kept/span"
)

// Search asks for a list of slots.
type Search struct {
	Lines    []Line
	Location id.Location
	From, To span.Date // local days, both inclusive, at most 92
	Except   id.Booking
	Public   bool       // only what clients may book themselves
	AnyOrder bool       // the services may follow each other in any order
	Client   id.Client  // who comes, where that is known
	Subject  id.Subject // for whom or what, of that client's; empty: for themselves
	Party    int        // how many seats of a session; 0 is 1
	// Answers are what was answered already, by the keys of the business's
	// questions: the visit may take longer for it, or cost more.
	Answers map[string]any
	// Reader is the client who looks at the list, signed in: what they like and
	// their own calendar order it, and no rule looks at them.
	Reader id.Client
}

// Offer is what can be booked: slots in order of time, the facts to which they
// refer, and the price of each way to run the visit (Slot.Way).
type Offer struct {
	Setting *availability.Setting
	Facts   *availability.Facts
	Slots   []availability.Slot
	Ranks   []availability.Ranked // what each slot costs and how it is labelled, in the order of Slots
	Quotes  []pricing.Quote       // by Slot.Way; one or more
	Free    []int                 // seats left, in the order of Slots, where these are sessions of a group; nil otherwise
	Until   []span.Instant        // of flexible work: until when it may be brought, in the order of Slots; nil otherwise
	Now     span.Instant

	laid   map[availability.Lane][]availability.Row // what limits count of sessions
	agenda span.Set                                 // when the reader is busy elsewhere
}

// Quote is the price of a slot.
func (o *Offer) Quote(s availability.Slot) pricing.Quote { return o.Quotes[s.Way] }

// Label is the word for a slot, by its place in the list: the client's usual
// time, or one of the best; empty for most.
func (o *Offer) Label(i int) string {
	if i < len(o.Ranks) {
		if labels := o.Ranks[i].Labels(); len(labels) > 0 {
			return labels[len(labels)-1]
		}
	}
	return ""
}

// BestFirst puts the slots into the order of their costs.
func (o *Offer) BestFirst() {
	availability.Order(o.Ranks)
	for i := range o.Ranks {
		o.Slots[i] = o.Ranks[i].Slot
	}
}

// Offer lists the slots for a search.
func (d *Desk) Offer(ctx context.Context, business id.Business, s Search) (*Offer, error) {
	to := audienceOf(s.Public)
	if s.Except != "" {
		to = forVisitor
	}
	a, err := d.newAsk(ctx, business, s.Lines, s.Location, to)
	if err != nil {
		return nil, err
	}
	days := s.From.DaysUntil(s.To)
	var check fault.Checker
	check.Require(days >= 0, "to", "range", "ends before it begins")
	check.Require(days < maxRange, "to", "range", "at most 92 days at once")
	if err := check.Err(); err != nil {
		return nil, err
	}
	_, zone, err := d.zoneOf(a.setting.Catalog, s.Location)
	if err != nil {
		return nil, err
	}
	a.window = span.Span{Start: s.From.Start(zone), End: s.To.AddDays(1).Start(zone)}
	a.anyOrder = s.AnyOrder
	if err := d.hear(ctx, a, s.Answers); err != nil {
		return nil, err
	}
	if s.Client == "" && s.Except != "" && !a.book.None() {
		// A visit that moves stays as long as what is known makes it.
		b, err := d.Bookings.Find(ctx, business, s.Except)
		if err != nil {
			return nil, err
		}
		s.Client, s.Subject = b.Client, b.Subject
	}
	if s.Client != "" {
		if err := d.know(ctx, a, s.Client, s.Subject); err != nil {
			return nil, err
		}
	}
	if err := d.see(ctx, a, s); err != nil {
		return nil, err
	}
	out, err := d.offer(ctx, a, s)
	if err != nil {
		return nil, err
	}
	out.agenda = a.shown(s)
	return out, nil
}

// offer lists the slots of one question.
func (d *Desk) offer(ctx context.Context, a *ask, s Search) (*Offer, error) {
	if a.seated() {
		return d.offerSeats(ctx, a, s)
	}
	if flexible(a.visit) {
		return d.offerWork(ctx, a, s)
	}
	g, err := d.facts(ctx, a)
	if err != nil {
		return nil, err
	}
	out := &Offer{Facts: g.Facts, Now: d.Clock.Now()}
	found := make([][]availability.Slot, len(a.ways))
	questions := make([]availability.Question, len(a.ways))
	for i := range a.ways {
		questions[i], err = d.question(a, &a.ways[i], g, choice{except: string(s.Except)}, out.Now)
		if err != nil {
			return nil, err
		}
		found[i] = availability.Slots(questions[i], g.Facts)
		out.Quotes = append(out.Quotes, a.ways[i].quote)
	}
	out.Setting, out.Slots = a.setting, availability.Merge(found...)
	if out.Ranks, err = d.rank(ctx, a, g, questions, out.Slots, s.Public); err != nil {
		return nil, err
	}
	more := d.givenSlots(a, g, questions, out)
	if len(out.Ranks) < len(out.Slots) || len(more) > 0 { // some are not shown, others come in between
		out.Ranks = append(out.Ranks, more...)
		slices.SortStableFunc(out.Ranks, func(a, b availability.Ranked) int { return cmp.Compare(a.Start, b.Start) })
		out.Slots = out.Slots[:0:0]
		for i := range out.Ranks {
			out.Slots = append(out.Slots, out.Ranks[i].Slot)
		}
	}
	return out, nil
}

// givingCosts is what it costs, in minutes of value, that work which was dropped
// off must be done at another time: enough to come after what is simply free.
const givingCosts = 15

// givenSlots lists the starts that are open only because jobs give way.
func (d *Desk) givenSlots(a *ask, g *ground, questions []availability.Question, out *Offer) []availability.Ranked {
	yard := g.yard(out.Now)
	if yard == nil {
		return nil
	}
	found := make([][]availability.Slot, len(questions))
	for i := range questions {
		found[i] = yard.Slots(questions[i], out.Slots)
	}
	var more []availability.Ranked
	for _, s := range availability.Merge(found...) {
		if n := len(more); n > 0 && more[n-1].Start == s.Start {
			continue // the first way will do
		}
		one := availability.Ranked{Slot: s, Cost: availability.Cost{Changes: givingCosts}}
		if len(s.Leads) > 0 {
			one.Lead = out.Facts.Staff[s.Leads[0]].Staff.ID
		}
		if own := (availability.Taste{Busy: a.busy}); own.Clashes(span.Span{Start: s.Start, End: s.End}) {
			one.Cost.Clash, one.Busy = availability.ClashCost, true
		}
		more = append(more, one)
	}
	return more
}

// dayOf is the local day around an instant: facts are loaded by whole days, so
// that the list that a client saw and the booking that follows share them.
func (d *Desk) dayOf(s *availability.Setting, location id.Location, at span.Instant) (span.Span, error) {
	_, zone, err := d.zoneOf(s.Catalog, location)
	if err != nil {
		return span.Span{}, err
	}
	return span.DateOf(at.In(zone)).Span(zone), nil
}

// Alternatives lists other slots for a booking, the nearest to its own time of
// day and date first, at most limit, from the next two weeks around it.
func (d *Desk) Alternatives(
	ctx context.Context, business id.Business, b *Booking, limit int,
) (*Offer, error) {
	setting, err := d.setting(ctx, business)
	if err != nil {
		return nil, err
	}
	_, zone, err := d.zoneOf(setting.Catalog, b.Location)
	if err != nil {
		return nil, err
	}
	now := d.Clock.Now()
	from := span.DateOf(max(now, b.Start-7*span.Day).In(zone))
	to := from.AddDays(21)
	offer, err := d.Offer(ctx, business, Search{
		Lines: linesOf(b.Placement), Location: b.Location, From: from, To: to, Except: b.ID, Client: b.Client, Subject: b.Subject, Party: b.Party,
	})
	if err != nil {
		return nil, err
	}
	offer.Slots = slices.DeleteFunc(slices.Clone(offer.Slots), func(s availability.Slot) bool { return s.Start == b.Start })
	slices.SortStableFunc(offer.Slots, func(x, y availability.Slot) int {
		return int(shift(x.Start, b.Start)/span.Minute) - int(shift(y.Start, b.Start)/span.Minute)
	})
	offer.Slots, offer.Ranks = offer.Slots[:min(limit, len(offer.Slots))], nil
	return offer, nil
}

// shift is how much a move from a to b asks of a client: a day counts as much
// as two hours of the day.
func shift(a, b span.Instant) span.Instant {
	gap := max(a-b, b-a)
	days := (gap + span.Day/2) / span.Day
	rest := gap - days*span.Day
	return days*2*span.Hour + max(rest, -rest)
}

func forbidden() error {
	return fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
}
