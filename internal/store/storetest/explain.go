package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/schedule"
	"kept/span"
)

func testExplain(t *testing.T, open Opener) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, open Opener)
	}{
		{"closed days", explainClosed}, {"rules", explainRules}, {"places", explainPlaces}, {"work", explainWork}, {"seats", explainSeats},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, open)
		})
	}
}

// said writes a reason: its rule, then what else a reader is told.
func said(r booking.Reason) string {
	out := r.Rule
	add := func(name, value string) {
		if value != "" {
			out += " " + name + "=" + value
		}
	}
	add("at", string(r.Location))
	add("who", string(r.Staff))
	add("kind", r.Kind)
	add("owner", string(r.Owner))
	if r.Closed != nil {
		add("closed", string(r.Closed.Source))
		add("name", r.Closed.Names["en"]+r.Closed.Season)
	}
	return out
}

// says asks why a time is shut, and compares what is said.
func (s *Shop) says(t *testing.T, why booking.Why, want ...string) []booking.Reason {
	t.Helper()
	e, err := s.Desk.Explain(t.Context(), s.Owner, why)
	Must(t, err)
	var got []string
	for _, r := range e.Reasons {
		got = append(got, said(r))
	}
	if diff := cmp.Diff(want, got); diff != "" || e.Open != (len(want) == 0) {
		t.Errorf("open %v: %s", e.Open, diff)
	}
	return e.Reasons
}

func cutAt(at span.Instant) booking.Why {
	return booking.Why{Lines: []booking.Line{{Service: "cut"}}, At: at}
}

// explainClosed: a closed day is named once for the place, a person's own day as theirs.
func explainClosed(t *testing.T, open Opener) {
	holidays, err := schedule.NewHolidays(schedule.HolidayRule{Country: "DE", OnHoliday: schedule.HolidayClosed})
	Must(t, err)
	main := Daily(9*60, 17*60)
	main.Holidays = holidays
	main.Exceptions = []schedule.Exception{{Date: span.Date{Year: 2026, Month: 11, Day: 24}}}
	main.Seasons = []schedule.Season{{
		Name: "Stocktaking", From: span.Date{Year: 2026, Month: 11, Day: 30}, To: span.Date{Year: 2026, Month: 11, Day: 30},
	}}
	ada := schedule.Hours{Roster: &schedule.Roster{
		Anchor: span.Date{Year: 2026, Month: 11, Day: 23}, Cycle: [][]schedule.Shift{nil, {{Window: schedule.Window{FromMin: 9 * 60, ToMin: 17 * 60}}}},
		Published: span.Date{Year: 2026, Month: 12, Day: 31},
	}}
	s := NewShop(t, open, Plan{Hours: &schedule.Book{
		Locations: map[id.Location]schedule.Hours{Main: main}, Staff: map[id.Staff]schedule.Hours{"ada": ada},
	}})
	days := func(n int) booking.Why { return cutAt(Tomorrow(10, 0) + span.Instant(n)*span.Day) }
	s.says(t, days(0)) // Ben is there
	s.says(t, days(1), "hours closed=exception")
	s.says(t, days(7), "hours closed=season name=Stocktaking")
	s.says(t, days(32), "hours closed=holiday name=Christmas Day")
	alone := days(0)
	alone.Lines[0].Staff = "ada"
	s.says(t, alone, "hours who=ada closed=roster")
	late := cutAt(Tomorrow(20, 0))
	s.says(t, late, "hours who=ada closed=roster", "hours who=ben")
}

// explainRules: an owner's rule is named also where the hours or other visits
// shut the time, with the whole period that a limit counts together.
func explainRules(t *testing.T, open Opener) {
	s := NewShop(t, open, Plan{Rules: []*catalog.Rule{
		{ID: "mornings", Names: catalog.Texts{"en": "Mornings"}, Kind: catalog.RuleOffer, RuleBody: catalog.RuleBody{When: `slot.hour < 12`}},
		{ID: "whole", Names: catalog.Texts{"en": "Hours"}, Kind: catalog.RuleOffer, Position: 1, RuleBody: catalog.RuleBody{When: `slot.minute == 0`}},
		{ID: "few", Names: catalog.Texts{"en": "Few"}, Kind: catalog.RuleLimit, Position: 2, RuleBody: catalog.RuleBody{
			Limit: &catalog.Limit{Of: catalog.LimitBusiness, Per: catalog.PerWeek, Max: 2},
		}},
	}})
	s.says(t, cutAt(Tomorrow(18, 0)), "offer owner=mornings", "hours who=ada", "hours who=ben")
	s.says(t, cutAt(Tomorrow(12, 30)), "offer owner=mornings", "offer owner=whole")
	s.Book(t, s.Cut(Tomorrow(10, 0), "ada", "clara"))
	s.Book(t, s.Cut(Tomorrow(10, 0), "ben", "dora"))
	full := s.says(t, cutAt(Tomorrow(10, 0)), "limit owner=few", "busy who=ada kind=booking", "busy who=ben kind=booking")
	week := span.Span{Start: Tomorrow(0, 0), End: Tomorrow(0, 0) + 7*span.Day} // from Monday on
	if full[0].Span != week {
		t.Errorf("the limit of a week counts %v", full[0].Span)
	}
}

// explainPlaces: each reason is of its place, what is so at all of them of none.
func explainPlaces(t *testing.T, open Opener) {
	north := Daily(13*60, 17*60)
	main := Daily(9*60, 12*60)
	main.Exceptions = []schedule.Exception{{Date: span.Date{Year: 2026, Month: 11, Day: 24}}}
	s := NewShop(t, open, Plan{Staff: []id.Staff{"ada"}, Hours: &schedule.Book{Locations: map[id.Location]schedule.Hours{Main: main}}})
	l, err := s.Office.CreateLocation(t.Context(), s.Owner, catalog.Location{Names: catalog.Texts{"en": "North"}, Zone: "Europe/Berlin"})
	Must(t, err)
	Must(t, s.Office.PutLocationHours(t.Context(), s.Owner, l.ID, north))
	at := " at=" + string(l.ID)
	s.says(t, cutAt(Tomorrow(12, 30)), "hours at=main who=ada", "hours"+at+" who=ada")
	s.says(t, cutAt(Tomorrow(10, 0)+span.Day), "hours at=main closed=exception", "hours"+at+" who=ada")
	s.says(t, cutAt(Tomorrow(10, 0)-7*span.Day), "past", "hours"+at+" who=ada")
	here := cutAt(Tomorrow(14, 0))
	here.Location = Main
	s.says(t, here, "hours at=main who=ada")
}

// explainWork: work that is dropped off is told of by what it lacks.
func explainWork(t *testing.T, open Opener) {
	job := Cut()
	job.ID, job.Segments[0].DurationMin = "brakes", 120
	job.Flexible = &catalog.Flexible{DropFromMin: 8 * 60, DropToMin: 9 * 60, DayMin: 240}
	hours := Daily(9*60, 17*60)
	hours.Exceptions = []schedule.Exception{{Date: span.Date{Year: 2026, Month: 11, Day: 25}}}
	s := NewShop(t, open, Plan{
		Services: []*catalog.Service{job, Cut()}, Staff: []id.Staff{"ada"}, Hours: &schedule.Book{Locations: map[id.Location]schedule.Hours{Main: hours}},
	})
	brakes := func(at span.Instant) booking.Why {
		return booking.Why{Lines: []booking.Line{{Service: "brakes"}}, At: at}
	}
	for _, minute := range []int{0, 30, 60} {
		e, err := s.Desk.Explain(t.Context(), s.Owner, brakes(Tomorrow(8, minute)))
		Must(t, err)
		if !e.Open || e.Drop != (span.Span{Start: Tomorrow(8, 0), End: Tomorrow(9, 0)}) || e.Ready != Tomorrow(17, 0) || len(e.Leads) != 1 || e.Policy == nil {
			t.Errorf("work brought at 8:%02d: %+v", minute, e)
		}
	}
	window := s.says(t, brakes(Tomorrow(11, 0)), "grid kind=drop_off")
	if window[0].Span != (span.Span{Start: Tomorrow(8, 0), End: Tomorrow(9, 0)}) {
		t.Errorf("brought at %v", window[0].Span)
	}
	s.says(t, brakes(Tomorrow(8, 0)-span.Day), "past")
	s.says(t, brakes(Tomorrow(8, 0)+2*span.Day), "hours closed=exception")
	for i := range 2 {
		s.Book(t, booking.Request{
			Lines: []booking.Line{{Service: "brakes"}}, Start: Tomorrow(8, 0), Client: client.Draft{Name: "Clara", Email: Numbered("c", i) + "@example.com"},
		})
	}
	full := s.says(t, brakes(Tomorrow(8, 0)), "limit kind=day_work")
	if w := full[0].Work; w == nil || *w != (booking.DayWork{Limit: 240, Taken: 240, Needs: 120}) {
		t.Errorf("the day's work is %+v", w)
	}
	for i := range 14 {
		s.Book(t, s.Cut(Tomorrow(9, 0)+span.Day+span.Instant(i)*30*span.Minute, "ada", Numbered("d", i)))
	}
	ready := s.says(t, brakes(Tomorrow(8, 0)+span.Day), "busy kind=ready")
	if ready[0].Span != (span.Span{Start: Tomorrow(9, 0) + span.Day, End: Tomorrow(17, 0) + span.Day}) {
		t.Errorf("working time from %v", ready[0].Span)
	}
}

// explainSeats: a group with too few seats for the party says how many are left.
func explainSeats(t *testing.T, open Opener) {
	yoga := Cut()
	yoga.ID, yoga.Seats = "yoga", 3
	s := NewShop(t, open, Plan{Services: []*catalog.Service{yoga}})
	_, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Location: Main, Start: Tomorrow(10, 0), Seats: 3, Staff: "ada"})
	Must(t, err)
	s.Book(t, booking.Request{
		Lines: []booking.Line{{Service: "yoga"}}, Start: Tomorrow(10, 0), Party: 2, Client: client.Draft{Name: "Clara", Email: "clara@example.com"},
	})
	why := booking.Why{Lines: []booking.Line{{Service: "yoga"}}, At: Tomorrow(10, 0)}
	s.says(t, why)
	why.Party = 2
	if few := s.says(t, why, "busy who=ada kind=session"); few[0].Free != 1 {
		t.Errorf("%d seats are left", few[0].Free)
	}
}
