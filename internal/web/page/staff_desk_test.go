package page_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"kept/internal/app"
	"kept/internal/config"
	"kept/internal/demo"
)

// house is a whole program with the demo's three businesses.
type house struct{ base string }

func newHouse(t *testing.T) *house {
	t.Helper()
	c := config.Serve{Demo: true, Addr: "127.0.0.1:0", Clock: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC), Synchronous: "NORMAL"}
	c.Data = t.TempDir()
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
	return &house{server.URL}
}

// signIn gives a client with the session of a business's owner.
func (h *house) signIn(t *testing.T, slug string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got := h.post(t, c, "/sign-in", url.Values{"email": {"owner@" + slug + ".example"}, "password": {demo.Password}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("sign-in answers %d", got.status)
	}
	return c
}

type answer struct {
	status   int
	location string
	body     string
}

func (h *house) do(t *testing.T, c *http.Client, r *http.Request) answer {
	t.Helper()
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header.Get("Location"), string(body)}
}

func (h *house) get(t *testing.T, c *http.Client, path string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.do(t, c, r)
}

func (h *house) post(t *testing.T, c *http.Client, path string, form url.Values, header ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.do(t, c, r)
}

// first finds the first match of a pattern's group.
func first(t *testing.T, pattern, text string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s in %.300s", pattern, text)
	}
	return m[1]
}

func TestDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("doors", func(t *testing.T) { testDoors(t, h) })
	t.Run("pages", func(t *testing.T) { testPages(t, h) })
	t.Run("acts", func(t *testing.T) { testActs(t, h) })
	t.Run("new", func(t *testing.T) { testNew(t, h) })
	t.Run("card", func(t *testing.T) { testCard(t, h) })
	t.Run("browser", func(t *testing.T) { testBrowser(t, h) })
}

func testDoors(t *testing.T, h *house) {
	owner := h.signIn(t, "lumen-salon")
	stranger := &http.Client{CheckRedirect: owner.CheckRedirect}
	if got := h.get(t, stranger, "/app/lumen-salon/calendar?day=2026-03-05"); got.status != http.StatusSeeOther ||
		got.location != "/?next=%2Fapp%2Flumen-salon%2Fcalendar%3Fday%3D2026-03-05" {
		t.Errorf("without a session: %d %s", got.status, got.location)
	}
	if got := h.get(t, stranger, "/app/lumen-salon/stream"); got.status != http.StatusUnauthorized {
		t.Errorf("the stream without a session: %d", got.status)
	}
	for _, path := range []string{"/app/anhe-clinic", "/app/anhe-clinic/clients", "/app/nowhere", "/app/lumen-salon/bookings/x", "/app/lumen-salon/xyz"} {
		if got := h.get(t, owner, path); got.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
}

// testPages reads every page in every language.
func testPages(t *testing.T, h *house) {
	latin := regexp.MustCompile(`[A-Za-z]{3,}`)
	for lang, slug := range map[string]string{"en": "lumen-salon", "zh-Hant": "anhe-clinic", "ru": "motor-workshop"} {
		t.Run(lang, func(t *testing.T) {
			c := h.signIn(t, slug)
			root := "/app/" + slug
			calendar := h.get(t, c, root+"/calendar?view=day&lang="+lang)
			booking := first(t, `href="(/app/[^"]*/bookings/[^"]*)"`, calendar.body)
			client := first(t, `href="(/app/[^"/]*/clients/0[^"]*)"`, h.get(t, c, root+"/clients").body)
			message := first(t, `href="(/app/[^"/]*/messages/[^"?]*)"`, h.get(t, c, root+"/messages").body)
			service := first(t, `<option value="([^"]+)"`, h.get(t, c, root+"/new").body)
			for _, path := range []string{
				root, root + "/calendar", root + "/calendar?view=week", root + "/calendar?view=week&staff=all", root + "/clients",
				root + "/clients?q=nobody", root + "/clients/new", root + "/messages", root + "/messages?status=sent", root + "/new",
				root + "/new?service=" + service, booking, booking + "/panel", booking + "/move", client, client + "/edit", message,
			} {
				got := h.get(t, c, path)
				if got.status != http.StatusOK {
					t.Errorf("%s answers %d", path, got.status)
					continue
				}
				text := inspect(t, path, got.body)
				if lang != "en" {
					for _, word := range latin.FindAllString(text, -1) {
						if !international(word) {
							t.Errorf("%s: %q is English", path, word)
						}
					}
				}
			}
		})
	}
}

// international words are the same everywhere: the program's name, languages in themselves.
func international(word string) bool {
	switch word {
	case "kept", "Kept", "English", "nobody", "SMS":
		return true
	}
	return false
}

// inspect tells what is wrong with a page's markup and gives the text that people read.
func inspect(t *testing.T, path, body string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	labelled, ids, text := map[string]bool{}, map[string]int{}, &strings.Builder{}
	var controls []*html.Node
	attr := func(n *html.Node, name string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
		return "", false
	}
	var walk func(n *html.Node, inLabel bool)
	walk = func(n *html.Node, inLabel bool) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data + " ")
		}
		if n.Type == html.ElementNode {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s> has %s", path, n.Data, a.Key)
				}
			}
			if id, ok := attr(n, "id"); ok {
				ids[id]++
			}
			src, _ := attr(n, "src")
			switch kind, _ := attr(n, "type"); {
			case n.Data == "style", n.Data == "script" && src == "":
				t.Errorf("%s: inline <%s>", path, n.Data)
				return
			case n.Data == "label":
				inLabel = true
				if to, ok := attr(n, "for"); ok {
					labelled[to] = true
				}
			case (n.Data == "input" && kind != "hidden" || n.Data == "select" || n.Data == "textarea") && !inLabel:
				controls = append(controls, n)
			}
			if lang, _ := attr(n, "lang"); lang != "" && n.Data == "a" { // a language named in itself
				return
			}
		}
		for c := range n.ChildNodes() {
			walk(c, inLabel)
		}
	}
	walk(doc, false)
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s: %d elements have the id %s", path, n, id)
		}
	}
	for _, c := range controls {
		if id, _ := attr(c, "id"); !labelled[id] {
			t.Errorf("%s: <%s id=%q> has no label", path, c.Data, id)
		}
	}
	for _, key := range regexp.MustCompile(`\b(?:nav|today|calendar|booking|do|new|clients?|card|messages?|done|off|live|status|step|form|visit)\.[a-z_]+\b`).FindAllString(text.String(), -1) {
		t.Errorf("%s: the key %s has no text", path, key)
	}
	return regexp.MustCompile(`\S+@\S+`).ReplaceAllString(text.String(), "")
}
