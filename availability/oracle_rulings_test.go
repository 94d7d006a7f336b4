package availability_test

import (
	"slices"
	"testing"
	"time"

	"kept/availability"
	"kept/catalog"
	"kept/span"
)

// More of what the oracle has found, each alone.

// rules are the words by which a start is shut.
func (w *world) rules(clock string) []string {
	var out []string
	for _, r := range availability.Explain(w.q, w.f, at(clock)) {
		out = append(out, r.Rule)
	}
	return out
}

// TestFoundUnitInTurn: two pools of a kind could not have the same unit one
// after the other, only at once is it too much.
func TestFoundUnitInTurn(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.unit("chair", 1)
	for n := range 2 {
		g := staffed(30)
		g.Resources = needs("chair", 1)
		if n > 0 {
			g.Resources[0].AnyOf = append(g.Resources[0].AnyOf, "chair")
		}
		w.service.Segments = append(w.service.Segments, g)
	}
	p, ok := availability.Assign(w.q, w.f, at("09:00"), "")
	if err := availability.Check(w.q, w.f, p); err != nil || !ok {
		t.Errorf("%v %v", ok, err)
	}
}

// TestFoundUnitsShortTogether: pools that could each be had alone, but not
// beside each other, were said to lack staff.
func TestFoundUnitsShortTogether(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.unit("chair", 1)
	w.service.Segments[0].Resources = append(needs("chair", 1), needs("chair", 1)...)
	w.service.Segments[0].Resources[1].AnyOf = append(w.service.Segments[0].Resources[1].AnyOf, "chair")
	if got := w.rules("09:00"); !slices.Equal(got, []string{availability.RuleResource}) {
		t.Errorf("shut by %v", got)
	}
}

// TestFoundBreakBesideSqueeze: a break was promised time in which the person
// had been squeezed in.
func TestFoundBreakBesideSqueeze(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.alone("09:00-17:00")
	w.f.Staff[0].Breaks = []availability.Break{{Span: between("12:00-14:00"), Length: span.Hour}}
	w.f.Staff[0].Overflow = []availability.Row{taken("12:00-13:00")}
	if got := w.rules("13:30"); !slices.Equal(got, []string{availability.RuleBreak}) {
		t.Errorf("shut by %v", got)
	}
	w.f.Staff[0].Overflow = nil
	if got := w.rules("13:30"); got != nil {
		t.Errorf("shut by %v", got)
	}
}

// TestFoundBuffersOfNobody: a segment that takes nobody has no claim, but its
// buffers were in the way of breaks.
func TestFoundBuffersOfNobody(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.alone("09:00-17:00")
	w.service.Segments = append(w.service.Segments, catalog.Segment{DurationMin: 30, BufferAfterMin: 60})
	w.f.Staff[0].Breaks = []availability.Break{{Span: between("10:00-11:30"), Length: span.Hour}}
	if got := w.rules("09:00"); got != nil {
		t.Errorf("shut by %v", got)
	}
	if got := w.rules("10:00"); !slices.Equal(got, []string{availability.RuleBreak}) {
		t.Errorf("shut by %v", got)
	}
}

// TestFoundDayOfUnits: which unit had the least to do was counted by the day
// of another place.
func TestFoundDayOfUnits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.alone("09:00-17:00")
	w.f.Places = append(w.f.Places, availability.Place{ID: "there", Zone: time.FixedZone("east", 12*3600)})
	w.f.Staff[0].Open[0].Place = 1
	w.q.Location, w.q.Aim = "there", catalog.AimEven
	w.unit("chair", 2)
	w.service.Segments[0].Resources = needs("chair", 1)
	w.f.Units[0].Rows = []availability.Row{taken("08:00-10:00")} // there it is the day before
	w.f.Units[1].Rows = []availability.Row{taken("15:00-15:30")}
	p, ok := availability.Assign(w.q, w.f, at("13:00"), "")
	if !ok || p.Items[0].Segments[0].Units[0] != "chair:1" {
		t.Errorf("%v %+v", ok, p)
	}
}
