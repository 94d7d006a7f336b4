package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
)

// Rotation turns keys while programs run: it announces the next key, switches
// to it, seals everything anew in batches, and retires the one before. Between
// the steps it waits until every node has learned of the one before. A
// rotation that was broken off is taken up where it stood, by running it again.
type Rotation struct {
	db    *db.DB
	vault *Vault
	wait  func(ctx context.Context) error
	batch int

	tables []Table // read once
}

// NewRotation makes one. wait returns when every node has learned of a step,
// and what was begun with older keys is over: the keys that a node remembers
// have a life of KeyLife, and a transaction that has one may go on for as long
// as the database allows. What commits later is sealed with a key that is gone.
func NewRotation(d *db.DB, v *Vault, wait func(ctx context.Context) error) *Rotation {
	return &Rotation{db: d, vault: v, wait: wait, batch: 200}
}

// Master turns the root: what it wraps and seals, and itself. sealed counts
// the values that were sealed anew. A root in the environment is turned there:
// then it seals anew and retires nothing (secret.ErrFixed).
func (r *Rotation) Master(ctx context.Context) (sealed int, err error) {
	m := r.vault.master
	for m.Next() != secret.Retire {
		if err := m.Rotate(ctx, m.Next()); err != nil {
			return 0, err
		}
		if err := r.wait(ctx); err != nil {
			return 0, err
		}
	}
	sealed, err = r.untilDone(ctx, func(ctx context.Context) (int, error) {
		n, err := r.wrapped(ctx, keyColumn{table: "business"}, nil, func(row keyRow) ([]byte, bool, error) {
			return m.Rewrap(row.id, row.key)
		})
		for _, s := range Systems() {
			if err != nil {
				return n, err
			}
			var more int
			more, err = r.pass(ctx, s.cells(""), func(string) (*secret.Key, error) { return m.System(), nil })
			n += more
		}
		return n, err
	})
	if err != nil {
		return sealed, err
	}
	err = r.db.Do(ctx, func(ctx context.Context) error {
		return r.db.Fault(queries(ctx, r.db).ChangeFingerprint(ctx, m.Fingerprint()))
	})
	if err != nil {
		return sealed, err
	}
	return sealed, m.Rotate(ctx, secret.Retire)
}

// Business turns a business's key: what it wraps and seals, and itself.
func (r *Rotation) Business(ctx context.Context, business id.Business) (sealed int, err error) {
	turn := func(t secret.Turn) error {
		return r.turn(ctx, keyColumn{table: "business"}, []any{string(business)}, func(row keyRow) ([]byte, error) {
			return r.vault.master.TurnBusiness(row.id, row.key, t)
		}, func() { r.vault.businesses.remove(business) })
	}
	next := func() (secret.Turn, error) {
		wrapped, err := queries(ctx, r.db).BusinessKey(ctx, string(business))
		if err != nil {
			return 0, found(r.db, err, "business")
		}
		return r.vault.master.NextBusiness(string(business), wrapped)
	}
	return r.steps(ctx, next, turn, func(ctx context.Context) (int, error) { return r.house(ctx, business) })
}

// Client turns the keys of a client, of every class, and seals the card anew.
func (r *Rotation) Client(ctx context.Context, business id.Business, client id.Client) (sealed int, err error) {
	keys, err := r.vault.Business(ctx, business)
	if err != nil {
		return 0, err
	}
	mine := []any{string(business), string(client)}
	for _, class := range secret.Classes() {
		column := keyColumn{table: "client_key", class: class}
		if class == secret.Personal {
			column = keyColumn{table: "client"}
		}
		turn := func(t secret.Turn) error {
			return r.turn(ctx, column, mine, func(row keyRow) ([]byte, error) {
				return keys.TurnClient(row.id, class, row.key, t)
			}, func() { r.vault.Forget(client) })
		}
		next := func() (secret.Turn, error) {
			rows, err := r.keys(ctx, column, mine, "")
			if err != nil || len(rows) == 0 {
				return 0, errors.Join(err, missing(err))
			}
			return keys.NextClient(rows[0].id, class, rows[0].key)
		}
		n, err := r.steps(ctx, next, turn, func(ctx context.Context) (int, error) { return r.card(ctx, business, client, class) })
		if fault.KindOf(err) == fault.NotFound && err != nil && class != secret.Personal {
			continue // there is no key of that class
		}
		if sealed += n; err != nil {
			return sealed, err
		}
	}
	return sealed, nil
}

// steps goes the steps of one key that stand before it.
func (r *Rotation) steps(
	ctx context.Context, next func() (secret.Turn, error), turn func(secret.Turn) error, seal func(context.Context) (int, error),
) (int, error) {
	for {
		t, err := next()
		if err != nil {
			return 0, err
		}
		if t == secret.Retire {
			break
		}
		if err := turn(t); err != nil {
			return 0, err
		}
		if err := r.wait(ctx); err != nil {
			return 0, err
		}
	}
	n, err := r.untilDone(ctx, seal)
	if err != nil {
		return n, err
	}
	return n, turn(secret.Retire)
}

// untilDone seals anew until nothing is left to do: what was written while a pass ran is met by the next.
func (r *Rotation) untilDone(ctx context.Context, pass func(context.Context) (int, error)) (sealed int, err error) {
	const most = 20 // passes; each meets what was written during the one before
	for range most {
		n, err := pass(ctx)
		if sealed += n; err != nil || n == 0 {
			return sealed, err
		}
	}
	return sealed, fault.New(fault.Conflict, fault.CodeConflict, "something still seals with the old key; run it again")
}

// house seals anew what a business's key wraps and seals.
func (r *Rotation) house(ctx context.Context, business id.Business) (int, error) {
	keys, err := r.vault.Business(ctx, business)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, column := range []keyColumn{{table: "client"}, {table: "client_key", class: secret.Health}, {table: "client_key", class: secret.Statute}} {
		more, err := r.wrapped(ctx, column, []any{string(business)}, func(row keyRow) ([]byte, bool, error) {
			return keys.Rewrap(row.id, column.of(), row.key)
		})
		if n += more; err != nil {
			return n, err
		}
	}
	mine := func(string) (*secret.Key, error) { return keys.Key(), nil }
	all := Houses()
	for _, p := range Personals() {
		if strings.Contains(p.Class, "'"+string(ofBusiness)+"'") {
			all = append(all, Sealed{Table: p.Table, Where: "(" + p.Class + ") = '" + string(ofBusiness) + "'", Owner: p.Owner, Cells: p.Cells})
		}
	}
	for _, s := range all {
		more, err := r.pass(ctx, s.cells(string(business)), mine)
		if n += more; err != nil {
			return n, err
		}
	}
	return n, nil
}

// card seals anew what a client's key of a class seals.
func (r *Rotation) card(ctx context.Context, business id.Business, client id.Client, class secret.Class) (int, error) {
	key, err := r.vault.Class(ctx, business, client, class)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, p := range Personals() {
		if len(p.Cells) == 0 {
			continue
		}
		c := cells{table: p.Table, where: p.rows(), args: []any{string(business), string(client)}, owner: p.Owner, class: p.Class, cells: p.Cells}
		more, err := r.pass(ctx, c, func(of string) (*secret.Key, error) {
			if secret.Class(of) != class {
				return nil, nil //nolint:nilnil // another key's
			}
			return key, nil
		})
		if n += more; err != nil {
			return n, err
		}
	}
	return n, nil
}

// cells are sealed columns of rows that a statement finds.
type cells struct {
	table, where string
	args         []any // of the condition: $1 ...
	owner, class string
	cells        []Cell
}

// cells are those of a list, of one business or of all.
func (s Sealed) cells(business string) cells {
	c := cells{table: s.Table, where: "1 = 1", owner: s.Owner, cells: s.Cells}
	if s.Where != "" {
		c.where = s.Where
	}
	if business != "" {
		c.where, c.args = "business_id = $1 AND ("+c.where+")", []any{business}
	}
	return c
}

// sealedCells is a row with its key, owner and class.
type sealedCells struct {
	key          []any
	owner, class string
	cells        [][]byte
}

// pass goes once through rows and seals anew what another key has sealed, a
// batch in a transaction. key gives a class's; nil where it is not turned.
func (r *Rotation) pass(ctx context.Context, c cells, key func(class string) (*secret.Key, error)) (changed int, err error) {
	names, err := r.primary(ctx, c.table)
	if err != nil {
		return 0, err
	}
	var after []any
	for {
		var rows []sealedCells
		n := 0
		err := r.db.Do(ctx, func(ctx context.Context) (err error) {
			n = 0
			if rows, err = r.rows(ctx, c, names, after); err != nil {
				return err
			}
			for _, row := range rows {
				more, err := r.reseal(ctx, c, names, row, key)
				if n += more; err != nil {
					return fmt.Errorf("store: seal %s anew: %w", c.table, err)
				}
			}
			return nil
		})
		if changed += n; err != nil || len(rows) < r.batch {
			return changed, err
		}
		after = rows[len(rows)-1].key
	}
}

// primary names the columns of a table's primary key.
func (r *Rotation) primary(ctx context.Context, table string) ([]string, error) {
	if r.tables == nil {
		tables, err := Tables(ctx, r.db)
		if err != nil {
			return nil, err
		}
		r.tables = tables
	}
	at := slices.IndexFunc(r.tables, func(t Table) bool { return t.Name == table })
	if at < 0 {
		return nil, fmt.Errorf("store: no table %s", table)
	}
	keys := slices.DeleteFunc(slices.Clone(r.tables[at].Columns), func(c Column) bool { return c.Key == 0 })
	slices.SortFunc(keys, func(a, b Column) int { return a.Key - b.Key })
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Name
	}
	return names, nil
}

// rows reads a batch.
func (r *Rotation) rows(ctx context.Context, c cells, names []string, after []any) ([]sealedCells, error) {
	owner, class := c.owner, c.class
	if owner == "" {
		owner = "id"
	}
	if class == "" {
		class = "'" + string(secret.Personal) + "'"
	}
	columns, some := make([]string, len(c.cells)), make([]string, len(c.cells))
	for i, cell := range c.cells {
		columns[i], some[i] = cell.Column, cell.Column+" IS NOT NULL"
	}
	key := strings.Join(names, ", ")
	text := "SELECT " + owner + ", " + class + ", " + key + ", " + strings.Join(columns, ", ") + " FROM " + c.table +
		" WHERE " + c.where + " AND (" + strings.Join(some, " OR ") + ")"
	args := slices.Clone(c.args)
	if after != nil {
		text += " AND (" + key + ") > (" + marks(len(args), len(after)) + ")"
		args = append(args, after...)
	}
	text += " ORDER BY " + key + " LIMIT " + strconv.Itoa(r.batch)
	found, err := r.db.From(ctx).QueryContext(ctx, text, args...)
	if err != nil {
		return nil, r.db.Fault(err)
	}
	defer found.Close()
	var out []sealedCells
	for found.Next() {
		row := sealedCells{key: make([]any, len(names)), cells: make([][]byte, len(c.cells))}
		into := []any{&row.owner, &row.class}
		for i := range row.key {
			into = append(into, &row.key[i])
		}
		for i := range row.cells {
			into = append(into, &row.cells[i])
		}
		if err := found.Scan(into...); err != nil {
			return nil, r.db.Fault(err)
		}
		out = append(out, row)
	}
	return out, r.db.Fault(found.Err())
}

// marks are n parameters after those there are: $3, $4.
func marks(before, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "$" + strconv.Itoa(before+i+1)
	}
	return strings.Join(out, ", ")
}

// reseal seals the cells of one row anew, each only where it still is what was read.
func (r *Rotation) reseal(
	ctx context.Context, c cells, names []string, row sealedCells, key func(class string) (*secret.Key, error),
) (changed int, err error) {
	k, err := key(row.class)
	if err != nil || k == nil {
		return 0, err
	}
	for i, cell := range c.cells {
		anew, differs, err := k.Reseal(cell.Field, row.owner, row.cells[i])
		if err != nil {
			return changed, fmt.Errorf("%s of %s: %w", cell.Column, row.owner, err)
		}
		if !differs {
			continue
		}
		where := make([]string, len(names))
		for j, name := range names {
			where[j] = name + " = $" + strconv.Itoa(j+3)
		}
		text := "UPDATE " + c.table + " SET " + cell.Column + " = $1 WHERE " + cell.Column + " = $2 AND " + strings.Join(where, " AND ")
		if _, err := r.db.From(ctx).ExecContext(ctx, text, append([]any{anew, row.cells[i]}, row.key...)...); err != nil {
			return changed, r.db.Fault(err)
		}
		changed++
	}
	return changed, nil
}
