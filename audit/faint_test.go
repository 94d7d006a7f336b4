package audit_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"kept/account"
	"kept/audit"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

func TestSearchPastOnesReach(t *testing.T) {
	t.Parallel()
	s, clock, allowed := &shelf{}, &hands{1_795_348_800_000_000}, true
	var asked []string
	var broken error
	glass := audit.NewGlass(audit.GlassParts{
		Trail:   audit.NewTrail(s, s, clock),
		Allowed: func(context.Context, id.Business) (bool, error) { return allowed, nil },
		Search: func(ctx context.Context, _ id.Business, query string, most int, by event.Actor) ([]audit.Faint, error) {
			if _, enclosed := account.Enclosed(ctx); enclosed || by.ID != "eva" || most != 10 {
				t.Errorf("looked enclosed %v, by %s, for %d", enclosed, by.ID, most)
			}
			asked = append(asked, query)
			return []audit.Faint{{Client: "c1", Name: "Mia", Born: 1990}}, broken
		},
	})
	eva := account.Principal{Kind: account.KindUser, ID: "eva", Business: "b", Role: account.Staff, Reach: account.ReachOwn, Staff: "e", From: "192.0.2.1"}
	books, boss := eva, eva
	books.Role, boss.Reach = account.Accountant, account.ReachBusiness
	const why = "Fainted at the desk"
	for _, c := range []struct {
		who           account.Principal
		query, reason string
		code          string
	}{
		{eva, "mia", "", fault.CodeInvalid},
		{eva, "mia", "now!", fault.CodeInvalid},
		{eva, "mia", strings.Repeat("x", 201), fault.CodeInvalid},
		{eva, "mi", why, fault.CodeInvalid},
		{eva, strings.Repeat("m", 101), why, fault.CodeInvalid},
		{books, "mia", why, fault.CodeForbidden},
		{boss, "mia", why, fault.CodeConflict},
	} {
		if _, err := glass.Search(t.Context(), c.who, c.query, c.reason); !fault.Is(err, c.code) {
			t.Errorf("%s/%s looks for %q because %q: %v, want %s", c.who.Role, c.who.Reach, c.query, c.reason, err, c.code)
		}
	}
	allowed = false
	if _, err := glass.Search(t.Context(), eva, "mia", why); !fault.Is(err, fault.CodeForbidden) {
		t.Errorf("where it is not allowed: %v", err)
	}
	if allowed = true; len(s.entries)+len(asked) != 0 {
		t.Fatalf("what was refused left %+v, %v", s.entries, asked)
	}
	ctx := account.Enclose(t.Context(), eva)
	found, err := glass.Search(ctx, eva, "mia", why)
	if err != nil || len(found) != 1 || found[0].Born != 1990 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if e := s.entries; len(e) != 1 || e[0].Action != audit.SearchForced || e[0].Reason != why || e[0].Client != "" || e[0].Ref != "" || e[0].Actor.From == "" {
		t.Errorf("the record says %+v", e)
	}
	broken = errors.New("no")
	if _, err := glass.Search(ctx, eva, "mia", why); !errors.Is(err, broken) || len(s.entries) != 2 {
		t.Errorf("what finds nothing is on record too: %v, %d", err, len(s.entries))
	}
	broken = nil
	for range 18 {
		clock.now += span.Minute
		if _, err := glass.Search(ctx, eva, "mia", why); err != nil {
			t.Fatal(err)
		}
	}
	_, err = glass.Search(ctx, eva, "mia", why)
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Exhausted || f.RetryAfter.Minutes() != 42 {
		t.Errorf("past twenty an hour: %v", err)
	}
	clock.now += 42*span.Minute + 1
	if _, err := glass.Search(ctx, eva, "mia", why); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
