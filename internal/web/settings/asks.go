package settings

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kept/catalog"
	"kept/client"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// forms lists what clients are asked.
func (p *Pages) forms(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.forms"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.forms"), Line: t.P.T("settings.forms_line"), Back: t.home(),
		Add: view.Link{Text: t.P.T("asks.add"), Href: t.at("/forms/new")}, None: t.P.T("asks.none"), NoneLn: t.P.T("asks.none_line"),
	}
	var rows []view.SettingsRow
	for _, f := range active(t.Set.Catalog.Forms, func(f *catalog.Form) bool { return f.Archived }) {
		rows = append(rows, view.SettingsRow{
			Name: t.Name(f.Names), Line: t.P.T("asks.when_" + f.Ask), Side: t.P.N("asks.count", len(f.Fields)), Href: t.at("/forms/" + string(f.ID)),
		})
	}
	if len(rows) > 0 {
		m.Groups = []view.SettingsRows{{Rows: rows}}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

func (p *Pages) newForm(t *turn) error {
	e := t.formEditor(&catalog.Form{FormBody: catalog.FormBody{Ask: catalog.AskBooking, Fields: []catalog.Field{{Kind: catalog.FieldText}}}})
	e.heading, e.at, e.save, e.said = t.P.T("asks.new"), "/forms/new", t.P.T("asks.create"), "form_new"
	e.read = func(in *form.Input) func(context.Context) error {
		next := t.readForm(in)
		return func(ctx context.Context) error {
			_, err := p.Office.CreateForm(ctx, t.Who, next)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) form(t *turn) error {
	want, err := shell.ID[id.Form](t.Turn, "form")
	if err != nil {
		return err
	}
	f, err := p.Office.FindForm(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := t.formEditor(f)
	e.heading, e.at, e.said = t.Name(f.Names), "/forms/"+string(want), "saved"
	e.end = &view.Ending{
		Summary: t.P.T("asks.end"), Line: t.P.T("asks.end_line"), Button: t.P.T("asks.end_yes"), Action: t.at(e.at + "/archive"),
	}
	e.read = func(in *form.Input) func(context.Context) error {
		next := t.readForm(in)
		return func(ctx context.Context) error {
			_, err := p.Office.UpdateForm(ctx, t.Who, want, func(f *catalog.Form) error {
				f.Names, f.About, f.FormBody = next.Names, next.About, next.FormBody
				return nil
			})
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) archiveForm(t *turn) error {
	want, err := shell.ID[id.Form](t.Turn, "form")
	if err != nil {
		return err
	}
	return t.end("/forms", "form_end", p.Office.ArchiveForm(t.Ctx(), t.Who, want))
}

// formEditor is the form of a form.
func (t *turn) formEditor(f *catalog.Form) editor {
	return editor{
		back: view.Link{Text: t.P.T("settings.forms"), Href: t.at("/forms")}, done: "/forms", texts: []string{"name", "about"},
		stands: fillForm(f).Values, draw: t.drawForm, fresh: freshQuestion,
		path: func(name string) string { // "fields[0].label" and "fields[0].labels.ru" are fields.0.label.LANGUAGE
			path := form.Path(name)
			for _, text := range []string{".label", ".help"} {
				if rest, ok := strings.CutSuffix(path, text); ok {
					return rest + text + "." + t.Set.Catalog.Business.Language
				}
				path = strings.Replace(path, text+"s.", text+".", 1)
			}
			return path
		},
	}
}

func fillForm(f *catalog.Form) values {
	v := filling()
	v.texts("name", f.Names)
	v.texts("about", f.About)
	v.text("ask", f.Ask)
	v.yes("once", f.Once)
	ids(v, "services", f.Services)
	for i := range f.Fields {
		q, at := &f.Fields[i], v.row("fields")
		v.texts(at+".label", q.Labels)
		v.texts(at+".help", q.Helps)
		v.text(at+".kind", q.Kind)
		v.text(at+".key", q.Key)
		v.text(at+".class", q.Class)
		v.text(at+".fact", q.Fact)
		v.yes(at+".required", q.Required)
		for _, o := range q.Options {
			row := v.row(at + ".options")
			v.texts(row+".label", o.Labels)
			v.text(row+".value", o.Value)
		}
	}
	return v
}

// freshQuestion fills a question that is added.
func freshQuestion(v url.Values, rows, at string) {
	if rows == "fields" {
		v.Set(at+".kind", catalog.FieldText)
	}
}

func (t *turn) drawForm(s *form.Sheet) []view.Group {
	questions := s.Rows("fields", func(at string, n int) view.Group {
		kind := s.Choice(at+".kind", s.T("asks.kind"), form.Options(catalog.FieldKinds(), func(k string) string { return s.T("asks.kind_" + k) })).In(view.Half)
		g := view.Group{Legend: s.T("asks.question_n", "n", s.P.Number(n+1)), Fields: s.Texts(at+".label", s.T("asks.question"), false, true)}
		g.Fields = append(g.Fields, kind, s.Choice(at+".class", s.T("asks.class"), []view.Option{
			{Text: s.T("asks.class_plain")},
			{Value: catalog.ClassWarning, Text: s.T("asks.class_warning")},
			{Value: catalog.ClassHealth, Text: s.T("asks.class_health")},
		}).In(view.Half), s.Tick(at+".required", s.T("asks.required")))
		if kind.Value == catalog.FieldChoice || kind.Value == catalog.FieldMany {
			options := s.Rows(at+".options", func(at string, n int) view.Group {
				return view.Group{
					Legend: s.T("asks.option_n", "n", s.P.Number(n+1)),
					Fields: append(s.Texts(at+".label", s.T("asks.option"), false, true), s.Text(at+".value", s.T("asks.key")).In(view.Half).Opt()),
				}
			})
			options.Tight, options.Legend, options.Add, options.Remove = true, s.T("asks.options"), s.T("asks.option_add"), s.T("asks.option_remove")
			g.Rows = []view.Rows{options}
		}
		more := view.Group{Legend: s.T("asks.help"), Fields: s.Texts(at+".help", s.T("asks.help"), true, false)}
		more.Fields = append(more.Fields,
			s.Text(at+".key", s.T("asks.key")).In(view.Half).Hinted(s.T("asks.key_hint")),
			s.Choice(at+".fact", s.T("asks.fact"), t.facts()).In(view.Half).Hinted(s.T("asks.fact_hint")))
		g.More = []view.Group{more}
		return g
	})
	questions.Sorted, questions.Add, questions.Remove = true, s.T("asks.question_add"), s.T("asks.question_remove")
	frame := view.Group{Fields: []view.Field{
		s.Choice("ask", s.T("asks.when"), []view.Option{
			{Value: catalog.AskBooking, Text: s.T("asks.when_booking")},
			{Value: catalog.AskBefore, Text: s.T("asks.when_before")},
			{Value: catalog.AskDesk, Text: s.T("asks.when_desk")},
		}),
		s.Tick("once", s.T("asks.once")),
		s.Ticks("services", s.T("asks.services"), t.offers()).Hinted(s.T("asks.services_hint")),
	}}
	return []view.Group{
		{Fields: append(s.Texts("name", s.T("asks.name"), false, true), s.Texts("about", s.T("asks.about"), true, false)...)},
		frame,
		{Rows: []view.Rows{questions}},
	}
}

// facts are those of a card that an answer can fill.
func (t *turn) facts() []view.Option {
	out := []view.Option{{Text: t.P.T("asks.fact_none")}}
	for _, k := range client.AllKeys() {
		out = append(out, view.Option{Value: k.Name, Text: t.FactName(k.Name)})
	}
	return out
}

func (t *turn) readForm(in *form.Input) catalog.Form {
	f := catalog.Form{Names: in.Texts("name"), About: in.Texts("about"), FormBody: catalog.FormBody{
		Ask: in.Text("ask"), Once: in.Yes("once"), Services: form.List[id.Service](in, "services"),
	}}
	needTexts(t, in, "name")
	for i := range in.Count("fields") {
		at := "fields." + strconv.Itoa(i)
		q := catalog.Field{
			Key: in.Text(at + ".key"), Labels: in.Texts(at + ".label"), Helps: in.Texts(at + ".help"), Kind: in.Text(at + ".kind"),
			Required: in.Yes(at + ".required"), Class: in.Text(at + ".class"), Fact: in.Text(at + ".fact"),
		}
		if q.Key == "" { // whoever does not write programs need not name it
			if q.Key = q.Fact; q.Key == "" {
				q.Key = "question_" + strconv.Itoa(i+1)
			}
		}
		needTexts(t, in, at+".label")
		if q.Kind == catalog.FieldChoice || q.Kind == catalog.FieldMany {
			for j := range in.Count(at + ".options") {
				row := at + ".options." + strconv.Itoa(j)
				o := catalog.Option{Value: in.Text(row + ".value"), Labels: in.Texts(row + ".label")}
				if o.Value == "" {
					o.Value = "answer_" + strconv.Itoa(j+1)
				}
				needTexts(t, in, row+".label")
				q.Options = append(q.Options, o)
			}
		}
		f.Fields = append(f.Fields, q)
	}
	return f
}
