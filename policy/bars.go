package policy

import (
	"cmp"
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Bars gives the stretches of the window (of starts of the visit) that limits,
// seasons, links and staff preferences shut, by start; bars of one rule and
// person neither meet nor touch.
//
// A visit counts in the local day, ISO week or month in which it starts. Where
// an item's staff member is not known yet, minutes are counted as if each of
// the case's staff did all that nobody else was asked for.
func (b *Book) Bars(c *Case, window span.Span) []Bar {
	if b == nil || window.Empty() || len(c.Items) == 0 ||
		len(b.limits) == 0 && len(b.seasons) == 0 && len(b.links) == 0 && !b.picky {
		return nil
	}
	j := newJudgement(b, c, window)
	for _, r := range b.limits {
		j.limit(r)
	}
	j.seasons()
	for _, r := range b.links {
		j.link(r)
	}
	if b.picky {
		j.preferences()
	}
	return merged(j.bars)
}

// day is a local day as far as it lies in the window.
type day struct {
	date span.Date
	span.Span
}

// judgement is one call of Bars at work.
type judgement struct {
	b       *Book
	c       *Case
	window  span.Span
	days    []day
	offsets []span.Instant // of each item's start from the visit's
	scene   *scene
	starts  map[span.Date]span.Instant // of days that were asked for
	counted map[string]map[string]*sum // by counter and source; nil until somebody counts
	bars    []Bar
}

func newJudgement(b *Book, c *Case, window span.Span) *judgement {
	j := &judgement{b: b, c: c, window: window, scene: b.scene(c), starts: map[span.Date]span.Instant{}}
	zone := c.zone()
	last := span.DateOf((window.End - 1).In(zone)).AddDays(1)
	// A clock set back over midnight shows a date again: a day's span is what counts, so look one day around.
	for d := span.DateOf(window.Start.In(zone)).AddDays(-1); !last.Before(d); d = d.AddDays(1) {
		if s := (span.Span{Start: j.startOf(d), End: j.startOf(d.AddDays(1))}).Intersect(window); !s.Empty() {
			j.days = append(j.days, day{d, s})
		}
	}
	var at span.Instant
	for _, i := range c.Items {
		j.offsets = append(j.offsets, at)
		at += span.Minutes(i.Service.DurationMin())
	}
	return j
}

// dateOf gives the local day that holds an instant.
func (j *judgement) dateOf(at span.Instant) span.Date {
	d := span.DateOf(at.In(j.c.zone()))
	for at < j.startOf(d) {
		d = d.AddDays(-1)
	}
	for next := d.AddDays(1); at >= j.startOf(next); next = d.AddDays(1) {
		d = next
	}
	return d
}

// startOf gives the first instant of a day, looking it up once.
func (j *judgement) startOf(d span.Date) span.Instant {
	at, known := j.starts[d]
	if !known {
		at = d.Start(j.c.zone())
		j.starts[d] = at
	}
	return at
}

// held makes a function that tells whether a rule's expression holds for an
// item on a day, asking as seldom as the expression allows. What cannot be told
// does not hold.
func (j *judgement) held(r *rule) func(item int, on span.Date) bool {
	if r.when == nil && r.broken == nil {
		return func(int, span.Date) bool { return true }
	}
	type key struct {
		item int
		on   span.Date
	}
	known := map[key]bool{}
	u := r.uses()
	return func(item int, on span.Date) bool {
		k := key{item, on}
		if u&usesService == 0 {
			k.item = 0
		}
		if u&usesDay == 0 {
			k.on = span.Date{}
		}
		yes, asked := known[k]
		if !asked {
			j.scene.service, j.scene.day = j.c.Items[item].Service, on
			said, err := r.holds(j.scene)
			yes = said && err == nil
			known[k] = yes
		}
		return yes
	}
}

// under makes a function that lists the items to which a rule applies on a day.
func (j *judgement) under(r *rule) func(on span.Date) []int {
	var scope []int
	for i := range j.c.Items {
		if r.about(j.c.Items[i].Service.ID, j.c.Location) {
			scope = append(scope, i)
		}
	}
	if len(scope) == 0 {
		return nil
	}
	held := j.held(r)
	buffer := make([]int, 0, len(scope))
	return func(on span.Date) []int {
		if !r.On(on) {
			return nil
		}
		out := buffer[:0]
		for _, i := range scope {
			if held(i, on) {
				out = append(out, i)
			}
		}
		return out
	}
}

// shut bars a stretch for whom a rule is about: everybody, or its staff; of
// these only for the items, where it is about some services.
func (j *judgement) shut(r *rule, word string, s span.Span, items []int) {
	if s.Empty() {
		return
	}
	if len(r.Staff) == 0 {
		j.bars = append(j.bars, Bar{Span: s, Rule: r.ID, Word: word})
		return
	}
	for _, who := range j.c.Staff {
		if r.by(who) {
			j.shutFor(r, word, s, who, items)
		}
	}
}

// shutFor bars a stretch for one staff member.
func (j *judgement) shutFor(r *rule, word string, s span.Span, who id.Staff, items []int) {
	bar := Bar{Span: s, Staff: who, Rule: r.ID, Word: word}
	if len(r.Services) == 0 {
		j.bars = append(j.bars, bar)
		return
	}
	for _, i := range items {
		bar.Service = j.c.Items[i].Service.ID
		j.bars = append(j.bars, bar)
	}
}

// member finds a staff member who is in service.
func (j *judgement) member(who id.Staff) *catalog.Staff {
	if s, ok := j.b.catalog.StaffMember(who); ok && !s.Archived {
		return s
	}
	return nil
}

// merged brings bars into order: one rule's of one person as a set.
func merged(bars []Bar) []Bar {
	if len(bars) == 0 {
		return nil
	}
	order := func(a, b Bar) int {
		return cmp.Or(
			cmp.Compare(a.Staff, b.Staff), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Word, b.Word),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Span.Start, b.Span.Start),
		)
	}
	slices.SortFunc(bars, order)
	out := bars[:1]
	for _, b := range bars[1:] {
		last := &out[len(out)-1]
		same := last.Staff == b.Staff && last.Service == b.Service && last.Word == b.Word && last.Rule == b.Rule
		if same && b.Span.Start <= last.Span.End {
			last.Span.End = max(last.Span.End, b.Span.End)
			continue
		}
		out = append(out, b)
	}
	slices.SortStableFunc(out, func(a, b Bar) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return out
}
