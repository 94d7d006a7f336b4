package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/booking"
	"kept/client"
	"kept/id"
	"kept/internal/store"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/span"
)

// TestAReceiptKnowsTheDatesOfItsSeries: only the receipt, and only what stands.
func TestAReceiptKnowsTheDatesOfItsSeries(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		n := newTower(t, storetest.NewWorld(t, open), newWire())
		n.furnish(t)
		series := id.New[id.Series](n.clock.Now().UTC())
		var first *booking.Booking
		var want []span.Instant
		n.Do(t, func(ctx context.Context) error {
			want = nil
			c, _, err := n.Registry.Enroll(ctx, n.business, mia, "any", client.SideClient)
			for i := 0; i < 4 && err == nil; i++ {
				b := n.draft(n.clock.Now() + span.Instant(25+i*7*24)*span.Hour)
				b.Client, b.Series, b.SeriesAt = c.ID, series, i+1
				if i == 0 {
					first = b
				}
				if i == 2 {
					b.Status = booking.Cancelled
				} else {
					want = append(want, b.Start)
				}
				err = n.bookings.Insert(ctx, b)
			}
			return err
		})
		facts := store.NewVisits(n.bookings, n.Clients, n.Settings)
		for step, want := range map[message.Step][]span.Instant{message.Receipt: want, message.Reminder24h: nil} {
			v, err := facts.Visit(t.Context(), message.Message{
				Business: n.business, Booking: first.ID, Step: step, Recipient: message.Recipient{Kind: message.ToClient, ID: string(first.Client)},
			})
			storetest.Must(t, err)
			if d := cmp.Diff(want, v.Dates); d != "" {
				t.Errorf("%s (-want +got):\n%s", step, d)
			}
		}
	})
}
