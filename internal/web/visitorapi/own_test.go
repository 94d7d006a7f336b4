package visitorapi_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

// guest is a client's program: it holds their session.
type guest struct {
	base string
	http *http.Client
	at   string
}

// codeTo waits for the code in the letter to a contact.
func codeTo(t *testing.T, base, contact string) string {
	t.Helper()
	inbox := pagetest.House{Base: base}
	return inbox.Letter(t, contact, pagetest.Code, 1)[1]
}

// signIn signs a contact in as a person does, and keeps the session.
func signIn(t *testing.T, base, contact string) *guest {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	g := &guest{base: base, at: "/b/lumen-salon/me", http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	h := pagetest.House{Base: base}
	h.Post(t, g.http, "/me/-/ask", url.Values{"contact": {contact}})
	if got := h.Post(t, g.http, "/me/-/code", url.Values{"code": {codeTo(t, base, contact)}}); got.Location != "/me" {
		t.Fatalf("the code answers %d to %q", got.Status, got.Location)
	}
	return g
}

// ask sends a request below the client's own card.
func (g *guest) ask(t *testing.T, method, path string, body any, want int) apptest.Answer {
	t.Helper()
	a := apptest.Request{Method: method, Path: g.at + path, Body: body}.Over(t, g.http, g.base)
	if a.Status != want {
		t.Errorf("%s %s: %d, want %d: %.300s", method, path, a.Status, want, a.Body)
	}
	return a
}

// file sends a file.
func (g *guest) file(t *testing.T, name, media, content string, want int) apptest.Answer {
	t.Helper()
	a := apptest.Request{
		Method: http.MethodPost, Path: g.at + "/documents?name=" + url.QueryEscape(name), Body: content, Header: map[string]string{"Content-Type": media},
	}.Over(t, g.http, g.base)
	if a.Status != want {
		t.Errorf("the file %s: %d, want %d: %.300s", name, a.Status, want, a.Body)
	}
	return a
}

// enrol makes a card.
func enrol(t *testing.T, n *apptest.Node, name, email string) string {
	t.Helper()
	return n.Do(t, apptest.Request{
		Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": name, "email": email},
	}).Want(t, http.StatusCreated).Text("id")
}

// TestOwnContacts has a client's program add a contact, show that it is theirs
// and prefer it; what is wrong is refused in words.
func TestOwnContacts(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		base := n.Listen(t)
		enrol(t, n, "Cleo Client", "cleo@example.com")
		enrol(t, n, "Otto Other", "otto@example.com")
		g, other := signIn(t, base, "cleo@example.com"), signIn(t, base, "otto@example.com")
		const at = "/contacts"
		for body, field := range map[string]string{
			`{"value": "nobody"}`: "value", `{"value": ""}`: "value", `{}`: "value", `{"value": 1}`: "value", `{"value": "a@b.example", "x": 1}`: "x",
			`{"value": "cleo@home.example", "label": "` + strings.Repeat("x", 41) + `"}`: "label", `{`: "",
		} {
			want := http.StatusUnprocessableEntity
			if a := g.ask(t, http.MethodPost, at, body, want); field != "" && !strings.Contains(string(a.Body), `"field":"`+field) {
				t.Errorf("%s is answered by %s", body, a.Body)
			}
		}
		added := g.ask(t, http.MethodPost, at, map[string]any{"value": "cleo@home.example", "label": "home"}, http.StatusCreated)
		one := at + "/" + added.Text("id")
		if added.Value("verified_at") != nil || added.Value("preferred") != false || added.Text("label") != "home" {
			t.Errorf("added %s", added.Body)
		}
		g.ask(t, http.MethodPatch, one, `{"preferred": true}`, http.StatusUnprocessableEntity) // not proven
		g.ask(t, http.MethodPatch, one, `{"preferred": false}`, http.StatusUnprocessableEntity)
		g.ask(t, http.MethodPatch, one, `{}`, http.StatusUnprocessableEntity)
		sent := g.ask(t, http.MethodPost, one+"/codes", nil, http.StatusAccepted)
		if sent.Text("ticket") == "" || sent.Text("sent_to") != "c···@home.example" {
			t.Errorf("sent %s", sent.Body)
		}
		code := codeTo(t, base, "cleo@home.example")
		wrong := map[bool]string{true: "111111", false: "000000"}[code == "000000"]
		proof := func(code string, by *guest, want int) apptest.Answer {
			return by.ask(t, http.MethodPost, one+"/proofs", map[string]any{"ticket": sent.Text("ticket"), "code": code}, want)
		}
		proof(wrong, g, http.StatusUnprocessableEntity)
		proof(code, other, http.StatusNotFound)
		if a := proof(code, g, http.StatusOK); a.Value("verified_at") == nil {
			t.Errorf("proven %s", a.Body)
		}
		g.ask(t, http.MethodPost, one+"/codes", nil, http.StatusConflict)
		if a := g.ask(t, http.MethodPatch, one, `{"preferred": true, "label": "at home"}`, http.StatusOK); a.Value("preferred") != true || a.Text("label") != "at home" {
			t.Errorf("changed %s", a.Body)
		}
		list := g.ask(t, http.MethodGet, at, nil, http.StatusOK)
		if len(list.List("items")) != 2 || list.Text("items.0.value") != "cleo@home.example" || list.Value("items.1.signed_in") != true {
			t.Errorf("the list is %s", list.Body)
		}
		page := g.ask(t, http.MethodGet, at+"?limit=1", nil, http.StatusOK)
		if next := g.ask(t, http.MethodGet, at+"?limit=1&cursor="+page.Text("next"), nil, http.StatusOK); next.Text("items.0.value") != "cleo@example.com" || next.Value("next") != nil {
			t.Errorf("the second page is %s", next.Body)
		}
		g.ask(t, http.MethodDelete, at+"/"+list.Text("items.1.id"), nil, http.StatusConflict) // signed in by it
		for _, path := range []string{one, one + "/codes", at + "/none"} {
			method := http.MethodDelete
			if strings.HasSuffix(path, "/codes") {
				method = http.MethodPost
			}
			other.ask(t, method, path, nil, http.StatusNotFound)
		}
		g.ask(t, http.MethodDelete, one, nil, http.StatusNoContent)
		g.ask(t, http.MethodDelete, one, nil, http.StatusNotFound)
	})
}

// TestOwnDocuments has a client's program keep files on their card.
func TestOwnDocuments(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		base := n.Listen(t)
		card := enrol(t, n, "Dora Document", "dora@example.com")
		enrol(t, n, "Otto Other", "otto@example.com")
		g, other := signIn(t, base, "dora@example.com"), signIn(t, base, "otto@example.com")
		desk := func(class, name string) string {
			return n.Do(t, apptest.Request{
				Method: http.MethodPost, Path: "/clients/" + card + "/documents?class=" + class + "&name=" + name, Key: owner, Body: "from the desk",
				Header: map[string]string{"Content-Type": "text/plain"},
			}).Want(t, http.StatusCreated).Text("id")
		}
		const at = "/documents"
		theirs := desk("health", "result.txt")
		mine := g.file(t, "Befund ä.pdf", "application/pdf", "%PDF-1.7 and so on", http.StatusCreated)
		one := at + "/" + mine.Text("id")
		if mine.Text("name") != "Befund ä.pdf" || mine.Value("mine") != true || mine.Text("media") != "application/pdf" {
			t.Errorf("taken in as %s", mine.Body)
		}
		for name, content := range map[string]string{"run.exe": "MZ\x00\x01", "page.html": "<script>alert(1)</script>", "photo.png": "none", "empty.txt": "", "": "x"} {
			if a := g.file(t, name, "application/octet-stream", content, http.StatusUnprocessableEntity); len(a.List("errors")) == 0 {
				t.Errorf("%q is refused by %s", name, a.Body)
			}
		}
		g.file(t, "large.txt", "text/plain", strings.Repeat("0123456789", 1<<20+1), http.StatusRequestEntityTooLarge)
		list := g.ask(t, http.MethodGet, at+"?limit=1", nil, http.StatusOK)
		rest := g.ask(t, http.MethodGet, at+"?limit=1&cursor="+list.Text("next"), nil, http.StatusOK)
		if list.Text("items.0.id") != mine.Text("id") || rest.Text("items.0.id") != theirs || rest.Value("next") != nil || rest.Value("items.0.mine") != false {
			t.Errorf("the list is %s and %s", list.Body, rest.Body)
		}
		g.ask(t, http.MethodGet, at+"?cursor=!", nil, http.StatusUnprocessableEntity)
		got := g.ask(t, http.MethodGet, one+"/content", nil, http.StatusOK)
		if string(got.Body) != "%PDF-1.7 and so on" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") ||
			!strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("read %q under %v", got.Body, got.Header)
		}
		g.ask(t, http.MethodGet, at+"/"+theirs+"/content", nil, http.StatusOK) // what stands on the card is theirs to see
		g.ask(t, http.MethodDelete, at+"/"+theirs, nil, http.StatusNotFound)   // and not theirs to take away
		for _, path := range []string{one, one + "/content"} {
			other.ask(t, http.MethodGet, path, nil, http.StatusNotFound)
		}
		other.ask(t, http.MethodDelete, one, nil, http.StatusNotFound)
		other.ask(t, http.MethodGet, at+"?who="+card, nil, http.StatusNotFound)
		g.ask(t, http.MethodDelete, one, nil, http.StatusNoContent)
		g.ask(t, http.MethodDelete, one, nil, http.StatusNotFound)
		for i := range 10 {
			g.file(t, fmt.Sprintf("%d.txt", i), "text/plain", "x", http.StatusCreated)
		}
		g.file(t, "one-too-many-for-today.txt", "text/plain", "x", http.StatusUnprocessableEntity)
	})
}

// TestGuests turns away who is not signed in, who shows a key, and what a page
// of another site sends; and two clients who use the same key of idempotency are two.
func TestGuests(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		base := n.Listen(t)
		enrol(t, n, "Gina Guest", "gina@example.com")
		enrol(t, n, "Otto Other", "otto@example.com")
		g, other := signIn(t, base, "gina@example.com"), signIn(t, base, "otto@example.com")
		nobody := &guest{base: base, http: &http.Client{}, at: g.at}
		for _, path := range []string{"/contacts", "/documents", "/calendars"} {
			nobody.ask(t, http.MethodGet, path, nil, http.StatusUnauthorized)
			n.Do(t, apptest.Request{Path: g.at + path, Key: owner}).Want(t, http.StatusForbidden)
			elsewhere := *g
			elsewhere.at = "/b/no-such-house/me"
			elsewhere.ask(t, http.MethodGet, path, nil, http.StatusUnauthorized)
			elsewhere.at = "/b/motor-workshop/me" // no card there
			elsewhere.ask(t, http.MethodGet, path, nil, http.StatusUnauthorized)
		}
		cross := apptest.Request{
			Method: http.MethodPost, Path: g.at + "/contacts", Body: `{"value": "evil@example.com"}`, Header: map[string]string{"Sec-Fetch-Site": "cross-site"},
		}.Over(t, g.http, base)
		if cross.Status != http.StatusForbidden {
			t.Errorf("another site's page is answered %d: %s", cross.Status, cross.Body)
		}
		ids := map[string]bool{}
		for _, who := range []*guest{g, g, other} {
			a := apptest.Request{
				Method: http.MethodPost, Path: who.at + "/contacts", Body: `{"value": "+49 30 5550199"}`, Header: map[string]string{"Idempotency-Key": "1"},
			}.Over(t, who.http, base)
			ids[a.Text("id")] = a.Status == http.StatusCreated
		}
		if len(ids) != 2 || ids[""] {
			t.Errorf("two clients with one key have %v", ids)
		}
		site, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		kept := other.http.Jar.Cookies(site) // by somebody who found the browser
		(&pagetest.House{Base: base}).Post(t, other.http, "/me/-/out", url.Values{})
		again := apptest.Request{Method: http.MethodPost, Path: other.at + "/contacts", Body: `{"value": "+49 30 5550199"}`, Header: map[string]string{"Idempotency-Key": "1"}}
		for _, c := range kept {
			again.Header["Cookie"] += c.Name + "=" + c.Value + "; "
		}
		if a := again.Over(t, http.DefaultClient, base); a.Status != http.StatusUnauthorized {
			t.Errorf("who is signed out is answered %d again: %s", a.Status, a.Body)
		}
	})
}
