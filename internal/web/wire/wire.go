// Package wire is what all groups of operations of the HTTP interface have in
// common: how instants, references, pages and cursors look on the wire, how an
// identifier of a request is read, and how an operation is registered (Edge).
//
// It knows no noun: package api and its neighbours (cardapi ...) hold those.
package wire

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/span"
)

// Moment is an instant on the wire: RFC 3339 with the offset of a zone.
type Moment struct {
	at   span.Instant
	zone *time.Location
}

// At is an instant as it reads in a zone; nil is UTC.
func At(i span.Instant, zone *time.Location) Moment { return Moment{i, zone} }

// Zone is the zone in which it is written.
func (m Moment) Zone() *time.Location { return m.zone }

// MarshalJSON implements json.Marshaler.
func (m Moment) MarshalJSON() ([]byte, error) {
	zone := m.zone
	if zone == nil {
		zone = time.UTC
	}
	return m.at.In(zone).AppendFormat([]byte{'"'}, time.RFC3339Nano+`"`), nil
}

// Schema implements huma.SchemaProvider.
func (Moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time"}
}

// Optional is a moment that may be none: null.
type Optional struct{ Moment }

// Maybe is an instant that may be none (0).
func Maybe(i span.Instant, zone *time.Location) Optional { return Optional{At(i, zone)} }

// MarshalJSON implements json.Marshaler.
func (o Optional) MarshalJSON() ([]byte, error) {
	if o.at == 0 {
		return []byte("null"), nil
	}
	return o.Moment.MarshalJSON()
}

// Schema implements huma.SchemaProvider.
func (Optional) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Format: "date-time", Nullable: true}
}

// ReadInstant reads an instant of a request: RFC 3339 with an offset.
func ReadInstant(field, text string) (span.Instant, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return 0, fault.BadField(field, "time", "write it as 2026-12-01T10:30:00+01:00")
	}
	if t.Year() < 1990 || t.Year() > 2100 {
		return 0, fault.BadField(field, "range", "this is no time to meet")
	}
	return span.At(t), nil
}

// ReadDate reads a day of a request: 2026-12-01.
func ReadDate(field, text string) (span.Date, error) {
	d, err := span.ParseDate(text)
	if err != nil || d.Year < 1990 || d.Year > 2100 {
		return d, fault.BadField(field, "date", "write it as 2026-12-01")
	}
	return d, nil
}

// ReadID checks the form of an identifier; one that can't be known is not found.
func ReadID[T ~string](what, text string) (T, error) {
	if !id.Valid(text) {
		return "", fault.Missing(what)
	}
	return T(text), nil
}

// OptionalID checks the form of an identifier in a field that may be empty.
func OptionalID[T ~string](field, text string) (T, error) {
	if text != "" && !id.Valid(text) {
		return "", fault.BadField(field, "unknown", "there is no such thing")
	}
	return T(text), nil
}

// Ref is a thing named: its id, and its name in the language of the answer.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Somebody is a Ref that may be nobody: null.
type Somebody struct{ Ref }

// MarshalJSON implements json.Marshaler.
func (s Somebody) MarshalJSON() ([]byte, error) {
	if s.ID == "" {
		return []byte("null"), nil
	}
	return json.Marshal(s.Ref)
}

// Schema implements huma.SchemaProvider.
func (Somebody) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[Ref](), true, "Ref"), {Type: "null"}}}
}

// ServiceRef names a service; one that is not there any more has no name.
func ServiceRef(c *catalog.Catalog, want id.Service, language string) Ref {
	if s, ok := c.Service(want); ok {
		return Ref{string(want), s.Names.Pick(language, c.Business.Language)}
	}
	return Ref{ID: string(want)}
}

// StaffRef names a staff member, or nobody.
func StaffRef(c *catalog.Catalog, want id.Staff, language string) Somebody {
	if want == "" {
		return Somebody{}
	}
	if s, ok := c.StaffMember(want); ok {
		return Somebody{Ref{string(want), s.Names.Pick(language, c.Business.Language)}}
	}
	return Somebody{Ref{ID: string(want)}}
}

// Paid is an amount that may be none: null.
type Paid struct{ *money.Amount }

// MarshalJSON implements json.Marshaler.
func (p Paid) MarshalJSON() ([]byte, error) { return json.Marshal(p.Amount) }

// Schema implements huma.SchemaProvider.
func (Paid) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[money.Amount](), true, "Amount"), {Type: "null"}}}
}

// Must refuses a principal without the right.
func Must(p account.Principal, action account.Action) error {
	if !p.May(action) {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
	}
	return nil
}

// Set overwrites what a request gives; what is missing stays.
func Set[T any](into *T, value *T) {
	if value != nil {
		*into = *value
	}
}

// NounPath names one thing in an address.
type NounPath struct {
	ID string `path:"id" maxLength:"36"`
}
