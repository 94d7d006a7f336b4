package availability_test

import (
	"fmt"
	"slices"
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
	ways   []map[id.Location]span.Instant // to each of cat.Locations from the others
	breaks map[id.Staff][]availability.Break
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
	{"Asia/Beirut", []string{"2026-03-29", "2026-10-25"}},      // and here
	{"Pacific/Apia", []string{"2011-12-30", "2011-12-31"}},     // a day that never was
	{"Asia/Kathmandu", []string{"2026-05-05"}},
}

func drawDay(t *rapid.T, days []string) span.Date {
	day, err := span.ParseDate(pick(t, "day", days...))
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// evenly draws a number of a range, each as likely as any other; rapid's own
// ranges prefer the small ones, of which most worlds would be empty.
func evenly(t *rapid.T, label string, from, to int) int {
	bits, n := 0, uint64(0)
	for ; bits < 8 || 1<<(bits-4) < to-from; bits++ {
		n *= 2
		if rapid.Bool().Draw(t, label) {
			n++
		}
	}
	return from + int(n*uint64(to-from+1)>>bits)
}

func pick[T any](t *rapid.T, label string, of ...T) T { return of[evenly(t, label, 0, len(of)-1)] }

// chance is true about n times in 10.
func chance(t *rapid.T, label string, n int) bool { return evenly(t, label, 0, 9) >= 10-n }

func drawRealm(t *rapid.T, zoneName string, day span.Date) *realm {
	w := &realm{
		cat:   &catalog.Catalog{Business: catalog.Business{Zone: zoneName}},
		book:  &schedule.Book{Locations: map[id.Location]schedule.Hours{}, Staff: map[id.Staff]schedule.Hours{}},
		lanes: map[string][]availability.Row{}, breaks: map[id.Staff][]availability.Break{},
		focus: day,
	}
	for n := range pick(t, "locations", 1, 1, 2, 2, 3) {
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
	w.drawWays(t)
	for n := range evenly(t, "resources", 0, 4) {
		r := &catalog.Resource{
			ID: id.Resource(fmt.Sprintf("res%d", n)), Position: n, Kind: pick(t, "kind", "chair", "room"),
			Units: evenly(t, "units", 1, 3), Archived: chance(t, "sold", 1),
		}
		if chance(t, "bound", 3) {
			r.Location = w.drawLocation(t)
		}
		w.cat.Resources = append(w.cat.Resources, r)
		for u := range r.Units {
			lane := fmt.Sprintf("%s:%d", r.ID, u+1)
			w.drawRows(t, lane, evenly(t, "unit rows", 0, 3))
		}
	}
	for n := range evenly(t, "services", 1, 3) {
		w.cat.Services = append(w.cat.Services, w.drawService(t, n))
	}
	for n := range evenly(t, "staff", 1, 5) {
		w.drawStaff(t, n)
	}
	w.client = w.drawRows(t, "client", evenly(t, "client rows", 0, 2))
	return w
}

func (w *realm) drawLocation(t *rapid.T) id.Location {
	return pick(t, "location", w.cat.Locations...).ID
}

func (w *realm) drawService(t *rapid.T, n int) *catalog.Service {
	s := &catalog.Service{
		ID:          id.Service(fmt.Sprintf("service%d", n)),
		IntervalMin: pick(t, "interval", 30, 15, 60, 20, 45, 50, 7),
		EdgeStarts:  chance(t, "edges", 5),
	}
	if chance(t, "service buffers", 3) {
		s.BufferBeforeMin, s.BufferAfterMin = pick(t, "before", 0, 5, 15), pick(t, "after", 0, 10, 30)
	}
	if chance(t, "notice", 1) {
		s.NoticeMin = pick(t, "notice_min", 1, 60, 719, 1440)
	}
	if chance(t, "horizon", 2) {
		s.HorizonDays = evenly(t, "days", 1, 4)
	}
	if chance(t, "elsewhere", 1) {
		s.Locations = []id.Location{w.drawLocation(t)}
	}
	for range pick(t, "segments", 1, 1, 2, 2, 3, 4) {
		g := catalog.Segment{DurationMin: pick(t, "duration", 30, 5, 15, 45, 60, 90)}
		if chance(t, "staffed", 7) {
			g.Staff = &catalog.StaffNeed{Count: 1}
			if chance(t, "two", 1) {
				g.Staff.Count = 2
			}
			drawNeed(t, g.Staff)
			for len(g.Team) < 2 && chance(t, "team", 2) {
				g.Team = append(g.Team, catalog.StaffNeed{Count: pick(t, "team count", 1, 1, 1, 2)})
				drawNeed(t, &g.Team[len(g.Team)-1])
			}
		}
		for _, kind := range []string{"chair", "room"} {
			for most := w.likely(kind); chance(t, "needs "+kind, most); most-- { // now and then two pools of a kind
				g.Resources = append(g.Resources, w.drawNeed(t, kind))
			}
		}
		if chance(t, "segment buffers", 3) {
			g.BufferBeforeMin, g.BufferAfterMin = pick(t, "g before", 0, 5, 20, 75), pick(t, "g after", 0, 5, 20, 75)
		}
		s.Segments = append(s.Segments, g)
	}
	return s
}

// likely is how often in ten a segment asks for a kind: seldom for what there is not.
func (w *realm) likely(kind string) int {
	if slices.ContainsFunc(w.cat.Resources, func(r *catalog.Resource) bool { return r.Kind == kind }) {
		return 4
	}
	return 0
}

func (w *realm) drawStaff(t *rapid.T, n int) {
	s := &catalog.Staff{ID: id.Staff(fmt.Sprintf("staff%d", n)), Position: n, AllServices: chance(t, "all", 8), Archived: chance(t, "gone", 1)}
	for _, service := range w.cat.Services {
		if chance(t, "performs", 5) {
			s.Services = append(s.Services, service.ID)
		}
		if chance(t, "likes", 2) {
			s.Preferences.Favourite = append(s.Preferences.Favourite, service.ID)
		}
	}
	for _, skill := range []string{"wash", "colour"} {
		if chance(t, "knows", 7) {
			s.Skills = append(s.Skills, catalog.Skill{Skill: skill, Level: evenly(t, "level", 0, 3)})
		}
	}
	s.Preferences.Priority = evenly(t, "priority", 0, 3)
	w.cat.Staff = append(w.cat.Staff, s)
	if chance(t, "staff has hours", 7) {
		w.book.Staff[s.ID] = w.drawHours(t, true)
	}
	w.drawRows(t, string(s.ID), evenly(t, "staff rows", 0, 6))
	if chance(t, "squeezed before", 2) {
		w.drawRows(t, "overflow "+string(s.ID), 2)
	}
	for chance(t, "break", 2) {
		w.breaks[s.ID] = append(w.breaks[s.ID], w.drawBreak(t))
	}
}

func drawWindow(t *rapid.T) schedule.Window {
	quarter := func(label string, from, to int) int { return 15 * evenly(t, label, from, to) }
	switch evenly(t, "sort", 0, 7) {
	case 0: // the small hours, where the clocks change
		return schedule.Window{FromMin: quarter("from", 0, 16), ToMin: quarter("to", 4, 32)}
	case 1: // across midnight
		return schedule.Window{FromMin: quarter("from", 64, 95), ToMin: quarter("to", 0, 24)}
	case 2: // to the end of the day
		return schedule.Window{FromMin: quarter("from", 40, 90), ToMin: 1440}
	case 3: // anything at all
		return schedule.Window{FromMin: evenly(t, "from", 0, 1439), ToMin: evenly(t, "to", 0, 1440)}
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
	rows := evenly(t, "weekly", 0, 9)
	if chance(t, "never closes", 2) {
		for weekday := 1; weekday <= 7; weekday++ {
			h.Weekly = append(h.Weekly, schedule.Weekly{Weekday: weekday, Window: schedule.Window{ToMin: 1440}})
		}
		rows = 0
	}
	for range rows {
		row := schedule.Weekly{Weekday: (focus+evenly(t, "weekday", -2, 2)+6)%7 + 1, Window: drawWindow(t)}
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
		for range evenly(t, "open", 0, 2) {
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
		start := noon + span.Minutes(5*evenly(t, "row start", -400, 400))
		length := 5 * evenly(t, "row length", 1, 30)
		switch evenly(t, "row sort", 0, 7) {
		case 0:
			r.Exclusive, r.Kind, length = false, availability.RowTimeOff, length*pick(t, "times", 1, 10, 30)
		case 1, 2: // a hold; now is never far from noon, so some have expired
			r.Kind, r.Expires = availability.RowHold, noon+span.Minutes(evenly(t, "expires", -3000, 600))
		case 3:
			start += span.Minutes(evenly(t, "odd minute", 1, 4))
		case 4: // right after another, or closed time that begins in it
			if len(rows) > 0 {
				start = pick(t, "after", rows...).End
			}
			if r.Exclusive = chance(t, "exclusive", 5); !r.Exclusive {
				r.Kind, start = availability.RowTimeOff, start-span.Minutes(pick(t, "back", 0, 5, 10))
			}
		}
		r.Span = span.Span{Start: start, End: start + span.Minutes(length)}
		if len(w.ways) > 0 && w.ways[0] != nil && chance(t, "placed", 6) {
			r.Place = w.drawLocation(t)
		}
		clash := func(o availability.Row) bool { return r.Exclusive && o.Exclusive && o.Span.Meets(r.Span) }
		if !slices.ContainsFunc(rows, clash) {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b availability.Row) int { return int(a.Start - b.Start) })
	w.lanes[lane] = rows
	return rows
}
