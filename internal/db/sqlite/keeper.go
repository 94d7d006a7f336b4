package sqlite

import (
	"context"
	"database/sql"
	"net/url"
	"sync"
	"time"
)

// keeper moves what was committed from the log (WAL) into the file.
//
// Left to itself SQLite does that inside a commit, whenever the log has grown
// by a thousand pages; a booking writes some thirty. So one commit in thirty
// would take ten times as long, with everybody behind it in line. The keeper
// does it beside the writer, on a connection of its own, and less often, so
// that pages which many bookings write are moved once.
type keeper struct {
	db   *sql.DB
	wake chan struct{}
	stop context.CancelFunc
	over sync.WaitGroup
}

const (
	// keepEvery is how long commits are gathered before they are moved.
	keepEvery = 500 * time.Millisecond
	// mostLog is the pages (of 4 KiB) past which a commit moves them itself,
	// should the keeper not keep up: until the log is moved to its end, it grows.
	mostLog = "16000"
)

func newKeeper(path string) (*keeper, error) {
	db, err := pool(path, 1, url.Values{})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	k := &keeper{db: db, wake: make(chan struct{}, 1), stop: stop}
	k.over.Go(func() { k.run(ctx) })
	return k, nil
}

func (k *keeper) run(ctx context.Context) {
	for {
		select {
		case <-k.wake:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(keepEvery):
		case <-ctx.Done():
			return
		}
		// Not cancelled half-way: it is short, and the file is being closed then. A
		// failure costs nothing but time; whoever commits next tries again.
		_, _ = k.db.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(PASSIVE)")
	}
}

// committed tells that there is something to move.
func (k *keeper) committed() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// scrub moves all that was committed into the file and empties the log, where
// the pages lie as they were before. It waits for nobody: false while somebody
// reads or writes.
func (k *keeper) scrub(ctx context.Context) (bool, error) {
	conn, err := k.db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil { // the keeper never waits anyhow
		return false, err
	}
	var busy, pages, moved int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	return err == nil && busy == 0, err
}

func (k *keeper) close() error {
	k.stop()
	k.over.Wait()
	return k.db.Close()
}
