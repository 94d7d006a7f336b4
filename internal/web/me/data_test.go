package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// testPlans plans something, sees it on the first page, and lets it be.
func testPlans(t *testing.T, h *house) {
	h.enroll(t, salon, "Pia", "pia@example.com", "")
	c := h.in(t, "pia@example.com")
	at := "/me/" + salon + "/plans"
	service := pagetest.First(t, `<option value="([0-9a-f-]{36})"`, h.Get(t, c, at).Body)
	h.send(t, c, at, "/plans", "due", "2026-05-04", "service", service)
	text, _ := h.page(t, c, "/me/"+salon)
	says(t, text, "due 4 May 2026")
	_, body := h.page(t, c, at)
	_, form := pagetest.Form(t, pagetest.Parse(t, body), "/plans", "due", "soon", "service", service)
	if got := h.Post(t, c, at, form); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("no day answers %d", got.Status)
	}
	action, form := pagetest.Form(t, pagetest.Parse(t, body), "/skip")
	if got := h.Post(t, c, strings.Replace(action, "/plans/", "/plans/0", 1), form); got.Status != http.StatusNotFound {
		t.Errorf("a plan that is not there answers %d", got.Status)
	}
	if got := h.Post(t, c, action, form); got.Status != http.StatusSeeOther {
		t.Errorf("letting it be answers %d", got.Status)
	}
	if text, _ := h.page(t, c, at); strings.Contains(text, "4 May 2026") {
		t.Error("what is let be is still due")
	}
}

// testData takes consents back, takes a copy, and is erased; the login goes along.
func testData(t *testing.T, h *house) {
	id := h.enroll(t, salon, "Dora Data", "dora@example.com", "")
	c := h.in(t, "dora@example.com")
	root := "/me/" + salon
	to := h.send(t, c, root+"/consents", "/withdraw")
	text, _ := h.page(t, c, to)
	says(t, text, "We do not write to you about it")

	action, form := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, root+"/data").Body), "/export")
	if got := h.Post(t, c, action, form); got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "PK") {
		t.Errorf("a copy answers %d: %.40q", got.Status, got.Body)
	}
	action, form = pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, root+"/data").Body), "/erase")
	if got := h.Post(t, c, action, form); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("erasing without saying so answers %d", got.Status)
	}
	form.Set("sure", "yes")
	if got := h.Post(t, c, action, form); got.Status != http.StatusSeeOther || got.Location != "/me?done=erased" {
		t.Fatalf("erasing answers %d to %q: %.300s", got.Status, got.Location, got.Body)
	}
	if got := h.Get(t, c, root); got.Status != http.StatusSeeOther {
		t.Errorf("the card of who was erased answers %d", got.Status)
	}
	h.api(t, salon, http.MethodGet, "/clients/"+id, nil, http.StatusNotFound)
	stranger := browserOf(t)
	if got := h.Post(t, stranger, "/me/-/ask", url.Values{"contact": {"dora@example.com"}}); got.Status != http.StatusTooManyRequests && got.Status != http.StatusSeeOther {
		t.Errorf("asking again answers %d", got.Status)
	}
}
