package db

import (
	"context"
	"database/sql"
	"errors"
)

// later is a transaction whose changes may wait.
type later struct{ *work }

// Later is From for changes that nobody looks at before the transaction's
// end: in a transaction on PostgreSQL they wait and go out together, at the
// latest when something is read or the Do that they stand in ends. So a
// booking's five inserts cost one round trip. What is wrong with one of them
// is told then, by whatever sends it, at the latest by Do: use From where the
// error of one statement means something of its own. Asked how many rows it
// changed, a statement is sent at once.
func (d *DB) Later(ctx context.Context) DBTX {
	if w := d.current(ctx); w != nil && d.batch != nil {
		return later{w}
	}
	return d.From(ctx)
}

// ExecContext implements DBTX.
func (l later) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := l.ready(); err != nil {
		return nil, err
	}
	p := &promise{ctx: ctx, w: l.work, query: query, args: args}
	l.waiting = append(l.waiting, p)
	return p, nil
}

// promise is a statement that waits, and its result.
type promise struct {
	ctx     context.Context //nolint:containedctx // of the statement, which is not sent yet
	w       *work
	query   string
	args    []any
	sent    bool
	changed int64
}

// LastInsertId implements sql.Result; nobody asks for it, and PostgreSQL has none.
func (p *promise) LastInsertId() (int64, error) { return 0, errors.ErrUnsupported }

// RowsAffected implements sql.Result.
func (p *promise) RowsAffected() (int64, error) {
	if !p.sent {
		if err := p.w.settle(p.ctx); err != nil {
			return 0, err
		}
	}
	return p.changed, nil
}

// send sends what waits.
func (w *work) send(ctx context.Context) error {
	t, ok := w.tx.(direct)
	if !ok || len(w.waiting) == 0 {
		return nil
	}
	batch, queries, args := w.take()
	err := t.Raw(func(driverConn any) error {
		changed, err := t.server.Batch(ctx, driverConn, queries, args)
		for i := range changed {
			batch[i].changed = changed[i]
		}
		return err
	})
	return w.note(ctx, err)
}

// take gives what waits, as sent.
func (w *work) take() (batch []*promise, queries []string, args [][]any) {
	batch, w.waiting = w.waiting, nil
	queries, args = make([]string, len(batch)), make([][]any, len(batch))
	for i, p := range batch {
		queries[i], args[i], p.sent = p.query, p.args, true
	}
	return batch, queries, args
}

// commit sends what waits, and the COMMIT with it.
func (w *work) commit() error {
	t, ok := w.tx.(direct)
	if !ok {
		return w.tx.Commit()
	}
	batch, queries, args := w.take()
	changed, err := t.commit(queries, args)
	for i := range min(len(changed), len(batch)) {
		batch[i].changed = changed[i]
	}
	return err
}
