package preset_test

import (
	"testing"
	"time"

	"kept/catalog"
	"kept/internal/demo/preset"
	"kept/policy"
	"kept/span"
)

// What every preset asks: complete in three languages, nothing that must be
// answered, each option named, and never an agreement as a condition.
func TestWhatPresetsAsk(t *testing.T) {
	t.Parallel()
	for _, name := range []string{preset.Salon, preset.Clinic, preset.Workshop} {
		plan, err := preset.Of(name)
		if err != nil {
			t.Fatal(err)
		}
		out, err := plan.Lay(preset.Site{Currency: "EUR", Zone: time.UTC, First: span.Date{Year: 2026, Month: 11, Day: 22}})
		if err != nil {
			t.Fatal(err)
		}
		complete := func(what string, all ...catalog.Texts) {
			t.Helper()
			for _, texts := range all {
				for _, l := range []string{"en", "zh-Hant", "ru"} {
					if texts[l] == "" {
						t.Errorf("%s: %s has no %s: %v", name, what, l, texts)
					}
				}
			}
		}
		if len(out.Forms) == 0 || len(out.Notices) == 0 {
			t.Fatalf("%s asks nothing", name)
		}
		for _, f := range out.Forms {
			complete("a form", f.Names)
			for _, q := range f.Fields {
				complete(q.Key, q.Labels)
				for _, o := range q.Options {
					complete(q.Key+"."+o.Value, o.Labels)
				}
				if q.Required {
					t.Errorf("%s: %s must be answered", name, q.Key)
				}
			}
		}
		for _, r := range out.Rules { // a rule that waits for what nobody is asked never decides
			if lacks := policy.UnfilledIn(&catalog.Catalog{Forms: out.Forms}, r); len(lacks) > 0 {
				t.Errorf("%s: %s reads what nothing fills: %v", name, r.Names["en"], lacks)
			}
		}
		for _, n := range out.Notices {
			complete(n.Purpose, n.Names, n.Texts)
			if n.Required {
				t.Errorf("%s: %s must be agreed to", name, n.Purpose)
			}
		}
	}
}
