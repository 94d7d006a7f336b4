package booking_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/money"
	"kept/schedule"
	"kept/span"
)

var errUndo = errors.New("undo")

// drawPlan imagines a small business.
func drawPlan(r *rapid.T) storetest.Plan {
	var plan storetest.Plan
	plan.Terms = terms(func(t *catalog.Terms) { t.ClientOverlap = true })
	minutes := func(name string, of ...int) int { return rapid.SampledFrom(of).Draw(r, name) }
	for _, name := range []id.Service{"cut", "colour"} {
		s := &catalog.Service{
			ID: name, Names: catalog.Texts{"en": string(name)}, Price: money.Of(1000, "EUR"), Public: true,
			IntervalMin: minutes("interval", 10, 15, 30, 45), EdgeStarts: rapid.Bool().Draw(r, "edges"),
			BufferBeforeMin: minutes("before", 0, 0, 5), BufferAfterMin: minutes("after", 0, 0, 10), NoticeMin: minutes("notice", 0, 20*60),
			HorizonDays: minutes("horizon", 0, 3),
		}
		for range minutes("segments", 1, 1, 2, 3) {
			g := catalog.Segment{DurationMin: minutes("duration", 20, 30, 45), Staff: &catalog.StaffNeed{Count: 1}}
			switch minutes("kind", 0, 0, 1, 2, 3) {
			case 1:
				g.Resources = []catalog.ResourceNeed{{Kind: "chair", Count: 1}}
			case 2:
				g.Staff = nil
				g.Resources = []catalog.ResourceNeed{{Kind: "chair", Count: 1}}
			case 3:
				g.Staff = &catalog.StaffNeed{Count: minutes("count", 1, 2), Skill: "fine"}
			}
			s.Segments = append(s.Segments, g)
		}
		plan.Services = append(plan.Services, s)
	}
	for i, name := range []id.Staff{"ada", "ben", "cem"}[:minutes("staff", 1, 2, 3)] {
		p := &catalog.Staff{ID: name, Position: i + 1, Names: catalog.Texts{"en": string(name)}, AllServices: rapid.Bool().Draw(r, "all")}
		if !p.AllServices {
			p.Services = []id.Service{"cut"}
		}
		if rapid.Bool().Draw(r, "skilled") {
			p.Skills = []catalog.Skill{{Skill: "fine", Level: 1}}
		}
		plan.People = append(plan.People, p)
	}
	plan.Resources = []*catalog.Resource{{ID: "chair", Kind: "chair", Units: minutes("chairs", 1, 2)}}
	plan.Hours = &schedule.Book{
		Locations: map[id.Location]schedule.Hours{storetest.Main: storetest.Daily(9*60, 16*60)},
		Staff:     map[id.Staff]schedule.Hours{"ada": storetest.Daily(minutes("ada", 8*60, 9*60+25), minutes("until", 11*60, 15*60))},
	}
	return plan
}

// TestOfferedMeansBookable fills a random business with whatever is offered,
// then takes each slot that is left, and every start that is not. Each try is
// undone before the next one.
func TestOfferedMeansBookable(t *testing.T) {
	t.Parallel()
	base := newShop(t, storetest.Plan{})
	var n, tried, refused atomic.Int64
	rapid.Check(t, func(r *rapid.T) {
		s := base.Another(t, storetest.Numbered("shop", int(n.Add(1))), drawPlan(r))
		lines := []booking.Line{{Service: "cut"}}
		if rapid.Bool().Draw(r, "two") {
			lines = append(lines, booking.Line{Service: "colour"})
		}
		request := func(at span.Instant, lead id.Staff) booking.Request {
			mine := append([]booking.Line(nil), lines...)
			mine[0].Staff = lead
			return booking.Request{Lines: mine, Start: at, Client: client.Draft{Name: "Clara", Email: "clara@example.com"}}
		}
		day := span.Date{Year: 2026, Month: 11, Day: 23}
		offer := func() *booking.Offer {
			o, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: lines, From: day, To: day, Public: true})
			must(t, err)
			return o
		}
		for range rapid.IntRange(0, 4).Draw(r, "taken") {
			slots := offer().Slots
			if len(slots) == 0 {
				break
			}
			slot := slots[rapid.IntRange(0, len(slots)-1).Draw(r, "slot")]
			if _, err := s.Desk.Book(t.Context(), s.Public, request(slot.Start, "")); err != nil {
				r.Fatalf("%v is offered and refused: %v", slot.Start, err)
			}
		}
		offered := map[span.Instant]bool{}
		open := offer()
		for _, slot := range open.Slots {
			offered[slot.Start] = true
			leads := open.Facts.Who(slot.Leads)
			if len(leads) == 0 {
				leads = []id.Staff{""}
			}
			lead := leads[rapid.IntRange(0, len(leads)-1).Draw(r, "lead")]
			tried.Add(1)
			if err := try(t, s, request(slot.Start, lead)); err != nil {
				r.Fatalf("%v with %q is offered and refused: %v", slot.Start, lead, err)
			}
		}
		for range 15 {
			at := storetest.Tomorrow(8, 0) + span.Minutes(5*rapid.IntRange(0, 12*6).Draw(r, "at"))
			if offered[at] {
				continue
			}
			refused.Add(1)
			if err := try(t, s, request(at, "")); !fault.Is(err, fault.CodeSlotTaken) && !fault.Is(err, fault.CodeSlotClosed) {
				r.Fatalf("%v is not offered, yet booking it gives %v", at, err)
			}
		}
	})
	base.Audit(t)
	t.Logf("%d offered starts booked, %d others refused", tried.Load(), refused.Load())
}

// try books and undoes it.
func try(t *testing.T, s *storetest.Shop, r booking.Request) error {
	t.Helper()
	err := s.DB.Do(t.Context(), func(ctx context.Context) error {
		if _, err := s.Desk.Book(ctx, s.Public, r); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}
