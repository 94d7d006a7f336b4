package api_test

import (
	"testing"

	"kept/internal/app/apptest"
)

const everyDay = `[{"weekday": 1, "from": "09:00", "to": "18:00"}, {"weekday": 2, "from": "09:00", "to": "18:00"}, {"weekday": 3, "from": "09:00", "to": "18:00"}, {"weekday": 4, "from": "09:00", "to": "18:00"}, {"weekday": 5, "from": "09:00", "to": "18:00"}]`

// Seasons, rosters and public holidays, as a program sets them and as clients
// then see them. The story begins on Sunday, 22 November 2026, in Berlin.
func TestHoursOfEveryKind(t *testing.T) {
	t.Parallel()
	shops(t, func(t *testing.T, s *story) {
		t.Helper()
		changed := []string{"settings.changed"}
		slots := func(day string) string {
			return "GET /b/lumen-salon/slots?service={talk}&from=" + day + "&to=" + day
		}
		none := []string{`"slots":[]`}
		s.play([]scenario{
			{name: "place", do: "POST /locations", key: owner, body: `{"name": "Loft", "zone": "Europe/Berlin"}`, status: 201, learn: map[string]string{"loft": "id"}, events: changed},
			{name: "service", do: "POST /services", key: owner, body: `{"name": "Talk", "duration_min": 60, "interval_min": 60, "horizon_days": 300, "price": {"amount": 4500, "currency": "EUR"}, "locations": ["{loft}"]}`, status: 201, learn: map[string]string{"talk": "id"}, events: changed},
			{name: "person", do: "POST /staff", key: owner, body: `{"name": "Zed", "services": ["{talk}"]}`, status: 201, learn: map[string]string{"zed": "id"}, events: changed},
			{
				name: "holidays and a season", do: "PUT /locations/{loft}/hours", key: owner,
				body:  `{"weekly": ` + everyDay + `, "seasons": [{"name": "Advent", "from": "2026-12-01", "to": "2026-12-23", "weekly": [{"weekday": 7, "from": "12:00", "to": "14:00"}]}], "holidays": {"country": "DE", "region": "BE"}}`,
				holds: []string{`"name":"Advent"`, `"on_holiday":"closed"`, `"shorten_min":60`, `"make_up":true`, `"region":"BE"`}, not: []string{`"roster"`}, events: changed,
			},
			{name: "read again", do: "GET /locations/{loft}/hours", key: staff, holds: []string{`"from":"2026-12-01"`, `"country":"DE"`, `"exceptions":[]`}},
			{name: "before the season", do: slots("2026-11-30"), holds: []string{`T09:00:00+01:00`, `T17:00:00+01:00`}},
			{name: "not in the season", do: slots("2026-12-02"), holds: none},
			{name: "a Sunday of the season", do: slots("2026-12-06"), holds: []string{`T12:00:00+01:00`}, not: []string{`T09:00:00`, `"start":"2026-12-06T14`}},
			{name: "on Christmas", do: slots("2026-12-25"), holds: none},
			{
				name: "which is named", do: "GET /explain?service={talk}&at=2026-12-25T10:00:00%2B01:00", key: owner, header: map[string]string{"Accept-Language": "ru"},
				holds: []string{`"rule":"hours"`, `"location":{"id":"{loft}","name":"Loft"}`, `"staff":null`, `"closed":{"by":"holiday","name":"Рождество (первый день)","date":"2026-12-25","all_day":true}`},
			},
			{name: "as the season is", do: "GET /explain?service={talk}&service={talk}&at=2026-12-02T10:00:00%2B01:00", key: owner, holds: []string{`"closed":{"by":"season","name":"Advent"`, `"services":[{"id":"{talk}","name":"Talk"},{"id":"{talk}","name":"Talk"}]`}},
			{name: "of two, open", do: "GET /explain?service={talk}&service={talk}&at=2026-11-30T16:00:00%2B01:00", key: owner, holds: []string{`"open":true`}},
			{name: "of two, too late", do: "GET /explain?service={talk}&service={talk}&at=2026-11-30T17:00:00%2B01:00", key: owner, holds: []string{`"open":false`, `"rule":"hours"`}, not: []string{`"closed"`}},
			{name: "a subject of nobody", do: "GET /explain?service={talk}&at=2026-11-30T16:00:00%2B01:00&subject={talk}", key: owner, status: 422, holds: []string{`"subject"`}},
			{name: "a women's day in Berlin", do: slots("2027-03-08"), holds: none},
			{name: "seasons that meet", do: "PUT /locations/{loft}/hours", key: owner, body: `{"seasons": [{"from": "2026-12-01", "to": "2026-12-23", "weekly": []}, {"from": "2026-12-23", "to": "2026-12-24", "weekly": []}]}`, status: 422, holds: []string{`seasons[1].from`}},
			{name: "holidays of nowhere", do: "PUT /locations/{loft}/hours", key: owner, body: `{"holidays": {"country": "DE", "region": "XX"}}`, status: 422, holds: []string{`holidays.country`}},
			{name: "a party on holidays", do: "PUT /locations/{loft}/hours", key: owner, body: `{"holidays": {"country": "DE", "on_holiday": "party"}}`, status: 422},
			{name: "a place has no roster", do: "PUT /locations/{loft}/hours", key: owner, body: `{"roster": {"anchor": "2026-11-23", "cycle": [[]]}}`, status: 422, holds: []string{`"roster"`}},
			{name: "the place's own word wins", do: "PUT /locations/{loft}/hours", key: owner, body: `{"weekly": ` + everyDay + `, "exceptions": [{"date": "2026-12-25", "open": [{"from": "10:00", "to": "11:00"}]}], "holidays": {"country": "DE", "on_holiday": "nothing", "shorten_min": 0, "make_up": false}}`, holds: []string{`"on_holiday":"nothing"`, `"shorten_min":0`, `"make_up":false`}, not: []string{`"seasons"`}, events: changed},
			{name: "open on Christmas", do: slots("2026-12-25"), holds: []string{`T10:00:00+01:00`}},

			{name: "publish no roster", do: "POST /staff/{zed}/roster/publish", key: owner, body: `{"until": "2026-12-31"}`, status: 422, holds: []string{`"until"`}},
			{
				name: "two on, two off", do: "PUT /staff/{zed}/hours", key: owner, body: `{"roster": {"anchor": "2026-11-23", "cycle": [[{"from": "10:00", "to": "12:00", "location": "{loft}"}], [{"from": "10:00", "to": "12:00"}], [], []], "to": "2026-12-10"}}`,
				holds: []string{`"anchor":"2026-11-23"`, `"published":null`, `"weekly":[]`, `"to":"2026-12-10"`}, events: changed,
			},
			{name: "a draft is not offered", do: slots("2026-11-23"), holds: none},
			{name: "and why", do: "GET /explain?service={talk}&staff={zed}&at=2026-11-23T10:00:00%2B01:00", key: owner, holds: []string{`"open":false`, `"rule":"hours"`, `"closed":{"by":"draft","date":"2026-11-23","all_day":true}`}},
			{name: "publish", do: "POST /staff/{zed}/roster/publish", key: owner, body: `{"until": "2026-11-27"}`, holds: []string{`"published":"2026-11-27"`}, events: changed},
			{name: "on", do: slots("2026-11-24"), holds: []string{`T10:00:00+01:00`, `T11:00:00+01:00`}, not: []string{`T09:00:00`, `"start":"2026-11-24T12`}},
			{name: "off", do: slots("2026-11-25"), holds: none},
			{name: "by the roster", do: "GET /explain?service={talk}&staff={zed}&at=2026-11-25T10:00:00%2B01:00", key: owner, holds: []string{`"closed":{"by":"roster","date":"2026-11-25","all_day":true}`, `"name":"Zed"`}},
			{name: "on again", do: slots("2026-11-27"), holds: []string{`T10:00:00+01:00`}},
			{name: "not published so far", do: slots("2026-12-01"), holds: none},
			{name: "written again it stays published", do: "PUT /staff/{zed}/hours", key: owner, body: `{"weekly": [{"weekday": 5, "from": "15:00", "to": "16:00"}], "roster": {"anchor": "2026-11-23", "cycle": [[{"from": "16:00", "to": "18:00"}], []], "to": "2026-12-10"}}`, holds: []string{`"published":"2026-11-27"`}, events: changed},
			{name: "other hours", do: slots("2026-11-27"), holds: []string{`T16:00:00+01:00`}, not: []string{`T10:00:00`}},
			{name: "after the roster, by the week", do: slots("2026-12-11"), holds: []string{`T15:00:00+01:00`}},
			{name: "taken back", do: "POST /staff/{zed}/roster/publish", key: owner, body: `{"until": null}`, holds: []string{`"published":null`}, events: changed},
			{name: "not offered any more", do: slots("2026-11-27"), holds: none},
			{name: "to no date", do: "POST /staff/{zed}/roster/publish", key: owner, body: `{"until": "soon"}`, status: 422},
			{name: "by nobody who may", do: "POST /staff/{zed}/roster/publish", key: staff, body: `{"until": "2026-12-31"}`, status: 403},
			{name: "of nobody", do: "POST /staff/nobody/roster/publish", key: owner, body: `{"until": "2026-12-31"}`, status: 404},
			{name: "a cycle of no days", do: "PUT /staff/{zed}/hours", key: owner, body: `{"roster": {"anchor": "2026-11-23", "cycle": []}}`, status: 422},
			{name: "staff keep no holidays", do: "PUT /staff/{zed}/hours", key: owner, body: `{"holidays": {"country": "DE"}}`, status: 422, holds: []string{`"holidays"`}},
			{name: "no roster any more", do: "PUT /staff/{zed}/hours", key: owner, body: `{"roster": null}`, not: []string{"roster"}, events: changed},
			{name: "as the place", do: slots("2026-11-27"), holds: []string{`T09:00:00+01:00`}},
		})
	})
}

func TestHolidays(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.play([]scenario{
		{name: "Berlin", do: "GET /holidays?country=DE&region=BE&year=2026", key: staff, holds: []string{`"date":"2026-03-08"`, `"kind":"holiday"`, `"official":true`, `"name":"Good Friday"`, `"de":"Karfreitag"`}},
		{name: "in Russian", do: "GET /holidays?country=DE&year=2026", key: staff, header: map[string]string{"Accept-Language": "ru"}, holds: []string{`"name":"Страстная пятница"`}, not: []string{"2026-03-08"}},
		{name: "Taiwan makes up", do: "GET /holidays?country=TW&year=2025", key: owner, header: map[string]string{"Accept-Language": "zh-Hant"}, holds: []string{`"date":"2025-02-08","kind":"makeup","name":"補行上班`, `"as_weekday":1`}},
		{name: "not published yet", do: "GET /holidays?country=TW&year=2027", key: owner, holds: []string{`"official":false`}, not: []string{`"official":true`}},
		{name: "Russia shortens", do: "GET /holidays?country=RU&year=2026", key: owner, holds: []string{`"date":"2026-04-30","kind":"shortened"`}},
		{name: "a year that nobody knows", do: "GET /holidays?country=RU&year=2099", key: owner, holds: []string{`"items":[]`}},
		{name: "nowhere", do: "GET /holidays?country=XX&year=2026", key: owner, status: 422},
		{name: "no state", do: "GET /holidays?country=DE&region=XX&year=2026", key: owner, status: 422},
		{name: "no key", do: "GET /holidays?country=DE&year=2026", status: 401},
		{name: "countries", do: "GET /holidays/countries", key: staff, holds: []string{`"code":"TW"`, `"code":"BY-A","name":"Augsburg"`, `"regions":[]`}},
	})
}
