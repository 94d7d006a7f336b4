package setup_test

import (
	"errors"
	"strings"
	"testing"

	"kept/catalog"
	"kept/fault"
)

// TestRuleExpressions: a rule whose expression does not compile is not kept,
// and the answer points at the place.
func TestRuleExpressions(t *testing.T) {
	t.Parallel()
	limited := func(l catalog.Limit) catalog.RuleBody { return catalog.RuleBody{Limit: &l} }
	for _, c := range []struct {
		kind  catalog.RuleKind
		body  catalog.RuleBody
		wrong string
		says  string
	}{
		{catalog.RuleOffer, catalog.RuleBody{When: `!client.new || slot.hour < 15`}, "", ""},
		{catalog.RuleOffer, catalog.RuleBody{}, "when required", ""},
		{catalog.RuleOffer, catalog.RuleBody{When: `client.vists > 2`}, "when expression", "1:1 near “client.vists > 2”: client.vists is not known — did you mean client.visits?"},
		{catalog.RuleOffer, catalog.RuleBody{When: strings.Repeat("x", 1001)}, "when too_long", ""},
		{catalog.RuleLimit, limited(catalog.Limit{Of: "client", Per: "active", MaxExpr: `client.new ? 1 : 3`}), "", ""},
		{catalog.RuleLimit, limited(catalog.Limit{Of: "client", Per: "active", MaxExpr: `slot.hour`}), "limit.max_expr expression", "not known"},
		{catalog.RuleLimit, limited(catalog.Limit{Of: "client", Per: "active", MaxExpr: strings.Repeat("1", 1001)}), "limit.max_expr too_long", ""},
	} {
		o, _ := office()
		_, err := o.CreateRule(t.Context(), owner(), catalog.Rule{Kind: c.kind, Names: catalog.Texts{"en": "Rule"}, RuleBody: c.body})
		if got := strings.Join(wrong(err), ", "); got != c.wrong {
			t.Errorf("%+v: %q, want %q", c.body, got, c.wrong)
		}
		if f, ok := errors.AsType[*fault.Error](err); ok && c.says != "" && !strings.Contains(f.Fields[0].Detail, c.says) {
			t.Errorf("%+v: %q", c.body, f.Fields[0].Detail)
		}
	}
}
