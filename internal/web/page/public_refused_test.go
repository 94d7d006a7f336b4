package page_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app"
	"kept/internal/config"
	"kept/internal/i18n"
)

// TestRefusedBeforeThePages is refused by what stands before the pages, and
// still reads a page, in the own language.
func TestRefusedBeforeThePages(t *testing.T) {
	t.Parallel()
	c := config.Serve{Addr: "127.0.0.1:0", Synchronous: "NORMAL", PublicRate: 1}
	c.Data = t.TempDir()
	node, err := app.NewNode(t.Context(), c, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	}()
	p := i18n.For(i18n.Russian)
	send := func(path string, header ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(url.Values{"start": {"x"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Language", "ru")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		node.Handler().ServeHTTP(w, r)
		return w
	}
	page := func(w *httptest.ResponseRecorder, status int, title string) {
		t.Helper()
		if w.Code != status || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || !strings.Contains(w.Body.String(), title) {
			t.Errorf("answers %d %s: %.200s", w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("headers %v", w.Header())
		}
	}
	page(send("/sign-in", "Sec-Fetch-Site", "cross-site"), http.StatusForbidden, p.T("error.403.title"))
	page(send("/b/nobody/hold"), http.StatusNotFound, p.T("error.404.title"))
	slow := send("/b/nobody/hold")
	page(slow, http.StatusTooManyRequests, p.T("error.429.title"))
	if slow.Header().Get("Retry-After") == "" {
		t.Error("nobody says when to come back")
	}
	// Programs get a problem.
	if got := send("/api/v1/b/nobody/holds"); got.Code != http.StatusTooManyRequests || got.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("a program reads %d %s", got.Code, got.Header().Get("Content-Type"))
	}
}
