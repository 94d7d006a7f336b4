package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"time"
)

// How often and how long a transaction that loses races is run again.
const (
	mostTries     = 10
	longestTrying = 5 * time.Second
	firstPause    = 2 * time.Millisecond
	longestPause  = 500 * time.Millisecond
)

// Do runs fn in a transaction, which fn finds in the context it is given.
//
// Without a transaction in ctx, one is begun and committed when fn returns
// nil; then its work is on the disk. Any error of fn or of a statement, a
// panic, and the end of ctx roll it back. A transaction that lost a race is
// run again, at most 10 times in 5 s, so fn must have no effect but SQL.
//
// With a transaction in ctx, fn joins it: its work is committed with the
// outermost Do, or taken back alone when fn fails, and the caller may go on.
//
// Errors of the database come back as faults (Unavailable when it cannot be
// reached, is full or too busy), all others as fn gave them. After
// Unavailable the outcome may be unknown: the connection can be lost just
// when the commit was sent.
func (d *DB) Do(ctx context.Context, fn func(ctx context.Context) error) error {
	if w := d.current(ctx); w != nil {
		return d.Fault(w.inner(ctx, fn))
	}
	begun := time.Now()
	pause := firstPause
	for try := 1; ; try++ {
		after, err := d.attempt(ctx, fn)
		if err == nil {
			for _, f := range after {
				f()
			}
			return nil
		}
		if try == mostTries || !d.again(err) || time.Since(begun)+pause > longestTrying {
			return d.Fault(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)):
			pause = min(2*pause, longestPause)
		}
	}
}

// again tells whether a transaction that failed so is to be run once more.
func (d *DB) again(err error) bool {
	var b *brokenError
	return errors.As(err, &b) || d.dialect.Retryable(err)
}

type limitKey struct{}

// WithLimit lets transactions take longer than the database's limit allows: it
// is for what runs alone, before anybody else is there to wait for it.
func WithLimit(ctx context.Context, limit time.Duration) context.Context {
	return context.WithValue(ctx, limitKey{}, limit)
}

func (d *DB) limitOf(ctx context.Context) time.Duration {
	if limit, ok := ctx.Value(limitKey{}).(time.Duration); ok {
		return limit
	}
	return d.limit
}

// attempt runs fn in one new transaction and gives what to call after it.
func (d *DB) attempt(ctx context.Context, fn func(ctx context.Context) error) ([]func(), error) {
	limited, cancel := context.WithTimeout(ctx, d.limitOf(ctx))
	defer cancel()
	w := &work{db: d}
	inside := &insideContext{Context: limited, outside: ctx, w: w}
	run := d.alone
	if d.line != nil {
		run = d.line.run
	}
	err := run(inside, w, fn)
	if err != nil && limited.Err() != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		err = unavailable("the transaction took too long", err)
	}
	return w.after, err
}

// alone runs fn in a transaction on a connection of its own.
func (d *DB) alone(ctx context.Context, w *work, fn func(ctx context.Context) error) error {
	tx, end, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	w.tx = tx
	committed := false
	defer func() { // runs on a panic, too
		w.over.Store(true)
		if !committed {
			_ = tx.Rollback()
		}
	}()
	if err := w.verdict(ctx, fn(ctx)); err != nil { // what waits goes out with the commit
		return err
	}
	err = w.commit()
	committed = err == nil
	return err
}

// begin gets a connection, waiting for one no longer than ctx and d.wait
// allow, and begins a transaction on it that doesn't end with ctx: a commit
// cut off in the middle has an unknown outcome. end must be called after it.
func (d *DB) begin(ctx context.Context) (tx transaction, end func(), err error) {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unhook := context.AfterFunc(ctx, cancel)
	timer := time.AfterFunc(d.wait, cancel)
	var conn *sql.Conn // on which tx runs; nil where none was to be had
	for try := 1; ; try++ {
		conn, tx, err = d.open(own)
		// After a restart of the server a pooled connection may be dead; nothing
		// has happened on it yet, so take the next one.
		stale := errors.Is(err, driver.ErrBadConn) && try <= d.writer.Stats().MaxOpenConnections
		if err == nil || own.Err() != nil || try >= 3 && !stale || d.line != nil {
			break
		}
	}
	end = func() {
		cancel()
		if conn != nil {
			_ = conn.Close() // back to the pool
		}
	}
	inTime, notEnded := timer.Stop(), unhook()
	if err == nil && inTime && notEnded {
		return tx, end, nil
	}
	if err == nil {
		_ = tx.Rollback()
	}
	end()
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case !inTime:
		return nil, nil, unavailable("the database is too busy", err)
	}
	return nil, nil, err
}

// open begins a transaction on a connection, which is to be closed after it.
func (d *DB) open(ctx context.Context) (*sql.Conn, transaction, error) {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	if d.batch == nil {
		tx, err := hold(ctx, conn)
		if err != nil {
			_ = conn.Close()
			return nil, nil, err
		}
		return conn, tx, nil
	}
	if _, err := conn.ExecContext(ctx, "begin"); err != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // who knows whether it was begun
		_ = conn.Close()
		return nil, nil, err
	}
	return conn, direct{conn, ctx, d.batch, d.wait}, nil
}

// Keep remembers a value for the rest of the transaction in ctx; outside Do it
// does nothing. What the value was made of may have been written in this very
// transaction, so nobody else sees it, and it is forgotten when any part of the
// transaction is taken back.
func (d *DB) Keep(ctx context.Context, key, value any) {
	w := d.current(ctx)
	if w == nil {
		return
	}
	if w.kept == nil {
		w.kept = map[any]any{}
	}
	w.kept[key] = value
}

// Kept gives what Keep remembered in the transaction in ctx.
func (d *DB) Kept(ctx context.Context, key any) (any, bool) {
	w := d.current(ctx)
	if w == nil {
		return nil, false
	}
	v, ok := w.kept[key]
	return v, ok
}

// AfterCommit has fn called once when the transaction in ctx has committed,
// by the goroutine of the outermost Do, before Do returns; never when it is
// rolled back. Outside Do it is called at once.
func (d *DB) AfterCommit(ctx context.Context, fn func()) {
	if w := d.current(ctx); w != nil {
		w.after = append(w.after, fn)
		return
	}
	fn()
}
