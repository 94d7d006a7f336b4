package store_test

import (
	"testing"
	"time"

	"kept/internal/db"
	"kept/internal/store/storetest"
)

func TestRacesOnPostgres(t *testing.T) {
	t.Parallel()
	storetest.Race(t, openPostgres, storetest.Crowd{Clients: 50, Rounds: 2})
}

func TestRacesOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.Race(t, openSQLite, storetest.Crowd{Clients: 16, Rounds: 1})
}

// TestRacesWithoutTheBelt takes away what the database itself forbids: the
// touch of the lanes is enough by itself, and the belt is for our mistakes.
func TestRacesWithoutTheBelt(t *testing.T) {
	t.Parallel()
	storetest.Race(t, func(t testing.TB) *db.DB {
		t.Helper()
		d := openPostgres(t)
		_, err := d.SQL().ExecContext(t.Context(), "ALTER TABLE occupancy DROP CONSTRAINT occupancy_no_overlap")
		storetest.Must(t, err)
		return d
	}, storetest.Crowd{Clients: 32, Rounds: 3})
}

func TestLinearOnPostgres(t *testing.T) {
	t.Parallel()
	storetest.Linear(t, openPostgres, 16, 3*time.Second)
}

func TestLinearOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.Linear(t, openSQLite, 8, time.Second)
}
