package db_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"kept/fault"
	"kept/internal/db"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	type row struct {
		name, query string
		kind        fault.Kind
		code        string
	}
	rows := []row{
		{"unique", "INSERT INTO word (text) VALUES ('a')", fault.Conflict, fault.CodeConflict},
		{"foreign key, missing", "INSERT INTO child (id, text) VALUES (2, 'none')", fault.Conflict, fault.CodeConflict},
		{"foreign key, in use", "DELETE FROM word", fault.Conflict, fault.CodeConflict},
		{"check", "UPDATE word SET n = -1", fault.Invalid, fault.CodeInvalid},
		{"overlap", "INSERT INTO span (lane, a, b) VALUES ('l', 15, 25)", fault.Conflict, fault.CodeSlotTaken},
		{"not null", "INSERT INTO word (text) VALUES (NULL)", fault.Internal, fault.CodeInternal},
		{"syntax", "INSERT INTO", fault.Internal, fault.CodeInternal},
	}
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		for _, q := range []string{
			"INSERT INTO word (text) VALUES ('a')", "INSERT INTO child (id, text) VALUES (1, 'a')",
			"INSERT INTO span (lane, a, b) VALUES ('l', 10, 20), ('l', 20, 30), ('m', 10, 20)",
		} {
			if _, err := d.SQL().ExecContext(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range rows {
			_, raw := d.SQL().ExecContext(t.Context(), r.query)
			err := d.Fault(raw)
			if fault.KindOf(err) != r.kind || fault.CodeOf(err) != r.code || !errors.Is(err, raw) {
				t.Errorf("%s: %v", r.name, err)
			}
			inTx := d.Do(t.Context(), func(ctx context.Context) error {
				_, err := d.From(ctx).ExecContext(ctx, r.query)
				return err
			})
			if fault.KindOf(inTx) != r.kind || fault.CodeOf(inTx) != r.code {
				t.Errorf("%s in a transaction: %v", r.name, inTx)
			}
			returning := d.Do(t.Context(), func(ctx context.Context) error {
				return d.From(ctx).QueryRowContext(ctx, r.query+" RETURNING 1").Scan(new(int))
			})
			if fault.KindOf(returning) != r.kind || fault.CodeOf(returning) != r.code {
				t.Errorf("%s, returning: %v", r.name, returning)
			}
		}
	})
}

func TestFaultsOfNoStatement(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ours := fault.SlotTaken()
		for _, same := range []error{nil, ours, fmt.Errorf("book: %w", ours), context.Canceled, context.DeadlineExceeded, errOops} {
			if got := d.Fault(same); !errors.Is(got, same) || fmt.Sprint(got) != fmt.Sprint(same) {
				t.Errorf("Fault(%v) = %v", same, got)
			}
		}
		err := d.From(t.Context()).QueryRowContext(t.Context(), "SELECT n FROM word").Scan(new(int))
		if err = d.Fault(err); fault.KindOf(err) != fault.NotFound || !errors.Is(err, sql.ErrNoRows) {
			t.Error(err)
		}
		for _, lost := range []error{driver.ErrBadConn, sql.ErrConnDone} {
			if fault.KindOf(d.Fault(lost)) != fault.Unavailable {
				t.Errorf("Fault(%v) = %v", lost, d.Fault(lost))
			}
		}
	})
}

func TestReadersRefuseToWrite(t *testing.T) {
	t.Parallel()
	d := open(t, filepath.Join(t.TempDir(), "kept.db"), db.Options{})
	if err := add(t.Context(), d, "a"); err == nil {
		t.Error("a write outside Do went through")
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	noDB := filepath.Join(dir, "text")
	if err := os.WriteFile(noDB, []byte("this is a text and not a database, however long one reads in it, and that is long enough"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		dsn  string
		opts db.Options
	}{
		"memory":         {":memory:", db.Options{}},
		"nothing":        {"", db.Options{}},
		"a folder":       {dir, db.Options{}},
		"missing folder": {filepath.Join(dir, "none", "kept.db"), db.Options{}},
		"not a database": {noDB, db.Options{}},
		"synchronous":    {filepath.Join(dir, "kept.db"), db.Options{Synchronous: "OFF"}},
		"address":        {"postgres://%zz", db.Options{}},
		"nobody there":   {"postgres://kept@127.0.0.1:1/kept?connect_timeout=1", db.Options{}},
	} {
		if d, err := db.Open(t.Context(), c.dsn, c.opts); err == nil {
			t.Errorf("%s: opened", name)
			_ = d.Close()
		}
	}
	path := filepath.Join(dir, "new.db")
	open(t, path, db.Options{})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is readable to others: %v, %v", info.Mode(), err)
	}
}
