// Package demo is the channel of the demonstration: what would be sent goes
// into an inbox of the program itself, where whoever tries Kept can read it.
// It reaches everybody, also those who gave no address, so that a visitor sees
// every message there is.
package demo

import (
	"context"

	"kept/id"
	"kept/message"
	"kept/span"
)

// Mail is a message as the inbox keeps it.
type Mail struct {
	Business id.Business
	ID       id.Message
	To       string
	Subject  string
	Text     string
	HTML     string
	At       span.Instant
}

// Inbox keeps mail; storing the same message again changes nothing.
type Inbox interface {
	Put(ctx context.Context, m Mail) error
}

// Channel delivers into the inbox.
type Channel struct{ inbox Inbox }

var _ message.Channel = Channel{}

// New makes the channel.
func New(inbox Inbox) Channel { return Channel{inbox} }

// Name implements message.Channel.
func (Channel) Name() string { return "demo" }

// Ready implements message.Channel.
func (Channel) Ready(context.Context, id.Business) (bool, string) { return true, "" }

// Address implements message.Channel.
func (Channel) Address(to message.Contact) string {
	for _, a := range []string{to.Email, to.Phone, to.Name} {
		if a != "" {
			return a
		}
	}
	return "—"
}

// Send implements message.Channel.
func (c Channel) Send(ctx context.Context, e message.Envelope) (message.Ack, bool, error) {
	to := e.Address
	if e.Name != "" && e.Name != to {
		to = e.Name + " <" + to + ">"
	}
	err := c.inbox.Put(ctx, Mail{
		Business: e.Business, ID: e.ID, To: to, Subject: e.Subject, Text: e.Text, HTML: e.HTML, At: e.At,
	})
	return message.Ack{ProviderID: string(e.ID)}, true, err
}
