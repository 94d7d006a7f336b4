package store_test

import (
	"context"
	"fmt"
	"testing"

	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/reminder"
	"kept/span"
)

// BenchmarkDerive measures what the messages of one booking, six of them, cost
// its transaction.
func BenchmarkDerive(b *testing.B) {
	for name, open := range map[string]storetest.Opener{"sqlite": openSQLite, "postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			n := newTower(b, storetest.NewWorld(b, open))
			n.furnish(b)
			d := reminder.New(n.messages, n.dispatcher)
			n.Do(b, func(ctx context.Context) error {
				for i := 0; b.Loop(); i++ {
					e := fact(event.BookingConfirmed, n.draft(n.clock.Now()+48*span.Hour+span.Minutes(i%10_000)))
					e.ID, e.At, e.Client = id.New[id.Event](n.clock.Now().UTC()), n.clock.Now(), id.New[id.Client](n.clock.Now().UTC())
					if err := d.Derive(ctx, e); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
}

// BenchmarkSend measures a message from due to recorded, many being due at once.
func BenchmarkSend(b *testing.B) {
	for name, open := range map[string]storetest.Opener{"sqlite": openSQLite, "postgres": openPostgres} {
		b.Run(name, func(b *testing.B) {
			n := newTower(b, storetest.NewWorld(b, open), newWire())
			n.furnish(b)
			start := n.clock.Now() + 36*span.Minute
			n.Do(b, func(ctx context.Context) error {
				for i := range b.N {
					c, _, err := n.Registry.Enroll(ctx, n.business, client.Draft{Name: fmt.Sprint("Mia ", i), Email: "mia@example.com"}, "any", client.SideClient)
					if err != nil {
						return err
					}
					d := n.draft(start)
					d.Client = c.ID
					if err := n.bookings.Insert(ctx, d); err != nil {
						return err
					}
					if err := n.messages.Plan(ctx, n.business, d.ID, c.ID, n.clock.Now(), []message.Plan{{
						Recipient: message.Recipient{Kind: message.ToClient, ID: string(c.ID)}, Step: message.Receipt, Anchor: string(d.ID),
						Due: n.clock.Now(), UselessAfter: start,
					}}); err != nil {
						return err
					}
				}
				return nil
			})
			b.ResetTimer()
			storetest.Must(b, n.dispatcher.RunDue(b.Context()))
		})
	}
}
