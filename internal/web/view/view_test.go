package view_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kept/internal/i18n"
	"kept/internal/web/asset"
)

// render draws a sample and reads it as a browser would.
func render(t *testing.T, s sample) (*html.Node, string) {
	t.Helper()
	var out bytes.Buffer
	if err := s.page.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc, out.String()
}

// every calls a test for each page in each language.
func every(t *testing.T, test func(t *testing.T, lang string, doc *html.Node, text string)) {
	t.Helper()
	for _, lang := range i18n.Languages() {
		for _, s := range samples(lang) {
			t.Run(lang+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				doc, text := render(t, s)
				test(t, lang, doc, text)
			})
		}
	}
}

func elements(doc *html.Node) []*html.Node {
	var out []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func value(n *html.Node, key string) string {
	v, _ := attr(n, key)
	return v
}

// words is the text below a node.
func words(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(out.String())
}

func TestPagesAreWellFormed(t *testing.T) {
	t.Parallel()
	every(t, func(t *testing.T, lang string, doc *html.Node, text string) {
		var open []string
		tokens := html.NewTokenizer(strings.NewReader(text))
		for kind := tokens.Next(); kind != html.ErrorToken; kind = tokens.Next() {
			name, _ := tokens.TagName()
			switch tag := string(name); {
			case kind == html.StartTagToken && !slices.Contains([]string{"meta", "link", "input", "br", "hr", "img"}, tag):
				open = append(open, tag)
			case kind == html.EndTagToken:
				if len(open) == 0 || open[len(open)-1] != tag {
					t.Fatalf("</%s> closes %v", tag, open)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("left open: %v", open)
		}
		ids := map[string]bool{}
		headings, mains := 0, 0
		for _, n := range elements(doc) {
			if id, ok := attr(n, "id"); ok {
				if ids[id] || id == "" {
					t.Errorf("id %q stands twice", id)
				}
				ids[id] = true
			}
			switch n.Data {
			case "h1":
				headings++
			case "main":
				mains++
			case "html":
				if value(n, "lang") != lang {
					t.Errorf("the page says it is %q", value(n, "lang"))
				}
			}
		}
		if headings != 1 || mains != 1 {
			t.Errorf("%d h1 and %d main, want one of each", headings, mains)
		}
		for _, n := range elements(doc) {
			for _, key := range []string{"for", "aria-labelledby", "aria-describedby"} {
				for id := range strings.FieldsSeq(value(n, key)) {
					if !ids[id] {
						t.Errorf("%s of <%s> points to %q, which is nowhere", key, n.Data, id)
					}
				}
			}
			if at := value(n, "href"); strings.HasPrefix(at, "#") && !ids[at[1:]] {
				t.Errorf("a link leads to %s, which is nowhere", at)
			}
		}
	})
}

func TestNothingIsInline(t *testing.T) {
	t.Parallel()
	every(t, func(t *testing.T, _ string, doc *html.Node, _ string) {
		for _, n := range elements(doc) {
			if n.Data == "style" || n.Data == "script" && (words(n) != "" || value(n, "src") == "") {
				t.Errorf("<%s> with something in it", n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") ||
					strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
			if at := value(n, "src") + value(n, "href"); strings.HasPrefix(at, asset.Prefix) && strings.Contains(at, "/missing/") {
				t.Errorf("%s is not there", at)
			}
		}
	})
}

func TestEveryControlHasAName(t *testing.T) {
	t.Parallel()
	every(t, func(t *testing.T, _ string, doc *html.Node, _ string) {
		labels := map[string]bool{}
		for _, n := range elements(doc) {
			if n.Data == "label" && words(n) != "" {
				labels[value(n, "for")] = true
			}
		}
		for _, n := range elements(doc) {
			switch n.Data {
			case "input", "select", "textarea":
				inside := n.Parent != nil && n.Parent.Data == "label" && words(n.Parent) != ""
				if value(n, "type") != "hidden" && !inside && !labels[value(n, "id")] {
					t.Errorf("<%s name=%q> has no label", n.Data, value(n, "name"))
				}
			case "button", "a", "summary":
				if words(n) == "" && value(n, "aria-label") == "" {
					t.Errorf("<%s href=%q> has no words", n.Data, value(n, "href"))
				}
				if at, ok := attr(n, "href"); ok && at == "" {
					t.Errorf("%q leads nowhere", words(n))
				}
			case "form":
				if value(n, "action") == "" || value(n, "method") == "" {
					t.Error("a form without action or method")
				}
			}
		}
	})
}

// catalogues reads the texts of a language without gaps in them.
func catalogues(t *testing.T, lang string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, area := range []string{"site", "desk", "status", "day"} {
		raw, err := os.ReadFile(filepath.Join("..", "..", "i18n", "catalog", area+"."+lang+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]json.RawMessage
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatal(err)
		}
		for key, one := range texts {
			var text string
			if json.Unmarshal(one, &text) == nil {
				out[text] = key
			}
		}
	}
	return out
}

var keyLike = regexp.MustCompile(`^[a-z_]+(\.[a-z0-9_]+)+$`)

func TestNoOtherLanguageLeaks(t *testing.T) {
	t.Parallel()
	english := catalogues(t, i18n.English)
	every(t, func(t *testing.T, lang string, doc *html.Node, _ string) {
		own := catalogues(t, lang)
		check := func(text string) {
			text = strings.TrimSpace(text)
			if keyLike.MatchString(text) {
				t.Errorf("%q has no text", text)
			}
			if key, there := english[text]; there && lang != i18n.English && own[text] == "" && len(text) > 1 {
				t.Errorf("%q (%s) is English", text, key)
			}
		}
		for n := range doc.Descendants() {
			if n.Type == html.TextNode && n.Parent.Data != "title" {
				check(n.Data)
			}
			for _, key := range []string{"aria-label", "title", "placeholder", "data-gone", "data-moved", "data-failed"} {
				check(value(n, key))
			}
		}
	})
}

func TestLanguageLinksKeepTheAddress(t *testing.T) {
	t.Parallel()
	for _, s := range samples(i18n.English) {
		if s.name != "times" {
			continue
		}
		doc, _ := render(t, s)
		var got []string
		for _, n := range elements(doc) {
			if lang := value(n, "hreflang"); lang != "" {
				got = append(got, value(n, "href"))
			}
		}
		want := []string{"/b/lumen?lang=en&service=1", "/b/lumen?lang=zh-Hant&service=1", "/b/lumen?lang=ru&service=1"}
		if !slices.Equal(got, want) {
			t.Errorf("links %v, want %v", got, want)
		}
	}
}

// TestMarkupInData writes markup and scripts wherever a person can write.
func TestMarkupInData(t *testing.T) {
	t.Parallel()
	evil := `"><script>x</script><img src=x onerror=y>'`
	m := maker{i18n.For(i18n.English), tongue{}}
	for _, field := range []*string{
		&m.t.house, &m.t.line, &m.t.place, &m.t.anna, &m.t.mira, &m.t.jonas, &m.t.nia, &m.t.tom, &m.t.cut, &m.t.colour, &m.t.group, &m.t.about, &m.t.policy,
		&m.t.warning, &m.t.allergy, &m.t.note, &m.t.regular, &m.t.zone, &m.t.user,
	} {
		*field = evil
	}
	m.t.money = "EUR"
	for _, some := range [][]sample{m.booking(), m.managing(), m.doors(), m.desk(), m.cards()} {
		for _, s := range some {
			doc, _ := render(t, s)
			for _, n := range elements(doc) {
				_, handler := attr(n, "onerror")
				if n.Data == "img" || handler || n.Data == "script" && words(n) != "" {
					t.Errorf("%s: a name became <%s>", s.name, n.Data)
				}
			}
		}
	}
}
