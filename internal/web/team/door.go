package team

import (
	"encoding/json"
	"net/http"
	"net/url"

	"kept/account"
	"kept/fault"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// enter goes on with a sign-in: to the second step, or in.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, e account.Entry, next string) error {
	if next = localNext(next); next == "" {
		next = "/"
	}
	if e.Second != "" {
		return p.Step(w, r, e.Second, next)
	}
	if old := p.Token(r); old != "" { // the browser has one session; what it had is over
		if err := p.Gate.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	p.Admit(w, e.Token)
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (p *Pages) alone(w http.ResponseWriter, r *http.Request, m view.Leaf, status int, path string) error {
	m.Page = shell.Frame(r, m.Heading)
	if path != "" {
		m.Path = path
	}
	return shell.Draw(w, r, status, view.LeafPage(m))
}

func (p *Pages) second(w http.ResponseWriter, r *http.Request) error {
	if p.Jar.Get(r, shell.StepCookie) == "" { // nobody has given a password here, or it was too long ago
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return p.alone(w, r, p.secondPage(r, r.URL.Query().Get("next"), ""), http.StatusOK, "")
}

func (p *Pages) secondPage(r *http.Request, next, said string) view.Leaf {
	t := shell.Printer(r)
	return view.Leaf{
		Heading: t.T("second.title"), Line: t.T("second.line"),
		Sections: []view.LeafSection{{Forms: []view.LeafForm{{
			Action: "/sign-in/second", Hidden: []view.Pair{{Name: "next", Value: localNext(next)}}, Said: said, Button: t.T("sign_in.do"),
			Fields: []view.LeafField{{Name: "code", Label: t.T("second.code"), Hint: t.T("second.code_hint"), Auto: "one-time-code", Required: true}},
		}}}},
		Links: []view.Link{{Text: t.T("second.again"), Href: "/"}},
	}
}

func (p *Pages) secondCode(w http.ResponseWriter, r *http.Request) error {
	step := p.Jar.Get(r, shell.StepCookie)
	next := r.PostFormValue("next")
	e, err := p.Gate.SecondStep(r.Context(), step, r.PostFormValue("code"), shell.From(r))
	if err != nil {
		if !expected(err) {
			return err
		}
		return p.alone(w, r, p.secondPage(r, next, p.told(r, err)), statusOf(err), "/sign-in/second")
	}
	p.Jar.Drop(w, shell.StepCookie, "/sign-in")
	return p.enter(w, r, e, next)
}

// statusOf is the status of a page that tells what is wrong with its form.
func statusOf(err error) int {
	if fault.KindOf(err) == fault.Exhausted {
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}

// question answers a script that asks for the question of a passkey.
func question(w http.ResponseWriter, q account.Question) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"options": json.RawMessage(q.Options), "state": q.State})
}

func (p *Pages) askPasskey(w http.ResponseWriter, r *http.Request) error {
	q, err := p.Gate.AskPasskey(r.Context(), shell.From(r))
	if err != nil {
		web.WriteProblem(w, r, err)
		return nil
	}
	return question(w, q)
}

func (p *Pages) signInPasskey(w http.ResponseWriter, r *http.Request) error {
	e, err := p.Gate.SignInPasskey(r.Context(), r.PostFormValue("state"), []byte(r.PostFormValue("answer")), shell.From(r))
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		http.Redirect(w, r, "/?"+url.Values{"key": {"wrong"}, "next": {localNext(r.PostFormValue("next"))}}.Encode(), http.StatusSeeOther)
		return nil //nolint:nilerr // it is told by the door
	}
	if err != nil {
		return err
	}
	return p.enter(w, r, e, r.PostFormValue("next"))
}

func (p *Pages) forgot(w http.ResponseWriter, r *http.Request) error {
	return p.alone(w, r, p.forgotPage(r, "", r.URL.Query().Get("done") != ""), http.StatusOK, "")
}

func (p *Pages) forgotPage(r *http.Request, said string, sent bool) view.Leaf {
	t := shell.Printer(r)
	m := view.Leaf{Heading: t.T("forgot.title"), Line: t.T("forgot.line"), Back: view.Link{Text: t.T("sign_in.title"), Href: "/"}}
	if sent { // the same words for whoever has an account and whoever has none
		m.Notice = view.Notice{Text: t.T("forgot.sent"), Tone: view.Good}
	}
	m.Sections = []view.LeafSection{{Forms: []view.LeafForm{{
		Action: "/forgot", Said: said, Button: t.T("forgot.do"),
		Fields: []view.LeafField{{Name: "email", Label: t.T("form.email"), Kind: "email", Auto: "username", Required: true}},
	}}}}
	return m
}

func (p *Pages) forgotten(w http.ResponseWriter, r *http.Request) error {
	if err := p.Doors.Allow(r); err != nil {
		return p.alone(w, r, p.forgotPage(r, p.told(r, err), false), http.StatusTooManyRequests, "/forgot")
	}
	if err := p.Gate.AskReset(r.Context(), r.PostFormValue("email"), shell.From(r)); err != nil {
		if !expected(err) {
			return err
		}
		return p.alone(w, r, p.forgotPage(r, p.told(r, err), false), statusOf(err), "/forgot")
	}
	http.Redirect(w, r, "/forgot?done=yes", http.StatusSeeOther)
	return nil
}

func (p *Pages) resetPage(r *http.Request, err error) view.Leaf {
	t := shell.Printer(r)
	f := view.LeafForm{
		Action: "/reset/" + url.PathEscape(r.PathValue("token")), Button: t.T("reset.do"), Errors: p.wrong(r, err),
		Fields: []view.LeafField{newPassword(t.T("reset.password"), t.T("sign_up.password_hint"))},
	}
	if err != nil && len(f.Errors) == 0 {
		f.Said = p.told(r, err)
	}
	return view.Leaf{Heading: t.T("reset.title"), Line: t.T("reset.line"), Sections: []view.LeafSection{{Forms: []view.LeafForm{f}}}}
}

func newPassword(label, hint string) view.LeafField {
	return view.LeafField{Name: "password", Label: label, Hint: hint, Kind: "password", Auto: "new-password", Required: true}
}

func (p *Pages) reset(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	if err := p.Gate.Resetting(r.Context(), r.PathValue("token")); err != nil {
		return p.over(w, r, err)
	}
	return p.alone(w, r, p.resetPage(r, nil), http.StatusOK, "")
}

// over tells that a link has been used or is too old.
func (p *Pages) over(w http.ResponseWriter, r *http.Request, err error) error {
	if fault.KindOf(err) != fault.Gone {
		return err
	}
	t := shell.Printer(r)
	return p.alone(w, r, view.Leaf{
		Heading: t.T("link.over"), Line: t.T("link.over_line"),
		Links: []view.Link{{Text: t.T("sign_in.title"), Href: "/"}, {Text: t.T("forgot.title"), Href: "/forgot"}},
	}, http.StatusGone, "/")
}

func (p *Pages) resetTo(w http.ResponseWriter, r *http.Request) error {
	err := p.Gate.Reset(r.Context(), r.PathValue("token"), r.PostFormValue("password"), shell.From(r))
	switch {
	case err == nil:
		p.Dismiss(w)
		http.Redirect(w, r, "/?done=password", http.StatusSeeOther)
		return nil
	case fault.KindOf(err) == fault.Gone:
		return p.over(w, r, err)
	case !expected(err):
		return err
	}
	return p.alone(w, r, p.resetPage(r, err), statusOf(err), "/")
}
