package availability_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// draw makes any small question with its facts. Times are multiples of five
// minutes, so that starts, rows and hours often touch.
func draw(t *rapid.T) *world {
	w := &world{q: availability.Question{Window: between("06:00-22:00"), Now: at("00:00"), Location: "here"}}
	w.f = &availability.Facts{Window: between("-24:00-48:00"), Places: []availability.Place{{ID: "here", Zone: time.UTC}}}
	if flag(t, "two places", 3) {
		w.f.Places = append(w.f.Places, availability.Place{ID: "there", Zone: time.UTC})
		w.q.Location = rapid.SampledFrom([]id.Location{"", "here", "there"}).Draw(t, "location")
	}
	for i := range w.f.Places {
		w.f.Places[i].Open = drawSpans(t)
		if flag(t, "closes", 5) {
			w.f.Places[i].Rows = []availability.Row{off("12:00-12:30")}
		}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "staff") {
		p := availability.Person{Staff: &catalog.Staff{ID: id.Staff("abcd"[i : i+1]), AllServices: !flag(t, "picky", 5)}, Rows: drawRows(t, "rows", 6), Overflow: drawRows(t, "overflow", 2)}
		if flag(t, "washes", 2) {
			p.Staff.Skills = []catalog.Skill{{Skill: "wash", Level: 1}}
		}
		for n := range w.f.Places {
			p.Open = append(p.Open, availability.Open{Place: n, Spans: drawSpans(t)})
		}
		w.f.Staff = append(w.f.Staff, p)
	}
	for _, kind := range []string{"chair", "basin"} {
		w.unit(kind, rapid.IntRange(0, 3).Draw(t, kind))
	}
	for i := range w.f.Units {
		w.f.Units[i].Rows = drawRows(t, "unit", 2)
	}
	w.f.Client = drawRows(t, "client", 1)
	for i := range rapid.IntRange(1, 2).Draw(t, "visit") {
		want := availability.Want{Service: drawService(t, fmt.Sprint("service", i))}
		if len(w.f.Staff) > 0 && flag(t, "named", 4) {
			want.Staff = rapid.SampledFrom(w.f.Staff).Draw(t, "who").Staff.ID
		}
		w.q.Visit = append(w.q.Visit, want)
	}
	w.q.Squeeze = flag(t, "squeeze", 8)
	w.q.Override = flag(t, "override", 8)
	return w
}

func flag(t *rapid.T, name string, oneIn int) bool {
	return rapid.IntRange(1, oneIn).Draw(t, name) == 1
}

func minutes(t *rapid.T, name string, upTo int) span.Instant {
	return span.Minutes(5 * rapid.IntRange(0, upTo/5).Draw(t, name))
}

// drawRows makes a lane: the exclusive rows apart, the blocking ones anywhere.
func drawRows(t *rapid.T, name string, most int) []availability.Row {
	var out []availability.Row
	last := at("06:00")
	for i := range rapid.IntRange(0, most).Draw(t, name) {
		r := availability.Row{Exclusive: !flag(t, "off", 4), Source: fmt.Sprint("source", i), Kind: availability.RowBooking}
		r.Start = last + minutes(t, "gap", 150)
		r.End = r.Start + 5*span.Minute + minutes(t, "length", 90)
		if r.Exclusive {
			last = r.End
		}
		if flag(t, "hold", 6) {
			r.Expires = at("00:00") + span.Instant(rapid.IntRange(0, 1).Draw(t, "left"))
		}
		out = append(out, r)
	}
	return sorted(out)
}

func drawSpans(t *rapid.T) span.Set {
	var out []span.Span
	for range rapid.IntRange(0, 3).Draw(t, "spans") {
		from := at("06:00") + minutes(t, "from", 600)
		out = append(out, span.Span{Start: from, End: from + minutes(t, "long", 480)})
	}
	return span.SetOf(out...)
}

// sorted are the rows by start, as facts have them.
func sorted(rows []availability.Row) []availability.Row {
	slices.SortStableFunc(rows, func(a, b availability.Row) int { return cmp.Compare(a.Start, b.Start) })
	return rows
}

func drawService(t *rapid.T, name string) *catalog.Service {
	n := rapid.IntRange
	s := &catalog.Service{
		ID: id.Service(name), IntervalMin: 5 * n(1, 9).Draw(t, "interval"), EdgeStarts: rapid.Bool().Draw(t, "edges"),
		BufferBeforeMin: 5 * n(0, 2).Draw(t, "before"), BufferAfterMin: 5 * n(0, 2).Draw(t, "after"),
		NoticeMin: 60 * n(0, 8).Draw(t, "notice"),
	}
	for range n(1, 3).Draw(t, "segments") {
		seg := catalog.Segment{DurationMin: 5 * n(1, 8).Draw(t, "duration")}
		if n(0, 3).Draw(t, "staffed") > 0 {
			seg.Staff = &catalog.StaffNeed{Count: 1 + n(0, 4).Draw(t, "two")/4}
			if n(0, 3).Draw(t, "skilled") == 0 {
				seg.Staff.Skill = "wash"
			}
		}
		if n(0, 2).Draw(t, "chair") == 0 {
			seg.Resources = append(seg.Resources, needs("chair", n(1, 2).Draw(t, "chairs"))...)
		}
		if n(0, 4).Draw(t, "basin") == 0 {
			seg.Resources = append(seg.Resources, needs("basin", 1)...)
			seg.BufferAfterMin = 5
		}
		s.Segments = append(s.Segments, seg)
	}
	return s
}

// Offered means bookable: every slot can be assigned to each of its leads, the
// placement passes Check, its claims meet no exclusive row, and Explain has
// nothing against it.
func TestOfferedMeansBookable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		for _, s := range availability.Slots(w.q, w.f) {
			leads := w.f.Who(s.Leads)
			if len(leads) == 0 {
				leads = []id.Staff{""}
			}
			for _, lead := range leads {
				p, ok := availability.Assign(w.q, w.f, s.Start, lead)
				if !ok || p.Lead != lead || p.Start != s.Start || p.End != s.End {
					t.Fatalf("%v offered to %q, assigned %v %+v", s.Start, lead, ok, p)
				}
				if err := availability.Check(w.q, w.f, p); err != nil {
					t.Fatalf("%v offered to %q: %v", s.Start, lead, err)
				}
				overlapping(t, w, p)
			}
			chosen := availability.Choose(w.q, w.f, s.Start)
			slices.Sort(chosen)
			if w.q.Override {
				continue // then everybody who is free may start then, not only those whose edge it is
			}
			if !slices.Equal(chosen, w.f.Who(s.Leads)) {
				t.Fatalf("%v: leads %v, to choose from %v", s.Start, w.f.Who(s.Leads), chosen)
			}
			if why := availability.Explain(w.q, w.f, s.Start); why != nil {
				t.Fatalf("%v is open, and yet %v", s.Start, why)
			}
		}
	})
}

// overlapping fails when a claim meets a live exclusive row.
func overlapping(t *rapid.T, w *world, p availability.Placement) {
	for _, c := range availability.Claims(w.q, p) {
		for _, r := range w.lane(c.Lane) {
			if r.Exclusive && r.Meets(c.Span) && (r.Expires == 0 || r.Expires > w.q.Now) {
				t.Fatalf("claim %v meets %v", c, r)
			}
		}
	}
}

// lane finds a lane's rows.
func (w *world) lane(l availability.Lane) []availability.Row {
	for _, p := range w.f.Staff {
		switch {
		case l.ID != string(p.Staff.ID):
		case l.Kind == availability.StaffLane:
			return p.Rows
		case l.Kind == availability.OverflowLane:
			return p.Overflow
		}
	}
	for _, u := range w.f.Units {
		if l.Kind == availability.UnitLane && l.ID == fmt.Sprintf("%s:%d", u.Resource.ID, u.N) {
			return u.Rows
		}
	}
	return nil
}

// What is not offered cannot be assigned, and Explain says why.
func TestShutMeansShut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		w.q.Override = false // offers only the steps from the window's start, and takes any
		offered := map[span.Instant]bool{}
		for _, s := range availability.Slots(w.q, w.f) {
			offered[s.Start] = true
		}
		for s := w.q.Window.Start; s < w.q.Window.End; s += 5 * span.Minute {
			if offered[s] {
				continue
			}
			if p, ok := availability.Assign(w.q, w.f, s, ""); ok {
				t.Fatalf("%v is not offered, and yet %+v", s, p)
			}
			if len(availability.Explain(w.q, w.f, s)) == 0 {
				t.Fatalf("%v is shut for no reason", s)
			}
		}
	})
}

// Whoever comes second is told that the time is taken, whatever the lane.
func TestCheckRefusesAnyOverlap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		slots := availability.Slots(w.q, w.f)
		if len(slots) == 0 {
			return
		}
		p, _ := availability.Assign(w.q, w.f, rapid.SampledFrom(slots).Draw(t, "slot").Start, "")
		claims := availability.Claims(w.q, p)
		if len(claims) == 0 {
			return
		}
		c := rapid.SampledFrom(claims).Draw(t, "claim")
		from := c.Start + span.Instant(rapid.Int64Range(0, int64(c.Length()-1)).Draw(t, "from"))
		row := availability.Row{Span: span.Span{Start: from, End: from + 1}, Exclusive: true, Source: "first"}
		add := func(rows []availability.Row) []availability.Row {
			return sorted(append(slices.Clone(rows), row))
		}
		for i := range w.f.Staff {
			switch me := &w.f.Staff[i]; {
			case string(me.Staff.ID) != c.Lane.ID:
			case c.Lane.Kind == availability.StaffLane:
				me.Rows = add(me.Rows)
			case c.Lane.Kind == availability.OverflowLane:
				me.Overflow = add(me.Overflow)
			}
		}
		for i := range w.f.Units {
			if u := &w.f.Units[i]; fmt.Sprintf("%s:%d", u.Resource.ID, u.N) == c.Lane.ID {
				u.Rows = add(u.Rows)
			}
		}
		if err := availability.Check(w.q, w.f, p); !fault.Is(err, fault.CodeSlotTaken) {
			t.Fatalf("%v is taken, and Check says %v", c, err)
		}
	})
}

// Check needs no more than the lanes named and the margins around them.
func TestCheckWithNarrowFacts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		slots := availability.Slots(w.q, w.f)
		if len(slots) == 0 {
			return
		}
		p, _ := availability.Assign(w.q, w.f, rapid.SampledFrom(slots).Draw(t, "slot").Start, "")
		before, after := availability.Margins(w.q.Visit)
		near := span.Span{Start: p.Start - before, End: p.Start + after}
		meeting := func(rows []availability.Row) []availability.Row {
			return slices.DeleteFunc(slices.Clone(rows), func(r availability.Row) bool { return !r.Meets(near) })
		}
		var names []string
		for _, c := range availability.Claims(w.q, p) {
			names = append(names, c.Lane.ID)
		}
		f := &availability.Facts{Window: near, Client: meeting(w.f.Client)}
		for _, place := range w.f.Places {
			if place.Rows = meeting(place.Rows); place.ID == p.Location {
				f.Places = append(f.Places, place)
			}
		}
		for _, person := range w.f.Staff {
			var open []availability.Open
			for _, o := range person.Open {
				if w.f.Places[o.Place].ID == p.Location {
					open = append(open, availability.Open{Spans: o.Spans})
				}
			}
			if slices.Contains(names, string(person.Staff.ID)) {
				f.Staff = append(f.Staff, availability.Person{Staff: person.Staff, Open: open, Rows: meeting(person.Rows), Overflow: meeting(person.Overflow)})
			}
		}
		for _, u := range w.f.Units {
			if slices.Contains(names, fmt.Sprintf("%s:%d", u.Resource.ID, u.N)) {
				f.Units = append(f.Units, availability.Unit{Resource: u.Resource, N: u.N, Rows: meeting(u.Rows)})
			}
		}
		if err := availability.Check(w.q, f, p); err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
	})
}
