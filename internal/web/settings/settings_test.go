package settings_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kept/internal/app"
	"kept/internal/config"
	"kept/internal/web/pagetest"
)

const salon = "/app/lumen-salon/settings"

// house is a program, and somebody who is signed in there as the owner of the salon.
type house struct {
	*pagetest.House

	boss *http.Client
}

// newHouse starts a whole program with the demo's three businesses.
func newHouse(t *testing.T) *house {
	t.Helper()
	c := config.Serve{Demo: true, Addr: "127.0.0.1:0", Clock: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC), Synchronous: "NORMAL", AllowNet: []string{"127.0.0.1"}}
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
	h := &pagetest.House{Base: server.URL}
	return &house{h, h.SignIn(t, "lumen-salon")}
}

// owner is somebody who fills in forms.
type owner struct {
	t    *testing.T
	h    *house
	c    *http.Client
	last pagetest.Answer
}

func (o *owner) get(path string) *owner {
	o.t.Helper()
	o.last = o.h.Get(o.t, o.c, path)
	return o
}

// form is the form that is open, with what was typed.
func (o *owner) form(typed ...string) (string, url.Values) {
	o.t.Helper()
	doc := pagetest.Parse(o.t, o.last.Body)
	for _, f := range pagetest.Elements(doc, "form") {
		if pagetest.Attribute(f, "id") == "f-form" {
			return pagetest.Form(o.t, doc, pagetest.Attribute(f, "action"), typed...)
		}
	}
	o.t.Fatalf("there is no form in %.400s", o.last.Body)
	return "", nil
}

// send sends the form as it is, with what was typed.
func (o *owner) send(typed ...string) *owner {
	o.t.Helper()
	action, values := o.form(typed...)
	o.last = o.h.Post(o.t, o.c, action, values)
	return o
}

// press sends the form by one of the buttons of its rows.
func (o *owner) press(do string, typed ...string) *owner {
	o.t.Helper()
	action, values := o.form(typed...)
	if !strings.Contains(o.last.Body, `value="`+strings.ReplaceAll(do, ">", "&gt;")+`"`) {
		o.t.Fatalf("there is no button %s", do)
	}
	values.Set("do", do)
	o.last = o.h.Post(o.t, o.c, action, values)
	return o.want(http.StatusOK)
}

func (o *owner) want(status int) *owner {
	o.t.Helper()
	if o.last.Status != status {
		summary := regexp.MustCompile(`(?s)<div class="(errors|notice).*?</div>`).FindString(o.last.Body)
		o.t.Fatalf("answers %d, want %d: %s", o.last.Status, status, summary)
	}
	return o
}

// saved follows where a form that was saved leads.
func (o *owner) saved(word string) *owner {
	o.t.Helper()
	o.want(http.StatusSeeOther)
	if !strings.HasSuffix(o.last.Location, "?done="+word) {
		o.t.Errorf("leads to %s, want %s", o.last.Location, word)
	}
	return o.get(o.last.Location).want(http.StatusOK)
}

// fault wants a field to be marked as wrong, and the summary to lead to it.
func (o *owner) fault(names ...string) *owner {
	o.t.Helper()
	o.want(http.StatusUnprocessableEntity)
	doc := pagetest.Parse(o.t, o.last.Body)
	for _, name := range names {
		linked, marked := false, name == "form"
		for _, a := range pagetest.Elements(doc, "a") {
			linked = linked || pagetest.Attribute(a, "href") == "#f-"+name && strings.TrimSpace(pagetest.Text(a)) != ""
		}
		for _, c := range pagetest.Elements(doc, "input", "select", "textarea") {
			marked = marked || pagetest.Attribute(c, "id") == "f-"+name && pagetest.Attribute(c, "aria-invalid") == "true"
		}
		if !linked || !marked {
			o.t.Errorf("%s: linked %v, marked %v", name, linked, marked)
		}
	}
	return o
}

func (o *owner) says(texts ...string) *owner {
	o.t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.last.Body, text) {
			o.t.Errorf("does not say %q", text)
		}
	}
	return o
}

func TestSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("pages", func(t *testing.T) { testPages(t, h) })
	t.Run("rights", func(t *testing.T) { testRights(t, h) })
	t.Run("service", func(t *testing.T) { testService(t, h) })
	t.Run("recalls", func(t *testing.T) { testRecalls(t, h) })
	t.Run("staff", func(t *testing.T) { testStaff(t, h) })
	t.Run("things", func(t *testing.T) { testThings(t, h) })
	t.Run("hours", func(t *testing.T) { testHours(t, h) })
	t.Run("time off", func(t *testing.T) { testTimeOff(t, h) })
	t.Run("business", func(t *testing.T) { testBusiness(t, h) })
	t.Run("rules", func(t *testing.T) { testRules(t, h) })
	t.Run("expressions", func(t *testing.T) { testExpressions(t, h) })
	t.Run("browser", func(t *testing.T) { testBrowser(t, h) })
}

// testPages reads every page in every language, opens each thing and sends it
// as it stands: nothing may change by that, and nothing may be refused.
func testPages(t *testing.T, h *house) {
	latin := regexp.MustCompile(`[A-Za-z]{3,}`)
	for lang, slug := range map[string]string{"en": "lumen-salon", "zh-Hant": "anhe-clinic", "ru": "motor-workshop"} {
		t.Run(lang, func(t *testing.T) {
			o := &owner{t: t, h: h, c: h.SignIn(t, slug)}
			root := "/app/" + slug + "/settings"
			paths := []string{
				root + "?lang=" + lang, root + "/business", root + "/services/new", root + "/staff/new", root + "/resources/new",
				root + "/locations/new", root + "/time-off", root + "/time-off/new",
				root + "/rules/new", root + "/rules/new?kind=offer", root + "/rules/new?kind=limit", root + "/rules/new?kind=season",
				root + "/rules/new?kind=link", root + "/rules/new?kind=vary", root + "/rules/new?kind=cutoff",
			}
			for _, list := range []string{"services", "staff", "resources", "locations", "time-off", "rules"} {
				paths = append(paths, root+"/"+list)
				link := regexp.MustCompile(`href="(` + root + "/" + list + `/0[^"]*)"`)
				for _, m := range link.FindAllStringSubmatch(o.get(root+"/"+list).last.Body, -1) {
					paths = append(paths, m[1])
					if list == "staff" || list == "locations" {
						paths = append(paths, m[1]+"/hours")
					}
				}
			}
			for _, path := range paths {
				text := pagetest.Inspect(t, path, o.get(path).want(http.StatusOK).last.Body)
				for _, word := range latin.FindAllString(text, -1) {
					if lang != "en" && word != "kept" && word != "Kept" && word != "English" && word != "Motor" && word != "Europe" &&
						word != "Moscow" && word != "Asia" && word != "Taipei" && word != "RUB" && word != "VIP" && word != "TWD" && word != "API" && word != "SMS" {
						t.Errorf("%s: %q is English", path, word)
					}
				}
				if strings.Contains(path, "/settings/") && strings.Contains(path[len(root):], "/0") {
					o.send().saved("saved").get(path)
					if _, again := o.form(); again.Get("was") == "" {
						t.Errorf("%s: no fingerprint", path)
					}
				}
			}
		})
	}
}

// testRights keeps out whoever may not, and lets nobody in twice.
func testRights(t *testing.T, h *house) {
	stranger := &owner{t: t, h: h, c: &http.Client{CheckRedirect: h.boss.CheckRedirect}}
	stranger.get(salon + "/services").want(http.StatusSeeOther)
	o := &owner{t: t, h: h, c: h.boss}
	o.get("/app/anhe-clinic/settings/services").want(http.StatusNotFound)
	o.get(salon + "/services/x").want(http.StatusNotFound)
	other := pagetest.First(t, `href="/app/anhe-clinic(/settings/services/0[^"]*)"`,
		h.Get(t, h.SignIn(t, "anhe-clinic"), "/app/anhe-clinic/settings/services").Body)
	o.get("/app/lumen-salon" + other).want(http.StatusNotFound)
	o.last = h.Post(t, o.c, "/app/lumen-salon"+other+"/archive", nil)
	o.want(http.StatusNotFound)
	foreign := h.Post(t, o.c, salon+"/resources/new", url.Values{"name.en": {"x"}}, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site")
	if foreign.Status != http.StatusForbidden {
		t.Errorf("a form of another site answers %d", foreign.Status)
	}
}
