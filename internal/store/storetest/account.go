package storetest

import (
	"context"
	"slices"
	"sync"
	"testing"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

func testAccount(t *testing.T, open Opener) {
	t.Run("sign-up", func(t *testing.T) { t.Parallel(); accountSignUp(t, NewWorld(t, open)) })
	t.Run("session", func(t *testing.T) { t.Parallel(); accountSession(t, NewWorld(t, open)) })
	t.Run("member", func(t *testing.T) { t.Parallel(); accountMember(t, NewWorld(t, open)) })
	t.Run("key", func(t *testing.T) { t.Parallel(); accountKey(t, NewWorld(t, open)) })
}

var eva = account.NewUser{Name: "Eva", Email: "Eva@Example.com", Password: "correct horse", Language: "ru"}

func accountSignUp(t *testing.T, w *World) {
	const rivals = 4
	var mu sync.Mutex
	var first []account.User
	var all sync.WaitGroup
	for range rivals {
		all.Go(func() {
			u, err := w.Gate.SignUp(t.Context(), eva)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				first = append(first, u)
			} else if !fault.Is(err, fault.CodeForbidden) {
				t.Errorf("a late sign-up gives %v", err)
			}
		})
	}
	all.Wait()
	if len(first) != 1 {
		t.Fatalf("%d of %d signed up, want 1", len(first), rivals)
	}
	if open, err := w.Gate.Open(t.Context()); open || err != nil {
		t.Errorf("sign-up is open: %v, %v", open, err)
	}
	got, err := w.Gate.FindUser(t.Context(), first[0].ID)
	Must(t, err)
	if got != first[0] || got.Name != "Eva" || got.Email != "Eva@Example.com" || got.Language != "ru" {
		t.Errorf("the user is %+v", got)
	}
	_, err = w.Gate.CreateUser(t.Context(), account.NewUser{Name: "E", Email: "eva@example.COM", Password: "another one"})
	WantCode(t, err, fault.CodeConflict)
	for _, bad := range []account.NewUser{
		{Name: "", Email: "a@example.com", Password: "long enough"},
		{Name: "A", Email: "a@b", Password: "long enough"},
		{Name: "A", Email: "a@example.com\r\nBcc: x@example.com", Password: "long enough"},
		{Name: "A", Email: "a@example.com", Password: "short"},
	} {
		_, err := w.Gate.CreateUser(t.Context(), bad)
		WantCode(t, err, fault.CodeInvalid)
	}
}

func accountSession(t *testing.T, w *World) {
	u, err := w.Gate.CreateUser(t.Context(), eva)
	Must(t, err)
	for _, bad := range [][2]string{{"eva@example.com", "wrong"}, {"nobody@example.com", "correct horse"}, {"", ""}} {
		_, err := w.Gate.SignIn(t.Context(), account.Try{Email: bad[0], Password: bad[1]})
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	in, err := w.Gate.SignIn(t.Context(), account.Try{Email: " EVA@example.com ", Password: "correct horse"})
	Must(t, err)
	if in.User.ID != u.ID {
		t.Errorf("signed in as %s, want %s", in.User.ID, u.ID)
	}
	token := in.Token
	signIn := func(password string) string {
		t.Helper()
		in, err := w.Gate.SignIn(t.Context(), account.Try{Email: eva.Email, Password: password})
		Must(t, err)
		return in.Token
	}
	resume := func(want string) {
		t.Helper()
		s, err := w.Gate.Resume(t.Context(), token)
		if want != "" {
			WantCode(t, err, want)
			return
		}
		Must(t, err)
		if s.User != u.ID || s.ExpiresAt <= w.Clock.Now()+account.SessionLife-2*span.Hour {
			t.Errorf("the session is %+v", s)
		}
	}
	for range 3 { // each use puts the end off
		w.Clock.Advance(account.SessionLife - span.Hour)
		resume("")
	}
	w.Clock.Advance(account.SessionLife)
	resume(fault.CodeUnauthenticated)
	Must(t, w.Gate.Sweep(t.Context(), w.Clock.Now()))

	token = signIn(eva.Password)
	Must(t, w.Gate.SignOut(t.Context(), token))
	Must(t, w.Gate.SignOut(t.Context(), token))
	resume(fault.CodeUnauthenticated)

	elsewhere, token := signIn(eva.Password), signIn(eva.Password)
	_, err = w.Gate.SetPassword(t.Context(), token, "wrong", "brand new one", account.Origin{})
	WantCode(t, err, fault.CodeUnauthenticated)
	_, err = w.Gate.SetPassword(t.Context(), token, eva.Password, "password1", account.Origin{})
	WantCode(t, err, fault.CodeInvalid)
	resume("")
	renewed, err := w.Gate.SetPassword(t.Context(), token, eva.Password, "brand new one", account.Origin{})
	Must(t, err)
	resume(fault.CodeUnauthenticated) // the old token is worth nothing
	token = elsewhere
	resume(fault.CodeUnauthenticated) // nor are other sessions
	token = renewed
	resume("")
	_, err = w.Gate.SignIn(t.Context(), account.Try{Email: eva.Email, Password: eva.Password})
	WantCode(t, err, fault.CodeUnauthenticated)
	token = signIn("brand new one")
	Must(t, w.Gate.SignOutEverywhere(t.Context(), u.ID, ""))
	resume(fault.CodeUnauthenticated)
}

func accountMember(t *testing.T, w *World) {
	u, err := w.Gate.CreateUser(t.Context(), eva)
	Must(t, err)
	b, a, other := w.Business(t, "bravo"), w.Business(t, "alpha"), w.Business(t, "other")
	Must(t, w.Gate.Join(t.Context(), account.Member{User: u.ID, Business: b, Role: account.Manager}))
	Must(t, w.Gate.Join(t.Context(), account.Member{User: u.ID, Business: b, Role: account.Owner}))
	Must(t, w.Gate.Join(t.Context(), account.Member{User: u.ID, Business: a, Role: account.Staff, Staff: "s1"}))
	WantCode(t, w.Gate.Join(t.Context(), account.Member{User: u.ID, Business: a, Role: account.Staff}), fault.CodeInvalid)
	WantCode(t, w.Gate.Join(t.Context(), account.Member{User: u.ID, Business: a, Role: "king"}), fault.CodeInvalid)
	got, err := w.Gate.ListMemberships(t.Context(), u.ID)
	Must(t, err)
	want := []account.Member{
		{User: u.ID, Business: a, Slug: "alpha", Role: account.Staff, Staff: "s1"},
		{User: u.ID, Business: b, Slug: "bravo", Role: account.Owner},
	}
	if !slices.Equal(got, want) {
		t.Errorf("memberships are %+v, want %+v", got, want)
	}
	enter := func(business id.Business) (account.Principal, error) {
		return w.Gate.Enter(t.Context(), account.Session{User: u.ID}, business, "192.0.2.1")
	}
	who, err := enter(b)
	Must(t, err)
	if want := (account.Principal{Kind: account.KindUser, ID: string(u.ID), Business: b, Role: account.Owner, From: "192.0.2.1"}); !samePrincipal(who, want) {
		t.Errorf("entered as %+v", who)
	}
	members, err := w.Gate.ListMembers(t.Context(), who, "", 0)
	Must(t, err)
	if len(members) != 1 || members[0] != want[1] {
		t.Errorf("members are %+v", members)
	}
	_, err = enter(other)
	WantCode(t, err, fault.CodeNotFound)
	WantCode(t, w.Gate.RemoveMember(t.Context(), who, u.ID), fault.CodeConflict) // the last owner
	Must(t, w.Gate.Join(t.Context(), account.Member{User: second(t, w), Business: b, Role: account.Owner}))
	Must(t, w.Gate.RemoveMember(t.Context(), who, u.ID))
	WantCode(t, w.Gate.RemoveMember(t.Context(), who, u.ID), fault.CodeNotFound)
	_, err = enter(b)
	WantCode(t, err, fault.CodeNotFound)
}

func second(t *testing.T, w *World) id.User {
	t.Helper()
	u, err := w.Gate.CreateUser(t.Context(), account.NewUser{Name: "Ben", Email: "ben@example.com", Password: "battery staple"})
	Must(t, err)
	return u.ID
}

func samePrincipal(a, b account.Principal) bool {
	return a.Kind == b.Kind && a.ID == b.ID && a.Business == b.Business && a.Role == b.Role && a.Staff == b.Staff && slices.Equal(a.Scopes, b.Scopes) &&
		a.Reach == b.Reach && a.Location == b.Location && a.From == b.From
}

func accountKey(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	owner := account.System(b)
	text, k, err := w.Gate.CreateKey(t.Context(), owner, account.NewKey{
		Name: "till", Role: account.Reception, Scopes: []account.Action{account.ReadBookings}, ExpiresAt: w.Clock.Now() + span.Day,
	})
	Must(t, err)
	who, err := w.Gate.Authenticate(t.Context(), text)
	Must(t, err)
	if want := (account.Principal{
		Kind: account.KindKey, ID: string(k.ID), Business: b, Role: account.Reception, Scopes: []account.Action{account.ReadBookings},
	}); !samePrincipal(who, want) {
		t.Errorf("the key is %+v, want %+v", who, want)
	}
	if who.May(account.WriteBookings) || !who.May(account.ReadBookings) {
		t.Error("the scopes don't narrow the role")
	}
	_, _, err = w.Gate.CreateKey(t.Context(), who, account.NewKey{Role: account.Owner})
	WantCode(t, err, fault.CodeForbidden)
	for _, bad := range []account.NewKey{{Role: "king"}, {Role: account.Staff}, {Role: account.Owner, Scopes: []account.Action{"fly"}}} {
		_, _, err = w.Gate.CreateKey(t.Context(), owner, bad)
		WantCode(t, err, fault.CodeInvalid)
	}
	for _, bad := range []string{"", "kept_key_wrong", text + "x", string(make([]byte, 1<<20))} {
		_, err = w.Gate.Authenticate(t.Context(), bad)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	WantCode(t, w.Gate.RevokeKey(t.Context(), account.System(other), k.ID), fault.CodeNotFound)
	w.Clock.Advance(span.Second)
	second, _, err := w.Gate.CreateKey(t.Context(), owner, account.NewKey{Role: account.Staff, Staff: "s1"})
	Must(t, err)
	first, err := w.Gate.ListKeys(t.Context(), owner, "", 1)
	Must(t, err)
	rest, err := w.Gate.ListKeys(t.Context(), owner, first[0].ID, 10)
	Must(t, err)
	if len(first) != 1 || len(rest) != 1 || first[0].ID == rest[0].ID {
		t.Errorf("keys are %+v and %+v", first, rest)
	}
	Must(t, w.Gate.RevokeKey(t.Context(), owner, rest[0].ID))
	w.Clock.Advance(span.Day)
	for _, gone := range []string{text, second} { // one has ended, one was revoked
		_, err = w.Gate.Authenticate(t.Context(), gone)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	demoKeys(t, w, b)
}

func demoKeys(t *testing.T, w *World, b id.Business) {
	t.Helper()
	const text = "demo-mine-owner"
	plant := func(ctx context.Context, text string) error {
		return w.Gate.PlantKey(ctx, account.System(b), text, account.NewKey{Role: account.Owner})
	}
	Must(t, plant(t.Context(), text))
	Must(t, plant(t.Context(), text))
	WantCode(t, plant(t.Context(), "mine-owner"), fault.CodeInvalid)
	_, err := w.Gate.Authenticate(t.Context(), text)
	WantCode(t, err, fault.CodeUnauthenticated)
	parts := w.Gate.Parts
	parts.Demo = true
	who, err := account.NewGate(parts).Authenticate(t.Context(), text)
	Must(t, err)
	if who.Role != account.Owner || who.Business != b {
		t.Errorf("the demo's key is %+v", who)
	}
}
