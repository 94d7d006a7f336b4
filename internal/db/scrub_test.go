package db_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"kept/internal/db"
	"kept/internal/testkit/pgtest"
)

// hide fills a table with secrets and takes one of them away again.
func hide(t *testing.T, d *db.DB) (secret []byte) {
	t.Helper()
	ctx := t.Context()
	exec := func(text string, args ...any) {
		t.Helper()
		err := d.Do(ctx, func(ctx context.Context) error {
			_, err := d.From(ctx).ExecContext(ctx, text, args...)
			return d.Fault(err)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE kept_safe (id BIGINT PRIMARY KEY, secret BYTEA)")
	for i := range 40 {
		exec("INSERT INTO kept_safe VALUES ($1, $2)", i, fmt.Appendf(nil, "the secret of number %060d", i))
	}
	exec("UPDATE kept_safe SET secret = NULL WHERE id = 7")
	exec("DELETE FROM kept_safe WHERE id = 9")
	return fmt.Appendf(nil, "the secret of number %060d", 7)
}

// scrubbed wants the answer of a scrub.
func scrubbed(t *testing.T, d *db.DB, want bool) {
	t.Helper()
	if clean, err := d.Scrub(t.Context(), "kept_safe"); clean != want || err != nil {
		t.Errorf("scrubbed %v, %v, want %v", clean, err, want)
	}
}

// What was deleted is gone from PostgreSQL's pages, once nobody can see it any more.
func TestScrubPostgres(t *testing.T) {
	t.Parallel()
	d := open(t, pgtest.Empty(t), db.Options{})
	secret := hide(t, d)
	if _, err := d.SQL().ExecContext(t.Context(), "CREATE EXTENSION pageinspect"); err != nil {
		t.Fatal(err)
	}
	lies := func() (in, around int) { // in rows, dead ones too; and anywhere in the pages
		const text = `SELECT count(*) FILTER (WHERE position($1::bytea IN t_data) > 0), max(position($1::bytea IN page))
			FROM generate_series(0, pg_relation_size('kept_safe') / 8192 - 1) n, get_raw_page('kept_safe', n::int) page, heap_page_items(page)`
		if err := d.SQL().QueryRowContext(t.Context(), text, secret).Scan(&in, &around); err != nil {
			t.Fatal(err)
		}
		return in, around
	}
	if in, _ := lies(); in == 0 {
		t.Fatal("what was deleted is not seen either: the test looks in the wrong place")
	}
	late, err := d.SQL().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := late.ExecContext(t.Context(), "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := late.QueryRowContext(t.Context(), "SELECT count(*) FROM kept_safe").Scan(&n); err != nil || n != 39 {
		t.Fatal(n, err)
	}
	if _, err := d.SQL().ExecContext(t.Context(), "UPDATE kept_safe SET secret = NULL WHERE id = 11"); err != nil {
		t.Fatal(err)
	}
	scrubbed(t, d, false) // somebody may read number 11 yet
	if err := late.Rollback(); err != nil {
		t.Fatal(err)
	}
	scrubbed(t, d, true)
	if in, around := lies(); in != 0 || around != 0 {
		t.Errorf("it lies in %d rows, at %d of a page", in, around)
	}
	if _, err := d.Scrub(t.Context(), "no_such_table"); err == nil {
		t.Error("a table that is not there is scrubbed")
	}
}

// The log of SQLite holds pages as they were, until it is emptied.
func TestScrubSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	d := open(t, path, db.Options{})
	secret := hide(t, d)
	lies := func() (in []string) {
		files, err := filepath.Glob(path + "*")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(raw, secret) {
				in = append(in, filepath.Base(f))
			}
		}
		return in
	}
	if len(lies()) == 0 {
		t.Fatal("what was deleted is not seen either: the test looks in the wrong place")
	}
	rows, err := d.From(t.Context()).QueryContext(t.Context(), "SELECT id FROM kept_safe")
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	scrubbed(t, d, false) // somebody reads
	if err := rows.Close(); err != nil || rows.Err() != nil {
		t.Fatal(err)
	}
	scrubbed(t, d, true)
	if in := lies(); len(in) != 0 {
		t.Errorf("it is in %v", in)
	}
	if err := d.Do(t.Context(), func(ctx context.Context) error { // and it goes on
		_, err := d.From(ctx).ExecContext(ctx, "DELETE FROM kept_safe WHERE id = 1")
		return d.Fault(err)
	}); err != nil {
		t.Error(err)
	}
	scrubbed(t, d, true)
}
