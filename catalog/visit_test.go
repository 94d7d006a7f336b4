package catalog_test

import (
	"slices"
	"testing"

	"kept/catalog"
	"kept/id"
)

// TestFurther adds to a visit only what can be had with the rest of it.
func TestFurther(t *testing.T) {
	t.Parallel()
	service := func(name id.Service, at ...id.Location) *catalog.Service {
		return &catalog.Service{ID: name, Locations: at}
	}
	group, work, old := service("class"), service("clutch"), service("old")
	group.Seats, work.Flexible, old.Archived = 8, &catalog.Flexible{}, true
	c := &catalog.Catalog{
		Locations: []*catalog.Location{{ID: "mitte"}, {ID: "west"}, {ID: "shut", Archived: true}},
		Services:  []*catalog.Service{service("cut"), service("nails", "west"), service("sauna", "mitte", "shut"), service("tan", "shut"), group, work, old},
	}
	for _, one := range []struct {
		name  string
		visit []id.Service
		at    id.Location
		want  []id.Service
	}{
		{"to one that is done anywhere", []id.Service{"cut"}, "", []id.Service{"nails", "sauna"}},
		{"at a place", []id.Service{"cut"}, "west", []id.Service{"nails"}},
		{"where the others are done", []id.Service{"cut", "nails"}, "", nil},
		{"to one of a place", []id.Service{"sauna"}, "", []id.Service{"cut"}},
		{"nowhere", []id.Service{"sauna"}, "west", nil},
		{"to a group", []id.Service{"class"}, "", nil},
		{"to work that is dropped off", []id.Service{"clutch"}, "", nil},
		{"to what is gone", []id.Service{"old"}, "", nil},
		{"to what never was", []id.Service{"nothing"}, "", nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			var got []id.Service
			for _, s := range c.Further(one.visit, one.at) {
				got = append(got, s.ID)
			}
			if !slices.Equal(got, one.want) {
				t.Errorf("%v, want %v", got, one.want)
			}
		})
	}
}
