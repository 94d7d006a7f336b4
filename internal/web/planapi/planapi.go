// Package planapi is the part of the HTTP interface that tells programs what
// is due for clients: items of plans and the timeline of a card. Both are read
// page by page; a timeline goes on in visits and in what is due at once, from
// the one entry that its cursor names.
package planapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/plan"
	"kept/span"
)

// Planner keeps what is due; plan.Planner does.
type Planner interface {
	Create(ctx context.Context, business id.Business, d plan.Draft, actor event.Actor) (plan.Item, error)
	Update(
		ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor, change func(*plan.Change) error,
	) (plan.Item, error)
	Skip(ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor) (plan.Item, error)
	Offer(ctx context.Context, business id.Business, want id.Plan, version int64, actor event.Actor) (plan.Item, error)
	Remove(ctx context.Context, business id.Business, want id.Plan, actor event.Actor) error
	Find(ctx context.Context, business id.Business, want id.Plan) (plan.Item, error)
	List(ctx context.Context, business id.Business, f plan.Filter) ([]plan.Item, error)
	Timeline(ctx context.Context, business id.Business, client id.Client, after plan.Spot, limit int) ([]plan.Entry, error)
}

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Cards opens cards for those who want to see them, and records that they did.
type Cards interface {
	Open(ctx context.Context, business id.Business, id id.Client, actor event.Actor, what string) (client.Client, error)
}

// API answers the operations.
type API struct {
	Plans    Planner
	Settings Settings
	Cards    Cards

	zones span.Zones
}

// Register adds the operations to an edge.
func (a *API) Register(e *wire.Edge) {
	wire.Op(e, http.MethodGet, "/plans", "list-plans", "What is due, by day", a.list)
	o := wire.Operation(http.MethodPost, "/plans", "create-plan", "Plan a service for a client")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.create)
	wire.Op(e, http.MethodGet, "/plans/{id}", "get-plan", "One item of a plan", a.get)
	wire.Op(e, http.MethodPatch, "/plans/{id}", "update-plan", "Change the day or the note; what is missing stays", a.update)
	wire.Op(e, http.MethodDelete, "/plans/{id}", "delete-plan", "Take away what was planned by mistake", a.remove)
	wire.Op(e, http.MethodPost, "/plans/{id}/skip", "skip-plan", "Nothing will come of it this time", a.skip)
	wire.Op(e, http.MethodPost, "/plans/{id}/offer", "offer-plan", "Tell the client now that it is due; once an item", a.offer)
	wire.Op(e, http.MethodGet, "/clients/{id}/timeline", "get-timeline", "What was done, is booked and is due, by day", a.timeline)
}

type planBody struct {
	ID        string        `json:"id"`
	Client    string        `json:"client"`
	Subject   string        `json:"subject,omitempty" doc:"Whom or what it is for; missing: the client"`
	Service   wire.Ref      `json:"service"`
	Rule      string        `json:"rule,omitempty" doc:"Which recall of the service made it"`
	Origin    string        `json:"origin" enum:"staff,client,rule,visit,course"`
	Kind      string        `json:"kind" enum:"date,interval,usage,course"`
	Step      int           `json:"step,omitempty" doc:"Of a course: which visit"`
	Steps     int           `json:"steps,omitempty" doc:"Of a course: how many there are"`
	Due       string        `json:"due" format:"date"`
	Window    planWindow    `json:"window" doc:"The days within which the visit is wanted"`
	Forecast  *planForecast `json:"forecast,omitempty"`
	Status    string        `json:"status" enum:"planned,offered,booked,done,skipped,expired"`
	Booking   string        `json:"booking,omitempty"`
	Note      string        `json:"note,omitempty"`
	OfferedAt wire.Optional `json:"offered_at"`
	ExpiresAt wire.Moment   `json:"expires_at"`
	CreatedAt wire.Moment   `json:"created_at"`
	UpdatedAt wire.Moment   `json:"updated_at"`
	Version   int64         `json:"version"`
}

type planWindow struct {
	From string `json:"from" format:"date"`
	To   string `json:"to" format:"date"`
}

type planForecast struct {
	Date       string  `json:"date" format:"date"`
	Confidence string  `json:"confidence" enum:"low,medium,high"`
	PerDay     float64 `json:"per_day" doc:"In the unit of the readings"`
}

// place is what answers are written with.
type place struct {
	setting  *availability.Setting
	zone     *time.Location
	language string
}

func (a *API) place(ctx context.Context, business id.Business) (place, error) {
	s, err := a.Settings.Load(ctx, business, 0)
	if err != nil {
		return place{}, err
	}
	zone, err := a.zones.Load(s.Catalog.Business.Zone)
	if err != nil {
		return place{}, fault.Wrap(fault.Internal, fault.CodeInternal, "the time zone of the business is unknown here", err)
	}
	return place{s, zone, web.Language(ctx)}, nil
}

func (w place) body(i plan.Item) planBody {
	out := planBody{
		ID: string(i.ID), Client: string(i.Client), Subject: string(i.Subject),
		Service: wire.ServiceRef(w.setting.Catalog, i.Service, w.language), Rule: i.Rule, Origin: string(i.Origin), Kind: string(i.Kind),
		Step: i.Step, Steps: i.Of, Due: i.Due.String(), Window: planWindow{i.Window.From.String(), i.Window.To.String()},
		Status: string(i.Status), Booking: string(i.Booking), Note: i.Note, OfferedAt: wire.Maybe(i.OfferedAt, w.zone),
		ExpiresAt: wire.At(i.ExpiresAt, w.zone), CreatedAt: wire.At(i.CreatedAt, w.zone), UpdatedAt: wire.At(i.UpdatedAt, w.zone),
		Version: i.Version,
	}
	if f := i.Forecast; f != nil {
		out.Forecast = &planForecast{f.Date.String(), string(f.Confidence), f.PerDay}
	}
	return out
}

type planOut struct{ Body planBody }

func (a *API) answer(ctx context.Context, p account.Principal, i plan.Item, err error) (*planOut, error) {
	if err != nil {
		return nil, err
	}
	w, err := a.place(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	return &planOut{w.body(i)}, nil
}
