// Package db is Kept's door to its database: an embedded SQLite file, or
// PostgreSQL. The same SQL runs on both; what differs stands behind Dialect.
//
// Transactions travel in the context. A use case calls DB.Do, everything it
// calls asks DB.From for where to run SQL, and gets the transaction if there
// is one and otherwise the readers. Do joins a Do around it: only the
// outermost one commits, an inner one that fails takes back its own work
// alone. What lost a race with another transaction is run again, so the
// function given to Do has no effect but SQL; what must happen once, after
// the commit, is given to DB.AfterCommit.
//
// On SQLite, transactions that wait for the one writer share a commit, and
// so one wait for the disk (line.go). Each stands in its own savepoint and is
// answered only when the commit is on the disk.
package db

import (
	"context"
	"database/sql"
	"io/fs"
	"strings"
	"time"

	"kept/fault"
	"kept/internal/db/postgres"
	"kept/internal/db/sqlite"
)

// DBTX runs SQL, in a transaction or outside of one. It is what sqlc's
// generated code asks for.
type DBTX interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Dialect is what differs between the engines.
type Dialect interface {
	// Name is "sqlite" or "postgres", and names the folder of engine-only migrations.
	Name() string
	// Fault translates a driver's error by its code; nil for any other error.
	Fault(err error) *fault.Error
	// Retryable tells whether the transaction that failed so may succeed when run again.
	Retryable(err error) bool
	// Notify sends with the commit of tx; the function it gives is to be called after the commit.
	Notify(ctx context.Context, tx interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	}, channel, payload string) (func(), error)
	// Listen blocks until ctx ends; see DB.Listen.
	Listen(ctx context.Context, channel string, fn func(payload string)) error
	// Migrate brings the schema to the newest version in fsys; safe when several nodes do so at once.
	Migrate(ctx context.Context, fsys fs.FS) error
	// Version is the newest migration applied; 0 when there is none.
	Version(ctx context.Context) (int64, error)
	// Backup writes a copy to a new file, where the engine can.
	Backup(ctx context.Context, path string) error
}

// Options tune a database; the zero value is right for most.
type Options struct {
	Synchronous string        // SQLite: FULL (the default) or NORMAL
	MaxConns    int           // PostgreSQL: connections, 0 means 4 for each CPU, at least 8; SQLite: readers, 0 means the CPU count
	Wait        time.Duration // how long a Do waits for its turn or a connection; 0 means 10 s
	Limit       time.Duration // how long a Do may take; 0 means a minute
	Alone       bool          // SQLite: each transaction commits alone
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	writer  *sql.DB
	readers *sql.DB // the same as writer on PostgreSQL
	dialect Dialect
	line    *line   // nil where transactions run side by side
	batch   batcher // nil where nothing is gained by it
	scrub   func(ctx context.Context, tables ...string) (bool, error)
	end     func() error
	wait    time.Duration
	limit   time.Duration
}

// Open opens the database that dsn names: an address that begins with
// postgres:// or postgresql://, or the path of a SQLite file, made if missing.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	d := &DB{wait: opts.Wait, limit: opts.Limit}
	if d.wait <= 0 {
		d.wait = 10 * time.Second
	}
	if d.limit <= 0 {
		d.limit = time.Minute
	}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		e, err := postgres.Open(ctx, dsn, postgres.Options{MaxConns: opts.MaxConns})
		if err != nil {
			return nil, err
		}
		d.writer, d.readers, d.dialect, d.batch, d.end, d.scrub = e.Pool, e.Pool, e, e, e.Pool.Close, e.Scrub
		return d, nil
	}
	e, err := sqlite.Open(ctx, dsn, sqlite.Options{Synchronous: opts.Synchronous, Readers: opts.MaxConns})
	if err != nil {
		return nil, err
	}
	d.writer, d.readers, d.dialect = e.Writer, e.Readers, e
	d.line = &line{db: d, most: groupMost, longest: groupLongest, committed: e.Committed}
	d.end, d.scrub = e.Close, e.Scrub
	if opts.Alone {
		d.line.most = 1
	}
	return d, nil
}

// Close waits for running statements and closes all connections.
func (d *DB) Close() error { return d.end() }

// Dialect gives what differs between the engines.
func (d *DB) Dialect() Dialect { return d.dialect }

// SQL gives the pool that may write, for libraries that keep their own tables
// (jobs). Never use it inside Do: on SQLite it would wait for Do to end.
func (d *DB) SQL() *sql.DB { return d.writer }

// Inside tells whether a transaction runs in ctx.
func (d *DB) Inside(ctx context.Context) bool { return d.current(ctx) != nil }

// From gives the transaction in ctx, or else the readers, which on SQLite
// refuse to write.
func (d *DB) From(ctx context.Context) DBTX {
	if w := d.current(ctx); w != nil {
		return w
	}
	return d.readers
}

// Ping tells within a second whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var one int
	if err := d.readers.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "the database does not answer", err)
	}
	return nil
}

// Version of the schema: the number of the newest migration applied, 0 when
// there is none.
func (d *DB) Version(ctx context.Context) (int64, error) {
	v, err := d.dialect.Version(ctx)
	return v, d.Fault(err)
}

// Backup writes a consistent copy to a new file while work goes on. A file
// that exists is a Conflict. PostgreSQL refuses: it has its own tools.
func (d *DB) Backup(ctx context.Context, path string) error {
	return d.Fault(d.dialect.Backup(ctx, path))
}

// Scrub has what was deleted from tables, or changed, go from the database's
// files as well, in the background: it stands in nobody's way, and may take
// minutes. It is false while something of it has to stay, for somebody may
// still read it; then it is to be called again. Not inside Do.
func (d *DB) Scrub(ctx context.Context, tables ...string) (bool, error) {
	clean, err := d.scrub(ctx, tables...)
	return clean, d.Fault(err)
}

// Notify tells the listeners of a channel, on every node, once the
// transaction in ctx has committed; outside Do, now. It is a hint: a listener
// that is slow or cut off may miss it, so it also polls. At most 7,999 bytes.
func (d *DB) Notify(ctx context.Context, channel, payload string) error {
	w := d.current(ctx)
	if w == nil {
		return d.Do(ctx, func(ctx context.Context) error { return d.Notify(ctx, channel, payload) })
	}
	after, err := d.dialect.Notify(ctx, w, channel, payload)
	if err != nil {
		return d.Fault(err)
	}
	w.after = append(w.after, after)
	return nil
}

// Listen calls fn, one call at a time, for every payload notified on the
// channel, until ctx ends; then it returns nil. A call with an empty payload
// says that listening has begun, or begun again after the connection was
// lost: something may have been missed before, so look at everything.
func (d *DB) Listen(ctx context.Context, channel string, fn func(payload string)) error {
	return d.dialect.Listen(ctx, channel, fn)
}
