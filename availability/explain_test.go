package availability_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/catalog"
	"kept/id"
	"kept/span"
)

type explainCase struct {
	name   string
	clock  string
	change func(w *world)
	want   []availability.Reason
}

func runExplain(t *testing.T, cases []explainCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			c.change(w)
			for i := range c.want { // all but the client's own and what no place offers is of the place
				if r := &c.want[i]; r.Rule != availability.RuleClient && r.Rule != availability.RuleLocation {
					r.Location = "here"
				}
			}
			if diff := cmp.Diff(c.want, availability.Explain(w.q, w.f, at(c.clock))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func staff(rule, who string) availability.Reason {
	return availability.Reason{Rule: rule, Staff: id.Staff(who)}
}

func busy(who, clocks string) availability.Reason {
	return availability.Reason{
		Rule: availability.RuleBusy, Staff: id.Staff(who), Lane: availability.Lane{Kind: "staff", ID: who},
		Source: "booked", Kind: availability.RowBooking, Span: between(clocks),
	}
}

func TestExplainTimes(t *testing.T) {
	t.Parallel()
	runExplain(t, []explainCase{
		{"open", "09:00", func(*world) {}, nil},
		{"open while one can", "09:00", func(w *world) { w.f.Staff[0].Rows = []availability.Row{taken("09:00-10:00")} }, nil},
		{"past", "09:00", func(w *world) { w.q.Now = at("10:00") }, []availability.Reason{{Rule: "past", Limit: at("10:00")}}},
		{"notice", "09:00", func(w *world) { w.q.Now, w.service.NoticeMin = at("08:30"), 60 }, []availability.Reason{{Rule: "notice", Limit: at("09:30")}}},
		{"horizon", "09:00", func(w *world) { w.q.Now, w.service.HorizonDays = at("-30:00"), 1 }, []availability.Reason{{Rule: "horizon", Limit: at("00:00") - 1}}},
		{"grid", "09:10", func(w *world) { w.alone("09:00-10:00") }, []availability.Reason{
			{Rule: "grid", Staff: "a", Span: between("09:00-10:00")},
		}},
		{"hours", "12:15", func(w *world) { w.alone("09:00-12:00 13:00-17:00") }, []availability.Reason{
			{Rule: "hours", Staff: "a", Span: between("09:00-12:00")},
		}},
		{"no hours at all", "12:15", func(w *world) { w.alone("") }, []availability.Reason{staff("hours", "a")}},
	})
}

func TestExplainStaff(t *testing.T) {
	t.Parallel()
	runExplain(t, []explainCase{
		{"everybody is busy", "09:00", func(w *world) {
			w.f.Staff[0].Rows = []availability.Row{taken("09:00-10:00")}
			w.f.Staff[1].Rows = []availability.Row{taken("08:00-09:10")}
		}, []availability.Reason{busy("a", "09:00-10:00"), busy("b", "08:00-09:10")}},
		{"only the one named matters", "09:00", func(w *world) {
			w.q.Visit[0].Staff = "b"
			w.f.Staff[1].Rows = []availability.Row{taken("08:00-09:10")}
		}, []availability.Reason{busy("b", "08:00-09:10")}},
		{"time off", "09:00", func(w *world) {
			w.alone("09:00-12:00")
			w.f.Staff[0].Rows = []availability.Row{off("00:00-24:00")}
		}, []availability.Reason{{
			Rule: "time_off", Staff: "a", Lane: availability.Lane{Kind: "staff", ID: "a"}, Source: "away",
			Kind: availability.RowTimeOff, Span: between("00:00-24:00"),
		}}},
		{"nobody performs it", "09:00", func(w *world) {
			w.f.Staff[0].Staff.AllServices, w.f.Staff[1].Staff.AllServices = false, false
		}, []availability.Reason{{Rule: "staff"}}},
		{"the one named does not", "09:00", func(w *world) {
			w.q.Visit[0].Staff, w.f.Staff[0].Staff.AllServices = "a", false
		}, []availability.Reason{staff("staff", "a")}},
		{"nobody of that name", "09:00", func(w *world) { w.q.Visit[0].Staff = "z" }, []availability.Reason{staff("staff", "z")}},
		{"nobody knows it", "09:00", func(w *world) { w.service.Segments[0].Staff.Skill = "wash" }, []availability.Reason{{Rule: "skill"}}},
	})
}

func TestExplainTheRest(t *testing.T) {
	t.Parallel()
	runExplain(t, []explainCase{
		{"no unit of the kind", "09:00", func(w *world) {
			w.service.Segments[0].Resources = needs("chair", 1)
		}, []availability.Reason{{Rule: "resource", Lane: availability.Lane{Kind: "unit"}}}},
		{"no unit free", "09:00", func(w *world) {
			w.service.Segments[0].Resources = needs("chair", 1)
			w.unit("chair", 1)
			w.f.Units[0].Rows = []availability.Row{taken("09:00-09:10")}
		}, []availability.Reason{{
			Rule: "resource", Lane: availability.Lane{Kind: "unit", ID: "chair:1"}, Source: "booked",
			Kind: availability.RowBooking, Span: between("09:00-09:10"),
		}}},
		{"the client is elsewhere", "09:00", func(w *world) { w.f.Client = []availability.Row{taken("09:00-09:10")} }, []availability.Reason{{
			Rule: "client", Lane: availability.Lane{Kind: "client"}, Source: "booked", Kind: availability.RowBooking, Span: between("09:00-09:10"),
		}}},
		{"the place is closed", "09:00", func(w *world) { w.f.Places[0].Rows = []availability.Row{off("00:00-24:00")} }, []availability.Reason{{
			Rule: "time_off", Lane: availability.Lane{Kind: "place", ID: "here"}, Source: "away", Kind: availability.RowTimeOff, Span: between("00:00-24:00"),
		}}},
		{"not offered here", "09:00", func(w *world) { w.q.Location = "there" }, []availability.Reason{{Rule: "location"}}},
		{"too few for two", "09:00", func(w *world) {
			w.alone("09:00-12:00")
			w.service.Segments[0].Staff.Count = 2
		}, []availability.Reason{{Rule: "staff", Span: between("09:00-09:30")}}},
		{"nobody needed, place shut", "18:00", func(w *world) {
			w.service.Segments = []catalog.Segment{{DurationMin: 30}}
		}, []availability.Reason{{Rule: "hours", Span: between("09:00-17:00")}}},
		{"several at once", "12:15", func(w *world) {
			w.alone("09:00-12:00")
			w.q.Now = at("20:00")
			w.f.Client = []availability.Row{taken("12:00-13:00")}
		}, []availability.Reason{
			{Rule: "past", Limit: at("20:00")},
			{Rule: "hours", Staff: "a", Span: between("09:00-12:00")},
			{Rule: "client", Lane: availability.Lane{Kind: "client"}, Source: "booked", Kind: availability.RowBooking, Span: between("12:00-13:00")},
		}},
	})
}

// shutAll is a gate that shuts every start under some leads, by several rules.
func shutAll(w *world, rules map[id.Staff][]availability.Bar) {
	w.q.Gates = func(_ span.Instant, _ id.Location, lead id.Staff) []availability.Bar { return rules[lead] }
	w.q.Gate = func(start span.Instant, at id.Location, lead id.Staff) (availability.Bar, bool) {
		all := w.q.Gates(start, at, lead)
		if len(all) == 0 {
			return availability.Bar{}, false
		}
		return all[0], true
	}
}

// TestExplainRules: an owner's rule is named also where something else shuts the
// time already, and once where it concerns whoever might lead.
func TestExplainRules(t *testing.T) {
	t.Parallel()
	bar := func(rule, who string) availability.Bar {
		return availability.Bar{Word: "offer", Rule: id.Rule(rule), Staff: id.Staff(who)}
	}
	rule := func(rule, who string) availability.Reason {
		return availability.Reason{Rule: "offer", Owner: id.Rule(rule), Staff: id.Staff(who)}
	}
	full := func(w *world) {
		w.f.Staff[0].Rows = []availability.Row{taken("09:00-10:00")}
		w.f.Staff[1].Rows = []availability.Row{taken("08:00-09:10")}
	}
	season := availability.Bar{Span: between("00:00-24:00"), Rule: "winter", Word: "season"}
	winter := availability.Reason{Rule: "season", Owner: "winter", Span: season.Span}
	runExplain(t, []explainCase{
		{"one rule for all, and all busy", "09:00", func(w *world) {
			full(w)
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar("early", "")}, "b": {bar("early", "")}})
		}, []availability.Reason{rule("early", ""), busy("a", "09:00-10:00"), busy("b", "08:00-09:10")}},
		{"one rule for each, and all busy", "09:00", func(w *world) {
			full(w)
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar("early", "a")}, "b": {bar("early", "b")}})
		}, []availability.Reason{rule("early", ""), busy("a", "09:00-10:00"), busy("b", "08:00-09:10")}},
		{"several, one for one alone", "09:00", func(w *world) {
			full(w)
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar("early", ""), bar("juniors", "a")}, "b": {bar("early", "")}})
		}, []availability.Reason{rule("early", ""), rule("juniors", "a"), busy("a", "09:00-10:00"), busy("b", "08:00-09:10")}},
		{"outside the hours", "19:00", func(w *world) {
			w.q.Bars = []availability.Bar{season}
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar("late", "")}, "b": {bar("late", "")}})
		}, []availability.Reason{
			winter, rule("late", ""),
			{Rule: "hours", Staff: "a", Span: between("13:00-17:00")},
			{Rule: "hours", Staff: "b", Span: between("13:00-17:00")},
		}},
		{"open under the other lead", "09:00", func(w *world) {
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar("early", "a")}})
		}, nil},
		{"one rule and a busy other", "09:00", func(w *world) {
			w.f.Staff[1].Rows = []availability.Row{taken("08:00-09:10")}
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar("early", "a")}})
		}, []availability.Reason{rule("early", "a"), busy("b", "08:00-09:10")}},
		{"passed under Override", "19:00", func(w *world) {
			w.q.Override = true
			shutAll(w, map[id.Staff][]availability.Bar{"a": {bar("late", "")}, "b": {bar("late", "")}})
		}, nil},
		{"nobody needed", "18:00", func(w *world) {
			w.service.Segments = []catalog.Segment{{DurationMin: 30}}
			shutAll(w, map[id.Staff][]availability.Bar{"": {bar("late", "")}})
		}, []availability.Reason{{Rule: "hours", Span: between("09:00-17:00")}, rule("late", "")}},
	})
}

// TestExplainTwoPlaces: what is said of one place is not said of the other.
func TestExplainTwoPlaces(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.q.Location = ""
	w.f.Places = append(w.f.Places, availability.Place{ID: "there"})
	w.f.Staff = w.f.Staff[:1]
	w.f.Staff[0].Open = []availability.Open{{Place: 0, Spans: times("09:00-12:00")}, {Place: 1, Spans: times("13:00-17:00")}}
	w.f.Staff[0].Rows = []availability.Row{taken("14:00-15:00")}
	there := busy("a", "14:00-15:00")
	there.Location = "there"
	want := []availability.Reason{{Rule: "hours", Location: "here", Staff: "a", Span: between("09:00-12:00")}}
	here := busy("a", "14:00-15:00")
	here.Location = "here"
	want = append(want, here, there)
	if diff := cmp.Diff(want, availability.Explain(w.q, w.f, at("14:00"))); diff != "" {
		t.Error(diff)
	}
}
