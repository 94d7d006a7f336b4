package availability_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the same rules on every machine that has none of its own

	"pgregory.net/rapid"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

// A realm is a small business with everything that can be in the way of a
// visit. Worlds are drawn at random; the engine and the oracle (oracle_test.go)
// each read them in their own way and must agree on every minute.
type realm struct {
	cat    *catalog.Catalog
	book   *schedule.Book
	zones  []*time.Location // of cat.Locations
	focus  span.Date        // the day around which things happen; often one on which the clocks change
	lanes  map[string][]availability.Row
	client []availability.Row
	rows   int // rows made so far, for their names
}

func loadZone(t rapid.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// The zones of the worlds, with days on which their clocks change and one on
// which nothing happens.
var realmZones = []struct {
	name string
	days []string
}{
	{"Europe/Berlin", []string{"2026-03-29", "2026-10-25", "2026-06-17"}},
	{"Asia/Taipei", []string{"2026-03-29"}},
	{"America/New_York", []string{"2026-03-08", "2026-11-01", "2026-12-31"}},
	{"Australia/Lord_Howe", []string{"2026-04-05", "2026-10-04", "2026-01-14"}},
	{"Africa/Casablanca", []string{"2026-02-15", "2026-03-22", "2026-07-01"}},
	{"America/Santiago", []string{"2026-09-06", "2026-04-05"}}, // the change is at midnight
}

func drawDay(t *rapid.T, days []string) span.Date {
	day, err := span.ParseDate(rapid.SampledFrom(days).Draw(t, "day"))
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func pick[T any](t *rapid.T, label string, of ...T) T {
	return rapid.SampledFrom(of).Draw(t, label)
}

// chance is true about n times in 10.
func chance(t *rapid.T, label string, n int) bool {
	return rapid.IntRange(0, 9).Draw(t, label) >= 10-n
}

func drawRealm(t *rapid.T, zoneName string, day span.Date) *realm {
	w := &realm{
		cat:   &catalog.Catalog{Business: catalog.Business{Zone: zoneName}},
		book:  &schedule.Book{Locations: map[id.Location]schedule.Hours{}, Staff: map[id.Staff]schedule.Hours{}},
		lanes: map[string][]availability.Row{},
		focus: day,
	}
	for n := range rapid.IntRange(1, 2).Draw(t, "locations") {
		l := &catalog.Location{ID: id.Location(fmt.Sprintf("place%d", n)), Position: n, Zone: zoneName}
		if n > 0 && chance(t, "other zone", 3) {
			l.Zone = pick(t, "zone", "Asia/Tokyo", "Europe/Berlin", "Australia/Lord_Howe")
		}
		w.cat.Locations = append(w.cat.Locations, l)
		w.zones = append(w.zones, loadZone(t, l.Zone))
		if chance(t, "location has hours", 6) {
			w.book.Locations[l.ID] = w.drawHours(t, false)
		}
		if chance(t, "closed times", 2) {
			w.drawRows(t, string(l.ID), 2)
			for n := range w.lanes[string(l.ID)] { // nothing exclusive is ever on a place
				w.lanes[string(l.ID)][n].Exclusive, w.lanes[string(l.ID)][n].Expires = false, 0
			}
		}
	}
	for n := range rapid.IntRange(1, 3).Draw(t, "services") {
		w.cat.Services = append(w.cat.Services, w.drawService(t, n))
	}
	for n := range rapid.IntRange(1, 5).Draw(t, "staff") {
		w.drawStaff(t, n)
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "resources") {
		r := &catalog.Resource{
			ID: id.Resource(fmt.Sprintf("res%d", n)), Position: n, Kind: pick(t, "kind", "chair", "room"),
			Units: rapid.IntRange(1, 3).Draw(t, "units"), Archived: chance(t, "sold", 1),
		}
		if chance(t, "bound", 3) {
			r.Location = w.drawLocation(t)
		}
		w.cat.Resources = append(w.cat.Resources, r)
		for u := range r.Units {
			lane := fmt.Sprintf("%s:%d", r.ID, u+1)
			w.drawRows(t, lane, rapid.IntRange(0, 3).Draw(t, "unit rows"))
		}
	}
	w.client = w.drawRows(t, "client", rapid.IntRange(0, 2).Draw(t, "client rows"))
	return w
}

func (w *realm) drawLocation(t *rapid.T) id.Location {
	return rapid.SampledFrom(w.cat.Locations).Draw(t, "location").ID
}

func (w *realm) drawService(t *rapid.T, n int) *catalog.Service {
	s := &catalog.Service{
		ID:          id.Service(fmt.Sprintf("service%d", n)),
		IntervalMin: pick(t, "interval", 30, 15, 60, 20, 45, 50, 7),
		EdgeStarts:  rapid.Bool().Draw(t, "edges"),
	}
	if chance(t, "service buffers", 3) {
		s.BufferBeforeMin, s.BufferAfterMin = pick(t, "before", 0, 5, 15), pick(t, "after", 0, 10, 30)
	}
	if chance(t, "notice", 2) {
		s.NoticeMin = pick(t, "notice_min", 1, 60, 719, 1440)
	}
	if chance(t, "horizon", 3) {
		s.HorizonDays = rapid.IntRange(1, 4).Draw(t, "days")
	}
	if chance(t, "elsewhere", 1) {
		s.Locations = []id.Location{w.drawLocation(t)}
	}
	for range rapid.IntRange(1, 4).Draw(t, "segments") {
		g := catalog.Segment{DurationMin: pick(t, "duration", 30, 5, 15, 45, 60, 90)}
		if chance(t, "staffed", 7) {
			g.Staff = &catalog.StaffNeed{Count: 1}
			if chance(t, "two", 1) {
				g.Staff.Count = 2
			}
			if chance(t, "skilled", 3) {
				g.Staff.Skill, g.Staff.Level = pick(t, "skill", "wash", "colour"), rapid.IntRange(0, 2).Draw(t, "level")
			}
		}
		for _, kind := range []string{"chair", "room"} {
			if chance(t, "needs "+kind, 3) {
				g.Resources = append(g.Resources, catalog.ResourceNeed{Kind: kind, Count: rapid.IntRange(1, 2).Draw(t, "count")})
			}
		}
		if chance(t, "segment buffers", 3) {
			g.BufferBeforeMin, g.BufferAfterMin = pick(t, "g before", 0, 5, 20, 75), pick(t, "g after", 0, 5, 20, 75)
		}
		s.Segments = append(s.Segments, g)
	}
	return s
}

func (w *realm) drawStaff(t *rapid.T, n int) {
	s := &catalog.Staff{ID: id.Staff(fmt.Sprintf("staff%d", n)), Position: n, AllServices: chance(t, "all", 6), Archived: chance(t, "gone", 1)}
	for _, service := range w.cat.Services {
		if chance(t, "performs", 5) {
			s.Services = append(s.Services, service.ID)
		}
	}
	for _, skill := range []string{"wash", "colour"} {
		if chance(t, "knows", 5) {
			s.Skills = append(s.Skills, catalog.Skill{Skill: skill, Level: rapid.IntRange(0, 3).Draw(t, "level")})
		}
	}
	w.cat.Staff = append(w.cat.Staff, s)
	if chance(t, "staff has hours", 7) {
		w.book.Staff[s.ID] = w.drawHours(t, true)
	}
	w.drawRows(t, string(s.ID), rapid.IntRange(0, 6).Draw(t, "staff rows"))
	if chance(t, "squeezed before", 2) {
		w.drawRows(t, "overflow "+string(s.ID), 2)
	}
}

func drawWindow(t *rapid.T) schedule.Window {
	quarter := func(label string, from, to int) int { return 15 * rapid.IntRange(from, to).Draw(t, label) }
	switch rapid.IntRange(0, 7).Draw(t, "sort") {
	case 0: // the small hours, where the clocks change
		return schedule.Window{FromMin: quarter("from", 0, 16), ToMin: quarter("to", 4, 32)}
	case 1: // across midnight
		return schedule.Window{FromMin: quarter("from", 64, 95), ToMin: quarter("to", 0, 24)}
	case 2: // to the end of the day
		return schedule.Window{FromMin: quarter("from", 40, 90), ToMin: 1440}
	case 3: // anything at all
		return schedule.Window{FromMin: rapid.IntRange(0, 1439).Draw(t, "from"), ToMin: rapid.IntRange(0, 1440).Draw(t, "to")}
	case 4: // the whole day
		return schedule.Window{FromMin: 0, ToMin: 1440}
	case 5:
		return schedule.Window{FromMin: 13 * 60, ToMin: quarter("to", 68, 84)}
	default:
		return schedule.Window{FromMin: quarter("from", 28, 40), ToMin: quarter("to", 44, 72)}
	}
}

func (w *realm) drawHours(t *rapid.T, bound bool) schedule.Hours {
	var h schedule.Hours
	focus := w.focus.Weekday()
	rows := rapid.IntRange(0, 6).Draw(t, "weekly")
	if chance(t, "never closes", 1) {
		for weekday := 1; weekday <= 7; weekday++ {
			h.Weekly = append(h.Weekly, schedule.Weekly{Weekday: weekday, Window: schedule.Window{ToMin: 1440}})
		}
		rows = 0
	}
	for range rows {
		row := schedule.Weekly{Weekday: (focus+rapid.IntRange(-2, 2).Draw(t, "weekday")+6)%7 + 1, Window: drawWindow(t)}
		if bound && chance(t, "bound", 2) {
			row.Location = w.drawLocation(t)
		}
		h.Weekly = append(h.Weekly, row)
	}
	for n := -1; n <= 1; n++ {
		if !chance(t, "exception", 2) {
			continue
		}
		e := schedule.Exception{Date: w.focus.AddDays(n)}
		for range rapid.IntRange(0, 2).Draw(t, "open") {
			e.Open = append(e.Open, drawWindow(t))
		}
		h.Exceptions = append(h.Exceptions, e)
	}
	return h
}

// drawRows puts rows on a lane, sorted by start. Live exclusive rows never
// overlap each other, as in the database; all others may overlap anything.
func (w *realm) drawRows(t *rapid.T, lane string, count int) []availability.Row {
	noon := span.Wall{Date: w.focus, Minute: 720}.Instant(w.zones[0])
	var rows []availability.Row
	for range count {
		w.rows++
		r := availability.Row{Exclusive: true, Kind: availability.RowBooking, Source: fmt.Sprintf("source%d", w.rows)}
		start := noon + span.Minutes(5*rapid.IntRange(-400, 400).Draw(t, "row start"))
		length := 5 * rapid.IntRange(1, 30).Draw(t, "row length")
		switch rapid.IntRange(0, 7).Draw(t, "row sort") {
		case 0:
			r.Exclusive, r.Kind, length = false, availability.RowTimeOff, length*pick(t, "times", 1, 10, 30)
		case 1, 2: // a hold; now is never far from noon, so some have expired
			r.Kind, r.Expires = availability.RowHold, noon+span.Minutes(rapid.IntRange(-3000, 600).Draw(t, "expires"))
		case 3:
			start += span.Minutes(rapid.IntRange(1, 4).Draw(t, "odd minute"))
		case 4: // right after another, or closed time that begins in it
			if len(rows) > 0 {
				start = rapid.SampledFrom(rows).Draw(t, "after").End
			}
			if r.Exclusive = rapid.Bool().Draw(t, "exclusive"); !r.Exclusive {
				r.Kind, start = availability.RowTimeOff, start-span.Minutes(pick(t, "back", 0, 5, 10))
			}
		}
		r.Span = span.Span{Start: start, End: start + span.Minutes(length)}
		clash := func(o availability.Row) bool { return r.Exclusive && o.Exclusive && o.Span.Meets(r.Span) }
		if !slices.ContainsFunc(rows, clash) {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b availability.Row) int { return int(a.Start - b.Start) })
	w.lanes[lane] = rows
	return rows
}

// drawQuestion asks something of the realm.
func (w *realm) drawQuestion(t *rapid.T) availability.Question {
	var q availability.Question
	for range pick(t, "visit", 1, 1, 1, 2, 2, 3) {
		want := availability.Want{Service: rapid.SampledFrom(w.cat.Services).Draw(t, "service")}
		if chance(t, "named", 3) {
			want.Staff = rapid.SampledFrom(w.cat.Staff).Draw(t, "who").ID
		}
		q.Visit = append(q.Visit, want)
	}
	if chance(t, "located", 3) {
		q.Location = w.drawLocation(t)
	}
	zone := w.zones[0]
	first := w.focus.AddDays(rapid.IntRange(-1, 0).Draw(t, "from"))
	q.Window = span.Span{Start: first.Start(zone), End: first.AddDays(rapid.IntRange(1, 3).Draw(t, "days")).Start(zone)}
	if chance(t, "ragged", 2) {
		q.Window.Start += span.Minutes(rapid.IntRange(0, 600).Draw(t, "later"))
		q.Window.End -= span.Minutes(rapid.IntRange(0, 600).Draw(t, "sooner"))
	}
	q.Now = q.Window.Start + span.Minutes(rapid.IntRange(-4000, 1500).Draw(t, "now"))
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
		q.Except = fmt.Sprintf("source%d", rapid.IntRange(1, w.rows).Draw(t, "source"))
	}
	return q
}

// String tells the realm to whoever has to find out what went wrong.
func (w *realm) String() string {
	var b strings.Builder
	for _, l := range w.cat.Locations {
		fmt.Fprintf(&b, "location %+v\n  hours %+v\n", *l, w.book.Locations[l.ID])
	}
	for _, s := range w.cat.Services {
		fmt.Fprintf(&b, "service %s interval %d edges %v buffers %d %d notice %d horizon %d at %v\n", s.ID, s.IntervalMin,
			s.EdgeStarts, s.BufferBeforeMin, s.BufferAfterMin, s.NoticeMin, s.HorizonDays, s.Locations)
		for _, g := range s.Segments {
			fmt.Fprintf(&b, "  segment %d min staff %+v resources %v buffers %d %d\n",
				g.DurationMin, g.Staff, g.Resources, g.BufferBeforeMin, g.BufferAfterMin)
		}
	}
	for _, s := range w.cat.Staff {
		fmt.Fprintf(&b, "staff %s services %v all %v skills %v archived %v\n  hours %+v\n",
			s.ID, s.Services, s.AllServices, s.Skills, s.Archived, w.book.Staff[s.ID])
	}
	for _, r := range w.cat.Resources {
		fmt.Fprintf(&b, "resource %s %d × %s at %q archived %v\n", r.ID, r.Units, r.Kind, r.Location, r.Archived)
	}
	for lane, rows := range w.lanes {
		for _, r := range rows {
			fmt.Fprintf(&b, "row on %s: %v .. %v %s exclusive %v %s expires %v\n", lane, r.Start, r.End, r.Kind, r.Exclusive, r.Source, r.Expires)
		}
	}
	return b.String()
}

func describe(q availability.Question) string {
	var b strings.Builder
	for _, want := range q.Visit {
		fmt.Fprintf(&b, "%s by %q, ", want.Service.ID, want.Staff)
	}
	fmt.Fprintf(&b, "at %q in %v .. %v, now %v except %q override %v squeeze %v",
		q.Location, q.Window.Start, q.Window.End, q.Now, q.Except, q.Override, q.Squeeze)
	return b.String()
}
