// Package team has the pages of those who sign in to work: the ways in besides
// the password (second step, passkey, another house, a letter's link), a
// person's own account (/account), who belongs to a business and with which keys
// (/app/{slug}/team, /app/{slug}/keys), and with which others it is in a chain
// (/app/{slug}/settings/chain).
//
// Every form works without a script but those about passkeys, which stay hidden
// where the browser has none. What endangers an account asks for the password
// once more when that was long ago (confirm), and then goes on where it was.
// A session's token is renewed whenever the session may do more than before.
package team

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"kept/account"
	"kept/chain"
	"kept/fault"
	"kept/internal/i18n"
	"kept/internal/oidc"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// Keys are the site's passkeys.
type Keys interface {
	// At tells whether a page under this host can use them.
	At(host string) bool
}

// Pages answers people who sign in.
type Pages struct {
	*shell.Staff

	Keys    Keys
	Board   *chain.Board
	Outside *oidc.House // nil where nobody signs in at another house
	Doors   *web.Limiter
}

// Register mounts the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	p.Handle(mux, "GET /sign-in/second", p.second)
	p.Handle(mux, "POST /sign-in/second", p.secondCode)
	p.Handle(mux, "POST /sign-in/passkey/options", p.askPasskey)
	p.Handle(mux, "POST /sign-in/passkey", p.signInPasskey)
	p.Handle(mux, "GET /forgot", p.forgot)
	p.Handle(mux, "POST /forgot", p.forgotten)
	p.Handle(mux, "GET /reset/{token}", p.reset)
	p.Handle(mux, "POST /reset/{token}", p.resetTo)
	p.Handle(mux, "GET /join/{token}", p.join)
	p.Handle(mux, "POST /join/{token}", p.joined)
	if p.Outside != nil {
		p.Handle(mux, "GET /sign-in/outside", p.goOutside)
		p.Handle(mux, "GET /sign-in/outside/back", p.comeBack)
	}
	own := func(pattern string, fn func(*visit) error) { p.Handle(mux, pattern, p.own(fn)) }
	own("GET /account", p.account)
	own("GET /account/confirm", p.confirm)
	own("POST /account/confirm", p.confirmed)
	own("GET /account/password", p.password)
	own("POST /account/password", p.setPassword)
	own("GET /account/second", p.setSecond)
	own("POST /account/second", p.finishSecond)
	own("GET /account/strong", p.strong)
	own("POST /account/strong", p.showSecond)
	own("POST /account/second/drop", p.dropSecond)
	own("POST /account/second/codes", p.newCodes)
	own("POST /account/passkeys/options", p.enrolPasskey)
	own("POST /account/passkeys", p.addPasskey)
	own("GET /account/passkeys/{id}", p.passkey)
	own("POST /account/passkeys/{id}", p.renamePasskey)
	own("POST /account/passkeys/{id}/drop", p.dropPasskey)
	own("POST /account/sessions/{id}/end", p.endSession)
	own("POST /account/sessions/end", p.endSessions)
	own("GET /account/pin/{slug}", p.pin)
	own("POST /account/pin/{slug}", p.setPIN)
	own("POST /account/share/{slug}", p.share)
	p.Handle(mux, "GET /account/desk", p.desk)
	p.Handle(mux, "POST /account/desk", p.takeDesk)
	p.Handle(mux, "POST /account/desk/lock", p.lockDesk)
	p.registerTeam(mux)
	p.registerChain(mux)
}

// visit is one request of somebody who looks after their own account.
type visit struct {
	w    http.ResponseWriter
	r    *http.Request
	in   account.Session
	user account.User
	p    i18n.Printer
	now  span.Instant
}

// own lets in whoever is signed in as one person; a shared desk is nobody's own.
func (p *Pages) own(fn func(*visit) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		in, err := p.Session(r)
		if fault.KindOf(err) == fault.Unauthenticated && err != nil {
			next := r.URL.Path
			if r.Method != http.MethodGet {
				next = "/account"
			}
			http.Redirect(w, r, "/?next="+url.QueryEscape(next), http.StatusSeeOther)
			return nil
		}
		if err != nil {
			return err
		}
		if in.Shared != "" {
			http.Redirect(w, r, shell.LockPage, http.StatusSeeOther)
			return nil
		}
		user, err := p.Gate.FindUser(r.Context(), in.User)
		if err != nil {
			return err
		}
		err = fn(&visit{w, r, in, user, shell.Printer(r), p.Clock.Now()})
		if stale(err) { // show who you are, then come back
			http.Redirect(w, r, "/account/confirm?next="+url.QueryEscape(page(r.URL.Path)), http.StatusSeeOther)
			return nil
		}
		if weak(err) {
			http.Redirect(w, r, shell.StrongPage+"?next="+url.QueryEscape(page(r.URL.Path)), http.StatusSeeOther)
			return nil
		}
		return err
	}
}

// page is the page on which a form of an address stands.
func page(path string) string {
	for _, alone := range []string{"/account/password", "/account/second", "/account/strong", "/account/pin/"} {
		if strings.HasPrefix(path, alone) && !strings.HasSuffix(path, "/drop") && !strings.HasSuffix(path, "/codes") {
			return path
		}
	}
	return "/account"
}

// stale tells whether a fault asks for a fresh proof of who it is.
func stale(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.Forbidden && f.Rule == account.RuleProof
}

// show draws a page that stands alone.
func (v *visit) show(m view.Leaf, status int) error {
	m.Page = frame(v.r, m.Heading)
	if did := "did." + v.r.URL.Query().Get("done"); m.Notice.Text == "" && v.p.Has(did) {
		m.Notice = view.Notice{Text: v.p.T(did), Tone: view.Good}
	}
	return shell.Draw(v.w, v.r, status, view.LeafPage(m))
}

// frame is a page's; after a form was refused, the languages lead to the page it stands on.
func frame(r *http.Request, title string) view.Page {
	f := shell.Frame(r, title)
	if r.Method != http.MethodGet {
		f.Path = page(r.URL.Path)
	}
	return f
}

// back leads on after a form.
func (v *visit) back(to, done string) error {
	if done != "" {
		to += "?done=" + done
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// wrong gives what is wrong with a form's fields, in words.
func (p *Pages) wrong(r *http.Request, err error) view.Errors {
	return p.FormFaults(shell.Frame(r, ""), err, func(name string) string { return name })
}

// told is a fault as a sentence.
func (p *Pages) told(r *http.Request, err error) string {
	printer := shell.Printer(r)
	switch fault.CodeOf(err) {
	case fault.CodeRateLimited:
		return printer.T("account.wait")
	case fault.CodeUnauthenticated:
		return printer.T("account.wrong")
	}
	problem := web.NewProblem(p.Words, printer.Lang(), err)
	if problem.Rule == "" && problem.Detail != "" && printer.Lang() == i18n.English {
		return problem.Detail
	}
	return problem.Title
}

// expected tells whether a fault is told on the form that met it.
func expected(err error) bool {
	return shell.Expected(err) || fault.KindOf(err) == fault.Unauthenticated
}

// localNext lets nobody be led to another site.
func localNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.Contains(next, "\\") || strings.HasPrefix(next, "//") {
		return ""
	}
	for _, home := range []string{"/app/", "/account", "/join/"} {
		if strings.HasPrefix(u.Path, home) {
			return u.RequestURI()
		}
	}
	return ""
}
