package web_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"kept/fault"
	"kept/internal/web"
)

// Every rule that any package names, and every code, has its words in the
// languages that are not the faults' own.
func TestEveryRuleHasWords(t *testing.T) {
	t.Parallel()
	texts, err := web.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile(`(?:BadField\([^,\n]+, |Require\([^\n]*?, "[^"]*", |Rule: |, )"([a-z_]+)", "(?:is|are|must|write|at most|there is|from \d|choose|a |an |give|tell|has |in the|not |the |this|one of|take)`)
	seen := map[string]bool{}
	root := os.DirFS("../..")
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "internal/bench") {
			return err
		}
		raw, err := fs.ReadFile(root, path)
		for _, m := range rule.FindAllStringSubmatch(string(raw), -1) {
			seen[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 10 {
		t.Fatalf("only %d rules found: the search is broken", len(seen))
	}
	for r := range seen {
		for _, language := range []string{"zh-Hant", "ru"} {
			_, closed := texts.Problem(language, "slot_closed", r)
			if texts.Rule(language, r) == "" && closed == "" {
				t.Errorf("%s: no words for the rule %q", language, r)
			}
		}
	}
	for code, title := range texts["en"].Titles {
		for _, language := range []string{"zh-Hant", "ru"} {
			if got := texts[language].Titles[code]; got == "" || got == title {
				t.Errorf("%s: no title for %q", language, code)
			}
		}
	}
	for r := range texts["en"].Rules {
		for _, language := range []string{"zh-Hant", "ru"} {
			if texts[language].Rules[r] == "" {
				t.Errorf("%s: no sentence for the rule %q", language, r)
			}
		}
	}
}

// What is wrong with a field is told in the reader's language, by its rule, and
// the field is named; the faults' own words are English.
func TestFieldsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	texts, err := web.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	const english = "breaks a rule"
	for _, rule := range []string{
		"required", "missing", "format", "range", "unknown", "unique", "too_long", "too_short", "too_many", "type", "unexpected", "one_of",
		"exclusive", "mismatch", "taken", "limit", "currency", "zone", "date", "time",
	} {
		for _, language := range []string{"zh-Hant", "ru"} {
			p := web.NewProblem(texts, language, fault.BadField("client.email", rule, english))
			if len(p.Errors) != 1 || p.Errors[0].Field != "client.email" || p.Errors[0].Detail == english || p.Errors[0].Detail == "" {
				t.Errorf("%s of %s: %+v", language, rule, p.Errors)
			}
			if strings.Contains(p.Detail, "fields") {
				t.Errorf("%s: the whole is told in English: %q", language, p.Detail)
			}
		}
		if p := web.NewProblem(texts, "en", fault.BadField("client.email", rule, english)); p.Errors[0].Detail != english {
			t.Errorf("English of %s: %q", rule, p.Errors[0].Detail)
		}
	}
}
