package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kept/internal/app/apptest"
	"kept/internal/web"
	"kept/internal/web/api"
)

// read gives the next event of a stream: its number and type.
func read(t *testing.T, lines *bufio.Scanner) (id, kind string) {
	t.Helper()
	for lines.Scan() {
		switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
		case "id":
			id = value
		case "event":
			kind = value
		case "data":
			if !json.Valid([]byte(value)) {
				t.Errorf("data is no JSON: %s", value)
			}
			return id, kind
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
	return "", ""
}

func follow(t *testing.T, base, last string) *bufio.Scanner {
	t.Helper()
	return followAs(t, base, owner, last)
}

func followAs(t *testing.T, base, key, last string) *bufio.Scanner {
	t.Helper()
	r := apptest.Request{Path: "/stream", Key: key, Header: map[string]string{}}
	if last != "" {
		r.Header["Last-Event-ID"] = last
	}
	req := r.HTTP(t, base)
	req.RequestURI = ""
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("%d %s", res.StatusCode, kind)
	}
	return bufio.NewScanner(res.Body)
}

func TestEventsAndStream(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.offer(0, "2026-11-25", "2026-12-09", 12)
		base := s.node.Listen(t)
		before := s.last()
		live := follow(t, base, "")
		var all sync.WaitGroup
		for i := range 12 {
			all.Go(func() {
				s.node.Do(t, apptest.Request{Method: http.MethodPost, Path: "/b/lumen-salon/holds", Body: s.fill(fmt.Sprintf(
					`{"service": "{service}", "start": "{start_%c}", "staff": "{staff_%c}"}`, 'a'+i, 'a'+i))}).Want(t, http.StatusCreated)
			})
		}
		all.Wait()
		want := slices.Repeat([]string{"hold.placed"}, 12)
		s.happened(before, want) // and journal checks that there is no gap
		for i := range want {
			if id, kind := read(t, live); id != fmt.Sprint(before+1+i) || kind != "hold.placed" {
				t.Fatalf("event %d of the stream is %s %s", i, id, kind)
			}
		}
		again := follow(t, base, fmt.Sprint(before+3))
		if id, _ := read(t, again); id != fmt.Sprint(before+4) {
			t.Errorf("resumed at %s, want %d", id, before+4)
		}
		s.ask(apptest.Request{Path: "/stream"}).Want(t, http.StatusUnauthorized)
	})
}

// A jump of the clock sends what a slow clock would have sent, when it would have.
func TestDemoClock(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.offer(0, "2026-11-23", "2026-11-24", 2)
	s.play([]scenario{
		{name: "book", do: "POST /b/lumen-salon/bookings", body: `{"service": "{service}", "start": "{start_b}", ` + person + `}`, status: 201, learn: map[string]string{"b": "id", "start": "start"}, events: []string{"client.created", "booking.confirmed"}},
	})
	s.ask(apptest.Request{Method: http.MethodPost, Path: "/demo/clock", Body: `{"advance": "72h"}`}).Want(t, http.StatusOK)
	now, err := time.Parse(time.RFC3339, s.ask(apptest.Request{Path: "/demo/clock"}).Text("now"))
	if early := apptest.Start().Add(72 * time.Hour); err != nil || now.Before(early) || now.After(early.Add(5*time.Minute)) {
		t.Errorf("now is %v, %v", now, err)
	}
	start, err := time.Parse(time.RFC3339, s.words["start"])
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, m := range s.ask(apptest.Request{Path: s.fill("/messages?booking={b}&limit=500"), Key: owner}).List("items") {
		m := object(m)
		step, _ := m["step"].(string)
		seen[step+" "+fmt.Sprint(object(m["recipient"])["kind"])]++
		due, _ := m["due_at"].(string)
		sent, _ := m["sent_at"].(string)
		at, err := time.Parse(time.RFC3339, due)
		if err != nil || m["status"] != "sent" && m["status"] != "delivered" && m["status"] != "skipped" {
			t.Errorf("%s is %v, due %s %v", step, m["status"], due, err)
		}
		for name, lead := range map[string]time.Duration{"reminder_24h": 24 * time.Hour, "reminder_3h": 3 * time.Hour} {
			if step == name && (sent != due || !at.Equal(start.Add(-lead))) {
				t.Errorf("%s was due %s, sent %s, for a start at %s", step, due, sent, s.words["start"])
			}
		}
	}
	if seen["receipt client"] != 1 || seen["reminder_24h client"] != 1 || seen["reminder_3h client"] != 1 || seen["staff_new staff"] != 1 {
		t.Errorf("messages: %v", seen)
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	for accept, want := range map[string]string{
		"en": "Anna Krüger", "ru-RU,ru;q=0.9": "Анна Крюгер", "zh-TW,zh;q=0.8,en;q=0.5": "安娜·克呂格", "fr": "Anna Krüger",
	} {
		a := s.ask(apptest.Request{Path: "/b/lumen-salon/staff", Header: map[string]string{"Accept-Language": accept}})
		if got := a.Text("items.0.name"); got != want {
			t.Errorf("%s: %s, want %s", accept, got, want)
		}
	}
	details := map[string]bool{}
	for _, accept := range []string{"en", "ru", "zh-Hant"} {
		a := s.ask(apptest.Request{Path: "/b/nobody", Header: map[string]string{"Accept-Language": accept}})
		if a.Text("code") != "not_found" {
			t.Errorf("%s: %s", accept, a.Body)
		}
		details[a.Text("title")] = true
	}
	if len(details) != 3 {
		t.Errorf("titles: %v", details)
	}
}

// routes remembers what is registered on a mux.
type routes struct {
	*http.ServeMux
	patterns []string
}

func (r *routes) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	r.patterns = append(r.patterns, pattern)
	r.ServeMux.HandleFunc(pattern, h)
}

func TestEveryRouteIsDescribed(t *testing.T) {
	t.Parallel()
	words, err := web.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	mux := &routes{ServeMux: http.NewServeMux()}
	all := api.New(mux, api.Deps{Words: words, Demo: true})
	all.Rest(nil)
	described := all.OpenAPI().Paths
	count := 0
	for _, pattern := range mux.patterns {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok || !strings.HasPrefix(path, api.Prefix) {
			continue
		}
		count++
		item := described[path]
		if item == nil {
			t.Errorf("%s is not described", pattern)
			continue
		}
		text, err := json.Marshal(item)
		if err != nil || object(decode(t, text))[strings.ToLower(method)] == nil {
			t.Errorf("%s is not described: %v", pattern, err)
		}
	}
	if count < 60 {
		t.Errorf("%d routes seen", count)
	}
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
