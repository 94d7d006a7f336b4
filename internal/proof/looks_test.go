package proof_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"

	"kept/internal/app/apptest"
	"kept/internal/i18n"
	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
)

// noPages are the addresses that answer a GET with something that nobody looks
// at in a window of its own: files, streams, a part of another page, a way on.
const noPages = `
/assets/ /metrics /healthz /readyz /feeds/ /hooks/ /.well-known/ /api/ /r/ /sign-in/outside /sign-in/outside/
.ics .json .csv /stream /export /panel /files/{document} /papers/{id} /app/{slug}/calendars
`

// notThere are the pages that the walk cannot fill: it sees what they say
// instead, which has to be a page as well.
const notThere = `
/b/{slug}/details /b/{slug}/notices/{notice} /reset/{token} /join/{token} /me/-/in/{link} /sign-in/second
/account/passkeys/{id} /app/{slug}/clients/{id}/branches/{branch} /app/{slug}/clients/break-glass
`

// lookAt is one page to look at: who sees it, and where.
type lookAt struct {
	pattern, path string
	jar           http.CookieJar
}

// TestEveryPageFits walks every page of the program in Chromium on the
// narrowest of phones, in three languages, light and dark: none may be wider
// than the window, complain to the console, or break a rule of accessibility
// that a machine can tell. The addresses are those of the mux, so that a new
// page is walked without being asked for, and fails where it cannot be filled.
func TestEveryPageFits(t *testing.T) {
	t.Parallel()
	n := apptest.SQLite(t)
	base := n.Listen(t)
	all := looks(t, n)
	if len(all) < 90 {
		t.Fatalf("only %d pages", len(all))
	}
	const together = 16 // pages in one window, whose patience is bounded
	for l, lang := range i18n.Languages() {
		for part, some := range slices.Collect(slices.Chunk(all, together)) {
			t.Run(fmt.Sprintf("%s %d", lang, part), func(t *testing.T) {
				t.Parallel()
				walkThrough(t, base, some, browser.Options{Width: 360, Lang: lang, Dark: (l+part)%2 == 1}, l)
			})
		}
	}
}

// walkThrough looks at some pages, and at every third with the eyes of a machine.
func walkThrough(t *testing.T, base string, some []lookAt, o browser.Options, turn int) {
	t.Helper()
	tab := browser.Page(t, base+"/healthz", o)
	tab.Expect("status of 404")
	tab.Expect("status of 410")
	for i, at := range some {
		if err := dressed(tab, base, at.jar); err != nil {
			t.Fatal(err)
		}
		tab.MustNavigate(base + at.path).MustWaitLoad()
		if !tab.MustHas("main h1") {
			t.Errorf("%s: no heading, no page", at.pattern)
			continue
		}
		found := &remarks{TB: t}
		browser.Fits(found, tab)
		found.text += tab.MustEval(low, thumb).Str()
		if i%len(i18n.Languages()) == turn {
			// What stays in sight covers what is scrolled beneath it; that is no fault of what is covered.
			tab.MustEval(`() => document.querySelectorAll(".stuck, .go").forEach(e => e.style.position = "static")`)
			browser.Axe(found, tab)
		}
		if found.text != "" {
			t.Errorf("%s in %s: %s", at.pattern, o.Lang, found.text)
		}
	}
}

// thumb is how high, in CSS pixels, what one taps has to be.
const thumb = 44

// low names the buttons, fields and other things to tap that are lower than
// they should be. Links within a text, ticks, and what only a screen reader
// meets are left out.
const low = `thumb => [...document.querySelectorAll("button, select, summary, input, a.btn, a.pill, a.t, a.day, a.round, a.item, .seg a")].
	filter(e => !e.closest(".vh, #calendar") && !["hidden", "checkbox", "radio", "file"].includes(e.type) && e.checkVisibility()).
	filter(e => { const h = e.getBoundingClientRect().height; return h > 0 && h < thumb - .5; }).
	map(e => "lower than a thumb: " + e.outerHTML.slice(0, 120) + "\n").join("")`

// remarks keeps what a check says of a page until its name is put before it.
type remarks struct {
	testing.TB

	text string
}

func (r *remarks) Error(args ...any)            { r.text += fmt.Sprint(args...) + "\n" }
func (r *remarks) Errorf(f string, args ...any) { r.text += fmt.Sprintf(f, args...) + "\n" }

// dressed gives a window the session of somebody, and of nobody else.
func dressed(tab *browser.Tab, base string, jar http.CookieJar) error {
	if err := (proto.NetworkClearBrowserCookies{}).Call(tab.Page); err != nil || jar == nil {
		return err
	}
	at, err := url.Parse(site)
	if err != nil {
		return err
	}
	var all []*proto.NetworkCookieParam
	for _, c := range jar.Cookies(at) {
		all = append(all, &proto.NetworkCookieParam{Name: c.Name, Value: c.Value, URL: base})
	}
	return tab.SetCookies(all)
}

// looks lists the pages, each with an address at which there is something to see.
func looks(t *testing.T, n *apptest.Node) []lookAt {
	t.Helper()
	owner := enter(t, n, "owner@"+salon+".example")
	client, token := guest(t, n)
	filled := furnished(t, n, owner)
	var out []lookAt
	for _, pattern := range patterns(n.Mux()) {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok {
			method, path = http.MethodGet, pattern
		}
		if method != http.MethodGet || listed(noPages, path) {
			continue
		}
		at := lookAt{pattern: pattern, path: filled.path(path, salon, false)}
		switch {
		case strings.HasPrefix(path, "/me/"):
			at.jar = client
		case strings.HasPrefix(path, "/app/"), strings.HasPrefix(path, "/account"):
			at.jar = owner
		case strings.HasPrefix(path, "/m/"):
			at.path = strings.Replace(path, "{token}", token, 1)
		}
		a := browse(t, n, at.jar, http.MethodGet, at.path, nil)
		for range 3 { // a way on
			if to := a.Header.Get("Location"); to != "" {
				at.path = to
				a = browse(t, n, at.jar, http.MethodGet, to, nil)
			}
		}
		if a.Status != http.StatusOK && path != "/" && !listed(notThere, path) {
			t.Errorf("%s answers %d: give the walk something to see there (at %s)", pattern, a.Status, at.path)
		}
		out = append(out, at)
	}
	return out
}

// listed tells whether a path ends as an entry of a list does, or begins so
// where the entry ends in a slash.
func listed(list, path string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(entry string) bool {
		return strings.HasSuffix(path, entry) || strings.HasSuffix(entry, "/") && strings.HasPrefix(path, entry)
	})
}

// furnished gathers the salon's things and makes those that the demo lacks.
func furnished(t *testing.T, n *apptest.Node, owner http.CookieJar) things {
	t.Helper()
	key := "demo-" + salon + "-owner"
	out := gather(t, n, key)
	out["team"], out["readings"], out["facts"] = out["members"], out["subjects"], "allergies"
	out["breaches"] = create(t, n, key, "/privacy/breaches", map[string]any{"title": "A bag was left on a bus", "categories": []string{"contacts", "health"}})
	out["blocks"] = create(t, n, key, "/sign-in-blocks", map[string]any{"contact": "+882*"})
	if out["calendars"] == none {
		out["calendars"] = create(t, n, key, "/calendars", map[string]any{"staff": out["staff"], "name": "Own", "url": "http://127.0.0.1:1/own.ics"})
	}
	gone := create(t, n, key, "/clients", map[string]any{"name": "Gone Soon"})
	if a := n.Do(t, apptest.Request{Method: http.MethodDelete, Path: "/clients/" + gone, Key: key}); a.Status >= 300 {
		t.Fatalf("erase: %d %s", a.Status, a.Body)
	}
	out["erasures"] = first(t, n, key, "/privacy/erasures")
	browse(t, n, owner, http.MethodPost, "/app/"+salon+"/keys/new", url.Values{"name": {"Till"}, "role": {"integration"}})
	return out
}

// guest is a client of the salon in her browser, and the token of her visit.
func guest(t *testing.T, n *apptest.Node) (http.CookieJar, string) {
	t.Helper()
	const mail = "looks@example.com"
	key := "demo-" + salon + "-owner"
	create(t, n, key, "/clients", map[string]any{"name": "Lotte Looks", "email": mail})
	slot := n.Slots(t, 0, "2026-11-25", "2026-12-05")[3]
	token := n.Do(t, apptest.Request{Method: http.MethodPost, Path: "/b/" + salon + "/bookings", Body: map[string]any{
		"service": slot.Service, "start": slot.Start, "staff": slot.Staff, "client": map[string]any{"name": "Lotte Looks", "email": mail},
	}}).Text("manage_token")
	if token == "" {
		t.Fatal("a booking has no token")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browse(t, n, jar, http.MethodPost, "/me/-/ask", url.Values{"contact": {mail}})
	inbox := pagetest.House{Base: n.Listen(t)}
	code := inbox.Letter(t, mail, pagetest.Code, 1)[1]
	if a := browse(t, n, jar, http.MethodPost, "/me/-/code", url.Values{"code": {code}}); a.Status != http.StatusSeeOther {
		t.Fatalf("signing in: %d", a.Status)
	}
	return jar, token
}
