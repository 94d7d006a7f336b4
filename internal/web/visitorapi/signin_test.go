package visitorapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

// program is one of a client's that holds no cookie.
type program struct {
	*apptest.Node
	base, token string
}

func (p program) ask(t *testing.T, method, path string, body any, want int) apptest.Answer {
	t.Helper()
	a := p.Do(t, apptest.Request{Method: method, Path: path, Key: p.token, Body: body})
	if a.Status != want {
		t.Errorf("%s %s: %d, want %d: %.300s", method, path, a.Status, want, a.Body)
	}
	return a
}

// enter signs a contact in as a program does.
func (p program) enter(t *testing.T, contact string) program {
	t.Helper()
	p.token = ""
	asked := p.ask(t, http.MethodPost, "/me/codes", map[string]string{"contact": contact}, http.StatusAccepted)
	in := p.ask(t, http.MethodPost, "/me/sessions", map[string]string{
		"ticket": asked.Text("ticket"), "code": codeTo(t, p.base, contact),
	}, http.StatusCreated)
	if p.token = in.Text("token"); !strings.HasPrefix(p.token, "kept_me_") || in.Text("expires_at") == "" {
		t.Fatalf("signed in as %s", in.Body)
	}
	if in.Header.Get("Set-Cookie") != "" || in.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the token comes with %v", in.Header)
	}
	return p
}

// other is a code that is not the one.
func other(code string) string {
	if code == "000000" {
		return "111111"
	}
	return "000000"
}

// A program signs in, reads who it is for, works at the card, sees the sessions
// and ends them. The business has it on record.
func TestSignIn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		nobody := program{Node: n, base: n.Listen(t)}
		card := enrol(t, n, "Petra Program", "petra@example.com")
		enrol(t, n, "Otto Other", "otto@example.com")
		p, otto := nobody.enter(t, "petra@example.com"), nobody.enter(t, "otto@example.com")
		me := p.ask(t, http.MethodGet, "/me", nil, http.StatusOK)
		if me.Text("contact") != "petra@example.com" || len(me.List("cards")) != 1 || me.Text("cards.0.slug") != "lumen-salon" ||
			me.Text("cards.0.client.id") != card || me.Text("cards.0.client.name") != "Petra Program" || me.Text("cards.0.how") != "contact" {
			t.Errorf("signed in as %s", me.Body)
		}
		const contacts = "/b/lumen-salon/me/contacts"
		p.ask(t, http.MethodGet, contacts, nil, http.StatusOK)
		p.ask(t, http.MethodGet, contacts+"?who="+otto.ask(t, http.MethodGet, "/me", nil, http.StatusOK).Text("cards.0.client.id"), nil, http.StatusNotFound)
		p.ask(t, http.MethodGet, "/b/motor-workshop/me/contacts", nil, http.StatusUnauthorized)
		ids := map[string]bool{} // a token is no page: what a page of another site sends cannot carry it; and two clients are two callers
		for _, who := range []program{p, p, otto} {
			a := n.Do(t, apptest.Request{
				Method: http.MethodPost, Path: contacts, Key: who.token, Body: `{"value": "+49 30 5550188"}`,
				Header: map[string]string{"Idempotency-Key": "1", "Sec-Fetch-Site": "cross-site"},
			}).Want(t, http.StatusCreated)
			ids[a.Text("id")] = true
		}
		if len(ids) != 2 {
			t.Errorf("two clients with one key have %v", ids)
		}
		for _, path := range []string{"/clients", "/bookings", "/clients/" + card + "/card", "/keys"} { // it is no key
			p.ask(t, http.MethodGet, path, nil, http.StatusUnauthorized)
		}
		p.sessions(t, nobody, otto)
		log := n.Do(t, apptest.Request{Path: "/audit?client=" + card + "&action=client.sign_in", Key: owner}).Want(t, http.StatusOK)
		if len(log.List("items")) != 1 || log.Text("items.0.detail") != "code" || log.Text("items.0.actor.kind") != "client" {
			t.Errorf("on record is %s", log.Body)
		}
	})
}

// sessions lists, renews and ends the sessions of a client who is in twice.
func (p program) sessions(t *testing.T, nobody, otto program) {
	t.Helper()
	list := p.ask(t, http.MethodGet, "/me/sessions", nil, http.StatusOK)
	if len(list.List("items")) != 1 || list.Value("items.0.current") != true {
		t.Errorf("the sessions are %s", list.Body)
	}
	one := "/me/sessions/" + list.Text("items.0.id")
	otto.ask(t, http.MethodDelete, one, nil, http.StatusNotFound)
	otto.ask(t, http.MethodDelete, "/me/sessions/none", nil, http.StatusNotFound)
	p.Do(t, apptest.Request{Method: http.MethodDelete, Path: one, Key: owner}).Want(t, http.StatusForbidden)

	const once = `{"value": "+49 30 5550177"}`
	add := func(by program, body string, want int) string {
		t.Helper()
		return p.Do(t, apptest.Request{
			Method: http.MethodPost, Path: "/b/lumen-salon/me/contacts", Key: by.token, Body: body, Header: map[string]string{"Idempotency-Key": "7"},
		}).Want(t, want).Text("id")
	}
	added := add(p, once, http.StatusCreated)
	fresh := p
	renewed := p.ask(t, http.MethodPost, "/me/sessions/renew", nil, http.StatusOK)
	fresh.token = renewed.Text("token")
	if fresh.token == p.token || renewed.Text("session") != list.Text("items.0.id") {
		t.Errorf("renewed as %s", renewed.Body)
	}
	p.ask(t, http.MethodGet, "/me", nil, http.StatusOK) // the answer may have been lost on the way
	p.ask(t, http.MethodPost, "/me/sessions/renew", nil, http.StatusConflict)
	fresh.ask(t, http.MethodGet, "/me", nil, http.StatusOK)
	if again := add(fresh, once, http.StatusCreated); again != added { // the token is another, who asks is not
		t.Errorf("asked again after renewing it is %s, not %s", again, added)
	}
	add(fresh, `{"value": "+49 30 5550166"}`, http.StatusUnprocessableEntity)
	p.advance(t, "2m")
	p.ask(t, http.MethodGet, "/me", nil, http.StatusUnauthorized) // it was copied: the session ends
	fresh.ask(t, http.MethodGet, "/me", nil, http.StatusUnauthorized)

	otto.ask(t, http.MethodDelete, "/me/sessions", nil, http.StatusNoContent) // all others, of which there are none
	otto.ask(t, http.MethodGet, "/me", nil, http.StatusOK)
	otto.ask(t, http.MethodDelete, "/me/sessions/current", nil, http.StatusNoContent)
	for _, path := range []string{"/me", "/me/sessions", "/b/lumen-salon/me/contacts", "/b/lumen-salon"} {
		otto.ask(t, http.MethodGet, path, nil, http.StatusUnauthorized)
	}
	nobody.ask(t, http.MethodGet, "/me", nil, http.StatusUnauthorized)
	nobody.ask(t, http.MethodGet, "/me?token="+otto.token, nil, http.StatusUnauthorized) // no token in an address
}

func (p program) advance(t *testing.T, by string) {
	t.Helper()
	p.Do(t, apptest.Request{Method: http.MethodPost, Path: "/demo/clock", Body: map[string]string{"advance": by}}).Want(t, http.StatusOK)
}

// Whoever tries to come in without the code is told the same about a contact
// that is known as about one that is not.
func TestSignInAttacked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		p := program{Node: n, base: n.Listen(t)}
		enrol(t, n, "Vera Victim", "vera@example.com")
		enrol(t, n, "Mallory", "mallory@example.com")
		tickets, shapes := map[string]string{}, map[string]string{}
		for _, contact := range []string{"vera@example.com", "nobody@example.com", "mallory@example.com"} {
			a := p.ask(t, http.MethodPost, "/me/codes", map[string]any{"contact": contact, "business": "lumen-salon"}, http.StatusAccepted)
			tickets[contact] = a.Text("ticket")
			shapes[contact] = strings.NewReplacer(a.Text("ticket"), "", contact[:1]+"·", "", a.Text("expires_at"), "").Replace(string(a.Body))
			slow := p.ask(t, http.MethodPost, "/me/codes", map[string]any{"contact": contact}, http.StatusTooManyRequests)
			shapes[contact] += string(slow.Body)
		}
		if shapes["vera@example.com"] != shapes["nobody@example.com"] {
			t.Errorf("who is known is told %s, who is not %s", shapes["vera@example.com"], shapes["nobody@example.com"])
		}
		code, mine := codeTo(t, p.base, "vera@example.com"), codeTo(t, p.base, "mallory@example.com")
		try := func(ticket, code string) apptest.Answer {
			return n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/me/sessions", Body: map[string]string{"ticket": ticket, "code": code}})
		}
		for i := range 5 { // another's own code among them
			known, unknown := try(tickets["vera@example.com"], []string{other(code), mine}[i%2]), try(tickets["nobody@example.com"], other(code))
			if known.Status != http.StatusUnauthorized || string(known.Body) != string(unknown.Body) {
				t.Errorf("try %d: %d %s, and %d %s", i, known.Status, known.Body, unknown.Status, unknown.Body)
			}
		}
		known, unknown := try(tickets["vera@example.com"], code), try(tickets["nobody@example.com"], code)
		if known.Status != http.StatusGone || known.Text("code") != "code_ended" || string(known.Body) != string(unknown.Body) {
			t.Errorf("after five tries: %d %s, and %d %s", known.Status, known.Body, unknown.Status, unknown.Body)
		}
		try(tickets["mallory@example.com"], mine).Want(t, http.StatusCreated)
		try(tickets["mallory@example.com"], mine).Want(t, http.StatusGone) // twice
		p.misused(t)
		p.advance(t, "2m") // the pause between two codes
		late := p.ask(t, http.MethodPost, "/me/codes", map[string]string{"contact": "vera@example.com"}, http.StatusAccepted).Text("ticket")
		p.advance(t, "11m")
		try(late, other("")).Want(t, http.StatusGone)
	})
}

// misused brings codes, secrets and bodies that are for something else.
func (p program) misused(t *testing.T) {
	t.Helper()
	booking := p.ask(t, http.MethodPost, "/b/lumen-salon/codes", map[string]string{"contact": "bea@example.com"}, http.StatusAccepted).Text("ticket")
	code := codeTo(t, p.base, "bea@example.com")
	p.ask(t, http.MethodPost, "/me/sessions", map[string]string{"ticket": booking, "code": code}, http.StatusUnauthorized)
	proof := p.ask(t, http.MethodPost, "/b/lumen-salon/proofs", map[string]string{"ticket": booking, "code": code}, http.StatusCreated)
	for _, secret := range []string{proof.Text("proof"), proof.Text("known"), "kept_in_x", "x"} {
		p.ask(t, http.MethodPost, "/me/sessions", map[string]string{"link": secret}, http.StatusUnauthorized)
		p.Do(t, apptest.Request{Path: "/me", Key: secret}).Want(t, http.StatusUnauthorized)
	}
	for _, body := range []string{`{}`, `{"ticket": "x"}`, `{"code": "123456"}`, `{"link": "x", "code": "1"}`, `{"ticket": 1}`, `{"next": "x"}`} {
		p.ask(t, http.MethodPost, "/me/sessions", body, http.StatusUnprocessableEntity)
	}
	for _, body := range []string{`{}`, `{"contact": "nobody"}`, `{"contact": "030 901820"}`, `{"contact": "a@b.example", "business": "no-such"}`} {
		p.ask(t, http.MethodPost, "/me/codes", body, http.StatusUnprocessableEntity)
	}
	site := map[string]string{"Sec-Fetch-Site": "cross-site"}
	p.Do(t, apptest.Request{Method: http.MethodPost, Path: "/me/codes", Body: `{"contact": "far@example.com"}`, Header: site}).Want(t, http.StatusForbidden)
	for _, path := range []string{"/me", "/me/sessions"} {
		p.Do(t, apptest.Request{Path: path, Key: owner}).Want(t, http.StatusForbidden)
		if a := p.Do(t, apptest.Request{Path: path, Key: "kept_me_wrong"}).Want(t, http.StatusUnauthorized); !slices.Contains(a.Header.Values("WWW-Authenticate"), `Bearer realm="kept"`) {
			t.Errorf("%s: a wrong token is answered under %v", path, a.Header)
		}
	}
}

// The page's cookie opens the same operations, and to no page of another site.
func TestSignInByCookie(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t)
	base := n.Listen(t)
	enrol(t, n, "Cora Cookie", "cora@example.com")
	g := signIn(t, base, "cora@example.com")
	g.at = "/me"
	g.ask(t, http.MethodGet, "", nil, http.StatusOK)
	p := program{Node: n, base: base}.enterAgain(t, "cora@example.com")
	if list := g.ask(t, http.MethodGet, "/sessions", nil, http.StatusOK); len(list.List("items")) != 2 {
		t.Errorf("the sessions are %s", list.Body)
	}
	if kept := g.ask(t, http.MethodPost, "/sessions/renew", nil, http.StatusForbidden); strings.Contains(string(kept.Body), "kept_me_") {
		t.Errorf("a script of the page learns the cookie's token: %s", kept.Body)
	}
	cross := apptest.Request{
		Method: http.MethodDelete, Path: "/me/sessions", Header: map[string]string{"Sec-Fetch-Site": "cross-site"},
	}.Over(t, g.http, base)
	if cross.Status != http.StatusForbidden {
		t.Errorf("another site's page is answered %d: %s", cross.Status, cross.Body)
	}
	p.ask(t, http.MethodGet, "/me", nil, http.StatusOK)
	g.ask(t, http.MethodDelete, "/sessions", nil, http.StatusNoContent)
	p.ask(t, http.MethodGet, "/me", nil, http.StatusUnauthorized)
	g.ask(t, http.MethodGet, "", nil, http.StatusOK)
}

// enterAgain signs in by the link of a second letter, past the pause.
func (p program) enterAgain(t *testing.T, contact string) program {
	t.Helper()
	p.advance(t, "2m")
	p.ask(t, http.MethodPost, "/me/codes", map[string]string{"contact": contact}, http.StatusAccepted)
	inbox := pagetest.House{Base: p.base}
	in := p.ask(t, http.MethodPost, "/me/sessions", map[string]string{"link": inbox.Letter(t, contact, pagetest.SignIn, 2)[1]}, http.StatusCreated)
	p.token = in.Text("token")
	return p
}
