package own

import (
	"context"
	"io"

	"kept/client"
	"kept/fault"
	"kept/id"
)

// Papers lists files of the card, the newest first, after one of them or from
// the beginning.
func (d *Desk) Papers(ctx context.Context, g Guest, before id.Document, limit int) ([]client.Document, error) {
	return d.Archive().List(ctx, g.Who.Business, client.DocumentFilter{Client: g.Card, Before: before, Health: true, Limit: limit})
}

// Paper finds a file of the card; fault NotFound, also for another card's.
func (d *Desk) Paper(ctx context.Context, g Guest, want id.Document) (client.Document, error) {
	p, err := d.Archive().Find(ctx, g.Who.Business, want, true)
	if err == nil && p.Client != g.Card {
		err = fault.Missing("document")
	}
	return p, err
}

// Read gives a file of the card with its content, and records that it was read.
// Fault NotFound.
func (d *Desk) Read(ctx context.Context, g Guest, want id.Document) (client.Document, []byte, error) {
	if p, err := d.Paper(ctx, g, want); err != nil {
		return p, nil, err
	}
	return d.Archive().Open(ctx, g.Who.Business, want, true, g.Who.Actor())
}

// Put takes a file in. Faults as client.Archive.Put's: the client's own are
// bounded besides, of a day and at once.
func (d *Desk) Put(ctx context.Context, g Guest, name, declared string, content io.Reader) (client.Document, error) {
	return d.Archive().Put(ctx, g.Who.Business, client.Upload{
		Client: g.Card, Class: client.ClassPersonal, Name: name, Declared: declared, Content: content,
	}, g.Who.Actor())
}

// Discard takes away a file that the client has put there; fault NotFound, also
// for the business's.
func (d *Desk) Discard(ctx context.Context, g Guest, want id.Document) error {
	p, err := d.Paper(ctx, g, want)
	if err == nil && !p.OfClient() {
		err = fault.Missing("document")
	}
	if err != nil {
		return err
	}
	return d.Archive().Remove(ctx, g.Who.Business, want, true, g.Who.Actor())
}
