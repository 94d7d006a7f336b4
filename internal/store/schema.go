package store

import (
	"context"
	"strings"

	"kept/internal/db"
)

// Table is what a database says of one of its tables.
type Table struct {
	Name    string
	Columns []Column // as they stand
}

// Column is one of them.
type Column struct {
	Name string
	Kind string // text, integer, bytes, boolean
	Key  int    // place in the primary key, from 1; 0 when it is not in it
}

// Has tells whether there is a column of a name.
func (t Table) Has(column string) bool {
	for _, c := range t.Columns {
		if c.Name == column {
			return true
		}
	}
	return false
}

// Tables lists what is in a database, by name, the migrations' own table left
// out: so that what must know every table can be held against what there is.
func Tables(ctx context.Context, d *db.DB) ([]Table, error) {
	const onSQLite = `SELECT m.name, c.name, lower(c.type), c.pk FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version' ORDER BY m.name, c.cid`
	// The catalog itself: the standard's views of it take seconds for this.
	const onPostgres = `SELECT t.relname, a.attname, format_type(a.atttypid, NULL),
			COALESCE(array_position(string_to_array(i.indkey::text, ' ')::int2[], a.attnum), 0)
		FROM pg_class t
		JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
		JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
		WHERE t.relkind = 'r' AND t.relname <> 'goose_db_version'
		ORDER BY t.relname COLLATE "C", a.attnum`
	text := onSQLite
	if d.Dialect().Name() == "postgres" {
		text = onPostgres
	}
	rows, err := d.From(ctx).QueryContext(ctx, text)
	if err != nil {
		return nil, d.Fault(err)
	}
	defer rows.Close()
	var out []Table
	for rows.Next() {
		var table, kind string
		var c Column
		if err := rows.Scan(&table, &c.Name, &kind, &c.Key); err != nil {
			return nil, d.Fault(err)
		}
		c.Kind = columnKind(kind)
		if len(out) == 0 || out[len(out)-1].Name != table {
			out = append(out, Table{Name: table})
		}
		last := &out[len(out)-1]
		last.Columns = append(last.Columns, c)
	}
	return out, d.Fault(rows.Err())
}

// columnKind brings the engines' words for a type together.
func columnKind(declared string) string {
	switch {
	case strings.Contains(declared, "bytea"), strings.Contains(declared, "blob"):
		return "bytes"
	case strings.Contains(declared, "bool"):
		return "boolean"
	case strings.Contains(declared, "int"):
		return "integer"
	default:
		return "text"
	}
}
