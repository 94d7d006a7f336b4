// Package sqlite opens Kept's embedded database and knows what is peculiar
// to it.
//
// A SQLite file has one writer at a time. So there is one writing connection,
// whose transactions take the write lock when they begin, and a few reading
// ones, which see the last committed state and never wait for the writer
// (WAL). Each connection keeps its statements prepared, so plain SQL text
// runs at prepared speed (package prepared).
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	lite "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"kept/fault"
	"kept/internal/db/prepared"
)

// Options of a database file.
type Options struct {
	Synchronous string // FULL, the default, or NORMAL: faster, may lose the last moments when the power fails
	Readers     int    // reading connections; 0 means the CPU count, at least 2, at most 8
}

// Engine is an open database file.
type Engine struct {
	Writer  *sql.DB // one connection
	Readers *sql.DB // refuse to write

	path      string
	keeper    *keeper
	syncer    *syncer // nil where a commit need not outlive the power
	mu        sync.Mutex
	listeners map[string]map[chan string]struct{}
}

// busyTimeout bounds how long a connection waits for a lock that another
// process holds (a backup tool, the command line).
const busyTimeout = 4 * time.Second

// Open opens the file, and makes it, readable to its owner only, if it isn't
// there. The folder must exist.
func Open(ctx context.Context, path string, opts Options) (*Engine, error) {
	mode := strings.ToUpper(opts.Synchronous)
	if mode == "" {
		mode = "FULL"
	}
	if mode != "FULL" && mode != "NORMAL" {
		return nil, fault.New(fault.Invalid, fault.CodeInvalid, "synchronous must be FULL or NORMAL")
	}
	if path == "" || strings.HasPrefix(path, ":") || strings.HasPrefix(path, "file:") {
		return nil, fault.New(fault.Invalid, fault.CodeInvalid, "the database must be the path of a file")
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err == nil {
		_ = f.Close()
	}
	readers := opts.Readers
	if readers <= 0 {
		readers = min(max(runtime.NumCPU(), 2), 8)
	}
	e := &Engine{path: path, listeners: make(map[string]map[chan string]struct{})}
	if mode == "FULL" {
		e.syncer = &syncer{path: path + "-wal"}
	}
	var err error
	if e.Writer, err = pool(path, 1, url.Values{"_txlock": {"immediate"}, "_pragma": {
		"secure_delete(FAST)",                                           // what is deleted is overwritten where its page is written anyway: destroyed keys must not linger
		"journal_mode(WAL)", "synchronous(NORMAL)", "cache_size(-8192)", // FULL is the syncer's work
		"wal_autocheckpoint(" + mostLog + ")", "journal_size_limit(67108864)",
	}}); err != nil {
		return nil, err
	}
	if e.Readers, err = pool(path, readers, url.Values{"_pragma": {"query_only(1)", "cache_size(-2048)"}}); err != nil {
		return nil, err
	}
	// The writer first: it is the one that turns a new file to WAL.
	if err = e.Writer.PingContext(ctx); err == nil {
		err = e.Readers.PingContext(ctx)
	}
	if err == nil {
		e.keeper, err = newKeeper(path)
	}
	if err != nil {
		_ = e.Writer.Close()
		_ = e.Readers.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return e, nil
}

// Committed is to be called after each commit of the writer. It calls done
// once the commit lasts, at once or later from another goroutine, or with the
// error that keeps it from lasting.
func (e *Engine) Committed(done func(error)) {
	e.keeper.committed()
	if e.syncer == nil {
		done(nil)
		return
	}
	e.syncer.after(func(err error) {
		if err != nil {
			err = fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "the disk does not take what was written", err)
		}
		done(err)
	})
}

// Scrub empties the log of the database, in which pages lie as they were before
// something was deleted: in the file itself it was overwritten when it was
// deleted (secure_delete), in whatever table. It is false while the log is in
// use: try again later.
func (e *Engine) Scrub(ctx context.Context, _ ...string) (bool, error) { return e.keeper.scrub(ctx) }

// Close closes all connections.
func (e *Engine) Close() error {
	err := e.keeper.close()
	if e.syncer != nil {
		err = errors.Join(err, e.syncer.close())
	}
	return errors.Join(err, e.Readers.Close(), e.Writer.Close()) // the last one tidies the file up
}

func pool(path string, conns int, query url.Values) (*sql.DB, error) {
	query["_pragma"] = append(query["_pragma"], fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
		"foreign_keys(1)", "temp_store(MEMORY)")
	base, err := lite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(prepared.Connector(base))
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// Name of the engine, which is also that of its folder of migrations.
func (e *Engine) Name() string { return "sqlite" }

// Fault translates what the driver returns; nil when it isn't its error or
// is our own mistake, as broken SQL is.
func (e *Engine) Fault(err error) *fault.Error {
	code, ok := codeOf(err)
	if !ok {
		return nil
	}
	switch code {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY, codes.SQLITE_CONSTRAINT_ROWID:
		return fault.Wrap(fault.Conflict, fault.CodeConflict, "there is one already", err)
	case codes.SQLITE_CONSTRAINT_TRIGGER: // RAISE(ABORT) of the belt that keeps bookings apart
		return fault.Wrap(fault.Conflict, fault.CodeSlotTaken, "this time has just been taken", err)
	case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fault.Wrap(fault.Conflict, fault.CodeConflict, "something else depends on it, or it is gone", err)
	case codes.SQLITE_CONSTRAINT_CHECK:
		return fault.Wrap(fault.Invalid, fault.CodeInvalid, "a value is out of its range", err)
	}
	switch code & 0xff {
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_FULL, codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN,
		codes.SQLITE_READONLY, codes.SQLITE_NOMEM, codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB, codes.SQLITE_PROTOCOL,
		codes.SQLITE_INTERRUPT:
		return fault.Wrap(fault.Unavailable, fault.CodeUnavailable, "the database cannot answer now", err)
	}
	return nil
}

// Retryable tells whether the same transaction may well succeed if begun
// again: somebody else held the lock.
func (e *Engine) Retryable(err error) bool {
	code, ok := codeOf(err)
	return ok && code&0xff == codes.SQLITE_BUSY
}

func codeOf(err error) (int, bool) {
	var raw *lite.Error
	if !errors.As(err, &raw) {
		return 0, false
	}
	return raw.Code(), true
}

// Migrate brings the schema forward.
func (e *Engine) Migrate(ctx context.Context, fsys fs.FS) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, e.Writer, fsys, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// Version of the schema; 0 when there is none.
func (e *Engine) Version(ctx context.Context) (int64, error) {
	var n int64
	row := e.Readers.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1", goose.DefaultTablename)
	if err := row.Scan(&n); err != nil || n == 0 {
		return 0, err
	}
	err := e.Readers.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+goose.DefaultTablename).Scan(&n)
	return n, err
}

// Backup writes a compact, consistent copy of the database to a new file
// while work goes on. It refuses a file that exists.
func (e *Engine) Backup(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.Wrap(fault.Conflict, fault.CodeConflict, "the backup file exists already", err)
	}
	if err != nil {
		return err
	}
	_ = f.Close()
	// A connection of its own: readers refuse to write, and the writer has other
	// work. An empty file is what VACUUM INTO accepts, and ours has the right mode.
	own, err := pool(e.path, 1, url.Values{})
	if err != nil {
		return err
	}
	defer func() { _ = own.Close() }()
	if _, err = own.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		_ = os.Remove(path)
	}
	return err
}

// Notify gives the function that wakes the listeners; it is to be called
// after the commit. All listeners are in this process.
func (e *Engine) Notify(_ context.Context, _ interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, channel, payload string,
) (func(), error) {
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		for c := range e.listeners[channel] {
			select {
			case c <- payload:
			default: // too slow; whoever listens also polls
			}
		}
	}, nil
}

// Listen calls fn for every payload notified on the channel until ctx ends,
// and first once with an empty one: from here on nothing is missed.
func (e *Engine) Listen(ctx context.Context, channel string, fn func(payload string)) error {
	c := make(chan string, 1024)
	e.mu.Lock()
	if e.listeners[channel] == nil {
		e.listeners[channel] = make(map[chan string]struct{})
	}
	e.listeners[channel][c] = struct{}{}
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.listeners[channel], c)
	}()
	fn("")
	for {
		select {
		case payload := <-c:
			fn(payload)
		case <-ctx.Done():
			return nil
		}
	}
}
