package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"kept/internal/app/apptest"
)

// classroom makes a place, a service with seats and somebody who leads it. The
// story begins on Sunday, 22 November 2026, in Berlin.
func (s *story) classroom(seats, least int) {
	s.t.Helper()
	changed := []string{"settings.changed"}
	s.play([]scenario{
		{name: "place", do: "POST /locations", key: owner, body: `{"name": "Studio", "zone": "Europe/Berlin"}`, status: 201, learn: map[string]string{"studio": "id"}, events: changed},
		{name: "hours", do: "PUT /locations/{studio}/hours", key: owner, body: `{"weekly": ` + everyDay + `}`, events: changed},
		{
			name: "class", do: "POST /services", key: owner, status: 201, learn: map[string]string{"class": "id"}, events: changed,
			body: fmt.Sprintf(`{"name": "Make-up class", "duration_min": 60, "interval_min": 30, "horizon_days": 400, "price": {"amount": 2500, "currency": "EUR"}, "locations": ["{studio}"], "seats": %d, "min_seats": %d}`, seats, least),
		},
		{name: "person", do: "POST /staff", key: owner, body: `{"name": "Zed", "services": ["{class}"]}`, status: 201, learn: map[string]string{"zed": "id"}, events: changed},
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		s.classroom(4, 2)
		const ten = `"start": "2026-11-25T10:00:00+01:00"`
		slots := "GET /b/lumen-salon/slots?service={class}&from=2026-11-25&to=2026-11-25"
		who := func(name string) string {
			return `"client": {"name": "` + name + `", "email": "` + name + `@example.com"}`
		}
		s.play([]scenario{
			{name: "nothing is planned", do: slots, holds: []string{`"slots":[]`}},
			{name: "the service says so", do: "GET /b/lumen-salon/services?limit=200", holds: []string{`"seats":4`}},
			{
				name: "plan", do: "POST /sessions", key: owner, body: `{"service": "{class}", ` + ten + `}`, status: 201,
				learn:  map[string]string{"session": "id"},
				holds:  []string{`"status":"planned"`, `"seats":4`, `"min_seats":2`, `"taken":0`, `"free":4`, `"zone":"Europe/Berlin"`, `"name":"Zed"`, `"name":"Make-up class"`, `"location":"{studio}"`, `"decide_at":"2026-11-25T09:00:00+01:00"`},
				events: []string{"session.planned"},
			},
			{name: "seats are offered", do: slots, holds: []string{`"seats_left":4`, `"name":"Zed"`}},
			{name: "two come", do: "POST /b/lumen-salon/bookings", body: `{"service": "{class}", ` + ten + `, "party": 2, ` + who("ana") + `}`, status: 201, learn: map[string]string{"two": "id", "token": "manage_token"}, holds: []string{`"group":"{session}"`, `"party":2`}, events: []string{"client.created", "booking.confirmed"}},
			{name: "and one, by staff", do: "POST /bookings", key: staff, body: `{"service": "{class}", ` + ten + `, ` + who("ben") + `}`, status: 201, holds: []string{`"group":"{session}"`}, events: []string{"client.created", "booking.confirmed"}},
			{name: "one is left", do: slots, holds: []string{`"seats_left":1`}},
			{name: "not for two", do: slots + "&party=2", holds: []string{`"slots":[]`}},
			{name: "and why", do: "GET /explain?service={class}&at=2026-11-25T10:00:00%2B01:00&party=2", key: owner, holds: []string{`"open":false`, `"kind":"session"`, `"seats_left":1`}},
			{name: "for one", do: "GET /explain?service={class}&at=2026-11-25T10:00:00%2B01:00", key: owner, holds: []string{`"open":true`}},
			{name: "nor when they try", do: "POST /b/lumen-salon/bookings", body: `{"service": "{class}", ` + ten + `, "party": 2, ` + who("cleo") + `}`, status: 409, holds: []string{"slot_taken", `"rule":"seats"`, `"left":1`, `"title":"Places left: 1"`}},
			{name: "held", do: "POST /b/lumen-salon/holds", body: `{"service": "{class}", ` + ten + `}`, status: 201, learn: map[string]string{"hold": "id", "key": "token"}, events: []string{"hold.placed"}},
			{name: "full", do: slots, holds: []string{`"slots":[]`}},
			{name: "released", do: "DELETE /holds/{hold}?token={key}", status: 204, events: []string{"hold.released"}},
			{name: "who is in it", do: "GET /sessions/{session}", key: owner, holds: []string{`"taken":3`, `"free":1`, `"id":"{two}"`, `"name":"ana"`, `"party":2`, `"name":"ben"`}},
			{name: "in the list", do: "GET /sessions?from=2026-11-25&to=2026-11-25&service={class}&location={studio}&status=planned", key: owner, holds: []string{`"id":"{session}"`, `"next":null`}},
			{name: "not on another day", do: "GET /sessions?from=2026-11-26&to=2026-11-27&service={class}", key: owner, holds: []string{`"items":[]`}},
			{name: "in the calendar", do: "GET /calendar?from=2026-11-25&location={studio}", key: owner, holds: []string{`"sessions":[{"id":"{session}"`, `"group":"{session}"`}},
			{name: "fewer seats than taken", do: "PATCH /sessions/{session}", key: owner, body: `{"seats": 2}`, status: 409, holds: []string{"conflict"}},
			{name: "as many", do: "PATCH /sessions/{session}", key: owner, body: `{"seats": 3, "min_seats": 0}`, holds: []string{`"seats":3`, `"free":0`, `"min_seats":0`, `"decide_at":null`}, events: []string{"session.changed"}},
			{name: "nothing to change", do: "PATCH /sessions/{session}", key: owner, body: `{"min_seats": 4}`, status: 422, holds: []string{`"min_seats"`}},
			{name: "another one", do: "POST /sessions", key: owner, body: `{"service": "{class}", "staff": "{zed}", "location": "{studio}", "start": "2026-11-26T15:00:00+01:00", "seats": 7}`, status: 201, learn: map[string]string{"other": "id"}, holds: []string{`"seats":7`}, events: []string{"session.planned"}},
			{name: "alternatives are sessions", do: "GET /bookings/{two}/alternatives?token={token}", holds: []string{`"2026-11-26T15:00:00+01:00"`}, not: []string{"2026-11-25"}},
			{name: "moved", do: "POST /bookings/{two}/reschedule?token={token}", body: `{"start": "2026-11-26T15:00:00+01:00"}`, holds: []string{`"group":"{other}"`}, events: []string{"booking.moved"}},
			{name: "seats came back", do: "GET /sessions/{session}", key: owner, holds: []string{`"taken":1`}, not: []string{`"ana"`}},
			{name: "called off", do: "POST /sessions/{other}/cancel", key: owner, body: `{"reason": "flu"}`, holds: []string{`"status":"cancelled"`, `"taken":0`}, events: []string{"booking.cancelled", "session.cancelled"}},
			{name: "and again", do: "POST /sessions/{other}/cancel", key: owner, holds: []string{`"status":"cancelled"`}},
			{name: "so is the visit", do: "GET /bookings/{two}?token={token}", holds: []string{`"status":"cancelled"`, "flu"}},
			{name: "staff see it", do: "GET /sessions/{session}", key: staff, holds: []string{`"party":1`}},
			{name: "strangers do not", do: "GET /sessions/{session}", key: stranger, status: 404},
			{name: "nor call it off", do: "POST /sessions/{session}/cancel", key: stranger, status: 404},
			{name: "nobody does", do: "GET /sessions", status: 401},
		})
	})
}

func TestSessionsNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.classroom(4, 0)
	s.offer(0, "2026-11-25", "2026-12-02", 1)
	body := func(change string) string {
		return s.fill(`{"service": "{class}", "start": "2026-11-25T10:00:00+01:00"` + change + `}`)
	}
	for name, c := range map[string]struct {
		body, holds string
		status      int
	}{
		"no seats":         {s.fill(`{"service": "{service}", "start": "2026-11-25T10:00:00+01:00"}`), `"service"`, 422},
		"no service":       {`{"start": "2026-11-25T10:00:00+01:00"}`, "service", 422},
		"another's":        {`{"service": "01a20244-fddc-763e-b226-813fe221fd70", "start": "2026-11-25T10:00:00+01:00"}`, `"service"`, 422},
		"no time":          {s.fill(`{"service": "{class}", "start": "soon"}`), `"start"`, 422},
		"too many seats":   {body(`, "seats": 1001`), "seats", 422},
		"unknown":          {body(`, "chairs": 3`), "chairs", 422},
		"no rule":          {body(`, "repeat": {"rule": "weekly"}`), "repeat.rule", 422},
		"no end":           {body(`, "repeat": {"rule": "FREQ=WEEKLY"}`), "repeat.rule", 422},
		"no date":          {body(`, "repeat": {"rule": "FREQ=WEEKLY;COUNT=2", "except": ["Monday"]}`), "repeat.except", 422},
		"nothing is left":  {body(`, "repeat": {"rule": "FREQ=WEEKLY;COUNT=1", "except": ["2026-11-25"]}`), "repeat.except", 422},
		"not at this hour": {s.fill(`{"service": "{class}", "start": "2026-11-25T03:00:00+01:00"}`), "slot_closed", 409},
	} {
		a := s.ask(apptest.Request{Method: http.MethodPost, Path: "/sessions", Key: owner, Body: c.body})
		if a.Status != c.status || !strings.Contains(string(a.Body), c.holds) {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
}

func TestSessionsRepeat(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.classroom(4, 0)
	plan := apptest.Request{
		Method: http.MethodPost, Path: "/sessions", Key: owner, Header: map[string]string{"Idempotency-Key": "term"},
		Body: s.fill(`{"service": "{class}", "start": "2027-03-10T10:00:00+01:00", "repeat": {"rule": "FREQ=WEEKLY;COUNT=6", "except": ["2027-03-17"]}}`),
	}
	s.ask(apptest.Request{Method: http.MethodPost, Path: "/sessions", Key: owner, Body: s.fill(`{"service": "{class}", "start": "2027-03-24T09:30:00+01:00"}`)}).Want(t, http.StatusCreated)
	first := s.ask(plan).Want(t, http.StatusCreated)
	var starts []string
	for _, one := range first.List("items") {
		start, _ := object(one)["start"].(string)
		starts = append(starts, start)
	}
	if got := strings.Join(starts, " "); got != "2027-03-10T10:00:00+01:00 2027-03-31T10:00:00+02:00 2027-04-07T10:00:00+02:00 2027-04-14T10:00:00+02:00" {
		t.Errorf("planned %s", got)
	}
	if list := first.List("conflicts"); len(list) != 1 || object(list[0])["start"] != "2027-03-24T10:00:00+01:00" || object(list[0])["code"] == "" || object(list[0])["detail"] == "" {
		t.Errorf("conflicts %v", list)
	}
	before := s.rows()
	if again := s.ask(plan).Want(t, http.StatusCreated); !bytes.Equal(again.Body, first.Body) || s.rows() != before {
		t.Errorf("not replayed: %s", again.Body)
	}
	seen := 0
	for path := "/sessions?limit=2"; path != ""; {
		a := s.ask(apptest.Request{Path: path + s.fill("&service={class}"), Key: owner}).Want(t, http.StatusOK)
		seen += len(a.List("items"))
		if path = ""; a.Value("next") != nil {
			path = "/sessions?limit=2&cursor=" + a.Text("next")
		}
	}
	if seen != 5 {
		t.Errorf("page after page there are %d", seen)
	}
}

// However many reach for the seats at once, only as many get one as there are.
func TestSeatsAreNotSoldTwice(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		const seats, crowd = 5, 16
		s.classroom(seats, 0)
		const ten = `"start": "2026-11-25T10:00:00+01:00"`
		one := s.ask(apptest.Request{Method: http.MethodPost, Path: "/sessions", Key: owner, Body: s.fill(`{"service": "{class}", ` + ten + `}`)}).Want(t, http.StatusCreated)
		answers := make([]apptest.Answer, crowd)
		var all sync.WaitGroup
		for i := range crowd {
			all.Go(func() {
				answers[i] = s.node.Do(t, apptest.Request{
					Method: http.MethodPost, Path: "/b/lumen-salon/bookings",
					Body: s.fill(fmt.Sprintf(`{"service": "{class}", %s, "client": {"name": "G", "email": "g%d@example.com"}}`, ten, i)),
				})
			})
		}
		all.Wait()
		got := map[int]int{}
		for _, a := range answers {
			got[a.Status]++
		}
		if got[http.StatusCreated] != seats || got[http.StatusConflict] != crowd-seats {
			t.Errorf("answers %v", got)
		}
		now := s.ask(apptest.Request{Path: "/sessions/" + one.Text("id"), Key: owner}).Want(t, http.StatusOK)
		if now.Value("taken") != float64(seats) || len(now.List("bookings")) != seats {
			t.Errorf("in it are %s", now.Body)
		}
	})
}
