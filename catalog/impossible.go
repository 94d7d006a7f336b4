package catalog

import (
	"slices"

	"kept/id"
)

// Why a service can never take place. Where an engine's rule has the same
// meaning it has the same word.
const (
	LackLocation    = "location"     // every location at which it is offered is closed for good
	LackStaff       = "staff"        // nobody performs it
	LackSkill       = "skill"        // nobody who performs it has the skill, or so well
	LackStaffFew    = "staff_few"    // fewer people can take part than a segment takes at once
	LackResource    = "resource"     // there is nothing of the kind
	LackResourceFew = "resource_few" // there are fewer units than a segment takes
	LackDay         = "day_min"      // the work is longer than what is taken on in a day
	LackPiece       = "piece_min"    // no piece of the work may be as short as the work is
)

// Lack is one thing that is missing for a service to take place at all,
// whatever is booked and whoever works when.
type Lack struct {
	Rule    string
	Segment int    // from 1; 0 is the whole service
	Skill   string // with LackSkill, and its least level
	Level   int
	Kind    string // of the resources
	Need    int    // so many are needed: people, units, minutes
	Have    int    // so many there are
}

// Impossible tells why a service can never take place as things are set: empty
// when it can somewhere. Where it is offered at several locations, it tells what
// the one lacks that lacks least.
func (c *Catalog) Impossible(s *Service) []Lack {
	out := s.lacksWork()
	out = append(out, c.lacksStaff(s)...)
	var least []Lack
	asked, best := false, 0
	for _, l := range c.Locations {
		if l.Archived || len(s.Locations) > 0 && !slices.Contains(s.Locations, l.ID) {
			continue
		}
		lacks := c.lacksUnits(s, l.ID)
		missing := 0
		for _, one := range lacks {
			missing += one.Need - one.Have
		}
		if !asked || missing < best {
			least, best, asked = lacks, missing, true
		}
	}
	if !asked {
		return append(out, Lack{Rule: LackLocation})
	}
	return append(out, least...)
}

// lacksWork looks at work that is dropped off.
func (s *Service) lacksWork() []Lack {
	f, work := s.Flexible, s.WorkMin()
	if f == nil {
		return nil
	}
	var out []Lack
	if f.DayMin > 0 && f.DayMin < work {
		out = append(out, Lack{Rule: LackDay, Need: work, Have: f.DayMin})
	}
	if f.PieceMin > work {
		out = append(out, Lack{Rule: LackPiece, Need: f.PieceMin, Have: work})
	}
	return out
}

// lacksStaff looks at the people of each segment.
func (c *Catalog) lacksStaff(s *Service) []Lack {
	performers := slices.DeleteFunc(slices.Clone(c.Staff), func(m *Staff) bool { return !m.Performs(s.ID) })
	var out []Lack
	for i := range s.Segments {
		seats := s.Segments[i].seats()
		if len(seats) == 0 {
			continue
		}
		if len(performers) == 0 {
			return []Lack{{Rule: LackStaff}}
		}
		lacks := lacksSkill(performers, seats, i+1)
		if len(lacks) == 0 {
			if have := seated(performers, seats); have < len(seats) {
				lacks = []Lack{{Rule: LackStaffFew, Segment: i + 1, Need: len(seats), Have: have}}
			}
		}
		out = append(out, lacks...)
	}
	return out
}

// seats lists the people whom a segment takes, one by one.
func (g *Segment) seats() []*StaffNeed {
	if g.Staff == nil {
		return nil
	}
	var out []*StaffNeed
	for range g.Staff.Count {
		out = append(out, g.Staff)
	}
	for i := range g.Team {
		for range g.Team[i].Count {
			out = append(out, &g.Team[i])
		}
	}
	return out
}

// lacksSkill finds what none of the people knows.
func lacksSkill(people []*Staff, seats []*StaffNeed, segment int) []Lack {
	var out []Lack
	for i, need := range seats {
		if i > 0 && seats[i-1] == need || slices.ContainsFunc(people, func(m *Staff) bool { return m.Knows(need) }) {
			continue
		}
		lack := Lack{Rule: LackSkill, Segment: segment, Skill: need.Skill, Level: need.Level}
		if !slices.Contains(out, lack) {
			out = append(out, lack)
		}
	}
	return out
}

// seated counts the seats that can be taken at once, each by somebody else who
// knows what it asks for: a bipartite matching by augmenting paths (Kuhn 1955).
func seated(people []*Staff, seats []*StaffNeed) int {
	sits := make([]int, len(people)) // the seat of each, from 1
	var find func(seat int, asked []bool) bool
	find = func(seat int, asked []bool) bool {
		for p, m := range people {
			if asked[p] || !m.Knows(seats[seat]) {
				continue
			}
			asked[p] = true
			if sits[p] == 0 || find(sits[p]-1, asked) {
				sits[p] = seat + 1
				return true
			}
		}
		return false
	}
	count := 0
	for seat := range seats {
		if find(seat, make([]bool, len(people))) {
			count++
		}
	}
	return count
}

// lacksUnits looks at the rooms and equipment of each segment at a location.
// What is asked of a kind is looked at by itself and together.
func (c *Catalog) lacksUnits(s *Service, at id.Location) []Lack {
	var out []Lack
	for i := range s.Segments {
		needs := s.Segments[i].Resources
		short := map[string]bool{}
		for n := range needs {
			if have := c.units(at, needs[n:n+1]); have < needs[n].Count {
				out, short[needs[n].Kind] = append(out, lackOf(needs[n].Kind, i+1, needs[n].Count, have)), true
			}
		}
		for n := range needs {
			kind := needs[n].Kind
			if short[kind] {
				continue
			}
			short[kind] = true // is told once
			all := slices.DeleteFunc(slices.Clone(needs), func(r ResourceNeed) bool { return r.Kind != kind })
			sum := 0
			for _, r := range all {
				sum += r.Count
			}
			if have := c.units(at, all); have < sum {
				out = append(out, lackOf(kind, i+1, sum, have))
			}
		}
	}
	return out
}

func lackOf(kind string, segment, need, have int) Lack {
	if have == 0 {
		return Lack{Rule: LackResource, Segment: segment, Kind: kind, Need: need}
	}
	return Lack{Rule: LackResourceFew, Segment: segment, Kind: kind, Need: need, Have: have}
}

// units counts the units at a location that one of the needs may take.
func (c *Catalog) units(at id.Location, needs []ResourceNeed) int {
	sum := 0
	for _, r := range c.Resources {
		if r.Archived || r.Location != "" && r.Location != at {
			continue
		}
		if slices.ContainsFunc(needs, func(n ResourceNeed) bool {
			return n.Kind == r.Kind && (len(n.AnyOf) == 0 || slices.Contains(n.AnyOf, r.ID))
		}) {
			sum += r.Units
		}
	}
	return sum
}
