package privacyapi_test

import (
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const (
	owner    = "demo-lumen-salon-owner"
	stranger = "demo-anhe-clinic-owner"
)

// house asks one node. 200 stands for 204, too: there is nothing to tell.
type house struct {
	t *testing.T
	n *apptest.Node
}

func (h house) ask(key, do string, body any, status int) apptest.Answer {
	h.t.Helper()
	method, path, _ := strings.Cut(do, " ")
	a := h.n.Do(h.t, apptest.Request{Method: method, Path: path, Key: key, Body: body})
	if status == http.StatusOK && a.Status == http.StatusNoContent {
		return a
	}
	if a.Status != status {
		h.t.Fatalf("%s: %d, want %d: %.300s", do, a.Status, status, a.Body)
	}
	return a
}

// onBoth runs a test on both engines.
func onBoth(t *testing.T, test func(h house)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); test(house{t, apptest.SQLite(t)}) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); test(house{t, apptest.Postgres(t)}) })
}

// TestPrivacy sets how long data are kept, enters what somebody asks for and a
// leak, and erases a card: each is told again as it was entered, and to nobody
// of another business.
func TestPrivacy(t *testing.T) {
	t.Parallel()
	onBoth(t, func(h house) {
		card := h.ask(owner, "POST /clients", map[string]any{"name": "Ida Keeps", "email": "ida@example.com"}, 201).Text("id")
		h.policy()
		h.request(card)
		h.leak(card)
		h.erase(card)
	})
}

func (h house) policy() {
	h.t.Helper()
	rules := []any{map[string]any{"what": "texts", "months": 24}}
	if a := h.ask(owner, "POST /privacy/preview", map[string]any{"rules": rules}, 200); !strings.Contains(string(a.Body), `"count"`) {
		h.t.Errorf("the preview is %s", a.Body)
	}
	h.ask(owner, "PUT /privacy/policy", map[string]any{"regime": "gdpr", "contact": "privacy@lumen.example", "rules": rules}, 200)
	a := h.ask(owner, "GET /privacy/policy", nil, 200)
	if a.Text("contact") != "privacy@lumen.example" || a.Value("rules.0.months") != 24.0 {
		h.t.Errorf("the policy is %s", a.Body)
	}
	if a := h.ask(stranger, "GET /privacy/policy", nil, 200); a.Text("contact") == "privacy@lumen.example" {
		h.t.Errorf("another business has it: %s", a.Body)
	}
	h.ask(owner, "GET /privacy/register", nil, 200)
	h.ask(owner, "GET /privacy/processors", nil, 200)
}

func (h house) request(card string) {
	h.t.Helper()
	id := h.ask(owner, "POST /privacy/requests", map[string]any{"client_id": card, "kind": "export"}, 201).Text("id")
	h.ask(stranger, "POST /privacy/requests/"+id+"/extend", nil, 404)
	if a := h.ask(owner, "POST /privacy/requests/"+id+"/extend", nil, 200); a.Value("extended") != true {
		h.t.Errorf("more time: %s", a.Body)
	}
	h.ask(owner, "POST /privacy/requests/"+id+"/extend", nil, 409)
	h.ask(owner, "POST /privacy/requests/"+id+"/close", map[string]any{"outcome": "done"}, 200)
	a := h.ask(owner, "GET /privacy/requests?limit=1", nil, 200)
	if a.Text("items.0.id") != id || a.Text("items.0.closed_at") == "" {
		h.t.Errorf("the requests are %s", a.Body)
	}
}

func (h house) leak(card string) {
	h.t.Helper()
	a := h.ask(owner, "POST /privacy/breaches", map[string]any{"title": "Lost laptop", "categories": []string{"contacts"}}, 201)
	at := "/privacy/breaches/" + a.Text("id")
	if len(a.List("countdowns")) == 0 {
		h.t.Errorf("nothing counts down: %s", a.Body)
	}
	h.ask(owner, "POST "+at+"/persons", map[string]any{"clients": []string{card}}, 200)
	h.ask(owner, "POST "+at+"/steps", map[string]any{"step": "notified"}, 200)
	h.ask(owner, "PATCH "+at, map[string]any{"report": "It was encrypted."}, 200)
	if a := h.ask(owner, "GET "+at, nil, 200); a.Text("report") != "It was encrypted." || a.Text("countdowns.0.done_at") == "" {
		h.t.Errorf("the leak is %s", a.Body)
	}
	if a := h.ask(owner, "GET "+at+"/persons", nil, 200); a.Text("clients.0") != card {
		h.t.Errorf("it concerns %s", a.Body)
	}
	h.ask(stranger, "GET "+at, nil, 404)
}

func (h house) erase(card string) {
	h.t.Helper()
	if a := h.ask(owner, "GET /clients/"+card+"/export", nil, 200); !strings.HasPrefix(string(a.Body), "PK") {
		h.t.Errorf("the export is %.20q", a.Body)
	}
	h.ask(owner, "DELETE /clients/"+card, nil, http.StatusOK)
	h.ask(owner, "GET /clients/"+card, nil, 404)
	a := h.ask(owner, "GET /privacy/erasures?limit=1", nil, 200)
	if a.Text("items.0.client_id") != card {
		h.t.Errorf("the record of destruction is %s", a.Body)
	}
	h.ask(owner, "GET /privacy/erasures/"+a.Text("items.0.id"), nil, 200)
	h.ask(stranger, "GET /privacy/erasures/"+a.Text("items.0.id"), nil, 404)
}
