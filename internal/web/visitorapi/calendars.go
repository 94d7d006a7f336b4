package visitorapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/account"
	"kept/calsync"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
)

// Calendars answers clients about the calendars that they have elsewhere, and
// staff about that there are some.
type Calendars struct {
	API     *API
	Watches *calsync.Watches
	Slugs   interface {
		BySlug(ctx context.Context, slug string) (id.Business, error)
	}
	Clock interface{ Now() span.Instant }
	// Signed gives the cards at a business of whoever is signed in as a client.
	Signed func(r *http.Request, business id.Business) ([]client.Client, error)
}

// Register adds the operations to an edge.
func (a *Calendars) Register(e *wire.Edge) {
	wire.Op(e, http.MethodGet, "/clients/{id}/calendars", "list-client-calendars", "That a client has connected calendars of their own, not which", a.listOf)
	wire.Op(e, http.MethodDelete, "/clients/{id}/calendars/{calendar}", "delete-client-calendar", "Let a client's calendar go", a.dropOf)
	e.Huma.OpenAPI().Components.SecuritySchemes["login"] = &huma.SecurityScheme{
		Type: "apiKey", In: "cookie", Name: "kept_me", Description: "A client who is signed in at /me",
	}
	own(e, a, http.MethodGet, "", "list-own-calendars", "One's own calendars that are connected", a.list)
	own(e, a, http.MethodPost, "", "create-own-calendar", "Connect a calendar by the address of its feed", a.connect)
	own(e, a, http.MethodDelete, "/{calendar}", "delete-own-calendar", "Let a calendar go", a.drop)
}

// own registers an operation for clients who are signed in: others are turned
// away before what they send is looked at.
func own[I, O any](e *wire.Edge, a *Calendars, method, path, name, summary string, fn func(ctx context.Context, in *I) (*O, error)) {
	o := wire.Operation(method, "/b/{slug}/me/calendars"+path, name, summary)
	o.Security = []map[string][]string{{"login": {}}}
	o.Errors = append(o.Errors, http.StatusForbidden)
	if method == http.MethodPost {
		o.DefaultStatus = http.StatusCreated
	}
	o.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		who, err := a.who(r)
		if err != nil {
			web.WriteProblem(w, r, err)
			return
		}
		next(huma.WithValue(ctx, self{}, who))
	}}
	wire.Public(e, o, fn)
}

// self is under what the client who asks is in a context.
type self struct{}

// who finds the client who asks: the card that is named, or their first.
func (a *Calendars) who(r *http.Request) (account.Principal, error) {
	var none account.Principal
	if _, key := web.Principal(r.Context()); key {
		return none, fault.New(fault.Forbidden, fault.CodeForbidden, "a calendar is its client's to connect")
	}
	business, err := a.Slugs.BySlug(r.Context(), r.PathValue("slug"))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return none, outside() // nobody is signed in there
	}
	if err != nil {
		return none, err
	}
	cards, err := a.Signed(r, business)
	if err != nil {
		return none, err
	}
	if len(cards) == 0 {
		return none, outside()
	}
	want := r.URL.Query().Get("who")
	for _, c := range cards {
		if want == "" || string(c.ID) == want {
			who := account.Visitor(business, c.ID)
			who.From = web.Address(r)
			return who, nil
		}
	}
	return none, fault.Missing("card")
}

func outside() error {
	return fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first")
}

// Self names a business and which of one's cards there is meant.
type Self struct {
	Slug string `path:"slug" maxLength:"100" doc:"The business's word in addresses"`
	Who  string `query:"who" maxLength:"36" doc:"Which of one's cards; the first when missing"`
}

func (a *Calendars) self(ctx context.Context) (account.Principal, id.Client) {
	who, _ := ctx.Value(self{}).(account.Principal)
	return who, id.Client(who.ID)
}

type calendarBody struct {
	ID        string        `json:"id"`
	Status    string        `json:"status" enum:"new,fresh,failing,stale" doc:"stale: older than four hours; after a day it counts for nothing"`
	CreatedAt wire.Moment   `json:"created_at"`
	LastOK    wire.Optional `json:"last_ok" doc:"When it was last read"`
	Host      string        `json:"host,omitempty" doc:"Where it lies; the address is told to nobody again"`
	ForStaff  *bool         `json:"for_staff,omitempty" doc:"Lists that staff look at for the client are ordered by it too"`
	Trouble   string        `json:"trouble,omitempty" doc:"Why it cannot be read"`
}

func (a *Calendars) bodyOf(w *calsync.Watch, own bool, zone *time.Location) calendarBody {
	out := calendarBody{
		ID: string(w.ID), Status: string(w.Status(a.Clock.Now())), CreatedAt: wire.At(w.CreatedAt, zone), LastOK: wire.Maybe(w.LastOK, zone),
	}
	if own {
		out.Host, out.ForStaff, out.Trouble = w.URL, &w.ForStaff, string(w.Trouble)
	}
	return out
}

type calendarsOut struct{ Body wire.Page[calendarBody] }

// calendars lists a client's for somebody.
func (a *Calendars) calendars(ctx context.Context, p account.Principal, of id.Client, own bool) (*calendarsOut, error) {
	list, err := a.Watches.List(ctx, p, of)
	if err != nil {
		return nil, err
	}
	zone, err := a.API.zone(ctx, p.Business)
	out := &calendarsOut{wire.Page[calendarBody]{Items: []calendarBody{}}}
	for i := range list {
		out.Body.Items = append(out.Body.Items, a.bodyOf(&list[i], own, zone))
	}
	return out, err
}

func (a *Calendars) listOf(ctx context.Context, p account.Principal, in *wire.NounPath) (*calendarsOut, error) {
	of, err := a.API.card(ctx, p, account.ReadClients, in.ID)
	if err != nil {
		return nil, err
	}
	return a.calendars(ctx, p, of, false)
}

func (a *Calendars) dropOf(ctx context.Context, p account.Principal, in *struct {
	ID       string `path:"id"`
	Calendar string `path:"calendar"`
},
) (*struct{}, error) {
	of, err := a.API.card(ctx, p, account.WriteClients, in.ID)
	if err != nil {
		return nil, err
	}
	want, err := wire.ReadID[id.Link]("calendar", in.Calendar)
	if err != nil {
		return nil, err
	}
	return nil, a.Watches.Disconnect(ctx, p, of, want)
}

func (a *Calendars) list(ctx context.Context, _ *Self) (*calendarsOut, error) {
	who, of := a.self(ctx)
	return a.calendars(ctx, who, of, true)
}

type calendarOut struct{ Body calendarBody }

func (a *Calendars) connect(ctx context.Context, in *struct {
	Self
	Body struct {
		URL      string `json:"url" maxLength:"2000" doc:"The https or webcal address of an iCal feed"`
		ForStaff bool   `json:"for_staff,omitempty" doc:"Order lists that staff look at for you by it too: they may guess from that when you are busy"`
	}
},
) (*calendarOut, error) {
	who, of := a.self(ctx)
	zone, err := a.API.zone(ctx, who.Business)
	if err != nil {
		return nil, err
	}
	w, err := a.Watches.Connect(ctx, who, of, in.Body.URL, in.Body.ForStaff)
	if err != nil {
		return nil, err
	}
	return &calendarOut{a.bodyOf(&w, true, zone)}, nil
}

func (a *Calendars) drop(ctx context.Context, in *struct {
	Self
	Calendar string `path:"calendar"`
},
) (*struct{}, error) {
	who, of := a.self(ctx)
	want, err := wire.ReadID[id.Link]("calendar", in.Calendar)
	if err != nil {
		return nil, err
	}
	return nil, a.Watches.Disconnect(ctx, who, of, want)
}
