package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// longestScrub bounds how long one round may take, however large the tables.
const longestScrub = 15 * time.Minute

// Scrub takes what was changed and deleted in tables out of their pages
// (VACUUM): until then the old row lies there, for whoever reads the files. It
// is false while some of it could not be taken out yet, for a transaction that
// runs may still see it: try again later. It has a connection of its own, for
// no statement on the pool may take so long, and stands in nobody's way.
//
// What was taken out is free for the next rows of its page and mostly written
// over at once, for the rows that stay move together; the last of it goes when
// the page takes a new row.
func (e *Engine) Scrub(ctx context.Context, tables ...string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, longestScrub)
	defer cancel()
	config := e.config.Copy()
	config.RuntimeParams["statement_timeout"] = "0" // the context ends it
	config.RuntimeParams["lock_timeout"] = "5s"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return false, err
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end)
	}()
	clean := true
	for _, table := range tables {
		// Giving space at the end of a table back would need a lock that stops everybody.
		if _, err := conn.Exec(ctx, "VACUUM (TRUNCATE OFF) "+pgx.Identifier{table}.Sanitize()); err != nil {
			return false, fmt.Errorf("vacuum %s: %w", table, err)
		}
		var dead int64
		err := conn.QueryRow(ctx, "SELECT pg_stat_get_dead_tuples(to_regclass($1))", table).Scan(&dead)
		if err != nil {
			return false, fmt.Errorf("vacuum %s: %w", table, err)
		}
		clean = clean && dead == 0
	}
	return clean, nil
}
