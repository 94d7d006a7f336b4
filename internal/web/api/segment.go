package api

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kept/catalog"
	"kept/id"
)

// serviceSegment is a part of a service, read and written.
type serviceSegment struct {
	DurationMin     int            `json:"duration_min" minimum:"1" maximum:"1440"`
	Staff           staffNeed      `json:"staff" required:"false" doc:"Who must be there; null for processing time"`
	Team            []needBody     `json:"team,omitempty" maxItems:"20" doc:"Others beside staff, each with what they must know: a nurse beside the surgeon"`
	Resources       []resourceNeed `json:"resources,omitempty" maxItems:"20"`
	BufferBeforeMin int            `json:"buffer_before_min,omitempty" minimum:"0" maximum:"240"`
	BufferAfterMin  int            `json:"buffer_after_min,omitempty" minimum:"0" maximum:"240"`
}

// staffNeed is who must be there, or null.
type staffNeed struct{ need *needBody }

type needBody struct {
	Count           int    `json:"count,omitempty" minimum:"0" maximum:"50" doc:"1 when missing"`
	Skill           string `json:"skill,omitempty" maxLength:"60"`
	Level           int    `json:"level,omitempty" minimum:"0" maximum:"100" doc:"The least level of the skill"`
	BufferBeforeMin int    `json:"buffer_before_min,omitempty" minimum:"0" maximum:"240" doc:"Of these people alone, beside the segment's own"`
	BufferAfterMin  int    `json:"buffer_after_min,omitempty" minimum:"0" maximum:"240"`
}

func needOf(n catalog.StaffNeed) needBody {
	return needBody{n.Count, n.Skill, n.Level, n.BufferBeforeMin, n.BufferAfterMin}
}

func (n needBody) need() catalog.StaffNeed {
	return catalog.StaffNeed{
		Count: max(1, n.Count), Skill: n.Skill, Level: n.Level, BufferBeforeMin: n.BufferBeforeMin, BufferAfterMin: n.BufferAfterMin,
	}
}

// MarshalJSON implements json.Marshaler.
func (n staffNeed) MarshalJSON() ([]byte, error) { return json.Marshal(n.need) }

// UnmarshalJSON implements json.Unmarshaler.
func (n *staffNeed) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &n.need) }

// Schema implements huma.SchemaProvider. It is no oneOf with null: Huma takes
// whatever it is sent for a null, and then finds that two of them match.
func (staffNeed) Schema(r huma.Registry) *huma.Schema {
	s := *r.SchemaFromRef(r.Schema(reflect.TypeFor[needBody](), true, "StaffNeed").Ref)
	s.Nullable = true
	return &s
}

type resourceNeed struct {
	Kind            string   `json:"kind" minLength:"1" maxLength:"60"`
	Count           int      `json:"count,omitempty" minimum:"0" maximum:"50" doc:"1 when missing"`
	AnyOf           []string `json:"any_of,omitempty" maxItems:"1000" doc:"Only these resources of the kind; every one when missing"`
	BufferBeforeMin int      `json:"buffer_before_min,omitempty" minimum:"0" maximum:"240" doc:"Of these units alone, beside the segment's own: airing a room"`
	BufferAfterMin  int      `json:"buffer_after_min,omitempty" minimum:"0" maximum:"240"`
}

func segmentsOf(list []catalog.Segment) []serviceSegment {
	out := make([]serviceSegment, len(list))
	for i, g := range list {
		out[i] = serviceSegment{
			DurationMin: g.DurationMin, BufferBeforeMin: g.BufferBeforeMin, BufferAfterMin: g.BufferAfterMin,
		}
		if g.Staff != nil {
			need := needOf(*g.Staff)
			out[i].Staff.need = &need
		}
		for _, n := range g.Team {
			out[i].Team = append(out[i].Team, needOf(n))
		}
		for _, r := range g.Resources {
			out[i].Resources = append(out[i].Resources, resourceNeed{
				r.Kind, r.Count, textsOf(r.AnyOf), r.BufferBeforeMin, r.BufferAfterMin,
			})
		}
	}
	return out
}

func (g serviceSegment) segment() catalog.Segment {
	out := catalog.Segment{DurationMin: g.DurationMin, BufferBeforeMin: g.BufferBeforeMin, BufferAfterMin: g.BufferAfterMin}
	if n := g.Staff.need; n != nil {
		need := n.need()
		out.Staff = &need
	}
	for _, n := range g.Team {
		out.Team = append(out.Team, n.need())
	}
	for _, r := range g.Resources {
		out.Resources = append(out.Resources, catalog.ResourceNeed{
			Kind: r.Kind, Count: max(1, r.Count), AnyOf: idsOf[id.Resource](r.AnyOf),
			BufferBeforeMin: r.BufferBeforeMin, BufferAfterMin: r.BufferAfterMin,
		})
	}
	return out
}

func segmentsFrom(list []serviceSegment) []catalog.Segment {
	out := make([]catalog.Segment, len(list))
	for i, g := range list {
		out[i] = g.segment()
	}
	return out
}

// idsOf takes texts for ids; whether they name anything is the domain's to say.
func idsOf[T ~string](list []string) []T {
	if len(list) == 0 {
		return nil
	}
	out := make([]T, len(list))
	for i, text := range list {
		out[i] = T(text)
	}
	return out
}
