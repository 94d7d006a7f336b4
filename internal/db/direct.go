package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"time"
)

// transaction is what a work's statements run in: held on SQLite, direct on PostgreSQL.
type transaction interface {
	DBTX
	Commit() error
	Rollback() error
}

// batcher sends statements in one round trip and tells how many rows each
// changed; the first that fails ends it.
type batcher interface {
	Batch(ctx context.Context, driverConn any, queries []string, args [][]any) ([]int64, error)
	// Commit sends them and a COMMIT behind them; an error also when the server rolled back instead.
	Commit(ctx context.Context, driverConn any, queries []string, args [][]any) ([]int64, error)
}

// direct is a transaction that is begun and ended by our own words, so that its
// last changes and its COMMIT can go out together: a round trip less, in which
// the lanes would stay locked. ctx is for its end; it outlives the caller.
type direct struct {
	*sql.Conn

	ctx    context.Context //nolint:containedctx // as database/sql's own keeps it
	server batcher
	limit  time.Duration // of a commit: one that hangs must come to an end
}

// rollbackLimit is how long the server may take for saying that it has rolled back.
const rollbackLimit = 5 * time.Second

// Commit implements transaction.
func (t direct) Commit() error {
	_, err := t.commit(nil, nil)
	return err
}

func (t direct) commit(queries []string, args [][]any) (changed []int64, err error) {
	ctx, cancel := context.WithTimeout(t.ctx, t.limit) // the connection is still to be rolled back on: it must not go to the pool yet
	defer cancel()
	err = t.Raw(func(driverConn any) error {
		changed, err = t.server.Commit(ctx, driverConn, queries, args)
		return err
	})
	return changed, err
}

// Rollback implements transaction. A connection that does not even take that is no good for anybody else.
func (t direct) Rollback() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), rollbackLimit)
	defer cancel()
	_, err := t.ExecContext(ctx, "rollback")
	if err != nil {
		_ = t.Raw(func(any) error { return driver.ErrBadConn })
	}
	return err
}
