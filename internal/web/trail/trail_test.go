package trail_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kept/internal/app"
	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

func TestMain(m *testing.M) { apptest.Run(m) }

const (
	owner    = "demo-lumen-salon-owner"
	staff    = "demo-lumen-salon-staff"
	stranger = "demo-anhe-clinic-owner"
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

// prove asks for the proof until everything is sealed.
func prove(t *testing.T, n *apptest.Node) apptest.Answer {
	t.Helper()
	var a apptest.Answer
	apptest.Eventually(t, "everything is sealed", func() bool {
		a = n.Do(t, apptest.Request{Path: "/audit/verify", Key: owner}).Want(t, http.StatusOK)
		return a.Value("open") == 0.0
	})
	return a
}

func TestRecordOverTheAPI(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		const formula = `=HYPERLINK("https://evil.example","Mia")`
		made := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": formula}}).Want(t, 201)
		c := made.Text("id")
		n.Do(t, apptest.Request{Path: "/clients/" + c, Key: staff}).Want(t, http.StatusOK)
		if a := prove(t, n); a.Value("ok") != true || a.Value("blocks") == 0.0 || len(a.Text("head.hash")) != 64 {
			t.Fatalf("the proof is %s", a.Body)
		}
		list := n.Do(t, apptest.Request{Path: "/audit?client=" + c, Key: owner}).Want(t, http.StatusOK)
		first, second := list.Value("items.0").(map[string]any), list.Value("items.1").(map[string]any)
		if first["action"] != "card.read" || first["kind"] != "read" || second["action"] != "client.created" || second["kind"] != "write" {
			t.Errorf("the record is %s", list.Body)
		}
		if list.Text("items.0.client.name") != formula || list.Text("items.0.actor.kind") != "key" || list.Text("items.0.actor.name") == "" {
			t.Errorf("names are missing: %s", list.Body)
		}
		// Looking was recorded, too, and everybody else learns nothing.
		if a := n.Do(t, apptest.Request{Path: "/audit?action=audit.read&client=" + c, Key: owner}); a.Text("items.0.action") != "audit.read" {
			t.Errorf("who looked at the record is not in it: %s", a.Body)
		}
		n.Do(t, apptest.Request{Path: "/audit", Key: staff}).Want(t, http.StatusForbidden)
		if a := n.Do(t, apptest.Request{Path: "/audit?client=" + c, Key: stranger}); len(a.List("items")) != 0 {
			t.Errorf("another business reads %s", a.Body)
		}
		exports(t, n, c, formula)
		pages(t, n)
	})
}

// exports reads the record as files.
func exports(t *testing.T, n *apptest.Node, c, formula string) {
	t.Helper()
	a := n.Do(t, apptest.Request{Path: "/audit/export?client=" + c, Key: owner}).Want(t, http.StatusOK)
	rows, err := csv.NewReader(bytes.NewReader(a.Body)).ReadAll()
	if err != nil || len(rows) < 3 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("%v: %s", err, a.Body)
	}
	seen := false
	for _, row := range rows {
		for _, cell := range row {
			seen = seen || cell == "'"+formula
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	if !seen {
		t.Error("the client's name is not in the file")
	}
	a = n.Do(t, apptest.Request{Path: "/audit/export?format=jsonl", Key: owner}).Want(t, http.StatusOK)
	lines := strings.Split(strings.TrimSpace(string(a.Body)), "\n")
	ids := map[string]bool{}
	for _, text := range lines {
		var one struct{ ID string }
		if err := json.Unmarshal([]byte(text), &one); err != nil || ids[one.ID] {
			t.Fatalf("%v: %s", err, text)
		}
		ids[one.ID] = true
	}
	var all int
	if err := n.SQL.QueryRowContext(t.Context(), `SELECT
		(SELECT count(*) FROM event e JOIN business b ON b.id = e.business_id WHERE b.slug = 'lumen-salon') +
		(SELECT count(*) FROM audit_entry e JOIN business b ON b.id = e.business_id WHERE b.slug = 'lumen-salon')`).Scan(&all); err != nil {
		t.Fatal(err)
	}
	if len(lines) < all-5 || len(lines) > all {
		t.Errorf("%d lines of %d", len(lines), all)
	}
}

// pages walks to the last page: every line once.
func pages(t *testing.T, n *apptest.Node) {
	t.Helper()
	seen, cursor := map[string]bool{}, ""
	for range 4 {
		a := n.Do(t, apptest.Request{Path: "/audit?limit=20&to=2026-11-22T09:00:00Z&cursor=" + cursor, Key: owner}).Want(t, http.StatusOK)
		for _, item := range a.List("items") {
			id, _ := item.(map[string]any)["id"].(string)
			if seen[id] {
				t.Fatalf("%s is listed twice", id)
			}
			seen[id] = true
		}
		if cursor = a.Text("next"); cursor == "" {
			break
		}
	}
	for _, bad := range []string{"client=1", "actor=x", "from=yesterday", "to=1", "cursor=!", "format=pdf"} {
		n.Do(t, apptest.Request{Path: "/audit?" + bad, Key: owner}).Want(t, http.StatusUnprocessableEntity)
	}
}

func TestRecordTellsWhatWasChanged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		if a := prove(t, n); a.Value("ok") != true {
			t.Fatalf("before: %s", a.Body)
		}
		if _, err := n.SQL.ExecContext(t.Context(), `UPDATE event SET actor_id = 'x' WHERE seq = 1
			AND business_id = (SELECT id FROM business WHERE slug = 'lumen-salon')`); err != nil {
			t.Fatal(err)
		}
		a := n.Do(t, apptest.Request{Path: "/audit/verify", Key: owner}).Want(t, http.StatusOK)
		if a.Value("ok") != false || a.Text("findings.0.code") != "rows" || a.Value("findings.1") != nil { // that block alone; which one depends on when it was sealed
			t.Errorf("after: %s", a.Body)
		}
		if other := n.Do(t, apptest.Request{Path: "/audit/verify", Key: stranger}); other.Value("ok") != true {
			t.Errorf("another business: %s", other.Body)
		}
		n.Stop(t)
		for args, want := range map[string]string{
			"":                                     "bad  lumen-salon",
			"--business=lumen-salon":               "rows  block ",
			"--business=lumen-salon --head=1:00ff": "cut  block 1",
			"--business=anhe-clinic":               "ok   anhe-clinic",
			"--business=anhe-clinic --head=9:00x":  "number:hash",
		} {
			var out, errOut bytes.Buffer
			call := append([]string{"audit", "verify", "--data=" + n.Dir}, strings.Fields(args)...)
			if n.DSN != "" {
				call = append(call, "--db="+n.DSN)
			}
			status := app.Main(t.Context(), "test", call, &out, &errOut)
			if all := out.String() + errOut.String(); !strings.Contains(all, want) || (status == 0) != strings.HasPrefix(want, "ok") {
				t.Errorf("kept %v: %d, %s", call, status, all)
			}
		}
	})
}

func TestRecordPage(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t)
	prove(t, n)
	h := pagetest.House{Base: n.Listen(t)}
	c := h.SignIn(t, "lumen-salon")
	for lang, want := range map[string]string{"en": "Signed in", "ru": "Вход", "zh-Hant": "登入"} {
		a := h.Get(t, c, "/app/lumen-salon/audit?lang="+lang)
		if a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
			t.Errorf("%s: %d, no %s", lang, a.Status, want)
		}
		if strings.Contains(a.Body, ">audit.") { // a key instead of its text
			t.Errorf("%s: a text is missing: %s", lang, pagetest.First(t, `>(audit\.[a-z_.]+)`, a.Body))
		}
		pagetest.Inspect(t, "audit "+lang, a.Body)
	}
	a := h.Get(t, c, "/app/lumen-salon/audit?action=sign_in&from=2026-11-22&prove=1&lang=en")
	if a.Status != http.StatusOK || !strings.Contains(a.Body, "The record is as it was written") || !strings.Contains(a.Body, "127.0.0.1") {
		t.Errorf("%d: %s", a.Status, a.Body)
	}
	next := pagetest.First(t, `href="(/app/lumen-salon/audit\?before=[^"]+)"`, h.Get(t, c, "/app/lumen-salon/audit").Body)
	if a := h.Get(t, c, strings.ReplaceAll(next, "&amp;", "&")); a.Status != http.StatusOK {
		t.Errorf("the next page: %d", a.Status)
	}
	if a := h.Get(t, c, "/app/lumen-salon/audit/export?format=csv"); !strings.HasPrefix(a.Body, "id,at,kind") {
		t.Errorf("the file: %.100s", a.Body)
	}
	for path, want := range map[string]int{"?client=1": 404, "?before=x": 404, "?action=none.such": 200, "?to=2026-13-01": 200} {
		if a := h.Get(t, c, "/app/lumen-salon/audit"+path); a.Status != want {
			t.Errorf("%s: %d, want %d", path, a.Status, want)
		}
	}
	if a := h.Get(t, c, "/app/anhe-clinic/audit"); a.Status != http.StatusNotFound {
		t.Errorf("another business's record: %d", a.Status)
	}
}
