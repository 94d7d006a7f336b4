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

const (
	nothing = 0.01          // a cost in minutes of value that is none
	far32   = float32(1e30) // more than any cost
)

// claim is a stretch of the lead's time that the visit takes, from its start.
type claim struct {
	span.Span
	worth float32
}

// cell is the work on one slot. One more than there are slots, the last one,
// begins and ends the list of those that are not settled: they are in the
// order of time, each knows the next.
type cell struct {
	start      span.Instant
	leads      []id.Staff
	slot       int32 // which one it is of
	next       int32
	met        int32   // how many of them have been met
	total      float32 // what it costs under the best so far
	gaps, load float32 // parts of that
	who, place int32   // the best so far, -1 for none
}

// gaps is the work on the free time of the leads.
type gaps struct {
	*ranking
	q      *Question
	j      *judge
	worth  []float32 // the mix's table; nil where gaps do not count
	bounds span.Span // what is looked at
	cells  []cell
	pieces []piece // of one person at one place
	claims []claim // of one person
	who    int32   // the person who is being counted in
	place  int32
	name   id.Staff
	likes  float32   // the cost of their being liked
	before int32     // the cell before at
	at     int32     // the first cell that may still be theirs
	enough float32   // a cost that nobody can better: whoever comes later is not asked
	weight []float32 // by slot: how much a gap of its day counts; nil for all alike
	load   []float32 // by slot: what the person's load of that day costs; nil for nothing
}

// leads finds for every slot of a way the lead for whom it costs least.
//
// It goes through the people, not the slots: a person's pieces of free time
// and the slots that fall into them are both in the order of time, and slots
// list their leads in the order of people, so that one comparison tells
// whether a slot is theirs. A slot that costs nothing under somebody is settled
// and leaves the list, so that the crowd after them has little left to look at.
func (r *ranking) leads(q *Question, way int) {
	g := gaps{ranking: r, q: q, cells: make([]cell, 0, len(r.out)+1)}
	for i := range r.out {
		if s := &r.out[i]; s.Way == way {
			next := int32(len(g.cells) + 1)
			g.cells = append(g.cells, cell{start: s.Start, leads: s.Leads, slot: int32(i), next: next, total: far32, who: -1})
		}
	}
	last := len(g.cells) - 1
	if last < 0 {
		return
	}
	window := span.Span{Start: g.cells[0].start, End: g.cells[last].start + 1}
	g.cells = append(g.cells, cell{start: far})
	if g.j = newJudge(q, r.f, window); g.j.plan.lead < 0 {
		return // nobody's time is broken up
	}
	if r.w.Mix != nil {
		g.worth = r.w.Mix.worth
	}
	g.bounds = window.Widen(2*span.Day, 2*span.Day).Intersect(r.f.Window)
	g.bounds.Start = max(g.bounds.Start, q.Now)
	g.enough = nothing
	if r.w.Load != 0 || r.t != nil && len(r.t.Staff) > 0 || r.each != nil {
		g.enough = -far32
	}
	g.decay()
	for who := range r.f.Staff {
		g.person(who)
	}
	g.write()
}

// write puts what was found into the slots.
func (g *gaps) write() {
	for i := range g.cells[:len(g.cells)-1] {
		c := &g.cells[i]
		s := &g.out[c.slot]
		if c.who < 0 {
			continue // never, while the slots are of these facts
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
	g.own(who)
	if g.w.Load != 0 {
		g.loads(p.Rows)
	}
	g.who, g.name, g.likes = int32(who), p.Staff.ID, g.liked(p.Staff.ID)
	for i := range p.Open {
		g.place = int32(p.Open[i].Place)
		g.cut(g.j.rowsAt(who, p.Open[i].Place), p.Open[i].Spans)
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

// cut makes the pieces of what the rows leave of the open spans, and counts
// the person in at the starts that fall into them. Of a visit that takes its
// lead once, pieces into which it does not fit are left out.
func (g *gaps) cut(rows []Row, open span.Set) {
	g.pieces, g.before, g.at = g.pieces[:0], int32(len(g.cells)-1), g.cells[len(g.cells)-1].next
	end, least, till := -far, span.Instant(0), -far
	if len(g.claims) == 1 {
		least, till = g.claims[0].Length(), g.claims[0].End
	}
	for i := range rows {
		r := &rows[i]
		if !g.j.counts(r) || r.Empty() {
			continue
		}
		if r.Start > g.bounds.End {
			break
		}
		if r.Start-end >= least && r.Start >= g.cells[g.at].start+till && r.Start > g.bounds.Start {
			open = g.between(end, r.Start, open)
		}
		end = max(end, r.End)
	}
	g.between(end, far, open)
	if len(g.claims) > 1 {
		for n := range g.pieces {
			g.within(n, &g.pieces[n])
		}
	}
}

// between makes the pieces between two busy stretches and gives the open spans
// that still matter.
func (g *gaps) between(end, start span.Instant, open span.Set) span.Set {
	part := &g.j.plan.parts[g.j.plan.lead]
	from, till := max(end, g.bounds.Start), min(start, g.bounds.End)
	for len(open) > 0 && open[0].End <= from {
		open = open[1:]
	}
	for i := 0; i < len(open) && open[i].Start < till; i++ {
		o := open[i]
		p := piece{
			Span: span.Span{Start: max(o.Start, from), End: min(o.End, till)},
			lo:   max(end-part.from, o.Start-part.off),
			hi:   min(start-part.till, o.End-part.end),
		}
		p.worth = g.value(p.End - p.Start)
		if len(g.claims) > 1 {
			g.pieces = append(g.pieces, p)
		} else {
			g.within(0, &p)
		}
	}
	return open
}

// within counts the person in at the starts that fall into the piece, which is
// their n-th.
func (g *gaps) within(n int, p *piece) {
	i := g.at
	for g.cells[i].start < p.lo {
		g.before, i = i, g.cells[i].next
	}
	for ; g.cells[i].start <= p.hi; g.before, i = i, g.cells[i].next {
		c := &g.cells[i]
		if int(c.met) == len(c.leads) || c.leads[c.met] != g.name {
			continue
		}
		c.met++
		lost, load := g.lost(n, p, c.start), float32(0)
		if g.weight != nil {
			lost *= g.weight[c.slot]
		}
		if g.load != nil {
			load = g.load[c.slot]
		}
		total := lost + load + g.likes
		if g.each != nil {
			g.each(g.name, total)
		}
		if total < c.total {
			c.total, c.gaps, c.load, c.who, c.place = total, lost, load, g.who, g.place
		}
		if total <= g.enough {
			g.cells[g.before].next = c.next // settled: out of the list
			i = g.before
		}
	}
	g.at = i
}

// value is what a stretch of free time is worth.
func (g *gaps) value(free span.Instant) float32 {
	if g.worth == nil {
		return 0
	}
	return look(g.worth, free)
}

// lost is what the person's free time loses by the visit at s, whose leading
// part lies in p, their n-th piece.
func (g *gaps) lost(n int, p *piece, s span.Instant) float32 {
	if g.worth == nil {
		return 0
	}
	if len(g.claims) == 1 {
		c := &g.claims[0]
		return p.worth - c.worth - look(g.worth, s+c.Start-p.Start) - look(g.worth, p.End-s-c.End)
	}
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
