package api_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kept/internal/app/apptest"
)

// elsewhere is somebody's calendar on another server.
type elsewhere struct {
	at    string
	text  atomic.Value
	asked atomic.Int64
}

func newElsewhere(t *testing.T) *elsewhere {
	t.Helper()
	e := &elsewhere{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		e.asked.Add(1)
		if text, _ := e.text.Load().(string); text != "" {
			_, _ = io.WriteString(w, text)
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	e.at = server.URL + "/secret-4711/basic.ics"
	return e
}

// says makes the calendar hold one entry, which repeats.
func (e *elsewhere) says(from time.Time, long time.Duration, rule string) {
	const form = "20060102T150405Z"
	e.text.Store("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Psychiatrist\r\nDTSTART:" + from.UTC().Format(form) +
		"\r\nDTEND:" + from.Add(long).UTC().Format(form) + "\r\nRRULE:" + rule + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

// status waits until the calendar is as it should be.
func (s *story) status(calendar, status string) apptest.Answer {
	s.t.Helper()
	var a apptest.Answer
	apptest.Eventually(s.t, "the calendar is "+status, func() bool {
		a = s.ask(apptest.Request{Path: "/calendars/" + s.words[calendar], Key: owner})
		return a.Text("status") == status
	})
	return a
}

func TestACalendarElsewhere(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-02", 2)
		start, err := time.Parse(time.RFC3339, s.words["start_a"])
		if err != nil {
			t.Fatal(err)
		}
		other := newElsewhere(t)
		other.says(start.Add(-7*24*time.Hour+time.Minute), 10*time.Minute, "FREQ=WEEKLY")
		s.words["url"] = other.at
		changed := []string{"settings.changed"}
		open := `"start":"{start_a}"`
		slots := func(name string, is bool) scenario {
			c := scenario{name: name, do: "GET /b/lumen-salon/slots?service={service}&staff={staff_a}&from=2026-11-25&to=2026-12-02"}
			if is {
				c.holds = []string{open}
			} else {
				c.not = []string{open}
			}
			return c
		}
		s.play([]scenario{
			slots("open at first", true),
			{
				name: "connect", do: "POST /calendars", key: owner, status: 201, learn: map[string]string{"calendar": "id"}, events: changed,
				body:  `{"staff": "{staff_a}", "name": "Anna's own", "url": "{url}", "user": "anna", "secret": "hunter2"}`,
				holds: []string{`"status":"new"`, `"host":"127.0.0.1:`, `"kind":"ical"`, `"staff":"{staff_a}"`, `"last_ok":null`}, not: []string{"4711", "hunter2", `"anna"`},
			},
		})
		if got := s.status("calendar", "fresh"); got.Value("events") != 1.0 || got.Value("busy_spans").(float64) < 50 {
			t.Errorf("%s", got.Body)
		}
		s.play([]scenario{
			slots("shut now", false),
			{
				name: "explained", do: "GET /explain?service={service}&staff={staff_a}&at=" + strings.ReplaceAll(s.words["start_a"], "+", "%2B"), key: owner,
				holds: []string{`"open":false`, `"rule":"time_off"`, `"kind":"calendar"`, `"source":"{calendar}"`, `"calendar":{"id":"{calendar}","name":"Anna's own","stale_since":null}`}, not: []string{"Psychiatrist"},
			},
			{name: "list", do: "GET /calendars", key: staff, holds: []string{`"id":"{calendar}"`, `"status":"fresh"`}, not: []string{"4711", "hunter2"}},
			{name: "whose it is", do: "PATCH /calendars/{calendar}", key: owner, body: `{"stale_after_min": 600, "name": "Anna"}`, holds: []string{`"stale_after_min":600`, `"name":"Anna"`}, events: changed},
			{name: "nonsense", do: "PATCH /calendars/{calendar}", key: owner, body: `{"stale_after_min": 3}`, status: 422},
			{name: "two owners", do: "PATCH /calendars/{calendar}", key: owner, body: `{"location": "01a20244-fddc-763e-b226-813fe221fd70"}`, status: 422},
			{name: "another business", do: "GET /calendars/{calendar}", key: stranger, status: 404},
		})
		other.text.Store("")
		s.play([]scenario{{name: "sync", do: "POST /calendars/{calendar}/sync", key: owner, status: 202, events: changed}})
		if got := s.status("calendar", "failing"); got.Text("trouble") != "unauthorized" || got.Value("failing_since") == nil {
			t.Errorf("%s", got.Body)
		}
		s.play([]scenario{slots("shut as long as nobody knows better", false)})
		other.says(start.Add(24*time.Hour), 10*time.Minute, "FREQ=DAILY;COUNT=1")
		s.play([]scenario{{name: "sync again", do: "POST /calendars/{calendar}/sync", key: owner, status: 202, events: changed}})
		s.status("calendar", "fresh")
		s.play([]scenario{
			slots("open again", true),
			{name: "let go", do: "DELETE /calendars/{calendar}", key: owner, status: 204, events: changed},
			{name: "gone", do: "GET /calendars/{calendar}", key: owner, status: 404},
		})
		var rows int
		if err := s.node.SQL.QueryRowContext(t.Context(), `SELECT count(*) FROM occupancy WHERE source_kind = 'calendar'`).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d rows are left, %v", rows, err)
		}
	})
}

// TestNoCalendarInside asks for what nobody outside may reach.
func TestNoCalendarInside(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	var visits atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	t.Cleanup(inside.Close)
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.2"+port, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(away.Close)
	for i, at := range []string{
		"http://127.0.0.2" + port, "http://[::1]" + port, "http://0.0.0.0" + port, "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
		"http://192.168.1.1:8080/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/",
	} {
		for _, kind := range []string{"ical", "caldav"} {
			body := fmt.Sprintf(`{"name": "%d", "url": %q, "kind": %q, "user": "a", "secret": "b"}`, i, at, kind)
			s.words["calendar"] = s.ask(apptest.Request{Method: http.MethodPost, Path: "/calendars", Key: owner, Body: body}).Want(t, http.StatusCreated).Text("id")
			if got := s.status("calendar", "failing"); got.Text("trouble") != "forbidden" {
				t.Errorf("%s: %s", at, got.Body)
			}
		}
	}
	body := fmt.Sprintf(`{"name": "sent on", "url": %q}`, away.URL)
	s.words["calendar"] = s.ask(apptest.Request{Method: http.MethodPost, Path: "/calendars", Key: owner, Body: body}).Text("id")
	if got := s.status("calendar", "failing"); got.Text("trouble") != "forbidden" {
		t.Errorf("sent on: %s", got.Body)
	}
	if visits.Load() != 0 {
		t.Errorf("%d requests came in", visits.Load())
	}
}
