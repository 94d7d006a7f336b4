package availability_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// splitmix is the generator of the benchmark's fixture.
type splitmix uint64

func (s *splitmix) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// fixture is the benchmark's: 100 staff, 30 days in Berlin, 8 bookings a day.
func fixture(t testing.TB) (availability.Question, *availability.Facts) {
	t.Helper()
	return fixtureOf(t, 100, 30)
}

// fixtureOf is the same with any number of staff and days.
func fixtureOf(t testing.TB, staff, days int) (availability.Question, *availability.Facts) {
	t.Helper()
	berlin := zone(t, "Europe/Berlin")
	first := span.Date{Year: 2026, Month: 11, Day: 30}
	last := first.AddDays(days - 1)
	window := span.Span{Start: first.Start(berlin), End: last.AddDays(1).Start(berlin)}
	service := &catalog.Service{ID: "service", IntervalMin: 15, Segments: []catalog.Segment{
		{DurationMin: 30, Staff: &catalog.StaffNeed{Count: 1}},
	}}
	var legal []int
	hours := schedule.Hours{}
	for _, w := range []schedule.Window{{FromMin: 9 * 60, ToMin: 12 * 60}, {FromMin: 13 * 60, ToMin: 17 * 60}} {
		for m := w.FromMin; m+30 <= w.ToMin; m += 15 {
			legal = append(legal, m)
		}
		for day := 1; day <= 5; day++ {
			hours.Weekly = append(hours.Weekly, schedule.Weekly{Weekday: day, Window: w})
		}
	}
	random := splitmix(20261122)
	f := &availability.Facts{Window: window, Places: []availability.Place{{ID: "place", Zone: berlin}}}
	open := hours.Open(window, berlin, "")
	for s := range staff {
		p := availability.Person{
			Staff: &catalog.Staff{ID: id.Staff(fmt.Sprintf("%08d-0000-7000-8000-000000000000", s)), Position: s, AllServices: true},
			Open:  []availability.Open{{Spans: open}},
		}
		for d := first; !last.Before(d); d = d.AddDays(1) {
			if d.Weekday() > 5 {
				continue
			}
			var taken []int
			for len(taken) < 8 {
				m := legal[random.next()%uint64(len(legal))]
				if !slices.ContainsFunc(taken, func(o int) bool { return m < o+30 && o < m+30 }) {
					taken = append(taken, m)
				}
			}
			slices.Sort(taken)
			for _, m := range taken {
				at := span.Wall{Date: d, Minute: m}.Instant(berlin)
				p.Rows = append(p.Rows, availability.Row{
					Span: span.Span{Start: at, End: at + 30*span.Minute}, Exclusive: true, Source: "booking", Kind: availability.RowBooking,
				})
			}
		}
		f.Staff = append(f.Staff, p)
	}
	return availability.Question{
		Visit: []availability.Want{{Service: service}}, Location: "place", Window: window,
		Now: span.Date{Year: 2026, Month: 11, Day: 22}.Start(berlin),
	}, f
}

// few are the same facts with the first n staff.
func few(f *availability.Facts, n int) *availability.Facts {
	g := *f
	g.Staff = f.Staff[:n]
	return &g
}

// pools is a visit of four segments with two pools among 20 staff.
func pools(t testing.TB) (availability.Question, *availability.Facts) {
	q, f := fixture(t)
	one := &catalog.StaffNeed{Count: 1}
	chair := catalog.ResourceNeed{Kind: "chair", Count: 1}
	q.Visit[0].Service = &catalog.Service{ID: "colour", IntervalMin: 15, EdgeStarts: true, BufferAfterMin: 5, Segments: []catalog.Segment{
		{DurationMin: 20, Staff: one, Resources: []catalog.ResourceNeed{chair}},
		{DurationMin: 40, Resources: []catalog.ResourceNeed{chair}},
		{DurationMin: 15, Staff: one, Resources: []catalog.ResourceNeed{{Kind: "basin", Count: 1}}},
		{DurationMin: 20, Staff: one, Resources: []catalog.ResourceNeed{chair}},
	}}
	f = few(f, 20)
	for i, kind := range []string{"chair", "basin"} {
		r := &catalog.Resource{ID: id.Resource(kind), Kind: kind, Units: 6 - 3*i}
		for n := range r.Units {
			f.Units = append(f.Units, availability.Unit{Resource: r, N: n + 1, Rows: f.Staff[7*i+n].Rows})
		}
	}
	return q, f
}

func TestBenchmarkAnswers(t *testing.T) {
	t.Parallel()
	q, f := fixture(t)
	for n, want := range map[int]int{1: 121, 10: 534, 100: 572} {
		if got := len(availability.Slots(q, few(f, n))); got != want {
			t.Errorf("%d staff: %d slots, want %d", n, got, want)
		}
	}
	berlin := f.Places[0].Zone
	q.Window = span.Date{Year: 2026, Month: 12, Day: 1}.Span(berlin)
	if got := len(availability.Slots(q, few(f, 1))); got != 7 {
		t.Errorf("one staff, one day: %d slots, want 7", got)
	}
}

func benchmark(b *testing.B, q availability.Question, f *availability.Facts) {
	b.ReportAllocs()
	for b.Loop() {
		if len(availability.Slots(q, f)) == 0 {
			b.Fatal("no slots")
		}
	}
}

func BenchmarkSlots(b *testing.B) {
	q, f := fixture(b)
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("staff=%d", n), func(b *testing.B) { benchmark(b, q, few(f, n)) })
	}
	b.Run("day", func(b *testing.B) {
		day := q
		day.Window = span.Date{Year: 2026, Month: 12, Day: 1}.Span(f.Places[0].Zone)
		benchmark(b, day, few(f, 1))
	})
	b.Run("pools", func(b *testing.B) {
		q, f := pools(b)
		benchmark(b, q, f)
	})
}

// BenchmarkQuarter is a quarter of a year of anybody: 92 days, 100 staff.
func BenchmarkQuarter(b *testing.B) {
	q, f := fixtureOf(b, 100, 92)
	benchmark(b, q, f)
}

// BenchmarkStaff is the curve of the cost by the number of staff, a week long;
// what one of them costs tells whether it is a line.
func BenchmarkStaff(b *testing.B) {
	q, f := fixtureOf(b, 10_000, 7)
	for _, n := range []int{10, 100, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			benchmark(b, q, few(f, n))
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/staff")
		})
	}
}

// BenchmarkRules is the visit of anybody of 100 with what only some businesses
// ask: each alone, so that it is seen what it adds.
func BenchmarkRules(b *testing.B) {
	for _, c := range ruled() {
		b.Run(c.name, func(b *testing.B) {
			q, f := fixture(b)
			c.put(&q, f)
			benchmark(b, q, f)
		})
	}
}

type rules struct {
	name string
	put  func(q *availability.Question, f *availability.Facts)
}

// ruled are the rules beside hours and lanes, each as it is put into a fixture.
func ruled() []rules {
	return []rules{
		{"breaks", func(q *availability.Question, f *availability.Facts) {
			for i := range f.Staff {
				for at := q.Window.Start; at < q.Window.End; at += span.Day {
					f.Staff[i].Breaks = append(f.Staff[i].Breaks, availability.Break{
						Span: span.Span{Start: at + 11*span.Hour, End: at + 15*span.Hour}, Length: 30 * span.Minute,
					})
				}
			}
		}},
		{"bars", func(q *availability.Question, f *availability.Facts) {
			for i := range f.Staff {
				for at := q.Window.Start; at < q.Window.End; at += 5 * span.Day {
					q.Bars = append(q.Bars, availability.Bar{Span: span.Span{Start: at, End: at + span.Day}, Staff: f.Staff[i].Staff.ID})
				}
			}
		}},
		{"gate", func(q *availability.Question, _ *availability.Facts) {
			q.Gate = func(start span.Instant, _ id.Location, _ id.Staff) (availability.Bar, bool) {
				return availability.Bar{}, start/span.Hour%7 == 0
			}
		}},
		{"ways", func(_ *availability.Question, f *availability.Facts) {
			f.Places[0].Ways = map[id.Location]span.Instant{"other": 15 * span.Minute}
			for i := range f.Staff {
				for k := range f.Staff[i].Rows {
					if k%5 == 0 {
						f.Staff[i].Rows[k].Place = "other"
					}
				}
			}
		}},
		{"team", func(q *availability.Question, _ *availability.Facts) {
			g := q.Visit[0].Service.Segments[0]
			g.Team = []catalog.StaffNeed{{Count: 1}}
			q.Visit[0].Service = &catalog.Service{ID: "service", IntervalMin: 15, Segments: []catalog.Segment{g}}
		}},
	}
}

// No slot costs an allocation: a list three times as long takes as many, but
// for what it takes to grow what the slots and busy times stand in.
func TestSlotsAllocateNothingEach(t *testing.T) { //nolint:paralleltest // allocations are counted for the whole process
	all := append(ruled(), rules{"plain", func(*availability.Question, *availability.Facts) {}})
	for _, c := range all {
		count := func(days int) (allocs float64, slots int) {
			q, f := fixtureOf(t, 10, days)
			c.put(&q, f)
			slots = len(availability.Slots(q, f))
			return testing.AllocsPerRun(5, func() { availability.Slots(q, f) }), slots
		}
		few, short := count(10)
		many, long := count(40)
		if long < short+200 || many > few+float64(long-short)/10 {
			t.Errorf("%s: %v allocations for %d slots, %v for %d", c.name, few, short, many, long)
		}
	}
}

// Facts are shared: many goroutines ask the same ones at once.
func TestFactsAreOnlyRead(t *testing.T) {
	t.Parallel()
	q, f := pools(t)
	want := len(availability.Slots(q, f))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			slots := availability.Slots(q, f)
			if len(slots) != want || want == 0 {
				t.Errorf("%d slots, want %d", len(slots), want)
				return
			}
			p, ok := availability.Assign(q, f, slots[0].Start, "")
			if err := availability.Check(q, f, p); err != nil || !ok {
				t.Errorf("%v %v", ok, err)
			}
			availability.Explain(q, f, slots[0].Start+span.Minute)
		})
	}
	all.Wait()
}
