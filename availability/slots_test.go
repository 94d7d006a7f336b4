package availability_test

import (
	"testing"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/span"
)

type slotCase struct {
	name   string
	change func(w *world)
	want   string
}

func runSlots(t *testing.T, cases []slotCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			c.change(w)
			if got := w.slots(); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestHoursAndGrid(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"every step of the hours", func(w *world) { w.alone("09:00-10:30") }, "09:00a 09:30a 10:00a"},
		{"grid hangs on the span's start", func(w *world) { w.alone("09:10-10:30") }, "09:10a 09:40a"},
		{"each span has its own grid", func(w *world) { w.alone("09:10-10:00 13:05-14:00") }, "09:10a 13:05a"},
		{"touching spans are one", func(w *world) { w.alone("09:10-10:00 10:00-11:00") }, "09:10a 09:40a 10:10a"},
		{"a span too short", func(w *world) { w.alone("09:00-09:29") }, ""},
		{"step wider than the service", func(w *world) { w.alone("09:00-12:00"); w.service.IntervalMin = 75 }, "09:00a 10:15a 11:30a"},
		{"no step: back to back", func(w *world) { w.alone("09:00-10:40"); w.service.IntervalMin = 0 }, "09:00a 09:30a 10:00a"},
		{"window holds its start and not its end", func(w *world) {
			w.alone("09:00-12:00")
			w.q.Window = between("09:30-10:30")
		}, "09:30a 10:00a"},
		{"hours across midnight keep their grid", func(w *world) {
			w.alone("-02:00-01:00")
			w.service.IntervalMin = 50
		}, "00:30a"},
		{"nobody works", func(w *world) { w.f.Staff[0].Open, w.f.Staff[1].Open = nil, nil }, ""},
		{"no segments", func(w *world) { w.service.Segments = nil }, ""},
		{"both, where both can", func(w *world) {
			w.f.Staff[0].Open[0].Spans, w.f.Staff[1].Open[0].Spans = times("09:00-10:00"), times("09:30-10:30")
		}, "09:00a 09:30ab 10:00b"},
		{"grids of their own", func(w *world) {
			w.f.Staff[0].Open[0].Spans, w.f.Staff[1].Open[0].Spans = times("09:00-10:00"), times("09:20-10:20")
		}, "09:00a 09:20b 09:30a 09:50b"},
		{"starts off the minute", func(w *world) {
			w.f.Staff[0].Open[0].Spans = span.Set{{Start: at("09:00") + 1, End: at("10:00")}}
			w.f.Staff[1].Open[0].Spans = times("09:00-10:00")
		}, "09:00b 09:00a 09:30b"},
	})
}

func TestRows(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"a booking is in the way, whoever touches it is not", func(w *world) {
			w.alone("09:00-12:00")
			w.f.Staff[0].Rows = []availability.Row{taken("10:00-10:40")}
		}, "09:00a 09:30a 11:00a 11:30a"},
		{"time off is in the way", func(w *world) {
			w.alone("09:00-12:00")
			w.f.Staff[0].Rows = []availability.Row{off("-48:00-10:10"), taken("09:30-10:00"), taken("11:00-11:30")}
		}, "10:30a 11:30a"},
		{"a hold counts until it expires", func(w *world) {
			w.alone("09:00-10:30")
			live, dead := taken("09:00-09:30"), taken("10:00-10:30")
			live.Expires, dead.Expires = w.q.Now+1, w.q.Now
			w.f.Staff[0].Rows = []availability.Row{live, dead}
		}, "09:30a 10:00a"},
		{"a move does not see its own rows", func(w *world) {
			w.alone("09:00-10:00")
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-10:00")}
			w.q.Except = "booked"
		}, "09:00a 09:30a"},
		{"the other one is free", func(w *world) {
			w.q.Window = between("09:00-10:00")
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-09:30")}
		}, "09:00b 09:30ab"},
		{"the place is closed", func(w *world) {
			w.alone("09:00-11:00")
			w.f.Places[0].Rows = []availability.Row{off("09:10-10:00")}
		}, "10:00a 10:30a"},
		{"the client is elsewhere, buffers not counted", func(w *world) {
			w.alone("09:00-11:00")
			w.service.BufferAfterMin = 10
			w.f.Client = []availability.Row{taken("09:30-10:00")}
		}, "09:00a 10:00a 10:30a"},
		{"buffers keep off bookings", func(w *world) {
			w.alone("09:00-12:00")
			w.service.BufferBeforeMin, w.service.BufferAfterMin = 5, 10
			w.f.Staff[0].Rows = []availability.Row{taken("10:30-11:00")}
		}, "09:00a 09:30a 11:30a"},
		{"buffers keep off time off", func(w *world) {
			w.alone("09:00-12:00")
			w.service.BufferBeforeMin, w.service.BufferAfterMin = 5, 10
			w.f.Staff[0].Rows = []availability.Row{off("10:30-11:00")}
		}, "09:00a 09:30a 11:30a"},
		{"buffers may stick out of the hours", func(w *world) {
			w.alone("09:00-10:00")
			w.service.BufferBeforeMin, w.service.BufferAfterMin = 15, 15
		}, "09:00a 09:30a"},
		{"a squeeze-in sees the overflow lane and time off", func(w *world) {
			w.alone("09:00-11:00")
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-10:30"), off("10:30-11:00")}
			w.f.Staff[0].Overflow = []availability.Row{taken("09:30-10:00")}
			w.q.Squeeze = true
		}, "09:00a 10:00a"},
	})
}

func TestEdges(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"after and before a booking", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts = true
			w.f.Staff[0].Rows = []availability.Row{taken("10:10-10:50")}
		}, "09:00a 09:30a 09:40a 10:50a 11:00a 11:30a"},
		{"with buffers", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts = true
			w.service.BufferBeforeMin, w.service.BufferAfterMin = 5, 10
			w.f.Staff[0].Rows = []availability.Row{taken("10:10-10:50")}
		}, "09:00a 09:30a 10:55a 11:00a 11:30a"},
		{"off", func(w *world) {
			w.alone("09:00-12:00")
			w.f.Staff[0].Rows = []availability.Row{taken("10:10-10:50")}
		}, "09:00a 09:30a 11:00a 11:30a"},
		{"an edge on the grid is one start", func(w *world) {
			w.alone("09:00-10:30")
			w.service.EdgeStarts = true
			w.f.Staff[0].Rows = []availability.Row{taken("09:30-10:00")}
		}, "09:00a 10:00a"},
		{"a gap that fits exactly", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts = true
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-10:10"), taken("10:40-12:00")}
		}, "10:10a"},
		{"time off makes no edge", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts = true
			w.f.Staff[0].Rows = []availability.Row{off("10:10-10:50")}
		}, "09:00a 09:30a 11:00a 11:30a"},
		{"time off over a booking's end hides its edge", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts = true
			w.f.Staff[0].Rows = []availability.Row{taken("10:00-10:50"), off("10:20-10:55")}
		}, "09:00a 09:30a 11:00a 11:30a"},
		{"time off that ends with a booking does not", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts = true
			w.f.Staff[0].Rows = []availability.Row{taken("10:00-10:50"), off("10:20-10:50")}
		}, "09:00a 09:30a 10:50a 11:00a 11:30a"},
	})
}

func TestEdgesAtTheLimits(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"edges stay within hours", func(w *world) {
			w.alone("09:00-10:00")
			w.service.EdgeStarts = true
			w.f.Staff[0].Rows = []availability.Row{taken("08:00-08:50"), taken("10:10-11:00")}
		}, "09:00a 09:30a"},
		{"an expired hold makes no edge", func(w *world) {
			w.alone("09:00-10:00")
			w.service.EdgeStarts = true
			dead := taken("09:00-09:10")
			dead.Expires = w.q.Now
			w.f.Staff[0].Rows = []availability.Row{dead}
		}, "09:00a 09:30a"},
		{"the last claim of the lead ends at a booking", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts, w.service.IntervalMin = true, 60
			w.service.Segments = []catalog.Segment{staffed(20), {DurationMin: 20}, staffed(20)}
			w.f.Staff[0].Rows = []availability.Row{taken("11:10-12:00")}
		}, "09:00a 10:00a 10:10a"},
		{"an edge between the lead's claims is none", func(w *world) {
			w.alone("09:00-12:00")
			w.service.EdgeStarts, w.service.IntervalMin = true, 60
			w.service.Segments = []catalog.Segment{staffed(20), {DurationMin: 20}, staffed(20)}
			w.f.Staff[0].Rows = []availability.Row{taken("10:25-10:40")}
		}, "09:00a 09:25a 10:00a 10:40a 11:00a"},
	})
}

func TestStartRules(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"past, but for this very moment", func(w *world) {
			w.alone("09:00-11:00")
			w.q.Now = at("10:00")
		}, "10:00a 10:30a"},
		{"notice", func(w *world) {
			w.alone("09:00-11:00")
			w.q.Now, w.service.NoticeMin = at("08:00"), 90
		}, "09:30a 10:00a 10:30a"},
		{"horizon counts local days", func(w *world) {
			w.alone("09:00-09:30 33:00-33:30 57:00-57:30")
			w.q.Window, w.q.Now, w.service.HorizonDays = between("00:00-96:00"), at("00:00"), 1
		}, "09:00a 09:00a"},
		{"horizon in the place's zone", func(w *world) {
			// At 20:00 UTC it is Tuesday in Taipei, so that Wednesday there, until 16:00 UTC on Wednesday, is in.
			w.alone("62:00-66:00")
			w.f.Places[0].Zone = time.FixedZone("Taipei", 8*3600)
			w.q.Window, w.q.Now, w.service.HorizonDays = between("00:00-96:00"), at("20:00"), 1
		}, "14:00a 14:30a 15:00a 15:30a"},
		{"the strictest service rules the visit", func(w *world) {
			w.alone("09:00-12:00 33:00-34:00")
			other := *w.service
			other.NoticeMin, other.HorizonDays, w.service.HorizonDays = 600, 1, 9
			w.q.Visit = append(w.q.Visit, availability.Want{Service: &other})
			w.q.Window = between("00:00-96:00")
		}, "10:00a 10:30a 11:00a 09:00a"},
		{"a service of other places", func(w *world) { w.service.Locations = append(w.service.Locations, "there") }, ""},
		{"override passes all but taken lanes", func(w *world) {
			w.alone("09:00-10:00")
			w.q.Now, w.service.HorizonDays, w.q.Override = at("48:00"), 1, true
			w.q.Window = between("10:45-13:00")
			w.f.Staff[0].Rows = []availability.Row{off("00:00-24:00"), taken("11:50-12:10")}
		}, "10:45a 11:15a 12:15a 12:45a"},
	})
}
