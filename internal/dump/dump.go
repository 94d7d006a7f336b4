// Package dump writes a whole database into one file and reads it back, into
// an empty database of either engine: a backup that does not care where it
// came from, and the road from SQLite to PostgreSQL and back.
//
// # The file
//
// Lines of JSON, compressed with gzip:
//
//	{"kept":1,"schema":16,"from":"postgres"}
//	{"table":"client","columns":["business_id",...],"kinds":["text",...]}
//	["...", 5, null, "base64", ...]              a row
//	{"end":"client","rows":2,"sum":"sha-256 of its rows' lines"}
//	...
//	{"done":true,"tables":40,"rows":812}
//
// Everything is read in one transaction, so that the file shows one moment,
// while work goes on. Personal columns are in it as they are in the database,
// sealed: the master key is not, nor is the list of erasures.
//
// # Reading it back
//
// The schema is first brought to the version that the file was written with,
// then filled in one transaction, checked against the counts and sums, and then
// brought up to date: so an older backup goes through the same migrations as
// an older database does. A file that is damaged or cut off leaves the
// database empty.
package dump

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"kept/internal/db"
	"kept/internal/store"
)

// Count is how many rows a table has in a file, and their checksum.
type Count struct {
	Table string
	Rows  int64
	Sum   string // SHA-256, hex
}

// line is any line that is not a row.
type line struct {
	Kept    int      `json:"kept,omitempty"`
	Schema  int64    `json:"schema,omitempty"`
	From    string   `json:"from,omitempty"`
	Table   string   `json:"table,omitempty"`
	Columns []string `json:"columns,omitempty"`
	Kinds   []string `json:"kinds,omitempty"`
	End     string   `json:"end,omitempty"`
	Rows    int64    `json:"rows,omitempty"`
	Sum     string   `json:"sum,omitempty"`
	Done    bool     `json:"done,omitempty"`
	Tables  int      `json:"tables,omitempty"`
}

// format is the version of the file that is written.
const format = 1

// Write writes a database as it is at one moment.
func Write(ctx context.Context, d *db.DB, to io.Writer) ([]Count, error) {
	version, err := d.Version(ctx)
	if err != nil {
		return nil, err
	}
	if version == 0 {
		return nil, errors.New("dump: the database has no schema yet")
	}
	tables, err := ordered(ctx, d)
	if err != nil {
		return nil, err
	}
	pool, ok := d.From(ctx).(*sql.DB)
	if !ok {
		return nil, errors.New("dump: not inside a transaction")
	}
	tx, err := pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("dump: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	zip := gzip.NewWriter(to)
	out := &writer{to: zip}
	out.line(line{Kept: format, Schema: version, From: d.Dialect().Name()})
	counts := make([]Count, 0, len(tables))
	total := int64(0)
	for _, t := range tables {
		c, err := out.table(ctx, tx, t)
		if err != nil {
			return nil, fmt.Errorf("dump: %s: %w", t.Name, err)
		}
		counts, total = append(counts, c), total+c.Rows
	}
	out.line(line{Done: true, Tables: len(tables), Rows: total})
	return counts, errors.Join(out.err, zip.Close())
}

// writer writes lines and remembers the first failure.
type writer struct {
	to  io.Writer
	sum hash.Hash // of the table's rows
	err error
}

func (w *writer) line(v any) {
	text, err := json.Marshal(v)
	if err == nil && w.err == nil {
		text = append(text, '\n')
		if _, row := v.([]any); row {
			_, _ = w.sum.Write(text)
		}
		_, err = w.to.Write(text)
	}
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) table(ctx context.Context, tx *sql.Tx, t store.Table) (Count, error) {
	head := line{Table: t.Name}
	for _, c := range t.Columns {
		head.Columns, head.Kinds = append(head.Columns, c.Name), append(head.Kinds, c.Kind)
	}
	w.line(head)
	w.sum = sha256.New()
	rows, err := tx.QueryContext(ctx, "SELECT "+ //nolint:gosec // names of the schema
		strings.Join(head.Columns, ", ")+" FROM "+t.Name)
	if err != nil {
		return Count{}, err
	}
	defer rows.Close()
	values, into := make([]any, len(head.Columns)), make([]any, len(head.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	count := Count{Table: t.Name}
	for rows.Next() && w.err == nil {
		if err := rows.Scan(into...); err != nil {
			return count, err
		}
		out := make([]any, len(values))
		for i, v := range values {
			if out[i], err = encode(v, head.Kinds[i]); err != nil {
				return count, fmt.Errorf("%s: %w", head.Columns[i], err)
			}
		}
		w.line(out)
		count.Rows++
	}
	if err := rows.Err(); err != nil {
		return count, err
	}
	count.Sum = hex.EncodeToString(w.sum.Sum(nil))
	w.line(line{End: t.Name, Rows: count.Rows, Sum: count.Sum})
	return count, w.err
}

// encode brings a driver's value into the form of the file, which is the same for both engines.
func encode(v any, kind string) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil //nolint:nilnil // NULL
	case []byte:
		if kind == "bytes" {
			return base64.StdEncoding.EncodeToString(v), nil
		}
		return string(v), nil
	case int64:
		if kind == "boolean" {
			return v != 0, nil
		}
		return v, nil
	case string, bool:
		return v, nil
	default:
		return nil, fmt.Errorf("a value of type %T", v)
	}
}

// decode is encode turned round.
func decode(raw json.RawMessage, kind string) (any, error) {
	if string(raw) == "null" {
		return nil, nil //nolint:nilnil // NULL
	}
	switch kind {
	case "bytes":
		var b []byte
		err := json.Unmarshal(raw, &b)
		return b, err
	case "integer":
		var n int64
		err := json.Unmarshal(raw, &n)
		return n, err
	case "boolean":
		var b bool
		err := json.Unmarshal(raw, &b)
		return b, err
	default:
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err
	}
}
