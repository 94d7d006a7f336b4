package prepared_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	lite "modernc.org/sqlite"

	"kept/internal/db/prepared"
)

func BenchmarkStatement(b *testing.B) {
	for _, mode := range []string{"text", "cached", "stmt"} {
		dsn := "file:" + filepath.Join(b.TempDir(), "x.db") + "?_pragma=journal_mode(WAL)&_txlock=immediate"
		base, err := lite.NewConnector(dsn)
		if err != nil {
			b.Fatal(err)
		}
		var db *sql.DB
		if mode == "cached" {
			db = sql.OpenDB(prepared.Connector(base))
		} else {
			db = sql.OpenDB(base)
		}
		db.SetMaxOpenConns(1)
		if _, err := db.Exec("CREATE TABLE lane (business_id TEXT, id TEXT, version BIGINT, a TEXT, b BIGINT, PRIMARY KEY (business_id, id))"); err != nil {
			b.Fatal(err)
		}
		if _, err := db.Exec("INSERT INTO lane VALUES ('b', 'x', 0, 'y', 4)"); err != nil {
			b.Fatal(err)
		}
		up := "UPDATE lane SET version = version + 1 WHERE business_id = $1 AND id = $2"
		sel := "SELECT version, a, b FROM lane WHERE business_id = $1 AND id = $2 AND (CAST($3 AS TEXT) = '' OR a = $3) ORDER BY id"
		ctx := b.Context()
		pu, _ := db.Prepare(up)
		ps, _ := db.Prepare(sel)
		b.Run(mode, func(b *testing.B) {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				var v, n int64
				var a string
				if mode == "stmt" {
					if _, err := tx.StmtContext(ctx, pu).ExecContext(ctx, "b", "x"); err != nil {
						b.Fatal(err)
					}
					if err := tx.StmtContext(ctx, ps).QueryRowContext(ctx, "b", "x", "").Scan(&v, &a, &n); err != nil {
						b.Fatal(err)
					}
					continue
				}
				if _, err := tx.ExecContext(ctx, up, "b", "x"); err != nil {
					b.Fatal(err)
				}
				if err := tx.QueryRowContext(ctx, sel, "b", "x", "").Scan(&v, &a, &n); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			_ = tx.Rollback()
		})
	}
}
