package availability

import (
	"strconv"

	"kept/id"
	"kept/span"
)

// Assign finds everybody and everything for the visit at one start, whatever
// the question's window. The lead may be given; empty takes the first for whom
// it is possible. Everything else follows by position, so that the same facts
// give the same placement. False when the start is shut.
func Assign(q Question, f *Facts, start span.Instant, lead id.Staff) (Placement, bool) {
	j := newJudge(&q, f, span.Span{Start: start, End: start + 1})
	only := -1
	if lead != "" && j.plan.lead >= 0 {
		if only = f.find(lead); only < 0 {
			return Placement{}, false
		}
	}
	j.candidates(only)
	if len(j.runs) == 0 || !j.clientFree(start) {
		return Placement{}, false
	}
	j.at(start)
	last := -1
	for _, r := range j.runs {
		if r.place != last {
			last = r.place
			j.arrangeUnits(start, last)
		}
		// Of a simple visit the sweep knows nearly all, but it is assign that writes it down.
		if j.placeFree(start, r.place) && j.assign(start, r.place, r.lead) {
			return j.placement(start, r.place, r.lead), true
		}
	}
	return Placement{}, false
}

// placement writes down what assign has found.
func (j *judge) placement(start span.Instant, place, lead int) Placement {
	p := Placement{
		Start: start, End: start + j.plan.length, Location: j.f.Places[place].ID,
		Items: make([]Item, len(j.plan.items)),
	}
	if lead >= 0 {
		p.Lead = j.f.Staff[lead].Staff.ID
	}
	for i := range j.plan.items {
		it := &j.plan.items[i]
		p.Items[i] = Item{Service: it.service.ID, Segments: make([]Part, 0, it.to-it.from)}
		for k := it.from; k < it.to; k++ {
			part := &j.plan.parts[k]
			out := Part{Start: start + part.off, End: start + part.end}
			for _, who := range j.staff[part.at : part.at+part.count] {
				out.Staff = append(out.Staff, j.f.Staff[who].Staff.ID)
			}
			for n := range j.plan.pools {
				pool := &j.plan.pools[n]
				for _, u := range j.units[pool.at : pool.at+pool.takes(k)] {
					out.Units = append(out.Units, j.f.Units[u].lane())
				}
			}
			p.Items[i].Segments = append(p.Items[i].Segments, out)
		}
	}
	return p
}

// lane is the id of the unit's lane.
func (u *Unit) lane() string { return string(u.Resource.ID) + ":" + strconv.Itoa(u.N) }
