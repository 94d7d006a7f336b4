package settings

import (
	"context"
	"net/http"
	"slices"

	"kept/catalog"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// notices lists what clients may agree to.
func (p *Pages) notices(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.notices"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.notices"), Line: t.P.T("settings.notices_line"), Back: t.home(),
		Add: view.Link{Text: t.P.T("notices.add"), Href: t.at("/notices/new")}, None: t.P.T("notices.none"), NoneLn: t.P.T("notices.none_line"),
	}
	var rows []view.SettingsRow
	for _, n := range active(t.Set.Catalog.Notices, func(n *catalog.Notice) bool { return n.Archived }) {
		rows = append(rows, view.SettingsRow{
			Name: t.Purpose(n.Purpose), Line: t.Name(n.Names), Side: t.P.T("notices.version", "n", t.P.Number(n.Version)),
			Href: t.at("/notices/" + string(n.ID)),
		})
	}
	if len(rows) > 0 {
		m.Groups = []view.SettingsRows{{Rows: rows}}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

func (p *Pages) newNotice(t *turn) error {
	purpose := t.R.URL.Query().Get("purpose") // another page may lead here for one
	if !slices.Contains(catalog.Purposes(), purpose) {
		purpose = catalog.PurposeMarketing
	}
	e := t.noticeEditor(&catalog.Notice{Purpose: purpose}, true)
	e.heading, e.at, e.save, e.said = t.P.T("notices.new"), "/notices/new", t.P.T("notices.create"), "notice_new"
	e.read = func(in *form.Input) func(context.Context) error {
		next := t.readNotice(in)
		next.Purpose = in.Text("purpose")
		return func(ctx context.Context) error {
			_, err := p.Office.CreateNotice(ctx, t.Who, next)
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) oneNotice(t *turn) error {
	want, err := shell.ID[id.Notice](t.Turn, "notice")
	if err != nil {
		return err
	}
	n, err := p.Office.FindNotice(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	e := t.noticeEditor(n, false)
	e.heading, e.at, e.said = t.Purpose(n.Purpose), "/notices/"+string(want), "saved"
	e.line = t.P.T("notices.version", "n", t.P.Number(n.Version))
	e.end = &view.Ending{
		Summary: t.P.T("notices.end"), Line: t.P.T("notices.end_line"), Button: t.P.T("notices.end_yes"), Action: t.at(e.at + "/archive"),
	}
	e.read = func(in *form.Input) func(context.Context) error {
		next := t.readNotice(in)
		return func(ctx context.Context) error {
			_, err := p.Office.UpdateNotice(ctx, t.Who, want, func(n *catalog.Notice) error {
				n.Names, n.Texts, n.NoticeBody = next.Names, next.Texts, next.NoticeBody
				return nil
			})
			return err
		}
	}
	return p.edit(t, e)
}

func (p *Pages) archiveNotice(t *turn) error {
	want, err := shell.ID[id.Notice](t.Turn, "notice")
	if err != nil {
		return err
	}
	return t.end("/notices", "notice_end", p.Office.ArchiveNotice(t.Ctx(), t.Who, want))
}

func (t *turn) noticeEditor(n *catalog.Notice, fresh bool) editor {
	v := filling()
	v.texts("name", n.Names)
	v.texts("text", n.Texts)
	v.text("purpose", n.Purpose)
	v.yes("required", n.Required)
	ids(v, "services", n.Services)
	return editor{
		back: view.Link{Text: t.P.T("settings.notices"), Href: t.at("/notices")}, done: "/notices", texts: []string{"name", "text"},
		stands: v.Values,
		draw: func(s *form.Sheet) []view.Group {
			var head view.Group
			if fresh {
				purpose := s.Text("purpose", s.T("notices.purpose")).Needed().Hinted(s.T("notices.purpose_hint"))
				purpose.Known = catalog.Purposes()
				head.Fields = append(head.Fields, purpose)
			}
			head.Fields = append(head.Fields, s.Texts("name", s.T("notices.name"), true, true)...)
			texts := s.Texts("text", s.T("notices.text"), true, false)
			texts[0] = texts[0].Hinted(s.T("notices.text_hint"))
			return []view.Group{head, {Fields: texts}, {Fields: []view.Field{
				s.Tick("required", s.T("notices.required")).Hinted(s.T("notices.required_hint")),
				s.Ticks("services", s.T("asks.services"), t.offers()).Hinted(s.T("asks.services_hint")),
			}}}
		},
	}
}

func (t *turn) readNotice(in *form.Input) catalog.Notice {
	needTexts(t, in, "name")
	return catalog.Notice{Names: in.Texts("name"), Texts: in.Texts("text"), NoticeBody: catalog.NoticeBody{
		Required: in.Yes("required"), Services: form.List[id.Service](in, "services"),
	}}
}
