package settings

import (
	"context"
	"net/http"
	"slices"

	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/money"
	"kept/span"
)

// services lists what is sold, under its headings.
func (p *Pages) services(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.services"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.services"), Back: t.home(), Add: view.Link{Text: t.P.T("service.add"), Href: t.at("/services/new")},
		None: t.P.T("service.none"), NoneLn: t.P.T("service.none_line"),
	}
	groups := map[string]int{}
	for _, s := range active(t.Set.Catalog.Services, func(s *catalog.Service) bool { return s.Archived }) {
		name := t.Name(s.Group)
		at, known := groups[name]
		if !known {
			at = len(m.Groups)
			groups[name] = at
			m.Groups = append(m.Groups, view.SettingsRows{Heading: name})
		}
		r := view.SettingsRow{
			Name: t.Name(s.Names), Href: t.at("/services/" + string(s.ID)), Side: t.P.Price(s.Price),
			Line: view.Joined(t.P.Duration(s.DurationMin()), t.parts(s)),
		}
		if !s.Public {
			r.Chip = view.Chip{Text: t.P.T("service.hidden"), Tone: view.Quiet}
		}
		if len(t.Set.Catalog.Impossible(s)) > 0 {
			r.Chip = view.Chip{Text: t.P.T("lack.chip"), Tone: view.Look}
		}
		m.Groups[at].Rows = append(m.Groups[at].Rows, r)
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

// lacksOf tells why a service can never take place, and where that is mended.
func (t *turn) lacksOf(s *catalog.Service) view.Lacks {
	out := view.Lacks{Text: t.P.T("lack.line")}
	for _, l := range t.Set.Catalog.Impossible(s) {
		part := ""
		if len(s.Segments) > 1 && l.Segment > 0 {
			part = t.P.T("lack.part", "n", t.P.Number(l.Segment)) + " "
		}
		step := view.WhyStep{Text: part + t.P.T("lack."+l.Rule,
			"skill", l.Skill, "level", t.P.Number(l.Level), "kind", t.kindName(l.Kind), "need", t.P.Number(l.Need), "have", t.P.Number(l.Have))}
		switch l.Rule {
		case catalog.LackStaff, catalog.LackSkill, catalog.LackStaffFew:
			step.Link = view.Link{Text: t.P.T("settings.staff"), Href: t.at("/staff")}
		case catalog.LackResource, catalog.LackResourceFew:
			step.Link = view.Link{Text: t.P.T("settings.resources"), Href: t.at("/resources")}
		case catalog.LackLocation:
			step.Link = view.Link{Text: t.P.T("settings.locations"), Href: t.at("/locations")}
		}
		out.List = append(out.List, step)
	}
	return out
}

// parts says how many parts a service has, where it has several.
func (t *turn) parts(s *catalog.Service) string {
	if len(s.Segments) < 2 {
		return ""
	}
	return t.P.N("service.parts", len(s.Segments))
}

// home leads back to the first page of the settings.
func (t *turn) home() view.Link { return view.Link{Text: t.P.T("settings.back"), Href: t.at("")} }

func (p *Pages) newService(t *turn) error {
	e := p.serviceEditor(t, &catalog.Service{
		IntervalMin: 15, EdgeStarts: true, HorizonDays: 90, Public: true, Price: money.Amount{Currency: t.Set.Catalog.Business.Currency},
		Segments: []catalog.Segment{{DurationMin: 60, Staff: &catalog.StaffNeed{Count: 1}}},
	})
	e.heading, e.at, e.save, e.said = t.P.T("service.new"), "/services/new", t.P.T("service.create"), "service_new"
	e.read = func(in *form.Input) func(context.Context) error {
		apply := p.readService(t, in)
		return func(ctx context.Context) error {
			var s catalog.Service
			apply(&s)
			made, err := p.Office.CreateService(ctx, t.Who, s)
			if err != nil {
				return err
			}
			return p.assign(ctx, t, made.ID, form.List[id.Staff](in, "performers"))
		}
	}
	return p.edit(t, e)
}

func (p *Pages) service(t *turn) error {
	want, err := shell.ID[id.Service](t.Turn, "service")
	if err != nil {
		return err
	}
	s, err := p.Office.FindService(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := p.serviceEditor(t, s)
	e.heading, e.at, e.said = t.Name(s.Names), "/services/"+string(want), "saved"
	e.end = &view.Ending{
		Summary: t.P.T("service.end"), Line: t.P.T("service.end_line"), Button: t.P.T("service.end_yes"), Action: t.at(e.at + "/archive"),
	}
	e.lacks = t.lacksOf(s)
	e.read = func(in *form.Input) func(context.Context) error {
		apply := p.readService(t, in)
		return func(ctx context.Context) error {
			if _, err := p.Office.UpdateService(ctx, t.Who, want, func(s *catalog.Service) error { apply(s); return nil }); err != nil {
				return err
			}
			return p.assign(ctx, t, want, form.List[id.Staff](in, "performers"))
		}
	}
	return p.edit(t, e)
}

// specialists are the staff who do some services only, as options.
func (t *turn) specialists() []view.Option {
	return slices.DeleteFunc(t.crew(), func(o view.Option) bool {
		s, ok := t.Set.Catalog.StaffMember(id.Staff(o.Value))
		return !ok || s.AllServices
	})
}

// assign lets these do the service, and no other specialists.
func (p *Pages) assign(ctx context.Context, t *turn, service id.Service, chosen []id.Staff) error {
	for _, o := range t.specialists() {
		who := id.Staff(o.Value)
		s, ok := t.Set.Catalog.StaffMember(who)
		does := slices.Contains(chosen, who)
		if !ok || slices.Contains(s.Services, service) == does {
			continue
		}
		_, err := p.Office.UpdateStaff(ctx, t.Who, who, func(s *catalog.Staff) error {
			s.Services = slices.DeleteFunc(slices.Clone(s.Services), func(one id.Service) bool { return one == service })
			if does {
				s.Services = append(s.Services, service)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Pages) archiveService(t *turn) error {
	want, err := shell.ID[id.Service](t.Turn, "service")
	if err != nil {
		return err
	}
	return t.end("/services", "service_end", p.Office.ArchiveService(t.Ctx(), t.Who, want))
}

// serviceEditor is the form of a service.
func (p *Pages) serviceEditor(t *turn, s *catalog.Service) editor {
	return editor{
		back: view.Link{Text: t.P.T("settings.services"), Href: t.at("/services")}, done: "/services",
		texts: []string{"name", "about", "group"}, stands: t.fillService(s).Values, draw: t.drawService, fresh: freshService,
		path: func(name string) string {
			switch name {
			case "price.amount", "price.currency":
				return "price"
			case "segments", "duration_min":
				return "segments.0.duration_min"
			}
			return name
		},
	}
}

func (t *turn) fillService(s *catalog.Service) values {
	v := filling()
	for _, o := range t.specialists() {
		if m, ok := t.Set.Catalog.StaffMember(id.Staff(o.Value)); ok && (s.ID == "" || slices.Contains(m.Services, s.ID)) {
			v.Add("performers", o.Value)
		}
	}
	v.texts("name", s.Names)
	v.texts("group", s.Group)
	v.texts("about", s.About)
	fillSegments(v, "segments", s.Segments)
	v.number("interval_min", s.IntervalMin)
	v.yes("edge_starts", s.EdgeStarts)
	v.counted("buffer_before_min", s.BufferBeforeMin)
	v.counted("buffer_after_min", s.BufferAfterMin)
	v.span("notice_min", s.NoticeMin)
	v.counted("horizon_days", s.HorizonDays)
	v.counted("notice_days", s.NoticeDays)
	v.counted("horizon_open_days", s.HorizonOpen)
	if none := (span.Date{}); s.From != none {
		v.text("from", s.From.String())
	}
	if none := (span.Date{}); s.To != none {
		v.text("to", s.To.String())
	}
	v.text("price", form.WriteAmount(s.Price))
	v.yes("public", s.Public)
	ids(v, "locations", s.Locations)
	v.text("aim", string(s.Aim))
	v.counted("seats", s.Seats)
	v.counted("min_seats", s.MinSeats)
	v.text("subject", s.Subject)
	fillRecalls(v, s.Recalls)
	if f := s.Flexible; f != nil {
		v.yes("flexible", true)
		v.text("flexible.drop_from_min", form.WriteClock(f.DropFromMin))
		v.text("flexible.drop_to_min", form.WriteClock(f.DropToMin))
		v.number("flexible.ready_days", f.ReadyDays)
		v.counted("flexible.day_min", f.DayMin)
		v.counted("flexible.piece_min", f.PieceMin)
	}
	return v
}

func (t *turn) drawService(s *form.Sheet) []view.Group {
	about := s.Fold(view.Group{Legend: s.T("service.about"), Fields: s.Texts("about", s.T("service.about_text"), true, false)})
	when := view.Group{Legend: s.T("service.when"), Fields: []view.Field{
		s.Minutes("interval_min", s.T("service.interval")).In(view.Half).Hinted(s.T("service.interval_hint")),
		s.Tick("edge_starts", s.T("service.edges")).In(view.Half).Hinted(s.T("service.edges_hint")),
	}}
	when.Fields = append(when.Fields, spanFields(s, "notice_min", s.T("service.notice"))...)
	when.Fields = append(when.Fields,
		s.Number("horizon_days", s.T("service.horizon")).In(view.Half).Of(s.T("unit.days")).Opt(),
		s.Number("notice_days", s.T("service.notice_days")).In(view.Half).Of(s.T("unit.open_days")).Hinted(s.T("service.open_days_hint")).Opt(),
		s.Number("horizon_open_days", s.T("service.horizon_open")).In(view.Half).Of(s.T("unit.open_days")).Opt(),
		s.Date("from", s.T("service.from")).In(view.Half).Opt(), s.Date("to", s.T("service.to")).In(view.Half).Opt(),
		s.Minutes("buffer_before_min", s.T("service.before")).In(view.Half).Opt(),
		s.Minutes("buffer_after_min", s.T("service.after")).In(view.Half).Opt(),
	)
	sale := view.Group{Legend: s.T("service.sale"), Fields: []view.Field{
		s.Money("price", s.T("service.price"), t.Set.Catalog.Business.Currency).In(view.Half),
		s.Tick("public", s.T("service.public")).In(view.Half),
	}}
	if places := t.places(); len(places) > 1 {
		sale.Fields = append(sale.Fields, s.Ticks("locations", s.T("service.locations"), places).Hinted(s.T("service.locations_hint")))
	}
	return []view.Group{
		{Legend: s.T("service.names"), Fields: append(s.Texts("name", s.T("service.name"), false, true), s.Texts("group", s.T("service.group"), false, false)...)},
		about,
		{Legend: s.T("service.segments"), Hint: s.T("service.segments_hint"), Rows: []view.Rows{t.segmentRows(s, "segments")}},
		t.drawPerformers(s), sale, when, t.drawRecalls(s), t.drawOptions(s), t.drawFlexible(s),
	}
}

// drawPerformers asks who does the service, beside those who do all.
func (t *turn) drawPerformers(s *form.Sheet) view.Group {
	g := view.Group{Legend: s.T("service.performers")}
	some := t.specialists()
	if len(some) < len(t.crew()) {
		g.Hint = s.T("service.performers_all", "names", joined(t, t.generalists(), func(n string) string { return n }))
	}
	if len(some) > 0 {
		g.Fields = []view.Field{s.Ticks("performers", s.T("service.performers_some"), some)}
	}
	return g
}

// generalists are the names of those who do every service.
func (t *turn) generalists() []string {
	var out []string
	for _, s := range t.Set.Catalog.Staff {
		if s.AllServices && !s.Archived {
			out = append(out, t.Name(s.Names))
		}
	}
	return out
}

// drawOptions are what only some services need.
func (t *turn) drawOptions(s *form.Sheet) view.Group {
	aims := []view.Option{{Text: s.T("aim.house")}}
	aims = append(aims, form.Options(catalog.Aims(), func(a catalog.Aim) string { return s.T("aim." + string(a)) })...)
	kinds := []view.Option{{Text: s.T("service.subject_none")}}
	kinds = append(kinds, form.Options(client.SubjectKinds(), func(k string) string { return s.T("me.subject_" + k) })...)
	return s.Fold(view.Group{Legend: s.T("service.options"), Fields: []view.Field{
		s.Choice("subject", s.T("service.subject"), kinds).Hinted(s.T("service.subject_hint")),
		s.Choice("aim", s.T("service.aim"), aims),
		s.Number("seats", s.T("service.seats")).In(view.Half).Opt().Hinted(s.T("service.seats_hint")),
		s.Number("min_seats", s.T("service.min_seats")).In(view.Half).Opt().Hinted(s.T("service.min_seats_hint")),
	}})
}

func (t *turn) drawFlexible(s *form.Sheet) view.Group {
	return s.Fold(view.Group{Legend: s.T("service.flexible"), Hint: s.T("service.flexible_hint"), Fields: []view.Field{
		s.Tick("flexible", s.T("service.flexible_yes")),
		s.Clock("flexible.drop_from_min", s.T("service.drop_from")).In(view.Half),
		s.Clock("flexible.drop_to_min", s.T("service.drop_to")).In(view.Half),
		s.Number("flexible.ready_days", s.T("service.ready")).In(view.Third).Of(s.T("unit.days")),
		s.Minutes("flexible.day_min", s.T("service.day_min")).In(view.Third).Opt(),
		s.Minutes("flexible.piece_min", s.T("service.piece")).In(view.Third).Opt(),
	}})
}

// readService reads the form and gives what changes a service.
func (p *Pages) readService(t *turn, in *form.Input) func(*catalog.Service) {
	const mostNotice, mostHorizon, mostSeats = 525_600, 730, 1000
	next := catalog.Service{
		Names: in.Texts("name"), Group: in.Texts("group"), About: in.Texts("about"), Segments: readSegments(in, "segments"),
		IntervalMin: in.Int("interval_min", 1, mostMinutes), EdgeStarts: in.Yes("edge_starts"),
		NoticeMin: readSpan(in, "notice_min", mostNotice), HorizonDays: in.Int("horizon_days", 0, mostHorizon),
		Price: in.Money("price", t.Set.Catalog.Business.Currency), Public: in.Yes("public"), Locations: form.List[id.Location](in, "locations"),
	}
	next.BufferBeforeMin, next.BufferAfterMin = readBuffers(in, "")
	next.Aim, next.Seats = catalog.Aim(in.Text("aim")), in.Int("seats", 0, mostSeats)
	next.MinSeats = in.Int("min_seats", 0, mostSeats)
	next.Subject = in.Text("subject")
	next.NoticeDays, next.HorizonOpen = in.Int("notice_days", 0, mostHorizon/2), in.Int("horizon_open_days", 0, mostHorizon/2)
	next.From, next.To = in.Date("from"), in.Date("to")
	if in.Yes("flexible") {
		next.Flexible = &catalog.Flexible{
			DropFromMin: in.Clock("flexible.drop_from_min"), DropToMin: in.Clock("flexible.drop_to_min"),
			ReadyDays: in.Int("flexible.ready_days", 0, 60), DayMin: in.Int("flexible.day_min", 0, 100_000),
			PieceMin: in.Int("flexible.piece_min", 0, mostMinutes),
		}
	}
	next.Recalls = readRecalls(in)
	needTexts(t, in, "name")
	if len(next.Segments) == 0 {
		in.Note("form", "segment.needed")
	}
	t.dropForeign(next.Segments)
	return func(s *catalog.Service) {
		s.Names, s.Group, s.About, s.Segments = next.Names, next.Group, next.About, next.Segments
		s.IntervalMin, s.EdgeStarts, s.NoticeMin, s.HorizonDays = next.IntervalMin, next.EdgeStarts, next.NoticeMin, next.HorizonDays
		s.BufferBeforeMin, s.BufferAfterMin = next.BufferBeforeMin, next.BufferAfterMin
		s.Price, s.Public = next.Price, next.Public
		s.Recalls = next.Recalls
		s.Aim, s.Seats, s.MinSeats, s.Flexible, s.Subject = next.Aim, next.Seats, next.MinSeats, next.Flexible, next.Subject
		if places := t.places(); len(places) > 1 { // else it was not asked
			s.Locations = kept(next.Locations, s.Locations, places)
		}
	}
}
