package proof_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kept/internal/app/apptest"
)

// schema is what the description says of a value.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"` // a word, or a list with "null"
	Format     string             `json:"format"`
	Enum       []any              `json:"enum"`
	Required   []string           `json:"required"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	OneOf      []*schema          `json:"oneOf"`
	MinItems   int                `json:"minItems"`
	MinLength  int                `json:"minLength"`
	Minimum    float64            `json:"minimum"`
	Pattern    string             `json:"pattern"`
}

// operation is what the description says of one.
type operation struct {
	Parameters []struct {
		Name, In string
		Required bool
		Schema   *schema
	} `json:"parameters"`
	RequestBody struct {
		Content map[string]struct{ Schema *schema } `json:"content"`
	} `json:"requestBody"`
}

// description is the program's own of its operations.
type description struct {
	Paths      map[string]map[string]operation      `json:"paths"`
	Components struct{ Schemas map[string]*schema } `json:"components"`
}

func describe(t testing.TB, n *apptest.Node) *description {
	t.Helper()
	var d description
	if err := json.Unmarshal(n.Do(t, apptest.Request{Path: "/api/openapi.json"}).Want(t, http.StatusOK).Body, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func (d *description) find(do string) operation {
	method, path, _ := strings.Cut(do, " ")
	return d.Paths["/api/v1"+path][strings.ToLower(method)]
}

// query gives the parameters that an operation cannot do without.
func (d *description) query(do string) string {
	q := url.Values{}
	for _, p := range d.find(do).Parameters {
		if p.In == "query" && p.Required {
			text, ok := d.value(p.Schema).(string)
			if !ok {
				text = "2026"
			}
			if p.Name == "country" {
				text = "DE"
			}
			q.Set(p.Name, text)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// body is the least that an operation takes, in form; what it says is right or not.
func (d *description) body(do string) any {
	switch do {
	case "POST /clients/{id}/contacts":
		return map[string]any{"kind": "email", "value": "further@matrix.example"}
	case "PATCH /clients/{id}/contacts/{contact}":
		return map[string]any{"label": "home"}
	case "POST /clients/{id}/subjects":
		return map[string]any{"kind": "pet", "name": "Rex"}
	case "POST /bookings":
		return map[string]any{"service": none, "start": "2026-11-25T10:00:00Z", "client": map[string]any{"name": "Matrix"}}
	case "POST /series":
		return map[string]any{
			"service": none, "start": "2026-11-25T10:00:00Z", "client": map[string]any{"name": "Matrix"}, "rule": "FREQ=WEEKLY;COUNT=2",
		}
	case "POST /series-checks":
		return map[string]any{"service": none, "start": "2026-11-25T10:00:00Z", "rule": "FREQ=WEEKLY;COUNT=2"}
	}
	content := d.find(do).RequestBody.Content
	if json, ok := content["application/json"]; ok {
		return d.value(json.Schema)
	}
	if len(content) > 0 {
		return "a file"
	}
	return nil
}

func (d *description) value(s *schema) any {
	for s != nil && s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	switch {
	case s == nil:
		return nil
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.OneOf) > 0:
		return d.value(s.OneOf[0])
	}
	kind, _ := s.Type.(string)
	if list, ok := s.Type.([]any); ok && len(list) > 0 {
		kind, _ = list[0].(string)
	}
	switch kind {
	case "object":
		out := map[string]any{}
		for _, name := range s.Required {
			out[name] = d.value(s.Properties[name])
			if known := byName(name); known != "" && out[name] == "x" {
				out[name] = known
			}
		}
		return out
	case "array":
		out := []any{}
		for range s.MinItems {
			out = append(out, d.value(s.Items))
		}
		return out
	case "integer", "number":
		return s.Minimum
	case "boolean":
		return false
	case "string":
		return text(s)
	}
	return nil
}

// byName gives what the description leaves to the name of a field.
func byName(name string) string {
	switch name {
	case "start", "from", "to", "at":
		return "2026-11-25T10:00:00Z"
	case "service", "client", "staff":
		return none
	case "into":
		return "01a20244-fddc-763e-b226-813fe221fd71" // not with itself
	case "kind":
		return "pet"
	}
	return ""
}

func text(s *schema) string {
	switch {
	case s.Format == "date-time":
		return "2026-11-25T10:00:00Z"
	case s.Format == "date" || strings.Contains(s.Pattern, "{4}-"):
		return "2026-11-25"
	case s.Format == "email":
		return "somebody@matrix.example"
	case strings.Contains(s.Pattern, "{8}-"), s.Format == "uuid":
		return none
	}
	return strings.Repeat("x", max(s.MinLength, 1))
}
