package policy_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/catalog"
	"kept/id"
	"kept/money"
	"kept/policy"
	"kept/span"
)

func offer(text string) *catalog.Rule {
	return rule(catalog.RuleOffer, catalog.RuleBody{When: text})
}

func TestGate(t *testing.T) {
	t.Parallel()
	age, spent := 17, money.Of(100_050, "EUR")
	known := &policy.Traits{
		Client: "c", Visits: 7, NoShows: 2, LateCancels: 1, Tags: []string{"vip", "wheelchair"}, Tier: "gold", Language: "ru", Age: &age, Spent: &spent,
		Subject: policy.Subject{Kind: "vehicle", Facts: map[string]any{"model": "T4", "mileage": int64(150_001), "electric": false, "height": 1.9}},
		History: []policy.Visit{
			visit("1", "cut", at(2, 10, 9, 0), "completed"), visit("2", "colour", at(2, 20, 9, 0), "completed"),
			visit("3", "patch", at(3, 8, 9, 0), "confirmed"), visit("3", "cut", at(3, 8, 9, 10), "confirmed"), visit("4", "cut", at(2, 25, 9, 0), "no_show"),
		},
	}
	load := func(_ span.Date, who id.Staff) (int, bool) {
		return map[id.Staff]int{"": 50, "anna": 80}[who], who != "bob"
	}
	start := at(3, 10, 14, 30) // a Tuesday, nine days on
	for _, c := range []struct {
		text  string
		open  bool
		doubt string
	}{
		{`client.known && !client.new && client.visits == 7 && client.no_shows == 2 && client.late_cancels == 1`, true, ""},
		{`"vip" in client.tags && client.tags.size() == 2 && client.tags.exists(t, t.startsWith("wheel")) && client.tags[0] == "vip"`, true, ""},
		{`client.tier == "gold" && client.language == "ru" && client.age == 17 && client.spent == 1000.5 && client.spent > 1000`, true, ""},
		{`has(client.age) && has(client.spent) && has(client.tags) && has(subject.facts.model) && !has(subject.facts.colour)`, true, ""},
		{`subject.kind == "vehicle" && subject.facts.model == "T4" && subject.facts["mileage"] > 150000 && !subject.facts.electric && subject.facts.height < 2`, true, ""},
		{`service.id == "cut" && service.name == "Cut" && service.group == "Hair" && service.minutes == 30 && service.price == 45.0`, true, ""},
		{`staff.id == "anna" && staff.name == "Anna" && staff.title == "Master" && staff.skills["color"] == 5 && staff.skills.massage == 0`, true, ""},
		{`"color" in staff.skills && !("massage" in staff.skills) && staff.skills.size() == 1`, true, ""},
		{`slot.weekday == 2 && slot.date == "2026-03-10" && slot.month == 3 && slot.hour == 14 && slot.minute == 30 && slot.minute_of_day == 870`, true, ""},
		{`slot.days_ahead == 9 && slot.minutes_ahead == 9 * 1440 + 150 && slot.location == "main" && slot.location_name == "Main"`, true, ""},
		{`history.last_visit_days == 18 && history.days_since_service == 28 && history.visits_of_service == 1 && history.coming == 1 && history.last_staff == "anna"`, true, ""},
		{`history.visits_of["Colour"] == 1 && history.visits_of["colour"] == 1 && history.visits_of["Nails"] == 0`, true, ""},
		{`load.day_percent == 50 && load.staff_percent == 80`, true, ""},
		{`slot.hour < 14`, false, ""},
		{`client.tier == "silver"`, false, ""},
		{`subject.facts.colour == "red"`, true, "colour is not known"},
		{`subject.facts.model`, true, "gives string"},
		{`subject.facts.model > 3`, true, "no such overload"},
		{`client.visits / 0 > 1`, true, "division by zero"},
		{`client.visits > 100 && subject.facts.colour == "red"`, false, ""}, // what is known may decide
	} {
		q := request("cut")
		q.Traits, q.Load = known, load
		b := book(t, offer(c.text))
		bar, shut := b.Gate(q).Shut(start, "anna")
		if shut == c.open {
			t.Errorf("%s: shut %v", c.text, shut)
		}
		if want := (policy.Bar{Span: span.Span{Start: start, End: start + 1}, Rule: "a", Word: "offer"}); shut && bar != want {
			t.Errorf("%s: %+v", c.text, bar)
		}
		doubts := b.Doubts(q, start, "anna")
		if (len(doubts) > 0) != (c.doubt != "") || len(doubts) > 0 && !strings.Contains(doubts[0].Detail, c.doubt) {
			t.Errorf("%s: doubts %v", c.text, doubts)
		}
	}
}

// TestGateTellsAll: for "why is this shut" every rule is named, not the first alone.
func TestGateTellsAll(t *testing.T) {
	t.Parallel()
	early, open, late := offer(`slot.hour < 12`), offer(`slot.hour > 1`), offer(`staff.id != "anna"`)
	early.ID, open.ID, late.ID = "early", "open", "late"
	q := request("cut")
	b := book(t, early, open, late)
	start := at(3, 10, 14, 30)
	span := span.Span{Start: start, End: start + 1}
	want := []policy.Bar{
		{Span: span, Rule: "early", Word: "offer"}, {Span: span, Rule: "late", Word: "offer", Staff: "anna", Service: "cut"},
	}
	if diff := cmp.Diff(want, b.Gate(q).All(start, "anna")); diff != "" {
		t.Error(diff)
	}
	if first, shut := b.Gate(q).Shut(start, "anna"); !shut || first != want[0] {
		t.Errorf("%v %+v", shut, first)
	}
	if got := b.Gate(q).All(at(3, 10, 9, 0), "bob"); got != nil {
		t.Errorf("an open start is shut by %+v", got)
	}
	var none *policy.Gate
	if got := none.All(start, "anna"); got != nil {
		t.Errorf("no gate shuts by %+v", got)
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	start := span.At(time.Date(2026, 3, 29, 12, 0, 0, 0, zone)) // the Sunday on which the clocks change
	day := func(month time.Month, d int) span.Instant {
		return span.At(time.Date(2026, month, d, 0, 0, 0, 0, zone))
	}
	for per, want := range map[string]span.Span{
		catalog.PerDay: {Start: day(3, 29), End: day(3, 30)}, catalog.PerWeek: {Start: day(3, 23), End: day(3, 30)},
		catalog.PerMonth: {Start: day(3, 1), End: day(4, 1)}, catalog.PerActive: {},
	} {
		if got := policy.Period(per, start, zone); got != want {
			t.Errorf("%s: %v", per, got)
		}
	}
}

func TestGateOfNobodyKnown(t *testing.T) {
	t.Parallel()
	for text, open := range map[string]bool{
		`client.new && !client.known && client.visits == 0 && client.tier == "" && client.tags.size() == 0`: true,
		`has(client.age) || has(client.spent) || has(history.last_visit_days) || has(load.day_percent)`:     false,
		`client.age > 18`: true, `client.spent > 5`: true, `history.last_visit_days < 5`: true, `history.last_staff == "x"`: true, // cannot tell
		`load.day_percent > 100`: true, `subject.facts.model == "x"`: true, `staff.id == "x"`: true, // nobody leads
		`history.visits_of["Cut"] > 0`: false, `history.coming == 0`: true,
	} {
		if _, shut := book(t, offer(text)).Gate(request("cut")).Shut(at(3, 10, 9, 0), ""); shut == open {
			t.Errorf("%s: shut %v", text, shut)
		}
	}
}

func TestGateScope(t *testing.T) {
	t.Parallel()
	never := func(body catalog.RuleBody) *catalog.Rule {
		body.When = `slot.hour > 23`
		return rule(catalog.RuleOffer, body)
	}
	for _, c := range []struct {
		why  string
		body catalog.RuleBody
		lead id.Staff
		want string
	}{
		{"all", catalog.RuleBody{}, "anna", "10 09:00–10 09:00 offer a"},
		{"the second item", catalog.RuleBody{Services: []id.Service{"patch"}}, "anna", "10 09:00–10 09:00 offer a"},
		{"no item", catalog.RuleBody{Services: []id.Service{"colour"}}, "anna", ""},
		{"elsewhere", catalog.RuleBody{Locations: []id.Location{"branch"}}, "anna", ""},
		{"before its dates", catalog.RuleBody{From: on(3, 11)}, "anna", ""},
		{"of the lead", catalog.RuleBody{Staff: []id.Staff{"anna"}}, "anna", "10 09:00–10 09:00 offer a anna/cut"},
		{"who was asked for", catalog.RuleBody{Staff: []id.Staff{"bob"}}, "anna", "10 09:00–10 09:00 offer a bob/patch"},
		{"of nobody", catalog.RuleBody{Staff: []id.Staff{"anna"}}, "", ""},
	} {
		q := request("cut", "patch")
		q.Items[1].Staff = "bob"
		b := book(t, never(c.body))
		got := ""
		if bar, shut := b.Gate(q).Shut(at(3, 10, 9, 0), c.lead); shut {
			got = show([]policy.Bar{bar})
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
	if book(t, never(catalog.RuleBody{Services: []id.Service{"colour"}})).Gate(request("cut")) != nil {
		t.Error("a gate about another service")
	}
}

// TestGateRemembersRightly: a gate that has seen other candidates answers as a fresh one.
func TestGateRemembersRightly(t *testing.T) {
	t.Parallel()
	texts := []string{
		`slot.hour < 15`, `slot.minute == 0`, `slot.minute_of_day < 600`, `slot.weekday < 6`, `slot.date < "2026-03-12"`, `slot.days_ahead < 9`,
		`slot.minutes_ahead > 13000`, `staff.title == "Trainee" || slot.hour > 12`, `service.id == "cut"`, `load.day_percent < 50`, `load.staff_percent < 50`,
		`history.last_visit_days > 10`, `client.visits > 2 || slot.month == 4`, `service.minutes < 60 && staff.id == "bob"`,
	}
	rapid.Check(t, func(t *rapid.T) {
		var rules []*catalog.Rule
		for range rapid.IntRange(1, 3).Draw(t, "rules") {
			rules = append(rules, offer(rapid.SampledFrom(texts).Draw(t, "text")))
		}
		b, err := policy.Compile(house(rules...))
		if err != nil {
			t.Fatal(err)
		}
		q := request("cut", "colour")
		q.Traits = &policy.Traits{Visits: 1, History: []policy.Visit{visit("1", "cut", at(3, 1, 9, 0), "completed")}}
		q.Load = func(d span.Date, who id.Staff) (int, bool) { return (d.Day*37 + len(who)*11) % 100, true }
		gate := b.Gate(q)
		for range 20 {
			start := at(3, 10, 0, 0) + span.Instant(rapid.IntRange(0, 5*96).Draw(t, "start"))*15*span.Minute
			lead := id.Staff(rapid.SampledFrom([]string{"anna", "bob", ""}).Draw(t, "lead"))
			got, shut := gate.Shut(start, lead)
			want, wants := b.Gate(q).Shut(start, lead)
			if got != want || shut != wants {
				t.Fatalf("%s by %s: %v %v, afresh %v %v", start, lead, got, shut, want, wants)
			}
		}
	})
}

func TestApprove(t *testing.T) {
	t.Parallel()
	ask := func(text string, services ...id.Service) *catalog.Rule {
		return rule(catalog.RuleApprove, catalog.RuleBody{When: text, Services: services})
	}
	b := book(t, ask(`client.no_shows >= 2`), ask(``, "colour"), ask(`client.age < 18`), ask(`slot.hour >= 18`), ask(`client.visits > 3`))
	q := request("cut", "cut")
	q.Traits = &policy.Traits{Client: "c", NoShows: 2}
	got := b.Approve(q, at(3, 10, 9, 0), "anna")
	want := []policy.Applied{
		{Rule: "a", Kind: catalog.RuleApprove, Service: "cut"},
		{Rule: "c", Kind: catalog.RuleApprove, Service: "cut", Doubt: "client.age is not known"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := b.Approve(request("colour"), at(3, 10, 18, 0), ""); len(got) != 3 || got[0].Rule != "b" || got[2].Rule != "d" {
		t.Errorf("%+v", got)
	}
}

func TestCutoff(t *testing.T) {
	t.Parallel()
	cut := func(text string, cancel int, services ...id.Service) *catalog.Rule {
		return rule(catalog.RuleCutoff, catalog.RuleBody{When: text, Services: services, Cutoff: &catalog.Cutoff{CancelMin: cancel, MoveMin: cancel / 2}})
	}
	b := book(t, cut(`client.late_cancels >= 2`, 2880), cut(``, 1440, "colour"), cut(`client.age > 3`, 1), cut(`slot.weekday == 6`, 600))
	for _, c := range []struct {
		service id.Service
		traits  *policy.Traits
		day     int
		cancel  int
		rule    id.Rule
	}{
		{"cut", nil, 10, 60, ""},
		{"cut", nil, 14, 600, "d"},
		{"colour", nil, 14, 1440, "b"},
		{"colour", &policy.Traits{LateCancels: 2}, 14, 2880, "a"},
	} {
		q := request(c.service)
		q.Traits = c.traits
		got, applied := b.Cutoff(q, at(3, c.day, 9, 0), "anna")
		if got.CancelCutoffMin != c.cancel || got.MoveCutoffMin != c.cancel/2 || (len(applied) > 0) != (c.rule != "") || c.rule != "" && applied[0].Rule != c.rule {
			t.Errorf("%s on %d: %+v by %+v", c.service, c.day, got, applied)
		}
	}
}

// TestCostIsBoundedAtRun: more is handed in than anybody counted on.
func TestCostIsBoundedAtRun(t *testing.T) {
	t.Parallel()
	b := book(t, offer(`client.tags.exists(t, t.contains("vip"))`))
	q := request("cut")
	q.Traits = &policy.Traits{Tags: make([]string, 100_000)}
	start := at(3, 10, 9, 0)
	if _, shut := b.Gate(q).Shut(start, "anna"); shut {
		t.Error("what was not finished shuts")
	}
	if got := b.Doubts(q, start, "anna"); len(got) != 1 || got[0].Detail != "takes too many steps" {
		t.Errorf("%v", got)
	}
}

// TestBrokenRules: what does not compile any more decides nothing, and is told.
func TestBrokenRules(t *testing.T) {
	t.Parallel()
	b, err := policy.Compile(house(
		offer(`client.shoe_size > 40`),
		rule(catalog.RuleApprove, catalog.RuleBody{When: `client.shoe_size > 40`}),
		rule(catalog.RuleLimit, catalog.RuleBody{Limit: &catalog.Limit{Of: "business", Per: "day", MaxExpr: `client.shoe_size`}}),
		rule(catalog.RuleVary, catalog.RuleBody{When: `(`, Vary: &catalog.Vary{AddMin: 5}}),
	))
	if err == nil || b == nil || strings.Count(err.Error(), "policy: rule") != 4 {
		t.Fatalf("%v", err)
	}
	q := request("cut")
	start := at(3, 10, 9, 0)
	if _, shut := b.Gate(q).Shut(start, "anna"); shut {
		t.Error("a broken offer rule shuts")
	}
	if got := b.Approve(q, start, "anna"); len(got) != 1 || got[0].Doubt == "" {
		t.Errorf("a broken approve rule does not ask: %v", got)
	}
	if got := b.Bars(q, days(3, 10, 10)); got != nil {
		t.Errorf("a broken limit shuts: %v", got)
	}
	if got, _ := b.Vary(q.Items[0].Service, "", "main", on(3, 10), nil); got != q.Items[0].Service {
		t.Error("a broken rule varies")
	}
	if got := b.Doubts(q, start, "anna"); len(got) != 4 {
		t.Errorf("doubts: %v", got)
	}
}

// TestABookIsShared: many ask one book at once.
func TestABookIsShared(t *testing.T) {
	t.Parallel()
	b := book(t, offer(`client.tags.exists(t, t == "vip") || slot.hour < 15`),
		rule(catalog.RuleVary, catalog.RuleBody{When: `staff.title == "Trainee"`, Vary: &catalog.Vary{AddMin: 5}}),
		limit("client", "week", 2, catalog.RuleBody{When: `client.visits < 5`}))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for k := range 50 {
				q := request("cut")
				q.Traits = &policy.Traits{Visits: k % 7, Tags: []string{"vip"}[:k%2]}
				_, shut := b.Gate(q).Shut(at(3, 10, 16, 0), "bob")
				s, _ := b.Vary(q.Items[0].Service, "bob", "main", on(3, 10), q.Traits)
				if shut != (k%2 == 0) || s.DurationMin() != 35 || b.Bars(q, days(3, 10, 11)) != nil {
					t.Errorf("%d: shut %v, %d minutes", k, shut, s.DurationMin())
				}
			}
		})
	}
	wait.Wait()
}

// TestSlotOnTheWall: expressions read the wall clock, also on days that are
// short, long, missing or begin twice, whatever was asked before.
func TestSlotOnTheWall(t *testing.T) {
	t.Parallel()
	b := book(t, offer(`false`), rule(catalog.RuleApprove, catalog.RuleBody{When: `slot.date == client.tier && slot.minute_of_day == client.visits && slot.weekday == client.no_shows`}))
	rapid.Check(t, func(t *rapid.T) {
		o := drawWorld(t)
		gate := b.Gate(o.c)
		for range 10 {
			start := o.c.Now + span.Instant(rapid.IntRange(-3*86400, 3*86400).Draw(t, "second"))*span.Second
			wall := start.In(o.c.Zone)
			q := *o.c
			q.Traits = &policy.Traits{Tier: span.DateOf(wall).String(), Visits: wall.Hour()*60 + wall.Minute(), NoShows: span.DateOf(wall).Weekday()}
			if len(b.Approve(&q, start, "")) != 1 {
				t.Fatalf("at %s the clock shows %s", start, wall)
			}
			if _, shut := gate.Shut(start, "anna"); !shut {
				t.Fatal("false holds")
			}
		}
	})
}

// TestGateMovesBackAndForth: the clock of one gate follows its candidates in any order.
func TestGateMovesBackAndForth(t *testing.T) {
	t.Parallel()
	b := book(t, offer(`slot.minute_of_day >= 120 && slot.minute_of_day < 180`))
	rapid.Check(t, func(t *rapid.T) {
		o := drawWorld(t)
		gate := b.Gate(o.c)
		for range 30 {
			start := o.c.Now + span.Instant(rapid.IntRange(-3*1440, 3*1440).Draw(t, "minute"))*span.Minute
			wall := start.In(o.c.Zone)
			if _, shut := gate.Shut(start, ""); shut == (wall.Hour() == 2) {
				t.Fatalf("at %s the clock shows %s, shut %v", start, wall, shut)
			}
		}
	})
}
