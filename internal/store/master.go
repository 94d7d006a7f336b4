package store

import (
	"context"

	"kept/fault"
	"kept/internal/db"
	"kept/internal/secret"
)

// CheckMaster binds a database to its master key: the first one that it meets
// leaves its fingerprint, and another one is refused (fault Conflict), since
// nothing in the database could be read with it.
func CheckMaster(ctx context.Context, d *db.DB, m *secret.Master) error {
	mine := m.Fingerprint()
	return d.Do(ctx, func(ctx context.Context) error {
		q := queries(ctx, d)
		if err := q.LeaveFingerprint(ctx, mine); err != nil {
			return d.Fault(err)
		}
		there, err := q.Fingerprint(ctx)
		if err != nil {
			return d.Fault(err)
		}
		if !m.Answers(there) {
			return fault.New(fault.Conflict, fault.CodeConflict,
				"the master key is not the one of this database; put back the master.key that belongs to it")
		}
		return nil
	})
}
