package me_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kept/internal/app"
	"kept/internal/config"
	"kept/internal/web/pagetest"
)

const salon, clinic = "lumen-salon", "anhe-clinic"

type house struct {
	*pagetest.House
	keys map[string]string // of the owner's API, by business
}

// newHouse starts a whole program whose businesses have the slugs of the demo's,
// so that it has their inbox, and nothing in them.
func newHouse(t *testing.T, change ...func(*config.Serve)) *house {
	t.Helper()
	c := config.Serve{Demo: true, Addr: "127.0.0.1:0", Clock: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC), Synchronous: "NORMAL"}
	c.Data = t.TempDir()
	for _, edit := range change {
		edit(&c)
	}
	h := &house{House: &pagetest.House{}, keys: map[string]string{}}
	for _, slug := range []string{clinic, "motor-workshop", "not-of-the-demo"} {
		run(t, c, "business", "create", slug, "--name", "The "+slug, "--zone", "Europe/Berlin", "--preset", "salon", "--language", "en")
	}
	h.Base = serve(t, c)
	got := h.Post(t, browserOf(t), "/sign-up", url.Values{ // the first owner is also the first who serves
		"business": {"Lumen"}, "slug": {salon}, "preset": {"salon"}, "zone": {"Europe/Berlin"}, "currency": {"EUR"}, "language": {"en"},
		"name": {"Olga"}, "email": {"owner@" + salon + ".example"}, "password": {pagetest.Password},
	})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("sign-up answers %d: %.500s", got.Status, pagetest.Text(pagetest.Parse(t, got.Body)))
	}
	for _, slug := range []string{salon, clinic} {
		h.keys[slug] = run(t, c, "key", "create", "--business", slug, "--role", "owner")
	}
	return h
}

// run runs a command of the program on a house's data and gives what it prints.
func run(t *testing.T, c config.Serve, args ...string) string {
	t.Helper()
	args = append(args, "--data", c.Data)
	if c.DB != "" {
		args = append(args, "--db", c.DB)
	}
	var out, wrong strings.Builder
	if code := app.Main(t.Context(), "test", args, &out, &wrong); code != 0 {
		t.Fatalf("%v: %s", args, wrong.String())
	}
	return strings.TrimSpace(out.String())
}

// serve starts one node and gives its address.
func serve(t *testing.T, c config.Serve) string {
	t.Helper()
	node, err := app.NewNode(t.Context(), c, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(node.Handler())
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.URL
}

func TestMe(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("story", func(t *testing.T) { testStory(t, h) })
	t.Run("nobody", func(t *testing.T) { testNobody(t, h) })
	t.Run("likes", func(t *testing.T) { testLikes(t, h) })
	t.Run("contacts", func(t *testing.T) { testContacts(t, h) })
	t.Run("papers", func(t *testing.T) { testPapers(t, h) })
	t.Run("pages", func(t *testing.T) { testPages(t, h) })
	t.Run("favourites", func(t *testing.T) { testFavourites(t, h) })
	t.Run("people", func(t *testing.T) { testPeople(t, h) })
	t.Run("more", func(t *testing.T) { testMore(t, h) })
	t.Run("home", func(t *testing.T) { testHome(t, h) })
	t.Run("plans", func(t *testing.T) { testPlans(t, h) })
	t.Run("data", func(t *testing.T) { testData(t, h) })
}

// Houses of their own: what is asked for in a minute is counted.
func TestEdges(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("others", func(t *testing.T) { testOthers(t, h) })
	t.Run("feed", func(t *testing.T) { testFeed(t, h) })
	t.Run("seen", func(t *testing.T) { testSeen(t, h) })
	t.Run("stream", func(t *testing.T) { testStream(t, h) })
	t.Run("languages", func(t *testing.T) { testLanguages(t, h) })
}

// enroll makes a card by the API and gives its id.
func (h *house) enroll(t testing.TB, slug, name, email, phone string) string {
	t.Helper()
	body := h.api(t, slug, http.MethodPost, "/clients", map[string]string{"name": name, "email": email, "phone": phone}, http.StatusCreated)
	id, _ := body["id"].(string)
	if id == "" {
		t.Fatalf("a card is %v", body)
	}
	return id
}

// api asks as the business's owner.
func (h *house) api(t testing.TB, slug, method, path string, in any, want int) map[string]any {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, h.Base+"/api/v1"+path, strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.keys[slug])
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		t.Fatalf("%s %s answers %d: %.300s, %v", method, path, res.StatusCode, body, err)
	}
	out := map[string]any{}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func browserOf(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask asks for a code and gives what was sent.
func (h *house) ask(t testing.TB, c *http.Client, contact string) (code, link string) {
	t.Helper()
	got := h.Post(t, c, "/me/-/ask", url.Values{"contact": {contact}})
	if got.Status != http.StatusSeeOther || got.Location != "/me/-/code" {
		t.Fatalf("asking answers %d to %q: %.300s", got.Status, got.Location, got.Body)
	}
	return h.letter(t, contact)
}

// letter waits for the letter with a code.
func (h *house) letter(t testing.TB, contact string) (code, link string) {
	t.Helper()
	m := h.Letter(t, contact, pagetest.Code+`(?s:.*)(/me/-/in/[A-Za-z0-9_-]+)`, 1)
	return m[1], m[2]
}

// in signs somebody in and gives their browser.
func (h *house) in(t testing.TB, contact string) *http.Client {
	t.Helper()
	c := browserOf(t)
	code, _ := h.ask(t, c, contact)
	got := h.Post(t, c, "/me/-/code", url.Values{"code": {code}})
	if got.Status != http.StatusSeeOther || got.Location != "/me" {
		t.Fatalf("the code %s answers %d to %q: %.300s", code, got.Status, got.Location, got.Body)
	}
	return c
}

// page fetches a page that must be there and gives its text and its markup.
func (h *house) page(t testing.TB, c *http.Client, path string) (text, body string) {
	t.Helper()
	got := h.Get(t, c, path)
	if got.Status != http.StatusOK {
		t.Fatalf("%s answers %d to %q: %.300s", path, got.Status, got.Location, got.Body)
	}
	if tt, ok := t.(*testing.T); ok {
		text = pagetest.Inspect(tt, path, got.Body)
	}
	return text + pagetest.Text(pagetest.Parse(t, got.Body)), got.Body
}

func says(t testing.TB, text string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not said in %.400s", w, strings.Join(strings.Fields(text), " "))
		}
	}
}

// send fills a form of a page and sends it; it must lead on.
func (h *house) send(t testing.TB, c *http.Client, page, end string, typed ...string) string {
	t.Helper()
	_, body := h.page(t, c, page)
	action, form := pagetest.Form(t, pagetest.Parse(t, body), end, typed...)
	got := h.Post(t, c, action, form)
	if got.Status != http.StatusSeeOther {
		t.Fatalf("%s answers %d: %.500s", action, got.Status, pagetest.Text(pagetest.Parse(t, got.Body)))
	}
	if again := h.Post(t, c, action, form); again.Status != http.StatusSeeOther || again.Location != got.Location {
		t.Errorf("%s sent twice answers %d to %q, first %q", action, again.Status, again.Location, got.Location)
	}
	return got.Location
}

func testStory(t *testing.T, h *house) {
	h.enroll(t, salon, "Mia Story", "mia.story@example.com", "")
	h.enroll(t, clinic, "Mia Story", "mia.story@example.com", "")
	c := browserOf(t)
	text, _ := h.page(t, c, "/me")
	says(t, text, "There is no password")
	for _, bad := range []string{"", "mia", "030 901820"} {
		if got := h.Post(t, c, "/me/-/ask", url.Values{"contact": {bad}}); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q answers %d", bad, got.Status)
		}
	}
	code, link := h.ask(t, c, "mia.story@example.com")
	text, _ = h.page(t, c, "/me/-/code")
	says(t, text, "m···@example.com")
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	if got := h.Post(t, c, "/me/-/code", url.Values{"code": {wrong}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code answers %d", got.Status)
	}
	other := browserOf(t) // the link is opened on another device
	text, _ = h.page(t, other, link)
	says(t, text, "m···@example.com")
	if got := h.Get(t, other, "/me/"+salon); got.Status != http.StatusSeeOther {
		t.Errorf("looking at a link signs in: %d", got.Status)
	}
	if got := h.Post(t, c, "/me/-/code", url.Values{"code": {code}}); got.Status != http.StatusSeeOther {
		t.Fatalf("the code answers %d", got.Status)
	}
	if got := h.Post(t, other, link, url.Values{}); got.Status != http.StatusGone {
		t.Errorf("a link after its code answers %d", got.Status)
	}
	text, _ = h.page(t, c, "/me")
	says(t, text, "Mia Story", "mia.story@example.com")
	for _, part := range []string{"", "/visits", "/plans", "/likes", "/contacts", "/people", "/forms", "/papers", "/consents", "/calendar", "/seen", "/data"} {
		h.page(t, c, "/me/"+salon+part)
	}
	h.page(t, c, "/me/"+clinic)
	if got := h.Get(t, c, "/me/motor-workshop"); got.Status != http.StatusNotFound {
		t.Errorf("a business without a card answers %d", got.Status)
	}
	h.page(t, c, "/me/-/sessions")
	if got := h.Post(t, c, "/me/-/out", url.Values{}); got.Status != http.StatusSeeOther {
		t.Errorf("signing out answers %d", got.Status)
	}
	if got := h.Get(t, c, "/me/"+salon+"/likes?x=1"); got.Location != "/me?next=%2Fme%2F"+salon+"%2Flikes%3Fx%3D1" {
		t.Errorf("signed out, one is led to %q", got.Location)
	}
}

// testNobody sees the same answers for an address that nobody knows.
func testNobody(t *testing.T, h *house) {
	h.enroll(t, salon, "Known", "known@example.com", "")
	var seen []string
	for _, contact := range []string{"known@example.com", "nobodyx@example.com"} {
		c := browserOf(t)
		got := h.Post(t, c, "/me/-/ask", url.Values{"contact": {contact}})
		page := h.Get(t, c, got.Location)
		wrong := h.Post(t, c, "/me/-/code", url.Values{"code": {"12"}})
		mask := strings.NewReplacer("k···", "x···", "n···", "x···")
		seen = append(seen, fmt.Sprint(got.Status, got.Location, got.Body, page.Status, mask.Replace(page.Body), wrong.Status, mask.Replace(wrong.Body)))
	}
	if seen[0] != seen[1] {
		t.Error("a known address is answered otherwise than an unknown one")
	}
}

func testLikes(t *testing.T, h *house) {
	id := h.enroll(t, salon, "Lea Likes", "lea@example.com", "")
	c := h.in(t, "lea@example.com")
	at := "/me/" + salon + "/likes"
	to := h.send(t, c, at, "/likes", "remind", "fewer", "quiet_from", "22:00", "quiet_to", "07:30",
		"windows.0.day", "6", "windows.0.from", "09:00", "windows.0.to", "12:00", "language", "ru", "channel", "email")
	if to != at+"?done=likes" {
		t.Errorf("saving leads to %q", to)
	}
	text, body := h.page(t, c, to)
	says(t, text, "The staff see it already")
	_, form := pagetest.Form(t, pagetest.Parse(t, body), "/likes")
	for name, want := range map[string]string{
		"remind": "fewer", "quiet_from": "22:00", "quiet_to": "07:30", "windows.0.day": "6", "windows.0.from": "09:00",
		"windows.0.to": "12:00", "windows.1.from": "", "language": "ru", "channel": "email",
	} {
		if form.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, form.Get(name), want)
		}
	}
	for name, bad := range map[string]string{"quiet_from": "25:00", "windows.0.to": "08:00", "windows.0.day": "9", "remind": "always", "language": "!"} {
		typed := maps.Clone(form)
		typed.Set(name, bad)
		typed.Set("key", strings.Replace(form.Get("key"), form.Get("key")[:4], "0a0b", 1))
		got := h.Post(t, c, at, typed)
		if got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s=%s answers %d", name, bad, got.Status)
		}
		pagetest.Inspect(t, at, got.Body)
	}
	card := h.api(t, salon, http.MethodGet, "/clients/"+id, nil, http.StatusOK)
	if card["language"] != "ru" {
		t.Errorf("the card is %v", card)
	}
}

func testContacts(t *testing.T, h *house) {
	h.enroll(t, salon, "Cora", "cora@example.com", "")
	c := h.in(t, "cora@example.com")
	at := "/me/" + salon + "/contacts"
	h.send(t, c, at, "/contacts", "value", "+49 30 5550101", "label", "work")
	h.send(t, c, at, "/contacts", "value", "cora@work.example")
	text, body := h.page(t, c, at)
	says(t, text, "+49305550101", "work", "cora@work.example", "not confirmed")
	if strings.Count(body, "/remove") != 2 {
		t.Errorf("%d contacts can be removed, want 2: not the one that signs in", strings.Count(body, "/remove"))
	}
	testProven(t, h, c, at)
	_, form := pagetest.Form(t, pagetest.Parse(t, body), "/contacts", "value", "cora@work.example")
	if got := h.Post(t, c, at, form); got.Status != http.StatusConflict {
		t.Errorf("the same once more answers %d", got.Status)
	}
	form.Set("value", "nonsense")
	if got := h.Post(t, c, at, form); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("nonsense answers %d", got.Status)
	}
	action, form := pagetest.Form(t, pagetest.Parse(t, body), "/remove")
	if got := h.Post(t, c, action, form); got.Status != http.StatusSeeOther {
		t.Errorf("removing answers %d", got.Status)
	}
	_, key := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, at).Body), "/contacts")
	if got := h.Post(t, c, at+"/email/remove", url.Values{"who": {key.Get("who")}, "key": {key.Get("key")}}); got.Status != http.StatusConflict {
		t.Errorf("removing what signs in answers %d", got.Status)
	}
}

func testPeople(t *testing.T, h *house) {
	h.enroll(t, salon, "Paula", "paula@example.com", "")
	c := h.in(t, "paula@example.com")
	at := "/me/" + salon + "/people"
	h.send(t, c, at, "/subjects", "kind", "pet", "name", "Rex")
	h.send(t, c, at, "/people", "person", "Tim Paula")
	text, body := h.page(t, c, at)
	says(t, text, "Rex", "Pet", "Tim Paula")
	child := pagetest.First(t, `/me/`+salon+`\?who=([0-9a-f-]{36})"[^>]*><b>Tim Paula`, body)
	text, body = h.page(t, c, "/me/"+salon+"/people?who="+child)
	says(t, text, "Tim Paula")
	if strings.Contains(body, `action="/me/`+salon+`/people"`) {
		t.Error("a card that is looked after looks after others")
	}
	_, form := pagetest.Form(t, pagetest.Parse(t, body), "/subjects", "name", "of Tim")
	form.Set("person", "Bear")
	if got := h.Post(t, c, "/me/"+salon+"/people", form); got.Status != http.StatusNotFound {
		t.Errorf("adding to it all the same answers %d", got.Status)
	}
	for _, who := range []string{"", child} {
		form.Set("name", strings.Repeat("x", 300))
		form.Set("who", who)
		form.Set("kind", "pet")
		if got := h.Post(t, c, "/me/"+salon+"/subjects", form); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("a name that is too long answers %d", got.Status)
		}
	}
	_, body = h.page(t, c, at)
	action, form := pagetest.Form(t, pagetest.Parse(t, body), "/remove")
	if got := h.Post(t, c, action, form); got.Status != http.StatusSeeOther {
		t.Errorf("who is no longer here answers %d", got.Status)
	}
	if text, _ := h.page(t, c, at); strings.Contains(text, "Rex") {
		t.Error("who is no longer here is listed")
	}
}
