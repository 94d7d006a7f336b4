package me_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/internal/web/pagetest"
)

// TestBook has somebody who is signed in book for themselves and for their
// child, see both among what comes, and have somebody else try the same.
func TestBook(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.enroll(t, salon, "Bea Book", "bea@example.com", "")
	h.enroll(t, salon, "Max", "max@example.com", "")
	c := h.in(t, "bea@example.com")
	h.send(t, c, "/me/"+salon+"/people", "/people", "person", "Kim Book")

	action, form := h.hold(t, c)
	if form.Has("name") || form.Get("who") != id {
		t.Fatalf("the form asks for %v", form)
	}
	got := h.Post(t, c, action, form)
	if got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location, "/m/") {
		t.Fatalf("booking answers %d to %q: %.300s", got.Status, got.Location, got.Body)
	}
	if again := h.Post(t, c, action, form); again.Location != got.Location {
		t.Errorf("sent twice it leads to %q", again.Location)
	}
	text, _ := h.page(t, c, "/me/"+salon+"?who="+id)
	if strings.Contains(text, "Nothing is booked") {
		t.Error("what was booked does not come")
	}

	// Somebody else's card in the form is refused, signed in or not.
	for name, stranger := range map[string]*http.Client{"max": h.in(t, "max@example.com"), "nobody": browserOf(t)} {
		action, form := h.hold(t, stranger)
		form.Set("who", id)
		if got := h.Post(t, stranger, action, form); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s books as somebody else: %d to %q", name, got.Status, got.Location)
		}
	}
	// For somebody else, the form asks as it asks anybody.
	details := h.held(t, c)
	other := pagetest.First(t, `href="(/b/[^"]*else=1[^"]*)"`, html.UnescapeString(h.Get(t, c, details).Body))
	_, form = pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, other).Body), "/book", "name", "A Friend", "email", "friend@example.com")
	if got := h.Post(t, c, action, form); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location, "/m/") {
		t.Errorf("booking for a friend answers %d to %q", got.Status, got.Location)
	}
}

// held takes some free time and gives the address of the details.
func (h *house) held(t *testing.T, c *http.Client) string {
	t.Helper()
	link := func(page, part string) string {
		for _, a := range pagetest.Elements(pagetest.Parse(t, h.Get(t, c, page).Body), "a") {
			if href := pagetest.Attribute(a, "href"); strings.Contains(href, part) {
				return href
			}
		}
		return ""
	}
	at := link("/b/"+salon, "service=")
	for range 14 {
		if start := link(at, "start="); start != "" {
			action, form := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, start).Body), "/hold")
			got := h.Post(t, c, action, form)
			if got.Status != http.StatusSeeOther {
				t.Fatalf("holding answers %d: %.300s", got.Status, got.Body)
			}
			return got.Location
		}
		day := ""
		for _, a := range pagetest.Elements(pagetest.Parse(t, h.Get(t, c, at).Body), "a") {
			if strings.HasPrefix(pagetest.Attribute(a, "id"), "day-") && !pagetest.Has(a, "aria-current") {
				day = pagetest.Attribute(a, "href")
			}
		}
		at = day
	}
	t.Fatal("there is no free time")
	return ""
}

// hold gives the form of the details of a time that is held.
func (h *house) hold(t *testing.T, c *http.Client) (string, url.Values) {
	t.Helper()
	return pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, h.held(t, c)).Body), "/book")
}
