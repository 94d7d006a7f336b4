package policy

import (
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// link shuts what lies wrong to the client's other visits, or to another item
// of this one.
func (j *judgement) link(r *rule) {
	if r.Link.Kind == catalog.LinkExcludes {
		j.excludes(r)
		return
	}
	under := j.under(r)
	if under == nil {
		return
	}
	allowed := map[int]span.Set{} // by item: the starts of the visit at which it is in order
	for _, d := range j.days {
		for _, i := range under(d.date) {
			ok, known := allowed[i]
			if !known {
				ok = j.after(r.Link, i)
				allowed[i] = ok
			}
			for _, s := range (span.Set{d.Span}).Subtract(ok) {
				j.shut(r, WordLink, s, []int{i})
			}
		}
	}
}

// after gives the starts of the visit at which an item follows the other
// service as the link asks.
func (j *judgement) after(l *catalog.Link, item int) span.Set {
	least, most := span.Minutes(l.LeastMin), span.Minutes(l.MostMin)
	for k := range item {
		if j.c.Items[k].Service.ID != l.Other {
			continue
		}
		gap := j.offsets[item] - j.end(k)
		if gap >= least && (l.MostMin == 0 || gap <= most) {
			return span.SetOf(j.window)
		}
	}
	var out []span.Span
	for v := range j.visits() {
		if v.Service != l.Other {
			continue
		}
		from := v.End + least - j.offsets[item]
		till := j.window.End
		if l.MostMin > 0 {
			till = v.End + most - j.offsets[item] + 1 // the last instant is allowed
		}
		out = append(out, span.Span{Start: from, End: till}.Intersect(j.window))
	}
	return span.SetOf(out...)
}

// excludes keeps the rule's services and the other apart, whichever is booked
// first: both sides of the rule are looked at.
func (j *judgement) excludes(r *rule) {
	apart := span.Minutes(r.Link.LeastMin)
	held := j.held(r)
	here := len(r.Locations) == 0 || slices.Contains(r.Locations, j.c.Location)
	for i := range j.c.Items {
		mine := j.c.Items[i].Service.ID
		if !here {
			continue
		}
		isRules, isOther := len(r.Services) == 0 || slices.Contains(r.Services, mine), mine == r.Link.Other
		against := func(s id.Service) bool {
			return isRules && s == r.Link.Other || isOther && (len(r.Services) == 0 || slices.Contains(r.Services, s))
		}
		if !isRules && !isOther {
			continue
		}
		shut := j.near(i, apart, against)
		if len(shut) == 0 {
			continue
		}
		for _, d := range j.days {
			if !r.On(d.date) || !held(i, d.date) {
				continue
			}
			for _, s := range shut.Clip(d.Span) {
				j.shut(r, WordLink, s, []int{i})
			}
		}
	}
}

// near gives the starts of the visit at which an item is closer than apart to
// another service that it does not suffer.
func (j *judgement) near(item int, apart span.Instant, against func(id.Service) bool) span.Set {
	for k := range j.c.Items {
		if k == item || !against(j.c.Items[k].Service.ID) {
			continue
		}
		first, second := min(k, item), max(k, item)
		if j.offsets[second]-j.end(first) < apart {
			return span.SetOf(j.window)
		}
	}
	length := j.end(item) - j.offsets[item]
	var out []span.Span
	for v := range j.visits() {
		if against(v.Service) {
			out = append(out, span.Span{
				Start: v.Start - apart - length - j.offsets[item] + 1, // back to back is far enough
				End:   v.End + apart - j.offsets[item],
			}.Intersect(j.window))
		}
	}
	return span.SetOf(out...)
}

// end gives when an item ends, from the visit's start.
func (j *judgement) end(item int) span.Instant {
	return j.offsets[item] + span.Minutes(j.c.Items[item].Service.DurationMin())
}

// visits goes through the client's visits that were or are to be.
func (j *judgement) visits() func(func(*Visit) bool) {
	return func(yield func(*Visit) bool) {
		t := j.scene.t
		for i := range t.History {
			v := &t.History[i]
			if v.served() && (j.c.Except == "" || v.Source != j.c.Except) && !yield(v) {
				return
			}
		}
	}
}
