package store_test

import (
	"os"
	"testing"
	"time"

	"kept/internal/store/storetest"
)

// soak tells how long the mixed race runs, and how many clients want one slot
// how often: as KEPT_SOAK says ("60s"), which `make soak` sets, or briefly.
func soak(t *testing.T) (lasting time.Duration, c storetest.Crowd) {
	t.Helper()
	text := os.Getenv("KEPT_SOAK")
	switch {
	case text == "" && testing.Short():
		return 0, storetest.Crowd{Clients: 200, Rounds: 1}
	case text == "":
		return time.Second, storetest.Crowd{Clients: 1000, Rounds: 2}
	}
	lasting, err := time.ParseDuration(text)
	storetest.Must(t, err)
	return lasting, storetest.Crowd{Clients: 1000, Rounds: 100}
}

func TestMixedOnPostgres(t *testing.T) {
	t.Parallel()
	lasting, _ := soak(t)
	storetest.Mixed(t, openPostgres, 10, lasting)
}

func TestMixedOnSQLite(t *testing.T) {
	t.Parallel()
	lasting, _ := soak(t)
	storetest.Mixed(t, openSQLite, 10, lasting)
}

func TestThousandOnPostgres(t *testing.T) {
	t.Parallel()
	_, crowd := soak(t)
	storetest.OneSlot(t, openPostgres, crowd)
}

func TestThousandOnSQLite(t *testing.T) {
	t.Parallel()
	_, crowd := soak(t)
	storetest.OneSlot(t, openSQLite, crowd)
}
