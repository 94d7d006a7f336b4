// Package accountapi is the part of the HTTP interface about who may come in:
// members and their sessions, invitations and API keys of a business. Everything needs
// accounts.manage, and nobody gives away a right that they have not.
//
// A key's text is in the answer that makes it and nowhere else. The link of an
// invitation is in no answer at all: it goes to the invited alone, by mail,
// which is what shows that the address is theirs.
package accountapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/availability"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/web/wire"
	"kept/span"
)

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// API answers the operations.
type API struct {
	Gate     *account.Gate
	Settings Settings

	zones span.Zones
}

// Register adds the operations to an edge.
func (a *API) Register(e *wire.Edge) {
	wire.Op(e, http.MethodGet, "/members", "list-members", "Who works for the business", a.listMembers)
	wire.Op(e, http.MethodGet, "/members/{id}", "get-member", "One member", a.getMember)
	wire.Op(e, http.MethodPatch, "/members/{id}", "update-member", "Change role or reach; what is missing stays", a.updateMember)
	wire.Op(e, http.MethodDelete, "/members/{id}", "remove-member", "Remove a member; their sessions end at once", a.removeMember)
	wire.Op(e, http.MethodGet, "/members/{id}/sessions", "list-member-sessions", "Where a member is signed in to this business", a.listSessions)
	wire.Op(e, http.MethodDelete, "/members/{id}/sessions", "end-member-sessions", "End all of a member's sessions in this business; they are told by mail", a.endSessions)
	wire.Op(e, http.MethodDelete, "/members/{id}/sessions/{session}", "end-member-session", "End one of them; they are told by mail", a.endSession)
	wire.Op(e, http.MethodGet, "/invitations", "list-invitations", "Open invitations, the newest first", a.listInvitations)
	o := wire.Operation(http.MethodPost, "/invitations", "create-invitation", "Invite somebody by mail")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.invite)
	wire.Op(e, http.MethodDelete, "/invitations/{id}", "withdraw-invitation", "Withdraw an invitation", a.withdraw)
	wire.Op(e, http.MethodGet, "/keys", "list-keys", "API keys, without their texts", a.listKeys)
	o = wire.Operation(http.MethodPost, "/keys", "create-key", "Make an API key")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.createKey)
	wire.Op(e, http.MethodDelete, "/keys/{id}", "revoke-key", "Revoke a key at once", a.revokeKey)
}

// Grant is what somebody may do, and how far it reaches.
type Grant struct {
	Role     string `json:"role" enum:"owner,manager,reception,staff,accountant,integration"`
	Staff    string `json:"staff,omitempty" doc:"Which of the staff it is; needed with the role of staff and the reach own"`
	Reach    string `json:"reach,omitempty" enum:"business,location,own" default:"business" doc:"Whose cards and bookings there are: all, those of a location, those of staff"`
	Location string `json:"location,omitempty" doc:"With the reach location"`
}

func grantOf(role account.Role, staff id.Staff, reach account.Reach, at id.Location) Grant {
	g := Grant{string(role), string(staff), "business", string(at)}
	if reach != account.ReachBusiness {
		g.Reach = string(reach)
	}
	return g
}

// read reads a grant, of things of the business alone.
func (g Grant) read(c *catalog.Catalog) (m account.Member, err error) {
	m = account.Member{
		Role: account.Role(g.Role), Staff: id.Staff(g.Staff), Reach: account.Reach(g.Reach), Location: id.Location(g.Location),
	}
	if g.Reach == "business" {
		m.Reach = account.ReachBusiness
	}
	var check fault.Checker
	_, staff := c.StaffMember(m.Staff)
	check.Require(m.Staff == "" || staff, "staff", "unknown", "there is no such staff member")
	_, place := c.Location(m.Location)
	check.Require(m.Location == "" || place, "location", "unknown", "there is no such location")
	return m, check.Err()
}

type memberBody struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Grant
}

type memberOut struct{ Body memberBody }

func (a *API) member(ctx context.Context, m account.Member, err error) (*memberOut, error) {
	if err != nil {
		return nil, err
	}
	u, err := a.Gate.FindUser(ctx, m.User)
	return &memberOut{memberBody{string(u.ID), u.Name, u.Email, grantOf(m.Role, m.Staff, m.Reach, m.Location)}}, err
}

// size is how many things a list asks for, and one more, which tells whether there are.
func size(limit int) int { return min(max(limit, 1), most) + 1 }

// most is how many things are listed at once, less the one more.
const most = 199

func (a *API) listMembers(ctx context.Context, p account.Principal, in *wire.Paging) (*struct{ Body wire.Page[memberBody] }, error) {
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Gate.ListMembers(ctx, p, id.User(c.ID), size(in.Limit))
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, size(in.Limit)-1, func(m account.Member) wire.Cursor { return wire.Cursor{ID: string(m.User)} })
	out := wire.Page[memberBody]{Items: make([]memberBody, len(list)), Next: next}
	for i, m := range list {
		one, err := a.member(ctx, m, nil)
		if err != nil {
			return nil, err
		}
		out.Items[i] = one.Body
	}
	return &struct{ Body wire.Page[memberBody] }{out}, nil
}

func (a *API) getMember(ctx context.Context, p account.Principal, in *wire.NounPath) (*memberOut, error) {
	m, err := a.Gate.FindMember(ctx, p, id.User(in.ID))
	return a.member(ctx, m, err)
}

func (a *API) updateMember(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		Role     *string `json:"role,omitempty" enum:"owner,manager,reception,staff,accountant"`
		Staff    *string `json:"staff,omitempty" maxLength:"36"`
		Reach    *string `json:"reach,omitempty" enum:"business,location,own"`
		Location *string `json:"location,omitempty" maxLength:"36"`
	}
},
) (*memberOut, error) {
	if err := wire.Must(p, account.ManageAccounts); err != nil {
		return nil, err
	}
	s, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	m, err := a.Gate.ChangeMember(ctx, p, id.User(in.ID), func(m *account.Member) error {
		g := grantOf(m.Role, m.Staff, m.Reach, m.Location)
		wire.Set(&g.Role, in.Body.Role)
		wire.Set(&g.Staff, in.Body.Staff)
		wire.Set(&g.Reach, in.Body.Reach)
		wire.Set(&g.Location, in.Body.Location)
		if g.Reach != string(account.ReachLocation) {
			g.Location = ""
		}
		*m, err = g.read(s.Catalog)
		return err
	})
	return a.member(ctx, m, err)
}

func (a *API) removeMember(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	return nil, a.Gate.RemoveMember(ctx, p, id.User(in.ID))
}

// home is the zone of a business.
func (a *API) home(ctx context.Context, business id.Business) (*catalog.Catalog, *time.Location, error) {
	s, err := a.Settings.Load(ctx, business, 0)
	if err != nil {
		return nil, nil, err
	}
	zone, err := a.zones.Load(s.Catalog.Business.Zone)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Internal, fault.CodeInternal, "the time zone of the business is unknown here", err)
	}
	return s.Catalog, zone, nil
}

type invitationBody struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Grant
	CreatedAt wire.Moment `json:"created_at"`
	ExpiresAt wire.Moment `json:"expires_at"`
}

func invitationOf(i account.Invitation, zone *time.Location) invitationBody {
	return invitationBody{
		string(i.ID), i.Email, grantOf(i.Role, i.Staff, i.Reach, i.Location), wire.At(i.CreatedAt, zone), wire.At(i.ExpiresAt, zone),
	}
}

func (a *API) listInvitations(ctx context.Context, p account.Principal, in *wire.Paging) (*struct{ Body wire.Page[invitationBody] }, error) {
	list, err := a.Gate.ListInvitations(ctx, p)
	if err != nil {
		return nil, err
	}
	list, next, err := wire.Cut(list, *in, func(i account.Invitation) string { return string(i.ID) })
	if err != nil {
		return nil, err
	}
	_, zone, err := a.home(ctx, p.Business)
	out := wire.Page[invitationBody]{Items: make([]invitationBody, len(list)), Next: next}
	for i, one := range list {
		out.Items[i] = invitationOf(one, zone)
	}
	return &struct{ Body wire.Page[invitationBody] }{out}, err
}

func (a *API) invite(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Language string `json:"language,omitempty" maxLength:"35" doc:"Of the letter; the business's when missing"`
		Grant
	}
},
) (*struct{ Body invitationBody }, error) {
	if err := wire.Must(p, account.ManageAccounts); err != nil {
		return nil, err
	}
	c, zone, err := a.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	m, err := in.Body.read(c)
	if err != nil {
		return nil, err
	}
	i, err := a.Gate.Invite(ctx, p, account.NewInvitation{
		Email: in.Body.Email, Language: in.Body.Language, Role: m.Role, Staff: m.Staff, Reach: m.Reach, Location: m.Location,
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body invitationBody }{invitationOf(i, zone)}, nil
}

func (a *API) withdraw(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	return nil, a.Gate.Withdraw(ctx, p, id.Invitation(in.ID))
}
