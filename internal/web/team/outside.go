package team

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"kept/account"
	"kept/fault"
	"kept/internal/oidc"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// wayCookie binds the way back from another house to the browser that left:
// else somebody could be signed in, unknowing, as another.
const wayCookie = "kept_way"

// goOutside sends somebody to the other house.
func (p *Pages) goOutside(w http.ResponseWriter, r *http.Request) error {
	if err := p.Doors.Allow(r); err != nil {
		return err
	}
	address, s, err := p.Outside.Leave(r.Context(), localNext(r.URL.Query().Get("next")))
	if err != nil {
		return away(err)
	}
	state, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("team: %w", err)
	}
	token, err := p.Gate.GoOutside(r.Context(), state)
	if err != nil {
		return err
	}
	p.SetCookie(w, wayCookie, token, "/sign-in/outside")
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func away(err error) error {
	if errors.Is(err, oidc.ErrAway) {
		return fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "the other house does not answer", err)
	}
	return err
}

// comeBack lets in who comes back from there.
func (p *Pages) comeBack(w http.ResponseWriter, r *http.Request) error {
	var s oidc.State
	token := p.Jar.Get(r, wayCookie)
	if token == "" {
		return p.strange(w, r, "elsewhere.again")
	}
	p.Jar.Drop(w, wayCookie, "/sign-in/outside")
	state, err := p.Gate.ComeBack(r.Context(), token)
	if err == nil {
		err = json.Unmarshal(state, &s)
	}
	if err != nil {
		if fault.KindOf(err) == fault.Unauthenticated {
			return p.strange(w, r, "elsewhere.again")
		}
		return err
	}
	who, err := p.Outside.Return(r.Context(), s, r.URL.Query())
	if errors.Is(err, oidc.ErrAnswer) {
		return p.strange(w, r, "elsewhere.again")
	}
	if err != nil {
		return away(err)
	}
	e, err := p.Gate.SignInOutside(r.Context(), account.Known{
		Issuer: who.Issuer, Subject: who.Subject, Email: who.Email, Name: who.Name, Language: who.Language, Second: who.Second,
	}, shell.From(r))
	switch {
	case err == nil:
		return p.enter(w, r, e, s.Next)
	case fault.KindOf(err) == fault.Forbidden:
		return p.strange(w, r, "elsewhere.stranger")
	}
	return err
}

// strange tells why somebody was not let in.
func (p *Pages) strange(w http.ResponseWriter, r *http.Request, why string) error {
	t := shell.Printer(r)
	return p.alone(w, r, view.Leaf{
		Heading: t.T("sign_in.title"), Line: t.T(why), Links: []view.Link{{Text: t.T("sign_in.title"), Href: "/"}},
	}, http.StatusForbidden, "/")
}
