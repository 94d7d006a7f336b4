package booking_test

import (
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// brakes is work of some minutes, brought between eight and nine.
func brakes(minutes int, flex catalog.Flexible) *catalog.Service {
	s := storetest.Cut()
	flex.DropFromMin, flex.DropToMin = 8*60, 9*60
	s.ID, s.Segments[0].DurationMin, s.Flexible = "brakes", minutes, &flex
	return s
}

// garage is a shop open from nine to five where Ada alone works.
func garage(t *testing.T, work *catalog.Service) *storetest.Shop {
	t.Helper()
	return newShop(t, storetest.Plan{Services: []*catalog.Service{work, storetest.Cut()}, Staff: []id.Staff{"ada"}})
}

var eight = storetest.Tomorrow(8, 0)

func bring(at span.Instant, name string) booking.Request {
	return booking.Request{
		Lines: []booking.Line{{Service: "brakes"}}, Start: at, Client: client.Draft{Name: name, Email: name + "@example.com"},
	}
}

func days(t *testing.T, s *storetest.Shop) map[span.Instant]span.Instant {
	t.Helper()
	day := span.Date{Year: 2026, Month: 11, Day: 23}
	offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: "brakes"}}, From: day, To: day.AddDays(2)})
	must(t, err)
	out := map[span.Instant]span.Instant{}
	for i, slot := range offer.Slots {
		out[slot.Start] = slot.End
		if offer.Until[i] != slot.Start+span.Hour {
			t.Errorf("to be brought until %v", offer.Until[i])
		}
	}
	return out
}

// work is when a booking's staff are at it.
func work(b *booking.Booking) (out []span.Span) {
	for _, part := range b.Items[0].Segments {
		if len(part.Staff) > 0 {
			out = append(out, span.Span{Start: part.Start - eight, End: part.End - eight})
		}
	}
	return out
}

func TestWorkIsDoneByTheTimePromised(t *testing.T) {
	t.Parallel()
	s := garage(t, brakes(120, catalog.Flexible{}))
	if got := days(t, s); len(got) != 3 || got[eight] != eight+9*span.Hour {
		t.Fatalf("offered %v", got)
	}
	s.Book(t, s.Cut(eight+2*span.Hour, "ada", "clara")) // ten to half past
	first := s.Book(t, bring(eight, "dora"))
	if first.Start != eight || first.End != eight+9*span.Hour || work(first)[0] != (span.Span{Start: 150 * span.Minute, End: 270 * span.Minute}) {
		t.Errorf("from %v to %v, at work %v", first.Start, first.End, work(first))
	}
	// The client is free meanwhile, and so is Ada but for the work.
	s.Book(t, s.Cut(eight+span.Hour, "ada", "dora"))
	for _, name := range []string{"eve", "fay"} {
		s.Book(t, bring(eight, name))
	}
	if _, err := s.Desk.Book(t.Context(), s.Public, bring(eight, "gus")); !fault.Is(err, fault.CodeSlotTaken) {
		t.Errorf("more than a day holds: %v", err)
	}
	if _, there := days(t, s)[eight]; there {
		t.Error("a full day is offered")
	}
	moved, err := s.Desk.Reschedule(t.Context(), s.Client(first), first.ID, booking.Move{Start: eight + span.Day})
	must(t, err)
	if moved.Start != eight+span.Day || moved.End != eight+span.Day+9*span.Hour {
		t.Errorf("moved to %v", moved.Placement)
	}
	if _, err := s.Desk.Book(t.Context(), s.Public, bring(eight+30*span.Minute, "gus")); !fault.Is(err, fault.CodeSlotClosed) {
		t.Errorf("at half past eight: %v", err)
	}
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "brakes"}}, Start: eight})
	must(t, err)
	held := s.Book(t, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "gus", Email: "gus@example.com"}})
	if held.End != eight+9*span.Hour {
		t.Errorf("held until %v", held.End)
	}
	s.Audit(t)
}

// Ten hours of work pause overnight and around what stands in the way.
func TestWorkPauses(t *testing.T) {
	t.Parallel()
	s := garage(t, brakes(600, catalog.Flexible{ReadyDays: 1, PieceMin: 60}))
	s.Book(t, s.Cut(eight+90*span.Minute, "ada", "clara")) // half past nine to ten: half an hour before is no piece
	b := s.Book(t, bring(eight, "dora"))
	want := []span.Span{
		{Start: 2 * span.Hour, End: 9 * span.Hour},                             // ten to five
		{Start: span.Day + span.Hour, End: span.Day + span.Hour + 3*span.Hour}, // and three hours the next morning
	}
	got := work(b)
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] || b.End != eight+span.Day+9*span.Hour {
		t.Errorf("at work %v, ready %v", got, b.End-eight)
	}
	stored, err := s.Bookings.Find(t.Context(), s.ID, b.ID)
	must(t, err)
	if len(work(stored)) != 2 {
		t.Errorf("stored %v", work(stored))
	}
	s.Book(t, s.Cut(eight+span.Day+4*span.Hour, "ada", "eve")) // at noon she is free again
	_, err = s.Desk.Cancel(t.Context(), s.Client(b), b.ID, "")
	must(t, err)
	s.Book(t, s.Cut(eight+3*span.Hour, "ada", "fay"))
	s.Audit(t)
}

func TestWorkOfADayIsCounted(t *testing.T) {
	t.Parallel()
	s := garage(t, brakes(60, catalog.Flexible{DayMin: 120}))
	hold, err := s.Desk.Hold(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "brakes"}}, Start: eight})
	must(t, err)
	second := s.Book(t, bring(eight, "dora"))
	if _, err := s.Desk.Book(t.Context(), s.Public, bring(eight, "eve")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a third hour of two: %v", err)
	}
	s.Book(t, booking.Request{Hold: hold.ID, Client: client.Draft{Name: "clara", Email: "clara@example.com"}})
	_, err = s.Desk.Cancel(t.Context(), s.Client(second), second.ID, "")
	must(t, err)
	s.Book(t, bring(eight, "eve"))
	s.Audit(t)
}

// Hours a day by skill: what is brought counts, whichever service it is of, and
// only as long as it takes, though it rests over night.
func TestWorkOfADayIsCountedBySkill(t *testing.T) {
	t.Parallel()
	engines, tyres := brakes(600, catalog.Flexible{ReadyDays: 2, PieceMin: 60}), brakes(60, catalog.Flexible{ReadyDays: 2})
	engines.ID, engines.Segments[0].Staff.Skill = "engine", "engines"
	tyres.ID = "tyres"
	brake := brakes(60, catalog.Flexible{ReadyDays: 2})
	brake.Segments[0].Staff.Skill = "engines"
	ada := &catalog.Staff{ID: "ada", Names: catalog.Texts{"en": "Ada"}, AllServices: true, Skills: []catalog.Skill{{Skill: "engines", Level: 1}}}
	s := newShop(t, storetest.Plan{
		Services: []*catalog.Service{brake, engines, tyres, storetest.Cut()}, People: []*catalog.Staff{ada},
		Rules: []*catalog.Rule{rule(catalog.RuleLimit, catalog.RuleBody{
			Skills: []string{"engines"}, Limit: &catalog.Limit{Of: catalog.LimitBusiness, Per: catalog.PerDay, Max: 690, Minutes: true},
		})},
	})
	of := func(service id.Service, name string) booking.Request {
		r := bring(eight, name)
		r.Lines[0].Service = service
		return r
	}
	first := s.Book(t, of("engine", "clara")) // ten hours, which end tomorrow
	s.Book(t, of("brakes", "dora"))
	if _, err := s.Desk.Book(t.Context(), s.Public, of("brakes", "eve")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("twelve hours of eleven and a half: %v", err)
	}
	s.Book(t, of("tyres", "eve")) // which need no such skill
	_, err := s.Desk.Cancel(t.Context(), s.Client(first), first.ID, "")
	must(t, err)
	s.Book(t, of("brakes", "fay"))
	s.Book(t, of("tyres", "gil"))
	_, err = s.Office.UpdateService(t.Context(), s.Owner, "tyres", func(v *catalog.Service) error { // three hours of two
		v.Segments[0].Staff.Skill, v.Segments[0].DurationMin = "engines", 60
		return nil
	})
	must(t, err)
	_, err = s.Office.UpdateRule(t.Context(), s.Owner, id.Rule(catalog.RuleLimit), func(r *catalog.Rule) error {
		r.Limit.Max = 240
		return nil
	})
	must(t, err)
	if _, err := s.Desk.Book(t.Context(), s.Public, of("brakes", "hal")); fault.KindOf(err) != fault.Conflict {
		t.Errorf("what came to need the skill is not counted: %v", err)
	}
	s.Audit(t)
}
