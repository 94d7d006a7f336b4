package visitorapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/calsync"
	"kept/id"
	"kept/internal/web/wire"
	"kept/span"
)

// Calendars answers clients about the calendars that they have elsewhere, and
// staff about that there are some.
type Calendars struct {
	API     *API
	Watches *calsync.Watches
	Guests  *Guests
	Clock   interface{ Now() span.Instant }
}

// Register adds the operations to an edge.
func (a *Calendars) Register(e *wire.Edge) {
	wire.Op(e, http.MethodGet, "/clients/{id}/calendars", "list-client-calendars", "That a client has connected calendars of their own, not which", a.listOf)
	wire.Op(e, http.MethodDelete, "/clients/{id}/calendars/{calendar}", "delete-client-calendar", "Let a client's calendar go", a.dropOf)
	const path = "/calendars"
	let(e, a.Guests, theirs(http.MethodGet, path, "list-own-calendars", "One's own calendars that are connected"), a.list)
	let(e, a.Guests, made(path, "create-own-calendar", "Connect a calendar by the address of its feed"), a.connect)
	let(e, a.Guests, theirs(http.MethodDelete, path+"/{calendar}", "delete-own-calendar", "Let a calendar go"), a.drop)
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
func (a *Calendars) calendars(ctx context.Context, p account.Principal, of id.Client, in wire.Paging, own bool) (*calendarsOut, error) {
	list, err := a.Watches.List(ctx, p, of)
	if err != nil {
		return nil, err
	}
	zone, err := a.API.zone(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	page, err := wire.Slice(list, in, func(w calsync.Watch) string { return string(w.ID) })
	return &calendarsOut{wire.Told(page, func(w calsync.Watch) calendarBody { return a.bodyOf(&w, own, zone) })}, err
}

func (a *Calendars) listOf(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	wire.Paging
},
) (*calendarsOut, error) {
	of, err := a.API.card(ctx, p, account.ReadClients, in.ID)
	if err != nil {
		return nil, err
	}
	return a.calendars(ctx, p, of, in.Paging, false)
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

func (a *Calendars) list(ctx context.Context, in *struct {
	Self
	wire.Paging
},
) (*calendarsOut, error) {
	who, of := asker(ctx)
	return a.calendars(ctx, who, of, in.Paging, true)
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
	who, of := asker(ctx)
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
	who, of := asker(ctx)
	want, err := wire.ReadID[id.Link]("calendar", in.Calendar)
	if err != nil {
		return nil, err
	}
	return nil, a.Watches.Disconnect(ctx, who, of, want)
}
