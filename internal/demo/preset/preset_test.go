package preset_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/demo/preset"
	"kept/schedule"
	"kept/span"
)

func site(currency string) preset.Site {
	return preset.Site{
		Key: "b", Zone: time.UTC, Currency: currency,
		First: span.Date{Year: 2026, Month: 11, Day: 22}, Made: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
	}
}

// missing names every text in a value that lacks one of the three languages.
func missing(v reflect.Value, path string) (out []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out = missing(v.Elem(), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, missing(v.Field(i), path+"."+v.Type().Field(i).Name)...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, missing(v.Index(i), path)...)
		}
	case reflect.Map:
		texts, ok := reflect.TypeAssert[catalog.Texts](v)
		if !ok {
			for _, key := range v.MapKeys() {
				out = append(out, missing(v.MapIndex(key), path+"."+key.String())...)
			}
			return out
		}
		if texts == nil {
			return nil
		}
		if got := slices.Sorted(maps.Keys(texts)); !slices.Equal(got, []string{"en", "ru", "zh-Hant"}) {
			out = append(out, path+" has "+strings.Join(got, " "))
		}
		for language, text := range texts {
			if strings.TrimSpace(text) != text || text == "" {
				out = append(out, path+" is blank in "+language)
			}
		}
	}
	return out
}

func TestPresetsAreWholeInThreeLanguages(t *testing.T) {
	t.Parallel()
	for _, name := range preset.Names() {
		plan, err := preset.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		if bad := missing(reflect.ValueOf(plan), name); len(bad) > 0 {
			t.Errorf("%s", strings.Join(bad, "\n"))
		}
		for _, currency := range []string{"EUR", "TWD", "RUB"} {
			layout, err := plan.Lay(site(currency))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, s := range layout.Services {
				if s.Price.Amount <= 0 || s.Price.Currency != currency || s.About == nil || s.Group == nil {
					t.Errorf("%s: %s is not complete: %+v", name, s.Names["en"], s)
				}
			}
		}
	}
}

func TestPresetsHaveWhatTheirServicesNeed(t *testing.T) {
	t.Parallel()
	for _, name := range preset.Names() {
		plan, err := preset.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		layout, err := plan.Lay(site("EUR"))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range layout.Services {
			for _, g := range s.Segments {
				if g.Staff != nil && g.Staff.Skill != "" {
					t.Errorf("%s: %s asks for the skill %s, which nobody new has", name, s.Names["en"], g.Staff.Skill)
				}
				for _, need := range g.Resources {
					if !slices.ContainsFunc(layout.Resources, func(r *catalog.Resource) bool {
						return r.Kind == need.Kind && r.Units >= need.Count
					}) {
						t.Errorf("%s: %s needs %s, which is not there", name, s.Names["en"], need.Kind)
					}
				}
			}
		}
	}
}

func TestBlankIsOneLocationWithoutHours(t *testing.T) {
	t.Parallel()
	plan, err := preset.Of(preset.Blank)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := plan.Lay(site("EUR"))
	if err != nil {
		t.Fatal(err)
	}
	if len(layout.Locations) != 1 || len(layout.Services)+len(layout.Staff)+len(layout.Resources)+len(layout.TimeOff) != 0 {
		t.Errorf("blank has more than a location: %+v", layout)
	}
	if !layout.Hours.Locations[layout.Locations[0].ID].Unset() {
		t.Error("the blank location has hours")
	}
}

func TestForLaysOutTheBusinesssPreset(t *testing.T) {
	t.Parallel()
	b := catalog.Business{ID: "b", Zone: "Asia/Taipei", Currency: "TWD", Preset: preset.Clinic}
	f, err := preset.For(b, span.At(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Services) == 0 || f.Services[0].Price.Currency != "TWD" || f.Locations[0].Zone != b.Zone || len(f.Staff) != 0 {
		t.Errorf("%+v", f)
	}
	for _, bad := range []catalog.Business{{Zone: "Asia/Taipei", Preset: "bakery"}, {Zone: "Mars/Olympus", Preset: preset.Clinic}} {
		if _, err := preset.For(bad, 1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v gives %v", bad, err)
		}
	}
}

func TestUnknownPreset(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "bakery", "../preset", "Salon"} {
		if _, err := preset.Of(name); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q gives %v", name, err)
		}
	}
}

func TestAnUnknownCurrencyHasNoPrices(t *testing.T) {
	t.Parallel()
	plan, err := preset.Of(preset.Salon)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := plan.Lay(site("JPY"))
	if err != nil {
		t.Fatal(err)
	}
	if got := layout.Services[0].Price; got.Amount != 0 || got.Currency != "JPY" {
		t.Errorf("price %+v", got)
	}
}

func TestLayIsTheSameForTheSameSite(t *testing.T) {
	t.Parallel()
	plan, err := preset.Of(preset.Clinic)
	if err != nil {
		t.Fatal(err)
	}
	one, err1 := plan.Lay(site("TWD"))
	two, err2 := plan.Lay(site("TWD"))
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if diff := cmp.Diff(one, two); diff != "" {
		t.Error(diff)
	}
	other := site("TWD")
	other.Key = "c"
	three, err := plan.Lay(other)
	if err != nil {
		t.Fatal(err)
	}
	if one.Services[0].ID == three.Services[0].ID {
		t.Error("two businesses share a service's identifier")
	}
}

const whole = `{
  "locations": [{"key": "main", "names": {"en": "Main"}, "hours": ["1-2 09:00-12:00", "7 22:00-02:00"],
    "exceptions": [{"in_days": 0, "open": []}, {"in_days": 3, "open": ["10:00-24:00"]}],
    "seasons": [{"names": {"en": "Long"}, "each": ["12-01..12-23"], "hours": ["6 08:00-20:00"]},
      {"names": {"en": "Shut"}, "each": ["2026-02-04..2026-02-10", "2031-02-04..2031-02-10"]}]}],
  "groups": {"g": {"en": "G"}},
  "services": [{"key": "s", "group": "g", "names": {"en": "S"}, "about": {"en": "S"}, "interval_min": 15, "horizon_days": 30,
    "segments": [{"duration_min": 30, "staff": {"count": 1}}], "price": {"EUR": 100}, "locations": ["main"]}],
  "resources": [{"key": "r", "kind": "room", "units": 1, "names": {"en": "R"}, "location": "main"}],
  "staff": [{"key": "a", "names": {"en": "A"}, "title": {"en": "A"}, "services": ["s"], "color": "pine",
    "hours": ["2,4 09:00-12:00 main"], "time_off": [{"in_days": 6, "days": 2, "reason": "vacation"}],
    "roster": {"anchor": "2026-01-05", "cycle": [["09:00-13:00 main", "14:00-18:00"], []], "published_days": 30}}]
}`

// long is the season of long Saturdays in a year.
func long(year int) schedule.Season {
	return schedule.Season{
		Name: "Long", From: span.Date{Year: year, Month: 12, Day: 1}, To: span.Date{Year: year, Month: 12, Day: 23},
		Weekly: []schedule.Weekly{{Weekday: 6, Window: schedule.Window{FromMin: 480, ToMin: 1200}}},
	}
}

func TestLayReadsHoursAndCountsDays(t *testing.T) {
	t.Parallel()
	plan, err := preset.Read([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	layout, err := plan.Lay(site("EUR")) // a Sunday
	if err != nil {
		t.Fatal(err)
	}
	at := layout.Locations[0].ID
	want := &schedule.Book{
		Locations: map[id.Location]schedule.Hours{at: {
			Weekly: []schedule.Weekly{
				{Weekday: 1, Window: schedule.Window{FromMin: 540, ToMin: 720}},
				{Weekday: 2, Window: schedule.Window{FromMin: 540, ToMin: 720}},
				{Weekday: 7, Window: schedule.Window{FromMin: 1320, ToMin: 120}},
			},
			Exceptions: []schedule.Exception{
				{Date: span.Date{Year: 2026, Month: 11, Day: 23}, Open: []schedule.Window{}}, // moved to Monday
				{Date: span.Date{Year: 2026, Month: 11, Day: 25}, Open: []schedule.Window{{FromMin: 600, ToMin: 1440}}},
			},
			Seasons: []schedule.Season{
				long(2025),
				{Name: "Shut", From: span.Date{Year: 2026, Month: 2, Day: 4}, To: span.Date{Year: 2026, Month: 2, Day: 10}},
				long(2026), long(2027),
			},
		}},
		Staff: map[id.Staff]schedule.Hours{layout.Staff[0].ID: {Weekly: []schedule.Weekly{
			{Weekday: 2, Window: schedule.Window{FromMin: 540, ToMin: 720}, Location: at},
			{Weekday: 4, Window: schedule.Window{FromMin: 540, ToMin: 720}, Location: at},
		}, Roster: &schedule.Roster{
			Anchor: span.Date{Year: 2026, Month: 1, Day: 5}, Published: span.Date{Year: 2026, Month: 12, Day: 22},
			Cycle: [][]schedule.Shift{{
				{Window: schedule.Window{FromMin: 540, ToMin: 780}, Location: at}, {Window: schedule.Window{FromMin: 840, ToMin: 1080}},
			}, {}},
		}}},
	}
	if diff := cmp.Diff(want, layout.Hours); diff != "" {
		t.Error(diff)
	}
	off := layout.TimeOff[0]
	if off.Staff != layout.Staff[0].ID || off.Span.Start.String() != "2026-11-30T00:00:00Z" || off.Span.Length() != 2*span.Day {
		t.Errorf("time off %+v", off) // the 28th is a Saturday, so that it begins on the Monday after
	}
}

func TestLayRefusesWhatContradictsItself(t *testing.T) {
	t.Parallel()
	for why, change := range map[string][2]string{
		"unknown group":              {`"group": "g"`, `"group": "x"`},
		"unknown service":            {`"services": ["s"]`, `"services": ["x"]`},
		"unknown location of hours":  {`12:00 main"`, `12:00 elsewhere"`},
		"unknown location of a room": {`"location": "main"}]`, `"location": "x"}]`},
		"service elsewhere":          {`"locations": ["main"]`, `"locations": ["x"]`},
		"no weekday":                 {`"1-2 09`, `"0-2 09`},
		"weekdays backwards":         {`"1-2 09`, `"5-2 09`},
		"no time":                    {`09:00-12:00", "7`, `25:00-12:00", "7`},
		"no minutes":                 {`09:00-12:00", "7`, `09-12:00", "7`},
		"one word":                   {`"1-2 09:00-12:00"`, `"1-2"`},
		"location's own place":       {`"1-2 09:00-12:00"`, `"1-2 09:00-12:00 main"`},
		"no exception":               {`"10:00-24:00"`, `"10:00"`},
		"no date of a season":        {`"12-01..12-23"`, `"12-01..12-33"`},
		"no first date of a season":  {`"12-01..12-23"`, `"13-01..12-23"`},
		"season backwards":           {`"12-01..12-23"`, `"12-01..11-23"`},
		"no hours of a season":       {`"6 08:00-20:00"`, `"6"`},
		"no anchor":                  {`"2026-01-05"`, `"spring"`},
		"no shift":                   {`"14:00-18:00"`, `"14"`},
		"shift elsewhere":            {`13:00 main"`, `13:00 elsewhere"`},
		"holidays of nowhere":        {`"locations": [{`, `"locations": [{"holidays": {"country": "XX", "on": "closed"},`},
	} {
		plan, err := preset.Read([]byte(strings.Replace(whole, change[0], change[1], 1)))
		if err != nil {
			t.Fatalf("%s: %v", why, err)
		}
		if _, err := plan.Lay(site("EUR")); err == nil {
			t.Errorf("%s is laid out", why)
		}
	}
	for _, raw := range []string{`{"colour": "red"}`, `[]`, ``} {
		if _, err := preset.Read([]byte(raw)); err == nil {
			t.Errorf("%q is read", raw)
		}
	}
}
