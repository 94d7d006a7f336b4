package booking

import (
	"slices"
	"strconv"

	"kept/availability"
	"kept/catalog"
	"kept/id"
)

// parties lists whose time an answer may depend on.
type parties struct {
	places []*catalog.Location
	staff  []*catalog.Staff
	units  []unit
}

type unit struct {
	resource *catalog.Resource
	n        int
}

func (u unit) lane() availability.Lane { return UnitLane(u.resource.ID, u.n) }

// StaffLane is the lane of a staff member.
func StaffLane(s id.Staff) availability.Lane {
	return availability.Lane{Kind: availability.StaffLane, ID: string(s)}
}

// OverflowLane is the squeeze-in lane of a staff member.
func OverflowLane(s id.Staff) availability.Lane {
	return availability.Lane{Kind: availability.OverflowLane, ID: string(s)}
}

// ClientLane is the lane of a client.
func ClientLane(c id.Client) availability.Lane {
	return availability.Lane{Kind: availability.ClientLane, ID: string(c)}
}

// UnitLane is the lane of one unit of a resource, numbered from 1.
func UnitLane(r id.Resource, n int) availability.Lane {
	return availability.Lane{Kind: availability.UnitLane, ID: string(r) + ":" + strconv.Itoa(n)}
}

// parties finds who might take part in the visit.
func (a ask) parties() parties {
	c := a.setting.Catalog
	var p parties
	for _, l := range c.Locations {
		if !l.Archived && (a.location == "" || a.location == l.ID) {
			p.places = append(p.places, l)
		}
	}
	named := a.namedOnly()
	for _, s := range c.Staff {
		if takesPart(s, a.visit, named) || !s.Archived && givesUnits(c, s) {
			p.staff = append(p.staff, s)
		}
	}
	kinds := map[string]bool{}
	for _, way := range a.ways {
		for _, w := range way.visit {
			for _, g := range w.Service.Segments {
				for _, r := range g.Resources {
					kinds[r.Kind] = true
				}
			}
		}
	}
	for _, s := range c.Services { // of what may have to give way
		for _, kind := range unitsOf(s) {
			kinds[kind] = true
		}
	}
	for _, r := range c.Resources {
		if r.Archived || !kinds[r.Kind] || (r.Location != "" && a.location != "" && r.Location != a.location) {
			continue
		}
		for n := 1; n <= r.Units; n++ {
			p.units = append(p.units, unit{r, n})
		}
	}
	return p
}

// namedOnly tells that nobody but the named staff can take part: each service
// names one, and no segment needs a second or a special skill.
func (a ask) namedOnly() bool {
	for _, way := range a.ways {
		for _, w := range way.visit {
			if w.Staff == "" {
				return false
			}
			for _, g := range w.Service.Segments {
				if g.Staff != nil && (g.Staff.Count > 1 || g.Staff.Skill != "" || len(g.Team) > 0) {
					return false
				}
			}
		}
	}
	return true
}

// unitsOf lists the kinds of units that flexible work takes; of other services
// none, for they never give way.
func unitsOf(s *catalog.Service) []string {
	if s.Flexible == nil {
		return nil
	}
	var out []string
	for _, g := range s.Segments {
		for _, r := range g.Resources {
			out = append(out, r.Kind)
		}
	}
	return out
}

// givesUnits tells whether somebody does flexible work that takes units: it may
// have to give way on these to what others do.
func givesUnits(c *catalog.Catalog, m *catalog.Staff) bool {
	return slices.ContainsFunc(c.Services, func(s *catalog.Service) bool { return len(unitsOf(s)) > 0 && m.Performs(s.ID) })
}

func takesPart(s *catalog.Staff, visit []availability.Want, named bool) bool {
	if s.Archived {
		return false
	}
	for _, w := range visit {
		if named && w.Staff == s.ID || !named && s.Performs(w.Service.ID) {
			return true
		}
	}
	return false
}

// lanes lists the lanes that the answer depends on: staff, then units, then places.
func (p parties) lanes() []availability.Lane {
	out := make([]availability.Lane, 0, len(p.staff)+len(p.units)+len(p.places))
	for _, s := range p.staff {
		out = append(out, StaffLane(s.ID))
	}
	for _, u := range p.units {
		out = append(out, u.lane())
	}
	for _, l := range p.places {
		out = append(out, PlaceLane(l.ID))
	}
	return out
}

// PlaceLane is the lane on which a location's closed times lie. Nothing
// exclusive is ever on it.
func PlaceLane(l id.Location) availability.Lane {
	return availability.Lane{Kind: availability.PlaceLane, ID: string(l)}
}
