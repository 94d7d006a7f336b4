package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
)

// howToMove says what moving a row of a table from one card to another takes,
// where that is more than writing another client into it.
type howToMove struct {
	key   string // by which a row is found again: an expression; id when empty
	clash string // the survivor has one like it: a condition on $1, the business, and $2, the survivor; of the row: t
	// yield is what is set in a row that clashes so that it does not; without it
	// the row stays. note is what undoing needs of the row as it was, an
	// expression, and again puts it back, $3 being the note.
	yield, note, again string
	set                string // what else is written: $2 is the survivor, or the card it goes back to
}

// howToMoves names the tables where moving takes more.
func howToMoves() map[string]howToMove {
	return map[string]howToMove{
		"message": {set: "recipient_id = CASE WHEN recipient_kind = 'client' THEN $2 ELSE recipient_id END"},
		"booking": {set: "version = version + 1"}, // whoever is changing it reads it again
		"form_answer": {
			key: "id || '/' || class",
		},
		"objection": {
			key: "purpose", clash: "EXISTS (SELECT 1 FROM objection o WHERE o.business_id = $1 AND o.client_id = $2 AND o.purpose = t.purpose)",
		},
		"breach_person": {
			key: "breach_id", clash: "EXISTS (SELECT 1 FROM breach_person o WHERE o.business_id = $1 AND o.client_id = $2 AND o.breach_id = t.breach_id)",
		},
		"client_contact": {
			clash: "EXISTS (SELECT 1 FROM client_contact o WHERE o.business_id = $1 AND o.client_id = $2 AND o.kind = t.kind AND o.value_index = t.value_index)",
		},
		"fact": { // both are kept: the survivor's stands, the other one's is history
			clash: `t.replaced_at IS NULL AND EXISTS (SELECT 1 FROM fact o WHERE o.business_id = $1 AND o.client_id = $2
				AND o.subject_id = t.subject_id AND o.fact_key = t.fact_key AND o.side = t.side AND o.replaced_at IS NULL)`,
			yield: "replaced_at = at", note: "''", again: "replaced_at = CAST(NULLIF($3, '') AS BIGINT)",
		},
		"plan_item": { // what is due is due once
			clash: `t.status IN ('planned', 'offered', 'booked') AND EXISTS (SELECT 1 FROM plan_item o WHERE o.business_id = $1 AND o.client_id = $2
				AND o.subject_id = t.subject_id AND o.service_id = t.service_id AND o.rule = t.rule AND o.status IN ('planned', 'offered', 'booked'))`,
			yield: "status = 'skipped'", note: "t.status", again: "status = $3",
		},
	}
}

// moved is a row that was moved.
type moved struct {
	table, key string
	yielded    bool
	note       string
}

// mover hangs rows of one card on another, sealed anew.
type mover struct {
	db       *db.DB
	vault    *Vault
	business id.Business
	from, to id.Client
}

// movable lists the tables whose rows move.
func movable() []Personal {
	var out []Personal
	for _, p := range Personals() {
		if !p.Stays && (p.Client != "" || len(p.Cells) > 0 && p.Class != "'business'") {
			out = append(out, p)
		}
	}
	return out
}

// all moves every row, and gives what it moved.
func (m mover) all(ctx context.Context) ([]moved, error) {
	var out []moved
	for _, p := range movable() {
		rows, err := m.rows(ctx, p, p.selected(p.rows()), string(m.business), string(m.from))
		if err != nil {
			return nil, fmt.Errorf("store: merge %s: %w", p.Table, err)
		}
		for _, r := range rows {
			one, ok, err := m.one(ctx, p, r)
			if err != nil {
				return nil, fmt.Errorf("store: merge %s: %w", p.Table, err)
			}
			if ok {
				out = append(out, one)
			}
		}
	}
	return out, nil
}

func (p Personal) key() string {
	if k := howToMoves()[p.Table].key; k != "" {
		return k
	}
	return "id"
}

// selected reads key, owner, class and cells of the rows of a condition.
func (p Personal) selected(where string) string {
	class, owner := p.Class, p.Owner
	if class == "" {
		class = "'" + string(secret.Personal) + "'"
	}
	if owner == "" {
		owner = "id"
	}
	if len(p.Cells) == 0 {
		owner = "''"
	}
	columns := []string{p.key(), owner, class}
	for _, c := range p.Cells {
		columns = append(columns, c.Column)
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + p.Table + " WHERE " + where
}

// hanging is a row of any table about clients.
type hanging struct {
	key, owner, class string
	cells             [][]byte
}

// rows reads what selected selects.
func (m mover) rows(ctx context.Context, p Personal, query string, args ...any) ([]hanging, error) {
	rows, err := m.db.From(ctx).QueryContext(ctx, query, args...)
	if err != nil {
		return nil, m.db.Fault(err)
	}
	defer rows.Close()
	var out []hanging
	for rows.Next() {
		r := hanging{cells: make([][]byte, len(p.Cells))}
		into := []any{&r.key, &r.owner, &r.class}
		for i := range r.cells {
			into = append(into, &r.cells[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, m.db.Fault(err)
		}
		out = append(out, r)
	}
	return out, m.db.Fault(rows.Err())
}

// one moves a row; false when it stays.
func (m mover) one(ctx context.Context, p Personal, r hanging) (moved, bool, error) {
	out, how := moved{table: p.Table, key: r.key}, howToMoves()[p.Table]
	var set []string
	if how.clash != "" {
		note := how.note
		if note == "" {
			note = "''"
		}
		query := "SELECT " + note + " FROM " + p.Table + " t WHERE t.business_id = $1 AND t." + p.key() + " = $3 AND t.client_id = $4 AND " + how.clash
		err := m.db.From(ctx).QueryRowContext(ctx, query, string(m.business), string(m.to), r.key, string(m.from)).Scan(&out.note)
		switch {
		case err == nil && how.yield == "":
			return out, false, nil
		case err == nil:
			out.yielded = true
			set = append(set, how.yield)
		case !errors.Is(err, sql.ErrNoRows):
			return out, false, m.db.Fault(err)
		}
	}
	if how.set != "" {
		set = append(set, how.set)
	}
	return out, true, m.write(ctx, p, r, set)
}

// write hangs a row on the other card: its cells sealed anew, and what else is set.
func (m mover) write(ctx context.Context, p Personal, r hanging, set []string, more ...any) error {
	args := append([]any{string(m.business), string(m.to)}, more...)
	if p.Client != "" {
		set = append(set, p.Client+" = $2")
	}
	cells, err := m.reseal(ctx, p, r)
	if err != nil {
		return err
	}
	for i, c := range cells {
		args = append(args, c)
		set = append(set, fmt.Sprintf("%s = $%d", p.Cells[i].Column, len(args)))
	}
	args = append(args, r.key)
	where := fmt.Sprintf("business_id = $1 AND %s = $%d", p.key(), len(args))
	if p.Client != "" {
		args = append(args, string(m.from))
		where += fmt.Sprintf(" AND %s = $%d", p.Client, len(args))
	} else {
		where += " AND $2 <> ''" // every number has its place
	}
	_, err = m.db.From(ctx).ExecContext(ctx, "UPDATE "+p.Table+" SET "+strings.Join(set, ", ")+" WHERE "+where, args...)
	return m.db.Fault(err)
}

// reseal opens cells with the one client's key and seals them with the other's.
func (m mover) reseal(ctx context.Context, p Personal, r hanging) ([][]byte, error) {
	if r.class == string(ofBusiness) {
		return nil, nil
	}
	some := false
	for _, c := range r.cells {
		some = some || len(c) > 0
	}
	if !some {
		return nil, nil
	}
	from, err := m.vault.Class(ctx, m.business, m.from, secret.Class(r.class))
	if err != nil {
		return nil, err
	}
	to, err := m.vault.Class(ctx, m.business, m.to, secret.Class(r.class))
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(r.cells))
	for i, c := range r.cells {
		plain, err := from.Open(p.Cells[i].Field, r.owner, c)
		if err != nil {
			return nil, err
		}
		out[i] = to.Seal(p.Cells[i].Field, r.owner, plain)
	}
	return out, nil
}

// back puts one row back, if it is still there.
func (m mover) back(ctx context.Context, row moved) error {
	for _, p := range movable() {
		if p.Table != row.table {
			continue
		}
		where := "business_id = $1 AND " + p.key() + " = $2"
		args := []any{string(m.business), row.key}
		if p.Client != "" {
			where += " AND " + p.Client + " = $3"
			args = append(args, string(m.from))
		}
		rows, err := m.rows(ctx, p, p.selected(where), args...)
		if err != nil || len(rows) == 0 {
			return err
		}
		how := howToMoves()[p.Table]
		var set []string
		var more []any
		if how.set != "" {
			set = append(set, how.set)
		}
		if row.yielded {
			set = append(set, how.again)
			more = append(more, row.note)
		}
		return m.write(ctx, p, rows[0], set, more...)
	}
	return nil
}
