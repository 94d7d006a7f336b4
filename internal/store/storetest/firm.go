package storetest

import (
	"errors"
	"testing"

	"kept/account"
	"kept/client"
	"kept/fault"
)

// Who knows the password of somebody with a passkey adds nothing of their own.
func identityFirm(t *testing.T, w *World) {
	ctx, who := t.Context(), w.owner(t, "mine")
	b := who.Business
	_, evas := w.person(t, "eva", b, account.Owner)
	w.Gate.Site = reader{}
	add := func(token, key string) (string, error) {
		q, err := w.Gate.BeginPasskey(ctx, w.session(t, token))
		if err != nil {
			return "", err
		}
		token, _, err = w.Gate.FinishPasskey(ctx, token, q.State, []byte(key), "Phone")
		return token, err
	}
	evas, err := add(evas, "key-1")
	Must(t, err)
	if _, err := w.Gate.BeginSecond(ctx, w.session(t, w.signIn(t, "eva"))); err != nil {
		t.Errorf("who has lost a key that nobody demands: %v", err)
	}
	w.demand(t, who, "owner")
	thief := w.signIn(t, "eva") // with the password alone
	refused := func(what string, err error) {
		t.Helper()
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Rule != account.RuleSecond {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("the business", w.enter(t, thief, b))
	_, err = w.Gate.BeginSecond(ctx, w.session(t, thief))
	refused("an app of their own", err)
	_, err = add(thief, "key-2")
	refused("a key of their own", err)
	refused("a PIN", w.Gate.SetPIN(ctx, w.session(t, thief), b, "4071"))
	Must(t, w.enter(t, evas, b))
	Must(t, w.Gate.SetPIN(ctx, w.session(t, evas), b, "4071"))
	if _, err = add(evas, "key-2"); err != nil {
		t.Errorf("whose account it is: %v", err)
	}
}

// What a client writes on their card opens it for nobody until it was proven.
func cardUnproven(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	own := account.Visitor(b, mia.ID).Actor()
	doubted := func() client.Doubted {
		t.Helper()
		c, err := w.Registry.Find(ctx, b, mia.ID)
		Must(t, err)
		d, err := w.Registry.Doubted(ctx, b, c)
		Must(t, err)
		return d
	}
	phone, err := w.Registry.AddContact(ctx, b, mia.ID, client.ContactPhone, "+4930555000111", "", own)
	Must(t, err)
	if got := doubted(); !got.Phone || got.Email {
		t.Errorf("a number of the client's word: %+v", got)
	}
	_, err = w.Registry.VerifyContact(ctx, b, mia.ID, phone.ID, client.VerifiedByCode, own)
	Must(t, err)
	if got := doubted(); got.Phone {
		t.Errorf("proven: %+v", got)
	}
	_, err = w.Registry.AddContact(ctx, b, mia.ID, client.ContactEmail, "victim@example.org", "", own)
	Must(t, err)
	s, err := w.again(t).Sheet(ctx, b, mia.ID, desk, client.ReadCard, false)
	Must(t, err)
	for _, k := range s.Contacts {
		if k.Value == "mia@example.com" {
			Must(t, w.Registry.RemoveContact(ctx, b, mia.ID, k.ID, own))
		}
	}
	if got := doubted(); !got.Email {
		t.Errorf("what took the place of a contact that was removed: %+v", got)
	}
}

// What became a matter of health hides what was said of it before.
func cardGuarded(t *testing.T, w *World) {
	ctx, b := t.Context(), w.Business(t, "mine")
	mia, _ := w.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	learn(t, w, b, mia.ID, client.Learned{Key: "diag", Value: word("plain"), Source: client.SourceStaff, Actor: desk})
	seen := func(health bool) int {
		t.Helper()
		got, err := w.Registry.FactHistory(ctx, b, mia.ID, client.FactFilter{Key: "diag", Health: health, Limit: 5}, desk)
		Must(t, err)
		return len(got)
	}
	if n := seen(false); n != 1 {
		t.Errorf("before: %d", n)
	}
	learn(t, w, b, mia.ID, client.Learned{Key: "diag", Class: client.ClassHealth, Value: word("asthma"), Source: client.SourceStaff, Actor: desk})
	if without, with := seen(false), seen(true); without != 0 || with != 2 {
		t.Errorf("after: %d without the right, %d with it", without, with)
	}
}
