package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/client"
	"kept/event"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/span"
)

// TestAsTheClientLikes: what stands on the card decides at the moment of
// sending which reminders come, and when. Noon in UTC is one o'clock in Berlin.
func TestAsTheClientLikes(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		for name, c := range map[string]struct {
			likes client.Preferences
			ahead span.Instant // of the visit
			want  []string     // step status reason, and the hour in Berlin at which it came
		}{
			"nothing": {client.Preferences{}, 25 * span.Hour, []string{
				"receipt sent  13", "reminder_24h sent  14", "reminder_30m sent  13", "reminder_3h sent  11", "thanks sent  17",
			}},
			"one step less": {client.Preferences{Muted: []string{"reminder_3h"}}, 25 * span.Hour, []string{
				"receipt sent  13", "reminder_24h sent  14", "reminder_30m sent  13", "reminder_3h skipped not_wanted", "thanks sent  17",
			}},
			"fewer": {client.Preferences{Remind: client.RemindFewer}, 25 * span.Hour, []string{
				"receipt sent  13", "reminder_24h sent  14", "reminder_30m skipped not_wanted", "reminder_3h skipped not_wanted", "thanks sent  17",
			}},
			"fewer, booked late": {client.Preferences{Remind: client.RemindFewer}, 5 * span.Hour, []string{
				"receipt sent  13", "reminder_30m skipped not_wanted", "reminder_3h sent  15", "thanks sent  21",
			}},
			"none": {client.Preferences{Remind: client.RemindNone}, 25 * span.Hour, []string{
				"receipt sent  13", "reminder_24h skipped not_wanted", "reminder_30m skipped not_wanted", "reminder_3h skipped not_wanted",
				"thanks skipped not_wanted",
			}},
			"quiet in the afternoon": {client.Preferences{Quiet: client.Quiet{From: 13*60 + 30, To: 18 * 60}}, 25 * span.Hour, []string{
				"receipt sent  13", "reminder_24h sent  18", "reminder_30m skipped quiet_hours", "reminder_3h sent  11", "thanks sent  18",
			}},
		} {
			n := newTower(t, storetest.NewWorld(t, open), newWire())
			n.furnish(t)
			b := n.book(t, n.clock.Now()+c.ahead, mia)
			_, err := n.Registry.UpdateProfile(t.Context(), n.business, b.Client, 0, event.System(), func(p *client.Profile) error {
				p.Preferences = c.likes
				return nil
			})
			storetest.Must(t, err)
			storetest.Must(t, n.clock.Advance(t.Context(), 40*time.Hour))
			berlin, err := time.LoadLocation("Europe/Berlin")
			storetest.Must(t, err)
			var got []string
			for _, m := range n.told(t, message.Filter{Booking: b.ID}) {
				if m.Recipient.Kind != message.ToClient {
					continue
				}
				line := strings.Join([]string{string(m.Step), string(m.Status), m.Reason}, " ")
				if m.SentAt != 0 {
					line += m.SentAt.In(berlin).Format(" 15")
				}
				got = append(got, line)
			}
			slices.Sort(got)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
	})
}
