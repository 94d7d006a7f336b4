package caldav_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept/calsync"
	"kept/internal/calendar/caldav"
	"kept/internal/dial"
)

func wantTrouble(t *testing.T, s calsync.Source, at calsync.Address, want calsync.Code) {
	t.Helper()
	_, err := s.Read(t.Context(), at, calsync.Question{Zone: "UTC", Window: march()})
	if trouble, ok := errors.AsType[*calsync.Trouble](err); !ok || trouble.Code != want {
		t.Errorf("the trouble is %v, want %s", err, want)
	}
}

// server answers as a CalDAV server might.
func server(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.URL
}

// status writes a multistatus of one resource with these properties.
func status(w io.Writer, props string) {
	_, _ = fmt.Fprintf(w, `<?xml version="1.0"?><D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/">%s</D:multistatus>`,
		`<D:response><D:href>/c/</D:href><D:propstat><D:prop>`+props+`</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>`+
			`<D:propstat><D:prop><D:sync-token>never</D:sync-token></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>`)
}

const isCalendar = `<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>`

const event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260305T090000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n"

// TestOlderServers know neither sync tokens nor, some of them, queries.
func TestOlderServers(t *testing.T) {
	t.Parallel()
	var queries atomic.Bool
	var ctag atomic.Int64
	at := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case "PROPFIND":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, isCalendar+fmt.Sprintf("<S:getctag>\n  tag %d </S:getctag>", ctag.Load()))
		case "REPORT":
			if !queries.Load() {
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			}
			w.WriteHeader(http.StatusMultiStatus)
			status(w, "<C:calendar-data><![CDATA["+event+"]]></C:calendar-data>")
		default:
			_, _ = io.WriteString(w, event)
		}
	})
	s := source()
	for _, can := range []bool{true, false} {
		queries.Store(can)
		q := calsync.Question{Zone: "UTC", Window: march()}
		first, err := s.Read(t.Context(), calsync.Address{URL: at + "/c/"}, q)
		if err != nil || show(first.Busy) != "05T09:00-05T10:00" || first.Mark.Token != "" || first.Mark.ETag == "" {
			t.Fatalf("queries %v: %+v, %v", can, first, err)
		}
		q.Since = first.Mark
		if again, err := s.Read(t.Context(), calsync.Address{URL: at + "/c/"}, q); err != nil || !again.Unchanged {
			t.Errorf("queries %v, again: %+v, %v", can, again, err)
		}
		ctag.Add(1)
		if changed, err := s.Read(t.Context(), calsync.Address{URL: at + "/c/"}, q); err != nil || changed.Unchanged {
			t.Errorf("queries %v, changed: %+v, %v", can, changed, err)
		}
	}
}

// TestSyncCollection believes an empty report more than another token.
func TestSyncCollection(t *testing.T) {
	t.Parallel()
	var tokens, queries atomic.Int64
	var changes, answer atomic.Value
	changes.Store("")
	answer.Store(http.StatusMultiStatus)
	at := server(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case r.Method == "PROPFIND":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, isCalendar+fmt.Sprintf("<D:sync-token>t&amp;%d</D:sync-token>", tokens.Add(1)))
		case strings.Contains(string(body), "sync-collection"):
			if !strings.Contains(string(body), "<sync-token>t&amp;") {
				t.Errorf("asked %s", body)
			}
			w.WriteHeader(answer.Load().(int))
			_, _ = io.WriteString(w, `<d:multistatus xmlns:d="DAV:">`+changes.Load().(string)+`<d:sync-token>t</d:sync-token></d:multistatus>`)
		default:
			queries.Add(1)
			w.WriteHeader(http.StatusMultiStatus)
			status(w, "<C:calendar-data>"+event+"</C:calendar-data>")
		}
	})
	s := source()
	ask := func(since string) calsync.Answer {
		t.Helper()
		got, err := s.Read(t.Context(), calsync.Address{URL: at + "/c/"}, calsync.Question{Zone: "UTC", Window: march(), Since: calsync.Mark{Token: since}})
		if err != nil {
			t.Error(err)
		}
		return got
	}
	if first := ask(""); first.Unchanged || first.Mark.Token != "t&1" {
		t.Errorf("%+v", first)
	}
	if again := ask("t&1"); !again.Unchanged || again.Mark.Token != "t&2" || queries.Load() != 1 {
		t.Errorf("%+v after %d queries", again, queries.Load())
	}
	changes.Store("<d:response><d:href>/c/1.ics</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>")
	if gone := ask("t&2"); gone.Unchanged || queries.Load() != 2 {
		t.Errorf("%+v after %d queries", gone, queries.Load())
	}
	changes.Store("")
	answer.Store(http.StatusForbidden) // the token is not known any more
	if lost := ask("t&1"); lost.Unchanged || queries.Load() != 3 {
		t.Errorf("%+v after %d queries", lost, queries.Load())
	}
}

func TestWhereItGoes(t *testing.T) {
	t.Parallel()
	elsewhere := server(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("another host was shown the password")
		}
	})
	elsewhere = strings.Replace(elsewhere, "127.0.0.1", "127.0.0.2", 1)
	at := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/old/":
			w.Header().Set("Location", "/c/")
			w.WriteHeader(http.StatusMovedPermanently)
		case r.URL.Path == "/loop/":
			w.Header().Set("Location", "/loop/")
			w.WriteHeader(http.StatusFound)
		case r.URL.Path == "/away/":
			w.Header().Set("Location", elsewhere)
			w.WriteHeader(http.StatusFound)
		case r.URL.Path == "/home-away/":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, "<C:calendar-home-set><D:href>"+elsewhere+"/home/</D:href></C:calendar-home-set>")
		case r.URL.Path == "/.well-known/caldav":
			w.Header().Set("Location", "/principals/")
			w.WriteHeader(http.StatusPermanentRedirect)
		case r.URL.Path == "/principals/":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, "<C:calendar-home-set><D:href>/home/</D:href></C:calendar-home-set>")
		case r.URL.Path == "/home/" && r.Header.Get("Depth") == "1":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, isCalendar+`<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>`)
		case r.URL.Path == "/tasks/":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, `<D:resourcetype><D:collection/></D:resourcetype>`)
		case r.URL.Path == "/c/" && r.Method == "PROPFIND":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, isCalendar)
		case r.URL.Path == "/c/":
			w.WriteHeader(http.StatusMultiStatus)
			status(w, "<C:calendar-data>"+event+"</C:calendar-data>")
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	s := source()
	signed := func(path string) calsync.Address { return calsync.Address{URL: at + path, User: "anna", Secret: "pw"} }
	for _, path := range []string{"/c/", "/old/", "/"} { // the last by way of .well-known
		got, err := s.Read(t.Context(), signed(path), calsync.Question{Zone: "UTC", Window: march()})
		if err != nil || show(got.Busy) != "05T09:00-05T10:00" {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
	}
	wantTrouble(t, s, signed("/nothing/"), calsync.Missing)
	wantTrouble(t, s, signed("/loop/"), calsync.Redirected)
	wantTrouble(t, s, signed("/away/"), calsync.Redirected)
	wantTrouble(t, s, signed("/home-away/"), calsync.Redirected)
	wantTrouble(t, s, signed("/tasks/"), calsync.NotCalendar)
}

// TestXMLBombs are answers that were made to hurt.
func TestXMLBombs(t *testing.T) {
	t.Parallel()
	var laughs strings.Builder
	laughs.WriteString(`<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">`)
	for i := range 10 {
		fmt.Fprintf(&laughs, `<!ENTITY lol%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&lol%d;", i), 10))
	}
	laughs.WriteString(`]><D:multistatus xmlns:D="DAV:"><D:response><D:href>&lol10;</D:href></D:response></D:multistatus>`)
	for name, body := range map[string]string{
		"billion laughs":  laughs.String(),
		"external entity": `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><multistatus xmlns="DAV:"><response><href>&e;</href></response></multistatus>`,
		"depth":           `<multistatus xmlns="DAV:">` + strings.Repeat("<response>", 500_000),
		"a page":          "<html><body>Sign in</body></html>",
		"nothing":         "",
		"rubbish":         "\x00\x01\x02<",
	} {
		at := server(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusMultiStatus)
			_, _ = io.WriteString(w, body)
		})
		before := time.Now()
		wantTrouble(t, source(), calsync.Address{URL: at + "/c/"}, calsync.NotCalendar)
		if took := time.Since(before); took > 10*time.Second { // half a second alone; tests share the machine
			t.Errorf("%s took %v", name, took)
		}
	}
	endless := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusMultiStatus)
		_, _ = io.WriteString(w, `<multistatus xmlns="DAV:"><response><href>`)
		for range 40 {
			_, _ = w.Write(bytes.Repeat([]byte{'a'}, 1<<20))
		}
	})
	wantTrouble(t, source(), calsync.Address{URL: endless + "/c/"}, calsync.TooLarge)
	wantTrouble(t, caldav.New(dial.Client(dial.Options{})), calsync.Address{URL: endless}, calsync.Forbidden)
}
