package db

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"kept/fault"
)

// work is one run of an outermost Do: the DBTX its function finds in the
// context. It holds both engines to one rule, PostgreSQL's: after a statement
// has failed, nothing more runs until the Do it stands in is rolled back. So
// what must not fail is written with ON CONFLICT.
type work struct {
	db     *DB
	tx     transaction
	over   atomic.Bool // Do has ended: the context was kept too long
	failed error       // the first statement that failed; cleared by rolling back to a savepoint
	doomed error       // what no savepoint can mend: the race is lost or the database gone
	after  []func()
	points int // savepoints made so far

	waiting []*promise // to be sent together (Later)

	kept map[any]any // what was read and need not be read again (Keep); empty once something was taken back
}

type workKey struct{ db *DB }

// insideContext is the context that the function of Do is given. It carries
// the transaction and ends with Do's limit. Kept after Do it is as good as
// the one that Do was called with.
type insideContext struct {
	context.Context                 //nolint:containedctx // it is a context; limited
	outside         context.Context //nolint:containedctx // what it was made of
	w               *work
}

func (c *insideContext) now() context.Context {
	if c.w.over.Load() {
		return c.outside
	}
	return c.Context
}

func (c *insideContext) Deadline() (time.Time, bool) { return c.now().Deadline() }
func (c *insideContext) Done() <-chan struct{}       { return c.now().Done() }
func (c *insideContext) Err() error                  { return c.now().Err() }

func (c *insideContext) Value(key any) any {
	if key == (workKey{c.w.db}) {
		return c.w
	}
	return c.now().Value(key)
}

// current gives the transaction in ctx, nil if there is none or it is over.
func (d *DB) current(ctx context.Context) *work {
	w, _ := ctx.Value(workKey{d}).(*work)
	if w == nil || w.over.Load() {
		return nil
	}
	return w
}

// run calls fn and tells whether its work may be committed.
func (w *work) run(ctx context.Context, fn func(ctx context.Context) error) error {
	err := fn(ctx)
	if err == nil && w.ready() == nil {
		err = w.send(ctx)
	}
	return w.verdict(ctx, err)
}

// verdict tells why work that ended with err may not be committed.
func (w *work) verdict(ctx context.Context, err error) error {
	switch {
	case w.doomed != nil && (err == nil || w.db.again(w.doomed)):
		return w.doomed
	case err == nil && w.failed != nil:
		return w.failed
	case err == nil:
		return ctx.Err()
	}
	return err
}

// inner runs fn inside a savepoint. The savepoint isn't released, for the
// outermost Do ends it anyway and that spares PostgreSQL a round trip.
func (w *work) inner(ctx context.Context, fn func(ctx context.Context) error) error {
	w.points++
	point, mark := "kept"+strconv.Itoa(w.points), len(w.after)
	if _, err := w.ExecContext(ctx, "SAVEPOINT "+point); err != nil {
		return err
	}
	kept := false
	defer func() { // runs on a panic, too
		if kept {
			return
		}
		w.after, w.waiting, w.kept = w.after[:mark], nil, nil
		if w.doomed != nil {
			return
		}
		if _, err := w.tx.ExecContext(context.WithoutCancel(ctx), "ROLLBACK TO "+point); err != nil {
			w.doomed = err
			return
		}
		w.failed = nil
	}()
	err := w.run(ctx, fn)
	kept = err == nil
	return err
}

// ready tells why no statement may run now.
func (w *work) ready() error {
	switch {
	case w.over.Load():
		return sql.ErrTxDone
	case w.doomed != nil:
		return fmt.Errorf("the transaction is lost: %w", w.doomed)
	case w.failed != nil:
		return fmt.Errorf("a statement of the transaction has failed: %w", w.failed)
	}
	return nil
}

// settle tells why no statement may run now, after sending what waits.
func (w *work) settle(ctx context.Context) error {
	if err := w.ready(); err != nil {
		return err
	}
	return w.send(ctx)
}

// note remembers a failure, and blames the context for it if that has ended.
func (w *work) note(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if f := w.db.dialect.Fault(err); f != nil && f.Kind == fault.Unavailable && ctx.Err() == nil {
		w.doomed = err
	}
	if ctx.Err() != nil {
		err = fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	if w.failed == nil {
		w.failed = err
	}
	return err
}

// ExecContext implements DBTX.
func (w *work) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := w.settle(ctx); err != nil {
		return nil, err
	}
	res, err := w.tx.ExecContext(ctx, query, args...)
	return res, w.note(ctx, err)
}

// PrepareContext implements DBTX. There is little use for it: statements are
// kept prepared by their text on both engines.
func (w *work) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := w.settle(ctx); err != nil {
		return nil, err
	}
	stmt, err := w.tx.PrepareContext(ctx, query)
	return stmt, w.note(ctx, err)
}

// QueryContext implements DBTX.
func (w *work) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := w.settle(ctx); err != nil {
		return nil, err
	}
	rows, err := w.tx.QueryContext(ctx, query, args...)
	return rows, w.note(ctx, err)
}

// QueryRowContext implements DBTX.
func (w *work) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if err := w.settle(ctx); err != nil {
		return w.db.readers.QueryRowContext(refused{ctx, err}, query, args...)
	}
	row := w.tx.QueryRowContext(ctx, query, args...)
	_ = w.note(ctx, row.Err())
	return row
}

// refused is a context that has ended for a reason of ours: the only way to
// make a sql.Row that holds an error.
type refused struct {
	context.Context //nolint:containedctx // it is a context
	why             error
}

func (r refused) Done() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

func (r refused) Err() error { return r.why }
