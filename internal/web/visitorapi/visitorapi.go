// Package visitorapi is the part of the HTTP interface about how clients sign
// in to their own cards: which contacts an owner has no codes sent to, and
// which card answers for which other (a parent's for a child's). Relations are
// read page by page: for how many a card answers is bounded, who answers for it
// is not. A client's own contacts are bounded (client.MostContacts), so that a
// page is cut from the whole; their files are read page by page.
package visitorapi

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/availability"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/web/wire"
	"kept/span"
	"kept/visitor"
)

// Door keeps blocks and relations; visitor.Door does.
type Door interface {
	AddBlock(ctx context.Context, business id.Business, typed string) (visitor.Block, error)
	RemoveBlock(ctx context.Context, business id.Business, block id.Block) error
	ListBlocks(ctx context.Context, business id.Business) ([]visitor.Block, error)
	Relate(ctx context.Context, business id.Business, guardian, of id.Client, by event.Actor) error
	Part(ctx context.Context, business id.Business, guardian, of id.Client, by event.Actor) error
	Relations(ctx context.Context, business id.Business, of id.Client, after visitor.RelationSpot, limit int) ([]visitor.Relation, error)
	Relation(ctx context.Context, business id.Business, guardian, of id.Client) (visitor.Relation, error)
}

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
}

// Cards finds cards.
type Cards interface {
	Find(ctx context.Context, business id.Business, want id.Client) (client.Client, error)
}

// API answers the operations.
type API struct {
	Door     Door
	Settings Settings
	Cards    Cards

	zones span.Zones
}

// Register adds the operations to an edge.
func (a *API) Register(e *wire.Edge) {
	wire.Op(e, http.MethodGet, "/sign-in-blocks", "list-sign-in-blocks", "To which contacts no codes are sent", a.listBlocks)
	o := wire.Operation(http.MethodPost, "/sign-in-blocks", "create-sign-in-block", "Send no codes to a contact, or to numbers that begin alike")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.addBlock)
	wire.Op(e, http.MethodDelete, "/sign-in-blocks/{id}", "delete-sign-in-block", "Send codes there again", a.removeBlock)
	wire.Op(e, http.MethodGet, "/clients/{id}/relations", "list-relations", "For whom a card answers, and behind them who answers for it", a.relations)
	o = wire.Operation(http.MethodPost, "/clients/{id}/relations", "create-relation", "Let a card answer for another: who signs in to the one sees the other")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(e, o, a.relate)
	wire.Op(e, http.MethodDelete, "/clients/{id}/relations/{other}", "delete-relation", "A card answers for another no more", a.part)
}

func (a *API) zone(ctx context.Context, business id.Business) (*time.Location, error) {
	return wire.HomeZone(ctx, a.Settings, &a.zones, business)
}

type blockBody struct {
	ID        string      `json:"id"`
	Contact   string      `json:"contact" doc:"An e-mail address or a number; with a star behind it, the beginning of numbers"`
	CreatedAt wire.Moment `json:"created_at"`
}

func blockOf(b visitor.Block, zone *time.Location) blockBody {
	out := blockBody{string(b.ID), b.Value, wire.At(b.CreatedAt, zone)}
	if b.Prefix {
		out.Contact += "*"
	}
	return out
}

type blockListOut struct {
	Body wire.Page[blockBody]
}

func (a *API) listBlocks(ctx context.Context, p account.Principal, in *wire.Paging) (*blockListOut, error) {
	if err := wire.Must(p, account.WriteSettings); err != nil {
		return nil, err
	}
	list, err := a.Door.ListBlocks(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	list, next, err := wire.Cut(list, *in, func(b visitor.Block) string { return string(b.ID) })
	if err != nil {
		return nil, err
	}
	zone, err := a.zone(ctx, p.Business)
	out := &blockListOut{Body: wire.Page[blockBody]{Items: []blockBody{}, Next: next}}
	for _, b := range list {
		out.Body.Items = append(out.Body.Items, blockOf(b, zone))
	}
	return out, err
}

type blockOut struct{ Body blockBody }

func (a *API) addBlock(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Contact string `json:"contact,omitempty" maxLength:"254" example:"+882*"`
	}
},
) (*blockOut, error) {
	if err := wire.Must(p, account.WriteSettings); err != nil {
		return nil, err
	}
	b, err := a.Door.AddBlock(ctx, p.Business, in.Body.Contact)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone(ctx, p.Business)
	return &blockOut{blockOf(b, zone)}, err
}

func (a *API) removeBlock(ctx context.Context, p account.Principal, in *wire.NounPath) (*struct{}, error) {
	if err := wire.Must(p, account.WriteSettings); err != nil {
		return nil, err
	}
	want, err := wire.ReadID[id.Block]("block", in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.Door.RemoveBlock(ctx, p.Business, want)
}

type relationBody struct {
	Client string      `json:"client" doc:"The other card"`
	Role   string      `json:"role" enum:"ward,guardian" doc:"What the other card is to this one: ward, this one answers for it; guardian, it answers for this one"`
	Actor  event.Actor `json:"actor"`
	Since  wire.Moment `json:"since"`
}

// relationOf tells a relation of a card.
func relationOf(r visitor.Relation, of id.Client, zone *time.Location) relationBody {
	s := r.Spot(of)
	return relationBody{string(s.Other), s.Role(), r.By, wire.At(r.CreatedAt, zone)}
}

type (
	relationOut  struct{ Body relationBody }
	relationsOut struct{ Body wire.Page[relationBody] }
)

func (a *API) relations(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	wire.Paging
},
) (*relationsOut, error) {
	of, err := a.card(ctx, p, account.ReadClients, in.ID)
	if err != nil {
		return nil, err
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Door.Relations(ctx, p.Business, of, wire.RelationSpot(c), in.Limit+1)
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, in.Limit, func(r visitor.Relation) wire.Cursor { return wire.RelationCursor(r, of) })
	zone, err := a.zone(ctx, p.Business)
	page := wire.Page[visitor.Relation]{Items: list, Next: next}
	return &relationsOut{wire.Told(page, func(r visitor.Relation) relationBody { return relationOf(r, of, zone) })}, err
}

// card finds a card that the principal may reach.
func (a *API) card(ctx context.Context, p account.Principal, need account.Action, text string) (id.Client, error) {
	if err := wire.Must(p, need); err != nil {
		return "", err
	}
	want, err := wire.ReadID[id.Client]("client", text)
	if err != nil {
		return "", err
	}
	_, err = a.Cards.Find(ctx, p.Business, want)
	return want, err
}

func (a *API) relate(ctx context.Context, p account.Principal, in *struct {
	ID   string `path:"id"`
	Body struct {
		Client string `json:"client" doc:"The card for which this one answers"`
	}
},
) (*relationOut, error) {
	guardian, err := a.card(ctx, p, account.WriteClients, in.ID)
	if err != nil {
		return nil, err
	}
	of, err := wire.OptionalID[id.Client]("client", in.Body.Client)
	if err != nil {
		return nil, err
	}
	if of, err = a.card(ctx, p, account.WriteClients, string(of)); err != nil {
		return nil, err
	}
	if err := a.Door.Relate(ctx, p.Business, guardian, of, p.Actor()); err != nil {
		return nil, err
	}
	r, err := a.Door.Relation(ctx, p.Business, guardian, of)
	if err != nil {
		return nil, err
	}
	zone, err := a.zone(ctx, p.Business)
	return &relationOut{relationOf(r, guardian, zone)}, err
}

func (a *API) part(ctx context.Context, p account.Principal, in *struct {
	ID    string `path:"id"`
	Other string `path:"other"`
},
) (*struct{}, error) {
	guardian, err := a.card(ctx, p, account.WriteClients, in.ID)
	if err != nil {
		return nil, err
	}
	of, err := wire.ReadID[id.Client]("relation", in.Other)
	if err != nil {
		return nil, err
	}
	return nil, a.Door.Part(ctx, p.Business, guardian, of, p.Actor())
}
