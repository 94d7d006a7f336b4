package api

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/money"
	"kept/setup"
)

func (a *API) registerCatalog() {
	registerNoun(a, noun[serviceWrite, serviceBody, catalog.Service, id.Service]{
		path: "/services", one: "service", create: a.Office.CreateService, update: a.Office.UpdateService,
		archive: a.Office.ArchiveService, find: a.Office.FindService, list: a.Office.ListServices,
		write: serviceWrite.apply, show: a.serviceOf,
		fresh: func() catalog.Service {
			return catalog.Service{IntervalMin: 15, EdgeStarts: true, HorizonDays: 365, Public: true}
		},
	})
	registerNoun(a, noun[staffWrite, staffBody, catalog.Staff, id.Staff]{
		path: "/staff", one: "staff", create: a.Office.CreateStaff, update: a.Office.UpdateStaff,
		archive: a.Office.ArchiveStaff, find: a.Office.FindStaff, list: a.Office.ListStaff,
		write: staffWrite.apply, show: staffOf, fresh: func() catalog.Staff { return catalog.Staff{AllServices: true} },
	})
	registerNoun(a, noun[resourceWrite, resourceBody, catalog.Resource, id.Resource]{
		path: "/resources", one: "resource", create: a.Office.CreateResource, update: a.Office.UpdateResource,
		archive: a.Office.ArchiveResource, find: a.Office.FindResource, list: a.Office.ListResources,
		write: resourceWrite.apply, show: resourceOf, fresh: func() catalog.Resource { return catalog.Resource{Units: 1} },
	})
	registerNoun(a, noun[locationWrite, placeBody, catalog.Location, id.Location]{
		path: "/locations", one: "location", create: a.Office.CreateLocation, update: a.Office.UpdateLocation,
		archive: a.Office.ArchiveLocation, find: a.Office.FindLocation, list: a.Office.ListLocations,
		write: locationWrite.apply, show: placeOf, fresh: func() catalog.Location { return catalog.Location{} },
	})
}

// noun is one sort of thing that an owner sets up: W is written, B is shown,
// T is the domain's, I its id.
type noun[W, B, T any, I ~string] struct {
	path, one string
	create    func(context.Context, account.Principal, T) (*T, error)
	update    func(context.Context, account.Principal, I, func(*T) error) (*T, error)
	archive   func(context.Context, account.Principal, I) error
	find      func(context.Context, account.Principal, I) (*T, error)
	list      func(context.Context, account.Principal, setup.Page[I]) (setup.List[T, I], error)
	write     func(W, *T, string) error
	show      func(*T, string, string) B
	fresh     func() T
}

type nounOut[B any] struct{ Body B }

type nounListOut[B any] struct{ Body page[B] }

// NounPath names one thing.
type NounPath struct {
	ID string `path:"id" maxLength:"36"`
}

// SettingsPaging is Paging for lists that an owner set up.
type SettingsPaging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"100"`
	Cursor string `query:"cursor" maxLength:"500"`
}

func registerNoun[W, B, T any, I ~string](a *API, n noun[W, B, T, I]) {
	home := func(ctx context.Context, p account.Principal) string {
		if s, err := a.Settings.Load(ctx, p.Business, 1); err == nil {
			return s.Catalog.Business.Language
		}
		return "en"
	}
	o := operation(http.MethodPost, n.path, "create-"+n.one, "Add a "+n.one)
	o.DefaultStatus = http.StatusCreated
	secured(a, o, func(ctx context.Context, p account.Principal, in *struct{ Body W }) (*nounOut[B], error) {
		thing := n.fresh()
		if err := n.write(in.Body, &thing, home(ctx, p)); err != nil {
			return nil, err
		}
		made, err := n.create(ctx, p, thing)
		if err != nil {
			return nil, err
		}
		return &nounOut[B]{n.show(made, web.Language(ctx), home(ctx, p))}, nil
	})
	op(a, http.MethodGet, n.path, "list-"+n.one, "Every "+n.one,
		func(ctx context.Context, p account.Principal, in *SettingsPaging) (*nounListOut[B], error) {
			c, err := readCursor(in.Cursor)
			if err != nil {
				return nil, err
			}
			got, err := n.list(ctx, p, setup.Page[I]{After: I(c.ID), Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			out := page[B]{Items: make([]B, len(got.Items))}
			for i, t := range got.Items {
				out.Items[i] = n.show(t, web.Language(ctx), home(ctx, p))
			}
			if got.Next != "" {
				next := cursor{ID: string(got.Next)}.String()
				out.Next = &next
			}
			return &nounListOut[B]{out}, nil
		})
	op(a, http.MethodGet, n.path+"/{id}", "get-"+n.one, "One "+n.one,
		func(ctx context.Context, p account.Principal, in *NounPath) (*nounOut[B], error) {
			thing, err := n.find(ctx, p, I(in.ID))
			if err != nil {
				return nil, err
			}
			return &nounOut[B]{n.show(thing, web.Language(ctx), home(ctx, p))}, nil
		})
	op(a, http.MethodPatch, n.path+"/{id}", "update-"+n.one, "Change a "+n.one+"; what is missing stays",
		func(ctx context.Context, p account.Principal, in *struct {
			NounPath
			Body W
		},
		) (*nounOut[B], error) {
			thing, err := n.update(ctx, p, I(in.ID), func(t *T) error { return n.write(in.Body, t, home(ctx, p)) })
			if err != nil {
				return nil, err
			}
			return &nounOut[B]{n.show(thing, web.Language(ctx), home(ctx, p))}, nil
		})
	op(a, http.MethodDelete, n.path+"/{id}", "delete-"+n.one, "Take a "+n.one+" out of use; what was booked stays",
		func(ctx context.Context, p account.Principal, in *NounPath) (*struct{}, error) {
			return nil, n.archive(ctx, p, I(in.ID))
		})
}

// set gives a field its new value where one was sent.
func set[T any](into *T, value *T) {
	if value != nil {
		*into = *value
	}
}

// texts merges a text in the business's language and texts by language into
// what there is.
func texts(into *catalog.Texts, one *string, all map[string]string, home string) {
	if one == nil && all == nil {
		return
	}
	merged := catalog.Texts{}
	maps.Copy(merged, *into)
	if one != nil {
		merged[home] = *one
	}
	maps.Copy(merged, catalog.Texts(all))
	for l, t := range merged {
		if t == "" {
			delete(merged, l)
		}
	}
	*into = merged
}

type serviceSegment struct {
	DurationMin     int            `json:"duration_min" minimum:"1" maximum:"1440"`
	Staff           staffNeed      `json:"staff" required:"false" doc:"Who must be there; null for processing time"`
	Resources       []resourceNeed `json:"resources,omitempty" maxItems:"20"`
	BufferBeforeMin int            `json:"buffer_before_min,omitempty" minimum:"0" maximum:"240"`
	BufferAfterMin  int            `json:"buffer_after_min,omitempty" minimum:"0" maximum:"240"`
}

// staffNeed is who must be there, or null.
type staffNeed struct{ need *needBody }

type needBody struct {
	Count int    `json:"count,omitempty" minimum:"0" maximum:"20" doc:"1 when missing"`
	Skill string `json:"skill,omitempty" maxLength:"100"`
	Level int    `json:"level,omitempty" minimum:"0" maximum:"100"`
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
	Kind  string `json:"kind" minLength:"1" maxLength:"100"`
	Count int    `json:"count,omitempty" minimum:"0" maximum:"100" doc:"1 when missing"`
}

func segmentsOf(list []catalog.Segment) []serviceSegment {
	out := make([]serviceSegment, len(list))
	for i, g := range list {
		out[i] = serviceSegment{
			DurationMin: g.DurationMin, BufferBeforeMin: g.BufferBeforeMin, BufferAfterMin: g.BufferAfterMin,
		}
		if g.Staff != nil {
			out[i].Staff.need = &needBody{g.Staff.Count, g.Staff.Skill, g.Staff.Level}
		}
		for _, r := range g.Resources {
			out[i].Resources = append(out[i].Resources, resourceNeed{r.Kind, r.Count})
		}
	}
	return out
}

func (g serviceSegment) segment() catalog.Segment {
	out := catalog.Segment{DurationMin: g.DurationMin, BufferBeforeMin: g.BufferBeforeMin, BufferAfterMin: g.BufferAfterMin}
	if n := g.Staff.need; n != nil {
		out.Staff = &catalog.StaffNeed{Count: max(1, n.Count), Skill: n.Skill, Level: n.Level}
	}
	for _, r := range g.Resources {
		out.Resources = append(out.Resources, catalog.ResourceNeed{Kind: r.Kind, Count: max(1, r.Count)})
	}
	return out
}

type serviceWrite struct {
	Name            *string           `json:"name,omitempty" maxLength:"200" doc:"In the business's language"`
	Names           map[string]string `json:"names,omitempty" doc:"By language: en, zh-Hant, ru"`
	About           *string           `json:"about,omitempty" maxLength:"2000"`
	Abouts          map[string]string `json:"abouts,omitempty"`
	Group           *string           `json:"group,omitempty" maxLength:"200"`
	Groups          map[string]string `json:"groups,omitempty"`
	DurationMin     *int              `json:"duration_min,omitempty" minimum:"1" maximum:"1440" doc:"A plain service: one segment with one staff member"`
	Segments        []serviceSegment  `json:"segments,omitempty" maxItems:"100" doc:"A service of parts; instead of duration_min"`
	IntervalMin     *int              `json:"interval_min,omitempty" minimum:"1" maximum:"1440"`
	EdgeStarts      *bool             `json:"edge_starts,omitempty"`
	BufferBeforeMin *int              `json:"buffer_before_min,omitempty" minimum:"0" maximum:"240"`
	BufferAfterMin  *int              `json:"buffer_after_min,omitempty" minimum:"0" maximum:"240"`
	NoticeMin       *int              `json:"notice_min,omitempty" minimum:"0" maximum:"525600"`
	HorizonDays     *int              `json:"horizon_days,omitempty" minimum:"0" maximum:"730" doc:"0 is unlimited"`
	Price           *moneyWrite       `json:"price,omitempty"`
	Locations       []string          `json:"locations,omitempty" maxItems:"100"`
	Public          *bool             `json:"public,omitempty" doc:"Clients may book it themselves"`
	Position        *int              `json:"position,omitempty" minimum:"0"`
}

type moneyWrite struct {
	Amount   int64  `json:"amount" minimum:"0"`
	Currency string `json:"currency,omitempty" maxLength:"3"`
}

func (w serviceWrite) apply(s *catalog.Service, home string) error {
	texts(&s.Names, w.Name, w.Names, home)
	texts(&s.About, w.About, w.Abouts, home)
	texts(&s.Group, w.Group, w.Groups, home)
	switch {
	case w.Segments != nil:
		s.Segments = make([]catalog.Segment, len(w.Segments))
		for i, g := range w.Segments {
			s.Segments[i] = g.segment()
		}
		if w.DurationMin != nil && *w.DurationMin != s.DurationMin() {
			return fault.BadField("duration_min", "mismatch", "not the sum of the segments; leave it out")
		}
	case w.DurationMin != nil:
		if len(s.Segments) > 1 {
			return fault.BadField("duration_min", "unexpected", "the service has several segments; send segments")
		}
		one := catalog.Segment{Staff: &catalog.StaffNeed{Count: 1}}
		if len(s.Segments) == 1 {
			one = s.Segments[0]
		}
		one.DurationMin = *w.DurationMin
		s.Segments = []catalog.Segment{one}
	}
	set(&s.IntervalMin, w.IntervalMin)
	set(&s.EdgeStarts, w.EdgeStarts)
	set(&s.BufferBeforeMin, w.BufferBeforeMin)
	set(&s.BufferAfterMin, w.BufferAfterMin)
	set(&s.NoticeMin, w.NoticeMin)
	set(&s.HorizonDays, w.HorizonDays)
	set(&s.Public, w.Public)
	set(&s.Position, w.Position)
	if w.Price != nil {
		s.Price = money.Of(w.Price.Amount, w.Price.Currency)
	}
	if w.Locations != nil {
		s.Locations = make([]id.Location, len(w.Locations))
		for i, l := range w.Locations {
			s.Locations[i] = id.Location(l)
		}
	}
	return nil
}

type serviceBody struct {
	ID              string            `json:"id"`
	Name            string            `json:"name"`
	Names           map[string]string `json:"names"`
	About           string            `json:"about,omitempty"`
	Abouts          map[string]string `json:"abouts"`
	Group           string            `json:"group,omitempty"`
	Groups          map[string]string `json:"groups"`
	DurationMin     int               `json:"duration_min"`
	Segments        []serviceSegment  `json:"segments"`
	IntervalMin     int               `json:"interval_min"`
	EdgeStarts      bool              `json:"edge_starts"`
	BufferBeforeMin int               `json:"buffer_before_min"`
	BufferAfterMin  int               `json:"buffer_after_min"`
	NoticeMin       int               `json:"notice_min"`
	HorizonDays     int               `json:"horizon_days"`
	Price           money.Amount      `json:"price"`
	Locations       []string          `json:"locations"`
	Public          bool              `json:"public"`
	Position        int               `json:"position"`
}

func (a *API) serviceOf(s *catalog.Service, language, home string) serviceBody {
	return serviceBody{
		ID: string(s.ID), Name: s.Names.Pick(language, home), Names: dict(s.Names), About: s.About.Pick(language, home),
		Abouts: dict(s.About), Group: s.Group.Pick(language, home), Groups: dict(s.Group), DurationMin: s.DurationMin(),
		Segments: segmentsOf(s.Segments), IntervalMin: s.IntervalMin, EdgeStarts: s.EdgeStarts,
		BufferBeforeMin: s.BufferBeforeMin, BufferAfterMin: s.BufferAfterMin, NoticeMin: s.NoticeMin,
		HorizonDays: s.HorizonDays, Price: s.Price, Locations: textsOf(s.Locations), Public: s.Public, Position: s.Position,
	}
}

// dict is never null on the wire.
func dict(t catalog.Texts) map[string]string {
	if t == nil {
		return map[string]string{}
	}
	return t
}
