package storetest

import (
	"bytes"
	"slices"
	"sync"
	"testing"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

func testIdentityMore(t *testing.T, open Opener) {
	t.Run("invitations", func(t *testing.T) { t.Parallel(); identityInvitations(t, NewWorld(t, open)) })
	t.Run("owners", func(t *testing.T) { t.Parallel(); identityOwners(t, NewWorld(t, open)) })
	t.Run("passkeys", func(t *testing.T) { t.Parallel(); identityPasskeys(t, NewWorld(t, open)) })
	t.Run("outside", func(t *testing.T) { t.Parallel(); identityOutside(t, NewWorld(t, open)) })
}

func identityInvitations(t *testing.T, w *World) {
	d := &diary{}
	w.Gate.Audit = d
	b := w.Business(t, "mine")
	eva, token := w.person(t, "eva", b, account.Owner)
	who, err := w.Gate.Enter(t.Context(), w.session(t, token), b, "192.0.2.7")
	Must(t, err)
	for _, bad := range []account.NewInvitation{
		{Email: "nobody", Role: account.Manager},
		{Email: "a@example.com", Role: "king"},
		{Email: "a@example.com", Role: account.Integration},
		{Email: "a@example.com", Role: account.Staff},
		{Email: "a@example.com", Role: account.Manager, Reach: account.ReachLocation},
		{Email: "a@example.com", Role: account.Owner, Reach: account.ReachOwn, Staff: "s1"},
	} {
		_, err := w.Gate.Invite(t.Context(), who, bad)
		WantCode(t, err, fault.CodeInvalid)
	}
	_, err = w.Gate.Invite(t.Context(), who, account.NewInvitation{Email: "EVA@example.com", Role: account.Manager})
	WantCode(t, err, fault.CodeConflict) // she is there
	invite := func(email string) (account.Invitation, string) {
		t.Helper()
		i, err := w.Gate.Invite(t.Context(), who, account.NewInvitation{Email: email, Role: account.Staff, Staff: "s2", Reach: account.ReachOwn})
		Must(t, err)
		return i, w.letter(t).Token
	}
	_, old := invite("ben@example.com")
	i, link := invite("Ben@example.com")
	_, _, err = w.Gate.FindInvitation(t.Context(), old)
	WantCode(t, err, fault.CodeConflict) // the newer one counts
	found, known, err := w.Gate.FindInvitation(t.Context(), link)
	Must(t, err)
	if found != i || known || i.Reach != account.ReachOwn {
		t.Errorf("the invitation is %+v, known %v", found, known)
	}
	open, err := w.Gate.ListInvitations(t.Context(), who)
	Must(t, err)
	if !slices.Equal(open, []account.Invitation{i}) {
		t.Errorf("open are %+v", open)
	}
	d.take()
	ben := account.NewUser{Name: "Ben", Email: "thief@example.com", Password: "battery staple"}
	in, err := w.Gate.Accept(t.Context(), link, ben, here)
	Must(t, err)
	if in.User.Email != "Ben@example.com" || in.Token == "" { // the address is the invited one, whatever was sent
		t.Errorf("let in is %+v", in)
	}
	if got := d.take(); !slices.Equal(got, []string{account.DidJoin, account.DidSignIn}) {
		t.Errorf("recorded %v", got)
	}
	who2, err := w.Gate.Enter(t.Context(), w.session(t, in.Token), b, "")
	Must(t, err)
	if who2.Role != account.Staff || who2.Reach != account.ReachOwn || who2.Staff != "s2" {
		t.Errorf("Ben is %+v", who2)
	}
	_, err = w.Gate.Accept(t.Context(), link, ben, here)
	WantCode(t, err, fault.CodeConflict)
	identityKnown(t, w, eva, token)
}

// identityKnown: who has an account accepts with it, and with no other.
func identityKnown(t *testing.T, w *World, eva account.User, token string) {
	t.Helper()
	other := w.Business(t, "other")
	_, bens := w.person(t, "cem", other, account.Owner)
	who, err := w.Gate.Enter(t.Context(), w.session(t, bens), other, "")
	Must(t, err)
	i, err := w.Gate.Invite(t.Context(), who, account.NewInvitation{Email: eva.Email, Role: account.Manager})
	Must(t, err)
	link := w.letter(t).Token
	_, err = w.Gate.Accept(t.Context(), link, account.NewUser{Name: "E", Password: "battery staple"}, here)
	WantCode(t, err, fault.CodeConflict)
	_, err = w.Gate.AcceptAs(t.Context(), link, w.session(t, bens))
	WantCode(t, err, fault.CodeForbidden)
	_, err = w.Gate.AcceptAs(t.Context(), link, w.session(t, token))
	Must(t, err)
	places, err := w.Gate.ListMemberships(t.Context(), eva.ID)
	Must(t, err)
	if len(places) != 2 {
		t.Errorf("she works at %+v", places)
	}
	WantCode(t, w.Gate.Withdraw(t.Context(), who, i.ID), fault.CodeNotFound)
	i, err = w.Gate.Invite(t.Context(), who, account.NewInvitation{Email: "late@example.com", Role: account.Manager})
	Must(t, err)
	link = w.letter(t).Token
	w.Clock.Advance(account.InvitationLife)
	_, _, err = w.Gate.FindInvitation(t.Context(), link)
	WantCode(t, err, fault.CodeConflict)
	Must(t, w.Gate.Withdraw(t.Context(), who, i.ID))
}

// identityOwners: of two owners who remove each other at once, one stays.
func identityOwners(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	var who [2]account.Principal
	var ids [2]id.User
	for i, name := range []string{"eva", "ben"} {
		u, token := w.person(t, name, b, account.Owner)
		p, err := w.Gate.Enter(t.Context(), w.session(t, token), b, "")
		Must(t, err)
		who[i], ids[i] = p, u.ID
	}
	var all sync.WaitGroup
	for i := range 2 {
		all.Go(func() {
			if i == 0 {
				_ = w.Gate.RemoveMember(t.Context(), who[0], ids[1])
				return
			}
			_, _ = w.Gate.ChangeMember(t.Context(), who[1], ids[0], func(m *account.Member) error { m.Role = account.Manager; return nil })
		})
	}
	all.Wait()
	list, err := w.Gate.ListMembers(t.Context(), account.System(b), "", 0)
	Must(t, err)
	owners := 0
	for _, m := range list {
		if m.Role == account.Owner {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("%d owners are left", owners)
	}
	narrow := account.Principal{Kind: account.KindKey, ID: "k", Business: b, Role: account.Owner, Scopes: []account.Action{account.ManageAccounts}}
	_, err = w.Gate.Invite(t.Context(), narrow, account.NewInvitation{Email: "x@example.com", Role: account.Owner})
	WantCode(t, err, fault.CodeForbidden)
	_, err = w.Gate.ChangeMember(t.Context(), narrow, list[0].User, func(m *account.Member) error { m.Role = account.Owner; return nil })
	WantCode(t, err, fault.CodeForbidden)
}

// reader reads the answers "user:keyid" and is no real site.
type reader struct{}

func (reader) Enrol(account.User, []account.Passkey) (options, state []byte, err error) {
	return []byte(`{}`), []byte("made"), nil
}

func (reader) Enrolled(_ account.User, _ []account.Passkey, state, answer []byte) (account.Passkey, error) {
	if string(state) != "made" {
		return account.Passkey{}, fault.BadField("answer", "format", "another question")
	}
	return account.Passkey{KeyID: answer, Record: []byte("0")}, nil
}

func (reader) Ask() (options, state []byte, err error) { return []byte(`{}`), []byte("asked"), nil }

func (reader) Answered(state, answer []byte, find func(id.User) ([]account.Passkey, error)) (account.Passkey, error) {
	user, key, _ := bytes.Cut(answer, []byte(":"))
	has, err := find(id.User(user))
	if err != nil || string(state) != "asked" {
		return account.Passkey{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "no")
	}
	for _, k := range has {
		if bytes.Equal(k.KeyID, key) {
			k.Record = append(k.Record, '1')
			return k, nil
		}
	}
	return account.Passkey{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "no")
}

func identityPasskeys(t *testing.T, w *World) {
	w.Gate.Site = reader{}
	eva, token := w.person(t, "eva", "", "")
	_, bens := w.person(t, "ben", "", "")
	q, err := w.Gate.BeginPasskey(t.Context(), w.session(t, token))
	Must(t, err)
	_, _, err = w.Gate.FinishPasskey(t.Context(), bens, q.State, []byte("key-1"), "Mine") // another's question; it is spent
	WantCode(t, err, fault.CodeUnauthenticated)
	_, _, err = w.Gate.FinishPasskey(t.Context(), token, q.State, []byte("key-1"), "Mine")
	WantCode(t, err, fault.CodeUnauthenticated)
	add := func(token, key string) (string, account.Passkey, error) {
		q, err := w.Gate.BeginPasskey(t.Context(), w.session(t, token))
		Must(t, err)
		return w.Gate.FinishPasskey(t.Context(), token, q.State, []byte(key), " Phone ")
	}
	old := token
	token, k, err := add(token, "key-1")
	Must(t, err)
	if _, err := w.Gate.Resume(t.Context(), old); !fault.Is(err, fault.CodeUnauthenticated) || w.session(t, token).SecondBy != account.FactorPasskey {
		t.Errorf("the session may do more under its old token: %v", err)
	}
	_, _, err = add(bens, "key-1")
	WantCode(t, err, fault.CodeConflict)
	Must(t, w.Gate.RenamePasskey(t.Context(), eva.ID, k.ID, "Tablet"))
	WantCode(t, w.Gate.RenamePasskey(t.Context(), eva.ID, k.ID, ""), fault.CodeInvalid)
	WantCode(t, w.Gate.RenamePasskey(t.Context(), "nobody", k.ID, "x"), fault.CodeNotFound)
	come := func(answer string) (account.Entry, error) {
		q, err := w.Gate.AskPasskey(t.Context(), here)
		Must(t, err)
		e, err := w.Gate.SignInPasskey(t.Context(), q.State, []byte(answer), here)
		if _, again := w.Gate.SignInPasskey(t.Context(), q.State, []byte(answer), here); !fault.Is(again, fault.CodeUnauthenticated) {
			t.Errorf("a question twice: %v", again)
		}
		return e, err
	}
	for _, bad := range []string{"", string(eva.ID) + ":key-2", "nobody:key-1"} {
		_, err := come(bad)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	w.Clock.Advance(span.Minute)
	e, err := come(string(eva.ID) + ":key-1")
	Must(t, err)
	if s := w.session(t, e.Token); s.User != eva.ID || s.ProvedBy != account.ByPasskey {
		t.Errorf("the session is %+v", s)
	}
	all, err := w.Gate.ListPasskeys(t.Context(), eva.ID)
	Must(t, err)
	if len(all) != 1 || all[0].Name != "Tablet" || string(all[0].Record) != "01" || all[0].UsedAt != w.Clock.Now() {
		t.Errorf("her keys are %+v", all)
	}
	WantCode(t, w.Gate.DropPasskey(t.Context(), w.session(t, bens), k.ID), fault.CodeNotFound)
	Must(t, w.Gate.DropPasskey(t.Context(), w.session(t, token), k.ID))
	_, err = come(string(eva.ID) + ":key-1")
	WantCode(t, err, fault.CodeUnauthenticated)
	w.Clock.Advance(span.Hour)
	_, err = w.Gate.BeginPasskey(t.Context(), w.session(t, token))
	WantCode(t, err, fault.CodeForbidden) // too long ago that she showed who she is
}

func identityOutside(t *testing.T, w *World) {
	d := &diary{}
	w.Gate.Audit = d
	b := w.Business(t, "mine")
	eva, token := w.person(t, "eva", b, account.Owner)
	come := func(subject, email string) (account.Entry, error) {
		return w.Gate.SignInOutside(t.Context(), account.Known{Issuer: "https://login.example", Subject: subject, Email: email, Name: "E"}, here)
	}
	_, err := come("1", "") // an address that the other house has not verified
	WantCode(t, err, fault.CodeForbidden)
	_, err = come("1", "stranger@example.com")
	WantCode(t, err, fault.CodeForbidden)
	e, err := come("1", "EVA@example.com")
	Must(t, err)
	if e.User.ID != eva.ID || w.session(t, e.Token).ProvedBy != account.ByOutside {
		t.Errorf("let in is %+v", e)
	}
	e, err = come("1", "") // known from now on
	Must(t, err)
	if e.User.ID != eva.ID {
		t.Errorf("let in is %+v", e)
	}
	who, err := w.Gate.Enter(t.Context(), w.session(t, token), b, "")
	Must(t, err)
	_, err = w.Gate.Invite(t.Context(), who, account.NewInvitation{Email: "new@example.com", Role: account.Manager})
	Must(t, err)
	e, err = come("2", "new@example.com")
	Must(t, err)
	if p, err := w.Gate.Enter(t.Context(), w.session(t, e.Token), b, ""); err != nil || p.Role != account.Manager {
		t.Errorf("the invited is %+v, %v", p, err)
	}
	_, err = w.Gate.SignIn(t.Context(), account.Try{Email: "new@example.com", From: here}) // has no password, so none is right
	WantCode(t, err, fault.CodeUnauthenticated)
	if got := d.take(); !slices.Contains(got, account.DidLinkOutside) || !slices.Contains(got, account.DidJoin) {
		t.Errorf("recorded %v", got)
	}
	way, err := w.Gate.GoOutside(t.Context(), []byte("state"))
	Must(t, err)
	got, err := w.Gate.ComeBack(t.Context(), way)
	Must(t, err)
	if string(got) != "state" {
		t.Errorf("came back with %q", got)
	}
	_, err = w.Gate.ComeBack(t.Context(), way)
	WantCode(t, err, fault.CodeUnauthenticated)
}
