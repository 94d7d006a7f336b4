package desk_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kept/internal/web/pagetest"
)

func TestWhyAndSeries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("why", func(t *testing.T) { testWhy(t, h) })
	t.Run("work", func(t *testing.T) { testWhyWork(t, h) })
	for lang, slug := range map[string]string{"en": "lumen-salon", "zh-Hant": "anhe-clinic", "ru": "motor-workshop"} {
		t.Run("why "+lang, func(t *testing.T) { readWhy(t, h, lang, slug) })
		t.Run("series "+lang, func(t *testing.T) { testSeries(t, h, lang, slug) })
	}
}

// testWhy follows the answers: from a visit in the way to the visit, from the
// night to the nearest open time, from there to booking it.
func testWhy(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	feed := readFeed(t, h, c, "2026-03-04")
	visit := movable(t, feed)
	page := h.Get(t, c, salon+"/new")
	var taken string
	for _, m := range regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindAllStringSubmatch(page.Body, 4) {
		q := url.Values{"service": {m[1]}, "staff": {visit.Column}, "date": {"2026-03-04"}, "time": {visit.Begin[11:16]}}
		if got := h.Get(t, c, salon+"/explain?"+q.Encode()); strings.Contains(got.Body, visit.Href) {
			taken = got.Body
		}
	}
	if !strings.Contains(taken, "has another visit") {
		t.Errorf("a taken time does not lead to the visit in the way: %.300s", taken)
	}
	service := pagetest.First(t, `<option value="([0-9a-f-]{36})"`, page.Body)
	night := h.Get(t, c, salon+"/explain?service="+service+"&date=2026-03-11&time=03:00")
	if night.Status != http.StatusOK || !strings.Contains(night.Body, "Nearest open hours") {
		t.Errorf("the night answers %d %.300s", night.Status, night.Body)
	}
	near := strings.ReplaceAll(pagetest.First(t, `class="btn ghost small" href="([^"]*/explain[^"]*)"`, night.Body), "&amp;", "&")
	open := h.Get(t, c, near)
	if !strings.Contains(open.Body, "is open.") || !strings.Contains(open.Body, "would be taken") {
		t.Errorf("the nearest open time answers %d %.300s", open.Status, open.Body)
	}
	book := strings.ReplaceAll(pagetest.First(t, `class="btn small" href="([^"]*/new[^"]*)"`, open.Body), "&amp;", "&")
	if got := h.Get(t, c, book); !strings.Contains(got.Body, "checked") {
		t.Error("the open time is not chosen in the form")
	}
	for query, want := range map[string]string{"service=&time=10:00": "Choose a service", "service=" + service + "&time=soon": "10:30"} {
		if got := h.Get(t, c, salon+"/explain?"+query); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, want) {
			t.Errorf("%s answers %d", query, got.Status)
		}
	}
	feast := h.Get(t, c, salon+"/explain?service="+service+"&date=2026-04-03&time=11:00")
	if n := strings.Count(feast.Body, "Good Friday"); n != 2 || !strings.Contains(feast.Body, "/holidays") || strings.Contains(feast.Body, "does not work then") {
		t.Errorf("the holiday is named %d times, once for each place: %.300s", n, feast.Body)
	}
	for _, place := range []string{"<h3>Torstraße</h3>", "<h3>Kantstraße</h3>"} {
		if !strings.Contains(feast.Body, place) {
			t.Errorf("no reasons of %s", place)
		}
	}
	old := h.Get(t, c, salon+"/explain?service="+service+"&date=2026-03-02&time=10:00")
	if !strings.Contains(old.Body, "This time has passed.") {
		t.Error("the past is not told")
	}
	form := h.Get(t, c, salon+"/new?service="+service+"&date=2026-03-08")
	if !strings.Contains(form.Body, "/explain?") {
		t.Error("the new booking does not lead to why")
	}
}

// testWhyWork asks about a car that is left at the workshop.
func testWhyWork(t *testing.T, h *house) {
	c := h.SignIn(t, "motor-workshop")
	const root = "/app/motor-workshop"
	service := pagetest.First(t, `<option value="([0-9a-f-]{36})"[^>]*>Leave the car`, h.Get(t, c, root+"/new?lang=en").Body)
	ask := func(date, clock string) string {
		return h.Get(t, c, root+"/explain?lang=en&service="+service+"&date="+date+"&time="+clock).Body
	}
	if got := ask("2026-03-11", "13:00"); !strings.Contains(got, "It is brought at another time") || strings.Contains(got, "has another visit") {
		t.Errorf("after the hours of bringing: %.300s", got)
	}
	got := ask("2026-03-11", "09:30")
	if !strings.Contains(got, "is open.") || !strings.Contains(got, "Bring it ") || !strings.Contains(got, "09%3A00") {
		t.Errorf("while it can be brought: %.300s", got)
	}
	if got := ask("2026-03-08", "09:30"); !strings.Contains(got, "is shut.") || strings.Contains(got, "has another visit") {
		t.Errorf("on Sunday: %.300s", got)
	}
}

// readWhy reads answers of every hour of a day in a language.
func readWhy(t *testing.T, h *house, lang, slug string) {
	t.Helper()
	c := h.SignIn(t, slug)
	root := "/app/" + slug
	latin := regexp.MustCompile(`[A-Za-z]{3,}`)
	h.Get(t, c, root+"/new?lang="+lang)
	services := regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindAllStringSubmatch(h.Get(t, c, root+"/new?lang="+lang).Body, 2)
	for _, service := range services {
		for _, clock := range []string{"03:00", "09:00", "11:20", "13:00", "17:30"} {
			path := root + "/explain?service=" + service[1] + "&date=2026-03-05&time=" + clock + "&lang=" + lang
			got := h.Get(t, c, path)
			if got.Status != http.StatusOK {
				t.Errorf("%s answers %d", path, got.Status)
				continue
			}
			text := pagetest.Inspect(t, path, got.Body)
			for _, word := range latin.FindAllString(text, -1) {
				if lang != "en" && !international(word) {
					t.Errorf("%s: %q is English", path, word)
				}
			}
		}
	}
}
