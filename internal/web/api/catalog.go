package api

import (
	"context"
	"maps"
	"net/http"

	"kept/account"
	"kept/catalog"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/setup"
)

func (a *API) registerCatalog() {
	registerNoun(a, noun[serviceWrite, serviceBody, catalog.Service, id.Service]{
		path: "/services", one: "service", create: a.Office.CreateService, update: a.Office.UpdateService,
		archive: a.Office.ArchiveService, find: a.Office.FindService, list: a.Office.ListServices,
		write: serviceWrite.apply, show: a.serviceOf, also: impossible,
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
	also      func(*B, *T, *catalog.Catalog) // writes what the rest of the catalog makes of it; nil for nothing
	fresh     func() T
}

type nounOut[B any] struct{ Body B }

type nounListOut[B any] struct{ Body wire.Page[B] }

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
	drawn := func(ctx context.Context, p account.Principal, things ...*T) ([]B, error) {
		s, err := a.Settings.Load(ctx, p.Business, 0)
		if err != nil {
			return nil, err
		}
		out := make([]B, len(things))
		for i, t := range things {
			out[i] = n.show(t, web.Language(ctx), s.Catalog.Business.Language)
			if n.also != nil {
				n.also(&out[i], t, s.Catalog)
			}
		}
		return out, nil
	}
	one := func(ctx context.Context, p account.Principal, thing *T) (*nounOut[B], error) {
		all, err := drawn(ctx, p, thing)
		if err != nil {
			return nil, err
		}
		return &nounOut[B]{all[0]}, nil
	}
	o := wire.Operation(http.MethodPost, n.path, "create-"+n.one, "Add a "+n.one)
	o.DefaultStatus = http.StatusCreated
	wire.Secured(a.edge, o, func(ctx context.Context, p account.Principal, in *struct{ Body W }) (*nounOut[B], error) {
		thing := n.fresh()
		if err := n.write(in.Body, &thing, home(ctx, p)); err != nil {
			return nil, err
		}
		made, err := n.create(ctx, p, thing)
		if err != nil {
			return nil, err
		}
		return one(ctx, p, made)
	})
	wire.Op(a.edge, http.MethodGet, n.path, "list-"+n.one, "Every "+n.one,
		func(ctx context.Context, p account.Principal, in *SettingsPaging) (*nounListOut[B], error) {
			c, err := wire.ReadCursor(in.Cursor)
			if err != nil {
				return nil, err
			}
			got, err := n.list(ctx, p, setup.Page[I]{After: I(c.ID), Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			items, err := drawn(ctx, p, got.Items...)
			if err != nil {
				return nil, err
			}
			out := wire.Page[B]{Items: items}
			if got.Next != "" {
				next := wire.Cursor{ID: string(got.Next)}.String()
				out.Next = &next
			}
			return &nounListOut[B]{out}, nil
		})
	wire.Op(a.edge, http.MethodGet, n.path+"/{id}", "get-"+n.one, "One "+n.one,
		func(ctx context.Context, p account.Principal, in *wire.NounPath) (*nounOut[B], error) {
			thing, err := n.find(ctx, p, I(in.ID))
			if err != nil {
				return nil, err
			}
			return one(ctx, p, thing)
		})
	wire.Op(a.edge, http.MethodPatch, n.path+"/{id}", "update-"+n.one, "Change a "+n.one+"; what is missing stays",
		func(ctx context.Context, p account.Principal, in *struct {
			wire.NounPath
			Body W
		},
		) (*nounOut[B], error) {
			thing, err := n.update(ctx, p, I(in.ID), func(t *T) error { return n.write(in.Body, t, home(ctx, p)) })
			if err != nil {
				return nil, err
			}
			return one(ctx, p, thing)
		})
	wire.Op(a.edge, http.MethodDelete, n.path+"/{id}", "delete-"+n.one, "Take a "+n.one+" out of use; what was booked stays",
		func(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
			return nil, n.archive(ctx, p, I(in.ID))
		})
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

// dict is never null on the wire.
func dict(t catalog.Texts) map[string]string {
	if t == nil {
		return map[string]string{}
	}
	return t
}
