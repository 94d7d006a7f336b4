package policy_test

import (
	"testing"
	"time"

	"kept/catalog"
	"kept/id"
	"kept/money"
	"kept/policy"
	"kept/span"
)

// services of the tests: a cut of 30 minutes, a colouring of 60 + 30 (developing) + 30, a patch test of 10.
func services() []*catalog.Service {
	staffed := func(minutes int) catalog.Segment {
		return catalog.Segment{DurationMin: minutes, Staff: &catalog.StaffNeed{Count: 1}}
	}
	return []*catalog.Service{
		{ID: "cut", Names: catalog.Texts{"en": "Cut"}, Group: catalog.Texts{"en": "Hair"}, Price: money.Of(4500, "EUR"), Segments: []catalog.Segment{staffed(30)}, BufferAfterMin: 5},
		{ID: "colour", Names: catalog.Texts{"en": "Colour"}, Group: catalog.Texts{"en": "Hair"}, Price: money.Of(9000, "EUR"), Segments: []catalog.Segment{staffed(60), {DurationMin: 30}, staffed(30)}},
		{ID: "patch", Names: catalog.Texts{"en": "Patch test"}, Price: money.Of(0, "EUR"), Segments: []catalog.Segment{staffed(10)}},
	}
}

func staff() []*catalog.Staff {
	return []*catalog.Staff{
		{ID: "anna", Names: catalog.Texts{"en": "Anna"}, Title: catalog.Texts{"en": "Master"}, AllServices: true, Skills: []catalog.Skill{{Skill: "color", Level: 5}}},
		{ID: "bob", Names: catalog.Texts{"en": "Bob"}, Title: catalog.Texts{"en": "Trainee"}, AllServices: true},
	}
}

// house is a catalog with these rules.
func house(rules ...*catalog.Rule) *catalog.Catalog {
	for i, r := range rules {
		r.Position = i
		if r.ID == "" {
			r.ID = id.Rule(rune('a' + i))
		}
	}
	return &catalog.Catalog{
		Business:  catalog.Business{Language: "en", Currency: "EUR", Terms: catalog.Terms{CancelCutoffMin: 60, MoveCutoffMin: 30}},
		Locations: []*catalog.Location{{ID: "main", Names: catalog.Texts{"en": "Main"}}, {ID: "branch", Names: catalog.Texts{"en": "Branch"}}},
		Services:  services(), Staff: staff(), Rules: rules,
	}
}

func book(t testing.TB, rules ...*catalog.Rule) *policy.Book {
	t.Helper()
	return compile(t, house(rules...))
}

func compile(t testing.TB, c *catalog.Catalog) *policy.Book {
	t.Helper()
	b, err := policy.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func rule(kind catalog.RuleKind, body catalog.RuleBody) *catalog.Rule {
	return &catalog.Rule{Kind: kind, RuleBody: body}
}

func service(want id.Service) *catalog.Service {
	for _, s := range services() {
		if s.ID == want {
			return s
		}
	}
	panic(want)
}

// on is a local date of 2026.
func on(month, day int) span.Date { return span.Date{Year: 2026, Month: time.Month(month), Day: day} }

// at is an instant of 2026 in Berlin.
func at(month, day, hour, minute int) span.Instant {
	return span.At(time.Date(2026, time.Month(month), day, hour, minute, 0, 0, berlin()))
}

func berlin() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return z
}

// request is a case of these services in Berlin on 1 March 2026 at noon.
func request(services ...id.Service) *policy.Case {
	c := &policy.Case{Location: "main", Zone: berlin(), Now: at(3, 1, 12, 0), Staff: []id.Staff{"anna", "bob"}}
	for _, s := range services {
		c.Items = append(c.Items, policy.Item{Service: service(s)})
	}
	return c
}

// days is the window of whole local days, both inclusive.
func days(month, from, to int) span.Span {
	return span.Span{Start: on(month, from).Start(berlin()), End: on(month, to+1).Start(berlin())}
}

// visit is one of the client's.
func visit(source string, service id.Service, start span.Instant, status string) policy.Visit {
	length := span.Minutes(serviceMinutes(service))
	return policy.Visit{
		Source: source, Service: service, Start: start, End: start + length, Day: span.DateOf(start.In(berlin())),
		Status: status, Staff: "anna", Location: "main",
	}
}

func serviceMinutes(s id.Service) int { return service(s).DurationMin() }
