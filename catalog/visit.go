package catalog

import (
	"slices"

	"kept/id"
)

// DoneAt tells whether the service is performed at a place.
func (s *Service) DoneAt(place id.Location) bool {
	return len(s.Locations) == 0 || slices.Contains(s.Locations, place)
}

// combines tells whether the service can be one of several of a visit. The time
// of a group is not the client's to choose, nor that of work that is dropped off.
func (s *Service) combines() bool { return !s.Archived && s.Seats == 0 && s.Flexible == nil }

// Further lists the services that can be added to those of a visit, by position:
// at the place, or for an empty one wherever all of them are done. None where
// the visit has one that is booked by itself; what it has already is not listed.
func (c *Catalog) Further(visit []id.Service, place id.Location) []*Service {
	var chosen []*Service
	for _, one := range visit {
		s, ok := c.Service(one)
		if !ok || !s.combines() {
			return nil
		}
		chosen = append(chosen, s)
	}
	var out []*Service
	for _, s := range c.Services {
		if s.combines() && !slices.Contains(visit, s.ID) && c.together(append(slices.Clip(chosen), s), place) {
			out = append(out, s)
		}
	}
	return out
}

// together tells whether there is a place at which all the services are done.
func (c *Catalog) together(services []*Service, place id.Location) bool {
	return len(c.Locations) == 0 || slices.ContainsFunc(c.Locations, func(l *Location) bool {
		return !l.Archived && (place == "" || l.ID == place) &&
			!slices.ContainsFunc(services, func(s *Service) bool { return !s.DoneAt(l.ID) })
	})
}
