package visitorapi

import (
	"context"

	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
	"kept/visitor"
)

// ownCard is a card that opens for who is signed in.
type ownCard struct {
	Business wire.Ref `json:"business"`
	Slug     string   `json:"slug" doc:"The business's word in addresses: /b/{slug}/me/..."`
	Client   wire.Ref `json:"client" doc:"The card; ?who= names it where there are several at the business"`
	How      string   `json:"how" enum:"contact,relation" doc:"It carries the contact, or a card that does answers for it"`
}

type loginOut struct {
	Body struct {
		Kind    string    `json:"kind" enum:"email,phone"`
		Contact string    `json:"contact" doc:"By which one is signed in"`
		Session string    `json:"session" doc:"The id of this session"`
		Cards   []ownCard `json:"cards" doc:"Those that carry the contact first, each followed by those it answers for"`
	}
}

func (a *SignIns) login(ctx context.Context, _ *struct{}) (*loginOut, error) {
	me := entered(ctx)
	all, err := a.Door.ListCards(ctx, me.login, "")
	if err != nil {
		return nil, err
	}
	out := &loginOut{}
	out.Body.Kind, out.Body.Contact = string(me.login.Contact.Kind), me.login.Contact.Value
	out.Body.Session, out.Body.Cards = string(me.session.ID), []ownCard{}
	for _, c := range all {
		one, err := a.card(ctx, c)
		if fault.KindOf(err) == fault.NotFound && err != nil {
			continue // erased just now
		}
		if err != nil {
			return nil, err
		}
		out.Body.Cards = append(out.Body.Cards, one)
	}
	return out, nil
}

func (a *SignIns) card(ctx context.Context, c visitor.Card) (ownCard, error) {
	who, err := a.API.Cards.Find(ctx, c.Business, c.Client)
	if err != nil {
		return ownCard{}, err
	}
	s, err := a.API.Settings.Load(ctx, c.Business, 0)
	if err != nil {
		return ownCard{}, err
	}
	b := s.Catalog.Business
	return ownCard{
		Business: wire.Ref{ID: string(b.ID), Name: b.Names.Pick(web.Language(ctx), b.Language)}, Slug: b.Slug,
		Client: wire.Ref{ID: string(c.Client), Name: who.Name}, How: string(c.How),
	}, nil
}

type ownSession struct {
	ID        string      `json:"id"`
	Agent     string      `json:"agent" doc:"What the browser or program said it is"`
	Current   bool        `json:"current"`
	CreatedAt wire.Moment `json:"created_at"`
	RenewedAt wire.Moment `json:"renewed_at" doc:"When its token was changed last"`
	ExpiresAt wire.Moment `json:"expires_at"`
}

type ownSessionsOut struct{ Body wire.Page[ownSession] }

func (a *SignIns) sessions(ctx context.Context, in *wire.Paging) (*ownSessionsOut, error) {
	me := entered(ctx)
	all, err := a.Door.ListSessions(ctx, me.login.ID)
	if err != nil {
		return nil, err
	}
	page, err := wire.Slice(all, *in, func(s visitor.Session) string { return string(s.ID) })
	return &ownSessionsOut{wire.Told(page, func(s visitor.Session) ownSession {
		return ownSession{
			string(s.ID), s.Agent, s.ID == me.session.ID, wire.At(s.CreatedAt, nil), wire.At(s.TurnedAt, nil), wire.At(s.ExpiresAt, nil),
		}
	})}, err
}

func (a *SignIns) endOthers(ctx context.Context, _ *struct{}) (*struct{}, error) {
	me := entered(ctx)
	return nil, a.Door.SignOutOthers(ctx, me.login.ID, me.session.ID)
}

func (a *SignIns) end(ctx context.Context, in *struct {
	Session string `path:"session" maxLength:"36" doc:"The session's id, or current"`
},
) (*struct{}, error) {
	me := entered(ctx)
	if in.Session == "current" {
		return nil, a.Door.SignOut(ctx, me.login.ID, me.session.ID)
	}
	want, err := wire.ReadID[id.Session]("session", in.Session)
	if err != nil {
		return nil, err
	}
	return nil, a.Door.EndSession(ctx, me.login.ID, want)
}
