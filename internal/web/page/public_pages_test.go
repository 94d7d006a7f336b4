package page_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/internal/i18n"
	"kept/internal/web/pagetest"
)

// testEveryPage reads every public page in every language of every business.
func testEveryPage(t *testing.T, w *town, lang, slug string) {
	v := w.visitor(t, lang)
	english := onlyEnglish(t, lang)
	read := func(path string, status int) {
		t.Helper()
		v.open(path, status)
		v.judge(lang, english)
	}
	home := "/b/" + slug
	read("/", http.StatusOK)
	read("/?next=/app/"+slug, http.StatusOK)
	read(home, http.StatusOK)
	for _, service := range v.links("service=") {
		read(service, http.StatusOK)
	}
	times := v.links("start=")
	read(times[0], http.StatusOK)
	v.send("/hold").judge(lang, english)
	v.send("/book", "name", "").expect(http.StatusUnprocessableEntity).judge(lang, english)
	v.send("/book", "name", "Рита 麗", "phone", "+49 30 1234567").judge(lang, english)
	token, _, _ := strings.Cut(v.at, "?")
	read(token, http.StatusOK)
	read(token+"?said=moved", http.StatusOK)
	read(token+"/move", http.StatusOK)
	read(v.links("start=")[0], http.StatusOK)
	read(token+"?ask=cancel", http.StatusOK)
	v.send("/cancel").judge(lang, english)
	read("/demo/inbox", http.StatusOK)
	read("/demo/inbox?sent=3&business="+slug, http.StatusOK)
	for _, path := range []string{"/nowhere", "/b/nobody", "/m/nothing", home + "/details", home + "/details?hold=x"} {
		read(path, http.StatusNotFound)
	}
	read(home+"?service=nothing", http.StatusUnprocessableEntity)
}

// judge wants of the page that is open what every page must have.
func (v *visitor) judge(lang string, english map[string]string) {
	v.t.Helper()
	pagetest.Inspect(v.t, v.at, v.last.Body)
	for _, name := range []string{"h1", "main", "html", "title"} {
		if n := len(pagetest.Elements(v.doc, name)); n != 1 {
			v.t.Errorf("%s has %d <%s>", v.at, n, name)
		}
	}
	if got := pagetest.Attribute(pagetest.Elements(v.doc, "html")[0], "lang"); got != lang {
		v.t.Errorf("%s: lang=%q, want %q", v.at, got, lang)
	}
	for _, text := range words(v.doc) {
		if key, ok := english[text]; ok {
			v.t.Errorf("%s says %q in English (%s)", v.at, text, key)
		}
		if rawKey().MatchString(text) {
			v.t.Errorf("%s shows the key %s", v.at, text)
		}
	}
}

// rawKey is what a text that is missing looks like; an address of a shop is none.
func rawKey() *regexp.Regexp { return regexp.MustCompile(`^[a-z_]+\.[a-z_0-9.]+$`) }

// words are the texts of a page and those that only screen readers say.
func words(doc *html.Node) []string {
	var out []string
	add := func(s string) {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			out = append(out, s)
		}
	}
	for d := range doc.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" {
			add(d.Data)
		}
		for _, a := range d.Attr {
			if slices.Contains([]string{"aria-label", "title", "placeholder", "alt", "data-gone"}, a.Key) {
				add(a.Val)
			}
		}
	}
	return out
}

// onlyEnglish gives the texts of the English catalogues, and their keys, that
// the other language says otherwise. Empty for English.
func onlyEnglish(t *testing.T, lang string) map[string]string {
	t.Helper()
	out := map[string]string{}
	if lang == i18n.English {
		return out
	}
	files, err := filepath.Glob("../../i18n/catalog/*.en.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no catalogues: %v", err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(file, &texts); err != nil {
			t.Fatal(err)
		}
		for key, text := range texts {
			if s, ok := text.(string); ok && i18n.For(lang).T(key) != s {
				out[s] = key
			}
		}
	}
	return out
}
