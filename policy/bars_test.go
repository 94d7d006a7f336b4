package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"kept/catalog"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// show writes bars in short, in Berlin: "02 00:00–03 00:00 limit a anna/cut".
func show(bars []policy.Bar) string {
	var out []string
	for _, b := range bars {
		s := fmt.Sprintf("%s–%s %s %s", b.Span.Start.In(berlin()).Format("02 15:04"), b.Span.End.In(berlin()).Format("02 15:04"), b.Word, b.Rule)
		if b.Staff != "" {
			s += " " + string(b.Staff)
		}
		if b.Service != "" {
			s += "/" + string(b.Service)
		}
		out = append(out, strings.TrimSpace(s))
	}
	return strings.Join(out, ", ")
}

func limit(of, per string, most int, body catalog.RuleBody) *catalog.Rule {
	body.Limit = &catalog.Limit{Of: of, Per: per, Max: most}
	return rule(catalog.RuleLimit, body)
}

// laid is what bookings of a service have on a counter.
func laid(counter string, service id.Service, starts ...span.Instant) []policy.Tally {
	var out []policy.Tally
	for i, s := range starts {
		out = append(out, policy.Tally{
			Counter: counter, Source: fmt.Sprintf("%s%d", service, i),
			Span: span.Span{Start: s, End: s + span.Minutes(serviceMinutes(service))},
		})
	}
	return out
}

func TestLimits(t *testing.T) {
	t.Parallel()
	minutes := func(r *catalog.Rule) *catalog.Rule { r.Limit.Minutes = true; return r }
	expr := func(r *catalog.Rule, text string) *catalog.Rule { r.Limit.MaxExpr = text; return r }
	second, third := at(3, 2, 10, 0), at(3, 3, 10, 0)
	for _, c := range []struct {
		why     string
		rule    *catalog.Rule
		tallies []policy.Tally
		edit    func(*policy.Case)
		window  span.Span
		want    string
	}{
		{"room for one more", limit("business", "day", 2, catalog.RuleBody{}), laid("business", "cut", second), nil, days(3, 2, 3), ""},
		{"a full day", limit("business", "day", 2, catalog.RuleBody{}), laid("business", "cut", second, second+span.Hour), nil, days(3, 2, 3), "02 00:00–03 00:00 limit a"},
		{"cut at the window", limit("business", "day", 1, catalog.RuleBody{}), laid("business", "cut", second), nil, span.Span{Start: second, End: third}, "02 10:00–03 00:00 limit a"},
		{"two full days are one bar", limit("business", "day", 1, catalog.RuleBody{}), laid("business", "cut", second, third), nil, days(3, 1, 5), "02 00:00–04 00:00 limit a"},
		{"nothing at all", limit("business", "day", 0, catalog.RuleBody{}), nil, nil, days(3, 2, 2), "02 00:00–03 00:00 limit a"},
		{"a week from Monday", limit("business", "week", 1, catalog.RuleBody{}), laid("business", "cut", at(3, 8, 23, 0)), nil, days(3, 1, 10), "02 00:00–09 00:00 limit a"},
		{"a month", limit("business", "month", 1, catalog.RuleBody{}), laid("business", "cut", at(3, 31, 23, 0)), nil, span.Span{Start: at(2, 27, 0, 0), End: at(4, 2, 0, 0)}, "01 00:00–01 00:00 limit a"},
		{"two rows of one visit are one", limit("business", "day", 2, catalog.RuleBody{}), append(laid("business", "cut", second), laid("business", "cut", second+span.Hour)...), nil, days(3, 2, 2), ""},
		{"its own does not count", limit("business", "day", 1, catalog.RuleBody{}), laid("business", "cut", second), func(c *policy.Case) { c.Except = "cut0" }, days(3, 2, 2), ""},
		{"another counter does not count", limit("business", "day", 1, catalog.RuleBody{}), laid("service:cut", "cut", second), nil, days(3, 2, 2), ""},
		{"of the location", limit("location", "day", 1, catalog.RuleBody{}), laid("location:main", "cut", second), nil, days(3, 2, 2), "02 00:00–03 00:00 limit a"},
		{"of the service", limit("service", "day", 1, catalog.RuleBody{Services: []id.Service{"cut"}}), laid("service:cut", "cut", second), nil, days(3, 2, 2), "02 00:00–03 00:00 limit a"},
		{"of another service", limit("service", "day", 1, catalog.RuleBody{Services: []id.Service{"patch"}}), laid("service:cut", "cut", second), nil, days(3, 2, 2), ""},
		{"of one staff member", limit("staff", "day", 1, catalog.RuleBody{}), laid("staff:bob", "cut", second), nil, days(3, 2, 2), "02 00:00–03 00:00 limit a bob"},
		{"of one in scope only", limit("staff", "day", 0, catalog.RuleBody{Staff: []id.Staff{"anna"}}), nil, nil, days(3, 2, 2), "02 00:00–03 00:00 limit a anna"},
		{"in its dates only", limit("business", "day", 0, catalog.RuleBody{From: on(3, 3), To: on(3, 4)}), nil, nil, days(3, 2, 6), "03 00:00–05 00:00 limit a"},
		{"where it holds only", limit("business", "day", 0, catalog.RuleBody{When: `slot.weekday == 2`}), nil, nil, days(3, 2, 6), "03 00:00–04 00:00 limit a"},
		{"cannot tell", limit("business", "day", 0, catalog.RuleBody{When: `client.age > 3`}), nil, nil, days(3, 2, 6), ""},
		{"minutes fit", minutes(limit("business", "day", 60, catalog.RuleBody{})), laid("business", "cut", second), nil, days(3, 2, 2), ""},
		{"minutes do not fit", minutes(limit("business", "day", 59, catalog.RuleBody{})), laid("business", "cut", second), nil, days(3, 2, 2), "02 00:00–03 00:00 limit a"},
		{"minutes of staff have buffers", minutes(limit("staff", "day", 64, catalog.RuleBody{})), laid("staff:bob", "cut", second), nil, days(3, 2, 2), "02 00:00–03 00:00 limit a bob"},
		{"minutes of staff fit", minutes(limit("staff", "day", 65, catalog.RuleBody{})), laid("staff:bob", "cut", second), nil, days(3, 2, 2), ""},
		{"somebody else was asked for", minutes(limit("staff", "day", 20, catalog.RuleBody{})), nil, func(c *policy.Case) { c.Items[0].Staff = "bob" }, days(3, 2, 2), "02 00:00–03 00:00 limit a bob"},
		{"by expression", expr(limit("business", "day", 9, catalog.RuleBody{}), `client.new ? 0 : 5`), nil, nil, days(3, 2, 2), "02 00:00–03 00:00 limit a"},
		{"an expression that cannot tell: the number", expr(limit("business", "day", 1, catalog.RuleBody{}), `client.age`), laid("business", "cut", second), nil, days(3, 2, 2), "02 00:00–03 00:00 limit a"},
		{"an expression that cannot tell and no number", expr(limit("business", "day", 0, catalog.RuleBody{}), `client.age`), laid("business", "cut", second), nil, days(3, 2, 2), ""},
	} {
		q := request("cut")
		q.Tallies = c.tallies
		if c.edit != nil {
			c.edit(q)
		}
		if got := show(book(t, c.rule).Bars(q, c.window)); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestLimitsOfClients(t *testing.T) {
	t.Parallel()
	history := []policy.Visit{
		visit("1", "cut", at(3, 2, 10, 0), "confirmed"), visit("1", "patch", at(3, 2, 10, 30), "confirmed"),
		visit("2", "cut", at(3, 4, 10, 0), "requested"), visit("3", "cut", at(3, 5, 10, 0), "cancelled"),
		visit("4", "colour", at(3, 1, 11, 0), "confirmed"), visit("5", "cut", at(2, 27, 10, 0), "completed"),
	}
	for _, c := range []struct {
		why    string
		rule   *catalog.Rule
		except string
		want   string
	}{
		{"a day", limit("client", "day", 1, catalog.RuleBody{}), "", "01 00:00–03 00:00 limit a, 04 00:00–05 00:00 limit a"},
		{"a week", limit("client", "week", 2, catalog.RuleBody{}), "", "01 00:00–09 00:00 limit a"},
		{"a week without its own", limit("client", "week", 2, catalog.RuleBody{}), "2", "01 00:00–02 00:00 limit a"},
		{"active", limit("client", "active", 3, catalog.RuleBody{}), "", "01 00:00–09 00:00 limit a"},
		{"active but one", limit("client", "active", 3, catalog.RuleBody{}), "1", ""},
		{"active of a service", limit("client", "active", 3, catalog.RuleBody{Services: []id.Service{"cut"}}), "", ""},
		{"active of a staff member", limit("client", "active", 3, catalog.RuleBody{Staff: []id.Staff{"anna"}}), "", "01 00:00–09 00:00 limit a anna"},
	} {
		q := request("cut")
		q.Except = c.except
		q.Traits = &policy.Traits{Client: "c", History: history}
		if got := show(book(t, c.rule).Bars(q, days(3, 1, 8))); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestSeasons(t *testing.T) {
	t.Parallel()
	season := func(from, to int, s catalog.Season, body catalog.RuleBody) *catalog.Rule {
		body.From, body.To, body.Season = on(3, from), on(3, to), &s
		return rule(catalog.RuleSeason, body)
	}
	closed, only := catalog.Season{Closed: true}, catalog.Season{Only: true}
	for _, c := range []struct {
		why   string
		rules []*catalog.Rule
		want  string
	}{
		{"closed", []*catalog.Rule{season(3, 4, closed, catalog.RuleBody{})}, "03 00:00–05 00:00 season a"},
		{"closed for a service", []*catalog.Rule{season(3, 4, closed, catalog.RuleBody{Services: []id.Service{"cut"}})}, "03 00:00–05 00:00 season a"},
		{"closed for another service", []*catalog.Rule{season(3, 4, closed, catalog.RuleBody{Services: []id.Service{"patch"}})}, ""},
		{"closed elsewhere", []*catalog.Rule{season(3, 4, closed, catalog.RuleBody{Locations: []id.Location{"branch"}})}, ""},
		{"closed for one's service", []*catalog.Rule{season(3, 4, closed, catalog.RuleBody{Staff: []id.Staff{"bob"}, Services: []id.Service{"cut"}})}, "03 00:00–05 00:00 season a bob/cut"},
		{"closed for one", []*catalog.Rule{season(3, 4, closed, catalog.RuleBody{Staff: []id.Staff{"bob"}})}, "03 00:00–05 00:00 season a bob"},
		{"closed for new clients", []*catalog.Rule{season(3, 4, closed, catalog.RuleBody{When: `client.new && slot.weekday == 2`})}, "03 00:00–04 00:00 season a"},
		{"only then", []*catalog.Rule{season(3, 4, only, catalog.RuleBody{})}, "02 00:00–03 00:00 season a, 05 00:00–09 00:00 season a"},
		{"only then, twice", []*catalog.Rule{season(3, 4, only, catalog.RuleBody{}), season(6, 6, only, catalog.RuleBody{})}, "02 00:00–03 00:00 season a, 05 00:00–06 00:00 season a, 07 00:00–09 00:00 season a"},
		{
			"only then, and one staff member also then",
			[]*catalog.Rule{season(2, 4, only, catalog.RuleBody{}), season(6, 8, only, catalog.RuleBody{Staff: []id.Staff{"bob"}})},
			"05 00:00–09 00:00 season a anna/cut, 05 00:00–06 00:00 season a bob/cut",
		},
		{"only then for whom it holds", []*catalog.Rule{season(3, 4, only, catalog.RuleBody{When: `client.visits > 4`})}, ""},
		{"a price closes nothing", []*catalog.Rule{season(3, 4, catalog.Season{PricePercent: 5}, catalog.RuleBody{})}, ""},
	} {
		if got := show(book(t, c.rules...).Bars(request("cut"), days(3, 2, 8))); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	link := func(kind string, least, most int, body catalog.RuleBody) *catalog.Rule {
		body.Link = &catalog.Link{Kind: kind, Other: "patch", LeastMin: least, MostMin: most}
		body.Services = []id.Service{"colour"}
		return rule(catalog.RuleLink, body)
	}
	tested := visit("1", "patch", at(3, 3, 9, 50), "completed") // ends on the 3rd at 10:00
	for _, c := range []struct {
		why      string
		rule     *catalog.Rule
		services []id.Service
		history  []policy.Visit
		want     string
	}{
		{"nobody knows the client", link("requires", 0, 0, catalog.RuleBody{}), []id.Service{"colour"}, nil, "02 00:00–09 00:00 link a"},
		{"48 hours after", link("requires", 2880, 0, catalog.RuleBody{}), []id.Service{"colour"}, []policy.Visit{tested}, "02 00:00–05 10:00 link a"},
		{"at most three days after", link("requires", 2880, 4320, catalog.RuleBody{}), []id.Service{"colour"}, []policy.Visit{tested}, "02 00:00–05 10:00 link a, 06 10:00–09 00:00 link a"},
		{"only booked yet", link("requires", 0, 0, catalog.RuleBody{}), []id.Service{"colour"}, []policy.Visit{visit("1", "patch", at(3, 3, 9, 50), "confirmed")}, "02 00:00–03 10:00 link a"},
		{"did not come", link("requires", 0, 0, catalog.RuleBody{}), []id.Service{"colour"}, []policy.Visit{visit("1", "patch", at(3, 3, 9, 50), "no_show")}, "02 00:00–09 00:00 link a"},
		{"another service is free of it", link("requires", 0, 0, catalog.RuleBody{}), []id.Service{"cut"}, nil, ""},
		{"in the same visit", link("requires", 0, 60, catalog.RuleBody{}), []id.Service{"patch", "cut", "colour"}, nil, ""},
		{"in the same visit, too soon", link("requires", 31, 60, catalog.RuleBody{}), []id.Service{"patch", "cut", "colour"}, nil, "02 00:00–09 00:00 link a"},
		{"later in the same visit does not help", link("requires", 0, 0, catalog.RuleBody{}), []id.Service{"colour", "patch"}, nil, "02 00:00–09 00:00 link a"},
		{"the item's own start counts", link("requires", 0, 0, catalog.RuleBody{}), []id.Service{"cut", "colour"}, []policy.Visit{tested}, "02 00:00–03 09:30 link a"},
		{"of some staff", link("requires", 0, 0, catalog.RuleBody{Staff: []id.Staff{"bob"}}), []id.Service{"colour"}, []policy.Visit{tested}, "02 00:00–03 10:00 link a bob/colour"},
		{"in its dates", link("requires", 0, 0, catalog.RuleBody{To: on(3, 2)}), []id.Service{"colour"}, nil, "02 00:00–03 00:00 link a"},
		{"a day apart", link("excludes", 1440, 0, catalog.RuleBody{}), []id.Service{"colour"}, []policy.Visit{tested}, "02 07:50–04 10:00 link a"},
		{"a day apart, the other way round", link("excludes", 1440, 0, catalog.RuleBody{}), []id.Service{"patch"}, []policy.Visit{visit("1", "colour", at(3, 3, 8, 0), "confirmed")}, "02 07:50–04 10:00 link a"},
		{"not both in one visit", link("excludes", 1440, 0, catalog.RuleBody{}), []id.Service{"patch", "cut", "colour"}, nil, "02 00:00–09 00:00 link a"},
		{"apart enough in one visit", link("excludes", 30, 0, catalog.RuleBody{}), []id.Service{"patch", "cut", "colour"}, nil, ""},
		{"cancelled ones are far", link("excludes", 1440, 0, catalog.RuleBody{}), []id.Service{"colour"}, []policy.Visit{visit("1", "patch", at(3, 3, 9, 50), "cancelled")}, ""},
	} {
		q := request(c.services...)
		q.Traits = &policy.Traits{History: c.history}
		got := show(book(t, c.rule).Bars(q, days(3, 2, 8)))
		// An exclusion is open on its left: back to back is far enough.
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		q.Except = "1"
		if again := show(book(t, c.rule).Bars(q, days(3, 2, 8))); len(c.history) > 0 && again == c.want && c.want != "" && c.history[0].Status != "no_show" {
			t.Errorf("%s: the booking's own counts in its move", c.why)
		}
	}
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		why         string
		preferences catalog.Preferences
		want        string
	}{
		{"none", catalog.Preferences{RestMin: 60}, ""},
		{"two a day", catalog.Preferences{MaxVisits: 2}, "03 00:00–04 00:00 limit  bob"},
		{"minutes with buffers", catalog.Preferences{MaxMin: 94}, "03 00:00–04 00:00 limit  bob"},
		{"minutes that fit", catalog.Preferences{MaxMin: 95}, ""},
		{"on some weekdays", catalog.Preferences{Days: []catalog.ServiceDays{{Service: "cut", Weekdays: []int{1, 3}}, {Service: "cut", Weekdays: []int{4}}}}, "03 00:00–04 00:00 staff  bob/cut"},
		{"another service on some weekdays", catalog.Preferences{Days: []catalog.ServiceDays{{Service: "patch", Weekdays: []int{1}}}}, ""},
	} {
		h := house()
		h.Staff[1].Preferences = c.preferences
		q := request("cut")
		q.Tallies = laid("staff:bob", "cut", at(3, 3, 10, 0), at(3, 3, 11, 0))
		b := compile(t, h)
		if got := show(b.Bars(q, days(3, 2, 5))); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
		if b.None() != (c.want == "" && c.why == "none") {
			t.Errorf("%s: none is %v", c.why, b.None())
		}
	}
}
