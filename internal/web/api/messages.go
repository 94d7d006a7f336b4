package api

import (
	"context"
	"net/http"
	"time"

	"kept/internal/web/wire"

	"kept/account"
	"kept/id"
	"kept/message"
	"kept/span"
)

func (a *API) registerMessages() {
	wire.Op(a.edge, http.MethodGet, "/messages", "list-messages", "Messages by due time", a.listMessages)
	wire.Op(a.edge, http.MethodGet, "/messages/{id}", "get-message", "One message", a.getMessage)
}

type messageBody struct {
	ID        string        `json:"id"`
	Booking   string        `json:"booking"`
	Client    string        `json:"client"`
	Recipient recipient     `json:"recipient"`
	Step      string        `json:"step"`
	Channel   string        `json:"channel" doc:"Empty until one was chosen"`
	Status    string        `json:"status" enum:"planned,due,sent,delivered,failed,skipped"`
	Reason    string        `json:"reason,omitempty" doc:"Why it waits, failed or was skipped"`
	DueAt     wire.Moment   `json:"due_at"`
	SentAt    wire.Optional `json:"sent_at"`
	Attempts  int           `json:"attempts"`
	Address   string        `json:"address,omitempty" doc:"Where it went"`
	Subject   string        `json:"subject"`
	Text      string        `json:"text"`
}

type recipient struct {
	Kind string `json:"kind" enum:"client,staff"`
	ID   string `json:"id"`
}

func (a *API) messageOf(m message.Message, zone *time.Location) messageBody {
	return messageBody{
		ID: string(m.ID), Booking: string(m.Booking), Client: string(m.Client),
		Recipient: recipient{m.Recipient.Kind, m.Recipient.ID}, Step: string(m.Step), Channel: m.Channel,
		Status: m.Shown(a.Clock.Now()), Reason: m.Reason, DueAt: wire.At(m.Due, zone), SentAt: wire.Maybe(m.SentAt, zone),
		Attempts: m.Attempts, Address: m.Address, Subject: m.Subject, Text: m.Text,
	}
}

type messageListOut struct{ Body wire.Page[messageBody] }

func (a *API) listMessages(ctx context.Context, p account.Principal, in *struct {
	Paging
	Booking string `query:"booking" maxLength:"36"`
	Client  string `query:"client" maxLength:"36"`
	Status  string `query:"status" enum:"planned,due,sent,delivered,failed,skipped"`
},
) (*messageListOut, error) {
	if err := wire.Must(p, account.ReadMessages); err != nil {
		return nil, err
	}
	c, err := wire.ReadCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	zone, err := a.homeZone(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	list, err := a.Messages.List(ctx, p.Business, message.Filter{
		Booking: id.Booking(in.Booking), Client: id.Client(in.Client), Status: in.Status,
		AfterDue: span.Instant(c.At), AfterID: id.Message(c.ID), Limit: in.Limit + 1,
	}, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	list, next := wire.PageOf(list, in.Limit, func(m message.Message) wire.Cursor { return wire.Cursor{At: int64(m.Due), ID: string(m.ID)} })
	out := wire.Page[messageBody]{Items: make([]messageBody, len(list)), Next: next}
	for i, m := range list {
		out.Items[i] = a.messageOf(m, zone)
	}
	return &messageListOut{out}, nil
}

type messageOut struct{ Body messageBody }

func (a *API) getMessage(ctx context.Context, p account.Principal, in *wire.NounPath) (*messageOut, error) {
	if err := wire.Must(p, account.ReadMessages); err != nil {
		return nil, err
	}
	m, err := a.Messages.Find(ctx, p.Business, id.Message(in.ID))
	if err != nil {
		return nil, err
	}
	zone, err := a.homeZone(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	return &messageOut{a.messageOf(m, zone)}, nil
}
