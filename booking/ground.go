package booking

import (
	"context"
	"slices"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// ground is all that an answer stands on: what the engine has to know, and
// what limits count.
type ground struct {
	*availability.Facts
	jobs []job                                    // that may give way, the soonest first
	laid map[availability.Lane][]availability.Row // on counters and, for staff limits, on staff lanes, as far as limits look
}

func (g *ground) staff() []id.Staff {
	out := make([]id.Staff, len(g.Staff))
	for i := range g.Staff {
		out[i] = g.Staff[i].Staff.ID
	}
	return out
}

// load tells how much of the open time of a day is taken, in percent: of one
// staff member or of everybody here.
func (g *ground) load(zone *time.Location) func(day span.Date, staff id.Staff) (int, bool) {
	return func(day span.Date, staff id.Staff) (int, bool) {
		whole := day.Span(zone)
		if whole.Start < g.Window.Start || whole.End > g.Window.End {
			return 0, false
		}
		var open, taken span.Instant
		for i := range g.Staff {
			p := &g.Staff[i]
			if staff != "" && p.Staff.ID != staff {
				continue
			}
			for _, o := range p.Open {
				for _, s := range o.Spans {
					open += s.Intersect(whole).Length()
				}
			}
			for _, r := range p.Rows {
				if r.Exclusive {
					taken += r.Intersect(whole).Length()
				}
			}
		}
		if open <= 0 {
			return 0, false
		}
		return int(min(100, taken*100/open)), true
	}
}

// marks lists the counter lanes on which an answer depends.
func (d *Desk) marks(a *ask, p parties) []availability.Lane {
	var out []availability.Lane
	for _, c := range d.countersOf(a, p) {
		if lane := laneOf(c); !c.Own && !slices.Contains(out, lane) {
			out = append(out, lane)
		}
	}
	return out
}

// countersOf lists what limits count of any of the ways.
func (d *Desk) countersOf(a *ask, p parties) []policy.Counter {
	if a.book.None() {
		return nil
	}
	staff := make([]id.Staff, len(p.staff))
	for i, s := range p.staff {
		staff[i] = s.ID
	}
	var out []policy.Counter
	for i := range a.ways {
		for _, c := range a.book.Counters(a.caseOf(&a.ways[i], staff, nil, 0, "")) {
			if !slices.ContainsFunc(out, func(o policy.Counter) bool { return o.ID == c.ID && o.Own == c.Own }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// overflows lists the overflow lanes of those staff whose breaks must find room
// beside what is squeezed in.
func (p parties) overflows() []availability.Lane {
	var out []availability.Lane
	for _, s := range p.staff {
		if len(s.Preferences.Breaks) > 0 {
			out = append(out, OverflowLane(s.ID))
		}
	}
	return out
}

func notPlace(l availability.Lane) bool { return l.Kind != availability.PlaceLane }

// laid reads what limits count, as far around the window as they look.
func (d *Desk) laid(ctx context.Context, a *ask, p parties) (map[availability.Lane][]availability.Row, error) {
	counters := d.countersOf(a, p)
	if len(counters) == 0 {
		return nil, nil //nolint:nilnil // nothing is counted
	}
	reach := a.window
	for i := range a.ways {
		way := &a.ways[i]
		_, zone, err := d.zoneOf(a.setting.Catalog, way.location)
		if err != nil {
			return nil, err
		}
		w := a.book.TallyWindow(a.caseOf(way, nil, zone, d.Clock.Now(), ""), way.window)
		reach = span.Span{Start: min(reach.Start, w.Start), End: max(reach.End, w.End)}
	}
	var lanes []availability.Lane
	for _, c := range counters {
		if lane := laneOf(c); (!c.Own || c.Kind == catalog.LimitStaff) && !slices.Contains(lanes, lane) {
			lanes = append(lanes, lane)
		}
	}
	return d.Lanes.RowsOn(ctx, a.business, lanes, reach)
}

// waysTo tells how long it takes to come to a location from the others: the
// longer of what the two say of each other.
func waysTo(c *catalog.Catalog, here *catalog.Location) map[id.Location]span.Instant {
	var out map[id.Location]span.Instant
	for _, there := range c.Locations {
		if way := max(here.Travel[there.ID], there.Travel[here.ID]); way > 0 && there.ID != here.ID {
			if out == nil {
				out = map[id.Location]span.Instant{}
			}
			out[there.ID] = span.Minutes(way)
		}
	}
	return out
}

// homeZone is the zone by whose days the rest and the breaks of staff are told,
// wherever a visit is: that of the first place, else the business's.
func (d *Desk) homeZone(c *catalog.Catalog) (*time.Location, error) {
	for _, l := range c.Locations {
		if !l.Archived {
			return d.zone(c.ZoneOf(l.ID))
		}
	}
	return d.zone(c.ZoneOf(""))
}

// breaksOf lists a staff member's floating breaks of the local days in a window.
func breaksOf(s *catalog.Staff, window span.Span, zone *time.Location) []availability.Break {
	if len(s.Preferences.Breaks) == 0 {
		return nil
	}
	var out []availability.Break
	for day := span.DateOf(window.Start.In(zone)); day.Start(zone) < window.End; day = day.AddDays(1) {
		for _, b := range s.Preferences.Breaks {
			w := span.Span{
				Start: span.Wall{Date: day, Minute: b.FromMin}.Instant(zone), End: span.Wall{Date: day, Minute: b.ToMin}.Instant(zone),
			}
			if !w.Empty() {
				out = append(out, availability.Break{Span: w, Length: span.Minutes(b.LengthMin)})
			}
		}
	}
	return out
}
