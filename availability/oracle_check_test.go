package availability_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// narrow are the facts that the last word may be given on: the lanes that the
// placement names, as far around it as the engine says it needs.
func (w *realm) narrow(q availability.Question, p availability.Placement) *availability.Facts {
	f := w.facts(w.reach(q, span.Span{Start: p.Start, End: p.Start + 1}))
	var staff []id.Staff
	var units []string
	for _, item := range p.Items {
		for _, part := range item.Segments {
			staff, units = append(staff, part.Staff...), append(units, part.Units...)
		}
	}
	f.Staff = slices.DeleteFunc(f.Staff, func(p availability.Person) bool { return !slices.Contains(staff, p.Staff.ID) })
	f.Units = slices.DeleteFunc(f.Units, func(u availability.Unit) bool {
		return !slices.Contains(units, fmt.Sprintf("%s:%d", u.Resource.ID, u.N))
	})
	return f
}

// lastWord compares the engine's last word on a placement with the oracle's.
func lastWord(o *oracle, p availability.Placement) error {
	why := o.refute(p)
	err := availability.Check(o.q, o.w.narrow(o.q, p), p)
	if (err == nil) != (why == "") {
		return fmt.Errorf("the engine says %w, the oracle %q of %+v", err, why, p)
	}
	taken := fault.Is(err, fault.CodeSlotTaken)
	if taken && !o.overlaps(p) {
		return fmt.Errorf("taken, but by nothing: %+v", p)
	}
	if err != nil && !taken && !fault.Is(err, fault.CodeSlotClosed) && !fault.Is(err, fault.CodeConflict) {
		return fmt.Errorf("%w for %+v", err, p)
	}
	return nil
}

// overlaps tells whether any claim of the placement meets a live exclusive row.
func (o *oracle) overlaps(p availability.Placement) bool {
	for _, c := range o.taken(p) {
		rows := slices.DeleteFunc(slices.Clone(o.rowsOn(c.Lane)), func(r availability.Row) bool { return !r.Exclusive })
		if !o.free(rows, o.axis.index(c.Start), [2]int{0, int(c.Length() / span.Minute)}) {
			return true
		}
	}
	return false
}

// rowsOn are the rows of a lane.
func (o *oracle) rowsOn(l availability.Lane) []availability.Row {
	if l.Kind == availability.OverflowLane {
		return o.w.lanes["overflow "+l.ID]
	}
	return o.w.lanes[l.ID]
}

// taken is what a placement takes, seat by seat and unit by unit; of one that
// is not of the question's visit as much as can be told.
func (o *oracle) taken(p availability.Placement) []availability.Claim {
	kind := availability.StaffLane
	if o.q.Squeeze {
		kind = availability.OverflowLane
	}
	var out []availability.Claim
	add := func(kind availability.LaneKind, name string, wide [2]int) {
		out = append(out, availability.Claim{
			Lane: availability.Lane{Kind: kind, ID: name},
			Span: span.Span{Start: p.Start + span.Minutes(wide[0]), End: p.Start + span.Minutes(wide[1])},
		})
	}
	for _, c := range o.claims {
		part := p.Items[c.item].Segments[c.segment]
		for n, seat := range c.seats() {
			add(kind, string(part.Staff[n]), seat.wide)
		}
		rest := part.Units
		for _, pool := range o.pools(c.item) {
			u := pool.uses[c.segment]
			for range u.count {
				add(availability.UnitLane, rest[0], u.wide)
				rest = rest[1:]
			}
		}
	}
	return out
}

// spoil changes a placement a little, perhaps into another right one.
func spoil(t *rapid.T, w *realm, q availability.Question, p availability.Placement) availability.Placement {
	p.Items = slices.Clone(p.Items)
	n := rapid.IntRange(0, len(p.Items)-1).Draw(t, "item")
	p.Items[n].Segments = slices.Clone(p.Items[n].Segments)
	part := &p.Items[n].Segments[rapid.IntRange(0, len(p.Items[n].Segments)-1).Draw(t, "segment")]
	switch rapid.IntRange(0, 5).Draw(t, "spoil") {
	case 0: // another start
		by := span.Minutes(pick(t, "by", -60, -15, -1, 1, 5, 30))
		p.Start, p.End = p.Start+by, p.End+by
		for i := range p.Items {
			p.Items[i].Segments = slices.Clone(p.Items[i].Segments)
			for k := range p.Items[i].Segments {
				p.Items[i].Segments[k].Start += by
				p.Items[i].Segments[k].End += by
			}
		}
	case 1: // somebody else in one segment
		part.Staff = slices.Clone(part.Staff)
		if len(part.Staff) > 0 {
			part.Staff[rapid.IntRange(0, len(part.Staff)-1).Draw(t, "k")] = rapid.SampledFrom(w.cat.Staff).Draw(t, "other").ID
		}
	case 2: // another unit in one segment
		part.Units = slices.Clone(part.Units)
		if len(part.Units) > 0 && len(w.cat.Resources) > 0 {
			r := rapid.SampledFrom(w.cat.Resources).Draw(t, "resource")
			part.Units[0] = fmt.Sprintf("%s:%d", r.ID, rapid.IntRange(1, r.Units).Draw(t, "n"))
		}
	case 3: // somebody else everywhere
		other := rapid.SampledFrom(w.cat.Staff).Draw(t, "other").ID
		for i := range p.Items {
			p.Items[i].Segments = slices.Clone(p.Items[i].Segments)
			for k := range p.Items[i].Segments {
				staff := slices.Clone(p.Items[i].Segments[k].Staff)
				if at := slices.Index(staff, p.Lead); at >= 0 {
					staff[at] = other
				}
				p.Items[i].Segments[k].Staff = staff
			}
		}
		p.Lead = other
	case 4: // another place
		p.Location = w.drawLocation(t)
	case 5: // a segment cut short
		part.End -= span.Minute
	}
	return p
}

// checkPlacements: what is offered can be placed, what is placed is right and
// accepted, and a spoilt placement is accepted only where it is right too.
func checkPlacements(t *rapid.T, o *oracle, f *availability.Facts, slots []availability.Slot) error {
	for _, slot := range slots {
		for _, lead := range f.Who(slot.Leads) {
			if p, ok := availability.Assign(o.q, f, slot.Start, lead); !ok || p.Lead != lead {
				return fmt.Errorf("%v is offered with %q, but cannot be placed", slot.Start, lead)
			}
		}
	}
	for range min(4, len(slots)) {
		slot := rapid.SampledFrom(slots).Draw(t, "slot")
		lead := id.Staff("")
		if len(slot.Leads) > 0 && rapid.Bool().Draw(t, "lead given") {
			lead = rapid.SampledFrom(f.Who(slot.Leads)).Draw(t, "lead")
		}
		p, ok := availability.Assign(o.q, f, slot.Start, lead)
		if !ok {
			return fmt.Errorf("%v is offered, but cannot be placed with %q", slot.Start, lead)
		}
		if why := o.refute(p); why != "" || p.Start != slot.Start || (lead != "" && p.Lead != lead) {
			return fmt.Errorf("%v with %q is placed wrongly (%s): %+v", slot.Start, lead, why, p)
		}
		if err := lastWord(o, p); err != nil {
			return err
		}
		if err := o.comeFirst(t, p); err != nil {
			return err
		}
		if why := o.misplaced(p); why != "" {
			return fmt.Errorf("%s under the aim %q: %+v", why, o.q.Aim, p)
		}
		for range 2 {
			if err := lastWord(o, spoil(t, o.w, o.q, p)); err != nil {
				return fmt.Errorf("spoilt: %w", err)
			}
		}
	}
	return nil
}

// draw picks a place and a person, as indices.
func (o *oracle) draw(t *rapid.T) (place, who int) {
	return rapid.IntRange(0, len(o.w.cat.Locations)-1).Draw(t, "place"), rapid.IntRange(0, len(o.w.cat.Staff)-1).Draw(t, "person")
}

// checkMinutes asks the engine's other questions about some minutes.
func checkMinutes(t *rapid.T, o *oracle, f *availability.Facts, slots []availability.Slot) error {
	from, to := o.axis.index(o.q.Window.Start), o.axis.index(o.q.Window.End)
	for range 8 {
		m := rapid.IntRange(from+1, to-1).Draw(t, "minute")
		if len(slots) > 0 && chance(t, "a slot", 3) {
			m = o.axis.index(rapid.SampledFrom(slots).Draw(t, "slot").Start)
		} else if place, who := o.draw(t); o.open[place][who][m] { // mostly on the grid, or every start would be shut
			m = max(from+1, m-(m-o.from[place][who][m])%o.step)
		}
		at, want := o.axis.at(m), o.ask(m)
		if len(want.perhaps) > 0 {
			continue
		}
		if reasons := availability.Explain(o.q, f, at); (len(reasons) == 0) != want.open {
			return fmt.Errorf("%v explained by %+v, the oracle says %+v", at, reasons, want)
		} else if r := o.unfounded(m, reasons); r != nil {
			return fmt.Errorf("%v is not shut by %+v; what is against it: %v", at, *r, o.words(m))
		}
		got := slices.Sorted(slices.Values(availability.Choose(o.q, f, at)))
		if leads := slices.Sorted(slices.Values(want.leads)); !slices.Equal(got, leads) {
			return fmt.Errorf("%v: the engine chooses %v, the oracle %v", at, got, leads)
		}
		if _, ok := availability.Assign(o.q, f, at, ""); ok != want.open {
			return fmt.Errorf("%v: placed %v, the oracle says %v", at, ok, want)
		}
		who := rapid.SampledFrom(o.w.cat.Staff).Draw(t, "who").ID
		if p, ok := availability.Assign(o.q, f, at, who); len(want.leads) > 0 && ok != slices.Contains(want.leads, who) {
			return fmt.Errorf("%v: placed with %q as %+v (%v), the oracle says %v", at, who, p, ok, want)
		}
	}
	return nil
}

// TestPlacementsAgainstOracle: Assign, Check, Choose and Explain agree with
// the oracle, and so with Slots.
func TestPlacementsAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyZone(t)
		for range 3 {
			q := w.drawQuestion(t)
			q.Override, q.Squeeze = chance(t, "override", 2), chance(t, "squeeze", 2)
			reach := w.reach(q, q.Window)
			if q.Aim == catalog.AimEven || q.Aim == catalog.AimConcentrate { // they go by what is taken all day
				reach = reach.Widen(2*span.Day, 2*span.Day)
			}
			o, f := newOracle(w, q), w.facts(reach)
			slots := availability.Slots(q, f)
			err := checkPlacements(t, o, f, slots)
			if err == nil {
				err = checkMinutes(t, o, f, slots)
			}
			if err == nil && !reflect.DeepEqual(f, w.facts(reach)) {
				err = errors.New("the engine wrote into the facts")
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", describe(q), err, w)
			}
		}
	})
}
