package store

import (
	"context"
	"time"

	"kept/internal/db"
	"kept/internal/store/sqlgen"
)

// Leases let one node at a time do what must be done by one alone. They are
// about who is alive, so they run on real time; and since clocks of machines
// differ, nothing relies on a lease but its economy: what two nodes do at once
// must come out right anyway.
type Leases struct{ db *db.DB }

// NewLeases makes the store of leases.
func NewLeases(d *db.DB) *Leases { return &Leases{db: d} }

// Acquire takes or renews a lease for a holder until now+ttl, in real time,
// and tells whether it is held.
func (s *Leases) Acquire(ctx context.Context, name, holder string, now time.Time, ttl time.Duration) (bool, error) {
	var rows int64
	err := s.db.Do(ctx, func(ctx context.Context) (err error) {
		rows, err = queries(ctx, s.db).AcquireLease(ctx, sqlgen.AcquireLeaseParams{
			Name: name, Holder: holder, Until: now.Add(ttl).UnixMicro(), Now: now.UnixMicro(),
		})
		return err
	})
	return rows == 1, err
}

// Release gives a lease back if the holder still has it.
func (s *Leases) Release(ctx context.Context, name, holder string) error {
	return s.db.Do(ctx, func(ctx context.Context) error {
		return queries(ctx, s.db).ReleaseLease(ctx, sqlgen.ReleaseLeaseParams{Name: name, Holder: holder})
	})
}
