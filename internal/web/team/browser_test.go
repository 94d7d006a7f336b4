package team_test

import (
	"strings"
	"testing"

	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
)

// TestPasskey: somebody adds a passkey, signs out, and comes in with it alone.
// Without scripts, the password is all there is.
func TestPasskey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tab := browser.Page(t, h.Base+"/?next=/account", browser.Options{Width: 420})
	browser.Keys(t, tab)
	press := func(selector string) {
		wait := tab.MustWaitNavigation()
		tab.MustElement(selector).MustClick()
		wait()
	}
	tab.MustElement("form[action='/sign-in'] input[type=email]").MustInput(owner)
	tab.MustElement("form[action='/sign-in'] input[type=password]").MustInput(pagetest.Password)
	browser.Axe(t, tab)
	press("form[action='/sign-in'] button[type=submit]")
	browser.Axe(t, tab)
	browser.Fits(t, tab)
	tab.MustElement("#f-name").MustSelectAllText().MustInput("My phone")
	press("form[data-passkey=create] button")
	tab.MustElementR(".notice", "added")
	tab.MustElementR("main", "My phone")
	browser.Axe(t, tab)

	tab.MustNavigate(h.Base + "/app/lumen-salon").MustWaitLoad()
	press("form[action='/sign-out'] button")
	press("form[data-passkey=get] button")
	tab.MustNavigate(h.Base + "/account").MustWaitLoad()
	if text := tab.MustElement("main").MustText(); !strings.Contains(text, "by passkey") || !strings.Contains(text, "last used") {
		t.Errorf("the account shows %s", text)
	}
	press("form[action$='/drop'] button")
}

// TestPages looks at every page of this package, small and dark too.
func TestPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, o := range map[string]browser.Options{"wide": {}, "phone": {Width: 360, Dark: true, Lang: "ru"}, "plain": {NoScript: true, Lang: "zh-Hant"}} {
		t.Run(name, func(t *testing.T) {
			tab := browser.Page(t, h.Base+"/?next=/account", o)
			press := func(selector string) {
				wait := tab.MustWaitNavigation()
				tab.MustElement(selector).MustClick()
				wait()
			}
			tab.MustElement("form[action='/sign-in'] input[type=email]").MustInput(owner)
			tab.MustElement("form[action='/sign-in'] input[type=password]").MustInput(pagetest.Password)
			press("form[action='/sign-in'] button[type=submit]")
			if o.NoScript && tab.MustElement("form[data-passkey]").MustVisible() {
				t.Error("passkeys are offered where there is no script")
			}
			for _, path := range []string{
				"/account", "/account/password", "/account/second", "/account/confirm", "/account/pin/lumen-salon", "/forgot", "/sign-in/second",
				salon + "/team", salon + "/team/invite", salon + "/keys", salon + "/keys/new", salon + "/settings",
			} {
				wait := tab.MustWaitNavigation()
				tab.MustNavigate(h.Base + path)
				wait()
				if !o.NoScript {
					browser.Axe(t, tab)
					browser.Fits(t, tab)
				}
			}
		})
	}
}
