package policy_test

import (
	"fmt"
	"testing"

	"kept/catalog"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// BenchmarkGate: 30 days of starts each 15 minutes, three people, one rule that is
// asked once an hour of the day, and one that must be asked each time.
func BenchmarkGate(b *testing.B) {
	for name, text := range map[string]string{
		"hour": `!client.new || slot.hour < 15`, "each": `client.tier == "vip" || slot.minutes_ahead > 3 * 1440`,
		"tags": `"vip" in client.tags || slot.minutes_ahead > 120`,
	} {
		b.Run(name, func(b *testing.B) {
			q := request("cut")
			q.Traits = &policy.Traits{Visits: 1, Tags: []string{"a", "b", "vip"}}
			rules := book(b, offer(text))
			b.ReportAllocs()
			asked := 0
			for b.Loop() {
				gate := rules.Gate(q)
				for k := range 30 * 36 {
					gate.Shut(at9+span.Instant(k/36)*span.Day+span.Instant(k%36)*15*span.Minute, "anna")
					asked++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(asked), "ns/start")
		})
	}
}

var at9 = at(3, 2, 9, 0)

// BenchmarkBars: 30 days, limits per day and week of staff and business, a season and a link.
func BenchmarkBars(b *testing.B) {
	for _, visits := range []int{0, 100, 1000} {
		b.Run(fmt.Sprint(visits), func(b *testing.B) {
			rules := book(
				b, limit("staff", "day", 8, catalog.RuleBody{}), limit("business", "week", 100, catalog.RuleBody{When: `client.visits < 100`}),
				rule(catalog.RuleSeason, catalog.RuleBody{From: on(3, 20), To: on(3, 21), Season: &catalog.Season{Closed: true}}),
				rule(catalog.RuleLink, catalog.RuleBody{Services: []id.Service{"colour"}, Link: &catalog.Link{Kind: "requires", Other: "patch", LeastMin: 2880}}),
			)
			q := request("cut")
			for k := range visits {
				counter := []string{"staff:anna", "staff:bob", "business"}[k%3]
				start := at9 + span.Instant(k*31)*span.Minute
				q.Tallies = append(q.Tallies, policy.Tally{Counter: counter, Source: fmt.Sprint(k), Span: span.Span{Start: start, End: start + span.Hour}})
			}
			window := days(3, 2, 31)
			b.ReportAllocs()
			for b.Loop() {
				rules.Bars(q, window)
			}
		})
	}
}

// BenchmarkVary: a rule that applies and one that does not.
func BenchmarkVary(b *testing.B) {
	rules := book(b,
		rule(catalog.RuleVary, catalog.RuleBody{When: `staff.title == "Trainee"`, Vary: &catalog.Vary{Percent: 125}}),
		rule(catalog.RuleVary, catalog.RuleBody{When: `has(subject.facts.hair_length) && subject.facts.hair_length == "long"`, Vary: &catalog.Vary{AddMin: 30}}))
	t := &policy.Traits{Subject: policy.Subject{Facts: map[string]any{"hair_length": "short"}}}
	s, day := service("cut"), on(3, 10)
	b.ReportAllocs()
	for b.Loop() {
		rules.Vary(s, "bob", "main", day, t)
	}
}

// BenchmarkCompile: the book of all examples, made once for each version of a configuration.
func BenchmarkCompile(b *testing.B) {
	var rules []*catalog.Rule
	for _, e := range policy.Examples() {
		rules = append(rules, &catalog.Rule{Kind: e.Kind, RuleBody: e.RuleBody})
	}
	h := house(rules...)
	for b.Loop() {
		compile(b, h)
	}
}
