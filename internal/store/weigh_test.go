package store

import (
	"testing"

	"kept/availability"
	"kept/catalog"
	"kept/schedule"
)

// What is not counted would let the memory for configurations grow past its bound.
func TestWeighCountsEverything(t *testing.T) {
	t.Parallel()
	empty := func() *availability.Setting {
		return &availability.Setting{Catalog: &catalog.Catalog{}, Hours: &schedule.Book{}}
	}
	base := weigh(empty())
	for name, add := range map[string]func(*catalog.Catalog){
		"location": func(c *catalog.Catalog) { c.Locations = append(c.Locations, &catalog.Location{}) },
		"service":  func(c *catalog.Catalog) { c.Services = append(c.Services, &catalog.Service{}) },
		"staff":    func(c *catalog.Catalog) { c.Staff = append(c.Staff, &catalog.Staff{}) },
		"resource": func(c *catalog.Catalog) { c.Resources = append(c.Resources, &catalog.Resource{}) },
		"rule":     func(c *catalog.Catalog) { c.Rules = append(c.Rules, &catalog.Rule{}) },
	} {
		s := empty()
		add(s.Catalog)
		if got := weigh(s); got <= base {
			t.Errorf("a %s weighs nothing: %d", name, got)
		}
	}
}

func TestWeighCountsHours(t *testing.T) {
	t.Parallel()
	rows := make([]schedule.Weekly, 8)
	for name, h := range map[string]schedule.Hours{
		"rows": {Weekly: rows}, "a season": {Seasons: []schedule.Season{{Weekly: rows}}},
		"a roster":   {Roster: &schedule.Roster{Cycle: make([][]schedule.Shift, 14)}},
		"exceptions": {Exceptions: make([]schedule.Exception, 8)}, "holidays": {Holidays: &schedule.Holidays{}},
	} {
		if weighHours(h) <= weighHours(schedule.Hours{}) {
			t.Errorf("%s weighs nothing", name)
		}
	}
}
