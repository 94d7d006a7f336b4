package ical_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/calsync"
	"kept/internal/calendar/ical"
	"kept/internal/dial"
	"kept/span"
)

const one = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260305T090000\r\nDTEND:20260305T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func march() span.Span {
	return span.Span{Start: span.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)), End: span.At(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))}
}

// feed serves a calendar, and counts requests.
func feed(t *testing.T, answer http.HandlerFunc) (calsync.Source, string, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	client := dial.Client(dial.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxBody: 1 << 20, Timeout: 5 * time.Second})
	return ical.New(client), s.URL + "/anna-4711.ics", &asked
}

func TestRead(t *testing.T) {
	t.Parallel()
	source, at, _ := feed(t, func(w http.ResponseWriter, r *http.Request) {
		if user, pw, _ := r.BasicAuth(); user != "anna" || pw != "hunter2" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, one)
		_ = z.Close()
	})
	where := calsync.Address{URL: at, User: "anna", Secret: "hunter2"}
	q := calsync.Question{Zone: "Europe/Berlin", Window: march()}
	got, err := source.Read(t.Context(), where, q)
	if err != nil {
		t.Fatal(err)
	}
	start := span.At(time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC))
	want := calsync.Answer{Mark: calsync.Mark{ETag: `"v1"`}, Busy: span.Set{{Start: start, End: start + span.Hour}}, Events: 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	q.Since = got.Mark
	if again, err := source.Read(t.Context(), where, q); err != nil || !again.Unchanged || again.Mark != got.Mark {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	where.Secret = "wrong"
	wantTrouble(t, source, where, q, calsync.Unauthorized)
}

func wantTrouble(t *testing.T, s calsync.Source, at calsync.Address, q calsync.Question, want calsync.Code) *calsync.Trouble {
	t.Helper()
	_, err := s.Read(t.Context(), at, q)
	trouble, ok := errors.AsType[*calsync.Trouble](err)
	if !ok || trouble.Code != want {
		t.Errorf("the trouble is %v, want %s", err, want)
		return &calsync.Trouble{}
	}
	if strings.Contains(err.Error(), "4711") {
		t.Errorf("the address stands in %q", err)
	}
	return trouble
}

// TestMarks knows a file that has not changed by whatever its server says.
func TestMarks(t *testing.T) {
	t.Parallel()
	old := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat)
	now := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat)
	for name, answer := range map[string]http.HandlerFunc{
		"a date": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Last-Modified", old)
			w.Header().Set("Date", now)
			if r.Header.Get("If-Modified-Since") == old {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = io.WriteString(w, one)
		},
		"nothing": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, one) },
		"a date of just now": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-Modified-Since") != "" {
				w.WriteHeader(http.StatusNotModified) // would miss a change in the same second
				return
			}
			w.Header().Set("Last-Modified", now)
			w.Header().Set("Date", now)
			_, _ = io.WriteString(w, one)
		},
		"a tag without an answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"v1"`)
			_, _ = io.WriteString(w, one)
		},
	} {
		source, at, asked := feed(t, answer)
		q := calsync.Question{Zone: "UTC", Window: march()}
		first, err := source.Read(t.Context(), calsync.Address{URL: at}, q)
		if err != nil || first.Unchanged || len(first.Busy) != 1 || first.Mark == (calsync.Mark{}) {
			t.Fatalf("%s: %+v, %v", name, first, err)
		}
		q.Since = first.Mark
		if again, err := source.Read(t.Context(), calsync.Address{URL: at}, q); err != nil || !again.Unchanged || asked.Load() != 2 {
			t.Errorf("%s: asked again %+v, %v", name, again, err)
		}
		q.Since = calsync.Mark{}
		if full, err := source.Read(t.Context(), calsync.Address{URL: at}, q); err != nil || full.Unchanged {
			t.Errorf("%s: asked in full %+v, %v", name, full, err)
		}
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(code)
		}
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   calsync.Code
	}{
		{"401", status(401), calsync.Unauthorized},
		{"403", status(403), calsync.Unauthorized},
		{"404", status(404), calsync.Missing},
		{"410", status(410), calsync.Missing},
		{"429", status(429), calsync.RateLimited},
		{"500", status(500), calsync.ServerError},
		{"503", status(503), calsync.ServerError},
		{"418", status(418), calsync.Refused},
		{"300", status(300), calsync.Redirected},
		{"a page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>Sign in</html>") }, calsync.NotCalendar},
		{"too much", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2<<20)) }, calsync.TooLarge},
		{"round and round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, calsync.Redirected},
		{"inside", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		}, calsync.Forbidden},
		{"broken off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			_, _ = io.WriteString(w, "BEGIN:VCALENDAR\n")
		}, calsync.Unreachable},
	} {
		source, at, _ := feed(t, c.answer)
		got := wantTrouble(t, source, calsync.Address{URL: at}, calsync.Question{Zone: "UTC", Window: march()}, c.want)
		if c.name == "429" && got.RetryAfter != 2*time.Minute {
			t.Errorf("retry after %v", got.RetryAfter)
		}
	}
	source, at, _ := feed(t, status(200))
	closed := strings.Replace(at, "127.0.0.1", "127.0.0.3", 1) // nobody listens there
	wantTrouble(t, source, calsync.Address{URL: closed}, calsync.Question{Zone: "UTC", Window: march()}, calsync.Unreachable)
	wantTrouble(t, source, calsync.Address{URL: "file:///etc/passwd"}, calsync.Question{Zone: "UTC", Window: march()}, calsync.Forbidden)
	wantTrouble(t, source, calsync.Address{URL: at}, calsync.Question{Zone: "Nowhere", Window: march()}, calsync.Internal)
	wantTrouble(t, ical.New(dial.Client(dial.Options{})), calsync.Address{URL: at}, calsync.Question{Zone: "UTC", Window: march()}, calsync.Forbidden)
}
