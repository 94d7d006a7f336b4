package api

import (
	"context"
	"slices"
	"time"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/calsync"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/schedule"
	"kept/span"
)

type reasonBody struct {
	Rule     string        `json:"rule"`
	Name     string        `json:"rule_name,omitempty" doc:"The owner's name for the rule"`
	Owner    string        `json:"rule_id,omitempty" doc:"The owner's rule that says so"`
	About    string        `json:"rule_text,omitempty" doc:"Why, in the owner's words"`
	Text     string        `json:"text"`
	Location *wire.Ref     `json:"location,omitempty" doc:"At which place, of a business with several; missing for what is so at all of them"`
	Staff    wire.Somebody `json:"staff"`
	Lane     string        `json:"lane,omitempty"`
	Kind     string        `json:"kind,omitempty" doc:"What is in the way: booking, work (dropped off), hold, session, time_off, calendar, rest. Of work that is dropped off: drop_off (it is brought between from and to), day_work (the day takes no more), ready (too little free working time between from and to, when it is promised)"`
	Source   string        `json:"source,omitempty" doc:"Its id"`
	From     wire.Optional `json:"from" doc:"Of what is in the way; with hours, of the open hours that are nearest, null where none are near; of a limit, of the day, week or month that it counts together"`
	To       wire.Optional `json:"to" doc:"The end of the same"`
	Limit    wire.Optional `json:"limit" doc:"The earliest or latest start that the rule allows"`
	Closed   *closedBody   `json:"closed,omitempty" doc:"With hours: the rule of the date that shuts it; missing for ordinary hours"`
	Calendar *inTheWayBody `json:"calendar,omitempty" doc:"Of kind calendar, for those who may see the settings"`
	Work     *dayWorkBody  `json:"day_work,omitempty" doc:"Of kind day_work"`
	Seats    *int          `json:"seats_left,omitempty" doc:"Of a group that has too few seats for the party"`
}

type closedBody struct {
	By   string `json:"by" enum:"holiday,exception,season,roster,draft" doc:"A public holiday or shortened day, hours set for that date, a season, a day off of a roster, or a roster that is not published so far"`
	Name string `json:"name,omitempty" doc:"Of a holiday, in the language of the answer where it is known, or of a season"`
	Date string `json:"date" format:"date"`
	Day  bool   `json:"all_day" doc:"Nothing is open that day; else its hours are other ones"`
}

type inTheWayBody struct {
	wire.Ref

	StaleSince wire.Optional `json:"stale_since" doc:"When it was last read, if that is too long ago to be trusted; else null"`
}

type dayWorkBody struct {
	Limit int `json:"limit_min" doc:"How much of this work a day takes"`
	Taken int `json:"taken_min" doc:"How much the day has already"`
	Needs int `json:"needs_min"`
}

type dropBody struct {
	From  wire.Moment `json:"from" doc:"It is booked by this start"`
	Until wire.Moment `json:"until"`
	Ready wire.Moment `json:"ready" doc:"When it is ready at the latest"`
}

type explainBody struct {
	Open     bool         `json:"open"`
	At       wire.Moment  `json:"at"`
	Service  wire.Ref     `json:"service" doc:"The first"`
	Services []wire.Ref   `json:"services"`
	Reasons  []reasonBody `json:"reasons"`
	Drop     *dropBody    `json:"drop,omitempty" doc:"Of open work that is dropped off"`
	Moves    int          `json:"moves,omitempty" doc:"How many jobs that were dropped off would be done at another time within their promise"`
	Approve  []wire.Ref   `json:"approve,omitempty" doc:"The rules that would want staff to confirm it"`
	Score    *scoreBody   `json:"score,omitempty" doc:"What an open time costs, by which it ranks"`
	Cancel   *int         `json:"cancel_cutoff_min,omitempty" doc:"Until how many minutes before the client could cancel; of an open time"`
	Move     *int         `json:"move_cutoff_min,omitempty" doc:"Until how many minutes before the client could move it; of an open time"`
}

type explainOut struct{ Body explainBody }

type explainIn struct {
	Service  []string `query:"service,explode" required:"true" maxItems:"20" doc:"The service; several for a visit of several, in this order"`
	Staff    string   `query:"staff" maxLength:"36"`
	Location string   `query:"location" maxLength:"36"`
	At       string   `query:"at" required:"true" maxLength:"40" doc:"RFC 3339"`
	Party    int      `query:"party" minimum:"0" maximum:"100" doc:"Of a group: for how many"`
	Client   string   `query:"client" maxLength:"36" doc:"For whom it is judged: with their limits, links and other visits"`
	Subject  string   `query:"subject" maxLength:"36" doc:"With client: for whom or what of theirs"`
	Answer   []string `query:"answer,explode" maxItems:"60" doc:"What is answered already, as key:value"`
}

// why turns what is asked into a question to the desk.
func (in *explainIn) why() (out booking.Why, err error) {
	out.Party = in.Party
	if out.Lines, err = readLines("", in.Service, in.Staff); err != nil {
		return out, err
	}
	if out.Location, err = wire.OptionalID[id.Location]("location", in.Location); err != nil {
		return out, err
	}
	if out.At, err = wire.ReadInstant("at", in.At); err != nil {
		return out, err
	}
	if out.Client, err = wire.OptionalID[id.Client]("client", in.Client); err != nil {
		return out, err
	}
	if out.Subject, err = wire.OptionalID[id.Subject]("subject", in.Subject); err == nil && out.Subject != "" && out.Client == "" {
		err = fault.BadField("subject", "unexpected", "only with client")
	}
	if err != nil {
		return out, err
	}
	out.Answers, err = readAnswers(in.Answer)
	return out, err
}

func (a *API) explain(ctx context.Context, p account.Principal, in *explainIn) (*explainOut, error) {
	why, err := in.why()
	if err != nil {
		return nil, err
	}
	e, err := a.Desk.Explain(ctx, p, why)
	if err != nil {
		return nil, err
	}
	c, language := e.Setting.Catalog, web.Language(ctx)
	zone, err := a.zone("zone", c.ZoneOf(why.Location))
	if err != nil {
		return nil, err
	}
	calendars, err := a.outsideIn(ctx, p, e)
	if err != nil {
		return nil, err
	}
	body := explainBody{Open: e.Open, At: wire.At(why.At, zone), Reasons: []reasonBody{}, Moves: e.Moves}
	for _, l := range why.Lines {
		body.Services = append(body.Services, wire.ServiceRef(c, l.Service, language))
	}
	body.Service = body.Services[0]
	for _, r := range e.Reasons {
		one := reasonOf(c, r, zone, language)
		_, one.Text = a.Words.Problem(language, "slot_closed", r.Rule)
		if i := slices.IndexFunc(calendars, func(l calsync.Link) bool { return string(l.ID) == r.Source }); i >= 0 && r.Kind == availability.RowCalendar {
			one.Calendar = inTheWayOf(&calendars[i], a.Clock.Now(), zone)
		}
		body.Reasons = append(body.Reasons, one)
	}
	for _, r := range e.Approve {
		body.Approve = append(body.Approve, wire.Ref{ID: string(r), Name: ruleName(c, r, language)})
	}
	if !e.Drop.Empty() {
		body.Drop = &dropBody{wire.At(e.Drop.Start, zone), wire.At(e.Drop.End, zone), wire.At(e.Ready, zone)}
	}
	if e.Rank != nil {
		score := scoreOf(&e.Rank.Cost)
		body.Score = &score
	}
	if e.Policy != nil {
		body.Cancel, body.Move = &e.Policy.CancelCutoffMin, &e.Policy.MoveCutoffMin
	}
	return &explainOut{body}, nil
}

// outsideIn lists the connected calendars, where one is in the way and the reader
// may see them.
func (a *API) outsideIn(ctx context.Context, p account.Principal, e *booking.Explanation) ([]calsync.Link, error) {
	if !p.May(account.ReadSettings) || !slices.ContainsFunc(e.Reasons, func(r booking.Reason) bool { return r.Kind == availability.RowCalendar }) {
		return nil, nil
	}
	return a.Links.List(ctx, p)
}

// inTheWayOf names a calendar, and since when it could not be read.
func inTheWayOf(l *calsync.Link, now span.Instant, zone *time.Location) *inTheWayBody {
	out := &inTheWayBody{Ref: wire.Ref{ID: string(l.ID), Name: l.Name}, StaleSince: wire.Maybe(0, zone)}
	if l.Status(now) == calsync.Stale {
		out.StaleSince = wire.Maybe(l.LastOK, zone)
	}
	return out
}

func reasonOf(c *catalog.Catalog, r booking.Reason, zone *time.Location, language string) reasonBody {
	out := reasonBody{
		Rule: r.Rule, Name: ruleName(c, r.Owner, language), Owner: string(r.Owner), Staff: wire.StaffRef(c, r.Staff, language),
		Lane: laneText(r.Lane), Kind: r.Kind, Source: r.Source,
		From: wire.Maybe(r.Span.Start, zone), To: wire.Maybe(r.Span.End, zone), Limit: wire.Maybe(r.Limit, zone),
	}
	if rule, ok := c.Rule(r.Owner); ok {
		out.About = rule.About.Pick(language, c.Business.Language)
	}
	if l, ok := c.Location(r.Location); ok {
		out.Location = &wire.Ref{ID: string(l.ID), Name: l.Names.Pick(language, c.Business.Language)}
	}
	if d := r.Closed; d != nil {
		name := catalog.Texts(d.Names).Pick(language, c.Business.Language)
		if d.Source == schedule.BySeason {
			name = d.Season
		}
		out.Closed = &closedBody{By: string(d.Source), Name: name, Date: d.Date.String(), Day: d.Whole}
	}
	if w := r.Work; w != nil {
		out.Work = &dayWorkBody{w.Limit, w.Taken, w.Needs}
	}
	if r.Kind == booking.RowSession && r.Lane.Kind == availability.SessionLane {
		out.Seats = &r.Free
	}
	return out
}

// ruleName is the owner's name for a rule.
func ruleName(c *catalog.Catalog, rule id.Rule, language string) string {
	r, ok := c.Rule(rule)
	if !ok {
		return ""
	}
	return r.Names.Pick(language, c.Business.Language)
}

func laneText(l availability.Lane) string {
	if l.ID == "" {
		return ""
	}
	return string(l.Kind) + ":" + l.ID
}
