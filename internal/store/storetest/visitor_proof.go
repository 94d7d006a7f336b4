package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
	"kept/visitor"
)

// askProof asks as somebody who is booking.
func (p *porch) askProof(t testing.TB, b id.Business, contact string) (ticket string) {
	t.Helper()
	ticket, _, err := p.Door.AskProof(t.Context(), visitor.Request{
		Contact: contact, Address: id.New[string](p.Clock.Now().UTC()), Business: b, Language: "en",
	}, visitor.ToBook)
	Must(t, err)
	return ticket
}

// spend uses a proof up in a transaction of its own.
func (p *porch) spend(ctx context.Context, b id.Business, secret string) (c visitor.Contact, err error) {
	err = p.DB.Do(ctx, func(ctx context.Context) error {
		c, err = p.Door.Spend(ctx, b, visitor.ToBook, secret)
		return err
	})
	return c, err
}

// visitorProof shows that a contact is somebody's, whether a card has it or not.
func visitorProof(t *testing.T, p *porch) {
	b, other := p.Business(t, "one"), p.Business(t, "two")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	ctx := t.Context()
	for _, contact := range []string{"mia@example.com", "nobody@example.com"} {
		ticket := p.askProof(t, b, contact)
		sent := p.run(t)
		if len(sent) != 1 || sent[0].Business != b || sent[0].Purpose != visitor.ToBook || sent[0].Link != "" {
			t.Fatalf("to %s is sent %+v", contact, sent)
		}
		code := sent[0].Code
		_, err := p.Door.Prove(ctx, b, visitor.ToBook, ticket, wrong(code))
		WantCode(t, err, fault.CodeInvalid)
		for _, bad := range []struct {
			b  id.Business
			to visitor.Purpose
		}{{other, visitor.ToBook}, {b, visitor.ToAdd}} {
			_, err = p.Door.Prove(ctx, bad.b, bad.to, ticket, code)
			WantCode(t, err, fault.CodeInvalid)
		}
		_, err = p.Door.Verify(ctx, ticket, code, visitor.Browser{}) // it lets nobody in
		WantCode(t, err, fault.CodeUnauthenticated)
		got, err := p.Door.Prove(ctx, b, visitor.ToBook, ticket, code) // the fifth try
		Must(t, err)
		if got.Contact.Value != contact || got.Until != p.Clock.Now()+visitor.ProofLife {
			t.Errorf("the proof is %+v", got)
		}
		_, err = p.Door.Confirm(ctx, got.Secret, visitor.Browser{}) // nor does the proof
		WantCode(t, err, fault.CodeUnauthenticated)
		_, err = p.spend(ctx, other, got.Secret)
		WantCode(t, err, fault.CodeProofRequired)
		if c, err := p.Door.Shows(ctx, b, visitor.ToBook, got.Secret); err != nil || c != got.Contact {
			t.Errorf("the proof shows %v, %v", c, err)
		}
		err = p.DB.Do(ctx, func(ctx context.Context) error {
			_, err := p.Door.Spend(ctx, b, visitor.ToBook, got.Secret)
			return errors.Join(err, errUndo)
		})
		if !errors.Is(err, errUndo) {
			t.Fatal(err)
		}
		if c, err := p.spend(ctx, b, got.Secret); err != nil || c != got.Contact { // what was undone was not spent
			t.Errorf("spent is %v, %v", c, err)
		}
		_, err = p.spend(ctx, b, got.Secret)
		WantCode(t, err, fault.CodeProofRequired)
	}
	ticket := p.askProof(t, b, "late@example.com")
	code := p.run(t)[0].Code
	got, err := p.Door.Prove(ctx, b, visitor.ToBook, ticket, code)
	Must(t, err)
	p.Clock.Advance(visitor.ProofLife)
	_, err = p.spend(ctx, b, got.Secret)
	WantCode(t, err, fault.CodeProofRequired)
	ticket = p.askProof(t, b, "later@example.com")
	code = p.run(t)[0].Code
	p.Clock.Advance(visitor.CodeLife)
	_, err = p.Door.Prove(ctx, b, visitor.ToBook, ticket, code)
	WantCode(t, err, fault.CodeCodeEnded)
}

// visitorProofOnce spends a proof from many sides at once: one gets it.
func visitorProofOnce(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	ticket := p.askProof(t, b, "mia@example.com")
	got, err := p.Door.Prove(t.Context(), b, visitor.ToBook, ticket, p.run(t)[0].Code)
	Must(t, err)
	var spent atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := p.spend(t.Context(), b, got.Secret)
			switch {
			case err == nil:
				spent.Add(1)
			case !fault.Is(err, fault.CodeProofRequired):
				t.Errorf("who comes late is told %v", err)
			}
		})
	}
	all.Wait()
	if spent.Load() != 1 {
		t.Errorf("it was spent %d times", spent.Load())
	}
}

// visitorProofShut asks for codes that cannot be sent, and leaves sign-in its own budget.
func visitorProofShut(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Phone: "+4930123456"})
	_, err := p.Door.AddBlock(t.Context(), b, "+882*")
	Must(t, err)
	for contact, code := range map[string]string{
		"+8821234567": fault.CodeContactBlocked, "+4930777777": fault.CodeInvalid, "030 1": fault.CodeInvalid, "": fault.CodeInvalid,
	} {
		_, _, err := p.Door.AskProof(t.Context(), visitor.Request{Contact: contact, Address: "::1", Business: b}, visitor.ToBook)
		WantCode(t, err, code)
	}
	p.phones = true
	p.Clock.Advance(span.Day)
	stranger := func(number string) error {
		_, _, err := p.Door.AskProof(t.Context(), visitor.Request{Contact: number, Address: id.New[string](p.Clock.Now().UTC()), Business: b}, visitor.ToBook)
		return err
	}
	for i := range 150 { // strangers use up what there is for them
		if err = stranger(fmt.Sprintf("+491%07d", i)); err != nil {
			break
		}
		p.run(t)
	}
	wantRule(t, err, visitor.RuleCap)
	wantRule(t, stranger("+4919999999"), visitor.RuleCap)
	if sent := p.run(t); len(sent) != 0 {
		t.Errorf("past the day's messages %d more are sent", len(sent))
	}
	p.ask(t, "+4930123456")
	if sent := p.run(t); len(sent) != 1 {
		t.Errorf("whoever signs in gets %d codes", len(sent))
	}
	c := visitor.Contact{Kind: visitor.Email, Value: "mia@example.com"}
	mark, word := p.Door.Remember(b, c), p.Door.Vouch(b, c)
	other := visitor.Contact{Kind: visitor.Email, Value: "leo@example.com"}
	if !p.Door.Remembers(b, mark, c) || p.Door.Remembers(b, mark, other) || p.Door.Remembers("x", mark, c) || p.Door.Remembers(b, word, c) ||
		p.Door.Remembers(b, mark+"0", c) || !p.Door.Vouched(b, word, c) || p.Door.Vouched(b, mark, c) {
		t.Error("a mark is taken for another, or not for itself")
	}
	p.Clock.Advance(span.Minute)
	if p.Door.Vouched(b, word, c) {
		t.Error("a word lasts")
	}
}

// visitorCaps lets the operator and the owner bound what is sent in a day.
func visitorCaps(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.phones = true
	own := 0
	p.Door.Caps = visitor.Caps{Codes: 3, CodesCountry: 5, Notices: 2, NoticesCountry: 100}
	p.Door.Lower = func(context.Context, id.Business) (int, error) { return own, nil }
	sent := func(from int) (n int) {
		for i := range 8 {
			_, _, err := p.Door.AskProof(t.Context(), visitor.Request{
				Contact: fmt.Sprintf("+4930123%04d", from+i), Address: id.New[string](p.Clock.Now().UTC()), Business: b,
			}, visitor.ToBook)
			if err != nil {
				wantRule(t, err, visitor.RuleCap)
			}
			n += len(p.run(t))
		}
		return n
	}
	for i, c := range []struct{ own, want int }{{0, 3}, {2, 2}, {50, 3}} {
		own = c.own
		p.Clock.Advance(2 * span.Day)
		if n := sent(100 * i); n != c.want {
			t.Errorf("where the owner says %d, %d codes are sent, want %d", c.own, n, c.want)
		}
	}
	allowed := 0
	for range 5 {
		ok, err := p.Door.AllowNotice(t.Context(), b, "+4930123456")
		Must(t, err)
		if ok {
			allowed++
		}
	}
	if allowed != 2 {
		t.Errorf("%d notices are allowed, want 2", allowed)
	}
}
