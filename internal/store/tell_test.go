package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/span"
)

// The tests of this file let everything that tells people work together:
// bookings, journal, clock, planning and dispatch, on both engines. Only the
// text and the far end of the channel are pretended.

func TestADayOnTheClock(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		line := newWire()
		n := newTower(t, storetest.NewWorld(t, open), line)
		n.furnish(t)
		b := n.book(t, n.clock.Now()+25*span.Hour, mia)
		other := n.book(t, n.clock.Now()+2*span.Hour, client.Draft{Name: "Li Wei", Phone: "+886912345678"})
		storetest.Must(t, n.clock.Advance(t.Context(), 30*time.Hour))
		list := n.told(t, message.Filter{Booking: b.ID})
		for _, m := range list {
			if m.Status != message.Sent || (m.Step.Timed() && m.SentAt != m.Due) || m.SentAt < m.Due || m.Attempts != 1 || m.Channel != "wire" || m.Subject != string(m.Step) {
				t.Errorf("%s: %s at %s, due %s, %d tries, %q", m.Step, m.Status, m.SentAt, m.Due, m.Attempts, m.Subject)
			}
			want := map[string]string{message.ToClient: "mia@example.com", message.ToStaff: "anna@example.com"}[m.Recipient.Kind]
			if m.Address != want || !strings.HasPrefix(m.Text, "Mia Ono ") {
				t.Errorf("%s to %q: %q", m.Step, m.Address, m.Text)
			}
		}
		if len(list) != 6 {
			t.Errorf("told %v", steps(list))
		}
		n.backward(t, b.Client)
		want := []string{
			"receipt skipped no_address", "reminder_30m skipped no_address", "staff_new sent ", "thanks skipped no_address",
		}
		if d := cmp.Diff(want, steps(n.told(t, message.Filter{Booking: other.ID}))); d != "" {
			t.Errorf("somebody without an address (-want +got):\n%s", d)
		}
		if all, twice := line.count(); all != 7 || twice != 0 {
			t.Errorf("%d messages arrived, %d twice", all, twice)
		}
		storetest.Must(t, n.journal.Settle(t.Context()))
		events, err := n.journal.List(t.Context(), n.business, 0, 100)
		storetest.Must(t, err)
		sent := slices.DeleteFunc(events, func(e event.Event) bool { return e.Type != event.MessageSent })
		if len(sent) != 7 || sent[0].Data.Message == "" || sent[0].Data.Channel != "wire" {
			t.Errorf("%d events of messages", len(sent))
		}
	})
}

// TestNoReminderAfterACancellation races cancellations and moves against the
// dispatcher: nothing about the old state may be on the wire once the change
// was acknowledged.
func TestNoReminderAfterACancellation(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		const trials = 400
		line := newWire()
		n := newTower(t, storetest.NewWorld(t, open), line)
		n.furnish(t)
		const spread = 2 * span.Second
		start := n.clock.Now() + 36*span.Minute
		list := make([]*booking.Booking, trials)
		for i := range list {
			list[i] = n.book(t, start+spread*span.Instant(i)/trials, client.Draft{Name: fmt.Sprint("Mia ", i), Email: "mia@example.com"})
		}
		storetest.Must(t, n.clock.Set(t.Context(), start-30*span.Minute-spread/5))
		var acked sync.Map
		var early atomic.Int32
		line.hook = func(e message.Envelope) (bool, error) {
			if e.Subject != string(message.Reminder30m) {
				return false, nil
			}
			early.Add(1)
			for range 2 { // when it sets out, and when it has arrived
				if old, yes := acked.Load(e.Booking); yes && strings.HasSuffix(e.Text, old.(string)) {
					t.Errorf("a reminder of what is no longer so: %s", e.Text)
				}
				runtime.Gosched()
			}
			return false, nil
		}
		n.dispatcher.Start()
		var racing sync.WaitGroup
		for i, b := range list {
			racing.Go(func() {
				// Around the time at which its reminder falls due.
				_ = n.clock.Wait(t.Context(), b.Start-30*span.Minute+rand.N(spread/5)-spread/20, nil)
				old := b.Start.String()
				var err error
				if i%2 == 0 {
					err = n.change(t.Context(), b, event.BookingCancelled, cancel)
				} else {
					err = n.change(t.Context(), b, event.BookingMoved, func(b *booking.Booking) {
						b.Start, b.End = b.Start+span.Day, b.End+span.Day
					})
				}
				if err != nil {
					t.Error(err)
				}
				acked.Store(b.ID, old)
			})
		}
		racing.Wait()
		left := early.Load()
		n.dispatcher.Stop()
		storetest.Must(t, n.clock.Advance(t.Context(), 26*time.Hour))
		for i, b := range list {
			for _, m := range n.told(t, message.Filter{Booking: b.ID}) {
				if m.Status == message.Planned && m.Due <= n.clock.Now() || m.Status == message.Sending {
					t.Errorf("trial %d: %s is still %s", i, m.Step, m.Status)
				}
			}
		}
		t.Logf("%d of %d reminders left before the change", left, trials)
	})
}

func TestTwoNodesSendOnce(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		line := newWire()
		one := newTower(t, storetest.NewWorld(t, open), line)
		one.furnish(t)
		two := newTower(t, one.World, line) // its own dispatcher, on the same database
		two.business, two.service, two.staff = one.business, one.service, one.staff
		const many = 120
		var booking sync.WaitGroup
		one.dispatcher.Start()
		two.dispatcher.Start()
		for i := range many {
			booking.Go(func() {
				n := []*tower{one, two}[i%2]
				n.book(t, n.clock.Now()+span.Hour, client.Draft{Name: fmt.Sprint("Mia ", i), Email: "mia@example.com"})
			})
			if i%20 == 0 {
				booking.Wait()
			}
		}
		booking.Wait()
		one.dispatcher.Stop()
		two.dispatcher.Stop()
		storetest.Must(t, one.dispatcher.RunDue(t.Context()))
		if all, twice := line.count(); all != 2*many || twice != 0 {
			t.Errorf("%d of %d arrived, %d twice", all, 2*many, twice)
		}
	})
}

func TestADeadNodesClaimsAreTakenOver(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		line := newWire()
		n := newTower(t, storetest.NewWorld(t, open), line)
		n.furnish(t)
		b := n.book(t, n.clock.Now()+span.Hour, mia)
		now, real := n.clock.Now(), n.clock.Real()
		due, err := n.messages.Due(t.Context(), now, real, 10)
		storetest.Must(t, err)
		claim := func(until span.Instant) (claims []message.Claim) {
			n.Do(t, func(ctx context.Context) error {
				claims = nil
				for _, r := range due {
					c, ok, err := n.messages.Claim(ctx, r, now, n.clock.Real(), until)
					if ok {
						claims = append(claims, c)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
			return claims
		}
		dead := claim(n.clock.Real() + 1) // runs out at once
		if len(dead) != 2 || dead[0].Visit != "confirmed" || dead[0].Start != b.Start {
			t.Fatalf("claimed %+v", dead)
		}
		held := claim(n.clock.Real() + span.Hour)
		if again := claim(n.clock.Real() + span.Hour); len(held) != 2 || len(again) != 0 {
			t.Fatalf("%d were taken over, %d twice", len(held), len(again))
		}
		if busy, err := n.messages.Sending(t.Context(), n.business, b.ID, n.clock.Real()); !busy || err != nil {
			t.Errorf("a send is under way: %v, %v", busy, err)
		}
		storetest.Must(t, n.dispatcher.RunDue(t.Context()))
		if all, _ := line.count(); all != 0 {
			t.Error("claimed messages were sent by somebody else")
		}
		record := func(c message.Claim) {
			c.Status = message.Sent
			n.Do(t, func(ctx context.Context) error {
				return n.messages.Record(ctx, []message.Result{{Message: c.Message, Until: c.Until}})
			})
		}
		record(dead[0]) // came back from the dead: not its message any more
		for _, m := range n.told(t, message.Filter{Booking: b.ID, Status: message.ShownDue}) {
			if m.Status != message.Sending {
				t.Errorf("%s is %s", m.Step, m.Status)
			}
		}
		record(held[0])
		record(held[1])
		if left := n.told(t, message.Filter{Booking: b.ID, Status: message.ShownDue}); len(left) != 0 {
			t.Errorf("%v are left", steps(left))
		}
	})
}

func TestNothingIsLostWithoutAChannel(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		line := newWire()
		line.off = true
		n := newTower(t, storetest.NewWorld(t, open), line)
		n.furnish(t)
		b := n.book(t, n.clock.Now()+25*span.Hour, mia)
		late := n.book(t, n.clock.Now()+span.Hour, client.Draft{Name: "Jo", Email: "jo@example.com"})
		storetest.Must(t, n.clock.Advance(t.Context(), 2*time.Hour+time.Minute))
		want := []string{
			"receipt planned no_channel", "reminder_24h planned no_channel", "reminder_30m planned ",
			"reminder_3h planned ", "staff_new planned no_channel", "thanks planned ",
		}
		if d := cmp.Diff(want, steps(n.told(t, message.Filter{Booking: b.ID}))); d != "" {
			t.Errorf("waiting (-want +got):\n%s", d)
		}
		if d := cmp.Diff(want[3:4], steps(n.told(t, message.Filter{Booking: b.ID, Status: "planned"}))[1:2]); d != "" {
			t.Errorf("planned (-want +got):\n%s", d)
		}
		if due := n.told(t, message.Filter{Status: message.ShownDue, Client: b.Client}); len(due) != 3 || due[0].Shown(n.clock.Now()) != "due" {
			t.Errorf("due are %v", steps(due))
		}
		storetest.Must(t, n.messages.Requeue(t.Context(), func(id.Business) bool { return !line.off })) // there is still none: nothing moves
		if d := cmp.Diff(want, steps(n.told(t, message.Filter{Booking: b.ID}))); d != "" {
			t.Errorf("called back for nothing (-want +got):\n%s", d)
		}
		line.off = false
		storetest.Must(t, n.messages.Requeue(t.Context(), func(id.Business) bool { return !line.off }))
		storetest.Must(t, n.dispatcher.RunDue(t.Context()))
		want = []string{"receipt skipped too_late", "reminder_30m skipped too_late", "staff_new skipped too_late", "thanks planned "}
		if d := cmp.Diff(want, steps(n.told(t, message.Filter{Booking: late.ID}))); d != "" {
			t.Errorf("too late (-want +got):\n%s", d)
		}
		if sent := n.told(t, message.Filter{Booking: b.ID, Status: "sent"}); len(sent) != 3 {
			t.Errorf("sent %v", steps(sent))
		}
	})
}

// TestAnHourWithoutMail lets the far end be down while a thousand messages
// fall due.
func TestAnHourWithoutMail(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		line := newWire()
		n := newTower(t, storetest.NewWorld(t, open), line)
		n.furnish(t)
		const many = 60
		var down bool
		var tries []span.Instant
		var mu sync.Mutex
		line.hook = func(message.Envelope) (bool, error) {
			mu.Lock()
			defer mu.Unlock()
			if down {
				tries = append(tries, n.clock.Now())
				return true, fmt.Errorf("%w: refused", message.ErrDown)
			}
			return false, nil
		}
		start := n.clock.Now() + 27*span.Hour
		for i := range many {
			n.book(t, start+span.Instant(i)*span.Second, client.Draft{Name: fmt.Sprint("Mia ", i), Email: "mia@example.com"})
		}
		storetest.Must(t, n.clock.Advance(t.Context(), time.Minute)) // receipts
		down = true
		storetest.Must(t, n.clock.Advance(t.Context(), 4*time.Hour)) // the day before falls due after three of them
		if due := n.told(t, message.Filter{Status: message.ShownDue}); len(due) != many || due[0].Attempts != 0 {
			t.Errorf("%d are due", len(due))
		}
		if len(tries) < 55 || len(tries) > 70 {
			t.Errorf("%d tries in an hour", len(tries))
		}
		down = false
		storetest.Must(t, n.clock.Advance(t.Context(), 2*time.Minute))
		if all, twice := line.count(); all != 3*many || twice != 0 {
			t.Errorf("%d of %d arrived, %d twice", all, 3*many, twice)
		}
	})
}

func TestRefusalsAndSecondTries(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		line := newWire()
		n := newTower(t, storetest.NewWorld(t, open), line)
		n.furnish(t)
		tries := map[string]int{}
		line.hook = func(e message.Envelope) (bool, error) {
			tries[e.Address]++
			switch {
			case e.Address == "mia@example.com" && tries[e.Address] < 4:
				return true, errors.New("450 busy")
			case e.Address == "gone@example.com":
				return false, errors.New("550 no such mailbox")
			case e.Address == "never@example.com":
				return true, errors.New("450 busy")
			}
			return false, nil
		}
		in := func(h int) span.Instant { return n.clock.Now() + span.Instant(h)*span.Hour }
		mias := n.book(t, in(25), mia)
		gone := n.book(t, in(2), client.Draft{Name: "Gone", Email: "gone@example.com"})
		never := n.book(t, in(2), client.Draft{Name: "Never", Email: "never@example.com"})
		storetest.Must(t, n.clock.Advance(t.Context(), 30*time.Minute))
		for b, want := range map[*booking.Booking]string{mias: "receipt sent ", gone: "receipt failed refused", never: "receipt planned try_again"} {
			if got := steps(n.told(t, message.Filter{Booking: b.ID})); !slices.Contains(got, want) {
				t.Errorf("%v, want %s", got, want)
			}
		}
		storetest.Must(t, n.clock.Advance(t.Context(), 24*time.Hour))
		if got := steps(n.told(t, message.Filter{Booking: never.ID})); !slices.Contains(got, "receipt skipped too_late") || !slices.Contains(got, "reminder_30m skipped too_late") {
			t.Errorf("never: %v", got)
		}
		first := n.told(t, message.Filter{Booking: mias.ID})[0]
		found, err := n.messages.Find(t.Context(), n.business, first.ID)
		if err != nil || found.Attempts != first.Attempts || found.Subject != first.Subject {
			t.Errorf("%+v, %v", found, err)
		}
		if _, err := n.messages.Find(t.Context(), n.business, "nothing"); err == nil {
			t.Error("a message that is not there is found")
		}
	})
}

func TestErasureTakesMessagesAlong(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		line := newWire()
		n := newTower(t, storetest.NewWorld(t, open), line)
		n.furnish(t)
		b := n.book(t, n.clock.Now()+25*span.Hour, mia)
		storetest.Must(t, n.dispatcher.RunDue(t.Context()))
		n.Do(t, func(ctx context.Context) error {
			return n.journal.Append(ctx, event.Event{Business: n.business, Type: event.ClientErased, Actor: event.System(), Client: b.Client})
		})
		left := n.told(t, message.Filter{Client: b.Client})
		if d := cmp.Diff([]string{"receipt sent ", "staff_new sent "}, steps(left)); d != "" {
			t.Errorf("left (-want +got):\n%s", d)
		}
	})
}

func TestListsArePaged(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, open storetest.Opener) {
		n := newTower(t, storetest.NewWorld(t, open))
		n.furnish(t)
		for i := range 4 {
			n.book(t, n.clock.Now()+span.Instant(25+i)*span.Hour, mia)
		}
		whole := n.told(t, message.Filter{})
		var paged []message.Message
		f := message.Filter{Limit: 7}
		for {
			page, err := n.messages.List(t.Context(), n.business, f, n.clock.Now())
			storetest.Must(t, err)
			paged = append(paged, page...)
			if len(page) < f.Limit {
				break
			}
			f.AfterDue, f.AfterID = page[6].Due, page[6].ID
		}
		if d := cmp.Diff(whole, paged); d != "" || len(whole) != 24 {
			t.Errorf("%d messages; paged (-whole +paged):\n%s", len(whole), d)
		}
	})
}
