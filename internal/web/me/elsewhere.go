package me

import (
	"context"
	"errors"
	"net/url"

	"kept/calsync"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// elsewhere lists the calendars that the client has connected, and takes one more.
func (p *Pages) elsewhere(t *turn, v url.Values, wrong error) (view.MeSection, error) {
	out := view.MeSection{Name: "elsewhere", Heading: t.P.T("watch.heading"), Line: t.P.T("watch.line"), None: t.P.T("watch.none")}
	list, err := p.Watches.List(t.Ctx(), t.Who, t.Card.ID)
	if err != nil {
		return out, err
	}
	for i := range list {
		w := &list[i]
		out.Rows = append(out.Rows, view.MeRow{
			Title: or(w.URL, t.P.T("watch.one")), Line: p.standing(t, w), Chip: watchChip(t, w),
			Acts: []view.MeAct{{
				Text: t.P.T("me.remove"), Action: t.root() + "/calendar/own/" + url.PathEscape(string(w.ID)) + "/remove", Hidden: t.fresh(), Danger: true,
			}},
		})
	}
	if len(list) >= calsync.MaxWatches && wrong == nil {
		return out, nil
	}
	s := form.NewSheet(&t.P, v, t.P.Lang(), p.watchWrong(t, wrong))
	out.Form = &view.MeForm{
		Action: t.root() + "/calendar/own", Hidden: t.hidden(), Save: t.P.T("watch.connect"),
		Groups: []view.Group{{Fields: []view.Field{
			s.Text("url", t.P.T("watch.url")).Hinted(t.P.T("watch.url_hint")).Needed(),
			s.Tick("for_staff", t.P.T("watch.for_staff")).Hinted(t.P.T("watch.for_staff_hint")),
		}}},
		Errors: faultsOf(s, p.watchWrong(t, wrong)),
	}
	return out, nil
}

// standing says how a calendar is doing.
func (p *Pages) standing(t *turn, w *calsync.Watch) string {
	var last, why, staff string
	if w.LastOK != 0 {
		last = t.P.T("watch.last", "when", t.P.RelativeTime(w.LastOK.In(t.Home), t.Now.In(t.Home)))
	}
	status := w.Status(t.Now)
	if key := "outside.t_" + string(w.Trouble); w.Trouble != "" && t.P.Has(key) {
		why = t.P.T(key)
	}
	switch {
	case status == calsync.New:
		why = t.P.T("watch.reading")
	case w.Forgotten(t.Now):
		why = view.Joined(why, t.P.T("watch.forgotten"))
	case status == calsync.Stale:
		why = view.Joined(why, t.P.T("watch.stale"))
	}
	if w.ForStaff {
		staff = t.P.T("watch.for_staff")
	}
	return view.Joined(last, why, staff)
}

func watchChip(t *turn, w *calsync.Watch) view.Chip {
	status := w.Status(t.Now)
	tone := view.Good
	switch status {
	case calsync.Failing, calsync.New:
		tone = view.Quiet
	case calsync.Stale:
		tone = view.Look
	case calsync.Fresh:
	}
	return view.Chip{Text: t.P.T("outside.is_" + string(status)), Tone: tone}
}

// watchWrong says what is not right about an address.
func (p *Pages) watchWrong(t *turn, err error) view.Errors {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) == 0 || f.Fields[0].Name != "url" {
		return p.wrong(t, err)
	}
	return view.Errors{{Field: "url", Text: t.P.T("watch.url_" + f.Fields[0].Rule)}}
}

// addOwn connects a calendar of the client's.
func (p *Pages) addOwn(t *turn) error {
	if err := p.door.Try(t.R); err != nil {
		return err
	}
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	v := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	return p.post(t, "/calendar", "own", func(ctx context.Context) error {
		_, err := p.Watches.Connect(ctx, t.Who, t.Card.ID, v.Get("url"), v.Get("for_staff") == "yes")
		return err
	}, func(wrong error) error { return p.calendarPage(t, v, wrong) })
}

// dropOwn lets one go.
func (p *Pages) dropOwn(t *turn) error {
	want := id.Link(t.R.PathValue("id"))
	return p.post(t, "/calendar", "own_gone", func(ctx context.Context) error {
		err := p.Watches.Disconnect(ctx, t.Who, t.Card.ID, want)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			return nil //nolint:nilerr // gone is gone, by whomever
		}
		return err
	}, nil)
}

// calendar gives the secret address of the card's own calendar, and takes those
// of calendars elsewhere.
func (p *Pages) calendar(t *turn) error { return p.calendarPage(t, url.Values{}, nil) }

func (p *Pages) calendarPage(t *turn, v url.Values, wrong error) error {
	f, err := p.frame(t, "/calendar")
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_calendar"), Line: t.P.T("me.calendar_line")}
	if err := p.feedOf(t, &m); err != nil {
		return err
	}
	own, err := p.elsewhere(t, v, wrong)
	if err != nil {
		return err
	}
	m.More = []view.MeSection{own}
	return shell.Draw(t.W, t.R, status(wrong), view.MeListPage(m))
}

// ownLine is the line of the preferences that leads to the calendars elsewhere.
func (p *Pages) ownLine(t *turn) (view.MeRow, error) {
	list, err := p.Watches.List(t.Ctx(), t.Who, t.Card.ID)
	row := view.MeRow{Title: t.P.T("watch.heading"), Line: t.P.T("watch.none"), Href: t.at("/calendar") + "#elsewhere"}
	if len(list) > 0 {
		row.Line, row.Chip = t.P.N("watch.some", len(list)), watchChip(t, &list[0])
	}
	return row, err
}
