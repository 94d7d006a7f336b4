package settings

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"kept/catalog"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// staff lists who performs services.
func (p *Pages) staff(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.staff"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.staff"), Back: t.home(), Add: view.Link{Text: t.P.T("staff.add"), Href: t.at("/staff/new")},
		None: t.P.T("staff.none"), NoneLn: t.P.T("staff.none_line"),
	}
	var rows []view.SettingsRow
	for _, s := range active(t.Set.Catalog.Staff, func(s *catalog.Staff) bool { return s.Archived }) {
		line := t.P.T("staff.all")
		if !s.AllServices {
			line = joined(t, s.Services, t.serviceName)
		}
		rows = append(rows, view.SettingsRow{
			Name: t.Name(s.Names), Line: view.Joined(t.Name(s.Title), line), Href: t.at("/staff/" + string(s.ID)), Hue: hue(s.Color),
		})
	}
	if len(rows) > 0 {
		m.Groups = []view.SettingsRows{{Rows: rows}}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

// hues are the colours that somebody can have on the calendar.
func hues() []string { return []string{"pine", "sky", "plum", "gold"} }

func hue(color string) string {
	for _, h := range hues() {
		if h == color {
			return h
		}
	}
	return "none"
}

func (p *Pages) newStaff(t *turn) error {
	e := p.staffEditor(t, &catalog.Staff{AllServices: true})
	e.heading, e.at, e.save, e.said = t.P.T("staff.new"), "/staff/new", t.P.T("staff.create"), "staff_new"
	e.read = func(in *form.Input) func(context.Context) error {
		apply := readStaff(t, in)
		return func(ctx context.Context) error {
			var s catalog.Staff
			apply(&s)
			_, err := p.Office.CreateStaff(ctx, t.Who, s)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) staffMember(t *turn) error {
	want, err := shell.ID[id.Staff](t.Turn, "staff")
	if err != nil {
		return err
	}
	s, err := p.Office.FindStaff(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := p.staffEditor(t, s)
	e.heading, e.at, e.said = t.Name(s.Names), "/staff/"+string(want), "saved"
	e.links = []view.Link{{Text: t.P.T("hours.of_staff"), Href: t.at(e.at + "/hours")}}
	e.end = &view.Ending{
		Summary: t.P.T("staff.end"), Line: t.P.T("staff.end_line"), Button: t.P.T("staff.end_yes"), Action: t.at(e.at + "/archive"),
	}
	e.read = func(in *form.Input) func(context.Context) error {
		apply := readStaff(t, in)
		return func(ctx context.Context) error {
			_, err := p.Office.UpdateStaff(ctx, t.Who, want, func(s *catalog.Staff) error { apply(s); return nil })
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) archiveStaff(t *turn) error {
	want, err := shell.ID[id.Staff](t.Turn, "staff")
	if err != nil {
		return err
	}
	return t.end("/staff", "staff_end", p.Office.ArchiveStaff(t.Ctx(), t.Who, want))
}

// staffEditor is the form of somebody who performs services.
func (p *Pages) staffEditor(t *turn, s *catalog.Staff) editor {
	return editor{
		back: view.Link{Text: t.P.T("settings.staff"), Href: t.at("/staff")}, done: "/staff", texts: []string{"name", "title"},
		stands: fillStaff(s).Values, draw: t.drawStaff,
		fresh: func(v url.Values, rows, at string) {
			if rows == "breaks" {
				v.Set(at+".from_min", "12:00")
				v.Set(at+".to_min", "14:00")
				v.Set(at+".length_min", "30")
			}
		},
		path: func(name string) string { return trimmed(name, "preferences.") },
	}
}

func trimmed(name, prefix string) string {
	if len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return name[len(prefix):]
	}
	return name
}

func fillStaff(s *catalog.Staff) values {
	v, wish := filling(), &s.Preferences
	v.texts("name", s.Names)
	v.texts("title", s.Title)
	v.text("color", s.Color)
	v.text("email", s.Email)
	v.text("language", s.Language)
	v.yes("all_services", s.AllServices)
	ids(v, "services", s.Services)
	for _, k := range s.Skills {
		at := v.row("skills")
		v.text(at+".skill", k.Skill)
		v.number(at+".level", k.Level)
	}
	v.counted("priority", wish.Priority)
	ids(v, "favourite", wish.Favourite)
	for _, b := range wish.Breaks {
		at := v.row("breaks")
		v.text(at+".from_min", form.WriteClock(b.FromMin))
		v.text(at+".to_min", form.WriteClock(b.ToMin))
		v.number(at+".length_min", b.LengthMin)
	}
	v.span("rest_min", wish.RestMin)
	v.counted("max_visits", wish.MaxVisits)
	v.span("max_min", wish.MaxMin)
	v.counted("gap_min", wish.GapMin)
	for _, d := range wish.Days {
		at := v.row("days")
		v.text(at+".service", string(d.Service))
		for _, w := range d.Weekdays {
			v.Add(at+".weekdays", strconv.Itoa(w))
		}
	}
	return v
}

func (t *turn) drawStaff(s *form.Sheet) []view.Group {
	colors := append([]view.Option{{Text: s.T("staff.color_auto")}},
		form.Options(hues(), func(h string) string { return s.T("color." + h) })...)
	languages := []view.Option{{Text: s.T("client.language_house")}}
	for _, l := range i18n.Languages() {
		languages = append(languages, view.Option{Value: l, Text: i18n.NameOf(l)})
	}
	skills := s.Rows("skills", func(at string, n int) view.Group {
		skill := s.Text(at+".skill", s.T("need.skill")).In(view.Half).Needed()
		skill.Known = t.skills()
		return view.Group{
			Legend: s.T("staff.skill_n", "n", s.P.Number(n+1)),
			Fields: []view.Field{skill, s.Number(at+".level", s.T("staff.level")).In(view.Half)},
		}
	})
	skills.Tight, skills.Add, skills.Remove = true, s.T("staff.add_skill"), s.T("staff.remove_skill")
	return []view.Group{
		{Legend: s.T("staff.who"), Fields: append(s.Texts("name", s.T("form.name"), false, true), s.Texts("title", s.T("staff.title"), false, false)...)},
		{Legend: s.T("staff.notices"), Fields: []view.Field{
			s.Email("email", s.T("form.email")).In(view.Tongue).Opt().Hinted(s.T("staff.email_hint")),
			s.Choice("language", s.T("staff.language"), languages).In(view.Tongue),
			s.Choice("color", s.T("staff.color"), colors).In(view.Tongue),
		}},
		{Legend: s.T("staff.does"), Fields: []view.Field{
			s.Tick("all_services", s.T("staff.all_services")),
			s.Ticks("services", s.T("staff.services"), t.offers()),
		}},
		{Legend: s.T("staff.skills"), Hint: s.T("staff.skills_hint"), Rows: []view.Rows{skills}},
		t.drawWishes(s),
	}
}

// drawWishes are what somebody asks of their own calendar.
func (t *turn) drawWishes(s *form.Sheet) view.Group {
	breaks := s.Rows("breaks", func(at string, n int) view.Group {
		return view.Group{Legend: s.T("wish.break_n", "n", s.P.Number(n+1)), Fields: []view.Field{
			s.Clock(at+".from_min", s.T("wish.between")).In(view.Third), s.Clock(at+".to_min", s.T("wish.and")).In(view.Third),
			s.Minutes(at+".length_min", s.T("wish.long")).In(view.Third),
		}}
	})
	breaks.Legend, breaks.Tight, breaks.Add, breaks.Remove = s.T("wish.breaks"), true, s.T("wish.add_break"), s.T("wish.remove_break")
	days := s.Rows("days", func(at string, n int) view.Group {
		return view.Group{Legend: s.T("wish.days_n", "n", s.P.Number(n+1)), Fields: []view.Field{
			s.Choice(at+".service", s.T("wish.service"), t.offers()), s.Ticks(at+".weekdays", s.T("wish.weekdays"), t.weekdays()),
		}}
	})
	days.Legend, days.Add, days.Remove = s.T("wish.days"), s.T("wish.add_days"), s.T("wish.remove_days")
	fields := []view.Field{
		s.Number("max_visits", s.T("wish.max_visits")).In(view.Half).Opt(),
		s.Minutes("gap_min", s.T("wish.gap")).In(view.Half).Opt(),
	}
	fields = append(fields, spanFields(s, "max_min", s.T("wish.max_min"))...)
	fields = append(fields, spanFields(s, "rest_min", s.T("wish.rest"))...)
	fields = append(fields,
		s.Number("priority", s.T("wish.priority")).Opt().Hinted(s.T("wish.priority_hint")),
		s.Ticks("favourite", s.T("wish.favourite"), t.offers()),
	)
	return s.Fold(view.Group{Legend: s.T("wish.title"), Fields: fields, Rows: []view.Rows{breaks, days}})
}

// weekdays are the days of a week as options, Monday first.
func (t *turn) weekdays() []view.Option {
	var out []view.Option
	for day := 1; day <= 7; day++ {
		out = append(out, view.Option{Value: strconv.Itoa(day), Text: t.weekday(day)})
	}
	return out
}

// readStaff reads the form and gives what changes a staff member.
func readStaff(t *turn, in *form.Input) func(*catalog.Staff) {
	next := catalog.Staff{
		Names: in.Texts("name"), Title: in.Texts("title"), Color: in.Text("color"), Email: in.Text("email"), Language: in.Text("language"),
		AllServices: in.Yes("all_services"), Services: form.List[id.Service](in, "services"),
	}
	needTexts(t, in, "name")
	for i := range in.Count("skills") {
		at := "skills." + strconv.Itoa(i)
		next.Skills = append(next.Skills, catalog.Skill{Skill: in.Text(at + ".skill"), Level: in.Int(at+".level", 0, mostLevel)})
	}
	wish := catalog.Preferences{
		Priority: in.Int("priority", 0, 1_000_000), Favourite: form.List[id.Service](in, "favourite"), RestMin: readSpan(in, "rest_min", mostMinutes),
		MaxVisits: in.Int("max_visits", 0, 1000), MaxMin: readSpan(in, "max_min", mostMinutes), GapMin: in.Int("gap_min", 0, mostBuffer),
	}
	for i := range in.Count("breaks") {
		at := "breaks." + strconv.Itoa(i)
		wish.Breaks = append(wish.Breaks, catalog.Break{
			FromMin: in.Clock(at + ".from_min"), ToMin: in.Clock(at + ".to_min"), LengthMin: in.Int(at+".length_min", 1, mostMinutes),
		})
	}
	for i := range in.Count("days") {
		at := "days." + strconv.Itoa(i)
		d := catalog.ServiceDays{Service: id.Service(in.Text(at + ".service"))}
		for _, w := range in.Values[at+".weekdays"] {
			if n, err := strconv.Atoi(w); err == nil {
				d.Weekdays = append(d.Weekdays, n)
			}
		}
		wish.Days = append(wish.Days, d)
	}
	return func(s *catalog.Staff) {
		s.Names, s.Title, s.Color, s.Email, s.Language = next.Names, next.Title, next.Color, next.Email, next.Language
		s.AllServices, s.Services, s.Skills = next.AllServices, kept(next.Services, s.Services, t.offers()), next.Skills
		wish.Favourite = kept(wish.Favourite, s.Preferences.Favourite, t.offers())
		s.Preferences = wish
	}
}
