package team

import (
	"net/http"
	"strings"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web/shell"
	"kept/internal/web/view"
)

// turn is one request of somebody who manages a business's accounts.
type turn struct{ *shell.Turn }

func (p *Pages) registerTeam(mux *http.ServeMux) {
	at := func(pattern string, fn func(*turn) error) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" /app/{slug}"+path, p.Page(account.ManageAccounts, func(t *shell.Turn) error { return fn(&turn{t}) }))
	}
	at("GET /team", p.members)
	at("GET /team/invite", p.invite)
	at("POST /team/invite", p.invited)
	at("POST /team/invitations/{id}/withdraw", p.withdraw)
	at("GET /team/{id}", p.member)
	at("POST /team/{id}", p.changed)
	at("POST /team/{id}/remove", p.removed)
	at("POST /team/{id}/sessions/end", p.endMember)
	at("POST /team/{id}/sessions/{session}/end", p.endMember)
	at("GET /keys", p.keys)
	at("GET /keys/new", p.newKey)
	at("POST /keys/new", p.makeKey)
	at("POST /keys/{id}/revoke", p.revokeKey)
}

// show draws a page of the desk.
func (p *Pages) show(t *turn, m view.Leaf, status int) error {
	f, err := p.Frame(t.Turn, "settings", m.Heading)
	if err != nil {
		return err
	}
	if t.R.Method != http.MethodGet {
		f.Path = t.R.URL.Path
	}
	f.Stream = "" // what somebody fills in is left alone
	m.Page, m.Desk = f.Page, &f
	return t.Show(view.LeafPage(m), status)
}

func (t *turn) settings() view.Link {
	return view.Link{Text: t.P.T("nav.settings"), Href: t.Root() + "/settings"}
}

// reachLine tells role and reach in words.
func (t *turn) reachLine(role account.Role, staff id.Staff, reach account.Reach, at id.Location) string {
	words := []string{t.P.T("role." + string(role))}
	if s, ok := t.Set.Catalog.StaffMember(staff); ok {
		words = append(words, t.Name(s.Names))
	}
	switch reach {
	case account.ReachBusiness:
	case account.ReachOwn:
		words = append(words, t.P.T("reach.own"))
	case account.ReachLocation:
		name := ""
		if l, ok := t.Set.Catalog.Location(at); ok {
			name = t.Name(l.Names)
		}
		words = append(words, t.P.T("reach.at", "name", name))
	}
	return strings.Join(words, " · ")
}

func (p *Pages) members(t *turn) error {
	m := view.Leaf{
		Heading: t.P.T("team.title"), Line: t.P.T("team.line"), Back: t.settings(),
		Add: view.Link{Text: t.P.T("team.invite"), Href: t.Root() + "/team/invite"},
	}
	people := view.LeafSection{Heading: t.P.T("team.members")}
	for after := id.User(""); ; {
		page, err := p.Gate.ListMembers(t.Ctx(), t.Who, after, mostShown)
		if err != nil {
			return err
		}
		for _, one := range page {
			after = one.User
			u, err := p.Gate.FindUser(t.Ctx(), one.User)
			if err != nil {
				return err
			}
			row := view.LeafRow{Name: u.Name, Line: t.reachLine(one.Role, one.Staff, one.Reach, one.Location), Side: u.Email, Href: t.Root() + "/team/" + string(u.ID)}
			if string(u.ID) == t.Who.ID {
				row.Chip = view.Chip{Text: t.P.T("team.you"), Tone: view.Quiet}
			}
			people.Rows = append(people.Rows, row)
		}
		if len(page) < mostShown {
			break
		}
	}
	m.Sections = []view.LeafSection{people}
	open, err := p.Gate.ListInvitations(t.Ctx(), t.Who)
	if err != nil {
		return err
	}
	waiting := view.LeafSection{Heading: t.P.T("team.open"), None: t.P.T("team.open_none")}
	for _, i := range open {
		waiting.Rows = append(waiting.Rows, view.LeafRow{
			Name: i.Email, Line: t.reachLine(i.Role, i.Staff, i.Reach, i.Location),
			Side: t.P.T("team.until", "when", t.P.DateTimeIn(i.ExpiresAt.In(t.Home), t.Now.In(t.Home))),
			Acts: []view.LeafForm{{
				Action: t.Root() + "/team/invitations/" + string(i.ID) + "/withdraw", Button: t.P.T("team.withdraw"), Spoken: t.P.T("team.withdraw") + ": " + i.Email,
			}},
		})
	}
	m.Sections = append(m.Sections, waiting)
	m.Links = []view.Link{{Text: t.P.T("keys.title"), Href: t.Root() + "/keys"}}
	return p.show(t, m, http.StatusOK)
}

// mostShown is how many members are read at once.
const mostShown = 200

// posted is a place in the business as a form says it.
type posted struct {
	role     account.Role
	staff    id.Staff
	reach    account.Reach
	location id.Location
}

func (t *turn) posted() posted {
	in := posted{
		role: account.Role(t.R.PostFormValue("role")), staff: id.Staff(t.R.PostFormValue("staff")),
		reach: account.Reach(t.R.PostFormValue("reach")), location: id.Location(t.R.PostFormValue("location")),
	}
	if in.reach == "all" {
		in.reach = account.ReachBusiness
	}
	if in.reach != account.ReachLocation {
		in.location = ""
	}
	return in
}

// check refuses staff and places that are not the business's.
func (t *turn) check(in posted) error {
	var c fault.Checker
	_, staff := t.Set.Catalog.StaffMember(in.staff)
	c.Require(in.staff == "" || staff, "staff", "unknown", "there is no such person")
	_, place := t.Set.Catalog.Location(in.location)
	c.Require(in.location == "" || place, "location", "unknown", "there is no such place")
	return c.Err()
}

// fields are those of a place in the business.
func (t *turn) fields(in posted, roles ...account.Role) []view.LeafField {
	role := view.LeafField{Name: "role", Label: t.P.T("team.role"), Hint: t.P.T("team.role_hint")}
	for _, r := range roles {
		role.Options = append(role.Options, view.Option{Value: string(r), Text: t.P.T("role." + string(r)), Chosen: r == in.role})
	}
	staff := view.LeafField{Name: "staff", Label: t.P.T("team.staff"), Hint: t.P.T("team.staff_hint")}
	staff.Options = []view.Option{{Text: t.P.T("team.nobody"), Chosen: in.staff == ""}}
	for _, s := range t.Set.Catalog.Staff {
		if !s.Archived || s.ID == in.staff {
			staff.Options = append(staff.Options, view.Option{Value: string(s.ID), Text: t.Name(s.Names), Chosen: s.ID == in.staff})
		}
	}
	reach := view.LeafField{Name: "reach", Label: t.P.T("team.reach"), Hint: t.P.T("team.reach_hint"), Options: []view.Option{
		{Value: "all", Text: t.P.T("reach.all"), Chosen: in.reach == account.ReachBusiness},
		{Value: string(account.ReachLocation), Text: t.P.T("reach.location"), Chosen: in.reach == account.ReachLocation},
		{Value: string(account.ReachOwn), Text: t.P.T("reach.own"), Chosen: in.reach == account.ReachOwn},
	}}
	out := []view.LeafField{role, staff, reach}
	if len(t.Set.Catalog.Locations) > 0 {
		where := view.LeafField{Name: "location", Label: t.P.T("team.location"), Options: []view.Option{{Text: t.P.T("team.nowhere"), Chosen: in.location == ""}}}
		for _, l := range t.Set.Catalog.Locations {
			where.Options = append(where.Options, view.Option{Value: string(l.ID), Text: t.Name(l.Names), Chosen: l.ID == in.location})
		}
		out = append(out, where)
	}
	return out
}

var people = []account.Role{account.Owner, account.Manager, account.Reception, account.Staff, account.Accountant} //nolint:gochecknoglobals // never changed

// faults puts what is wrong onto a form.
func (p *Pages) faults(t *turn, f *view.LeafForm, err error) int {
	if err == nil {
		return http.StatusOK
	}
	if f.Errors = p.wrong(t.R, err); len(f.Errors) == 0 {
		f.Said = p.told(t.R, err)
		if fault.KindOf(err) == fault.Conflict {
			f.Said = t.P.T("team.conflict")
		}
	}
	return statusOf(err)
}

func (p *Pages) invite(t *turn) error {
	return p.invitePage(t, posted{role: account.Reception}, nil)
}

func (p *Pages) invitePage(t *turn, in posted, err error) error {
	f := view.LeafForm{Action: t.Root() + "/team/invite", Button: t.P.T("team.invite_do")}
	f.Fields = append([]view.LeafField{{
		Name: "email", Label: t.P.T("form.email"), Value: t.R.PostFormValue("email"), Kind: "email", Auto: "off", Required: true,
	}}, t.fields(in, people...)...)
	status := p.faults(t, &f, err)
	if fault.KindOf(err) == fault.Conflict && err != nil {
		f.Said = t.P.T("team.there")
	}
	return p.show(t, view.Leaf{
		Heading: t.P.T("team.invite"), Line: t.P.T("team.invite_line"), Back: view.Link{Text: t.P.T("team.title"), Href: t.Root() + "/team"},
		Sections: []view.LeafSection{{Forms: []view.LeafForm{f}}},
	}, status)
}

func (p *Pages) invited(t *turn) error {
	in := t.posted()
	err := t.check(in)
	if err == nil {
		_, err = p.Gate.Invite(t.Ctx(), t.Who, account.NewInvitation{
			Email: t.R.PostFormValue("email"), Language: t.Set.Catalog.Business.Language, Role: in.role, Staff: in.staff, Reach: in.reach, Location: in.location,
		})
	}
	switch {
	case err == nil:
		return t.Back(t.Root()+"/team", "invited")
	case expected(err):
		return p.invitePage(t, in, err)
	}
	return err
}

func (p *Pages) withdraw(t *turn) error {
	want, err := shell.ID[id.Invitation](t.Turn, "invitation")
	if err != nil {
		return err
	}
	if err := p.Gate.Withdraw(t.Ctx(), t.Who, want); err != nil && fault.KindOf(err) != fault.NotFound { // sent twice
		return err
	}
	return t.Back(t.Root()+"/team", "withdrawn")
}

func (p *Pages) member(t *turn) error {
	want, err := shell.ID[id.User](t.Turn, "member")
	if err != nil {
		return err
	}
	m, err := p.Gate.FindMember(t.Ctx(), t.Who, want)
	if err != nil {
		return err
	}
	return p.memberPage(t, want, posted{m.Role, m.Staff, m.Reach, m.Location}, nil)
}

func (p *Pages) memberPage(t *turn, user id.User, in posted, err error) error {
	u, findErr := p.Gate.FindUser(t.Ctx(), user)
	if findErr != nil {
		return findErr
	}
	here := t.Root() + "/team/" + string(user)
	f := view.LeafForm{Action: here, Button: t.P.T("settings.save"), Fields: t.fields(in, people...)}
	status := p.faults(t, &f, err)
	sessions, findErr := p.memberSessions(t, user)
	if findErr != nil {
		return findErr
	}
	return p.show(t, view.Leaf{
		Heading: u.Name, Line: u.Email, Back: view.Link{Text: t.P.T("team.title"), Href: t.Root() + "/team"},
		Sections: []view.LeafSection{
			{Forms: []view.LeafForm{f}},
			sessions,
			{Heading: t.P.T("team.remove"), Line: t.P.T("team.remove_line"), Forms: []view.LeafForm{{Action: here + "/remove", Button: t.P.T("team.remove"), Danger: true}}},
		},
	}, status)
}

func (p *Pages) changed(t *turn) error {
	want, err := shell.ID[id.User](t.Turn, "member")
	if err != nil {
		return err
	}
	in := t.posted()
	if err = t.check(in); err == nil {
		_, err = p.Gate.ChangeMember(t.Ctx(), t.Who, want, func(m *account.Member) error {
			m.Role, m.Staff, m.Reach, m.Location = in.role, in.staff, in.reach, in.location
			return nil
		})
	}
	switch {
	case err == nil:
		return t.Back(t.Root()+"/team", "saved")
	case expected(err):
		return p.memberPage(t, want, in, err)
	}
	return err
}

func (p *Pages) removed(t *turn) error {
	want, err := shell.ID[id.User](t.Turn, "member")
	if err != nil {
		return err
	}
	err = p.Gate.RemoveMember(t.Ctx(), t.Who, want)
	switch {
	case err == nil || fault.KindOf(err) == fault.NotFound: // perhaps sent twice
		if string(want) == t.Who.ID {
			http.Redirect(t.W, t.R, "/", http.StatusSeeOther)
			return nil
		}
		return t.Back(t.Root()+"/team", "removed")
	case fault.KindOf(err) == fault.Conflict:
		m, findErr := p.Gate.FindMember(t.Ctx(), t.Who, want)
		if findErr != nil {
			return findErr
		}
		return p.memberPage(t, want, posted{m.Role, m.Staff, m.Reach, m.Location}, err)
	}
	return err
}
