package app

import (
	"bytes"
	"context"

	"kept/internal/store"
	"kept/internal/web"
	"kept/span"
)

// ledger lets the web's idempotency use the store's. The media type of an
// answer is kept as the first line of its body.
type ledger struct {
	answers *store.Idempotency
	clock   web.Clock
}

// Begin implements web.Ledger.
func (l ledger) Begin(ctx context.Context, s web.Scope, request []byte, expires span.Instant) (*web.Stored, error) {
	old, fresh, err := l.answers.Begin(ctx, store.Scope(s), request, l.clock.Now(), expires)
	if err != nil || fresh {
		return nil, err
	}
	kind, body, _ := bytes.Cut(old.Body, []byte("\n"))
	return &web.Stored{Status: old.Status, Type: string(kind), Body: body}, nil
}

// Finish implements web.Ledger.
func (l ledger) Finish(ctx context.Context, s web.Scope, a web.Stored) error {
	return l.answers.Finish(ctx, store.Scope(s), store.Answer{
		Status: a.Status, Body: append([]byte(a.Type+"\n"), a.Body...),
	})
}
