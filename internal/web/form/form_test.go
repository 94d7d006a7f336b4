package form_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/internal/i18n"
	"kept/internal/web/form"
	"kept/internal/web/view"
	"kept/money"
)

// rowsOf makes a form with rows of one text each, and a row of ticks below the first.
func rowsOf(names ...string) url.Values {
	v := url.Values{"other": {"stays"}}
	for _, name := range names {
		v.Set(form.Add(v, "part")+".name", name)
	}
	return v
}

func names(v url.Values) []string {
	var out []string
	for i := range form.Count(v, "part") {
		out = append(out, v.Get("part."+strconv.Itoa(i)+".name"))
	}
	return out
}

func TestRows(t *testing.T) {
	t.Parallel()
	for do, want := range map[string][]string{
		"":                {"a", "b", "c"},
		"add:part":        {"a", "b", "c", "fresh"},
		"remove:part.0":   {"b", "c"},
		"remove:part.2":   {"a", "b"},
		"remove:part.3":   {"a", "b", "c"},
		"remove:part.-1":  {"a", "b", "c"},
		"remove:nothing":  {"a", "b", "c"},
		"up:part.2":       {"a", "c", "b"},
		"up:part.0":       {"a", "b", "c"},
		"up:part.7":       {"a", "b", "c"},
		"down:part.1":     {"a", "b", "c"},
		"remove:part.1.x": {"a", "b", "c"},
	} {
		v := rowsOf("a", "b", "c")
		v.Set(form.Do, do)
		asked := form.Apply(v, func(v url.Values, _, at string) { v.Set(at+".name", "fresh") })
		if diff := cmp.Diff(want, names(v)); diff != "" {
			t.Errorf("%q: %s", do, diff)
		}
		if known := do != "" && !strings.HasPrefix(do, "down"); asked != known {
			t.Errorf("%q: asked %v", do, asked)
		}
		if v.Has(form.Do) || v.Get("other") != "stays" {
			t.Errorf("%q leaves %v", do, v)
		}
	}
}

// TestRowsTakeWhatIsBelowAlong moves and removes rows that have rows of their own.
func TestRowsTakeWhatIsBelowAlong(t *testing.T) {
	t.Parallel()
	v := rowsOf("a", "b")
	for _, kind := range []string{"chair", "sink"} {
		v.Set(form.Add(v, "part.1.need")+".kind", kind)
	}
	v["part.1.days"] = []string{"1", "5"}
	v.Set(form.Do, "up:part.1")
	form.Apply(v, nil)
	if form.Count(v, "part.0.need") != 2 || form.Count(v, "part.1.need") != 0 || v.Get("part.0.need.1.kind") != "sink" {
		t.Errorf("moved: %v", v)
	}
	v.Set(form.Do, "remove:part.0.need.0")
	form.Apply(v, nil)
	if form.Count(v, "part.0.need") != 1 || v.Get("part.0.need.0.kind") != "sink" || len(v["part.0.days"]) != 2 {
		t.Errorf("removed below: %v", v)
	}
	v.Set(form.Do, "remove:part.0")
	form.Apply(v, nil)
	if diff := cmp.Diff(rowsOf("a"), v); diff != "" {
		t.Errorf("removed: %s", diff)
	}
}

// TestTenRows wants the tenth row not to be taken for a part of the first.
func TestTenRows(t *testing.T) {
	t.Parallel()
	all := strings.Split("a b c d e f g h i j k l", " ")
	v := rowsOf(all...)
	v.Set(form.Do, "remove:part.1")
	form.Apply(v, nil)
	if diff := cmp.Diff(append([]string{"a"}, all[2:]...), names(v)); diff != "" {
		t.Error(diff)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"": 0, "68": 6800, "68.5": 6850, "68,50": 6850, "1 200.00": 120000, "1,200": 120000, "1.200,05": 120005, "-10": -1000,
		"−2,5": -250, "0.05": 5, "1\u202f000": 100000,
	} {
		if got, ok := form.ParseAmount(text, "EUR"); !ok || got != money.Of(want, "EUR") {
			t.Errorf("%q is %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"lots", "-", ".", "1e9", "99999999999999999999", "1.2.3x", "--5"} {
		if got, ok := form.ParseAmount(text, "EUR"); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := money.Of(rapid.Int64Range(-1_000_000_00, 1_000_000_00).Draw(t, "amount"), "RUB")
		if got, ok := form.ParseAmount(form.WriteAmount(a), "RUB"); !ok || got != a {
			t.Fatalf("%v is written %q and read %v", a, form.WriteAmount(a), got)
		}
	})
}

func TestInput(t *testing.T) {
	t.Parallel()
	for _, language := range i18n.Languages() {
		in := &form.Input{P: i18n.For(language), Values: url.Values{
			"n": {" 1 440 "}, "big": {"99"}, "word": {"many"}, "none": {""}, "at": {"09:30"}, "end": {"24:00"}, "late": {"24:01"}, "odd": {"9.30"},
			"day": {"2026-03-04"}, "noday": {"2026-02-30"}, "name.en": {" Cut "}, "name.ru": {""}, "yes": {"yes"}, "all": {"a", "", "b"},
		}}
		if in.Int("n", 1, 1440) != 1440 || in.Int("none", 0, 5) != 0 || in.Clock("at") != 570 || in.Clock("end") != 1440 ||
			in.Date("day").String() != "2026-03-04" || !in.Yes("yes") || in.Yes("n") || in.Texts("name")["en"] != "Cut" ||
			len(in.Texts("name")) != 1 || len(form.List[string](in, "all")) != 2 || len(in.Wrong) != 0 {
			t.Errorf("%s: %+v", language, in.Wrong)
		}
		in.Int("big", 1, 5)
		in.Int("word", 1, 5)
		in.Int("none", 1, 5)
		in.Clock("late")
		in.Clock("odd")
		in.Date("noday")
		in.Money("word", "EUR")
		var at []string
		for _, w := range in.Wrong {
			at = append(at, w.Field)
			if w.Text == "" || strings.HasPrefix(w.Text, "form.") {
				t.Errorf("%s: %+v", language, w)
			}
		}
		if diff := cmp.Diff([]string{"big", "word", "none", "late", "odd", "noday", "word"}, at); diff != "" {
			t.Error(diff)
		}
	}
}

// TestSheet wants faults at their fields, told in the order of the form with
// the field's label, and those of no field first.
func TestSheet(t *testing.T) {
	t.Parallel()
	v := rowsOf("a")
	v["part.0.days"] = []string{"2"}
	s := form.NewSheet(i18n.For(i18n.English), v, i18n.Russian, view.Errors{
		{Field: "part[0].name", Text: "is missing"}, {Field: "elsewhere", Text: "is odd"}, {Field: "title.ru", Text: "is long"},
	})
	texts := s.Texts("title", "Title", false, true)
	if texts[0].Name != "title.ru" || !texts[0].Required || texts[0].Fault != "is long" || texts[1].Required || !texts[1].Optional {
		t.Errorf("texts: %+v", texts)
	}
	rows := s.Rows("part", func(at string, _ int) view.Group {
		ticks := s.Ticks(at+".days", "Days", []view.Option{{Value: "1"}, {Value: "2"}})
		if ticks.Options[0].Chosen || !ticks.Options[1].Chosen {
			t.Errorf("ticks: %+v", ticks.Options)
		}
		return view.Group{Fields: []view.Field{s.Text(at+".name", "Name"), ticks}}
	})
	if len(rows.Items) != 1 || rows.Items[0].Fields[0].Fault != "is missing" || rows.Items[0].Fields[0].Value != "a" {
		t.Errorf("rows: %+v", rows)
	}
	var at []string
	for _, f := range s.Faults() {
		at = append(at, f.Field)
	}
	if diff := cmp.Diff([]string{"form", "title.ru", "part.0.name"}, at); diff != "" {
		t.Error(diff)
	}
	if text := s.Faults()[2].Text; text != "Name: is missing" {
		t.Errorf("the summary says %q", text)
	}
}
