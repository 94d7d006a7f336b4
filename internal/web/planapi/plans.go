package planapi

import (
	"context"

	"kept/account"
	"kept/client"
	"kept/id"
	"kept/internal/web/wire"
	"kept/plan"
	"kept/span"
)

type planListOut struct{ Body wire.Page[planBody] }

func (a *API) list(ctx context.Context, p account.Principal, in *struct {
	wire.Paging
	Client  string `query:"client" maxLength:"36"`
	Service string `query:"service" maxLength:"36"`
	Status  string `query:"status" enum:"planned,offered,booked,done,skipped,expired"`
	Open    bool   `query:"open" doc:"Only what is planned, offered or booked"`
	From    string `query:"from" maxLength:"10" doc:"Due on this day or later"`
	To      string `query:"to" maxLength:"10" doc:"Due on this day or before"`
},
) (*planListOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := plan.Filter{
		Client: id.Client(in.Client), Service: id.Service(in.Service), Status: plan.Status(in.Status), Open: in.Open,
		AfterDue: wire.DayOf(c.At), AfterID: id.Plan(c.ID), Limit: in.Limit + 1,
	}
	for _, day := range []struct {
		field, text string
		into        *span.Date
	}{{"from", in.From, &f.From}, {"to", in.To, &f.To}} {
		if day.text == "" {
			continue
		}
		if *day.into, err = wire.ReadDate(day.field, day.text); err != nil {
			return nil, err
		}
	}
	list, err := a.Plans.List(ctx, p.Business, f)
	if err != nil {
		return nil, err
	}
	w, err := a.place(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, in.Limit, func(i plan.Item) wire.Cursor { return wire.Cursor{At: wire.DayNumber(i.Due), ID: string(i.ID)} })
	out := wire.Page[planBody]{Items: make([]planBody, len(list)), Next: next}
	for n, i := range list {
		out.Items[n] = w.body(i)
	}
	return &planListOut{out}, nil
}

func (a *API) create(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Client    string `json:"client" maxLength:"36"`
		Subject   string `json:"subject,omitempty" maxLength:"36" doc:"Missing: the client"`
		Service   string `json:"service" maxLength:"36"`
		Due       string `json:"due" maxLength:"10" doc:"The local day: 2026-12-01"`
		Tell      bool   `json:"tell,omitempty" doc:"The client is told lead_days before"`
		LeadDays  int    `json:"lead_days,omitempty" minimum:"0" maximum:"366"`
		GraceDays int    `json:"grace_days,omitempty" minimum:"0" maximum:"3660" doc:"It expires so many days after; 0 is 90"`
		Note      string `json:"note,omitempty" maxLength:"2000"`
	}
},
) (*planOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	due, err := wire.ReadDate("due", in.Body.Due)
	if err != nil {
		return nil, err
	}
	i, err := a.Plans.Create(ctx, p.Business, plan.Draft{
		Client: id.Client(in.Body.Client), Subject: id.Subject(in.Body.Subject), Service: id.Service(in.Body.Service), Due: due,
		Tell: in.Body.Tell, LeadDays: in.Body.LeadDays, Grace: in.Body.GraceDays, Note: in.Body.Note,
	}, p.Actor())
	return a.answer(ctx, p, i, err)
}

func (a *API) get(ctx context.Context, p account.Principal, in *wire.NounPath) (*planOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	i, err := a.Plans.Find(ctx, p.Business, id.Plan(in.ID))
	return a.answer(ctx, p, i, err)
}

func (a *API) update(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		Due     *string `json:"due,omitempty" maxLength:"10"`
		Note    *string `json:"note,omitempty" maxLength:"2000"`
		Version int64   `json:"version,omitempty" minimum:"0" doc:"The one you saw; a newer one is a conflict"`
	}
},
) (*planOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	i, err := a.Plans.Update(ctx, p.Business, id.Plan(in.ID), in.Body.Version, p.Actor(), func(c *plan.Change) error {
		wire.Set(&c.Note, in.Body.Note)
		if in.Body.Due == nil {
			return nil
		}
		var err error
		c.Due, err = wire.ReadDate("due", *in.Body.Due)
		return err
	})
	return a.answer(ctx, p, i, err)
}

func (a *API) remove(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	return nil, a.Plans.Remove(ctx, p.Business, id.Plan(in.ID), p.Actor())
}

func (a *API) skip(ctx context.Context, p account.Principal, in *wire.NounPath) (*planOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	i, err := a.Plans.Skip(ctx, p.Business, id.Plan(in.ID), 0, p.Actor())
	return a.answer(ctx, p, i, err)
}

func (a *API) offer(ctx context.Context, p account.Principal, in *wire.NounPath) (*planOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	i, err := a.Plans.Offer(ctx, p.Business, id.Plan(in.ID), 0, p.Actor())
	return a.answer(ctx, p, i, err)
}

type timelineEntry struct {
	State    string        `json:"state" enum:"done,booked,due"`
	Day      string        `json:"day" format:"date"`
	Start    wire.Optional `json:"start" doc:"Of a visit"`
	Services []wire.Ref    `json:"services"`
	Subject  string        `json:"subject,omitempty"`
	Booking  string        `json:"booking,omitempty"`
	Plan     *planBody     `json:"plan,omitempty" doc:"What is due, or what the visit was planned as"`
}

type timelineOut struct{ Body wire.Page[timelineEntry] }

func (a *API) timeline(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	wire.Paging
},
) (*timelineOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	if err := wire.Must(p, account.ReadBookings); err != nil {
		return nil, err
	}
	cursor, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	who, err := a.Cards.Open(ctx, p.Business, id.Client(in.ID), p.Actor(), client.ReadCard)
	if err != nil {
		return nil, err
	}
	list, err := a.Plans.Timeline(ctx, p.Business, who.ID, spotOf(cursor), in.Limit+1)
	if err != nil {
		return nil, err
	}
	w, err := a.place(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, in.Limit, spotted)
	return &timelineOut{wire.Told(wire.Page[plan.Entry]{Items: list, Next: next}, w.entry)}, nil
}

// due marks the cursors of what is due; the others are of visits.
const due = string(plan.IsDue)

// spotted is the cursor of an entry of a timeline.
func spotted(e plan.Entry) wire.Cursor {
	s := e.Spot()
	if s.Item != "" {
		return wire.Cursor{At: wire.DayNumber(s.Due), ID: string(s.Item), Kind: due}
	}
	return wire.Cursor{At: int64(s.Start), ID: string(s.Booking)}
}

// spotOf reads what spotted wrote.
func spotOf(c wire.Cursor) plan.Spot {
	if c.Kind == due {
		return plan.Spot{Due: wire.DayOf(c.At), Item: id.Plan(c.ID)}
	}
	return plan.Spot{Start: span.Instant(c.At), Booking: id.Booking(c.ID)}
}

// entry tells one thing that was, is agreed or is due.
func (w place) entry(e plan.Entry) timelineEntry {
	one := timelineEntry{State: string(e.State), Day: e.Day.String(), Subject: string(e.Subject), Services: []wire.Ref{}}
	for _, s := range e.Services {
		one.Services = append(one.Services, wire.ServiceRef(w.setting.Catalog, s, w.language))
	}
	if e.Visit != nil {
		one.Start, one.Booking = wire.Maybe(e.Visit.Start, w.zone), string(e.Visit.Booking)
	}
	if e.Item != nil {
		item := w.body(*e.Item)
		one.Plan = &item
	}
	return one
}
