package store_test

import (
	"context"
	"testing"

	"kept/audit"
	"kept/event"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store"
	"kept/internal/store/storetest"
)

// nowhere keeps no heads.
type nowhere struct{}

func (nowhere) Keep(context.Context, ...audit.Head) error                { return nil }
func (nowhere) Heads(context.Context, id.Business) ([]audit.Head, error) { return nil, nil }

// BenchmarkSeal closes blocks of two thousand operations: each one event and one entry, as a second of the
// busiest load leaves them. What it reports must be well over 2,000 operations a second.
func BenchmarkSeal(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": openSQLite, "postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			const operations = 2000
			w := storetest.NewWorld(b, open)
			business := w.Business(b, "mine")
			book, events := store.NewAudit(w.DB, w.Vault), store.NewEvents(w.DB, w.Vault)
			sealer := audit.NewSealer(book, w.DB, w.Clock, nowhere{})
			trail := audit.NewTrail(book, w.DB, w.Clock)
			who := event.Actor{Kind: "user", ID: "u", From: "203.0.113.7"}
			for b.Loop() {
				b.StopTimer()
				w.Do(b, func(ctx context.Context) error {
					for range operations {
						w.Clock.Advance(1000)
						now := w.Clock.Now()
						if err := events.Insert(ctx, event.Event{
							ID: id.New[id.Event](now.UTC()), Business: business, Type: event.BookingConfirmed, At: now, Actor: who,
							Client: "c", Booking: "b", Data: event.Data{Visit: &event.Visit{Zone: "Europe/Berlin", Staff: []id.Staff{"s"}}},
						}); err != nil {
							return err
						}
						if err := trail.Record(ctx, business, audit.Entry{Actor: who, Action: audit.CardRead, Client: "c"}); err != nil {
							return err
						}
					}
					return nil
				})
				for more := true; more; {
					var err error
					_, more, err = events.Number(b.Context())
					storetest.Must(b, err)
				}
				b.StartTimer()
				if rows, _, err := sealer.Round(b.Context()); err != nil || rows != 2*operations {
					b.Fatal(rows, err)
				}
			}
			b.ReportMetric(operations*float64(b.N)/b.Elapsed().Seconds(), "operations/s")
		})
	}
}
