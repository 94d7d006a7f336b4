// Package pagetest gives tests of pages what a reader does with them: fetch a
// page, fill in a form and send it, and look for what is wrong with the markup.
//
// It knows no program, only the address at which one answers, so that tests of
// every kind of page can use it.
package pagetest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Password opens every account of the demo.
const Password = "kept-demo"

// House is a program that answers at an address.
type House struct {
	Base string

	mu     sync.Mutex
	inside map[string][]*http.Cookie // of the owners who have signed in, by slug
}

// SignIn gives a client with the session of a business's owner. All clients of
// an owner share the session, for the program counts the sign-ins of a minute;
// who ends it, or looks at the list of sessions, takes SignInAnew.
func (h *House) SignIn(t testing.TB, slug string) *http.Client {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	at, err := url.Parse(h.Base)
	if err != nil {
		t.Fatal(err)
	}
	if cookies := h.inside[slug]; cookies != nil {
		c := visitor(t)
		c.Jar.SetCookies(at, cookies)
		return c
	}
	c := h.SignInAnew(t, slug)
	if h.inside == nil {
		h.inside = map[string][]*http.Cookie{}
	}
	h.inside[slug] = c.Jar.Cookies(at)
	return c
}

// SignInAnew gives a client with a session of its own.
func (h *House) SignInAnew(t testing.TB, slug string) *http.Client {
	t.Helper()
	c := visitor(t)
	got := h.Post(t, c, "/sign-in", url.Values{"email": {"owner@" + slug + ".example"}, "password": {Password}})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("sign-in answers %d", got.Status)
	}
	return c
}

// visitor is a client without a session, which shows where it is sent instead of going there.
func visitor(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Answer is what came back.
type Answer struct {
	Status   int
	Location string
	Body     string
}

func (h *House) do(t testing.TB, c *http.Client, r *http.Request) Answer {
	t.Helper()
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Answer{res.StatusCode, res.Header.Get("Location"), string(body)}
}

// Get fetches a page; header are names and values in turn.
func (h *House) Get(t testing.TB, c *http.Client, path string, header ...string) Answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.Base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.do(t, c, r)
}

// Post sends a form; header are names and values in turn.
func (h *House) Post(t testing.TB, c *http.Client, path string, form url.Values, header ...string) Answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Base+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return h.do(t, c, r)
}

// First finds the first match of a pattern's group.
func First(t testing.TB, pattern, text string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s in %.300s", pattern, text)
	}
	return m[1]
}
