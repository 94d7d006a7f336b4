package bench

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// audit reads the database of a program that was killed, by queries of its own: what was acknowledged is
// there, with its messages; nothing else is; and nothing overlaps.
func (b *bed) audit(ctx context.Context) error {
	db, err := b.e.open()
	if err != nil {
		return err
	}
	defer db.Close()
	overlaps, err := count(ctx, db, overlapQuery)
	if err != nil {
		return err
	}
	b.figure("w5_overlaps", float64(overlaps), "rows")
	if overlaps > 0 {
		return wrong("%d rows begin before another on their lane has ended", overlaps)
	}
	if err := b.auditBookings(ctx, db); err != nil {
		return err
	}
	return b.auditMessages(ctx, db)
}

// overlapQuery counts exclusive rows that begin before an earlier one on their lane has ended.
const overlapQuery = `SELECT COUNT(*) FROM (
	SELECT start_at, MAX(end_at) OVER (
		PARTITION BY business_id, lane_kind, lane_id ORDER BY start_at, end_at
		ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
	FROM occupancy WHERE exclusive) AS lane
WHERE start_at < until`

func count(ctx context.Context, db *sql.DB, query string) (n int, err error) {
	if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	return n, nil
}

// auditBookings compares the bookings, each with its row on the lane of its staff.
func (b *bed) auditBookings(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `SELECT b.id, b.status, b.staff_id, b.start_at, b.end_at, COUNT(o.source_id)
		FROM booking b LEFT JOIN occupancy o ON o.business_id = b.business_id AND o.source_id = b.id
			AND o.lane_kind = 'staff' AND o.lane_id = b.staff_id AND o.start_at = b.start_at AND o.end_at = b.end_at AND o.exclusive
		GROUP BY b.id, b.status, b.staff_id, b.start_at, b.end_at`)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var id, status, staff string
		var start, end int64
		var lanes int
		if err := rows.Scan(&id, &status, &staff, &start, &end, &lanes); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		found[id] = fmt.Sprint(status, staff, start, end, lanes)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	for _, a := range b.made {
		expect := fmt.Sprint("confirmed", b.f.Staff[a.visit.staff], a.visit.start.UnixMicro(), a.visit.end().UnixMicro(), 1)
		if found[a.id] != expect {
			return wrong("booking %s was acknowledged and stands as %q, want %q", a.id, found[a.id], expect)
		}
	}
	if want := len(b.w.booked()) + len(b.made); len(found) != want {
		return wrong("%d bookings, acknowledged were %d", len(found), want)
	}
	people, err := count(ctx, db, `SELECT COUNT(DISTINCT client_id) FROM booking`)
	if err == nil && people != len(found) {
		err = wrong("%d bookings are of %d clients, each has one", len(found), people)
	}
	return err
}

// auditMessages looks for the messages of each new booking: those that hang on its time at their very moment.
func (b *bed) auditMessages(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `SELECT booking_id, step, due_at FROM message`)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	defer rows.Close()
	due := map[[2]string]int64{}
	for rows.Next() {
		var booking, step string
		var at int64
		if err := rows.Scan(&booking, &step, &at); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		due[[2]string{booking, step}] = at
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	for _, a := range b.made {
		for step, before := range map[string]time.Duration{"reminder_24h": 24 * time.Hour, "reminder_3h": 3 * time.Hour, "reminder_30m": 30 * time.Minute} {
			if got, want := due[[2]string{a.id, step}], a.visit.start.Add(-before).UnixMicro(); got != want {
				return wrong("%s of booking %s is due at %d, want %d", step, a.id, got, want)
			}
		}
		for _, step := range []string{"receipt", "thanks", "staff_new"} {
			if due[[2]string{a.id, step}] == 0 {
				return wrong("booking %s has no %s", a.id, step)
			}
		}
	}
	return nil
}
