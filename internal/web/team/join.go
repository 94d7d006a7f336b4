package team

import (
	"net/http"
	"net/url"

	"kept/account"
	"kept/catalog"
	"kept/fault"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

func (p *Pages) join(w http.ResponseWriter, r *http.Request) error {
	return p.joinPage(w, r, nil, "")
}

// joinPage shows an invitation: to sign up with, to sign in for, or to accept.
func (p *Pages) joinPage(w http.ResponseWriter, r *http.Request, refused error, said string) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	i, known, err := p.Gate.FindInvitation(r.Context(), r.PathValue("token"))
	if err != nil {
		return p.over(w, r, err)
	}
	set, err := p.Settings.Load(r.Context(), i.Business, 0)
	if err != nil {
		return err
	}
	t, here := shell.Printer(r), "/join/"+url.PathEscape(r.PathValue("token"))
	house := shell.Named(r, set.Catalog, set.Catalog.Business.Names)
	m := view.Leaf{
		Heading: t.T("join.title", "house", house), Line: t.T("join.line", "role", t.T("role."+string(i.Role)), "email", i.Email),
	}
	f := view.LeafForm{Action: here, Button: t.T("join.do"), Errors: p.wrong(r, refused)}
	if f.Said = said; said == "" && refused != nil && len(f.Errors) == 0 {
		f.Said = p.told(r, refused)
	}
	in, err := p.Session(r)
	if err != nil && fault.KindOf(err) != fault.Unauthenticated {
		return err
	}
	signedIn := err == nil
	switch {
	case signedIn && known:
		user, err := p.Gate.FindUser(r.Context(), in.User)
		if err != nil {
			return err
		}
		m.Sections = []view.LeafSection{{Line: t.T("join.as", "name", user.Name, "email", user.Email), Forms: []view.LeafForm{f}}}
	case known:
		m.Sections = []view.LeafSection{{Line: t.T("join.known"), Links: []view.Link{{Text: t.T("sign_in.title"), Href: "/?next=" + url.QueryEscape(here)}}}}
	default:
		f.Fields = []view.LeafField{
			{Name: "name", Label: t.T("form.name"), Value: r.PostFormValue("name"), Auto: "name", Required: true},
			newPassword(t.T("form.password"), t.T("sign_up.password_hint")),
		}
		m.Sections = []view.LeafSection{{Forms: []view.LeafForm{f}}}
	}
	status := http.StatusOK
	if refused != nil {
		status = statusOf(refused)
	}
	return p.alone(w, r, m, status, here)
}

// ownWords are a business's own, of which a password is not made: its name in
// every language, and its address.
func ownWords(b catalog.Business) []string {
	words := []string{b.Slug}
	for _, name := range b.Names {
		words = append(words, name)
	}
	return words
}

func (p *Pages) joined(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	i, known, err := p.Gate.FindInvitation(r.Context(), token)
	if err != nil {
		return p.over(w, r, err)
	}
	set, err := p.Settings.Load(r.Context(), i.Business, 0)
	if err != nil {
		return err
	}
	to := "/app/" + set.Catalog.Business.Slug
	if known {
		in, err := p.Session(r)
		if err != nil {
			return err
		}
		if _, err := p.Gate.AcceptAs(r.Context(), token, in); err != nil {
			if fault.KindOf(err) != fault.Forbidden {
				return err
			}
			return p.joinPage(w, r, err, shell.Printer(r).T("join.other"))
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	e, err := p.Gate.Accept(r.Context(), token, account.NewUser{
		Name: r.PostFormValue("name"), Password: r.PostFormValue("password"), Language: web.Language(r.Context()),
		Words: ownWords(set.Catalog.Business),
	}, shell.From(r))
	if err != nil {
		if !expected(err) {
			return err
		}
		return p.joinPage(w, r, err, "")
	}
	return p.enter(w, r, e, to)
}
