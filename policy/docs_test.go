package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/catalog"
	"kept/policy"
)

// TestDocs: the owners' pages show every name, every kind and every example,
// in each language.
func TestDocs(t *testing.T) {
	t.Parallel()
	for language, file := range map[string]string{"en": "rules.md", "zh-Hant": "rules.zh-Hant.md", "ru": "rules.ru.md"} {
		raw, err := os.ReadFile("../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		page := string(raw)
		for _, n := range policy.Names(catalog.RuleOffer) {
			if !strings.Contains(page, "`"+n.Name+"`") {
				t.Errorf("%s does not explain %s", file, n.Name)
			}
		}
		for _, k := range catalog.RuleKinds() {
			if !strings.Contains(page, "\n| "+string(k)) {
				t.Errorf("%s does not explain %s", file, k)
			}
		}
		for _, e := range policy.Examples() {
			expression := e.When
			if e.Limit != nil {
				expression = e.Limit.MaxExpr
			}
			row := " | " + string(e.Kind) + " | " + e.Names[language] + " | `" + strings.ReplaceAll(expression, "|", `\|`) + "` |"
			if !strings.Contains(page, row) {
				t.Errorf("%s does not show %s", file, e.Key)
			}
		}
	}
}

// TestDocsAlike: every owners' page that is there in one language is there in
// all, with the same headings and tables in the same order, and leads to the others.
func TestDocsAlike(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/*.zh-Hant.md")
	if err != nil || len(pages) < 8 {
		t.Fatalf("only %d pages: %v", len(pages), err)
	}
	for _, p := range pages {
		topic := strings.TrimSuffix(filepath.Base(p), ".zh-Hant.md")
		files := []string{topic + ".md", topic + ".ru.md", topic + ".zh-Hant.md"}
		shapes := make([][]string, len(files))
		for i, file := range files {
			raw, err := os.ReadFile("../docs/" + file)
			if err != nil {
				t.Fatal(err)
			}
			shapes[i] = shape(string(raw))
			for j, other := range files {
				if i != j && !strings.Contains(string(raw), "("+other+")") {
					t.Errorf("%s does not lead to %s", file, other)
				}
			}
		}
		for i := range files {
			if diff := cmp.Diff(shapes[0], shapes[i]); diff != "" {
				t.Errorf("%s is not shaped as %s (-want +got):\n%s", files[i], files[0], diff)
			}
		}
	}
}

// shape is a page without its words: the level of each heading, the width of
// each row of a table.
func shape(page string) []string {
	var out []string
	for line := range strings.Lines(page) {
		switch {
		case strings.HasPrefix(line, "#"):
			out = append(out, strings.SplitN(line, " ", 2)[0])
		case strings.HasPrefix(line, "|"):
			out = append(out, strings.Repeat("|", strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")))
		}
	}
	return out
}

// TestNames: each name has a type, and each kind reads what the pages say.
func TestNames(t *testing.T) {
	t.Parallel()
	has := func(list []policy.Name, name string) bool {
		for _, n := range list {
			if n.Type == "" {
				t.Errorf("%s has no type", n.Name)
			}
			if n.Name == name {
				return true
			}
		}
		return false
	}
	for _, c := range []struct {
		list []policy.Name
		name string
		want bool
	}{
		{policy.Names(catalog.RuleOffer), "load.day_percent", true},
		{policy.Names(catalog.RuleApprove), "staff.skills", true},
		{policy.Names(catalog.RuleCutoff), "slot.minutes_ahead", true},
		{policy.Names(catalog.RuleLimit), "staff.id", false},
		{policy.Names(catalog.RuleSeason), "slot.hour", false},
		{policy.Names(catalog.RuleSeason), "slot.days_ahead", false},
		{policy.Names(catalog.RuleLink), "slot.days_ahead", true},
		{policy.Names(catalog.RuleVary), "staff.title", true},
		{policy.Names(catalog.RuleVary), "slot.days_ahead", false},
		{policy.MaxNames(), "client.new", true},
		{policy.MaxNames(), "history.days_since_service", false},
		{policy.MaxNames(), "service.id", false},
	} {
		if has(c.list, c.name) != c.want {
			t.Errorf("%s is there: %v", c.name, !c.want)
		}
	}
}
