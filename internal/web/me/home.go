package me

import (
	"net/http"

	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/visitor"
)

// home is the door, and for whoever is signed in the list of where they are a client.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	s, l, err := p.session(w, r)
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		return shell.Draw(w, r, http.StatusOK, view.MeAskPage(p.askForm(r, r.URL.Query().Get)))
	}
	if err != nil {
		return err
	}
	t := &turn{W: w, R: r, Login: l, Session: s, P: shell.Printer(r), Now: p.Clock.Now()}
	cards, err := p.Door.ListCards(t.Ctx(), l, "")
	if err != nil {
		return err
	}
	m := view.MeHomeModel{
		Page: shell.Frame(r, ""), To: l.Contact.Value, Sessions: "/me/-/sessions", SignOut: "/me/-/out",
	}
	if did := "me.did_" + r.URL.Query().Get("done"); t.P.Has(did) {
		m.Notice = view.Notice{Text: t.P.T(did), Tone: view.Good}
	}
	for len(cards) > 0 {
		n := 1
		for n < len(cards) && cards[n].Business == cards[0].Business {
			n++
		}
		place, err := p.place(t, cards[:n])
		if err != nil {
			return err
		}
		m.Places = append(m.Places, place)
		cards = cards[n:]
	}
	if len(m.Places) == 1 && len(m.Places[0].People) == 1 && r.URL.Query().Get("all") == "" {
		http.Redirect(w, r, m.Places[0].Href, http.StatusSeeOther)
		return nil
	}
	return shell.Draw(w, r, http.StatusOK, view.MeHomePage(m))
}

// place is one business with the people who have cards there.
func (p *Pages) place(t *turn, cards []visitor.Card) (view.MePlace, error) {
	s, err := p.Settings.Load(t.Ctx(), cards[0].Business, 0)
	if err != nil {
		return view.MePlace{}, err
	}
	c := s.Catalog
	root := "/me/" + c.Business.Slug
	out := view.MePlace{Name: name(t, c, c.Business.Names), Line: name(t, c, c.Business.About), Href: root}
	for _, card := range cards {
		who, err := p.Clients.Find(t.Ctx(), card.Business, card.Client)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue // erased just now
		}
		if err != nil {
			return out, err
		}
		href := root
		if len(cards) > 1 {
			href += "?who=" + string(card.Client)
		}
		out.People = append(out.People, view.MePerson{Name: who.Name, Href: href})
	}
	return out, nil
}

// name is a text of an owner in the reader's language.
func name(t *turn, c *catalog.Catalog, texts catalog.Texts) string {
	return texts.Pick(t.P.Lang(), c.Business.Language)
}

// sessions lists the browsers in which the login is signed in.
func (p *Pages) sessions(t *turn) error {
	all, err := p.Door.ListSessions(t.Ctx(), t.Login.ID)
	if err != nil {
		return err
	}
	m := view.MeListModel{Heading: t.P.T("me.sessions"), Line: t.P.T("me.sessions_line")}
	m.Page, m.Home = shell.Frame(t.R, ""), "/me?all=1"
	m.Brand = view.Brand{Name: "Kept", Line: t.Login.Contact.Value, Href: "/me"}
	if did := "me.did_" + t.R.URL.Query().Get("done"); t.P.Has(did) {
		m.Notice = view.Notice{Text: t.P.T(did), Tone: view.Good}
	}
	zone := p.readersZone(t.R)
	for _, s := range all {
		row := view.MeRow{Title: browser(s.Agent), Line: t.P.T("me.session_since", "when", t.P.DateTime(s.CreatedAt.In(zone)))}
		if row.Title == "" {
			row.Title = t.P.T("me.session_unknown")
		}
		if s.ID == t.Session.ID {
			row.Chip = view.Chip{Text: t.P.T("me.session_here"), Tone: view.Good}
		} else {
			row.Acts = []view.MeAct{{Text: t.P.T("me.session_end"), Action: "/me/-/sessions/" + string(s.ID) + "/end"}}
		}
		m.Rows = append(m.Rows, row)
	}
	if p.keysAt(t.R) {
		k, err := p.keys(t)
		if err != nil {
			return err
		}
		m.Below = view.MeKeys(k)
	}
	if len(all) > 1 {
		m.Forms = []view.MeForm{{Action: "/me/-/sessions/end", Save: t.P.T("me.sessions_end"), Line: t.P.T("me.sessions_end_line")}}
	}
	return shell.Draw(t.W, t.R, http.StatusOK, view.MeListPage(m))
}

// endSession signs one browser out.
func (p *Pages) endSession(t *turn) error {
	if err := p.Door.SignOut(t.Ctx(), t.Login.ID, id.Session(t.R.PathValue("id"))); err != nil {
		return err
	}
	http.Redirect(t.W, t.R, "/me/-/sessions?done=session", http.StatusSeeOther)
	return nil
}

// endOthers signs all other browsers out.
func (p *Pages) endOthers(t *turn) error {
	if err := p.Door.SignOutOthers(t.Ctx(), t.Login.ID, t.Session.ID); err != nil {
		return err
	}
	http.Redirect(t.W, t.R, "/me/-/sessions?done=session", http.StatusSeeOther)
	return nil
}
