package api

import (
	"encoding/json"
	"fmt"
	"maps"

	"kept/internal/web/wire"

	"github.com/danielgtaylor/huma/v2"

	"kept/catalog"
	"kept/fault"
	"kept/id"
)

// services is "all" or a list of ids.
type services struct {
	all bool
	ids []string
}

// MarshalJSON implements json.Marshaler.
func (s services) MarshalJSON() ([]byte, error) {
	if s.all {
		return []byte(`"all"`), nil
	}
	return json.Marshal(append([]string{}, s.ids...))
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *services) UnmarshalJSON(b []byte) error {
	if string(b) == `"all"` {
		*s = services{all: true}
		return nil
	}
	s.all = false
	if err := json.Unmarshal(b, &s.ids); err != nil {
		return fmt.Errorf("services: %w", err)
	}
	return nil
}

// Schema implements huma.SchemaProvider.
func (services) Schema(huma.Registry) *huma.Schema {
	most := 1000
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: "string", Enum: []any{"all"}},
		{Type: "array", Items: &huma.Schema{Type: "string"}, MaxItems: &most},
	}}
}

type skill struct {
	Skill string `json:"skill" minLength:"1" maxLength:"100"`
	Level int    `json:"level,omitempty" minimum:"0" maximum:"100"`
}

type staffWrite struct {
	Name     *string           `json:"name,omitempty" maxLength:"200" doc:"In the business's language"`
	Names    map[string]string `json:"names,omitempty" doc:"By language: en, zh-Hant, ru"`
	Title    *string           `json:"title,omitempty" maxLength:"200"`
	Titles   map[string]string `json:"titles,omitempty"`
	Services *services         `json:"services,omitempty" doc:"A list of ids, or all"`
	Skills   []skill           `json:"skills,omitempty" maxItems:"100"`
	Color    *string           `json:"color,omitempty" maxLength:"20"`
	Email    *string           `json:"email,omitempty" maxLength:"254" doc:"Where notices of work go"`
	Language *string           `json:"language,omitempty" maxLength:"35"`
	Position *int              `json:"position,omitempty" minimum:"0"`

	Preferences merge[preferences] `json:"preferences,omitzero" doc:"What they ask of their own calendar; null clears all"`
}

func (w staffWrite) apply(s *catalog.Staff, home string) error {
	texts(&s.Names, w.Name, w.Names, home)
	texts(&s.Title, w.Title, w.Titles, home)
	if w.Services != nil {
		s.AllServices, s.Services = w.Services.all, nil
		for _, v := range w.Services.ids {
			if !id.Valid(v) {
				return fault.BadField("services", "unknown", "there is no such service")
			}
			s.Services = append(s.Services, id.Service(v))
		}
	}
	if w.Skills != nil {
		s.Skills = make([]catalog.Skill, len(w.Skills))
		for i, k := range w.Skills {
			s.Skills[i] = catalog.Skill{Skill: k.Skill, Level: k.Level}
		}
	}
	wire.Set(&s.Color, w.Color)
	wire.Set(&s.Email, w.Email)
	wire.Set(&s.Language, w.Language)
	wire.Set(&s.Position, w.Position)
	if w.Preferences.none() {
		s.Preferences = catalog.Preferences{}
	}
	asked, err := w.Preferences.over(preferencesOf(s.Preferences))
	s.Preferences = asked.preferences()
	return err
}

type staffBody struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Names    map[string]string `json:"names"`
	Title    string            `json:"title,omitempty"`
	Titles   map[string]string `json:"titles"`
	Services services          `json:"services"`
	Skills   []skill           `json:"skills"`
	Color    string            `json:"color,omitempty"`
	Email    string            `json:"email,omitempty"`
	Language string            `json:"language,omitempty"`
	Position int               `json:"position"`

	Preferences preferences `json:"preferences"`
}

func staffOf(s *catalog.Staff, language, home string) staffBody {
	out := staffBody{
		ID: string(s.ID), Name: s.Names.Pick(language, home), Names: dict(s.Names), Title: s.Title.Pick(language, home),
		Titles: dict(s.Title), Services: services{s.AllServices, textsOf(s.Services)}, Skills: []skill{}, Color: s.Color,
		Email: s.Email, Language: s.Language, Position: s.Position, Preferences: preferencesOf(s.Preferences),
	}
	for _, k := range s.Skills {
		out.Skills = append(out.Skills, skill{k.Skill, k.Level})
	}
	return out
}

type resourceWrite struct {
	Name     *string           `json:"name,omitempty" maxLength:"200"`
	Names    map[string]string `json:"names,omitempty"`
	Kind     *string           `json:"kind,omitempty" maxLength:"100"`
	Units    *int              `json:"units,omitempty" minimum:"1" maximum:"1000"`
	Location *string           `json:"location,omitempty" maxLength:"36"`
	Position *int              `json:"position,omitempty" minimum:"0"`
}

func (w resourceWrite) apply(r *catalog.Resource, home string) error {
	texts(&r.Names, w.Name, w.Names, home)
	wire.Set(&r.Kind, w.Kind)
	wire.Set(&r.Units, w.Units)
	wire.Set(&r.Position, w.Position)
	if w.Location != nil {
		r.Location = id.Location(*w.Location)
	}
	return nil
}

type resourceBody struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Names    map[string]string `json:"names"`
	Kind     string            `json:"kind"`
	Units    int               `json:"units"`
	Location string            `json:"location,omitempty"`
	Position int               `json:"position"`
}

func resourceOf(r *catalog.Resource, language, home string) resourceBody {
	return resourceBody{
		string(r.ID), r.Names.Pick(language, home), dict(r.Names), r.Kind, r.Units, string(r.Location), r.Position,
	}
}

type locationWrite struct {
	Name      *string           `json:"name,omitempty" maxLength:"200"`
	Names     map[string]string `json:"names,omitempty"`
	Address   *string           `json:"address,omitempty" maxLength:"500"`
	Addresses map[string]string `json:"addresses,omitempty"`
	Zone      *string           `json:"zone,omitempty" maxLength:"64" doc:"IANA; the business's when missing"`
	Position  *int              `json:"position,omitempty" minimum:"0"`
	Travel    map[string]int    `json:"travel,omitempty" doc:"Minutes from here to another location, by its id; 0 forgets it"`
}

func (w locationWrite) apply(l *catalog.Location, home string) error {
	texts(&l.Names, w.Name, w.Names, home)
	texts(&l.Address, w.Address, w.Addresses, home)
	wire.Set(&l.Zone, w.Zone)
	wire.Set(&l.Position, w.Position)
	if w.Travel == nil {
		return nil
	}
	travel := maps.Clone(l.Travel)
	if travel == nil {
		travel = map[id.Location]int{}
	}
	for to, minutes := range w.Travel {
		if travel[id.Location(to)] = minutes; minutes == 0 {
			delete(travel, id.Location(to))
		}
	}
	l.Travel = travel
	return nil
}

type placeBody struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Names     map[string]string `json:"names"`
	Address   string            `json:"address,omitempty"`
	Addresses map[string]string `json:"addresses"`
	Zone      string            `json:"zone"`
	Position  int               `json:"position"`
	Travel    map[string]int    `json:"travel"`
}

func placeOf(l *catalog.Location, language, home string) placeBody {
	travel := make(map[string]int, len(l.Travel))
	for to, minutes := range l.Travel {
		travel[string(to)] = minutes
	}
	return placeBody{
		string(l.ID), l.Names.Pick(language, home), dict(l.Names), l.Address.Pick(language, home), dict(l.Address), l.Zone,
		l.Position, travel,
	}
}
