package app

import (
	"context"
	"time"

	"kept/internal/store"
)

// How the database's files are cleaned of keys that were destroyed: real time,
// whatever the clock of the business says.
const (
	scrubFirst = time.Minute      // after the start: a node may have been stopped before it came to it
	scrubSoon  = time.Second      // several are erased in a row
	scrubMost  = 10 * time.Minute // between tries of what cannot go yet
	scrubTries = 12               // within an hour and a half; the database's own upkeep does the rest
)

// scrub has keys that were destroyed go from the database's files too. An
// erasure does not wait for it, and what fails is tried again, less and less often.
func (l *loops) scrub(ctx context.Context) {
	timer := time.NewTimer(scrubFirst)
	defer timer.Stop()
	for tries := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-l.vault.Gone():
			tries = 0
			timer.Reset(scrubSoon)
			continue
		case <-timer.C:
		}
		clean, err := l.db.Scrub(ctx, store.KeyTables()...)
		if err != nil && ctx.Err() == nil {
			l.log.WarnContext(ctx, "destroyed keys could not be cleaned out of the files; it is tried again", "error", err)
		}
		if tries++; clean || tries == scrubTries {
			tries = 0
			continue
		}
		timer.Reset(min(scrubSoon<<tries, scrubMost))
	}
}
