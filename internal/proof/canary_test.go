package proof_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/internal/app"
	"kept/internal/app/apptest"
	"kept/internal/config"
	"kept/internal/web/pagetest"
)

// What is typed into the program and must be found nowhere but where it was asked for.
const (
	canaryName   = "Canaryname Vogel"
	canaryMail   = "canary.mail@vogel.example"
	canaryPhone  = "+4915199887766"
	canaryNote   = "canarynote takes lithium"
	canaryHealth = "canaryhealth penicillin"
	canaryTalk   = "canarytalk about the divorce"
	canaryReason = "canaryreason moved away"
	canaryWord   = "canaryword-of-passage"
)

// TestSecretsStayInside lives through a visit with secrets everywhere, and then
// looks for them in the log, the metrics, the events, the mails of others, in
// what another business sees, and in every column of every table.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		log := &bytes.Buffer{}
		loud := loudNode(t, n, log)
		owner := "demo-" + salon + "-owner"
		do := func(method, path string, body any) apptest.Answer {
			a := loud.Do(t, apptest.Request{Method: method, Path: path, Key: owner, Body: body})
			if a.Status >= 300 {
				t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
			}
			return a
		}
		slot := loud.Slots(t, 0, "2026-11-25", "2026-12-05")[3]
		booked := do("POST", "/b/"+salon+"/bookings", map[string]any{
			"service": slot.Service, "start": slot.Start, "staff": slot.Staff, "note": canaryNote,
			"client": map[string]any{"name": canaryName, "email": canaryMail, "phone": canaryPhone},
		})
		client, token := booked.Text("client.id"), booked.Text("manage_token")
		do("POST", "/clients/"+client+"/facts", map[string]any{"key": "medication", "kind": "text", "value": canaryHealth})
		do("POST", "/clients/"+client+"/entries", map[string]any{"kind": "note", "text": canaryTalk})
		do("PATCH", "/clients/"+client, map[string]any{"note": canaryNote})
		do("GET", "/clients/"+client+"/card", nil)
		key := do("POST", "/keys", map[string]any{"name": "canary", "role": "manager"}).Text("key")
		do("POST", "/bookings/"+booked.Text("id")+"/cancel?token="+token, map[string]any{"reason": canaryReason})
		browse(t, loud, nil, "POST", "/sign-in", map[string][]string{"email": {canaryMail}, "password": {canaryWord}})
		for _, path := range []string{"/clients/" + none, "/clients?q=" + canaryMail, "/bookings/" + none + "?token=" + token} {
			loud.Do(t, apptest.Request{Path: path, Key: key})
		}
		jar := enter(t, loud, "owner@"+salon+".example")
		browse(t, loud, jar, "GET", "/app/"+salon+"/clients/"+client, nil)
		session := jar.Cookies(home(t))[0].Value

		inside := signedIn(t, loud, canaryMail)
		loud.Do(t, apptest.Request{Path: "/me", Key: inside}).Want(t, http.StatusOK)
		loud.Do(t, apptest.Request{Path: "/me?token=" + inside}).Want(t, http.StatusUnauthorized)
		loud.Do(t, apptest.Request{
			Method: "POST", Path: "/b/" + salon + "/me/contacts", Key: inside, Body: map[string]any{"value": "no"},
			Header: map[string]string{"Idempotency-Key": "canary"},
		}).Want(t, http.StatusUnprocessableEntity)

		secrets := []string{
			canaryName, canaryMail, canaryPhone, canaryPhone[1:], canaryNote, canaryHealth, canaryTalk, canaryReason, canaryWord,
			token, key, session, inside, pagetest.Password,
		}
		for where, text := range outlets(t, loud, owner) {
			for _, s := range secrets {
				if strings.Contains(strings.ToLower(text), strings.ToLower(s)) {
					t.Errorf("%s tells %q", where, s)
				}
			}
		}
		loud.Stop(t)
		looked := log.String() + rows(t, loud.SQL) + files(t, loud)
		if !strings.Contains(looked, "lumen-salon") {
			t.Fatal("what is not secret is not seen either: the test looks in the wrong place")
		}
		for _, s := range secrets {
			if s != pagetest.Password && strings.Contains(strings.ToLower(looked), strings.ToLower(s)) {
				t.Errorf("%q is in the log or in the database", s)
			}
		}
	})
}

// signedIn gives the token of a client whose program has signed in.
func signedIn(t testing.TB, n *apptest.Node, contact string) string {
	t.Helper()
	asked := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/me/codes", Body: map[string]string{"contact": contact}}).Want(t, http.StatusAccepted)
	inbox := pagetest.House{Base: n.Listen(t)}
	return n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/me/sessions", Body: map[string]string{
		"ticket": asked.Text("ticket"), "code": inbox.Letter(t, contact, pagetest.Code, 1)[1],
	}}).Want(t, http.StatusCreated).Text("token")
}

// loudNode starts a node over the same data that logs everything.
func loudNode(t testing.TB, n *apptest.Node, log *bytes.Buffer) *apptest.Node {
	t.Helper()
	n.Stop(t)
	c := config.Serve{
		Store: config.Store{DB: n.DSN, Data: n.Dir}, Demo: true, Addr: "127.0.0.1:8080", Synchronous: "FULL",
	}
	if !strings.Contains(n.DSN, "://") {
		c.DB = ""
	}
	node, err := app.NewNode(context.Background(), c, "test", slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	loud := &apptest.Node{Node: node, SQL: n.SQL, Dir: n.Dir, DSN: n.DSN}
	t.Cleanup(func() { loud.Stop(t) })
	return loud
}

// outlets are what others see: another business, programs that follow the events, whoever watches the program.
func outlets(t testing.TB, n *apptest.Node, owner string) map[string]string {
	t.Helper()
	out := map[string]string{"metrics": string(browse(t, n, nil, "GET", "/metrics", nil).Body)}
	for path, key := range map[string]string{
		"/events?after=0&limit=1000": owner, "/audit?limit=200&action=booking.cancelled": "demo-" + clinic + "-owner",
		"/clients?limit=200": "demo-" + clinic + "-owner", "/messages?limit=200": "demo-" + clinic + "-owner",
		"/b/" + salon: "", "/b/" + salon + "/services": "",
		"/audit/verify": owner, "/openapi.json": "",
	} {
		out[path+" by "+key] = string(n.Do(t, apptest.Request{Path: path, Key: key}).Body)
	}
	return out
}

// rows is every value of every table, as a dump would hold it.
func rows(t testing.TB, d *sql.DB) string {
	t.Helper()
	var out strings.Builder
	for _, table := range tables(t, d) {
		rs, err := d.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rs.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rs.Next() {
			if err := rs.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				switch v := v.(type) {
				case string:
					out.WriteString(v + "\n")
				case []byte:
					out.Write(append(v, '\n'))
				default: // a number tells no name
				}
			}
		}
		if err := errors.Join(rs.Err(), rs.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// tables lists the tables of a database of either engine.
func tables(t testing.TB, d *sql.DB) []string {
	t.Helper()
	out, err := column(t.Context(), d, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
	if err != nil {
		out, err = column(t.Context(), d, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// column reads a column of texts.
func column(ctx context.Context, d *sql.DB, query string) (out []string, err error) {
	rs, err := d.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rs.Close()
	for rs.Next() {
		var text string
		if err := rs.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rs.Err()
}

// files are the bytes of everything in the data folder, as a thief takes them, but for the master key.
func files(t testing.TB, n *apptest.Node) string {
	t.Helper()
	var out strings.Builder
	names, err := filepath.Glob(filepath.Join(n.Dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if raw, err := os.ReadFile(name); err == nil {
			out.Write(raw)
		}
	}
	return out.String()
}

// TestTransportIsStrict: what every answer carries, and what no method does.
func TestTransportIsStrict(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t, func(c *config.Serve) { c.BaseURL = "https://kept.example" })
	for _, path := range []string{"/", "/b/" + salon, "/app/" + salon, "/api/v1/clients", "/api/openapi.json", "/none", "/metrics"} {
		h := browse(t, n, nil, http.MethodGet, path, nil).Header
		for name, want := range map[string]string{
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Content-Security-Policy": "default-src 'none'", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if !strings.HasPrefix(h.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if path != "/metrics" && path != "/api/openapi.json" && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", path, h.Get("Cache-Control"))
		}
	}
	for _, method := range []string{http.MethodTrace, http.MethodConnect, "PROPFIND"} {
		if a := browse(t, n, nil, method, "/b/"+salon, nil); a.Status < 400 {
			t.Errorf("%s: %d", method, a.Status)
		}
	}
}

// home is the address of the site.
func home(t testing.TB) *url.URL {
	t.Helper()
	u, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
