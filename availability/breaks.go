package availability

import (
	"cmp"
	"slices"

	"kept/span"
)

// pauses are a person's floating breaks, by start, and where in its window each
// finds room beside all that the person has.
type pauses struct {
	list  []pause
	rooms []span.Span
	next  int          // cursor: all before it end before the last visit
	last  span.Instant // where that began
	ready bool
}

type pause struct {
	Break
	from, to int // rooms[from:to]
}

// rested tells whether a person's floating breaks still find room beside a
// visit: all of it, from its first claim to its last, whoever takes part when.
func (j *judge) rested(who int, s span.Instant) bool {
	if who < 0 || j.q.Override || len(j.f.Staff[who].Breaks) == 0 {
		return true
	}
	visit := span.Span{Start: s + j.plan.earliest, End: s + j.plan.latest}
	p := j.pausesOf(who)
	if visit.Start < p.last {
		p.next = 0
	}
	p.last = visit.Start
	for p.next < len(p.list) && p.list[p.next].End <= visit.Start {
		p.next++
	}
	for i := p.next; i < len(p.list) && p.list[i].Start < visit.End; i++ {
		if b := &p.list[i]; b.Meets(visit) && !p.finds(b, visit) {
			return false
		}
	}
	return true
}

// finds tells whether a break finds room beside a visit.
func (p *pauses) finds(b *pause, visit span.Span) bool {
	return slices.ContainsFunc(p.rooms[b.from:b.to], func(r span.Span) bool {
		return min(r.End, visit.Start)-r.Start >= b.Length || r.End-max(r.Start, visit.End) >= b.Length
	})
}

// pausesOf reads the breaks that the visits in question may meet.
func (j *judge) pausesOf(who int) *pauses {
	if j.pauses == nil {
		j.pauses = make([]pauses, len(j.f.Staff))
	}
	p := &j.pauses[who]
	if p.ready {
		return p
	}
	p.ready = true
	person := &j.f.Staff[who]
	reach := span.Span{Start: j.window.Start + j.plan.earliest, End: j.window.End + j.plan.latest}
	p.list = make([]pause, 0, len(person.Breaks))
	for _, b := range person.Breaks {
		if b.Length > 0 && b.Meets(reach) {
			p.list = append(p.list, pause{Break: b})
		}
	}
	slices.SortStableFunc(p.list, func(a, b pause) int { return cmp.Compare(a.Start, b.Start) })
	p.rooms = make([]span.Span, 0, 2*len(p.list))
	own, over := person.Rows, person.Overflow
	for i := range p.list {
		b := &p.list[i]
		own, over = past(own, b.Start), past(over, b.Start)
		b.from = len(p.rooms)
		j.findRooms(p, b, own, over)
		b.to = len(p.rooms)
	}
	return p
}

// past drops the first rows as long as they end by then.
func past(rows []Row, at span.Instant) []Row {
	for len(rows) > 0 && rows[0].End <= at {
		rows = rows[1:]
	}
	return rows
}

// findRooms appends the stretches of a break's window that are long enough for
// it and free of exclusive rows, squeezed in or not.
func (j *judge) findRooms(p *pauses, b *pause, own, over []Row) {
	free := b.Start
	for len(own)+len(over) > 0 {
		var r *Row // the next of both lanes by start
		if len(over) == 0 || len(own) > 0 && own[0].Start <= over[0].Start {
			r, own = &own[0], own[1:]
		} else {
			r, over = &over[0], over[1:]
		}
		if r.Start >= b.End {
			break
		}
		if !r.Exclusive || r.Empty() || r.End <= free || !j.q.counts(r) {
			continue
		}
		if r.Start-free >= b.Length {
			p.rooms = append(p.rooms, span.Span{Start: free, End: r.Start})
		}
		free = r.End
	}
	if b.End-free >= b.Length {
		p.rooms = append(p.rooms, span.Span{Start: free, End: b.End})
	}
}
