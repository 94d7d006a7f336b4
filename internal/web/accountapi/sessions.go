package accountapi

import (
	"context"

	"kept/account"
	"kept/id"
	"kept/internal/web/wire"
)

// sessionBody is where a member is signed in. Seen is when they were last seen
// in this business; what they do in others is told to nobody here.
type sessionBody struct {
	ID      string      `json:"id"`
	Device  string      `json:"device" doc:"Roughly: Firefox, Windows; empty where it is not known"`
	Address string      `json:"address" doc:"Of the network they signed in from"`
	By      string      `json:"by" enum:"password,passkey,outside,pin" doc:"How they showed who they are"`
	Second  string      `json:"second_factor" enum:",totp,recovery,passkey,outside" doc:"By what they showed a second factor; empty for not"`
	Shared  bool        `json:"shared" doc:"A desk at which people take turns"`
	SeenAt  wire.Moment `json:"seen_at"`
}

func (a *API) listSessions(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{ Body wire.Page[sessionBody] }, error) {
	all, err := a.Gate.MemberSessions(ctx, p, id.User(in.ID))
	if err != nil {
		return nil, err
	}
	_, zone, err := a.home(ctx, p.Business)
	out := wire.Page[sessionBody]{Items: make([]sessionBody, len(all))}
	for i, s := range all {
		out.Items[i] = sessionBody{
			string(s.ID), s.Origin.Device, s.Origin.Address, string(s.ProvedBy), string(s.SecondBy), s.Shared != "", wire.At(s.SeenAt, zone),
		}
	}
	return &struct{ Body wire.Page[sessionBody] }{out}, err
}

func (a *API) endSessions(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	return nil, a.Gate.EndMemberSession(ctx, p, id.User(in.ID), "")
}

func (a *API) endSession(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Session string `path:"session" maxLength:"36"`
},
) (*struct{}, error) {
	if in.Session == "" { // it would mean all of them
		in.Session = "none"
	}
	return nil, a.Gate.EndMemberSession(ctx, p, id.User(in.ID), id.Session(in.Session))
}
