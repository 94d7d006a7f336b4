package db_test

import (
	"context"
	"testing"
	"time"

	"kept/fault"
	"kept/internal/db"
	"kept/internal/testkit/pgtest"
)

// A commit that is cut off is rolled back before its connection is anybody else's.
func TestACommitThatHangsLeavesNothingOpen(t *testing.T) {
	t.Parallel()
	d := open(t, pgtest.Empty(t), db.Options{Wait: 300 * time.Millisecond, MaxConns: 2})
	err := d.Do(t.Context(), func(ctx context.Context) error { return add(ctx, d, "a") })
	if err != nil {
		t.Fatal(err)
	}
	err = d.Do(t.Context(), func(outer context.Context) error {
		if err := bump(outer, d, "a"); err != nil {
			return err
		}
		err := d.Do(t.Context(), func(ctx context.Context) error { // waits for the one around it
			if err := add(ctx, d, "b"); err != nil {
				return err
			}
			_, err := d.Later(ctx).ExecContext(ctx, "UPDATE word SET n = n + 1 WHERE text = $1", "a")
			return err
		})
		if fault.KindOf(err) != fault.Unavailable {
			t.Errorf("a commit that hangs = %v, want unavailable", err)
		}
		var left int
		const query = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction (a%'"
		if err := d.From(outer).QueryRowContext(outer, query).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d connections were left in a transaction, %v", left, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t.Context(), t, d, "a")
}
