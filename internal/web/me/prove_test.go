package me_test

import (
	"net/http"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// testProven shows that a further contact is one's own: it is added, a code goes there, is typed, and it may be preferred.
func testProven(t *testing.T, h *house, c *http.Client, at string) {
	t.Helper()
	action, form := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, at).Body), "/contacts", "value", "cora@home.example")
	added := h.Post(t, c, action, form)
	if added.Status != http.StatusSeeOther || !strings.Contains(added.Location, "ticket=") {
		t.Fatalf("adding answers %d to %s", added.Status, added.Location)
	}
	text, body := h.page(t, c, added.Location)
	says(t, text, "c···@home.example", "Code from the message")
	code := h.Letter(t, "cora@home.example", pagetest.Code, 1)[1]
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	action, form = pagetest.Form(t, pagetest.Parse(t, body), "/code", "code", wrong)
	if got := h.Post(t, c, action, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "This is not the code") {
		t.Errorf("a wrong code answers %d", got.Status)
	}
	form.Set("code", code)
	first := h.Post(t, c, action, form)
	again := h.Post(t, c, action, form)
	if first.Status != http.StatusSeeOther || first.Location != again.Location || !strings.Contains(first.Location, "done=proven") {
		t.Fatalf("the code answers %d to %s, again %d to %s", first.Status, first.Location, again.Status, again.Location)
	}
	text, body = h.page(t, c, first.Location)
	says(t, text, "The contact is confirmed.")
	id := pagetest.First(t, `contacts/([0-9a-f-]{36})/prefer`, body)
	h.send(t, c, at+"?contact="+id, "/contacts/"+id+"/label", "label", "at home")
	h.send(t, c, at, "/contacts/"+id+"/prefer")
	text, body = h.page(t, c, at)
	says(t, text, "at home", "preferred")
	h.send(t, c, at, "/contacts/"+pagetest.First(t, `contacts/([0-9a-f-]{36})/prefer`, body)+"/prefer")
	unproven := pagetest.First(t, `contacts/([0-9a-f-]{36})/remove`, strings.ReplaceAll(h.Get(t, c, at).Body, id, ""))
	_, key := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, at).Body), "/contacts")
	for _, value := range []string{"value", "label"} {
		key.Del(value)
	}
	if got := h.Post(t, c, at+"/"+unproven+"/prefer", key); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("preferring what is not proven answers %d", got.Status)
	}
}
