package desk_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"kept/internal/app"
	"kept/internal/config"
	"kept/internal/web/pagetest"
)

type house = pagetest.House

// newHouse starts a whole program with the demo's three businesses.
func newHouse(t *testing.T) *house {
	t.Helper()
	c := config.Serve{Demo: true, Addr: "127.0.0.1:0", Clock: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC), Synchronous: "NORMAL"}
	c.Data = t.TempDir()
	node, err := app.NewNode(t.Context(), c, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(node.Handler())
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	return &house{Base: server.URL}
}

func TestDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("doors", func(t *testing.T) { testDoors(t, h) })
	t.Run("pages", func(t *testing.T) { testPages(t, h) })
	t.Run("acts", func(t *testing.T) { testActs(t, h) })
	t.Run("new", func(t *testing.T) { testNew(t, h) })
	t.Run("new visit", func(t *testing.T) { testNewVisit(t, h) })
	t.Run("squeeze", func(t *testing.T) { testSqueeze(t, h) })
	t.Run("card", func(t *testing.T) { testCard(t, h) })
	t.Run("for whom", func(t *testing.T) { testForWhom(t, h) })
	t.Run("shaping", func(t *testing.T) { testShaping(t, h) })
	t.Run("insight", func(t *testing.T) { testInsight(t, h) })
	t.Run("sessions", func(t *testing.T) { testSessions(t, h) })
}

// Browsers have houses of their own: the sign-ins of a minute are counted.
func TestSessionLooks(t *testing.T) {
	t.Parallel()
	testSessionLooks(t, newHouse(t))
}

func TestBrowser(t *testing.T) {
	t.Parallel()
	testBrowser(t, newHouse(t))
}

func testDoors(t *testing.T, h *house) {
	owner := h.SignIn(t, "lumen-salon")
	stranger := &http.Client{CheckRedirect: owner.CheckRedirect}
	if got := h.Get(t, stranger, "/app/lumen-salon/calendar?day=2026-03-05"); got.Status != http.StatusSeeOther ||
		got.Location != "/?next=%2Fapp%2Flumen-salon%2Fcalendar%3Fday%3D2026-03-05" {
		t.Errorf("without a session: %d %s", got.Status, got.Location)
	}
	if got := h.Get(t, stranger, "/app/lumen-salon/stream"); got.Status != http.StatusUnauthorized {
		t.Errorf("the stream without a session: %d", got.Status)
	}
	for _, path := range []string{"/app/anhe-clinic", "/app/anhe-clinic/clients", "/app/nowhere", "/app/lumen-salon/bookings/x", "/app/lumen-salon/xyz"} {
		if got := h.Get(t, owner, path); got.Status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.Status)
		}
	}
}

// testPages reads every page in every language.
func testPages(t *testing.T, h *house) {
	latin := regexp.MustCompile(`[A-Za-z]{3,}`)
	for lang, slug := range map[string]string{"en": "lumen-salon", "zh-Hant": "anhe-clinic", "ru": "motor-workshop"} {
		t.Run(lang, func(t *testing.T) {
			c := h.SignIn(t, slug)
			root := "/app/" + slug
			calendar := h.Get(t, c, root+"/calendar?view=day&lang="+lang)
			booking := pagetest.First(t, `href="(/app/[^"]*/bookings/[^"]*)"`, calendar.Body)
			client := pagetest.First(t, `href="(/app/[^"/]*/clients/0[^"]*)"`, h.Get(t, c, root+"/clients").Body)
			message := pagetest.First(t, `href="(/app/[^"/]*/messages/[^"?]*)"`, h.Get(t, c, root+"/messages").Body)
			session := pagetest.First(t, `href="(/app/[^"/]*/sessions/0[^"]*)"`, h.Get(t, c, root+"/sessions").Body)
			service := pagetest.First(t, `<option value="([^"]+)"`, h.Get(t, c, root+"/new").Body)
			for _, path := range []string{
				root, root + "/calendar", root + "/calendar?view=week", root + "/calendar?view=week&staff=all", root + "/clients",
				root + "/clients?q=nobody", root + "/clients/new", root + "/messages", root + "/messages?status=sent", root + "/insight", root + "/insight?range=next&week=2026-03-16", root + "/new",
				root + "/new?service=" + service, booking, booking + "/panel", booking + "/move", client, client + "/edit", message,
				root + "/sessions", session, session + "?ask=cancel",
			} {
				got := h.Get(t, c, path)
				if got.Status != http.StatusOK {
					t.Errorf("%s answers %d", path, got.Status)
					continue
				}
				text := pagetest.Inspect(t, path, got.Body)
				if lang != "en" {
					for _, word := range latin.FindAllString(text, -1) {
						if !international(word) {
							t.Errorf("%s: %q is English", path, word)
						}
					}
				}
			}
		})
	}
}

// international words are the same everywhere: the program's name, languages in themselves.
func international(word string) bool {
	switch word {
	case "kept", "Kept", "English", "nobody", "SMS", "PDF", "KB", "MB":
		return true
	}
	return false
}
