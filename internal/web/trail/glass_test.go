package trail_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

const nobody = "01a20244-fddc-763e-b226-813fe221fd70"

// narrow makes a key of somebody who reaches their own clients alone.
func narrow(t *testing.T, n *apptest.Node, name string) string {
	t.Helper()
	who := n.Do(t, apptest.Request{Path: "/staff?limit=1", Key: owner}).Text("items.0.id")
	return n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/keys", Key: owner, Body: map[string]any{
		"name": name, "role": "staff", "reach": "own", "staff": who,
	}}).Want(t, http.StatusCreated).Text("key")
}

// allow sets whether the salon lets its people past their reach.
func allow(t *testing.T, n *apptest.Node, yes bool) {
	t.Helper()
	a := n.Do(t, apptest.Request{Method: http.MethodPatch, Path: "/business", Key: owner, Body: map[string]any{"terms": map[string]any{"break_glass": yes}}}).Want(t, 200)
	if a.Value("terms.break_glass") != yes {
		t.Fatalf("the terms are %s", a.Body)
	}
}

func TestGlassOverTheAPI(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, n *apptest.Node) {
		far := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": "Far Away"}}).Want(t, 201).Text("id")
		other := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": "Further Away"}}).Want(t, 201).Text("id")
		eva, ben := narrow(t, n, "eva"), narrow(t, n, "ben")
		try := func(card, reason string) apptest.Answer {
			t.Helper()
			return n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients/" + card + "/break-glass", Key: eva, Body: map[string]any{"reason": reason}})
		}
		sees := func(key, path string, status int) {
			t.Helper()
			if a := n.Do(t, apptest.Request{Path: path, Key: key}); a.Status != status {
				t.Errorf("%s: %d, want %d: %.200s", path, a.Status, status, a.Body)
			}
		}
		const why = "Fainted in the waiting room"
		if a, b := try(far, why), try(nobody, why); a.Status != 404 || string(a.Body) != string(b.Body) {
			t.Errorf("where it is not allowed: %d %s, and %s", a.Status, a.Body, b.Body)
		}
		allow(t, n, true)
		try(far, "now!").Want(t, 422)
		try(nobody, why).Want(t, 404)
		sees(eva, "/clients/"+far, 404)
		if a := try(far, why).Want(t, 201); a.Text("until") == "" {
			t.Errorf("until when? %s", a.Body)
		}
		for _, path := range []string{"", "/card", "/facts", "/contacts", "/timeline"} {
			sees(eva, "/clients/"+far+path, 200)
		}
		sees(eva, "/clients/"+other, 404)
		sees(eva, "/clients/duplicates", 403)
		sees(ben, "/clients/"+far, 404)
		list := n.Do(t, apptest.Request{Path: "/audit?action=card.break_glass&client=" + far, Key: owner}).Want(t, 200)
		if len(list.List("items")) != 1 || list.Text("items.0.reason") != why || list.Text("items.0.actor.name") != "eva" || list.Text("items.0.from") == "" {
			t.Errorf("the record says %s", list.Body)
		}
		allow(t, n, false)
		sees(eva, "/clients/"+far, 404)
		allow(t, n, true)
		sees(eva, "/clients/"+far, 200)
		n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/demo/clock", Body: `{"advance": "61m"}`}).Want(t, 200)
		sees(eva, "/clients/"+far, 404)
		n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients/" + far + "/break-glass", Key: owner, Body: map[string]any{"reason": why}}).Want(t, 409)
	})
}

func TestGlassOnPages(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t)
	far := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/clients", Key: owner, Body: map[string]any{"name": "Far Away"}}).Want(t, 201).Text("id")
	demote(t, n)
	h := pagetest.House{Base: n.Listen(t)}
	c := h.SignIn(t, "lumen-salon")
	at := "/app/lumen-salon/clients/"
	if a := h.Get(t, c, at+far); a.Status != 404 || strings.Contains(a.Body, "break-glass") {
		t.Errorf("where it is not allowed: %d", a.Status)
	}
	allow(t, n, true)
	there, none := h.Get(t, c, at+far+"?lang=en"), h.Get(t, c, at+nobody+"?lang=en")
	if there.Status != 404 || none.Status != 404 || strings.ReplaceAll(there.Body, far, nobody) != none.Body {
		t.Errorf("a card that is there looks otherwise: %d %d", there.Status, none.Status)
	}
	if a := h.Get(t, c, at+far+"/preferences"); a.Status != 404 || strings.Contains(a.Body, "break-glass") {
		t.Errorf("behind the card: %d", a.Status)
	}
	for _, lang := range []string{"en", "ru", "zh-Hant"} {
		pagetest.Inspect(t, "glass "+lang, h.Get(t, c, at+far+"?lang="+lang).Body)
	}
	h.Get(t, c, at+far+"?lang=en")
	action, typed := pagetest.Form(t, pagetest.Parse(t, there.Body), "/break-glass", "reason", "now!")
	if a := h.Post(t, c, action, typed); a.Status != 422 || !strings.Contains(a.Body, "now!") || !strings.Contains(a.Body, `id="f-reason-fault"`) {
		t.Errorf("too short a reason: %d %s", a.Status, a.Body)
	}
	if a := h.Post(t, c, strings.Replace(action, far, nobody, 1), url.Values{"reason": {"Fainted at the desk"}}); a.Status != 404 {
		t.Errorf("nobody's card: %d", a.Status)
	}
	typed.Set("reason", "Fainted at the desk")
	if a := h.Post(t, c, action, typed); a.Status != 303 || a.Location != at+far+"?done=break_glass" {
		t.Fatalf("%d to %s", a.Status, a.Location)
	}
	if a := h.Get(t, c, at+far+"?done=break_glass"); a.Status != 200 || !strings.Contains(a.Body, "Far Away") || !strings.Contains(a.Body, "60 minutes") {
		t.Errorf("the card: %d", a.Status)
	}
	if _, err := n.SQL.ExecContext(t.Context(), `UPDATE member SET role = 'owner', reach = '' WHERE staff_id IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	if a := h.Get(t, c, "/app/lumen-salon/audit?action=card.break_glass"); !strings.Contains(a.Body, "past their reach") || !strings.Contains(a.Body, "Fainted at the desk") {
		t.Errorf("the owner does not see it: %d", a.Status)
	}
	body := h.Get(t, c, "/app/lumen-salon/settings/business").Body
	action, typed = pagetest.Form(t, pagetest.Parse(t, body), "/settings/business")
	if typed.Get("break_glass") == "" {
		t.Error("the form does not say that it is allowed")
	}
	typed.Del("break_glass")
	if a := h.Post(t, c, action, typed); a.Status != 303 {
		t.Errorf("the setting: %d", a.Status)
	}
	if a := n.Do(t, apptest.Request{Path: "/business", Key: owner}); a.Value("terms.break_glass") != false {
		t.Errorf("it is still allowed: %s", a.Body)
	}
	if a := n.Do(t, apptest.Request{Path: "/business", Key: stranger}); a.Value("terms.break_glass") != true {
		t.Errorf("a clinic allows it: %s", a.Body)
	}
}
