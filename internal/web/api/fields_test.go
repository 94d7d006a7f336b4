package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// What only some services, people and places need is written and read as any
// other field, and a change of one leaves the others alone.
func TestFields(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		s.things()
		changed := []string{"settings.changed"}
		s.play([]scenario{
			{
				name: "a team", do: "POST /services", key: owner, status: 201, learn: map[string]string{"op": "id"}, events: changed,
				body: `{"name": "Surgery", "segments": [{"duration_min": 60, "staff": {"count": 1, "skill": "surgeon", "level": 2, "buffer_before_min": 10, "buffer_after_min": 5}, "team": [{"skill": "nurse"}, {"count": 2}], "resources": [{"kind": "{kind}", "count": 1, "any_of": ["{chair}"], "buffer_before_min": 5, "buffer_after_min": 15}]}]}`,
				holds: []string{
					`"staff":{"count":1,"skill":"surgeon","level":2,"buffer_before_min":10,"buffer_after_min":5}`, `"team":[{"count":1,"skill":"nurse"},{"count":2}]`,
					`"resources":[{"kind":"{kind}","count":1,"any_of":["{chair}"],"buffer_before_min":5,"buffer_after_min":15}]`, `"seats":0,"min_seats":0`,
					`"impossible":[{"rule":"staff"}]`,
				},
			},
			{name: "options", do: "PATCH /services/{op}", key: owner, body: `{"aim": "least_skill", "seats": 8, "min_seats": 3}`, holds: []string{`"aim":"least_skill"`, `"seats":8`, `"min_seats":3`, `"team":[`}, events: changed},
			{name: "fewer", do: "PATCH /services/{op}", key: owner, body: `{"min_seats": 2, "aim": ""}`, holds: []string{`"seats":8`, `"min_seats":2`}, not: []string{`"aim"`}, events: changed},
			{name: "no group", do: "PATCH /services/{op}", key: owner, body: `{"seats": 0, "min_seats": 0}`, events: changed},
			{name: "dropped off", do: "PATCH /services/{op}", key: owner, body: `{"flexible": {"drop_from_min": 480, "drop_to_min": 660, "ready_days": 1}}`, holds: []string{`"flexible":{"drop_from_min":480,"drop_to_min":660,"ready_days":1,"day_min":0,"piece_min":0}`}, events: changed},
			{name: "capacity", do: "PATCH /services/{op}", key: owner, body: `{"flexible": {"day_min": 960, "piece_min": 30}}`, holds: []string{`"flexible":{"drop_from_min":480,"drop_to_min":660,"ready_days":1,"day_min":960,"piece_min":30}`}, events: changed},
			{name: "name alone", do: "PATCH /services/{op}", key: owner, body: `{"name": "Day surgery"}`, holds: []string{`"day_min":960`, `"any_of":["{chair}"]`}, events: changed},
			{name: "waiting", do: "PATCH /services/{op}", key: owner, body: `{"flexible": null}`, not: []string{`"flexible"`}, events: changed},
			{
				name: "preferences", do: "PATCH /staff/{staff}", key: owner, events: changed,
				body:  `{"preferences": {"priority": 2, "favourite": ["{cut}"], "breaks": [{"from_min": 690, "to_min": 840, "length_min": 30}, {"from_min": 900, "to_min": 960, "length_min": 10}], "rest_min": 660, "max_visits": 9, "max_min": 420, "days": [{"service": "{dye}", "weekdays": [2, 4]}], "gap_min": 5}}`,
				holds: []string{`"preferences":{"priority":2,"favourite":["{cut}"],"breaks":[{"from_min":690,"to_min":840,"length_min":30},{"from_min":900,"to_min":960,"length_min":10}],"rest_min":660,"max_visits":9,"max_min":420,"days":[{"service":"{dye}","weekdays":[2,4]}],"gap_min":5}`},
			},
			{name: "one of them", do: "PATCH /staff/{staff}", key: owner, body: `{"preferences": {"max_visits": 0, "breaks": []}}`, holds: []string{`"preferences":{"priority":2,"favourite":["{cut}"],"breaks":[],"rest_min":660,"max_visits":0,"max_min":420,`}, events: changed},
			{name: "colour alone", do: "PATCH /staff/{staff}", key: owner, body: `{"color": "sky"}`, holds: []string{`"rest_min":660`}, events: changed},
			{name: "none", do: "PATCH /staff/{staff}", key: owner, body: `{"preferences": null}`, holds: []string{`"preferences":{"priority":0,"favourite":[],"breaks":[],"rest_min":0,"max_visits":0,"max_min":0,"days":[],"gap_min":0}`}, events: changed},
			{name: "branch", do: "POST /locations", key: owner, body: `{"name": "Branch", "travel": {"{place}": 25}}`, status: 201, holds: []string{`"travel":{"{place}":25}`}, learn: map[string]string{"branch": "id"}, events: changed},
			{name: "there", do: "PATCH /locations/{place}", key: owner, body: `{"travel": {"{branch}": 30}}`, holds: []string{`"{branch}":30`}, events: changed},
			{name: "kept", do: "PATCH /locations/{place}", key: owner, body: `{"position": 1}`, holds: []string{`"{branch}":30`}, events: changed},
			{name: "near", do: "PATCH /locations/{branch}", key: owner, body: `{"travel": {"{place}": 0}}`, holds: []string{`"travel":{}`}, events: changed},
			{name: "the business", do: "GET /business", key: staff, holds: []string{`"slug":"lumen-salon"`, `"zone":"Europe/Berlin"`, `"currency":"EUR"`, `"language":"en"`, `"hold_min":10`, `"aim":"even"`, `"hide_above":0`}},
			{name: "terms", do: "PATCH /business", key: owner, body: `{"terms": {"wait_min": 20, "aim": "concentrate", "hide_above": 40, "approval": true}}`, holds: []string{`"hold_min":10`, `"approval":true`, `"wait_min":20,"aim":"concentrate","hide_above":40`}, events: changed},
			{name: "back", do: "PATCH /business", key: owner, body: `{"terms": {"approval": false}, "names": {"ru": "Люмен"}, "about": "Light."}`, holds: []string{`"approval":false`, `"wait_min":20`, `"ru":"Люмен"`, `"about":"Light."`}, events: changed},
			{name: "read again", do: "GET /business", key: integration, header: map[string]string{"Accept-Language": "ru"}, holds: []string{`"name":"Люмен"`, `"hide_above":40`}},
		})
	})
}

// Every wrong field is named, and nothing is written.
func TestFieldsWrong(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.things()
	before := s.rows()
	part := func(segment string) string { return `{"segments": [{"duration_min": 30, ` + segment + `}]}` }
	for _, c := range []struct{ path, body, field string }{
		{"/services/{cut}", part(`"team": [{}]`), "segments[0].team"},
		{"/services/{cut}", part(`"staff": {}, "team": [{"count": 51}]`), "segments[0].team[0].count"},
		{"/services/{cut}", part(`"staff": {}, "team": [{"colour": "red"}]`), "segments[0].team[0].colour"},
		{"/services/{cut}", part(`"staff": {"buffer_after_min": 241}`), "segments[0].staff.buffer_after_min"},
		{"/services/{cut}", part(`"resources": [{"kind": "{kind}", "any_of": ["{none}"]}]`), "segments[0].resources[0].any_of[0]"},
		{"/services/{cut}", part(`"resources": [{"kind": "{kind}", "buffer_before_min": -1}]`), "segments[0].resources[0].buffer_before_min"},
		{"/services/{cut}", part(`"resources": [{"kind": "{kind}"}, {"kind": "{kind}"}]`), "segments[0].resources[1].kind"},
		{"/services/{cut}", `{"aim": "moon"}`, "aim"},
		{"/services/{cut}", `{"seats": 1001}`, "seats"},
		{"/services/{cut}", `{"seats": 2, "min_seats": 3}`, "min_seats"},
		{"/services/{cut}", `{"flexible": {"drop_from_min": 600, "drop_to_min": 600}}`, "flexible.drop_to_min"},
		{"/services/{cut}", `{"flexible": {"drop_to_min": 600, "ready_days": 61}}`, "flexible.ready_days"},
		{"/services/{cut}", `{"flexible": {"drop_to_min": 600, "soon": true}}`, "flexible.soon"},
		{"/services/{cut}", `{"flexible": {"drop_to_min": 600}, "seats": 4}`, "flexible"},
		{"/services/{cut}", `{"duration_min": 60, "flexible": {"drop_to_min": 600, "day_min": 59}}`, "flexible.day_min"},
		{"/services/{cut}", `{"duration_min": 60, "flexible": {"drop_to_min": 600, "piece_min": 61}}`, "flexible.piece_min"},
		{"/services/{cut}", `{"flexible": true}`, "flexible"},
		{"/staff/{staff}", `{"preferences": {"priority": -1}}`, "preferences.priority"},
		{"/staff/{staff}", `{"preferences": {"favourite": ["{foreign}"]}}`, "preferences.favourite[0]"},
		{"/staff/{staff}", `{"preferences": {"breaks": [{"from_min": 600, "to_min": 500, "length_min": 10}]}}`, "preferences.breaks[0].to_min"},
		{"/staff/{staff}", `{"preferences": {"breaks": [{"from_min": 600, "to_min": 660, "length_min": 61}]}}`, "preferences.breaks[0].length_min"},
		{"/staff/{staff}", `{"preferences": {"breaks": [{"from_min": 600}]}}`, "preferences.breaks[0].to_min"},
		{"/staff/{staff}", `{"preferences": {"rest_min": 1441}}`, "preferences.rest_min"},
		{"/staff/{staff}", `{"preferences": {"gap_min": 241}}`, "preferences.gap_min"},
		{"/staff/{staff}", `{"preferences": {"days": [{"service": "{foreign}", "weekdays": [1]}]}}`, "preferences.days[0].service"},
		{"/staff/{staff}", `{"preferences": {"days": [{"service": "{cut}", "weekdays": [8]}]}}`, "preferences.days[0].weekdays"},
		{"/staff/{staff}", `{"preferences": {"mood": "good"}}`, "preferences.mood"},
		{"/locations/{place}", `{"travel": {"{none}": 10}}`, "travel"},
		{"/locations/{place}", `{"travel": {"{place}": 10}}`, "travel"},
		{"/business", `{"zone": "Mars/Phobos"}`, "zone"},
		{"/business", `{"currency": "USD"}`, "currency"},
		{"/business", `{"language": "tlh"}`, "language"},
		{"/business", `{"slug": "other"}`, "slug"},
		{"/business", `{"names": {"en": "", "ru": "", "zh-Hant": ""}}`, "name"},
		{"/business", `{"terms": {"hold_min": 0}}`, "terms.hold_min"},
		{"/business", `{"terms": {"overflow": 2}}`, "terms.overflow"},
		{"/business", `{"terms": {"wait_min": 241}}`, "terms.wait_min"},
		{"/business", `{"terms": {"aim": "moon"}}`, "terms.aim"},
		{"/business", `{"terms": {"contact": "pigeon"}}`, "terms.contact"},
		{"/business", `{"terms": {"hide_above": -1}}`, "terms.hide_above"},
		{"/business", `{"terms": {"mood": 1}}`, "terms.mood"},
		{"/business", `{"terms": null, "language": 1}`, "language"},
	} {
		a := s.ask(apptest.Request{Method: http.MethodPatch, Path: s.fill(c.path), Key: owner, Body: s.fill(c.body)})
		if a.Status != http.StatusUnprocessableEntity || !strings.Contains(string(a.Body), `"field":"`+c.field+`"`) {
			t.Errorf("%s %s: %d %s, want field %s", c.path, c.body, a.Status, a.Body, c.field)
		}
	}
	if after := s.rows(); after != before {
		t.Errorf("something was written\nbefore %s\nafter  %s", before, after)
	}
}
