package policy_test

import (
	"slices"
	"testing"

	"kept/catalog"
	"kept/policy"
)

func TestUnfilledIn(t *testing.T) {
	t.Parallel()
	c := &catalog.Catalog{Forms: []*catalog.Form{
		{FormBody: catalog.FormBody{Fields: []catalog.Field{{Key: "a", Fact: "roof_box"}, {Key: "b"}}}},
		{FormBody: catalog.FormBody{Fields: []catalog.Field{{Key: "a", Fact: "trailer"}}}, Archived: true},
	}}
	for text, want := range map[string][]policy.Unfilled{
		"": nil,
		`has(subject.facts.hair_length) && subject.facts.hair_length == "long"`:  nil,
		`has(subject.facts.hair_lengh) && subject.facts["hair_lengh"] == "long"`: {{"hair_lengh", "hair_length"}},
		`has(subject.facts.roof_box) && subject.facts.mileage > 3`:               nil,
		`has(subject.facts.trailer) || has(subject.facts.qqqqqqqq)`:              {{"qqqqqqqq", ""}, {"trailer", ""}},
		`subject.facts.`: nil, // no expression
	} {
		if got := policy.UnfilledIn(c, &catalog.Rule{Kind: catalog.RuleOffer, RuleBody: catalog.RuleBody{When: text}}); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	limit := &catalog.Rule{Kind: catalog.RuleLimit, RuleBody: catalog.RuleBody{Limit: &catalog.Limit{MaxExpr: `client.visits > 2 ? 3 : 1`}}}
	if got := policy.UnfilledIn(c, limit); got != nil {
		t.Errorf("a limit without facts lacks %v", got)
	}
}
