package policy

import (
	"cmp"
	"strings"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Gate judges candidates by the owner's offer expressions. A nil Gate shuts
// nothing. It remembers answers and so belongs to one goroutine.
type Gate struct {
	view
	rules []*rule
	known map[gateKey]bool // whether the rule shuts
	last  gateAnswer       // of a rule that differs from start to start anyway
}

type gateAnswer struct {
	gateKey
	shut bool
}

// gateKey is of a candidate what a rule's expression reads; the rest is zero,
// so that "only before 15:00" is asked once for each hour and not for each start.
type gateKey struct {
	rule, item     int32
	year, day      int32
	weekday, hour  int16
	minute, minOfD int16
	staff          id.Staff
	start          span.Instant
}

// view is a case looked at from one start and lead after another.
type view struct {
	b     *Book
	c     *Case
	scene *scene
	staff map[id.Staff]*catalog.Staff
}

func (b *Book) view(c *Case) view {
	return view{b: b, c: c, scene: b.scene(c), staff: map[id.Staff]*catalog.Staff{}}
}

// by puts an item with who performs it into the scene: who was asked for, else the lead.
func (v *view) by(item int, lead id.Staff) id.Staff {
	i := &v.c.Items[item]
	who := cmp.Or(i.Staff, lead)
	v.scene.service, v.scene.staff = i.Service, nil
	if who == "" {
		return who
	}
	s, known := v.staff[who]
	if !known {
		s, _ = v.b.catalog.StaffMember(who)
		v.staff[who] = s
	}
	v.scene.staff = s
	return who
}

// Gate prepares the offer rules for a case; nil when none is about it.
func (b *Book) Gate(c *Case) *Gate {
	if b == nil {
		return nil
	}
	var rules []*rule
	for _, r := range b.offers {
		for i := range c.Items {
			if r.about(c.Items[i].Service.ID, c.Location) {
				rules = append(rules, r)
				break
			}
		}
	}
	if len(rules) == 0 {
		return nil
	}
	return &Gate{view: b.view(c), rules: rules, known: map[gateKey]bool{}}
}

// Shut tells whether a rule shuts a start with this lead (empty when nobody
// leads), and which. The lead is taken to perform every item for which nobody
// was asked. A rule that cannot tell does not shut.
func (g *Gate) Shut(start span.Instant, lead id.Staff) (Bar, bool) {
	if g == nil {
		return Bar{}, false
	}
	if g.scene.start != start || start == 0 {
		g.scene.at(start)
	}
	for k := range g.rules {
		if b, shut := g.shutBy(k, start, lead); shut {
			return b, true
		}
	}
	return Bar{}, false
}

// All lists every rule that shuts a start with this lead; see Shut.
func (g *Gate) All(start span.Instant, lead id.Staff) []Bar {
	if g == nil {
		return nil
	}
	var out []Bar
	g.scene.at(start)
	for k := range g.rules {
		if b, shut := g.shutBy(k, start, lead); shut {
			out = append(out, b)
		}
	}
	return out
}

// shutBy tells whether one of the rules shuts the start that the scene is at.
func (g *Gate) shutBy(k int, start span.Instant, lead id.Staff) (Bar, bool) {
	r := g.rules[k]
	if !r.On(g.scene.day) {
		return Bar{}, false
	}
	for i := range g.c.Items {
		if !r.about(g.c.Items[i].Service.ID, g.c.Location) {
			continue
		}
		who := g.by(i, lead)
		if r.by(who) && g.shuts(k, i, r, who) {
			bar := Bar{Span: span.Span{Start: start, End: start + 1}, Rule: r.ID, Word: WordOffer}
			if len(r.Staff) > 0 || r.uses()&usesStaff != 0 {
				bar.Staff, bar.Service = who, g.c.Items[i].Service.ID
			}
			return bar, true
		}
	}
	return Bar{}, false
}

func (g *Gate) shuts(k, item int, r *rule, who id.Staff) bool {
	u := r.uses()
	key := g.key(k, item, u, who)
	if u&usesMinutesAhead != 0 && g.last.gateKey == key {
		return g.last.shut
	}
	shut, known := g.known[key]
	if !known {
		holds, err := r.holds(g.scene)
		shut = !holds && err == nil
	}
	if u&usesMinutesAhead != 0 {
		g.last = gateAnswer{key, shut}
	} else if !known {
		g.known[key] = shut
	}
	return shut
}

func (g *Gate) key(k, item int, u uses, who id.Staff) gateKey {
	s := g.scene
	key := gateKey{rule: int32(k)}
	if u&usesService != 0 {
		key.item = int32(item)
	}
	if u&usesStaff != 0 {
		key.staff = who
	}
	if u&usesDate != 0 {
		key.year, key.day = int32(s.day.Year), int32(s.day.Month)*32+int32(s.day.Day)
	}
	if u&usesWeekday != 0 {
		key.weekday = int16(s.day.Weekday())
	}
	if u&usesHour != 0 {
		key.hour = int16(s.minute / 60)
	}
	if u&usesMinute != 0 {
		key.minute = int16(s.minute % 60)
	}
	if u&usesMinuteOfDay != 0 {
		key.minOfD = int16(s.minute)
	}
	if u&usesMinutesAhead != 0 {
		key.start = s.start
	}
	return key
}

// ask calls for each rule of a list and each item that it is about at a start,
// with the scene set, until the caller has enough.
func (v *view) ask(rules []*rule, start span.Instant, lead id.Staff, see func(r *rule, item int) (enough bool)) {
	v.scene.at(start)
	for _, r := range rules {
		if !r.On(v.scene.day) {
			continue
		}
		for i := range v.c.Items {
			if r.about(v.c.Items[i].Service.ID, v.c.Location) && r.by(v.by(i, lead)) && see(r, i) {
				break
			}
		}
	}
}

// Approve lists the approve rules that want staff to confirm the visit: those
// that hold and those that cannot tell, each once.
func (b *Book) Approve(c *Case, start span.Instant, lead id.Staff) []Applied {
	if b == nil || len(b.approves) == 0 {
		return nil
	}
	var out []Applied
	v := b.view(c)
	v.ask(b.approves, start, lead, func(r *rule, item int) bool {
		yes, err := r.holds(v.scene)
		if !yes && err == nil {
			return false
		}
		one := Applied{Rule: r.ID, Kind: r.Kind, Service: c.Items[item].Service.ID}
		if err != nil {
			one.Doubt = tell(err)
		}
		out = append(out, one)
		return true
	})
	return out
}

// Cutoff gives the terms that a booking keeps: the business's own, or those of
// the first cutoff rule that applies, which is then named.
func (b *Book) Cutoff(c *Case, start span.Instant, lead id.Staff) (Snapshot, []Applied) {
	snapshot := Of(b.catalog.Business.Terms)
	if len(b.cutoffs) == 0 {
		return snapshot, nil
	}
	var out []Applied
	v := b.view(c)
	v.ask(b.cutoffs, start, lead, func(r *rule, item int) bool {
		if yes, err := r.holds(v.scene); len(out) > 0 || !yes || err != nil {
			return len(out) > 0
		}
		snapshot = Snapshot{CancelCutoffMin: r.Cutoff.CancelMin, MoveCutoffMin: r.Cutoff.MoveMin}
		out = []Applied{{Rule: r.ID, Kind: r.Kind, Service: c.Items[item].Service.ID}}
		return true
	})
	return snapshot, out
}

// Doubts lists the rules of all kinds that concern the visit and cannot tell
// about this start: for "why is this time open" and for the owner's eye.
func (b *Book) Doubts(c *Case, start span.Instant, lead id.Staff) []Doubt {
	if b.None() {
		return nil
	}
	var out []Doubt
	v := b.view(c)
	seen := map[id.Rule]bool{}
	for _, rules := range [][]*rule{b.offers, b.approves, b.limits, b.seasons, b.links, b.prices, b.cutoffs} {
		v.ask(rules, start, lead, func(r *rule, _ int) bool {
			if seen[r.ID] || r.uses()&usesStaff != 0 && v.scene.staff == nil {
				return true
			}
			_, err := r.holds(v.scene)
			if err == nil && r.max != nil {
				day := v.scene.day
				_, err = r.number(v.scene)
				v.scene.day = day
			}
			if err != nil {
				seen[r.ID] = true
				out = append(out, Doubt{Rule: r.ID, Detail: tell(err)})
			}
			return err != nil
		})
	}
	return out
}

// tell says in a person's words why an expression could not tell.
func tell(err error) string {
	m := err.Error()
	if key, ok := strings.CutPrefix(m, "no such key: "); ok {
		return key + " is not known"
	}
	if strings.Contains(m, "cost limit exceeded") {
		return "takes too many steps"
	}
	return m
}
