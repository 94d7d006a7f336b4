package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// TestWhom books for a car: typed by somebody new, then chosen by the same who is signed in.
func TestWhom(t *testing.T) {
	t.Parallel()
	w := newTown(t, true)
	const slug = "motor-workshop"
	p := i18n.For(i18n.Russian)
	v := w.visitor(t, i18n.Russian).choose(slug, 0).says(p.T("whom.vehicle"))
	v.send("/book", "name", "Вера Новая", "email", "vera@whom.example", "about", "- -").expect(http.StatusUnprocessableEntity)
	v.send("/book", "about", "А 123 ВС 777").expect(http.StatusOK).says(p.T("done.title"))
	if n := w.count(t, "subject"); n[0] == 0 {
		t.Fatal("no car was noted")
	}
	before := w.count(t, "subject")[0]

	v.see("/me/-/ask", w.Post(t, v.client, "/me/-/ask", url.Values{"contact": {"vera@whom.example"}, "business": {slug}}, v.header...))
	// The post code of the address on the receipt is no code that was sent.
	v.see("/me/-/code", w.Post(t, v.client, "/me/-/code", url.Values{"code": {w.code(t, "vera@whom.example", "125438")}}, v.header...))
	v.choose(slug, 1).says("А 123 ВС 777", p.T("whom.which"))
	v.send("/book").expect(http.StatusOK).says(p.T("done.title"))
	v.choose(slug, 2).send("/book", "subject", "other", "about", "А 124 ВС 777").expect(http.StatusOK).says(p.T("done.title"))
	if now := w.count(t, "subject")[0]; now != before+1 {
		t.Errorf("%d cars became %d", before, now)
	}
	bound, all := 0, 0
	if err := w.rows.QueryRowContext(t.Context(), "SELECT count(DISTINCT subject_id), count(*) FROM booking WHERE client_id IN "+
		"(SELECT client_id FROM booking WHERE subject_id <> '' AND source = 'public')").Scan(&bound, &all); err != nil {
		t.Fatal(err)
	}
	if bound != 2 || all != 3 {
		t.Errorf("%d bookings are for %d cars, want 3 for 2", all, bound)
	}
	action, values := v.choose(slug, 3).form("/book")
	values.Set("subject", "019cb82e-d097-76a2-8edf-37e17c0ff1f2")
	v.see(action, w.Post(t, v.client, action, values, v.header...))
	if v.last.Status != http.StatusUnprocessableEntity {
		t.Errorf("somebody else's car answers %d: %.300s", v.last.Status, strings.TrimSpace(pagetest.Text(v.doc)))
	}
}
