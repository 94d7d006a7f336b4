package page_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"kept/internal/i18n"
	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
)

// services are the services in the address of the page that is open.
func (v *visitor) services() []string {
	v.t.Helper()
	u, err := url.Parse(v.at)
	if err != nil {
		v.t.Fatal(err)
	}
	return u.Query()["service"]
}

// testSeveral puts a visit of two services together by links alone: adds one,
// adds and removes another, lets them come in any order, and books both.
func testSeveral(t *testing.T, w *town, lang, slug string) {
	p := i18n.For(lang)
	english := onlyEnglish(t, lang)
	v := w.visitor(t, lang).open("/b/"+slug, http.StatusOK)
	for _, one := range v.links("service=") { // what is booked by itself is not added to
		if v.open(one, http.StatusOK); len(v.links("add=1")) > 0 {
			break
		}
	}
	first := v.services()
	v.follow("add=1").says(p.T("services.else"), p.T("services.chosen"))
	v.judge(lang, english)
	for _, one := range v.links("service=") {
		if u, err := url.Parse(one); err == nil && u.Query().Get("add") == "" {
			if all := u.Query()["service"]; len(all) != 1 && (len(all) != 2 || all[0] != first[0] || all[1] == first[0]) {
				t.Errorf("a further service leads to %v", all)
			}
		}
	}
	v.follow("?service="+first[0]+"&service=").says(p.T("services.total"), p.T("services.any_order"))
	v.judge(lang, english)
	two := v.services()
	v.follow("add=1").follow("service=" + two[1] + "&service=")
	if got := v.services(); len(got) != 3 {
		t.Fatalf("three services are %v", got)
	}
	v.open(v.removes(p)[2], http.StatusOK)
	if got := v.services(); !slices.Equal(got, two) {
		t.Errorf("without the third: %v, want %v", got, two)
	}
	v.follow("any_order=1").dayWith(1)
	v.open(v.links("start=")[0], http.StatusOK)
	v.judge(lang, english)
	if _, form := v.form("/hold"); form.Get("any_order") != "1" || len(form["service"]) != 2 {
		t.Errorf("what is held: %v", form)
	}
	v.send("/hold").expect(http.StatusOK).judge(lang, english)
	if _, form := v.form("/book"); form.Get("any_order") != "1" || len(form["service"]) != 2 {
		t.Errorf("what is booked: %v", form)
	}
	v.send("/book", "name", "Sev Eral", "phone", "+49 30 5550377").expect(http.StatusOK).says(p.T("done.title"))
	v.judge(lang, english)
	if parts := pagetest.Elements(v.doc, "ol"); len(parts) == 0 || len(pagetest.Elements(parts[0], "li")) != 2 || len(pagetest.Elements(parts[0], "small")) != 2 {
		t.Error("the visit does not say when each service is done, and by whom")
	}
	if head := pagetest.Text(pagetest.Elements(v.doc, "h2")[0]); !strings.Contains(head, " + ") {
		t.Errorf("the visit is of %q", head)
	}
}

// removes are the links that take a service out again.
func (v *visitor) removes(p *i18n.Printer) []string {
	var out []string
	before, _, _ := strings.Cut(p.T("services.remove", "service", "\x00"), "\x00")
	for _, a := range pagetest.Elements(v.doc, "a") {
		if strings.HasPrefix(pagetest.Attribute(a, "aria-label"), before) {
			out = append(out, pagetest.Attribute(a, "href"))
		}
	}
	return out
}

// testSeveralKeys puts a visit together on a phone, with the keyboard alone.
func testSeveralKeys(t *testing.T, w *town) {
	v := w.visitor(t, english).open("/b/"+salonSlug, http.StatusOK).follow("service=").dayWith(1)
	tab := browser.Page(t, w.Base+v.at, browser.Options{Width: 360, Lang: english})
	k := keys{t, tab}
	look := func() {
		t.Helper()
		browser.Fits(t, tab)
		browser.Axe(t, tab)
	}
	follow := func(selector, next string) {
		t.Helper()
		k.tabTo(selector)
		wait := tab.MustWaitNavigation()
		k.press(input.Enter)
		wait()
		tab.MustElement(next)
		look()
	}
	follow(".more a", "#chosen")
	follow("a.item[href*='&service=']", "#order-1")
	k.tabTo("#order-1")
	k.press(input.Enter)
	tab.MustElement("#order-1.on")
	tab.MustWait(`() => document.activeElement.id === "order-1"`) // what was chosen keeps the focus
	look()
	follow(".chosen a.round", ".more a")
	if tab.MustHas("#chosen") {
		t.Error("one service alone is listed")
	}
}
