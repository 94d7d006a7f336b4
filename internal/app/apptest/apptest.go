// Package apptest gives tests a whole program to play with: a node over a
// database that the demo has filled, at a known instant.
//
// Filling takes seconds, so it is done once a test process and engine; every
// test then has its own copy, a file or a PostgreSQL database, and with it its
// own node. Nodes answer without a network (Node.Do) or on a port of the
// loopback (Node.Listen).
package apptest

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"kept/internal/app"
	"kept/internal/config"
	"kept/internal/testkit/pgtest"
)

// Start is the instant at which the demo begins: a Sunday.
func Start() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC) }

// stock is what the tests of one process share: a filled folder, and the
// master key with which PostgreSQL's template was filled.
type stock struct {
	once        sync.Once
	err         error
	lite, elder string // folders
}

var shared = &stock{}

// Run runs a package's tests: func TestMain(m *testing.M) { apptest.Run(m) }.
func Run(m *testing.M) {
	pgtest.Run(m, func(ctx context.Context, dsn string) error {
		dir, err := os.MkdirTemp("", "kept-apptest-")
		if err != nil {
			return err
		}
		shared.elder = dir
		return fill(ctx, dir, dsn)
	})
	for _, dir := range []string{shared.lite, shared.elder} {
		if dir != "" {
			_ = os.RemoveAll(dir)
		}
	}
}

func settings(dir, dsn string) config.Serve {
	return config.Serve{
		Store: config.Store{DB: dsn, Data: dir}, Demo: true, Clock: Start(), Addr: "127.0.0.1:8080", Synchronous: "FULL",
		AllowNet: []string{"127.0.0.1"}, // where tests serve calendars; the rest of the loopback stays shut
	}
}

// fill lets a node fill the demo and do all that it does about it.
func fill(ctx context.Context, dir, dsn string) error {
	c := settings(dir, dsn)
	n, err := app.NewNode(ctx, c, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	d, err := OpenSQL(c.DSN())
	if err != nil {
		return err
	}
	defer d.Close()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for left := 1; left > 0; {
		err := d.QueryRowContext(ctx, `SELECT count(*) FROM event WHERE seq IS NULL`).Scan(&left)
		if err != nil {
			return fmt.Errorf("apptest: the demo does not settle: %w", err)
		}
		Pause(ctx, 20*time.Millisecond)
	}
	return n.Close()
}

// Pause waits a little, or until the context ends.
func Pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Eventually waits until ask is satisfied, at most five minutes: much longer than it takes on a busy machine.
func Eventually(t testing.TB, what string, ask func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	for !ask() {
		if ctx.Err() != nil {
			t.Fatalf("waited in vain until %s", what)
		}
		Pause(ctx, 10*time.Millisecond)
	}
}

// OpenSQL opens a database beside the program: the oracle reads with its own eyes.
func OpenSQL(dsn string) (*sql.DB, error) {
	if filepath.IsAbs(dsn) {
		return sql.Open("sqlite", "file:"+dsn+"?_pragma=busy_timeout(5000)")
	}
	return sql.Open("pgx", dsn)
}

// Folder gives a test its own data folder with a filled SQLite database.
func Folder(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() {
		if shared.lite, shared.err = os.MkdirTemp("", "kept-apptest-"); shared.err == nil {
			shared.err = fill(context.Background(), shared.lite, "")
		}
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return copied(t, shared.lite)
}

// copied copies a data folder; the key stays closed to others.
func copied(t testing.TB, from string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "master.key"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// SQLite starts a node over a file of its own; change may alter its settings.
func SQLite(t testing.TB, change ...func(*config.Serve)) *Node {
	t.Helper()
	return Boot(t, Folder(t), "", change...)
}

// Postgres starts a node over a database of its own on the tests' server.
func Postgres(t testing.TB, change ...func(*config.Serve)) *Node {
	t.Helper()
	dsn := pgtest.DSN(t) // fills the template, and with it the folder of its key
	return Boot(t, copied(t, shared.elder), dsn, change...)
}

// Boot starts a node over a folder and a database that are there.
func Boot(t testing.TB, dir, dsn string, change ...func(*config.Serve)) *Node {
	t.Helper()
	c := settings(dir, dsn)
	for _, f := range change {
		f(&c)
	}
	node, err := app.NewNode(t.Context(), c, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	d, err := OpenSQL(c.DSN())
	if err != nil {
		t.Fatal(err)
	}
	n := &Node{Node: node, SQL: d, Dir: dir, DSN: c.DSN()}
	t.Cleanup(func() {
		_ = d.Close()
		n.Stop(t)
	})
	return n
}
