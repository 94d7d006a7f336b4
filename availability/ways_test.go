package availability_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// written tells ways as "a b+15": each service with the minutes waited before it.
func written(ways [][]availability.Want) []string {
	var out []string
	for _, way := range ways {
		var list []string
		for _, w := range way {
			one := string(w.Service.ID)
			if w.Wait > 0 {
				one += fmt.Sprintf("+%d", w.Wait/span.Minute)
			}
			list = append(list, one)
		}
		out = append(out, strings.Join(list, " "))
	}
	return out
}

func wanted(names string) []availability.Want {
	var out []availability.Want
	for name := range strings.FieldsSeq(names) {
		out = append(out, availability.Want{Service: &catalog.Service{ID: id.Service(name)}})
	}
	return out
}

func TestArrange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, visit string
		anyOrder    bool
		wait, step  int
		want        string
	}{
		{"as given", "a b", false, 0, 15, "a b"},
		{"one is never waited for", "a", true, 60, 15, "a"},
		{"any order", "a b", true, 0, 15, "a b, b a"},
		{"the identity first", "a b c", true, 0, 0, "a b c, a c b, b a c, b c a, c a b, c b a"},
		{"the least waiting first", "a b", true, 30, 15, "a b, b a, a b+15, b a+15, a b+30, b a+30"},
		{"two waits", "a b c", false, 15, 15, "a b c, a b c+15, a b+15 c, a b+15 c+15"},
		{"no step, no wait", "a b", false, 30, 0, "a b"},
		{"a wait below a step", "a b", false, 10, 15, "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ways := availability.Arrange(wanted(c.visit), c.anyOrder, span.Minutes(c.wait), span.Minutes(c.step))
			if got := strings.Join(written(ways), ", "); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Whatever is asked, ways are different from each other, hold every service
// once, wait no longer than allowed, come by the least waiting and are all
// there as long as there are not too many.
func TestArrangeHoldsAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, steps := rapid.IntRange(1, 8).Draw(t, "services"), rapid.IntRange(0, 6).Draw(t, "steps")
		visit := wanted(strings.Join(strings.Split("abcdefgh"[:n], ""), " "))
		anyOrder := rapid.Bool().Draw(t, "any order")
		ways := availability.Arrange(visit, anyOrder, span.Minutes(5*steps), span.Minutes(5))
		count := 1
		for k := 2; k <= n; k++ {
			if count *= steps + 1; anyOrder {
				count *= k
			}
		}
		names := written(ways)
		if len(ways) != min(count, availability.MaxWays) || len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(ways) {
			t.Fatalf("%d ways of %d: %v", len(ways), count, names)
		}
		last := span.Instant(0)
		for _, way := range ways {
			total, seen := span.Instant(0), ""
			for i, w := range way {
				if i == 0 && w.Wait != 0 || w.Wait < 0 || w.Wait > span.Minutes(5*steps) || w.Wait%span.Minutes(5) != 0 {
					t.Fatalf("%v waits wrongly", way)
				}
				total += w.Wait
				seen += string(w.Service.ID)
			}
			letters := strings.Split(seen, "")
			slices.Sort(letters)
			if total < last || strings.Join(letters, "") != "abcdefgh"[:n] || !anyOrder && seen != "abcdefgh"[:n] {
				t.Fatalf("%v after a wait of %d", names, last/span.Minute)
			}
			last = total
		}
		if names[0] != strings.Join(strings.Split("abcdefgh"[:n], ""), " ") {
			t.Fatalf("%v does not begin as given", names)
		}
	})
}

// TestMergeAgainstOracle: merged, everybody is offered each start once, in the
// first way in which they can lead it, and nothing else is; whoever is offered
// it that way can be assigned that way.
func TestMergeAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyZone(t)
		q := w.drawQuestion(t)
		var questions []availability.Question
		var lists [][]availability.Slot
		type offer struct {
			at   span.Instant
			lead id.Staff
		}
		want := map[offer]int{} // the way in which
		for n, way := range availability.Arrange(q.Visit, true, span.Minutes(30), span.Minutes(15)) {
			if n == 5 {
				break
			}
			one := q
			one.Visit = way
			slots := availability.Slots(one, w.factsFor(one))
			questions, lists = append(questions, one), append(lists, slots)
			for _, s := range slots {
				for _, lead := range w.factsFor(one).Who(s.Leads) {
					if _, had := want[offer{s.Start, lead}]; !had {
						want[offer{s.Start, lead}] = n
					}
				}
			}
		}
		merged := availability.Merge(lists...)
		for n, s := range merged {
			if before := max(0, n-1); n > 0 && (s.Start < merged[before].Start || s.Start == merged[before].Start && s.Way <= merged[before].Way) {
				t.Fatalf("%v of way %d after %v of way %d", s.Start, s.Way, merged[before].Start, merged[before].Way)
			}
			for _, lead := range w.factsFor(questions[s.Way]).Who(s.Leads) {
				if way, open := want[offer{s.Start, lead}]; !open || way != int(s.Way) {
					t.Fatalf("%s: %v with %s in way %d, want %d (%v)\n%s", describe(q), s.Start, lead, s.Way, way, open, w)
				}
				delete(want, offer{s.Start, lead})
				one := questions[s.Way]
				if p, ok := availability.Assign(one, w.factsFor(one), s.Start, lead); !ok || p.End != s.End {
					t.Fatalf("%s: %v with %s cannot be placed in way %d: %+v", describe(q), s.Start, lead, s.Way, p)
				}
			}
		}
		if len(want) > 0 {
			t.Fatalf("%s: lost %v\n%s", describe(q), want, w)
		}
		for way, slots := range lists { // those that nobody leads: once
			for _, s := range slots {
				at := slices.IndexFunc(merged, func(m availability.Slot) bool { return m.Start == s.Start })
				if at < 0 || len(s.Leads) == 0 && int(merged[at].Way) > way {
					t.Fatalf("%s: way %d of %v is lost", describe(q), way, s.Start)
				}
			}
		}
	})
}

// A length that depends on who performs it: each stands in the list with the
// end that their way has.
func TestMergeOfLengths(t *testing.T) {
	t.Parallel()
	w := setup(t)
	long := *w.service
	long.Segments = []catalog.Segment{staffed(60)}
	slow := w.q
	w.q.Visit[0].Among = []id.Staff{"a"}
	slow.Visit = []availability.Want{{Service: &long, Among: []id.Staff{"b"}}}
	slow.Window, w.q.Window = between("16:00-24:00"), between("16:00-24:00")
	var got []string
	for _, s := range availability.Merge(availability.Slots(w.q, w.f), availability.Slots(slow, w.f)) {
		got = append(got, fmt.Sprintf("%s-%s%v%d", s.Start.UTC().Format("15:04"), s.End.UTC().Format("15:04"), w.f.Who(s.Leads), s.Way))
	}
	if want := "16:00-16:30[a]0 16:00-17:00[b]1 16:30-17:00[a]0"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
