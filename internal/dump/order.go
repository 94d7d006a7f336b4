package dump

import (
	"context"
	"fmt"
	"slices"

	"kept/internal/db"
	"kept/internal/store"
)

// ordered lists the tables so that none stands before one it refers to, on
// whichever engine: whatever belongs to a business comes after the businesses,
// also where only SQLite says so.
func ordered(ctx context.Context, d *db.DB) ([]store.Table, error) {
	tables, err := store.Tables(ctx, d)
	if err != nil {
		return nil, err
	}
	needs, err := references(ctx, d)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		if slices.ContainsFunc(t.Columns, func(c store.Column) bool { return c.Name == "business_id" }) {
			needs[t.Name] = append(needs[t.Name], "business")
		}
	}
	var out []store.Table
	done := map[string]bool{}
	for len(out) < len(tables) {
		before := len(out)
		for _, t := range tables {
			if !done[t.Name] && ready(t.Name, needs, done) {
				out, done[t.Name] = append(out, t), true
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("dump: tables refer to each other in a circle: %v", needs)
		}
	}
	return out, nil
}

func ready(table string, needs map[string][]string, done map[string]bool) bool {
	for _, other := range needs[table] {
		if other != table && !done[other] {
			return false
		}
	}
	return true
}

// references tells to which tables a table's foreign keys lead.
func references(ctx context.Context, d *db.DB) (map[string][]string, error) {
	const onSQLite = `SELECT m.name, f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	const onPostgres = `SELECT a.relname, b.relname FROM pg_constraint c
		JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
		JOIN pg_namespace n ON n.oid = a.relnamespace WHERE c.contype = 'f' AND n.nspname = current_schema()`
	text := onSQLite
	if d.Dialect().Name() == "postgres" {
		text = onPostgres
	}
	rows, err := d.From(ctx).QueryContext(ctx, text)
	if err != nil {
		return nil, d.Fault(err)
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return nil, d.Fault(err)
		}
		out[from] = append(out[from], to)
	}
	return out, d.Fault(rows.Err())
}
