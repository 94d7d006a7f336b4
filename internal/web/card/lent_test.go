package card_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/web/pagetest"
)

const (
	salonKey  = "demo-lumen-salon-owner"
	clinicKey = "demo-anhe-clinic-owner"
	clinic    = "/app/anhe-clinic"
)

// ask sends a program's request that must succeed.
func (h *house) ask(t *testing.T, method, path, key, body string) apptest.Answer {
	t.Helper()
	r := apptest.Request{Method: method, Path: path, Key: key}
	if body != "" {
		r.Body = body
	}
	a := h.node.Do(t, r)
	if a.Status >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %s", method, path, a.Status, a.Body)
	}
	return a
}

// press fills in the form of a page that posts to an address, and sends it.
func (h *house) press(t *testing.T, c *http.Client, page, action string, typed ...string) pagetest.Answer {
	t.Helper()
	at, values := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, page).Body), action, typed...)
	return h.Post(t, c, at, values)
}

// known has the client known at the clinic too, under an address that they
// proved at both, and gives the card there.
func (h *house) known(t *testing.T) (there string) {
	t.Helper()
	here := strings.TrimPrefix(h.at, salon+"/clients/")
	there = h.ask(t, "POST", "/clients", clinicKey, `{"name": "Nia Sommer", "email": "nia@example.com", "note": "argued"}`).Text("id")
	h.ask(t, "PATCH", "/clients/"+here+"/contacts/email", salonKey, `{"verified": true}`)
	h.ask(t, "PATCH", "/clients/"+there+"/contacts/email", clinicKey, `{"verified": true}`)
	if _, err := h.node.SQL.ExecContext(t.Context(), `UPDATE client_contact SET verified_by = 'code' WHERE client_id = '`+here+`'`); err != nil {
		t.Fatal(err)
	}
	h.ask(t, "POST", "/clients/"+there+"/facts", clinicKey, `{"key": "allergies", "kind": "text", "value": "Penicillin <i>", "source": "client"}`)
	h.ask(t, "POST", "/clients/"+there+"/facts", clinicKey, `{"key": "likes", "kind": "text", "value": "Jasmine tea", "source": "client"}`)
	h.ask(t, "POST", "/clients/"+there+"/subjects", clinicKey, `{"kind": "pet", "name": "Rex"}`)
	return there
}

// join goes through the pages of the settings: the salon founds, the clinic joins.
func (h *house) join(t *testing.T, other *http.Client) {
	t.Helper()
	const here, there = salon + "/settings/chain", clinic + "/settings/chain"
	if a := h.press(t, h.c, here, "/settings/chain", "name", " "); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, `id="errors"`) {
		t.Errorf("a chain without a name: %d", a.Status)
	}
	if a := h.press(t, h.c, here, "/settings/chain", "name", "House of two"); a.Status != http.StatusSeeOther {
		t.Fatalf("founded: %d %.300s", a.Status, a.Body)
	}
	a := h.press(t, h.c, here, "/invite")
	code := pagetest.First(t, `(kept_chain_[\w-]+)`, a.Body)
	if body := h.Get(t, h.c, here+"?lang=en").Body; strings.Contains(body, code) || !strings.Contains(body, "By Lumen") {
		t.Error("the code is shown again, or its invitation is not")
	}
	if a = h.press(t, other, there, "/look", "code", "kept_chain_guess"); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a guess: %d", a.Status)
	}
	if a = h.press(t, other, there, "/look", "code", code); a.Status != http.StatusOK || !strings.Contains(a.Body, "House of two") {
		t.Fatalf("what it is for: %d %.300s", a.Status, a.Body)
	}
	at, values := pagetest.Form(t, pagetest.Parse(t, a.Body), "/join")
	for _, want := range []int{http.StatusSeeOther, http.StatusConflict} { // sent twice
		if a = h.Post(t, other, at, values); a.Status != want {
			t.Errorf("joined: %d, want %d", a.Status, want)
		}
	}
	if body := h.Get(t, h.c, here+"?lang=en").Body; !strings.Contains(body, "安禾") && !strings.Contains(body, "Anhe") {
		t.Errorf("the other branch is not there: %.3000s", body)
	}
}

// TestLent walks from the founding of a chain to the card of another branch,
// and back, with forms alone.
func TestLent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	there := h.known(t)
	other := h.SignIn(t, "anhe-clinic")
	h.join(t, other)
	clinicID := h.ask(t, "GET", "/business", clinicKey, "").Text("id")
	lent := h.at + "/branches/" + clinicID
	page := func() string { return h.Get(t, h.c, h.at+"?lang=en").Body }
	if strings.Contains(page(), "Also at") || h.Get(t, h.c, lent).Status != http.StatusNotFound {
		t.Fatal("something is shown that nobody agreed to")
	}
	notice := h.ask(t, "POST", "/notices", clinicKey, `{"purpose": "sharing", "name": "House of two"}`).Text("id")
	h.ask(t, "POST", "/clients/"+there+"/consents", clinicKey, `{"notice": "`+notice+`"}`)
	if !strings.Contains(page(), "Also at") || !strings.Contains(page(), `href="`+lent+`"`) {
		t.Fatal("the card does not say where else")
	}
	for _, lang := range []string{"en", "ru", "zh-Hant"} {
		a := h.Get(t, h.c, lent+"?lang="+lang)
		for _, text := range []string{"Nia Sommer", "Penicillin &lt;i&gt;", "Jasmine tea", "Rex"} {
			if a.Status != http.StatusOK || !strings.Contains(a.Body, text) {
				t.Errorf("%s: %d without %q", lang, a.Status, text)
			}
		}
		for _, text := range []string{"argued", "nia@example.com", "<i>", there, "/contact\"", "/talk\""} {
			if strings.Contains(a.Body, text) {
				t.Errorf("%s: %q is shown", lang, text)
			}
		}
	}
	a := h.press(t, h.c, lent, "/bring")
	if a.Status != http.StatusSeeOther || !strings.Contains(a.Location, "brought") {
		t.Fatalf("brought over: %d %s", a.Status, a.Location)
	}
	if body := page(); !strings.Contains(body, "Jasmine tea") || !strings.Contains(body, "from another branch") {
		t.Error("what was brought over is not on the card")
	}
	if body := h.Get(t, h.c, lent).Body; strings.Contains(body, "/bring\"") {
		t.Error("what is here already can be brought over again")
	}
	h.ask(t, "POST", "/clients/"+there+"/consents/withdraw", clinicKey, `{"purpose": "sharing"}`)
	if strings.Contains(page(), "Also at") || h.Get(t, h.c, lent).Status != http.StatusNotFound ||
		h.Post(t, h.c, lent+"/bring", url.Values{"key": {"k"}}).Status != http.StatusNotFound {
		t.Error("the consent was withdrawn, and the card is shown")
	}
	if body := h.Get(t, other, clinic+"/audit?lang=en&client="+there).Body; !strings.Contains(body, "Showed a card to another branch") || !strings.Contains(body, "Lumen") {
		t.Error("the clinic is not told who looked")
	}
	if a := h.press(t, other, clinic+"/settings/chain", "/leave"); a.Status != http.StatusSeeOther {
		t.Errorf("left: %d", a.Status)
	}
}
