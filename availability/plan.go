package availability

import (
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// plan is a visit laid out on a time line that begins at 0: what every start
// has in common, worked out once a call. All instants in it are offsets in
// microseconds from the visit's start.
type plan struct {
	parts    []part
	roles    []role
	items    []item
	pools    []pool
	lead     int          // the first staffed part, -1 when nobody is needed
	length   span.Instant // of all bodies and waits together
	interval span.Instant // between grid starts: the first service's
	edges    bool         // edge starts are on: the first service's
	free     bool         // when is the engine to fix: no grid, and nobody is there while it waits
	earliest span.Instant // start of the first claim, at most 0
	latest   span.Instant // end of the last claim, at least length
	notice   span.Instant // the longest of the services'
	horizon  int          // local days, the shortest of the services'; 0 is unlimited
	staff    int          // staff over all parts
	units    int          // units over all pools
}

// part is one segment of one item.
type part struct {
	item     int
	off, end span.Instant // the body
	from     span.Instant // where the first claim of its parties begins: the body less buffers
	till     span.Instant // where the last one ends
	role     int          // its roles: plan.roles[role : role+roles]
	roles    int
	count    int  // staff over its roles
	at       int  // where its staff begin in judge.staff
	alone    bool // takes neither staff nor units: its buffers are nobody's
}

// role is some people whom a part needs, all with the same skill.
type role struct {
	part       int
	need       *catalog.StaffNeed
	count      int
	at         int // where they begin in judge.staff
	from, till span.Instant
}

// item is one service of the visit.
type item struct {
	service  *catalog.Service
	from, to int        // its parts: parts[from:to]
	first    int        // its first staffed part, -1 when there is none
	named    id.Staff   // who leads it, empty for anyone
	among    []id.Staff // who may lead it, nil for anyone
}

// pool is one item's demand for units of a kind. The same units stay for the
// whole item, so that the client does not change chairs; a segment that takes
// fewer than another takes the first ones.
type pool struct {
	item  int
	kind  string
	anyOf []id.Resource
	rival int // the pool before it of the same item and kind, -1 for none: they may want the same units
	count int // the most that any segment takes
	at    int // where its units begin in judge.units
	uses  []use
}

// use is how many units of a pool a part takes, and from when till when.
type use struct {
	part, count int
	from, till  span.Instant
}

func planOf(visit []Want) plan {
	var pl plan
	pl.lay(visit)
	return pl
}

// lay fills a plan that has nothing but room.
func (pl *plan) lay(visit []Want) {
	n := 0
	for _, w := range visit {
		n += len(w.Service.Segments)
	}
	pl.lead = -1
	pl.parts, pl.roles, pl.items = room(pl.parts, n)[:0], room(pl.roles, n)[:0], room(pl.items, len(visit))[:0]
	for i, w := range visit {
		pl.add(i, w)
	}
	for i := range pl.pools {
		pl.pools[i].at = pl.units
		pl.units += pl.pools[i].count
	}
	if len(visit) > 0 {
		first := visit[0].Service
		pl.interval, pl.edges = span.Minutes(first.IntervalMin), first.EdgeStarts
		pl.free = first.Flexible != nil
	}
	if pl.interval <= 0 {
		pl.interval = max(pl.length, 1) // a service without a step follows itself
	}
	pl.latest = max(pl.latest, pl.length)
}

func (pl *plan) add(i int, w Want) {
	it := item{service: w.Service, from: len(pl.parts), first: -1, named: w.Staff, among: w.Among}
	if i > 0 {
		pl.length += w.Wait
	}
	last := len(w.Service.Segments) - 1
	for k := range w.Service.Segments {
		seg := &w.Service.Segments[k]
		before, after := seg.BufferBeforeMin, seg.BufferAfterMin
		if k == 0 {
			before += w.Service.BufferBeforeMin
		}
		if k == last {
			after += w.Service.BufferAfterMin
		}
		p := part{item: i, off: pl.length, end: pl.length + span.Minutes(seg.DurationMin), at: pl.staff, role: len(pl.roles)}
		p.from, p.till = p.off-span.Minutes(before), p.end+span.Minutes(after)
		from, till := p.from, p.till
		if seg.Staff != nil {
			pl.addRole(&p, seg.Staff, from, till)
			for n := range seg.Team {
				pl.addRole(&p, &seg.Team[n], from, till)
			}
		}
		if p.count > 0 && it.first < 0 {
			it.first = len(pl.parts)
		}
		p.alone = p.count == 0 && len(seg.Resources) == 0
		for n := range seg.Resources {
			pl.demand(&p, len(pl.parts), &seg.Resources[n], from, till)
		}
		pl.length = p.end
		from, till = p.presence()
		pl.earliest, pl.latest = min(pl.earliest, from), max(pl.latest, till)
		pl.parts = append(pl.parts, p)
	}
	it.to = len(pl.parts)
	if pl.lead < 0 {
		pl.lead = it.first
	}
	pl.notice = max(pl.notice, span.Minutes(w.Service.NoticeMin))
	if d := w.Service.HorizonDays; d > 0 && (pl.horizon == 0 || d < pl.horizon) {
		pl.horizon = d
	}
	pl.items = append(pl.items, it)
}

// addRole gives a part people; their own buffers come on top of the part's.
func (pl *plan) addRole(p *part, need *catalog.StaffNeed, from, till span.Instant) {
	if need.Count <= 0 {
		return
	}
	r := role{
		part: len(pl.parts), need: need, count: need.Count, at: pl.staff,
		from: from - span.Minutes(need.BufferBeforeMin), till: till + span.Minutes(need.BufferAfterMin),
	}
	pl.roles = append(pl.roles, r)
	pl.staff += r.count
	p.roles++
	p.count += r.count
	p.from, p.till = min(p.from, r.from), max(p.till, r.till)
}

// demand notes that a part takes units; a need that is named twice adds up.
func (pl *plan) demand(p *part, index int, need *catalog.ResourceNeed, from, till span.Instant) {
	if need.Count <= 0 {
		return
	}
	from, till = from-span.Minutes(need.BufferBeforeMin), till+span.Minutes(need.BufferAfterMin)
	p.from, p.till = min(p.from, from), max(p.till, till)
	at := slices.IndexFunc(pl.pools, func(o pool) bool {
		return o.item == p.item && o.kind == need.Kind && slices.Equal(o.anyOf, need.AnyOf)
	})
	if at < 0 {
		at = len(pl.pools)
		o := pool{item: p.item, kind: need.Kind, anyOf: need.AnyOf, rival: len(pl.pools) - 1}
		for o.rival >= 0 && !pl.pools[o.rival].rivals(&o) {
			o.rival--
		}
		pl.pools = append(pl.pools, o)
	}
	o := &pl.pools[at]
	if n := len(o.uses); n > 0 && o.uses[n-1].part == index {
		u := &o.uses[n-1]
		u.count += need.Count
		u.from, u.till = min(u.from, from), max(u.till, till)
	} else {
		o.uses = append(o.uses, use{index, need.Count, from, till})
	}
	o.count = max(o.count, o.uses[len(o.uses)-1].count)
}

// of gives the roles of a part.
func (pl *plan) of(p *part) []role { return pl.roles[p.role : p.role+p.roles] }

// presence is when the place must not be closed for the part.
func (p *part) presence() (from, till span.Instant) {
	if p.alone {
		return p.off, p.end
	}
	return p.from, p.till
}

// simple tells that the lead's lane alone decides: one segment, one person,
// nothing else taken.
func (pl *plan) simple() bool {
	return len(pl.parts) == 1 && pl.parts[0].count == 1 && len(pl.pools) == 0
}

// leading is the part by which the visit hangs on the lead's lane, with the
// lead's own claim; with nobody needed it is the whole visit, on no lane.
func (pl *plan) leading() part {
	if pl.lead < 0 {
		return part{end: pl.length, till: pl.length}
	}
	p := pl.parts[pl.lead]
	p.from, p.till = pl.roles[p.role].from, pl.roles[p.role].till
	return p
}

// rivals tells whether two pools are of one item and kind.
func (p *pool) rivals(o *pool) bool { return p.item == o.item && p.kind == o.kind }

// takes tells how many units of the pool the part takes.
func (p *pool) takes(part int) int {
	for _, u := range p.uses {
		if u.part == part {
			return u.count
		}
	}
	return 0
}

// Margins tells by how much facts must reach beyond the window of starts, in
// microseconds: the visit's length and buffers and a minute, so that rows
// which only touch a claim are seen, for they make edge starts. Where there are
// ways between places, rows are needed as much farther as the longest takes,
// and where there are floating breaks, for all of each window that is reached.
func Margins(visit []Want) (before, after span.Instant) {
	pl := planOf(visit)
	return span.Minute - pl.earliest, span.Minute + pl.latest
}
