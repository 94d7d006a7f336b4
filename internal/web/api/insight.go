package api

import (
	"context"
	"math"
	"net/http"

	"kept/account"
	"kept/id"
	"kept/insight"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
)

func (a *API) registerInsight() {
	wire.Op(a.edge, http.MethodGet, "/insight/demand", "get-demand", "Which hours of the week clients ask for", a.demand)
	wire.Op(a.edge, http.MethodGet, "/insight/gaps", "get-gaps", "Which time is empty, and how broken up", a.gaps)
}

// insightQuery is what both measures can be asked.
type insightQuery struct {
	From     string `query:"from" maxLength:"10" doc:"The first local day"`
	To       string `query:"to" maxLength:"10" doc:"The last, inclusive; at most 92 days"`
	Location string `query:"location" maxLength:"36"`
	Staff    string `query:"staff" maxLength:"36"`
}

func (q insightQuery) read() (out insight.Query, err error) {
	if q.From != "" {
		if out.From, err = wire.ReadDate("from", q.From); err != nil {
			return out, err
		}
	}
	if q.To != "" {
		if out.To, err = wire.ReadDate("to", q.To); err != nil {
			return out, err
		}
	}
	if out.Location, err = wire.OptionalID[id.Location]("location", q.Location); err != nil {
		return out, err
	}
	out.Staff, err = wire.OptionalID[id.Staff]("staff", q.Staff)
	return out, err
}

type hourBody struct {
	Weekday   int     `json:"weekday" minimum:"1" maximum:"7" doc:"ISO: 1 is Monday"`
	Hour      int     `json:"hour" minimum:"0" maximum:"23" doc:"On the local clock"`
	Bookings  int     `json:"bookings" doc:"Visits that were booked and begin in this hour, also those called off"`
	Cancelled int     `json:"cancelled" doc:"Of those, how many were called off"`
	AskedMin  int     `json:"asked_min" doc:"Minutes of this hour that bookings asked for, also those called off"`
	TakenMin  int     `json:"taken_min" doc:"Open minutes that are taken, with buffers"`
	OpenMin   int     `json:"open_min" doc:"Open minutes of all staff together"`
	Share     float64 `json:"share" doc:"taken_min of open_min; 0 where nothing is open"`
	Pressure  float64 `json:"pressure" doc:"asked_min of open_min; above 1 more than there is"`
}

func hourOf(s insight.Spot) hourBody {
	return hourBody{
		s.Weekday, s.Hour, s.Bookings, s.Cancelled, s.AskedMin, s.TakenMin, s.OpenMin, thousandths(s.Share()), thousandths(s.Pressure()),
	}
}

// thousandths rounds a ratio to what can be believed of it.
func thousandths(v float64) float64 { return math.Round(v*1000) / 1000 }

type demandBody struct {
	Zone   string     `json:"zone"`
	From   string     `json:"from" format:"date"`
	To     string     `json:"to" format:"date"`
	Hours  []hourBody `json:"hours" doc:"Those in which anything is open or was asked for"`
	Wanted []hourBody `json:"wanted" doc:"The open hours asked for most, at most five"`
	Quiet  []hourBody `json:"quiet" doc:"The open hours asked for least, at most five"`
}

type demandOut struct{ Body demandBody }

func (a *API) demand(ctx context.Context, p account.Principal, in *insightQuery) (*demandOut, error) {
	q, err := in.read()
	if err != nil {
		return nil, err
	}
	d, err := a.Insight.Demand(ctx, p, q)
	if err != nil {
		return nil, err
	}
	body := demandBody{
		Zone: d.Zone.String(), From: d.From.String(), To: d.To.String(),
		Hours: []hourBody{}, Wanted: hours(d.Wanted), Quiet: hours(d.Quiet),
	}
	for w := range d.Heat {
		for n, c := range &d.Heat[w] {
			if c.OpenMin > 0 || c.AskedMin > 0 {
				body.Hours = append(body.Hours, hourOf(insight.Spot{Weekday: w + 1, Hour: n, Cell: c}))
			}
		}
	}
	return &demandOut{body}, nil
}

func hours(spots []insight.Spot) []hourBody {
	out := make([]hourBody, len(spots))
	for i, s := range spots {
		out[i] = hourOf(s)
	}
	return out
}

type windowBody struct {
	Start   wire.Moment `json:"start"`
	End     wire.Moment `json:"end"`
	FreeMin int         `json:"free_min"`
	Fits    bool        `json:"fits" doc:"A service asked for often fits in"`
}

type gapDayBody struct {
	Date          string       `json:"date" format:"date"`
	Staff         wire.Ref     `json:"staff"`
	OpenMin       int          `json:"open_min"`
	TakenMin      int          `json:"taken_min"`
	FreeMin       int          `json:"free_min" doc:"Today: from now on"`
	DustMin       int          `json:"dust_min" doc:"Free minutes into which no service asked for often fits"`
	Fragmentation float64      `json:"fragmentation" minimum:"0" maximum:"1" doc:"0: as good as in one piece, 1: dust"`
	Windows       []windowBody `json:"windows"`
}

type gapsBody struct {
	Zone          string       `json:"zone"`
	From          string       `json:"from" format:"date"`
	To            string       `json:"to" format:"date"`
	FreeMin       int          `json:"free_min"`
	DustMin       int          `json:"dust_min"`
	Fragmentation float64      `json:"fragmentation" minimum:"0" maximum:"1"`
	Days          []gapDayBody `json:"days" doc:"Each staff member's days with hours"`
}

type gapsOut struct{ Body gapsBody }

func (a *API) gaps(ctx context.Context, p account.Principal, in *insightQuery) (*gapsOut, error) {
	q, err := in.read()
	if err != nil {
		return nil, err
	}
	g, err := a.Insight.Gaps(ctx, p, q)
	if err != nil {
		return nil, err
	}
	s, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	body := gapsBody{
		Zone: g.Zone.String(), From: g.From.String(), To: g.To.String(), FreeMin: g.FreeMin, DustMin: g.DustMin,
		Fragmentation: thousandths(g.Index), Days: make([]gapDayBody, len(g.Days)),
	}
	for i, d := range g.Days {
		who := wire.Ref{ID: string(d.Staff)}
		if m, ok := s.Catalog.StaffMember(d.Staff); ok {
			who.Name = m.Names.Pick(web.Language(ctx), s.Catalog.Business.Language)
		}
		out := gapDayBody{
			d.Date.String(), who, d.OpenMin, d.TakenMin, d.FreeMin, d.DustMin, thousandths(d.Index), make([]windowBody, len(d.Windows)),
		}
		for n, w := range d.Windows {
			out.Windows[n] = windowBody{wire.At(w.Start, g.Zone), wire.At(w.End, g.Zone), int(w.Length() / span.Minute), w.Fits}
		}
		body.Days[i] = out
	}
	return &gapsOut{body}, nil
}
