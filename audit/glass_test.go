package audit_test

import (
	"context"
	"strings"
	"testing"

	"kept/account"
	"kept/audit"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// hands is a clock that is set.
type hands struct{ now span.Instant }

func (h *hands) Now() span.Instant { return h.now }

func TestGlass(t *testing.T) {
	t.Parallel()
	s, clock, allowed := &shelf{}, &hands{1_795_348_800_000_000}, true
	glass := audit.NewGlass(audit.GlassParts{
		Trail:   audit.NewTrail(s, s, clock),
		Allowed: func(context.Context, id.Business) (bool, error) { return allowed, nil },
		Exists: func(_ context.Context, _ id.Business, card id.Client) error {
			if card == "nobody" {
				return fault.Missing("client")
			}
			return nil
		},
	})
	eva := account.Principal{Kind: account.KindUser, ID: "eva", Business: "b", Role: account.Staff, Reach: account.ReachOwn, Staff: "e", From: "192.0.2.1"}
	ben, books, boss := eva, eva, eva
	ben.ID = "ben"
	books.Role = account.Accountant
	boss.Reach = account.ReachBusiness
	const why = "Fainted at the desk"
	open := func(who account.Principal, card id.Client) bool {
		t.Helper()
		ok, err := glass.Open(t.Context(), who, card)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	for _, c := range []struct {
		who    account.Principal
		card   id.Client
		reason string
		code   string
	}{
		{eva, "mia", "", fault.CodeInvalid},
		{eva, "mia", "urgent", fault.CodeInvalid},
		{eva, "mia", strings.Repeat("x", 201), fault.CodeInvalid},
		{books, "mia", why, fault.CodeForbidden},
		{boss, "mia", why, fault.CodeConflict},
		{eva, "nobody", why, fault.CodeNotFound},
	} {
		if _, err := glass.Break(t.Context(), c.who, c.card, c.reason); !fault.Is(err, c.code) {
			t.Errorf("%s/%s opens %s because %q: %v, want %s", c.who.Role, c.who.Reach, c.card, c.reason, err, c.code)
		}
	}
	if len(s.entries) != 0 || open(eva, "mia") {
		t.Fatalf("it is open already: %+v", s.entries)
	}
	until, err := glass.Break(t.Context(), eva, "mia", why)
	if err != nil || until != clock.now+audit.GlassLife || len(s.entries) != 1 || s.entries[0].Reason != why || s.entries[0].Actor.From == "" {
		t.Fatalf("%v, %v, %+v", until, err, s.entries)
	}
	clock.now += audit.GlassLife - 1
	if !open(eva, "mia") || open(eva, "mio") || open(ben, "mia") || open(boss, "mia") || open(books, "mia") {
		t.Error("it is open to one of the staff, and of one card")
	}
	allowed = false
	if open(eva, "mia") {
		t.Error("the owner has shut it")
	}
	if _, err := glass.Break(t.Context(), eva, "mia", why); fault.KindOf(err) != fault.NotFound || err.Error() == "" {
		t.Errorf("where it is shut: %v", err)
	}
	allowed = true
	clock.now++
	if open(eva, "mia") {
		t.Error("the hour is over")
	}
}
