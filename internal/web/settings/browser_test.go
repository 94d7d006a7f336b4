package settings_test

import (
	"testing"

	"github.com/go-rod/rod/lib/input"

	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
)

// testBrowser makes a service by keyboard and mouse, with parts added on the
// way, and then is a client who sees it on sale with times to choose from.
func testBrowser(t *testing.T, h *house) {
	for name, o := range map[string]browser.Options{"Glaze": {}, "Toner": {Width: 360, Dark: true}} {
		tab := browser.Page(t, h.Base+"/?next="+salon+"/services/new", o)
		tab.MustElement("form input[name=email]").MustInput("owner@lumen-salon.example")
		tab.MustElement("form input[name=password]").MustInput(pagetest.Password)
		wait := tab.MustWaitNavigation()
		tab.MustElement("form[action='/sign-in'] button[type=submit]").MustClick()
		wait()
		browser.Axe(t, tab)
		browser.Fits(t, tab)
		tab.MustElement(`[id="f-name.en"]`).MustInput(name)
		wait = tab.MustWaitNavigation()
		tab.MustElement(`button[value="add:segments"]`).MustClick()
		wait()
		if got := tab.MustElement(`[id="f-name.en"]`).MustProperty("value").Str(); got != name {
			t.Fatalf("the name is %q after a part was added", got)
		}
		browser.Axe(t, tab)
		tab.MustElement(`[id="f-price"]`).MustSelectAllText().MustInput("31")
		wait = tab.MustWaitNavigation()
		tab.MustElement(`[id="f-price"]`).MustType(input.Enter) // as people do: saves, does not press the first button
		wait()
		tab.MustElementR(".notice", "is on sale")
		tab.MustElementR("main", name)
		browser.Axe(t, tab)
		browser.Fits(t, tab)

		client := browser.Page(t, h.Base+"/b/lumen-salon", browser.Options{Width: 360})
		wait = client.MustWaitNavigation()
		client.MustElementR("a", name).MustClick()
		wait()
		if len(client.MustElements("a.t")) == 0 {
			t.Errorf("%s has no times", name)
		}
	}
}
