package storetest

import (
	"bytes"
	"strings"
	"testing"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
	"kept/visitor"
)

// fakeSite makes keys of the answers themselves: what is asked of a device is
// another package's to prove.
type fakeSite struct{}

// Enrol implements visitor.Site.
func (fakeSite) Enrol(l visitor.Login, _ []visitor.Key) (options, state []byte, err error) {
	return []byte(`{"new":true}`), []byte("enrol " + l.ID), nil
}

// Enrolled implements visitor.Site.
func (fakeSite) Enrolled(l visitor.Login, _ []visitor.Key, state, answer []byte) (visitor.Key, error) {
	if string(state) != "enrol "+string(l.ID) || len(answer) == 0 {
		return visitor.Key{}, fault.BadField("answer", "format", "is not good")
	}
	return visitor.Key{KeyID: answer, Record: []byte("0")}, nil
}

// Ask implements visitor.Site.
func (fakeSite) Ask() (options, state []byte, err error) { return []byte("{}"), []byte("ask"), nil }

// Answered implements visitor.Site: the answer is the login and the key, with a space between.
func (fakeSite) Answered(state, answer []byte, find func(id.Visitor) ([]visitor.Key, error)) (id.Visitor, visitor.Key, error) {
	whose, key, _ := strings.Cut(string(answer), " ")
	has, err := find(id.Visitor(whose))
	if err != nil || string(state) != "ask" {
		return "", visitor.Key{}, err
	}
	for _, k := range has {
		if string(k.KeyID) == key {
			k.Record = append(bytes.Clone(k.Record), '1')
			return id.Visitor(whose), k, nil
		}
	}
	return "", visitor.Key{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "nobody has this key")
}

func visitorPasskeys(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	p.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	mia, leo := p.in(t, "mia@example.com"), p.in(t, "leo@example.com")
	q, err := p.Door.BeginKey(t.Context(), mia.Login)
	Must(t, err)
	_, err = p.Door.FinishKey(t.Context(), leo.Login, q.State, []byte("dev"), "x") // another's question; it is used up
	WantCode(t, err, fault.CodeUnauthenticated)
	_, err = p.Door.FinishKey(t.Context(), mia.Login, q.State, []byte("dev"), "x")
	WantCode(t, err, fault.CodeUnauthenticated)
	q, err = p.Door.BeginKey(t.Context(), mia.Login)
	Must(t, err)
	k, err := p.Door.FinishKey(t.Context(), mia.Login, q.State, []byte("dev"), " Firefox · Android ")
	Must(t, err)
	q, err = p.Door.BeginKey(t.Context(), leo.Login)
	Must(t, err)
	_, err = p.Door.FinishKey(t.Context(), leo.Login, q.State, []byte("dev"), "the same device")
	WantCode(t, err, fault.CodeConflict)

	p.Clock.Advance(span.Day)
	q, err = p.Door.AskKey(t.Context())
	Must(t, err)
	in, err := p.Door.SignInKey(t.Context(), q.State, []byte(string(mia.Login.ID)+" dev"), visitor.Browser{Agent: "Firefox"})
	Must(t, err)
	if in.Login != mia.Login || in.Token == mia.Token {
		t.Errorf("let in is %+v", in)
	}
	if _, l, _, err := p.Door.Resume(t.Context(), in.Token); err != nil || l != mia.Login {
		t.Errorf("the session is of %+v, %v", l, err)
	}
	all, err := p.Door.ListKeys(t.Context(), mia.Login.ID)
	Must(t, err)
	if len(all) != 1 || all[0].ID != k.ID || all[0].Name != "Firefox · Android" || string(all[0].Record) != "01" || all[0].UsedAt != p.Clock.Now() {
		t.Errorf("the keys are %+v", all)
	}
	_, err = p.Door.SignInKey(t.Context(), q.State, []byte(string(mia.Login.ID)+" dev"), visitor.Browser{}) // the question once more
	WantCode(t, err, fault.CodeUnauthenticated)
	for _, answer := range []string{string(mia.Login.ID) + " other", string(leo.Login.ID) + " dev", "nobody dev", ""} {
		q, err := p.Door.AskKey(t.Context())
		Must(t, err)
		_, err = p.Door.SignInKey(t.Context(), q.State, []byte(answer), visitor.Browser{})
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	q, err = p.Door.AskKey(t.Context())
	Must(t, err)
	p.Clock.Advance(10 * span.Minute)
	_, err = p.Door.SignInKey(t.Context(), q.State, []byte(string(mia.Login.ID)+" dev"), visitor.Browser{})
	WantCode(t, err, fault.CodeUnauthenticated)
	WantCode(t, p.Door.DropKey(t.Context(), leo.Login.ID, k.ID), fault.CodeNotFound)
	Must(t, p.Door.DropKey(t.Context(), mia.Login.ID, k.ID))
	Must(t, p.Door.Sweep(t.Context(), p.Clock.Now()))
	if n := p.count(t, "visitor_question"); n != 0 {
		t.Errorf("%d questions are left", n)
	}
}

// visitorNotices counts what bookings make a business send to numbers.
func visitorNotices(t *testing.T, p *porch) {
	b, other := p.Business(t, "one"), p.Business(t, "two")
	_, err := p.Door.AddBlock(t.Context(), b, "+882*")
	Must(t, err)
	allow := func(of id.Business, number string, want bool) {
		t.Helper()
		got, err := p.Door.AllowNotice(t.Context(), of, number)
		Must(t, err)
		if got != want {
			t.Errorf("a notice to %s: %v, want %v", number, got, want)
		}
	}
	allow(b, "+88212345678", false)
	allow(other, "+88212345678", true)
	for range 1000 {
		allow(b, "+49301", true)
	}
	allow(b, "+49301", false)
	allow(other, "+49301", true)
	p.Clock.Advance(span.Day)
	allow(b, "+49301", true)
}
