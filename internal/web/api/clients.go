package api

import (
	"context"
	"net/http"
	"time"

	"kept/internal/web/cardapi"
	"kept/internal/web/wire"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/message"
)

func (a *API) registerClients() {
	o := wire.Operation(http.MethodPost, "/clients", "create-client", "Add a client")
	o.DefaultStatus = http.StatusCreated
	wire.Secured(a.edge, o, a.createClient)
	wire.Op(a.edge, http.MethodGet, "/clients", "list-clients", "Clients, the newest first", a.listClients)
	wire.Op(a.edge, http.MethodGet, "/clients/{id}", "get-client", "One client", a.getClient)
	wire.Op(a.edge, http.MethodPatch, "/clients/{id}", "update-client", "Change a client; what is missing stays", a.updateClient)
	wire.Op(a.edge, http.MethodGet, "/clients/{id}/card", "get-card", "The whole personal card", a.getCard)
}

type clientBody struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Email     string      `json:"email,omitempty"`
	Phone     string      `json:"phone,omitempty"`
	Language  string      `json:"language,omitempty"`
	Zone      string      `json:"zone,omitempty"`
	Note      string      `json:"note,omitempty" doc:"By staff, for staff"`
	Version   int64       `json:"version"`
	CreatedAt wire.Moment `json:"created_at"`
	UpdatedAt wire.Moment `json:"updated_at"`
}

func clientOf(c client.Client, zone *time.Location) clientBody {
	return clientBody{
		string(c.ID), c.Name, c.Email, c.Phone, c.Language, c.Zone, c.Note, c.Version, wire.At(c.CreatedAt, zone), wire.At(c.UpdatedAt, zone),
	}
}

type clientOut struct{ Body clientBody }

func (a *API) clientOut(ctx context.Context, p account.Principal, c client.Client, err error) (*clientOut, error) {
	if err != nil {
		return nil, err
	}
	zone, err := a.homeZone(ctx, p.Business)
	return &clientOut{clientOf(c, zone)}, err
}

func (a *API) createClient(ctx context.Context, p account.Principal, in *struct {
	Body struct {
		Draft
		Note string `json:"note,omitempty" maxLength:"5000"`
	}
},
) (*clientOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	c, err := a.Clients.Create(ctx, p.Business, in.Body.client(), in.Body.Note, p.Actor())
	return a.clientOut(ctx, p, c, err)
}

type clientListOut struct{ Body wire.Page[clientBody] }

func (a *API) listClients(ctx context.Context, p account.Principal, in *struct {
	SettingsPaging
	Query string `query:"q" maxLength:"254" doc:"A name or a part of one in any script, the end of a phone number, an e-mail address, a plate; small slips are forgiven, the likeliest come first"`
},
) (*clientListOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	zone, err := a.homeZone(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	got, err := a.Clients.List(ctx, p.Business, client.Filter{
		Query: in.Query, Before: id.Client(c.ID), Limit: in.Limit,
	}, p.Actor())
	if err != nil {
		return nil, err
	}
	out := wire.Page[clientBody]{Items: make([]clientBody, len(got.Items))}
	for i, c := range got.Items {
		out.Items[i] = clientOf(c, zone)
	}
	if got.Next != "" {
		next := wire.Cursor{ID: string(got.Next)}.String()
		out.Next = &next
	}
	return &clientListOut{out}, nil
}

func (a *API) getClient(ctx context.Context, p account.Principal, in *wire.NounPath) (*clientOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	c, err := a.Clients.Open(ctx, p.Business, id.Client(in.ID), p.Actor(), client.ReadCard)
	return a.clientOut(ctx, p, c, err)
}

func (a *API) updateClient(ctx context.Context, p account.Principal, in *struct {
	wire.NounPath
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"200"`
		Email    *string `json:"email,omitempty" maxLength:"254"`
		Phone    *string `json:"phone,omitempty" maxLength:"40"`
		Language *string `json:"language,omitempty" maxLength:"35"`
		Zone     *string `json:"zone,omitempty" maxLength:"64"`
		Note     *string `json:"note,omitempty" maxLength:"5000"`
		Version  int64   `json:"version,omitempty" minimum:"0" doc:"The one you saw; a newer one is a conflict"`
	}
},
) (*clientOut, error) {
	if err := wire.Must(p, account.WriteClients); err != nil {
		return nil, err
	}
	c, err := a.Clients.Update(ctx, p.Business, id.Client(in.ID), in.Body.Version, p.Actor(), func(c *client.Client) error {
		wire.Set(&c.Name, in.Body.Name)
		wire.Set(&c.Email, in.Body.Email)
		wire.Set(&c.Phone, in.Body.Phone)
		wire.Set(&c.Language, in.Body.Language)
		wire.Set(&c.Zone, in.Body.Zone)
		wire.Set(&c.Note, in.Body.Note)
		return nil
	})
	return a.clientOut(ctx, p, c, err)
}

type cardBody struct {
	Client clientBody `json:"client"`
	cardapi.SheetBody
	Visits   []BookingBody `json:"visits" doc:"The newest first, 100 at most; GET /bookings?client= pages through all"`
	Messages []messageBody `json:"messages" doc:"By due time, 100 at most; GET /messages?client= pages through all"`
}

type cardOut struct{ Body cardBody }

func (a *API) getCard(ctx context.Context, p account.Principal, in *wire.NounPath) (*cardOut, error) {
	if err := wire.Must(p, account.ReadClients); err != nil {
		return nil, err
	}
	sheet, err := a.Clients.Sheet(ctx, p.Business, id.Client(in.ID), p.Actor(), client.ReadCard, p.May(account.ReadHealth))
	if err != nil {
		return nil, err
	}
	c := sheet.Client
	s, err := a.Settings.Load(ctx, p.Business, 0)
	if err != nil {
		return nil, err
	}
	zone, err := a.homeZone(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	const most = 100
	body := cardBody{Client: clientOf(c, zone), SheetBody: cardapi.SheetOf(sheet, zone), Visits: []BookingBody{}, Messages: []messageBody{}}
	if p.May(account.ReadBookings) {
		visits, err := a.Desk.List(ctx, p, booking.Filter{Client: c.ID, Backward: true, Limit: most})
		if err != nil {
			return nil, err
		}
		body.Visits = a.bodies(ctx, s, p, visits)
	}
	if p.May(account.ReadMessages) {
		list, err := a.Messages.List(ctx, p.Business, message.Filter{Client: c.ID, Limit: most}, a.Clock.Now())
		if err != nil {
			return nil, err
		}
		for _, m := range list {
			body.Messages = append(body.Messages, a.messageOf(m, zone))
		}
	}
	return &cardOut{body}, nil
}
