package storetest

import (
	"context"
	"fmt"
	"testing"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
	"kept/visitor"
)

// visitorLimits asks too often: for one contact, and from one address.
func visitorLimits(t *testing.T, p *porch) {
	ask := func(contact, address string) error {
		_, _, err := p.Door.Ask(t.Context(), visitor.Request{Contact: contact, Address: address})
		return err
	}
	Must(t, ask("mia@example.com", "a"))
	for i, wait := range []span.Instant{30, 60, 120, 240, 480, 960, 1920, 3600, 3600} {
		p.Clock.Advance(wait*span.Second - 1)
		WantCode(t, ask("Mia@Example.com", fmt.Sprint("b", i)), fault.CodeRateLimited)
		p.Clock.Advance(1)
		Must(t, ask("mia@example.com", fmt.Sprint("c", i)))
	}
	p.Clock.Advance(2 * span.Hour)
	err := ask("mia@example.com", "d")
	WantCode(t, err, fault.CodeRateLimited)
	var f *fault.Error
	if ok := asFault(err, &f); !ok || f.RetryAfter <= 0 || span.Instant(f.RetryAfter.Microseconds()) > span.Day {
		t.Errorf("to wait are %v", f)
	}
	p.Clock.Advance(span.Day)
	Must(t, ask("mia@example.com", "d"))

	p.Clock.Advance(span.Hour)
	for i := range 20 {
		Must(t, ask(fmt.Sprintf("c%d@example.com", i), "one"))
	}
	WantCode(t, ask("new@example.com", "one"), fault.CodeRateLimited)
	Must(t, ask("new@example.com", "two"))
	p.Clock.Advance(span.Hour)
	Must(t, ask("newer@example.com", "one"))
	for i := range 50 { // all come over one proxy
		_, _, err := p.Door.Ask(t.Context(), visitor.Request{Contact: fmt.Sprintf("p%d@example.com", i), Address: "10.0.0.1", Shared: true})
		Must(t, err)
	}
}

func asFault(err error, to **fault.Error) bool {
	f, ok := err.(*fault.Error) //nolint:errorlint // the store does not wrap it
	*to = f
	return ok
}

// visitorPumping has a crowd of numbers of one country ask, and of one business.
func visitorPumping(t *testing.T, p *porch) {
	shop := func(slug, prefix string, n int) id.Business {
		b := p.Business(t, slug)
		for i := range n {
			p.enroll(t, b, client.Draft{Name: fmt.Sprint("C", i), Phone: fmt.Sprintf("%s%07d", prefix, i)})
		}
		return b
	}
	const most = 100
	shop("one", "+88212", most+5)
	sent := 0
	for i := range most + 5 {
		p.ask(t, fmt.Sprintf("+88212%07d", i))
	}
	for _, l := range p.run(t) {
		if l.Contact.Kind == visitor.Phone {
			sent++
		}
	}
	for range 3 {
		sent += len(p.run(t))
	}
	if sent != most {
		t.Errorf("%d were sent on account of one business in a day, want %d", sent, most)
	}
	for i := range 4 { // the rest of the country's
		shop(fmt.Sprint("more", i), fmt.Sprintf("+8822%d", i), most)
		for j := range most {
			p.ask(t, fmt.Sprintf("+8822%d%07d", i, j))
		}
		sent += len(p.run(t))
	}
	if sent != 300 {
		t.Errorf("%d were sent into one country in a day, want 300", sent)
	}
	shop("else", "+4930", 1)
	p.ask(t, "+49300000000")
	if n := len(p.run(t)); n != 1 {
		t.Error("another country is closed too")
	}
	p.Clock.Advance(2 * span.Day)
	p.ask(t, "+882120000000")
	if n := len(p.run(t)); n != 1 {
		t.Error("the next day is closed too")
	}
}

// visitorCap is told to who waits for a code by SMS that will not come, whether
// their number is known or not.
func visitorCap(t *testing.T, p *porch) {
	p.phones = true
	p.Door.Caps = visitor.Caps{Codes: 3, CodesCountry: 4, Notices: 9, NoticesCountry: 9}
	b, other := p.Business(t, "one"), p.Business(t, "two")
	known := "+882120000001"
	p.enroll(t, b, client.Draft{Name: "Mia", Phone: known})
	book := func(at id.Business, contact string) error {
		_, _, err := p.Door.AskProof(t.Context(), visitor.Request{Contact: contact, Address: id.New[string](p.Clock.Now().UTC()), Business: at}, visitor.ToBook)
		return err
	}
	for i := range 3 {
		Must(t, book(b, fmt.Sprintf("+88212000001%d", i)))
	}
	for _, number := range []string{known, "+882120000099"} {
		err := book(b, number)
		WantCode(t, err, fault.CodeRateLimited)
		wantRule(t, err, visitor.RuleCap)
		var f *fault.Error
		if !asFault(err, &f) || f.RetryAfter <= 0 || span.Instant(f.RetryAfter.Microseconds()) > span.Day {
			t.Errorf("to wait are %v", f)
		}
	}
	if n := len(p.run(t)); n != 3 {
		t.Errorf("%d codes went out", n)
	}
	Must(t, book(b, "mia@example.com")) // mail costs nothing
	Must(t, book(other, "+882120000098"))
	wantRule(t, book(other, "+882120000097"), visitor.RuleCap) // the country's
	Must(t, book(other, "+4930901820"))
	p.run(t)

	p.Clock.Advance(span.Minute)
	// Who signs in is told by how many asked, not by whether they are known.
	enter := func(at id.Business, contact string) bool {
		t.Helper()
		_, c, err := p.Door.Ask(t.Context(), visitor.Request{Contact: contact, Address: id.New[string](p.Clock.Now().UTC()), Business: at})
		Must(t, err)
		crowded, err := p.Door.Crowded(t.Context(), c, at)
		Must(t, err)
		return crowded
	}
	for i, number := range []string{"+88216000001", "+88216000002", "+88216000003", "+88216000004", "+88216000005"} {
		if got := enter(b, number); got != (i >= 3) { // three a business
			t.Errorf("the ask %d is told %v", i, got)
		}
	}
	if !enter(b, known) || !enter(b, "+882120000096") || enter(b, "mia@example.com") || enter(other, "+4930901821") {
		t.Error("what is told depends on more than how many asked")
	}
	if sent := p.run(t); len(sent) != 1 || sent[0].Contact.Value != known {
		t.Errorf("to sign in, codes went to %+v", sent)
	}
	p.Clock.Advance(span.Day)
	Must(t, book(b, "+882120000095"))
	if enter(b, "+88216000006") {
		t.Error("the next day is crowded too")
	}
}

func visitorBlocks(t *testing.T, p *porch) {
	b, other := p.Business(t, "one"), p.Business(t, "two")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com", Phone: "+88212345678"})
	p.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	for _, typed := range []string{"+882*", "Mia@Example.com"} {
		_, err := p.Door.AddBlock(t.Context(), b, typed)
		Must(t, err)
		_, err = p.Door.AddBlock(t.Context(), b, typed) // twice is once
		Must(t, err)
		p.Clock.Advance(span.Second)
	}
	for _, bad := range []string{"", "*", "+*", "882*", "+88x*", "+1234567890123*", "mia"} {
		_, err := p.Door.AddBlock(t.Context(), b, bad)
		WantCode(t, err, fault.CodeInvalid)
	}
	list, err := p.Door.ListBlocks(t.Context(), b)
	Must(t, err)
	if len(list) != 2 || list[0].Value != "mia@example.com" || list[1].Value != "+882" || !list[1].Prefix {
		t.Errorf("blocked are %+v", list)
	}
	for contact, want := range map[string]int{"mia@example.com": 0, "+88212345678": 0, "leo@example.com": 1} {
		p.ask(t, contact)
		if n := len(p.run(t)); n != want {
			t.Errorf("%d letters to %s, want %d", n, contact, want)
		}
	}
	// What one blocks, another may still send.
	p.enroll(t, other, client.Draft{Name: "Mia", Phone: "+88212345678"})
	p.Clock.Advance(span.Hour)
	p.ask(t, "+88212345678")
	if sent := p.run(t); len(sent) != 1 || sent[0].Business != other {
		t.Errorf("sent is %+v", sent)
	}
	WantCode(t, p.Door.RemoveBlock(t.Context(), other, list[0].ID), fault.CodeNotFound)
	Must(t, p.Door.RemoveBlock(t.Context(), b, list[0].ID))
	p.Clock.Advance(span.Hour)
	p.ask(t, "mia@example.com")
	if n := len(p.run(t)); n != 1 {
		t.Error("what is no longer blocked is not sent to")
	}
}

// visitorSending has the courier fail: it is tried again while that may help, with another code.
func visitorSending(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	ticket := p.ask(t, "mia@example.com")
	p.refuse, p.again = errRefused, true
	first := p.run(t)
	if n := len(p.run(t)); len(first) != 1 || n != 0 {
		t.Fatalf("sent were %d and at once %d", len(first), n)
	}
	_, err := p.Door.Verify(t.Context(), ticket, first[0].Code, visitor.Browser{})
	WantCode(t, err, fault.CodeUnauthenticated)
	p.Clock.Advance(span.Minute)
	p.refuse = nil
	second := p.run(t)
	if len(second) != 1 {
		t.Fatal("it is not tried again")
	}
	_, err = p.Door.Verify(t.Context(), ticket, second[0].Code, visitor.Browser{})
	Must(t, err)

	p.Clock.Advance(2 * span.Day)
	p.refuse = errRefused
	p.ask(t, "mia@example.com")
	tries := 0
	for range 10 {
		tries += len(p.run(t))
		p.Clock.Advance(span.Minute)
	}
	if tries != 3 {
		t.Errorf("it was tried %d times, want 3", tries)
	}
	p.Clock.Advance(2 * span.Day)
	p.again = false
	ticket = p.ask(t, "mia@example.com")
	got := p.run(t)
	p.Clock.Advance(span.Minute)
	if n := len(p.run(t)); len(got) != 1 || n != 0 {
		t.Error("what was refused for good is tried again")
	}
	_, err = p.Door.Verify(t.Context(), ticket, got[0].Code, visitor.Browser{})
	WantCode(t, err, fault.CodeUnauthenticated)
}

func visitorSessions(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	one := p.in(t, "mia@example.com")
	two := p.in(t, "mia@example.com")
	s, l, fresh, err := p.Door.Resume(t.Context(), one.Token)
	Must(t, err)
	if l != one.Login || s.Agent != "Firefox" || fresh != "" {
		t.Errorf("the session is %+v of %+v, fresh %q", s, l, fresh)
	}
	for _, bad := range []string{"", "kept_me_x", one.Token + "x"} {
		err := p.resume(t, bad)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	_, _, fresh, err = p.Door.Resume(t.Context(), one.Token) // the first use was noted; now it is old
	Must(t, err)
	if fresh == "" || fresh == one.Token {
		t.Fatal("an old token is not changed")
	}
	if _, _, again, err := p.Door.Resume(t.Context(), one.Token); err != nil || again != "" { // the answer got lost
		t.Errorf("the token before gives %q, %v", again, err)
	}
	err = p.resume(t, fresh)
	Must(t, err)
	list, err := p.Door.ListSessions(t.Context(), l.ID)
	Must(t, err)
	if len(list) != 2 || list[1].ID != s.ID {
		t.Errorf("sessions are %+v", list)
	}
	Must(t, p.Door.SignOut(t.Context(), "somebody", s.ID)) // not theirs: nothing
	err = p.resume(t, fresh)
	Must(t, err)
	Must(t, p.Door.SignOutOthers(t.Context(), l.ID, s.ID))
	err = p.resume(t, two.Token)
	WantCode(t, err, fault.CodeUnauthenticated)
	Must(t, p.Door.SignOut(t.Context(), l.ID, s.ID))
	Must(t, p.Door.SignOut(t.Context(), l.ID, s.ID))
	err = p.resume(t, fresh)
	WantCode(t, err, fault.CodeUnauthenticated)

	three, err := p.Door.Admit(t.Context(), l.ID, visitor.Browser{})
	Must(t, err)
	p.Clock.Advance(visitor.SessionLife)
	err = p.resume(t, three.Token)
	WantCode(t, err, fault.CodeUnauthenticated)
	if list, err := p.Door.ListSessions(t.Context(), l.ID); err != nil || len(list) != 0 {
		t.Errorf("an ended session is listed: %v, %v", list, err)
	}
	Must(t, p.Door.Sweep(t.Context(), p.Clock.Now()))
	for _, table := range []string{"visitor_session", "visitor_ask", "visitor_count"} {
		if n := p.count(t, table); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
	_, err = p.Door.Admit(t.Context(), "nobody", visitor.Browser{})
	WantCode(t, err, fault.CodeNotFound)
}

func (p *porch) count(t testing.TB, table string) (n int) {
	t.Helper()
	Must(t, p.DB.From(t.Context()).QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n))
	return n
}

// visitorCopied has somebody use a token that was changed since: both are signed out.
func visitorCopied(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	in := p.in(t, "mia@example.com")
	err := p.resume(t, in.Token)
	Must(t, err)
	p.Clock.Advance(span.Day)
	_, _, fresh, err := p.Door.Resume(t.Context(), in.Token)
	Must(t, err)
	err = p.resume(t, fresh)
	Must(t, err)
	err = p.resume(t, in.Token) // another request of the same page
	Must(t, err)
	p.Clock.Advance(span.Minute)
	for _, token := range []string{in.Token, fresh} {
		err = p.resume(t, token)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
}

// visitorForgotten erases the only card of a login: within two days nothing of it is left.
func visitorForgotten(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	mia, _ := p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	p.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	in := p.in(t, "mia@example.com")
	leo := p.in(t, "leo@example.com")
	Must(t, p.Registry.Erase(t.Context(), b, mia.ID, desk))
	if got := p.open(t, in.Login, ""); len(got) != 0 {
		t.Errorf("an erased card opens: %v", got)
	}
	p.Clock.Advance(2 * span.Day)
	Must(t, p.Door.Sweep(t.Context(), p.Clock.Now()))
	err := p.resume(t, in.Token)
	WantCode(t, err, fault.CodeUnauthenticated)
	err = p.resume(t, leo.Token)
	Must(t, err)
	if n := p.count(t, "visitor"); n != 1 {
		t.Errorf("%d logins are left, want 1", n)
	}
	Must(t, p.Door.Forget(t.Context(), leo.Login.ID))
	err = p.resume(t, leo.Token)
	WantCode(t, err, fault.CodeUnauthenticated)
}

func visitorFeed(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	mia, _ := p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	for want := range uint32(3) {
		got, err := p.Cards.Feed(t.Context(), b, mia.ID)
		Must(t, err)
		if got != want {
			t.Errorf("the feed's epoch is %d, want %d", got, want)
		}
		p.Do(t, func(ctx context.Context) error {
			_, err := p.Cards.TurnFeed(ctx, b, mia.ID, p.Clock.Now())
			return err
		})
	}
}

// resume tells what becomes of a session's token.
func (p *porch) resume(t *testing.T, token string) error {
	t.Helper()
	_, _, _, err := p.Door.Resume(t.Context(), token) //nolint:dogsled // only whether it opens
	return err
}
