package page_test

import (
	"net/http"
	"strings"
	"testing"

	"kept/internal/i18n"
)

// testFirst answers before the times are shown what shapes the visit: it takes
// longer and costs more at once, and nobody is asked twice.
func testFirst(t *testing.T, w *town) {
	p := i18n.For(i18n.English)
	v := w.visitor(t, i18n.English)
	v.open("/b/lumen-salon", http.StatusOK).follow("service=") // a cut, an hour, 62 €
	v.says(p.T("first.why"), "How long is your hair?", "1 h", "€62.00")
	v.dayWith(1)
	plain := v.at
	path, form := v.form("/b/lumen-salon", "q.hair_length", "long")
	v.open(path+"?"+form.Encode(), http.StatusOK).says("1 h 15", "€71.30").dayWith(1)
	if v.at == plain {
		t.Fatal("the answer is lost")
	}
	v.open(v.links("start=")[0], http.StatusOK).says("€71.30")
	v.send("/hold").expect(http.StatusOK).says("1 h 15", "€71.30")
	if _, form := v.form("/book"); strings.Join(form["q.hair_length"], "|") != "long" {
		t.Errorf("the details hold %v", form["q.hair_length"])
	}
	v.send("/book", "name", "Lena Long", "email", "lena@first.example").expect(http.StatusOK).says("1 h 15", "€71.30")

	// Said with the details alone, the visit that is held becomes longer, too.
	v = w.visitor(t, i18n.English)
	v.choose("lumen-salon", 0).says("€62.00")
	v.send("/book", "name", "Lou Late", "email", "lou@first.example", "q.hair_length", "very_long").expect(http.StatusOK).says("1 h 15", "€71.30")

	v.open("/b/anhe-clinic", http.StatusOK).follow("service=")
	if strings.Contains(v.last.Body, p.T("first.why")) {
		t.Error("a clinic asks what shapes nothing")
	}
}
