package pagetest

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Parse reads a page.
func Parse(t testing.TB, body string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Form gives action and values of the form whose action ends in a text, with
// what was typed: names and values in turn. A name that the form does not have
// is an error of the test.
func Form(t testing.TB, doc *html.Node, end string, typed ...string) (string, url.Values) {
	t.Helper()
	for _, f := range Elements(doc, "form") {
		action := Attribute(f, "action")
		if !strings.HasSuffix(action, end) {
			continue
		}
		values := filled(f)
		for i := 0; i+1 < len(typed); i += 2 {
			if !values.Has(typed[i]) {
				t.Fatalf("the form %s has no field %s", action, typed[i])
			}
			values.Set(typed[i], typed[i+1])
		}
		return action, values
	}
	t.Fatalf("no form ends in %q", end)
	return "", nil
}

// filled gives the values of a form as it stands.
func filled(form *html.Node) url.Values {
	values := url.Values{}
	for _, c := range Elements(form, "input", "textarea", "select") {
		name, value := Attribute(c, "name"), Attribute(c, "value")
		switch c.Data {
		case "textarea":
			value = Text(c)
		case "select":
			for _, o := range Elements(c, "option") {
				if Has(o, "selected") {
					value = Attribute(o, "value")
				}
			}
		}
		if kind := Attribute(c, "type"); (kind == "checkbox" || kind == "radio") && !Has(c, "checked") {
			continue
		}
		values.Add(name, value)
	}
	return values
}

// Elements gives those of some names, in the order of the page.
func Elements(n *html.Node, names ...string) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		for _, name := range names {
			if d.Data == name {
				out = append(out, d)
			}
		}
	}
	return out
}

// Has tells whether an element has an attribute.
func Has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// Attribute gives an attribute of an element, empty when it has none.
func Attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Text is what a page says, without what stands in its head.
func Text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" && d.Parent.Data != "title" {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}
