package db_test

import (
	"context"
	"errors"
	"testing"

	"kept/fault"
	"kept/internal/db"
)

// addLater is add for a word that may wait.
func addLater(ctx context.Context, d *db.DB, words ...string) error {
	for _, word := range words {
		if _, err := d.Later(ctx).ExecContext(ctx, "INSERT INTO word (text) VALUES ($1)", word); err != nil {
			return err
		}
	}
	return nil
}

func TestLaterIsSeenByWhatFollows(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		err := d.Do(ctx, func(tx context.Context) error {
			if err := addLater(tx, d, "a", "b"); err != nil {
				return err
			}
			wantWords(ctx, t, d)
			wantWords(tx, t, d, "a", "b") // a read sends what waits
			if err := addLater(tx, d, "c"); err != nil {
				return err
			}
			if err := add(tx, d, "d"); err != nil { // and so does a change that doesn't wait
				return err
			}
			res, err := d.Later(tx).ExecContext(tx, "UPDATE word SET n = n + 1 WHERE text < $1", "c")
			if err != nil {
				return err
			}
			if err := addLater(tx, d, "e"); err != nil {
				return err
			}
			for range 2 {
				if n, err := res.RowsAffected(); n != 2 || err != nil {
					t.Errorf("%d rows were changed, %v", n, err)
				}
			}
			err = d.Do(tx, func(tx context.Context) error { return addLater(tx, d, "f") })
			if err != nil {
				return err
			}
			return addLater(tx, d, "g")
		})
		if err != nil {
			t.Fatal(err)
		}
		wantWords(ctx, t, d, "a", "b", "c", "d", "e", "f", "g")
	})
}

func TestLaterFailsWithItsDo(t *testing.T) {
	t.Parallel()
	twice := func(tx context.Context, d *db.DB) error { return addLater(tx, d, "a", "b", "a", "c") }
	cases := map[string]func(tx context.Context, d *db.DB) error{
		"at the end": twice,
		"swallowed by a read": func(tx context.Context, d *db.DB) error {
			if err := twice(tx, d); err != nil {
				return err
			}
			var n int
			_ = d.From(tx).QueryRowContext(tx, "SELECT COUNT(*) FROM word").Scan(&n)
			return nil
		},
		"swallowed by a change": func(tx context.Context, d *db.DB) error {
			if err := twice(tx, d); err != nil {
				return err
			}
			_ = add(tx, d, "d")
			return nil
		},
		"asked for its rows": func(tx context.Context, d *db.DB) error {
			if err := addLater(tx, d, "a"); err != nil {
				return err
			}
			res, err := d.Later(tx).ExecContext(tx, "INSERT INTO word (text) VALUES ('a')")
			if err != nil {
				return err
			}
			_, err = res.RowsAffected()
			return err
		},
	}
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		for name, do := range cases {
			err := d.Do(t.Context(), func(tx context.Context) error { return do(tx, d) })
			if !fault.Is(err, fault.CodeConflict) {
				t.Errorf("%s: %v", name, err)
			}
			wantWords(t.Context(), t, d)
		}
	})
}

// TestLaterInsideFailsAlone takes back the inner work, also what still waited.
func TestLaterInsideFailsAlone(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		err := d.Do(t.Context(), func(tx context.Context) error {
			if err := addLater(tx, d, "a"); err != nil {
				return err
			}
			err := d.Do(tx, func(tx context.Context) error {
				if err := addLater(tx, d, "b"); err != nil {
					return err
				}
				return errOops
			})
			if !errors.Is(err, errOops) {
				t.Errorf("the inner Do gave %v", err)
			}
			err = d.Do(tx, func(tx context.Context) error { return addLater(tx, d, "c", "a") })
			if !fault.Is(err, fault.CodeConflict) {
				t.Errorf("the second inner Do gave %v", err)
			}
			return addLater(tx, d, "d")
		})
		if err != nil {
			t.Fatal(err)
		}
		wantWords(t.Context(), t, d, "a", "d")
	})
}

func TestLaterAfterTheEnd(t *testing.T) {
	t.Parallel()
	each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		var late db.DBTX
		err := d.Do(t.Context(), func(tx context.Context) error {
			late = d.Later(tx)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := late.ExecContext(t.Context(), "INSERT INTO word (text) VALUES ('a')"); err == nil {
			t.Error("a transaction that is over took a change")
		}
		wantWords(t.Context(), t, d)
	})
}

// TestNoCommitAfterAnErrorNobodyNoticed: rows that end with an error which the
// function does not look at have cost PostgreSQL the transaction. Do must not
// say that it was committed, whether or not changes wait for the commit.
func TestNoCommitAfterAnErrorNobodyNoticed(t *testing.T) {
	t.Parallel()
	d := open(t, engines()[1].dsn(t), db.Options{})
	for _, later := range []bool{false, true} {
		err := d.Do(t.Context(), func(ctx context.Context) error {
			d.AfterCommit(ctx, func() { t.Error("called though rolled back") })
			if err := add(ctx, d, "a"); err != nil {
				return err
			}
			rows, err := d.From(ctx).QueryContext(ctx, "SELECT 1 / (x - 50000) FROM generate_series(1, 100000) AS x") //nolint:rowserrcheck // that is the point
			if err != nil {
				return err
			}
			for rows.Next() {
				continue
			}
			_ = rows.Close() // and rows.Err is not asked
			if later {
				return addLater(ctx, d, "b")
			}
			return nil
		})
		if err == nil {
			t.Errorf("later %v: said to be committed", later)
		}
		wantWords(t.Context(), t, d)
		if err := d.Do(t.Context(), func(context.Context) error { return nil }); err != nil {
			t.Errorf("later %v: the connection is spoilt: %v", later, err)
		}
	}
}
