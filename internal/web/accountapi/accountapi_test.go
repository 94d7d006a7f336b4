package accountapi_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const (
	owner    = "demo-lumen-salon-owner"
	stranger = "demo-anhe-clinic-owner"
)

// on runs a test on both engines.
func on(t *testing.T, test func(t *testing.T, n *apptest.Node)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); test(t, apptest.SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); test(t, apptest.Postgres(t)) })
}

// ask asks and checks the status.
func ask(t *testing.T, n *apptest.Node, status int, r apptest.Request) apptest.Answer {
	t.Helper()
	a := n.Do(t, r)
	if a.Status != status {
		t.Fatalf("%s %s: %d, want %d: %s", r.Method, r.Path, a.Status, status, a.Body)
	}
	return a
}

func TestKeysAndMembers(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, n *apptest.Node) {
		staff := ask(t, n, 200, apptest.Request{Path: "/staff?limit=1", Key: owner}).Text("items.0.id")
		post := func(status int, path, body, key string) apptest.Answer {
			t.Helper()
			return ask(t, n, status, apptest.Request{Method: http.MethodPost, Path: path, Key: key, Body: body})
		}
		made := post(201, "/keys", `{"name": "till", "role": "staff", "staff": "`+staff+`", "reach": "own", "scopes": ["bookings.read", "clients.read"]}`, owner)
		key := made.Text("key")
		if !strings.HasPrefix(key, "kept_key_") || made.Text("reach") != "own" || made.Text("last_used_at") != "" {
			t.Errorf("made %s", made.Body)
		}
		ask(t, n, 200, apptest.Request{Path: "/bookings", Key: key})
		ask(t, n, 403, apptest.Request{Path: "/messages", Key: key})
		list := ask(t, n, 200, apptest.Request{Path: "/keys", Key: owner})
		if strings.Contains(string(list.Body), key) {
			t.Error("a list tells the key's text")
		}
		manager := post(201, "/keys", `{"name": "admin", "role": "owner", "scopes": ["accounts.manage"]}`, owner).Text("key")
		post(403, "/keys", `{"name": "more", "role": "owner"}`, manager) // nobody gives away what they have not
		post(403, "/invitations", `{"email": "x@example.com", "role": "owner"}`, manager)
		post(201, "/keys", `{"name": "same", "role": "owner", "scopes": ["accounts.manage"]}`, manager)
		for _, bad := range []string{
			`{"name": "x", "role": "staff"}`, `{"name": "x", "role": "manager", "reach": "own"}`, `{"name": "x", "role": "owner", "scopes": ["fly"]}`,
			`{"name": "x", "role": "manager", "reach": "location", "location": "01a20244-fddc-763e-b226-813fe221fd70"}`,
			`{"name": "x", "role": "manager", "expires_at": "tomorrow"}`,
		} {
			post(422, "/keys", bad, owner)
		}
		ask(t, n, 404, apptest.Request{Method: http.MethodDelete, Path: "/keys/" + made.Text("id"), Key: stranger})
		ask(t, n, 204, apptest.Request{Method: http.MethodDelete, Path: "/keys/" + made.Text("id"), Key: owner})
		ask(t, n, 401, apptest.Request{Path: "/bookings", Key: key})

		i := post(201, "/invitations", `{"email": "new@example.com", "role": "reception"}`, owner)
		if strings.Contains(string(i.Body), "kept_join_") {
			t.Error("the answer tells the link")
		}
		if got := ask(t, n, 200, apptest.Request{Path: "/invitations", Key: owner}).Text("items.0.email"); got != "new@example.com" {
			t.Errorf("the invitation is to %q", got)
		}
		ask(t, n, 404, apptest.Request{Method: http.MethodDelete, Path: "/invitations/" + i.Text("id"), Key: stranger})
		ask(t, n, 204, apptest.Request{Method: http.MethodDelete, Path: "/invitations/" + i.Text("id"), Key: owner})
		member := ask(t, n, 200, apptest.Request{Path: "/members", Key: owner})
		path := "/members/" + member.Text("items.0.id")
		ask(t, n, 200, apptest.Request{Path: path, Key: owner})
		ask(t, n, 404, apptest.Request{Path: path, Key: stranger})
		ask(t, n, 409, apptest.Request{Method: http.MethodPatch, Path: path, Key: owner, Body: `{"role": "manager"}`}) // the last owner
		ask(t, n, 409, apptest.Request{Method: http.MethodDelete, Path: path, Key: owner})
		ask(t, n, 200, apptest.Request{Method: http.MethodPatch, Path: path, Key: owner, Body: `{"staff": "` + staff + `"}`})
	})
}

// TestReach: to a key of own reach, what is not its staff's is not there, with
// the answer for what never was.
func TestReach(t *testing.T) {
	t.Parallel()
	on(t, func(t *testing.T, n *apptest.Node) {
		all := ask(t, n, 200, apptest.Request{Path: "/bookings?limit=200", Key: owner})
		staff := all.Text("items.0.staff.id")
		var mine, theirs string
		for i := range 150 {
			at := "items." + strconv.Itoa(i)
			who := all.Text(at + ".staff.id")
			if who == staff && mine == "" {
				mine = at
			}
			if who != "" && who != staff && theirs == "" {
				theirs = at
			}
		}
		key := ask(t, n, 201, apptest.Request{
			Method: http.MethodPost, Path: "/keys", Key: owner, Body: `{"name": "own", "role": "staff", "staff": "` + staff + `", "reach": "own"}`,
		}).Text("key")
		ask(t, n, 200, apptest.Request{Path: "/bookings/" + all.Text(mine+".id"), Key: key})
		ask(t, n, 200, apptest.Request{Path: "/clients/" + all.Text(mine+".client.id") + "/card", Key: key})
		never := "01a20244-fddc-763e-b226-813fe221fd70"
		same := func(path, real string) {
			t.Helper()
			out := n.Do(t, apptest.Request{Path: path + real, Key: key})
			none := n.Do(t, apptest.Request{Path: path + never, Key: key})
			if out.Status != 404 || string(out.Body) != string(none.Body) {
				t.Errorf("%s: %d %s, and %s where there is none", path+real, out.Status, out.Body, none.Body)
			}
		}
		same("/bookings/", all.Text(theirs+".id"))
		foreign := foreigner(t, n, key)
		if foreign != "" {
			same("/clients/", foreign)
			for _, part := range []string{"/card", "/facts", "/contacts", "/subjects", "/timeline"} {
				if got := n.Do(t, apptest.Request{Path: "/clients/" + foreign + part, Key: key}); got.Status != 404 {
					t.Errorf("%s of somebody else's client: %d", part, got.Status)
				}
			}
		}
		for _, path := range []string{"/entries", "/clients/duplicates", "/audit"} {
			ask(t, n, 403, apptest.Request{Path: path, Key: key})
		}
		for _, path := range []string{"/clients?limit=200", "/bookings?limit=200", "/messages?limit=200", "/plans?limit=200"} {
			if body := string(ask(t, n, 200, apptest.Request{Path: path, Key: key}).Body); foreign != "" && strings.Contains(body, foreign) {
				t.Errorf("%s tells of %s", path, foreign)
			}
		}
	})
}

// foreigner finds a client who never was with somebody.
func foreigner(t *testing.T, n *apptest.Node, key string) string {
	t.Helper()
	own := string(ask(t, n, 200, apptest.Request{Path: "/clients?limit=200", Key: key}).Body)
	list := ask(t, n, 200, apptest.Request{Path: "/clients?limit=200", Key: owner})
	for i := range 150 {
		if c := list.Text("items." + strconv.Itoa(i) + ".id"); c != "" && !strings.Contains(own, c) {
			return c
		}
	}
	return ""
}
