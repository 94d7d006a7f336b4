package accountapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

// TestMemberSessions: who manages accounts sees a member's sessions of this
// business, and ends them.
func TestMemberSessions(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, n *apptest.Node) {
		server := httptest.NewServer(n.Handler())
		t.Cleanup(server.Close)
		h := &pagetest.House{Base: server.URL}
		member := "/members/" + ask(t, n, 200, apptest.Request{Path: "/members", Key: owner}).Text("items.0.id")
		sessions := member + "/sessions"
		if got := ask(t, n, 200, apptest.Request{Path: sessions, Key: owner}); got.Text("items.0.id") != "" {
			t.Errorf("sessions before anybody came: %s", got.Body)
		}
		first := h.SignInAnew(t, "lumen-salon")
		if a := h.Get(t, first, "/app/lumen-salon"); a.Status != 200 {
			t.Fatalf("in with %d", a.Status)
		}
		one := ask(t, n, 200, apptest.Request{Path: sessions, Key: owner})
		if one.Text("items.0.by") != "password" || one.Text("items.0.second_factor") != "" || one.Text("items.0.address") == "" || one.Text("items.0.seen_at") == "" {
			t.Errorf("the session is %s", one.Body)
		}
		if strings.Contains(string(one.Body), "kept_session_") {
			t.Error("the answer tells a token")
		}
		end := func(status int, path, key string) {
			t.Helper()
			ask(t, n, status, apptest.Request{Method: http.MethodDelete, Path: path, Key: key})
		}
		for _, key := range []string{stranger, "demo-lumen-salon-staff"} {
			status := map[bool]int{true: 404, false: 403}[key == stranger]
			ask(t, n, status, apptest.Request{Path: sessions, Key: key})
			end(status, sessions, key)
			end(status, sessions+"/"+one.Text("items.0.id"), key)
		}
		end(404, sessions+"/01a20244-fddc-763e-b226-813fe221fd70", owner)
		end(204, sessions+"/"+one.Text("items.0.id"), owner)
		if a := h.Get(t, first, "/app/lumen-salon"); a.Status != 303 || !strings.HasPrefix(a.Location, "/?") {
			t.Errorf("ended, they get %d %s", a.Status, a.Location)
		}
		for range 2 {
			h.Get(t, h.SignInAnew(t, "lumen-salon"), "/app/lumen-salon")
		}
		end(204, sessions, owner)
		end(404, sessions, owner)
		if got := ask(t, n, 200, apptest.Request{Path: "/audit?limit=20", Key: owner}); !strings.Contains(string(got.Body), "member.sessions_ended") {
			t.Errorf("the record does not tell: %s", got.Body)
		}
	})
}

// TestDemand: of whom a second factor is asked is said by who manages accounts.
func TestDemand(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, n *apptest.Node) {
		patch := func(status int, key, body string) apptest.Answer {
			t.Helper()
			return ask(t, n, status, apptest.Request{Method: http.MethodPatch, Path: "/business", Key: key, Body: body})
		}
		manager := ask(t, n, 201, apptest.Request{Method: http.MethodPost, Path: "/keys", Key: owner, Body: `{"name": "m", "role": "manager"}`}).Text("key")
		for _, bad := range []string{`["king"]`, `["integration"]`, `["owner", "owner"]`, `"owner"`} {
			patch(422, owner, `{"terms": {"second_factor": `+bad+`}}`)
		}
		patch(403, manager, `{"terms": {"second_factor": ["staff"]}}`)
		got := patch(200, owner, `{"terms": {"second_factor": ["owner", "staff"]}}`)
		if got.Text("terms.second_factor.1") != "staff" {
			t.Errorf("kept is %s", got.Body)
		}
		if got := patch(200, manager, `{"terms": {"approval": true}}`); got.Text("terms.second_factor.0") != "owner" { // it stays
			t.Errorf("a manager's change leaves %s", got.Body)
		}
		patch(403, manager, `{"terms": {"second_factor": []}}`)
		server := httptest.NewServer(n.Handler())
		t.Cleanup(server.Close)
		h := &pagetest.House{Base: server.URL}
		if a := h.Get(t, h.SignInAnew(t, "lumen-salon"), "/app/lumen-salon"); a.Status != 303 || !strings.HasPrefix(a.Location, "/account/strong") {
			t.Errorf("without a second factor they get %d %s", a.Status, a.Location)
		}
		patch(200, owner, `{"terms": {"second_factor": []}}`)
		if a := h.Get(t, h.SignInAnew(t, "lumen-salon"), "/app/lumen-salon"); a.Status != 200 {
			t.Errorf("not demanded, they get %d", a.Status)
		}
	})
}
