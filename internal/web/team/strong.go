package team

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// weak tells whether somebody was refused for want of a second factor.
func weak(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Kind == fault.Forbidden && f.Rule == account.RuleSecond
}

// strong is where somebody is led whose business demands a second factor: who
// has one shows it, who has none sets one up, and then they go on.
func (p *Pages) strong(v *visit) error {
	return p.strongPage(v, localNext(v.r.URL.Query().Get("next")), "", http.StatusOK)
}

func (p *Pages) strongPage(v *visit, next, said string, status int) error {
	second, err := p.Gate.FindSecond(v.r.Context(), v.user.ID)
	if err != nil {
		return err
	}
	keys, err := p.Gate.ListPasskeys(v.r.Context(), v.user.ID)
	if err != nil {
		return err
	}
	if !second.TOTP && len(keys) == 0 && !v.in.Fresh(v.now) { // ask before somebody has begun
		here := shell.StrongPage + "?" + url.Values{"next": {next}}.Encode()
		return v.back("/account/confirm?"+url.Values{"next": {here}}.Encode(), "")
	}
	house, err := p.houseOf(v, next)
	if err != nil {
		return err
	}
	t := v.p
	m := view.Leaf{
		Heading: t.T("strong.title"), Line: t.T("strong.line", "house", house), Back: view.Link{Text: t.T("account.title"), Href: "/account"},
	}
	switch {
	case second.TOTP || len(keys) > 0:
		m.Sections = p.showing(v, next, said, second.TOTP, len(keys) > 0)
	default:
		m.Line += " " + t.T("strong.choose")
		m.Sections = p.choosing(v, next)
	}
	return v.show(m, status)
}

// houseOf names the business that an address belongs to, where the reader works for it.
func (p *Pages) houseOf(v *visit, next string) (string, error) {
	rest, _ := strings.CutPrefix(next, "/app/")
	slug, _, _ := strings.Cut(rest, "/")
	slug, _, _ = strings.Cut(slug, "?")
	all, err := p.Gate.ListMemberships(v.r.Context(), v.user.ID)
	if err != nil {
		return "", err
	}
	for _, m := range all {
		if m.Slug == slug {
			set, err := p.Settings.Load(v.r.Context(), m.Business, 0)
			if err != nil {
				return "", err
			}
			return shell.Named(v.r, set.Catalog, set.Catalog.Business.Names), nil
		}
	}
	return "Kept", nil
}

// hasKeys tells whether a page at the reader's address can use passkeys.
func (p *Pages) hasKeys(v *visit) bool { return p.Keys != nil && p.Keys.At(v.r.Host) }

// showing are the ways to show a factor that somebody has.
func (p *Pages) showing(v *visit, next, said string, totp, key bool) []view.LeafSection {
	t, hidden := v.p, []view.Pair{{Name: "next", Value: next}}
	var out []view.LeafSection
	if totp {
		out = append(out, view.LeafSection{Heading: t.T("strong.app"), Line: t.T("strong.code_line"), Forms: []view.LeafForm{{
			Action: shell.StrongPage, Hidden: hidden, Said: said, Button: t.T("confirm.do"),
			Fields: []view.LeafField{{Name: "code", Label: t.T("second.code"), Hint: t.T("second.code_hint"), Auto: "one-time-code", Required: true}},
		}}})
	}
	if key {
		s := view.LeafSection{Heading: t.T("strong.key"), Line: t.T("account.passkeys_host")}
		if p.hasKeys(v) {
			s.Line = t.T("strong.has_key")
			s.Forms = []view.LeafForm{{
				Action: "/sign-in/passkey", Hidden: hidden, Passkey: "get", Options: "/sign-in/passkey/options",
				Button: t.T("sign_in.passkey"), Told: t.T("account.passkey_no"),
			}}
		}
		out = append(out, s)
	}
	return out
}

// choosing are the factors that somebody can set up.
func (p *Pages) choosing(v *visit, next string) []view.LeafSection {
	t := v.p
	out := []view.LeafSection{{Heading: t.T("strong.app"), Line: t.T("account.second_line"), Links: []view.Link{
		{Text: t.T("strong.app_do"), Href: "/account/second?" + url.Values{"next": {next}}.Encode()},
	}}}
	if !p.hasKeys(v) {
		return out
	}
	return append(out, view.LeafSection{Heading: t.T("strong.key"), Line: t.T("account.passkeys_line"), Forms: []view.LeafForm{{
		Action: "/account/passkeys", Hidden: []view.Pair{{Name: "next", Value: next}}, Passkey: "create", Options: "/account/passkeys/options",
		Told: t.T("account.passkey_no"), Button: t.T("account.passkey_add"),
		Fields: []view.LeafField{{Name: "name", Label: t.T("account.passkey_name"), Value: shell.Device(v.r.UserAgent()), Auto: "off", Required: true}},
	}}})
}

// showSecond takes the code of who has a second factor.
func (p *Pages) showSecond(v *visit) error {
	next := localNext(v.r.PostFormValue("next"))
	token, err := p.Gate.ShowSecond(v.r.Context(), p.Token(v.r), v.r.PostFormValue("code"), shell.From(v.r))
	if err != nil {
		if !expected(err) {
			return err
		}
		return p.strongPage(v, next, p.told(v.r, err), statusOf(err))
	}
	p.Admit(v.w, token)
	if next == "" {
		next = "/"
	}
	return v.back(next, "")
}

// memberSessions shows where a member is signed in to this business.
func (p *Pages) memberSessions(t *turn, user id.User) (view.LeafSection, error) {
	s := view.LeafSection{Heading: t.P.T("team.sessions"), Line: t.P.T("team.sessions_line"), None: t.P.T("team.sessions_none")}
	all, err := p.Gate.MemberSessions(t.Ctx(), t.Who, user)
	if err != nil {
		return s, err
	}
	here := t.Root() + "/team/" + string(user) + "/sessions/"
	for _, one := range all {
		device := one.Origin.Device
		if device == "" {
			device = t.P.T("account.device")
		}
		row := view.LeafRow{
			Name: device, Line: strings.Trim(one.Origin.Address+" · "+t.P.T("account.by_"+string(one.ProvedBy)), " ·"),
			Side: t.P.T("account.seen", "when", t.P.DateTimeIn(one.SeenAt.In(t.Home), t.Now.In(t.Home))),
			Acts: []view.LeafForm{{Action: here + string(one.ID) + "/end", Button: t.P.T("account.end"), Spoken: t.P.T("account.end") + ": " + device}},
		}
		if one.ID == t.In.ID {
			row.Chip = view.Chip{Text: t.P.T("account.this"), Tone: view.Good}
		}
		s.Rows = append(s.Rows, row)
	}
	if len(all) > 1 {
		s.Forms = []view.LeafForm{{Action: here + "end", Button: t.P.T("team.end_all"), Quiet: true}}
	}
	return s, nil
}

// endMember ends one session of a member here, or all.
func (p *Pages) endMember(t *turn) error {
	user, err := shell.ID[id.User](t.Turn, "member")
	if err != nil {
		return err
	}
	session := id.Session(t.R.PathValue("session"))
	if session != "" && !id.Valid(string(session)) {
		return fault.Missing("session")
	}
	back := t.Root() + "/team/" + string(user)
	switch err := p.Gate.EndMemberSession(t.Ctx(), t.Who, user, session); {
	case err == nil:
		return t.Back(back, "member_ended")
	case fault.KindOf(err) == fault.NotFound: // sent twice, perhaps
		if _, err := p.Gate.FindMember(t.Ctx(), t.Who, user); err != nil {
			return err
		}
		return t.Back(back, "")
	default:
		return err
	}
}
