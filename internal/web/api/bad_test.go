package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kept/internal/app/apptest"
)

// tables are those that a refused request must leave alone.
var tables = []string{"booking", "occupancy", "hold", "client", "event", "message", "text", "time_off", "rule", "idempotency"}

func (s *story) rows() string {
	s.t.Helper()
	var out strings.Builder
	for _, table := range tables {
		n := 0
		if err := s.node.SQL.QueryRowContext(s.t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			s.t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s %d, ", table, n)
	}
	return out.String()
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.offer(0, "2026-11-25", "2026-12-02", 2)
	clinic := s.node.Do(t, apptest.Request{Path: "/staff?limit=1", Key: stranger}).Text("items.0.id")
	s.words["foreign"] = clinic
	foreignService := s.node.Do(t, apptest.Request{Path: "/services?limit=1", Key: stranger}).Text("items.0.id")
	s.words["foreign_service"] = foreignService
	// What the loops have to do at the start is done, or they would write meanwhile.
	s.ask(apptest.Request{Method: http.MethodPost, Path: "/demo/clock", Body: `{"advance": "1s"}`}).Want(t, http.StatusOK)
	before := s.rows()
	const book = "/b/lumen-salon/bookings"
	body := func(change string) string {
		return s.fill(`{"service": "{service}", "start": "{start_a}", ` + person + change + `}`)
	}
	at := func(start string) string {
		return s.fill(`{"service": "{service}", "start": "` + start + `", ` + person + `}`)
	}
	for name, c := range map[string]struct {
		do, body string
		key      string
		kind     string
		status   int
		holds    string
	}{
		"unknown field":          {do: book, body: body(`, "colour": "red"`), status: 422, holds: "colour"},
		"unknown deep field":     {do: book, body: s.fill(`{"service": "{service}", "start": "{start_a}", "client": {"name": "A", "email": "a@b.example", "admin": true}}`), status: 422, holds: "client.admin"},
		"wrong type":             {do: book, body: body(`, "party": "two"`), status: 422, holds: "party"},
		"huge number":            {do: book, body: body(`, "party": 1e400`), status: 422},
		"large number":           {do: book, body: body(`, "party": 99999999999999999999`), status: 422},
		"fraction":               {do: book, body: body(`, "party": 1.5`), status: 422},
		"broken UTF-8":           {do: book, body: body(", \"note\": \"\xff\""), status: 422},
		"raw NUL":                {do: book, body: body(", \"note\": \"\x00\""), status: 422},
		"escaped NUL":            {do: book, body: body(`, "note": "\u0000"`), status: 422},
		"lone surrogate":         {do: "/b/lumen-salon/holds", body: `{"service": "\ud800"}`, status: 422},
		"too long":               {do: book, body: body(`, "note": "` + strings.Repeat("x", 1<<20) + `"`), status: 413, holds: "too_large"},
		"long note":              {do: book, body: body(`, "note": "` + strings.Repeat("x", 2001) + `"`), status: 422, holds: "note"},
		"deep":                   {do: book, body: strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), status: 422},
		"deep answers":           {do: book, body: body(`, "answers": ` + strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000)), status: 422},
		"half":                   {do: book, body: `{"service": `, status: 422},
		"two bodies":             {do: book, body: body("") + body(""), status: 422},
		"30 February":            {do: book, body: at("2026-02-30T10:00:00+01:00"), status: 422, holds: `"start"`},
		"no offset":              {do: book, body: at("2026-11-25T10:00:00"), status: 422, holds: `"start"`},
		"year 9999":              {do: book, body: at("9999-11-25T10:00:00Z"), status: 422},
		"past":                   {do: book, body: at("2026-11-20T10:00:00+01:00"), status: 409, holds: `"rule":"past"`},
		"off the grid":           {do: book, body: at(between(t, s.node.Slots(t, 0, "2026-12-01", "2026-12-18"))), status: 409, holds: `"slot_closed"`},
		"at night":               {do: book, body: at("2026-11-25T03:00:00+01:00"), status: 409, holds: `"rule":"hours"`},
		"far":                    {do: book, body: at("2028-11-22T10:00:00+01:00"), status: 409, holds: `"rule":"horizon"`},
		"soon":                   {do: book, body: at("2026-11-22T09:15:00+01:00"), status: 409, holds: `"slot_closed"`},
		"no contact":             {do: book, body: s.fill(`{"service": "{service}", "start": "{start_a}", "client": {"name": "A"}}`), status: 422, holds: "client"},
		"no address":             {do: book, body: s.fill(`{"service": "{service}", "start": "{start_a}", "client": {"name": "A", "email": "nobody"}}`), status: 422, holds: "client.email"},
		"header in address":      {do: book, body: s.fill(`{"service": "{service}", "start": "{start_a}", "client": {"name": "A", "email": "a@b.example\nBcc: c@d.example"}}`), status: 422},
		"no zone":                {do: book, body: s.fill(`{"service": "{service}", "start": "{start_a}", "client": {"name": "A", "email": "a@b.example", "zone": "Mars/X"}}`), status: 422},
		"a foreign service":      {do: book, body: s.fill(`{"service": "{foreign_service}", "start": "{start_a}", ` + person + `}`), status: 422},
		"foreign staff":          {do: book, body: s.fill(`{"service": "{service}", "start": "{start_a}", "staff": "{foreign}", ` + person + `}`), status: 422},
		"no hold":                {do: book, body: body(`, "hold": "x"`), status: 422, holds: "hold"},
		"form":                   {do: book, body: "service=x", kind: "application/x-www-form-urlencoded", status: 415},
		"missing body":           {do: book, status: 422},
		"empty body":             {do: book, body: " ", status: 422},
		"null":                   {do: book, body: "null", status: 422},
		"no such business":       {do: "/b/%F0%9F%92%A9'--/bookings", body: body(""), status: 404},
		"slug with a slash":      {do: "/b/lumen%2Fsalon/bookings", body: body(""), status: 404},
		"override by a client":   {do: book, body: body(`, "override": true`), status: 422},
		"client_id by a client":  {do: book, body: body(`, "client_id": "x"`), status: 422},
		"broken key":             {do: "/bookings", body: body(""), key: "nonsense", status: 401},
		"foreign client":         {do: "/bookings", key: owner, body: s.fill(`{"service": "{service}", "start": "{start_a}", "client_id": "{foreign}"}`), status: 422},
		"negative price":         {do: "/services", key: owner, body: `{"name": "X", "duration_min": 30, "price": {"amount": -1, "currency": "EUR"}}`, status: 422},
		"no duration":            {do: "/services", key: owner, body: `{"name": "X"}`, status: 422},
		"foreign place":          {do: "/resources", key: owner, body: s.fill(`{"name": "X", "kind": "room", "location": "{foreign}"}`), status: 422},
		"staff for a foreign id": {do: "/staff", key: owner, body: s.fill(`{"name": "X", "services": ["{foreign_service}"]}`), status: 422},
		"time off for a foreign": {do: "/time-off", key: owner, body: s.fill(`{"staff": "{foreign}", "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z"}`), status: 422},
		"client without contact": {do: "/clients", key: owner, body: `{"name": ""}`, status: 422},
		"clock backwards":        {do: "/demo/clock", body: `{"now": "2026-11-20T00:00:00Z"}`, status: 422},
		"clock by words":         {do: "/demo/clock", body: `{"advance": "soon"}`, status: 422},
	} {
		t.Run(name, func(t *testing.T) {
			r := apptest.Request{Method: http.MethodPost, Path: c.do, Key: c.key}
			if c.body != "" {
				r.Body = c.body
			}
			if c.kind != "" {
				r.Header = map[string]string{"Content-Type": c.kind}
			}
			a := s.ask(r)
			if a.Status != c.status || !strings.Contains(string(a.Body), c.holds) {
				t.Errorf("%d %s, want %d with %s", a.Status, a.Body, c.status, c.holds)
			}
			if a.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("comes as %s", a.Header.Get("Content-Type"))
			}
		})
	}
	if after := s.rows(); after != before {
		t.Errorf("something was written\nbefore %s\nafter  %s", before, after)
	}
}

func TestBadAddresses(t *testing.T) {
	t.Parallel()
	s := newStory(t, apptest.SQLite(t))
	s.offer(0, "2026-11-25", "2026-12-02", 1)
	for path, want := range map[string]int{
		"/b/lumen-salon/":                                    404,
		"/b/nobody":                                          404,
		"/b/a%00b":                                           422,
		"/b/a%FFb":                                           422,
		"/nothing":                                           404,
		"/bookings?limit=0":                                  422,
		"/bookings?limit=-1":                                 422,
		"/bookings?limit=99999999999999999999":               422,
		"/bookings?cursor=!":                                 422,
		"/bookings?cursor=eyJhIjoidyJ9":                      422,
		"/bookings?from=2026-02-30":                          422,
		"/bookings?from=2026-12-02&to=2026-12-01":            422,
		"/bookings?status=lost":                              422,
		"/bookings?colour=red":                               422,
		"/bookings?staff=%27%20OR%201=1":                     200,
		"/calendar?from=2026-01-01&to=2026-12-31":            422,
		"/events?after=-1":                                   422,
		"/events?cursor=x":                                   422,
		"/messages?status=lost":                              422,
		"/clients/..%2F..%2Fetc":                             404,
		"/clients?cursor=" + strings.Repeat("A", 600):        422,
		"/explain?service={service}&at=noon":                 422,
		"/b/lumen-salon/slots":                               422,
		"/b/lumen-salon/slots?service=x":                     422,
		"/b/lumen-salon/slots?service={service}&zone=Mars/X": 422,
		"/b/lumen-salon/slots?service={service}&zone=../etc/passwd":            422,
		"/b/lumen-salon/slots?service={service}&from=2026-02-30":               422,
		"/b/lumen-salon/slots?service={service}&from=2026-12-02&to=2026-12-01": 422,
		"/b/lumen-salon/slots?service={service}&party=-1":                      422,
	} {
		if a := s.ask(apptest.Request{Path: s.fill(path), Key: owner}); a.Status != want {
			t.Errorf("%s: %d %s, want %d", path, a.Status, a.Body, want)
		}
	}
	for do, allow := range map[string]string{
		"PUT /b/lumen-salon": "GET, HEAD, OPTIONS", "DELETE /services": "GET, HEAD, POST, OPTIONS", "GET /holds/x": "DELETE, OPTIONS",
	} {
		method, path, _ := strings.Cut(do, " ")
		a := s.node.Do(t, apptest.Request{Method: method, Path: path}).Want(t, http.StatusMethodNotAllowed)
		if got := a.Header.Get("Allow"); got != allow || a.Text("code") != "method_not_allowed" {
			t.Errorf("%s: Allow %q %s", do, got, a.Body)
		}
	}
	head := s.node.Do(t, apptest.Request{Method: http.MethodHead, Path: "/b/lumen-salon"}).Want(t, http.StatusOK)
	if head.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("HEAD: %v", head.Header)
	}
	docs := s.node.Do(t, apptest.Request{Path: "/api/docs"}).Want(t, http.StatusOK)
	if page := string(docs.Body); strings.Contains(page, "<script") || !strings.Contains(page, `id="create-public-booking"`) || strings.Contains(page, "style=") {
		t.Error("the docs are not what a strict policy shows")
	}
	s.node.Do(t, apptest.Request{Path: "/api/docs.css"}).Want(t, http.StatusOK)
	s.node.Do(t, apptest.Request{Path: "/api/elsewhere"}).Want(t, http.StatusNotFound)
}

// between gives an instant off the grid at which nobody's time is taken: between
// two starts that somebody could both have led.
func between(t *testing.T, slots []apptest.Slot) string {
	t.Helper()
	for i, s := range slots[1:] {
		last, err := time.Parse(time.RFC3339, slots[i].Start)
		if err != nil {
			t.Fatal(err)
		}
		if next, err := time.Parse(time.RFC3339, s.Start); err == nil && s.Staff == slots[i].Staff && next.Sub(last) == 15*time.Minute {
			return last.Add(7*time.Minute + 31*time.Second).Format(time.RFC3339)
		}
	}
	t.Fatal("no two starts stand side by side")
	return ""
}
