package api

import (
	"context"
	"net/http"
	"time"

	"kept/internal/web/wire"

	"kept/account"
	"kept/id"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

func (a *API) registerTimeOff() {
	o := wire.Operation(http.MethodPost, "/time-off", "create-time-off", "Close time for a staff member, a resource or a location")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(a.edge, o, a.createTimeOff)
	wire.Op(a.edge, http.MethodGet, "/time-off", "list-time-off", "Times that are closed", a.listTimeOff)
	wire.Op(a.edge, http.MethodGet, "/time-off/{id}", "get-time-off", "One of them", a.getTimeOff)
	wire.Op(a.edge, http.MethodPatch, "/time-off/{id}", "update-time-off", "Change one", a.updateTimeOff)
	wire.Op(a.edge, http.MethodDelete, "/time-off/{id}", "delete-time-off", "Open the time again", a.deleteTimeOff)
}

type timeOffWrite struct {
	Staff    *string `json:"staff,omitempty" maxLength:"36" doc:"One of staff, resource, location"`
	Resource *string `json:"resource,omitempty" maxLength:"36"`
	Location *string `json:"location,omitempty" maxLength:"36"`
	From     *string `json:"from,omitempty" maxLength:"40" doc:"RFC 3339"`
	To       *string `json:"to,omitempty" maxLength:"40" doc:"RFC 3339"`
	Reason   *string `json:"reason,omitempty" maxLength:"40" doc:"vacation, sick, training, closed, maintenance, other"`
}

func (w timeOffWrite) apply(t *schedule.TimeOff) error {
	for _, f := range []struct {
		name string
		text *string
		into *span.Instant
	}{{"from", w.From, &t.Span.Start}, {"to", w.To, &t.Span.End}} {
		if f.text == nil {
			continue
		}
		i, err := wire.ReadInstant(f.name, *f.text)
		if err != nil {
			return err
		}
		*f.into = i
	}
	if w.Staff != nil {
		t.Staff = id.Staff(*w.Staff)
	}
	if w.Resource != nil {
		t.Resource = id.Resource(*w.Resource)
	}
	if w.Location != nil {
		t.Location = id.Location(*w.Location)
	}
	wire.Set(&t.Reason, w.Reason)
	return nil
}

type timeOffBody struct {
	ID       string      `json:"id"`
	Staff    string      `json:"staff,omitempty"`
	Resource string      `json:"resource,omitempty"`
	Location string      `json:"location,omitempty"`
	From     wire.Moment `json:"from"`
	To       wire.Moment `json:"to"`
	Reason   string      `json:"reason"`
}

func timeOffOf(t schedule.TimeOff, zone *time.Location) timeOffBody {
	return timeOffBody{
		string(t.ID), string(t.Staff), string(t.Resource), string(t.Location), wire.At(t.Span.Start, zone), wire.At(t.Span.End, zone),
		t.Reason,
	}
}

type timeOffOut struct{ Body timeOffBody }

func (a *API) timeOff(ctx context.Context, p account.Principal, t schedule.TimeOff) (*timeOffOut, error) {
	zone, err := a.homeZone(ctx, p.Business)
	return &timeOffOut{timeOffOf(t, zone)}, err
}

// homeZone gives the zone of a business.
func (a *API) homeZone(ctx context.Context, business id.Business) (*time.Location, error) {
	s, err := a.Settings.Load(ctx, business, 1)
	if err != nil {
		return nil, err
	}
	return a.zone("zone", s.Catalog.Business.Zone)
}

func (a *API) createTimeOff(ctx context.Context, p account.Principal, in *struct{ Body timeOffWrite }) (*timeOffOut, error) {
	t := schedule.TimeOff{Reason: "other"}
	if err := in.Body.apply(&t); err != nil {
		return nil, err
	}
	made, err := a.Office.AddTimeOff(ctx, p, t)
	if err != nil {
		return nil, err
	}
	return a.timeOff(ctx, p, made)
}

func (a *API) getTimeOff(ctx context.Context, p account.Principal, in *wire.NounPath) (*timeOffOut, error) {
	t, err := a.Office.FindTimeOff(ctx, p, id.TimeOff(in.ID))
	if err != nil {
		return nil, err
	}
	return a.timeOff(ctx, p, t)
}

func (a *API) updateTimeOff(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body timeOffWrite
},
) (*timeOffOut, error) {
	t, err := a.Office.UpdateTimeOff(ctx, p, id.TimeOff(in.ID), in.Body.apply)
	if err != nil {
		return nil, err
	}
	return a.timeOff(ctx, p, t)
}

func (a *API) deleteTimeOff(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	return nil, a.Office.RemoveTimeOff(ctx, p, id.TimeOff(in.ID))
}

type timeOffListOut struct{ Body wire.Page[timeOffBody] }

func (a *API) listTimeOff(ctx context.Context, p account.Principal, in *struct {
	RangeQuery
	SettingsPaging
	Staff    string `query:"staff" maxLength:"36"`
	Resource string `query:"resource" maxLength:"36"`
	Location string `query:"location" maxLength:"36"`
},
) (*timeOffListOut, error) {
	s, err := a.Settings.Load(ctx, p.Business, 1)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone("zone", s.Catalog.Business.Zone)
	if err != nil {
		return nil, err
	}
	f := setup.TimeOffFilter{
		Staff: id.Staff(in.Staff), Resource: id.Resource(in.Resource), Location: id.Location(in.Location), Limit: in.Limit,
	}
	if in.From != "" || in.To != "" {
		if f.Span, err = in.span(a, s); err != nil {
			return nil, err
		}
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	f.AfterEnd, f.AfterID = span.Instant(c.At), id.TimeOff(c.ID)
	list, err := a.Office.ListTimeOff(ctx, p, f)
	if err != nil {
		return nil, err
	}
	out := wire.Page[timeOffBody]{Items: make([]timeOffBody, len(list.Items))}
	for i, t := range list.Items {
		out.Items[i] = timeOffOf(t, zone)
	}
	if list.More {
		last := list.Items[len(list.Items)-1]
		next := wire.Cursor{At: int64(last.Span.End), ID: string(last.ID)}.String()
		out.Next = &next
	}
	return &timeOffListOut{out}, nil
}
