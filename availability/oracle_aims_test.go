package availability_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// TestChoicesAgainstOracle: of those who could lead, the one whom the aim likes
// best comes first, then position decides; and it is said by what.
func TestChoicesAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyZone(t)
		q := w.drawQuestion(t)
		o, wide := newOracle(w, q), w.facts(w.reach(q, q.Window).Widen(3*span.Day, 3*span.Day))
		slots := availability.Slots(q, wide)
		for range min(5, len(slots)) {
			slot := rapid.SampledFrom(slots).Draw(t, "slot")
			aim := q.Aim
			if aim == "" {
				aim = catalog.AimEven
			}
			day := o.dayOf(slot.Start, int(slot.Place))
			type standing struct {
				order [2]int
				availability.Choice
			}
			var list []standing
			for _, lead := range wide.Who(slot.Leads) { // by position
				order, said := o.measure(aim, w.cat.Staff[o.index(lead)], day)
				list = append(list, standing{order, availability.Choice{Lead: lead, Aim: aim, Measure: said, Of: len(slot.Leads), Liked: aim != catalog.AimFit && o.likes(lead)}})
			}
			slices.SortStableFunc(list, func(a, b standing) int { return slices.Compare(a.order[:], b.order[:]) })
			got := availability.Choices(q, wide, slot.Start)
			for n := range got {
				got[n] = availability.Choice{Lead: got[n].Lead, Aim: got[n].Aim, Measure: got[n].Measure, Of: got[n].Of, Liked: got[n].Liked}
			}
			var want []availability.Choice
			for _, s := range list {
				want = append(want, s.Choice)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s: %v: chosen %v, want %v\n%s", describe(q), slot.Start, got, want, w)
			}
			if leads := availability.Choose(q, wide, slot.Start); !slices.EqualFunc(leads, want, func(l id.Staff, c availability.Choice) bool { return l == c.Lead }) {
				t.Fatalf("%s: %v: %v are not those of %v", describe(q), slot.Start, leads, want)
			}
		}
	})
}

// likes tells whether somebody would rather do this than something else.
func (o *oracle) likes(lead id.Staff) bool {
	return slices.ContainsFunc(o.q.Visit, func(w availability.Want) bool {
		return slices.Contains(o.w.cat.Staff[o.index(lead)].Preferences.Favourite, w.Service.ID)
	})
}

// dayOf is the local day of an instant at a place.
func (o *oracle) dayOf(at span.Instant, place int) span.Span {
	return span.DateOf(at.In(o.w.zones[place])).Span(o.w.zones[place])
}

// misplaced tells of a unit that the aim would not have taken, of pools of one
// unit that have no rivals: the least used that day for an even load, the most
// used to concentrate it, otherwise the first that is free.
func (o *oracle) misplaced(p availability.Placement) string {
	place := slices.IndexFunc(o.w.cat.Locations, func(l *catalog.Location) bool { return l.ID == p.Location })
	start, day := o.axis.index(p.Start), o.dayOf(p.Start, place)
	for item := range p.Items {
		pools := o.pools(item)
		for k, mine := range pools {
			if mine.wanted() != 1 || slices.ContainsFunc(slices.Delete(slices.Clone(pools), k, k+1), func(other pool) bool { return other.kind == mine.kind }) {
				continue
			}
			var free []string
			for _, unit := range o.w.units(mine.kind, mine.anyOf, place) {
				if o.fits(place, start, mine, unit, 0) {
					free = append(free, unit)
				}
			}
			slices.SortStableFunc(free, func(a, b string) int {
				switch o.q.Aim {
				case catalog.AimEven:
					return cmp.Compare(o.booked(a, day), o.booked(b, day))
				case catalog.AimConcentrate:
					return cmp.Compare(o.booked(b, day), o.booked(a, day))
				default:
					return 0
				}
			})
			for segment := range mine.uses {
				if units := p.Items[item].Segments[segment].Units; !slices.Contains(units, free[0]) {
					return fmt.Sprintf("%v instead of %s", units, free[0])
				}
			}
		}
	}
	return ""
}

// comeFirst puts something in the way of any one of a placement's claims:
// whoever comes second is told that the time is taken.
func (o *oracle) comeFirst(t *rapid.T, p availability.Placement) error {
	claims := availability.Claims(o.q, p)
	if len(claims) == 0 {
		return nil
	}
	c := rapid.SampledFrom(claims).Draw(t, "claim")
	name := c.Lane.ID
	if c.Lane.Kind == availability.OverflowLane {
		name = "overflow " + name
	}
	at := c.Start + span.Minutes(rapid.IntRange(0, int(c.Length()/span.Minute)-1).Draw(t, "minute of it"))
	before := o.w.lanes[name]
	defer func() { o.w.lanes[name] = before }()
	for _, r := range before {
		if r.Exclusive && o.live(r) && r.Meets(c.Span) {
			return fmt.Errorf("the claim %v meets the row %v", c, r)
		}
	}
	o.w.lanes[name] = sorted(append(slices.Clone(before), availability.Row{
		Span: span.Span{Start: at, End: at + span.Minute}, Exclusive: true, Source: "first", Kind: availability.RowBooking,
	}))
	if err := availability.Check(o.q, o.w.narrow(o.q, p), p); !fault.Is(err, fault.CodeSlotTaken) {
		return fmt.Errorf("%v of %v is taken, and Check says %w", at, c, err)
	}
	return nil
}
