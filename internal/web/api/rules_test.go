package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// words that the scenarios of rules speak of: things of the salon, and of another business.
func (s *story) things() {
	s.t.Helper()
	for word, path := range map[string]string{
		"cut": "/services?limit=2 items.0.id", "dye": "/services?limit=2 items.1.id", "staff": "/staff?limit=1 items.0.id",
		"place": "/locations?limit=1 items.0.id", "chair": "/resources?limit=1 items.0.id",
	} {
		path, value, _ := strings.Cut(path, " ")
		s.words[word] = s.ask(apptest.Request{Path: path, Key: owner}).Want(s.t, http.StatusOK).Text(value)
	}
	s.words["kind"] = s.ask(apptest.Request{Path: "/resources/" + s.words["chair"], Key: owner}).Text("kind")
	s.words["foreign"] = s.ask(apptest.Request{Path: "/services?limit=1", Key: stranger}).Text("items.0.id")
	s.words["none"] = "01a20244-fddc-763e-b226-813fe221fd70"
}

func TestRules(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.things()
		changed := []string{"settings.changed"}
		post := func(name, body string, holds ...string) scenario {
			return scenario{name: name, do: "POST /rules", key: owner, body: body, status: 201, holds: holds, learn: map[string]string{name: "id"}, events: changed}
		}
		patch := func(of, body string, holds ...string) scenario {
			return scenario{name: "change " + of, do: "PATCH /rules/{" + of + "}", key: owner, body: body, holds: holds, events: changed}
		}
		s.play([]scenario{
			post(
				"offer", `{"kind": "offer", "names": {"en": "Newcomers early", "zh-Hant": "新客早到", "ru": "Новые — днём"}, "about": "We take our time.", "when": "client.visits > 0", "services": ["{cut}"], "staff": ["{staff}"], "locations": ["{place}"], "from": "2030-01-01", "position": 3}`,
				`"kind":"offer"`, `"name":"Newcomers early"`, `"when":"client.visits > 0"`, `"services":["{cut}"]`, `"staff":["{staff}"]`, `"locations":["{place}"]`, `"from":"2030-01-01"`, `"to":null`, `"off":false`, `"position":3`,
			),
			{name: "in Russian", do: "GET /rules/{offer}", key: staff, header: map[string]string{"Accept-Language": "ru"}, holds: []string{`"name":"Новые — днём"`}, not: []string{`"limit"`, `"season"`}},
			patch("offer", `{"off": true, "to": "2030-02-28"}`, `"off":true`, `"from":"2030-01-01","to":"2030-02-28"`, `"when":"client.visits > 0"`, `"ru":"Новые — днём"`, `"about":"We take our time."`),
			patch("offer", `{"from": null, "services": [], "names": {"ru": ""}}`, `"from":null,"to":"2030-02-28"`, `"services":[]`, `"staff":["{staff}"]`, `"names":{"en":"Newcomers early","zh-Hant":"新客早到"}`),
			post("approve", `{"kind": "approve", "name": "Missed twice", "when": "client.no_shows >= 2"}`, `"kind":"approve"`),
			post("limit", `{"kind": "limit", "name": "Three", "limit": {"of": "client", "per": "active", "max": 3}}`, `"limit":{"of":"client","per":"active","max":3,"max_expr":"","minutes":false}`),
			patch("limit", `{"limit": {"max": 4}}`, `"limit":{"of":"client","per":"active","max":4,`),
			patch("limit", `{"skills": ["engines", "brakes"]}`, `"skills":["engines","brakes"]`),
			{name: "a skill without a name", do: "PATCH /rules/{limit}", key: owner, body: `{"skills": ["engines", ""]}`, status: 422, holds: []string{`"skills[1]"`}},
			patch("limit", `{"limit": {"of": "staff", "per": "day", "max": 300, "minutes": true}}`, `"limit":{"of":"staff","per":"day","max":300,"max_expr":"","minutes":true}`),
			post("season", `{"kind": "season", "name": "New Year", "from": "2030-12-31", "to": "2031-01-01", "season": {"closed": true}}`, `"season":{"closed":true,"only":false,"price_percent":0}`),
			patch("season", `{"season": {"closed": false, "price_percent": 20, "price_add": {"amount": -100}}}`, `"closed":false`, `"price_percent":20`, `"price_add":{"amount":-100,"currency":"EUR"}`),
			patch("season", `{"season": {"price_add": null}}`, `"price_percent":20}`),
			post("link", `{"kind": "link", "name": "Patch test", "services": ["{dye}"], "link": {"kind": "requires", "other": "{cut}", "least_min": 2880}}`, `"link":{"kind":"requires","other":"{cut}","least_min":2880,"most_min":0}`),
			patch("link", `{"link": {"most_min": 86400}}`, `"least_min":2880,"most_min":86400`),
			post("vary", `{"kind": "vary", "name": "Long hair", "vary": {"segment": 1, "add_min": 15, "percent": 120, "price_percent": 10, "price_add": {"amount": 500, "currency": "EUR"}}}`, `"vary":{"segment":1,"add_min":15,"percent":120,"price_percent":10,"price_add":{"amount":500,"currency":"EUR"}}`),
			patch(
				"vary", `{"vary": {"add_min": 0, "segments": [{"duration_min": 20, "staff": {"count": 1, "skill": "dye", "buffer_after_min": 5}, "team": [{"count": 1}], "resources": [{"kind": "{kind}", "count": 1, "any_of": ["{chair}"], "buffer_after_min": 10}]}]}}`,
				`"segments":[{"duration_min":20,"staff":{"count":1,"skill":"dye","buffer_after_min":5},"team":[{"count":1}],"resources":[{"kind":"{kind}","count":1,"any_of":["{chair}"],"buffer_after_min":10}]}]`, `"add_min":0`, `"percent":120`,
			),
			patch("vary", `{"vary": {"segments": [{"duration_min": 30, "staff": {}}]}}`, `"segments":[{"duration_min":30,"staff":{"count":1}}]`),
			patch("vary", `{"vary": {"segments": []}}`, `"vary":{"segment":1,`),
			post("cutoff", `{"kind": "cutoff", "name": "A day", "cutoff": {"cancel_min": 1440, "move_min": 720}}`, `"cutoff":{"cancel_min":1440,"move_min":720}`),
			patch("cutoff", `{"cutoff": {"move_min": 0}}`, `"cutoff":{"cancel_min":1440,"move_min":0}`),
			{name: "in order", do: "GET /rules?limit=2", key: staff, learn: map[string]string{"next": "next", "first": "items.0.position"}},
			{name: "the next", do: "GET /rules?limit=200&cursor={next}", key: owner, holds: []string{"{cutoff}"}},
			patch("cutoff", `{"position": 1}`, `"position":1`),
			{name: "delete", do: "DELETE /rules/{limit}", key: owner, status: 204, events: changed},
			{name: "gone", do: "GET /rules/{limit}", key: owner, status: 404},
			{name: "not listed", do: "GET /rules?limit=200", key: owner, not: []string{`"{limit}"`}, holds: []string{"{vary}"}},
			{name: "no change", do: "PATCH /rules/{limit}", key: owner, body: `{}`, status: 404},
			{name: "twice", do: "DELETE /rules/{limit}", key: owner, status: 404},
			{name: "a stranger reads", do: "GET /rules/{vary}", key: stranger, status: 404},
			{name: "a stranger changes", do: "PATCH /rules/{vary}", key: stranger, body: `{"off": true}`, status: 404},
			{name: "a stranger deletes", do: "DELETE /rules/{vary}", key: stranger, status: 404},
			{name: "staff adds", do: "POST /rules", key: staff, body: `{"kind": "cutoff", "name": "x", "cutoff": {}}`, status: 403},
			{name: "staff changes", do: "PATCH /rules/{vary}", key: staff, body: `{"off": true}`, status: 403},
			{name: "staff deletes", do: "DELETE /rules/{vary}", key: staff, status: 403},
			{name: "nobody reads", do: "GET /rules", status: 401},
		})
	})
}

// Every field that can be wrong is named, and nothing is written.
func TestRulesWrong(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.things()
	made := s.ask(apptest.Request{Method: http.MethodPost, Path: "/rules", Key: owner, Body: `{"kind": "cutoff", "name": "x", "cutoff": {"cancel_min": 5}}`}).Want(t, http.StatusCreated)
	s.words["rule"] = made.Text("id")
	before := s.rows()
	for name, c := range map[string]struct{ body, field string }{
		"no kind":              {`{"name": "x"}`, "kind"},
		"unknown kind":         {`{"kind": "magic", "name": "x"}`, "kind"},
		"no name":              {`{"kind": "cutoff", "cutoff": {}}`, "name"},
		"language":             {`{"kind": "cutoff", "names": {"en": "x", "!": "y"}, "cutoff": {}}`, "names"},
		"unknown field":        {`{"kind": "cutoff", "name": "x", "cutoff": {}, "colour": 1}`, "colour"},
		"unknown deep field":   {`{"kind": "cutoff", "name": "x", "cutoff": {"weeks": 1}}`, "cutoff.weeks"},
		"wrong type":           {`{"kind": "cutoff", "name": "x", "cutoff": {"cancel_min": "1"}}`, "cutoff.cancel_min"},
		"no part":              {`{"kind": "limit", "name": "x"}`, "limit"},
		"null part":            {`{"kind": "limit", "name": "x", "limit": null}`, "limit"},
		"another part":         {`{"kind": "limit", "name": "x", "limit": {"of": "client", "per": "day", "max": 1}, "season": {}}`, "season"},
		"offer without when":   {`{"kind": "offer", "name": "x"}`, "when"},
		"long when":            {`{"kind": "offer", "name": "x", "when": "` + strings.Repeat("1", 1001) + `"}`, "when"},
		"when of no sense":     {`{"kind": "offer", "name": "x", "when": "client.visits >"}`, "when"},
		"when of no truth":     {`{"kind": "offer", "name": "x", "when": "client.visits"}`, "when"},
		"when of the unknown":  {`{"kind": "offer", "name": "x", "when": "client.moon > 1"}`, "when"},
		"when out of reach":    {`{"kind": "season", "name": "x", "from": "2030-01-01", "when": "slot.hour > 1", "season": {"closed": true}}`, "when"},
		"number of no sense":   {`{"kind": "limit", "name": "x", "limit": {"of": "client", "per": "day", "max_expr": "client.tier"}}`, "limit.max_expr"},
		"foreign service":      {`{"kind": "approve", "name": "x", "services": ["{foreign}"]}`, "services[0]"},
		"unknown staff":        {`{"kind": "approve", "name": "x", "staff": ["{staff}", "{none}"]}`, "staff[1]"},
		"staff named twice":    {`{"kind": "approve", "name": "x", "staff": ["{staff}", "{staff}"]}`, "staff[1]"},
		"no place":             {`{"kind": "approve", "name": "x", "locations": ["x"]}`, "locations[0]"},
		"30 February":          {`{"kind": "approve", "name": "x", "from": "2030-02-30"}`, "from"},
		"a time":               {`{"kind": "approve", "name": "x", "to": "2030-02-01T00:00:00Z"}`, "to"},
		"year 9000":            {`{"kind": "approve", "name": "x", "to": "9000-02-01"}`, "to"},
		"backwards":            {`{"kind": "approve", "name": "x", "from": "2030-02-02", "to": "2030-02-01"}`, "to"},
		"of nothing":           {`{"kind": "limit", "name": "x", "limit": {"of": "moon", "per": "day", "max": 1}}`, "limit.of"},
		"of missing":           {`{"kind": "limit", "name": "x", "limit": {"per": "day", "max": 1}}`, "limit.of"},
		"per missing":          {`{"kind": "limit", "name": "x", "limit": {"of": "staff", "max": 1}}`, "limit.per"},
		"active staff":         {`{"kind": "limit", "name": "x", "limit": {"of": "staff", "per": "active", "max": 1}}`, "limit.per"},
		"negative":             {`{"kind": "limit", "name": "x", "limit": {"of": "staff", "per": "day", "max": -1}}`, "limit.max"},
		"timeless season":      {`{"kind": "season", "name": "x", "season": {"closed": true}}`, "from"},
		"season of nothing":    {`{"kind": "season", "name": "x", "from": "2030-01-01", "season": {}}`, "season"},
		"closed and only":      {`{"kind": "season", "name": "x", "from": "2030-01-01", "season": {"closed": true, "only": true}}`, "season.only"},
		"less than nothing":    {`{"kind": "season", "name": "x", "from": "2030-01-01", "season": {"price_percent": -101}}`, "season.price_percent"},
		"another currency":     {`{"kind": "season", "name": "x", "from": "2030-01-01", "season": {"price_add": {"amount": 1, "currency": "USD"}}}`, "season.price_add.currency"},
		"fraction":             {`{"kind": "season", "name": "x", "from": "2030-01-01", "season": {"price_add": {"amount": 1.5}}}`, "season.price_add.amount"},
		"link of all":          {`{"kind": "link", "name": "x", "link": {"kind": "requires", "other": "{cut}"}}`, "services"},
		"link to a stranger's": {`{"kind": "link", "name": "x", "services": ["{dye}"], "link": {"kind": "requires", "other": "{foreign}"}}`, "link.other"},
		"link of no kind":      {`{"kind": "link", "name": "x", "services": ["{dye}"], "link": {"other": "{cut}"}}`, "link.kind"},
		"least above most":     {`{"kind": "link", "name": "x", "services": ["{dye}"], "link": {"kind": "requires", "other": "{cut}", "least_min": 10, "most_min": 5}}`, "link.most_min"},
		"no such segment":      {`{"kind": "vary", "name": "x", "vary": {"segment": 101}}`, "vary.segment"},
		"a day and more":       {`{"kind": "vary", "name": "x", "vary": {"add_min": 1441}}`, "vary.add_min"},
		"segment of no length": {`{"kind": "vary", "name": "x", "vary": {"segments": [{"duration_min": 0}]}}`, "vary.segments[0].duration_min"},
		"segment's pool":       {`{"kind": "vary", "name": "x", "vary": {"segments": [{"duration_min": 5, "resources": [{"kind": "moon", "any_of": ["{chair}"]}]}]}}`, "vary.segments[0].resources[0].any_of[0]"},
		"longer than a year":   {`{"kind": "cutoff", "name": "x", "cutoff": {"cancel_min": 525601}}`, "cutoff.cancel_min"},
		"negative place":       {`{"kind": "cutoff", "name": "x", "cutoff": {}, "position": -1}`, "position"},
		"PATCH kind":           {`{"kind": "approve"}`, "kind"},
		"PATCH part away":      {`{"cutoff": null}`, "cutoff"},
		"PATCH another part":   {`{"vary": {}}`, "vary"},
		"PATCH no name":        {`{"name": ""}`, "name"},
	} {
		r := apptest.Request{Method: http.MethodPost, Path: "/rules", Key: owner, Body: s.fill(c.body)}
		if strings.HasPrefix(name, "PATCH") {
			r.Method, r.Path = http.MethodPatch, s.fill("/rules/{rule}")
		}
		a := s.ask(r)
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(string(a.Body), `"field":"`+c.field+`"`) {
			t.Errorf("%s: %d %s, want field %s", name, a.Status, a.Body, c.field)
		}
	}
	if after := s.rows(); after != before {
		t.Errorf("something was written\nbefore %s\nafter  %s", before, after)
	}
}

func TestRuleTwice(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	add := apptest.Request{
		Method: http.MethodPost, Path: "/rules", Key: owner, Header: map[string]string{"Idempotency-Key": "rule"},
		Body: `{"kind": "cutoff", "name": "x", "cutoff": {"cancel_min": 60}}`,
	}
	first, again := s.ask(add).Want(t, http.StatusCreated), s.ask(add).Want(t, http.StatusCreated)
	if !bytes.Equal(first.Body, again.Body) {
		t.Errorf("not replayed:\n%s\n%s", first.Body, again.Body)
	}
	add.Body = `{"kind": "cutoff", "name": "y", "cutoff": {}}`
	if a := s.ask(add).Want(t, http.StatusUnprocessableEntity); a.Text("code") != "idempotency_mismatch" {
		t.Errorf("another body: %s", a.Body)
	}
}
