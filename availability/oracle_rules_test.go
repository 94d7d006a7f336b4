package availability_test

import (
	"kept/availability"
	"kept/id"
	"kept/span"
)

// The rules that stand beside hours and lanes, all of them passed under an
// override:
//
//   - A bar shuts its starts, for everybody or for one person, who then takes no
//     part in a visit that begins then, or in one of its services. The gate shuts a start under a lead at a
//     place.
//   - Between what a person does at one place and what they do at another lies
//     the way; what they do elsewhere ends no gap, so that it makes no edge.
//   - In each window of a break that the visit meets with its first to its last
//     claim, so much must stay free beside the visit and all the exclusive rows
//     that the person has, squeezed in or not, in one piece.

// barred are the words of the bars that shut the start for a person and one of
// the services, for everybody where nobody is given.
func (o *oracle) barred(who id.Staff, item, start int) []string {
	var words []string
	for _, b := range o.q.Bars {
		if who != "" && b.Service != "" && b.Service != o.q.Visit[item].Service.ID {
			continue
		}
		if at := o.axis.at(start); b.Staff == who && b.Span.Start <= at && at < b.Span.End && !o.q.Override {
			words = append(words, b.Word)
		}
	}
	return words
}

// gated is the word of the gate, empty where it lets the start through.
func (o *oracle) gated(place, start int, lead id.Staff) string {
	if o.q.Gate == nil || o.q.Override {
		return ""
	}
	if b, shut := o.q.Gate(o.axis.at(start), o.w.cat.Locations[place].ID, lead); shut {
		return b.Word
	}
	return ""
}

// travelled are the rows of a person as they are for a visit at a place.
func (o *oracle) travelled(rows []availability.Row, place int) []availability.Row {
	var out []availability.Row
	for _, r := range rows {
		if way := o.w.ways[place][r.Place]; way > 0 && r.Exclusive && !o.q.Override {
			r.Start, r.End, r.Exclusive = r.Start-way, r.End+way, false
		}
		out = append(out, r)
	}
	return out
}

// hull is the visit from its first to its last claim, and at least all its bodies.
func (o *oracle) hull() [2]int {
	hull := [2]int{0, o.length()}
	grow := func(wide [2]int) { hull = [2]int{min(hull[0], wide[0]), max(hull[1], wide[1])} }
	for _, c := range o.claims {
		for _, r := range c.roles() {
			grow(r.wide)
		}
		for _, need := range c.need.Resources {
			grow(c.with(need.BufferBeforeMin, need.BufferAfterMin))
		}
	}
	return hull
}

// rested tells whether all breaks of a person find room, minute by minute.
func (o *oracle) rested(who, start int) bool {
	staff := o.w.cat.Staff[who].ID
	hull := o.wide
	from, till := o.axis.at(start+hull[0]), o.axis.at(start+hull[1])
	rows := append(append([]availability.Row(nil), o.w.lanes[string(staff)]...), o.w.lanes["overflow "+string(staff)]...)
	for _, b := range o.w.breaks[staff] {
		if b.End <= from || till <= b.Start || o.q.Override {
			continue
		}
		found, run := false, span.Instant(0)
		for at := b.Start; at < b.End; at += span.Minute {
			taken := from <= at && at < till
			for _, r := range rows {
				taken = taken || r.Exclusive && o.live(r) && r.Start <= at && at < r.End
			}
			if run += span.Minute; taken {
				run = 0
			}
			found = found || run >= b.Length
		}
		if !found {
			return false
		}
	}
	return true
}
