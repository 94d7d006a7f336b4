package me

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/visitor"
)

// askCookie carries the ticket of a code that was asked for, and where it was
// sent to as its owner recognizes it.
const askCookie = "kept_me_ask"

// askPath leads to the door with where to go afterwards.
func askPath(business, next string) string {
	q := url.Values{}
	if business != "" {
		q.Set("business", business)
	}
	if next != "" {
		q.Set("next", next)
	}
	if len(q) == 0 {
		return "/me"
	}
	return "/me?" + q.Encode()
}

// askForm is the door.
func (p *Pages) askForm(r *http.Request, get func(string) string) view.MeAskModel {
	m := view.MeAskModel{Page: shell.Frame(r, ""), Action: "/me/-/ask", Contact: get("contact"), Inbox: p.Inbox}
	if r.Method != http.MethodGet {
		m.Path = askPath(get("business"), visitor.LocalPath(get("next")))
	}
	if p.keysAt(r) {
		m.Passkey, m.Options = "/me/-/keys/in", "/me/-/keys/ask"
	}
	if did := "me.did_" + r.URL.Query().Get("done"); m.P.Has(did) {
		m.Notice = view.Notice{Text: m.P.T(did), Tone: view.Good}
	}
	for _, name := range []string{"next", "business"} {
		if v := get(name); v != "" {
			m.Hidden = append(m.Hidden, view.Pair{Name: name, Value: v})
		}
	}
	return m
}

// ask takes a contact and sends on to the code, whoever asks.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	var business id.Business
	if slug := r.PostFormValue("business"); slug != "" {
		if b, err := p.Settings.BySlug(r.Context(), slug); err == nil {
			business = b
		}
	}
	got, err := p.door.Ask(r, visitor.Request{
		Contact: r.PostFormValue("contact"), Business: business, Language: web.Language(r.Context()), Next: r.PostFormValue("next"),
	})
	if k := fault.KindOf(err); err != nil && (k == fault.Invalid || k == fault.Exhausted) {
		m := p.askForm(r, r.PostFormValue)
		m.Error = p.askWrong(m.Page, err)
		problem := web.NewProblem(p.Words, m.P.Lang(), err)
		if wait := problem.Headers().Get("Retry-After"); wait != "" {
			w.Header().Set("Retry-After", wait)
		}
		return shell.Draw(w, r, problem.Status, view.MeAskPage(m))
	}
	if err != nil {
		return err
	}
	p.cookie(w, askCookie, got.Ticket+"."+base64.RawURLEncoding.EncodeToString([]byte(got.Contact.Masked())), "/me/-/", visitor.CodeLife)
	to := "/me/-/code"
	if got.Crowded {
		to += "?" + url.Values{"crowded": {"yes"}, "business": {r.PostFormValue("business")}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// askWrong says in the reader's words what is not right about a contact.
func (p *Pages) askWrong(page view.Page, err error) string {
	problem := web.NewProblem(p.Words, page.P.Lang(), err)
	if len(problem.Errors) > 0 {
		if slices.ContainsFunc(fieldsOf(err), func(f fault.Field) bool { return f.Rule == "country" }) {
			return page.P.T("me.contact_country")
		}
		return page.P.T("me.contact_wrong")
	}
	if problem.RetryAfter > 0 {
		return problem.Title + " " + page.P.N("error.wait", (problem.RetryAfter+59)/60)
	}
	return problem.Title
}

func fieldsOf(err error) []fault.Field {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Fields
	}
	return nil
}

// asked reads the ticket of the browser.
func (p *Pages) asked(r *http.Request) (ticket, to string) {
	ticket, masked, _ := strings.Cut(p.Jar.Get(r, askCookie), ".")
	raw, err := base64.RawURLEncoding.DecodeString(masked)
	if err != nil || len(raw) > 300 {
		return ticket, ""
	}
	return ticket, strings.ToValidUTF8(string(raw), "")
}

func (p *Pages) codeForm(r *http.Request) view.MeCodeModel {
	_, to := p.asked(r)
	m := view.MeCodeModel{Page: shell.Frame(r, ""), Action: "/me/-/code", To: to, Again: "/me", Inbox: p.Inbox}
	if r.Method != http.MethodGet {
		m.Path = "/me/-/code"
	}
	if q := r.URL.Query(); q.Get("crowded") != "" {
		m.Crowded = m.P.T("me.code_crowded")
		if b, err := p.Settings.BySlug(r.Context(), q.Get("business")); err == nil {
			m.Crowded = m.P.T("me.code_crowded_call")
			if s, err := p.Settings.Load(r.Context(), b, 0); err == nil && s.Catalog.Business.Phone != "" {
				m.Crowded, m.Call = m.P.T("me.code_crowded_phone", "phone", s.Catalog.Business.Phone), s.Catalog.Business.Phone
			}
			m.House = "/b/" + url.PathEscape(q.Get("business"))
		}
	}
	return m
}

// code asks for the code.
func (p *Pages) code(w http.ResponseWriter, r *http.Request) error {
	if ticket, _ := p.asked(r); ticket == "" {
		http.Redirect(w, r, "/me", http.StatusSeeOther)
		return nil
	}
	return shell.Draw(w, r, http.StatusOK, view.MeCodePage(p.codeForm(r)))
}

// verify takes the code.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) error {
	ticket, _ := p.asked(r)
	e, err := p.door.Verify(r, ticket, r.PostFormValue("code"))
	if k := fault.KindOf(err); err != nil && (k == fault.Unauthenticated || k == fault.Gone) {
		m := p.codeForm(r)
		m.Error, m.Ended = m.P.T("me.code_wrong"), k == fault.Gone
		if m.Ended {
			m.Error = m.P.T("me.code_ended")
		}
		return shell.Draw(w, r, http.StatusUnprocessableEntity, view.MeCodePage(m))
	}
	if err != nil {
		return err
	}
	return p.welcome(w, r, e)
}

// welcome begins the session in this browser.
func (p *Pages) welcome(w http.ResponseWriter, r *http.Request, e visitor.Entry) error {
	p.admit(w, e.Token)
	p.cookie(w, askCookie, "", "/me/-/", 0)
	to := visitor.LocalPath(e.Next)
	if to == "" {
		to = "/me"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// link asks whoever opens a link whether they want to sign in.
func (p *Pages) link(w http.ResponseWriter, r *http.Request) error {
	c, err := p.Door.Opens(r.Context(), r.PathValue("link"))
	if err != nil {
		return p.linkEnded(w, r, err)
	}
	m := view.MeLinkModel{Page: shell.Frame(r, ""), Action: "/me/-/in/" + url.PathEscape(r.PathValue("link")), To: c.Masked()}
	return shell.Draw(w, r, http.StatusOK, view.MeLinkPage(m))
}

func (p *Pages) linkEnded(w http.ResponseWriter, r *http.Request, err error) error {
	if fault.KindOf(err) != fault.Unauthenticated {
		return err
	}
	m := p.codeForm(r)
	m.Path, m.Ended, m.Error = "/me", true, m.P.T("me.link_ended")
	return shell.Draw(w, r, http.StatusGone, view.MeCodePage(m))
}

// confirm signs in by a link.
func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	e, err := p.door.Confirm(r, r.PathValue("link"))
	if err != nil {
		return p.linkEnded(w, r, err)
	}
	return p.welcome(w, r, e)
}

// signOut ends the session of this browser.
func (p *Pages) signOut(t *turn) error {
	if err := p.Door.SignOut(t.Ctx(), t.Login.ID, t.Session.ID); err != nil {
		return err
	}
	p.cookie(t.W, SessionCookie, "", "/", 0)
	http.Redirect(t.W, t.R, "/me", http.StatusSeeOther)
	return nil
}
