package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"kept/internal/db"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Run(m, migrate) }

// migrate fills the database that every test's PostgreSQL is a copy of.
func migrate(ctx context.Context, dsn string) error {
	d, err := db.Open(ctx, dsn, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx, store.Migrations(d.Dialect().Name())...)
}

func openSQLite(t testing.TB) *db.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kept.db")
	storetest.Must(t, migrate(t.Context(), path))
	return open(t, path)
}

func openPostgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, pgtest.DSN(t))
}

func open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{MaxConns: 8})
	storetest.Must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, openSQLite)
}

func TestOnPostgres(t *testing.T) {
	t.Parallel()
	storetest.Run(t, openPostgres)
}
