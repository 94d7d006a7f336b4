package policy_test

import (
	"os"
	"strings"
	"testing"

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
