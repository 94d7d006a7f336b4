package api

import (
	"encoding/json"
	"fmt"
	"reflect"

	"kept/internal/web/wire"

	"github.com/danielgtaylor/huma/v2"

	"kept/span"
)

// merge is an object of a request that changes what there is: fields that are
// missing stay. null is no object at all, for those that may be none.
type merge[T any] struct{ raw []byte }

// given tells whether the field was sent, be it null.
func (m merge[T]) given() bool { return m.raw != nil }

// none tells whether null was sent.
func (m merge[T]) none() bool { return string(m.raw) == "null" }

// over lays what was sent over what there is. Nothing in have may be shared.
func (m merge[T]) over(have T) (T, error) {
	if !m.given() || m.none() {
		return have, nil
	}
	if err := json.Unmarshal(m.raw, &have); err != nil {
		return have, fmt.Errorf("merge %T: %w", have, err)
	}
	return have, nil
}

// MarshalJSON implements json.Marshaler.
func (m merge[T]) MarshalJSON() ([]byte, error) {
	if m.raw == nil {
		return []byte("null"), nil
	}
	return m.raw, nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *merge[T]) UnmarshalJSON(b []byte) error {
	m.raw = append([]byte{}, b...)
	return nil
}

// Schema implements huma.SchemaProvider.
func (merge[T]) Schema(r huma.Registry) *huma.Schema {
	s := *r.SchemaFromRef(r.Schema(reflect.TypeFor[T](), true, "").Ref)
	s.Nullable = true
	return &s
}

// list is an array that a merge replaces as a whole: what a field of an item
// that was there held never shines through.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(b []byte) error {
	var fresh []T
	if err := json.Unmarshal(b, &fresh); err != nil {
		return fmt.Errorf("list: %w", err)
	}
	*l = fresh
	return nil
}

// day is a local date, or null for none.
type day struct {
	text  string
	given bool
}

func dayOf(d span.Date) day {
	if d == (span.Date{}) {
		return day{}
	}
	return day{d.String(), true}
}

// over gives the date that was sent, or the one there is.
func (d day) over(have span.Date, field string) (span.Date, error) {
	switch {
	case !d.given:
		return have, nil
	case d.text == "":
		return span.Date{}, nil
	default:
		return wire.ReadDate(field, d.text)
	}
}

// MarshalJSON implements json.Marshaler.
func (d day) MarshalJSON() ([]byte, error) {
	if d.text == "" {
		return []byte("null"), nil
	}
	return json.Marshal(d.text)
}

// UnmarshalJSON implements json.Unmarshaler.
func (d *day) UnmarshalJSON(b []byte) error {
	d.given, d.text = true, ""
	return json.Unmarshal(b, &d.text)
}

// Schema implements huma.SchemaProvider.
func (day) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date", Nullable: true}
}
