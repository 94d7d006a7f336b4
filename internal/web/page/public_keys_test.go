package page_test

import (
	"net/http"
	"testing"

	"github.com/go-rod/rod/lib/input"

	"kept/internal/testkit/browser"
)

// testKeys books without a mouse: what was chosen keeps the focus, the time
// that is held runs down, what is not right is said first.
func testKeys(t *testing.T, w *town) {
	v := w.visitor(t, english).open("/b/"+salonSlug, http.StatusOK).follow("service=").dayWith(4)
	tab := browser.Page(t, w.Base+v.at, browser.Options{Width: 1280, Lang: english})
	tab.Expect("status of 422") // a form sent empty, on purpose
	k := keys{t, tab}

	k.press(input.Tab)
	k.focused(".skip")
	k.press(input.Enter)
	k.focused("#main")
	k.tabTo("a.t")
	id := k.id()
	k.press(input.Enter)
	tab.MustElement("form.go")
	tab.MustWait(`id => document.activeElement.id === id && document.activeElement.matches(".t.on")`, id)
	k.tabTo("#go")
	k.press(input.Enter)
	tab.MustElement("#f-name")
	tab.MustWait(`() => /^\(9:\d\d\)$/.test(document.querySelector("[data-left]").textContent)`)
	was := tab.MustElement("[data-left]").MustText()
	tab.MustWait(`was => document.querySelector("[data-left]").textContent !== was`, was)

	k.tabTo("form[action$='/book'] .btn")
	k.press(input.Enter)
	tab.MustWait(`() => document.activeElement && document.activeElement.id === "errors"`)
	k.tabTo("#errors a")
	k.press(input.Enter)
	k.focused("#f-name")
	tab.MustInsertText("Kay Board")
	k.tabTo("#f-email")
	tab.MustInsertText("kay@example.com")
	k.press(input.Enter)
	tab.MustElement(".seal")
	browser.Axe(t, tab)
}

// keys is somebody who has a keyboard and nothing else.
type keys struct {
	t   *testing.T
	tab *browser.Tab
}

func (k keys) press(key input.Key) {
	k.t.Helper()
	if err := k.tab.Keyboard.Type(key); err != nil {
		k.t.Fatal(err)
	}
}

func (k keys) id() string { return k.tab.MustEval(`() => document.activeElement.id`).Str() }

func (k keys) focused(selector string) {
	k.t.Helper()
	k.tab.MustWait(`s => document.activeElement && document.activeElement.matches(s)`, selector)
}

// tabTo presses Tab until what a selector finds is reached; every stop on the way can be seen.
func (k keys) tabTo(selector string) {
	k.t.Helper()
	for range 60 {
		k.press(input.Tab)
		if k.tab.MustEval(`s => document.activeElement.matches(s)`, selector).Bool() {
			return
		}
		if !k.tab.MustEval(`() => document.activeElement === document.Body || document.activeElement.checkVisibility()`).Bool() {
			k.t.Errorf("the focus is at what cannot be seen: %s", k.tab.MustEval(`() => document.activeElement.outerHTML`).Str())
		}
	}
	k.t.Fatalf("no Tab leads to %s", selector)
}
