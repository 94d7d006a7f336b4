package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/internal/web"
)

func TestJar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, base, path, life, want string }{
		{"https", "https://kept.example", "/b/x", "1m", "__Host-kept_x=v; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax"},
		{"https, taken away", "https://kept.example", "", "0s", "__Host-kept_x=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"},
		{"loopback", "http://127.0.0.1:8080", "/b/x", "1m", "kept_x=v; Path=/b/x; Max-Age=60; HttpOnly; SameSite=Lax"},
		{"loopback, all paths", "http://127.0.0.1:8080", "", "1m", "kept_x=v; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			life, err := time.ParseDuration(c.life)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			web.NewJar(c.base).Set(w, web.Cookie{Name: "kept_x", Value: "v", Path: c.path, Life: life})
			if diff := cmp.Diff([]string{c.want}, w.Header()["Set-Cookie"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What stands under another name than the site's own is not looked at: a cookie
// from before, or one that another host of the domain planted.
func TestJarReadsItsOwnAlone(t *testing.T) {
	t.Parallel()
	both := httptest.NewRequest(http.MethodGet, "/", nil)
	both.Header.Set("Cookie", "kept_x=plain; __Host-kept_x=own")
	plain := httptest.NewRequest(http.MethodGet, "/", nil)
	plain.Header.Set("Cookie", "kept_x=plain")
	tls, loopback := web.NewJar("https://kept.example"), web.NewJar("http://localhost:8080")
	for _, c := range []struct {
		got, want string
	}{
		{tls.Get(both, "kept_x"), "own"}, {tls.Get(plain, "kept_x"), ""}, {loopback.Get(both, "kept_x"), "plain"}, {loopback.Get(both, "kept_y"), ""},
	} {
		if c.got != c.want {
			t.Errorf("read %q, want %q", c.got, c.want)
		}
	}
}
