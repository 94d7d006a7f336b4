package availability

import (
	"cmp"
	"math"
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Choice is somebody who could lead a visit, and why they stand where they do.
type Choice struct {
	Lead id.Staff    `json:"lead"`
	Aim  catalog.Aim `json:"aim"`
	// What the aim went by: the minutes booked that local day (even,
	// concentrate), the owner's priority, the levels known beyond what is needed
	// (least_skill), the minutes of value lost in gaps (fit), 1 for who saw the client last (same).
	Measure int    `json:"measure"`
	Of      int    `json:"of"`              // how many could have
	Liked   bool   `json:"liked,omitempty"` // the visit is one of their favourites, which went for them
	Key     [2]int `json:"-"`               // by what Compare orders; not kept
}

// Compare orders choices of one aim, also those made for different ways to run
// the visit: what the aim likes better comes first.
func (c Choice) Compare(o Choice) int {
	return cmp.Or(cmp.Compare(c.Key[0], o.Key[0]), cmp.Compare(c.Key[1], o.Key[1]))
}

// Choose gives those who could lead the visit at one start, in the order in
// which they should be tried: the leads of Choices.
func Choose(q Question, f *Facts, start span.Instant) []id.Staff {
	var out []id.Staff
	for _, c := range Choices(q, f, start) {
		out = append(out, c.Lead)
	}
	return out
}

// Choices gives those who could lead the visit at one start, in the order in
// which they should be tried under the question's aim; ties go by position.
// Empty when the start is shut or nobody is needed. What goes by the minutes
// booked that local day is as right as the facts hold all of it.
func Choices(q Question, f *Facts, start span.Instant) []Choice {
	q.Window = span.Span{Start: start, End: start + 1}
	slots := Slots(q, f)
	if len(slots) == 0 || len(slots[0].Leads) == 0 {
		return nil
	}
	aim := q.Aim
	if aim == "" {
		aim = catalog.AimEven
	}
	c := chooser{q: &q, f: f, day: span.DateOf(start.In(f.Places[slots[0].Place].zone())).Span(f.Places[slots[0].Place].zone())}
	out := make([]Choice, len(slots[0].Leads))
	for i, who := range slots[0].Leads {
		p := &f.Staff[who]
		out[i] = Choice{Lead: p.Staff.ID, Aim: aim, Of: len(out), Liked: aim != catalog.AimFit && c.liked(p.Staff) > 0}
		if out[i].Key, out[i].Measure = c.judge(aim, p); aim == catalog.AimFit {
			out[i].Key[0], out[i].Measure = c.wasted(slots[0], who)
		}
	}
	slices.SortStableFunc(out, Choice.Compare)
	return out
}

// chooser weighs people and units for one local day.
type chooser struct {
	q   *Question
	f   *Facts
	day span.Span
}

// favoured is how many minutes of load a favourite service outweighs: whoever
// likes the visit takes it, unless they have an hour more to do than another.
const favoured = 60

// liked is what the visit's being a favourite of theirs outweighs.
func (c *chooser) liked(s *catalog.Staff) int {
	for _, w := range c.q.Visit {
		if slices.Contains(s.Preferences.Favourite, w.Service.ID) {
			return favoured
		}
	}
	return 0
}

// judge gives a person's place in the order (least first) and what it was measured by.
func (c *chooser) judge(aim catalog.Aim, p *Person) (key [2]int, measure int) {
	load, liked := c.load(p.Rows), c.liked(p.Staff)
	switch aim {
	case catalog.AimConcentrate:
		return [2]int{-load - liked}, load
	case catalog.AimPriority:
		if p.Staff.Preferences.Priority == 0 {
			return [2]int{math.MaxInt, -liked}, 0
		}
		return [2]int{p.Staff.Preferences.Priority, -liked}, p.Staff.Preferences.Priority
	case catalog.AimLeastSkill:
		spare := c.spare(p.Staff)
		return [2]int{spare, load - liked}, spare
	case catalog.AimSame:
		if c.q.Last != "" && p.Staff.ID == c.q.Last {
			return [2]int{0}, 1
		}
		return [2]int{1, load - liked}, 0
	default:
		return [2]int{load - liked}, load
	}
}

// wasted is what a start loses of a lead's free time beyond its own, and of the
// gaps that they like: in thousandths of a minute of value, and in whole minutes. What is next to nothing
// is nothing, as in Rank.
func (c *chooser) wasted(s Slot, lead int32) (key, minutes int) {
	s.Leads, s.Way = []int32{lead}, 0
	cost := Rank([]Question{*c.q}, c.f, []Slot{s}, &Weights{Mix: c.q.Mix, Wish: wishCost}, nil)[0].Cost
	lost := cost.Gaps + cost.Wish
	if lost <= nothing {
		return 0, 0
	}
	return int(math.Round(float64(lost) * 1000)), int(math.Round(float64(lost)))
}

// load is how many minutes of a day are taken.
func (c *chooser) load(rows []Row) int {
	var sum span.Instant
	for k := range rows {
		if r := &rows[k]; r.Exclusive && c.q.counts(r) {
			sum += r.Intersect(c.day).Length()
		}
	}
	return int(sum / span.Minute)
}

// spare sums up the levels of all skills that a person has beyond what the
// visit asks for; a skill that it does not ask for counts one more.
func (c *chooser) spare(s *catalog.Staff) int {
	asked := map[string]int{}
	for _, w := range c.q.Visit {
		for _, g := range w.Service.Segments {
			if g.Staff != nil && g.Staff.Skill != "" {
				asked[g.Staff.Skill] = max(asked[g.Staff.Skill], g.Staff.Level)
			}
		}
	}
	sum := 0
	for _, k := range s.Skills {
		if level, ok := asked[k.Skill]; ok {
			sum += max(0, k.Level-level)
		} else {
			sum += k.Level + 1
		}
	}
	return sum
}

// arrangeUnits puts the units into the order in which the aim takes them: the
// least used that local day first for an even load, the most used to concentrate it,
// as they stand otherwise. Where one pool of a kind is asked for, any order
// finds units whenever there are some.
func (j *judge) arrangeUnits(start span.Instant, place int) {
	if j.q.Aim != catalog.AimEven && j.q.Aim != catalog.AimConcentrate || len(j.plan.pools) == 0 {
		return
	}
	zone := j.f.Places[place].zone()
	c := chooser{q: &j.q, f: j.f, day: span.DateOf(start.In(zone)).Span(zone)}
	loads := make([]int, len(j.f.Units))
	j.order = make([]int, len(j.f.Units))
	for i := range j.f.Units {
		j.order[i], loads[i] = i, c.load(j.f.Units[i].Rows)
		if j.q.Aim == catalog.AimConcentrate {
			loads[i] = -loads[i]
		}
	}
	slices.SortStableFunc(j.order, func(a, b int) int { return cmp.Compare(loads[a], loads[b]) })
}
