package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"kept/internal/db"
	"kept/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { pgtest.Run(m, nil) }

var errOops = errors.New("oops")

// folders are migrations of both engines: a common folder and one of their own.
func folders(engine string) []fstest.MapFS {
	own := map[string]string{
		"sqlite": `CREATE TRIGGER belt BEFORE INSERT ON span WHEN EXISTS (
			SELECT 1 FROM span WHERE lane = NEW.lane AND NEW.a < b AND a < NEW.b) BEGIN SELECT RAISE(ABORT, 'taken'); END;`,
		"postgres": `CREATE EXTENSION IF NOT EXISTS btree_gist; ALTER TABLE span ADD EXCLUDE USING gist (lane WITH =, int8range(a, b) WITH &&);`,
	}
	return []fstest.MapFS{
		{
			"00001_words.sql": {Data: []byte(`-- +goose Up
CREATE TABLE word (text TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL DEFAULT 0 CHECK (n >= 0));
CREATE TABLE child (id BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL REFERENCES word (text));`)},
			"00002_spans.sql": {Data: []byte(`-- +goose Up
CREATE TABLE span (lane TEXT NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL);`)},
			"readme.txt": {Data: []byte("not a migration")},
		},
		{"00003_belt.sql": {Data: []byte("-- +goose Up\n-- +goose StatementBegin\n" + own[engine] + "\n-- +goose StatementEnd\n")}},
	}
}

// engine is a kind of database that every test must pass on.
type engine struct {
	name string
	dsn  func(t testing.TB) string
}

func engines() []engine {
	return []engine{
		{"sqlite", func(t testing.TB) string { return filepath.Join(t.TempDir(), "kept ü%41.db") }},
		{"postgres", pgtest.Empty},
	}
}

// each runs a test on a fresh, migrated database of each engine.
func each(t *testing.T, opts db.Options, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t, e.dsn(t), opts))
		})
	}
}

func open(t testing.TB, dsn string, opts db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	all := folders(d.Dialect().Name())
	if err := d.Migrate(t.Context(), all[0], all[1]); err != nil {
		t.Fatal(err)
	}
	return d
}

// add inserts a word.
func add(ctx context.Context, d *db.DB, text string) error {
	_, err := d.From(ctx).ExecContext(ctx, "INSERT INTO word (text) VALUES ($1)", text)
	return d.Fault(err)
}

// bump counts a word up.
func bump(ctx context.Context, d *db.DB, text string) error {
	_, err := d.From(ctx).ExecContext(ctx, "UPDATE word SET n = n + 1 WHERE text = $1", text)
	return d.Fault(err)
}

// words lists what From(ctx) sees.
func words(ctx context.Context, t testing.TB, d *db.DB) []string {
	t.Helper()
	rows, err := d.From(ctx).QueryContext(ctx, "SELECT text FROM word")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := []string{}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func wantWords(ctx context.Context, t testing.TB, d *db.DB, want ...string) {
	t.Helper()
	if got := words(ctx, t, d); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("words = %q, want %q", got, want)
	}
}
