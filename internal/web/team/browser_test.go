package team_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
	"kept/internal/web/shell"
)

// TestPasskey: somebody adds a passkey, signs out, and comes in with it alone.
// Without scripts, the password is all there is.
func TestPasskey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tab := browser.Page(t, h.Base+"/?next=/account", browser.Options{})
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

	if err := (proto.NetworkClearBrowserCookies{}).Call(tab); err != nil {
		t.Fatal(err)
	}
	wait := tab.MustWaitNavigation()
	tab.MustNavigate(h.Base + "/?next=/account")
	wait()
	press("form[data-passkey=get] button")
	tab.MustElementR("h1", "My account")
	if text := tab.MustElement("main").MustText(); !strings.Contains(text, "by passkey") || !strings.Contains(text, "last used") {
		t.Errorf("the account shows %s", text)
	}
	press("form[action$='/drop'] button")
}

// TestPages looks at every page of this package, small and dark too.
func TestPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, o := range map[string]browser.Options{"wide": {}, "phone": {Width: 360, Dark: true, Lang: "ru"}} {
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
			tab.MustEval(`name => document.cookie = name + "=any; path=/sign-in"`, shell.StepCookie) // else the second step leads to the first
			for _, path := range []string{
				"/account", "/account/password", "/account/second", "/account/confirm", "/account/pin/lumen-salon", "/forgot", "/sign-in/second",
				salon + "/team", salon + "/team/invite", salon + "/keys", salon + "/keys/new", salon + "/settings",
			} {
				wait := tab.MustWaitNavigation()
				tab.MustNavigate(h.Base + path)
				wait()
				browser.Axe(t, tab)
				browser.Fits(t, tab)
			}
		})
	}
}
