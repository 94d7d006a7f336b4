// Package postgres connects Kept to PostgreSQL and knows what is peculiar to
// it.
//
// Transactions run READ COMMITTED: what is read after the lanes were touched
// sees the winner. The driver keeps statements prepared by their text on each
// connection. A statement is ended by the server after ten seconds, and one
// whose caller has gone is given a second to end by itself before it is
// cancelled, so that a closed browser tab doesn't cost a connection.
package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"net"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"kept/fault"
)

// Options of the connection.
type Options struct {
	MaxConns int // 0 means four for each CPU, at least 8
}

// Engine is a pool of connections to one database.
type Engine struct {
	Pool   *sql.DB
	config *pgx.ConnConfig
}

const (
	connectTimeout  = 5 * time.Second
	longestBackoff  = 5 * time.Second
	shortestBackoff = 50 * time.Millisecond
)

// Open connects. What the DSN says goes before the defaults here.
func Open(ctx context.Context, dsn string, opts Options) (*Engine, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, fault.CodeInvalid, "the address of the database is wrong", err)
	}
	defaults := map[string]string{
		"application_name":                    "kept",
		"statement_timeout":                   "10s",
		"lock_timeout":                        "8s",
		"idle_in_transaction_session_timeout": "60s",
		"timezone":                            "UTC",
		"jit":                                 "off", // compiling a plan costs more than any query here takes
	}
	maps.Copy(defaults, config.RuntimeParams)
	config.RuntimeParams = defaults
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	// A peer that vanished without a word is noticed within half a minute.
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	config.DialFunc = dialer.DialContext
	config.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, CancelRequestDelay: time.Second, DeadlineDelay: 3 * time.Second}
	}
	conns := opts.MaxConns
	if conns <= 0 {
		conns = max(4*runtime.NumCPU(), 8)
	}
	e := &Engine{Pool: stdlib.OpenDB(*config), config: config}
	e.Pool.SetMaxOpenConns(conns)
	e.Pool.SetMaxIdleConns(conns)
	e.Pool.SetConnMaxIdleTime(10 * time.Minute)
	e.Pool.SetConnMaxLifetime(time.Hour)
	if err := e.Pool.PingContext(ctx); err != nil {
		_ = e.Pool.Close()
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	return e, nil
}

// Batch sends statements in one round trip on a connection of the pool and
// tells how many rows each changed. After one that fails none is run.
func (e *Engine) Batch(ctx context.Context, driverConn any, queries []string, args [][]any) ([]int64, error) {
	conn, ok := driverConn.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("postgres: a connection is a %T", driverConn)
	}
	changed, _, err := send(ctx, conn.Conn(), queries, args)
	return changed, err
}

// Commit sends statements in one round trip, as Batch does, and commits what
// the transaction on that connection has done.
func (e *Engine) Commit(ctx context.Context, driverConn any, queries []string, args [][]any) ([]int64, error) {
	conn, ok := driverConn.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("postgres: a connection is a %T", driverConn)
	}
	changed, last, err := send(ctx, conn.Conn(), append(queries, "commit"), append(args, nil))
	if err == nil && last != "COMMIT" { // the server says ROLLBACK where a statement had failed before
		return nil, pgx.ErrTxCommitRollback
	}
	return changed, err
}

// send sends statements and tells how many rows each changed, and what the server says of the last.
func send(ctx context.Context, conn *pgx.Conn, queries []string, args [][]any) (changed []int64, last string, err error) {
	var batch pgx.Batch
	for i, query := range queries {
		batch.Queue(query, args[i]...)
	}
	results := conn.SendBatch(ctx, &batch)
	changed = make([]int64, len(queries))
	for i := range queries {
		tag, err := results.Exec()
		if err != nil {
			_ = results.Close() // says the same
			return nil, "", err
		}
		changed[i], last = tag.RowsAffected(), tag.String()
	}
	return changed, last, results.Close()
}

// Name of the engine, which is also that of its folder of migrations.
func (e *Engine) Name() string { return "postgres" }

// Fault translates what the driver returns; nil when it isn't its error or
// is our own mistake, as broken SQL is.
func (e *Engine) Fault(err error) *fault.Error {
	var raw *pgconn.PgError
	if !errors.As(err, &raw) {
		if lost(err) {
			return fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "the database cannot be reached now", err)
		}
		return nil
	}
	switch raw.Code {
	case "23505": // unique_violation
		return fault.Wrap(fault.Conflict, fault.CodeConflict, "there is one already", err)
	case "23P01": // exclusion_violation: the belt that keeps bookings apart
		return fault.Wrap(fault.Conflict, fault.CodeSlotTaken, "this time has just been taken", err)
	case "23503": // foreign_key_violation
		return fault.Wrap(fault.Conflict, fault.CodeConflict, "something else depends on it, or it is gone", err)
	case "23514": // check_violation
		return fault.Wrap(fault.Invalid, fault.CodeInvalid, "a value is out of its range", err)
	case "22021", "22P05": // NUL or broken UTF-8
		return fault.Wrap(fault.Invalid, fault.CodeInvalid, "a text holds characters that cannot be stored", err)
	case "40001", "40P01", "55P03", "25006", "25P03":
		// serialization, deadlock, lock timeout, a standby that takes no writes, idle in transaction
		return fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "the database is busy", err)
	}
	switch raw.Code[:min(2, len(raw.Code))] {
	case "08", "53", "57", "58": // connection, resources (disk full, too many connections), operator, system
		return fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "the database cannot answer now", err)
	}
	return nil
}

// lost tells whether the connection, and not the statement, failed.
func lost(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err) {
		return true
	}
	var network *net.OpError
	return errors.As(err, &network)
}

// Retryable tells whether the same transaction may well succeed if begun
// again: it lost a race and was rolled back by the server.
func (e *Engine) Retryable(err error) bool {
	var raw *pgconn.PgError
	return errors.As(err, &raw) && (raw.Code == "40001" || raw.Code == "40P01")
}

// Migrate brings the schema forward. Of nodes that start at once one does it
// and the others wait, up to five minutes.
func (e *Engine) Migrate(ctx context.Context, fsys fs.FS) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return err
	}
	// A pool of its own, for a migration may take longer than any statement should.
	config := e.config.Copy()
	config.RuntimeParams["statement_timeout"] = "0"
	config.RuntimeParams["lock_timeout"] = "60s"
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	pool := stdlib.OpenDB(*config)
	defer func() { _ = pool.Close() }()
	p, err := goose.NewProvider(goose.DialectPostgres, pool, fsys,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// Version of the schema; 0 when there is none.
func (e *Engine) Version(ctx context.Context) (int64, error) {
	var there bool
	row := e.Pool.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", goose.DefaultTablename)
	if err := row.Scan(&there); err != nil || !there {
		return 0, err
	}
	var n int64
	err := e.Pool.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+goose.DefaultTablename).Scan(&n)
	return n, err
}

// Backup is the business of PostgreSQL's own tools.
func (e *Engine) Backup(context.Context, string) error {
	return fault.New(fault.Invalid, fault.CodeInvalid, "back a PostgreSQL database up with pg_dump or pg_basebackup")
}

// Notify tells every node after the commit of tx. The payload has at most
// 7,999 bytes. There is nothing left to be done by the caller.
func (e *Engine) Notify(ctx context.Context, tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, channel, payload string,
) (func(), error) {
	_, err := tx.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, payload)
	return func() {}, err
}

// Listen calls fn for every payload notified on the channel by any node until
// ctx ends. Whenever it has connected, it first calls fn with an empty
// payload: something may have been missed, from here on nothing is.
func (e *Engine) Listen(ctx context.Context, channel string, fn func(payload string)) error {
	wait := shortestBackoff
	for ctx.Err() == nil {
		if e.listen(ctx, channel, fn) {
			wait = shortestBackoff
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait/2 + rand.N(wait/2)):
			wait = min(2*wait, longestBackoff)
		}
	}
	return nil
}

// listen holds one connection for as long as it lives, and tells whether it
// ever did.
func (e *Engine) listen(ctx context.Context, channel string, fn func(payload string)) bool {
	config := e.config.Copy()
	config.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.DeadlineContextWatcherHandler{Conn: c.Conn()} // nothing to save when waiting is over
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return false
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return false
	}
	fn("")
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return true
		}
		fn(n.Payload)
	}
}
