package sample_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kept/booking"
	"kept/catalog"
	"kept/id"
	"kept/internal/demo/sample"
	"kept/span"
)

// taken is a stretch of somebody's or something's time, as the test reads it
// out of a visit without the engine's help.
type taken struct {
	span.Span
	visit id.Booking
}

// lanes lays all visits out by who and what takes part in them.
func lanes(t *testing.T, w *sample.World) map[string][]taken {
	t.Helper()
	out := map[string][]taken{}
	for _, v := range w.Visits {
		if !v.Status.Occupies() {
			continue
		}
		s := service(w, v)
		own := map[string][]span.Span{}
		at := v.Start
		for i, g := range s.Segments {
			part := v.Placement.Items[0].Segments[i]
			body := span.Span{Start: at, End: at + span.Minutes(g.DurationMin)}
			at = body.End
			if part.Start != body.Start || part.End != body.End {
				t.Fatalf("%s: segment %d lies at %v, want %v", v.ID, i, part, body)
			}
			claim := body.Widen(span.Minutes(g.BufferBeforeMin), span.Minutes(g.BufferAfterMin))
			if i == 0 {
				claim = claim.Widen(span.Minutes(s.BufferBeforeMin), 0)
			}
			if i == len(s.Segments)-1 {
				claim = claim.Widen(0, span.Minutes(s.BufferAfterMin))
			}
			for _, who := range part.Staff {
				own["staff "+string(who)] = append(own["staff "+string(who)], claim)
			}
			for _, unit := range part.Units {
				own["unit "+unit] = append(own["unit "+unit], claim)
			}
		}
		own["client "+string(v.Client)] = []span.Span{{Start: v.Start, End: at}}
		for lane, spans := range own {
			for _, merged := range span.SetOf(spans...) {
				out[lane] = append(out[lane], taken{merged, v.ID})
			}
		}
	}
	return out
}

func nothingIsTakenTwice(t *testing.T, w *sample.World, _ span.Instant) {
	all := lanes(t, w)
	for lane, rows := range all {
		for i, a := range rows {
			for _, b := range rows[i+1:] {
				if a.Start < b.End && b.Start < a.End {
					t.Errorf("%s: %s and %s overlap: %v %v", lane, a.visit, b.visit, a.Span, b.Span)
				}
			}
		}
	}
	for _, off := range w.Layout.TimeOff {
		for lane, rows := range all {
			mine := lane == "staff "+string(off.Staff) || off.Resource != "" && len(lane) > 41 && lane[5:41] == string(off.Resource)
			for _, r := range rows {
				if mine && r.Meets(off.Span) {
					t.Errorf("%s is off and has %s", lane, r.visit)
				}
			}
		}
	}
}

// rolesOf lists who must be there, one by one, the team after the others.
func rolesOf(g catalog.Segment) (out []*catalog.StaffNeed) {
	all := g.Team
	if g.Staff != nil {
		all = append([]catalog.StaffNeed{*g.Staff}, g.Team...)
	}
	for i := range all {
		for range all[i].Count {
			out = append(out, &all[i])
		}
	}
	return out
}

func whoTakesPartMay(t *testing.T, w *sample.World, now span.Instant) {
	zone := zoneOf(t, w)
	today := span.DateOf(now.In(zone))
	reach := span.Span{Start: today.AddDays(-sample.Past).Start(zone), End: today.AddDays(sample.Future + 1).Start(zone)}
	hours := map[string]span.Set{}
	for _, s := range w.Layout.Staff {
		for _, l := range w.Layout.Locations {
			hours[fmt.Sprint(s.ID, l.ID)] = w.Layout.Hours.OpenAt(s.ID, l.ID, reach, zone)
		}
	}
	for _, v := range w.Visits {
		s := service(w, v)
		if len(s.Locations) > 0 && !slices.Contains(s.Locations, v.Location) || v.Location != v.Placement.Location {
			t.Errorf("%s: %s is not offered there", v.ID, s.Names["en"])
		}
		for i, part := range v.Placement.Items[0].Segments {
			need := s.Segments[i]
			roles := rolesOf(need)
			if len(part.Staff) != len(roles) {
				t.Errorf("%s: segment %d has staff %v", v.ID, i, part.Staff)
			}
			for n, who := range part.Staff[:min(len(part.Staff), len(roles))] {
				if m := staff(w, who); !m.Performs(s.ID) || !m.Knows(roles[n]) {
					t.Errorf("%s: %s may not do %s", v.ID, m.Names["en"], s.Names["en"])
				}
				if !hours[fmt.Sprint(who, v.Location)].Covers(span.Span{Start: part.Start, End: part.End}) {
					t.Errorf("%s: %s does not work then and there", v.ID, staff(w, who).Names["en"])
				}
			}
			count := map[string]int{}
			for _, unit := range part.Units {
				r := w.Layout.Resources[slices.IndexFunc(w.Layout.Resources, func(r *catalog.Resource) bool {
					return string(r.ID) == unit[:36]
				})]
				if r.Location != v.Location {
					t.Errorf("%s: %s stands elsewhere", v.ID, r.Names["en"])
				}
				if pool := poolOf(need, r.Kind); len(pool) > 0 && !slices.Contains(pool, r.ID) {
					t.Errorf("%s: %s is not one of those that %s takes", v.ID, r.Names["en"], s.Names["en"])
				}
				count[r.Kind]++
			}
			for _, need := range need.Resources {
				if count[need.Kind] != need.Count {
					t.Errorf("%s: segment %d has %v, needs %v", v.ID, i, count, need)
				}
			}
		}
	}
}

// poolOf is which resources of a kind a segment takes; none for all of them.
func poolOf(g catalog.Segment, kind string) []id.Resource {
	for _, need := range g.Resources {
		if need.Kind == kind {
			return need.AnyOf
		}
	}
	return nil
}

func sharesAreBelievable(t *testing.T, w *sample.World, now span.Instant) {
	past, ahead, count := 0.0, 0.0, map[booking.Status]float64{}
	cash, paid := 0.0, 0.0
	for _, v := range w.Visits {
		if v.Start+span.Hour*4 > now {
			ahead++
			continue
		}
		past++
		count[v.Status]++
		if v.Paid != nil {
			paid++
			if *v.Paid != service(w, v).Price {
				t.Errorf("%s: paid %v", v.ID, *v.Paid)
			}
			if v.Method == "cash" {
				cash++
			}
		}
		free := service(w, v).Price.Amount == 0
		if (v.Status == booking.Completed && !free) != (v.Paid != nil) || (v.Method == "") != (v.Paid == nil) {
			t.Errorf("%s: %s, paid %v by %q", v.ID, v.Status, v.Paid, v.Method)
		}
	}
	for status, want := range map[booking.Status][2]float64{
		booking.Completed: {0.83, 0.92}, booking.Cancelled: {0.06, 0.10}, booking.NoShow: {0.035, 0.07},
		booking.Confirmed: {0, 0}, booking.CheckedIn: {0, 0}, booking.Requested: {0, 0},
	} {
		if got := count[status] / past; got < want[0] || got > want[1] {
			t.Errorf("%s: %.3f of the past, want %v", status, got, want)
		}
	}
	if past < 850 || past > 1700 || ahead < 100 || ahead > 450 || cash/paid < 0.2 || cash/paid > 0.8 {
		t.Errorf("%v behind, %v ahead, %.2f in cash", past, ahead, cash/paid)
	}
}

// load is the share of the staff's hours that is taken in a span of days.
func load(w *sample.World, all map[string][]taken, from, to span.Date, zone *time.Location) float64 {
	var taken, works span.Instant
	for d := from; d.Before(to); d = d.AddDays(1) {
		if d.Weekday() > 5 {
			continue
		}
		day := d.Span(zone)
		for _, s := range w.Layout.Staff {
			var hours, off span.Set
			for _, l := range w.Layout.Locations {
				hours = hours.Union(w.Layout.Hours.OpenAt(s.ID, l.ID, day, zone).Clip(day))
			}
			for _, o := range w.Layout.TimeOff {
				if o.Staff == s.ID {
					off = off.Union(span.Set{o.Span})
				}
			}
			works += hours.Subtract(off).Length()
			for _, r := range all["staff "+string(s.ID)] {
				taken += r.Intersect(day).Length()
			}
		}
	}
	return float64(taken) / float64(works)
}

func daysThinOut(t *testing.T, w *sample.World, now span.Instant) {
	zone := zoneOf(t, w)
	today := span.DateOf(now.In(zone))
	all := lanes(t, w)
	for from := -sample.Past; from < 0; from += 20 {
		if got := load(w, all, today.AddDays(from), today.AddDays(from+20), zone); got < 0.70 || got > 0.85 {
			t.Errorf("from day %d on, %.2f of the time is taken", from, got)
		}
	}
	next := load(w, all, today.AddDays(1), today.AddDays(8), zone)
	later := load(w, all, today.AddDays(15), today.AddDays(22), zone)
	last := load(w, all, today.AddDays(23), today.AddDays(31), zone)
	if next < 0.35 || next > 0.75 || later > next*0.7 || last > later*1.2 || last <= 0 {
		t.Errorf("ahead: %.2f, then %.2f, then %.2f", next, later, last)
	}
}

func timesAreInOrder(t *testing.T, w *sample.World, now span.Instant) {
	known := map[id.Client]span.Instant{}
	for _, c := range w.Clients {
		known[c.ID] = c.CreatedAt
	}
	count := map[booking.Status]int{}
	for _, v := range w.Visits {
		s := service(w, v)
		if v.CreatedAt > now || v.CreatedAt > v.Start-span.Minutes(s.NoticeMin) ||
			v.CreatedAt < v.Start-span.Instant(s.HorizonDays)*span.Day {
			t.Errorf("%s: %s starts %v and was booked %v", v.ID, s.Names["en"], v.Start, v.CreatedAt)
		}
		if made, ok := known[v.Client]; !ok || made > v.CreatedAt {
			t.Errorf("%s: the client is younger than the booking", v.ID)
		}
		if v.Attendance != 0 && (v.Attendance > now || v.Attendance < v.CreatedAt || v.Attendance > v.Start) {
			t.Errorf("%s: attendance confirmed at %v", v.ID, v.Attendance)
		}
		end := v.Placement.End
		const slack = 20 * span.Minute // people come and go a little late
		switch v.Status {
		case booking.Completed:
			if end > now {
				t.Errorf("%s is completed before it ends", v.ID)
			}
		case booking.CheckedIn:
			if v.Start > now+slack || end < now-slack {
				t.Errorf("%s is checked in at %v for %v", v.ID, now, v.Start)
			}
		case booking.NoShow:
			if v.Start > now {
				t.Errorf("%s is missed before it began", v.ID)
			}
		case booking.Confirmed, booking.Requested:
			if v.Start < now-slack {
				t.Errorf("%s is %s and over", v.ID, v.Status)
			}
			if v.Attendance != 0 {
				count["answered"]++
			}
		case booking.Cancelled:
		default:
			t.Errorf("%s is %s", v.ID, v.Status)
		}
		count[v.Status]++
	}
	if count[booking.Requested] == 0 {
		t.Error("nothing is left to approve")
	}
}

func TestADayGoesOn(t *testing.T) {
	t.Parallel()
	for _, slug := range sample.Slugs() {
		w := world(t, slug, instant(t, "2026-11-25T09:30:00Z"))
		midnight := span.Date{Year: 2026, Month: 11, Day: 25}.Start(zoneOf(t, w))
		before := -1
		for _, hour := range []int{0, 11, 15, 22} {
			now := midnight + span.Minutes(hour*60+10)
			count := map[booking.Status]int{}
			for _, v := range world(t, slug, now).Visits {
				if v.Start >= midnight && v.Start < midnight+span.Day {
					count[v.Status]++
				}
			}
			if done := count[booking.Completed]; done < before || hour == 0 && done > 0 {
				t.Errorf("%s at %d: %d are done, %d were", slug, hour, done, before)
			} else {
				before = done
			}
			if hour == 11 && (count[booking.Completed] == 0 || count[booking.Confirmed] == 0 || count[booking.CheckedIn] == 0) {
				t.Errorf("%s in the morning: %v", slug, count)
			}
			if hour == 22 && count[booking.Completed] < 10 {
				t.Errorf("%s in the evening: %v", slug, count)
			}
		}
	}
}
