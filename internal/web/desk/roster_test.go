package desk_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
)

func TestRosterSheet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner := h.SignIn(t, "lumen-salon")
	for _, lang := range []string{"en", "zh-Hant", "ru"} {
		for _, path := range []string{"/roster?lang=" + lang, "/roster?month=2026-12", "/roster?month=nonsense"} {
			got := h.Get(t, owner, salon+path)
			if got.Status != http.StatusOK || strings.Contains(got.Body, "roster.") && strings.Contains(got.Body, ">roster.") {
				t.Errorf("%s in %s: %d", path, lang, got.Status)
			}
			pagetest.Inspect(t, path, got.Body)
		}
	}
	h.Get(t, owner, salon+"/roster?lang=en")
	all := regexp.MustCompile(`/settings/staff/([0-9a-f-]{36})/roster`).FindAllStringSubmatch(h.Get(t, owner, salon+"/roster?month=2026-03").Body, -1)
	sofia := all[len(all)-1][1] // the only one who works by a roster
	h.Post(t, owner, salon+"/settings/staff/"+sofia+"/roster/remove", nil)
	got := h.Get(t, owner, salon+"/roster?month=2026-03")
	for _, text := range []string{"March 2026", "Anna Krüger", "Torstraße", "month=2026-02", "month=2026-04"} {
		if !strings.Contains(got.Body, text) {
			t.Errorf("the sheet does not say %q", text)
		}
	}
	if strings.Contains(got.Body, "Publish until") {
		t.Error("there is something to publish without a roster")
	}

	staff := pagetest.First(t, `/settings/staff/([0-9a-f-]{36})/roster`, got.Body)
	made := h.Post(t, owner, salon+"/settings/staff/"+staff+"/roster", fresh(t, h, owner, salon+"/settings/staff/"+staff+"/roster"))
	if made.Status != http.StatusSeeOther {
		t.Fatalf("the roster's form answers %d", made.Status)
	}
	got = h.Get(t, owner, salon+"/roster?month=2026-03")
	if !strings.Contains(got.Body, "is-draft") || !strings.Contains(got.Body, "1 person works by a roster") {
		t.Error("a draft is not shown as one")
	}
	action, form := pagetest.Form(t, pagetest.Parse(t, got.Body), "/roster/publish?month=2026-03", "until", "never")
	if bad := h.Post(t, owner, action, form); bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "f-until-fault") {
		t.Errorf("no date answers %d", bad.Status)
	}
	form.Set("until", "2026-03-31")
	for range 2 { // sent twice, it is done once
		if good := h.Post(t, owner, action, form); good.Status != http.StatusSeeOther || good.Location != salon+"/roster?month=2026-03&done=roster" {
			t.Errorf("publishing answers %d %s", good.Status, good.Location)
		}
	}
	if got = h.Get(t, owner, salon+"/roster?month=2026-03"); strings.Contains(got.Body, "is-draft") || !strings.Contains(got.Body, "until 31 March") {
		t.Error("what is published is still a draft")
	}
	looked(t, h)
}

// fresh is the form of a new roster, filled with the first of the patterns.
func fresh(t *testing.T, h *house, c *http.Client, path string) url.Values {
	t.Helper()
	_, form := pagetest.Form(t, pagetest.Parse(t, h.Get(t, c, path+"?pattern=2x2").Body), path)
	return form
}

// looked wants the sheet to fit narrow and wide screens and to be readable by everybody.
func looked(t *testing.T, h *house) {
	t.Helper()
	for _, o := range []browser.Options{{}, {Width: 360, Dark: true}} {
		tab := browser.Page(t, h.Base+"/?next="+url.QueryEscape(salon+"/roster?month=2026-03"), o)
		tab.MustElement("form input[name=email]").MustInput("owner@lumen-salon.example")
		tab.MustElement("form input[name=password]").MustInput("kept-demo")
		wait := tab.MustWaitNavigation()
		tab.MustElement("form[action='/sign-in'] button[type=submit]").MustClick()
		wait()
		tab.MustElement(".roster-table")
		browser.Axe(t, tab)
		browser.Fits(t, tab)
	}
}
