package desk_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
)

// testSessions: a class is planned for some weeks, shown in the calendar as
// one, filled, given fewer places and called off.
func testSessions(t *testing.T, h *house) {
	c := h.SignIn(t, "lumen-salon")
	list := h.Get(t, c, salon+"/sessions")
	for _, want := range []string{"Make-up class", "8/8", "full", "5 of 8 places taken", "too few so far"} {
		if !strings.Contains(list.Body, want) {
			t.Errorf("the list does not tell %q", want)
		}
	}
	action, form := pagetest.Form(t, pagetest.Parse(t, list.Body), "/sessions", "date", "2026-03-12", "start", "18:45", "times", "3", "seats", "5")
	form.Set("override", "yes")
	made := h.Post(t, c, action, form)
	if made.Status != http.StatusSeeOther || !strings.Contains(made.Location, "from=2026-03-12") {
		t.Fatalf("planned: %d %s %.2000s", made.Status, made.Location, made.Body)
	}
	if again := h.Post(t, c, action, form); again.Location != made.Location {
		t.Errorf("sent twice it leads to %s, not %s", again.Location, made.Location)
	}
	page := h.Get(t, c, made.Location)
	if n := strings.Count(page.Body, "0/5"); n != 3 {
		t.Errorf("%d sessions of three were planned", n)
	}
	href := pagetest.First(t, `href="(/app/lumen-salon/sessions/0[^"]*)"`, page.Body)
	items := 0
	for _, i := range readFeed(t, h, c, "2026-03-12").Items {
		if i.Href == href {
			items++
			if !strings.Contains(i.Title, "0/5") || i.Movable {
				t.Errorf("in the calendar it is %+v", i)
			}
		}
	}
	if items != 1 {
		t.Errorf("in the calendar it stands %d times", items)
	}
	testSessionChanges(t, h, c, href)
	for name, change := range map[string][2]string{
		"no day": {"date", ""}, "no time": {"start", "25:00"}, "too often": {"times", "105"}, "too many": {"seats", "2000"}, "no service": {"service", "x"},
	} {
		_, form := pagetest.Form(t, pagetest.Parse(t, list.Body), "/sessions", "date", "2026-03-19", "start", "12:00")
		form.Set(change[0], change[1])
		if got := h.Post(t, c, action, form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `id="errors"`) {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	if got := h.Get(t, c, salon+"/sessions/none"); got.Status != http.StatusNotFound {
		t.Errorf("an unknown session: %d", got.Status)
	}
}

func testSessionChanges(t *testing.T, h *house, c *http.Client, href string) {
	t.Helper()
	one := h.Get(t, c, href)
	add := strings.ReplaceAll(pagetest.First(t, `href="(/app/lumen-salon/new\?[^"]*)"`, one.Body), "&amp;", "&")
	chosen, err := url.Parse(add)
	if err != nil {
		t.Fatal(err)
	}
	form := chosen.Query()
	if page := h.Get(t, c, add); !strings.Contains(page.Body, `value="`+form.Get("start")+`" checked`) {
		t.Error("the session's time is not chosen already")
	}
	form.Set("name", "Nia Session")
	form.Set("email", "nia.session@example.com")
	if booked := h.Post(t, c, salon+"/new", form); booked.Status != http.StatusSeeOther {
		t.Fatalf("added: %d %.3000s", booked.Status, booked.Body)
	}
	if one = h.Get(t, c, href); !strings.Contains(one.Body, "Nia Session") || !strings.Contains(one.Body, "1 of 5 places taken") {
		t.Error("who was added is not in it")
	}
	if panel := h.Get(t, c, href, "HX-Target", "panel"); strings.Contains(panel.Body, "<html") || !strings.Contains(panel.Body, "Nia Session") {
		t.Errorf("the panel is %.300s", panel.Body)
	}
	if got := h.Post(t, c, href+"/seats", url.Values{"seats": {"0"}, "min_seats": {"0"}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("no places at all: %d", got.Status)
	}
	if got := h.Post(t, c, href+"/seats", url.Values{"seats": {"6"}, "min_seats": {"0"}}); got.Status != http.StatusSeeOther {
		t.Errorf("more places: %d", got.Status)
	}
	if ask := h.Get(t, c, href+"?ask=cancel"); !strings.Contains(ask.Body, "1 booking is cancelled with it") {
		t.Error("it does not ask before it is called off")
	}
	if got := h.Post(t, c, href+"/cancel", url.Values{"reason": {"flu"}}); got.Status != http.StatusSeeOther {
		t.Errorf("called off: %d", got.Status)
	}
	if one = h.Get(t, c, href+"?done=session_cancelled"); !strings.Contains(one.Body, "Called off.") || strings.Contains(one.Body, "Add somebody") {
		t.Error("the page does not tell that it is called off")
	}
}

// testSessionLooks looks at the pages in a browser, narrow and wide, light and dark.
func testSessionLooks(t *testing.T, h *house) {
	t.Helper()
	list := h.Get(t, h.SignIn(t, "lumen-salon"), salon+"/sessions?from=2026-03-20")
	href := pagetest.First(t, `href="(/app/lumen-salon/sessions/0[^"]*)"`, list.Body)
	for _, o := range []browser.Options{{Width: 360}, {Width: 1280, Dark: true}} {
		tab := browserSignIn(t, h, o)
		for i, path := range []string{"/sessions?from=2026-03-20#plan", strings.TrimPrefix(href, salon), strings.TrimPrefix(href, salon) + "?ask=cancel"} {
			tab.MustNavigate(h.Base + salon + path).MustWaitLoad()
			if shots := os.Getenv("KEPT_SHOTS"); shots != "" {
				browser.Screenshot(t, tab, filepath.Join(shots, fmt.Sprintf("session-%d-%d.png", o.Width, i)))
			}
			browser.Fits(t, tab)
			browser.Axe(t, tab)
			tab.MustBeQuiet(t)
		}
	}
}

// browserSignIn opens a window that the salon's owner has signed in to.
func browserSignIn(t *testing.T, h *house, o browser.Options) *browser.Tab {
	t.Helper()
	tab := browser.Page(t, h.Base+"/", o)
	tab.MustElement("form input[name=email]").MustInput("owner@lumen-salon.example")
	tab.MustElement("form input[name=password]").MustInput(pagetest.Password)
	wait := tab.MustWaitNavigation()
	tab.MustElement("form[action='/sign-in'] button[type=submit]").MustClick()
	wait()
	return tab
}
