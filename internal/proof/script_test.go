package proof_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kept/internal/app/apptest"
	"kept/internal/testkit/browser"
	"kept/internal/web/pagetest"
)

// corpus is what attackers type: every way of beginning a script in every
// place where a careless page would put a text. Each sets window.ran.
func corpus() []string {
	const run = "window.ran=1"
	var out []string
	for _, before := range []string{"", `"`, `'`, `">`, `'>`, "</textarea>", "</title>", "</script>", "<!--", "-->", "]]>", "`"} {
		for _, tag := range []string{
			"<script>%s</script>", "<img src=x onerror=%s>", "<svg onload=%s>", "<svg/onload=%s>", "<details open ontoggle=%s>",
			"<iframe srcdoc='<script>parent.%s</script>'>", "<input autofocus onfocus=%s>", "<body onload=%s>", "<video><source onerror=%s></video>",
			"<a href=javascript:%s>x</a>", "<object data=javascript:%s>", "<math><mtext><style><img src=x onerror=%s>",
			"<ScRiPt>%s</sCrIpT>", "<marquee onstart=%s>",
		} {
			out = append(out, before+fmt.Sprintf(tag, run))
		}
	}
	for _, bare := range []string{
		`" onmouseover="%s`, `' onfocus='%s' autofocus='`, `" autofocus onfocus="%s`, "javascript:%s", "JaVaScRiPt:%s", "data:text/html,<script>parent.%s</script>",
		"{{%s}}", "${%s}", "#{%s}", "<%%= %s %%>", "{{constructor.constructor('%s')()}}", "';%s;//", "\\';%s;//", "\\u003cscript\\u003e%s\\u003c/script\\u003e",
		"&lt;script&gt;%s&lt;/script&gt;", "&#60;script&#62;%s&#60;/script&#62;", "%%3Cscript%%3E%s%%3C/script%%3E", "＜script＞%s＜/script＞",
		"<base href=//evil.example>%s", "<meta http-equiv=refresh content='0;url=javascript:%s'>", "<link rel=stylesheet href=//evil.example/%s>",
		"<style>@import '//evil.example/%s'</style>", "<form action=javascript:%s><button autofocus>", "<div hx-on:load=%s hx-get=/ hx-trigger=load>",
		"<div hx-get=//evil.example/%s hx-trigger=load>", "<template><script>%s</script></template>", "<noscript><p title=\"</noscript><img src=x onerror=%s>\">",
		"<svg><animate onbegin=%s attributeName=x dur=1s>", "<svg><use href='data:image/svg+xml,<svg onload=%s>'>", "<x onclick=%s tabindex=1 id=x>#x",
		"<audio src=x onerror=%s>", "<embed src=javascript:%s>", "<keygen autofocus onfocus=%s>", "<select autofocus onfocus=%s>", "<isindex onfocus=%s autofocus>",
	} {
		out = append(out, fmt.Sprintf(bare, run))
	}
	return out
}

// portions puts as many payloads together as a field takes.
func portions(all []string, most int) []string {
	var out []string
	now := ""
	for _, p := range all {
		if len([]rune(now))+len([]rune(p))+1 > most {
			out = append(out, now)
			now = ""
		}
		now = strings.TrimSpace(now + " " + p)
	}
	return append(out, now)
}

// victims makes clients whose every text is an attack: each payload stands in
// the short fields of one of them, and in the long fields of all.
func victims(t *testing.T, n *apptest.Node, all []string) []string {
	t.Helper()
	const short = 190
	key := "demo-" + salon + "-owner"
	long := portions(all, 3900)
	var out []string
	for i, text := range portions(all, short) {
		c := create(t, n, key, "/clients", map[string]any{"name": text, "note": long[i%len(long)]})
		out = append(out, c)
		at := "/clients/" + c
		create(t, n, key, at+"/subjects", map[string]any{"kind": "pet", "name": clip(text, 80)})
		create(t, n, key, at+"/contacts", map[string]any{"kind": "email", "value": fmt.Sprintf("v%d@script.example", i), "label": clip(text, 40)})
		create(t, n, key, at+"/entries", map[string]any{"kind": "note", "text": long[i%len(long)]})
		// What a field does not take is as good as what it shows as text.
		for path, body := range map[string]any{
			"POST " + at + "/facts":        map[string]any{"key": "medication", "kind": "text", "value": clip(text, 180)},
			"PATCH " + at + "/preferences": map[string]any{"tags": []string{clip(text, 30)}},
		} {
			method, path, _ := strings.Cut(path, " ")
			if a := n.Do(t, apptest.Request{Method: method, Path: path, Key: key, Body: body}); a.Status >= http.StatusInternalServerError {
				t.Errorf("%s: %d", path, a.Status)
			}
		}
	}
	return out
}

func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

// TestNoScriptOfTheirsRuns shows what people typed on every page of the staff
// that shows it, in a browser. Nothing runs, and nothing is even tried: what the
// content security policy had to stop counts as a failure, too.
func TestNoScriptOfTheirsRuns(t *testing.T) {
	t.Parallel()
	all := corpus()
	if len(all) < 200 {
		t.Fatalf("only %d payloads", len(all))
	}
	n := apptest.SQLite(t)
	clients := victims(t, n, all)
	base := n.Listen(t)
	tab := browser.Page(t, base+"/", browser.Options{})
	tab.MustElement("form input[name=email]").MustInput("owner@" + salon + ".example")
	tab.MustElement("form input[name=password]").MustInput(pagetest.Password)
	wait := tab.MustWaitNavigation()
	tab.MustElement("form[action='/sign-in'] button[type=submit]").MustClick()
	wait()
	pages := []string{"/clients", "/clients?q=" + "script", "/audit", "/clients/duplicates", ""}
	for i, c := range clients {
		pages = append(pages, "/clients/"+c)
		if i%10 == 0 {
			pages = append(pages, "/clients/"+c+"/edit", "/new?client="+c, "/audit?client="+c)
		}
	}
	shown := 0
	for _, path := range pages {
		tab.MustNavigate(base + "/app/" + salon + path).MustWaitLoad()
		for _, complaint := range tab.Complaints(t) {
			if !strings.Contains(complaint, "status of 404") {
				t.Errorf("%s: %s", path, complaint)
			}
		}
		if tab.MustEval("() => !!window.ran").Bool() {
			t.Fatalf("%s: a script ran", path)
		}
		if tab.MustEval("() => document.body.innerText.includes('window.ran')").Bool() {
			shown++
		}
	}
	if shown < len(clients) {
		t.Errorf("what was typed is shown on %d pages of %d alone", shown, len(pages))
	}
}
