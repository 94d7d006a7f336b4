package policy_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"kept/catalog"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// drawWorld makes a case near a strange day of a zone, with rules, bookings and
// a past.
func drawWorld(t *rapid.T) *oracle {
	place := rapid.SampledFrom([]struct{ zone, date string }{
		{"Europe/Berlin", "2026-03-29"},
		{"Europe/Berlin", "2026-10-25"},
		{"Pacific/Apia", "2011-12-30"},
		{"America/Sao_Paulo", "2017-10-15"},
		{"America/St_Johns", "2006-10-29"},
		{"Australia/Lord_Howe", "2026-04-05"},
		{"Asia/Taipei", "2026-02-28"},
		{"Asia/Beirut", "2026-03-29"},
	}).Draw(t, "place")
	zone, err := time.LoadLocation(place.zone)
	if err != nil {
		t.Fatal(err)
	}
	d, err := span.ParseDate(place.date)
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{c: &policy.Case{Location: "main", Zone: zone, Now: d.Start(zone), Staff: []id.Staff{"anna", "bob"}, Traits: &policy.Traits{}}}
	near := func(label string) span.Instant {
		return o.c.Now + span.Instant(rapid.IntRange(-5*24*60, 5*24*60).Draw(t, label))*span.Minute
	}
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	for range rapid.IntRange(1, 3).Draw(t, "items") {
		o.c.Items = append(o.c.Items, policy.Item{Service: service(id.Service(pick("service", "cut", "colour", "patch"))), Staff: id.Staff(pick("asked", "", "", "anna"))})
	}
	o.c.Except = pick("except", "", "0", "1")
	o.c.Traits.Visits = rapid.IntRange(0, 1).Draw(t, "visits")
	for k := range rapid.IntRange(0, 4).Draw(t, "history") {
		v := visit(fmt.Sprint(k), id.Service(pick("of", "cut", "colour", "patch")), near("when"), pick("status", "completed", "confirmed", "no_show", "cancelled"))
		v.Day, v.Location = span.DateOf(v.Start.In(zone)), id.Location(pick("where", "main", "branch"))
		o.c.Traits.History = append(o.c.Traits.History, v)
	}
	for k := range rapid.IntRange(0, 12).Draw(t, "tallies") {
		at := near("tally")
		o.c.Tallies = append(o.c.Tallies, policy.Tally{
			Counter: pick("counter", "business", "location:main", "service:cut", "service:colour", "staff:anna", "staff:bob"),
			Source:  fmt.Sprint(k % 7), Span: span.Span{Start: at, End: at + span.Minutes(rapid.IntRange(1, 90).Draw(t, "length"))},
		})
	}
	if rapid.Bool().Draw(t, "picky") {
		o.bob = catalog.Preferences{MaxVisits: rapid.IntRange(0, 2).Draw(t, "most visits"), MaxMin: rapid.IntRange(0, 3).Draw(t, "most hours") * 60}
		for range rapid.IntRange(0, 2).Draw(t, "days") {
			o.bob.Days = append(o.bob.Days, catalog.ServiceDays{
				Service: id.Service(pick("kept", "cut", "patch")), Weekdays: rapid.SliceOfN(rapid.IntRange(1, 7), 0, 3).Draw(t, "weekdays"),
			})
		}
	}
	for k := range rapid.IntRange(1, 4).Draw(t, "rules") {
		r := drawRule(t, d)
		r.ID = id.Rule(fmt.Sprint(k))
		o.rules = append(o.rules, r)
	}
	return o
}

func drawRule(t *rapid.T, d span.Date) *catalog.Rule {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	body := catalog.RuleBody{When: rapid.SampledFrom([]string{"", "", `client.age > 3`, `client.new`, `slot.weekday == 2`, `service.id=="cut"`, `slot.date <= "2026"`, `history.last_visit_days > 1`}).Draw(t, "expression")}
	kind := catalog.RuleKind(pick("kind", "limit", "limit", "season", "link"))
	of := pick("of", "business", "location", "service", "staff", "client")
	if rapid.Bool().Draw(t, "dated") {
		body.From = d.AddDays(rapid.IntRange(-3, 1).Draw(t, "first"))
		body.To = body.From.AddDays(rapid.IntRange(0, 3).Draw(t, "last"))
	}
	// Where a limit counts only a part of a party, its counter has another name: TestCounters.
	if kind == catalog.RuleLink || (kind == catalog.RuleSeason || of == "service" || of == "client") && rapid.Bool().Draw(t, "some services") {
		body.Services = []id.Service{id.Service(pick("scope", "cut", "colour"))}
	}
	if (kind != catalog.RuleLimit || of == "location" || of == "client") && rapid.Bool().Draw(t, "some places") {
		body.Locations = []id.Location{id.Location(pick("place", "main", "main", "branch"))}
	}
	if (kind != catalog.RuleLimit || of == "staff" || of == "client") && rapid.Bool().Draw(t, "some staff") {
		body.Staff = []id.Staff{id.Staff(pick("who", "anna", "bob"))}
	}
	switch kind {
	case catalog.RuleLimit:
		pers := []string{"day", "week", "month"}
		if of == "client" {
			pers = append(pers, "active")
		}
		body.Limit = &catalog.Limit{Of: of, Per: pick("per", pers...), Max: rapid.IntRange(0, 4).Draw(t, "max")}
		if body.Limit.Minutes = body.Limit.Per != "active" && rapid.Bool().Draw(t, "minutes"); body.Limit.Minutes {
			body.Limit.Max *= 60
		}
	case catalog.RuleSeason:
		only := rapid.Bool().Draw(t, "only")
		body.Season = &catalog.Season{Only: only, Closed: !only}
	default:
		body.Link = &catalog.Link{Kind: pick("link", "requires", "excludes"), Other: id.Service(pick("other", "patch", "cut")), LeastMin: rapid.IntRange(0, 3000).Draw(t, "least")}
		if rapid.Bool().Draw(t, "bounded") {
			body.Link.MostMin = body.Link.LeastMin + rapid.IntRange(0, 3000).Draw(t, "most")
		}
	}
	return rule(kind, body)
}
