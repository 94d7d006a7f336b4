package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
)

// held is the driver's transaction on a connection at hand. In one of
// database/sql's every query starts a goroutine that waits for the end of a
// context, and with it wakes a processor: 5 to 10 % of what a booking costs the
// one writer. Here the end of a context is seen between statements; none is cut
// off, for in SQLite that takes back the whole transaction, other people's work
// with it.
type held struct {
	*sql.Conn

	tx driver.Tx
}

// hold begins one.
func hold(ctx context.Context, conn *sql.Conn) (held, error) {
	h := held{Conn: conn}
	err := conn.Raw(func(on any) (err error) {
		h.tx, err = on.(driver.ConnBeginTx).BeginTx(ctx, driver.TxOptions{})
		return err
	})
	return h, err
}

// Commit implements transaction.
func (h held) Commit() error { return h.Raw(func(any) error { return h.tx.Commit() }) }

// Rollback implements transaction.
func (h held) Rollback() error { return h.Raw(func(any) error { return h.tx.Rollback() }) }

// ExecContext implements DBTX.
func (h held) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return h.Conn.ExecContext(context.WithoutCancel(ctx), query, args...)
}

// PrepareContext implements DBTX.
func (h held) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return h.Conn.PrepareContext(context.WithoutCancel(ctx), query)
}

// QueryContext implements DBTX.
func (h held) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return h.Conn.QueryContext(context.WithoutCancel(ctx), query, args...)
}

// QueryRowContext implements DBTX.
func (h held) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if ctx.Err() != nil {
		return h.Conn.QueryRowContext(ctx, query, args...)
	}
	return h.Conn.QueryRowContext(context.WithoutCancel(ctx), query, args...)
}
