package page_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/testkit/browser"
	"kept/internal/web/view"
)

const salon = "/app/lumen-salon"

func readFeed(t *testing.T, h *house, c *http.Client, day string) view.CalendarFeed {
	t.Helper()
	var feed view.CalendarFeed
	got := h.get(t, c, salon+"/calendar.json?from="+day+"&to="+day, "Accept", "application/json")
	if err := json.Unmarshal([]byte(got.body), &feed); err != nil {
		t.Fatalf("%d %v", got.status, err)
	}
	return feed
}

// movable gives a confirmed booking of a day.
func movable(t *testing.T, feed view.CalendarFeed) view.CalendarItem {
	t.Helper()
	for _, i := range feed.Items {
		if i.Movable && i.Status == "confirmed" && i.Part == "0" {
			return i
		}
	}
	t.Fatal("nothing can be moved")
	return view.CalendarItem{}
}

func testActs(t *testing.T, h *house) {
	c := h.signIn(t, "lumen-salon")
	visit := movable(t, readFeed(t, h, c, "2026-03-04"))

	// Checked in from the page: back at the page, which tells so.
	got := h.post(t, c, visit.Href+"/check-in", nil)
	if got.status != http.StatusSeeOther || !strings.HasSuffix(got.location, "?done=check_in") {
		t.Fatalf("check-in answers %d %s", got.status, got.location)
	}
	if page := h.get(t, c, got.location); !strings.Contains(page.body, "Checked in.") || !strings.Contains(page.body, "/complete") {
		t.Error("the page does not tell that the client is here")
	}
	// Completed from the panel: answered with the panel; a wrong amount is said there and changes nothing.
	got = h.post(t, c, visit.Href+"/complete", url.Values{"amount": {"lots"}}, "HX-Target", "panel")
	if got.status != http.StatusConflict || strings.Contains(got.body, "<html") || !strings.Contains(got.body, "tone-bad") {
		t.Errorf("a wrong amount answers %d %.200s", got.status, got.body)
	}
	got = h.post(t, c, visit.Href+"/complete", url.Values{"amount": {"1 062,50"}, "method": {"cash"}}, "HX-Target", "panel")
	if got.status != http.StatusOK || !strings.Contains(got.body, "€1,062.50") {
		t.Errorf("complete answers %d %.300s", got.status, got.body)
	}
	if got = h.post(t, c, visit.Href+"/cancel", nil); got.status != http.StatusConflict {
		t.Errorf("a completed visit is cancelled: %d", got.status)
	}
	testMoves(t, h, c)
}

func testMoves(t *testing.T, h *house, c *http.Client) {
	t.Helper()
	feed := readFeed(t, h, c, "2026-03-06")
	visit := movable(t, feed)
	for _, c := range feed.Columns {
		if c.ID == "" || c.Name == "" {
			t.Errorf("a column without a name: %+v", c)
		}
	}
	// At night nobody works: refused with a reason, in JSON for the calendar, and nothing moved.
	drag := func(form url.Values) answer {
		return h.post(t, c, visit.Href+"/move", form, "Accept", "application/json")
	}
	got := drag(url.Values{"start": {"2026-03-06T03:00"}, "was": {visit.Was}})
	if got.status != http.StatusConflict || !strings.Contains(got.body, `"slot_closed"`) {
		t.Errorf("a move into the night answers %d %s", got.status, got.body)
	}
	if now := movable(t, readFeed(t, h, c, "2026-03-06")); now.Begin != visit.Begin {
		t.Errorf("it moved to %s", now.Begin)
	}
	// The page offers times; the first of them can be had.
	page := h.get(t, c, visit.Href+"/move?day=2026-03-12")
	chosen := h.get(t, c, strings.ReplaceAll(first(t, `href="([^"]*start=2026-03-12[^"]*)"`, page.body), "&amp;", "&"))
	start := first(t, `name="start" value="([^"]+)"`, chosen.body)
	staff := first(t, `name="staff" value="([^"]+)"`, chosen.body)
	got = h.post(t, c, visit.Href+"/move", url.Values{"start": {start}, "staff": {staff}, "was": {visit.Was}})
	if got.status != http.StatusSeeOther || !strings.HasSuffix(got.location, "?done=move") {
		t.Fatalf("move answers %d %.300s", got.status, got.body)
	}
	// Somebody with the calendar of before is told, and moves nothing.
	if got = drag(url.Values{"start": {"2026-03-13T10:00"}, "was": {visit.Was}}); got.status != http.StatusConflict {
		t.Errorf("a move from where it no longer is answers %d", got.status)
	}
}

func testNew(t *testing.T, h *house) {
	c := h.signIn(t, "lumen-salon")
	service := first(t, `<option value="([^"]+)"`, h.get(t, c, salon+"/new").body)
	form := h.get(t, c, salon+"/new?service="+service+"&date=2026-03-11")
	start := first(t, `name="start" value="([^"]+)"`, form.body)
	book := url.Values{"service": {service}, "date": {"2026-03-11"}, "start": {start}}
	if got := h.post(t, c, salon+"/new", book); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#f-name"`) {
		t.Errorf("nobody's booking answers %d", got.status)
	}
	book.Set("name", "Greta Test")
	book.Set("phone", "+49 30 1234567")
	got := h.post(t, c, salon+"/new", book)
	if got.status != http.StatusSeeOther || !strings.HasSuffix(got.location, "?done=book") {
		t.Fatalf("book answers %d %.300s", got.status, got.body)
	}
	// Found by the whole phone number, and chosen.
	found := h.get(t, c, salon+"/new?service="+service+"&date=2026-03-11&q=%2B49301234567")
	client := first(t, `name="client" value="([^"]+)"`, found.body)
	// In the night only with the override, which the owner has.
	night := url.Values{"service": {service}, "date": {"2026-03-11"}, "other": {"03:00"}, "client": {client}}
	if got = h.post(t, c, salon+"/new", night); got.status != http.StatusConflict || !strings.Contains(got.body, "tone-bad") {
		t.Errorf("a night's booking answers %d", got.status)
	}
	night.Set("override", "yes")
	if got = h.post(t, c, salon+"/new", night); got.status != http.StatusSeeOther {
		t.Errorf("with the override it answers %d", got.status)
	}
	if list := h.get(t, c, salon+"/clients?q=greta+test"); !strings.Contains(list.body, "Greta Test") {
		t.Error("the new client is not found by name")
	}
}

func testCard(t *testing.T, h *house) {
	c := h.signIn(t, "lumen-salon")
	if got := h.post(t, c, salon+"/clients/new", url.Values{"name": {"Ada"}, "email": {"nowhere"}}); got.status != http.StatusUnprocessableEntity ||
		!strings.Contains(got.body, `aria-invalid="true"`) {
		t.Errorf("a wrong address answers %d", got.status)
	}
	made := h.post(t, c, salon+"/clients/new", url.Values{"name": {"Ada Byron"}, "email": {"ada@lovelace.example"}, "note": {"PPD allergy"}})
	if made.status != http.StatusSeeOther {
		t.Fatalf("a new card answers %d", made.status)
	}
	at, _, _ := strings.Cut(made.location, "?")
	if card := h.get(t, c, at); !strings.Contains(card.body, `class="warn"`) || !strings.Contains(card.body, "PPD allergy") {
		t.Error("the warning does not stand on the card")
	}
	version := first(t, `name="version" value="(\d+)"`, h.get(t, c, at+"/edit").body)
	first1 := url.Values{"name": {"Ada Byron"}, "note": {"no PPD"}, "version": {version}}
	if got := h.post(t, c, at+"/edit", first1); got.status != http.StatusSeeOther {
		t.Fatalf("edit answers %d", got.status)
	}
	second := url.Values{"name": {"Ada King"}, "note": {"tea"}, "version": {version}}
	got := h.post(t, c, at+"/edit", second)
	if got.status != http.StatusConflict || !strings.Contains(got.body, "no PPD") || !strings.Contains(got.body, ">tea<") {
		t.Fatalf("an edit of what was changed answers %d", got.status)
	}
	second.Set("version", first(t, `name="version" value="(\d+)"`, got.body))
	if got = h.post(t, c, at+"/edit", second); got.status != http.StatusSeeOther {
		t.Errorf("saving again answers %d", got.status)
	}
}

// testBrowser does what a receptionist does: looks at the day, opens a visit,
// checks in, sees a booking arrive that was made elsewhere, drags another.
func testBrowser(t *testing.T, h *house) {
	tab := browser.Page(t, h.base+"/?next="+url.QueryEscape(salon+"/calendar?day=2026-03-05"), browser.Options{})
	tab.MustElement("form input[name=email]").MustInput("owner@lumen-salon.example")
	tab.MustElement("form input[name=password]").MustInput("kept-demo")
	wait := tab.MustWaitNavigation()
	tab.MustElement("form[action='/sign-in'] button[type=submit]").MustClick()
	wait()
	tab.MustElementR("#live-state", "Live")
	visit := tab.MustElement(".ec-event.is-confirmed[role=button]")
	tab.MustWait(`() => document.querySelector(".ec-event.is-now, .ec-bg-event") !== null`)
	browser.Axe(t, tab)

	visit.MustFocus()
	visit.MustEval(`function () { this.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true})) }`)
	tab.MustWait(`() => document.activeElement && document.activeElement.id === "booking-h"`)
	browser.Axe(t, tab)

	before := tab.MustEval(`() => document.querySelectorAll(".ec-event.is-confirmed").length`).Int()
	c := h.signIn(t, "lumen-salon")
	service := first(t, `<option value="([^"]+)"`, h.get(t, c, salon+"/new").body)
	form := h.get(t, c, salon+"/new?service="+service+"&date=2026-03-05")
	start := first(t, `name="start" value="([^"]+)"`, form.body)
	made := h.post(t, c, salon+"/new", url.Values{"service": {service}, "date": {"2026-03-05"}, "start": {start}, "name": {"Live Wire"}, "phone": {"+49307654321"}})
	if made.status != http.StatusSeeOther {
		t.Fatalf("book answers %d", made.status)
	}
	tab.MustWait(`n => document.querySelectorAll(".ec-event.is-confirmed").length > n`, before)

	tab.MustElementR("#panel summary", "Cancel").MustClick()
	tab.MustElementR("#panel details[open] button", "Cancel the visit").MustClick()
	tab.MustElementR("#panel .notice", "Cancelled")
	tab.MustWait(`n => document.querySelectorAll(".ec-event.is-confirmed").length <= n`, before)
	browser.Fits(t, tab)
}
