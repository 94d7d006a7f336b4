package storetest

import (
	"errors"
	"slices"
	"testing"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// wantRule checks by which rule somebody was not let in; "" for who was.
func wantRule(t testing.TB, err error, rule string) {
	t.Helper()
	f, refused := errors.AsType[*fault.Error](err)
	if (rule == "" && err != nil) || (rule != "" && (!refused || f.Rule != rule)) {
		t.Errorf("let in with %v, want rule %q", err, rule)
	}
}

// enter comes into a business with a session's token.
func (w *World) enter(t testing.TB, token string, b id.Business) error {
	t.Helper()
	_, err := w.Gate.Enter(t.Context(), w.session(t, token), b, here.Address)
	return err
}

// asOwner is an owner as a principal.
func asOwner(u account.User, b id.Business) account.Principal {
	return account.Principal{Kind: account.KindUser, ID: string(u.ID), Business: b, Role: account.Owner}
}

func identityStays(t *testing.T, w *World) {
	d := &diary{}
	w.Gate.Audit = d
	b := w.Business(t, "mine")
	eva, evas := w.person(t, "eva", b, account.Owner)
	ben, first := w.person(t, "ben", b, account.Reception)
	second := w.signIn(t, "ben")
	who := asOwner(eva, b)
	list := func() []account.Session {
		t.Helper()
		all, err := w.Gate.MemberSessions(t.Context(), who, ben.ID)
		Must(t, err)
		return all
	}
	if got := list(); len(got) != 0 {
		t.Errorf("seen before they came: %+v", got)
	}
	Must(t, w.enter(t, first, b))
	w.Clock.Advance(span.Minute)
	Must(t, w.enter(t, second, b))
	at := w.Clock.Now()
	w.Clock.Advance(span.Minute)
	Must(t, w.enter(t, second, b)) // is not written again so soon
	got := list()
	if len(got) != 2 || got[0].ID != w.session(t, second).ID || got[0].SeenAt != at || got[0].Origin != here {
		t.Fatalf("his sessions are %+v", got)
	}
	low := asOwner(ben, b)
	low.Role = account.Manager
	_, err := w.Gate.MemberSessions(t.Context(), low, eva.ID)
	WantCode(t, err, fault.CodeForbidden)
	WantCode(t, w.Gate.EndMemberSession(t.Context(), low, eva.ID, ""), fault.CodeForbidden)
	WantCode(t, w.Gate.EndMemberSession(t.Context(), who, "nobody", ""), fault.CodeNotFound)
	WantCode(t, w.Gate.EndMemberSession(t.Context(), who, eva.ID, got[0].ID), fault.CodeNotFound) // another's
	d.take()
	his, err := w.Gate.Enter(t.Context(), w.session(t, second), b, "")
	Must(t, err)
	Must(t, w.Gate.Stands(t.Context(), second, his))
	Must(t, w.Gate.EndMemberSession(t.Context(), who, ben.ID, got[0].ID))
	WantCode(t, w.Gate.Stands(t.Context(), second, his), fault.CodeUnauthenticated)
	Must(t, w.Gate.Stands(t.Context(), first, his))
	changed := his
	changed.Role = account.Manager // as whoever was one when the stream began
	WantCode(t, w.Gate.Stands(t.Context(), first, changed), fault.CodeNotFound)
	if acts := d.take(); !slices.Equal(acts, []string{account.DidEndMember}) {
		t.Errorf("recorded %v", acts)
	}
	if l := w.letter(t); l.Kind != account.LetterEnded || l.To != ben.Email || l.Business != b {
		t.Errorf("he is told %+v", l)
	}
	_, err = w.Gate.Resume(t.Context(), second)
	WantCode(t, err, fault.CodeUnauthenticated)
	Must(t, w.enter(t, first, b))
	third := w.signIn(t, "ben")
	Must(t, w.enter(t, third, b))
	Must(t, w.Gate.EndMemberSession(t.Context(), who, ben.ID, ""))
	for _, token := range []string{first, third} {
		_, err = w.Gate.Resume(t.Context(), token)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	WantCode(t, w.Gate.EndMemberSession(t.Context(), who, ben.ID, ""), fault.CodeNotFound) // none is left
	w.session(t, evas)
}

// A session that works in two businesses is shown to each as its own alone.
func identityStaysElsewhere(t *testing.T, w *World) {
	a, b := w.Business(t, "alpha"), w.Business(t, "bravo")
	eva, _ := w.person(t, "eva", a, account.Owner)
	ben, bens := w.person(t, "ben", a, account.Reception)
	Must(t, w.Gate.Join(t.Context(), account.Member{User: ben.ID, Business: b, Role: account.Owner}))
	hidden := w.signIn(t, "ben")
	Must(t, w.enter(t, hidden, b))
	Must(t, w.enter(t, bens, a))
	came := w.Clock.Now()
	w.Clock.Advance(span.Hour)
	Must(t, w.enter(t, bens, b))
	all, err := w.Gate.MemberSessions(t.Context(), asOwner(eva, a), ben.ID)
	Must(t, err)
	if len(all) != 1 || all[0].ID != w.session(t, bens).ID || all[0].SeenAt != came {
		t.Fatalf("alpha sees %+v", all)
	}
	WantCode(t, w.Gate.EndMemberSession(t.Context(), asOwner(eva, a), ben.ID, w.session(t, hidden).ID), fault.CodeNotFound)
	Must(t, w.Gate.EndMemberSession(t.Context(), asOwner(eva, a), ben.ID, all[0].ID))
	all, err = w.Gate.MemberSessions(t.Context(), asOwner(eva, a), ben.ID)
	Must(t, err)
	if len(all) != 0 {
		t.Errorf("what was ended is shown: %+v", all)
	}
	Must(t, w.enter(t, bens, b)) // elsewhere it goes on
	wantRule(t, w.Gate.Stands(t.Context(), bens, account.Principal{ID: string(ben.ID), Business: a, Role: account.Reception}), account.RuleEnded)
	wantRule(t, w.enter(t, bens, a), account.RuleEnded)
	_, err = w.Gate.Resume(t.Context(), bens)
	WantCode(t, err, fault.CodeUnauthenticated) // whoever came back signs in anew
	Must(t, w.enter(t, w.signIn(t, "ben"), a))
	Must(t, w.enter(t, hidden, b))
}

// demand has a business ask for a second factor.
func (w *World) demand(t testing.TB, who account.Principal, roles ...string) {
	t.Helper()
	_, err := w.Office.UpdateBusiness(t.Context(), who, func(b *catalog.Business) error {
		b.Terms.SecondFactor = roles
		return nil
	})
	Must(t, err)
}

// enrol sets up TOTP and gives the session's new token and the secret.
func (w *World) enrol(t testing.TB, token string) (renewed, secret string) {
	t.Helper()
	setup, err := w.Gate.BeginSecond(t.Context(), w.session(t, token))
	Must(t, err)
	renewed, _, err = w.Gate.FinishSecond(t.Context(), token, setup.Token, w.codeOf(t, setup.Secret, 0), here)
	Must(t, err)
	return renewed, setup.Secret
}

func identityDemanded(t *testing.T, w *World) {
	who := w.owner(t, "mine")
	b, free := who.Business, w.Business(t, "free")
	eva, evas := w.person(t, "eva", b, account.Owner)
	ben, bens := w.person(t, "ben", b, account.Reception)
	Must(t, w.Gate.Join(t.Context(), account.Member{User: eva.ID, Business: free, Role: account.Owner}))
	low := asOwner(ben, b)
	low.Role = account.Manager
	_, err := w.Office.UpdateBusiness(t.Context(), low, func(b *catalog.Business) error {
		b.Terms.SecondFactor = []string{"owner"}
		return nil
	})
	WantCode(t, err, fault.CodeForbidden)
	for _, bad := range [][]string{{"king"}, {"integration"}, {"owner", "owner"}} {
		_, err := w.Office.UpdateBusiness(t.Context(), who, func(b *catalog.Business) error {
			b.Terms.SecondFactor = bad
			return nil
		})
		WantCode(t, err, fault.CodeInvalid)
	}
	w.demand(t, who, "owner", "manager")
	wantRule(t, w.enter(t, evas, b), account.RuleSecond)
	wantRule(t, w.enter(t, evas, free), "")
	wantRule(t, w.enter(t, bens, b), "") // not of his role
	_, err = w.Gate.ShareDesk(t.Context(), evas, b)
	wantRule(t, err, account.RuleSecond)
	weak := w.signIn(t, "eva")
	evas, secret := w.enrol(t, evas)
	wantRule(t, w.enter(t, evas, b), "")
	_, err = w.Gate.Resume(t.Context(), weak) // setting it up ends all others
	WantCode(t, err, fault.CodeUnauthenticated)
	Must(t, w.Gate.DropSecond(t.Context(), w.session(t, evas)))
	wantRule(t, w.enter(t, evas, b), account.RuleSecond)
	_, err = w.Gate.ShowSecond(t.Context(), evas, w.codeOf(t, secret, span.Minute), here)
	WantCode(t, err, fault.CodeUnauthenticated) // she has none
	_, err = w.Gate.ShowSecond(t.Context(), bens, "123456", here)
	WantCode(t, err, fault.CodeUnauthenticated)

	w.Gate.Site = reader{}
	q, err := w.Gate.BeginPasskey(t.Context(), w.session(t, evas))
	Must(t, err)
	evas, _, err = w.Gate.FinishPasskey(t.Context(), evas, q.State, []byte("key-1"), "Phone")
	Must(t, err)
	wantRule(t, w.enter(t, evas, b), "")
	plain := w.signIn(t, "eva") // a password alone, although she has a passkey
	wantRule(t, w.enter(t, plain, b), account.RuleSecond)
	q, err = w.Gate.AskPasskey(t.Context(), here)
	Must(t, err)
	e, err := w.Gate.SignInPasskey(t.Context(), q.State, []byte(string(eva.ID)+":key-1"), here)
	Must(t, err)
	wantRule(t, w.enter(t, e.Token, b), "")
	w.demand(t, who)
	wantRule(t, w.enter(t, plain, b), "")
}

// At a shared desk a PIN is enough for who has a second factor, and nobody else.
func identityDemandedDesk(t *testing.T, w *World) {
	who := w.owner(t, "mine")
	b := who.Business
	_, evas := w.person(t, "eva", b, account.Owner)
	ben, bens := w.person(t, "ben", b, account.Reception)
	Must(t, w.Gate.SetPIN(t.Context(), w.session(t, bens), b, "4071"))
	desk, err := w.Gate.ShareDesk(t.Context(), evas, b)
	Must(t, err)
	w.demand(t, who, "reception")
	_, err = w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "4071", here)
	wantRule(t, err, account.RuleSecond)
	Must(t, w.enter(t, desk, b)) // it is where it was
	w.enrol(t, bens)
	desk, err = w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "4071", here)
	Must(t, err)
	wantRule(t, w.enter(t, desk, b), "")
	_, err = w.Gate.ShowSecond(t.Context(), desk, "123456", here)
	WantCode(t, err, fault.CodeForbidden)
	list, err := w.Gate.MemberSessions(t.Context(), who, ben.ID)
	Must(t, err)
	if len(list) != 1 || list[0].Shared != b {
		t.Fatalf("at the desk is %+v", list)
	}
	Must(t, w.Gate.EndMemberSession(t.Context(), who, ben.ID, ""))
	_, err = w.Gate.Resume(t.Context(), desk)
	WantCode(t, err, fault.CodeUnauthenticated)
}

// What another house says of factors counts; where it says nothing, the factor
// here is asked.
func identityDemandedOutside(t *testing.T, w *World) {
	who := w.owner(t, "mine")
	b := who.Business
	_, evas := w.person(t, "eva", b, account.Owner)
	come := func(second bool) account.Entry {
		e, err := w.Gate.SignInOutside(t.Context(), account.Known{Issuer: "https://login.example", Subject: "1", Email: "eva@example.com", Second: second}, here)
		Must(t, err)
		return e
	}
	plain := come(false)
	w.demand(t, who, "owner")
	wantRule(t, w.enter(t, plain.Token, b), account.RuleSecond)
	wantRule(t, w.enter(t, come(true).Token, b), "") // without one here
	evas, secret := w.enrol(t, evas)
	wantRule(t, w.enter(t, evas, b), "")
	asked := come(false)
	if asked.Token != "" || asked.Second == "" {
		t.Fatalf("let in without the second step: %+v", asked)
	}
	e, err := w.Gate.SecondStep(t.Context(), asked.Second, w.codeOf(t, secret, 30*span.Second), here)
	Must(t, err)
	wantRule(t, w.enter(t, e.Token, b), "")
	if w.session(t, e.Token).SecondBy != account.FactorTOTP || w.session(t, e.Token).ProvedBy != account.ByOutside {
		t.Errorf("the session is %+v", w.session(t, e.Token))
	}
	if e := come(true); e.Second != "" || w.session(t, e.Token).SecondBy != account.FactorOutside {
		t.Errorf("the house's word is not taken: %+v", e)
	}
}
