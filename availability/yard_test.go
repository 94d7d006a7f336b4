package availability_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

// lay puts a placement's claims on the lanes of staff.
func lay(f *availability.Facts, q availability.Question, p availability.Placement, source, kind string) {
	for _, c := range availability.Claims(q, p) {
		who := slices.IndexFunc(f.Staff, func(x availability.Person) bool { return string(x.Staff.ID) == c.Lane.ID })
		f.Staff[who].Rows = append(f.Staff[who].Rows, availability.Row{Span: c.Span, Exclusive: true, Source: source, Kind: kind})
		slices.SortFunc(f.Staff[who].Rows, func(a, b availability.Row) int { return int((a.Start - b.Start) / span.Minute) })
	}
}

// lift takes a source's rows away.
func lift(f *availability.Facts, source string) {
	for i := range f.Staff {
		f.Staff[i].Rows = slices.DeleteFunc(slices.Clone(f.Staff[i].Rows), func(r availability.Row) bool { return r.Source == source })
	}
}

// yard draws a workshop in which some jobs lie, and a visit of half an hour.
func yard(t *rapid.T) (*availability.Facts, []availability.Job, availability.Question) {
	f, q, w := workshop(t)
	var jobs []availability.Job
	for n := range rapid.IntRange(1, 4).Draw(t, "jobs") {
		service := *q.Visit[0].Service
		service.Segments = []catalog.Segment{{DurationMin: 15 * rapid.IntRange(1, 12).Draw(t, "long"), Staff: &catalog.StaffNeed{Count: 1}}}
		ask := q
		ask.Visit = []availability.Want{{Service: &service}}
		fixed, p, _, ok := availability.Fix(ask, f, w)
		if !ok {
			continue
		}
		source := "job " + strconv.Itoa(n)
		lay(f, fixed, p, source, availability.RowWork)
		promised := *p.Items[0].Work
		bare := service
		bare.Segments, bare.BufferAfterMin = promised.Segments, 0
		ask.Visit = []availability.Want{{Service: &bare, Staff: p.Lead}}
		jobs = append(jobs, availability.Job{Source: source, Begins: availability.Claims(fixed, p)[0].Start, Question: ask, Work: w})
	}
	cut := &catalog.Service{ID: "cut", IntervalMin: 15, Segments: []catalog.Segment{{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}}}}
	return f, jobs, availability.Question{
		Visit: []availability.Want{{Service: cut}}, Window: span.Span{Start: w.From, End: w.From + 12*span.Hour}, Now: q.Now,
	}
}

// What a yard gives can be made true step by step, each of which Check accepts;
// it breaks no promise and overlaps nothing. What is open anyway it leaves alone.
func TestYardKeepsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, jobs, q := yard(t)
		y := availability.NewYard(f, jobs, q.Now)
		open := availability.Slots(q, f)
		for _, s := range y.Slots(q, open) {
			if slices.ContainsFunc(open, func(o availability.Slot) bool { return o.Start == s.Start }) {
				t.Fatalf("%v is open anyway", s.Start)
			}
			given, ok := y.Place(q, s.Start)
			if !ok || len(given.Moved) == 0 || len(given.Moved) > 2 {
				t.Fatalf("%v is offered, and %d jobs move: %v", s.Start, len(given.Moved), ok)
			}
			now := *f
			now.Staff = slices.Clone(f.Staff)
			for _, m := range given.Moved {
				lift(&now, m.Source)
			}
			if err := availability.Check(q, &now, given.Placement); err != nil {
				t.Fatal(err)
			}
			lay(&now, q, given.Placement, "new", availability.RowBooking)
			for _, m := range given.Moved {
				if err := availability.Check(m.Question, &now, m.Placement); err != nil {
					t.Fatal(err)
				}
				job := jobs[slices.IndexFunc(jobs, func(j availability.Job) bool { return j.Source == m.Source })]
				honoured(t, job, m.Placement)
				lay(&now, m.Question, m.Placement, m.Source, availability.RowWork)
			}
			for _, p := range now.Staff {
				for i := 1; i < len(p.Rows); i++ {
					if p.Rows[i-1].Source != "other" && p.Rows[i-1].End > p.Rows[i].Start {
						t.Fatalf("%v meets %v", p.Rows[i-1], p.Rows[i])
					}
				}
			}
		}
	})
}

// honoured fails when a job is not done in full within its promise.
func honoured(t *rapid.T, job availability.Job, p availability.Placement) {
	sum := span.Instant(0)
	for _, part := range p.Items[0].Segments {
		if len(part.Staff) == 0 {
			continue
		}
		if sum += part.End - part.Start; part.Start < job.Work.From || part.End > job.Work.Ready || part.Staff[0] != job.Question.Visit[0].Staff {
			t.Fatalf("promised %+v, at work from %v to %v by %v", job.Work, part.Start, part.End, part.Staff)
		}
	}
	if want := job.Question.Visit[0].Service.Segments[0].DurationMin; sum != span.Minutes(want) {
		t.Fatalf("%v of %d minutes are done", sum, want)
	}
}

// Where one job stands in the way and is never cut, a start is refused only
// when no quarter of an hour of the job's lead would do for it.
func TestYardFindsRoom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, jobs, q := yard(t)
		if len(jobs) == 0 {
			return
		}
		jobs = jobs[:1]
		jobs[0].Work.Piece = 0
		y := availability.NewYard(f, jobs, q.Now)
		for at := q.Window.Start; at < q.Window.End; at += span.Hour {
			if _, ok := availability.Assign(q, f, at, ""); ok {
				continue
			}
			without := *f
			without.Staff = slices.Clone(f.Staff)
			lift(&without, jobs[0].Source)
			p, ok := availability.Assign(q, &without, at, "")
			if _, given := y.Place(q, at); given || !ok {
				continue
			}
			if p.Lead != jobs[0].Question.Visit[0].Staff {
				continue // somebody else could, were it not for the order in which they are asked
			}
			lay(&without, q, p, "new", availability.RowBooking)
			alone := without
			alone.Staff = []availability.Person{without.Staff[slices.IndexFunc(without.Staff, func(x availability.Person) bool { return x.Staff.ID == p.Lead })]}
			segment := jobs[0].Question.Visit[0].Service.Segments[0]
			if segment.BufferAfterMin == 5 && whole(&alone, jobs[0].Work, segment.DurationMin) {
				t.Fatalf("at %v the job of %d minutes could lie elsewhere", at, segment.DurationMin)
			}
		}
	})
}

// BenchmarkYard asks a garage of six in which every minute of a month is taken
// by work that could lie elsewhere: no list costs more than this.
func BenchmarkYard(b *testing.B) {
	day := span.At(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	f := &availability.Facts{Window: span.Span{Start: day, End: day + 31*span.Day}, Places: []availability.Place{{ID: "here"}}}
	job := &catalog.Service{
		ID: "job", IntervalMin: 15, ServiceOptions: catalog.ServiceOptions{Flexible: &catalog.Flexible{}},
		Segments: []catalog.Segment{{DurationMin: 120, Staff: &catalog.StaffNeed{Count: 1}}},
	}
	var jobs []availability.Job
	for who := range 6 {
		p := availability.Person{Staff: &catalog.Staff{ID: id.Staff(rune('a' + who)), AllServices: true}}
		var open []span.Span
		for d := range span.Instant(30) {
			from := day + d*span.Day + 8*span.Hour
			open = append(open, span.Span{Start: from, End: from + 8*span.Hour})
			for n := range span.Instant(4) {
				at := from + n*2*span.Hour
				source := string(p.Staff.ID) + at.String()
				p.Rows = append(p.Rows, availability.Row{Span: span.Span{Start: at, End: at + 2*span.Hour}, Exclusive: true, Source: source, Kind: availability.RowWork})
				if d < 3 {
					jobs = append(jobs, availability.Job{
						Source: source, Begins: at,
						Question: availability.Question{Visit: []availability.Want{{Service: job, Staff: p.Staff.ID}}, Window: span.Span{Start: from, End: from + 1}},
						Work:     availability.Work{Drop: from, From: from, Ready: from + span.Day + 8*span.Hour},
					})
				}
			}
		}
		p.Open = []availability.Open{{Place: 0, Spans: span.SetOf(open...)}}
		f.Staff = append(f.Staff, p)
	}
	cut := &catalog.Service{ID: "cut", IntervalMin: 15, Segments: []catalog.Segment{{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}}}}
	q := availability.Question{Visit: []availability.Want{{Service: cut}}, Window: f.Window, Now: day}
	for b.Loop() {
		y := availability.NewYard(f, jobs, day)
		if got := y.Slots(q, availability.Slots(q, f)); len(got) > 0 {
			b.Fatalf("%d slots in a full garage", len(got))
		}
	}
}
