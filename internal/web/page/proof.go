package page

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/dial"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/visitor"
)

// knownCookie marks a browser that has shown a contact here before.
const knownCookie = "kept_known_"

// knownIn names the mark of a business, for the site's prefix leaves no path of its own.
func knownIn(s *availability.Setting) string { return knownCookie + s.Catalog.Business.Slug }

// routeCode names the asking for a code among what is done once.
const routeCode = "POST /b/book code"

// proof gives what shows that the contact in the form is the reader's own: what
// a code was turned into, that they are signed in with it, or that this browser
// has shown it before. Empty for nothing.
func (p *Pages) proof(r *http.Request, s *availability.Setting) string {
	terms, business := s.Catalog.Business.Terms, s.Catalog.Business.ID
	if terms.Proof == "" {
		return ""
	}
	if given := r.PostForm.Get("proof"); given != "" {
		return given
	}
	if p.Login != nil {
		if c, ok := p.Login(r); ok && slices.Contains(visitor.Provable(terms.Contact, typedDraft(r)), c) {
			return p.Door.Vouch(business, c)
		}
	}
	return p.Jar.Get(r, knownIn(s))
}

// typedDraft is whom the form describes.
func typedDraft(r *http.Request) client.Draft {
	return client.Draft{Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email"), Phone: r.PostForm.Get("phone")}
}

// lacks tells whether a proof is still to be shown before a series is looked at.
func (p *Pages) lacks(r *http.Request, s *availability.Setting) bool {
	terms, business := s.Catalog.Business.Terms, s.Catalog.Business.ID
	if terms.Proof == "" || r.PostForm.Get("who") != "" {
		return false
	}
	shown := p.proof(r, s)
	mine := visitor.Provable(terms.Contact, typedDraft(r))
	c, err := p.Door.Shows(r.Context(), business, visitor.ToBook, shown)
	if err == nil && slices.Contains(mine, c) {
		return false
	}
	return !slices.ContainsFunc(mine, func(c visitor.Contact) bool {
		return p.Door.Vouched(business, shown, c) || terms.Proof == catalog.ProofNew && p.Door.Remembers(business, shown, c)
	})
}

// codeFirst reads a code, or has one sent where that comes before anything
// else. Done tells that the reader has been answered.
func (p *Pages) codeFirst(w http.ResponseWriter, r *http.Request, s *availability.Setting, chosen basket, token string) (done bool, err error) {
	if r.PostForm.Get("ticket") != "" {
		if to, ok, err := p.alreadyTaken(r, s, token); ok || err != nil {
			if ok {
				http.Redirect(w, r, to, http.StatusSeeOther)
			}
			return true, err
		}
	}
	if err := p.readCode(w, r, s); err != nil {
		if !shell.Expected(err) {
			return true, err
		}
		return true, p.detailsAgain(w, r, s, chosen, token, err)
	}
	if r.PostForm.Get("again") != "" || r.PostForm.Get("repeat") != "" && p.lacks(r, s) {
		return true, p.askCode(w, r, s, chosen, token)
	}
	return false, nil
}

// readCode takes a code that was typed. What it proves stays in the form, and a
// mark in the browser.
func (p *Pages) readCode(w http.ResponseWriter, r *http.Request, s *availability.Setting) error {
	ticket, typed := r.PostForm.Get("ticket"), r.PostForm.Get("code")
	if ticket == "" || r.PostForm.Get("again") != "" || r.PostForm.Get("proof") != "" && typed == "" {
		return nil
	}
	business := s.Catalog.Business.ID
	got, err := p.Door.Prove(r.Context(), business, visitor.ToBook, ticket, typed)
	if err != nil {
		return err
	}
	r.PostForm.Set("proof", got.Secret)
	r.PostForm.Del("code")
	p.Jar.Set(w, web.Cookie{
		Name: knownIn(s), Value: p.Door.Remember(business, got.Contact), Path: "/b/" + s.Catalog.Business.Slug, Life: 365 * 24 * time.Hour,
	})
	return nil
}

// askCode has a code sent to the contact in the form, keeps the time meanwhile
// and shows the form again, with a field for the code.
func (p *Pages) askCode(w http.ResponseWriter, r *http.Request, s *availability.Setting, chosen basket, token string) error {
	r.PostForm.Del("proof")
	r.PostForm.Del("code")
	ticket, err := p.sendCode(r, s, token)
	if err != nil {
		if !shell.Expected(err) && !fault.Is(err, fault.CodeContactBlocked) {
			return err
		}
		return p.detailsAgain(w, r, s, chosen, token, err)
	}
	r.PostForm.Set("ticket", ticket)
	if t, err := p.Tokens.Verify(token, secret.KindHold); err == nil {
		_, err := p.Desk.Prolong(r.Context(), account.Visitor(s.Catalog.Business.ID, ""), id.Hold(t.ID))
		if err != nil && fault.KindOf(err) != fault.Gone { // who is too late gets the time all the same while it is free
			return err
		}
	}
	return p.detailsAgain(w, r, s, chosen, token, nil)
}

// sendCode asks for a code once, however often the form is sent: to the first of
// the contacts that one reaches.
func (p *Pages) sendCode(r *http.Request, s *availability.Setting, token string) (ticket string, err error) {
	business := s.Catalog.Business.ID
	draft := typedDraft(r)
	to := visitor.Provable(s.Catalog.Business.Terms.Contact, draft)
	if len(to) == 0 { // a number without its country
		return "", fault.BadField("client.phone", "country", "write the number with its country: a code is sent there")
	}
	for _, c := range to {
		sum := sha256.Sum256([]byte(token + "\n" + c.Value + "\n" + r.PostForm.Get("ticket")))
		ticket, err = p.Once(r.Context(), business, routeCode, hex.EncodeToString(sum[:]), nil, func(ctx context.Context) (string, error) {
			ticket, _, err := p.Door.AskProof(ctx, visitor.Request{
				Contact: c.Value, Address: web.Address(r), Shared: behind(r), Business: business, Language: web.Language(ctx),
			}, visitor.ToBook)
			return ticket, err
		})
		if err == nil {
			p.Door.Nudge()
			return ticket, nil
		}
	}
	return "", err
}

// codeStep fills the field for the code, where one was sent.
func (p *Pages) codeStep(r *http.Request, s *availability.Setting, m *view.DetailsModel) {
	ticket := r.PostForm.Get("ticket")
	if ticket == "" || len(m.People) > 0 {
		return
	}
	m.Hidden = append(m.Hidden, view.Pair{Name: "ticket", Value: ticket})
	if shown := r.PostForm.Get("proof"); shown != "" {
		m.Hidden = append(m.Hidden, view.Pair{Name: "proof", Value: shown})
		return
	}
	m.AskCode, m.Button = true, m.P.T("proof.book")
	if to := visitor.Provable(s.Catalog.Business.Terms.Contact, typedDraft(r)); len(to) > 0 && m.Notice.Text == "" {
		m.Notice = view.Notice{Text: m.P.T("proof.sent", "to", to[0].Masked()), Tone: view.Good}
	}
}

// codeFault says in the reader's words what is not right with a code, and at
// which field; false for a fault of something else.
func codeFault(m view.DetailsModel, err error) (view.Errors, bool) {
	field := "code"
	if !m.AskCode {
		if field = "email"; m.Form.NeedPhone || m.Form.Email == "" {
			field = "phone"
		}
	}
	at := func(key string) (view.Errors, bool) {
		if number := callOf(err); number != "" {
			return view.Errors{{Field: field, Text: m.P.T("proof."+key+"_phone", "phone", number)}}, true
		}
		return view.Errors{{Field: field, Text: m.P.T("proof." + key)}}, true
	}
	switch {
	case fault.Is(err, fault.CodeCodeEnded):
		return at("ended")
	case fault.Is(err, fault.CodeContactBlocked):
		return at("blocked")
	case fault.Is(err, fault.CodeRateLimited) && ruled(err, visitor.RuleCap) && m.Form.NeedPhone && !m.Form.NeedEmail:
		return at("cap_call")
	case fault.Is(err, fault.CodeRateLimited) && ruled(err, visitor.RuleCap):
		return at("cap")
	case fault.Is(err, fault.CodeRateLimited):
		return at("slow")
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, one := range f.Fields {
			if slices.Contains([]string{"wrong", "unreachable", "country"}, one.Rule) {
				return at(one.Rule)
			}
		}
	}
	return nil, false
}

// callOf is the number to call instead; empty for none.
func callOf(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Call
	}
	return ""
}

// ruled tells whether a fault is by a rule.
func ruled(err error, rule string) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Rule == rule
}

// behind tells whether a request comes over a proxy, whose address is everybody's.
func behind(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && !dial.Public(at.Addr())
}
