package page_test

import (
	"database/sql"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"kept/internal/app"
	"kept/internal/config"
	"kept/internal/db"
	"kept/internal/web/pagetest"
)

// town is a whole program whose database can be looked into.
type town struct {
	*pagetest.House

	rows *sql.DB
}

// newTown starts a program on an empty folder, on a Sunday morning.
func newTown(t *testing.T, sample bool) *town {
	t.Helper()
	c := config.Serve{
		Demo: sample, Addr: "127.0.0.1:0", Clock: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC), Synchronous: "NORMAL",
	}
	c.Data = t.TempDir()
	node, err := app.NewNode(t.Context(), c, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(node.Handler())
	second, err := db.Open(t.Context(), filepath.Join(c.Data, "kept.db"), db.Options{Synchronous: c.Synchronous})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		if err := second.Close(); err != nil {
			t.Error(err)
		}
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	return &town{&pagetest.House{Base: server.URL}, second.SQL()}
}

// count counts the rows of tables, in their order.
func (w *town) count(t *testing.T, tables ...string) []int {
	t.Helper()
	out := make([]int, len(tables))
	for i, table := range tables {
		if err := w.rows.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&out[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// A visitor goes from page to page by the links and forms that stand on them,
// as one does without scripts.
type visitor struct {
	t      *testing.T
	h      *pagetest.House
	client *http.Client
	header []string

	at   string // the address of the page that is open
	last pagetest.Answer
	doc  *html.Node
}

// visitor is somebody new, who reads a language.
func (w *town) visitor(t *testing.T, lang string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &visitor{t: t, h: w.House, client: c, header: []string{"Accept-Language", lang}}
}

// open goes to an address, and on to where it leads; it must answer with status.
func (v *visitor) open(path string, status int) *visitor {
	v.t.Helper()
	v.see(path, v.h.Get(v.t, v.client, path, v.header...))
	return v.expect(status)
}

// see keeps an answer, after following where it leads.
func (v *visitor) see(path string, got pagetest.Answer) {
	v.t.Helper()
	for range 5 {
		if got.Status != http.StatusSeeOther {
			break
		}
		path = got.Location
		got = v.h.Get(v.t, v.client, path, v.header...)
	}
	doc, err := html.Parse(strings.NewReader(got.Body))
	if err != nil {
		v.t.Fatal(err)
	}
	v.at, v.last, v.doc = path, got, doc
}

func (v *visitor) expect(status int) *visitor {
	v.t.Helper()
	if v.last.Status != status {
		v.t.Fatalf("%s answers %d, want %d", v.at, v.last.Status, status)
	}
	return v
}

// says wants texts on the page.
func (v *visitor) says(texts ...string) *visitor {
	v.t.Helper()
	body := pagetest.Text(v.doc)
	for _, text := range texts {
		if !strings.Contains(body, text) {
			v.t.Errorf("%s does not say %q", v.at, text)
		}
	}
	return v
}

// links are the addresses on the page that hold a text, in order.
func (v *visitor) links(part string) []string {
	v.t.Helper()
	var out []string
	for _, a := range pagetest.Elements(v.doc, "a") {
		if href := pagetest.Attribute(a, "href"); strings.Contains(href, part) {
			out = append(out, href)
		}
	}
	return out
}

// follow opens the first link whose address holds a text.
func (v *visitor) follow(part string) *visitor {
	v.t.Helper()
	all := v.links(part)
	if len(all) == 0 {
		v.t.Fatalf("%s has no link with %q", v.at, part)
	}
	return v.open(all[0], http.StatusOK)
}

// form gives action and values of the form whose action ends in a text, with
// what the visitor typed.
func (v *visitor) form(end string, typed ...string) (string, url.Values) {
	v.t.Helper()
	return pagetest.Form(v.t, v.doc, end, typed...)
}

// send fills a form, sends it and sees where that leads.
func (v *visitor) send(end string, typed ...string) *visitor {
	v.t.Helper()
	action, values := v.form(end, typed...)
	v.see(action, v.h.Post(v.t, v.client, action, values, v.header...))
	return v
}

// choose takes the nth time of a day of a business's first service: the time
// is held, the details are open.
func (v *visitor) choose(slug string, n int) *visitor {
	v.t.Helper()
	v.open("/b/"+slug, http.StatusOK).follow("service=").dayWith(n + 1)
	return v.open(v.links("start=")[n], http.StatusOK).send("/hold").expect(http.StatusOK)
}

// dayWith goes on to a day that offers so many times.
func (v *visitor) dayWith(times int) *visitor {
	v.t.Helper()
	for range 4 {
		for _, day := range append([]string{v.at}, v.days()...) {
			if v.open(day, http.StatusOK); len(v.links("start=")) >= times {
				return v
			}
		}
		v.open(v.week(), http.StatusOK)
	}
	v.t.Fatalf("%s and the days around offer no %d times", v.at, times)
	return v
}

// days are the other days of the week that can be chosen.
func (v *visitor) days() []string {
	var out []string
	for _, a := range pagetest.Elements(v.doc, "a") {
		if strings.HasPrefix(pagetest.Attribute(a, "id"), "day-") && !pagetest.Has(a, "aria-current") {
			out = append(out, pagetest.Attribute(a, "href"))
		}
	}
	return out
}

// week is the next one.
func (v *visitor) week() string {
	v.t.Helper()
	for _, a := range pagetest.Elements(v.doc, "a") {
		if pagetest.Attribute(a, "id") == "week-next" {
			return pagetest.Attribute(a, "href")
		}
	}
	v.t.Fatalf("%s leads to no next week", v.at)
	return ""
}
