package store_test

import (
	"context"
	"fmt"
	"testing"

	"kept/client"
	"kept/internal/db"
	"kept/internal/store/storetest"
)

// BenchmarkEnroll is the part of a public booking that makes a new card:
// sealing, two statements and their commit, one client at a time.
func BenchmarkEnroll(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			w := storetest.NewWorld(b, open)
			business := w.Business(b, "mine")
			n := 0
			for b.Loop() {
				n++
				d := client.Draft{Name: "Bench Client", Email: fmt.Sprintf("c%d@example.com", n), Phone: fmt.Sprint("+49", 10_000_000+n), Zone: "Europe/Berlin"}
				storetest.Must(b, w.DB.Do(context.Background(), func(ctx context.Context) error {
					_, _, err := w.Registry.Enroll(ctx, business, d, client.ContactAny, client.SideClient)
					return err
				}))
			}
		})
	}
}

// BenchmarkLoad is what a question about slots pays for the configuration
// when it is in memory: with the version known, and asked of the database.
func BenchmarkLoad(b *testing.B) {
	w := storetest.NewWorld(b, openSQLite)
	business := w.Business(b, "mine")
	for name, version := range map[string]int64{"known": 1, "newest": 0} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := w.Settings.Load(context.Background(), business, version)
				storetest.Must(b, err)
			}
		})
	}
}
