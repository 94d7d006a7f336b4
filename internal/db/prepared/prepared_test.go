package prepared_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	lite "modernc.org/sqlite"

	"kept/internal/db/prepared"
)

func open(t *testing.T) *sql.DB {
	t.Helper()
	base, err := lite.NewConnector("file:" + filepath.Join(t.TempDir(), "x.db") + "?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(prepared.Connector(base))
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	must(t, db, "CREATE TABLE number (n BIGINT); INSERT INTO number VALUES (1), (2), (3)")
	return db
}

func must(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
		t.Fatalf("%.60s: %v", text, err)
	}
}

// The same text is run again while its rows are being read.
func TestSameTextWithinItself(t *testing.T) {
	t.Parallel()
	db := open(t)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	var walk func(depth int) int
	walk = func(depth int) int {
		rows, err := tx.QueryContext(t.Context(), "SELECT n FROM number ORDER BY n")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		sum := 0
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			sum += n
			if depth > 0 {
				sum += walk(depth - 1)
			}
		}
		if rows.Err() != nil {
			t.Fatal(rows.Err())
		}
		return sum
	}
	if got := walk(2); got != 6+3*(6+3*6) {
		t.Errorf("sum = %d", got)
	}
}

func TestManyTextsAndNewSchema(t *testing.T) {
	t.Parallel()
	db := open(t)
	for i := range 1500 {
		var n int
		if err := db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT n + %d FROM number WHERE n = $1", i), 2).Scan(&n); err != nil || n != i+2 {
			t.Fatal(n, err)
		}
	}
	must(t, db, "SELECT '"+strings.Repeat("x", 10<<10)+"'")
	count := func() (n int) {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM number")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil || rows.Err() != nil {
			t.Fatal(err, rows.Err())
		}
		return len(columns)
	}
	if n := count(); n != 1 {
		t.Errorf("%d columns", n)
	}
	must(t, db, "ALTER TABLE number ADD COLUMN word TEXT")
	must(t, db, "UPDATE number SET word = $2 WHERE n = $1", 1, "one")
	if n := count(); n != 2 {
		t.Errorf("%d columns after the schema changed", n)
	}
}

// A failed statement leaves nothing behind in the one that is kept.
func TestErrorsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	db := open(t)
	must(t, db, "CREATE UNIQUE INDEX one ON number (n)")
	for range 3 {
		if _, err := db.ExecContext(t.Context(), "INSERT INTO number VALUES ($1)", 1); err == nil {
			t.Error("a second 1 went in")
		}
		if err := db.QueryRowContext(t.Context(), "INSERT INTO number VALUES ($1) RETURNING n", 2).Scan(new(int)); err == nil {
			t.Error("a second 2 went in")
		}
		if _, err := db.ExecContext(t.Context(), "INSERT INTO nowhere VALUES ($1)", 1); err == nil {
			t.Error("into nowhere")
		}
		if _, err := db.QueryContext(t.Context(), "SELECT nothing"); err == nil { //nolint:rowserrcheck // fails
			t.Error("nothing was found")
		}
	}
	must(t, db, "INSERT INTO number VALUES ($1)", 4)
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM number").Scan(&n); err != nil || n != 4 {
		t.Error(n, err)
	}
}

// In a transaction a context that ends stops the next statement, not the
// running one; outside it stops the running one.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	db := open(t)
	const long = "WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < $1) INSERT INTO number SELECT n FROM i"
	ctx, cancel := context.WithCancel(t.Context())
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	go cancel()
	if _, err := tx.ExecContext(ctx, long, 100_000); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-ctx.Done()
	if _, err := tx.ExecContext(ctx, long, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := tx.ExecContext(t.Context(), "INSERT INTO number VALUES (0)"); err != nil {
		t.Errorf("the transaction is lost: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Errorf("the transaction is lost: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	go cancel()
	if _, err := db.ExecContext(ctx, long, 1_000_000_000); !errors.Is(err, context.Canceled) {
		t.Errorf("outside: %v", err)
	}
	must(t, db, "INSERT INTO number VALUES (0)")
}

// SQLite may end a transaction by itself; the connection stays good.
func TestTransactionEndedBehindOurBack(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, end := range []func(*sql.Tx) error{(*sql.Tx).Commit, (*sql.Tx).Rollback} {
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
		_ = end(tx)
		must(t, db, "BEGIN")
		must(t, db, "COMMIT")
	}
}

type poor struct{ driver.Connector }

func (poor) Connect(context.Context) (driver.Conn, error) { return poorConn{}, nil }

type poorConn struct{}

func (poorConn) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (poorConn) Close() error                        { return nil }
func (poorConn) Begin() (driver.Tx, error)           { return nil, driver.ErrSkip }

func TestPoorDriverIsRefused(t *testing.T) {
	t.Parallel()
	db := sql.OpenDB(prepared.Connector(poor{}))
	defer func() { _ = db.Close() }()
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("a driver without contexts was taken")
	}
}
