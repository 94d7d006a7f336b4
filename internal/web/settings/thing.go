package settings

import (
	"context"
	"net/http"
	"strings"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// resources lists rooms, chairs and machines, by their kind.
func (p *Pages) resources(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.resources"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.resources"), Line: t.P.T("resource.line"), Back: t.home(),
		Add:  view.Link{Text: t.P.T("resource.add"), Href: t.at("/resources/new")},
		None: t.P.T("resource.none"), NoneLn: t.P.T("resource.none_line"),
	}
	for _, kind := range t.kinds() {
		g := view.SettingsRows{Heading: t.kindName(kind)}
		for _, r := range t.Set.Catalog.Resources {
			if r.Kind == kind && !r.Archived {
				g.Rows = append(g.Rows, view.SettingsRow{
					Name: t.Name(r.Names), Line: t.placeName(r.Location), Side: t.P.N("resource.count", r.Units), Href: t.at("/resources/" + string(r.ID)),
				})
			}
		}
		m.Groups = append(m.Groups, g)
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

// kindName is how people call a kind: the ready ones in the reader's language.
func (t *turn) kindName(kind string) string {
	if key := "kind." + kind; t.P.Has(key) {
		return t.P.T(key)
	}
	return strings.ReplaceAll(kind, "_", " ")
}

func (t *turn) placeName(of id.Location) string {
	if l, ok := t.Set.Catalog.Location(of); ok {
		return t.Name(l.Names)
	}
	return ""
}

func (p *Pages) newResource(t *turn) error {
	e := p.resourceEditor(t, &catalog.Resource{Units: 1})
	e.heading, e.at, e.save, e.said = t.P.T("resource.new"), "/resources/new", t.P.T("resource.create"), "resource_new"
	e.read = func(in *form.Input) func(context.Context) error {
		apply := t.readResource(in)
		return func(ctx context.Context) error {
			var r catalog.Resource
			apply(&r)
			_, err := p.Office.CreateResource(ctx, t.Who, r)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) resource(t *turn) error {
	want, err := shell.ID[id.Resource](t.Turn, "resource")
	if err != nil {
		return err
	}
	r, err := p.Office.FindResource(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := p.resourceEditor(t, r)
	e.heading, e.at, e.said = t.Name(r.Names), "/resources/"+string(want), "saved"
	e.end = &view.Ending{
		Summary: t.P.T("resource.end"), Line: t.P.T("resource.end_line"), Button: t.P.T("resource.end_yes"), Action: t.at(e.at + "/archive"),
	}
	e.read = func(in *form.Input) func(context.Context) error {
		apply := t.readResource(in)
		return func(ctx context.Context) error {
			_, err := p.Office.UpdateResource(ctx, t.Who, want, func(r *catalog.Resource) error { apply(r); return nil })
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) archiveResource(t *turn) error {
	want, err := shell.ID[id.Resource](t.Turn, "resource")
	if err != nil {
		return err
	}
	return t.end("/resources", "resource_end", p.Office.ArchiveResource(t.Ctx(), t.Who, want))
}

// resourceEditor is the form of a resource.
func (p *Pages) resourceEditor(t *turn, r *catalog.Resource) editor {
	v := filling()
	v.texts("name", r.Names)
	v.text("kind", r.Kind)
	v.number("units", r.Units)
	v.text("location", string(r.Location))
	return editor{
		back: view.Link{Text: t.P.T("settings.resources"), Href: t.at("/resources")}, done: "/resources", texts: []string{"name"},
		stands: v.Values,
		draw: func(s *form.Sheet) []view.Group {
			kind := s.Text("kind", s.T("resource.kind")).In(view.Half).Needed().Hinted(s.T("resource.kind_hint"))
			kind.Known = t.kinds()
			g := view.Group{Fields: []view.Field{kind, s.Number("units", s.T("resource.units")).In(view.Half).Hinted(s.T("resource.units_hint"))}}
			if places := t.places(); len(places) > 1 {
				g.Fields = append(g.Fields, s.Choice("location", s.T("resource.location"),
					append([]view.Option{{Text: s.T("resource.everywhere")}}, places...)))
			}
			return []view.Group{{Fields: s.Texts("name", s.T("resource.name"), false, true)}, g}
		},
	}
}

func (t *turn) readResource(in *form.Input) func(*catalog.Resource) {
	const mostUnits = 200
	names, kind, units, place := in.Texts("name"), in.Text("kind"), in.Int("units", 1, mostUnits), id.Location(in.Text("location"))
	needTexts(t, in, "name")
	needText(in, "kind")
	return func(r *catalog.Resource) {
		r.Names, r.Kind, r.Units = names, kind, units
		if len(t.places()) > 1 { // else it was not asked
			r.Location = place
		}
	}
}

// locations lists the places.
func (p *Pages) locations(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.locations"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.locations"), Back: t.home(), Add: view.Link{Text: t.P.T("location.add"), Href: t.at("/locations/new")},
		None: t.P.T("location.none"), NoneLn: t.P.T("location.none_line"),
	}
	var rows []view.SettingsRow
	for _, l := range active(t.Set.Catalog.Locations, func(l *catalog.Location) bool { return l.Archived }) {
		rows = append(rows, view.SettingsRow{
			Name: t.Name(l.Names), Line: t.Name(l.Address), Href: t.at("/locations/" + string(l.ID)), Side: t.hoursInShort(t.Set.Hours.Locations[l.ID]),
		})
	}
	if len(rows) > 0 {
		m.Groups = []view.SettingsRows{{Rows: rows}}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

func (p *Pages) newLocation(t *turn) error {
	e := p.locationEditor(t, &catalog.Location{Zone: t.Set.Catalog.Business.Zone})
	e.heading, e.at, e.save, e.said = t.P.T("location.new"), "/locations/new", t.P.T("location.create"), "location_new"
	e.read = func(in *form.Input) func(context.Context) error {
		apply := t.readLocation(in)
		return func(ctx context.Context) error {
			var l catalog.Location
			apply(&l)
			_, err := p.Office.CreateLocation(ctx, t.Who, l)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) location(t *turn) error {
	want, err := shell.ID[id.Location](t.Turn, "location")
	if err != nil {
		return err
	}
	l, err := p.Office.FindLocation(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := p.locationEditor(t, l)
	e.heading, e.at, e.said = t.Name(l.Names), "/locations/"+string(want), "saved"
	e.links = []view.Link{{Text: t.P.T("hours.of_location"), Href: t.at(e.at + "/hours")}}
	e.end = &view.Ending{
		Summary: t.P.T("location.end"), Line: t.P.T("location.end_line"), Button: t.P.T("location.end_yes"), Action: t.at(e.at + "/archive"),
	}
	e.read = func(in *form.Input) func(context.Context) error {
		apply := t.readLocation(in)
		return func(ctx context.Context) error {
			_, err := p.Office.UpdateLocation(ctx, t.Who, want, func(l *catalog.Location) error { apply(l); return nil })
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) archiveLocation(t *turn) error {
	want, err := shell.ID[id.Location](t.Turn, "location")
	if err != nil {
		return err
	}
	return t.end("/locations", "location_end", p.Office.ArchiveLocation(t.Ctx(), t.Who, want))
}

// locationEditor is the form of a place.
func (p *Pages) locationEditor(t *turn, l *catalog.Location) editor {
	v := filling()
	v.texts("name", l.Names)
	v.texts("address", l.Address)
	v.text("zone", l.Zone)
	for to, minutes := range l.Travel {
		v.number("travel."+string(to), minutes)
	}
	return editor{
		back: view.Link{Text: t.P.T("settings.locations"), Href: t.at("/locations")}, done: "/locations", texts: []string{"name", "address"},
		stands: v.Values,
		draw: func(s *form.Sheet) []view.Group {
			zone := s.Text("zone", s.T("location.zone")).Hinted(s.T("location.zone_hint", "example", t.Set.Catalog.Business.Zone))
			zone.Known = t.zones()
			out := []view.Group{
				{Fields: s.Texts("name", s.T("location.name"), false, true)},
				{Fields: append(s.Texts("address", s.T("location.address"), true, false), zone)},
			}
			travel := view.Group{Legend: s.T("location.travel"), Hint: s.T("location.travel_hint")}
			for _, o := range t.places() {
				if id.Location(o.Value) != l.ID {
					travel.Fields = append(travel.Fields, s.Minutes("travel."+o.Value, s.T("location.to", "place", o.Text)).In(view.Half))
				}
			}
			if len(travel.Fields) > 0 {
				out = append(out, travel)
			}
			return out
		},
	}
}

// zones are the time zones that the business uses already.
func (t *turn) zones() []string {
	out := []string{t.Set.Catalog.Business.Zone}
	for _, l := range t.Set.Catalog.Locations {
		out = append(out, l.Zone)
	}
	return words(out)
}

func (t *turn) readLocation(in *form.Input) func(*catalog.Location) {
	next := catalog.Location{Names: in.Texts("name"), Address: in.Texts("address"), Zone: in.Text("zone"), Travel: map[id.Location]int{}}
	for _, o := range t.places() {
		if n := in.Int("travel."+o.Value, 0, mostMinutes); n > 0 {
			next.Travel[id.Location(o.Value)] = n
		}
	}
	needTexts(t, in, "name")
	return func(l *catalog.Location) {
		l.Names, l.Address, l.Zone, l.Travel = next.Names, next.Address, next.Zone, next.Travel
	}
}
