package availability

import (
	"math"
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// piece is a stretch of usable time of one person at one place: free and
// within open hours, from now on.
type piece struct {
	span.Span
	worth         float32
	after, before bool         // a visit ends where it begins, begins where it ends
	lo, hi        span.Instant // the starts at which the leading part fits into it, both inclusive; lo > hi for none
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

// cell is the work on one slot.
type cell struct {
	leads      []int32
	slot       int32   // which it is of
	met        int32   // how many of the leads have been asked about
	total      float32 // what it costs under the best so far, endless for none
	gaps, load float32 // parts of that
	wish       float32
	who, place int32 // the best so far, -1 for none
}

// gaps is the work on the free time of the leads.
type gaps struct {
	*ranking
	q      *Question
	j      *judge
	worth  []float32 // the mix's table; nil where gaps do not count
	bounds span.Span // what is looked at
	cells  []cell
	starts []span.Instant // of the cells; they and the next two are what every person is compared with
	days   []int32        // of the cells
	bar    []int64        // of the cells: only a key below can better what is there
	pieces []piece        // of one person at one place
	claims []claim        // of one person
	who    int32          // the person who is being counted in
	place  int32
	likes  float32      // the cost of their being liked
	gap    span.Instant // how much they like between visits; 0 where that does not count
	at     int          // the first cell that may still be theirs
	enough float32      // a cost that nobody can better: whoever comes later is not asked
	aim    catalog.Aim
	fit    bool           // the lead is taken for whom a start costs least, whoever the order would have
	keys   []int64        // by day: the person's place in the aim's order, least first
	busy   []span.Instant // by day: how much of it is taken; nil where that does not matter
	weight []float32      // by day: how much a gap counts; nil for all alike
}

// leads finds for every slot of a way the lead who would be taken.
//
// It goes through the people, not the slots: a person's pieces of free time
// and the slots that fall into them are both in the order of time, and slots
// list their leads in the order of people. Only where the person would be
// better than whoever is there already they are looked at more closely.
func (r *ranking) leads(q *Question, way int) {
	g := gaps{ranking: r, q: q}
	g.cells = make([]cell, 0, len(r.out))
	g.starts, g.days, g.bar = make([]span.Instant, 0, len(r.out)), make([]int32, 0, len(r.out)), make([]int64, 0, len(r.out))
	for i := range r.out {
		if s := &r.out[i]; int(s.Way) == way {
			g.cells = append(g.cells, cell{leads: s.Leads, slot: int32(i), total: far32, who: -1})
			g.starts, g.days, g.bar = append(g.starts, s.Start), append(g.days, s.day), append(g.bar, math.MaxInt64)
		}
	}
	if len(g.cells) == 0 {
		return
	}
	window := span.Span{Start: g.starts[0], End: g.starts[len(g.starts)-1] + 1}
	if g.j = newJudge(q, r.f, window); g.j.plan.lead < 0 {
		return // nobody's time is broken up
	}
	if r.w.Mix != nil {
		g.worth = r.w.Mix.worth
	}
	g.bounds = window.Widen(2*span.Day, 2*span.Day).Intersect(r.f.Window)
	g.bounds.Start = max(g.bounds.Start, q.Now)
	g.fit = r.w.Fit || q.Aim == catalog.AimFit
	g.enough = nothing
	if !g.fit || r.w.Load != 0 || r.t != nil && len(r.t.Staff) > 0 {
		g.enough = -far32
	}
	if g.aim = q.Aim; g.aim == "" {
		g.aim = catalog.AimEven
	}
	if r.w.Load != 0 || !g.fit && g.aim != catalog.AimPriority {
		g.busy = make([]span.Instant, len(r.all))
	}
	g.keys = make([]int64, len(r.all))
	g.decay()
	for who := range r.f.Staff {
		g.person(who)
	}
	g.write()
}

// write puts what was found into the slots.
func (g *gaps) write() {
	for i := range g.cells {
		c := &g.cells[i]
		s := &g.out[c.slot]
		if c.who < 0 {
			continue // never, while the slots are of these facts
		}
		s.Lead, s.Place = g.f.Staff[c.who].Staff.ID, c.place
		s.Cost = Cost{Gaps: c.gaps, Load: c.load, Wish: c.wish, Taste: g.liked(s.Lead)}
	}
}

// liked is the cost of a lead's being liked by the client.
func (g *gaps) liked(lead id.Staff) float32 {
	if g.t != nil && slices.Contains(g.t.Staff, lead) {
		return -g.w.Taste
	}
	return 0
}

// decay works out how much gaps count on each day.
func (g *gaps) decay() {
	if g.w.HalfLife <= 0 {
		return
	}
	g.weight = make([]float32, len(g.all))
	for i, day := range g.all {
		ahead := float64(max(0, day.Start-g.q.Now)) / float64(span.Day)
		g.weight[i] = float32(math.Exp2(-ahead / float64(g.w.HalfLife)))
	}
}

// person counts one person in wherever they could lead.
func (g *gaps) person(who int) {
	p := &g.f.Staff[who]
	g.own(who)
	if g.busy != nil {
		g.loads(p.Rows)
	}
	c := chooser{q: g.q, f: g.f}
	first, _ := c.judge(g.aim, &Person{Staff: p.Staff})
	for day := range g.keys {
		if !g.fit {
			g.keys[day] = g.key(first, day)
		}
	}
	g.who, g.likes, g.gap = int32(who), g.liked(p.Staff.ID), 0
	if g.w.Wish > 0 {
		g.gap = span.Minutes(p.Staff.Preferences.GapMin)
	}
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
	g.pieces, g.at = g.pieces[:0], 0
	end, least, next := -far, span.Instant(0), g.next()
	if len(g.claims) == 1 {
		least = g.claims[0].Length()
	}
	for i := range rows {
		r := &rows[i]
		if !g.j.q.counts(r) || r.Empty() {
			continue
		}
		if r.Start > g.bounds.End {
			break
		}
		if r.Start-end >= least && r.Start >= next && r.Start > g.bounds.Start {
			open = g.between(end, r.Start, open)
			next = g.next()
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

// next is the first end of a visit's claim that may still be theirs: a gap
// that ends before is of no interest.
func (g *gaps) next() span.Instant {
	if g.at == len(g.starts) || len(g.claims) != 1 {
		return -far
	}
	return g.starts[g.at] + g.claims[0].End
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
		p.after, p.before = p.Start == end, p.End == start
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
	i, starts := g.at, g.starts
	for i < len(starts) && starts[i] < p.lo {
		i++
	}
	for ; i < len(starts) && starts[i] <= p.hi; i++ {
		key := g.keys[g.days[i]]
		if key >= g.bar[i] {
			continue
		}
		c := &g.cells[i]
		if !c.led(g.who) {
			continue
		}
		cost := g.cost(n, p, starts[i], g.days[i])
		if total := cost.Total(); !g.fit || total < c.total {
			c.total, c.gaps, c.load, c.wish, c.who, c.place = total, cost.Gaps, cost.Load, cost.Wish, g.who, g.place
		}
		switch {
		case !g.fit:
			g.bar[i] = key
		case c.total <= g.enough:
			g.bar[i] = math.MinInt64
		}
	}
	g.at = i
}

// led tells whether the person is one of the slot's leads. People are asked
// about in their order, so that those before have not to be looked at again.
func (c *cell) led(who int32) bool {
	for i := int(c.met); i < len(c.leads); i++ {
		if c.leads[i] == who {
			c.met = int32(i) + 1
			return true
		}
	}
	return false
}

// cost is what a start costs under the person who is being counted in.
func (g *gaps) cost(n int, p *piece, s span.Instant, day int32) Cost {
	c := Cost{Gaps: g.lost(n, p, s), Taste: g.likes}
	if g.gap > 0 {
		c.Wish = g.unwished(p, s)
	}
	if g.weight != nil {
		c.Gaps, c.Wish = c.Gaps*g.weight[day], c.Wish*g.weight[day]
	}
	if g.w.Load != 0 {
		const full = 8 * span.Hour
		c.Load = g.w.Load * min(1, float32(g.busy[day])/float32(full))
	}
	return c
}

// unwished is what it costs that the visit's first stretch stands closer to
// another than its lead likes. Where nothing is left between them the whole of
// it counts, on each side.
func (g *gaps) unwished(p *piece, s span.Instant) (cost float32) {
	first := g.claims[0]
	if left := s + first.Start - p.Start; p.after && left < g.gap {
		cost += g.w.Wish * float32(g.gap-left) / float32(g.gap)
	}
	if left := p.End - s - first.End; p.before && left < g.gap {
		cost += g.w.Wish * float32(g.gap-left) / float32(g.gap)
	}
	return cost
}

// key is where the person stands in the aim's order on a day, given where they
// would with no load.
func (g *gaps) key(at [2]int, day int) int64 {
	if g.busy != nil {
		load := int(g.busy[day] / span.Minute)
		switch {
		case g.aim == catalog.AimConcentrate:
			at[0] -= load
		case g.aim == catalog.AimLeastSkill, g.aim == catalog.AimSame && at[0] > 0:
			at[1] += load
		case g.aim == catalog.AimEven:
			at[0] += load
		}
	}
	return int64(max(math.MinInt32, min(math.MaxInt32, at[0])))<<32 + int64(at[1])
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

// loads works out how much of each day is taken on the person's lane.
func (g *gaps) loads(rows []Row) {
	clear(g.busy)
	at, all := 0, g.all
	for i := range rows {
		r := &rows[i]
		if !r.Exclusive || !g.j.q.counts(r) {
			continue
		}
		for at < len(all) && all[at].End <= r.Start {
			at++
		}
		if at == len(all) {
			return
		}
		if all[at].Start <= r.Start && r.End <= all[at].End {
			g.busy[at] += r.End - r.Start
			continue
		}
		for d := at; d < len(all) && all[d].Start < r.End+span.Day; d++ { // days of two zones may overlap
			g.busy[d] += r.Intersect(all[d]).Length()
		}
	}
}
