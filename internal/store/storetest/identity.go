package storetest

import (
	"context"
	"encoding/base32"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

func testIdentity(t *testing.T, open Opener) {
	t.Run("limits", func(t *testing.T) { t.Parallel(); identityLimits(t, NewWorld(t, open)) })
	t.Run("second factor", func(t *testing.T) { t.Parallel(); identitySecond(t, NewWorld(t, open)) })
	t.Run("sessions", func(t *testing.T) { t.Parallel(); identitySessions(t, NewWorld(t, open)) })
	t.Run("reset", func(t *testing.T) { t.Parallel(); identityReset(t, NewWorld(t, open)) })
	t.Run("desk", func(t *testing.T) { t.Parallel(); identityDesk(t, NewWorld(t, open)) })
	t.Run("stays", func(t *testing.T) { t.Parallel(); identityStays(t, NewWorld(t, open)) })
	t.Run("stays elsewhere", func(t *testing.T) { t.Parallel(); identityStaysElsewhere(t, NewWorld(t, open)) })
	t.Run("firm", func(t *testing.T) { t.Parallel(); identityFirm(t, NewWorld(t, open)) })
	t.Run("demanded", func(t *testing.T) { t.Parallel(); identityDemanded(t, NewWorld(t, open)) })
	t.Run("demanded at the desk", func(t *testing.T) { t.Parallel(); identityDemandedDesk(t, NewWorld(t, open)) })
	t.Run("demanded outside", func(t *testing.T) { t.Parallel(); identityDemandedOutside(t, NewWorld(t, open)) })
	t.Run("key use", func(t *testing.T) { t.Parallel(); identityKeyUse(t, NewWorld(t, open)) })
}

// diary remembers what was recorded.
type diary struct {
	mu   sync.Mutex
	acts []account.Act
}

// Record implements account.Auditor.
func (d *diary) Record(_ context.Context, a account.Act) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.acts = append(d.acts, a)
	return nil
}

// take gives the words of what was recorded since.
func (d *diary) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := []string{}
	for _, a := range d.acts {
		out = append(out, a.What)
	}
	d.acts = nil
	return out
}

// here is where tests come from.
var here = account.Origin{Address: "192.0.2.7", Device: "Firefox, Linux"}

// person makes a user with a place in a business, and signs them in.
func (w *World) person(t testing.TB, name string, business id.Business, role account.Role) (account.User, string) {
	t.Helper()
	u, err := w.Gate.CreateUser(t.Context(), account.NewUser{Name: name, Email: name + "@example.com", Password: "correct horse " + name})
	Must(t, err)
	if business != "" {
		Must(t, w.Gate.Join(t.Context(), account.Member{User: u.ID, Business: business, Role: role, Staff: "s1"}))
	}
	return u, w.signIn(t, name)
}

func (w *World) signIn(t testing.TB, name string) string {
	t.Helper()
	in, err := w.Gate.SignIn(t.Context(), account.Try{Email: name + "@example.com", Password: "correct horse " + name, From: here})
	Must(t, err)
	return in.Token
}

func (w *World) session(t testing.TB, token string) account.Session {
	t.Helper()
	s, err := w.Gate.Resume(t.Context(), token)
	Must(t, err)
	return s
}

// codeOf computes the code that a device would show now.
func (w *World) codeOf(t testing.TB, secret string, later span.Instant) string {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	Must(t, err)
	return account.CodeAt(raw, w.Clock.Now()+later)
}

func identityLimits(t *testing.T, w *World) {
	d := &diary{}
	w.Gate.Audit = d
	b := w.Business(t, "mine")
	w.person(t, "eva", b, account.Owner)
	if got := d.take(); !slices.Equal(got, []string{account.DidSignIn}) {
		t.Errorf("recorded %v", got)
	}
	tryOnce := func(email, password, from string) error {
		_, err := w.Gate.SignIn(t.Context(), account.Try{Email: email, Password: password, From: account.Origin{Address: from}})
		return err
	}
	for _, email := range []string{"eva@example.com", "nobody@example.com"} { // the same for both
		for range 10 {
			WantCode(t, tryOnce(email, "wrong", "192.0.2.1"), fault.CodeUnauthenticated)
		}
		err := tryOnce(email, "wrong", "192.0.2.1")
		WantCode(t, err, fault.CodeRateLimited)
		var f *fault.Error
		if !errors.As(err, &f) || f.RetryAfter <= 0 {
			t.Errorf("no time to wait: %v", err)
		}
	}
	if got := d.take(); len(got) != 10 || got[0] != account.DidFailSignIn {
		t.Errorf("recorded %v", got)
	}
	WantCode(t, tryOnce("EVA@example.com", "correct horse eva", "192.0.2.1"), fault.CodeRateLimited)
	Must(t, tryOnce("eva@example.com", "correct horse eva", "192.0.2.2")) // elsewhere she comes in
	for i := range 28 {                                                   // from many places, an account is guarded all the same
		WantCode(t, tryOnce("eva@example.com", "wrong", Numbered("net", i)), fault.CodeUnauthenticated)
	}
	WantCode(t, tryOnce("eva@example.com", "wrong", "another"), fault.CodeRateLimited)
	w.Clock.Advance(15 * span.Minute)
	Must(t, tryOnce("eva@example.com", "correct horse eva", "192.0.2.1"))

	var all sync.WaitGroup // a hundred at once are a hundred
	var mu sync.Mutex
	limited := 0
	for range 30 {
		all.Go(func() {
			if err := tryOnce("twin@example.com", "wrong", "192.0.2.9"); fault.Is(err, fault.CodeRateLimited) {
				mu.Lock()
				defer mu.Unlock()
				limited++
			}
		})
	}
	all.Wait()
	if limited != 20 {
		t.Errorf("%d of 30 at once were limited, want 20", limited)
	}
	w.Clock.Advance(2 * span.Day)
	Must(t, w.Gate.Sweep(t.Context(), w.Clock.Now()))
}

func identitySecond(t *testing.T, w *World) {
	d := &diary{}
	w.Gate.Audit = d
	b := w.Business(t, "mine")
	u, token := w.person(t, "eva", b, account.Owner)
	other := w.signIn(t, "eva")
	setup, err := w.Gate.BeginSecond(t.Context(), w.session(t, token))
	Must(t, err)
	again, err := w.Gate.Setting(t.Context(), w.session(t, token), setup.Token)
	Must(t, err)
	if again != setup || !strings.Contains(setup.Address, setup.Secret) {
		t.Errorf("the setup is %+v, then %+v", setup, again)
	}
	_, _, err = w.Gate.FinishSecond(t.Context(), token, setup.Token, "000000", here)
	WantCode(t, err, fault.CodeUnauthenticated)
	d.take()
	renewed, codes, err := w.Gate.FinishSecond(t.Context(), token, setup.Token, w.codeOf(t, setup.Secret, 0), here)
	Must(t, err)
	if len(codes) != 10 || renewed == token {
		t.Errorf("%d codes, token renewed: %v", len(codes), renewed != token)
	}
	for _, gone := range []string{token, other} {
		_, err = w.Gate.Resume(t.Context(), gone)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	in, err := w.Gate.SignIn(t.Context(), account.Try{Email: u.Email, Password: "correct horse eva", From: here})
	Must(t, err)
	if in.Token != "" || in.Second == "" {
		t.Fatalf("a password alone gives %+v", in)
	}
	_, err = w.Gate.Resume(t.Context(), in.Second)
	WantCode(t, err, fault.CodeUnauthenticated)
	step := func(code string) error {
		in, err := w.Gate.SignIn(t.Context(), account.Try{Email: u.Email, Password: "correct horse eva", From: here})
		Must(t, err)
		_, err = w.Gate.SecondStep(t.Context(), in.Second, code, here)
		return err
	}
	WantCode(t, step(w.codeOf(t, setup.Secret, 0)), fault.CodeUnauthenticated) // the step was used to set it up
	WantCode(t, step(w.codeOf(t, setup.Secret, -30*span.Second)), fault.CodeUnauthenticated)
	w.Clock.Advance(span.Minute)
	code := w.codeOf(t, setup.Secret, 0)
	Must(t, step(code))
	WantCode(t, step(code), fault.CodeUnauthenticated) // seen over a shoulder
	d.take()
	Must(t, step(strings.ToUpper(strings.ReplaceAll(codes[3], "-", " "))))
	if got := d.take(); !slices.Contains(got, account.DidUseRecovery) || !slices.Contains(got, account.DidSignIn) {
		t.Errorf("recorded %v", got)
	}
	WantCode(t, step(codes[3]), fault.CodeUnauthenticated)
	have, err := w.Gate.FindSecond(t.Context(), u.ID)
	Must(t, err)
	if !have.TOTP || have.Recovery != 9 {
		t.Errorf("she has %+v", have)
	}
	identitySecondLimits(t, w, u, renewed, step)
}

func identitySecondLimits(t *testing.T, w *World, u account.User, token string, step func(string) error) {
	t.Helper()
	var last error
	for range 12 {
		last = step("123456")
	}
	WantCode(t, last, fault.CodeRateLimited)
	w.Clock.Advance(20 * span.Minute)
	WantCode(t, w.Gate.DropSecond(t.Context(), w.session(t, token)), fault.CodeForbidden) // too long ago that she showed who she is
	_, err := w.Gate.Prove(t.Context(), token, "wrong", here)
	WantCode(t, err, fault.CodeUnauthenticated)
	proved, err := w.Gate.Prove(t.Context(), token, "correct horse eva", here)
	Must(t, err)
	_, err = w.Gate.Resume(t.Context(), token)
	WantCode(t, err, fault.CodeUnauthenticated)
	codes, err := w.Gate.RenewRecovery(t.Context(), w.session(t, proved))
	Must(t, err)
	Must(t, step(codes[0]))
	Must(t, w.Gate.DropSecond(t.Context(), w.session(t, proved)))
	if have, err := w.Gate.FindSecond(t.Context(), u.ID); err != nil || have != (account.Second{}) {
		t.Errorf("she has %+v, %v", have, err)
	}
	w.signIn(t, "eva")
}

func identitySessions(t *testing.T, w *World) {
	u, first := w.person(t, "eva", "", "")
	w.Clock.Advance(span.Minute)
	second := w.signIn(t, "eva")
	other, _ := w.person(t, "ben", "", "")
	all, err := w.Gate.ListSessions(t.Context(), u.ID)
	Must(t, err)
	if len(all) != 2 || all[0].ID != w.session(t, second).ID || all[0].Origin != here || all[0].ProvedBy != account.ByPassword {
		t.Fatalf("her sessions are %+v", all)
	}
	WantCode(t, w.Gate.EndSession(t.Context(), other.ID, all[0].ID), fault.CodeNotFound)
	Must(t, w.Gate.EndSession(t.Context(), u.ID, all[0].ID))
	_, err = w.Gate.Resume(t.Context(), second)
	WantCode(t, err, fault.CodeUnauthenticated)
	second = w.signIn(t, "eva")
	Must(t, w.Gate.SignOutEverywhere(t.Context(), u.ID, w.session(t, second).ID))
	_, err = w.Gate.Resume(t.Context(), first)
	WantCode(t, err, fault.CodeUnauthenticated)
	w.session(t, second)
}

// letter takes the letter that waits.
func (w *World) letter(t testing.TB) account.Letter {
	t.Helper()
	due, err := w.Accounts.DueLetters(t.Context(), w.Clock.Now(), 10)
	Must(t, err)
	if len(due) != 1 {
		t.Fatalf("%d letters wait", len(due))
	}
	w.Do(t, func(ctx context.Context) error { return w.Accounts.DropLetter(ctx, due[0].ID) })
	return due[0].Letter
}

func identityReset(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	u, token := w.person(t, "eva", b, account.Owner)
	Must(t, w.Gate.AskReset(t.Context(), "nobody@example.com", here))
	if l := w.letter(t); l.To != "" || l.Name != "" {
		t.Errorf("a letter to nobody goes to %q", l.To)
	}
	Must(t, w.Gate.AskReset(t.Context(), " EVA@example.com", here))
	l := w.letter(t)
	if l.To != u.Email || l.Kind != account.LetterReset || l.Business != b || l.Token == "" {
		t.Errorf("the letter is %+v", l)
	}
	Must(t, w.Gate.Resetting(t.Context(), l.Token))
	WantCode(t, w.Gate.Reset(t.Context(), l.Token, "12345678", here), fault.CodeInvalid)
	WantCode(t, w.Gate.Reset(t.Context(), l.Token+"x", "brand new one", here), fault.CodeConflict)
	Must(t, w.Gate.Reset(t.Context(), l.Token, "brand new one", here))
	WantCode(t, w.Gate.Reset(t.Context(), l.Token, "brand new two", here), fault.CodeConflict)
	_, err := w.Gate.Resume(t.Context(), token)
	WantCode(t, err, fault.CodeUnauthenticated)
	_, err = w.Gate.SignIn(t.Context(), account.Try{Email: u.Email, Password: "brand new one", From: here})
	Must(t, err)

	Must(t, w.Gate.AskReset(t.Context(), u.Email, here))
	old := w.letter(t).Token
	Must(t, w.Gate.AskReset(t.Context(), u.Email, here))
	newer := w.letter(t).Token
	WantCode(t, w.Gate.Resetting(t.Context(), old), fault.CodeConflict) // the newer letter counts
	WantCode(t, w.Gate.AskReset(t.Context(), u.Email, here), fault.CodeRateLimited)
	w.Clock.Advance(span.Hour)
	WantCode(t, w.Gate.Resetting(t.Context(), newer), fault.CodeConflict)
}

func identityDesk(t *testing.T, w *World) {
	d := &diary{}
	w.Gate.Audit = d
	b, elsewhere := w.Business(t, "mine"), w.Business(t, "other")
	eva, token := w.person(t, "eva", b, account.Owner)
	ben, bens := w.person(t, "ben", b, account.Reception)
	Must(t, w.Gate.Join(t.Context(), account.Member{User: eva.ID, Business: elsewhere, Role: account.Owner}))
	for _, pin := range []string{"1234", "12", "abcd"} {
		WantCode(t, w.Gate.SetPIN(t.Context(), w.session(t, bens), b, pin), fault.CodeInvalid)
	}
	Must(t, w.Gate.SetPIN(t.Context(), w.session(t, bens), b, "4071"))
	WantCode(t, w.Gate.SetPIN(t.Context(), w.session(t, bens), elsewhere, "4071"), fault.CodeNotFound)
	_, err := w.Gate.SwitchDesk(t.Context(), token, ben.ID, "4071", here)
	WantCode(t, err, fault.CodeUnauthenticated) // not a shared desk
	desk, err := w.Gate.ShareDesk(t.Context(), token, b)
	Must(t, err)
	_, err = w.Gate.Enter(t.Context(), w.session(t, desk), elsewhere, "")
	WantCode(t, err, fault.CodeNotFound)
	who, err := w.Gate.Enter(t.Context(), w.session(t, desk), b, "")
	Must(t, err)
	if who.May(account.ManageAccounts) || !who.May(account.WriteSettings) {
		t.Error("at a shared desk an owner manages accounts, or nothing")
	}
	people, err := w.Gate.Colleagues(t.Context(), w.session(t, desk))
	Must(t, err)
	if !slices.Equal(people, []account.Colleague{{User: ben.ID, Name: "ben"}}) {
		t.Errorf("colleagues are %+v", people)
	}
	d.take()
	_, err = w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "4072", here)
	WantCode(t, err, fault.CodeUnauthenticated)
	_, err = w.Gate.SwitchDesk(t.Context(), desk, eva.ID, "", here) // who has no PIN
	WantCode(t, err, fault.CodeUnauthenticated)
	switched, err := w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "4071", here)
	Must(t, err)
	if got := d.take(); !slices.Equal(got, []string{account.DidFailPIN, account.DidFailPIN, account.DidSwitch}) {
		t.Errorf("recorded %v", got)
	}
	_, err = w.Gate.Resume(t.Context(), desk)
	WantCode(t, err, fault.CodeUnauthenticated)
	who, err = w.Gate.Enter(t.Context(), w.session(t, switched), b, "")
	Must(t, err)
	if who.ID != string(ben.ID) || who.Role != account.Reception {
		t.Errorf("the desk is %+v", who)
	}
	identityDeskLocks(t, w, switched, ben)
}

func identityDeskLocks(t *testing.T, w *World, desk string, ben account.User) {
	t.Helper()
	locked := func() bool {
		s := w.session(t, desk)
		return s.Locked(w.Clock.Now())
	}
	for range 20 { // while somebody works, it stays open
		w.Clock.Advance(2 * span.Minute)
		if locked() {
			t.Fatal("it locks while somebody works")
		}
	}
	w.Clock.Advance(account.LockAfter + span.Second)
	if !locked() {
		t.Error("it does not lock itself")
	}
	WantCode(t, w.Gate.SetPIN(t.Context(), w.session(t, desk), w.session(t, desk).Shared, "9183"), fault.CodeForbidden)
	_, err := w.Gate.Prove(t.Context(), desk, "correct horse ben", here)
	WantCode(t, err, fault.CodeForbidden)
	desk, err = w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "4071", here)
	Must(t, err)
	Must(t, w.Gate.LockDesk(t.Context(), desk))
	if !locked() {
		t.Error("it does not lock when told")
	}
	for range 5 {
		if _, err := w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "0000", here); err == nil {
			t.Error("a wrong PIN opens")
		}
	}
	_, err = w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "4071", here)
	WantCode(t, err, fault.CodeRateLimited)
	w.signIn(t, "ben") // the password opens the way again
	_, err = w.Gate.SwitchDesk(t.Context(), desk, ben.ID, "4071", here)
	Must(t, err)
}

func identityKeyUse(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	text, k, err := w.Gate.CreateKey(t.Context(), account.System(b), account.NewKey{
		Name: "till", Role: account.Staff, Staff: "s1", Reach: account.ReachOwn,
	})
	Must(t, err)
	used := func() span.Instant {
		all, err := w.Gate.ListKeys(t.Context(), account.System(b), "", 0)
		Must(t, err)
		return all[0].LastUsedAt
	}
	who, err := w.Gate.Authenticate(t.Context(), text)
	Must(t, err)
	if who.Reach != account.ReachOwn || who.Staff != "s1" || who.ID != string(k.ID) {
		t.Errorf("the key is %+v", who)
	}
	if used() != 0 {
		t.Error("a request wrote")
	}
	Must(t, w.Gate.WriteUses(t.Context()))
	first := used()
	if first != w.Clock.Now() {
		t.Errorf("last used at %v", first)
	}
	w.Clock.Advance(30 * span.Second)
	_, err = w.Gate.Authenticate(t.Context(), text)
	Must(t, err)
	Must(t, w.Gate.WriteUses(t.Context()))
	if used() != first {
		t.Error("written more often than once a minute")
	}
	w.Clock.Advance(span.Minute)
	_, err = w.Gate.Authenticate(t.Context(), text)
	Must(t, err)
	Must(t, w.Gate.WriteUses(t.Context()))
	if used() != w.Clock.Now() {
		t.Errorf("last used at %v", used())
	}
	for _, bad := range []account.NewKey{
		{Role: account.Owner, Reach: account.ReachOwn, Staff: "s1"},
		{Role: account.Manager, Reach: account.ReachOwn},
		{Role: account.Manager, Reach: account.ReachLocation},
		{Role: account.Manager, Reach: "moon"},
	} {
		_, _, err := w.Gate.CreateKey(t.Context(), account.System(b), bad)
		WantCode(t, err, fault.CodeInvalid)
	}
}
