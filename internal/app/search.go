package app

import (
	"context"
	"time"

	"kept/client"
	"kept/id"
	"kept/internal/clamd"
	"kept/internal/config"
	"kept/internal/store"
)

// fillPause lets others write between two batches.
const fillPause = 20 * time.Millisecond

// fillSearch puts cards that were there before the index of cards was into it,
// a few at a time. What comes to be meanwhile is told by the journal.
func (l *loops) fillSearch(ctx context.Context) {
	after := ""
	for ctx.Err() == nil {
		ids, slugs, err := l.setup.Businesses(ctx, after, 500)
		if err != nil || len(ids) == 0 {
			l.complain(ctx, err)
			return
		}
		for _, b := range ids {
			l.complain(ctx, l.fillOne(ctx, b))
		}
		after = slugs[len(slugs)-1]
	}
}

func (l *loops) fillOne(ctx context.Context, business id.Business) error {
	for more := true; more; {
		var err error
		if more, err = l.search.Fill(ctx, business); err != nil {
			return err
		}
		if more {
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(fillPause):
			}
		}
	}
	return nil
}

func (l *loops) complain(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		l.log.WarnContext(ctx, "the index of clients could not be filled; it is tried again at the next start", "error", err)
	}
}

// newArchive makes the archive of files, with the scanner that the operator names.
func newArchive(k *kernel, c config.Serve) (*client.Archive, error) {
	var scanner client.Scanner
	if c.Clamd != "" {
		daemon, err := clamd.New(c.Clamd)
		if err != nil {
			return nil, err
		}
		scanner = daemon
	}
	return client.NewArchive(store.NewDocuments(k.db, k.vault), k.clients, scanner, int64(c.DocumentMB)<<20), nil
}
