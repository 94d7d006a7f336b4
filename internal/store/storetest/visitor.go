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
	"kept/internal/store"
	"kept/span"
	"kept/visitor"
)

func testVisitor(t *testing.T, open Opener) {
	for name, test := range map[string]func(*testing.T, *porch){
		"sign in":   visitorSignIn,
		"nobody":    visitorNobody,
		"link":      visitorLink,
		"guessing":  visitorGuessing,
		"one code":  visitorOnce,
		"limits":    visitorLimits,
		"pumping":   visitorPumping,
		"blocks":    visitorBlocks,
		"tries":     visitorSending,
		"sessions":  visitorSessions,
		"copied":    visitorCopied,
		"family":    visitorFamily,
		"intruder":  visitorIntruder,
		"relations": visitorRelations,
		"merged":    visitorMerged,
		"forgotten": visitorForgotten,
		"feed":      visitorFeed,
		"passkeys":  visitorPasskeys,
		"notices":   visitorNotices,
		"proof":     visitorProof,
		"one proof": visitorProofOnce,
		"shut":      visitorProofShut,
		"caps":      visitorCaps,
		"told cap":  visitorCap,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); test(t, newPorch(t, NewWorld(t, open))) })
	}
}

// porch is a world with a door, and what was sent from it.
type porch struct {
	*World
	Door  *visitor.Door
	Cards *store.VisitorCards

	mu      sync.Mutex
	letters []visitor.Letter
	refuse  error // of the courier
	again   bool
	phones  bool // whether they are reached by proofs
}

func newPorch(t testing.TB, w *World) *porch {
	t.Helper()
	p := &porch{World: w}
	logins := store.NewVisitors(w.DB, w.Vault)
	p.Cards = store.NewVisitorCards(w.DB, w.Vault, w.Registry)
	p.Door = visitor.NewDoor(visitor.Parts{
		Atomic: w.DB, Clock: w.Clock, Asks: logins, Proven: logins, Logins: logins, Sessions: logins, Counts: logins, Cards: p.Cards, Kin: p.Cards,
		Blocks: logins, Keys: logins, Site: fakeSite{}, Journal: w.Journal, Courier: p, Secrets: store.VisitorSecrets{Master: w.Master},
	})
	return p
}

// Send implements visitor.Courier.
func (p *porch) Send(_ context.Context, l visitor.Letter) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, l)
	return p.again, p.refuse
}

// Reaches implements visitor.Courier.
func (p *porch) Reaches(_ context.Context, _ id.Business, kind visitor.Kind) (bool, error) {
	return kind == visitor.Email || p.phones, nil
}

// run sends what is due and gives what was sent.
func (p *porch) run(t testing.TB) []visitor.Letter {
	t.Helper()
	_, err := p.Door.RunDue(t.Context(), 100)
	Must(t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.letters
	p.letters = nil
	return out
}

// ask asks from an address of its own, so that only what a test is about limits it.
func (p *porch) ask(t testing.TB, contact string) (ticket string) {
	t.Helper()
	ticket, _, err := p.Door.Ask(t.Context(), visitor.Request{Contact: contact, Address: id.New[string](p.Clock.Now().UTC()), Language: "en"})
	Must(t, err)
	return ticket
}

// in signs somebody in.
func (p *porch) in(t testing.TB, contact string) visitor.Entry {
	t.Helper()
	ticket := p.ask(t, contact)
	sent := p.run(t)
	if len(sent) != 1 {
		t.Fatalf("%d letters for %s", len(sent), contact)
	}
	got, err := p.Door.Verify(t.Context(), ticket, sent[0].Code, visitor.Browser{Agent: "Firefox"})
	Must(t, err)
	p.Clock.Advance(3 * span.Day) // no pause before the next code
	return got
}

// open names the cards that open for a login.
func (p *porch) open(t testing.TB, l visitor.Login, only id.Business) map[id.Client]visitor.How {
	t.Helper()
	all, err := p.Door.ListCards(t.Context(), l, only)
	Must(t, err)
	out := map[id.Client]visitor.How{}
	for _, c := range all {
		out[c.Client] = c.How
	}
	return out
}

func visitorSignIn(t *testing.T, p *porch) {
	a, b := p.Business(t, "one"), p.Business(t, "two")
	p.Business(t, "three")
	mia, _ := p.enroll(t, a, client.Draft{Name: "Mia", Email: "Mia@Example.com", Phone: "+4930123456"})
	also, _ := p.enroll(t, b, client.Draft{Name: "Mia W", Email: "mia@example.com"})
	ticket, c, err := p.Door.Ask(t.Context(), visitor.Request{Contact: " MIA@example.com ", Address: "::1", Business: b, Language: "ru", Next: "/me/two"})
	Must(t, err)
	if c.Value != "mia@example.com" {
		t.Errorf("the contact is %+v", c)
	}
	if at, ok, err := p.Door.NextDue(t.Context()); err != nil || !ok || at > p.Clock.Now() {
		t.Errorf("something is due at %v, %v, %v", at, ok, err)
	}
	sent := p.run(t)
	if len(sent) != 1 || sent[0].Business != b || sent[0].Language != "ru" || sent[0].Minutes != 10 || sent[0].Contact != c {
		t.Fatalf("sent is %+v", sent)
	}
	if _, ok, err := p.Door.NextDue(t.Context()); err != nil || ok {
		t.Errorf("something is still due: %v", err)
	}
	_, err = p.Door.Verify(t.Context(), ticket, wrong(sent[0].Code), visitor.Browser{})
	WantCode(t, err, fault.CodeUnauthenticated)
	got, err := p.Door.Verify(t.Context(), ticket, " "+sent[0].Code[:3]+" "+sent[0].Code[3:], visitor.Browser{Agent: "Firefox\n"})
	Must(t, err)
	if got.Next != "/me/two" || got.Login.Contact != c || got.Token == "" {
		t.Errorf("let in is %+v", got)
	}
	if _, err := p.Door.Verify(t.Context(), ticket, sent[0].Code, visitor.Browser{}); err == nil {
		t.Error("a code lets in twice")
	}
	_, err = p.Door.Confirm(t.Context(), sent[0].Link, visitor.Browser{})
	WantCode(t, err, fault.CodeUnauthenticated)
	for _, x := range []struct {
		b  id.Business
		id id.Client
	}{{a, mia.ID}, {b, also.ID}} {
		card, err := p.Registry.Find(t.Context(), x.b, x.id)
		Must(t, err)
		if card.EmailVerified != p.Clock.Now() || card.PhoneVerified != 0 {
			t.Errorf("the card's e-mail address is proven at %d, its phone at %d", card.EmailVerified, card.PhoneVerified)
		}
	}
	if got := p.open(t, got.Login, ""); len(got) != 2 || got[mia.ID] != visitor.ByContact || got[also.ID] != visitor.ByContact {
		t.Errorf("open are %v", got)
	}
	if got := p.open(t, got.Login, a); len(got) != 1 || got[mia.ID] == "" {
		t.Errorf("of one business are open %v", got)
	}
	again := p.in2(t, "mia@example.com")
	if again.Login.ID != got.Login.ID || again.Token == got.Token {
		t.Error("who comes again is another one, or has the same token")
	}
}

// in2 is in after the pause.
func (p *porch) in2(t testing.TB, contact string) visitor.Entry {
	t.Helper()
	p.Clock.Advance(2 * span.Day)
	return p.in(t, contact)
}

// wrong is a code that is not the one.
func wrong(code string) string {
	if code == "000000" {
		return "111111"
	}
	return "000000"
}

// visitorNobody sees that an address that nobody knows is answered like one that is known.
func visitorNobody(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	mia, _ := p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	gone, _ := p.enroll(t, b, client.Draft{Name: "Leo", Email: "leo@example.com"})
	Must(t, p.Registry.Erase(t.Context(), b, gone.ID, desk))
	var answers [][]string
	for _, contact := range []string{"mia@example.com", "nobody@example.com", "leo@example.com", "+49309999999"} {
		ticket := p.ask(t, contact)
		sent := p.run(t)
		if want := contact == "mia@example.com"; (len(sent) == 1) != want {
			t.Fatalf("%d letters to %s", len(sent), contact)
		}
		code := "123456"
		if len(sent) == 1 {
			code = wrong(sent[0].Code)
		}
		var told []string
		for range 7 {
			_, err := p.Door.Verify(t.Context(), ticket, code, visitor.Browser{})
			told = append(told, err.Error())
		}
		_, err := p.Door.Verify(t.Context(), ticket+"x", code, visitor.Browser{})
		answers = append(answers, append(told, err.Error()))
		if len(sent) == 1 { // five wrong ones, and the right one is too late
			_, err := p.Door.Verify(t.Context(), ticket, sent[0].Code, visitor.Browser{})
			WantCode(t, err, fault.CodeCodeEnded)
		}
	}
	for i, a := range answers {
		if fmt.Sprint(a) != fmt.Sprint(answers[0]) {
			t.Errorf("answer %d is %v, the first %v", i, a, answers[0])
		}
	}
	if got := p.open(t, visitor.Login{Contact: visitor.Contact{Kind: visitor.Email, Value: "nobody@example.com"}}, ""); len(got) != 0 {
		t.Errorf("nobody opens %v", got)
	}
	if mia.EmailVerified != 0 {
		t.Error("a card is proven by asking")
	}
}

func visitorLink(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	p.ask(t, "mia@example.com")
	sent := p.run(t)
	for range 3 { // a scanner of mails looks, and looks again
		c, err := p.Door.Opens(t.Context(), sent[0].Link)
		Must(t, err)
		if c.Value != "mia@example.com" {
			t.Errorf("the link is of %+v", c)
		}
	}
	got, err := p.Door.Confirm(t.Context(), sent[0].Link, visitor.Browser{})
	Must(t, err)
	if _, l, _, err := p.Door.Resume(t.Context(), got.Token); err != nil || l.ID != got.Login.ID {
		t.Errorf("the session is %+v, %v", l, err)
	}
	for _, bad := range []string{sent[0].Link, sent[0].Link + "x", "", sent[0].Code} {
		_, err := p.Door.Confirm(t.Context(), bad, visitor.Browser{})
		WantCode(t, err, fault.CodeUnauthenticated)
		_, err = p.Door.Opens(t.Context(), bad)
		WantCode(t, err, fault.CodeUnauthenticated)
	}
	p.Clock.Advance(2 * span.Day)
	ticket := p.ask(t, "mia@example.com")
	sent = p.run(t)
	p.Clock.Advance(visitor.CodeLife)
	_, err = p.Door.Confirm(t.Context(), sent[0].Link, visitor.Browser{})
	WantCode(t, err, fault.CodeUnauthenticated)
	_, err = p.Door.Verify(t.Context(), ticket, sent[0].Code, visitor.Browser{})
	WantCode(t, err, fault.CodeCodeEnded)
}

// visitorGuessing tries codes from many sides at once: five are looked at.
func visitorGuessing(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	ticket := p.ask(t, "mia@example.com")
	code := p.run(t)[0].Code
	var looked atomic.Int64
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			_, err := p.Door.Verify(t.Context(), ticket, wrong(code), visitor.Browser{})
			if fault.Is(err, fault.CodeUnauthenticated) {
				looked.Add(1)
			} else if !fault.Is(err, fault.CodeCodeEnded) {
				t.Errorf("a guess gives %v", err)
			}
		})
	}
	all.Wait()
	if looked.Load() != 5 {
		t.Errorf("%d guesses were looked at, want 5", looked.Load())
	}
}

// visitorOnce shows the right code from many sides at once: one is let in.
func visitorOnce(t *testing.T, p *porch) {
	b := p.Business(t, "one")
	p.enroll(t, b, client.Draft{Name: "Mia", Email: "mia@example.com"})
	ticket := p.ask(t, "mia@example.com")
	sent := p.run(t)[0]
	var in atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = p.Door.Confirm(t.Context(), sent.Link, visitor.Browser{})
			} else {
				_, err = p.Door.Verify(t.Context(), ticket, sent.Code, visitor.Browser{})
			}
			if err == nil {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("one code let in %d", in.Load())
	}
}

var errRefused = errors.New("refused")
