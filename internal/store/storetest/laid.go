package storetest

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"testing"

	"kept/availability"
	"kept/id"
	"kept/span"
)

// laid is one row of the tables by which somebody has something.
type laid struct {
	lane   string // the staff's, or the session's
	start  span.Instant
	client id.Client // empty: it is held
	hold   id.Hold
	seats  int // 0: it is no seat
}

// laid reads, with one statement, what the table of occupancy says is taken.
func (f *floor) laid(ctx context.Context) ([]laid, error) {
	const query = `SELECT o.lane_id, o.start_at, COALESCE(b.client_id, ''), o.source_id, o.lane_kind
		FROM occupancy o LEFT JOIN booking b ON b.business_id = o.business_id AND b.id = o.source_id
		WHERE o.business_id = $1 AND (o.lane_kind = 'session' OR o.lane_kind = 'staff' AND o.lane_id <> 'cem')`
	return f.read(ctx, query, func(rows *sql.Rows) (one laid, err error) {
		var source, kind string
		err = rows.Scan(&one.lane, &one.start, &one.client, &source, &kind)
		if one.client == "" {
			one.hold = id.Hold(source)
		}
		if kind == "session" {
			one.seats = 1
			one.lane, _, _ = strings.Cut(one.lane, ":") // the number of the seat
		}
		return one, err
	})
}

// booked reads the same from the bookings and the holds themselves.
func (f *floor) booked(ctx context.Context) ([]laid, error) {
	const bookings = `SELECT staff_id, start_at, client_id, group_id, party FROM booking
		WHERE business_id = $1 AND status NOT IN ('cancelled', 'declined', 'expired')`
	all, err := f.read(ctx, bookings, func(rows *sql.Rows) (one laid, err error) {
		var group string
		var party int
		if err = rows.Scan(&one.lane, &one.start, &one.client, &group, &party); group != "" {
			one.lane, one.seats = group, party
		}
		return one, err
	})
	if err != nil {
		return nil, err
	}
	held, err := f.read(ctx, "SELECT id, placement FROM hold WHERE business_id = $1", func(rows *sql.Rows) (one laid, err error) {
		var text string
		if err = rows.Scan(&one.hold, &text); err != nil {
			return one, err
		}
		var p availability.Placement
		err = json.Unmarshal([]byte(text), &p)
		one.lane, one.start = string(p.Lead), p.Start
		return one, err
	})
	return append(all, held...), err
}

func (f *floor) read(ctx context.Context, query string, one func(*sql.Rows) (laid, error)) ([]laid, error) {
	s := f.nodes[0]
	rows, err := s.DB.From(ctx).QueryContext(ctx, query, string(s.ID))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []laid
	for rows.Next() {
		next, err := one(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, next)
	}
	return all, rows.Err()
}

// hall is what rows say. A row that nobody was told of, or that lies where
// nothing can lie, fails the test.
func (f *floor) hall(t *testing.T, rows []laid) (h hall) {
	t.Helper()
	for _, r := range rows {
		who := f.guests[r.client]
		if r.hold != "" {
			who = held + f.holds[r.hold]
		}
		if who%held == 0 || !f.put(&h, r, uint8(who)) {
			t.Errorf("nobody was told of the row %+v", r)
		}
	}
	return h
}

func (f *floor) put(h *hall, r laid, who uint8) bool {
	for day, session := range f.sessions {
		if r.seats > 0 && r.lane == string(session) && who < held {
			h.seats[day][who] += uint8(r.seats)
			return true
		}
		for staff := range hallStaff {
			for row := range hallRows {
				s := spot{day, staff, row}
				if r.seats == 0 && r.lane == string(staffOf(staff)) && s.start() == r.start && *h.at(s) == 0 {
					*h.at(s) = who
					return true
				}
			}
		}
	}
	return false
}

// marks compares the marks by which the day's limit counts with what is booked and held.
func (f *floor) marks(t *testing.T) {
	t.Helper()
	rows, err := f.booked(t.Context())
	Must(t, err)
	h := f.hall(t, rows)
	for day := range hallDays {
		from := Tomorrow(0, 0) + span.Instant(day)*span.Day
		n := f.nodes[0].Count(t, `SELECT COUNT(*) FROM occupancy WHERE business_id = $1 AND lane_kind = 'counter' AND start_at >= $2 AND start_at < $3`,
			string(f.nodes[0].ID), from, from+span.Day)
		if n != h.visits(day) || n > dayLimit {
			t.Errorf("the limit counts %d on day %d, there are %d, and at most %d may be", n, day, h.visits(day), dayLimit)
		}
	}
	for client, who := range f.guests {
		n := f.nodes[0].Count(t, `SELECT COUNT(*) FROM booking WHERE business_id = $1 AND client_id = $2 AND status NOT IN ('cancelled', 'declined', 'expired')`,
			string(f.nodes[0].ID), string(client))
		if n != h.of(who) || n > activeLimit {
			t.Errorf("client %d has %d visits, was told of %d, and may have %d", who, n, h.of(who), activeLimit)
		}
	}
}
