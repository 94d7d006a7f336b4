package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
)

// Later is what a booking can be sent along with where the business asks for
// it. What it does not ask for is refused: an answer or a consent must not be
// taken and then lost.
type Later struct {
	Answers  answers    `json:"answers,omitzero" doc:"To the business's questions, by their keys; GET /b/{slug}/questions lists them"`
	Consents agreements `json:"consents,omitzero" doc:"The notices agreed to: [{id, version}], or their purposes"`
	Code     string     `json:"code,omitempty" maxLength:"100" doc:"Of a discount; there are none"`
}

// given reads what was sent along.
func (l Later) given(c *catalog.Catalog) (booking.Given, error) {
	if l.Code != "" {
		return booking.Given{}, fault.BadField("code", "unexpected", "this business has no codes")
	}
	out := booking.Given{Answers: l.Answers}
	for _, a := range l.Consents {
		notice := id.Notice(a.ID)
		for _, n := range c.Notices {
			if n.Purpose == a.ID && !n.Archived {
				notice = n.ID
			}
		}
		out.Consents = append(out.Consents, booking.Agreement{Notice: notice, Version: a.Version})
	}
	return out, nil
}

// answers are values by the keys of questions; nothing, an empty text and an
// empty list are none.
type answers map[string]any

// readAnswers reads answers from an address, as key:value; a key that comes
// again has several. Fault Invalid.
func readAnswers(list []string) (map[string]any, error) {
	if len(list) == 0 {
		return nil, nil //nolint:nilnil // nothing is answered
	}
	out := map[string]any{}
	for i, text := range list {
		key, value, ok := strings.Cut(text, ":")
		if !ok || key == "" {
			return nil, fault.BadField("answer["+strconv.Itoa(i)+"]", "format", "write it as key:value")
		}
		switch before := out[key].(type) {
		case nil:
			out[key] = value
		case string:
			out[key] = []any{before, value}
		case []any:
			out[key] = append(before, value)
		}
	}
	return out, nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *answers) UnmarshalJSON(b []byte) error {
	if nothing(b) {
		return nil
	}
	return json.Unmarshal(b, (*map[string]any)(a))
}

// Schema implements huma.SchemaProvider: an object, which UnmarshalJSON sees to.
func (answers) Schema(huma.Registry) *huma.Schema { return &huma.Schema{AdditionalProperties: true} }

// agreement is a notice agreed to.
type agreement struct {
	ID      string `json:"id"`
	Version int    `json:"version,omitempty"`
}

// agreements are a list of notices: objects, or words alone.
type agreements []agreement

// UnmarshalJSON implements json.Unmarshaler.
func (a *agreements) UnmarshalJSON(b []byte) error {
	if nothing(b) {
		return nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	for _, raw := range list {
		var one agreement
		if len(raw) > 0 && raw[0] == '"' {
			if err := json.Unmarshal(raw, &one.ID); err != nil {
				return err
			}
		} else if err := json.Unmarshal(raw, &one); err != nil {
			return err
		}
		*a = append(*a, one)
	}
	return nil
}

// Schema implements huma.SchemaProvider: a list, which UnmarshalJSON sees to.
func (agreements) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

// nothing tells whether JSON says nothing.
func nothing(b []byte) bool {
	switch string(bytes.Join(bytes.Fields(b), nil)) {
	case "null", "{}", "[]", `""`:
		return true
	default:
		return false
	}
}
