package availability

import (
	"math"
	"slices"
	"sort"

	"kept/id"
	"kept/span"
)

// piece is a stretch of usable time of one person at one place: free and
// within open hours, from now on.
type piece struct {
	span.Span
	lo, hi span.Instant // the starts at which the leading part fits into it, both inclusive; lo > hi for none
}

// gaps is the work on the free time of the leads.
type gaps struct {
	*ranking
	j      *judge
	bounds span.Span // what is looked at
	pieces []piece
	turn   []int32   // by slot: how many of its leads have been met
	claims []piece   // the lead's own claims as offsets from the start, of one person
	weight []float32 // by slot: how much a gap of its day counts
	load   []float32 // by slot: what the person's load of that day costs, scratch of one person

	each func(lead id.Staff, c Cost) // told of every lead of every slot; nil for nobody
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
	g := gaps{ranking: r, j: newJudge(r.q, r.f, window), each: r.each}
	if g.j.plan.lead < 0 {
		return // nobody's time is broken up
	}
	g.bounds = window.Widen(2*span.Day, 2*span.Day).Intersect(r.f.Window)
	g.bounds.Start = max(g.bounds.Start, r.q.Now)
	g.turn = make([]int32, len(r.out))
	g.decay()
	for i := range r.out {
		r.out[i].Cost.Gaps = float32(math.Inf(1))
	}
	for who := range r.f.Staff {
		g.person(who)
	}
	for i := range r.out {
		if s := &r.out[i]; s.Lead == "" { // never, while the slots are of these facts
			s.Cost = Cost{}
			if len(s.Leads) > 0 {
				s.Lead = s.Leads[0]
			}
		}
	}
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
	var liked float32
	if g.t != nil && slices.Contains(g.t.Staff, p.Staff.ID) {
		liked = -g.w.Taste
	}
	for i := range p.Open {
		g.cut(rows, p.Open[i].Spans)
		for n := range g.pieces {
			g.within(who, p.Open[i].Place, n, liked)
		}
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
		g.claims = append(g.claims, piece{Span: span.Span{Start: p.from, End: p.till}})
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
		g.pieces = append(g.pieces, piece{
			Span: open[i].Intersect(free),
			lo:   max(end-part.from, open[i].Start-part.off),
			hi:   min(start-part.till, open[i].End-part.end),
		})
	}
	return at
}

// within counts the person in at the starts that fall into one of their pieces.
func (g *gaps) within(who, place, n int, liked float32) {
	p := &g.pieces[n]
	if p.lo > p.hi {
		return
	}
	name := g.f.Staff[who].Staff.ID
	from := sort.Search(len(g.out), func(i int) bool { return g.out[i].Start >= p.lo })
	for i := from; i < len(g.out) && g.out[i].Start <= p.hi; i++ {
		s := &g.out[i]
		turn := int(g.turn[i])
		if turn == len(s.Leads) || s.Leads[turn] != name {
			continue
		}
		g.turn[i]++
		c := Cost{Gaps: g.lost(n, s.Start), Taste: liked}
		if g.weight != nil {
			c.Gaps *= g.weight[i]
		}
		if g.load != nil {
			c.Load = g.load[i]
		}
		if g.each != nil {
			g.each(name, c)
		}
		if s.Lead == "" || c.Total() < s.Cost.Total() {
			s.Lead, s.Place, s.Cost = name, place, c
		}
	}
}

// lost is what the person's free time loses by the visit at s, whose leading
// part lies in piece n.
func (g *gaps) lost(n int, s span.Instant) float32 {
	if g.w.Mix == nil {
		return 0
	}
	worth := g.w.Mix.worth
	p := &g.pieces[n]
	sum, edge := look(worth, p.Length()), p.Start
	for k := range g.claims {
		c := &g.claims[k]
		for s+c.Start >= p.End && n+1 < len(g.pieces) && k > 0 {
			sum -= look(worth, p.End-edge)
			n++
			p = &g.pieces[n]
			sum, edge = sum+look(worth, p.Length()), p.Start
		}
		sum -= look(worth, s+c.Start-edge) + look(worth, c.End-c.Start)
		edge = s + c.End
	}
	return sum - look(worth, p.End-edge)
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
