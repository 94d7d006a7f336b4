package settings

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"kept/fault"
	"kept/id"
	"kept/internal/web/form"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/visitor"
)

// Door keeps which contacts an owner has no codes sent to; visitor.Door does.
type Door interface {
	AddBlock(ctx context.Context, business id.Business, typed string) (visitor.Block, error)
	RemoveBlock(ctx context.Context, business id.Business, block id.Block) error
	ListBlocks(ctx context.Context, business id.Business) ([]visitor.Block, error)
}

// blocksAPage is how many a page lists.
const blocksAPage = 50

// blocks lists to whom no codes are sent, the newest first.
func (p *Pages) blocks(t *turn) error {
	f, err := p.Frame(t.Turn, "settings", t.P.T("settings.blocks"))
	if err != nil {
		return err
	}
	m := view.SettingsList{
		Staff: f, Heading: t.P.T("settings.blocks"), Line: t.P.T("settings.blocks_line"), Back: t.home(),
		Add: view.Link{Text: t.P.T("blocks.add"), Href: t.at("/blocks/new")}, None: t.P.T("blocks.none"), NoneLn: t.P.T("blocks.none_line"),
	}
	all, err := p.Door.ListBlocks(t.Ctx(), t.Who.Business)
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(t.R.URL.Query().Get("page")) // what is no number is the first page
	from := min(max(page-1, 0)*blocksAPage, len(all))
	to := min(from+blocksAPage, len(all))
	var rows []view.SettingsRow
	for _, b := range all[from:to] {
		rows = append(rows, view.SettingsRow{
			Name: blocked(b), Line: t.P.DateYear(b.CreatedAt.In(t.Home)), Href: t.at("/blocks/" + string(b.ID)),
		})
	}
	if to < len(all) {
		rows = append(rows, view.SettingsRow{Name: t.P.T("blocks.more"), Href: t.at("/blocks?page=" + strconv.Itoa(from/blocksAPage+2))})
	}
	if len(rows) > 0 {
		m.Groups = []view.SettingsRows{{Rows: rows}}
	}
	return t.Show(view.SettingsListPage(m), http.StatusOK)
}

// blocked is a block as it was typed.
func blocked(b visitor.Block) string {
	if b.Prefix {
		return b.Value + "*"
	}
	return b.Value
}

func (p *Pages) newBlock(t *turn) error {
	return p.edit(t, editor{
		heading: t.P.T("blocks.add"), line: t.P.T("blocks.add_line"), at: "/blocks/new", done: "/blocks", said: "block_new", save: t.P.T("blocks.add"),
		back: view.Link{Text: t.P.T("settings.blocks"), Href: t.at("/blocks")}, stands: filling().Values,
		draw: func(s *form.Sheet) []view.Group {
			return []view.Group{{Fields: []view.Field{s.Text("contact", t.P.T("blocks.contact")).Needed().Hinted(t.P.T("blocks.contact_hint"))}}}
		},
		read: func(in *form.Input) func(context.Context) error {
			typed := in.Text("contact")
			return func(ctx context.Context) error {
				_, err := p.Door.AddBlock(ctx, t.Who.Business, typed)
				return err
			}
		},
	})
}

// oneBlock lets codes go there again.
func (p *Pages) oneBlock(t *turn) error {
	want, err := shell.ID[id.Block](t.Turn, "block")
	if err != nil {
		return err
	}
	all, err := p.Door.ListBlocks(t.Ctx(), t.Who.Business)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(b visitor.Block) bool { return b.ID == want })
	if at < 0 {
		return fault.Missing("block")
	}
	return p.edit(t, editor{
		heading: blocked(all[at]), line: t.P.T("blocks.end_line"), at: "/blocks/" + string(want), done: "/blocks", said: "block_end", save: t.P.T("blocks.end"),
		back: view.Link{Text: t.P.T("settings.blocks"), Href: t.at("/blocks")}, stands: filling().Values,
		draw: func(*form.Sheet) []view.Group { return nil },
		read: func(*form.Input) func(context.Context) error {
			return func(ctx context.Context) error { return p.Door.RemoveBlock(ctx, t.Who.Business, want) }
		},
	})
}
