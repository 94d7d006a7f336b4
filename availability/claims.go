package availability

import (
	"cmp"
	"slices"

	"kept/id"
	"kept/span"
)

// Claims gives the exclusive stretches that a placement takes: bodies with the
// visit's own buffers, those of one lane that meet or touch merged into one,
// by lane, then by start. Under Squeeze the staff's are on their overflow
// lanes. The client's lane is not among them; it is taken from p.Start to
// p.End. Empty when the placement is not of the question's visit.
func Claims(q Question, p Placement) []Claim {
	pl := planOf(q.Visit)
	if !pl.shaped(&p) {
		return nil
	}
	kind := StaffLane
	if q.Squeeze {
		kind = OverflowLane
	}
	var all []Claim
	for i := range pl.items {
		it := &pl.items[i]
		for k := it.from; k < it.to; k++ {
			part := &p.Items[i].Segments[k-it.from]
			next := part.Staff
			for _, r := range pl.of(&pl.parts[k]) {
				taken := span.Span{Start: p.Start + r.from, End: p.Start + r.till}
				for _, who := range next[:r.count] {
					all = append(all, Claim{Lane{kind, string(who)}, taken})
				}
				next = next[r.count:]
			}
			units := part.Units
			for n := range pl.pools {
				for _, u := range pl.pools[n].uses {
					if u.part != k {
						continue
					}
					taken := span.Span{Start: p.Start + u.from, End: p.Start + u.till}
					for _, unit := range units[:u.count] {
						all = append(all, Claim{Lane{UnitLane, unit}, taken})
					}
					units = units[u.count:]
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Lane.Kind, b.Lane.Kind), cmp.Compare(a.Lane.ID, b.Lane.ID), cmp.Compare(a.Start, b.Start))
	})
	out := all[:0]
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1].Lane == c.Lane && c.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, c.End)
			continue
		}
		out = append(out, c)
	}
	return out
}

// shaped tells whether a placement has the items, segments, times and numbers
// of staff and units that the plan asks for.
func (pl *plan) shaped(p *Placement) bool {
	if pl.length <= 0 || len(p.Items) != len(pl.items) || p.End != p.Start+pl.length {
		return false
	}
	for i := range pl.items {
		it := &pl.items[i]
		if p.Items[i].Service != it.service.ID || len(p.Items[i].Segments) != it.to-it.from {
			return false
		}
		for k := it.from; k < it.to; k++ {
			got, want := &p.Items[i].Segments[k-it.from], &pl.parts[k]
			units := 0
			for n := range pl.pools {
				units += pl.pools[n].takes(k)
			}
			if got.Start != p.Start+want.off || got.End != p.Start+want.end ||
				len(got.Staff) != want.count || len(got.Units) != units || repeats(got.Staff) || repeats(got.Units) {
				return false
			}
		}
	}
	if pl.lead < 0 {
		return p.Lead == ""
	}
	i := pl.parts[pl.lead].item
	return slices.Contains(p.Items[i].Segments[pl.lead-pl.items[i].from].Staff, p.Lead)
}

// repeats tells whether something is listed twice.
func repeats[T id.Staff | string](list []T) bool {
	for i := range list {
		if slices.Contains(list[:i], list[i]) {
			return true
		}
	}
	return false
}
