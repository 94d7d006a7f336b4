package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"kept/internal/web"
)

//go:embed docs.html
var docsPage string

//go:embed docs.css
var docsCSS []byte

// docs answers with the description of the operations as a page to read: what
// /api/openapi.json says, written once, without a script.
func (a *API) docs() http.HandlerFunc {
	page := sync.OnceValues(func() ([]byte, error) {
		t, err := template.New("docs").Parse(docsPage)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		err = t.Execute(&b, describe(a.OpenAPI()))
		return b.Bytes(), err
	})
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := page()
		if err != nil {
			web.WriteProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(body) // the reader may have gone
	}
}

func docsStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(docsCSS) // the reader may have gone
}

type docsModel struct {
	Title, Version, About string
	Groups                []docsGroup
	Shapes                []docsShape
}

type docsGroup struct {
	Name       string
	Operations []docsOperation
}

type docsOperation struct {
	Method, Path, ID, Summary string
	Key                       bool
	Parameters                []docsField
	Body                      docsType
	Answers                   []docsAnswer
}

type docsAnswer struct {
	Status, About string
	Type          docsType
}

type docsField struct {
	Name, In, About string
	Required        bool
	Type            docsType
}

// docsType is a type in words, with the shape it links to.
type docsType struct{ Text, Shape, After string }

type docsShape struct {
	Name   string
	Fields []docsField
}

// describe orders the operations by their noun.
func describe(d *huma.OpenAPI) docsModel {
	m := docsModel{Title: d.Info.Title, Version: d.Info.Version, About: d.Info.Description}
	by := map[string]int{}
	paths := make([]string, 0, len(d.Paths))
	for path := range d.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		name := groupOf(path)
		at, ok := by[name]
		if !ok {
			at = len(m.Groups)
			by[name] = at
			m.Groups = append(m.Groups, docsGroup{Name: name})
		}
		m.Groups[at].Operations = append(m.Groups[at].Operations, operationsOf(path, d.Paths[path])...)
	}
	slices.SortStableFunc(m.Groups, func(a, b docsGroup) int {
		return cmp.Compare(b2i(a.Name != "public"), b2i(b.Name != "public"))
	})
	shapes := d.Components.Schemas.Map()
	for name, s := range shapes {
		m.Shapes = append(m.Shapes, docsShape{name, fieldsIn(s)})
	}
	slices.SortFunc(m.Shapes, func(a, b docsShape) int { return cmp.Compare(a.Name, b.Name) })
	return m
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// groupOf is the noun of a path; what needs no key is public.
func groupOf(path string) string {
	noun, _, _ := strings.Cut(strings.TrimPrefix(path, Prefix+"/"), "/")
	if noun == "b" || noun == "holds" {
		return "public"
	}
	return noun
}

func operationsOf(path string, item *huma.PathItem) []docsOperation {
	var out []docsOperation
	for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
		if o == nil {
			continue
		}
		d := docsOperation{Method: o.Method, Path: path, ID: o.OperationID, Summary: o.Summary, Key: len(o.Security) > 0}
		for _, p := range o.Parameters {
			d.Parameters = append(d.Parameters, docsField{p.Name, p.In, p.Description, p.Required, typeOf(p.Schema)})
		}
		if o.RequestBody != nil {
			d.Body = contentOf(o.RequestBody.Content)
		}
		for status, r := range o.Responses {
			d.Answers = append(d.Answers, docsAnswer{status, r.Description, contentOf(r.Content)})
		}
		slices.SortFunc(d.Answers, func(a, b docsAnswer) int { return cmp.Compare(a.Status, b.Status) })
		out = append(out, d)
	}
	return out
}

func contentOf(content map[string]*huma.MediaType) docsType {
	for kind, c := range content {
		if c.Schema != nil {
			return typeOf(c.Schema)
		}
		return docsType{Text: kind}
	}
	return docsType{}
}

func fieldsIn(s *huma.Schema) []docsField {
	out := make([]docsField, 0, len(s.Properties))
	for name, p := range s.Properties {
		out = append(out, docsField{
			Name: name, About: p.Description, Required: slices.Contains(s.Required, name), Type: typeOf(p),
		})
	}
	slices.SortFunc(out, func(a, b docsField) int {
		return cmp.Or(cmp.Compare(b2i(!a.Required), b2i(!b.Required)), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// typeOf says a schema in a few words.
func typeOf(s *huma.Schema) docsType {
	switch {
	case s == nil:
		return docsType{}
	case s.Ref != "":
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return docsType{Text: name, Shape: name}
	case len(s.OneOf) > 0:
		return oneOf(s.OneOf)
	case len(s.Enum) > 0:
		words := make([]string, 0, len(s.Enum))
		for _, e := range s.Enum {
			if word, ok := e.(string); ok {
				words = append(words, word)
			}
		}
		return docsType{Text: strings.Join(words, " | ")}
	case s.Type == huma.TypeArray && s.Items != nil:
		t := typeOf(s.Items)
		return docsType{t.Text, t.Shape, strings.TrimSpace(t.After + " list" + orNull(s))}
	case s.Type == "":
		return docsType{Text: "anything"}
	default:
		return docsType{Text: strings.TrimSpace(s.Type + " " + s.Format), After: strings.TrimSpace(bounds(s) + orNull(s))}
	}
}

func oneOf(list []*huma.Schema) docsType {
	var out docsType
	var rest []string
	for _, s := range list {
		t := typeOf(s)
		if t.Shape != "" && out.Shape == "" {
			out.Text, out.Shape = t.Text, t.Shape
			continue
		}
		rest = append(rest, strings.TrimSpace(t.Text+" "+t.After))
	}
	if out.Shape == "" {
		return docsType{Text: strings.Join(rest, " or ")}
	}
	out.After = "or " + strings.Join(rest, " or ")
	return out
}

func orNull(s *huma.Schema) string {
	if s.Nullable {
		return " or null"
	}
	return ""
}

func bounds(s *huma.Schema) string {
	var out []string
	say := func(word string, v float64) { out = append(out, word+" "+strconv.FormatFloat(v, 'f', -1, 64)) }
	if s.Minimum != nil {
		say("from", *s.Minimum)
	}
	if s.Maximum != nil {
		say("to", *s.Maximum)
	}
	if s.MaxLength != nil {
		say("up to", float64(*s.MaxLength))
		out = append(out, "characters")
	}
	return strings.Join(out, " ")
}
