package team

import (
	"net/http"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

func (p *Pages) keys(t *turn) error {
	m := view.Leaf{
		Heading: t.P.T("keys.title"), Line: t.P.T("keys.line"), Back: t.settings(),
		Add: view.Link{Text: t.P.T("keys.new"), Href: t.Root() + "/keys/new"},
	}
	list := view.LeafSection{None: t.P.T("keys.none")}
	for after := id.Key(""); ; {
		page, err := p.Gate.ListKeys(t.Ctx(), t.Who, after, mostShown)
		if err != nil {
			return err
		}
		for i := range page {
			after = page[i].ID
			list.Rows = append(list.Rows, t.keyRow(&page[i]))
		}
		if len(page) < mostShown {
			break
		}
	}
	m.Sections = []view.LeafSection{list}
	return p.show(t, m, http.StatusOK)
}

func (t *turn) keyRow(k *account.APIKey) view.LeafRow {
	name := k.Name
	if name == "" {
		name = t.P.T("keys.nameless")
	}
	row := view.LeafRow{Name: name, Line: t.reachLine(k.Role, k.Staff, k.Reach, k.Location), Side: t.P.T("account.never_used")}
	if n := len(k.Scopes); n > 0 {
		row.Line += " · " + t.P.N("keys.scopes", n)
	}
	if k.LastUsedAt != 0 {
		row.Side = t.P.T("account.used", "when", t.P.DateTimeIn(k.LastUsedAt.In(t.Home), t.Now.In(t.Home)))
	}
	switch {
	case k.ExpiresAt == 0:
	case k.ExpiresAt <= t.Now:
		row.Chip = view.Chip{Text: t.P.T("keys.ended"), Tone: view.Bad}
	default:
		row.Chip = view.Chip{Text: t.P.T("team.until", "when", t.P.DateTimeIn(k.ExpiresAt.In(t.Home), t.Now.In(t.Home))), Tone: view.Quiet}
	}
	row.Acts = []view.LeafForm{{
		Action: t.Root() + "/keys/" + string(k.ID) + "/revoke", Button: t.P.T("keys.revoke"), Spoken: t.P.T("keys.revoke") + ": " + name, Danger: true,
	}}
	return row
}

// lives are for how many days a key can be made; 0 for ever.
func lives() []int { return []int{30, 90, 365, 0} }

func (p *Pages) newKey(t *turn) error {
	return p.keyPage(t, posted{role: account.Integration}, nil, nil)
}

func (p *Pages) keyPage(t *turn, in posted, chosen map[string]bool, err error) error {
	f := view.LeafForm{Action: t.Root() + "/keys/new", Button: t.P.T("keys.make")}
	f.Fields = append([]view.LeafField{{
		Name: "name", Label: t.P.T("keys.name"), Hint: t.P.T("keys.name_hint"), Value: t.R.PostFormValue("name"), Auto: "off", Required: true,
	}}, t.fields(in, append([]account.Role{account.Integration}, people...)...)...)
	ticks := view.LeafField{Name: "scopes", Label: t.P.T("keys.may"), Hint: t.P.T("keys.may_hint")}
	for _, a := range account.Owner.Actions() {
		ticks.Ticks = append(ticks.Ticks, view.Option{Value: string(a), Text: t.P.T("may." + string(a)), Chosen: chosen[string(a)]})
	}
	life := view.LeafField{Name: "days", Label: t.P.T("keys.life")}
	for _, days := range lives() {
		text := t.P.T("keys.ever")
		if days > 0 {
			text = t.P.N("keys.days", days)
		}
		life.Options = append(life.Options, view.Option{Value: t.P.Number(days), Text: text, Chosen: days == 365})
	}
	f.Fields = append(f.Fields, ticks, life)
	status := p.faults(t, &f, err)
	return p.show(t, view.Leaf{
		Heading: t.P.T("keys.new"), Line: t.P.T("keys.new_line"), Back: view.Link{Text: t.P.T("keys.title"), Href: t.Root() + "/keys"},
		Sections: []view.LeafSection{{Forms: []view.LeafForm{f}}},
	}, status)
}

func (p *Pages) makeKey(t *turn) error {
	r := t.R
	if err := r.ParseForm(); err != nil {
		return fault.BadField("form", "format", "this is no form")
	}
	in, chosen := t.posted(), map[string]bool{}
	n := account.NewKey{Name: t.R.PostFormValue("name"), Role: in.role, Staff: in.staff, Reach: in.reach, Location: in.location}
	for _, s := range r.PostForm["scopes"] {
		chosen[s], n.Scopes = true, append(n.Scopes, account.Action(s))
	}
	for _, days := range lives() {
		if days > 0 && t.R.PostFormValue("days") == t.P.Number(days) {
			n.ExpiresAt = t.Now + span.Instant(days)*span.Day
		}
	}
	err := t.check(in)
	text := ""
	if err == nil {
		text, _, err = p.Gate.CreateKey(t.Ctx(), t.Who, n)
	}
	switch {
	case err == nil:
		return p.show(t, view.Leaf{
			Heading: t.P.T("keys.made"), Line: t.P.T("keys.made_line"), Notice: view.Notice{Text: t.P.T("did.key"), Tone: view.Good},
			Sections: []view.LeafSection{{Codes: []string{text}, Links: []view.Link{{Text: t.P.T("account.codes_kept"), Href: t.Root() + "/keys"}}}},
		}, http.StatusOK)
	case expected(err):
		return p.keyPage(t, in, chosen, err)
	}
	return err
}

func (p *Pages) revokeKey(t *turn) error {
	want, err := shell.ID[id.Key](t.Turn, "key")
	if err != nil {
		return err
	}
	if err := p.Gate.RevokeKey(t.Ctx(), t.Who, want); err != nil && fault.KindOf(err) != fault.NotFound { // sent twice
		return err
	}
	return t.Back(t.Root()+"/keys", "revoked")
}
