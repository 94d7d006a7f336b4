package intake_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/intake"
)

func en(text string) catalog.Texts { return catalog.Texts{"en": text} }

// asking is a business that asks something of everybody and something of whoever colours.
func asking() *catalog.Catalog {
	return &catalog.Catalog{
		Forms: []*catalog.Form{
			{ID: "f1", FormBody: catalog.FormBody{Ask: catalog.AskBooking, Fields: []catalog.Field{
				{Key: "hair", Labels: en("How long is your hair?"), Kind: catalog.FieldChoice, Required: true, Fact: "hair_length", Options: []catalog.Option{
					{Value: "short", Labels: en("Short")}, {Value: "long", Labels: en("Long")},
				}},
				{Key: "allergy", Labels: en("Allergies?"), Kind: catalog.FieldLong, Class: catalog.ClassWarning},
				{Key: "ways", Labels: en("How did you find us?"), Kind: catalog.FieldMany, Options: []catalog.Option{
					{Value: "friend", Labels: en("A friend")}, {Value: "web", Labels: en("The web")},
				}},
			}}},
			{ID: "f2", FormBody: catalog.FormBody{Ask: catalog.AskBooking, Services: []id.Service{"colour"}, Fields: []catalog.Field{
				{Key: "last", Labels: en("Last coloured"), Kind: catalog.FieldDate},
				{Key: "times", Labels: en("How often"), Kind: catalog.FieldNumber},
				{Key: "pregnant", Labels: en("Pregnant?"), Kind: catalog.FieldYes, Required: true, Class: catalog.ClassHealth},
			}}},
			{ID: "f3", FormBody: catalog.FormBody{Ask: catalog.AskBefore, Fields: []catalog.Field{{Key: "later", Labels: en("Later"), Kind: catalog.FieldText}}}},
			{ID: "f4", Archived: true, FormBody: catalog.FormBody{Ask: catalog.AskBooking, Fields: []catalog.Field{
				{Key: "gone", Labels: en("Gone"), Kind: catalog.FieldText, Required: true},
			}}},
		},
		Notices: []*catalog.Notice{
			{ID: "n1", Purpose: catalog.PurposeMarketing, Version: 3},
			{ID: "n2", Purpose: catalog.PurposeHealth, Version: 1, NoticeBody: catalog.NoticeBody{Services: []id.Service{"colour"}, Required: true}},
		},
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cut, colour := []id.Service{"cut"}, []id.Service{"cut", "colour"}
	type m = map[string]any
	for _, c := range []struct {
		name     string
		services []id.Service
		given    intake.Given
		all      bool
		wrong    string // "field rule", sorted
		taken    string // "form:key=value" and "purpose@version"
	}{
		{"what is needed", cut, intake.Given{Answers: m{"hair": "long"}}, true, "", "f1:hair=Long"},
		{"nothing, where all is needed", cut, intake.Given{}, true, "answers.hair required", ""},
		{"nothing, at the desk", cut, intake.Given{}, false, "", ""},
		{"blank is nothing", cut, intake.Given{Answers: m{"hair": " ", "ways": []any{}}}, true, "answers.hair required", ""},
		{"another service's questions", cut, intake.Given{Answers: m{"hair": "long", "pregnant": true}}, true, "answers.pregnant unexpected", ""},
		{"asked later", cut, intake.Given{Answers: m{"hair": "long", "later": "x"}}, true, "answers.later unexpected", ""},
		{"archived", cut, intake.Given{Answers: m{"hair": "long", "gone": "x"}}, true, "answers.gone unexpected", ""},
		{"no such option", cut, intake.Given{Answers: m{"hair": "blue"}}, true, "answers.hair unknown", ""},
		{"not a text", cut, intake.Given{Answers: m{"hair": 3.0}}, true, "answers.hair format", ""},
		{"many, in their order, each once", cut, intake.Given{Answers: m{"hair": "short", "ways": []any{"web", "friend", "web"}}}, true, "", "f1:hair=Short f1:ways=A friend, The web"},
		{"one of many", cut, intake.Given{Answers: m{"hair": "short", "ways": "web"}}, true, "", "f1:hair=Short f1:ways=The web"},
		{"many with a stranger", cut, intake.Given{Answers: m{"hair": "short", "ways": []any{"web", "tv"}}}, true, "answers.ways unknown", ""},
		{
			"all of it", colour,
			intake.Given{
				Answers:  m{"hair": "long", "allergy": "PPD\nnickel", "last": "2026-10-01", "times": "2,5", "pregnant": "no"},
				Consents: []intake.Agreement{{"n2", 1}, {"n1", 3}, {"n1", 0}},
			},
			true, "", "f1:hair=Long f1:allergy=PPD\nnickel f2:last=2026-10-01 f2:times=2.5 f2:pregnant=false health@1 marketing@3",
		},
		{
			"everything wrong", colour,
			intake.Given{Answers: m{"hair": "long", "last": "tomorrow", "times": "many", "pregnant": "perhaps"}},
			true, "answers.last date,answers.pregnant format,answers.times format,consents.n2 required", "",
		},
		{"a notice that is not asked", cut, intake.Given{Answers: m{"hair": "long"}, Consents: []intake.Agreement{{"n2", 1}}}, true, "consents[0] unknown", ""},
		{"a notice of nobody", cut, intake.Given{Answers: m{"hair": "long"}, Consents: []intake.Agreement{{"nx", 0}}}, true, "consents[0] unknown", ""},
		{"too long", cut, intake.Given{Answers: m{"hair": "long", "allergy": strings.Repeat("x", 2001)}}, true, "answers.allergy too_long", ""},
	} {
		taken, err := intake.Check(asking(), c.services, []string{catalog.AskBooking}, c.given, c.all)
		if got := wrong(err); got != c.wrong {
			t.Errorf("%s: wrong is %q (%v), want %q", c.name, got, err, c.wrong)
		}
		if c.wrong == "" {
			if diff := cmp.Diff(c.taken, summary(taken)); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", c.name, diff)
			}
		}
	}
}

func TestCheckRefusesATextThatHasChanged(t *testing.T) {
	t.Parallel()
	_, err := intake.Check(asking(), []id.Service{"cut"}, []string{catalog.AskBooking}, intake.Given{
		Answers: map[string]any{"hair": "long"}, Consents: []intake.Agreement{{"n1", 2}},
	}, true)
	if !fault.Is(err, fault.CodeConflict) {
		t.Errorf("agreed to an older text: %v", err)
	}
}

func wrong(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+" "+field.Rule)
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

func summary(t intake.Taken) string {
	var out []string
	for _, f := range t.Forms {
		for _, a := range f.Answers {
			out = append(out, string(f.Form)+":"+a.Key+"="+a.Text("en"))
		}
	}
	for _, c := range t.Consents {
		out = append(out, c.Purpose+"@"+string(rune('0'+c.Version)))
	}
	return strings.Join(out, " ")
}

// TestWhatIsTakenIsTakenAgain: an answer that was read reads the same when it is sent back, whatever was sent.
func TestWhatIsTakenIsTakenAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(
			rapid.Map(rapid.String(), func(s string) any { return s }),
			rapid.Map(rapid.Float64(), func(f float64) any { return f }),
			rapid.Map(rapid.Bool(), func(b bool) any { return b }),
			rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"friend", "web", "tv"}), 0, 3), func(s []string) any {
				out := make([]any, len(s))
				for i := range s {
					out[i] = s[i]
				}
				return out
			}),
		)
		answers := map[string]any{"hair": "long"}
		for _, key := range []string{"allergy", "ways", "last", "times", "pregnant"} {
			answers[key] = value.Draw(t, key)
		}
		services := []id.Service{"colour"}
		taken, err := intake.Check(asking(), services, []string{catalog.AskBooking}, intake.Given{Answers: answers}, false)
		if err != nil {
			return
		}
		again := map[string]any{}
		for _, f := range taken.Forms {
			for _, a := range f.Answers {
				again[a.Key] = a.Value
			}
		}
		second, err := intake.Check(asking(), services, []string{catalog.AskBooking}, intake.Given{Answers: again}, false)
		if err != nil {
			t.Fatalf("%v, sent back: %v", again, err)
		}
		if diff := cmp.Diff(taken, second); diff != "" {
			t.Fatalf("sent back it is another one:\n%s", diff)
		}
	})
}
