package pagetest

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Inspect tells what is wrong with a page's markup and gives the text that people read.
func Inspect(t testing.TB, path, body string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	labelled, ids, text := map[string]bool{}, map[string]int{}, &strings.Builder{}
	var controls []*html.Node
	attr := func(n *html.Node, name string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
		return "", false
	}
	var walk func(n *html.Node, inLabel bool)
	walk = func(n *html.Node, inLabel bool) {
		if n.Type == html.TextNode {
			text.WriteString(n.Data + " ")
		}
		if n.Type == html.ElementNode {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s> has %s", path, n.Data, a.Key)
				}
			}
			if id, ok := attr(n, "id"); ok {
				ids[id]++
			}
			src, _ := attr(n, "src")
			switch kind, _ := attr(n, "type"); {
			case n.Data == "style", n.Data == "script" && src == "":
				t.Errorf("%s: inline <%s>", path, n.Data)
				return
			case n.Data == "code": // not of any language
				return
			case n.Data == "textarea":
				controls = append(controls, n)
				return // what somebody typed is in their own language
			case n.Data == "label":
				inLabel = true
				if to, ok := attr(n, "for"); ok {
					labelled[to] = true
				}
			case (n.Data == "input" && kind != "hidden" || n.Data == "select") && !inLabel:
				controls = append(controls, n)
			}
			if lang, _ := attr(n, "lang"); lang != "" && n.Data == "a" { // a language named in itself
				return
			}
		}
		for c := range n.ChildNodes() {
			walk(c, inLabel)
		}
	}
	walk(doc, false)
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s: %d elements have the id %s", path, n, id)
		}
	}
	for _, c := range controls {
		if id, _ := attr(c, "id"); !labelled[id] {
			t.Errorf("%s: <%s id=%q> has no label", path, c.Data, id)
		}
	}
	for _, key := range regexp.MustCompile(`\b(?:nav|today|calendar|booking|do|new|clients?|card|messages?|done|off|live|status|step|form|visit|did|settings|service|staff|segment|need|resource|location|hours|terms|wish|aim|color|kind|unit|rows|buffer|rule)\.[a-z_]+\b`).FindAllString(text.String(), -1) {
		if key != "client.visits" && key != "client.new" { // words of expressions
			t.Errorf("%s: the key %s has no text", path, key)
		}
	}
	// Addresses and expressions are not of any language either.
	return regexp.MustCompile(`\S+@\S+|\b[a-z]+\.[a-z_]+|has\(\.\.\.\)`).ReplaceAllString(text.String(), "")
}
