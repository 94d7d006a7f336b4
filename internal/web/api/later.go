package api

import (
	"bytes"

	"github.com/danielgtaylor/huma/v2"

	"kept/fault"
)

// Later is what a booking can be sent along with once the business asks for
// it. While it asks for nothing, empty is right and anything else is refused:
// an answer or a consent must not be taken and then lost.
type Later struct {
	Answers  unasked `json:"answers,omitzero" doc:"To the business's forms; it has none"`
	Consents unasked `json:"consents,omitzero" doc:"To what the business asks for; it asks for none"`
	Code     string  `json:"code,omitempty" maxLength:"100" doc:"Of a discount; there are none"`
}

func (l Later) check() error {
	switch {
	case l.Answers.given:
		return fault.BadField("answers", "unexpected", "this business asks no questions")
	case l.Consents.given:
		return fault.BadField("consents", "unexpected", "this business asks for no consents")
	case l.Code != "":
		return fault.BadField("code", "unexpected", "this business has no codes")
	}
	return nil
}

// unasked is any JSON of which only matters whether something is in it.
type unasked struct{ given bool }

// UnmarshalJSON implements json.Unmarshaler.
func (u *unasked) UnmarshalJSON(b []byte) error {
	switch string(bytes.Join(bytes.Fields(b), nil)) {
	case "null", "{}", "[]", `""`:
		u.given = false
	default:
		u.given = true
	}
	return nil
}

// MarshalJSON implements json.Marshaler.
func (unasked) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// Schema implements huma.SchemaProvider.
func (unasked) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }
