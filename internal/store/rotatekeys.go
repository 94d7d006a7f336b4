package store

import (
	"context"
	"strconv"
	"strings"

	"kept/fault"
	"kept/internal/secret"
)

// keyColumn is a column of wrapped keys: of businesses, of clients, of their classes.
type keyColumn struct {
	table string
	class secret.Class // of client_key
}

// of is the class of the keys of clients in it.
func (c keyColumn) of() secret.Class {
	if c.class == "" {
		return secret.Personal
	}
	return c.class
}

// owner is the column that names whose key it is.
func (c keyColumn) owner() string {
	if c.table == "client_key" {
		return "client_id"
	}
	return "id"
}

// where narrows it to some rows: nothing, a business, or a business and a client.
func (c keyColumn) where(args []any) string {
	all := []string{"sealed_key IS NOT NULL"}
	if c.class != "" {
		all = append(all, "class = '"+string(c.class)+"'")
	}
	names := []string{"business_id", c.owner()}
	if c.table == "business" {
		names = []string{"id"}
	}
	for i := range args {
		all = append(all, names[i]+" = $"+strconv.Itoa(i+1))
	}
	return strings.Join(all, " AND ")
}

type keyRow struct {
	business, id string
	key          []byte
}

// keys reads a batch of wrapped keys, after one.
func (r *Rotation) keys(ctx context.Context, c keyColumn, args []any, after string) ([]keyRow, error) {
	business := "business_id"
	if c.table == "business" {
		business = "id"
	}
	text := "SELECT " + business + ", " + c.owner() + ", sealed_key FROM " + c.table + " WHERE " + c.where(args) +
		" AND " + c.owner() + " > $" + strconv.Itoa(len(args)+1) + " ORDER BY " + c.owner() + " LIMIT " + strconv.Itoa(r.batch)
	rows, err := r.db.From(ctx).QueryContext(ctx, text, append(append([]any{}, args...), after)...)
	if err != nil {
		return nil, r.db.Fault(err)
	}
	defer rows.Close()
	var out []keyRow
	for rows.Next() {
		var row keyRow
		if err := rows.Scan(&row.business, &row.id, &row.key); err != nil {
			return nil, r.db.Fault(err)
		}
		out = append(out, row)
	}
	return out, r.db.Fault(rows.Err())
}

// put writes a wrapped key in the place of the one that was read; false when
// it is another one by now: turned by somebody else, or erased.
func (r *Rotation) put(ctx context.Context, c keyColumn, row keyRow, anew []byte) (bool, error) {
	text := "UPDATE " + c.table + " SET sealed_key = $1 WHERE sealed_key = $2 AND " + c.owner() + " = $3"
	args := []any{anew, row.key, row.id}
	if c.table != "business" {
		text += " AND business_id = $4"
		args = append(args, row.business)
	}
	if c.class != "" {
		text += " AND class = '" + string(c.class) + "'"
	}
	result, err := r.db.From(ctx).ExecContext(ctx, text, args...)
	if err != nil {
		return false, r.db.Fault(err)
	}
	n, err := result.RowsAffected()
	return n == 1, r.db.Fault(err)
}

// wrapped goes once through wrapped keys and wraps anew, a batch in a transaction.
func (r *Rotation) wrapped(ctx context.Context, c keyColumn, args []any, anew func(keyRow) ([]byte, bool, error)) (changed int, err error) {
	after := ""
	for {
		var rows []keyRow
		n := 0
		err := r.db.Do(ctx, func(ctx context.Context) (err error) {
			n = 0
			if rows, err = r.keys(ctx, c, args, after); err != nil {
				return err
			}
			for _, row := range rows {
				key, differs, err := anew(row)
				if err != nil {
					return err
				}
				if !differs {
					continue
				}
				if _, err := r.put(ctx, c, row, key); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if changed += n; err != nil || len(rows) < r.batch {
			return changed, err
		}
		after = rows[len(rows)-1].id
	}
}

// turn takes a step of one key's rotation.
func (r *Rotation) turn(ctx context.Context, c keyColumn, args []any, step func(keyRow) ([]byte, error), forget func()) error {
	return r.db.Do(ctx, func(ctx context.Context) error {
		rows, err := r.keys(ctx, c, args, "")
		if err != nil {
			return err
		}
		if len(rows) != 1 {
			return fault.Missing("key")
		}
		anew, err := step(rows[0])
		if err != nil {
			return err
		}
		ok, err := r.put(ctx, c, rows[0], anew)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, fault.CodeConflict, "somebody else turns this key")
		}
		r.db.AfterCommit(ctx, forget)
		return err
	})
}
