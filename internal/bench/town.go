package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// The town of W8: so many businesses, each with as many bookings as the small world has.
const (
	townBusinesses = 10_000
	townSlug       = "neighbour"
	townStaff      = 5
	townDays       = 5
)

// townTables are what is copied of a business, in the order in which rows hang on each other: all that a slot
// list reads and a booking writes, but for the journal and the messages, which no list reads. Columns whose
// ids are made anew stand behind: an id is good for one booking or client.
func townTables() []townTable {
	return []townTable{
		{name: "business"},
		{name: "text"},
		{name: "location"},
		{name: "service"},
		{name: "staff"},
		{name: "resource"},
		{name: "hours"},
		{name: "lane", anew: map[string]string{"id": "kind = 'client'"}},
		{name: "client", anew: map[string]string{"id": ""}},
		{name: "booking", anew: map[string]string{"id": "", "client_id": ""}},
		{name: "occupancy", anew: map[string]string{"source_id": "", "lane_id": "lane_kind = 'client'"}},
	}
}

type townTable struct {
	name string
	anew map[string]string // column to the condition under which its id is made anew; empty: always
}

// neighbours measures W4 alone in the database and again in a town, in PostgreSQL (W8).
func (b *bed) neighbours(ctx context.Context) error {
	if b.e.name() != "postgres" {
		return nil
	}
	alone, calls, m, err := b.pace(ctx)
	if err != nil {
		return err
	}
	before, err := m.used(calls)
	if err != nil {
		return err
	}
	begin := time.Now()
	bookings, err := b.town(ctx)
	if err == nil {
		err = b.p.rest(ctx)
	}
	if err != nil {
		return err
	}
	b.r.notef("%s: %d businesses with %d bookings in %.0f s", b.e.name(), b.plan.businesses, bookings, time.Since(begin).Seconds())
	rate, calls, m, err := b.pace(ctx)
	if err != nil {
		return err
	}
	after, err := m.used(calls)
	if err != nil {
		return err
	}
	b.figure("w8", alone/rate, "ratio")
	b.figure("w8_cpu", after/before, "ratio")
	b.figure("w8_http", rate, "req/s")
	return nil
}

// town books one small business full over HTTP and copies it in the database until there are enough; it
// gives the number of bookings of all.
func (b *bed) town(ctx context.Context) (bookings int, err error) {
	w, err := newWorld(townStaff, townDays)
	if err != nil {
		return 0, err
	}
	f, err := found(ctx, b.p, townSlug)
	if err != nil {
		return 0, err
	}
	if err := f.furnish(ctx, b.p, w); err != nil {
		return 0, err
	}
	if err := f.book(ctx, b.p, w); err != nil {
		return 0, err
	}
	db, err := b.e.open()
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if err := copyTown(ctx, db, b.plan.businesses-1); err != nil {
		return 0, fmt.Errorf("town: %w", err)
	}
	if bookings, err = count(ctx, db, "SELECT COUNT(*) FROM booking"); err != nil {
		return 0, err
	}
	for _, query := range oddities() {
		odd, err := count(ctx, db, query)
		if err != nil {
			return 0, err
		}
		if odd > 0 {
			return 0, fmt.Errorf("the copies are not as the program makes them: %d by %s", odd, query)
		}
	}
	return bookings, nil
}

// oddities count what no business of the town may have. Nobody can ask the copies themselves: the keys of a
// business open under its own id alone.
func oddities() []string {
	return []string{
		`SELECT COUNT(*) FROM (SELECT business_id FROM booking GROUP BY business_id HAVING COUNT(*) <> 200) AS few
			JOIN business ON business.id = few.business_id WHERE slug LIKE '` + townSlug + `%'`,
		`SELECT COUNT(*) FROM booking b WHERE NOT EXISTS (SELECT 1 FROM occupancy o WHERE o.business_id = b.business_id
			AND o.source_id = b.id AND o.lane_kind = 'staff' AND o.lane_id = b.staff_id AND o.start_at = b.start_at)`,
		`SELECT COUNT(*) FROM booking b WHERE NOT EXISTS
			(SELECT 1 FROM client c WHERE c.business_id = b.business_id AND c.id = b.client_id)`,
		`SELECT COUNT(*) FROM occupancy o WHERE NOT EXISTS
			(SELECT 1 FROM lane l WHERE l.business_id = o.business_id AND l.kind = o.lane_kind AND l.id = o.lane_id)
			AND o.lane_kind = 'staff'`,
	}
}

// copyTown copies the small business n times and leaves the database as a quiet night does. What takes longest
// is copied side by side.
func copyTown(ctx context.Context, db *sql.DB, n int) error {
	var business string
	if err := db.QueryRowContext(ctx, "SELECT id FROM business WHERE slug = $1", townSlug).Scan(&business); err != nil {
		return err
	}
	some := func(tables []townTable) error {
		c, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close()
		if _, err := c.ExecContext(ctx, "SET synchronous_commit = off"); err != nil {
			return err
		}
		for _, t := range tables {
			if err := t.copy(ctx, c, business, n); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		return nil
	}
	all := townTables()
	few, last := len(all)-3, len(all)-1 // clients and bookings on one side, what they take on the other
	if err := some(all[:few]); err != nil {
		return err
	}
	side := make(chan error, 1)
	go func() { side <- some(all[few:last]) }()
	if err := errors.Join(some(all[last:]), <-side); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, "CHECKPOINT")
	return err
}

// copy copies the rows of one table.
func (t townTable) copy(ctx context.Context, c *sql.Conn, business string, n int) error {
	columns, err := columnsOf(ctx, c, t.name)
	if err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, t.insert(columns, business, n)); err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, "VACUUM ANALYZE "+t.name)
	return err
}

func columnsOf(ctx context.Context, c *sql.Conn, table string) (all []string, err error) {
	const query = `SELECT column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`
	rows, err := c.QueryContext(ctx, query, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		return nil, errors.New("there is no such table")
	}
	return all, rows.Err()
}

// insert is the statement that copies a table's rows of one business to n others. Ids are UUIDs: those of
// businesses get the number of the copy as their last part, others in their last five digits.
func (t townTable) insert(columns []string, business string, n int) string {
	const other = "left(x.%s, 24) || lpad(to_hex(n), 12, '0')"
	const another = "overlay(x.%s placing lpad(to_hex(n), 5, '0') from 32 for 5)"
	owner := "business_id"
	if t.name == "business" {
		owner = "id"
	}
	values := make([]string, len(columns))
	for i, column := range columns {
		only, anew := t.anew[column]
		switch {
		case column == owner:
			values[i] = fmt.Sprintf(other, column)
		case t.name == "business" && column == "slug":
			values[i] = "x.slug || '-' || n"
		case anew && only == "":
			values[i] = fmt.Sprintf(another, column)
		case anew:
			values[i] = "CASE WHEN x." + only + " THEN " + fmt.Sprintf(another, column) + " ELSE x." + column + " END"
		default:
			values[i] = "x." + column
		}
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM generate_series(1, %d) AS n CROSS JOIN %s AS x WHERE x.%s = '%s'",
		t.name, strings.Join(columns, ", "), strings.Join(values, ", "), n, t.name, owner, business)
}
