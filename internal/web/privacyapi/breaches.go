package privacyapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/id"
	"kept/internal/web/wire"
	"kept/privacy"
	"kept/span"
)

func (a *API) registerBreaches() {
	e := a.Edge
	wire.Op(e, http.MethodGet, "/privacy/breaches", "list-breaches", "Leaks of data, the newest first", a.breaches)
	o := wire.Operation(http.MethodPost, "/privacy/breaches", "create-breach", "Enter a leak; its countdowns begin")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.openBreach)
	wire.Op(e, http.MethodGet, "/privacy/breaches/{id}", "get-breach", "One leak", a.breach)
	wire.Op(e, http.MethodPatch, "/privacy/breaches/{id}", "update-breach", "Change what is said of a leak; what is missing stays", a.reviseBreach)
	wire.Op(e, http.MethodPost, "/privacy/breaches/{id}/steps", "take-breach-step", "Note that a step was taken now", a.step)
	wire.Op(e, http.MethodPost, "/privacy/breaches/{id}/persons", "add-breach-persons", "Enter whom a leak concerns", a.concern)
	wire.Op(e, http.MethodGet, "/privacy/breaches/{id}/persons", "list-breach-persons", "Whom a leak concerns, and what of theirs", a.concerned)
}

type countdownBody struct {
	What string        `json:"what" doc:"notice: the first to the authority; report: the result of the investigation"`
	Due  wire.Moment   `json:"due_at"`
	Done wire.Optional `json:"done_at"`
	Late bool          `json:"late"`
}

type breachBody struct {
	ID         string          `json:"id"`
	Regime     string          `json:"regime"`
	Title      string          `json:"title"`
	Report     string          `json:"report"`
	Categories []string        `json:"categories"`
	Noticed    wire.Moment     `json:"noticed_at"`
	Happened   wire.Optional   `json:"happened_at"`
	Told       wire.Optional   `json:"told_at"`
	Closed     wire.Optional   `json:"closed_at"`
	Countdowns []countdownBody `json:"countdowns"`
	Version    int64           `json:"version"`
}

func breachOf(b privacy.Breach, now span.Instant, zone *time.Location) breachBody {
	out := breachBody{
		ID: string(b.ID), Regime: string(b.Regime), Title: b.Title, Report: b.Report, Categories: append([]string{}, b.Categories...),
		Noticed: wire.At(b.Noticed, zone), Happened: wire.Maybe(b.Happened, zone), Told: wire.Maybe(b.Told, zone),
		Closed: wire.Maybe(b.Closed, zone), Version: b.Version,
	}
	for _, c := range b.Countdowns() {
		out.Countdowns = append(out.Countdowns, countdownBody{c.What, wire.At(c.Due, zone), wire.Maybe(c.Done, zone), c.Late(now)})
	}
	return out
}

type breachOut struct{ Body breachBody }

func (a *API) breachOut(ctx context.Context, p account.Principal, b privacy.Breach, err error) (*breachOut, error) {
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	return &breachOut{breachOf(b, a.Office.Clock.Now(), zone)}, err
}

func (a *API) breaches(ctx context.Context, p account.Principal, in *wire.Paging) (*struct{ Body wire.Page[breachBody] }, error) {
	after, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Office.ListBreaches(ctx, p, id.Breach(after.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	_, zone, err := a.zone(ctx, p)
	now := a.Office.Clock.Now()
	body := paged(list, in.Limit, func(b privacy.Breach) string { return string(b.ID) }, func(b privacy.Breach) breachBody { return breachOf(b, now, zone) })
	return &struct{ Body wire.Page[breachBody] }{body}, err
}

func (a *API) openBreach(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Regime     string   `json:"regime,omitempty" enum:"gdpr,fz152,pdpa" doc:"The business's when missing"`
		Title      string   `json:"title" maxLength:"200"`
		Report     string   `json:"report,omitempty" maxLength:"20000"`
		Categories []string `json:"categories,omitempty" maxItems:"20"`
		Noticed    string   `json:"noticed_at,omitempty" maxLength:"40" doc:"RFC 3339; now when missing"`
		Happened   string   `json:"happened_at,omitempty" maxLength:"40"`
	}
},
) (*breachOut, error) {
	noticed, err := optionalInstant("noticed_at", in.Body.Noticed)
	if err != nil {
		return nil, err
	}
	happened, err := optionalInstant("happened_at", in.Body.Happened)
	if err != nil {
		return nil, err
	}
	b, err := a.Office.OpenBreach(ctx, p, privacy.Breach{
		Regime: privacy.Regime(in.Body.Regime), Title: in.Body.Title, Report: in.Body.Report, Categories: in.Body.Categories,
		Noticed: noticed, Happened: happened,
	})
	return a.breachOut(ctx, p, b, err)
}

func (a *API) breach(ctx context.Context, p account.Principal, in *wire.NounPath) (*breachOut, error) {
	b, err := a.Office.Breach(ctx, p, id.Breach(in.ID))
	return a.breachOut(ctx, p, b, err)
}

func (a *API) reviseBreach(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		Version    int64     `json:"version,omitempty" doc:"The one that was read"`
		Regime     *string   `json:"regime,omitempty" enum:"gdpr,fz152,pdpa"`
		Title      *string   `json:"title,omitempty" maxLength:"200"`
		Report     *string   `json:"report,omitempty" maxLength:"20000"`
		Categories *[]string `json:"categories,omitempty" maxItems:"20"`
		Happened   *string   `json:"happened_at,omitempty" maxLength:"40"`
	}
},
) (*breachOut, error) {
	var happened span.Instant
	if in.Body.Happened != nil {
		var err error
		if happened, err = optionalInstant("happened_at", *in.Body.Happened); err != nil {
			return nil, err
		}
	}
	b, err := a.Office.ReviseBreach(ctx, p, id.Breach(in.ID), in.Body.Version, func(b *privacy.Breach) {
		if in.Body.Regime != nil {
			b.Regime = privacy.Regime(*in.Body.Regime)
		}
		if in.Body.Happened != nil {
			b.Happened = happened
		}
		wire.Set(&b.Title, in.Body.Title)
		wire.Set(&b.Report, in.Body.Report)
		wire.Set(&b.Categories, in.Body.Categories)
	})
	return a.breachOut(ctx, p, b, err)
}

func (a *API) step(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		Step string `json:"step" enum:"notified,reported,told,closed"`
	}
},
) (*breachOut, error) {
	b, err := a.Office.Step(ctx, p, id.Breach(in.ID), in.Body.Step)
	return a.breachOut(ctx, p, b, err)
}

func (a *API) concern(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		All     bool     `json:"all,omitempty" doc:"Everybody who has a card"`
		Clients []string `json:"clients,omitempty" maxItems:"10000"`
	}
},
) (*struct{}, error) {
	clients := make([]id.Client, len(in.Body.Clients))
	for i, c := range in.Body.Clients {
		clients[i] = id.Client(c)
	}
	return nil, a.Office.Concern(ctx, p, id.Breach(in.ID), in.Body.All, clients...)
}

type concernedBody struct {
	Categories []string `json:"categories"`
	Clients    []string `json:"clients"`
	Next       *string  `json:"next"`
}

func (a *API) concerned(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	wire.Paging
},
) (*struct{ Body concernedBody }, error) {
	after, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	b, err := a.Office.Breach(ctx, p, id.Breach(in.ID))
	if err != nil {
		return nil, err
	}
	list, err := a.Office.Concerned(ctx, p, b.ID, id.Client(after.ID), in.Limit+1)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, in.Limit, func(c id.Client) wire.Cursor { return wire.Cursor{ID: string(c)} })
	out := concernedBody{Categories: append([]string{}, b.Categories...), Clients: make([]string, len(list)), Next: next}
	for i, c := range list {
		out.Clients[i] = string(c)
	}
	return &struct{ Body concernedBody }{out}, nil
}
