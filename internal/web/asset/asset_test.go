package asset_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/internal/web/asset"
)

// get asks for an address with a header.
func get(t *testing.T, method, address string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, address, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	asset.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestAnAddressIsKeptForAYear(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "live.js": "text/javascript; charset=utf-8",
		"calendar.js": "text/javascript; charset=utf-8", "htmx.min.js": "text/javascript; charset=utf-8",
		"event-calendar.min.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !asset.Has(name) {
				t.Fatal("it is not there")
			}
			answer := get(t, http.MethodGet, asset.URL(name))
			body, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != http.StatusOK || len(body) == 0 {
				t.Fatalf("status %d, %d bytes, %v", answer.StatusCode, len(body), err)
			}
			if got := answer.Header.Get("Content-Type"); got != kind {
				t.Errorf("type %q, want %q", got, kind)
			}
			if got := answer.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
				t.Errorf("Cache-Control %q", got)
			}
			again := get(t, http.MethodGet, asset.URL(name), "If-None-Match", answer.Header.Get("ETag"))
			if again.StatusCode != http.StatusNotModified {
				t.Errorf("asked again: %d", again.StatusCode)
			}
		})
	}
}

func TestAnOldAddressIsServedButNotKept(t *testing.T) {
	t.Parallel()
	answer := get(t, http.MethodGet, asset.Prefix+"0123456789ab/app.css")
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("status %d, Cache-Control %q", answer.StatusCode, answer.Header.Get("Cache-Control"))
	}
}

func TestPackedForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	plain, err := io.ReadAll(get(t, http.MethodGet, asset.URL("app.css")).Body)
	if err != nil {
		t.Fatal(err)
	}
	for accept, packed := range map[string]bool{"gzip": true, "br, gzip;q=0.8": true, "": false, "gzip;q=0": false, "br": false} {
		answer := get(t, http.MethodGet, asset.URL("app.css"), "Accept-Encoding", accept)
		if got := answer.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("Accept-Encoding %q: packed %v, want %v", accept, got, packed)
			continue
		}
		if !packed {
			continue
		}
		unpack, err := gzip.NewReader(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(unpack)
		if err != nil || string(body) != string(plain) {
			t.Errorf("Accept-Encoding %q: another file comes out, %v", accept, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]int{
		asset.Prefix: http.StatusNotFound, asset.URL("no.css"): http.StatusNotFound, asset.Prefix + "x/../asset.go": http.StatusNotFound,
		asset.Prefix + "x/css/10-base.css": http.StatusNotFound,
	} {
		if got := get(t, http.MethodGet, address).StatusCode; got != want {
			t.Errorf("%s: %d, want %d", address, got, want)
		}
	}
	if got := get(t, http.MethodPost, asset.URL("app.css")).StatusCode; got != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", got)
	}
	head := get(t, http.MethodHead, asset.URL("app.css"))
	if body, err := io.ReadAll(head.Body); err != nil || len(body) > 0 || head.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD: %d bytes, length %q", len(body), head.Header.Get("Content-Length"))
	}
}

// TestStyleIsWhole finds a part that was left out: the order of the parts is that of their names.
func TestStyleIsWhole(t *testing.T) {
	t.Parallel()
	body, err := io.ReadAll(get(t, http.MethodGet, asset.URL("app.css")).Body)
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for _, mark := range []string{":root {", ".card {", ".field {", ".ticket {", ".side {", "#calendar .ec {", "EventCalendar v"} {
		next := strings.Index(string(body), mark)
		if next <= at {
			t.Errorf("%q stands at %d, after %d was expected", mark, next, at)
		}
		at = next
	}
}
