package team_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/config"
	"kept/internal/web/pagetest"
)

// TestCookiesOfASecureSite: where the site's address is https, cookies are
// bound to the host by their name, and those without it are not looked at.
func TestCookiesOfASecureSite(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t, func(c *config.Serve) { c.BaseURL = "https://kept.example" })
	ask := func(method, path, cookie string, form url.Values) *http.Response {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		n.Handler().ServeHTTP(w, r)
		a := w.Result()
		_, _ = io.Copy(io.Discard, a.Body)
		_ = a.Body.Close()
		for _, c := range a.Cookies() {
			if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || c.Path != "/" || c.Domain != "" || !c.HttpOnly {
				t.Errorf("%s hands out %s", path, c.Raw)
			}
		}
		return a
	}
	in := ask(http.MethodPost, "/sign-in", "", url.Values{"email": {owner}, "password": {pagetest.Password}})
	cookies := in.Cookies()
	if in.StatusCode != http.StatusSeeOther || len(cookies) != 1 || cookies[0].Name != "__Host-kept_session" {
		t.Fatalf("signed in with %d and %v", in.StatusCode, cookies)
	}
	token := cookies[0].Value
	for cookie, status := range map[string]int{
		"__Host-kept_session=" + token: http.StatusOK, "kept_session=" + token: http.StatusSeeOther,
	} {
		if a := ask(http.MethodGet, salon, cookie, nil); a.StatusCode != status {
			t.Errorf("with %.14s...: %d, want %d", cookie, a.StatusCode, status)
		}
	}
	for _, path := range []string{"/?lang=ru", "/b/lumen-salon?lang=zh-Hant"} {
		if a := ask(http.MethodGet, path, "", nil); len(a.Cookies()) != 1 {
			t.Errorf("%s remembers no language", path)
		}
	}
	if a := ask(http.MethodPost, "/me/-/ask", "", url.Values{"contact": {"ada@example.com"}}); len(a.Cookies()) == 0 {
		t.Errorf("asked for a code, the door answers %d without a ticket", a.StatusCode)
	}
	if a := ask(http.MethodPost, "/sign-out", "__Host-kept_session="+token, nil); len(a.Cookies()) != 1 || a.Cookies()[0].MaxAge >= 0 {
		t.Errorf("signed out with %v", a.Cookies())
	}
}
