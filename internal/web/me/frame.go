package me

import (
	"net/http"

	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// frame fills what stands around every page of a card.
func (p *Pages) frame(t *turn, here string) (view.Me, error) {
	c := t.Set.Catalog
	m := view.Me{
		Page: shell.Frame(t.R, ""), Home: "/me", Stream: t.at("/stream"),
		Brand: view.Brand{
			Name: shell.Named(t.R, c, c.Business.Names), Line: shell.Named(t.R, c, c.Business.About), Href: "/b/" + c.Business.Slug,
		},
	}
	if t.R.Method != http.MethodGet {
		m.Path = t.at(here)
	}
	if did := "me.did_" + t.R.URL.Query().Get("done"); t.P.Has(did) {
		m.Notice = view.Notice{Text: t.P.T(did), Tone: view.Good}
	}
	for _, one := range t.Cards {
		name, err := p.nameOf(t, one.Client)
		if err != nil {
			return m, err
		}
		m.People = append(m.People, view.MePerson{
			Name: name, Href: t.root() + here + "?who=" + string(one.Client), Current: one.Client == t.Card.ID,
		})
	}
	for _, part := range parts() {
		m.Parts = append(m.Parts, view.MePart{
			Text: t.P.T("me.part_" + part.key), Line: t.P.T("me.part_" + part.key + "_line"), Icon: part.icon,
			Href: t.at(part.path), Current: part.path == here,
		})
	}
	return m, nil
}

func (p *Pages) nameOf(t *turn, of id.Client) (string, error) {
	if of == t.Card.ID {
		return t.Card.Name, nil
	}
	c, err := p.Clients.Find(t.Ctx(), t.business(), of)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return "", nil //nolint:nilerr // erased just now
	}
	return c.Name, err
}

type part struct{ path, key, icon string }

// parts are the pages of a card, in the order of the menu.
func parts() []part {
	return []part{
		{"", "card", "today"},
		{"/visits", "visits", "list"},
		{"/plans", "plans", "clock"},
		{"/likes", "likes", "settings"},
		{"/contacts", "contacts", "mail"},
		{"/people", "people", "people"},
		{"/forms", "forms", "rule"},
		{"/papers", "papers", "box"},
		{"/consents", "consents", "check"},
		{"/calendar", "calendar", "calendar"},
		{"/seen", "seen", "look"},
		{"/data", "data", "lock"},
	}
}
