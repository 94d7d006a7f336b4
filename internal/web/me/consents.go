package me

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
)

// consents lists what the business asks agreement to, and where it stands.
func (p *Pages) consents(t *turn) error { return p.consentsPage(t, nil) }

func (p *Pages) consentsPage(t *turn, wrong error) error {
	f, err := p.frame(t, "/consents")
	if err != nil {
		return err
	}
	live, err := p.Intake.Consents.LiveConsents(t.Ctx(), t.business(), t.Card.ID)
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_consents"), Line: t.P.T("me.consents_line"), None: t.P.T("me.consents_none")}
	if wrong != nil {
		m.Notice = view.Notice{Text: p.wrong(t, wrong)[0].Text, Tone: view.Look}
	}
	c := t.Set.Catalog
	for _, n := range c.Notices {
		if n.Archived {
			continue
		}
		row := view.MeRow{Title: name(t, c, n.Names), Line: t.P.T("me.consent_none")}
		if len(n.Texts) > 0 {
			row.Href = "/b/" + c.Business.Slug + "/notices/" + string(n.ID)
		}
		given := false
		for _, l := range live {
			if l.Purpose != n.Purpose {
				continue
			}
			given = l.Notice == n.ID && l.Version == n.Version
			row.Line = t.P.T("me.consent_since", "when", t.P.DateTimeIn(l.GivenAt.In(t.Home), t.Now.In(t.Home)))
			row.Chip = view.Chip{Text: t.P.T("me.consent_given"), Tone: view.Good}
			row.Acts = append(row.Acts, view.MeAct{
				Text: t.P.T("me.consent_withdraw"), Action: t.root() + "/consents/withdraw",
				Hidden: t.fresh(view.Pair{Name: "purpose", Value: n.Purpose}),
			})
		}
		if !given {
			row.Acts = append(row.Acts, view.MeAct{
				Text: t.P.T("me.consent_give"), Action: t.root() + "/consents",
				Hidden: t.fresh(view.Pair{Name: "notice", Value: string(n.ID)}, view.Pair{Name: "version", Value: strconv.Itoa(n.Version)}),
			})
		}
		with, err := p.chainLine(t, n.Purpose)
		if err != nil {
			return err
		}
		row.Line = view.Joined(row.Line, with)
		m.Rows = append(m.Rows, row)
	}
	told, err := p.Intake.Allows(t.Ctx(), t.business(), t.Card.ID, catalog.PurposeRecall)
	if err != nil {
		return err
	}
	recall := view.MeRow{Title: t.P.T("me.recall"), Line: t.P.T("me.recall_off")}
	if told {
		recall.Line, recall.Chip = t.P.T("me.recall_on"), view.Chip{Text: t.P.T("me.consent_on"), Tone: view.Good}
		recall.Acts = []view.MeAct{{
			Text: t.P.T("me.recall_stop"), Action: t.root() + "/consents/withdraw",
			Hidden: t.fresh(view.Pair{Name: "purpose", Value: catalog.PurposeRecall}),
		}}
	}
	m.Rows = append(m.Rows, recall)
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// whence is how something comes in by the card.
func (t *turn) whence() intake.Whence {
	return intake.Whence{Channel: intake.ByCard, Language: t.P.Lang()}
}

// agree takes an agreement to a text as it was shown.
func (p *Pages) agree(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/consents", "consent", func(ctx context.Context) error {
		version, err := strconv.Atoi(v.Get("version"))
		if err != nil || version < 1 {
			return fault.BadField("version", "format", "open the page again")
		}
		return p.Intake.Agree(ctx, t.Who, t.Set.Catalog, t.Card.ID, t.whence(), intake.Agreement{Notice: id.Notice(v.Get("notice")), Version: version})
	}, func(wrong error) error { return p.consentsPage(t, wrong) })
}

// withdraw ends a consent, at once.
func (p *Pages) withdraw(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	purpose := t.R.PostForm.Get("purpose") //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/consents", "withdrawn", func(ctx context.Context) error {
		known := purpose == catalog.PurposeRecall
		for _, n := range t.Set.Catalog.Notices {
			known = known || n.Purpose == purpose
		}
		if !known {
			return fault.BadField("purpose", "unknown", "is no purpose of a consent")
		}
		return p.Intake.Withdraw(ctx, t.Who, t.Card.ID, intake.ByCard, purpose)
	}, func(wrong error) error { return p.consentsPage(t, wrong) })
}

// forms lists what is to be filled in before a visit, and what was.
func (p *Pages) forms(t *turn) error { return p.formsPage(t, url.Values{}, nil) }

func (p *Pages) formsPage(t *turn, typed url.Values, wrong error) error {
	f, err := p.frame(t, "/forms")
	if err != nil {
		return err
	}
	c := t.Set.Catalog
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_forms"), None: t.P.T("me.forms_none")}
	cursor := func(f intake.Filled) wire.Cursor { return wire.Cursor{ID: string(f.ID)} }
	filled, err := turned(t, &m, "/forms", cursor, func(from wire.Cursor, limit int) ([]intake.Filled, error) {
		return p.Intake.Store.Answers(t.Ctx(), t.business(), t.Card.ID, true, id.Answer(from.ID), limit)
	})
	if err != nil {
		return err
	}
	for _, one := range filled {
		row := view.MeRow{Title: t.P.T("me.form"), Line: t.P.DateTimeIn(one.At.In(t.Home), t.Now.In(t.Home))}
		if asked, ok := c.Form(one.Form); ok {
			row.Title = name(t, c, asked.Names)
		}
		for _, a := range append(one.Answers, one.Health...) {
			row.Facts = append(row.Facts, view.Fact{Label: name(t, c, a.Label), Value: shell.Said(t.P, a, c.Business.Language)})
		}
		m.Rows = append(m.Rows, row)
	}
	open, err := p.openForms(t)
	if err != nil {
		return err
	}
	for _, o := range open {
		values := url.Values{}
		if typed.Get("form") == string(o.form.ID) && typed.Get("booking") == string(o.visit.ID) {
			values = typed
		}
		one := view.MeForm{
			Heading: name(t, c, o.form.Names), Action: t.root() + "/forms", Save: t.P.T("me.form_send"),
			Line:      view.Joined(p.visitOf(t, o.visit).Service, t.P.DateTimeIn(o.visit.Start.In(p.zoneOf(t, o.visit)), t.Now.In(t.Home))),
			Hidden:    t.fresh(view.Pair{Name: "form", Value: string(o.form.ID)}, view.Pair{Name: "booking", Value: string(o.visit.ID)}),
			Questions: shell.Questions(t.P, o.form, func(texts catalog.Texts) string { return name(t, c, texts) }, values),
		}
		if len(values) > 0 {
			one.Errors = p.formFaults(t, wrong)
		}
		m.Forms = append(m.Forms, one)
	}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// formFaults says at each question what is not right about its answer.
func (p *Pages) formFaults(t *turn, wrong error) view.Errors {
	out := p.wrong(t, wrong)
	for i, f := range out {
		if rest, ok := strings.CutPrefix(f.Field, "answers."); ok {
			out[i].Field = shell.AnswerField + rest
		}
	}
	return out
}

type openForm struct {
	form  *catalog.Form
	visit *booking.Booking
}

// openForms are those that are asked before visits that come.
func (p *Pages) openForms(t *turn) ([]openForm, error) {
	visits, err := p.list(t, booking.Filter{Backward: true, Limit: mostVisits})
	if err != nil {
		return nil, err
	}
	var out []openForm
	for _, b := range visits {
		if !ahead(b, t.Now) {
			continue
		}
		services := make([]id.Service, len(b.Items))
		for i, item := range b.Items {
			services[i] = item.Service
		}
		open, err := p.Intake.Open(t.Ctx(), t.business(), t.Set.Catalog, t.Card.ID, b.ID, services)
		if err != nil {
			return nil, err
		}
		for _, f := range open {
			out = append(out, openForm{f, b})
		}
	}
	return out, nil
}

// fillForm takes a form that is asked before a visit of the card.
func (p *Pages) fillForm(t *turn) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/forms", "form", func(ctx context.Context) error {
		b, err := p.Desk.Find(ctx, t.Who, id.Booking(v.Get("booking")))
		if err != nil {
			return err
		}
		from := t.whence()
		from.Booking, from.Subject = b.ID, b.Subject
		return p.Intake.Fill(ctx, t.Who, t.Set.Catalog, t.Card.ID, from, id.Form(v.Get("form")), shell.Answers(v))
	}, func(wrong error) error { return p.formsPage(t, v, wrong) })
}
