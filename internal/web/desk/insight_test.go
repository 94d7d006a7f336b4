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

// testInsight reads how time is used, as the page of the day leads there.
func testInsight(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	if today := h.Get(t, c, salon); !strings.Contains(today.Body, `href="`+salon+`/insight"`) {
		t.Error("the page of the day does not lead to insight")
	}
	page := h.Get(t, c, salon+"/insight")
	if page.Status != http.StatusOK {
		t.Fatalf("answers %d", page.Status)
	}
	for what, want := range map[string]string{
		"eight weeks": `8 January to 4 March`, "a week's empty time": `4 March to 10 March`, "rows of hours": `<th scope="row">09:00</th>`,
		"columns of days": `<th scope="col"><abbr title="Monday">Mon</abbr></th>`, "numbers in cells": `<td class="heat-`, "closed hours": `closed`,
	} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("%s: no %q", what, want)
		}
	}
	next := regexp.MustCompile(`href="([^"]*week=2026-03-11[^"]*)"`).FindStringSubmatch(page.Body)
	if next == nil || !strings.Contains(h.Get(t, c, strings.ReplaceAll(next[1], "&amp;", "&")).Body, "11 March to 17 March") {
		t.Errorf("the week after: %v", next)
	}
	place := pagetest.First(t, `href="([^"]*insight\?location=[^"]*)"`, page.Body)
	if one := h.Get(t, c, strings.ReplaceAll(place, "&amp;", "&")); one.Status != http.StatusOK || one.Body == page.Body {
		t.Errorf("one place: %d", one.Status)
	}
	for _, odd := range []string{"?range=x&week=never&location=nowhere", "?week=1066-10-14"} {
		if got := h.Get(t, c, salon+"/insight"+odd); got.Status != http.StatusOK {
			t.Errorf("%s answers %d", odd, got.Status)
		}
	}
	for _, o := range []browser.Options{{Width: 360, Dark: true, Lang: "zh-Hant"}, {Width: 1280, Lang: "ru"}} {
		tab := browser.Page(t, h.Base+"/?next="+url.QueryEscape(salon+"/insight"), o)
		tab.MustElement("form input[name=email]").MustInput("owner@lumen-salon.example")
		tab.MustElement("form input[name=password]").MustInput("kept-demo")
		wait := tab.MustWaitNavigation()
		tab.MustElement("form[action='/sign-in'] button[type=submit]").MustClick()
		wait()
		tab.MustElement("table.heat")
		browser.Axe(t, tab)
		browser.Fits(t, tab)
		if o.Width < 500 {
			if tall := tab.MustEval(`() => Math.max(...[...document.querySelectorAll(".heat td")].map(c => c.offsetHeight))`).Int(); tall > 48 {
				t.Errorf("a number of the heat map breaks: a cell is %d pixels high", tall)
			}
		}
	}
}
