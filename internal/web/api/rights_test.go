package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// What each operation answers to nobody, staff, an integration, the owner and
// another business's owner. Bodies are wrong in what they say, so that whoever
// may send them is told 422, and nothing changes.
func TestRights(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.offer(0, "2026-11-25", "2026-12-02", 2)
	s.play([]scenario{{
		name: "book", do: "POST /b/lumen-salon/bookings", status: 201, learn: map[string]string{"b": "id", "client": "client.id"},
		body: `{"service": "{service}", "start": "{start_b}", "staff": "{staff_b}", ` + person + `}`, events: []string{"client.created", "booking.confirmed"},
	}, {name: "done", do: "POST /bookings/{b}/complete", key: owner, events: []string{"booking.completed"}}})
	for word, path := range map[string]string{"s": "/staff", "r": "/resources", "l": "/locations", "o": "/time-off", "m": "/messages"} {
		s.words[word] = s.ask(apptest.Request{Path: path + "?limit=1", Key: owner}).Text("items.0.id")
	}
	s.words["u"] = s.ask(apptest.Request{
		Method: http.MethodPost, Path: "/rules", Key: owner, Body: `{"kind": "cutoff", "name": "A day", "cutoff": {"cancel_min": 1440}}`,
	}).Text("id")
	s.words["k"] = s.ask(apptest.Request{
		Method: http.MethodPost, Path: "/calendars", Key: owner, Body: `{"name": "Ada", "url": "https://127.0.0.9/"}`,
	}).Text("id")
	const (
		everybody = "200 200 200 200 200"
		readers   = "401 200 200 200 200" // a list of one's own
		theirs    = "401 200 200 200 404" // a thing of this business
		setters   = "401 403 403 422 422"
		owners    = "401 403 403 422 404"
		managers  = "401 403 403 200 200" // of privacy: each of their own business
		done      = "401 409 409 409 404" // too late for that
		guests    = "401 403 403 403 403" // clients who are signed in, and nobody with a key
	)
	seen := []string{}
	for do, want := range map[string]string{
		"GET /b/{slug}": everybody, "GET /b/{slug}/services": everybody, "GET /b/{slug}/staff": everybody,
		"GET /b/{slug}/slots":  "422 422 422 422 422",
		"POST /b/{slug}/holds": "422 422 422 422 422", "POST /b/{slug}/bookings": "422 422 422 422 422", "DELETE /holds/{id}": "404 404 404 404 404",
		"GET /bookings": readers, "GET /calendar": readers, "GET /events": readers, "GET /messages": readers, "GET /clients": readers,
		"GET /services": readers, "GET /staff": readers, "GET /resources": readers, "GET /locations": readers, "GET /time-off": readers,
		"GET /bookings/{b}": theirs, "GET /bookings/{b}/alternatives": theirs, "GET /clients/{client}": theirs, "GET /clients/{client}/card": theirs,
		"GET /services/{service}": theirs, "GET /staff/{s}": theirs, "GET /resources/{r}": theirs, "GET /locations/{l}": theirs,
		"GET /time-off/{o}": theirs, "GET /messages/{m}": theirs, "GET /staff/{s}/hours": theirs, "GET /locations/{l}/hours": theirs,
		"GET /plans": readers, "POST /plans": "401 422 422 422 422", "GET /plans/{none}": "401 404 404 404 404",
		"PATCH /plans/{none}": "401 404 404 404 404", "DELETE /plans/{none}": "401 404 404 404 404",
		"POST /plans/{none}/skip": "401 404 404 404 404", "POST /plans/{none}/offer": "401 404 404 404 404",
		"GET /clients/{client}/timeline": theirs, "POST /clients/{client}/break-glass": "401 422 422 422 422", "POST /clients/break-glass": "401 422 422 422 422",
		"GET /sign-in-blocks": "401 403 403 200 200", "POST /sign-in-blocks": setters,
		"DELETE /sign-in-blocks/{none}": "401 403 403 404 404", "GET /clients/{client}/relations": theirs,
		"POST /clients/{client}/relations":          "401 422 422 422 422",
		"DELETE /clients/{client}/relations/{none}": "401 404 404 404 404",
		"GET /clients/{client}/calendars":           theirs, "DELETE /clients/{client}/calendars/{none}": "401 404 404 404 404",
		"GET /b/{slug}/me/calendars": guests, "POST /b/{slug}/me/calendars": guests,
		"DELETE /b/{slug}/me/calendars/{none}": guests, "GET /b/{slug}/me/contacts": guests, "POST /b/{slug}/me/contacts": guests,
		"PATCH /b/{slug}/me/contacts/{none}": guests, "DELETE /b/{slug}/me/contacts/{none}": guests, "POST /b/{slug}/me/contacts/{none}/codes": guests,
		"POST /b/{slug}/me/contacts/{none}/proofs": guests, "GET /b/{slug}/me/documents": guests, "POST /b/{slug}/me/documents?name=a.exe": guests,
		"GET /b/{slug}/me/documents/{none}": guests, "GET /b/{slug}/me/documents/{none}/content": guests, "DELETE /b/{slug}/me/documents/{none}": guests,
		"GET /me": guests, "GET /me/sessions": guests, "DELETE /me/sessions": guests, "DELETE /me/sessions/{none}": guests,
		"POST /me/sessions/renew": guests, "GET /b/{slug}/me/stream": guests,
		"POST /me/codes": "422 422 422 422 422", "POST /me/sessions": "422 422 422 422 422",
		"GET /insight/demand": readers, "GET /insight/gaps": readers,
		"GET /holidays?country=DE&year=2026": readers, "GET /holidays/countries": readers, "POST /staff/{s}/roster/publish": owners,
		"POST /b/{slug}/codes": "422 422 422 422 422", "POST /b/{slug}/proofs": "422 422 422 422 422",
		"GET /b/{slug}/questions": everybody, "GET /forms": readers, "POST /forms": setters, "GET /forms/{none}": "401 404 404 404 404",
		"PATCH /forms/{none}": "401 403 403 404 404", "DELETE /forms/{none}": "401 403 403 404 404",
		"GET /notices": readers, "POST /notices": setters, "GET /notices/{none}": "401 404 404 404 404",
		"PATCH /notices/{none}": "401 403 403 404 404", "DELETE /notices/{none}": "401 403 403 404 404",
		"GET /members": "401 403 403 200 200", "GET /members/{none}": "401 403 403 404 404", "PATCH /members/{none}": "401 403 403 404 404",
		"DELETE /members/{none}": "401 403 403 404 404", "GET /members/{none}/sessions": "401 403 403 404 404",
		"DELETE /members/{none}/sessions": "401 403 403 404 404", "DELETE /members/{none}/sessions/{none}": "401 403 403 404 404", "GET /invitations": "401 403 403 200 200", "POST /invitations": setters,
		"DELETE /invitations/{none}": "401 403 403 404 404", "GET /keys": "401 403 403 200 200", "POST /keys": setters,
		"DELETE /keys/{none}": "401 403 403 404 404",
		"GET /chain":          "401 403 403 404 404", "POST /chain": setters, "DELETE /chain": "401 403 403 404 404",
		"POST /chain/invitations": "401 403 403 404 404", "DELETE /chain/invitations/{none}": "401 403 403 404 404",
		"POST /chain/join": "401 403 403 410 410", "GET /clients/{client}/branches": theirs,
		"GET /clients/{client}/branches/{none}": "401 404 404 404 404", "POST /clients/{client}/branches/{none}/bring": "401 404 404 404 404",
		"GET /business": readers, "PATCH /business": setters, "GET /rules": readers, "POST /rules": setters,
		"GET /rules/{u}": theirs, "PATCH /rules/{u}": owners, "DELETE /rules/{none}": "401 403 403 404 404",
		"POST /b/{slug}/series": "422 422 422 422 422", "POST /b/{slug}/series-checks": "422 422 422 422 422",
		"POST /series": "401 422 422 422 422", "POST /series-checks": "401 422 422 422 422", "GET /series/{none}": "401 404 404 404 404",
		"GET /sessions": readers, "GET /sessions/{none}": "401 404 404 404 404", "POST /sessions": "401 422 422 422 422",
		"PATCH /sessions/{none}": "401 404 404 404 404", "POST /sessions/{none}/cancel": "401 404 404 404 404",
		"POST /bookings": "401 422 422 422 422", "POST /clients": "401 201 201 201 201",
		"POST /services": setters, "POST /staff": setters, "POST /resources": setters, "POST /locations": setters, "POST /time-off": setters,
		"PATCH /services/{service}": owners, "PATCH /staff/{s}": owners, "PATCH /resources/{r}": owners, "PATCH /locations/{l}": owners,
		"PUT /staff/{s}/hours": owners, "PUT /locations/{l}/hours": owners, "PATCH /time-off/{o}": owners,
		"PATCH /clients/{client}": "401 422 422 422 404", "DELETE /clients/{none}": "401 403 403 404 404",
		"GET /clients/{client}/export": "401 403 403 200 404", "PUT /clients/{none}/holds/statute": "401 403 403 404 404",
		"GET /privacy/erasures": managers, "GET /privacy/erasures/{none}": "401 403 403 404 404", "GET /privacy/holds": managers,
		"GET /privacy/requests": managers, "POST /privacy/requests": "401 403 403 404 404",
		"POST /privacy/requests/{none}/extend": "401 403 403 404 404", "POST /privacy/requests/{none}/close": "401 403 403 404 404",
		"GET /privacy/policy": managers, "PUT /privacy/policy": setters, "POST /privacy/preview": setters,
		"GET /privacy/register": managers, "GET /privacy/processors": managers, "GET /privacy/breaches": managers,
		"POST /privacy/breaches": setters, "GET /privacy/breaches/{none}": "401 403 403 404 404", "PATCH /privacy/breaches/{none}": "401 403 403 404 404",
		"POST /privacy/breaches/{none}/steps": "401 403 403 404 404", "POST /privacy/breaches/{none}/persons": "401 403 403 404 404",
		"GET /privacy/breaches/{none}/persons": "401 403 403 404 404",
		"GET /clients/{client}/contacts":       theirs, "POST /clients/{client}/contacts": "401 422 422 422 422",
		"PATCH /clients/{client}/contacts/{none}": "401 404 404 404 404", "DELETE /clients/{client}/contacts/{none}": "401 404 404 404 404",
		"POST /clients/{client}/contacts/{none}/codes": "401 404 404 404 404", "POST /clients/{client}/contacts/{none}/proofs": "401 422 422 422 422",
		"GET /clients/{client}/subjects": theirs, "POST /clients/{client}/subjects": "401 422 422 422 422",
		"PATCH /clients/{client}/subjects/{none}": "401 404 404 404 404", "DELETE /clients/{client}/subjects/{none}": "401 404 404 404 404",
		"GET /clients/{client}/subjects/{none}/readings": "401 404 404 404 404", "POST /clients/{client}/subjects/{none}/readings": "401 422 422 422 422",
		"PATCH /clients/{client}/subjects/{none}/readings/{none}": "401 404 404 404 404", "DELETE /clients/{client}/subjects/{none}/readings/{none}": "401 404 404 404 404",
		"GET /clients/{client}/forms": theirs, "POST /clients/{client}/forms": "401 422 422 422 422", "GET /clients/{client}/consents": theirs,
		"POST /clients/{client}/consents": "401 422 422 422 422", "POST /clients/{client}/consents/withdraw": "401 422 422 422 422",
		"GET /clients/{client}/facts": theirs, "POST /clients/{client}/facts": "401 422 422 422 404",
		"GET /clients/{client}/facts/likes/history": theirs, "POST /clients/{client}/facts/{none}/settle": "401 404 404 404 404",
		"GET /clients/{client}/tally": theirs, "GET /clients/{client}/entries": theirs, "POST /clients/{client}/entries": "401 422 422 422 404",
		"PATCH /clients/{client}/entries/{none}": "401 404 404 404 404", "GET /entries": readers, "POST /calls": "401 422 422 422 422",
		"GET /clients/{client}/documents": theirs, "POST /clients/{client}/documents?name=a.exe": "401 422 422 422 404",
		"GET /clients/{client}/documents/{none}": "401 404 404 404 404", "GET /clients/{client}/documents/{none}/content": "401 404 404 404 404",
		"DELETE /clients/{client}/documents/{none}": "401 404 404 404 404",
		"GET /clients/duplicates":                   readers, "POST /clients/{client}/merge": "401 404 404 404 404", "GET /clients/{client}/merges": theirs,
		"POST /merges/{none}/undo":          "401 404 404 404 404",
		"GET /clients/{client}/preferences": theirs, "PATCH /clients/{client}/preferences": "401 422 422 422 404",
		"DELETE /services/{none}": "401 403 403 404 404", "DELETE /staff/{none}": "401 403 403 404 404",
		"DELETE /resources/{none}": "401 403 403 404 404", "DELETE /locations/{none}": "401 403 403 404 404", "DELETE /time-off/{none}": "401 403 403 404 404",
		"GET /calendars": readers, "GET /calendars/{k}": theirs, "POST /calendars": setters, "PATCH /calendars/{k}": owners,
		"POST /calendars/{k}/sync": "401 403 403 202 404", "DELETE /calendars/{none}": "401 404 403 404 404",
		"POST /bookings/{b}/confirm": done, "POST /bookings/{b}/reschedule": done, "POST /bookings/{b}/decline": done,
		"POST /bookings/{b}/check-in": done, "POST /bookings/{b}/cancel": done, "POST /bookings/{b}/no-show": done,
		"POST /bookings/{b}/complete": "401 422 422 422 422",
		"GET /audit":                  "401 403 403 200 200", "GET /audit/verify": "401 403 403 200 200", "GET /audit/export": "401 403 403 200 200",
		"GET /slots": "401 422 422 422 422", "GET /explain": "401 422 422 422 422", "GET /stream": "401", "GET /demo/clock": everybody, "POST /demo/clock": "422 422 422 422 422",
	} {
		method, path, _ := strings.Cut(do, " ")
		s.words["slug"], s.words["none"] = "lumen-salon", "01a20244-fddc-763e-b226-813fe221fd70"
		seen = append(seen, method+" "+s.template(method, s.fill(path)))
		for i, status := range strings.Fields(want) {
			r := apptest.Request{Method: method, Path: s.fill(path), Key: []string{"", staff, integration, owner, stranger}[i]}
			if method == http.MethodPatch || method == http.MethodPut || method == http.MethodPost {
				r.Body = wrong(do)
			}
			a := s.ask(r)
			if got := http.StatusText(a.Status); got != http.StatusText(number(status)) {
				t.Errorf("%s by %q: %d, want %s: %.200s", do, r.Key, a.Status, status, a.Body)
			}
			if r.Key == stranger && strings.Contains(string(a.Body), "Ada") {
				t.Errorf("%s tells a stranger: %s", do, a.Body)
			}
		}
	}
	for path, item := range object(s.doc["paths"]) {
		for method := range object(item) {
			if one := strings.ToUpper(method) + " " + path; !slices.Contains(seen, one) {
				t.Errorf("nothing is said about %s", one)
			}
		}
	}
}

// wrong is a body that whoever may send it is told about, and changes nothing.
func wrong(do string) any {
	switch {
	case strings.HasSuffix(do, "/confirm"), strings.HasSuffix(do, "/cancel"), strings.HasSuffix(do, "/decline"),
		strings.HasSuffix(do, "/check-in"), strings.HasSuffix(do, "/no-show"):
		return nil
	case strings.HasSuffix(do, "/settle"):
		return nil
	case strings.HasSuffix(do, "/undo"):
		return nil
	case strings.HasSuffix(do, "/holds/statute"):
		return `{"until": "2030-01-01T00:00:00Z", "reason": "tax"}`
	case strings.HasSuffix(do, "/extend"):
		return nil
	case strings.HasSuffix(do, "/close"):
		return `{"outcome": "done"}`
	case strings.HasSuffix(do, "/privacy/requests"):
		return `{"client_id": "01a20244-fddc-763e-b226-813fe221fd70", "kind": "erase"}`
	case strings.HasSuffix(do, "/privacy/policy"), strings.HasSuffix(do, "/privacy/preview"):
		return `{"rules": [{"what": "texts"}]}`
	case strings.HasSuffix(do, "/breaches"):
		return `{"title": ""}`
	case strings.HasSuffix(do, "/steps"):
		return `{"step": "told"}`
	case strings.HasSuffix(do, "/persons"):
		return `{"all": true}`
	case strings.Contains(do, "/breaches/"):
		return `{"title": "x"}`
	case strings.HasSuffix(do, "/merge"):
		return `{"into": "01a20244-fddc-763e-b226-813fe221fd70"}`
	case strings.HasSuffix(do, "/calls"):
		return `{"from": "nobody", "kind": "missed"}`
	case strings.HasSuffix(do, "/entries"):
		return `{"kind": "complaint", "text": "no direction"}`
	case strings.Contains(do, "/entries/"):
		return `{"state": "done"}`
	case strings.Contains(do, "/documents"):
		return "MZ\x90"
	case strings.HasSuffix(do, "/contacts"):
		return `{"kind": "email", "value": "nobody"}`
	case strings.Contains(do, "/contacts/"):
		return `{"label": "x"}`
	case strings.HasSuffix(do, "/subjects"):
		return `{"kind": "pet", "name": " "}`
	case strings.HasSuffix(do, "/readings"):
		return `{"kind": "Mile", "value": 1}`
	case strings.Contains(do, "/readings/"):
		return `{"doubtful": true}`
	case strings.Contains(do, "/subjects/"):
		return `{"name": "x"}`
	case strings.HasSuffix(do, "/facts"):
		return `{"key": "Bad Key", "kind": "text", "value": "x"}`
	case strings.HasSuffix(do, "/preferences"):
		return `{"quiet": {"from": "25:00", "to": "07:00"}}`
	case strings.HasSuffix(do, "/sync"), strings.HasSuffix(do, "/skip"), strings.HasSuffix(do, "/offer"):
		return nil
	case strings.Contains(do, "/calendars"):
		return `{"url": "ftp://calendar.example"}`
	case strings.HasSuffix(do, "/complete"):
		return `{"amount": {"amount": 1, "currency": "XXX"}}`
	case strings.HasSuffix(do, "/reschedule"):
		return `{"start": "2030-01-01T00:00:00.5Z", "staff": "01a20244-fddc-763e-b226-813fe221fd70"}`
	case do == "POST /invitations":
		return `{"email": "nobody", "role": "reception"}`
	case do == "POST /chain/invitations":
		return nil
	case do == "POST /chain":
		return `{"name": " "}`
	case do == "POST /chain/join":
		return `{"code": "kept_chain_none"}`
	case strings.HasSuffix(do, "/bring"):
		return `{"facts": ["none"]}`
	case do == "POST /keys":
		return `{"name": "x", "role": "staff"}`
	case do == "POST /sessions":
		return `{"service": "01a20244-fddc-763e-b226-813fe221fd70", "start": "2026-11-25T10:00:00+01:00"}`
	case do == "POST /plans":
		return `{"client": "01a20244-fddc-763e-b226-813fe221fd70", "service": "01a20244-fddc-763e-b226-813fe221fd70", "due": "2026-12-01"}`
	case do == "POST /clients":
		return `{"name": "Nobody Else", "email": "n@else.example"}`
	case strings.HasSuffix(do, "/publish"):
		return `{"until": "2026-12-31"}`
	case strings.HasSuffix(do, "/hours"):
		return `{"weekly": [{"weekday": 1, "from": "09:00", "to": "10:00", "location": "01a20244-fddc-763e-b226-813fe221fd70"}]}`
	case strings.HasPrefix(do, "PATCH /clients"):
		return `{"email": "nobody"}`
	case strings.HasPrefix(do, "PATCH /time-off"), strings.HasPrefix(do, "POST /time-off"):
		return `{"from": "2027-01-02T00:00:00Z", "to": "2027-01-01T00:00:00Z"}`
	case strings.Contains(do, "/business"), strings.Contains(do, "/rules"), strings.Contains(do, "/services"), strings.Contains(do, "/staff"), strings.Contains(do, "/resources"), strings.Contains(do, "/locations"):
		return `{"names": {"en": "", "ru": "", "zh-Hant": ""}}`
	default:
		return `{}`
	}
}

func number(text string) int {
	n := 0
	for _, c := range text {
		n = n*10 + int(c-'0')
	}
	return n
}

// template is the path of the document that a path follows.
func (s *story) template(method, path string) string {
	want := object(s.doc.operation(method, path))["operationId"]
	for template, item := range object(s.doc["paths"]) {
		if object(object(item)[strings.ToLower(method)])["operationId"] == want && want != nil {
			return template
		}
	}
	return ""
}
