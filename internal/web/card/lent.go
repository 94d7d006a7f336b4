package card

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"kept/account"
	"kept/availability"
	"kept/chain"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// registerLent mounts the pages of what other branches share.
func (p *Pages) registerLent(mux *http.ServeMux) {
	handle := func(method, path string, need account.Action, fn func(*turn, id.Business) error) {
		mux.Handle(method+" /app/{slug}/clients/{id}/branches/{branch}"+path, p.Page(need, func(s *shell.Turn) error {
			want, err := shell.ID[id.Client](s, "client")
			if err != nil {
				return err
			}
			branch := id.Business(s.R.PathValue("branch"))
			if !id.Valid(string(branch)) {
				return fault.Missing("branch")
			}
			return fn(&turn{Turn: s, client: want}, branch)
		}))
	}
	handle("GET", "", account.ReadClients, p.lent)
	handle("POST", "/bring", account.WriteClients, p.bring)
}

// called is what a business is called in the reader's language.
func (d *drawing) called(set *availability.Setting) string {
	return set.Catalog.Business.Names.Pick(d.P.Lang(), set.Catalog.Business.Language)
}

// elsewhere tells where else the client has a card that they agreed to share.
func (d *drawing) elsewhere() view.SheetSection {
	s := view.SheetSection{ID: "branches", Heading: d.P.T("lent.also")}
	for _, b := range d.branches {
		row := view.SheetRow{
			Title: d.called(b.Set), Line: d.P.T("lent.agreed", "when", d.P.DateYear(b.Since.In(d.Home))), Href: d.at("/branches/" + string(b.Business)),
		}
		if b.Health && d.Who.May(account.ReadHealth) {
			row.Line = view.Joined(row.Line, d.P.T("lent.health"))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// lent shows what another branch shares of its card, with its own words for
// services and staff.
func (p *Pages) lent(t *turn, branch id.Business) error {
	s, err := p.Lender.Sheet(t.Ctx(), t.Who, t.client, branch)
	if err != nil {
		return err
	}
	f, err := p.Frame(t.Turn, "clients", "")
	if err != nil {
		return err
	}
	f.Stream = "" // looking is recorded: the page must not look again by itself
	there := *t.Turn
	there.Set = s.Set
	d := &drawing{Pages: p, turn: &turn{Turn: &there, client: t.client}, lent: true, sheet: sheetOf(s)}
	d.tally.Visits, d.tally.NoShows, d.tally.LateCancels = s.Counts.Visits, s.Counts.NoShows, s.Counts.LateCancels
	m := view.SheetModel{
		Staff: f, Name: s.Name, Back: t.at(""), Told: t.P.T("lent.told"), Warnings: d.warnings(),
		Line: view.Joined(t.P.T("lent.line", "branch", d.called(s.Set)), t.P.T("lent.agreed", "when", t.P.DateYear(s.Since.In(t.Home))), t.P.N("card.visits", s.Counts.Visits)),
	}
	if s.Health {
		m.Chips = []view.Chip{{Text: t.P.T("lent.health")}}
	}
	facts := d.facts()
	if t.Who.May(account.WriteClients) {
		if facts.Forms, err = d.bringForm(t, s); err != nil {
			return err
		}
	}
	wishes := d.wishes()
	facts.Teach, wishes.Teach = t.P.T("lent.none"), ""
	m.Main = d.drawn(facts, d.visited(s))
	m.Aside = append(d.drawn(d.subjects()...), d.drawn(d.habits(), wishes)...)
	return t.Show(view.LentPage(m), http.StatusOK)
}

// sheetOf is what is shared, as the parts of a card draw it.
func sheetOf(s chain.Shared) client.Sheet {
	all := slices.Clone(s.Facts)
	for _, w := range s.Warnings {
		if !slices.ContainsFunc(all, func(f client.Fact) bool { return f.ID == w.ID }) {
			all = append(all, w)
		}
	}
	return client.Sheet{
		Client: client.Client{Name: s.Name}, Facts: client.NewLedger(all), Subjects: s.Subjects, Readings: s.Readings,
		Profile: client.Profile{Preferences: s.Wishes},
	}
}

// visited lists visits at the branch, without prices.
func (d *drawing) visited(s chain.Shared) view.SheetSection {
	out := view.SheetSection{ID: "visits", Heading: d.P.T("card.history"), Teach: d.P.T("card.no_visits")}
	for _, v := range s.Visits {
		zone, err := d.Zone(v.Zone)
		if err != nil {
			zone = d.Home
		}
		out.Line = append(out.Line, view.TimelineItem{
			Title: d.names(v.Services), Tone: cmp.Or(view.StatusChip(*d.P, v.Status).Tone, view.Quiet),
			Line: view.Joined(d.P.RelativeTime(v.Start.In(zone), d.Now.In(zone)), d.StaffName(v.Staff), d.P.T("status."+v.Status)),
		})
	}
	return out
}

// bringForm offers the facts of the client that the same side has not told here.
func (d *drawing) bringForm(t *turn, s chain.Shared) ([]view.SheetForm, error) {
	fresh, err := d.Lender.Fresh(t.Ctx(), t.Who, t.client, s)
	if err != nil || len(fresh) == 0 {
		return nil, err
	}
	ticks := view.Field{Kind: view.FieldTicks, Name: "facts", Label: d.P.T("lent.bring_what"), Hint: d.P.T("lent.bring_hint")}
	for _, f := range fresh {
		ticks.Options = append(ticks.Options, view.Option{
			Value: string(f.ID), Text: d.P.T("sheet.fact", "what", d.FactName(f.Key), "value", d.FactValue(f.Value)), Chosen: true,
		})
	}
	return []view.SheetForm{{
		Summary: d.P.T("lent.bring"), Action: d.at("/branches/" + string(s.Business) + "/bring"), Hidden: d.hidden("bring"),
		Fields: []view.Field{ticks}, Button: d.P.T("lent.bring_do"),
	}}, nil
}

// bring writes the chosen facts down here, once.
func (p *Pages) bring(t *turn, branch id.Business) error {
	if err := t.R.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	form := t.R.PostForm //nolint:forbidigo // a field of the request, no call
	var want []id.Fact
	for _, f := range form["facts"] {
		want = append(want, id.Fact(f))
	}
	to, err := p.Once(t.Ctx(), t.Who.Business, "POST /clients/branches/bring", form.Get("key"), []string{string(t.client), string(branch), form.Encode()},
		func(ctx context.Context) (string, error) {
			n, err := p.Lender.Bring(ctx, t.Who, t.client, branch, want)
			if n == 0 {
				return t.at("?done=brought_none#facts"), err
			}
			return t.at("?done=brought#facts"), err
		})
	if err != nil {
		return err
	}
	http.Redirect(t.W, t.R, to, http.StatusSeeOther)
	return nil
}
