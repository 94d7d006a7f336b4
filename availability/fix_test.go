package availability_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// Whatever stands in the way: work that is promised is done in full between
// drop-off and promise, in pieces that are not too short, by somebody who is
// there and free; Check accepts it; and where one person alone is asked for and
// work is not cut, nothing is refused that a look at every quarter would find.
func TestFixedWorkIsDone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, q, w := workshop(t)
		fixed, p, choice, ok := availability.Fix(q, f, w)
		minutes := q.Visit[0].Service.Segments[0].DurationMin
		if !ok {
			if whole(f, w, minutes) {
				t.Fatalf("%d minutes of work would fit: %+v in %+v", minutes, w, f.Staff)
			}
			return
		}
		if err := availability.Check(fixed, f, p); err != nil {
			t.Fatalf("what is promised is refused: %v", err)
		}
		if p.Start != w.Drop || p.End != w.Ready || choice.Lead != p.Lead {
			t.Fatalf("from %v to %v by %s", p.Start, p.End, p.Lead)
		}
		sum, pieces := span.Instant(0), 0
		for _, part := range p.Items[0].Segments {
			if len(part.Staff) == 0 {
				continue
			}
			if pieces++; part.Start < w.From || part.End > w.Ready {
				t.Fatalf("at work from %v to %v", part.Start, part.End)
			}
			sum += part.End - part.Start
			if cut := part.End - part.Start; cut < min(w.Piece, span.Minutes(minutes)) {
				t.Fatalf("a piece of %v", cut)
			}
		}
		if sum != span.Minutes(minutes) || w.Piece == 0 && pieces != 1 {
			t.Fatalf("%v of %d minutes are done in %d pieces", sum, minutes, pieces)
		}
		for _, c := range availability.Claims(fixed, p) {
			who := slices.IndexFunc(f.Staff, func(x availability.Person) bool { return string(x.Staff.ID) == c.Lane.ID })
			for _, r := range f.Staff[who].Rows {
				if r.Meets(c.Span) {
					t.Fatalf("%v is taken from %v", c.Span, r.Span)
				}
			}
		}
	})
}

// workshop draws one or two mechanics, their hours and what they do already,
// and work that is brought on the first morning.
func workshop(t *rapid.T) (*availability.Facts, availability.Question, availability.Work) {
	day := span.At(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	service := &catalog.Service{
		ID: "brakes", IntervalMin: 15, ServiceOptions: catalog.ServiceOptions{Flexible: &catalog.Flexible{}}, BufferAfterMin: 5 * rapid.IntRange(0, 1).Draw(t, "buffer"),
		Segments: []catalog.Segment{{DurationMin: 15 * rapid.IntRange(1, 50).Draw(t, "quarters"), Staff: &catalog.StaffNeed{Count: 1}}},
	}
	f := &availability.Facts{Window: span.Span{Start: day - span.Day, End: day + 5*span.Day}, Places: []availability.Place{{ID: "here"}}}
	for n := range rapid.IntRange(1, 2).Draw(t, "people") {
		p := availability.Person{Staff: &catalog.Staff{ID: id.Staff(rune('a' + n)), AllServices: true}}
		var open []span.Span
		for d := range span.Instant(3) {
			from := day + d*span.Day + 15*span.Minute*span.Instant(rapid.IntRange(28, 44).Draw(t, "from"))
			open = append(open, span.Span{Start: from, End: from + 15*span.Minute*span.Instant(rapid.IntRange(8, 36).Draw(t, "long"))})
		}
		p.Open = []availability.Open{{Place: 0, Spans: span.SetOf(open...)}}
		at := day
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			at += 15 * span.Minute * span.Instant(rapid.IntRange(4, 40).Draw(t, "gap"))
			end := at + 15*span.Minute*span.Instant(rapid.IntRange(1, 12).Draw(t, "row"))
			p.Rows = append(p.Rows, availability.Row{Span: span.Span{Start: at, End: end}, Exclusive: true, Source: "other", Kind: availability.RowBooking})
			at = end
		}
		f.Staff = append(f.Staff, p)
	}
	w := availability.Work{
		Drop: day + 7*span.Hour, From: day + 8*span.Hour,
		Ready: day + span.Instant(rapid.IntRange(0, 2).Draw(t, "days"))*span.Day + 18*span.Hour,
		Piece: 15 * span.Minute * span.Instant(rapid.SampledFrom([]int{0, 1, 4}).Draw(t, "piece")),
	}
	q := availability.Question{Visit: []availability.Want{{Service: service}}, Window: span.Span{Start: w.Drop, End: w.Drop + 1}, Now: day}
	return f, q, w
}

// TestExplainWork: work that finds no time is told of what it is, not of whoever
// is busy.
func TestExplainWork(t *testing.T) {
	t.Parallel()
	ready := availability.Reason{Rule: "busy", Kind: availability.KindReady, Location: "here", Span: between("09:00-17:00")}
	bar := availability.Bar{Word: "offer", Rule: "no"}
	no := availability.Reason{Rule: "offer", Owner: "no", Location: "here"}
	for _, c := range []struct {
		name   string
		change func(w *world)
		want   []availability.Reason
	}{
		{"all busy", func(w *world) {
			for i := range w.f.Staff {
				w.f.Staff[i].Rows = []availability.Row{taken("09:00-16:00")}
			}
		}, []availability.Reason{ready}},
		{"a rule alone", func(w *world) {
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar}, "b": {bar}})
		}, []availability.Reason{no}},
		{"a rule, and all busy", func(w *world) {
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar}, "b": {bar}})
			w.service.Segments[0].DurationMin = 600
		}, []availability.Reason{no, ready}},
		{"a rule for one, the other busy", func(w *world) {
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar}})
			w.f.Staff[1].Rows = []availability.Row{taken("09:00-17:00")}
		}, []availability.Reason{ready}},
		{"too soon", func(w *world) { w.q.Now, w.service.NoticeMin = at("07:00"), 180 }, []availability.Reason{
			{Rule: "notice", Limit: at("10:00"), Location: "here"},
		}},
		{"nobody performs it", func(w *world) {
			w.f.Staff[0].Staff.AllServices, w.f.Staff[1].Staff.AllServices = false, false
		}, []availability.Reason{{Rule: "staff", Location: "here"}}},
		{"nobody knows it", func(w *world) { w.service.Segments[0].Staff.Skill = "weld" }, []availability.Reason{{Rule: "skill", Location: "here"}}},
		{"nobody of that name", func(w *world) { w.q.Visit[0].Staff = "z" }, []availability.Reason{{Rule: "staff", Staff: "z", Location: "here"}}},
		{"not here", func(w *world) { w.service.Locations = []id.Location{"there"} }, []availability.Reason{{Rule: "location"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			w.service.Flexible = &catalog.Flexible{}
			w.service.Segments[0].DurationMin = 120
			c.change(w)
			work := availability.Work{Drop: at("08:00"), From: at("09:00"), Ready: at("17:00")}
			if diff := cmp.Diff(c.want, availability.ExplainWork(w.q, w.f, work, nil)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// whole tells whether somebody could do the work without a pause, beginning at
// some quarter of an hour of theirs.
func whole(f *availability.Facts, w availability.Work, minutes int) bool {
	for _, p := range f.Staff {
		for _, open := range p.Open[0].Spans {
			for at := open.Start; at+span.Minutes(minutes) <= min(open.End, w.Ready); at += 15 * span.Minute {
				body := span.Span{Start: at, End: at + span.Minutes(minutes) + 5*span.Minute}
				if at >= w.From && !slices.ContainsFunc(p.Rows, func(r availability.Row) bool { return r.Meets(body) }) {
					return true
				}
			}
		}
	}
	return false
}
