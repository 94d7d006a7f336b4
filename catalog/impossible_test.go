package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/id"
)

// A catalogue of two places and four people, of whom one has left.
func crowd() *catalog.Catalog {
	knows := func(skill string, level int) []catalog.Skill { return []catalog.Skill{{Skill: skill, Level: level}} }
	return &catalog.Catalog{
		Locations: []*catalog.Location{{ID: "here"}, {ID: "there"}, {ID: "gone", Archived: true}},
		Staff: []*catalog.Staff{
			{ID: "surgeon", AllServices: true, Skills: append(knows("surgery", 3), knows("nursing", 1)...)},
			{ID: "nurse", Services: []id.Service{"x"}, Skills: knows("nursing", 2)},
			{ID: "other", Services: []id.Service{"y"}, Skills: knows("laser", 9)},
			{ID: "left", AllServices: true, Archived: true, Skills: knows("laser", 9)},
		},
		Resources: []*catalog.Resource{
			{ID: "rooms", Kind: "room", Units: 2, Location: "here"},
			{ID: "big", Kind: "room", Units: 1, Location: "there"},
			{ID: "cart", Kind: "cart", Units: 1},
			{ID: "sold", Kind: "lift", Units: 4, Archived: true},
		},
	}
}

func TestImpossible(t *testing.T) {
	t.Parallel()
	one := func(g catalog.Segment) catalog.Service {
		g.DurationMin = 30
		return catalog.Service{ID: "x", Segments: []catalog.Segment{g}}
	}
	units := func(needs ...catalog.ResourceNeed) catalog.Service { return one(catalog.Segment{Resources: needs}) }
	people := func(lead catalog.StaffNeed, team ...catalog.StaffNeed) catalog.Service {
		return one(catalog.Segment{Staff: &lead, Team: team})
	}
	at := func(s catalog.Service, places ...id.Location) catalog.Service { s.Locations = places; return s }
	dropped := func(f catalog.Flexible) catalog.Service {
		s := people(catalog.StaffNeed{Count: 1})
		s.Segments = append(s.Segments, catalog.Segment{DurationMin: 600})
		s.Flexible = &f
		return s
	}
	few := func(need, have int) []catalog.Lack {
		return []catalog.Lack{{Rule: catalog.LackResourceFew, Segment: 1, Kind: "room", Need: need, Have: have}}
	}
	for _, c := range []struct {
		why  string
		s    catalog.Service
		want []catalog.Lack
	}{
		{"nothing is asked", one(catalog.Segment{}), nil},
		{"somebody", people(catalog.StaffNeed{Count: 1}), nil},
		{"two people", people(catalog.StaffNeed{Count: 2}), nil},
		{"three people", people(catalog.StaffNeed{Count: 3}), []catalog.Lack{{Rule: catalog.LackStaffFew, Segment: 1, Need: 3, Have: 2}}},
		{"a skill", people(catalog.StaffNeed{Count: 1, Skill: "surgery", Level: 3}), nil},
		{
			"a higher level", people(catalog.StaffNeed{Count: 1, Skill: "surgery", Level: 4}),
			[]catalog.Lack{{Rule: catalog.LackSkill, Segment: 1, Skill: "surgery", Level: 4}},
		},
		{
			"known only by who performs other things, or left", people(catalog.StaffNeed{Count: 2, Skill: "laser", Level: 1}),
			[]catalog.Lack{{Rule: catalog.LackSkill, Segment: 1, Skill: "laser", Level: 1}},
		},
		{"a team", people(catalog.StaffNeed{Count: 1, Skill: "nursing"}, catalog.StaffNeed{Count: 1, Skill: "surgery"}), nil},
		{
			"a team in which one would be two", people(catalog.StaffNeed{Count: 1, Skill: "surgery"}, catalog.StaffNeed{Count: 2, Skill: "nursing"}),
			[]catalog.Lack{{Rule: catalog.LackStaffFew, Segment: 1, Need: 3, Have: 2}},
		},
		{"one room", units(catalog.ResourceNeed{Kind: "room", Count: 1}), nil},
		{"two rooms, at one of the places", units(catalog.ResourceNeed{Kind: "room", Count: 2}), nil},
		{"two rooms at the other", at(units(catalog.ResourceNeed{Kind: "room", Count: 2}), "there"), few(2, 1)},
		{"three rooms, though there are three in all", units(catalog.ResourceNeed{Kind: "room", Count: 3}), few(3, 2)},
		{"two of a pool of one", units(catalog.ResourceNeed{Kind: "room", Count: 2, AnyOf: []id.Resource{"big"}}), few(2, 1)},
		{
			"two pools of the same", at(units(
				catalog.ResourceNeed{Kind: "room", Count: 2}, catalog.ResourceNeed{Kind: "room", Count: 1, AnyOf: []id.Resource{"rooms"}},
			), "here"), few(3, 2),
		},
		{"what is at every place", at(units(catalog.ResourceNeed{Kind: "cart", Count: 1}), "there"), nil},
		{
			"what was sold", units(catalog.ResourceNeed{Kind: "lift", Count: 1}),
			[]catalog.Lack{{Rule: catalog.LackResource, Segment: 1, Kind: "lift", Need: 1}},
		},
		{"a place that is closed for good", at(one(catalog.Segment{}), "gone"), []catalog.Lack{{Rule: catalog.LackLocation}}},
		{"work for a day", dropped(catalog.Flexible{DayMin: 30, PieceMin: 30}), nil},
		{"work without bounds", dropped(catalog.Flexible{}), nil},
		{"more work than a day takes", dropped(catalog.Flexible{DayMin: 29}), []catalog.Lack{{Rule: catalog.LackDay, Need: 30, Have: 29}}},
		{"a piece longer than the work", dropped(catalog.Flexible{PieceMin: 31}), []catalog.Lack{{Rule: catalog.LackPiece, Need: 31, Have: 30}}},
	} {
		if diff := cmp.Diff(c.want, crowd().Impossible(&c.s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
	}
	nobody := crowd()
	nobody.Staff = nobody.Staff[1:]
	alone := people(catalog.StaffNeed{Count: 1})
	alone.ID = "z"
	if diff := cmp.Diff([]catalog.Lack{{Rule: catalog.LackStaff}}, nobody.Impossible(&alone)); diff != "" {
		t.Errorf("nobody performs it (-want +got):\n%s", diff)
	}
}
