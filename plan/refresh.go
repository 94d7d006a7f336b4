package plan

import (
	"context"
	"slices"

	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/span"
)

// sold is a recall with the service whose it is.
type sold struct {
	service id.Service
	catalog.Recall
}

// recalls lists the rules that fit, of all services that are sold; all of them for no question.
func (h *house) recalls(fits ...func(s *catalog.Service, r *catalog.Recall) bool) []sold {
	var out []sold
	for _, s := range h.all.Services {
		for i := range s.Recalls {
			if !s.Archived && (len(fits) == 0 || fits[0](s, &s.Recalls[i])) {
				out = append(out, sold{s.ID, s.Recalls[i]})
			}
		}
	}
	return out
}

// refresh plans what rules say of a client, and moves what they say otherwise
// by now. The client's items are touched.
func (p *Planner) refresh(ctx context.Context, h *house, e event.Event, rules []sold) error {
	if len(rules) == 0 {
		return nil
	}
	card, err := p.card(ctx, h, e.Client, rules)
	if err != nil {
		return missingIsNone(err)
	}
	if rules = card.answers(rules); len(rules) == 0 {
		return nil
	}
	visits, err := p.Visits.VisitsOf(ctx, e.Business, e.Client, mostVisits)
	if err != nil {
		return err
	}
	items, err := p.Store.List(ctx, e.Business, Filter{Client: e.Client, Backward: true, Limit: mostItems})
	if err != nil {
		return err
	}
	for _, s := range rules {
		for _, subject := range subjectsOf(visits, items) {
			due, ok := DueOf(s.Recall, h.past(s, subject, visits, card))
			if !ok || due.Expires.Before(h.today) {
				continue
			}
			if err := p.apply(ctx, h, rule{s, e.Client, subject}, due, visits, items, e.Actor); err != nil {
				return err
			}
		}
	}
	return nil
}

// card is what rules look at besides visits.
type card struct {
	readings []client.Reading
	facts    client.Ledger
}

func (p *Planner) card(ctx context.Context, h *house, who id.Client, rules []sold) (card, error) {
	has := func(kind catalog.RecallKind) bool {
		return slices.ContainsFunc(rules, func(s sold) bool { return s.Kind == kind })
	}
	var c card
	var err error
	if has(catalog.RecallUsage) {
		if c.readings, err = p.Cards.Readings(ctx, h.business, who, ""); err != nil {
			return c, err
		}
	}
	if has(catalog.RecallAge) {
		c.facts, err = p.Cards.Ledger(ctx, h.business, who, false)
	}
	return c, err
}

// answers leaves out rules of age where nobody's birthday is known.
func (c card) answers(rules []sold) []sold {
	known := slices.ContainsFunc(c.facts.All(), func(f client.Fact) bool { return f.Key == client.KeyBirthDate })
	return slices.DeleteFunc(rules, func(s sold) bool { return s.Kind == catalog.RecallAge && !known })
}

// of gives the readings of a subject. Where the visit did not say which, and
// only one has any, they are those of that one.
func (c card) of(subject id.Subject, kind string) []client.Reading {
	var out []client.Reading
	for _, r := range c.readings {
		if r.Kind != kind || subject != "" && r.Subject != subject {
			continue
		}
		if len(out) > 0 && out[0].Subject != r.Subject {
			return nil
		}
		out = append(out, r)
	}
	return out
}

// subjectsOf lists for whom there were visits or are plans; the client alone, where there are none.
func subjectsOf(visits []Visit, items []*Item) []id.Subject {
	out := []id.Subject{""}
	add := func(s id.Subject) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, v := range visits {
		add(v.Subject)
	}
	for _, i := range items {
		add(i.Subject)
	}
	return out
}

// past gathers what a rule looks at.
func (h *house) past(r sold, subject id.Subject, visits []Visit, c card) Past {
	p := Past{Today: h.today}
	count := 0
	for _, v := range visits { // the newest first
		if v.Status != visitCompleted || v.Subject != subject {
			continue
		}
		on := span.DateOf(v.Start.In(h.zone))
		if slices.Contains(v.Services, r.service) {
			p.Last = later(p.Last, on)
			count++
		}
		if r.After != "" && slices.Contains(v.Services, r.After) {
			p.Before = later(p.Before, on)
		}
	}
	if r.Kind == catalog.RecallCourse && count > 0 && r.Steps > 0 {
		p.Steps = (count-1)%r.Steps + 1
	}
	if r.Kind == catalog.RecallUsage {
		p.Readings = c.of(subject, r.Reading)
	}
	if r.Kind == catalog.RecallAge {
		if f, ok := c.facts.Get(subject, client.KeyBirthDate); ok {
			p.Born, _ = f.Value.Date()
		}
	}
	return p
}

// rule is a recall as it applies to somebody.
type rule struct {
	sold
	client  id.Client
	subject id.Subject
}

func (r *rule) made(i *Item) bool {
	return i.Service == r.service && i.Subject == r.subject && i.Rule == r.Key()
}

// apply makes the item that a rule asks for, or moves the one that there is.
func (p *Planner) apply(
	ctx context.Context, h *house, r rule, due Due, visits []Visit, items []*Item, actor event.Actor,
) error {
	for _, i := range items { // what waits first: a merge may have closed its twin
		if r.made(i) && i.Status.Waits() {
			return p.adjust(ctx, h, i, r, due, actor)
		}
	}
	for _, i := range items {
		if r.made(i) && (i.Status == Booked || r.answered(i, due, h.today)) {
			return nil
		}
	}
	i := h.fresh(r.client, r.subject, r.service, due)
	i.Rule, i.Origin = r.Key(), ByVisit
	switch r.Kind {
	case catalog.RecallAge:
		i.Origin = ByRule
	case catalog.RecallCourse:
		i.Origin = ByCourse
	default:
	}
	if tell := due.Date.AddDays(-r.LeadDays); !r.Silent && (!h.quiet || h.today.Before(tell)) {
		i.TellAt = h.tellAt(tell)
	}
	_, err := p.insert(ctx, h, &i, visits, items, actor)
	return err
}

// answered tells that a closed item was the answer to what the rule asks for
// again: it counts from the same visit and, where that may be long ago, the
// next turn has not come.
func (r *rule) answered(i *Item, due Due, today span.Date) bool {
	if i.Since != due.Since {
		return false
	}
	if r.Kind == catalog.RecallAfter || r.Kind == catalog.RecallCourse {
		return true
	}
	return today.Before(catalog.AddUnits(i.Due, r.Every, r.Unit))
}

// adjust moves an item that waits to what its rule says now.
func (p *Planner) adjust(ctx context.Context, h *house, i *Item, r rule, due Due, actor event.Actor) error {
	if i.Due == due.Date && i.Since == due.Since && same(i.Forecast, due.Forecast) {
		return nil
	}
	if i.Since == due.Since && (i.Kind != Usage || due.Kind != Usage) {
		return nil // somebody has moved it by hand, or the rule was edited: that holds for what comes after
	}
	n := h.fresh(i.Client, i.Subject, i.Service, due)
	i.Kind, i.Due, i.Window, i.Forecast, i.Since = n.Kind, n.Due, n.Window, n.Forecast, n.Since
	i.ExpiresAt, i.Step, i.Of = n.ExpiresAt, n.Step, n.Of
	if i.OfferedAt == 0 && !r.Silent {
		i.TellAt = h.tellAt(due.Date.AddDays(-r.LeadDays))
	}
	return p.write(ctx, i, []event.Event{changed(i, actor)})
}

func same(a, b *Forecast) bool { return a == b || a != nil && b != nil && *a == *b }

// insert writes a new item, and books it at once where a visit for it is
// agreed that no other item of its sort has. False when there is an open one.
func (p *Planner) insert(
	ctx context.Context, h *house, i *Item, visits []Visit, items []*Item, actor event.Actor,
) (bool, error) {
	events := i.told(actor)
	for _, v := range slices.Backward(visits) { // the soonest first
		taken := slices.ContainsFunc(items, func(o *Item) bool {
			return o.Booking == v.Booking && o.Service == i.Service && o.Rule == i.Rule
		})
		if v.End <= h.now || v.Status != visitConfirmed && v.Status != visitCheckedIn || taken || !i.fits(&v) {
			continue
		}
		i.Booking = v.Booking
		booked, err := i.to(Booked, actor)
		if err != nil {
			return false, err
		}
		events = append(events[:1], booked...) // one word to the open cards is enough
		break
	}
	made, err := p.Store.Insert(ctx, i)
	if err != nil || !made {
		return false, err
	}
	return true, p.Journal.Append(ctx, events...)
}
