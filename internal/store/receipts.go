package store

import (
	"context"

	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/message"
)

// Receive notes what a channel heard later of a message that it had sent: that
// it arrived, or never will. A message that is not in the hands of that channel
// stays as it is.
func (s *Messages) Receive(ctx context.Context, business id.Business, want id.Message, channel string, arrived bool) error {
	p := sqlgen.ReceiveMessageParams{
		BusinessID: string(business), ID: string(want), Channel: channel, Status: string(message.Delivered),
	}
	if !arrived {
		p.Status, p.Reason = string(message.Failed), message.ReasonRefused
	}
	return s.db.Do(ctx, func(ctx context.Context) error {
		_, err := queries(ctx, s.db).ReceiveMessage(ctx, p)
		return s.db.Fault(err)
	})
}
