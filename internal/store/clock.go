package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kept/internal/db"
)

// Clock keeps how far our time is from the machine's, for every node.
type Clock struct{ db *db.DB }

// NewClock makes the store of the clock.
func NewClock(d *db.DB) *Clock { return &Clock{db: d} }

// Offset gives what is stored; false when nothing is.
func (s *Clock) Offset(ctx context.Context) (time.Duration, bool, error) {
	us, err := queries(ctx, s.db).ClockOffset(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return time.Duration(us) * time.Microsecond, err == nil, s.db.Fault(err)
}

// Begin stores the first offset; one that is there already stays.
func (s *Clock) Begin(ctx context.Context, offset time.Duration) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		return queries(ctx, s.db).StartClock(ctx, offset.Microseconds())
	})
}

// Raise stores a greater offset; a smaller one changes nothing.
func (s *Clock) Raise(ctx context.Context, offset time.Duration) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		return queries(ctx, s.db).RaiseClock(ctx, offset.Microseconds())
	})
}
