package storetest

import (
	"context"
	"slices"
	"testing"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// testGroups: what a store of sessions must do.
func testGroups(t *testing.T, open Opener) {
	class := Cut()
	class.ID, class.ServiceOptions = "class", catalog.ServiceOptions{Seats: 4, MinSeats: 2}
	plan := Plan{Services: []*catalog.Service{Cut(), class}}
	s := NewShop(t, open, plan)
	groups := s.Desk.Groups
	var all []*booking.Session
	for i := range 3 {
		one, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "class", Start: free(0) + span.Instant(i)*span.Day})
		Must(t, err)
		all = append(all, one)
	}
	t.Run("find", func(t *testing.T) {
		got, err := groups.FindSession(t.Context(), s.ID, all[0].ID)
		Must(t, err)
		if got.Placement.Start != all[0].Placement.Start || got.Placement.Group != all[0].ID || got.Local != all[0].Local || got.Zone != "Europe/Berlin" ||
			got.Seats != 4 || got.MinSeats != 2 || got.Decide != all[0].Decide || got.Version != 1 || got.Status != booking.SessionPlanned {
			t.Errorf("found %+v", got)
		}
		for name, where := range map[string]id.Business{"unknown": s.ID, "another business's": "other"} {
			want := id.Group("none")
			if where != s.ID {
				want = all[0].ID
			}
			if _, err := groups.FindSession(t.Context(), where, want); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("list", func(t *testing.T) { listsSessions(t, s, groups, all) })
	t.Run("update", func(t *testing.T) {
		one, err := groups.FindSession(t.Context(), s.ID, all[2].ID)
		Must(t, err)
		stale := *one
		one.Seats, one.MinSeats, one.Decide = 9, 0, 0
		write := func(g *booking.Session) error {
			return s.Desk.Atomic.Do(t.Context(), func(ctx context.Context) error { return groups.UpdateSession(ctx, g) })
		}
		Must(t, write(one))
		if err := write(&stale); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an old version is written: %v", err)
		}
		got, err := groups.FindSession(t.Context(), s.ID, one.ID)
		Must(t, err)
		if got.Seats != 9 || got.MinSeats != 0 || got.Decide != 0 || got.Version != 2 || one.Version != 2 {
			t.Errorf("written %+v", got)
		}
	})
	t.Run("seats", func(t *testing.T) { listsSeats(t, s, groups, all[0]) })
	t.Run("decisions", func(t *testing.T) {
		at, ok, err := groups.NextDecision(t.Context())
		Must(t, err)
		if !ok || at != all[0].Decide {
			t.Errorf("the next is at %v %v", at, ok)
		}
		due, err := groups.Undecided(t.Context(), at, 10)
		Must(t, err)
		if len(due) != 1 || due[0].ID != all[0].ID {
			t.Errorf("to be judged are %v", due)
		}
	})
}

func listsSessions(t *testing.T, s *Shop, groups booking.Groups, all []*booking.Session) {
	t.Helper()
	ids := func(f booking.SessionFilter) []id.Group {
		t.Helper()
		if f.Limit == 0 {
			f.Limit = 10
		}
		list, err := groups.ListSessions(t.Context(), s.ID, f)
		Must(t, err)
		var out []id.Group
		for _, one := range list {
			out = append(out, one.ID)
		}
		return out
	}
	first, second := all[0].Placement.Start, all[1].Placement.Start
	for name, c := range map[string]struct {
		filter booking.SessionFilter
		want   []id.Group
	}{
		"all":        {booking.SessionFilter{}, []id.Group{all[0].ID, all[1].ID, all[2].ID}},
		"in a span":  {booking.SessionFilter{Span: span.Span{Start: first, End: second}}, []id.Group{all[0].ID}},
		"at most":    {booking.SessionFilter{Limit: 2}, []id.Group{all[0].ID, all[1].ID}},
		"after":      {booking.SessionFilter{AfterAt: first, AfterID: all[0].ID, Limit: 1}, []id.Group{all[1].ID}},
		"of another": {booking.SessionFilter{Service: "cut"}, nil},
		"here":       {booking.SessionFilter{Location: Main, Service: "class", Status: booking.SessionPlanned, Limit: 1}, []id.Group{all[0].ID}},
		"elsewhere":  {booking.SessionFilter{Location: "far"}, nil},
		"cancelled":  {booking.SessionFilter{Status: booking.SessionCancelled}, nil},
	} {
		if got := ids(c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func listsSeats(t *testing.T, s *Shop, groups booking.Groups, of *booking.Session) {
	t.Helper()
	b := s.Book(t, booking.Request{
		Lines: []booking.Line{{Service: "class"}}, Start: of.Placement.Start, Party: 2, Client: client.Draft{Name: "clara", Email: "clara@example.com"},
	})
	h, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "class"}}, Start: of.Placement.Start})
	Must(t, err)
	seats, err := groups.Seats(t.Context(), s.ID, of)
	Must(t, err)
	taken := map[int]string{}
	for _, seat := range seats {
		taken[seat.Number] = seat.Source
		if seat.Group != of.ID || (seat.Expires != 0) != (seat.Source == string(h.ID)) {
			t.Errorf("seat %+v", seat)
		}
	}
	if len(seats) != 3 || taken[1] != string(b.ID) || taken[2] != string(b.ID) || taken[3] != string(h.ID) {
		t.Errorf("taken are %v", taken)
	}
	members, err := groups.Members(t.Context(), s.ID, of.ID)
	Must(t, err)
	if len(members) != 1 || members[0].ID != b.ID || members[0].Party != 2 || members[0].ClientName != "clara" {
		t.Errorf("in it are %v", members)
	}
	for name, where := range map[string]struct {
		business id.Business
		group    id.Group
	}{"no session": {s.ID, ""}, "another business": {"other", of.ID}} {
		if list, err := groups.Members(t.Context(), where.business, where.group); err != nil || len(list) != 0 {
			t.Errorf("%s: %v %v", name, list, err)
		}
	}
	// A seat is a lane: the database itself takes no second row on it.
	row := availability.Row{Span: span.Span{Start: of.Placement.Start, End: of.Placement.End}, Exclusive: true, Source: "x", Kind: availability.RowBooking}
	twice := booking.LaneRow{Lane: availability.Lane{Kind: availability.SessionLane, ID: string(of.ID) + ":1"}, Row: row}
	err = s.Desk.Atomic.Do(t.Context(), func(ctx context.Context) error { return s.Desk.Lanes.Occupy(ctx, s.ID, []booking.LaneRow{twice}) })
	if !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("a seat was taken twice: %v", err)
	}
}
