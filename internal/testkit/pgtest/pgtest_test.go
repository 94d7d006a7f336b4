package pgtest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"kept/internal/testkit/pgtest"
)

var prepared atomic.Int32

func TestMain(m *testing.M) {
	pgtest.Run(m, func(ctx context.Context, dsn string) error {
		prepared.Add(1)
		conn, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.Exec(ctx, `CREATE TABLE word (text TEXT NOT NULL); INSERT INTO word VALUES ('prepared')`)
		return err
	})
}

func TestEachTestHasItsOwnCopy(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, pgtest.DSN(t))
			if _, err := conn.Exec(t.Context(), `INSERT INTO word VALUES ('mine')`); err != nil {
				t.Fatal(err)
			}
			if got := answer(t, conn, `SELECT string_agg(text, ' ' ORDER BY text) FROM word`); got != "mine prepared" {
				t.Errorf("words = %q", got)
			}
			if n := prepared.Load(); n != 1 {
				t.Errorf("prepare was called %d times", n)
			}
		})
	}
}

func TestEmptyIsEmpty(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.Empty(t))
	if got := answer(t, conn, `SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'`); got != "0" {
		t.Errorf("%s tables in an empty database", got)
	}
}

// The database of the tests is as careful as the one that is sold.
func TestSettingsAreThoseOfProduction(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.DSN(t))
	for name, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
		"default_transaction_isolation": "read committed", "server_encoding": "UTF8", "max_connections": "200",
	} {
		if got := answer(t, conn, "SHOW "+name); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
}

func TestStartInAFolderOfTheCaller(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "kept-pg-own-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	server, err := pgtest.Start(t.Context(), dir, "shared_buffers=32MB")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Create(t.Context(), "mine", ""); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, server.DSN("mine"))
	if got := answer(t, conn, "SHOW shared_buffers"); got != "32MB" {
		t.Errorf("shared_buffers = %s", got)
	}
	for range 2 {
		if err := server.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("the server answers after Stop")
	}
	if _, err := os.Stat(filepath.Join(dir, "cluster", "PG_VERSION")); err != nil {
		t.Errorf("the caller's folder was taken away: %v", err)
	}
	if _, err := pgtest.Start(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("Start over an old cluster = %v", err)
	}
}

func TestStartTellsWhyTheServerFailed(t *testing.T) {
	t.Parallel()
	if _, err := pgtest.Start(t.Context(), "", "no_such_setting=1"); err == nil ||
		!strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("Start = %v, want the server's own words", err)
	}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func answer(t *testing.T, conn *pgx.Conn, query string) string {
	t.Helper()
	var text string
	if err := conn.QueryRow(t.Context(), query).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}
