package page_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"kept/internal/app/apptest"
	"kept/internal/testkit/browser"
)

// A walker goes through pages as a client does, and looks at each.
type walker struct {
	*browser.Tab

	name string
	step int
}

// look checks the page that is open; with KEPT_SHOTS=folder it leaves a picture there.
func (w *walker) look(t *testing.T, what string) {
	t.Helper()
	w.step++
	browser.Fits(t, w.Tab)
	browser.Axe(t, w.Tab)
	if shots := os.Getenv("KEPT_SHOTS"); shots != "" {
		browser.Screenshot(t, w.Tab, filepath.Join(shots, w.name+"-"+strconv.Itoa(w.step)+"-"+what+".png"))
	}
}

// ask evaluates without promises, which nobody keeps where scripts are off.
func (w *walker) ask(t *testing.T, script string) string {
	t.Helper()
	got, err := proto.RuntimeEvaluate{Expression: script, ReturnByValue: true, UserGesture: true}.Call(w.Page)
	if err != nil {
		return "" // between two pages
	}
	if got.ExceptionDetails != nil {
		t.Fatalf("%s: %s", script, got.ExceptionDetails.Exception.Description)
	}
	return got.Result.Value.Str()
}

// follow clicks what a selector finds and waits until the next page has come
// with what it must have.
func (w *walker) follow(t *testing.T, selector, next string) {
	t.Helper()
	w.ask(t, fmt.Sprintf(`document.getElementById("main").dataset.old = "yes"; document.querySelector(%q).click(); ""`, selector))
	var at string
	deadline := time.Now().Add(15 * time.Second)
	for at != "there" {
		if time.Now().After(deadline) {
			t.Fatalf("%s leads to no %s, but to %s", selector, next, at)
		}
		apptest.Pause(t.Context(), 20*time.Millisecond)
		at = w.ask(t, fmt.Sprintf(`document.readyState === "complete" && !document.querySelector("[data-old]") && document.querySelector(%q) ? "there" : location.pathname + location.search`, next))
	}
}

// fill types into a field.
func (w *walker) fill(t *testing.T, selector, text string) {
	t.Helper()
	w.ask(t, fmt.Sprintf(`document.querySelector(%q).focus(); ""`, selector))
	if err := w.InsertText(text); err != nil {
		t.Fatal(err)
	}
}

// walks are clients of all sorts; the last ones walk only where pictures are taken.
func walks() []walk {
	all := []walk{
		{"en-phone", "lumen-salon", browser.Options{Width: 360, Lang: "en", Zone: "Asia/Tokyo"}},
		{"zh-phone-dark-noscript", "anhe-clinic", browser.Options{Width: 360, Lang: "zh-TW", Dark: true, NoScript: true}},
		{"ru-desk-noscript", "motor-workshop", browser.Options{Lang: "ru", NoScript: true}},
		{"zh-desk-dark", "anhe-clinic", browser.Options{Lang: "zh-Hant", Dark: true, Zone: "America/New_York"}},
	}
	if os.Getenv("KEPT_SHOTS") != "" {
		all = append(all,
			walk{"en-desk", "lumen-salon", browser.Options{Lang: "en", Zone: "Europe/Berlin"}},
			walk{"ru-phone-narrowest", "motor-workshop", browser.Options{Width: 320, Lang: "ru", Zone: "Europe/Moscow"}},
		)
	}
	return all
}

type walk struct {
	name, slug string
	browser.Options
}

// TestWalk books, comes, moves and cancels in a browser, with scripts and
// without, and looks at each page on the way. The security policy is kept and
// nothing is complained of, or the tab fails the test.
func TestWalk(t *testing.T) {
	t.Parallel()
	h := newTown(t, true)
	for _, c := range walks() {
		t.Run(c.name, func(t *testing.T) {
			w := &walker{Tab: browser.Page(t, h.Base+"/b/"+c.slug, c.Options), name: c.name}
			w.Expect("status of 422") // a form sent empty, on purpose
			w.choose(t)
			w.book(t, "Wanda "+c.name)
			w.change(t)
		})
	}
}

func (w *walker) choose(t *testing.T) {
	t.Helper()
	w.look(t, "services")
	w.follow(t, "main a.item", "a.t")
	w.look(t, "times")
	w.follow(t, "#week-next", "a.day.on")
	if w.ask(t, `document.querySelector("a.t") ? "" : "none"`) == "none" {
		w.follow(t, "a.day:not(.on)", "a.t")
	}
	w.follow(t, "li:last-child > a.t", "form.go")
	w.look(t, "chosen")
	w.follow(t, "#go", "#f-name")
	w.look(t, "details")
}

func (w *walker) book(t *testing.T, name string) {
	t.Helper()
	w.follow(t, "form[action$='/book'] .btn", "#errors")
	w.look(t, "wrong")
	w.fill(t, "#f-name", name)
	w.fill(t, "#f-email", "wanda@example.com")
	w.follow(t, "form[action$='/book'] .btn", ".seal")
	w.look(t, "done")
	w.follow(t, ".acts a[href^='/m/']:not([href$='.ics'])", "form[action$='/confirm']")
	w.look(t, "manage")
}

func (w *walker) change(t *testing.T) {
	t.Helper()
	w.follow(t, "form[action$='/confirm'] button", ".said")
	w.follow(t, ".acts a[href$='/move']", "a.t")
	w.look(t, "move")
	w.follow(t, "li:last-child > a.t", "form.go")
	w.follow(t, "#go", ".notice.tone-good")
	w.look(t, "moved")
	w.follow(t, "a[href$='ask=cancel']", "#f-reason")
	w.look(t, "ask")
	w.fill(t, "#f-reason", "a cold")
	w.follow(t, ".btn.danger", ".notice.tone-good")
	w.look(t, "cancelled")
}
