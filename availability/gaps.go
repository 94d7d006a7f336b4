package availability

import (
	"math"
	"slices"

	"kept/id"
	"kept/span"
)

// piece is a stretch of usable time of one person at one place: free and
// within open hours, from now on.
type piece struct {
	span.Span
	worth  float32
	lo, hi span.Instant // the starts at which the leading part fits into it, both inclusive; lo > hi for none
}

// claim is a stretch of the lead's time that the visit takes, from its start.
type claim struct {
	span.Span
	worth float32
}

// cell is the work on one slot; small, for every lead of every slot is one look at it.
type cell struct {
	start      span.Instant
	left       []id.Staff // its leads who have not been met
	total      float32    // what it costs under the best so far
	gaps, load float32    // parts of that
	who, place int32      // the best so far, -1 for none
}

// gaps is the work on the free time of the leads.
type gaps struct {
	*ranking
	j      *judge
	worth  []float32 // the mix's table; nil where gaps do not count
	bounds span.Span // what is looked at
	cells  []cell    // by slot
	pieces []piece   // of one person at one place
	claims []claim   // of one person
	weight []float32 // by slot: how much a gap of its day counts; nil for all alike
	load   []float32 // by slot: what the person's load of that day costs; nil for nothing
}

// leads finds for every slot the lead for whom it costs least.
//
// It goes through the people, not the slots: a person's pieces of free time
// and the slots that fall into them are both in the order of time, and slots
// list their leads in the order of people, so that one comparison tells
// whether a slot is theirs.
func (r *ranking) leads() {
	last := len(r.out) - 1
	window := span.Span{Start: r.out[0].Start, End: r.out[last].Start + 1}
	g := gaps{ranking: r, j: newJudge(r.q, r.f, window)}
	if g.j.plan.lead < 0 {
		return // nobody's time is broken up
	}
	if r.w.Mix != nil {
		g.worth = r.w.Mix.worth
	}
	g.bounds = window.Widen(2*span.Day, 2*span.Day).Intersect(r.f.Window)
	g.bounds.Start = max(g.bounds.Start, r.q.Now)
	g.cells = make([]cell, len(r.out))
	for i := range r.out {
		g.cells[i] = cell{start: r.out[i].Start, left: r.out[i].Leads, who: -1}
	}
	g.decay()
	for who := range r.f.Staff {
		g.person(who)
	}
	g.write()
}

// write puts what was found into the slots.
func (g *gaps) write() {
	for i := range g.cells {
		s, c := &g.out[i], &g.cells[i]
		if c.who < 0 { // never, while the slots are of these facts
			if len(s.Leads) > 0 {
				s.Lead = s.Leads[0]
			}
			continue
		}
		s.Lead, s.Place = g.f.Staff[c.who].Staff.ID, int(c.place)
		s.Cost = Cost{Gaps: c.gaps, Load: c.load, Taste: g.liked(s.Lead)}
	}
}

// liked is the cost of a lead's being liked by the client.
func (g *gaps) liked(lead id.Staff) float32 {
	if g.t != nil && slices.Contains(g.t.Staff, lead) {
		return -g.w.Taste
	}
	return 0
}

// decay works out how much gaps count on each slot's day.
func (g *gaps) decay() {
	if g.w.HalfLife <= 0 {
		return
	}
	g.weight = make([]float32, len(g.out))
	for i := range g.out {
		if i > 0 && g.out[i].day == g.out[i-1].day {
			g.weight[i] = g.weight[i-1]
			continue
		}
		ahead := float64(max(0, g.out[i].day-g.q.Now)) / float64(span.Day)
		g.weight[i] = float32(math.Exp2(-ahead / float64(g.w.HalfLife)))
	}
}

// person counts one person in wherever they could lead.
func (g *gaps) person(who int) {
	p := &g.f.Staff[who]
	rows := p.rows(g.q.Squeeze)
	g.own(who)
	if g.w.Load != 0 {
		g.loads(rows)
	}
	for i := range p.Open {
		g.cut(rows, p.Open[i].Spans)
		g.within(who, p.Open[i].Place)
	}
}

// own lists the claims that the visit makes on its lead's time, as far as is
// known before it is assigned: the parts of the first staffed item that they
// are able to perform. Those that touch are one.
func (g *gaps) own(who int) {
	g.claims = g.claims[:0]
	pl := &g.j.plan
	it := &pl.items[pl.parts[pl.lead].item]
	staff := g.f.Staff[who].Staff
	for k := it.first; k < it.to; k++ {
		p := &pl.parts[k]
		if need := it.service.Segments[k-it.from].Staff; need == nil || k > it.first && !staff.Knows(need) {
			continue
		}
		if n := len(g.claims); n > 0 && p.from <= g.claims[n-1].End {
			g.claims[n-1].End = max(g.claims[n-1].End, p.till)
			continue
		}
		g.claims = append(g.claims, claim{Span: span.Span{Start: p.from, End: p.till}})
	}
	for k := range g.claims {
		g.claims[k].worth = g.value(g.claims[k].Length())
	}
}

// cut makes the pieces of what the rows leave of the open spans.
func (g *gaps) cut(rows []Row, open span.Set) {
	g.pieces = g.pieces[:0]
	end, at := -far, 0
	all := stretches{j: g.j, rows: rows, lo: g.bounds.Start, hi: g.bounds.End}
	for b, ok := all.next(); ok; b, ok = all.next() {
		at = g.between(end, b.Start, open, at)
		end = b.End
	}
	g.between(end, far, open, at)
}

// between adds the pieces between two busy stretches and gives the first open
// span that still matters.
func (g *gaps) between(end, start span.Instant, open span.Set, at int) int {
	part := &g.j.plan.parts[g.j.plan.lead]
	free := span.Span{Start: max(end, g.bounds.Start), End: min(start, g.bounds.End)}
	for at < len(open) && open[at].End <= free.Start {
		at++
	}
	for i := at; i < len(open) && open[i].Start < free.End; i++ {
		p := piece{
			Span: open[i].Intersect(free),
			lo:   max(end-part.from, open[i].Start-part.off),
			hi:   min(start-part.till, open[i].End-part.end),
		}
		if p.lo > p.hi && len(g.claims) == 1 {
			continue // no later claim could lie in it either
		}
		p.worth = g.value(p.Length())
		g.pieces = append(g.pieces, p)
	}
	return at
}

// within counts the person in at the starts that fall into their pieces at a
// place.
func (g *gaps) within(who, place int) {
	name := g.f.Staff[who].Staff.ID
	liked := g.liked(name)
	i := 0
	for n := range g.pieces {
		p := &g.pieces[n]
		if p.lo > p.hi {
			continue
		}
		for i < len(g.cells) && g.cells[i].start < p.lo {
			i++
		}
		for ; i < len(g.cells) && g.cells[i].start <= p.hi; i++ {
			c := &g.cells[i]
			if len(c.left) == 0 || c.left[0] != name {
				continue
			}
			c.left = c.left[1:]
			lost, load := g.lost(n, c.start), float32(0)
			if g.weight != nil {
				lost *= g.weight[i]
			}
			if g.load != nil {
				load = g.load[i]
			}
			total := lost + load + liked
			if g.each != nil {
				g.each(name, total)
			}
			if c.who < 0 || total < c.total {
				c.total, c.gaps, c.load, c.who, c.place = total, lost, load, int32(who), int32(place)
			}
		}
	}
}

// value is what a stretch of free time is worth.
func (g *gaps) value(free span.Instant) float32 {
	if g.worth == nil {
		return 0
	}
	return look(g.worth, free)
}

// lost is what the person's free time loses by the visit at s, whose leading
// part lies in piece n.
func (g *gaps) lost(n int, s span.Instant) float32 {
	if g.worth == nil {
		return 0
	}
	p := &g.pieces[n]
	sum, edge := p.worth, p.Start
	for k := range g.claims {
		c := &g.claims[k]
		for k > 0 && s+c.Start >= p.End && n+1 < len(g.pieces) {
			sum -= look(g.worth, p.End-edge)
			n++
			p = &g.pieces[n]
			sum, edge = sum+p.worth, p.Start
		}
		sum -= look(g.worth, s+c.Start-edge) + c.worth
		edge = s + c.End
	}
	return sum - look(g.worth, p.End-edge)
}

// loads works out, for every slot, what the person's load of that day costs.
func (g *gaps) loads(rows []Row) {
	if g.load == nil {
		g.load = make([]float32, len(g.out))
	}
	at := 0
	for i := range g.out {
		day := g.out[i].day
		if i > 0 && day == g.out[i-1].day {
			g.load[i] = g.load[i-1]
			continue
		}
		for at < len(rows) && rows[at].End <= day {
			at++
		}
		var busy span.Instant
		for k := at; k < len(rows) && rows[k].Start < day+span.Day; k++ {
			if r := &rows[k]; r.Exclusive && g.j.counts(r) {
				busy += r.Length()
			}
		}
		g.load[i] = g.w.Load * float32(min(1, float64(busy)/float64(8*span.Hour)))
	}
}
