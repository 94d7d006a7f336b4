package availability_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// drawNeed draws what a role asks for.
func drawNeed(t *rapid.T, need *catalog.StaffNeed) {
	if chance(t, "skilled", 2) {
		need.Skill, need.Level = pick(t, "skill", "wash", "colour"), evenly(t, "level", 0, 2)
	}
	if chance(t, "staff buffers", 2) {
		need.BufferBeforeMin, need.BufferAfterMin = pick(t, "s before", 0, 5, 20), pick(t, "s after", 0, 5, 20)
	}
}

// drawNeed draws units that a segment takes.
func (w *realm) drawNeed(t *rapid.T, kind string) catalog.ResourceNeed {
	need := catalog.ResourceNeed{Kind: kind, Count: pick(t, "count", 1, 1, 2)}
	if chance(t, "unit buffers", 2) {
		need.BufferBeforeMin, need.BufferAfterMin = pick(t, "u before", 0, 5, 20), pick(t, "u after", 0, 5, 20)
	}
	if chance(t, "some of it", 3) {
		for _, r := range w.cat.Resources {
			if chance(t, "this one", 5) {
				need.AnyOf = append(need.AnyOf, r.ID)
			}
		}
	}
	return need
}

// drawWays draws how far the places are from each other; not the same there as back.
func (w *realm) drawWays(t *rapid.T) {
	w.ways = make([]map[id.Location]span.Instant, len(w.cat.Locations))
	if len(w.ways) == 1 || chance(t, "no ways", 5) {
		return
	}
	for to := range w.ways {
		w.ways[to] = map[id.Location]span.Instant{}
		for from, l := range w.cat.Locations {
			if from != to && chance(t, "way", 8) {
				w.ways[to][l.ID] = span.Minutes(pick(t, "way min", 15, 5, 30, 90, 7))
			}
		}
	}
}

// drawBreak draws a floating break on one of the days.
func (w *realm) drawBreak(t *rapid.T) availability.Break {
	from := span.Wall{Date: w.focus.AddDays(evenly(t, "break day", -1, 1)), Minute: 30 * evenly(t, "break from", 0, 40)}
	start := from.Instant(w.zones[0])
	return availability.Break{
		Span:   span.Span{Start: start, End: start + span.Minutes(pick(t, "break window", 120, 60, 180, 240, 45))},
		Length: span.Minutes(pick(t, "break length", 30, 15, 45, 60)),
	}
}

// drawRules draws what the owner's rules shut.
func (w *realm) drawRules(t *rapid.T, q *availability.Question) {
	for n := 0; chance(t, "bar", 1); n++ {
		from := q.Window.Start + span.Minutes(5*evenly(t, "bar from", -100, 500))
		b := availability.Bar{Rule: id.Rule(fmt.Sprintf("rule%d", n)), Word: pick(t, "word", availability.RuleLimit, availability.RuleSeason, availability.RuleLink)}
		b.Span = span.Span{Start: from, End: from + span.Minutes(5*evenly(t, "bar length", 1, 200))}
		if chance(t, "for one", 6) {
			b.Staff = pick(t, "barred", w.cat.Staff...).ID
			if chance(t, "from one service", 5) {
				b.Service = pick(t, "service", q.Visit...).Service.ID
			}
		}
		q.Bars = append(q.Bars, b)
	}
	if chance(t, "gate", 1) {
		hours, who, where := span.Instant(evenly(t, "hours", 1, 6)), w.cat.Staff[0].ID, w.cat.Locations[0].ID
		q.Gate = func(start span.Instant, at id.Location, lead id.Staff) (availability.Bar, bool) {
			shut := start/(hours*span.Hour)%2 == 0 && (lead == who || lead == "") || start/span.Hour%5 == 0 && at == where
			return availability.Bar{Rule: "gate", Word: availability.RuleOffer, Span: span.Span{Start: start, End: start + 1}, Staff: lead}, shut
		}
	}
}

// drawQuestion asks something of the realm.
func (w *realm) drawQuestion(t *rapid.T) availability.Question {
	var q availability.Question
	for range pick(t, "visit", 1, 1, 1, 1, 2, 2, 3) {
		want := availability.Want{Service: pick(t, "service", w.cat.Services...)}
		if chance(t, "named", 2) {
			want.Staff = pick(t, "who", w.cat.Staff...).ID
		}
		if chance(t, "among", 1) {
			want.Among = []id.Staff{}
			for _, s := range w.cat.Staff {
				if chance(t, "among them", 5) {
					want.Among = append(want.Among, s.ID)
				}
			}
		}
		if chance(t, "wait", 2) {
			want.Wait = span.Minutes(pick(t, "wait min", 5, 15, 60))
		}
		q.Visit = append(q.Visit, want)
	}
	if chance(t, "located", 3) {
		q.Location = w.drawLocation(t)
	}
	zone := w.zones[0]
	first := w.focus.AddDays(evenly(t, "from", -1, 0))
	q.Window = span.Span{Start: first.Start(zone), End: first.AddDays(evenly(t, "days", 1, 3)).Start(zone)}
	if q.Window.Empty() { // a day that never was
		q.Window.End = first.AddDays(2).Start(zone)
	}
	if chance(t, "ragged", 2) {
		q.Window.Start += span.Minutes(evenly(t, "later", 0, 600))
		q.Window.End -= span.Minutes(evenly(t, "sooner", 0, 600))
	}
	q.Now = q.Window.Start + span.Minutes(evenly(t, "now", -4000, 800))
	if chance(t, "between minutes", 2) {
		q.Now += 30 * span.Second
	}
	for _, rows := range w.lanes {
		for _, r := range rows {
			if r.Expires != 0 && r.Source == "source3" { // the very instant at which a hold ends
				q.Now = r.Expires
			}
		}
	}
	if w.rows > 0 && chance(t, "except", 2) {
		q.Except = fmt.Sprintf("source%d", evenly(t, "source", 1, w.rows))
	}
	w.drawRules(t, &q)
	q.Aim = pick(t, "aim", append(catalog.Aims(), "")...)
	if chance(t, "seen before", 5) {
		q.Last = pick(t, "last", w.cat.Staff...).ID
	}
	return q
}

// String tells the realm to whoever has to find out what went wrong.
func (w *realm) String() string {
	var b strings.Builder
	for n, l := range w.cat.Locations {
		fmt.Fprintf(&b, "location %+v\n  hours %+v ways %v\n", *l, w.book.Locations[l.ID], w.ways[n])
	}
	for _, s := range w.cat.Services {
		fmt.Fprintf(&b, "service %s interval %d edges %v buffers %d %d notice %d horizon %d at %v\n", s.ID, s.IntervalMin,
			s.EdgeStarts, s.BufferBeforeMin, s.BufferAfterMin, s.NoticeMin, s.HorizonDays, s.Locations)
		for _, g := range s.Segments {
			fmt.Fprintf(&b, "  segment %d min staff %+v team %+v resources %+v buffers %d %d\n",
				g.DurationMin, g.Staff, g.Team, g.Resources, g.BufferBeforeMin, g.BufferAfterMin)
		}
	}
	for _, s := range w.cat.Staff {
		fmt.Fprintf(&b, "staff %s services %v all %v skills %v archived %v\n  hours %+v breaks %v\n",
			s.ID, s.Services, s.AllServices, s.Skills, s.Archived, w.book.Staff[s.ID], w.breaks[s.ID])
	}
	for _, r := range w.cat.Resources {
		fmt.Fprintf(&b, "resource %s %d × %s at %q archived %v\n", r.ID, r.Units, r.Kind, r.Location, r.Archived)
	}
	for lane, rows := range w.lanes {
		for _, r := range rows {
			fmt.Fprintf(&b, "row on %s: %v .. %v %s exclusive %v %s expires %v at %q\n",
				lane, r.Start, r.End, r.Kind, r.Exclusive, r.Source, r.Expires, r.Place)
		}
	}
	return b.String()
}

func describe(q availability.Question) string {
	var b strings.Builder
	for _, want := range q.Visit {
		fmt.Fprintf(&b, "%s by %q among %v after %d, ", want.Service.ID, want.Staff, want.Among, want.Wait)
	}
	fmt.Fprintf(&b, "at %q in %v .. %v, now %v except %q override %v squeeze %v aim %q last %q bars %v gate %v",
		q.Location, q.Window.Start, q.Window.End, q.Now, q.Except, q.Override, q.Squeeze, q.Aim, q.Last, q.Bars, q.Gate != nil)
	return b.String()
}
