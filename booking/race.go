package booking

import (
	"context"
	"errors"
	"slices"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/policy"
	"kept/pricing"
	"kept/span"
)

// choice is the part of a request that the engine judges.
type choice struct {
	start    span.Instant
	override bool
	squeeze  bool
	except   string
	party    int
	announce bool // a session itself, and not seats of one
}

func (r Request) choice() choice {
	return choice{start: r.Start, override: r.Override, squeeze: r.Squeeze, party: r.Party}
}

// placing is a choice on its way into the database.
type placing struct {
	placement availability.Placement
	question  availability.Question
	quote     pricing.Quote
	why       Choice
	party     int                 // how many seats it takes of a session
	traits    *policy.Traits      // of the client, where rules ask
	said      map[string]any      // of whom or what it is for, with the request
	touched   []availability.Lane // already, by the same transaction; nil when not
	guest     *guest              // already known; nil when not
	moved     []refix             // the jobs that give way to it
	ground    *ground             // on which it was chosen; nil for what was held or imported
}

// Choice tells why a booking came to whom it did, and what was asked of staff.
type Choice struct {
	availability.Choice
	Approve []id.Rule `json:"approve,omitempty"` // the rules that want staff to confirm it
	Rules   []id.Rule `json:"rules,omitempty"`   // those that changed its length or price
}

// race lets the engine choose and tries the choices one after the other, until
// one holds or the last has lost.
func (d *Desk) race(ctx context.Context, a *ask, c choice, try func(placing) error) error {
	var err error
	if a.window, err = d.dayOf(a.setting, a.location, c.start); err != nil {
		return err
	}
	for range maxCandidates {
		in, refused := d.choose(ctx, a, c)
		if refused != nil {
			return named(a.setting.Catalog, refused)
		}
		err = try(in)
		switch {
		case errors.Is(err, errRenewed):
			if err := d.newer(ctx, a); err != nil {
				return err
			}
		case !fault.Is(err, fault.CodeSlotTaken):
			return named(a.setting.Catalog, err)
		}
	}
	return err // of the last that lost, or for which the configuration would not hold still
}

// choose finds what should be tried first: seats of a session, or people and units.
func (d *Desk) choose(ctx context.Context, a *ask, c choice) (placing, error) {
	if a.seated() && !c.announce {
		return d.pickSeat(ctx, a, c)
	}
	if flexible(a.visit) {
		return d.pickWork(ctx, a, c)
	}
	g, err := d.facts(ctx, a)
	if err != nil {
		return placing{}, err
	}
	if c.squeeze {
		if a.setting.Catalog.Business.Terms.Overflow == 0 {
			return placing{}, policyRefused("overflow", "this business takes no squeeze-ins")
		}
		if g, err = d.withOverflow(ctx, a.business, g); err != nil {
			return placing{}, err
		}
	}
	in, err := d.pick(a, g, c)
	in.ground = g
	return in, err
}

// pick gives the placement that should be tried first: of all the ways to run
// the visit that of the person whom the aim likes best.
func (d *Desk) pick(a *ask, g *ground, c choice) (placing, error) {
	now := d.Clock.Now()
	var ways []plan
	var questions []availability.Question
	for i := range a.ways {
		if way := &a.ways[i]; way.window.Holds(c.start) {
			q, err := d.question(a, way, g, c, now)
			if err != nil {
				return placing{}, err
			}
			q.Window = startWindow(c.start)
			ways, questions = append(ways, *way), append(questions, q)
		}
	}
	if len(ways) == 0 {
		return placing{}, fault.SlotTaken()
	}
	for _, best := range chooseAmong(ways, questions, g.Facts, c.start) {
		if p, ok := availability.Assign(questions[best.way], g.Facts, c.start, best.choice.Lead); ok {
			return a.placing(ways[best.way], questions[best.way], p, best.choice), nil
		}
	}
	for i := range ways { // nobody need be there
		if p, ok := availability.Assign(questions[i], g.Facts, c.start, ""); ok {
			return a.placing(ways[i], questions[i], p, availability.Choice{}), nil
		}
	}
	yard := g.yard(now)
	for i := range ways { // with everything as it lies, nobody can
		if given, ok := yard.Place(questions[i], c.start); ok {
			return a.giving(ways[i], g, given), nil
		}
	}
	return placing{}, refusal(g.Facts, c.start, questions...)
}

// placing notes in a placement how its services differ from what is sold.
func (a *ask) placing(way plan, q availability.Question, p availability.Placement, c availability.Choice) placing {
	in := placing{placement: p, question: q, quote: way.quote, why: Choice{Choice: c}, traits: a.traits, said: a.said}
	for i, w := range way.visit {
		if sold, ok := a.setting.Catalog.Service(w.Service.ID); ok && sold != w.Service {
			in.placement.Items[i].Varied = w.Service.Segments
		}
	}
	for _, l := range way.quote.Lines {
		if l.Rule != "" && !slices.Contains(in.why.Rules, l.Rule) {
			in.why.Rules = append(in.why.Rules, l.Rule)
		}
	}
	return in
}

// agreed turns a placement back into the visit that it is of: each service as
// long as it was agreed, each wait as it was planned; led by whom it was agreed,
// even if they have left.
func agreed(c *catalog.Catalog, p availability.Placement) ([]availability.Want, error) {
	lines := linesOf(p)
	leads := make([]id.Staff, len(lines))
	for i := range lines {
		leads[i], lines[i].Staff = lines[i].Staff, ""
	}
	wants, err := visit(c, lines, forVisitor)
	if err != nil {
		return nil, err
	}
	for i := range wants {
		wants[i].Staff = leads[i]
		item := &p.Items[i]
		if item.Varied != nil {
			varied := *wants[i].Service
			varied.Segments = item.Varied
			if varied.Flexible != nil { // its buffers are among the segments'
				varied.BufferBeforeMin, varied.BufferAfterMin = 0, 0
			}
			wants[i].Service = &varied
		}
		if i > 0 && len(item.Segments) > 0 {
			before := p.Items[i-1].Segments
			wants[i].Wait = max(0, item.Segments[0].Start-before[len(before)-1].End)
		}
	}
	return wants, nil
}

// named puts what the owner says of a rule into the fault that it made: its
// name and words, and of a link the other service.
func named(c *catalog.Catalog, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Ref == "" {
		return err
	}
	r, ok := c.Rule(id.Rule(f.Ref))
	if !ok {
		return err
	}
	f.RuleNames, f.RuleTexts = r.Names, r.About
	if l := r.Link; l != nil {
		f.Link = &fault.Link{Kind: l.Kind, Service: string(l.Other), LeastMin: l.LeastMin, MostMin: l.MostMin}
		if other, ok := c.Service(l.Other); ok {
			f.Link.Names = other.Names
		}
	}
	return err
}

func unsummed(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(fault.Internal, fault.CodeInternal, "the price can't be summed up", err)
}

func quoteOf(a *ask) (pricing.Quote, error) {
	q, err := pricing.Of(a.setting.Catalog.Business.Currency, servicesOf(a.visit)...)
	return q, unsummed(err)
}
