package api_test

import (
	"net/http"
	"testing"

	"kept/internal/app/apptest"
)

// What the demo salon's sixty days look like, on both engines; and that a
// visit that is booked and called off moves the figures as it should.
func TestInsight(t *testing.T) {
	t.Parallel()
	for name, boot := range map[string]func(t *testing.T) *apptest.Node{
		"sqlite":   func(t *testing.T) *apptest.Node { return apptest.SQLite(t) },
		"postgres": func(t *testing.T) *apptest.Node { return apptest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t, boot(t))
			tellsDemand(s)
			tellsGaps(s)
			refusesInsight(s)
		})
	}
}

func tellsDemand(s *story) {
	all := s.ask(apptest.Request{Path: "/insight/demand", Key: staff}).Want(s.t, http.StatusOK)
	if all.Text("from") != "2026-09-28" || all.Text("to") != "2026-11-22" || all.Text("zone") != "Europe/Berlin" {
		s.t.Errorf("the last eight weeks: %s to %s in %s", all.Text("from"), all.Text("to"), all.Text("zone"))
	}
	if n := len(all.List("hours")); n < 30 || len(all.List("wanted")) == 0 {
		s.t.Errorf("%d hours, %d wanted", n, len(all.List("wanted")))
	}
	for _, h := range all.List("hours") {
		cell := object(h)
		if share := cell["share"].(float64); share < 0 || share > 1 {
			s.t.Errorf("%v", cell)
		}
	}
	s.offer(0, "2026-12-09", "2026-12-09", 1)
	day := "/insight/demand?from=2026-12-09&to=2026-12-09"
	asked := func(key string) (sum float64) {
		for _, h := range s.ask(apptest.Request{Path: day, Key: owner}).List("hours") {
			sum += object(h)[key].(float64)
		}
		return sum
	}
	bookings, minutes, taken := asked("bookings"), asked("asked_min"), asked("taken_min")
	s.play([]scenario{{
		name: "book", do: "POST /b/lumen-salon/bookings", status: 201, learn: map[string]string{"b": "id"},
		body: `{"service": "{service}", "start": "{start_a}", "staff": "{staff_a}", ` + person + `}`, events: []string{"client.created", "booking.confirmed"},
	}})
	if asked("bookings") != bookings+1 || asked("asked_min") <= minutes || asked("taken_min") <= taken {
		s.t.Error("a booking is demand and takes time")
	}
	minutes = asked("asked_min")
	s.play([]scenario{{name: "cancel", do: "POST /bookings/{b}/cancel", key: owner, body: `{}`, events: []string{"booking.cancelled"}}})
	if asked("bookings") != bookings+1 || asked("asked_min") != minutes || asked("taken_min") != taken || asked("cancelled") < 1 {
		s.t.Error("a booking that was called off is demand and takes no time")
	}
}

func tellsGaps(s *story) {
	all := s.ask(apptest.Request{Path: "/insight/gaps", Key: owner, Header: map[string]string{"Accept-Language": "ru"}}).Want(s.t, http.StatusOK)
	if all.Text("from") != "2026-11-22" || all.Text("to") != "2026-12-05" || len(all.List("days")) < 10 {
		s.t.Errorf("the next two weeks: %s to %s, %d days", all.Text("from"), all.Text("to"), len(all.List("days")))
	}
	free := 0.0
	for _, d := range all.List("days") {
		day, windows := object(d), 0.0
		for _, w := range day["windows"].([]any) {
			windows += object(w)["free_min"].(float64)
		}
		if index := day["fragmentation"].(float64); windows != day["free_min"] || index < 0 || index > 1 || object(day["staff"])["name"] == "" {
			s.t.Errorf("windows of %v minutes in %v", windows, day)
		}
		free += windows
	}
	if free != all.Value("free_min") {
		s.t.Errorf("%v minutes in all, %v told", free, all.Value("free_min"))
	}
	s.words["one"] = all.Text("days.0.staff.id")
	for _, d := range s.ask(apptest.Request{Path: s.fill("/insight/gaps?staff={one}"), Key: owner}).List("days") {
		if object(object(d)["staff"])["id"] != s.words["one"] {
			s.t.Errorf("asked for one, told of %v", d)
		}
	}
}

func refusesInsight(s *story) {
	for _, of := range []string{"demand", "gaps"} {
		s.play([]scenario{
			{name: "backwards", do: "GET /insight/" + of + "?from=2026-12-02&to=2026-12-01", key: owner, status: 422, holds: []string{`"to"`}},
			{name: "too many days", do: "GET /insight/" + of + "?from=2026-09-01&to=2026-12-02", key: owner, status: 422, holds: []string{`"to"`}},
			{name: "no date", do: "GET /insight/" + of + "?from=soon", key: owner, status: 422, holds: []string{`"from"`}},
			{name: "no such place", do: "GET /insight/" + of + "?location=01a20244-fddc-763e-b226-813fe221fd70", key: owner, status: 422, holds: []string{`"location"`}},
			{name: "another's staff", do: s.fill("GET /insight/" + of + "?staff={one}"), key: stranger, status: 422, holds: []string{`"staff"`}},
			{name: "nobody", do: "GET /insight/" + of, status: 401},
		})
	}
}
