package booking_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// found gives a booking as it is now stored.
func found(t *testing.T, s *storetest.Shop, b *booking.Booking) *booking.Booking {
	t.Helper()
	now, err := s.Bookings.Find(t.Context(), s.ID, b.ID)
	must(t, err)
	return now
}

// Two hours of work lie from nine to eleven. A visit at ten is offered all the
// same, is booked, and the work goes elsewhere on that day; its client is told
// nothing, the house is.
func TestWorkGivesWay(t *testing.T) {
	t.Parallel()
	s := garage(t, brakes(120, catalog.Flexible{}))
	car := s.Book(t, bring(eight, "dora"))
	if at := work(car)[0]; at.Start != span.Hour {
		t.Fatalf("at work %v", at)
	}
	before := s.Steps(t, car.ID)
	if leads := s.Starts(t)[eight+2*span.Hour]; len(leads) != 1 {
		t.Errorf("at ten %v could", leads)
	}
	why, err := s.Desk.Explain(t.Context(), s.Owner, booking.Why{Lines: []booking.Line{{Service: "cut"}}, At: eight + 2*span.Hour})
	must(t, err)
	if !why.Open || why.Moves != 1 || len(why.Leads) != 1 {
		t.Errorf("explained by %+v", why)
	}
	s.Book(t, s.Cut(eight+2*span.Hour, "ada", "clara"))
	now := found(t, s, car)
	if got := work(now); len(got) != 1 || got[0] != (span.Span{Start: 150 * span.Minute, End: 270 * span.Minute}) {
		t.Errorf("at work %v", got)
	}
	if now.Start != car.Start || now.End != car.End || now.Sequence != car.Sequence || now.Version == car.Version {
		t.Errorf("the client knows of %v to %v, now %v to %v", car.Start, car.End, now.Start, now.End)
	}
	told := s.Events(t, car.ID)
	last := told[len(told)-1]
	if last.Type != event.BookingRefixed || last.Data.Reason != booking.ReasonNeeded || last.Data.Ref == "" || last.Data.Previous == nil {
		t.Errorf("recorded %+v", last)
	}
	if after := s.Steps(t, car.ID); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("messages were %v and are %v", before, after)
	}
	// It moves on as often as it must, until nothing is left but its time.
	for _, at := range []span.Instant{span.Hour, 3 * span.Hour, 5 * span.Hour} {
		s.Book(t, s.Cut(eight+at, "ada", storetest.Numbered("client", int(at/span.Hour))))
	}
	now = found(t, s, car)
	if got := work(now); got[0] != (span.Span{Start: 330 * span.Minute, End: 450 * span.Minute}) {
		t.Errorf("at work %v", got)
	}
	s.Book(t, s.Cut(eight+8*span.Hour, "ada", "fay"))
	if leads := s.Starts(t)[eight+6*span.Hour]; leads != nil {
		t.Errorf("what would break a promise is offered to %v", leads)
	}
	if _, err := s.Desk.Book(t.Context(), s.Public, s.Cut(eight+6*span.Hour, "ada", "gus")); !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("what would break a promise: %v", err)
	}
	s.Audit(t)
}

// A second job that fits nowhere as the first lies has it moved, and so do a
// hold, a move and an announced session.
func TestWhoeverNeedsTheTimeGetsIt(t *testing.T) {
	t.Parallel()
	long := brakes(300, catalog.Flexible{})
	long.ID = "gearbox"
	class := storetest.Cut()
	class.ID, class.Seats = "class", 4
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{brakes(120, catalog.Flexible{ReadyDays: 1}), long, storetest.Cut(), class}, Staff: []id.Staff{"ada"}})
	s.Book(t, s.Cut(eight+4*span.Hour, "ada", "clara")) // noon: only one stretch is five hours long
	car := s.Book(t, bring(eight, "dora"))
	if work(car)[0].Start != span.Hour {
		t.Fatalf("at work %v", work(car))
	}
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "cut"}}, Start: eight + span.Hour})
	must(t, err)
	if got := work(found(t, s, car)); got[0].Start != 90*span.Minute {
		t.Errorf("beside a hold at work %v", got)
	}
	must(t, s.Desk.Release(t.Context(), s.Public, hold.ID))
	cut := s.Book(t, s.Cut(eight+8*span.Hour, "ada", "eve"))
	_, err = s.Desk.Reschedule(t.Context(), s.Client(cut), cut.ID, booking.Move{Start: eight + 2*span.Hour})
	must(t, err)
	if got := work(found(t, s, car)); got[0].Start < 150*span.Minute {
		t.Errorf("beside what was moved at work %v", got)
	}
	before := work(found(t, s, car))[0]
	_, err = s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: "class", Start: eight + before.Start})
	must(t, err)
	if got := work(found(t, s, car)); got[0] == before {
		t.Errorf("beside a session at work %v", got)
	}
	s.Audit(t)
}

// Work that has begun, or is done with, stays where it is.
func TestWorkThatHasBegunStays(t *testing.T) {
	t.Parallel()
	s := garage(t, brakes(240, catalog.Flexible{}))
	car := s.Book(t, bring(eight, "dora"))
	s.Clock.Advance(eight + 90*span.Minute - s.Clock.Now())
	if leads := s.Starts(t)[eight+2*span.Hour]; leads != nil {
		t.Errorf("at ten, in the middle of it, %v could", leads)
	}
	if _, err := s.Desk.Book(t.Context(), s.Public, s.Cut(eight+2*span.Hour, "ada", "clara")); !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("got %v", err)
	}
	if got := work(found(t, s, car)); got[0] != work(car)[0] {
		t.Errorf("at work %v", got)
	}
}

// Work that needs a lift gives way on the lift as well, for whatever needs it.
func TestWorkGivesWayOnUnits(t *testing.T) {
	t.Parallel()
	lift := []catalog.ResourceNeed{{Kind: "lift", Count: 1}}
	job, wash := brakes(120, catalog.Flexible{}), storetest.Cut()
	job.Segments[0].Resources, wash.Segments[0].Resources = lift, lift
	s := newShop(t, storetest.Plan{
		Services: []*catalog.Service{job, wash}, Staff: []id.Staff{"ada", "ben"},
		Resources: []*catalog.Resource{{ID: "lift", Kind: "lift", Units: 1}},
	})
	car := s.Book(t, bring(eight, "dora"))
	other := "ben"
	if car.Lead == "ben" {
		other = "ada"
	}
	if leads := s.Starts(t)[eight+2*span.Hour]; len(leads) != 1 {
		t.Errorf("at ten %v could", leads)
	}
	s.Book(t, s.Cut(eight+2*span.Hour, id.Staff(other), "clara"))
	if got := work(found(t, s, car)); got[0].Start != 150*span.Minute {
		t.Errorf("at work %v", got)
	}
	s.Audit(t)
}

// TestPromisesAreKept fills random workshops with whatever is offered, work and
// visits by turns: what is offered can be booked, every promise holds and
// nothing overlaps.
func TestPromisesAreKept(t *testing.T) {
	t.Parallel()
	base := newShop(t, storetest.Plan{})
	var n, moved atomic.Int64
	rapid.Check(t, func(r *rapid.T) {
		pick := func(name string, of ...int) int { return rapid.SampledFrom(of).Draw(r, name) }
		long := pick("work", 45, 90, 180, 300)
		job := brakes(long, catalog.Flexible{ReadyDays: pick("days", 0, 1), PieceMin: min(long, pick("piece", 0, 30, 60))})
		job.BufferAfterMin = pick("buffer", 0, 10)
		cut := storetest.Cut()
		cut.IntervalMin, cut.EdgeStarts, cut.BufferBeforeMin = pick("grid", 15, 30, 45), rapid.Bool().Draw(r, "edges"), pick("before", 0, 5)
		if rapid.Bool().Draw(r, "lift") {
			job.Segments[0].Resources = []catalog.ResourceNeed{{Kind: "lift", Count: 1}}
			cut.Segments[0].Resources = job.Segments[0].Resources[:pick("also", 0, 1)]
		}
		plan := storetest.Plan{Services: []*catalog.Service{job, cut}, Resources: []*catalog.Resource{{ID: "lift", Kind: "lift", Units: 1}}}
		for i, name := range []id.Staff{"ada", "ben"}[:pick("staff", 1, 2)] {
			p := &catalog.Staff{ID: name, Position: i + 1, Names: catalog.Texts{"en": string(name)}, AllServices: true}
			p.Preferences.RestMin = 60 * pick("rest", 0, 16)
			if rapid.Bool().Draw(r, "break") {
				p.Preferences.Breaks = []catalog.Break{{FromMin: 11 * 60, ToMin: 14 * 60, LengthMin: 45}}
			}
			plan.People = append(plan.People, p)
		}
		plan.Terms = terms(func(t *catalog.Terms) { t.ClientOverlap = true })
		s := base.Another(t, storetest.Numbered("yard", int(n.Add(1))), plan)
		day := span.Date{Year: 2026, Month: 11, Day: 23}
		promised := map[id.Booking]*booking.Booking{}
		for i := range 14 {
			service := id.Service("cut")
			if i < 4 || rapid.Bool().Draw(r, "brought") {
				service = "brakes"
			}
			offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: service}}, From: day, To: day.AddDays(1)})
			must(t, err)
			if len(offer.Slots) == 0 {
				continue
			}
			slot := offer.Slots[rapid.IntRange(0, len(offer.Slots)-1).Draw(r, "slot")]
			name := storetest.Numbered("client", i)
			b, err := s.Desk.Book(t.Context(), s.Public, booking.Request{
				Lines: []booking.Line{{Service: service}}, Start: slot.Start, Client: client.Draft{Name: name, Email: name + "@example.com"},
			})
			if err != nil {
				r.Fatalf("%s at %v was offered: %v", service, slot.Start, err)
			}
			if service == "brakes" {
				promised[b.ID] = b
			}
			moved.Add(int64(kept(t, r, s, promised, job)))
		}
		s.Audit(t)
	})
	if moved.Load() == 0 {
		t.Error("nothing ever had to give way")
	}
}

// kept tells of how many of the bookings the work was moved, and fails when a
// promise was broken.
func kept(t *testing.T, r *rapid.T, s *storetest.Shop, promised map[id.Booking]*booking.Booking, job *catalog.Service) int {
	moved := 0
	for _, was := range promised {
		now, err := s.Bookings.Find(t.Context(), s.ID, was.ID)
		must(t, err)
		sum := span.Instant(0)
		for _, at := range work(now) {
			if sum += at.Length(); at.Start+eight < was.Items[0].Work.From || at.End+eight > was.End {
				r.Fatalf("promised from %v to %v, at work %v", was.Items[0].Work.From-eight, was.End-eight, work(now))
			}
		}
		if now.Start != was.Start || now.End != was.End || now.Lead != was.Lead || sum != span.Minutes(job.Segments[0].DurationMin) {
			r.Fatalf("promised %v, now %v", was.Placement, now.Placement)
		}
		if fmt.Sprint(work(now)) != fmt.Sprint(work(was)) {
			moved++
		}
	}
	return moved
}
