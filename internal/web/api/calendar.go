package api

import (
	"context"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/setup"
	"kept/span"
)

// calendarDays bounds how much calendar is given at once.
const calendarDays = 62

type calendarBody struct {
	Zone     string        `json:"zone"`
	From     wire.Moment   `json:"from"`
	To       wire.Moment   `json:"to"`
	Staff    []wire.Ref    `json:"staff"`
	Bookings []BookingBody `json:"bookings"`
	Sessions []SessionBody `json:"sessions" doc:"Of groups; the bookings in one name it as their group"`
	TimeOff  []timeOffBody `json:"time_off"`
	Open     []openBody    `json:"open" doc:"When staff work"`
}

type openBody struct {
	Staff string      `json:"staff"`
	Start wire.Moment `json:"start"`
	End   wire.Moment `json:"end"`
}

type calendarOut struct{ Body calendarBody }

// mostListed bounds how many bookings a calendar answers with.
const mostListed = 20_000

func (a *API) calendar(ctx context.Context, p account.Principal, in *struct {
	RangeQuery
	Staff    string `query:"staff" maxLength:"36"`
	Location string `query:"location" maxLength:"36"`
},
) (*calendarOut, error) {
	s, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone("zone", s.Catalog.ZoneOf(id.Location(in.Location)))
	if err != nil {
		return nil, err
	}
	if in.From == "" {
		in.From = span.DateOf(a.Clock.Now().In(zone)).String()
	}
	if in.To == "" {
		in.To = in.From
	}
	window, err := in.span(a, s)
	if err != nil {
		return nil, err
	}
	if window.Length() > calendarDays*span.Day {
		return nil, fault.BadField("to", "range", "at most 62 days at once")
	}
	list, err := a.Desk.ListAll(ctx, p, booking.Filter{
		Span: window, Overlaps: true, Staff: id.Staff(in.Staff), Location: id.Location(in.Location),
	}, mostListed)
	if err != nil {
		return nil, err
	}
	body := calendarBody{
		Zone: zone.String(), From: wire.At(window.Start, zone), To: wire.At(window.End, zone),
		Staff: []wire.Ref{}, Bookings: a.bodies(ctx, s, p, list), TimeOff: []timeOffBody{}, Open: []openBody{},
	}
	off, err := a.Office.ListTimeOff(ctx, p, setup.TimeOffFilter{Span: window, Staff: id.Staff(in.Staff), Limit: 200})
	if err != nil {
		return nil, err
	}
	for _, t := range off.Items {
		body.TimeOff = append(body.TimeOff, timeOffOf(t, zone))
	}
	groups, err := a.Desk.SessionsIn(ctx, p, booking.SessionFilter{Span: window, Location: id.Location(in.Location)}, id.Staff(in.Staff))
	if err != nil {
		return nil, err
	}
	body.Sessions = a.sessionsOf(ctx, s, groups)
	a.working(ctx, s, &body, window, id.Staff(in.Staff), id.Location(in.Location))
	return &calendarOut{body}, nil
}

// working fills in who works when.
func (a *API) working(
	ctx context.Context, s *availability.Setting, body *calendarBody, window span.Span, only id.Staff, where id.Location,
) {
	for _, m := range s.Catalog.Staff {
		if m.Archived || (only != "" && m.ID != only) {
			continue
		}
		body.Staff = append(body.Staff, wire.Ref{ID: string(m.ID), Name: m.Names.Pick(web.Language(ctx), s.Catalog.Business.Language)})
		var open span.Set
		for _, l := range s.Catalog.Locations {
			if l.Archived || (where != "" && l.ID != where) {
				continue
			}
			if zone, err := a.zone("zone", s.Catalog.ZoneOf(l.ID)); err == nil {
				open = open.Union(s.Hours.OpenAt(m.ID, l.ID, window, zone).Clip(window))
			}
		}
		for _, o := range open {
			body.Open = append(body.Open, openBody{string(m.ID), wire.At(o.Start, body.From.Zone()), wire.At(o.End, body.From.Zone())})
		}
	}
}
