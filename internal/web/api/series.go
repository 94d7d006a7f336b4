package api

import (
	"context"
	"errors"
	"net/http"

	"kept/account"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
)

func (a *API) registerSeries() {
	wire.Open(a.edge, http.MethodPost, "/b/{slug}/series-checks", "check-public-series", "Try every date of what shall recur; nothing is kept", a.checkPublicSeries)
	wire.Public(a.edge, a.tellsDates(creating("/b/{slug}/series", "create-public-series", "Book every date, all or none")), a.createPublicSeries)
	wire.Op(a.edge, http.MethodPost, "/series-checks", "check-series", "Try every date of what shall recur; nothing is kept", a.checkSeries)
	o := wire.Operation(http.MethodPost, "/series", "create-series", "Book every date for a client, by staff, all or none")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(a.edge, a.tellsDates(o), a.createSeries)
	wire.Op(a.edge, http.MethodGet, "/series/{id}", "get-series", "The bookings of a series", a.getSeries)
}

// Recurring is what a series is asked for by.
type Recurring struct {
	Wanted
	Rule   string   `json:"rule,omitempty" maxLength:"1000" doc:"RFC 5545 recurrence on the wall clock of the place: FREQ=WEEKLY;COUNT=6. The start is its first date, one that the rule gives, and counts towards COUNT, as do dates left out"`
	Except []string `json:"except,omitempty" maxItems:"104" doc:"Local dates that are left out"`
	Dates  []string `json:"dates,omitempty" maxItems:"104" doc:"The starts as chosen, RFC 3339; instead of the rule's"`
}

func (r Recurring) repeat() (booking.Repeat, error) {
	req, err := r.request()
	if err != nil {
		return booking.Repeat{}, err
	}
	out := booking.Repeat{Request: req, Rule: r.Rule}
	for _, text := range r.Except {
		day, err := span.ParseDate(text)
		if err != nil {
			return out, fault.BadField("except", "date", "must be dates: 2026-12-24")
		}
		out.Except = append(out.Except, day)
	}
	for _, text := range r.Dates {
		start, err := wire.ReadInstant("dates", text)
		if err != nil {
			return out, err
		}
		out.Dates = append(out.Dates, start)
	}
	if len(out.Dates) > 0 {
		out.Start = out.Dates[0]
	}
	if r.Rule == "" && len(out.Dates) == 0 {
		return out, fault.BadField("rule", "required", "give a rule or dates")
	}
	return out, nil
}

type seriesDate struct {
	Start        wire.Moment `json:"start"`
	OK           bool        `json:"ok"`
	Code         string      `json:"code,omitempty" doc:"Why it cannot be had: slot_taken or slot_closed"`
	Rule         string      `json:"rule,omitempty"`
	RuleName     string      `json:"rule_name,omitempty"`
	RuleText     string      `json:"rule_text,omitempty"`
	Link         *web.Linked `json:"link,omitempty"`
	Detail       string      `json:"detail,omitempty"`
	Alternatives []slotBody  `json:"alternatives" doc:"Free times near it, the nearest first"`
}

type checkOut struct {
	Body struct {
		Dates []seriesDate `json:"dates"`
		Free  int          `json:"free" doc:"How many can be had"`
	}
}

// tried answers with every date, judged.
func (a *API) tried(ctx context.Context, who account.Principal, r booking.Repeat) (*checkOut, error) {
	dates, err := a.Desk.TrySeries(ctx, who, r)
	if err != nil {
		return nil, err
	}
	out := new(checkOut)
	if out.Body.Dates, err = a.judged(ctx, who.Business, r.Location, dates); err != nil {
		return nil, err
	}
	for _, d := range dates {
		if d.Err == nil {
			out.Body.Free++
		}
	}
	return out, nil
}

func (a *API) checkPublicSeries(ctx context.Context, in *struct {
	SlugPath
	Body struct {
		Recurring
		Client *Draft `json:"client,omitempty" doc:"Who comes, where rules shall know"`
	}
},
) (*checkOut, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	r, err := in.Body.repeat()
	if err != nil {
		return nil, err
	}
	if in.Body.Client != nil {
		r.Client = in.Body.Client.client()
	}
	return a.tried(ctx, account.Visitor(s.Catalog.Business.ID, ""), r)
}

func (a *API) checkSeries(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Recurring
		ClientID string `json:"client_id,omitempty" maxLength:"36"`
		Override bool   `json:"override,omitempty"`
	}
},
) (*checkOut, error) {
	r, err := in.Body.repeat()
	if err != nil {
		return nil, err
	}
	if r.ClientID, err = wire.OptionalID[id.Client]("client_id", in.Body.ClientID); err != nil {
		return nil, err
	}
	r.Override = in.Body.Override
	return a.tried(ctx, p, r)
}

// SeriesBody is bookings that belong together.
type SeriesBody struct {
	ID       string        `json:"id"`
	Rule     string        `json:"rule,omitempty"`
	Bookings []BookingBody `json:"bookings"`
}

type seriesOut struct{ Body SeriesBody }

type seriesMade struct {
	Body struct {
		SeriesBody
		ManageURLs []string `json:"manage_urls" doc:"One for each booking, in their order"`
	}
}

// series shows bookings that belong together.
func (a *API) series(ctx context.Context, business id.Business, series id.Series, rule string, list []*booking.Booking) (SeriesBody, error) {
	out := SeriesBody{ID: string(series), Rule: rule, Bookings: make([]BookingBody, len(list))}
	s, err := a.Settings.Load(ctx, business, 0)
	if err != nil {
		return out, err
	}
	for i, b := range list {
		out.Bookings[i] = a.bookingOf(b, s.Catalog, web.Language(ctx))
	}
	return out, nil
}

func (a *API) madeSeries(ctx context.Context, who account.Principal, r booking.Repeat, name string) (*seriesMade, error) {
	series, list, err := a.Desk.BookSeries(ctx, who, r)
	if err != nil {
		return nil, a.refused(ctx, who.Business, r.Location, err)
	}
	out := new(seriesMade)
	for _, b := range list {
		if name != "" {
			b.ClientName = name // as typed: the card may hold more
		}
		token := a.Tokens.Sign(secret.Token{Business: string(b.Business), Kind: secret.KindManage, ID: string(b.ID), Epoch: b.Epoch})
		out.Body.ManageURLs = append(out.Body.ManageURLs, a.BaseURL()+"/m/"+token)
	}
	out.Body.SeriesBody, err = a.series(ctx, who.Business, series.ID, series.Rule, list)
	return out, err
}

func (a *API) createPublicSeries(ctx context.Context, in *struct {
	SlugPath
	Body struct {
		Recurring
		Client Draft  `json:"client"`
		Note   string `json:"note,omitempty" maxLength:"2000"`
		Proven
		Bringing
	}
},
) (*seriesMade, error) {
	s, err := a.setting(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	r, err := in.Body.repeat()
	if err != nil {
		return nil, err
	}
	r.Client, r.Note, r.Language, r.Proof = in.Body.Client.client(), in.Body.Note, in.Body.Client.Language, in.Body.Proof
	if r.About, err = in.Body.brought(s.Catalog, r.Lines); err != nil {
		return nil, err
	}
	return a.madeSeries(ctx, account.Visitor(s.Catalog.Business.ID, ""), r, in.Body.Client.Name)
}

func (a *API) createSeries(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Recurring
		ClientID string `json:"client_id,omitempty" maxLength:"36" doc:"A client who is there already ..."`
		Client   *Draft `json:"client,omitempty" doc:"... or whom this describes"`
		Note     string `json:"note,omitempty" maxLength:"2000"`
		Override bool   `json:"override,omitempty" doc:"Pass rules of time; a taken lane stays taken"`
	}
},
) (*seriesMade, error) {
	r, err := in.Body.repeat()
	if err != nil {
		return nil, err
	}
	if r.ClientID, err = wire.OptionalID[id.Client]("client_id", in.Body.ClientID); err != nil {
		return nil, err
	}
	if (in.Body.Client == nil) == (r.ClientID == "") {
		return nil, fault.BadField("client", "required", "give client or client_id")
	}
	if in.Body.Client != nil {
		r.Client, r.Language = in.Body.Client.client(), in.Body.Client.Language
	}
	r.Note, r.Override = in.Body.Note, in.Body.Override
	return a.madeSeries(ctx, p, r, "")
}

func (a *API) getSeries(ctx context.Context, p account.Principal, in *wire.NounPath) (*seriesOut, error) {
	series, err := wire.ReadID[id.Series]("series", in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.Desk.OfSeries(ctx, p, series)
	if err != nil {
		return nil, err
	}
	rule := ""
	if s, err := a.Desk.Courses.FindSeries(ctx, p.Business, series); err == nil {
		rule = s.Rule
	}
	body, err := a.series(ctx, p.Business, series, rule, list)
	return &seriesOut{body}, err
}

// scoped does something to a booking and, by scope, to others of its series.
func (a *API) scoped(
	ctx context.Context, in BookingPath, scope string,
	do func(who account.Principal, b id.Booking, scope booking.Scope) ([]*booking.Booking, error),
) (*bookingOut, error) {
	who, want, err := a.opener(ctx, in)
	if err != nil {
		return nil, err
	}
	list, err := do(who, want, booking.Scope(scope))
	if err != nil {
		return nil, a.refused(ctx, who.Business, "", err)
	}
	var out *bookingOut
	var with []string
	for _, b := range list {
		if b.ID != want {
			with = append(with, string(b.ID))
		} else if out, err = a.shown(ctx, b); err != nil {
			return nil, err
		}
	}
	if out == nil {
		return nil, errors.New("api: a change of a series left out the booking that it began from")
	}
	out.Body.With = with
	return out, nil
}
