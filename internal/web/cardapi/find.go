package cardapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/client"
	"kept/fault"
	"kept/internal/web/wire"
	"kept/money"
)

// FindDeps are what the operations on talks, files, counters and double cards are made of.
type FindDeps struct {
	Deps
	Talks   *client.Talks
	Archive *client.Archive
	Merger  *client.Merger
	Counter *client.Counter
}

// finding answers them.
type finding struct {
	cards
	FindDeps
}

// RegisterFind puts the operations on the edge.
func RegisterFind(e *wire.Edge, d FindDeps) {
	f := &finding{cards: cards{Deps: d.Deps, edge: e}, FindDeps: d}
	f.registerEntries()
	f.registerDocuments()
	f.registerMerges()
	wire.Op(e, http.MethodGet, "/clients/{id}/tally", "get-tally", "What is counted of a client: visits, absences, spending, habits", f.getTally)
}

// standing finds the client of an address for a principal with a right, and
// the zone in which the answer is told.
func (f *finding) standing(ctx context.Context, p account.Principal, path ClientPath, right account.Action) (client.Client, *time.Location, error) {
	if err := wire.Must(p, right); err != nil {
		return client.Client{}, nil, err
	}
	want, err := path.client()
	if err != nil {
		return client.Client{}, nil, err
	}
	c, err := f.cards.Clients.Find(ctx, p.Business, want)
	if err != nil {
		return c, nil, err
	}
	zone, err := f.home(ctx, p.Business)
	return c, zone, err
}

// TallyBody is what is counted of a client, on the wire.
type TallyBody struct {
	Visits       int            `json:"visits" doc:"Completed"`
	NoShows      int            `json:"no_shows"`
	Cancels      int            `json:"cancels"`
	LateCancels  int            `json:"late_cancels" doc:"When the terms no longer allowed it; among the cancels"`
	Spent        []money.Amount `json:"spent" doc:"By currency"`
	FirstVisit   wire.Optional  `json:"first_visit"`
	LastVisit    wire.Optional  `json:"last_visit"`
	IntervalDays int            `json:"interval_days" doc:"From one visit to the next, usually; 0 when not known"`
	Weekday      int            `json:"usual_weekday" doc:"1 for Monday to 7; 0 when there is no usual one"`
	Hour         *int           `json:"usual_hour" doc:"0 to 23, at the place; null when there is no usual one"`
	Staff        wire.Somebody  `json:"usual_staff"`
	Service      wire.Somebody  `json:"usual_service"`
}

type tallyOut struct{ Body TallyBody }

func (f *finding) getTally(ctx context.Context, p account.Principal, in *ClientPath) (*tallyOut, error) {
	c, zone, err := f.standing(ctx, p, *in, account.ReadClients)
	if err != nil {
		return nil, err
	}
	t, err := f.Counter.Tally(ctx, p.Business, c.ID)
	if err != nil {
		return nil, err
	}
	s, err := f.cards.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	usual := t.Usual()
	out := TallyBody{
		Visits: t.Visits, NoShows: t.NoShows, Cancels: t.Cancels, LateCancels: t.LateCancels, Spent: t.Sums(),
		FirstVisit: wire.Maybe(t.First, zone), LastVisit: wire.Maybe(t.Last, zone), IntervalDays: t.Interval(), Weekday: usual.Weekday,
		Staff: wire.StaffRef(s.Catalog, usual.Staff, c.Language),
	}
	if usual.Hour >= 0 {
		out.Hour = &usual.Hour
	}
	if usual.Service != "" {
		out.Service = wire.Somebody{Ref: wire.ServiceRef(s.Catalog, usual.Service, c.Language)}
	}
	return &tallyOut{out}, nil
}

// missing is fault NotFound where there is no other.
func missing(what string, err error) error {
	if err == nil {
		return fault.Missing(what)
	}
	return err
}
