package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/id"
)

func TestTextsPick(t *testing.T) {
	t.Parallel()
	texts := catalog.Texts{"en": "Haircut", "zh-Hant": "剪髮", "ru": "Стрижка", "de": ""}
	for _, c := range []struct {
		why       string
		texts     catalog.Texts
		languages []string
		want      string
	}{
		{"the wanted language", texts, []string{"ru"}, "Стрижка"},
		{"the first that there is", texts, []string{"fr", "zh-Hant", "ru"}, "剪髮"},
		{"an empty text is none", texts, []string{"de", "ru"}, "Стрижка"},
		{"else English", texts, []string{"fr"}, "Haircut"},
		{"no wish is English", texts, nil, "Haircut"},
		{"else the first by tag", catalog.Texts{"zh-Hant": "剪髮", "ru": "Стрижка"}, []string{"fr"}, "Стрижка"},
		{"the first by tag that is not empty", catalog.Texts{"de": "", "ru": "Стрижка"}, nil, "Стрижка"},
		{"nothing", catalog.Texts{"de": ""}, []string{"de"}, ""},
		{"nil", nil, []string{"en"}, ""},
	} {
		if got := c.texts.Pick(c.languages...); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

// TestTextsPickLeavesTheCallersList: a list with room behind it must not be
// written into; it is shared by every text of a request.
func TestTextsPickLeavesTheCallersList(t *testing.T) {
	t.Parallel()
	all := []string{"fr", "ru"}
	catalog.Texts{"en": "Haircut"}.Pick(all[:1]...)
	if all[1] != "ru" {
		t.Errorf("the list is now %q", all)
	}
}

func TestServiceDuration(t *testing.T) {
	t.Parallel()
	s := catalog.Service{BufferBeforeMin: 10, BufferAfterMin: 5, Segments: []catalog.Segment{
		{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}, BufferBeforeMin: 7},
		{DurationMin: 45},
		{DurationMin: 15, Staff: &catalog.StaffNeed{Count: 1}},
	}}
	if got := s.DurationMin(); got != 90 {
		t.Errorf("duration = %d, want 90: processing time counts, buffers do not", got)
	}
	if got := new(catalog.Service).DurationMin(); got != 0 {
		t.Errorf("nothing takes %d min", got)
	}
}

func TestStaffPerforms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why   string
		staff catalog.Staff
		want  bool
	}{
		{"set to", catalog.Staff{Services: []id.Service{"colour", "cut"}}, true},
		{"not set to", catalog.Staff{Services: []id.Service{"colour"}}, false},
		{"set to nothing", catalog.Staff{}, false},
		{"all", catalog.Staff{AllServices: true}, true},
		{"all, whatever the list says", catalog.Staff{AllServices: true, Services: []id.Service{"colour"}}, true},
		{"gone", catalog.Staff{AllServices: true, Archived: true}, false},
		{"gone, though set to", catalog.Staff{Services: []id.Service{"cut"}, Archived: true}, false},
	} {
		if got := c.staff.Performs("cut"); got != c.want {
			t.Errorf("%s: %v", c.why, got)
		}
	}
}

func TestStaffKnows(t *testing.T) {
	t.Parallel()
	s := catalog.Staff{Skills: []catalog.Skill{{Skill: "colour", Level: 2}, {Skill: "cut", Level: 0}, {Skill: "cut", Level: 3}}}
	for _, c := range []struct {
		need catalog.StaffNeed
		want bool
	}{
		{catalog.StaffNeed{Count: 1}, true},
		{catalog.StaffNeed{Count: 1, Level: 9}, true}, // a level of no skill says nothing
		{catalog.StaffNeed{Skill: "colour"}, true},
		{catalog.StaffNeed{Skill: "colour", Level: 2}, true},
		{catalog.StaffNeed{Skill: "colour", Level: 3}, false},
		{catalog.StaffNeed{Skill: "cut", Level: 3}, true}, // the better of two entries counts
		{catalog.StaffNeed{Skill: "nails"}, false},
	} {
		if got := s.Knows(&c.need); got != c.want {
			t.Errorf("%+v: %v", c.need, got)
		}
	}
}

func TestCatalogFinds(t *testing.T) {
	t.Parallel()
	c := catalog.Catalog{
		Business:  catalog.Business{Zone: "Europe/Berlin"},
		Locations: []*catalog.Location{{ID: "mitte", Zone: "Europe/Paris"}, {ID: "old", Archived: true}},
		Services:  []*catalog.Service{{ID: "cut"}, {ID: "perm", Archived: true}},
		Staff:     []*catalog.Staff{{ID: "ana"}, {ID: "gone", Archived: true}},
		Resources: []*catalog.Resource{{ID: "chair"}, {ID: "sold", Archived: true}},
	}
	// Archived things are found: old bookings still name them.
	if l, ok := c.Location("old"); !ok || l != c.Locations[1] {
		t.Errorf("location = %v, %v", l, ok)
	}
	if s, ok := c.Service("perm"); !ok || s != c.Services[1] {
		t.Errorf("service = %v, %v", s, ok)
	}
	if s, ok := c.StaffMember("gone"); !ok || s != c.Staff[1] {
		t.Errorf("staff = %v, %v", s, ok)
	}
	if r, ok := c.Resource("sold"); !ok || r != c.Resources[1] {
		t.Errorf("resource = %v, %v", r, ok)
	}
	if l, ok := c.Location("mars"); ok || l != nil {
		t.Errorf("no such location, yet %v", l)
	}
	if _, ok := c.Service(""); ok {
		t.Error("the empty id is a service")
	}
	for location, want := range map[id.Location]string{"mitte": "Europe/Paris", "old": "Europe/Berlin", "mars": "Europe/Berlin", "": "Europe/Berlin"} {
		if got := c.ZoneOf(location); got != want {
			t.Errorf("zone of %q = %s, want %s", location, got, want)
		}
	}
}

func TestDefaultTerms(t *testing.T) {
	t.Parallel()
	want := catalog.Terms{HoldMin: 10, Contact: "any"}
	if diff := cmp.Diff(want, catalog.DefaultTerms()); diff != "" {
		t.Error(diff)
	}
}
