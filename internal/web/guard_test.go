package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kept/fault"
	"kept/internal/web"
)

func english(*http.Request) string { return "en" }

func TestGuard(t *testing.T) {
	t.Parallel()
	texts, err := web.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	passed := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	guard := web.Headers(web.Guard(texts, english, passed))
	for _, c := range []struct {
		name, method, target, body string
		want                       int
	}{
		{"a plain GET", "GET", "/x?a=b", "", 204},
		{"a plain POST", "POST", "/x", `{"a":"b"}`, 204},
		{"Chinese", "POST", "/x?名=字", `{"a":"預約"}`, 204},
		{"a body at the bound", "POST", "/x", strings.Repeat("x", web.MaxBody), 204},
		{"a body past the bound", "POST", "/x", strings.Repeat("x", web.MaxBody+1), 413},
		{"broken UTF-8", "POST", "/x", "\xff", 422},
		{"NUL", "POST", "/x", "a\x00b", 422},
		{"NUL in an escape", "POST", "/x", `{"a":"\u0000"}`, 422},
		{"NUL after an escaped backslash", "POST", "/x", `{"a":"\\\u0000"}`, 422},
		{"a backslash before a word that looks like NUL", "POST", "/x", `{"a":"\\u0000"}`, 204},
		{"broken UTF-8 in a query", "GET", "/x?a=%ff", "", 422},
		{"NUL in a query", "GET", "/x?a=%00", "", 422},
		{"NUL in a path", "GET", "/x%00", "", 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			guard.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), c.method, c.target, strings.NewReader(c.body)))
			if w.Code != c.want {
				t.Errorf("%d, want %d: %s", w.Code, c.want, w.Body)
			}
			if w.Code >= 400 && w.Header().Get("Content-Type") != web.ProblemType {
				t.Errorf("type %q", w.Header().Get("Content-Type"))
			}
			if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("policy %q", csp)
			}
		})
	}
}

func TestOnlyTheBookingPageMayBeFramed(t *testing.T) {
	t.Parallel()
	h := web.Headers(http.NotFoundHandler())
	for path, want := range map[string]string{"/b/x": "frame-ancestors *", "/app/x": "frame-ancestors 'none'", "/m/x": "frame-ancestors 'none'"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if got := w.Header().Get("Content-Security-Policy"); !strings.HasSuffix(got, want) {
			t.Errorf("%s: %q", path, got)
		}
	}
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	request := func(address, forwarded string) *http.Request {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", http.NoBody)
		r.RemoteAddr = address
		r.Header.Set("X-Forwarded-For", forwarded)
		return r
	}
	l := web.NewLimiter(3)
	for i := range 3 {
		if err := l.Allow(request("192.0.2.1:1000", "")); err != nil {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	err := l.Allow(request("192.0.2.1:2000", "198.51.100.7"))
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Exhausted || f.RetryAfter < time.Second {
		t.Fatalf("the fourth try, from another port and with a made-up header: %v", err)
	}
	if err := l.Allow(request("192.0.2.2:1000", "")); err != nil {
		t.Errorf("another address: %v", err)
	}
	six := web.NewLimiter(1)
	if err := six.Allow(request("[2001:db8:1:2::1]:1", "")); err != nil {
		t.Error(err)
	}
	if err := six.Allow(request("[2001:db8:1:2:ffff::9]:1", "")); err == nil {
		t.Error("another address of the same /64 is the same household")
	}
	if err := web.NewLimiter(0).Allow(request("192.0.2.1:1", "")); err != nil {
		t.Errorf("0 allows all: %v", err)
	}
}

func TestProblemShowsNothingOfWhatIsNoFault(t *testing.T) {
	t.Parallel()
	texts, err := web.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	p := web.NewProblem(texts, "ru", errors.New("pq: password of secret-table"))
	if p.Status != 500 || strings.Contains(p.Title+p.Detail, "secret") || p.Code != fault.CodeInternal {
		t.Errorf("%+v", p)
	}
	for kind, want := range map[fault.Kind]int{
		fault.Invalid: 422, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409,
		fault.Gone: 410, fault.Exhausted: 429, fault.Unavailable: 503, fault.Internal: 500,
	} {
		if got := web.Status(fault.New(kind, "x", "y")); got != want {
			t.Errorf("%d answered %d, want %d", kind, got, want)
		}
	}
}
