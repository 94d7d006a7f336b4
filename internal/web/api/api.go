// Package api is the HTTP interface for programs, under /api/v1.
//
// Huma turns the Go types below into the OpenAPI description that is served at
// /api/openapi.json, and checks requests against it; what needs more than form
// is checked by the domain, whose faults become problems (package web). One
// file holds one noun. Wire types live beside the operations that use them and
// are never the domain's own, so that neither binds the other.
package api

import (
	"context"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/availability"
	"kept/booking"
	"kept/calsync"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/insight"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/message"
	"kept/setup"
	"kept/span"
)

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
	BySlug(ctx context.Context, slug string) (id.Business, error)
}

// Messages lists messages.
type Messages interface {
	List(ctx context.Context, business id.Business, f message.Filter, now span.Instant) ([]message.Message, error)
	Find(ctx context.Context, business id.Business, id id.Message) (message.Message, error)
}

// Events reads the journal.
type Events interface {
	List(ctx context.Context, business id.Business, after int64, limit int) ([]event.Event, error)
	Subscribe(ctx context.Context, business id.Business, after int64) <-chan event.Event
	Last(ctx context.Context, business id.Business) (int64, error)
}

// Clock is the program's clock; only a demo may set it.
type Clock interface {
	Now() span.Instant
	Set(ctx context.Context, to span.Instant) error
}

// Deps are what the API is made of.
type Deps struct {
	Desk     *booking.Desk
	Office   *setup.Office
	Links    *calsync.Links
	Clients  *client.Registry
	Insight  *insight.Analyst
	Settings Settings
	Messages Messages
	Events   Events
	Keys     web.Authenticator
	Fence    web.Fence // around those of own or local reach
	Clock    Clock
	Tokens   *secret.Master
	Words    web.Words
	Public   *web.Limiter // of public POSTs
	BaseURL  func() string
	Demo     bool
	Version  string
	// Signed gives the cards at a business of whoever is signed in as a client; nil where nobody can be.
	Signed func(r *http.Request, business id.Business) ([]client.Client, error)
}

// API answers the operations.
type API struct {
	Deps
	edge   *wire.Edge
	zones  span.Zones
	frames frames
	wanted chan struct{} // closed when somebody waits for the rest of the operations
	hurry  sync.Once     // closes it
	ready  chan struct{} // closed when every operation is registered
}

// Prefix is where the operations stand.
const Prefix = wire.Prefix

// Mux is where the operations stand; *http.ServeMux is one.
type Mux interface {
	humago.Mux
	Handler(r *http.Request) (http.Handler, string)
}

// described is where the description of the operations stands.
const described = "/api/openapi"

// New makes the API and registers the operations of the public page on the
// mux, its description and all of /api/ that is nothing else. Rest is to be
// called for the others.
func New(mux Mux, d Deps) *API {
	a := &API{Deps: d, wanted: make(chan struct{}), ready: make(chan struct{})}
	installErrors(d.Words)
	early := map[string]bool{}
	a.edge = a.at(first{mux, early}, "")
	a.registerPublic()
	a.registerSlots()
	a.edge = a.at(rest{mux, early, a.wait}, described)
	mux.HandleFunc("GET /api/docs", a.docs())
	mux.HandleFunc("GET /api/docs.css", docsStyle)
	mux.HandleFunc("/api/", a.patient(mux, elsewhere(mux)))
	return a
}

// at makes a place to register at; description is empty where none is given.
func (a *API) at(mux humago.Mux, description string) *wire.Edge {
	config := huma.DefaultConfig("Kept", a.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = description, "", ""
	config.Info.Description = "Appointments that are kept: booking, calendar, clients and messages of a service business."
	config.CreateHooks = nil // no $schema links in answers
	config.RejectUnknownQueryParameters = true
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", wire.SchemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key": {Type: "http", Scheme: "bearer", Description: "An API key of the business"},
	}
	e := &wire.Edge{Huma: humago.New(mux, config), Words: a.Words}
	e.Huma.UseMiddleware(func(hc huma.Context, next func(huma.Context)) {
		hc.SetHeader("Cache-Control", "no-store") // answers are personal, or soon out of date
		next(hc)
	})
	return e
}

func (a *API) register() {
	a.registerPublic()
	a.registerSlots()
	a.registerBookings()
	a.registerSeries()
	a.registerSessions()
	a.registerBusiness()
	a.registerCatalog()
	a.registerRules()
	a.registerIntake()
	a.registerHours()
	a.registerTimeOff()
	a.registerCalendars()
	a.registerClients()
	a.registerMessages()
	a.registerEvents()
	a.registerInsight()
	if a.Demo {
		a.registerDemo()
	}
}

// OpenAPI gives the description of the operations, once all are there.
func (a *API) OpenAPI() *huma.OpenAPI {
	a.wait()
	return a.edge.Huma.OpenAPI()
}

// Paging is what every list can be asked.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"At most so many"`
	Cursor string `query:"cursor" maxLength:"500" doc:"Where to go on: next of the page before"`
}

// creating describes a public operation that makes something: 201.
func creating(path, name, summary string) huma.Operation {
	o := wire.Operation(http.MethodPost, path, name, summary)
	o.DefaultStatus = http.StatusCreated
	o.Errors = append(o.Errors, http.StatusForbidden, http.StatusGone)
	return o
}

// created registers a public operation that makes something.
func created[I, O any](a *API, path, name, summary string, fn func(ctx context.Context, in *I) (*O, error)) {
	wire.Public(a.edge, creating(path, name, summary), fn)
}
