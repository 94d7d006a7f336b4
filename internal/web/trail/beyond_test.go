package trail_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

// strangers makes clients whom nobody of narrow reach has: one whose birthday
// is known, one of whom there is a phone alone.
func strangers(t *testing.T, n *apptest.Node) (born, phone string) {
	t.Helper()
	enrol := func(name, number string) string {
		return n.Do(t, apptest.Request{
			Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": name, "phone": number, "email": name[:3] + "@far.example", "note": "a secret"},
		}).Want(t, http.StatusCreated).Text("id")
	}
	born, phone = enrol("Farah Distantova", "+49 30 5550111"), enrol("Farid Distantov", "+49 30 5550222")
	n.Do(t, apptest.Request{
		Method: http.MethodPost, Path: "/clients/" + born + "/facts", Key: owner, Body: map[string]any{"key": "birth_date", "kind": "date", "value": "1987-05-04"},
	}).Want(t, http.StatusCreated)
	apptest.Eventually(t, "they can be found", func() bool { // the index comes a moment after the card
		return len(n.Do(t, apptest.Request{Path: "/clients?q=Distantov", Key: owner}).List("items")) == 2
	})
	return born, phone
}

func TestBeyondOverTheAPI(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		born, phone := strangers(t, n)
		eva := narrow(t, n, "eva")
		try := func(key string, body any, want int) apptest.Answer {
			t.Helper()
			return n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients/break-glass", Key: key, Body: body}).Want(t, want)
		}
		const why = "Fainted in the waiting room"
		ask := map[string]any{"q": "Distantov", "reason": why}
		if a := n.Do(t, apptest.Request{Path: "/clients?q=Distantov", Key: eva}).Want(t, 200); len(a.List("items")) != 0 {
			t.Fatalf("they are within reach: %s", a.Body)
		}
		try("", ask, 401)
		try(eva, ask, 403)
		try(owner, ask, 409)
		allow(t, n, true)
		for _, body := range []string{`{"q": "Di", "reason": "` + why + `"}`, `{"q": "Distantov", "reason": "now!"}`, `{"q": "Distantov"}`, `{"reason": "` + why + `"}`, `{}`} {
			try(eva, body, 422)
		}
		a := try(eva, ask, 200)
		want := map[string]string{born: `"born":1987,"digits":null`, phone: `"born":null,"digits":"222"`}
		if len(a.List("items")) != len(want) || a.Value("next") != nil {
			t.Errorf("found %s", a.Body)
		}
		for id, known := range want {
			if !strings.Contains(string(a.Body), `"id":"`+id+`"`) || !strings.Contains(string(a.Body), known) {
				t.Errorf("%s with %s is not in %s", id, known, a.Body)
			}
		}
		for _, secret := range []string{"far.example", "5550", "secret", "05-04"} {
			if strings.Contains(string(a.Body), secret) {
				t.Errorf("%s is told: %s", secret, a.Body)
			}
		}
		n.Do(t, apptest.Request{Path: "/clients/" + born, Key: eva}).Want(t, 404) // found is not opened
		n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients/" + born + "/break-glass", Key: eva, Body: map[string]any{"reason": why}}).Want(t, 201)
		n.Do(t, apptest.Request{Path: "/clients/" + born, Key: eva}).Want(t, 200)
		n.Do(t, apptest.Request{Path: "/clients/" + phone, Key: eva}).Want(t, 404)
		list := n.Do(t, apptest.Request{Path: "/audit?action=clients.break_glass", Key: owner}).Want(t, 200)
		if len(list.List("items")) != 1 || list.Text("items.0.reason") != why || list.Text("items.0.actor.name") != "eva" || strings.Contains(string(list.Body), "Distantov") {
			t.Errorf("the record says %s", list.Body)
		}
		n.Do(t, apptest.Request{Path: "/audit/verify", Key: owner}).Want(t, 200)
		for range 19 {
			try(eva, ask, 200)
		}
		if a := try(eva, ask, 429); a.Header.Get("Retry-After") == "" {
			t.Errorf("no word on when: %v", a.Header)
		}
		try(narrow(t, n, "ben"), ask, 200)
		allow(t, n, false)
		try(eva, ask, 403)
	})
}

func TestBeyondOnPages(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t)
	born, _ := strangers(t, n)
	demote(t, n)
	h := pagetest.House{Base: n.Listen(t)}
	c := h.SignIn(t, "lumen-salon")
	const clients = "/app/lumen-salon/clients"
	if a := h.Get(t, c, clients+"?q=Distantova"); a.Status != 200 || strings.Contains(a.Body, "break-glass") {
		t.Errorf("where it is not allowed: %d", a.Status)
	}
	if a := h.Get(t, c, clients+"/break-glass?q=Distantova"); a.Status != 404 {
		t.Errorf("the page where it is not allowed: %d", a.Status)
	}
	allow(t, n, true)
	list := h.Get(t, c, clients+"?q=Distantova&lang=en").Body
	link := regexp.MustCompile(`href="(/app/[^"]+/clients/break-glass[^"]*)"`).FindStringSubmatch(list)
	if link == nil || strings.Contains(list, born) {
		t.Fatal("the search does not lead beyond")
	}
	for _, lang := range []string{"ru", "zh-Hant", "en"} {
		pagetest.Inspect(t, "beyond "+lang, h.Get(t, c, link[1]+"&lang="+lang).Body)
	}
	form := h.Get(t, c, link[1])
	action, typed := pagetest.Form(t, pagetest.Parse(t, form.Body), "/clients/break-glass", "reason", "now!")
	if typed.Get("q") != "Distantova" {
		t.Errorf("what was sought is not there: %v", typed)
	}
	if a := h.Post(t, c, action, typed); a.Status != 422 || !strings.Contains(a.Body, `id="f-reason-fault"`) || strings.Contains(a.Body, born) {
		t.Errorf("too short a reason: %d", a.Status)
	}
	typed.Set("reason", "Fainted at the desk")
	found := h.Post(t, c, action, typed)
	if found.Status != 200 || !strings.Contains(found.Body, `href="`+clients+"/"+born+`"`) || !strings.Contains(found.Body, "born 1987") || strings.Contains(found.Body, "far.example") {
		t.Errorf("found %d: %s", found.Status, pagetest.Text(pagetest.Parse(t, found.Body)))
	}
	pagetest.Inspect(t, "found", found.Body)
	if a := h.Get(t, c, clients+"/"+born); a.Status != 404 || !strings.Contains(a.Body, "/clients/"+born+"/break-glass") {
		t.Errorf("what was found does not lead to its glass: %d", a.Status)
	}
	typed.Set("q", "Nobodyatall")
	if a := h.Post(t, c, action, typed); a.Status != 200 || !strings.Contains(a.Body, "Nobody in the whole business") {
		t.Errorf("nobody: %d", a.Status)
	}
	if _, err := n.SQL.ExecContext(t.Context(), `UPDATE member SET role = 'owner', reach = '' WHERE staff_id IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	if a := h.Get(t, c, "/app/lumen-salon/audit?action=clients.break_glass"); !strings.Contains(a.Body, "Looked for clients outside their reach") || !strings.Contains(a.Body, "Fainted at the desk") {
		t.Errorf("the owner does not see it: %d", a.Status)
	}
	if a := h.Get(t, c, clients+"/break-glass"); a.Status != 404 || strings.Contains(h.Get(t, c, clients).Body, "break-glass") {
		t.Errorf("who reaches everybody is led beyond: %d", a.Status)
	}
}
