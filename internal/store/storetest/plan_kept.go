package storetest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/plan"
	"kept/span"
)

func planLists(t *testing.T, open Opener) {
	s := recalls(t, open)
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	first := span.Date{Year: 2027, Month: 1, Day: 1}
	for n, service := range []id.Service{"colour", "cut"} {
		_, err := s.Plans.Create(t.Context(), s.ID, plan.Draft{Client: b.Client, Service: service, Due: first.AddDays(10 * n)}, event.System())
		Must(t, err)
	}
	for want, f := range map[string]plan.Filter{
		"colour cut": {},
		"cut":        {From: first.AddDays(1), To: first.AddDays(10)},
		"colour":     {Limit: 1, Open: true},
		"cut ":       {Service: "cut"},
		"":           {Status: plan.Done},
	} {
		list, err := s.Plans.List(t.Context(), s.ID, f)
		Must(t, err)
		var got []string
		for _, i := range list {
			got = append(got, string(i.Service))
		}
		if strings.Join(got, " ") != strings.TrimSpace(want) {
			t.Errorf("%+v gives %q, want %q", f, got, want)
		}
	}
	list := s.plans(t, b.Client)
	rest, err := s.Plans.List(t.Context(), s.ID, plan.Filter{Client: b.Client, AfterDue: list[0].Due, AfterID: list[0].ID})
	if Must(t, err); len(rest) != 1 || rest[0].ID != list[1].ID {
		t.Errorf("%+v", rest)
	}
}

func planSealed(t *testing.T, open Opener) {
	s := recalls(t, open)
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	_, err := s.Plans.Create(t.Context(), s.ID, plan.Draft{
		Client: b.Client, Service: "cut", Due: span.Date{Year: 2027, Month: 1, Day: 1}, Note: "secret wish",
	}, event.System())
	Must(t, err)
	if n := s.Count(t, "SELECT COUNT(*) FROM plan_item WHERE sealed_detail IS NOT NULL"); n != 1 {
		t.Errorf("%d sealed", n)
	}
	var sealed []byte
	Must(t, s.DB.From(t.Context()).QueryRowContext(t.Context(), "SELECT sealed_detail FROM plan_item").Scan(&sealed))
	if strings.Contains(string(sealed), "secret") {
		t.Error("the note can be read")
	}
}

func planRace(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	d := plan.Draft{Client: b.Client, Service: "colour", Due: span.Date{Year: 2027, Month: 1, Day: 1}}
	nodes := []*Shop{s, s.Node(t)}
	made := make([]error, 8)
	var wait sync.WaitGroup
	for n := range made {
		wait.Go(func() { _, made[n] = nodes[n%2].Plans.Create(t.Context(), s.ID, d, event.System()) })
	}
	wait.Wait()
	won := 0
	for _, err := range made {
		if err == nil {
			won++
		} else if !fault.Is(err, plan.CodeOpen) {
			t.Error(err)
		}
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM plan_item WHERE service_id = 'colour'"); won != 1 || n != 1 {
		t.Errorf("%d made it, there are %d", won, n)
	}
}

func planTimeline(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	first := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	s.Book(t, booking.Request{
		Lines: []booking.Line{{Service: "colour"}}, Start: Tomorrow(10, 0) + 60*span.Day, Client: client.Draft{Name: "mia", Email: "mia@example.com"},
	})
	gone := s.Book(t, s.Cut(Tomorrow(12, 0)+60*span.Day, "ada", "mia"))
	_, err := s.Desk.Cancel(t.Context(), s.Owner, gone.ID, "")
	Must(t, err)
	line, err := s.Plans.Timeline(t.Context(), s.ID, first.Client, plan.Spot{}, 0)
	Must(t, err)
	var got []string
	for _, e := range line {
		got = append(got, e.Day.String()+" "+string(e.State)+" "+string(e.Services[0]))
	}
	want := "2026-11-23 done cut, 2027-01-04 due cut, 2027-01-22 booked colour"
	if strings.Join(got, ", ") != want {
		t.Errorf("%q, want %s", got, want)
	}
	due, err := s.Plans.List(t.Context(), s.ID, plan.Filter{Client: first.Client, Waiting: true})
	if Must(t, err); len(due) != 1 || due[0].ID != line[1].Item.ID {
		t.Errorf("due is %+v, want %+v", due, line[1].Item)
	}
}

func planErased(t *testing.T, open Opener) {
	s := recalls(t, open, everySixWeeks())
	b := s.visit(t, Tomorrow(10, 0), "cut", "mia")
	s.wantPlans(t, b.Client, "2027-01-04 cut planned")
	Must(t, s.Registry.Erase(context.WithoutCancel(t.Context()), s.ID, b.Client, event.System()))
	s.wantPlans(t, b.Client)
}

// planReach: who reaches their own clients alone sees what is due for those, a
// full page of it where there is.
func planReach(t *testing.T, open Opener) {
	t.Helper()
	s := recalls(t, open, everySixWeeks())
	due := span.Date{Year: 2027, Month: 1, Day: 1}
	var mine []id.Plan
	for n := range 6 {
		staff := []id.Staff{"ada", "ben"}[n%2]
		b := s.Book(t, s.Cut(Tomorrow(10+n, 0), staff, Numbered("client", n)))
		i, err := s.Plans.Create(t.Context(), s.ID, plan.Draft{Client: b.Client, Service: "colour", Due: due.AddDays(n)}, event.System())
		Must(t, err)
		if staff == "ben" {
			mine = append(mine, i.ID)
		}
	}
	who := account.Principal{Kind: account.KindUser, ID: "ben", Business: s.ID, Role: account.Staff, Staff: "ben", Reach: account.ReachOwn}
	ctx := account.Enclose(t.Context(), who)
	list, err := s.Plans.List(ctx, s.ID, plan.Filter{Limit: 2})
	if Must(t, err); len(list) != 2 || list[0].ID != mine[0] || list[1].ID != mine[1] {
		t.Errorf("%+v", list)
	}
	rest, err := s.Plans.List(ctx, s.ID, plan.Filter{Limit: 2, AfterDue: list[1].Due, AfterID: list[1].ID})
	if Must(t, err); len(rest) != 1 || rest[0].ID != mine[2] {
		t.Errorf("%+v", rest)
	}
	all, err := s.Plans.List(t.Context(), s.ID, plan.Filter{})
	Must(t, err)
	for _, i := range all {
		_, err := s.Plans.Find(ctx, s.ID, i.ID)
		if own := slices.Contains(mine, i.ID); own != (err == nil) || !own && fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", i.ID, err)
		}
	}
	line, err := s.Plans.Timeline(ctx, s.ID, list[0].Client, plan.Spot{}, 0)
	if Must(t, err); len(line) != 2 {
		t.Errorf("%+v", line)
	}
}

// planImported: visits taken over from elsewhere plan what is next, and write
// to nobody of what should have been told by now.
func planImported(t *testing.T, open Opener) {
	t.Helper()
	s := recalls(t, open, everySixWeeks())
	b := s.Book(t, s.Cut(Tomorrow(10, 0), "ada", "mia"))
	var list []booking.Imported
	for _, days := range []int{200, 40} {
		list = append(list, booking.Imported{
			Client: b.Client, Lines: []booking.Line{{Service: "cut", Staff: "ben"}}, Location: Main,
			Start: Tomorrow(10, 0) - span.Instant(days)*span.Day, Status: booking.Completed,
		})
	}
	Must(t, s.Desk.Import(t.Context(), s.Owner, list))
	i := s.wantPlans(t, b.Client, "2026-11-25 cut booked")[0]
	if i.TellAt != 0 || i.Booking != b.ID {
		t.Errorf("%+v", i)
	}
}
