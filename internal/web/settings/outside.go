package settings

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"kept/account"
	"kept/calsync"
	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// registerCalendars mounts the pages of outside calendars. Staff may come here
// for their own; whose may be written is the desk's to say.
func (p *Pages) registerCalendars(
	get, post, both func(path string, need account.Action, fn func(*turn) error),
) {
	get("/calendars", account.ReadSettings, p.calendars)
	both("/calendars/new", account.ReadSettings, p.newCalendar)
	both("/calendars/{id}", account.ReadSettings, p.oneCalendar)
	post("/calendars/{id}/sync", account.ReadSettings, p.syncCalendar)
	post("/calendars/{id}/remove", account.ReadSettings, p.removeCalendar)
}

// mayCalendars tells whether somebody has a calendar to connect here.
func (t *turn) mayCalendars() bool { return t.Who.May(account.WriteSettings) || t.Who.Staff != "" }

// calendars lists the outside calendars, and how they are doing.
func (p *Pages) calendars(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.calendars"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.calendars"), Line: t.P.T("outside.line"), Back: t.home(),
		None: t.P.T("outside.none"), NoneLn: t.P.T("outside.none_line"),
	}
	if t.mayCalendars() {
		m.Add = view.Link{Text: t.P.T("outside.add"), Href: t.at("/calendars/new")}
	}
	links, err := p.Links.List(t.Ctx(), t.Who)
	if err != nil {
		return err
	}
	var rows []view.SettingsRow
	for i := range links {
		l := &links[i]
		rows = append(rows, view.SettingsRow{
			Name: l.Name, Line: t.P.T("outside.row", "whose", t.whose(l.Owner), "host", l.Address.URL), Side: t.outsideSince(l),
			Chip: t.outsideChip(l), Href: t.at("/calendars/" + string(l.ID)),
		})
	}
	if len(rows) > 0 {
		m.Groups = []view.SettingsRows{{Rows: rows}}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

// whose names the owner of a calendar.
func (t *turn) whose(o calsync.Owner) string {
	if s, ok := t.Set.Catalog.StaffMember(o.Staff); ok {
		return t.Name(s.Names)
	}
	if r, ok := t.Set.Catalog.Resource(o.Resource); ok {
		return t.P.T("off.thing", "name", t.Name(r.Names))
	}
	if o.Location != "" {
		return t.P.T("off.place", "name", t.placeName(o.Location))
	}
	return t.P.T("outside.everything")
}

func (t *turn) outsideChip(l *calsync.Link) view.Chip {
	status := l.Status(t.Now)
	tone := view.Quiet
	switch status {
	case calsync.Fresh:
		tone = view.Good
	case calsync.Failing:
		tone = view.Look
	case calsync.Stale:
		tone = view.Bad
	case calsync.New:
	}
	return view.Chip{Text: t.P.T("outside.is_" + string(status)), Tone: tone}
}

// outsideSince tells since when a calendar is as it is.
func (t *turn) outsideSince(l *calsync.Link) string {
	switch {
	case l.Failing != 0:
		return t.P.T("outside.since", "when", t.P.DateTimeIn(l.Failing.In(t.Home), t.Now.In(t.Home)))
	case l.LastOK != 0:
		return t.P.T("outside.read", "when", t.P.DateTimeIn(l.LastOK.In(t.Home), t.Now.In(t.Home)))
	default:
		return ""
	}
}

func (p *Pages) newCalendar(t *turn) error {
	if !t.mayCalendars() {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "you have no calendar here")
	}
	e := t.calendarEditor(&calsync.Link{Kind: calsync.ICal, Owner: calsync.Owner{Staff: t.Who.Staff}, StaleAfter: 2 * span.Hour})
	e.heading, e.at, e.save, e.said = t.P.T("outside.new"), "/calendars/new", t.P.T("outside.create"), "outside_new"
	e.read = func(in *form.Input) func(context.Context) error {
		edit := t.readCalendar(in)
		if in.Text("url") == "" {
			in.Note("url", "outside.need_url")
		}
		return func(ctx context.Context) error {
			_, err := p.Links.Connect(ctx, t.Who, edit)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) oneCalendar(t *turn) error {
	want, err := shell.ID[id.Link](t.Turn, "calendar")
	if err != nil {
		return err
	}
	l, err := p.Links.Find(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := t.calendarEditor(&l)
	e.heading, e.at, e.said = l.Name, "/calendars/"+string(want), "saved"
	e.line = t.P.T("outside.row", "whose", t.whose(l.Owner), "host", l.Address.URL)
	e.below = view.Outside(t.outsideModel(&l))
	e.end = &view.Ending{Summary: t.P.T("outside.end"), Line: t.P.T("outside.end_line"), Button: t.P.T("outside.end_yes"), Action: t.at(e.at + "/remove")}
	e.read = func(in *form.Input) func(context.Context) error {
		edit := t.readCalendar(in)
		return func(ctx context.Context) error {
			_, err := p.Links.Change(ctx, t.Who, want, edit)
			return err
		}
	}
	return p.edit(t, e)
}

func (t *turn) outsideModel(l *calsync.Link) view.OutsideModel {
	m := view.OutsideModel{
		Heading: t.P.T("outside.state"), Chip: t.outsideChip(l), Line: t.outsideSince(l), Button: t.P.T("outside.sync"),
		Action: t.at("/calendars/" + string(l.ID) + "/sync"),
	}
	fact := func(key, value string) { m.Facts = append(m.Facts, view.Pair{Name: t.P.T(key), Value: value}) }
	if l.Trouble != "" {
		fact("outside.trouble", t.P.T("outside.t_"+string(l.Trouble)))
	}
	if l.Failing != 0 && l.LastOK != 0 {
		fact("outside.last_ok", t.P.DateTimeIn(l.LastOK.In(t.Home), t.Now.In(t.Home)))
	}
	fact("outside.events", t.P.Number(l.Events))
	fact("outside.spans", t.P.Number(l.BusySpans))
	if l.Skipped > 0 {
		fact("outside.skipped", t.P.Number(l.Skipped))
	}
	if len(l.Limits) > 0 {
		fact("outside.limits", strings.Join(l.Limits, ", "))
	}
	fact("outside.next", t.P.DateTimeIn(l.NextAt.In(t.Home), t.Now.In(t.Home)))
	return m
}

func (p *Pages) syncCalendar(t *turn) error {
	want, err := shell.ID[id.Link](t.Turn, "calendar")
	if err != nil {
		return err
	}
	_, err = p.Links.Sync(t.Ctx(), t.Who, want)
	return t.end("/calendars/"+string(want), "outside_sync", err)
}

func (p *Pages) removeCalendar(t *turn) error {
	want, err := shell.ID[id.Link](t.Turn, "calendar")
	if err != nil {
		return err
	}
	err = p.Links.Disconnect(t.Ctx(), t.Who, want)
	if fault.Is(err, fault.CodeNotFound) {
		err = nil // sent twice
	}
	return t.end("/calendars", "outside_end", err)
}

// everything is the field "who" for a calendar of the whole business.
const everything = "everything"

func (t *turn) calendarEditor(l *calsync.Link) editor {
	v := filling()
	switch o := l.Owner; {
	case o.Staff != "":
		v.text("who", offStaff+string(o.Staff))
	case o.Resource != "":
		v.text("who", offResource+string(o.Resource))
	case o.Location != "":
		v.text("who", offLocation+string(o.Location))
	case l.ID != "":
		v.text("who", everything)
	}
	v.text("name", l.Name)
	v.text("kind", string(l.Kind))
	v.text("stale_after_min", t.P.Number(int(l.StaleAfter/span.Hour)))
	return editor{
		back: view.Link{Text: t.P.T("settings.calendars"), Href: t.at("/calendars")}, done: "/calendars", stands: v.Values,
		draw: func(s *form.Sheet) []view.Group { return t.drawCalendar(s, l.ID != "") },
		path: func(name string) string {
			switch name {
			case "staff", "resource", "location":
				return "who"
			}
			return name
		},
	}
}

func (t *turn) drawCalendar(s *form.Sheet, known bool) []view.Group {
	who := []view.Option{{Text: s.T("off.choose")}}
	for _, o := range t.crew() {
		if t.Who.May(account.WriteSettings) || o.Value == string(t.Who.Staff) {
			who = append(who, view.Option{Value: offStaff + o.Value, Text: o.Text})
		}
	}
	if t.Who.May(account.WriteSettings) {
		for _, r := range t.Set.Catalog.Resources {
			if !r.Archived {
				who = append(who, view.Option{Value: offResource + string(r.ID), Text: s.T("off.thing", "name", t.Name(r.Names))})
			}
		}
		for _, o := range t.places() {
			who = append(who, view.Option{Value: offLocation + o.Value, Text: s.T("off.place", "name", o.Text)})
		}
		who = append(who, view.Option{Value: everything, Text: s.T("outside.everything")})
	}
	kinds := form.Options([]calsync.Kind{calsync.ICal, calsync.CalDAV}, func(k calsync.Kind) string { return s.T("outside.kind_" + string(k)) })
	address := s.Text("url", s.T("outside.url")).Hinted(s.T("outside.url_hint"))
	secret := s.Secret("secret", s.T("outside.secret")).In(view.Half).Opt()
	if known {
		address = address.Hinted(s.T("outside.url_keep"))
		secret = secret.Hinted(s.T("outside.secret_keep"))
	} else {
		address = address.Needed()
	}
	return []view.Group{{Fields: []view.Field{
		s.Choice("who", s.T("outside.who"), who).In(view.Half).Hinted(s.T("outside.who_hint")),
		s.Text("name", s.T("outside.name")).In(view.Half).Needed(),
		s.Choice("kind", s.T("outside.kind"), kinds).Hinted(s.T("outside.kind_hint")), address,
		s.Text("user", s.T("outside.user")).In(view.Half).Opt(), secret,
		s.Number("stale_after_min", s.T("outside.stale")).Of(s.T("outside.hours")).Hinted(s.T("outside.stale_hint")),
	}}}
}

// readCalendar reads the form. What is left empty of the address stays as it is.
func (t *turn) readCalendar(in *form.Input) calsync.Edit {
	name, kind := in.Text("name"), calsync.Kind(in.Text("kind"))
	e := calsync.Edit{Name: &name, Kind: &kind}
	for field, into := range map[string]**string{"url": &e.URL, "user": &e.User, "secret": &e.Secret} {
		if text := strings.TrimSpace(in.Values.Get(field)); text != "" {
			*into = &text
		}
	}
	const month = 30 * 24
	after := span.Instant(in.Int("stale_after_min", 1, month)) * span.Hour
	e.StaleAfter = &after
	var o calsync.Owner
	switch sort, ref := cutSort(in.Values); {
	case sort == offStaff:
		o.Staff = id.Staff(ref)
	case sort == offResource:
		o.Resource = id.Resource(ref)
	case sort == offLocation:
		o.Location = id.Location(ref)
	case in.Text("who") != everything:
		in.Note("who", "outside.need_who")
	}
	e.Owner = &o
	return e
}

// calendarsHome leads from the short address to the page.
func calendarsHome(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/app/"+url.PathEscape(r.PathValue("slug"))+"/settings/calendars", http.StatusSeeOther)
}
