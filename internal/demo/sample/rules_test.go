package sample_test

import (
	"slices"
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/demo/sample"
	"kept/policy"
	"kept/span"
)

// rulesHold holds a world to its owner's rules and its staff's preferences.
func rulesHold(t *testing.T, w *sample.World, _ span.Instant) {
	zone := zoneOf(t, w)
	book, err := policy.Compile(&catalog.Catalog{
		Business: w.Business, Locations: w.Layout.Locations, Services: w.Layout.Services, Staff: w.Layout.Staff, Rules: w.Layout.Rules,
	})
	if err != nil {
		t.Fatal(err)
	}
	type tally struct {
		rule  id.Rule
		day   span.Date
		staff id.Staff // of a limit that each of them has
	}
	count := map[tally]int{}
	for _, v := range w.Visits {
		s := service(w, v)
		c := &policy.Case{
			Items: []policy.Item{{Service: s, Staff: v.Lines[0].Staff}}, Location: v.Location, Zone: zone, Now: v.CreatedAt,
			Staff: []id.Staff{v.Lines[0].Staff},
		}
		day := span.DateOf(v.Start.In(zone))
		for _, b := range book.Bars(c, day.Span(zone)) {
			if b.Word != policy.WordLimit && b.Span.Holds(v.Start) {
				t.Errorf("%s: %s on %v is shut by %s of rule %s", v.ID, s.Names["en"], day, b.Word, b.Rule)
			}
		}
		if b, shut := book.Gate(c).Shut(v.Start, v.Lines[0].Staff); shut {
			t.Errorf("%s: %s at %v is not offered by rule %s", v.ID, s.Names["en"], v.Start.In(zone), b.Rule)
		}
		for _, r := range w.Layout.Rules {
			if r.Kind == catalog.RuleLimit && r.Limit.Per == catalog.PerDay && r.Covers(s.ID, "", v.Location) && v.Status != booking.Cancelled {
				one := tally{rule: r.ID, day: day}
				if r.Limit.Of == catalog.LimitStaff {
					one.staff = v.Lines[0].Staff
				}
				if count[one]++; count[one] > r.Limit.Max {
					t.Errorf("%s on %v: more than %d", r.Names["en"], day, r.Limit.Max)
				}
			}
		}
	}
}

func breaksAreFree(t *testing.T, w *sample.World, now span.Instant) {
	zone := zoneOf(t, w)
	today := span.DateOf(now.In(zone))
	all, seen := lanes(t, w), 0
	for _, s := range w.Layout.Staff {
		for _, b := range s.Preferences.Breaks {
			for n := -sample.Past; n <= sample.Future; n++ {
				date := today.AddDays(n)
				free := span.Set{{
					Start: span.Wall{Date: date, Minute: b.FromMin}.Instant(zone), End: span.Wall{Date: date, Minute: b.ToMin}.Instant(zone),
				}}
				for _, r := range all["staff "+string(s.ID)] {
					free = free.Subtract(span.Set{r.Span})
				}
				if !slices.ContainsFunc(free, func(f span.Span) bool { return f.Length() >= span.Minutes(b.LengthMin) }) {
					t.Errorf("%s has no break on %v", s.Names["en"], date)
				}
				seen++
			}
		}
	}
	if seen == 0 {
		t.Error("nobody has a floating break")
	}
}

// Every trade shows what owners may set.
func showsWhatOwnersSet(t *testing.T, w *sample.World, _ span.Instant) {
	kinds, expressions, closed := map[catalog.RuleKind]int{}, 0, 0
	for _, r := range w.Layout.Rules {
		kinds[r.Kind]++
		if r.When != "" {
			expressions++
			if err := policy.CheckWhen(r.Kind, r.When); err != nil {
				t.Errorf("%s: %v", r.Names["en"], err)
			}
		}
		if r.Season != nil && r.Season.Closed {
			closed++
		}
	}
	if expressions < 2 || closed == 0 || kinds[catalog.RuleVary] == 0 || kinds[catalog.RuleOffer] == 0 {
		t.Errorf("%d expressions, %d closed seasons, rules %v", expressions, closed, kinds)
	}
	pools, teams, buffers, flexible, aims := 0, 0, 0, 0, 0
	for _, s := range w.Layout.Services {
		if s.Flexible != nil {
			flexible++
		}
		if s.Aim != "" {
			aims++
		}
		for _, g := range s.Segments {
			teams += len(g.Team)
			for _, need := range g.Resources {
				pools += min(1, len(need.AnyOf))
				buffers += min(1, need.BufferAfterMin)
			}
		}
	}
	switch w.Business.Slug {
	case "lumen-salon":
		if kinds[catalog.RuleLink] == 0 || kinds[catalog.RuleCutoff] == 0 || kinds[catalog.RuleApprove] == 0 || aims == 0 || buffers == 0 || len(w.Layout.Locations[0].Travel) == 0 {
			t.Errorf("the salon has rules %v, %d aims, %d buffers", kinds, aims, buffers)
		}
	case "anhe-clinic":
		if teams == 0 || pools == 0 || buffers < 2 || kinds[catalog.RuleLimit] == 0 || kinds[catalog.RuleApprove] == 0 || w.Business.Terms.Aim != catalog.AimSame {
			t.Errorf("the clinic has rules %v, %d teams, %d pools, %d buffers", kinds, teams, pools, buffers)
		}
	case "motor-workshop":
		if flexible == 0 || pools == 0 || kinds[catalog.RuleLimit] == 0 || w.Business.Terms.Aim != catalog.AimLeastSkill {
			t.Errorf("the workshop has rules %v, %d flexible services, %d pools", kinds, flexible, pools)
		}
	}
}
