package team

import (
	"net/http"
	"strings"

	"kept/account"
	"kept/catalog"
	"kept/chain"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// registerChain mounts the pages of the chain that the business is in.
func (p *Pages) registerChain(mux *http.ServeMux) {
	at := func(pattern string, fn func(*turn) error) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" /app/{slug}/settings/chain"+path, p.Page(account.ManageChain, func(t *shell.Turn) error { return fn(&turn{t}) }))
	}
	at("GET ", func(t *turn) error { return p.chainPage(t, "", nil) })
	at("POST ", p.foundChain)
	at("POST /invite", p.inviteBranch)
	at("POST /look", p.lookAtChain)
	at("POST /join", p.joinChain)
	at("POST /leave", p.leaveChain)
	at("POST /invitations/{id}/withdraw", p.withdrawBranch)
}

func (t *turn) chainAt(path string) string { return t.Root() + "/settings/chain" + path }

// chainPage shows the chain, or the ways into one; form is the one that was
// refused, and why.
func (p *Pages) chainPage(t *turn, form string, err error) error {
	m := view.Leaf{Heading: t.P.T("chain.title"), Line: t.P.T("chain.line"), Back: t.settings()}
	status := http.StatusOK
	refused := func(f *view.LeafForm, name string) {
		if form == name && err != nil {
			status = p.chainFaults(t, f, err)
		}
	}
	v, findErr := p.Board.Find(t.Ctx(), t.Who)
	switch {
	case fault.KindOf(findErr) == fault.NotFound && findErr != nil:
		m.Sections = t.waysIn(refused)
	case findErr != nil:
		return findErr
	default:
		m.Heading = v.Name
		sections, err := p.chainSections(t, v, refused)
		if err != nil {
			return err
		}
		m.Sections = sections
	}
	if err != nil && status == http.StatusOK { // its form is not there any more
		m.Sections = append([]view.LeafSection{{Line: t.chainSaid(err)}}, m.Sections...)
		status = http.StatusConflict
	}
	return p.show(t, m, status)
}

// chainFaults says on a form what is not right about it.
func (p *Pages) chainFaults(t *turn, f *view.LeafForm, err error) int {
	if f.Errors = p.wrong(t.R, err); len(f.Errors) == 0 {
		f.Said = t.chainSaid(err)
	}
	return statusOf(err)
}

func (t *turn) chainSaid(err error) string {
	switch fault.KindOf(err) {
	case fault.Gone:
		return t.P.T("chain.gone")
	case fault.Conflict:
		return t.P.T("chain.taken")
	default:
		return t.P.T("chain.full")
	}
}

// waysIn are the forms for a business that is in no chain.
func (t *turn) waysIn(refused func(*view.LeafForm, string)) []view.LeafSection {
	found := view.LeafForm{Action: t.chainAt(""), Button: t.P.T("chain.found_do"), Fields: []view.LeafField{{
		Name: "name", Label: t.P.T("chain.name"), Hint: t.P.T("chain.name_hint"), Value: t.R.PostFormValue("name"), Auto: "off", Required: true,
	}}}
	join := view.LeafForm{Action: t.chainAt("/look"), Button: t.P.T("chain.look"), Fields: []view.LeafField{{
		Name: "code", Label: t.P.T("chain.code"), Auto: "off", Required: true,
	}}}
	refused(&found, "found")
	refused(&join, "join")
	return []view.LeafSection{
		{Heading: t.P.T("chain.found"), Line: t.P.T("chain.found_line"), Forms: []view.LeafForm{found}},
		{Heading: t.P.T("chain.join"), Line: t.P.T("chain.join_line"), Forms: []view.LeafForm{join}},
	}
}

// branchNames are the members of a chain by what they are called.
func (p *Pages) branchNames(t *turn, v chain.View) (map[id.Business]string, error) {
	out := map[id.Business]string{}
	for _, m := range v.Members {
		set, err := p.Settings.Load(t.Ctx(), m.Business, 0)
		if err != nil {
			return nil, err
		}
		out[m.Business] = set.Catalog.Business.Names.Pick(t.P.Lang(), set.Catalog.Business.Language)
	}
	return out, nil
}

// branchRows lists who is in a chain.
func (t *turn) branchRows(v chain.View, names map[id.Business]string) []view.LeafRow {
	var out []view.LeafRow
	for _, m := range v.Members {
		row := view.LeafRow{Name: names[m.Business], Line: t.P.T("chain.since", "when", t.P.DateYear(m.JoinedAt.In(t.Home)))}
		if m.Business == t.Who.Business {
			row.Chip = view.Chip{Text: t.P.T("chain.own"), Tone: view.Quiet}
		}
		out = append(out, row)
	}
	return out
}

// chainSections are what a member of a chain sees of it and does about it.
func (p *Pages) chainSections(t *turn, v chain.View, refused func(*view.LeafForm, string)) ([]view.LeafSection, error) {
	names, err := p.branchNames(t, v)
	if err != nil {
		return nil, err
	}
	open := view.LeafSection{Heading: t.P.T("chain.invitations"), None: t.P.T("chain.invitations_none")}
	for _, i := range v.Invitations {
		until := t.P.T("team.until", "when", t.P.DateTimeIn(i.ExpiresAt.In(t.Home), t.Now.In(t.Home)))
		open.Rows = append(open.Rows, view.LeafRow{
			Name: t.P.T("chain.by", "branch", names[i.By]), Chip: view.Chip{Text: until, Tone: view.Quiet}, Acts: []view.LeafForm{{
				Action: t.chainAt("/invitations/" + string(i.ID) + "/withdraw"), Button: t.P.T("chain.withdraw"), Danger: true,
				Spoken: t.P.T("chain.withdraw") + ": " + until,
			}},
		})
	}
	invite := view.LeafForm{Action: t.chainAt("/invite"), Button: t.P.T("chain.invite")}
	refused(&invite, "invite")
	open.Forms = []view.LeafForm{invite}
	return []view.LeafSection{
		{Heading: t.P.T("chain.branches"), Rows: t.branchRows(v, names)},
		open, t.chainConsent(),
		{
			Heading: t.P.T("chain.leave"), Line: t.P.T("chain.leave_line"),
			Forms: []view.LeafForm{{Action: t.chainAt("/leave"), Button: t.P.T("chain.leave"), Danger: true}},
		},
	}, nil
}

// chainConsent tells whether clients are asked: without it nothing is shown to anybody.
func (t *turn) chainConsent() view.LeafSection {
	s := view.LeafSection{Heading: t.P.T("chain.consent"), Line: t.P.T("chain.consent_no")}
	link := view.Link{Text: t.P.T("chain.consent_add"), Href: t.Root() + "/settings/notices/new?purpose=" + catalog.PurposeSharing}
	for _, n := range t.Set.Catalog.Notices {
		if n.Purpose == catalog.PurposeSharing && !n.Archived {
			s.Line, link = t.P.T("chain.consent_yes"), view.Link{Text: t.P.T("chain.consent_change"), Href: t.Root() + "/settings/notices/" + string(n.ID)}
		}
	}
	s.Links = []view.Link{link}
	return s
}

func (p *Pages) foundChain(t *turn) error {
	_, err := p.Board.Found(t.Ctx(), t.Who, t.R.PostFormValue("name"))
	if err != nil && expected(err) {
		return p.chainPage(t, "found", err)
	}
	if err != nil {
		return err
	}
	return t.Back(t.chainAt(""), "chain_founded")
}

// inviteBranch makes a code and shows it, this once.
func (p *Pages) inviteBranch(t *turn) error {
	code, i, err := p.Board.Invite(t.Ctx(), t.Who)
	if err != nil && expected(err) {
		return p.chainPage(t, "invite", err)
	}
	if err != nil {
		return err
	}
	return p.show(t, view.Leaf{
		Heading: t.P.T("chain.invited"), Line: t.P.T("chain.invited_line", "when", t.P.DateTimeIn(i.ExpiresAt.In(t.Home), t.Now.In(t.Home))),
		Sections: []view.LeafSection{{Codes: []string{code}, Links: []view.Link{{Text: t.P.T("account.codes_kept"), Href: t.chainAt("")}}}},
	}, http.StatusOK)
}

// lookAtChain asks before a business joins: it sees with whom.
func (p *Pages) lookAtChain(t *turn) error {
	code := t.R.PostFormValue("code")
	v, err := p.Board.Look(t.Ctx(), t.Who, code)
	if err != nil && expected(err) {
		return p.chainPage(t, "join", err)
	}
	if err != nil {
		return err
	}
	names, err := p.branchNames(t, v)
	if err != nil {
		return err
	}
	return p.show(t, view.Leaf{
		Heading: t.P.T("chain.join_sure", "name", v.Name), Line: t.P.T("chain.join_sure_line"), Back: view.Link{Text: t.P.T("chain.back"), Href: t.chainAt("")},
		Sections: []view.LeafSection{{Rows: t.branchRows(v, names), Forms: []view.LeafForm{{
			Action: t.chainAt("/join"), Hidden: []view.Pair{{Name: "code", Value: code}}, Button: t.P.T("chain.join_do"),
		}}}},
	}, http.StatusOK)
}

func (p *Pages) joinChain(t *turn) error {
	_, err := p.Board.Join(t.Ctx(), t.Who, t.R.PostFormValue("code"))
	if err != nil && expected(err) {
		return p.chainPage(t, "join", err)
	}
	if err != nil {
		return err
	}
	return t.Back(t.chainAt(""), "chain_joined")
}

func (p *Pages) leaveChain(t *turn) error {
	if err := p.Board.Leave(t.Ctx(), t.Who); err != nil && fault.KindOf(err) != fault.NotFound { // sent twice
		return err
	}
	return t.Back(t.chainAt(""), "chain_left")
}

func (p *Pages) withdrawBranch(t *turn) error {
	want, err := shell.ID[id.Invitation](t.Turn, "invitation")
	if err != nil {
		return err
	}
	if err := p.Board.Withdraw(t.Ctx(), t.Who, want); err != nil && fault.KindOf(err) != fault.NotFound { // sent twice
		return err
	}
	return t.Back(t.chainAt(""), "chain_withdrawn")
}
