// Package chainapi is the part of the HTTP interface about chains: who is in
// one (/chain), and what other branches lend of a client's card
// (/clients/{id}/branches).
//
// A code that lets a business in is in the answer that makes it and nowhere
// else. What is not lent, for whatever reason, is not found.
package chainapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/availability"
	"kept/chain"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/span"
)

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Cards opens cards for those who want to see them, and records that they did.
type Cards interface {
	Open(ctx context.Context, business id.Business, id id.Client, actor event.Actor, what string) (client.Client, error)
}

// API answers the operations.
type API struct {
	Board    *chain.Board
	Lender   *chain.Lender
	Settings Settings
	Cards    Cards

	zones span.Zones
}

// Register adds the operations to an edge.
func (a *API) Register(e *wire.Edge) {
	wire.Op(e, http.MethodGet, "/chain", "get-chain", "The chain that the business is in, its branches and open invitations", a.get)
	o := wire.Operation(http.MethodPost, "/chain", "found-chain", "Found a chain; the business is its first branch")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.found)
	wire.Op(e, http.MethodDelete, "/chain", "leave-chain", "Leave the chain: from now on no card goes either way", a.leave)
	o = wire.Operation(http.MethodPost, "/chain/invitations", "invite-branch", "Make a code with which one more business joins")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.invite)
	wire.Op(e, http.MethodDelete, "/chain/invitations/{id}", "withdraw-branch", "Withdraw an invitation", a.withdraw)
	o = wire.Operation(http.MethodPost, "/chain/join", "join-chain", "Join the chain that a code is for; it works once")
	o.Errors = append(o.Errors, http.StatusGone)
	wire.Secured(e, o, a.join)
	const path = "/clients/{id}/branches"
	wire.Op(e, http.MethodGet, path, "list-branches", "Where else the client has a card that they agreed to share", a.branches)
	wire.Op(e, http.MethodGet, path+"/{business}", "get-branch-card", "What another branch shares of its card; both record that it was read", a.sheet)
	wire.Op(e, http.MethodPost, path+"/{business}/bring", "bring-facts", "Write shared facts of the client down here, where the same side has said nothing", a.bring)
}

// BranchBody is a business in the chain.
type BranchBody struct {
	ID       string      `json:"id" doc:"Of the business"`
	Name     string      `json:"name"`
	JoinedAt wire.Moment `json:"joined_at"`
	Own      bool        `json:"own,omitempty" doc:"It is the one of the key"`
}

// InvitationBody is an invitation that is open.
type InvitationBody struct {
	ID        string      `json:"id"`
	Branch    string      `json:"branch" doc:"The business that invites"`
	CreatedAt wire.Moment `json:"created_at"`
	ExpiresAt wire.Moment `json:"expires_at"`
}

// ChainBody is a chain.
type ChainBody struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	CreatedAt   wire.Moment      `json:"created_at"`
	Branches    []BranchBody     `json:"branches" doc:"Who joined first first"`
	Invitations []InvitationBody `json:"invitations"`
}

type chainOut struct{ Body ChainBody }

// home is the zone in which a business tells the time.
func (a *API) home(ctx context.Context, business id.Business) (*time.Location, error) {
	return wire.HomeZone(ctx, a.Settings, &a.zones, business)
}

// name is what a business is called in the language of the answer.
func name(ctx context.Context, s *availability.Setting) string {
	return s.Catalog.Business.Names.Pick(web.Language(ctx), s.Catalog.Business.Language)
}

func (a *API) answer(ctx context.Context, p account.Principal, v chain.View, err error) (*chainOut, error) {
	if err != nil {
		return nil, err
	}
	zone, err := a.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	out := ChainBody{
		ID: string(v.ID), Name: v.Name, CreatedAt: wire.At(v.CreatedAt, zone), Branches: []BranchBody{}, Invitations: []InvitationBody{},
	}
	for _, m := range v.Members {
		s, err := a.Settings.Load(ctx, m.Business, 0)
		if err != nil {
			return nil, err
		}
		out.Branches = append(out.Branches, BranchBody{string(m.Business), name(ctx, s), wire.At(m.JoinedAt, zone), m.Business == p.Business})
	}
	for _, i := range v.Invitations {
		out.Invitations = append(out.Invitations, InvitationBody{
			string(i.ID), string(i.By), wire.At(i.CreatedAt, zone), wire.At(i.ExpiresAt, zone),
		})
	}
	return &chainOut{out}, nil
}

func (a *API) get(ctx context.Context, p account.Principal, _ *struct{}) (*chainOut, error) {
	v, err := a.Board.Find(ctx, p)
	return a.answer(ctx, p, v, err)
}

func (a *API) found(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Name string `json:"name" maxLength:"500" doc:"As clients read it in what they agree to"`
	}
},
) (*chainOut, error) {
	v, err := a.Board.Found(ctx, p, in.Body.Name)
	return a.answer(ctx, p, v, err)
}

func (a *API) leave(ctx context.Context, p account.Principal, _ *struct{}) (*struct{}, error) {
	return nil, a.Board.Leave(ctx, p)
}

// CodeBody is an invitation as it is made.
type CodeBody struct {
	ID        string      `json:"id"`
	Code      string      `json:"code" doc:"For the owner of the business that is to join; told here and nowhere else"`
	ExpiresAt wire.Moment `json:"expires_at"`
}

func (a *API) invite(ctx context.Context, p account.Principal, _ *struct{}) (*struct{ Body CodeBody }, error) {
	code, i, err := a.Board.Invite(ctx, p)
	if err != nil {
		return nil, err
	}
	zone, err := a.home(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	return &struct{ Body CodeBody }{CodeBody{string(i.ID), code, wire.At(i.ExpiresAt, zone)}}, nil
}

func (a *API) withdraw(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	return nil, a.Board.Withdraw(ctx, p, id.Invitation(in.ID))
}

func (a *API) join(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Code string `json:"code" maxLength:"500"`
	}
},
) (*chainOut, error) {
	v, err := a.Board.Join(ctx, p, in.Body.Code)
	return a.answer(ctx, p, v, err)
}
