package team

import (
	"net/http"
	"net/url"

	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

func (p *Pages) pin(v *visit) error { return p.pinPage(v, nil) }

func (p *Pages) pinPage(v *visit, wrong error) error {
	m, err := p.place(v)
	if err != nil {
		return err
	}
	if !v.in.Fresh(v.now) { // ask before somebody has typed
		return v.back("/account/confirm?next="+url.QueryEscape("/account/pin/"+m.Slug), "")
	}
	t, status := v.p, http.StatusOK
	f := view.LeafForm{
		Action: "/account/pin/" + m.Slug, Button: t.T("settings.save"), Errors: p.wrong(v.r, wrong),
		Fields: []view.LeafField{{Name: "pin", Label: t.T("pin.label"), Hint: t.T("pin.hint"), Kind: "password", Auto: "new-password", Optional: true}},
	}
	if wrong != nil {
		status = statusOf(wrong)
	}
	return v.show(view.Leaf{
		Heading: t.T("pin.title"), Line: t.T("account.desk_line"), Back: view.Link{Text: t.T("account.title"), Href: "/account"},
		Sections: []view.LeafSection{{Forms: []view.LeafForm{f}}},
	}, status)
}

func (p *Pages) setPIN(v *visit) error {
	m, err := p.place(v)
	if err != nil {
		return err
	}
	err = p.Gate.SetPIN(v.r.Context(), v.in, m.Business, v.r.PostFormValue("pin"))
	switch {
	case err == nil:
		return v.back("/account", "pin")
	case expected(err):
		return p.pinPage(v, err)
	}
	return err
}

func (p *Pages) share(v *visit) error {
	m, err := p.place(v)
	if err != nil {
		return err
	}
	token, err := p.Gate.ShareDesk(v.r.Context(), p.Token(v.r), m.Business)
	if err != nil {
		return err
	}
	p.Admit(v.w, token)
	return v.back("/app/"+m.Slug, "")
}

// desk is where a shared desk changes hands: first who, then their PIN. A desk
// that nobody touches comes here by itself.
func (p *Pages) desk(w http.ResponseWriter, r *http.Request) error {
	return p.deskPage(w, r, r.URL.Query().Get("who"), r.URL.Query().Get("next"), nil)
}

func (p *Pages) deskPage(w http.ResponseWriter, r *http.Request, chosen, next string, refused error) error {
	in, err := p.Session(r)
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil //nolint:nilerr // it is told by the door
	}
	if err != nil {
		return err
	}
	if in.Shared == "" {
		http.Redirect(w, r, "/account", http.StatusSeeOther)
		return nil
	}
	people, err := p.Gate.Colleagues(r.Context(), in)
	if err != nil {
		return err
	}
	t := shell.Printer(r)
	m := view.Leaf{Heading: t.T("shared.title"), Line: t.T("shared.line")}
	if r.URL.Query().Get("second") != "" {
		m.Notice = view.Notice{Text: t.T("strong.desk"), Tone: view.Look}
	}
	list, next := view.LeafSection{None: t.T("shared.none")}, localNext(next)
	for _, c := range people {
		row := view.LeafRow{Name: c.Name, Href: shell.LockPage + "?" + url.Values{"who": {string(c.User)}, "next": {next}}.Encode()}
		if string(c.User) != chosen {
			list.Rows = append(list.Rows, row)
			continue
		}
		f := view.LeafForm{
			Action: shell.LockPage, Hidden: []view.Pair{{Name: "who", Value: chosen}, {Name: "next", Value: next}}, Button: t.T("shared.do"),
			Fields: []view.LeafField{{Name: "pin", Label: t.T("shared.pin", "name", c.Name), Kind: "password", Auto: "off", Required: true}},
		}
		if refused != nil {
			f.Said = p.told(r, refused)
			if fault.Is(refused, fault.CodeRateLimited) {
				f.Said = t.T("shared.password")
			}
			if weak(refused) {
				f.Said = t.T("strong.desk")
			}
		}
		m.Sections = append(m.Sections, view.LeafSection{Forms: []view.LeafForm{f}})
	}
	m.Sections = append(m.Sections, list, view.LeafSection{Forms: []view.LeafForm{
		{Action: shell.LockPage + "/lock", Button: t.T("shared.lock"), Quiet: true}, {Action: "/sign-out", Button: t.T("shared.end"), Quiet: true},
	}})
	status := http.StatusOK
	if refused != nil {
		status = statusOf(refused)
	}
	return p.alone(w, r, m, status, shell.LockPage)
}

func (p *Pages) takeDesk(w http.ResponseWriter, r *http.Request) error {
	who, next := r.PostFormValue("who"), localNext(r.PostFormValue("next"))
	if !id.Valid(who) {
		return fault.Missing("person")
	}
	in, err := p.Session(r)
	if err != nil {
		return err
	}
	token, err := p.Gate.SwitchDesk(r.Context(), p.Token(r), id.User(who), r.PostFormValue("pin"), shell.From(r))
	if err != nil {
		if !expected(err) && !weak(err) {
			return err
		}
		return p.deskPage(w, r, who, next, err)
	}
	p.Admit(w, token)
	if next == "" {
		set, err := p.Settings.Load(r.Context(), in.Shared, 0)
		if err != nil {
			return err
		}
		next = "/app/" + set.Catalog.Business.Slug
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (p *Pages) lockDesk(w http.ResponseWriter, r *http.Request) error {
	if err := p.Gate.LockDesk(r.Context(), p.Token(r)); err != nil {
		return err
	}
	http.Redirect(w, r, shell.LockPage, http.StatusSeeOther)
	return nil
}
