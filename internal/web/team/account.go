package team

import (
	"net/http"
	"net/url"
	"strings"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/span"
)

// account is what somebody has set up about signing in.
func (p *Pages) account(v *visit) error {
	t := v.p
	second, err := p.Gate.FindSecond(v.r.Context(), v.user.ID)
	if err != nil {
		return err
	}
	m := view.Leaf{
		Heading: t.T("account.title"), Line: v.user.Name + " · " + v.user.Email, Back: view.Link{Text: t.T("account.work"), Href: "/"},
	}
	m.Sections = append(m.Sections, view.LeafSection{
		Heading: t.T("form.password"), Links: []view.Link{{Text: t.T("account.password"), Href: "/account/password"}},
	})
	section := view.LeafSection{Heading: t.T("account.second"), Line: t.T("account.second_off"), Links: []view.Link{{Text: t.T("account.second_on"), Href: "/account/second"}}}
	if second.TOTP {
		section.Line, section.Links = t.T("account.second_has", "left", second.Recovery), nil
		section.Forms = []view.LeafForm{
			{Action: "/account/second/codes", Button: t.T("account.codes_new"), Quiet: true},
			{Action: "/account/second/drop", Button: t.T("account.second_drop"), Quiet: true, Danger: true},
		}
	}
	m.Sections = append(m.Sections, section)
	for _, add := range []func(*visit) (view.LeafSection, error){p.passkeysPart, p.sessionsPart, p.placesPart} {
		s, err := add(v)
		if err != nil {
			return err
		}
		m.Sections = append(m.Sections, s)
	}
	return v.show(m, http.StatusOK)
}

func (p *Pages) passkeysPart(v *visit) (view.LeafSection, error) {
	t := v.p
	s := view.LeafSection{Heading: t.T("account.passkeys"), Line: t.T("account.passkeys_line"), None: t.T("account.passkeys_none")}
	all, err := p.Gate.ListPasskeys(v.r.Context(), v.user.ID)
	if err != nil {
		return s, err
	}
	for _, k := range all {
		used := t.T("account.never_used")
		if k.UsedAt != 0 {
			used = t.T("account.used", "when", p.when(v, k.UsedAt))
		}
		s.Rows = append(s.Rows, view.LeafRow{
			Name: k.Name, Line: used, Href: "/account/passkeys/" + string(k.ID),
			Acts: []view.LeafForm{{
				Action: "/account/passkeys/" + string(k.ID) + "/drop", Button: t.T("account.delete"), Spoken: t.T("account.delete") + ": " + k.Name, Danger: true,
			}},
		})
	}
	if p.Keys == nil || !p.Keys.At(v.r.Host) {
		s.Line = t.T("account.passkeys_host")
		return s, nil
	}
	s.Forms = []view.LeafForm{{
		Action: "/account/passkeys", Passkey: "create", Options: "/account/passkeys/options", Told: t.T("account.passkey_no"),
		Fields: []view.LeafField{{
			Name: "name", Label: t.T("account.passkey_name"), Value: shell.Device(v.r.UserAgent()), Auto: "off", Required: true,
		}},
		Button: t.T("account.passkey_add"),
	}}
	return s, nil
}

// when tells an instant in the zone that is known of the reader: none but UTC.
func (p *Pages) when(v *visit, at span.Instant) string {
	zone, err := p.Zone("UTC")
	if members, e := p.Gate.ListMemberships(v.r.Context(), v.user.ID); e == nil && len(members) > 0 {
		if set, e := p.Settings.Load(v.r.Context(), members[0].Business, 0); e == nil {
			zone, err = p.Zone(set.Catalog.Business.Zone)
		}
	}
	if err != nil {
		return ""
	}
	return v.p.DateTimeIn(at.In(zone), v.now.In(zone))
}

func (p *Pages) sessionsPart(v *visit) (view.LeafSection, error) {
	t := v.p
	s := view.LeafSection{Heading: t.T("account.sessions"), Line: t.T("account.sessions_line")}
	all, err := p.Gate.ListSessions(v.r.Context(), v.user.ID)
	if err != nil {
		return s, err
	}
	for _, one := range all {
		device := one.Origin.Device
		if device == "" {
			device = t.T("account.device")
		}
		row := view.LeafRow{
			Name: device, Line: strings.Trim(one.Origin.Address+" · "+t.T("account.by_"+string(one.ProvedBy)), " ·"),
			Side: t.T("account.seen", "when", p.when(v, one.SeenAt)),
		}
		if one.ID == v.in.ID {
			row.Chip = view.Chip{Text: t.T("account.this"), Tone: view.Good}
		} else {
			row.Acts = []view.LeafForm{{
				Action: "/account/sessions/" + string(one.ID) + "/end", Button: t.T("account.end"), Spoken: t.T("account.end") + ": " + device,
			}}
		}
		s.Rows = append(s.Rows, row)
	}
	if len(all) > 1 {
		s.Forms = []view.LeafForm{{Action: "/account/sessions/end", Button: t.T("account.end_others"), Quiet: true}}
	}
	return s, nil
}

// placesPart are the shared desks of the businesses that somebody works for.
func (p *Pages) placesPart(v *visit) (view.LeafSection, error) {
	t := v.p
	s := view.LeafSection{Heading: t.T("account.desk"), Line: t.T("account.desk_line")}
	places, err := p.Gate.ListMemberships(v.r.Context(), v.user.ID)
	if err != nil {
		return s, err
	}
	for _, m := range places {
		set, err := p.Settings.Load(v.r.Context(), m.Business, 0)
		if err != nil {
			return s, err
		}
		has, err := p.Gate.HasPIN(v.r.Context(), m.Business, v.user.ID)
		if err != nil {
			return s, err
		}
		line := t.T("account.pin_none")
		if has {
			line = t.T("account.pin_has")
		}
		name := shell.Named(v.r, set.Catalog, set.Catalog.Business.Names)
		row := view.LeafRow{Name: name, Line: line, Href: "/account/pin/" + m.Slug}
		row.Acts = []view.LeafForm{{Action: "/account/share/" + m.Slug, Button: t.T("account.share"), Spoken: t.T("account.share") + ": " + name}}
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

func (p *Pages) confirmPage(v *visit, next, said string, status int) error {
	t := v.p
	m := view.Leaf{Heading: t.T("confirm.title"), Line: t.T("confirm.line"), Back: view.Link{Text: t.T("account.title"), Href: "/account"}}
	m.Sections = []view.LeafSection{{Forms: []view.LeafForm{{
		Action: "/account/confirm", Hidden: []view.Pair{{Name: "next", Value: localNext(next)}}, Said: said, Button: t.T("confirm.do"),
		Fields: []view.LeafField{{Name: "password", Label: t.T("form.password"), Kind: "password", Auto: "current-password", Required: true}},
	}}, Links: []view.Link{{Text: t.T("forgot.title"), Href: "/forgot"}}}}
	return v.show(m, status)
}

func (p *Pages) confirm(v *visit) error {
	return p.confirmPage(v, v.r.URL.Query().Get("next"), "", http.StatusOK)
}

func (p *Pages) confirmed(v *visit) error {
	next := v.r.PostFormValue("next")
	token, err := p.Gate.Prove(v.r.Context(), p.Token(v.r), v.r.PostFormValue("password"), shell.From(v.r))
	if err != nil {
		if !expected(err) {
			return err
		}
		return p.confirmPage(v, next, p.told(v.r, err), statusOf(err))
	}
	p.Admit(v.w, token)
	if next = localNext(next); next == "" {
		next = "/account"
	}
	return v.back(next, "")
}

func (p *Pages) passwordPage(v *visit, err error) error {
	t := v.p
	f := view.LeafForm{Action: "/account/password", Button: t.T("reset.do"), Errors: p.wrong(v.r, err)}
	status := http.StatusOK
	if err != nil {
		status = statusOf(err)
		if len(f.Errors) == 0 {
			f.Said = p.told(v.r, err)
		}
	}
	if v.user.PasswordHash != "" {
		f.Fields = []view.LeafField{{Name: "old", Label: t.T("account.password_old"), Kind: "password", Auto: "current-password", Required: true}}
	}
	f.Fields = append(f.Fields, newPassword(t.T("reset.password"), t.T("sign_up.password_hint")))
	return v.show(view.Leaf{
		Heading: t.T("account.password"), Line: t.T("account.password_line"), Back: view.Link{Text: t.T("account.title"), Href: "/account"},
		Sections: []view.LeafSection{{Forms: []view.LeafForm{f}}},
	}, status)
}

func (p *Pages) password(v *visit) error { return p.passwordPage(v, nil) }

func (p *Pages) setPassword(v *visit) error {
	token, err := p.Gate.SetPassword(v.r.Context(), p.Token(v.r), v.r.PostFormValue("old"), v.r.PostFormValue("password"), shell.From(v.r))
	switch {
	case err == nil:
		p.Admit(v.w, token)
		return v.back("/account", "password")
	case !expected(err):
		return err
	}
	return p.passwordPage(v, err)
}

func (p *Pages) endSession(v *visit) error {
	want := v.r.PathValue("id")
	if !id.Valid(want) {
		return fault.Missing("session")
	}
	err := p.Gate.EndSession(v.r.Context(), v.user.ID, id.Session(want))
	if err != nil && fault.KindOf(err) != fault.NotFound { // sent twice
		return err
	}
	return v.back("/account", "ended")
}

func (p *Pages) endSessions(v *visit) error {
	if err := p.Gate.SignOutEverywhere(v.r.Context(), v.user.ID, v.in.ID); err != nil {
		return err
	}
	return v.back("/account", "ended")
}

// place finds the business in an address among those that somebody works for.
func (p *Pages) place(v *visit) (account.Member, error) {
	slug, err := url.PathUnescape(v.r.PathValue("slug"))
	if err != nil {
		return account.Member{}, fault.Missing("business")
	}
	all, err := p.Gate.ListMemberships(v.r.Context(), v.user.ID)
	if err != nil {
		return account.Member{}, err
	}
	for _, m := range all {
		if m.Slug == slug {
			return m, nil
		}
	}
	return account.Member{}, fault.Missing("business")
}
