package store_test

import (
	"os"
	"testing"
	"time"

	"kept/internal/store/storetest"
)

// soak tells how long the mixed race runs, and how often a thousand clients
// want one slot: as KEPT_SOAK says ("60s"), which `make soak` sets, or briefly.
func soak(t *testing.T) (lasting time.Duration, rounds int) {
	t.Helper()
	text := os.Getenv("KEPT_SOAK")
	switch {
	case text == "" && testing.Short():
		return 0, 1
	case text == "":
		return time.Second, 2
	}
	lasting, err := time.ParseDuration(text)
	storetest.Must(t, err)
	return lasting, 100
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

// thousand is everybody who wants the one slot.
const thousand = 1000

func TestThousandOnPostgres(t *testing.T) {
	t.Parallel()
	_, rounds := soak(t)
	storetest.OneSlot(t, openPostgres, storetest.Crowd{Clients: thousand, Rounds: rounds})
}

func TestThousandOnSQLite(t *testing.T) {
	t.Parallel()
	_, rounds := soak(t)
	storetest.OneSlot(t, openSQLite, storetest.Crowd{Clients: thousand, Rounds: rounds})
}
