package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/span"
)

// testReach holds that a member of own or local reach sees and changes what is
// theirs, and that all else is as if it were not there.
func testReach(t *testing.T, open Opener) {
	t.Run("own", func(t *testing.T) { t.Parallel(); reachOwn(t, NewShop(t, open, Plan{})) })
	t.Run("location", func(t *testing.T) { t.Parallel(); reachLocation(t, NewShop(t, open, Plan{})) })
}

func (s *Shop) member(reach account.Reach, staff id.Staff, at id.Location) account.Principal {
	return account.Principal{
		Kind: account.KindUser, ID: "u-" + string(staff), Business: s.ID, Role: account.Staff, Staff: staff, Reach: reach, Location: at,
	}
}

func callers(list []client.Client) []string {
	out := []string{}
	for _, c := range list {
		out = append(out, c.Name)
	}
	slices.Sort(out)
	return out
}

// shown is what an edge shows of a fault.
func shown(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return "internal"
	}
	return fmt.Sprint(f.Kind, f.Code, f.Rule, f.Detail)
}

func reachOwn(t *testing.T, s *Shop) {
	mine, theirs := s.Book(t, s.Cut(Tomorrow(9, 0), "ada", "mia")), s.Book(t, s.Cut(Tomorrow(9, 0), "ben", "tom"))
	ada := s.member(account.ReachOwn, "ada", "")
	ctx := account.Enclose(t.Context(), ada)

	_, missing := s.Desk.Find(ctx, ada, "01a20244-fddc-763e-b226-813fe221fd70")
	_, out := s.Desk.Find(ctx, ada, theirs.ID)
	if missing == nil || out == nil || shown(missing) != shown(out) || !account.IsBeyond(out) {
		t.Errorf("out of reach is %v, not there is %v", out, missing)
	}
	_, err := s.Desk.Cancel(ctx, ada, theirs.ID, "")
	WantCode(t, err, fault.CodeNotFound)
	_, err = s.Desk.Find(ctx, ada, mine.ID)
	Must(t, err)
	for filter, want := range map[*booking.Filter]int{
		{Limit: 50, Span: span.Span{Start: Noon, End: Noon + 3*span.Day}}:               1,
		{Limit: 50, Span: span.Span{Start: Noon, End: Noon + 3*span.Day}, Staff: "ben"}: 0,
		{Limit: 50, Span: span.Span{Start: Noon, End: Noon + 3*span.Day}, Staff: "ada"}: 1,
		{Limit: 50, Client: theirs.Client, Backward: true}:                              0,
	} {
		got, err := s.Desk.List(ctx, ada, *filter)
		Must(t, err)
		if len(got) != want {
			t.Errorf("%+v lists %d, want %d", *filter, len(got), want)
		}
	}
	_, err = s.Registry.Open(ctx, s.ID, mine.Client, ada.Actor(), client.ReadCard)
	Must(t, err)
	_, err = s.Registry.Open(ctx, s.ID, theirs.Client, ada.Actor(), client.ReadCard)
	WantCode(t, err, fault.CodeNotFound)
	_, err = s.Registry.Update(ctx, s.ID, theirs.Client, 0, ada.Actor(), func(c *client.Client) error { c.Note = "x"; return nil })
	WantCode(t, err, fault.CodeNotFound)
	for query, want := range map[string][]string{"": {"mia"}, "tom": {}, "tom@example.com": {}, "mia": {"mia"}} {
		got, err := s.Registry.List(ctx, s.ID, client.Filter{Query: query}, ada.Actor())
		Must(t, err)
		if !slices.Equal(callers(got.Items), want) {
			t.Errorf("looking for %q finds %v, want %v", query, callers(got.Items), want)
		}
	}
	reachOwnWrites(t, s, ada, theirs.Client)
}

// reachOwnWrites: a new card is its maker's, a booking with somebody else is
// refused, and one that leaves open who comes to whoever makes it.
func reachOwnWrites(t *testing.T, s *Shop, ada account.Principal, stranger id.Client) {
	t.Helper()
	ctx := account.Enclose(t.Context(), ada)
	c, err := s.Cards.Create(ctx, s.ID, client.Draft{Name: "new"}, "", ada.Actor())
	Must(t, err)
	_, err = s.Cards.Open(ctx, s.ID, c.ID, ada.Actor(), client.ReadCard)
	Must(t, err)
	r := s.Cut(Tomorrow(11, 0), "", "")
	r.Client, r.ClientID = client.Draft{}, c.ID
	b, err := s.Desk.Book(ctx, ada, r)
	Must(t, err)
	if b.Lead != "ada" {
		t.Errorf("the booking is with %s", b.Lead)
	}
	_, err = s.Desk.Book(ctx, ada, s.Cut(Tomorrow(12, 0), "ben", "zoe"))
	WantCode(t, err, fault.CodeForbidden)
	r = s.Cut(Tomorrow(13, 0), "ada", "")
	r.Client, r.ClientID = client.Draft{}, stranger
	_, err = s.Desk.Book(ctx, ada, r)
	WantCode(t, err, fault.CodeInvalid)
	fence := store.NewFence(s.DB)
	WantCode(t, fence.Card(ctx, s.ID, stranger), fault.CodeNotFound)
	Must(t, fence.Card(t.Context(), s.ID, stranger)) // nobody is enclosed
	got, err := store.Only(ctx, fence, s.ID, []id.Client{stranger, c.ID, stranger, "", c.ID}, func(c id.Client) id.Client { return c })
	Must(t, err)
	if !slices.Equal(got, []id.Client{c.ID, c.ID}) {
		t.Errorf("of all, %v are within reach", got)
	}
}

func reachLocation(t *testing.T, s *Shop) {
	b := s.Book(t, s.Cut(Tomorrow(9, 0), "ada", "mia"))
	here, there := s.member(account.ReachLocation, "", Main), s.member(account.ReachLocation, "", "elsewhere")
	for _, c := range []struct {
		who  account.Principal
		code string
		n    int
	}{{here, "", 1}, {there, fault.CodeNotFound, 0}, {s.member("weird", "ada", ""), "", 1}, {s.member(account.ReachOwn, "", ""), fault.CodeNotFound, 0}} {
		ctx := account.Enclose(t.Context(), c.who)
		_, byDesk := s.Desk.Find(ctx, c.who, b.ID)
		_, byCard := s.Registry.Open(ctx, s.ID, b.Client, c.who.Actor(), client.ReadCard)
		for _, err := range []error{byDesk, byCard} {
			if c.code == "" {
				Must(t, err)
			} else {
				WantCode(t, err, c.code)
			}
		}
		list, err := s.Registry.List(ctx, s.ID, client.Filter{}, c.who.Actor())
		Must(t, err)
		visits, err := s.Desk.List(ctx, c.who, booking.Filter{Limit: 50, Span: span.Span{Start: Noon, End: Noon + 3*span.Day}})
		Must(t, err)
		if len(list.Items) != c.n || len(visits) != c.n {
			t.Errorf("%+v sees %d cards and %d visits", c.who, len(list.Items), len(visits))
		}
	}
	_, err := s.Desk.Book(account.Enclose(t.Context(), there), there, s.Cut(Tomorrow(12, 0), "ada", "zoe"))
	if err == nil {
		t.Error("a booking elsewhere was made")
	}
}
