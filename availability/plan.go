package availability

import (
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// plan is a visit laid out on a time line that begins at 0: what every start
// has in common, worked out once a call. All instants in it are offsets in
// microseconds from the visit's start.
type plan struct {
	parts    []part
	items    []item
	pools    []pool
	lead     int          // the first staffed part, -1 when nobody is needed
	length   span.Instant // of all bodies together
	interval span.Instant // between grid starts: the first service's
	edges    bool         // edge starts are on: the first service's
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
	from     span.Instant // where the claim of its parties begins: the body less buffers
	till     span.Instant // where the claim ends
	need     *catalog.StaffNeed
	count    int  // staff
	at       int  // where its staff begin in judge.staff
	alone    bool // takes neither staff nor units: its buffers are nobody's
}

// item is one service of the visit.
type item struct {
	service  *catalog.Service
	from, to int      // its parts: parts[from:to]
	first    int      // its first staffed part, -1 when there is none
	named    id.Staff // who leads it, empty for anyone
}

// pool is one item's demand for units of a kind. The same units stay for the
// whole item, so that the client does not change chairs; a segment that takes
// fewer than another takes the first ones.
type pool struct {
	item  int
	kind  string
	count int // the most that any segment takes
	at    int // where its units begin in judge.units
	uses  []use
}

// use is how many units of a pool a part takes.
type use struct{ part, count int }

func planOf(visit []Want) plan {
	n := 0
	for _, w := range visit {
		n += len(w.Service.Segments)
	}
	pl := plan{lead: -1, parts: make([]part, 0, n), items: make([]item, 0, len(visit))}
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
	}
	if pl.interval <= 0 {
		pl.interval = max(pl.length, 1) // a service without a step follows itself
	}
	pl.latest = max(pl.latest, pl.length)
	return pl
}

func (pl *plan) add(i int, w Want) {
	it := item{service: w.Service, from: len(pl.parts), first: -1, named: w.Staff}
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
		p := part{item: i, off: pl.length, end: pl.length + span.Minutes(seg.DurationMin), at: pl.staff}
		p.from, p.till = p.off-span.Minutes(before), p.end+span.Minutes(after)
		if seg.Staff != nil && seg.Staff.Count > 0 {
			p.need, p.count = seg.Staff, seg.Staff.Count
			pl.staff += p.count
			if it.first < 0 {
				it.first = len(pl.parts)
			}
		}
		p.alone = p.count == 0 && len(seg.Resources) == 0
		for _, r := range seg.Resources {
			pl.demand(i, len(pl.parts), r)
		}
		pl.length = p.end
		pl.earliest, pl.latest = min(pl.earliest, p.from), max(pl.latest, p.till)
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

// demand notes that a part takes units; a kind named twice adds up.
func (pl *plan) demand(item, part int, need catalog.ResourceNeed) {
	if need.Count <= 0 {
		return
	}
	at := -1
	for i := range pl.pools {
		if pl.pools[i].item == item && pl.pools[i].kind == need.Kind {
			at = i
		}
	}
	if at < 0 {
		at = len(pl.pools)
		pl.pools = append(pl.pools, pool{item: item, kind: need.Kind})
	}
	p := &pl.pools[at]
	if n := len(p.uses); n > 0 && p.uses[n-1].part == part {
		p.uses[n-1].count += need.Count
	} else {
		p.uses = append(p.uses, use{part, need.Count})
	}
	p.count = max(p.count, p.uses[len(p.uses)-1].count)
}

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

// leading is the part by which the visit hangs on the lead's lane; with nobody
// needed it is the whole visit, on no lane.
func (pl *plan) leading() part {
	if pl.lead >= 0 {
		return pl.parts[pl.lead]
	}
	return part{end: pl.length, till: pl.length}
}

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
// which only touch a claim are seen, for they make edge starts.
func Margins(visit []Want) (before, after span.Instant) {
	pl := planOf(visit)
	return span.Minute - pl.earliest, span.Minute + pl.latest
}
