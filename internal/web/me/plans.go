package me

import (
	"context"
	"net/url"

	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
	"kept/plan"
	"kept/span"
)

// fewDue is how many plans the first page of the card shows.
const fewDue = 10

// waiting reads plans of the card that are not booked, the nearest first; what
// is booked stands among what comes.
func (p *Pages) waiting(t *turn, from wire.Cursor, limit int) ([]plan.Item, error) {
	return p.Plans.List(t.Ctx(), t.business(), plan.Filter{
		Client: t.Card.ID, Waiting: true, AfterDue: wire.DayOf(from.At), AfterID: id.Plan(from.ID), Limit: limit,
	})
}

// firstDue puts the nearest plans on the first page of the card, and the way to the others.
func (p *Pages) firstDue(t *turn, m *view.MeCardModel) error {
	list, err := p.waiting(t, wire.Cursor{}, fewDue+1)
	if err != nil {
		return err
	}
	if len(list) > fewDue {
		list, m.AllDue = list[:fewDue], t.at("/plans")
	}
	m.Due, err = p.due(t, list)
	return err
}

// due tells plans in the reader's words.
func (p *Pages) due(t *turn, list []plan.Item) ([]view.MeDue, error) {
	subjects, err := p.Clients.Subjects(t.Ctx(), t.business(), t.Card.ID)
	if err != nil {
		return nil, err
	}
	c := t.Set.Catalog
	var out []view.MeDue
	for _, i := range list {
		s, ok := c.Service(i.Service)
		if !ok {
			continue
		}
		d := view.MeDue{Title: name(t, c, s.Names), Line: t.P.T("me.due_on", "day", t.P.DateYear(i.Due.Start(t.Home).In(t.Home)))}
		for _, subject := range subjects {
			if subject.ID == i.Subject && subject.Name != "" {
				d.Title = view.Joined(d.Title, subject.Name)
			}
		}
		today := span.DateOf(t.Now.In(t.Home))
		if i.Status == plan.Offered || i.Due.DaysUntil(today) >= 0 {
			d.Chip = view.Chip{Text: t.P.T("me.due_now"), Tone: view.Look}
		}
		if s.Public && !s.Archived {
			d.Href = "/b/" + c.Business.Slug + "?" + url.Values{"service": {string(s.ID)}}.Encode()
		}
		d.Decline, d.Hidden = t.root()+"/plans/"+string(i.ID)+"/skip", t.fresh()
		out = append(out, d)
	}
	return out, nil
}

// plans shows what is due and lets the client plan something.
func (p *Pages) plans(t *turn) error { return p.plansPage(t, url.Values{}, nil) }

func (p *Pages) plansPage(t *turn, v url.Values, wrong error) error {
	f, err := p.frame(t, "/plans")
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_plans"), Line: t.P.T("me.plans_line"), None: t.P.T("me.plans_none"), Ahead: true}
	place := func(i plan.Item) wire.Cursor { return wire.Cursor{At: wire.DayNumber(i.Due), ID: string(i.ID)} }
	list, err := turned(t, &m, "/plans", place, func(from wire.Cursor, limit int) ([]plan.Item, error) { return p.waiting(t, from, limit) })
	if err != nil {
		return err
	}
	due, err := p.due(t, list)
	if err != nil {
		return err
	}
	for _, d := range due {
		m.Rows = append(m.Rows, view.MeRow{
			Title: d.Title, Line: d.Line, Chip: d.Chip, Href: d.Href,
			Acts: []view.MeAct{{Text: t.P.T("me.not_now"), Action: d.Decline, Hidden: d.Hidden}},
		})
	}
	s := form.NewSheet(&t.P, v, t.P.Lang(), p.wrong(t, wrong))
	c := t.Set.Catalog
	var services []view.Option
	for _, one := range c.Services {
		if one.Public && !one.Archived {
			services = append(services, view.Option{Value: string(one.ID), Text: name(t, c, one.Names)})
		}
	}
	fields := []view.Field{s.Choice("service", t.P.T("me.services"), services), s.Date("due", t.P.T("me.plan_day")).Needed()}
	subjects, err := p.Clients.Subjects(t.Ctx(), t.business(), t.Card.ID)
	if err != nil {
		return err
	}
	if len(subjects) > 0 {
		whom := []view.Option{{Text: t.Card.Name}}
		for _, one := range subjects {
			if one.LeftAt == 0 {
				whom = append(whom, view.Option{Value: string(one.ID), Text: or(one.Name, t.P.T("me.subject_"+one.Kind))})
			}
		}
		fields = append(fields, s.Choice("subject", t.P.T("details.who"), whom))
	}
	m.Forms = []view.MeForm{{
		Heading: t.P.T("me.plan_add"), Line: t.P.T("me.plan_line"), Action: t.root() + "/plans", Hidden: t.hidden(),
		Groups: []view.Group{{Fields: fields}}, Save: t.P.T("me.plan_add"), Errors: faultsOf(s, p.wrong(t, wrong)),
	}}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// addPlan plans a service for a day; the client is told a week before.
func (p *Pages) addPlan(t *turn) error {
	const lead = 7 // days
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/plans", "plan", func(ctx context.Context) error {
		day, err := span.ParseDate(v.Get("due"))
		if err != nil {
			return fault.BadField("due", "format", "choose a day")
		}
		_, err = p.Plans.Create(ctx, t.business(), plan.Draft{
			Client: t.Card.ID, Subject: id.Subject(v.Get("subject")), Service: id.Service(v.Get("service")), Due: day, Tell: true, LeadDays: lead,
		}, t.Who.Actor())
		return err
	}, func(wrong error) error { return p.plansPage(t, v, wrong) })
}

// skipPlan says that nothing will come of a plan this time.
func (p *Pages) skipPlan(t *turn) error {
	want := id.Plan(t.R.PathValue("id"))
	return p.post(t, "/plans", "plan", func(ctx context.Context) error {
		i, err := p.Plans.Find(ctx, t.business(), want)
		if err == nil && i.Client != t.Card.ID {
			err = fault.Missing("plan")
		}
		if err != nil {
			return err
		}
		_, err = p.Plans.Skip(ctx, t.business(), want, 0, t.Who.Actor())
		return err
	}, func(wrong error) error { return p.plansPage(t, url.Values{}, wrong) })
}
