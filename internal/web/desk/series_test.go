package desk_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

// testSeries books a visit six times over with one date that is taken, moves
// some of them and cancels the rest, by form alone.
func testSeries(t *testing.T, h *house, lang, slug string) {
	t.Helper()
	c := h.SignIn(t, slug)
	root := "/app/" + slug
	page := h.Get(t, c, root+"/new?lang="+lang)
	service := pagetest.First(t, `<option value="([0-9a-f-]{36})"`, page.Body)
	form := h.Get(t, c, root+"/new?service="+service+"&date=2026-03-12&lang="+lang)
	start := pagetest.First(t, `name="start" value="([^"]+)"`, form.Body)
	book := url.Values{
		"service": {service}, "date": {"2026-03-12"}, "start": {start}, "name": {"王小明"}, "phone": {"+49307654321"},
		"repeat": {"1"}, "times": {"many"},
	}
	if got := h.Post(t, c, root+"/new", book); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `href="#f-times"`) {
		t.Errorf("many visits answer %d", got.Status)
	}
	book.Set("times", "5")
	check := h.Post(t, c, root+"/new", book)
	if check.Status != http.StatusOK || strings.Count(check.Body, `name="on`) < 5 {
		t.Fatalf("the check answers %d %.500s", check.Status, check.Body)
	}
	read(t, lang, "check", check.Body)
	doc := pagetest.Parse(t, check.Body)
	_, none := pagetest.Form(t, doc, "/new/series")
	for name := range none {
		if strings.HasPrefix(name, "on") {
			none.Del(name)
		}
	}
	if got := h.Post(t, c, root+"/new/series", none); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "repeat-form") {
		t.Errorf("no dates answer %d", got.Status)
	}
	_, chosen := pagetest.Form(t, doc, "/new/series")
	ticked := len(chosen["on"])
	for name, values := range chosen {
		if strings.HasPrefix(name, "on.") && values[0] != "" {
			ticked++
		}
	}
	made := h.Post(t, c, root+"/new/series", chosen)
	if made.Status != http.StatusSeeOther || !strings.HasSuffix(made.Location, "?done=book_series") || ticked < 2 {
		t.Fatalf("%d dates are answered %d %s %.300s", ticked, made.Status, made.Location, made.Body)
	}
	if again := h.Post(t, c, root+"/new/series", chosen); again.Location != made.Location {
		t.Errorf("sent twice it leads to %s", again.Location)
	}
	first, _, _ := strings.Cut(made.Location, "?")
	card := h.Get(t, c, made.Location)
	read(t, lang, first, card.Body)
	others := regexp.MustCompile(`<a href="(`+root+`/bookings/[^"]+)">`).FindAllStringSubmatch(card.Body, -1)
	if len(others) != ticked-1 {
		t.Fatalf("%d dates lead to %d others", ticked, len(others))
	}
	if !strings.Contains(card.Body, `name="scope"`) {
		t.Error("cancelling does not ask which")
	}
	// The taken times are told when the same is asked for again.
	twice := h.Post(t, c, root+"/new", url.Values{
		"service": {service}, "date": {"2026-03-12"}, "start": {start}, "client": {""}, "name": {"王小明"}, "phone": {"+49307654321"},
		"repeat": {"2"}, "times": {"3"},
	})
	read(t, lang, "taken", twice.Body)
	if twice.Status != http.StatusOK || !strings.Contains(twice.Body, `name="on.`) {
		t.Errorf("taken dates answer %d", twice.Status)
	}
	move := h.Get(t, c, first+"/move")
	read(t, lang, "move", move.Body)
	changeSeries(t, h, c, first, others[1][1], ticked)
}

// changeSeries cancels the visits from one on, then all that are left.
func changeSeries(t *testing.T, h *house, c *http.Client, first, third string, dates int) {
	t.Helper()
	got := h.Post(t, c, third+"/cancel", url.Values{"scope": {"following"}})
	if got.Status != http.StatusSeeOther || !strings.HasSuffix(got.Location, "?done=cancel_series") {
		t.Fatalf("cancelling the rest answers %d %.300s", got.Status, got.Body)
	}
	after := h.Get(t, c, third)
	if strings.Contains(after.Body, third+"/move") || !strings.Contains(h.Get(t, c, first).Body, first+"/move") {
		t.Error("the wrong ones were cancelled")
	}
	if got := h.Post(t, c, first+"/cancel", url.Values{"scope": {"some"}}); got.Status != http.StatusConflict {
		t.Errorf("an unknown scope answers %d", got.Status)
	}
	if got := h.Post(t, c, first+"/cancel", url.Values{"scope": {"all"}}); got.Status != http.StatusSeeOther {
		t.Errorf("cancelling all answers %d", got.Status)
	}
	if strings.Contains(h.Get(t, c, first).Body, first+"/move") || dates < 3 {
		t.Error("not all were cancelled")
	}
}

// read looks for what is wrong with a page and for English on it.
func read(t *testing.T, lang, path, body string) {
	t.Helper()
	text := pagetest.Inspect(t, path, body)
	for _, word := range regexp.MustCompile(`[A-Za-z]{3,}`).FindAllString(text, -1) {
		if lang != "en" && !international(word) {
			t.Errorf("%s: %q is English", path, word)
		}
	}
}
