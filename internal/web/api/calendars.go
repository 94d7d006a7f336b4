package api

import (
	"context"
	"net/http"
	"time"

	"kept/internal/web/wire"

	"kept/account"
	"kept/calsync"
	"kept/id"
	"kept/span"
)

func (a *API) registerCalendars() {
	o := wire.Operation(http.MethodPost, "/calendars", "connect-outside-calendar", "Connect an outside calendar: what it is busy with closes time here")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(a.edge, o, a.connectCalendar)
	wire.Op(a.edge, http.MethodGet, "/calendars", "list-outside-calendars", "Outside calendars, and how they are doing", a.listCalendars)
	wire.Op(a.edge, http.MethodGet, "/calendars/{id}", "get-outside-calendar", "One of them", a.getCalendar)
	wire.Op(a.edge, http.MethodPatch, "/calendars/{id}", "update-outside-calendar", "Change one; it is read anew", a.updateCalendar)
	wire.Op(a.edge, http.MethodDelete, "/calendars/{id}", "disconnect-outside-calendar", "Let one go and open the time that it closed", a.disconnectCalendar)
	sync := wire.Operation(http.MethodPost, "/calendars/{id}/sync", "sync-outside-calendar", "Read one at once, in the background")
	sync.DefaultStatus = http.StatusAccepted
	wire.Secured(a.edge, sync, a.syncCalendar)
}

type outsideWrite struct {
	Staff         *string `json:"staff,omitempty" maxLength:"36" doc:"Whose it is: one of staff, resource, location; none of them is the whole business"`
	Resource      *string `json:"resource,omitempty" maxLength:"36" doc:"All its units are closed"`
	Location      *string `json:"location,omitempty" maxLength:"36"`
	Kind          *string `json:"kind,omitempty" enum:"ical,caldav" doc:"ical is the address of a file, caldav a collection of a CalDAV server; ical when missing"`
	Name          *string `json:"name,omitempty" maxLength:"320" doc:"What to call it"`
	URL           *string `json:"url,omitempty" maxLength:"2000" doc:"http or https; webcal is read as https. Never given again but for its host"`
	User          *string `json:"user,omitempty" maxLength:"200"`
	Secret        *string `json:"secret,omitempty" maxLength:"500" doc:"The password. Never given again; has to be given anew with another host"`
	StaleAfterMin *int    `json:"stale_after_min,omitempty" minimum:"15" maximum:"43200" doc:"When its last answer is too old to be trusted"`
}

// edit is the change of a link that stands as old.
func (w outsideWrite) edit(old calsync.Owner) calsync.Edit {
	e := calsync.Edit{Name: w.Name, URL: w.URL, User: w.User, Secret: w.Secret}
	if w.Staff != nil || w.Resource != nil || w.Location != nil {
		if w.Staff != nil {
			old.Staff = id.Staff(*w.Staff)
		}
		if w.Resource != nil {
			old.Resource = id.Resource(*w.Resource)
		}
		if w.Location != nil {
			old.Location = id.Location(*w.Location)
		}
		e.Owner = &old
	}
	if w.Kind != nil {
		kind := calsync.Kind(*w.Kind)
		e.Kind = &kind
	}
	if w.StaleAfterMin != nil {
		after := span.Minutes(*w.StaleAfterMin)
		e.StaleAfter = &after
	}
	return e
}

type outsideBody struct {
	ID            string        `json:"id"`
	Staff         string        `json:"staff,omitempty"`
	Resource      string        `json:"resource,omitempty"`
	Location      string        `json:"location,omitempty"`
	Kind          string        `json:"kind" enum:"ical,caldav"`
	Name          string        `json:"name"`
	Host          string        `json:"host" doc:"Of its address; the rest is a secret"`
	StaleAfterMin int           `json:"stale_after_min"`
	Status        string        `json:"status" enum:"new,fresh,failing,stale"`
	LastOK        wire.Optional `json:"last_ok" doc:"When it last answered"`
	FailingSince  wire.Optional `json:"failing_since"`
	Trouble       string        `json:"trouble,omitempty" doc:"Why it does not answer: unauthorized, not_found, unreachable ..."`
	NextAt        wire.Optional `json:"next_at" doc:"When it is read again"`
	Events        int           `json:"events" doc:"Entries that were read"`
	Skipped       int           `json:"skipped" doc:"Entries that could not be understood, wholly or in part"`
	Limits        []string      `json:"limits" doc:"Bounds that cut something off: events, occurrences, rows ..."`
	BusySpans     int           `json:"busy_spans" doc:"Stretches of time that it closes"`
}

func outsideOf(l *calsync.Link, now span.Instant, zone *time.Location) outsideBody {
	b := outsideBody{
		ID: string(l.ID), Staff: string(l.Owner.Staff), Resource: string(l.Owner.Resource), Location: string(l.Owner.Location),
		Kind: string(l.Kind), Name: l.Name, Host: l.Address.URL, StaleAfterMin: int(l.StaleAfter / span.Minute),
		Status: string(l.Status(now)), LastOK: wire.Maybe(l.LastOK, zone), FailingSince: wire.Maybe(l.Failing, zone), Trouble: string(l.Trouble),
		NextAt: wire.Maybe(l.NextAt, zone), Events: l.Events, Skipped: l.Skipped, Limits: l.Limits, BusySpans: l.BusySpans,
	}
	if b.Limits == nil {
		b.Limits = []string{}
	}
	return b
}

type outsideOut struct{ Body outsideBody }

func (a *API) outside(ctx context.Context, p account.Principal, l calsync.Link, err error) (*outsideOut, error) {
	if err != nil {
		return nil, err
	}
	zone, err := a.homeZone(ctx, p.Business)
	return &outsideOut{outsideOf(&l, a.Clock.Now(), zone)}, err
}

func (a *API) connectCalendar(ctx context.Context, p account.Principal, in *struct{ Body outsideWrite }) (*outsideOut, error) {
	l, err := a.Links.Connect(ctx, p, in.Body.edit(calsync.Owner{}))
	return a.outside(ctx, p, l, err)
}

func (a *API) getCalendar(ctx context.Context, p account.Principal, in *wire.NounPath) (*outsideOut, error) {
	l, err := a.Links.Find(ctx, p, id.Link(in.ID))
	return a.outside(ctx, p, l, err)
}

func (a *API) updateCalendar(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body outsideWrite
},
) (*outsideOut, error) {
	old, err := a.Links.Find(ctx, p, id.Link(in.ID))
	if err != nil {
		return nil, err
	}
	l, err := a.Links.Change(ctx, p, old.ID, in.Body.edit(old.Owner))
	return a.outside(ctx, p, l, err)
}

func (a *API) disconnectCalendar(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	return nil, a.Links.Disconnect(ctx, p, id.Link(in.ID))
}

func (a *API) syncCalendar(ctx context.Context, p account.Principal, in *wire.NounPath) (*outsideOut, error) {
	l, err := a.Links.Sync(ctx, p, id.Link(in.ID))
	return a.outside(ctx, p, l, err)
}

type outsideListOut struct{ Body wire.Page[outsideBody] }

// listCalendars gives all of them: a business has few.
func (a *API) listCalendars(ctx context.Context, p account.Principal, _ *struct{}) (*outsideListOut, error) {
	all, err := a.Links.List(ctx, p)
	if err != nil {
		return nil, err
	}
	zone, err := a.homeZone(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	out := wire.Page[outsideBody]{Items: make([]outsideBody, len(all))}
	for i := range all {
		out.Items[i] = outsideOf(&all[i], a.Clock.Now(), zone)
	}
	return &outsideListOut{out}, nil
}
