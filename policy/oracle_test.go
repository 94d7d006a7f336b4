package policy_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/catalog"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// oracle judges one start at a time, by counting everything anew: slow, and
// without a thought shared with Bars.
type oracle struct {
	c     *policy.Case
	rules []*catalog.Rule
	bob   catalog.Preferences
}

// dayOf finds the local day that holds an instant by looking at each around it.
func (o *oracle) dayOf(at span.Instant) span.Date {
	for n := -3; n <= 3; n++ {
		if d := span.DateOf(at.UTC()).AddDays(n); d.Span(o.c.Zone).Holds(at) {
			return d
		}
	}
	panic("no day holds " + at.String())
}

// expressions are those that the worlds use, each with its meaning.
func expressions() map[string]func(o *oracle, item int, d span.Date) bool {
	return map[string]func(o *oracle, item int, d span.Date) bool{
		"":                    func(*oracle, int, span.Date) bool { return true },
		`client.age > 3`:      func(*oracle, int, span.Date) bool { return false }, // never known here
		`client.new`:          func(o *oracle, _ int, _ span.Date) bool { return o.c.Traits.Visits == 0 },
		`slot.weekday == 2`:   func(_ *oracle, _ int, d span.Date) bool { return d.Weekday() == 2 },
		`service.id=="cut"`:   func(o *oracle, item int, _ span.Date) bool { return o.c.Items[item].Service.ID == "cut" },
		`slot.date <= "2026"`: func(_ *oracle, _ int, d span.Date) bool { return d.Year < 2026 },
		`history.last_visit_days > 1`: func(o *oracle, _ int, d span.Date) bool {
			least := 1 << 30
			for _, v := range o.c.Traits.History {
				if n := v.Day.DaysUntil(d); v.Status == "completed" && n >= 0 && (o.c.Except == "" || v.Source != o.c.Except) {
					least = min(least, n)
				}
			}
			return least > 1 && least < 1<<30
		},
	}
}

func (o *oracle) holds(r *catalog.Rule, item int, d span.Date) bool {
	return expressions()[r.When](o, item, d)
}

func (o *oracle) about(r *catalog.Rule, s id.Service) bool {
	return (len(r.Services) == 0 || slices.Contains(r.Services, s)) && (len(r.Locations) == 0 || slices.Contains(r.Locations, o.c.Location))
}

// items to which the rule applies at a day.
func (o *oracle) items(r *catalog.Rule, d span.Date) []int {
	var out []int
	for i := range o.c.Items {
		if o.about(r, o.c.Items[i].Service.ID) && r.On(d) && o.holds(r, i, d) {
			out = append(out, i)
		}
	}
	return out
}

// shut tells whether the rule keeps somebody from an item of the visit at a start.
func (o *oracle) shut(r *catalog.Rule, start span.Instant, who id.Staff, item int) bool {
	if len(r.Staff) > 0 && !slices.Contains(r.Staff, who) {
		return false
	}
	var items []int
	switch {
	case r.Limit != nil:
		items = o.full(r, start, who)
	case r.Link != nil:
		items = o.unlinked(r, start)
	case r.Season.Closed:
		items = o.items(r, o.dayOf(start))
	default:
		for k := range o.c.Items { // an item that nobody could do at that time shuts the whole visit
			if (k == item || !o.personal(k)) && o.outOfSeason(r, start, who, k) {
				return true
			}
		}
		return false
	}
	personal := len(r.Staff) > 0 || r.Limit != nil && r.Limit.Of == catalog.LimitStaff
	if !personal || len(r.Services) == 0 {
		return len(items) > 0
	}
	return slices.ContainsFunc(items, func(i int) bool { return o.c.Items[i].Service.ID == o.c.Items[item].Service.ID })
}

// full gives the items for which a limit leaves no room.
func (o *oracle) full(r *catalog.Rule, start span.Instant, who id.Staff) []int {
	d := o.dayOf(start)
	var out []int
	for _, i := range o.items(r, d) {
		counter := map[string]string{
			"business": "business", "location": "location:" + string(o.c.Location), "service": "service:" + string(o.c.Items[i].Service.ID),
			"staff": "staff:" + string(who),
		}[r.Limit.Of]
		visits := map[string]bool{}
		used := span.Instant(0)
		count := func(source string, day span.Date, length span.Instant) {
			if o.samePeriod(r.Limit.Per, day, d) {
				visits[source] = true
				used += length
			}
		}
		for _, t := range o.c.Tallies {
			if t.Counter == counter && t.Source != o.c.Except {
				count(t.Source, o.dayOf(o.firstOf(t)), t.Span.Length())
			}
		}
		for _, v := range o.c.Traits.History {
			gone := v.Status == "cancelled" || r.Limit.Per == "active" && (v.Status != "confirmed" || v.End <= o.c.Now)
			gone = gone || len(r.Locations) > 0 && !slices.Contains(r.Locations, v.Location)
			if r.Limit.Of == "client" && !gone && v.Source != o.c.Except && (len(r.Services) == 0 || slices.Contains(r.Services, v.Service)) && (len(r.Staff) == 0 || slices.Contains(r.Staff, v.Staff)) {
				count(v.Source, v.Day, v.End-v.Start)
			}
		}
		if !r.Limit.Minutes && len(visits)+1 > r.Limit.Max || r.Limit.Minutes && used+o.adds(r, d, i, who) > span.Minutes(r.Limit.Max) {
			out = append(out, i)
		}
	}
	return out
}

// firstOf is the earliest start of a tally's visit.
func (o *oracle) firstOf(t policy.Tally) span.Instant {
	first := t.Span.Start
	for _, other := range o.c.Tallies {
		if other.Counter == t.Counter && other.Source == t.Source {
			first = min(first, other.Span.Start)
		}
	}
	return first
}

// adds is what the visit itself takes of the limit that shuts item i.
func (o *oracle) adds(r *catalog.Rule, d span.Date, i int, who id.Staff) span.Instant {
	var out span.Instant
	for _, k := range o.items(r, d) {
		item := o.c.Items[k]
		other := r.Limit.Of == "staff" && item.Staff != "" && item.Staff != who ||
			r.Limit.Of == "service" && item.Service.ID != o.c.Items[i].Service.ID ||
			r.Limit.Of != "staff" && len(r.Staff) > 0 && item.Staff != "" && !slices.Contains(r.Staff, item.Staff)
		if other {
			continue
		}
		for _, g := range item.Service.Segments {
			if r.Limit.Of != "staff" || g.Staff != nil {
				out += span.Minutes(g.DurationMin)
			}
		}
		if r.Limit.Of == "staff" {
			out += span.Minutes(item.Service.BufferAfterMin)
		}
	}
	return out
}

func (o *oracle) samePeriod(per string, a, b span.Date) bool {
	noon := func(d span.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
	switch per {
	case "week":
		ya, wa := noon(a).ISOWeek()
		yb, wb := noon(b).ISOWeek()
		return ya == yb && wa == wb
	case "month":
		return a.Year == b.Year && a.Month == b.Month
	case "active":
		return true
	default:
		return a == b
	}
}

// personal tells whether an "only" season about the item is about some staff alone.
func (o *oracle) personal(item int) bool {
	return slices.ContainsFunc(o.rules, func(r *catalog.Rule) bool {
		return r.Season != nil && r.Season.Only && len(r.Staff) > 0 && o.about(r, o.c.Items[item].Service.ID)
	})
}

// outOfSeason tells whether r is the first "only" season of the item and none is on.
func (o *oracle) outOfSeason(r *catalog.Rule, start span.Instant, who id.Staff, item int) bool {
	d := o.dayOf(start)
	var first *catalog.Rule
	for _, s := range o.rules {
		if s.Season == nil || !s.Season.Only || !o.about(s, o.c.Items[item].Service.ID) || !o.holds(s, item, d) || len(s.Staff) > 0 && !slices.Contains(s.Staff, who) {
			continue
		}
		if s.On(d) {
			return false
		}
		if first == nil {
			first = s
		}
	}
	return first == r
}

// placed is where an item would lie.
func (o *oracle) placed(start span.Instant, item int) span.Span {
	for k := range item {
		start += span.Minutes(o.c.Items[k].Service.DurationMin())
	}
	return span.Span{Start: start, End: start + span.Minutes(o.c.Items[item].Service.DurationMin())}
}

// unlinked gives the items that stand wrong to the client's other visits.
func (o *oracle) unlinked(r *catalog.Rule, start span.Instant) []int {
	d, l := o.dayOf(start), r.Link
	type other struct {
		service id.Service
		span.Span
		index int
	}
	var others []other
	for _, v := range o.c.Traits.History {
		if v.Source != o.c.Except && v.Status != "cancelled" && v.Status != "no_show" {
			others = append(others, other{v.Service, span.Span{Start: v.Start, End: v.End}, -1})
		}
	}
	for k := range o.c.Items {
		others = append(others, other{o.c.Items[k].Service.ID, o.placed(start, k), k})
	}
	var out []int
	for i := range o.c.Items {
		mine, at := o.c.Items[i].Service.ID, o.placed(start, i)
		satisfied, near := false, false
		for _, x := range others {
			if x.index == i {
				continue
			}
			gap := at.Start - x.End
			if x.service == l.Other && x.index < i && gap >= span.Minutes(l.LeastMin) && (l.MostMin == 0 || gap <= span.Minutes(l.MostMin)) {
				satisfied = true
			}
			pair := slices.Contains(r.Services, mine) && x.service == l.Other || mine == l.Other && slices.Contains(r.Services, x.service)
			if pair && at.Widen(span.Minutes(l.LeastMin), span.Minutes(l.LeastMin)).Meets(x.Span) {
				near = true
			}
		}
		if !r.On(d) || !o.holds(r, i, d) || len(r.Locations) > 0 && !slices.Contains(r.Locations, o.c.Location) {
			continue
		}
		if l.Kind == "requires" && slices.Contains(r.Services, mine) && !satisfied || l.Kind == "excludes" && near {
			out = append(out, i)
		}
	}
	return out
}

// tired tells that Bob has as much as he wants that day.
func (o *oracle) tired(start span.Instant) bool {
	d := o.dayOf(start)
	visits, length := map[string]bool{}, span.Instant(0)
	for _, t := range o.c.Tallies {
		if t.Counter == "staff:bob" && t.Source != o.c.Except && o.dayOf(o.firstOf(t)) == d {
			visits[t.Source] = true
			length += t.Span.Length()
		}
	}
	length += o.adds(&catalog.Rule{RuleBody: catalog.RuleBody{Limit: &catalog.Limit{Of: "staff"}}}, d, 0, "bob")
	return o.bob.MaxVisits > 0 && len(visits) >= o.bob.MaxVisits || o.bob.MaxMin > 0 && length > span.Minutes(o.bob.MaxMin)
}

// unwilling tells that Bob does not perform the item's service on that weekday.
func (o *oracle) unwilling(start span.Instant, item int) bool {
	said := false
	for _, d := range o.bob.Days {
		if d.Service == o.c.Items[item].Service.ID {
			said = true
			if slices.Contains(d.Weekdays, o.dayOf(start).Weekday()) {
				return false
			}
		}
	}
	return said
}

// TestBarsAgainstTheOracle plays random worlds, around days that are short,
// long, missing or begin twice.
func TestBarsAgainstTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawWorld(t)
		h := house(o.rules...)
		h.Staff[1].Preferences = o.bob
		b, err := policy.Compile(h)
		if err != nil {
			t.Fatal(err)
		}
		from := o.c.Now + span.Instant(rapid.IntRange(-3, 3).Draw(t, "from"))*13*span.Hour
		window := span.Span{Start: from, End: from + span.Instant(rapid.IntRange(1, 90).Draw(t, "hours"))*span.Hour}
		bars := b.Bars(o.c, window)
		check := func(at span.Instant) {
			for i, item := range o.c.Items {
				for _, who := range o.c.Staff {
					if item.Staff != "" && item.Staff != who {
						continue
					}
					for _, r := range o.rules {
						got := slices.ContainsFunc(bars, func(bar policy.Bar) bool {
							return bar.Rule == r.ID && bar.Span.Holds(at) && (bar.Staff == "" || bar.Staff == who) && (bar.Service == "" || bar.Service == item.Service.ID)
						})
						if want := o.shut(r, at, who, i); got != want {
							t.Fatalf("at %s item %d by %s: rule %s shuts: %v, the oracle says %v\n%v", at, i, who, r.ID, got, want, bars)
						}
					}
					for word, want := range map[string]bool{policy.WordLimit: who == "bob" && o.tired(at), policy.WordStaff: who == "bob" && o.unwilling(at, i)} {
						if got := slices.ContainsFunc(bars, func(bar policy.Bar) bool {
							return bar.Rule == "" && bar.Word == word && bar.Span.Holds(at) && bar.Staff == who && (bar.Service == "" || bar.Service == item.Service.ID)
						}); got != want {
							t.Fatalf("at %s item %d by %s: preferences shut (%s): %v, the oracle says %v\n%v", at, i, who, word, got, want, bars)
						}
					}
				}
			}
		}
		step := rapid.SampledFrom([]span.Instant{17, 61, 37}).Draw(t, "step") * span.Minute
		for at := window.Start; at < window.End; at += step {
			check(at)
		}
		for k, bar := range bars {
			if bar.Span.Empty() || !window.Covers(bar.Span) || k > 0 && bar.Span.Start < bars[k-1].Span.Start {
				t.Fatalf("%v is empty, outside of the window or out of order", bar)
			}
			for _, at := range []span.Instant{bar.Span.Start, bar.Span.Start - 1, bar.Span.End - 1, bar.Span.End} {
				if window.Holds(at) {
					check(at)
				}
			}
			for _, other := range bars[:k] {
				same := other.Rule == bar.Rule && other.Staff == bar.Staff && other.Service == bar.Service && other.Word == bar.Word
				if same && other.Span.End >= bar.Span.Start {
					t.Fatalf("%v and %v are one", other, bar)
				}
			}
		}
	})
}
