package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kept/catalog"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// short writes counters with the hash cut off: "service:cut/# own".
func short(list []policy.Counter) string {
	var out []string
	for _, c := range list {
		name, _, part := strings.Cut(c.ID, "/")
		if part {
			name += "/#"
		}
		if c.Own {
			name += " own"
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

func TestCounters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why   string
		rules []*catalog.Rule
		known bool
		want  string
	}{
		{"none", []*catalog.Rule{offer(`true`)}, true, ""},
		{"one for several limits", []*catalog.Rule{limit("business", "day", 1, catalog.RuleBody{}), limit("business", "week", 3, catalog.RuleBody{When: `client.new`, From: on(9, 9)})}, true, "business"},
		{"each service", []*catalog.Rule{limit("service", "day", 1, catalog.RuleBody{})}, true, "service:cut, service:patch"},
		{"a service", []*catalog.Rule{limit("service", "day", 1, catalog.RuleBody{Services: []id.Service{"cut", "colour"}})}, true, "service:cut"},
		{"another service", []*catalog.Rule{limit("business", "day", 1, catalog.RuleBody{Services: []id.Service{"colour"}})}, true, ""},
		{"some services together", []*catalog.Rule{limit("business", "day", 1, catalog.RuleBody{Services: []id.Service{"colour", "cut"}})}, true, "business/#"},
		{"the place", []*catalog.Rule{limit("location", "day", 1, catalog.RuleBody{})}, true, "location:main"},
		{"a service at a place", []*catalog.Rule{limit("service", "day", 1, catalog.RuleBody{Services: []id.Service{"cut"}, Locations: []id.Location{"main"}})}, true, "service:cut/#"},
		{"elsewhere", []*catalog.Rule{limit("location", "day", 1, catalog.RuleBody{Locations: []id.Location{"branch"}})}, true, ""},
		{"staff by their lanes", []*catalog.Rule{limit("staff", "day", 1, catalog.RuleBody{})}, true, "staff:anna own, staff:bob own"},
		{"one of staff", []*catalog.Rule{limit("staff", "day", 1, catalog.RuleBody{Staff: []id.Staff{"bob"}})}, true, "staff:bob own"},
		{"somebody's service", []*catalog.Rule{limit("staff", "day", 1, catalog.RuleBody{Services: []id.Service{"cut"}, Staff: []id.Staff{"bob"}})}, true, "staff:bob/#"},
		{"the client", []*catalog.Rule{limit("client", "active", 1, catalog.RuleBody{Services: []id.Service{"cut"}})}, true, "client:c own"},
		{"a client nobody knows", []*catalog.Rule{limit("client", "active", 1, catalog.RuleBody{})}, false, ""},
	} {
		q := request("cut", "patch")
		if c.known {
			q.Traits = &policy.Traits{Client: "c"}
		}
		if got := short(book(t, c.rules...).Counters(q)); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

// TestPartsAreTold: the same part has the same counter however it is written,
// another part another one; and the counter knows what it counts.
func TestPartsAreTold(t *testing.T) {
	t.Parallel()
	of := func(services ...id.Service) policy.Counter {
		list := book(t, limit("business", "day", 1, catalog.RuleBody{Services: services})).Counters(request("cut"))
		if len(list) != 1 {
			t.Fatalf("%v", list)
		}
		return list[0]
	}
	one, again, more := of("cut", "colour"), of("colour", "cut", "cut"), of("cut", "colour", "patch")
	if one.ID != again.ID || one.ID == more.ID {
		t.Errorf("%s, %s, %s", one.ID, again.ID, more.ID)
	}
	if !one.Counts("colour", "anna", "main") || one.Counts("patch", "anna", "main") {
		t.Error("counts something else")
	}
	list := book(t, limit("staff", "day", 1, catalog.RuleBody{Services: []id.Service{"cut"}, Locations: []id.Location{"main"}})).Counters(request("cut"))
	if c := list[0]; !c.Counts("cut", "anna", "main") || c.Counts("cut", "bob", "main") || c.Counts("cut", "anna", "branch") || c.Counts("patch", "anna", "main") {
		t.Errorf("%+v", c)
	}
	h := house()
	h.Staff[0].Preferences.MaxMin = 60
	if got := short(compile(t, h).Counters(request("cut"))); got != "staff:anna own" {
		t.Errorf("preferences: %q", got)
	}
}

// TestLimitsHoldWhenCountersAreLaid books at random as the desk does: judge,
// then lay every counted item on its counters. However the limits are scoped,
// none is ever passed, and none bites before it is reached.
func TestLimitsHoldWhenCountersAreLaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
		body := catalog.RuleBody{}
		if rapid.Bool().Draw(t, "services") {
			body.Services = []id.Service{"cut", "patch"}
		}
		if rapid.Bool().Draw(t, "places") {
			body.Locations = []id.Location{"main"}
		}
		if rapid.Bool().Draw(t, "staff") {
			body.Staff = []id.Staff{"anna"}
		}
		r := limit(pick("of", "business", "location", "service", "staff"), pick("per", "day", "week"), rapid.IntRange(1, 3).Draw(t, "max"), body)
		b, err := policy.Compile(house(r))
		if err != nil {
			t.Fatal(err)
		}
		var tallies []policy.Tally
		counted := map[string]int{} // by party and period, by hand
		for k := range rapid.IntRange(1, 25).Draw(t, "bookings") {
			q := request(id.Service(pick("service", "cut", "colour", "patch")))
			q.Location, q.Tallies = id.Location(pick("place", "main", "branch")), tallies
			who := id.Staff(pick("who", "anna", "bob"))
			q.Staff, q.Items[0].Staff = []id.Staff{who}, who
			day := rapid.IntRange(2, 15).Draw(t, "day") // Monday the 2nd
			start := at(3, day, 9, 0) + span.Minutes(k)
			s := q.Items[0].Service.ID
			period := day
			if r.Limit.Per == "week" {
				period = (day - 2) / 7
			}
			party := map[string]string{"business": "", "location": string(q.Location), "service": string(s), "staff": string(who)}[r.Limit.Of]
			inScope := (len(body.Services) == 0 || s != "colour") && (len(body.Locations) == 0 || q.Location == "main") && (len(body.Staff) == 0 || who == "anna")
			key := fmt.Sprint(party, period)
			full := inScope && counted[key] >= r.Limit.Max
			if bars := b.Bars(q, span.Span{Start: start, End: start + 1}); (len(bars) > 0) != full {
				t.Fatalf("booking %d of %s: bars %v, but %d are counted", k, key, bars, counted[key])
			}
			if full {
				continue
			}
			if inScope {
				counted[key]++
			}
			body := span.Span{Start: start, End: start + span.Minutes(q.Items[0].Service.DurationMin())}
			for _, c := range b.Counters(q) {
				if c.Own || c.Counts(s, who, q.Location) {
					tallies = append(tallies, policy.Tally{Counter: c.ID, Span: body, Source: fmt.Sprint(k)})
				}
			}
		}
	})
}

func TestTallyWindow(t *testing.T) {
	t.Parallel()
	window := span.Span{Start: at(3, 18, 10, 0), End: at(3, 19, 10, 0)} // a Wednesday
	for _, c := range []struct {
		per      string
		from, to span.Date
	}{
		{"day", on(3, 17), on(3, 21)},
		{"week", on(3, 15), on(3, 24)},
		{"month", on(2, 28), on(4, 2)},
	} {
		got := book(t, limit("business", c.per, 1, catalog.RuleBody{})).TallyWindow(request("cut"), window)
		if want := (span.Span{Start: c.from.Start(berlin()), End: c.to.Start(berlin())}); got != want {
			t.Errorf("%s: %s–%s", c.per, got.Start, got.End)
		}
	}
	if got := book(t, limit("business", "month", 1, catalog.RuleBody{Services: []id.Service{"patch"}})).TallyWindow(request("cut"), window); got != window {
		t.Error("widened for a rule about something else")
	}
}

// TestTallyWindowIsEnough: what lies outside of it changes no answer.
func TestTallyWindowIsEnough(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawWorld(t)
		b, err := policy.Compile(house(o.rules...))
		if err != nil {
			t.Fatal(err)
		}
		for k := range o.c.Tallies {
			o.c.Tallies[k].Source = fmt.Sprint("one", k) // a visit does not lie weeks apart from itself
		}
		window := span.Span{Start: o.c.Now + span.Hour, End: o.c.Now + 30*span.Hour}
		need := b.TallyWindow(o.c, window)
		all := b.Bars(o.c, window)
		cut := *o.c
		cut.Tallies = nil
		for _, tally := range o.c.Tallies {
			if tally.Span.Meets(need) {
				cut.Tallies = append(cut.Tallies, tally)
			}
		}
		if some := b.Bars(&cut, window); fmt.Sprint(some) != fmt.Sprint(all) {
			t.Fatalf("with all %v, with those in the window %v", all, some)
		}
	})
}
