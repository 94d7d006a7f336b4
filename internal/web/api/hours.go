package api

import (
	"context"
	"errors"
	"net/http"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/schedule/holiday"
	"kept/span"
)

func (a *API) registerHours() {
	wire.Op(a.edge, http.MethodGet, "/staff/{id}/hours", "get-staff-hours", "When a staff member works",
		func(ctx context.Context, p account.Principal, in *wire.NounPath) (*hoursOut, error) {
			h, err := a.Office.StaffHours(ctx, p, id.Staff(in.ID))
			return hoursOf(h, err)
		})
	wire.Op(a.edge, http.MethodPut, "/staff/{id}/hours", "put-staff-hours", "Set when a staff member works",
		func(ctx context.Context, p account.Principal, in *hoursIn) (*hoursOut, error) {
			h, err := a.Office.ChangeStaffHours(ctx, p, id.Staff(in.ID), in.Body.replace)
			return hoursOf(h, err)
		})
	wire.Op(a.edge, http.MethodGet, "/locations/{id}/hours", "get-location-hours", "When a location is open",
		func(ctx context.Context, p account.Principal, in *wire.NounPath) (*hoursOut, error) {
			h, err := a.Office.LocationHours(ctx, p, id.Location(in.ID))
			return hoursOf(h, err)
		})
	wire.Op(a.edge, http.MethodPut, "/locations/{id}/hours", "put-location-hours", "Set when a location is open",
		func(ctx context.Context, p account.Principal, in *hoursIn) (*hoursOut, error) {
			h, err := a.Office.ChangeLocationHours(ctx, p, id.Location(in.ID), in.Body.replace)
			return hoursOf(h, err)
		})
	wire.Op(a.edge, http.MethodPost, "/staff/{id}/roster/publish", "publish-roster", "Let clients book a roster up to a date",
		func(ctx context.Context, p account.Principal, in *publishIn) (*hoursOut, error) {
			until, err := in.Body.Until.over(span.Date{}, "until")
			if err != nil {
				return nil, err
			}
			h, err := a.Office.PublishRoster(ctx, p, id.Staff(in.ID), until)
			return hoursOf(h, err)
		})
	wire.Op(a.edge, http.MethodGet, "/holidays", "list-holidays", "Public holidays, shortened and made-up days of a country", a.holidays)
	wire.Op(a.edge, http.MethodGet, "/holidays/countries", "list-holiday-countries", "Countries whose public holidays are known", a.countries)
}

type publishIn struct {
	wire.NounPath
	Body struct {
		Until day `json:"until" doc:"The last date that clients may book; null takes all of it back"`
	}
}

type holidaysIn struct {
	Country string `query:"country" required:"true" maxLength:"2" doc:"DE, TW, RU"`
	Region  string `query:"region" maxLength:"5" doc:"BY; empty for what the whole country keeps"`
	Year    int    `query:"year" required:"true" minimum:"2000" maximum:"2100"`
}

type holidayOut struct {
	Date      string            `json:"date" format:"date"`
	Kind      string            `json:"kind" enum:"holiday,shortened,makeup" doc:"makeup: a day of the weekend that is worked"`
	Name      string            `json:"name"`
	Names     map[string]string `json:"names"`
	AsWeekday int               `json:"as_weekday,omitempty" doc:"Of a made-up day: the weekday that is worked"`
	Official  bool              `json:"official" doc:"False while the year's calendar is not published: only what the law fixes, and more may come"`
}

func (a *API) holidays(ctx context.Context, p account.Principal, in *holidaysIn) (*struct{ Body wire.Page[holidayOut] }, error) {
	if !p.May(account.ReadSettings) {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "you may not do this: it needs "+string(account.ReadSettings))
	}
	calendar, err := holiday.Of(in.Country, in.Region)
	if errors.Is(err, holiday.ErrUnknown) {
		return nil, fault.BadField("country", "unknown", "there is no such country or region")
	}
	if err != nil {
		return nil, err
	}
	out := &struct{ Body wire.Page[holidayOut] }{wire.Page[holidayOut]{Items: []holidayOut{}}}
	first, last := span.Date{Year: in.Year, Month: 1, Day: 1}, span.Date{Year: in.Year, Month: 12, Day: 31}
	for _, d := range calendar.Days(first, last) {
		out.Body.Items = append(out.Body.Items, holidayOut{
			d.Date.String(), string(d.Kind), catalog.Texts(d.Names).Pick(web.Language(ctx)), d.Names, d.As, d.Official,
		})
	}
	return out, nil
}

type countryOut struct {
	Code      string      `json:"code"`
	Name      string      `json:"name"`
	FirstYear int         `json:"first_year"`
	LastYear  int         `json:"last_year"`
	Regions   []regionOut `json:"regions" nullable:"false"`
}

type regionOut struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

func (a *API) countries(ctx context.Context, _ account.Principal, _ *struct{}) (*struct{ Body wire.Page[countryOut] }, error) {
	out := &struct{ Body wire.Page[countryOut] }{wire.Page[countryOut]{Items: []countryOut{}}}
	regionOf := func(r holiday.Region) regionOut {
		return regionOut{r.Code, catalog.Texts(r.Names).Pick(web.Language(ctx))}
	}
	for _, c := range holiday.Countries() {
		calendar, err := holiday.Of(c.Code, "")
		if err != nil {
			return nil, err
		}
		one := countryOut{Code: c.Code, Name: regionOf(c.Region).Name, Regions: []regionOut{}}
		one.FirstYear, one.LastYear = calendar.Years()
		for _, r := range c.Regions {
			one.Regions = append(one.Regions, regionOf(r))
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, nil
}
