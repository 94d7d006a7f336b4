package page_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// TestNoMoreCodes: who books with a number is told at once that no more codes
// go out by SMS today, whether the number is known or not, and goes on with an
// e-mail address.
func TestNoMoreCodes(t *testing.T) {
	t.Parallel()
	w := newTown(t, true)
	for lang, slug := range shops() {
		t.Run(lang, func(t *testing.T) {
			owner := w.SignIn(t, slug)
			page := w.Get(t, owner, "/app/"+slug+"/settings/business")
			action, values := pagetest.Form(t, pagetest.Parse(t, page.Body), "/settings/business", "proof", "always", "codes_a_day", "1", "phone", "+49 (30) 2312-5099")
			if got := w.Post(t, owner, action, values); got.Status != http.StatusSeeOther {
				t.Fatalf("the settings answer %d", got.Status)
			}
			p := i18n.For(lang)
			number := func(n int) string { return fmt.Sprintf("+49 30 55502%d%d", lang[0]%10, n) }
			w.visitor(t, lang).choose(slug, 0).send("/book", "name", "Paula Proof", "email", "", "phone", number(0)).expect(http.StatusOK).says(p.T("proof.code"))
			v := w.visitor(t, lang).choose(slug, 1)
			v.send("/book", "name", "Rita Rest", "phone", number(1)).expect(http.StatusUnprocessableEntity)
			const call = "+493023125099"
			text := pagetest.Text(v.doc)
			if !strings.Contains(text, p.T("proof.cap_phone", "phone", call)) && !strings.Contains(text, p.T("proof.cap_call_phone", "phone", call)) {
				t.Fatalf("it is not told: %.1500s", text)
			}
			if !strings.Contains(v.last.Body, `href="tel:`+call+`"`) {
				t.Error("nothing calls the number")
			}
			pagetest.Inspect(t, v.at, v.last.Body)
			mail := strings.ToLower(lang) + "@cap.example"
			v.send("/book", "name", "Rita Rest", "email", mail, "phone", number(1)).expect(http.StatusOK)
			v.send("/book", "code", w.code(t, mail)).expect(http.StatusOK).says(p.T("done.title")).says(call)
		})
	}
}
