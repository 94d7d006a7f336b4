package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/privacy"
)

// Dossier implements privacy.Dossiers: every row of every table about a
// client and those who were merged into them, opened.
func (s *Privacy) Dossier(ctx context.Context, business id.Business, client id.Client) (privacy.Dossier, error) {
	standing, err := s.Standing(ctx, business, client)
	if err != nil || !standing {
		return privacy.Dossier{}, errors.Join(err, missing(err))
	}
	tables, err := Tables(ctx, s.db)
	if err != nil {
		return privacy.Dossier{}, err
	}
	columns := map[string][]Column{}
	for _, t := range tables {
		columns[t.Name] = t.Columns
	}
	d := privacy.Dossier{Business: business, Client: client}
	cards, err := s.cards(ctx, business, client)
	if err != nil {
		return d, err
	}
	for _, p := range Personals() {
		if p.Hidden != "" {
			continue
		}
		sheet := privacy.Sheet{Table: p.Table}
		plan := p.plan(columns[p.Table])
		for _, c := range plan {
			sheet.Columns = append(sheet.Columns, c.shown)
			if p.Own && c.field != "" {
				sheet.Own = append(sheet.Own, c.shown)
			}
		}
		for _, card := range cards {
			if sheet.Rows, err = s.sheet(ctx, business, card, p, plan, sheet.Rows); err != nil {
				return d, fmt.Errorf("store: export %s: %w", p.Table, err)
			}
		}
		d.Sheets = append(d.Sheets, sheet)
	}
	for _, card := range cards {
		if err := s.files(ctx, business, card, columns["document_part"], &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

// files adds a card's documents, put together of their pieces.
func (s *Privacy) files(ctx context.Context, business id.Business, card id.Client, columns []Column, d *privacy.Dossier) error {
	all := Personals()
	parts := all[slices.IndexFunc(all, func(p Personal) bool { return p.Table == "document_part" })]
	plan := parts.plan(columns)
	at := func(name string) int { return slices.IndexFunc(plan, func(g given) bool { return g.shown == name }) }
	document, position, data := at("document_id"), at("position"), at("data")
	rows, err := s.sheet(ctx, business, card, parts, plan, nil)
	if err != nil {
		return fmt.Errorf("store: export files: %w", err)
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(strings.Compare(a[document].(string), b[document].(string)), cmp.Compare(a[position].(int64), b[position].(int64)))
	})
	for _, r := range rows {
		name, piece := r[document].(string), r[data].(string)
		if n := len(d.Files); n == 0 || d.Files[n-1].Document != name {
			d.Files = append(d.Files, privacy.File{Document: name})
		}
		last := &d.Files[len(d.Files)-1]
		last.Data = append(last.Data, piece...)
	}
	return nil
}

// missing is the fault of somebody who is not there, where nothing else went wrong.
func missing(err error) error {
	if err != nil {
		return nil //nolint:nilerr // it is told already
	}
	return fault.Missing("client")
}

// cards lists a client's card and those that were merged into it.
func (s *Privacy) cards(ctx context.Context, business id.Business, client id.Client) ([]id.Client, error) {
	out := []id.Client{client}
	for i := 0; i < len(out); i++ {
		merged, err := queries(ctx, s.db).MergedInto(ctx, sqlgen.MergedIntoParams{BusinessID: string(business), MergedInto: string(out[i])})
		if err != nil {
			return nil, s.db.Fault(err)
		}
		for _, m := range merged {
			out = append(out, id.Client(m))
		}
	}
	return out, nil
}

// given is a column that an export gives.
type given struct {
	column, shown string
	field         string // of a sealed one
}

// plan lists the columns that an export gives of a table: all but keys,
// indexes and other bytes that say nothing to a person.
func (p Personal) plan(columns []Column) []given {
	var out []given
	for _, c := range columns {
		if at := slices.IndexFunc(p.Cells, func(cell Cell) bool { return cell.Column == c.Name }); at >= 0 {
			out = append(out, given{c.Name, strings.TrimPrefix(c.Name, "sealed_"), p.Cells[at].Field})
			continue
		}
		if c.Kind != "bytes" && c.Name != "business_id" {
			out = append(out, given{column: c.Name, shown: c.Name})
		}
	}
	return out
}

// select is the statement that reads a table's rows about a client: the owner
// of its cells, their class, then the columns of the plan.
func (p Personal) query(plan []given) string {
	owner, class := p.Owner, p.Class
	if owner == "" {
		owner = "id"
	}
	if len(p.Cells) == 0 {
		owner = "''"
	}
	if class == "" {
		class = "'" + string(secret.Personal) + "'"
	}
	columns := []string{owner, class}
	for _, c := range plan {
		columns = append(columns, c.column)
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + p.Table + " WHERE " + p.rows()
}

// sealedRow is a row as it stands.
type sealedRow struct {
	owner, class string
	cells        []any
}

// sheet adds a table's rows about one card, opened. The rows are read to their
// end before keys are looked for: on one connection nothing else can be asked meanwhile.
func (s *Privacy) sheet(ctx context.Context, business id.Business, card id.Client, p Personal, plan []given, rows [][]any) ([][]any, error) {
	sealed, err := s.sealed(ctx, business, card, p, plan)
	if err != nil {
		return nil, err
	}
	for _, r := range sealed {
		for i, c := range plan {
			if r.cells[i] = plain(r.cells[i]); c.field == "" {
				continue
			}
			if r.cells[i], err = s.unseal(ctx, business, card, r, c.field, r.cells[i]); err != nil {
				return nil, fmt.Errorf("%s of %s: %w", c.column, r.owner, err)
			}
		}
		rows = append(rows, r.cells)
	}
	return rows, nil
}

func (s *Privacy) sealed(ctx context.Context, business id.Business, card id.Client, p Personal, plan []given) ([]sealedRow, error) {
	rows, err := s.db.From(ctx).QueryContext(ctx, p.query(plan), string(business), string(card))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	defer rows.Close()
	var out []sealedRow
	for rows.Next() {
		r := sealedRow{cells: make([]any, len(plan))}
		into := []any{&r.owner, &r.class}
		for i, c := range plan {
			if c.field != "" {
				into = append(into, new([]byte))
				r.cells[i] = into[len(into)-1]
				continue
			}
			into = append(into, &r.cells[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, s.db.Fault(err)
		}
		out = append(out, r)
	}
	return out, s.db.Fault(rows.Err())
}

// plain brings a driver's value into a plain one.
func plain(v any) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return v
}

// unseal opens a cell: a text, or bytes where it is none.
func (s *Privacy) unseal(ctx context.Context, business id.Business, card id.Client, r sealedRow, field string, cell any) (any, error) {
	sealed, ok := cell.(*[]byte)
	if !ok || len(*sealed) == 0 {
		return "", nil
	}
	key, err := s.keyOf(ctx, business, card, secret.Class(r.class))
	if err != nil {
		return nil, err
	}
	return key.OpenString(field, r.owner, *sealed)
}

// keyOf gives the key under which a cell about a client is sealed.
func (s *Privacy) keyOf(ctx context.Context, business id.Business, card id.Client, class secret.Class) (*secret.Key, error) {
	if class != ofBusiness {
		return s.vault.Class(ctx, business, card, class)
	}
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	return keys.Key(), nil
}
