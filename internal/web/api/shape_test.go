package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kept/internal/app/apptest"
)

// document is /api/openapi.json, read as anybody would.
type document map[string]any

func readDocument(t testing.TB, n *apptest.Node) document {
	t.Helper()
	a := n.Do(t, apptest.Request{Path: "/api/openapi.json"}).Want(t, http.StatusOK)
	var d document
	if err := json.Unmarshal(a.Body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// operation finds what the document says of a request; nil where it is silent.
func (d document) operation(method, path string) map[string]any {
	path, _, _ = strings.Cut(path, "?")
	steps := strings.Split("/api/v1"+path, "/")
	var found map[string]any
	most := -1
	for template, item := range object(d["paths"]) {
		parts := strings.Split(template, "/")
		if len(parts) != len(steps) {
			continue
		}
		same, words := true, 0
		for i, p := range parts {
			same = same && (p == steps[i] || strings.HasPrefix(p, "{"))
			if p == steps[i] {
				words++
			}
		}
		if o := object(object(item)[strings.ToLower(method)]); same && o != nil && words > most {
			found, most = o, words // of two, the one that says more, as the mux does
		}
	}
	return found
}

// judge says what in an answer is not as the document describes it.
func (d document) judge(r apptest.Request, a apptest.Answer) error {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	o := d.operation(method, r.Path)
	if o == nil {
		if a.Status == http.StatusNotFound || a.Status == http.StatusMethodNotAllowed || a.Status == http.StatusNoContent {
			return nil
		}
		return fmt.Errorf("the document knows no %s %s, but it answers %d", method, r.Path, a.Status)
	}
	response := object(object(o["responses"])[strconv.Itoa(a.Status)])
	if response == nil {
		return fmt.Errorf("%s %s: status %d is not described", method, r.Path, a.Status)
	}
	kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	content := object(response["content"])
	if len(content) == 0 {
		if len(a.Body) > 0 {
			return fmt.Errorf("%s %s: a body where none is described", method, r.Path)
		}
		return nil
	}
	media := object(content[kind])
	if media == nil {
		return fmt.Errorf("%s %s: %d comes as %q, described is %v", method, r.Path, a.Status, kind, content)
	}
	if object(media["schema"])["format"] == "binary" {
		return nil // a file
	}
	var body any
	dec := json.NewDecoder(bytes.NewReader(a.Body))
	if err := dec.Decode(&body); err != nil {
		return fmt.Errorf("%s %s: %w", method, r.Path, err)
	}
	if err := d.fits(object(media["schema"]), body, "body"); err != nil {
		return fmt.Errorf("%s %s: %w: %.200s", method, r.Path, err, a.Body)
	}
	return nil
}

// fits checks a value against a schema: the part of JSON Schema that the document uses.
func (d document) fits(s map[string]any, v any, at string) error {
	if ref, ok := s["$ref"].(string); ok {
		name := ref[strings.LastIndexByte(ref, '/')+1:]
		target := object(object(object(d["components"])["schemas"])[name])
		if target == nil {
			return fmt.Errorf("%s: no schema %s", at, ref)
		}
		return d.fits(target, v, at)
	}
	if any, ok := s["oneOf"].([]any); ok {
		n := 0
		for _, sub := range any {
			if d.fits(object(sub), v, at) == nil {
				n++
			}
		}
		if n != 1 {
			return fmt.Errorf("%s: fits %d of oneOf: %v", at, n, v)
		}
		return nil
	}
	if types := words(s["type"]); len(types) > 0 && !slices.ContainsFunc(types, func(w string) bool { return isType(w, v) }) {
		return fmt.Errorf("%s: %v is no %v", at, v, types)
	}
	if enum, ok := s["enum"].([]any); ok && v != nil && !slices.Contains(enum, v) {
		return fmt.Errorf("%s: %v is none of %v", at, v, enum)
	}
	switch value := v.(type) {
	case string:
		if s["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339Nano, value); err != nil {
				return fmt.Errorf("%s: %w", at, err)
			}
		}
	case []any:
		for i, item := range value {
			if err := d.fits(object(s["items"]), item, at+"."+strconv.Itoa(i)); err != nil {
				return err
			}
		}
	case map[string]any:
		return d.members(s, value, at)
	}
	return nil
}

func (d document) members(s, value map[string]any, at string) error {
	for _, name := range words(s["required"]) {
		if _, ok := value[name]; !ok {
			return fmt.Errorf("%s.%s is missing", at, name)
		}
	}
	for name, v := range value {
		sub, known := object(s["properties"])[name]
		if !known {
			switch extra := s["additionalProperties"].(type) {
			case bool:
				if !extra {
					return fmt.Errorf("%s.%s is not described", at, name)
				}
				continue
			case map[string]any:
				sub = extra
			default:
				continue
			}
		}
		if err := d.fits(object(sub), v, at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func words(v any) []string {
	switch w := v.(type) {
	case string:
		return []string{w}
	case []any:
		out := make([]string, 0, len(w))
		for _, one := range w {
			if s, ok := one.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func isType(word string, v any) bool {
	switch word {
	case "null":
		return v == nil
	case "string":
		_, ok := v.(string)
		return ok
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "integer":
		f, ok := v.(float64)
		return ok && f == math.Trunc(f)
	case "number":
		_, ok := v.(float64)
		return ok
	case "array":
		_, ok := v.([]any)
		return ok
	case "object":
		_, ok := v.(map[string]any)
		return ok
	}
	return false
}
