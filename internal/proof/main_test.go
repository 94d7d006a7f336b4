package proof_test

import (
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const (
	salon, clinic = "lumen-salon", "anhe-clinic"
	none          = "01a20244-fddc-763e-b226-813fe221fd70" // names nothing
)

// onBoth runs a test on both engines.
func onBoth(t *testing.T, test func(t *testing.T, n *apptest.Node)) {
	t.Helper()
	for name, start := range map[string]func(testing.TB) *apptest.Node{
		"sqlite":   func(t testing.TB) *apptest.Node { return apptest.SQLite(t) },
		"postgres": func(t testing.TB) *apptest.Node { return apptest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t))
		})
	}
}

// first gives the identifier of the first thing of a list; none where it is empty.
func first(t testing.TB, n *apptest.Node, key, path string) string {
	t.Helper()
	if id := n.Do(t, apptest.Request{Path: path, Key: key}).Text("items.0.id"); id != "" {
		return id
	}
	return none
}

// create posts something and gives its identifier.
func create(t testing.TB, n *apptest.Node, key, path string, body any) string {
	t.Helper()
	a := n.Do(t, apptest.Request{Method: http.MethodPost, Path: path, Key: key, Body: body})
	if a.Status >= 300 {
		t.Fatalf("POST %s: %d %s", path, a.Status, a.Body)
	}
	return a.Text("id")
}

// things are identifiers of one business, by the name of the list that they stand in.
type things map[string]string

// gather finds one thing of each kind.
func gather(t testing.TB, n *apptest.Node, key string) things {
	t.Helper()
	out := things{}
	for name, path := range map[string]string{
		"bookings": "/bookings?limit=1", "services": "/services", "staff": "/staff", "resources": "/resources", "locations": "/locations",
		"messages": "/messages?limit=1", "time-off": "/time-off", "rules": "/rules", "plans": "/plans", "members": "/members", "keys": "/keys",
		"forms": "/forms", "notices": "/notices", "sessions": "/sessions", "calendars": "/calendars",
	} {
		out[name] = first(t, n, key, path)
	}
	c := n.Do(t, apptest.Request{Path: "/bookings/" + out["bookings"], Key: key}).Text("client.id")
	out["clients"] = c
	out["subjects"] = create(t, n, key, "/clients/"+c+"/subjects", map[string]any{"kind": "pet", "name": "Rex"})
	out["contacts"] = create(t, n, key, "/clients/"+c+"/contacts", map[string]any{"kind": "email", "value": "more@matrix.example"})
	out["entries"] = create(t, n, key, "/clients/"+c+"/entries", map[string]any{"kind": "note", "text": "Matrix"})
	return out
}

// path fills a template with the things of a business: what stands in braces
// is named by the word before it. missing fills with what there is not.
func (s things) path(template, slug string, missing bool) string {
	parts := strings.Split(strings.TrimSuffix(template, "{$}"), "/")
	for i, p := range parts {
		if !strings.HasPrefix(p, "{") {
			continue
		}
		switch own := s[parts[max(0, i-1)]]; {
		case p == "{slug}":
			parts[i] = slug
		case p == "{class}":
			parts[i] = "health"
		case p == "{token}", p == "{link}":
			parts[i] = "x"
		case missing || own == "":
			parts[i] = none
		default:
			parts[i] = own
		}
	}
	return strings.Join(parts, "/")
}
