package api_test

import (
	"net/http"
	"testing"

	"kept/internal/app/apptest"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	changed := []string{"settings.changed"}
	s.play([]scenario{
		{name: "where", do: "GET /locations?limit=1", key: owner, learn: map[string]string{"place": "items.0.id"}},
		{name: "location", do: "POST /locations", key: owner, body: `{"name": "Loft", "zone": "Europe/Berlin"}`, status: 201, learn: map[string]string{"loft": "id"}, events: changed},
		{name: "unknown zone", do: "PATCH /locations/{loft}", key: owner, body: `{"zone": "Mars/Phobos"}`, status: 422, holds: []string{`"zone"`}},
		{name: "room", do: "POST /resources", key: owner, body: `{"name": "Room", "kind": "room", "units": 2, "location": "{loft}"}`, status: 201, learn: map[string]string{"room": "id"}, events: changed},
		{
			name: "plain service", do: "POST /services", key: owner, body: `{"name": "Talk", "duration_min": 50, "interval_min": 10, "edge_starts": true, "buffer_before_min": 5, "buffer_after_min": 10, "notice_min": 0, "horizon_days": 60, "price": {"amount": 4500, "currency": "EUR"}, "locations": ["{loft}"]}`, status: 201,
			holds: []string{`"segments":[{"duration_min":50,"staff":{"count":1}}]`, `"edge_starts":true`, `"horizon_days":60`}, learn: map[string]string{"talk": "id"}, events: changed,
		},
		{
			name: "service of parts", do: "POST /services", key: owner, body: `{"names": {"en": "Dye", "ru": "Краска"}, "interval_min": 15, "locations": ["{loft}"], "segments": [{"duration_min": 20, "staff": {"count": 1, "skill": "dye", "level": 2}, "resources": [{"kind": "room", "count": 1}]}, {"duration_min": 30, "staff": null, "resources": [{"kind": "room", "count": 1}]}, {"duration_min": 10, "staff": {"count": 1}, "resources": [], "buffer_after_min": 5}]}`, status: 201,
			holds: []string{`"duration_min":60`, `"staff":null`}, learn: map[string]string{"dye": "id"}, events: changed,
		},
		{
			name: "dates and open days", do: "PATCH /services/{dye}", key: owner, events: changed,
			body:  `{"notice_days": 2, "horizon_open_days": 20, "from": "2026-12-01", "to": "2026-12-23"}`,
			holds: []string{`"notice_days":2`, `"horizon_open_days":20`, `"from":"2026-12-01"`, `"to":"2026-12-23"`},
		},
		{name: "it ends before it begins", do: "PATCH /services/{dye}", key: owner, body: `{"to": "2026-11-23"}`, status: 422, holds: []string{`"field":"to"`}},
		{name: "no dates", do: "PATCH /services/{dye}", key: owner, body: `{"notice_days": 0, "horizon_open_days": 0, "from": null, "to": null}`, events: changed, holds: []string{`"from":null`, `"to":null`}},
		{name: "in Russian", do: "GET /services/{dye}", key: owner, header: map[string]string{"Accept-Language": "ru"}, holds: []string{`"name":"Краска"`}},
		{name: "duration of parts", do: "PATCH /services/{dye}", key: owner, body: `{"duration_min": 90}`, status: 422},
		{name: "a foreign currency", do: "PATCH /services/{talk}", key: owner, body: `{"price": {"amount": 1, "currency": "USD"}}`, status: 422},
		{
			name: "out of bounds, in Russian", do: "PATCH /services/{talk}", key: owner, header: map[string]string{"Accept-Language": "ru"}, body: `{"interval_min": 0, "public": "yes", "buffer_after_min": 241}`, status: 422,
			holds: []string{`"detail":"Некоторые поля заполнены неверно`, `{"field":"interval_min","detail":"Вне допустимых границ"}`, `{"field":"buffer_after_min","detail":"Вне допустимых границ"}`, `{"field":"public","detail":"Неверный тип"}`},
			not:   []string{"expected", "not right"},
		},
		{
			name: "judged by the office, in Chinese", do: "PATCH /services/{talk}", key: owner, header: map[string]string{"Accept-Language": "zh-Hant"}, body: `{"name": "", "aim": "moon", "locations": ["{loft}", "{loft}"]}`, status: 422,
			holds: []string{`{"field":"name","detail":"請填寫此欄位"}`, `{"field":"aim","detail":"查無此項目"}`, `{"field":"locations[1]","detail":"重複填寫"}`},
			not:   []string{"is required", "not right"},
		},
		{name: "no name", do: "PATCH /services/{talk}", key: owner, body: `{"name": ""}`, status: 422},
		{name: "staff", do: "POST /staff", key: owner, body: `{"name": "Zed", "services": ["{talk}", "{dye}"], "skills": [{"skill": "dye", "level": 3}]}`, status: 201, learn: map[string]string{"zed": "id"}, events: changed},
		{name: "for all", do: "PATCH /staff/{zed}", key: owner, body: `{"services": "all"}`, holds: []string{`"services":"all"`}, events: changed},
		{name: "for some", do: "PATCH /staff/{zed}", key: owner, body: `{"services": ["{talk}", "{dye}"]}`, holds: []string{`"services":["`}, events: changed},
		{name: "for unknown", do: "PATCH /staff/{zed}", key: owner, body: `{"services": ["x"]}`, status: 422},
		{
			name: "hours", do: "PUT /staff/{zed}/hours", key: owner, body: `{"weekly": [{"weekday": 3, "from": "22:00", "to": "24:00", "location": "{loft}"}, {"weekday": 4, "from": "22:00", "to": "02:00", "location": "{loft}"}], "exceptions": [{"date": "2026-12-10", "open": []}, {"date": "2026-12-11", "open": [{"from": "09:00", "to": "10:00"}]}]}`,
			holds: []string{`"to":"24:00"`, `"to":"02:00"`, `"open":[]`}, events: changed,
		},
		{name: "hours read again", do: "GET /staff/{zed}/hours", key: staff, holds: []string{`"weekly":[{"weekday":3,"from":"22:00","to":"24:00","location":"{loft}"}`}},
		{name: "place's hours", do: "PUT /locations/{loft}/hours", key: owner, body: `{"weekly": [{"weekday": 1, "from": "00:00", "to": "24:00"}, {"weekday": 2, "from": "00:00", "to": "24:00"}, {"weekday": 3, "from": "00:00", "to": "24:00"}, {"weekday": 4, "from": "00:00", "to": "24:00"}, {"weekday": 5, "from": "00:00", "to": "24:00"}]}`, events: changed},
		{name: "25 o'clock", do: "PUT /staff/{zed}/hours", key: owner, body: `{"weekly": [{"weekday": 1, "from": "09:00", "to": "25:00"}]}`, status: 422},
		{name: "weekday 8", do: "PUT /staff/{zed}/hours", key: owner, body: `{"weekly": [{"weekday": 8, "from": "09:00", "to": "10:00"}]}`, status: 422},
		{name: "no such day", do: "PUT /staff/{zed}/hours", key: owner, body: `{"exceptions": [{"date": "2026-02-30", "open": []}]}`, status: 422},
		{name: "before midnight", do: "GET /b/lumen-salon/slots?service={talk}&from=2026-12-02&to=2026-12-02", holds: []string{`"2026-12-02T22:00:00+01:00"`, `"end":"2026-12-03T00:00:00+01:00"`}},
		{name: "over midnight", do: "GET /b/lumen-salon/slots?service={talk}&from=2026-12-04&to=2026-12-04", holds: []string{`"2026-12-04T01:10:00+01:00"`}, not: []string{`"start":"2026-12-04T01:20`, `"start":"2026-12-04T22:`}},
		{name: "closed day", do: "GET /b/lumen-salon/slots?service={talk}&from=2026-12-10&to=2026-12-10", holds: []string{`"slots":[]`}},
		{name: "opened day", do: "GET /b/lumen-salon/slots?service={talk}&from=2026-12-11&to=2026-12-11", holds: []string{`"2026-12-11T09:00:00+01:00"`}},
		{name: "time off", do: "POST /time-off", key: owner, body: `{"staff": "{zed}", "from": "2026-12-02T00:00:00+01:00", "to": "2026-12-03T00:00:00+01:00", "reason": "sick"}`, status: 201, learn: map[string]string{"off": "id"}, events: []string{"time_off.added"}},
		{name: "nothing is open", do: "GET /b/lumen-salon/slots?service={talk}&from=2026-12-02&to=2026-12-02", holds: []string{`"slots":[]`}},
		{name: "and why", do: "GET /explain?service={talk}&staff={zed}&at=2026-12-02T22:00:00%2B01:00", key: owner, holds: []string{`"open":false`, "time_off"}},
		{name: "time off backwards", do: "POST /time-off", key: owner, body: `{"staff": "{zed}", "from": "2026-12-04T00:00:00+01:00", "to": "2026-12-03T00:00:00+01:00"}`, status: 422},
		{name: "of nobody", do: "POST /time-off", key: owner, body: `{"from": "2026-12-02T00:00:00+01:00", "to": "2026-12-03T00:00:00+01:00"}`, status: 422},
		{name: "list", do: "GET /time-off?staff={zed}", key: owner, holds: []string{"{off}"}},
		{name: "open again", do: "DELETE /time-off/{off}", key: owner, status: 204, events: []string{"time_off.removed"}},
		{name: "gone", do: "GET /time-off/{off}", key: owner, status: 404},
		{name: "open", do: "GET /explain?service={talk}&staff={zed}&at=2026-12-02T22:00:00%2B01:00", key: owner, holds: []string{`"open":true`}},
		{
			name: "processing leaves staff free", do: "POST /bookings", key: owner, body: `{"service": "{dye}", "start": "2026-12-02T22:00:00+01:00", ` + person + `}`, status: 201,
			holds: []string{`"staff":[],"units":["{room}:1"]`}, learn: map[string]string{"b": "id", "guest": "client.id"}, events: []string{"client.created", "booking.confirmed"},
		},
		{name: "for anybody it is open", do: "GET /explain?service={talk}&staff={zed}&at=2026-12-03T22:00:00%2B01:00", key: owner, holds: []string{`"open":true`}},
		{name: "who is in the other visit", do: "GET /explain?service={talk}&at=2026-12-02T22:00:00%2B01:00&client={guest}", key: owner, holds: []string{`"open":false`, `"rule":"client"`, `"source":"{b}"`}},
		{name: "a guest who is none", do: "GET /explain?service={talk}&at=2026-12-02T22:00:00%2B01:00&client={b}", key: owner, status: 422},
		{name: "archive the service", do: "DELETE /services/{dye}", key: owner, status: 204, events: changed},
		{name: "not offered", do: "GET /b/lumen-salon/slots?service={dye}&from=2026-12-02&to=2026-12-02", status: 422},
		{name: "the booking stays", do: "GET /bookings/{b}", key: owner, holds: []string{`"Dye"`}},
		{name: "archive staff", do: "DELETE /staff/{zed}", key: owner, status: 204, events: changed},
		{name: "archive room", do: "DELETE /resources/{room}", key: owner, status: 204, events: changed},
		{name: "archive place", do: "DELETE /locations/{loft}", key: owner, status: 204, events: changed},
	})
}

// Every list, walked one by one, gives everything once.
func TestLists(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	for _, name := range []string{"First", "Second"} {
		s.ask(apptest.Request{
			Method: http.MethodPost, Path: "/rules", Key: owner, Body: `{"kind": "cutoff", "name": "` + name + `", "cutoff": {}}`,
		}).Want(t, http.StatusCreated)
	}
	for path, key := range map[string]string{
		"/services?": owner, "/staff?": owner, "/resources?": owner, "/locations?": owner, "/time-off?": owner, "/rules?": owner,
		"/b/lumen-salon/services?": "", "/b/lumen-salon/staff?": "",
		"/bookings?from=2026-11-24&to=2026-11-24&": owner, "/messages?status=planned&": owner, "/clients?": owner, "/events?": owner,
	} {
		const most = 25
		whole := s.ask(apptest.Request{Path: path + "limit=200", Key: key}).Want(t, 200).List("items")
		next, seen := "", 0
		for seen < min(most, len(whole)) {
			a := s.ask(apptest.Request{Path: path + "limit=1&cursor=" + next, Key: key}).Want(t, 200)
			if got, want := object(a.Value("items.0"))["id"], object(whole[seen])["id"]; got != want || len(a.List("items")) != 1 {
				t.Fatalf("%s: item %d is %v, want %v", path, seen, got, want)
			}
			seen++
			if next = a.Text("next"); next == "" {
				break
			}
		}
		if seen == 0 || next == "" && seen != len(whole) || seen == len(whole) && len(whole) < 200 && next != "" {
			t.Errorf("%s: saw %d of %d, next %q", path, seen, len(whole), next)
		}
	}
}
