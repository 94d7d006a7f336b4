package availability

import (
	"slices"

	"kept/span"
)

// candidates sweeps every possible lead's time at every place and leaves in
// j.runs and j.starts the starts at which the lead is there and free for the
// part that makes them the lead. For a simple visit that is all there is to
// know; for others assign has the rest. An empty only stands for any lead.
func (j *judge) candidates(only int) {
	j.runs, j.starts = j.runs[:0], j.starts[:0]
	if j.plan.lead < 0 {
		for place := range j.f.Places {
			j.sweep(-1, place, nil)
		}
		return
	}
	j.starts = slices.Grow(j.starts, 16+int(min(128, j.window.Length()/(4*span.Hour))))
	item := j.plan.parts[j.plan.lead].item
	n := len(j.f.Staff)
	for who := range n {
		if only >= 0 && only != who || !j.leads(item, who) {
			continue
		}
		open := j.f.Staff[who].Open
		for i := range open {
			j.sweep(who, open[i].Place, j.rowsAt(who, open[i].Place))
		}
		if j.q.Override {
			for place := range j.f.Places {
				if !slices.ContainsFunc(open, func(o Open) bool { return o.Place == place }) {
					j.sweep(who, place, j.rowsAt(who, place))
				}
			}
		}
		if len(j.runs) == 1 {
			j.starts = slices.Grow(j.starts, len(j.starts)*(n-who-1)*5/4) // the others will be much like the first
		}
	}
}

// leads tells whether a person may lead an item: is the one named, one of
// those among whom it is, and able to.
func (j *judge) leads(i, who int) bool {
	it := &j.plan.items[i]
	if named := j.named[i]; named != -1 && named != who {
		return false
	}
	if it.among != nil && !slices.Contains(it.among, j.f.Staff[who].Staff.ID) {
		return false
	}
	return j.able[j.plan.parts[it.first].role*len(j.f.Staff)+who]
}

// sweep walks the gaps of one lane and the open spans side by side and appends
// the starts, sorted and each once.
func (j *judge) sweep(who, place int, rows []Row) {
	lim := j.limits[place]
	if lim.Empty() {
		return
	}
	g := grid{
		open: j.open(who, place), part: j.plan.leading(), every: j.plan.interval,
		edges: j.plan.edges && who >= 0 && !j.plan.free, free: j.plan.free, lim: lim, out: j.starts,
	}
	from, claim := len(g.out), g.part.till-g.part.from
	end, taken := -far, false
	all := j.stretches(rows)
	for b, ok := all.next(); ok; b, ok = all.next() {
		if b.Start-end >= claim {
			g.gap(end, b.Start, taken, b.startsTaken)
		}
		end, taken = b.End, b.endsTaken
	}
	g.gap(end, far, taken, false)
	if g.edges && !j.plan.simple() {
		j.outerEdges(&g, j.person(who, place))
		slices.Sort(g.out[from:])
		g.out = g.out[:from+len(slices.Compact(g.out[from:]))]
	}
	if len(j.bars) > 0 || j.barred != nil {
		g.out = g.out[:from+len(slices.DeleteFunc(g.out[from:], func(s span.Instant) bool {
			return !j.unbarred(s) || who >= 0 && !j.allows(j.plan.parts[j.plan.lead].item, who, s)
		}))]
	}
	j.starts = g.out
	if len(g.out) > from {
		j.runs = append(j.runs, run{who, place, from, len(g.out)})
	}
}

// grid makes the starts of one lead in one set of open spans.
type grid struct {
	open  span.Set
	part  part
	every span.Instant
	edges bool
	free  bool
	lim   span.Span    // the starts that are let through
	at    int          // first open span that still matters
	tick  span.Instant // a grid start of open[ticks], the last one reached
	ticks int          // 1 + the index of the open span of tick; 0 for none yet
	out   []span.Instant
}

// gap appends the starts between two busy stretches of the lane: one ends at
// end and one starts at start, each with an exclusive row or not.
func (g *grid) gap(end, start span.Instant, endsTaken, startsTaken bool) {
	lo := max(end-g.part.from, g.lim.Start)
	hi := min(start-g.part.till, g.lim.End-1)
	if lo > hi {
		return
	}
	open, i := g.open, g.at
	for i < len(open) && open[i].End-g.part.end < lo {
		i++
	}
	g.at = i
	for ; i < len(open) && open[i].Start-g.part.off <= hi; i++ {
		a, b := max(lo, open[i].Start-g.part.off), min(hi, open[i].End-g.part.end)
		if a > b {
			continue
		}
		first := len(g.out)
		if g.free {
			g.once(first, a) // lim holds one start and no other
			continue
		}
		if g.edges && endsTaken && a == end-g.part.from {
			g.out = append(g.out, a)
		}
		if g.part.off == 0 {
			g.step(i, first, a, b)
		} else {
			g.stepAll(first, a, b)
		}
		if g.edges && startsTaken && b == start-g.part.till {
			g.once(first, b)
		}
	}
}

// step appends the grid starts of one open span in [a, b]. What is in out
// since first is the edge start at a, which may lie on the grid as well.
func (g *grid) step(i, first int, a, b span.Instant) {
	if g.ticks != i+1 {
		g.tick, g.ticks = g.open[i].Start, i+1
	}
	tick, every := g.tick, g.every
	if a-tick > 8*every {
		tick += (a - tick) / every * every
	}
	for tick < a {
		tick += every
	}
	g.tick = tick
	out := g.out
	if tick == a && len(out) > first && out[first] == a {
		tick += every
	}
	for ; tick <= b; tick += every {
		out = append(out, tick)
	}
	g.out = out
}

// stepAll appends the grid starts in [a, b] of every open span that holds
// them; needed where the visit begins before its lead does.
func (g *grid) stepAll(first int, a, b span.Instant) {
	for i := range g.open {
		if lo, hi := max(a, g.open[i].Start), min(b, g.open[i].End-1); lo <= hi {
			g.ticks = 0
			g.step(i, first, lo, hi)
		}
	}
}

// once appends a start that is not among those since first.
func (g *grid) once(first int, s span.Instant) {
	if n := len(g.out); n == first || g.out[n-1] != s {
		g.out = append(g.out, s)
	}
}

// outerEdges appends the edge starts that hang on other claims of the lead
// than that of the leading part. Which claims they have in the end is known
// only once the visit is assigned, so these are guesses for isEdge to sift.
func (j *judge) outerEdges(g *grid, l *lane) {
	lead := j.plan.lead
	for k := lead + 1; k < len(j.plan.parts); k++ {
		for _, r := range j.plan.of(&j.plan.parts[k]) {
			for i := range l.busy {
				b := &l.busy[i]
				if b.endsTaken && r.from < g.part.from {
					j.guess(g, l, b.End-r.from)
				}
				if b.startsTaken && r.till > g.part.till {
					j.guess(g, l, b.Start-r.till)
				}
			}
		}
	}
}

// guess appends a start when the leading part fits there.
func (j *judge) guess(g *grid, l *lane, s span.Instant) {
	body := span.Span{Start: s + g.part.off, End: s + g.part.end}
	if !g.lim.Holds(s) || !g.open.Covers(body) {
		return
	}
	c := lane{busy: l.busy}
	if c.free(s+j.plan.earliest, s+g.part.from, s+g.part.till) {
		g.out = append(g.out, s)
	}
}

// onGrid tells whether the start is on the grid of the lead's open span there.
// Under Override that span is the window's, and a single start is a window of
// its own, so it is always on it.
func (j *judge) onGrid(who, place int, s span.Instant) bool {
	o, ok := j.open(who, place).Around(s)
	return ok && (s-o.Start)%j.plan.interval == 0
}

// isEdge tells whether the start is one of the lead's edge starts: their first
// claim begins where an exclusive row ends, or their last ends where one
// begins. It reads who performs what from j.staff.
func (j *judge) isEdge(who, place int, s span.Instant) bool {
	if !j.plan.edges || who < 0 {
		return false
	}
	from, till := far, -far
	for k := range j.plan.roles {
		if r := &j.plan.roles[k]; slices.Contains(j.staff[r.at:r.at+r.count], who) {
			from, till = min(from, r.from), max(till, r.till)
		}
	}
	return j.person(who, place).edge(s+from, s+till)
}
