package availability_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// ruling is "" for nil, "slot_taken", "conflict" or the rule that shuts.
func ruling(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Code == fault.CodeSlotClosed {
		return f.Rule
	}
	if err != nil {
		return fault.CodeOf(err)
	}
	return ""
}

// salon is a world with a colouring that takes a chair throughout and has
// buffers, for the day's first start.
func salon(t *testing.T) (*world, availability.Placement) {
	w := setup(t)
	w.service.Segments = colour()
	w.service.BufferBeforeMin, w.service.BufferAfterMin = 5, 10
	for i := range w.service.Segments {
		w.service.Segments[i].Resources = needs("chair", 1)
	}
	w.unit("chair", 2)
	p, ok := availability.Assign(w.q, w.f, at("09:30"), "")
	if !ok {
		t.Fatal("the morning is not free")
	}
	return w, p
}

type checkCase struct {
	name   string
	change func(w *world, p *availability.Placement)
	want   string
}

func runCheck(t *testing.T, cases []checkCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := salon(t)
			c.change(w, &p)
			if got := ruling(availability.Check(w.q, w.f, p)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestCheckOfLanes(t *testing.T) {
	t.Parallel()
	runCheck(t, []checkCase{
		{"as assigned", func(*world, *availability.Placement) {}, ""},
		{"somebody has the lead", func(w *world, _ *availability.Placement) {
			w.f.Staff[0].Rows = []availability.Row{taken("10:59-11:01")}
		}, "slot_taken"},
		{"somebody has the lead's buffer", func(w *world, _ *availability.Placement) {
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-09:26")}
		}, "slot_taken"},
		{"somebody has the lead while the colour works", func(w *world, _ *availability.Placement) {
			w.f.Staff[0].Rows = []availability.Row{taken("09:50-10:30")}
		}, ""},
		{"somebody has the chair", func(w *world, _ *availability.Placement) {
			w.f.Units[0].Rows = []availability.Row{taken("10:00-10:10")}
		}, "slot_taken"},
		{"the other chair is nothing to us", func(w *world, _ *availability.Placement) {
			w.f.Units[1].Rows = []availability.Row{taken("10:00-10:10")}
		}, ""},
		{"taken comes before closed", func(w *world, _ *availability.Placement) {
			w.f.Staff[0].Rows = []availability.Row{off("00:00-24:00"), taken("09:30-09:40")}
		}, "slot_taken"},
		{"time off", func(w *world, _ *availability.Placement) {
			w.f.Staff[0].Rows = []availability.Row{off("00:00-24:00")}
		}, "time_off"},
		{"a chair in repair", func(w *world, _ *availability.Placement) {
			w.f.Units[0].Rows = []availability.Row{off("00:00-24:00")}
		}, "time_off"},
		{"the place closed", func(w *world, _ *availability.Placement) {
			w.f.Places[0].Rows = []availability.Row{off("10:40-11:00")}
		}, "time_off"},
	})
}

func TestCheckOfRules(t *testing.T) {
	t.Parallel()
	runCheck(t, []checkCase{
		{"past", func(w *world, _ *availability.Placement) { w.q.Now = at("09:31") }, "past"},
		{"past comes before taken", func(w *world, _ *availability.Placement) {
			w.q.Now = at("09:31")
			w.f.Staff[0].Rows = []availability.Row{taken("09:30-09:40")}
		}, "past"},
		{"notice", func(w *world, _ *availability.Placement) { w.service.NoticeMin = 600 }, "notice"},
		{"horizon", func(w *world, _ *availability.Placement) {
			w.service.HorizonDays, w.q.Now = 1, at("-48:00")
		}, "horizon"},
		{"hours", func(w *world, _ *availability.Placement) {
			w.f.Staff[0].Open[0].Spans = times("09:30-10:45")
		}, "hours"},
		{"not at work at all", func(w *world, _ *availability.Placement) { w.f.Staff[0].Open = nil }, "hours"},
		{"grid", func(w *world, _ *availability.Placement) { w.service.IntervalMin = 60 }, "grid"},
		{"an edge makes up for the grid", func(w *world, _ *availability.Placement) {
			w.service.IntervalMin, w.service.EdgeStarts = 60, true
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-09:25")}
		}, ""},
		{"the edge is gone", func(w *world, _ *availability.Placement) {
			w.service.IntervalMin, w.service.EdgeStarts = 60, true
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-09:24")}
		}, "grid"},
	})
}

func TestCheckOfParties(t *testing.T) {
	t.Parallel()
	runCheck(t, []checkCase{
		{"does not perform it", func(w *world, _ *availability.Placement) { w.f.Staff[0].Staff.AllServices = false }, "staff"},
		{"does not know it", func(w *world, _ *availability.Placement) { w.service.Segments[2].Staff.Skill = "wash" }, "skill"},
		{"nobody we know", func(w *world, _ *availability.Placement) { w.f.Staff = w.f.Staff[1:] }, "staff"},
		{"no chair we know", func(w *world, _ *availability.Placement) { w.f.Units = nil }, "resource"},
		{"a chair elsewhere", func(w *world, _ *availability.Placement) { w.f.Units[0].Resource.Location = "there" }, "resource"},
		{"another was named", func(w *world, _ *availability.Placement) { w.q.Visit[0].Staff = "b" }, "staff"},
		{"somebody takes over", func(_ *world, p *availability.Placement) {
			p.Items[0].Segments[2].Staff = []id.Staff{"b"}
		}, "staff"},
		{"changes chairs", func(_ *world, p *availability.Placement) {
			p.Items[0].Segments[2].Units = []string{"chair:2"}
		}, "resource"},
		{"the client is elsewhere", func(w *world, _ *availability.Placement) {
			w.f.Client = []availability.Row{taken("08:00-09:31")}
		}, "client"},
		{"not at this place", func(w *world, _ *availability.Placement) { w.q.Location = "there" }, "location"},
		{"a place nobody knows", func(_ *world, p *availability.Placement) { p.Location = "there" }, "location"},
		{"not offered here", func(w *world, _ *availability.Placement) {
			w.service.Locations = []id.Location{"there"}
		}, "location"},
		{"the service grew", func(w *world, _ *availability.Placement) { w.service.Segments[1].DurationMin++ }, "conflict"},
		{"other services", func(_ *world, p *availability.Placement) { p.Items[0].Service = "shave" }, "conflict"},
		{"the same person twice", func(w *world, p *availability.Placement) {
			w.service.Segments[0].Staff = &catalog.StaffNeed{Count: 2}
			p.Items[0].Segments[0].Staff = []id.Staff{"a", "a"}
		}, "conflict"},
		{"a segment lost its staff", func(_ *world, p *availability.Placement) { p.Items[0].Segments[2].Staff = nil }, "conflict"},
		{"the lead is not in it", func(_ *world, p *availability.Placement) { p.Lead = "b" }, "conflict"},
	})
}

func TestCheckByStaff(t *testing.T) {
	t.Parallel()
	runCheck(t, []checkCase{
		{"override passes rules", func(w *world, _ *availability.Placement) {
			w.q.Override, w.q.Now, w.service.IntervalMin = true, at("24:00"), 60
			w.f.Staff[0].Open, w.f.Staff[0].Rows = nil, []availability.Row{off("00:00-24:00")}
			w.f.Places[0].Rows = []availability.Row{off("00:00-24:00")}
		}, ""},
		{"override never passes a taken lane", func(w *world, _ *availability.Placement) {
			w.q.Override = true
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-09:26")}
		}, "slot_taken"},
		{"override never passes the client's other visit", func(w *world, _ *availability.Placement) {
			w.q.Override = true
			w.f.Client = []availability.Row{taken("09:00-09:31")}
		}, "client"},
		{"a squeeze-in passes the lane", func(w *world, _ *availability.Placement) {
			w.q.Squeeze = true
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-09:40")}
		}, ""},
		{"but not another squeeze-in", func(w *world, _ *availability.Placement) {
			w.q.Squeeze = true
			w.f.Staff[0].Overflow = []availability.Row{taken("09:00-09:40")}
		}, "slot_taken"},
	})
}

func TestCheckOfPlaceAlone(t *testing.T) {
	t.Parallel()
	for clock, want := range map[string]string{"09:00": "", "16:45": "hours", "09:10": "grid", "08:30": "hours"} {
		w := setup(t)
		w.service.Segments = []catalog.Segment{{DurationMin: 30}}
		p := availability.Placement{
			Start: at(clock), End: at(clock) + 30*span.Minute, Location: "here",
			Items: []availability.Item{{Service: "cut", Segments: []availability.Part{{Start: at(clock), End: at(clock) + 30*span.Minute}}}},
		}
		if got := ruling(availability.Check(w.q, w.f, p)); got != want {
			t.Errorf("%s: got %q, want %q", clock, got, want)
		}
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	w, p := salon(t)
	claim := func(kind availability.LaneKind, name, clocks string) availability.Claim {
		return availability.Claim{Lane: availability.Lane{Kind: kind, ID: name}, Span: between(clocks)}
	}
	want := []availability.Claim{
		claim("staff", "a", "09:25-09:50"), claim("staff", "a", "10:30-11:00"), claim("unit", "chair:1", "09:25-11:00"),
	}
	if diff := cmp.Diff(want, availability.Claims(w.q, p)); diff != "" {
		t.Error(diff)
	}
	w.q.Squeeze = true
	want[0].Lane.Kind, want[1].Lane.Kind = "overflow", "overflow"
	if diff := cmp.Diff(want, availability.Claims(w.q, p)); diff != "" {
		t.Error(diff)
	}
	w.service.Segments[0].BufferAfterMin = 40 // the buffer closes the gap
	if got := availability.Claims(w.q, p); len(got) != 2 || got[0].Span != between("09:25-11:00") {
		t.Errorf("merged: %v", got)
	}
	p.Items = nil
	if got := availability.Claims(w.q, p); got != nil {
		t.Errorf("of another visit: %v", got)
	}
}

func TestClaimsMergeBuffersOfOneVisit(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.alone("09:00-12:00")
	w.service.BufferBeforeMin, w.service.BufferAfterMin = 5, 10
	w.q.Visit = append(w.q.Visit, w.q.Visit[0]) // its own buffers meet, and do not disturb it
	p, ok := availability.Assign(w.q, w.f, at("09:00"), "")
	if got := availability.Claims(w.q, p); !ok || len(got) != 1 || got[0].Span != between("08:55-10:10") {
		t.Errorf("%v %v", ok, got)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	w := setup(t)
	third := w.f.Staff[1]
	third.Staff = &catalog.Staff{ID: "c", AllServices: true}
	w.f.Staff = append(w.f.Staff, third)
	dead := taken("15:00-17:00")
	dead.Expires = w.q.Now
	w.f.Staff[0].Rows = []availability.Row{taken("-10:00-00:00"), taken("10:00-10:30"), off("13:00-14:00"), dead}
	w.f.Staff[1].Rows = []availability.Row{taken("10:00-11:00")}
	w.f.Staff[2].Rows = []availability.Row{taken("11:00-11:30")}
	if got := availability.Choose(w.q, w.f, at("09:00")); !slices.Equal(got, []id.Staff{"a", "c", "b"}) {
		t.Errorf("least booked first, then by position: %v", got)
	}
	if got := availability.Choose(w.q, w.f, at("10:00")); !slices.Equal(got, []id.Staff{"c"}) {
		t.Errorf("only the free: %v", got)
	}
	if got := availability.Choose(w.q, w.f, at("09:10")); got != nil {
		t.Errorf("shut: %v", got)
	}
}

func TestMargins(t *testing.T) {
	t.Parallel()
	w, _ := salon(t)
	before, after := availability.Margins(w.q.Visit)
	if before != 6*span.Minute || after != 91*span.Minute {
		t.Errorf("%d and %d minutes", before/span.Minute, after/span.Minute)
	}
}
