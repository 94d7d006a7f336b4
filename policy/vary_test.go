package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/catalog"
	"kept/id"
	"kept/money"
	"kept/policy"
	"kept/span"
)

func TestVary(t *testing.T) {
	t.Parallel()
	add := money.Of(1500, "EUR")
	long := &policy.Traits{Subject: policy.Subject{Facts: map[string]any{"hair_length": "long"}}}
	regular := &policy.Traits{Client: "c", Visits: 5}
	vary := func(body catalog.RuleBody) *catalog.Rule { return rule(catalog.RuleVary, body) }
	season := func(body catalog.RuleBody) *catalog.Rule { return rule(catalog.RuleSeason, body) }
	for _, c := range []struct {
		why     string
		rules   []*catalog.Rule
		service id.Service
		staff   id.Staff
		traits  *policy.Traits
		minutes int
		price   int64
		rulesID string
	}{
		{"no rule", nil, "cut", "", nil, 30, 4500, ""},
		{"another service's", []*catalog.Rule{vary(catalog.RuleBody{Services: []id.Service{"patch"}, Vary: &catalog.Vary{AddMin: 30}})}, "cut", "", nil, 30, 4500, ""},
		{"always", []*catalog.Rule{vary(catalog.RuleBody{Vary: &catalog.Vary{AddMin: 30, PriceAdd: &add}})}, "cut", "", nil, 60, 6000, "a"},
		{"long hair", []*catalog.Rule{vary(catalog.RuleBody{When: `subject.facts.hair_length == "long"`, Vary: &catalog.Vary{AddMin: 30}})}, "cut", "", long, 60, 4500, "a"},
		{"hair unknown", []*catalog.Rule{vary(catalog.RuleBody{When: `subject.facts.hair_length == "long"`, Vary: &catalog.Vary{AddMin: 30}})}, "cut", "", nil, 30, 4500, ""},
		{"first visit: half as long again, rounded up", []*catalog.Rule{vary(catalog.RuleBody{When: `client.new`, Vary: &catalog.Vary{Percent: 110}})}, "cut", "", nil, 35, 4500, "a"},
		{"not the first", []*catalog.Rule{vary(catalog.RuleBody{When: `client.new`, Vary: &catalog.Vary{Percent: 150}})}, "cut", "", regular, 30, 4500, ""},
		{"trainee", []*catalog.Rule{vary(catalog.RuleBody{When: `staff.title == "Trainee"`, Vary: &catalog.Vary{PricePercent: -20}})}, "cut", "bob", nil, 30, 3600, "a"},
		{"master", []*catalog.Rule{vary(catalog.RuleBody{When: `staff.title == "Trainee"`, Vary: &catalog.Vary{PricePercent: -20}})}, "cut", "anna", nil, 30, 4500, ""},
		{"nobody yet: the expression cannot tell", []*catalog.Rule{vary(catalog.RuleBody{When: `staff.title != "Trainee"`, Vary: &catalog.Vary{PricePercent: -20}})}, "cut", "", nil, 30, 4500, ""},
		{"nobody yet: the scope does not hold", []*catalog.Rule{vary(catalog.RuleBody{Staff: []id.Staff{"bob"}, Vary: &catalog.Vary{AddMin: 5}})}, "cut", "", nil, 30, 4500, ""},
		{"scope of staff", []*catalog.Rule{vary(catalog.RuleBody{Staff: []id.Staff{"bob"}, Vary: &catalog.Vary{AddMin: 5}})}, "cut", "bob", nil, 35, 4500, "a"},
		{"scope of places", []*catalog.Rule{vary(catalog.RuleBody{Locations: []id.Location{"branch"}, Vary: &catalog.Vary{AddMin: 5}})}, "cut", "bob", nil, 30, 4500, ""},
		{"the third segment", []*catalog.Rule{vary(catalog.RuleBody{Vary: &catalog.Vary{Segment: 3, AddMin: -10}})}, "colour", "", nil, 110, 9000, "a"},
		{"a segment that is not there", []*catalog.Rule{vary(catalog.RuleBody{Vary: &catalog.Vary{Segment: 4, AddMin: -10, PricePercent: 1}})}, "colour", "", nil, 120, 9090, "a"},
		{"a minute is left", []*catalog.Rule{vary(catalog.RuleBody{Vary: &catalog.Vary{AddMin: -500}})}, "cut", "", nil, 1, 4500, "a"},
		{"other segments, then longer", []*catalog.Rule{vary(catalog.RuleBody{Vary: &catalog.Vary{Segments: []catalog.Segment{{DurationMin: 7}, {DurationMin: 8, Staff: &catalog.StaffNeed{Count: 1}}}, Percent: 200}})}, "cut", "", nil, 27, 4500, "a"},
		{"one after the other", []*catalog.Rule{
			vary(catalog.RuleBody{Vary: &catalog.Vary{PricePercent: 10}}),
			season(catalog.RuleBody{From: on(3, 1), Season: &catalog.Season{PricePercent: 10, PriceAdd: &add}}),
		}, "cut", "", nil, 30, 4500 + 450 + 495 + 1500, "ab"},
		{"in the season only", []*catalog.Rule{season(catalog.RuleBody{From: on(12, 1), Season: &catalog.Season{PricePercent: 10}})}, "cut", "", nil, 30, 4500, ""},
		{"closing has no price", []*catalog.Rule{season(catalog.RuleBody{From: on(3, 1), Season: &catalog.Season{Closed: true}})}, "cut", "", nil, 30, 4500, ""},
		{"never below nothing", []*catalog.Rule{vary(catalog.RuleBody{Vary: &catalog.Vary{PricePercent: -100, PriceAdd: &money.Amount{Amount: -1, Currency: "EUR"}}})}, "cut", "", nil, 30, 0, "a"},
		{"another currency is left alone", []*catalog.Rule{vary(catalog.RuleBody{Vary: &catalog.Vary{PriceAdd: &money.Amount{Amount: 5, Currency: "USD"}}})}, "cut", "", nil, 30, 4500, "a"},
		{"off", []*catalog.Rule{{Kind: catalog.RuleVary, Off: true, RuleBody: catalog.RuleBody{Vary: &catalog.Vary{AddMin: 5}}}}, "cut", "", nil, 30, 4500, ""},
		{"archived", []*catalog.Rule{{Kind: catalog.RuleVary, Archived: true, RuleBody: catalog.RuleBody{Vary: &catalog.Vary{AddMin: 5}}}}, "cut", "", nil, 30, 4500, ""},
		{"of the weekday", []*catalog.Rule{vary(catalog.RuleBody{When: `slot.weekday == 2 && slot.month == 3 && slot.date == "2026-03-10"`, Vary: &catalog.Vary{AddMin: 5}})}, "cut", "", nil, 35, 4500, "a"},
	} {
		b := book(t, c.rules...)
		s := service(c.service)
		before := cmp.Diff(nil, s)
		got, applied := b.Vary(s, c.staff, "main", on(3, 10), c.traits)
		ids, minutes, price := "", s.DurationMin(), s.Price.Amount
		for _, a := range applied {
			ids += string(a.Rule)
			minutes += a.Minutes
			price += a.Price.Amount
		}
		if got.DurationMin() != c.minutes || got.Price.Amount != c.price || ids != c.rulesID {
			t.Errorf("%s: %d minutes, %v, by %q", c.why, got.DurationMin(), got.Price, ids)
		}
		if minutes != c.minutes || price != c.price {
			t.Errorf("%s: what was applied sums up to %d minutes, %d", c.why, minutes, price)
		}
		if (got == s) != (c.rulesID == "") || c.rulesID != "" && !b.Varies(s) {
			t.Errorf("%s: same pointer %v, varies %v", c.why, got == s, b.Varies(s))
		}
		if after := cmp.Diff(nil, s); after != before {
			t.Errorf("%s: the service itself was changed", c.why)
		}
	}
}

func TestVariance(t *testing.T) {
	t.Parallel()
	vary := func(body catalog.RuleBody) *policy.Book {
		body.Vary = &catalog.Vary{AddMin: 5}
		body.Services = []id.Service{"cut"}
		return book(t, rule(catalog.RuleVary, body))
	}
	for _, c := range []struct {
		body catalog.RuleBody
		want policy.Variance
	}{
		{catalog.RuleBody{}, policy.Variance{}},
		{catalog.RuleBody{When: `client.new || subject.kind == "pet"`}, policy.Variance{Client: true}},
		{catalog.RuleBody{When: `staff.skills["x"] > 1`}, policy.Variance{Staff: true}},
		{catalog.RuleBody{Staff: []id.Staff{"bob"}, Locations: []id.Location{"main"}, From: on(1, 1)}, policy.Variance{Staff: true, Location: true, Day: true}},
		{catalog.RuleBody{When: `slot.weekday == 1 || slot.location == "main"`}, policy.Variance{Location: true, Day: true}},
		{catalog.RuleBody{When: `history.last_visit_days > 5`}, policy.Variance{Client: true, Day: true}},
	} {
		b := vary(c.body)
		if got := b.Variance(service("cut")); got != c.want || !b.Varies(service("cut")) || b.VariesByStaff(service("cut")) != c.want.Staff || got.Any() != (got != policy.Variance{}) {
			t.Errorf("%+v: %+v", c.body, got)
		}
		if b.Varies(service("colour")) || b.Variance(service("colour")).Any() {
			t.Errorf("%+v: another service varies", c.body)
		}
	}
}

// TestVaryDependsOnWhatVarianceSays: where Variance says no, the answer does not change.
func TestVaryDependsOnWhatVarianceSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
		var rules []*catalog.Rule
		for range rapid.IntRange(1, 3).Draw(t, "rules") {
			body := catalog.RuleBody{
				When: pick("when", ``, `client.visits > 2`, `staff.title == "Trainee"`, `slot.weekday < 3`, `slot.location == "main"`, `subject.facts.x == 1`),
				Vary: &catalog.Vary{AddMin: rapid.IntRange(-40, 40).Draw(t, "add"), Percent: rapid.IntRange(0, 300).Draw(t, "percent"), PricePercent: rapid.IntRange(-100, 100).Draw(t, "price")},
			}
			if rapid.Bool().Draw(t, "scoped") {
				body.Staff = []id.Staff{id.Staff(pick("who", "anna", "bob"))}
			}
			rules = append(rules, rule(catalog.RuleVary, body))
		}
		b, err := policy.Compile(house(rules...))
		if err != nil {
			t.Fatal(err)
		}
		s := service("colour")
		v := b.Variance(s)
		ask := func(label string, keep policy.Variance) *catalog.Service {
			who, where, day, tr := id.Staff("anna"), id.Location("main"), on(3, 10), &policy.Traits{}
			if !keep.Staff {
				who = id.Staff(pick(label+" staff", "", "anna", "bob"))
			}
			if !keep.Location {
				where = id.Location(pick(label+" place", "", "main", "branch"))
			}
			if !keep.Day {
				day = day.AddDays(rapid.IntRange(0, 9).Draw(t, label+" day"))
			}
			if !keep.Client {
				tr = &policy.Traits{Visits: rapid.IntRange(0, 5).Draw(t, label+" visits"), Subject: policy.Subject{Facts: map[string]any{"x": int64(1)}}}
			}
			out, _ := b.Vary(s, who, where, day, tr)
			return out
		}
		one, two := ask("one", v), ask("two", v)
		if diff := cmp.Diff(one, two); diff != "" {
			t.Fatalf("%+v, yet:\n%s", v, diff)
		}
		if one.DurationMin() < 1 || one.Price.Amount < 0 {
			t.Fatalf("%d minutes for %v", one.DurationMin(), one.Price)
		}
	})
}

func TestNilBook(t *testing.T) {
	t.Parallel()
	var b *policy.Book
	s := service("cut")
	if got, applied := b.Vary(s, "anna", "main", on(3, 1), nil); got != s || applied != nil || b.Varies(s) || b.VariesByStaff(s) {
		t.Error("a book that is not there varies")
	}
	c := request("cut")
	w := days(3, 1, 2)
	if b.Bars(c, w) != nil || b.Counters(c) != nil || b.TallyWindow(c, w) != w || b.Gate(c) != nil || b.Approve(c, at(3, 2, 9, 0), "") != nil || b.Doubts(c, at(3, 2, 9, 0), "") != nil || !b.None() {
		t.Error("a book that is not there decides")
	}
	if _, shut := b.Gate(c).Shut(at(3, 2, 9, 0), "anna"); shut {
		t.Error("no gate shuts")
	}
	empty := book(t)
	if !empty.None() || empty.Bars(c, w) != nil || empty.Gate(c) != nil || empty.TallyWindow(c, w) != w {
		t.Error("an empty book decides")
	}
}

// TestAnEmptyBookCostsNothing: most businesses have no rules.
func TestAnEmptyBookCostsNothing(t *testing.T) { // not parallel: it counts allocations
	b, c, s, w := book(t), request("cut"), service("cut"), days(3, 1, 2)
	if n := testing.AllocsPerRun(10, func() {
		b.Bars(c, w)
		b.Vary(s, "anna", "main", span.Date{}, nil)
		b.Gate(c)
		b.Counters(c)
	}); n != 0 {
		t.Errorf("an empty book allocates %v times", n)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	vary := func(when string, services ...id.Service) *catalog.Rule {
		return rule(catalog.RuleVary, catalog.RuleBody{When: when, Services: services, Vary: &catalog.Vary{AddMin: 5}})
	}
	b := book(t,
		vary(`has(subject.facts.hair_length) && subject.facts["hair_length"] == "long"`, "cut"),
		vary(`["a"].exists(x, x == subject.facts.skin)`, "colour"),
		rule(catalog.RuleOffer, catalog.RuleBody{When: `subject.facts["mileage"] > 100000`}),
		rule(catalog.RuleApprove, catalog.RuleBody{When: `subject.facts.vip == true`}),
		vary(`client.new`))
	for _, c := range []struct {
		services []id.Service
		want     []string
	}{
		{[]id.Service{"cut"}, []string{"hair_length", "mileage"}},
		{[]id.Service{"colour"}, []string{"mileage", "skin"}},
		{[]id.Service{"cut", "colour"}, []string{"hair_length", "mileage", "skin"}},
		{nil, []string{"mileage"}},
	} {
		if diff := cmp.Diff(c.want, b.Facts(c.services)); diff != "" {
			t.Errorf("%v: %s", c.services, diff)
		}
	}
	var none *policy.Book
	if got := none.Facts([]id.Service{"cut"}); got != nil {
		t.Errorf("no book reads %v", got)
	}
}
