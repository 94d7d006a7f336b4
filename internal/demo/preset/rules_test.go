package preset_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/id"
	"kept/internal/demo/preset"
	"kept/span"
)

const ruled = `{
  "locations": [{"key": "main", "names": {"en": "Main"}, "travel": {"branch": 20}}, {"key": "branch", "names": {"en": "Branch"}}],
  "groups": {"g": {"en": "G"}},
  "services": [
    {"key": "test", "group": "g", "names": {"en": "T"}, "about": {"en": "T"}, "interval_min": 15, "horizon_days": 30, "aim": "same",
      "segments": [{"duration_min": 10, "staff": {"count": 1}}], "price": {"EUR": 100}},
    {"key": "dye", "group": "g", "names": {"en": "D"}, "about": {"en": "D"}, "interval_min": 15, "horizon_days": 30,
      "segments": [{"duration_min": 30, "staff": {"count": 1}, "team": [{"count": 1, "skill": "wash"}],
        "resources": [{"kind": "room", "count": 1, "any_of": ["r"], "buffer_after_min": 10}]}], "price": {"EUR": 100},
      "flexible": {"drop_from_min": 480, "drop_to_min": 600, "ready_days": 1, "day_min": 60, "piece_min": 0}}],
  "resources": [{"key": "r", "kind": "room", "units": 1, "names": {"en": "R"}}],
  "staff": [{"key": "a", "names": {"en": "A"}, "title": {"en": "A"}, "services": ["dye"], "color": "pine",
    "preferences": {"favourite": ["dye"], "days": [{"service": "test", "weekdays": [1]}], "gap_min": 5}}],
  "rules": [
    {"key": "link", "kind": "link", "names": {"en": "L"}, "about": {"en": "L"}, "services": ["dye"], "staff": ["a"],
      "locations": ["branch"], "link": {"kind": "requires", "other": "test", "least_min": 2880}},
    {"key": "gone", "kind": "season", "names": {"en": "S"}, "about": {"en": "S"}, "each": ["2026-02-16..2026-02-20"], "season": {"closed": true}},
    {"key": "year", "kind": "season", "names": {"en": "S"}, "about": {"en": "S"}, "off": true, "each": ["12-31..01-01"], "season": {"closed": true}},
    {"key": "vary", "kind": "vary", "names": {"en": "V"}, "about": {"en": "V"}, "when": "true",
      "vary": {"segments": [{"duration_min": 40, "staff": {"count": 1}, "resources": [{"kind": "room", "count": 1, "any_of": ["r"]}]}]}}]
}`

func TestLayReadsRules(t *testing.T) {
	t.Parallel()
	plan, err := preset.Read([]byte(ruled))
	if err != nil {
		t.Fatal(err)
	}
	f, err := plan.Lay(site("EUR"))
	if err != nil {
		t.Fatal(err)
	}
	test, dye, room, who, branch := f.Services[0], f.Services[1], f.Resources[0].ID, f.Staff[0], f.Locations[1].ID
	pool := []id.Resource{room}
	want := []catalog.RuleBody{
		{
			Services: []id.Service{dye.ID}, Staff: []id.Staff{who.ID}, Locations: []id.Location{branch},
			Link: &catalog.Link{Kind: catalog.LinkRequires, Other: test.ID, LeastMin: 2880},
		},
		{
			From: span.Date{Year: 2026, Month: 12, Day: 31}, To: span.Date{Year: 2027, Month: 1, Day: 1},
			Season: &catalog.Season{Closed: true},
		},
		{When: "true", Vary: &catalog.Vary{Segments: []catalog.Segment{{
			DurationMin: 40, Staff: &catalog.StaffNeed{Count: 1}, Resources: []catalog.ResourceNeed{{Kind: "room", Count: 1, AnyOf: pool}},
		}}}},
	}
	got := make([]catalog.RuleBody, 0, len(f.Rules))
	for _, r := range f.Rules {
		got = append(got, r.RuleBody)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("rules (-want +got):", diff)
	}
	if year := f.Rules[1]; !year.Off || year.Names["en"] != "S" || year.Kind != catalog.RuleSeason || year.ID == f.Rules[0].ID {
		t.Errorf("the year's rule is %+v", year)
	}
	needs := dye.Segments[0]
	if diff := cmp.Diff([]catalog.ResourceNeed{{Kind: "room", Count: 1, AnyOf: pool, BufferAfterMin: 10}}, needs.Resources); diff != "" || len(needs.Team) != 1 {
		t.Error("needs (-want +got):", diff, needs.Team)
	}
	if test.Aim != catalog.AimSame || dye.Flexible == nil || dye.Flexible.ReadyDays != 1 {
		t.Errorf("options are %+v and %+v", test.ServiceOptions, dye.ServiceOptions)
	}
	asked := catalog.Preferences{
		Favourite: []id.Service{dye.ID}, Days: []catalog.ServiceDays{{Service: test.ID, Weekdays: []int{1}}}, GapMin: 5,
	}
	if diff := cmp.Diff(asked, who.Preferences); diff != "" {
		t.Error("preferences (-want +got):", diff)
	}
	if diff := cmp.Diff(map[id.Location]int{branch: 20}, f.Locations[0].Travel); diff != "" {
		t.Error("travel (-want +got):", diff)
	}
	if plan.Rules[0].Link.Other != "test" || plan.Services[1].Segments[0].Resources[0].AnyOf[0] != "r" {
		t.Error("laying out changed the blueprint")
	}
}

// A rule that comes each year is there as soon as it is needed.
func TestSeasonsFallOnTheNextOccasion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ each, first, from, to string }{
		{"12-31..01-01", "2026-11-22", "2026-12-31", "2027-01-01"},
		{"12-31..01-01", "2027-01-01", "2026-12-31", "2027-01-01"},
		{"12-31..01-01", "2027-01-02", "2027-12-31", "2028-01-01"},
		{"01-01..01-08", "2026-12-31", "2027-01-01", "2027-01-08"},
		{"05-01", "2026-05-01", "2026-05-01", "2026-05-01"},
		{"05-01", "2026-05-02", "2027-05-01", "2027-05-01"},
		{`2026-02-16..2026-02-20", "2027-02-05..2027-02-10`, "2026-02-20", "2026-02-16", "2026-02-20"},
		{`2026-02-16..2026-02-20", "2027-02-05..2027-02-10`, "2026-02-21", "2027-02-05", "2027-02-10"},
	} {
		plan, err := preset.Read([]byte(strings.Replace(ruled, "12-31..01-01", c.each, 1)))
		if err != nil {
			t.Fatal(err)
		}
		at := site("EUR")
		if at.First, err = span.ParseDate(c.first); err != nil {
			t.Fatal(err)
		}
		f, err := plan.Lay(at)
		if err != nil {
			t.Fatal(err)
		}
		got := f.Rules[len(f.Rules)-2]
		if got.From.String() != c.from || got.To.String() != c.to {
			t.Errorf("%s on %s: from %s to %s, want %s to %s", c.each, c.first, got.From, got.To, c.from, c.to)
		}
	}
}

func TestLayRefusesRulesThatReferToNothing(t *testing.T) {
	t.Parallel()
	for why, change := range map[string][2]string{
		"way":         {`"travel": {"branch"`, `"travel": {"x"`},
		"pool":        {`"any_of": ["r"], "buffer`, `"any_of": ["x"], "buffer`},
		"favourite":   {`"favourite": ["dye"]`, `"favourite": ["x"]`},
		"days":        {`"service": "test"`, `"service": "x"`},
		"service":     {`"services": ["dye"], "staff": ["a"]`, `"services": ["x"]`},
		"staff":       {`"staff": ["a"]`, `"staff": ["x"]`},
		"location":    {`"locations": ["branch"]`, `"locations": ["x"]`},
		"link":        {`"other": "test"`, `"other": "x"`},
		"vary's pool": {`"any_of": ["r"]}]}]}}`, `"any_of": ["x"]}]}]}}`},
		"date":        {`12-31..01-01`, `12-32..01-01`},
		"end":         {`12-31..01-01`, `12-31..1`},
	} {
		text := strings.Replace(ruled, change[0], change[1], 1)
		if text == ruled {
			t.Fatalf("%s: nothing was changed", why)
		}
		plan, err := preset.Read([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", why, err)
		}
		if _, err := plan.Lay(site("EUR")); err == nil {
			t.Errorf("an unknown %s is laid out", why)
		}
	}
}
