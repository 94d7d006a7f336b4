package availability_test

import (
	"fmt"
	"strings"
	"testing"

	"kept/availability"
	"kept/catalog"
	"kept/id"
)

// colour is a service of 20 staffed, 40 processing and 20 staffed minutes.
func colour() []catalog.Segment {
	return []catalog.Segment{staffed(20), {DurationMin: 40}, staffed(20)}
}

func TestParties(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"only who performs it", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.f.Staff[0].Staff.AllServices = false
		}, "09:00b"},
		{"only who knows it well enough", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.service.Segments[0].Staff = &catalog.StaffNeed{Count: 1, Skill: "colour", Level: 2}
			w.f.Staff[0].Staff.Skills = []catalog.Skill{{Skill: "colour", Level: 1}}
			w.f.Staff[1].Staff.Skills = []catalog.Skill{{Skill: "colour", Level: 2}}
		}, "09:00b"},
		{"the one named", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.q.Visit[0].Staff = "b"
		}, "09:00b"},
		{"nobody of that name", func(w *world) { w.q.Visit[0].Staff = "z" }, ""},
	})
}

func TestSegments(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"processing frees the staff", func(w *world) {
			w.alone("09:00-10:20")
			w.service.Segments = colour()
			w.f.Staff[0].Rows = []availability.Row{taken("09:20-10:00")}
		}, "09:00a"},
		{"within an item nobody takes over", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.service.Segments = colour()
			w.f.Staff[0].Rows = []availability.Row{taken("10:10-10:20")}
		}, "09:00b"},
		{"unless the lead lacks the skill", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.service.Segments = colour()
			w.service.Segments[2].Staff = &catalog.StaffNeed{Count: 1, Skill: "wash"}
			w.f.Staff[1].Staff.Skills = []catalog.Skill{{Skill: "wash"}}
			w.f.Staff[0].Rows = []availability.Row{taken("10:10-10:20")}
		}, "09:00ab"},
		{"two at once", func(w *world) {
			w.q.Window = between("09:00-10:30")
			w.service.Segments[0].Staff.Count = 2
			w.f.Staff[1].Rows = []availability.Row{taken("09:30-10:00")}
		}, "09:00ab 10:00ab"},
		{"processing may run into the break", func(w *world) {
			w.alone("11:40-12:00 12:40-13:00")
			w.service.Segments = colour()
		}, "11:40a"},
		{"begins with processing: grid of the visit's start", func(w *world) {
			w.alone("09:00-11:00")
			w.service.Segments = []catalog.Segment{{DurationMin: 50}, staffed(20)}
		}, "09:00a 09:30a"},
		{"nobody needed: the place's hours", func(w *world) {
			w.q.Window = between("15:30-24:00")
			w.service.Segments = []catalog.Segment{{DurationMin: 45}}
		}, "15:30 16:00"},
		{"nobody needed, but a unit", func(w *world) {
			w.q.Window = between("15:00-24:00")
			w.service.Segments = []catalog.Segment{{DurationMin: 30, Resources: needs("sauna", 1)}}
			w.unit("sauna", 1)
			w.f.Units[0].Rows = []availability.Row{taken("15:40-16:00")}
		}, "15:00 16:00 16:30"},
	})
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"several places", func(w *world) {
			w.q.Location, w.q.Window = "", between("09:00-10:00")
			w.f.Places = append(w.f.Places, availability.Place{ID: "there"})
			w.f.Staff[1].Open = []availability.Open{{Place: 1, Spans: times("09:30-12:00")}}
		}, "09:00a 09:30ab"},
		{"one of several places", func(w *world) {
			w.q.Location, w.q.Window = "there", between("09:00-10:00")
			w.f.Places = append(w.f.Places, availability.Place{ID: "there"})
			w.f.Staff[1].Open = []availability.Open{{Place: 1, Spans: times("09:30-12:00")}}
		}, "09:30b"},
	})
}

func TestUnits(t *testing.T) {
	t.Parallel()
	runSlots(t, []slotCase{
		{"no unit of the kind", func(w *world) { w.service.Segments[0].Resources = needs("chair", 1) }, ""},
		{"as many at once as there are units", func(w *world) {
			w.q.Window = between("09:00-10:30")
			w.service.Segments[0].Resources = needs("chair", 2)
			w.unit("chair", 2)
			w.f.Units[1].Rows = []availability.Row{taken("09:30-10:00")}
		}, "09:00ab 10:00ab"},
		{"a kind named twice adds up", func(w *world) {
			w.service.Segments[0].Resources = append(needs("chair", 1), needs("chair", 1)...)
			w.unit("chair", 1)
		}, ""},
		{"none asked for, none needed", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.service.Segments[0].Resources = needs("chair", 0)
		}, "09:00ab"},
		{"units of another place", func(w *world) {
			w.service.Segments[0].Resources = needs("chair", 1)
			w.unit("chair", 2).Location = "there"
		}, ""},
		{"units keep the service's buffers", func(w *world) {
			w.alone("09:00-11:00")
			w.service.Segments[0].Resources = needs("chair", 1)
			w.service.BufferAfterMin = 10
			w.unit("chair", 1)
			w.f.Units[0].Rows = []availability.Row{taken("10:00-10:30")}
		}, "09:00a 10:30a"},
		{"the chair stays the same throughout", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.service.Segments = colour()
			for i := range w.service.Segments {
				w.service.Segments[i].Resources = needs("chair", 1)
			}
			w.unit("chair", 2)
			w.f.Units[0].Rows = []availability.Row{taken("10:00-10:20")}
			w.f.Units[1].Rows = []availability.Row{taken("09:00-09:10")}
		}, ""},
		{"a second chair only where two are needed", func(w *world) {
			w.q.Window = between("09:00-09:30")
			w.service.Segments = colour()
			w.service.Segments[0].Resources = needs("chair", 1)
			w.service.Segments[2].Resources = needs("chair", 2)
			w.unit("chair", 2)
			w.f.Units[0].Rows = []availability.Row{taken("09:00-10:00")}
		}, "09:00ab"},
		{"time off of a unit", func(w *world) {
			w.q.Window = between("09:00-10:00")
			w.service.Segments[0].Resources = needs("chair", 1)
			w.unit("chair", 1)
			w.f.Units[0].Rows = []availability.Row{off("09:00-09:05")}
		}, "09:30ab"},
	})
}

// write gives a placement as "09:00 a[chair:1] 09:20 ...".
func write(p availability.Placement) string {
	var out []string
	for _, it := range p.Items {
		for _, s := range it.Segments {
			out = append(out, fmt.Sprintf("%s%v%v", s.Start.UTC().Format("15:04"), s.Staff, s.Units))
		}
	}
	return strings.Join(out, " ")
}

func TestAssign(t *testing.T) {
	t.Parallel()
	wash := &catalog.Service{ID: "wash", Segments: []catalog.Segment{staffed(10)}}
	cases := []struct {
		name   string
		change func(w *world)
		lead   string
		want   string
	}{
		{"first by position", func(*world) {}, "", "09:00[a][]"},
		{"the lead asked for", func(*world) {}, "b", "09:00[b][]"},
		{"no such lead", func(*world) {}, "z", ""},
		{"one service by the next who is free", func(w *world) {
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-09:30")}
		}, "", "09:00[b][]"},
		{"the lead leads the next item too", func(w *world) {
			w.q.Visit = append(w.q.Visit, availability.Want{Service: wash})
		}, "b", "09:00[b][] 09:30[b][]"},
		{"or hands over, when busy", func(w *world) {
			w.q.Visit = append(w.q.Visit, availability.Want{Service: wash})
			w.f.Staff[1].Rows = []availability.Row{taken("09:30-09:35")}
		}, "b", "09:00[b][] 09:30[a][]"},
		{"each item by the one named", func(w *world) {
			w.q.Visit[0].Staff = "b"
			w.q.Visit = append(w.q.Visit, availability.Want{Service: wash, Staff: "a"})
		}, "", "09:00[b][] 09:30[a][]"},
		{"the lead stands first, helpers by position", func(w *world) {
			w.service.Segments[0].Staff.Count = 2
		}, "b", "09:00[b a][]"},
		{"units", func(w *world) {
			w.service.Segments = colour()
			w.service.Segments[0].Resources = needs("chair", 2)
			w.service.Segments[1].Resources = needs("chair", 1)
			w.unit("chair", 3)
			w.f.Units[0].Rows = []availability.Row{taken("09:20-09:40")}
		}, "", "09:00[a][chair:2 chair:1] 09:20[][chair:2] 10:00[a][]"},
		{"off the grid", func(w *world) { w.alone("09:10-12:00") }, "", ""},
		{"override: any time", func(w *world) { w.alone("12:10-13:00"); w.q.Override = true }, "", "09:00[a][]"},
		{"a window elsewhere does not matter", func(w *world) { w.q.Window = between("20:00-21:00") }, "", "09:00[a][]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			c.change(w)
			p, ok := availability.Assign(w.q, w.f, at("09:00"), id.Staff(c.lead))
			if got := write(p); got != c.want || ok != (c.want != "") {
				t.Fatalf("got %q %v, want %q", got, ok, c.want)
			}
			if !ok {
				return
			}
			if err := availability.Check(w.q, w.f, p); err != nil {
				t.Errorf("Check: %v", err)
			}
		})
	}
}
