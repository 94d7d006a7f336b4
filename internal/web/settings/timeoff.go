package settings

import (
	"context"
	"net/http"
	"net/url"

	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/schedule"
	"kept/setup"
	"kept/span"
)

// timeOff lists who and what is away, from now on.
func (p *Pages) timeOff(t *turn) error {
	const most = 200
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.time_off"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.time_off"), Line: t.P.T("off.line"), Back: t.home(),
		Add:  view.Link{Text: t.P.T("off.add"), Href: t.at("/time-off/new")},
		None: t.P.T("off.none"), NoneLn: t.P.T("off.none_line"),
	}
	list, err := p.Office.ListTimeOff(t.Ctx(), t.Who, setup.TimeOffFilter{Span: span.Span{Start: t.Now, End: t.Now + 1000*span.Day}, Limit: most})
	if err != nil {
		return err
	}
	var rows []view.SettingsRow
	for _, off := range list.Items {
		rows = append(rows, view.SettingsRow{
			Name: t.away(off), Line: t.spanText(off.Span), Side: t.P.T("off." + off.Reason), Href: t.at("/time-off/" + string(off.ID)),
		})
	}
	if len(rows) > 0 {
		m.Groups = []view.SettingsRows{{Rows: rows}}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

// away names who or what is away.
func (t *turn) away(off schedule.TimeOff) string {
	if s, ok := t.Set.Catalog.StaffMember(off.Staff); ok {
		return t.Name(s.Names)
	}
	if r, ok := t.Set.Catalog.Resource(off.Resource); ok {
		return t.Name(r.Names)
	}
	return t.placeName(off.Location)
}

// spanText tells from when to when: whole days without their times.
func (t *turn) spanText(s span.Span) string {
	from, to := s.Start.In(t.Home), s.End.In(t.Home)
	first, last := span.DateOf(from), span.DateOf(to)
	if first.Start(t.Home) == s.Start && last.Start(t.Home) == s.End {
		if last = last.AddDays(-1); first == last {
			return t.P.DateIn(from, t.Now.In(t.Home))
		}
		return t.P.T("off.span", "from", t.P.DateIn(from, t.Now.In(t.Home)), "to", t.P.DateIn(last.Start(t.Home).In(t.Home), t.Now.In(t.Home)))
	}
	end := t.P.Time(to)
	if first != last {
		end = t.P.DateTimeIn(to, t.Now.In(t.Home))
	}
	return t.P.T("off.span", "from", t.P.DateTimeIn(from, t.Now.In(t.Home)), "to", end)
}

func (p *Pages) newTimeOff(t *turn) error {
	today := span.DateOf(t.Now.In(t.Home))
	e := t.timeOffEditor(schedule.TimeOff{Reason: "vacation", Span: today.AddDays(1).Span(t.Home)})
	e.heading, e.at, e.save, e.said = t.P.T("off.new"), "/time-off/new", t.P.T("off.create"), "off_new"
	e.stands.Del("who")
	e.stands.Set("who", "")
	e.read = func(in *form.Input) func(context.Context) error {
		off := t.readTimeOff(in)
		return func(ctx context.Context) error {
			_, err := p.Office.AddTimeOff(ctx, t.Who, off)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) oneTimeOff(t *turn) error {
	want, err := shell.ID[id.TimeOff](t.Turn, "time off")
	if err != nil {
		return err
	}
	off, err := p.Office.FindTimeOff(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := t.timeOffEditor(off)
	e.heading, e.at, e.said = t.away(off), "/time-off/"+string(want), "saved"
	e.end = &view.Ending{Summary: t.P.T("off.end"), Line: t.P.T("off.end_line"), Button: t.P.T("off.end_yes"), Action: t.at(e.at + "/remove")}
	e.read = func(in *form.Input) func(context.Context) error {
		next := t.readTimeOff(in)
		return func(ctx context.Context) error {
			_, err := p.Office.UpdateTimeOff(ctx, t.Who, want, func(o *schedule.TimeOff) error { *o = next; return nil })
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) removeTimeOff(t *turn) error {
	want, err := shell.ID[id.TimeOff](t.Turn, "time off")
	if err != nil {
		return err
	}
	err = p.Office.RemoveTimeOff(t.Ctx(), t.Who, want)
	if fault.Is(err, fault.CodeNotFound) {
		err = nil // sent twice
	}
	return t.end("/time-off", "off_end", err)
}

// The sorts of what can be away, before the identifier in the field "who".
const (
	offStaff    = "staff:"
	offResource = "resource:"
	offLocation = "location:"
)

func (t *turn) timeOffEditor(off schedule.TimeOff) editor {
	v := filling()
	switch {
	case off.Resource != "":
		v.text("who", offResource+string(off.Resource))
	case off.Location != "":
		v.text("who", offLocation+string(off.Location))
	default:
		v.text("who", offStaff+string(off.Staff))
	}
	v.text("reason", off.Reason)
	from, to := span.WallAt(off.Span.Start, t.Home), span.WallAt(off.Span.End, t.Home)
	v.text("from", from.Date.String())
	v.text("to", to.Date.String())
	if from.Minute == 0 && to.Minute == 0 { // whole days, of which the last is meant with
		v.text("to", to.Date.AddDays(-1).String())
		v.yes("whole", true)
	} else {
		v.text("from_time", form.WriteClock(from.Minute))
		v.text("to_time", form.WriteClock(to.Minute))
	}
	return editor{
		back: view.Link{Text: t.P.T("settings.time_off"), Href: t.at("/time-off")}, done: "/time-off", stands: v.Values, draw: t.drawTimeOff,
		path: func(name string) string {
			switch name {
			case "staff", "resource", "location":
				return "who"
			}
			return name
		},
	}
}

func (t *turn) drawTimeOff(s *form.Sheet) []view.Group {
	who := []view.Option{{Text: s.T("off.choose")}}
	for _, o := range t.crew() {
		who = append(who, view.Option{Value: offStaff + o.Value, Text: o.Text})
	}
	for _, o := range t.places() {
		who = append(who, view.Option{Value: offLocation + o.Value, Text: s.T("off.place", "name", o.Text)})
	}
	for _, r := range t.Set.Catalog.Resources {
		if !r.Archived {
			who = append(who, view.Option{Value: offResource + string(r.ID), Text: s.T("off.thing", "name", t.Name(r.Names))})
		}
	}
	return []view.Group{{Fields: []view.Field{
		s.Choice("who", s.T("off.who"), who).In(view.Half),
		s.Choice("reason", s.T("off.reason"), form.Options(setup.Reasons(), func(r string) string { return s.T("off." + r) })).In(view.Half),
		s.Date("from", s.T("off.from")).In(view.Half).Needed(), s.Date("to", s.T("off.to")).In(view.Half).Needed().Hinted(s.T("off.to_hint")),
		s.Tick("whole", s.T("off.whole")),
		s.Clock("from_time", s.T("off.from_time")).In(view.Half), s.Clock("to_time", s.T("off.to_time")).In(view.Half),
	}}}
}

// readTimeOff reads the form. Whole days go on to the end of the last one.
func (t *turn) readTimeOff(in *form.Input) schedule.TimeOff {
	off := schedule.TimeOff{Reason: in.Text("reason")}
	sort, ref := cutSort(in.Values)
	switch sort {
	case offStaff:
		off.Staff = id.Staff(ref)
	case offLocation:
		off.Location = id.Location(ref)
	case offResource:
		off.Resource = id.Resource(ref)
	default:
		in.Note("who", "off.need_who")
	}
	for _, name := range []string{"from", "to"} {
		if in.Text(name) == "" {
			in.Note(name, "form.date_wrong")
			return off
		}
	}
	from, to := span.Wall{Date: in.Date("from")}, span.Wall{Date: in.Date("to")}
	if in.Yes("whole") {
		to.Date = to.Date.AddDays(1)
	} else {
		from.Minute, to.Minute = in.Clock("from_time"), in.Clock("to_time")
	}
	off.Span = span.Span{Start: from.Instant(t.Home), End: to.Instant(t.Home)}
	return off
}

func cutSort(v url.Values) (sort, ref string) {
	who := v.Get("who")
	for _, sort := range []string{offStaff, offLocation, offResource} {
		if len(who) > len(sort) && who[:len(sort)] == sort {
			return sort, who[len(sort):]
		}
	}
	return "", ""
}
