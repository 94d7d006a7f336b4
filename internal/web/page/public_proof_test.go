package page_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// demand has the owner of a business ask who books for a proof.
func (w *town) demand(t *testing.T, slug, proof string) {
	t.Helper()
	owner := w.SignIn(t, slug)
	page := w.Get(t, owner, "/app/"+slug+"/settings/business")
	action, values := pagetest.Form(t, pagetest.Parse(t, page.Body), "/settings/business", "proof", proof)
	if got := w.Post(t, owner, action, values); got.Status != http.StatusSeeOther {
		t.Fatalf("the settings answer %d", got.Status)
	}
}

// code waits for the newest code in the demo's inbox that went to a contact.
func (w *town) code(t *testing.T, to string, seen ...string) string {
	t.Helper()
	for range 200 {
		doc := pagetest.Parse(t, w.Get(t, http.DefaultClient, "/demo/inbox").Body)
		for _, part := range pagetest.Elements(doc, "article", "li", "tr") {
			text := pagetest.Text(part)
			if !strings.Contains(text, to) {
				continue
			}
			for _, code := range regexp.MustCompile(`\b\d{6}\b`).FindAllString(text, -1) {
				if !slices.Contains(seen, code) {
					return code
				}
			}
		}
		<-time.After(20 * time.Millisecond)
	}
	t.Fatalf("no code came to %s", to)
	return ""
}

// other is a code that is not this one.
func other(code string) string {
	if code == "000000" {
		return "111111"
	}
	return "000000"
}

// TestProof books where a contact must be proven.
func TestProof(t *testing.T) {
	t.Parallel()
	w := newTown(t, true)
	for lang, slug := range shops() {
		t.Run("story "+lang, func(t *testing.T) { testProofStory(t, w, lang, slug) })
	}
	t.Run("new clients", func(t *testing.T) { testProofNew(t, w) })
	t.Run("tries", func(t *testing.T) { testProofTries(t, w) })
}

// testProofStory types a wrong code, the right one, and sends the form twice.
func testProofStory(t *testing.T, w *town, lang, slug string) {
	w.demand(t, slug, "always")
	p := i18n.For(lang)
	v := w.visitor(t, lang).choose(slug, 0)
	mail := strings.ToLower(lang) + "@proof.example"
	before := w.count(t, "booking", "client")
	v.send("/book", "name", "Paula Proof", "email", mail).expect(http.StatusOK).says(p.T("proof.code"), p.T("proof.again"))
	if !strings.Contains(pagetest.Text(v.doc), "···@proof.example") {
		t.Error("it is not told where the code went")
	}
	pagetest.Inspect(t, v.at, v.last.Body)
	if now := w.count(t, "booking", "client"); !slices.Equal(now, before) {
		t.Fatalf("without a code %v became %v", before, now)
	}
	code := w.code(t, mail)
	v.send("/book", "code", other(code)).expect(http.StatusUnprocessableEntity).says(p.T("proof.wrong"))
	action, values := v.form("/book", "code", code[:3]+" "+code[3:])
	v.send("/book", "code", code).expect(http.StatusOK).says(p.T("done.title"))
	first := v.at
	v.see(action, w.Post(t, v.client, action, values, v.header...))
	if v.expect(http.StatusOK).at != first {
		t.Errorf("sent twice it leads to %s, first to %s", v.at, first)
	}
	if now := w.count(t, "booking", "client"); now[0] != before[0]+1 || now[1] != before[1]+1 {
		t.Errorf("%v became %v", before, now)
	}
	// The next one asks again, and a known contact is asked as an unknown one is.
	v.choose(slug, 1).send("/book", "name", "Paula Proof", "email", mail)
	if v.last.Status != http.StatusOK && v.last.Status != http.StatusUnprocessableEntity || strings.HasSuffix(v.at, "?done=1") {
		t.Errorf("the second booking answers %d at %s", v.last.Status, v.at)
	}
	w.demand(t, slug, "never")
}

// testProofNew asks once in a browser.
func testProofNew(t *testing.T, w *town) {
	w.demand(t, "lumen-salon", "new")
	defer w.demand(t, "lumen-salon", "never")
	v := w.visitor(t, i18n.English).choose("lumen-salon", 0)
	v.send("/book", "name", "Nora New", "email", "nora@new.example").expect(http.StatusOK)
	v.send("/book", "code", w.code(t, "nora@new.example")).says(i18n.For(i18n.English).T("done.title"))
	v.choose("lumen-salon", 2).send("/book", "name", "Nora New", "email", "nora@new.example").expect(http.StatusOK)
	if !strings.HasSuffix(v.at, "?done=1") {
		t.Errorf("the same browser is asked again at %s", v.at)
	}
	v.choose("lumen-salon", 2).send("/book", "name", "Nora New", "email", "nobody@new.example").expect(http.StatusOK)
	v.says("Code from the message")
	one := w.visitor(t, i18n.English).choose("lumen-salon", 3)
	one.send("/book", "name", "Nora New", "phone", "030 901820").expect(http.StatusUnprocessableEntity).says("Write the number with its country")
}

// testProofTries types wrong codes until there is no try left, and asks for another.
func testProofTries(t *testing.T, w *town) {
	w.demand(t, "lumen-salon", "always")
	defer w.demand(t, "lumen-salon", "never")
	v := w.visitor(t, i18n.English).choose("lumen-salon", 4)
	v.send("/book", "name", "Theo Tries", "phone", "+49 30 5550142").expect(http.StatusOK)
	code := w.code(t, "+49305550142")
	for range 5 {
		v.send("/book", "code", other(code)).expect(http.StatusUnprocessableEntity).says("This is not the code that was sent.")
	}
	v.send("/book", "code", code).expect(http.StatusUnprocessableEntity).says("This code has ended. Ask for another one.")
	action, values := v.form("/book")
	values.Set("again", "1")
	v.see(action, w.Post(t, v.client, action, values, v.header...))
	v.expect(http.StatusUnprocessableEntity).says("Too many codes were asked for.")
	values.Set("email", "theo@tries.example") // another contact need not wait
	v.see(action, w.Post(t, v.client, action, values, v.header...))
	v.expect(http.StatusOK).send("/book", "code", w.code(t, "theo@tries.example")).says(i18n.For(i18n.English).T("done.title"))
	verified := 0
	if err := w.rows.QueryRowContext(t.Context(), "SELECT count(*) FROM client WHERE email_verified_at IS NOT NULL AND phone_verified_at IS NULL").Scan(&verified); err != nil {
		t.Fatal(err)
	}
	if verified == 0 {
		t.Error("the card does not say that the address was proven")
	}
}

// TestProofBlocked gives a contact that the owner blocks.
func TestProofBlocked(t *testing.T) {
	t.Parallel()
	w := newTown(t, true)
	w.demand(t, "anhe-clinic", "always")
	defer w.demand(t, "anhe-clinic", "never")
	owner := w.SignIn(t, "anhe-clinic")
	page := w.Get(t, owner, "/app/anhe-clinic/settings/blocks/new")
	action, values := pagetest.Form(t, pagetest.Parse(t, page.Body), "/settings/blocks/new", "contact", "+882*")
	if got := w.Post(t, owner, action, values); got.Status != http.StatusSeeOther {
		t.Fatalf("the block answers %d", got.Status)
	}
	if list := w.Get(t, owner, "/app/anhe-clinic/settings/blocks").Body; !strings.Contains(list, "+882*") {
		t.Error("the list does not have it")
	}
	v := w.visitor(t, i18n.English).choose("anhe-clinic", 0)
	v.send("/book", "name", "Bo Blocked", "phone", "+882 1234567").expect(http.StatusUnprocessableEntity).says("No codes are sent to this contact.")
	v.send("/book", "name", "Bo Blocked", "phone", "+882 1234567", "email", "bo@blocked.example").expect(http.StatusOK).says("Code from the message")
	one := pagetest.First(t, `href="(/app/anhe-clinic/settings/blocks/[0-9a-f-]{36})"`, w.Get(t, owner, "/app/anhe-clinic/settings/blocks").Body)
	action, values = pagetest.Form(t, pagetest.Parse(t, w.Get(t, owner, one).Body), one)
	if got := w.Post(t, owner, action, values); got.Status != http.StatusSeeOther {
		t.Fatalf("unblocking answers %d", got.Status)
	}
	if got := w.Get(t, owner, one); got.Status != http.StatusNotFound {
		t.Errorf("what was unblocked answers %d", got.Status)
	}
}
