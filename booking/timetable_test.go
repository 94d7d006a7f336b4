package booking_test

import (
	"slices"
	"testing"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/recur"
	"kept/span"
)

func TestTimetables(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{yoga(5, 0), storetest.Cut()}, Staff: nil})
	busy := s.Book(t, s.Cut(ten+7*span.Day, "ada", "clara"))
	weekly := func(rule string, except ...span.Date) booking.Timetable {
		r, err := recur.Parse(rule)
		must(t, err)
		return booking.Timetable{Rule: r, Except: except}
	}
	draft := booking.SessionDraft{Service: "yoga", Staff: "ada", Start: ten}
	skipped := span.Date{Year: 2026, Month: 12, Day: 7}
	got, err := s.Desk.PlanTimetable(t.Context(), s.Owner, draft, weekly("FREQ=WEEKLY;COUNT=4", skipped))
	must(t, err)
	if len(got.Sessions) != 2 || got.Sessions[0].Placement.Start != ten || got.Sessions[1].Placement.Start != ten+21*span.Day {
		t.Errorf("planned %v", got.Sessions)
	}
	if len(got.Clashes) != 1 || got.Clashes[0].Start != busy.Start || got.Clashes[0].Fault.Kind != fault.Conflict {
		t.Errorf("clashes %+v", got.Clashes)
	}
	// Over the end of winter time the wall clock stays.
	draft.Start = ten + 14*7*span.Day
	got, err = s.Desk.PlanTimetable(t.Context(), s.Owner, draft, weekly("FREQ=WEEKLY;COUNT=6"))
	must(t, err)
	if len(got.Sessions) != 6 {
		t.Fatalf("planned %d: %v", len(got.Sessions), got.Clashes)
	}
	for i, one := range got.Sessions {
		if one.Local.Minute != 10*60 {
			t.Errorf("the %d. begins at %s", i, one.Local)
		}
	}
	if gap := got.Sessions[5].Placement.Start - ten - 19*7*span.Day; gap != -span.Hour {
		t.Errorf("in summer it is %d off", gap)
	}
	s.Audit(t)
}

func TestTimetablesAreBounded(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{yoga(5, 0)}})
	draft := booking.SessionDraft{Service: "yoga", Start: ten}
	for name, c := range map[string]struct {
		who    account.Principal
		rule   string
		except []span.Date
		draft  booking.SessionDraft
		kind   fault.Kind
	}{
		"no end":        {s.Owner, "FREQ=DAILY", nil, draft, fault.Invalid},
		"too many":      {s.Owner, "FREQ=DAILY;COUNT=105", nil, draft, fault.Invalid},
		"each second":   {s.Owner, "FREQ=SECONDLY", nil, draft, fault.Invalid},
		"none is left":  {s.Owner, "FREQ=DAILY;COUNT=1", []span.Date{{Year: 2026, Month: 11, Day: 23}}, draft, fault.Invalid},
		"by a client":   {s.Public, "FREQ=DAILY;COUNT=2", nil, draft, fault.Forbidden},
		"of no service": {s.Owner, "FREQ=DAILY;COUNT=2", nil, booking.SessionDraft{Service: "none", Start: ten}, fault.Invalid},
	} {
		r, err := recur.Parse(c.rule)
		must(t, err)
		if _, err := s.Desk.PlanTimetable(t.Context(), c.who, c.draft, booking.Timetable{Rule: r, Except: c.except}); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSessionsOfAWindow(t *testing.T) {
	t.Parallel()
	s, class := studio(t, 3, 0)
	later, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Staff: "ben", Start: ten + span.Day})
	must(t, err)
	off, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "yoga", Staff: "ben", Start: ten + 3*span.Hour})
	must(t, err)
	_, err = s.Desk.CancelSession(t.Context(), s.Owner, off.ID, "")
	must(t, err)
	for name, c := range map[string]struct {
		from, to span.Instant
		staff    id.Staff
		want     []id.Group
	}{
		"both days":     {ten - span.Hour, ten + 2*span.Day, "", []id.Group{class.ID, later.ID}},
		"only Ben's":    {ten - span.Hour, ten + 2*span.Day, "ben", []id.Group{later.ID}},
		"has begun":     {ten + span.Hour - 1, ten + 2*span.Hour, "", []id.Group{class.ID}},
		"is over":       {ten + span.Hour, ten + 2*span.Hour, "", nil},
		"not begun yet": {ten - span.Hour, ten, "", nil},
	} {
		list, err := s.Desk.SessionsIn(t.Context(), s.Owner, booking.SessionFilter{Span: span.Span{Start: c.from, End: c.to}}, c.staff)
		must(t, err)
		var got []id.Group
		for _, one := range list {
			got = append(got, one.ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
