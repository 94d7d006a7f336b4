package desk_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
	"kept/internal/web/view"
)

const salon = "/app/lumen-salon"

func readFeed(t *testing.T, h *house, c *http.Client, day string) view.CalendarFeed {
	t.Helper()
	var feed view.CalendarFeed
	got := h.Get(t, c, salon+"/calendar.json?from="+day+"&to="+day, "Accept", "application/json")
	if err := json.Unmarshal([]byte(got.Body), &feed); err != nil {
		t.Fatalf("%d %v", got.Status, err)
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
	c := h.SignIn(t, "lumen-salon")
	visit := movable(t, readFeed(t, h, c, "2026-03-04"))

	// Checked in from the page: back at the page, which tells so.
	got := h.Post(t, c, visit.Href+"/check-in", nil)
	if got.Status != http.StatusSeeOther || !strings.HasSuffix(got.Location, "?done=check_in") {
		t.Fatalf("check-in answers %d %s", got.Status, got.Location)
	}
	if page := h.Get(t, c, got.Location); !strings.Contains(page.Body, "Checked in.") || !strings.Contains(page.Body, "/complete") {
		t.Error("the page does not tell that the client is here")
	}
	// Completed from the panel: answered with the panel; a wrong amount is said there and changes nothing.
	got = h.Post(t, c, visit.Href+"/complete", url.Values{"amount": {"lots"}}, "HX-Target", "panel")
	if got.Status != http.StatusConflict || strings.Contains(got.Body, "<html") || !strings.Contains(got.Body, "tone-bad") {
		t.Errorf("a wrong amount answers %d %.200s", got.Status, got.Body)
	}
	got = h.Post(t, c, visit.Href+"/complete", url.Values{"amount": {"1 062,50"}, "method": {"cash"}}, "HX-Target", "panel")
	if got.Status != http.StatusOK || !strings.Contains(got.Body, "€1,062.50") {
		t.Errorf("complete answers %d %.300s", got.Status, got.Body)
	}
	if got = h.Post(t, c, visit.Href+"/cancel", nil); got.Status != http.StatusConflict {
		t.Errorf("a completed visit is cancelled: %d", got.Status)
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
	drag := func(form url.Values) pagetest.Answer {
		return h.Post(t, c, visit.Href+"/move", form, "Accept", "application/json")
	}
	got := drag(url.Values{"start": {"2026-03-06T03:00"}, "was": {visit.Was}})
	if got.Status != http.StatusConflict || !strings.Contains(got.Body, `"slot_closed"`) {
		t.Errorf("a move into the night answers %d %s", got.Status, got.Body)
	}
	if now := movable(t, readFeed(t, h, c, "2026-03-06")); now.Begin != visit.Begin {
		t.Errorf("it moved to %s", now.Begin)
	}
	// The page offers times; the first of them can be had.
	page := h.Get(t, c, visit.Href+"/move?day=2026-03-19")
	chosen := h.Get(t, c, strings.ReplaceAll(pagetest.First(t, `href="([^"]*start=2026-03-19[^"]*)"`, page.Body), "&amp;", "&"))
	start := pagetest.First(t, `name="start" value="([^"]+)"`, chosen.Body)
	staff := pagetest.First(t, `name="staff" value="([^"]+)"`, chosen.Body)
	got = h.Post(t, c, visit.Href+"/move", url.Values{"start": {start}, "staff": {staff}, "was": {visit.Was}})
	if got.Status != http.StatusSeeOther || !strings.HasSuffix(got.Location, "?done=move") {
		t.Fatalf("move answers %d %.300s", got.Status, got.Body)
	}
	// Somebody with the calendar of before is told, and moves nothing.
	if got = drag(url.Values{"start": {"2026-03-13T10:00"}, "was": {visit.Was}}); got.Status != http.StatusConflict {
		t.Errorf("a move from where it no longer is answers %d", got.Status)
	}
}

func testNew(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	service := pagetest.First(t, `<option value="([^"]+)"`, h.Get(t, c, salon+"/new").Body)
	form := h.Get(t, c, salon+"/new?service="+service+"&date=2026-03-11")
	start := pagetest.First(t, `name="start" value="([^"]+)"`, form.Body)
	book := url.Values{"service": {service}, "date": {"2026-03-11"}, "start": {start}}
	if got := h.Post(t, c, salon+"/new", book); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `href="#f-name"`) {
		t.Errorf("nobody's booking answers %d", got.Status)
	}
	book.Set("name", "Greta Test")
	book.Set("phone", "+49 30 1234567")
	got := h.Post(t, c, salon+"/new", book)
	if got.Status != http.StatusSeeOther || !strings.HasSuffix(got.Location, "?done=book") {
		t.Fatalf("book answers %d %.300s", got.Status, got.Body)
	}
	// Found by the whole phone number, and chosen.
	found := h.Get(t, c, salon+"/new?service="+service+"&date=2026-03-11&q=%2B49301234567")
	client := pagetest.First(t, `name="client" value="([^"]+)"`, found.Body)
	// In the night only with the override, which the owner has.
	night := url.Values{"service": {service}, "date": {"2026-03-11"}, "other": {"03:00"}, "client": {client}}
	if got = h.Post(t, c, salon+"/new", night); got.Status != http.StatusConflict || !strings.Contains(got.Body, "tone-bad") {
		t.Errorf("a night's booking answers %d", got.Status)
	}
	night.Set("override", "yes")
	if got = h.Post(t, c, salon+"/new", night); got.Status != http.StatusSeeOther {
		t.Errorf("with the override it answers %d", got.Status)
	}
	if list := h.Get(t, c, salon+"/clients?q=greta+test"); !strings.Contains(list.Body, "Greta Test") {
		t.Error("the new client is not found by name")
	}
}

// testNewVisit books two services in any order for the child of the
// client who is found, once and then weekly; each time says who would lead it.
func testNewVisit(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	first := pagetest.First(t, `<option value="([^"]+)"`, h.Get(t, c, salon+"/new").Body)
	mother := program(t, h, "/clients", `{"name": "Vera Visit", "phone": "+49 30 7654 999"}`)
	kim := program(t, h, "/clients/"+mother+"/subjects", `{"kind": "child", "name": "Kim Visit"}`)
	page := h.Get(t, c, salon+"/new?service="+first+"&date=2026-03-11")
	second := pagetest.First(t, `(?s)name="service.2".*?<option value="([^"]+)"`, page.Body)
	q := url.Values{"service": {first}, "service.2": {second}, "date": {"2026-03-11"}, "any_order": {"yes"}, "q": {"vera visit"}}
	form := h.Get(t, c, salon+"/new?"+q.Encode())
	pagetest.Inspect(t, "new", form.Body)
	for _, want := range []string{`name="service.3"`, `name="any_order" value="yes" checked`, `name="subject.` + mother + `"`, "Kim Visit"} {
		if !strings.Contains(form.Body, want) {
			t.Errorf("the form has no %s", want)
		}
	}
	if !regexp.MustCompile(`(?s)name="start".{0,80}<small>\w+ \w+`).MatchString(form.Body) {
		t.Error("the times do not say who would lead them")
	}
	values := q
	values.Set("start", pagetest.First(t, `name="start" value="([^"]+)"`, form.Body))
	values.Set("client", mother)
	values.Set("subject."+mother, kim)
	made := h.Post(t, c, salon+"/new", values)
	if made.Status != http.StatusSeeOther {
		t.Fatalf("two services answer %d %.300s", made.Status, made.Body)
	}
	visit := h.Get(t, c, made.Location)
	if title := pagetest.Text(pagetest.Elements(pagetest.Parse(t, visit.Body), "h1")[0]); !strings.Contains(title, ", ") || !strings.Contains(visit.Body, "Kim Visit") {
		t.Errorf("the visit is %q", title)
	}
	if !strings.Contains(visit.Body, "What happens when") || len(regexp.MustCompile(`Anna Krüger|Mira Becker|Leyla Demir|Sofia \pL+`).FindAllString(visit.Body, -1)) < 2 {
		t.Error("the visit does not show its parts")
	}
	values.Set("repeat", "1")
	values.Set("times", "2")
	series := h.Post(t, c, salon+"/new", values)
	for _, want := range []string{`name="service.2" value="` + second, `name="any_order" value="yes"`, `name="subject" value="` + kim} {
		if !strings.Contains(series.Body, want) {
			t.Errorf("the dates of the series lose %s", want)
		}
	}
}

func testCard(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	if got := h.Post(t, c, salon+"/clients/new", url.Values{"name": {"Ada"}, "email": {"nowhere"}}); got.Status != http.StatusUnprocessableEntity ||
		!strings.Contains(got.Body, `aria-invalid="true"`) {
		t.Errorf("a wrong address answers %d", got.Status)
	}
	made := h.Post(t, c, salon+"/clients/new", url.Values{"name": {"Ada Byron"}, "email": {"ada@lovelace.example"}, "note": {"PPD allergy"}})
	if made.Status != http.StatusSeeOther {
		t.Fatalf("a new card answers %d", made.Status)
	}
	at, _, _ := strings.Cut(made.Location, "?")
	if card := h.Get(t, c, at); !strings.Contains(card.Body, `class="warn"`) || !strings.Contains(card.Body, "PPD allergy") {
		t.Error("the warning does not stand on the card")
	}
	version := pagetest.First(t, `name="version" value="(\d+)"`, h.Get(t, c, at+"/edit").Body)
	first1 := url.Values{"name": {"Ada Byron"}, "note": {"no PPD"}, "version": {version}}
	if got := h.Post(t, c, at+"/edit", first1); got.Status != http.StatusSeeOther {
		t.Fatalf("edit answers %d", got.Status)
	}
	second := url.Values{"name": {"Ada King"}, "note": {"tea"}, "version": {version}}
	got := h.Post(t, c, at+"/edit", second)
	if got.Status != http.StatusConflict || !strings.Contains(got.Body, "no PPD") || !strings.Contains(got.Body, ">tea<") {
		t.Fatalf("an edit of what was changed answers %d", got.Status)
	}
	second.Set("version", pagetest.First(t, `name="version" value="(\d+)"`, got.Body))
	if got = h.Post(t, c, at+"/edit", second); got.Status != http.StatusSeeOther {
		t.Errorf("saving again answers %d", got.Status)
	}
}

// testBrowser does what a receptionist does: looks at the day, opens a visit,
// checks in, sees a booking arrive that was made elsewhere, drags another.
func testBrowser(t *testing.T, h *house) {
	tab := browser.Page(t, h.Base+"/?next="+url.QueryEscape(salon+"/calendar?day=2026-03-05"), browser.Options{})
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
	c := h.SignIn(t, "lumen-salon")
	service := pagetest.First(t, `<option value="([^"]+)"`, h.Get(t, c, salon+"/new").Body)
	form := h.Get(t, c, salon+"/new?service="+service+"&date=2026-03-05")
	start := pagetest.First(t, `name="start" value="([^"]+)"`, form.Body)
	made := h.Post(t, c, salon+"/new", url.Values{"service": {service}, "date": {"2026-03-05"}, "start": {start}, "name": {"Live Wire"}, "phone": {"+49307654321"}})
	if made.Status != http.StatusSeeOther {
		t.Fatalf("book answers %d", made.Status)
	}
	tab.MustWait(`n => document.querySelectorAll(".ec-event.is-confirmed").length > n`, before)

	tab.MustElementR("#panel summary", "Cancel").MustClick()
	tab.MustElementR("#panel details[open] button", "Cancel the visit").MustClick()
	tab.MustElementR("#panel .notice", "Cancelled")
	tab.MustWait(`n => document.querySelectorAll(".ec-event.is-confirmed").length <= n`, before)
	browser.Fits(t, tab)
}
