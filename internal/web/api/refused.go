package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"kept/booking"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
)

// datesProblem is a problem with the dates of a series that are in its way.
type datesProblem struct { //nolint:errname // as web.Problem
	web.Problem
	Dates []seriesDate `json:"dates,omitempty" doc:"Of a series: every date that cannot be had"`
	cause error
}

// Unwrap gives the fault, for the log.
func (p *datesProblem) Unwrap() error { return p.cause }

// tellsDates describes that an operation names the dates in its way.
func (a *API) tellsDates(o huma.Operation) huma.Operation {
	o.Errors = slices.DeleteFunc(slices.Clone(o.Errors), func(code int) bool { return code == http.StatusConflict })
	schema := a.edge.Huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[datesProblem](), true, "DatesProblem")
	o.Responses = map[string]*huma.Response{"409": {
		Description: http.StatusText(http.StatusConflict),
		Content:     map[string]*huma.MediaType{web.ProblemType: {Schema: schema}},
	}}
	return o
}

// refused makes the answer of a series that cannot be had; another error stays
// as it is.
func (a *API) refused(ctx context.Context, business id.Business, at id.Location, err error) error {
	bad, ok := errors.AsType[*booking.DatesError](err)
	if !ok {
		return err
	}
	dates, failed := a.judged(ctx, business, at, bad.Dates)
	if failed != nil {
		return failed
	}
	return &datesProblem{*web.NewProblem(a.Words, web.Language(ctx), err), dates, err}
}

// judged writes dates of a series, with other times for those that cannot be had.
func (a *API) judged(ctx context.Context, business id.Business, at id.Location, dates []booking.Date) ([]seriesDate, error) {
	s, err := a.Settings.Load(ctx, business, 0)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone("zone", s.Catalog.ZoneOf(at))
	if err != nil {
		return nil, err
	}
	out := make([]seriesDate, len(dates))
	for i, d := range dates {
		one := seriesDate{Start: wire.At(d.Start, zone), OK: d.Err == nil, Alternatives: []slotBody{}}
		if d.Err != nil {
			p := web.NewProblem(a.Words, web.Language(ctx), d.Err)
			one.Code, one.Rule, one.Detail = p.Code, p.Rule, p.Detail
			one.RuleName, one.RuleText, one.Link = p.RuleName, p.RuleText, p.Link
		}
		for _, o := range d.Others {
			slot := slotBody{
				Start: wire.At(o.Start, zone), End: wire.At(o.End, zone), Staff: []wire.Ref{}, Place: string(o.Location), Price: o.Price,
			}
			for _, who := range o.Staff {
				slot.Staff = append(slot.Staff, wire.StaffRef(s.Catalog, who, web.Language(ctx)).Ref)
			}
			one.Alternatives = append(one.Alternatives, slot)
		}
		out[i] = one
	}
	return out, nil
}
