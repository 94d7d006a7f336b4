package policy_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"kept/catalog"
	"kept/policy"
)

func TestExpressionsThatAreRight(t *testing.T) {
	t.Parallel()
	for kind, list := range map[catalog.RuleKind][]string{
		catalog.RuleOffer: {
			``, `true`, `!client.new || slot.hour < 15`, `client.tier == "vip" && slot.days_ahead <= 60`, `'vip' in client.tags`,
			`client.tags.exists(t, t.startsWith("v"))`, `subject.facts.hair_length == "long"`, `subject.facts["mileage"] > 50000`,
			`staff.skills["color"] >= 3`, `has(client.age) && client.age < 18`, `load.day_percent < 80 && load.staff_percent < 90`,
			`slot.date.startsWith("2026-12")`, `slot.weekday in [1, 2, 3]`, `service.name in ["Cut", "Colour"]`,
			`history.visits_of["Patch test"] > 0`, `service.price >= 40`, `client.spent > 1000`, `subject.facts.electric`,
			`slot.location_name == "Main" && slot.location != ""`, `slot.minute == 30 && slot.minute_of_day > 600 && slot.month != 8`,
			`slot.date.matches("^2026-1[12]")`, "client.visits > 1\n  && slot.hour < 3",
		},
		catalog.RuleApprove: {`client.no_shows >= 2`, `slot.minutes_ahead < 60`, `history.coming > 2`},
		catalog.RuleCutoff:  {`client.late_cancels > 0 && slot.weekday == 6`},
		catalog.RuleLimit:   {`client.tier != "vip" && slot.weekday < 6`, `service.group == "Colour"`},
		catalog.RuleSeason:  {`client.new`, `slot.weekday == 7 && slot.month == 12`},
		catalog.RuleLink:    {`history.days_since_service > 90`, `history.visits_of_service == 0`},
		catalog.RuleVary:    {`staff.title == "Trainee"`, `subject.kind == "vehicle"`, `client.language == "ru"`, `staff.name == "Anna"`},
	} {
		for _, text := range list {
			if err := policy.CheckWhen(kind, text); err != nil {
				t.Errorf("%s %q: %v", kind, text, err)
			}
		}
	}
	for _, text := range []string{``, `3`, `client.new ? 1 : 3`, `client.visits / 10 + 1`, `history.visits_of_service > 3 ? 1 : 2`} {
		err := policy.CheckMax(text)
		if wrong := strings.Contains(text, "of_service"); (err != nil) != wrong { // a visit may have several services
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestExpressionsThatAreWrong(t *testing.T) {
	t.Parallel()
	bomb := `client.tags.exists(a, client.tags.exists(b, client.tags.exists(c, a + b == c)))`
	for _, c := range []struct {
		kind       catalog.RuleKind
		text       string
		line, char int
		near, says string // parts of the answer
	}{
		{catalog.RuleOffer, `client.vists > 2`, 1, 1, "client.vists > 2", "client.vists is not known — did you mean client.visits?"},
		{catalog.RuleOffer, `true && vists > 1`, 1, 9, "vists > 1", "did you mean client.visits?"},
		{catalog.RuleOffer, `clent.visits > 1`, 1, 1, "clent", "did you mean client.visits?"},
		{catalog.RuleOffer, `slot.hour < 15 && client.name == "Mia"`, 1, 19, "client.name", "there are client.age, client.known"},
		{catalog.RuleOffer, "client.new ||\n  slot.huor < 3", 2, 3, "slot.huor < 3", "did you mean slot.hour?"},
		{catalog.RuleOffer, `client.tier == vip`, 1, 16, "vip", "texts stand in quotation marks"},
		{catalog.RuleOffer, `client.visits > "a"`, 1, 15, `> "a"`, "> does not go with a whole number and a text"},
		{catalog.RuleOffer, `client.tier + 1 == "vip"`, 1, 13, "+ 1", "+ does not go with a text and a whole number"},
		{catalog.RuleOffer, `service.price == 45`, 1, 15, "== 45", "with a point: 45.0"},
		{catalog.RuleOffer, `slot.hour = 3`, 1, 11, "= 3", "equal is written =="},
		{catalog.RuleOffer, `slot.hour <`, 1, 12, "", "ends too early"},
		{catalog.RuleOffer, `slot.hour < 3 slot`, 1, 15, "slot", "does not belong here"},
		{catalog.RuleOffer, `client`, 1, 1, "client", "client.visits"},
		{catalog.RuleOffer, `client.visits`, 1, 1, "", "gives a whole number where true or false is asked for"},
		{catalog.RuleOffer, `client.tags.exist(t, t == "x")`, 1, 18, "(t", "there is no function exist() — did you mean exists()?"},
		{catalog.RuleOffer, `now() > 3`, 1, 4, "()", "there is no function now()"},
		{catalog.RuleOffer, `kept.client{} == kept.client{}`, 1, 12, "{}", "things are not made here"},
		{catalog.RuleOffer, bomb, 0, 0, "", "steps, 2000 are allowed"},
		{catalog.RuleOffer, `[1].map(a, [1,2].map(b, [1,2,3,4,5].map(c, [1,2,3,4,5].map(d, [1,2,3,4,5,6,7].map(e, e))))).size() > 0`, 0, 0, "", "steps, 2000 are allowed"},
		{catalog.RuleOffer, strings.Repeat("(", 60) + "true" + strings.Repeat(")", 60), 1, 1, "(((", "recursion limit"},
		{catalog.RuleOffer, strings.Repeat("я", 1001), 0, 0, "", "is 1001 characters long, 1000 are allowed"},
		{catalog.RuleOffer, `slot.date.matches("(")`, 0, 0, "", "missing closing )"},
		{catalog.RuleLimit, `staff.name == "Anna"`, 1, 1, "staff.name", "is not known to rules of this kind"},
		{catalog.RuleLimit, `slot.hour > 3`, 1, 1, "slot.hour", "is not known to rules of this kind"},
		{catalog.RuleVary, `slot.days_ahead > 3`, 1, 1, "slot.days_ahead", "is not known to rules of this kind"},
		{catalog.RuleSeason, `load.day_percent > 3`, 1, 1, "load", "is not known to rules of this kind"},
		{"max", `slot.weekday`, 1, 1, "slot.weekday", "is not known to rules of this kind"},
		{"max", `client.new`, 1, 1, "", "gives true or false where a whole number is asked for"},
		{"max", `client.spent`, 1, 1, "", "gives a number where a whole number is asked for"},
	} {
		err := policy.CheckWhen(c.kind, c.text)
		if c.kind == "max" {
			err = policy.CheckMax(c.text)
		}
		bad, ok := errors.AsType[*policy.BadExpression](err)
		if !ok {
			t.Errorf("%s %q: %v", c.kind, c.text, err)
			continue
		}
		if bad.Line != c.line || bad.Column != c.char || !strings.Contains(bad.Near, c.near) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %q: %d:%d near %q: %v", c.kind, c.text, bad.Line, bad.Column, bad.Near, err)
		}
	}
}

// TestExamples: what is offered to start from must compile, in every language.
func TestExamples(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range policy.Examples() {
		if seen[e.Key] || len(e.Names) != 3 || e.Names["en"] == "" || e.Names["zh-Hant"] == "" || e.Names["ru"] == "" {
			t.Errorf("%s: %v", e.Key, e.Names)
		}
		seen[e.Key] = true
		if err := policy.CheckWhen(e.Kind, e.When); err != nil {
			t.Errorf("%s: %v", e.Key, err)
		}
		if e.Limit != nil {
			if err := policy.CheckMax(e.Limit.MaxExpr); err != nil {
				t.Errorf("%s: %v", e.Key, err)
			}
		}
	}
	if len(seen) < 12 {
		t.Errorf("only %d examples", len(seen))
	}
}

// FuzzCheck: no text makes the compiler panic, points outside of the text, or
// compiles here and not in the book.
func FuzzCheck(f *testing.F) {
	for _, e := range policy.Examples() {
		f.Add(string(e.Kind), e.When)
	}
	f.Add("max", "client.new ? 1 : 3")
	f.Add("offer", "client.vists > 'я'\n\r\n&& (")
	f.Fuzz(func(t *testing.T, kind, text string) {
		err := policy.CheckWhen(catalog.RuleKind(kind), text)
		if kind == "max" {
			err = policy.CheckMax(text)
		}
		if bad, ok := errors.AsType[*policy.BadExpression](err); ok {
			if lines := strings.Count(text, "\n") + 1; bad.Line < 0 || bad.Line > lines || bad.Column < 0 || bad.Column > utf8.RuneCountInString(text)+1 || bad.Why == "" {
				t.Errorf("%q: %+v", text, bad)
			}
		} else if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		body := catalog.RuleBody{When: text}
		if kind == "max" {
			body = catalog.RuleBody{Limit: &catalog.Limit{MaxExpr: text}}
		}
		c := &catalog.Catalog{Rules: []*catalog.Rule{{Kind: catalog.RuleKind(kind), RuleBody: body}}}
		if _, compiled := policy.Compile(c); kind != "max" && (compiled == nil) != (err == nil) {
			t.Errorf("%q: %v, but the book: %v", text, err, compiled)
		}
	})
}
