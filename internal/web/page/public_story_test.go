package page_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// shops are the demo's businesses, each with a language to read it in.
func shops() map[string]string {
	return map[string]string{i18n.English: "lumen-salon", i18n.Chinese: "anhe-clinic", i18n.Russian: "motor-workshop"}
}

// TestVisitors shares one program among those who read and book.
func TestVisitors(t *testing.T) {
	t.Parallel()
	w := newTown(t, true)
	for lang, slug := range shops() {
		t.Run("story "+lang, func(t *testing.T) { testStory(t, w, lang, slug) })
		t.Run("pages "+lang, func(t *testing.T) { testEveryPage(t, w, lang, slug) })
	}
	for _, c := range []struct {
		name string
		run  func(*testing.T, *town)
	}{
		{"twice", testTwice},
		{"not right", testNotRight},
		{"taken", testTaken},
		{"reading", testReading},
		{"tokens", testTokens},
		{"foreign", testForeign},
		{"language", testLanguage},
		{"markup", testMarkup},
		{"far away", testFarAway},
		{"keys", testKeys},
		{"several keys", testSeveralKeys},
		{"expired", testExpired},
		{"first", testFirst},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, w) })
	}
}

// testStory goes the whole way by links and forms: book, come, move, cancel.
func testStory(t *testing.T, w *town, lang, slug string) {
	p := i18n.For(lang)
	v := w.visitor(t, lang).choose(slug, 0)
	name := "Wanda Walk " + lang
	v.send("/book", "name", name, "email", "wanda@example.com", "note", "a note").expect(http.StatusOK)
	v.says(p.T("done.title"))
	if !strings.HasSuffix(v.at, "?done=1") {
		t.Fatalf("booking leads to %s", v.at)
	}
	token, _, _ := strings.Cut(v.at, "?")
	v.open(token, http.StatusOK).says(p.T("manage.title"))
	v.send("/confirm").expect(http.StatusOK).says(p.T("manage.thanks"), p.T("manage.confirmed"))
	was := when(v)

	v.follow("/move").says(p.T("move.title"))
	v.open(v.week(), http.StatusOK).dayWith(1)
	times := v.links("start=")
	v.open(times[len(times)-1], http.StatusOK).send("/move").expect(http.StatusOK).says(p.T("manage.moved"))
	if now := when(v); now == was {
		t.Errorf("moved, and still at %s", now)
	}
	if ics := w.Get(t, v.client, token+"/visit.ics"); ics.Status != http.StatusOK || !strings.Contains(ics.Body, "SEQUENCE:") {
		t.Errorf("visit.ics answers %d", ics.Status)
	}
	v.follow("ask=cancel").says(p.T("manage.ask"))
	v.send("/cancel", "reason", "a cold").expect(http.StatusOK).says(p.T("manage.cancelled_now"), p.T("manage.is_cancelled"))
	for _, end := range []string{"/move", "ask=cancel", ".ics"} {
		if len(v.links(end)) > 0 {
			t.Errorf("a cancelled visit offers %s", end)
		}
	}
	// What is over stays over, and is said in words.
	if got := w.Post(t, v.client, token+"/confirm", nil); got.Status != http.StatusConflict {
		t.Errorf("coming to a cancelled visit answers %d", got.Status)
	}
}

// when is the time on the ticket.
func when(v *visitor) string {
	for _, e := range pagetest.Elements(v.doc, "div") {
		if pagetest.Attribute(e, "class") == "ticket-when" {
			return strings.Join(strings.Fields(pagetest.Text(e)), " ")
		}
	}
	return fmt.Sprint("no ticket on ", v.at)
}
