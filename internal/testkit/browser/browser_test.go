package browser_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kept/internal/testkit/browser"
)

// site serves a site whose document has the given body and which forbids scripts from anywhere but /script.js.
func site(t *testing.T, body, script string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Site</title>`+
			`<meta name="viewport" content="width=device-width"><script src="/script.js"></script></head>`+
			`<body><main><h1>Site</h1><p id="lang">%s</p>%s</main></body></html>`, r.Header.Get("Accept-Language"), body)
	})
	mux.HandleFunc("GET /script.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, script)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// state is a script that writes down how the page sees its viewer.
const state = `addEventListener("DOMContentLoaded", () => {
	const p = document.createElement("p");
	p.id = "state";
	p.textContent = [innerWidth, matchMedia("(prefers-color-scheme: dark)").matches, navigator.language,
		Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.maxTouchPoints > 0].join(" ");
	document.querySelector("main").append(p);
})`

func TestPageIsSeenByTheViewerOfTheOptions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options browser.Options
		lang    string
		state   string
	}{
		"phone":   {browser.Options{Width: 360, Dark: true, Lang: "ru", Zone: "Europe/Moscow"}, "ru", "360 true ru Europe/Moscow true"},
		"narrow":  {browser.Options{Width: 320, Lang: "en", Zone: "UTC"}, "en", "320 false en UTC true"},
		"desktop": {browser.Options{Lang: "zh-Hant", Zone: "Asia/Taipei"}, "zh-Hant", "1280 false zh-Hant Asia/Taipei false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := browser.Page(t, site(t, "", state), test.options)
			if got := tab.MustElement("#lang").MustText(); got != test.lang {
				t.Errorf("Accept-Language = %q, want %q", got, test.lang)
			}
			if got := tab.MustElement("#state").MustText(); got != test.state {
				t.Errorf("the page sees %q, want %q", got, test.state)
			}
			browser.Fits(t, tab)
			browser.Axe(t, tab)
		})
	}
}

func TestNoScript(t *testing.T) {
	t.Parallel()
	tab := browser.Page(t, site(t, `<noscript><p id="plain">plain</p></noscript>`, state), browser.Options{NoScript: true})
	if got := tab.MustElement("#plain").MustText(); got != "plain" {
		t.Errorf("noscript = %q", got)
	}
	if tab.MustHas("#state") {
		t.Error("a script ran")
	}
	browser.Axe(t, tab)
}

func TestPagesShareNoCookies(t *testing.T) {
	t.Parallel()
	address := site(t, "", `document.cookie = "seen=" + (document.cookie || "nothing")`)
	for range 2 {
		tab := browser.Page(t, address, browser.Options{})
		if got := tab.MustEval(`() => document.cookie`).Str(); got != "seen=nothing" {
			t.Errorf("cookie = %q", got)
		}
	}
}

func TestComplaintsAreHeard(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, script, want string }{
		"console":         {"", `console.error("so", 1, "sad")`, "console: so 1 sad"},
		"exception":       {"", `nowhere()`, "nowhere is not defined"},
		"rejection":       {"", `Promise.reject(new Error("unheard"))`, "unheard"},
		"inline script":   {`<script>1</script>`, "", "Content Security Policy"},
		"inline style":    {`<p style="color: red">red</p>`, "", "Content Security Policy"},
		"foreign image":   {`<img src="https://example.invalid/x.png" alt="">`, "", "Content Security Policy"},
		"missing picture": {`<img src="/gone.png" alt="">`, "", "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := browser.Page(t, site(t, test.body, test.script), browser.Options{})
			got := tab.Complaints(t)
			if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), test.want) {
				t.Errorf("complaints = %q, want one with %q", got, test.want)
			}
		})
	}
}

func TestExpectedComplaintsAreNotCounted(t *testing.T) {
	t.Parallel()
	tab := browser.Page(t, site(t, `<img src="/gone.png" alt="">`, `console.info("hello")`), browser.Options{})
	tab.Expect("status of 404")
	tab.MustBeQuiet(t)
}

func TestFitsAndAxeFindFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body  string
		check func(testing.TB, *browser.Tab)
		want  string
	}{
		"wide":     {`<pre id="wide">` + strings.Repeat("wide", 30) + `</pre>`, browser.Fits, "wide"},
		"no label": {`<input id="naked">`, browser.Axe, "#naked"},
		"no name":  {`<button id="dumb"></button>`, browser.Axe, "#dumb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := browser.Page(t, site(t, test.body, ""), browser.Options{Width: 360})
			fake := &fake{TB: t}
			test.check(fake, tab)
			if got := fake.errors.String(); !strings.Contains(got, test.want) {
				t.Errorf("errors = %q, want one naming %q", got, test.want)
			}
		})
	}
}

func TestScreenshotShowsTheWholePage(t *testing.T) {
	t.Parallel()
	tall := strings.Repeat("<p>line</p>", 100)
	tab := browser.Page(t, site(t, tall, ""), browser.Options{Width: 360, Height: 640})
	path := filepath.Join(t.TempDir(), "a", "b.png")
	browser.Screenshot(t, tab, path)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if config.Width != 360 || config.Height < 2000 {
		t.Errorf("picture is %d×%d", config.Width, config.Height)
	}
}

// fake keeps the errors that a check reports instead of failing.
type fake struct {
	testing.TB

	errors strings.Builder
}

func (f *fake) Helper()                           {}
func (f *fake) Error(args ...any)                 { fmt.Fprintln(&f.errors, args...) }
func (f *fake) Errorf(format string, args ...any) { fmt.Fprintf(&f.errors, format, args...) }
