// Package privacyapi is the part of the HTTP interface for programs that
// answers duties of privacy: erasing and handing out, what people ask for,
// holds, rules of retention, registers and leaks.
//
// What may be done is package privacy's to say; here things get their form on
// the wire. Nearly all of it needs the right to manage privacy.
package privacyapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kept/account"
	"kept/availability"
	"kept/event"
	"kept/id"
	"kept/internal/dossier"
	"kept/internal/web/wire"
	"kept/privacy"
)

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// API answers the operations.
type API struct {
	Edge     *wire.Edge
	Office   *privacy.Office
	Settings Settings
	Host     string // of the site, for names that must be the world's own
}

// Register registers the operations.
func (a *API) Register() {
	e := a.Edge
	wire.Op(e, http.MethodDelete, "/clients/{id}", "erase-client", "Erase everything personal about a client", a.erase)
	o := wire.Operation(http.MethodGet, "/clients/{id}/export", "export-client", "Everything that is kept about a client, as a zip")
	o.Responses = map[string]*huma.Response{"200": {
		Description: "A zip: data.json, tables/*.csv, visits.ics, files/*",
		Content:     map[string]*huma.MediaType{dossier.ContentType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
	}}
	wire.Secured(e, o, a.export)
	wire.Op(e, http.MethodGet, "/privacy/erasures", "list-erasures", "Records of destruction, the newest first", a.records)
	wire.Op(e, http.MethodGet, "/privacy/erasures/{id}", "get-erasure", "One record of destruction", a.record)
	a.registerPetitions()
	a.registerPolicy()
	a.registerBreaches()
}

// zone is the zone of the business.
func (a *API) zone(ctx context.Context, p account.Principal) (*availability.Setting, *time.Location, error) {
	set, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, nil, err
	}
	zone, err := time.LoadLocation(set.Catalog.Business.Zone)
	return set, zone, err
}

func (a *API) erase(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Reason string `query:"reason" enum:"request,consent,purpose,mistake" default:"request" doc:"Why, for the record"`
	Ahead  string `query:"ahead" enum:"cancel,keep" doc:"What to do with visits that are ahead; without it they are in the way"`
},
) (*struct{}, error) {
	_, err := a.Office.Erase(ctx, p, privacy.Order{Client: id.Client(in.ID), Reason: in.Reason, Ahead: in.Ahead})
	return nil, err
}

// packed is a file to keep.
type packed struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) export(ctx context.Context, p account.Principal, in *wire.NounPath) (*packed, error) {
	d, err := a.Office.Export(ctx, p, id.Client(in.ID))
	if err != nil {
		return nil, err
	}
	set, _, err := a.zone(ctx, p)
	if err != nil {
		return nil, err
	}
	body, err := dossier.Pack(d, set, a.Host)
	return &packed{dossier.ContentType, `attachment; filename="kept-` + in.ID + `.zip"`, body}, err
}

type doer struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
}

func actorOf(a event.Actor) doer { return doer{a.Kind, a.ID} }

type holdBody struct {
	ClientID string        `json:"client_id,omitempty"`
	Class    string        `json:"class"`
	Until    wire.Optional `json:"until"`
	Reason   string        `json:"reason"`
}

func holdsOf(list []privacy.Hold, zone *time.Location) []holdBody {
	out := make([]holdBody, len(list))
	for i, h := range list {
		out[i] = holdBody{string(h.Client), h.Class, wire.Maybe(h.Until, zone), h.Reason}
	}
	return out
}

type recordBody struct {
	ID        string           `json:"id"`
	ClientID  string           `json:"client_id"`
	Reason    string           `json:"reason"`
	Regime    string           `json:"regime"`
	By        doer             `json:"by"`
	At        wire.Moment      `json:"at"`
	Method    string           `json:"method" doc:"How: the keys were destroyed, then the rows"`
	Counts    map[string]int64 `json:"counts" doc:"Rows destroyed or blanked, by table"`
	Kept      []holdBody       `json:"kept" doc:"What a statute keeps, and until when"`
	Cancelled int              `json:"cancelled" doc:"Visits that were cancelled"`
}

func recordOf(r privacy.Record, zone *time.Location) recordBody {
	return recordBody{
		string(r.ID), string(r.Client), r.Reason, string(r.Regime), actorOf(r.Actor), wire.At(r.At, zone),
		"keys destroyed, rows deleted or blanked", r.Counts, holdsOf(r.Kept, zone), r.Cancelled,
	}
}

type recordPage struct{ Body wire.Page[recordBody] }

func (a *API) records(ctx context.Context, p account.Principal, in *wire.Paging) (*recordPage, error) {
	_, zone, err := a.zone(ctx, p)
	if err != nil {
		return nil, err
	}
	after, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Office.ListRecords(ctx, p, id.Erasure(after.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	return &recordPage{paged(list, in.Limit, func(r privacy.Record) string { return string(r.ID) }, func(r privacy.Record) recordBody { return recordOf(r, zone) })}, nil
}

func (a *API) record(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{ Body recordBody }, error) {
	r, err := a.Office.Record(ctx, p, id.Erasure(in.ID))
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	return &struct{ Body recordBody }{recordOf(r, zone)}, err
}

// paged makes a page of a list that was read one longer than asked.
func paged[T, B any](list []T, limit int, key func(T) string, body func(T) B) wire.Page[B] {
	list, next := wire.PageOf(list, limit, func(t T) wire.Cursor { return wire.Cursor{ID: key(t)} })
	items := make([]B, len(list))
	for i, t := range list {
		items[i] = body(t)
	}
	return wire.Page[B]{Items: items, Next: next}
}
