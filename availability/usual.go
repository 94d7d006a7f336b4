package availability

import (
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Used is how a service was used over some time.
type Used struct {
	Service id.Service   // the first of the visits'
	Visits  int          // how many there were
	Length  span.Instant // of all of them together, buffers not counted
	Value   int64        // what all of them together brought, in minor units
}

// enoughUsed is how many visits say more of demand than the price list does.
const enoughUsed = 20

// UsualOf gives the services asked for most: those that were used, by how
// often, with the length and price that they had on average. A business that
// has had fewer than twenty visits is taken by what it sells, each service
// alike.
func UsualOf(c *catalog.Catalog, used []Used) []Usual {
	sum := 0
	for _, u := range used {
		sum += u.Visits
	}
	var out []Usual
	if sum >= enoughUsed {
		for _, u := range used {
			if u.Visits <= 0 {
				continue
			}
			n := u.Visits
			length := int(u.Length / span.Minute / span.Instant(n))
			if s, ok := c.Service(u.Service); ok {
				length += buffers(s)
			}
			out = append(out, Usual{DurationMin: length, Weight: float64(n), Value: float64(u.Value) / float64(n)})
		}
		return out
	}
	for _, s := range c.Services {
		if !s.Archived {
			out = append(out, Usual{DurationMin: s.DurationMin() + buffers(s), Weight: 1, Value: float64(s.Price.Amount)})
		}
	}
	return out
}

// buffers is what a service takes of its lead's time before and after it, in minutes.
func buffers(s *catalog.Service) int {
	sum := s.BufferBeforeMin + s.BufferAfterMin
	if n := len(s.Segments); n > 0 {
		sum += s.Segments[0].BufferBeforeMin + s.Segments[n-1].BufferAfterMin
	}
	return sum
}
