package booking_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/schedule"
	"kept/span"
)

// held books with a hold and nothing else said.
func held(s *storetest.Shop, h *booking.Hold, name string) booking.Request {
	r := booking.Request{Hold: h.ID}
	r.Client = s.Cut(0, "", name).Client
	return r
}

func TestHoldThenBook(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	d, ctx := s.Desk, t.Context()
	r := s.Cut(ten, "", "clara")
	r.Party = 3
	h, err := d.Hold(ctx, s.Public, r)
	must(t, err)
	if h.ExpiresAt != storetest.Noon+10*span.Minute || h.Placement.Lead != "ada" || h.Party != 3 {
		t.Errorf("held %+v", h)
	}
	if _, offered := s.Starts(t)[ten]; offered {
		t.Error("what is held is offered")
	}
	_, err = d.Book(ctx, s.Public, s.Cut(ten, "", "dora"))
	wantCode(t, err, fault.CodeSlotTaken)
	_, err = d.Hold(ctx, s.Public, s.Cut(ten, "", "dora"))
	wantCode(t, err, fault.CodeSlotTaken)
	wrong := held(s, h, "clara")
	wrong.Start = ten + span.Hour
	_, err = d.Book(ctx, s.Public, wrong)
	wantCode(t, err, fault.CodeInvalid)
	// A price that rises meanwhile is not the client's, and a rule that closes does not matter.
	_, err = s.Office.UpdateService(ctx, s.Owner, "cut", func(c *catalog.Service) error {
		c.Price.Amount, c.NoticeMin = 9900, 7*24*60
		return nil
	})
	must(t, err)
	b, err := d.Book(ctx, s.Public, held(s, h, "clara"))
	must(t, err)
	if b.Start != ten || b.Quote.Total.Amount != 3000 || b.Party != 3 {
		t.Errorf("booked %+v", b)
	}
	_, err = d.Book(ctx, s.Public, held(s, h, "dora"))
	wantCode(t, err, fault.CodeHoldExpired)
	wantTypes(t, s.Events(t, b.ID), event.BookingConfirmed)
	s.Audit(t)
}

func TestHoldEnds(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	d, ctx := s.Desk, t.Context()
	h, err := d.Hold(ctx, s.Public, s.Cut(ten, "", "clara"))
	must(t, err)
	s.Clock.Advance(10*span.Minute - 1)
	_, err = d.Held(ctx, s.ID, h.ID)
	must(t, err)
	_, err = d.Book(ctx, s.Public, s.Cut(ten, "", "dora"))
	wantCode(t, err, fault.CodeSlotTaken)
	if n, err := d.ExpireHolds(ctx, 10); n != 0 || err != nil {
		t.Errorf("%d holds ended early, %v", n, err)
	}
	s.Clock.Advance(1)
	_, err = d.Held(ctx, s.ID, h.ID)
	wantCode(t, err, fault.CodeHoldExpired)
	if _, offered := s.Starts(t)[ten]; !offered {
		t.Error("what was held is not offered at the instant the hold ends")
	}
	_, err = d.Book(ctx, s.Public, held(s, h, "clara"))
	wantCode(t, err, fault.CodeHoldExpired)
	s.Book(t, s.Cut(ten, "", "dora")) // nobody has swept yet
	if n, err := d.ExpireHolds(ctx, 10); n != 1 || err != nil {
		t.Errorf("%d holds ended, %v", n, err)
	}
	if n, err := d.ExpireHolds(ctx, 10); n != 0 || err != nil {
		t.Errorf("%d holds ended twice, %v", n, err)
	}
	_, err = d.Held(ctx, s.ID, h.ID)
	wantCode(t, err, fault.CodeHoldExpired)
	s.Audit(t)
}

// stuckHolds is a shelf of holds of which one can't be taken away.
type stuckHolds struct {
	booking.Holds
	stuck id.Hold
}

func (h stuckHolds) Delete(ctx context.Context, business id.Business, hold id.Hold) (bool, error) {
	if hold == h.stuck {
		return false, fault.New(fault.Unavailable, fault.CodeUnavailable, "stuck")
	}
	return h.Holds.Delete(ctx, business, hold)
}

func TestAStuckHoldKeepsNoOther(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	ctx := t.Context()
	var held []*booking.Hold
	for n := range 3 {
		h, err := s.Desk.Hold(ctx, s.Public, s.Cut(ten+span.Instant(n)*span.Hour, "", "clara"))
		must(t, err)
		held = append(held, h)
	}
	s.Clock.Advance(10 * span.Minute)
	parts := s.Desk.Parts
	parts.Holds = stuckHolds{parts.Holds, held[0].ID}
	n, err := booking.NewDesk(parts).ExpireHolds(ctx, 10)
	if n != 2 || err == nil || !strings.Contains(err.Error(), string(held[0].ID)) {
		t.Errorf("%d holds ended, %v", n, err)
	}
	if n, err := s.Desk.ExpireHolds(ctx, 10); n != 1 || err != nil {
		t.Errorf("in the next round %d ended, %v", n, err)
	}
	s.Audit(t)
}

func TestRelease(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	d, ctx := s.Desk, t.Context()
	h, err := d.Hold(ctx, s.Public, s.Cut(ten, "", "clara"))
	must(t, err)
	must(t, d.Release(ctx, s.Public, h.ID))
	must(t, d.Release(ctx, s.Public, h.ID))
	must(t, d.Release(ctx, s.Public, "never was"))
	_, err = d.Book(ctx, s.Public, held(s, h, "clara"))
	wantCode(t, err, fault.CodeHoldExpired)
	s.Book(t, s.Cut(ten, "", "dora"))
	var kinds []event.Type
	for _, e := range s.Events(t, "") {
		if e.Data.Hold == h.ID {
			kinds = append(kinds, e.Type)
		}
	}
	if diff := cmp.Diff([]event.Type{event.HoldPlaced, event.HoldReleased}, kinds); diff != "" {
		t.Error(diff)
	}
	s.Audit(t)
}

// TestHoldInAJoinedTransaction is what an idempotency key makes of a booking:
// all of it inside one transaction of the caller's, which may go on after a refusal.
func TestHoldInAJoinedTransaction(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	d := s.Desk
	h, err := d.Hold(t.Context(), s.Public, s.Cut(ten, "", "clara"))
	must(t, err)
	must(t, s.DB.Do(t.Context(), func(ctx context.Context) error {
		wrong := held(s, h, "clara")
		wrong.Client.Email = "nonsense"
		_, err := d.Book(ctx, s.Public, wrong)
		wantCode(t, err, fault.CodeInvalid)
		_, err = d.Book(ctx, s.Public, held(s, h, "clara"))
		must(t, err)
		_, err = d.Book(ctx, s.Public, held(s, h, "dora"))
		wantCode(t, err, fault.CodeHoldExpired)
		_, err = d.Book(ctx, s.Public, s.Cut(ten, "", "emil"))
		wantCode(t, err, fault.CodeSlotTaken)
		_, err = d.Book(ctx, s.Public, s.Cut(ten+span.Hour, "", "emil"))
		return err
	}))
	if n := s.Count(t, "SELECT COUNT(*) FROM booking"); n != 2 {
		t.Errorf("%d bookings", n)
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM client"); n != 2 {
		t.Errorf("%d clients: those of refused bookings stayed", n)
	}
	s.Audit(t)
}

// TestRolledBackFactsAreForgotten looks at slots inside a transaction that
// has booked and is then undone. The lane's next version must not be mistaken
// for the one that never was.
func TestRolledBackFactsAreForgotten(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	s.Starts(t) // the configuration is remembered from here on
	err := s.DB.Do(t.Context(), func(ctx context.Context) error {
		if _, err := s.Desk.Book(ctx, s.Public, s.Cut(ten, "ada", "clara")); err != nil {
			return err
		}
		search := booking.Search{Lines: []booking.Line{{Service: "cut"}}, From: day, To: day}
		offer, err := s.Desk.Offer(ctx, s.ID, search)
		if err != nil {
			return err
		}
		for _, slot := range offer.Slots {
			if slot.Start == ten {
				t.Error("a transaction does not see its own booking")
			}
		}
		return context.Canceled
	})
	if err == nil {
		t.Fatal("it was not rolled back")
	}
	s.Book(t, s.Cut(ten+span.Hour, "ada", "dora"))
	starts := s.Starts(t)
	if starts[ten] == nil || starts[ten+span.Hour] != nil {
		t.Errorf("offered after the rollback: %v", starts)
	}
}

func TestAShopWithNobody(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{}, People: []*catalog.Staff{}, Hours: &schedule.Book{}})
	must(t, s.Office.ArchiveLocation(t.Context(), s.Owner, storetest.Main))
	if starts := s.Starts(t); len(starts) != 0 {
		t.Errorf("offered %v", starts)
	}
	_, err := s.Desk.Book(t.Context(), s.Public, s.Cut(ten, "", "clara"))
	wantCode(t, err, fault.CodeSlotClosed)
}

func TestSqueezeIn(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}, Terms: terms(func(t *catalog.Terms) { t.Overflow = 1 })})
	d, ctx := s.Desk, t.Context()
	s.Book(t, s.Cut(ten, "ada", "clara"))
	squeeze := s.Cut(ten, "ada", "dora")
	squeeze.Squeeze = true
	_, err := d.Hold(ctx, s.Owner, squeeze)
	wantCode(t, err, fault.CodeInvalid)
	b, err := d.Book(ctx, s.Owner, squeeze)
	must(t, err)
	if !b.Squeezed || b.Lead != "ada" {
		t.Errorf("squeezed in %+v", b)
	}
	another := s.Cut(ten, "ada", "emil")
	another.Squeeze = true
	_, err = d.Book(ctx, s.Owner, another)
	wantCode(t, err, fault.CodeSlotTaken)
	// Moved, it is a booking as any other: never onto a taken lane, and its overflow is free again.
	_, err = d.Reschedule(ctx, s.Owner, b.ID, booking.Move{Start: ten + span.Hour})
	must(t, err)
	_, err = d.Reschedule(ctx, s.Owner, b.ID, booking.Move{Start: ten})
	wantCode(t, err, fault.CodeSlotTaken)
	moved, err := d.Find(ctx, s.Owner, b.ID)
	must(t, err)
	if moved.Squeezed || moved.Start != ten+span.Hour {
		t.Errorf("moved %+v", moved)
	}
	last, err := d.Book(ctx, s.Owner, another)
	must(t, err)
	_, err = d.Cancel(ctx, s.Owner, last.ID, "")
	must(t, err)
	if n := s.Count(t, "SELECT COUNT(*) FROM occupancy WHERE lane_kind = 'overflow'"); n != 0 {
		t.Errorf("%d rows are left on overflow lanes", n)
	}
	if _, err = s.Office.UpdateBusiness(ctx, s.Owner, func(b *catalog.Business) error { b.Terms.Overflow = 0; return nil }); err != nil {
		t.Fatal(err)
	}
	_, err = d.Book(ctx, s.Owner, another)
	wantRule(t, err, "overflow")
	s.Audit(t)
}

func TestExplain(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	why := func(at span.Instant) *booking.Explanation {
		e, err := s.Desk.Explain(t.Context(), s.Owner, booking.Why{Lines: []booking.Line{{Service: "cut"}}, At: at})
		must(t, err)
		return e
	}
	if e := why(ten + span.Hour); !e.Open || len(e.Reasons) != 0 {
		t.Errorf("a free time is %+v", e)
	} else if len(e.Leads) != 1 || e.Leads[0].Lead != "ada" || e.Leads[0].Of != 1 || len(e.Leads[0].Aim) == 0 {
		t.Errorf("who would be taken: %+v", e.Leads)
	}
	e := why(ten)
	if e.Open || len(e.Reasons) == 0 || e.Reasons[0].Rule != availability.RuleBusy || e.Reasons[0].Source != string(b.ID) {
		t.Errorf("a taken time is %+v", e.Reasons)
	}
	if e := why(ten - 5*span.Hour); e.Open || e.Reasons[0].Rule != availability.RuleHours {
		t.Errorf("the night is %+v", e.Reasons)
	}
}
