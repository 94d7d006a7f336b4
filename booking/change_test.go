package booking_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/message"
	"kept/schedule"
	"kept/span"
)

func TestMove(t *testing.T) {
	t.Parallel()
	long := storetest.Cut()
	long.Segments[0].DurationMin = 60
	s := newShop(t, storetest.Plan{Services: []*catalog.Service{long}})
	d, ctx := s.Desk, t.Context()
	b := s.Book(t, s.Cut(ten, "", "clara"))
	lead := b.Lead
	other := map[id.Staff]id.Staff{"ada": "ben", "ben": "ada"}[lead]
	// Half of the new time is the old one, and somebody else would be less busy.
	moved, err := d.Reschedule(ctx, s.Client(b), b.ID, booking.Move{Start: ten + 30*span.Minute})
	must(t, err)
	if moved.Lead != lead || moved.Start != ten+30*span.Minute || moved.End != ten+90*span.Minute ||
		moved.Local.String() != "2026-11-23T10:30" || moved.Sequence != 1 {
		t.Errorf("moved %+v", moved)
	}
	stored, err := d.Find(ctx, s.Owner, b.ID)
	must(t, err)
	if diff := cmp.Diff(moved, stored, cmpopts.EquateEmpty()); diff != "" {
		t.Error("what is answered is not what is stored:", diff)
	}
	events := s.Events(t, b.ID)
	wantTypes(t, events, event.BookingConfirmed, event.BookingMoved)
	if diff := cmp.Diff(events[0].Data.Visit, events[1].Data.Previous); diff != "" {
		t.Error("the move does not tell from where:", diff)
	}
	if events[1].Data.Visit.Start != moved.Start {
		t.Error("the move does not tell where to")
	}
	if steps := s.Steps(t, b.ID); steps[message.Moved] != 1 || steps["reminder_3h"] != 1 {
		t.Errorf("after the move are planned %v", steps)
	}
	same, err := d.Reschedule(ctx, s.Client(b), b.ID, booking.Move{Start: moved.Start})
	must(t, err)
	if same.Version != moved.Version {
		t.Error("a move to where it is wrote something")
	}
	handed, err := d.Reschedule(ctx, s.Client(b), b.ID, booking.Move{Start: moved.Start, Staff: other})
	must(t, err)
	if handed.Lead != other || handed.Start != moved.Start {
		t.Errorf("handed over: %+v", handed)
	}
	if s.Starts(t)[ten] == nil || s.Starts(t)[ten+30*span.Minute] == nil {
		t.Error("time left by the move is not free")
	}
	for name, c := range map[string]struct {
		move booking.Move
		code string
	}{
		"no time":       {booking.Move{}, fault.CodeInvalid},
		"night":         {booking.Move{Start: ten + 12*span.Hour}, fault.CodeSlotClosed},
		"off the grid":  {booking.Move{Start: ten + 7}, fault.CodeSlotClosed},
		"to nobody":     {booking.Move{Start: ten, Staff: "eve"}, fault.CodeInvalid},
		"to nowhere":    {booking.Move{Start: ten, Location: "moon"}, fault.CodeInvalid},
		"into the past": {booking.Move{Start: storetest.Noon - span.Day}, fault.CodeSlotClosed},
	} {
		if _, err := d.Reschedule(ctx, s.Client(b), b.ID, c.move); !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	s.Book(t, s.Cut(ten+4*span.Hour, other, "dora"))
	_, err = d.Reschedule(ctx, s.Client(b), b.ID, booking.Move{Start: ten + 4*span.Hour})
	wantCode(t, err, fault.CodeSlotTaken)
	_, err = d.Reschedule(ctx, s.Owner, b.ID, booking.Move{Start: ten + 4*span.Hour, Override: true})
	wantCode(t, err, fault.CodeSlotTaken)
	s.Audit(t)
}

func TestAnyoneTakesTheNext(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	first := s.Book(t, s.Cut(ten, "", "clara"))
	second := s.Book(t, s.Cut(ten, "", "dora"))
	if first.Lead == second.Lead {
		t.Fatalf("both went to %s", first.Lead)
	}
	_, err := s.Desk.Book(t.Context(), s.Public, s.Cut(ten, "", "emil"))
	wantCode(t, err, fault.CodeSlotTaken)
}

// TestWhatIsSoldNoMore moves a visit of a service that was archived meanwhile.
func TestWhatIsSoldNoMore(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	d, ctx := s.Desk, t.Context()
	b := s.Book(t, s.Cut(ten, "", "clara"))
	h, err := d.Hold(ctx, s.Public, s.Cut(ten, "", "dora"))
	must(t, err)
	must(t, s.Office.ArchiveService(ctx, s.Owner, "cut"))
	_, err = d.Book(ctx, s.Owner, s.Cut(ten+span.Hour, "", "emil"))
	wantCode(t, err, fault.CodeInvalid)
	_, err = d.Reschedule(ctx, s.Client(b), b.ID, booking.Move{Start: ten + span.Hour})
	must(t, err)
	offer, err := d.Alternatives(ctx, s.ID, b, 3)
	must(t, err)
	if len(offer.Slots) != 3 {
		t.Errorf("%d other times", len(offer.Slots))
	}
	_, err = d.Book(ctx, s.Public, held(s, h, "dora"))
	must(t, err)
	s.Audit(t)
}

func TestOneClientIsInOnePlace(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{})
	d, ctx := s.Desk, t.Context()
	s.Book(t, s.Cut(ten, "ada", "clara"))
	_, err := d.Book(ctx, s.Public, s.Cut(ten, "ben", "clara"))
	wantCode(t, err, fault.CodeSlotClosed)
	wantRule(t, err, availability.RuleClient)
	h, err := d.Hold(ctx, s.Public, s.Cut(ten, "ben", "clara"))
	must(t, err)
	_, err = d.Book(ctx, s.Public, held(s, h, "clara"))
	wantRule(t, err, availability.RuleClient)
	if _, err = d.Held(ctx, s.ID, h.ID); err != nil {
		t.Errorf("a refused booking has eaten the hold: %v", err)
	}
	other := s.Book(t, s.Cut(ten+span.Hour, "ben", "clara"))
	_, err = d.Reschedule(ctx, s.Client(other), other.ID, booking.Move{Start: ten})
	if !fault.Is(err, fault.CodeSlotTaken) { // her own hold is in the way, which nobody can know
		t.Errorf("moved onto a hold: %v", err)
	}
	must(t, d.Release(ctx, s.Public, h.ID))
	_, err = d.Reschedule(ctx, s.Client(other), other.ID, booking.Move{Start: ten})
	wantRule(t, err, availability.RuleClient)
	_, err = s.Office.UpdateBusiness(ctx, s.Owner, func(b *catalog.Business) error { b.Terms.ClientOverlap = true; return nil })
	must(t, err)
	_, err = d.Reschedule(ctx, s.Client(other), other.ID, booking.Move{Start: ten})
	must(t, err)
	s.Audit(t)
}

func TestSettingsAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	node := s.Node(t) // remembers the old configuration
	if s.Starts(t)[ten+15*span.Minute] != nil || node.Starts(t)[ten] == nil {
		t.Fatal("the shop is not as planned")
	}
	_, err := s.Office.UpdateService(t.Context(), s.Owner, "cut", func(c *catalog.Service) error { c.IntervalMin = 15; return nil })
	must(t, err)
	if s.Starts(t)[ten+15*span.Minute] == nil || node.Starts(t)[ten+15*span.Minute] == nil {
		t.Error("a new interval is not offered")
	}
	_, err = s.Office.AddTimeOff(t.Context(), s.Owner, schedule.TimeOff{
		Staff: "ada", Span: span.Span{Start: ten, End: ten + 30*span.Hour}, Reason: "sick",
	})
	must(t, err)
	for _, n := range []*storetest.Shop{s, node} {
		if n.Starts(t)[ten] != nil || n.Starts(t)[ten-span.Hour] == nil {
			t.Errorf("time off is not seen: %v", n.Starts(t))
		}
		_, err = n.Desk.Book(t.Context(), n.Public, n.Cut(ten, "", "clara"))
		wantRule(t, err, availability.RuleTimeOff)
	}
	_, err = s.Office.UpdateService(t.Context(), s.Owner, "cut", func(c *catalog.Service) error { c.Public = false; return nil })
	must(t, err)
	_, err = node.Desk.Book(t.Context(), node.Public, node.Cut(ten-span.Hour, "", "clara"))
	wantCode(t, err, fault.CodeInvalid)
	must(t, s.Office.ArchiveService(t.Context(), s.Owner, "cut"))
	_, err = node.Desk.Book(t.Context(), node.Owner, node.Cut(ten-span.Hour, "", "clara"))
	wantCode(t, err, fault.CodeInvalid)
}

func TestImport(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	d, ctx := s.Desk, t.Context()
	guest, err := s.Registry.Create(ctx, s.ID, client.Draft{Name: "Clara"}, "", s.Owner.Actor())
	must(t, err)
	one := func(at span.Instant, status booking.Status) booking.Imported {
		return booking.Imported{Client: guest.ID, Lines: []booking.Line{{Service: "cut"}}, Start: at, Status: status}
	}
	past := ten - 30*span.Day
	must(t, d.Import(ctx, s.Owner, []booking.Imported{
		one(past, booking.Completed), one(past, booking.Cancelled), one(past+17*span.Minute+span.Hour, booking.NoShow),
		one(ten, booking.Confirmed), one(ten, booking.Cancelled), one(ten+12*span.Hour, booking.Confirmed),
	}))
	all, err := d.List(ctx, s.Owner, booking.Filter{Limit: 10})
	must(t, err)
	if len(all) != 6 {
		t.Fatalf("%d bookings", len(all))
	}
	for _, b := range all {
		wantTypes(t, s.Events(t, b.ID), event.BookingImported)
		steps := s.Steps(t, b.ID)
		if steps[message.Receipt]+steps[message.StaffNew]+steps[message.Cancelled] != 0 {
			t.Errorf("somebody is told of an imported booking: %v", steps)
		}
		if planned := steps["reminder_3h"] == 1; planned != (b.Status == booking.Confirmed) {
			t.Errorf("%s at %v: planned %v", b.Status, b.Start, steps)
		}
	}
	_, err = d.Book(ctx, s.Public, s.Cut(ten, "ada", "dora"))
	wantCode(t, err, fault.CodeSlotTaken)

	fine := one(ten+2*span.Hour, booking.Confirmed)
	for name, c := range map[string]struct {
		in    booking.Imported
		field string
	}{
		"taken":                   {one(ten, booking.Confirmed), "bookings[1]"},
		"no time":                 {one(0, booking.Confirmed), "bookings[1].start"},
		"no such state":           {one(ten+span.Hour, "lost"), "bookings[1].status"},
		"no such client":          {booking.Imported{Client: "nobody", Lines: fine.Lines, Start: ten + span.Hour, Status: booking.Confirmed}, "bookings[1].client"},
		"no such service":         {booking.Imported{Client: guest.ID, Lines: []booking.Line{{Service: "x"}}, Start: ten + span.Hour, Status: booking.Confirmed}, "bookings[1].service"},
		"no such place":           {booking.Imported{Client: guest.ID, Lines: fine.Lines, Location: "moon", Start: ten + span.Hour, Status: booking.Confirmed}, "bookings[1].location"},
		"a placement of nothing":  {booking.Imported{Client: guest.ID, Lines: fine.Lines, Start: ten + span.Hour, Status: booking.Cancelled, Placement: &availability.Placement{Start: ten + span.Hour}}, "bookings[1].placement"},
		"a placement at odd time": {booking.Imported{Client: guest.ID, Lines: fine.Lines, Start: ten + span.Hour, Status: booking.Confirmed, Placement: &all[0].Placement}, "bookings[1].placement"},
	} {
		err := d.Import(ctx, s.Owner, []booking.Imported{fine, c.in})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := s.Count(t, "SELECT COUNT(*) FROM booking"); n != 6 {
		t.Errorf("%d bookings: a refused import left some behind", n)
	}
	s.Audit(t)
}

// TestImportSeesTheTransaction brings a service and its bookings at once.
func TestImportSeesTheTransaction(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	guest, err := s.Registry.Create(t.Context(), s.ID, client.Draft{Name: "Clara"}, "", s.Owner.Actor())
	must(t, err)
	bring := func(undo error) error {
		return s.DB.Do(t.Context(), func(ctx context.Context) error {
			fresh := *storetest.Cut()
			fresh.ID, fresh.Segments[0].DurationMin = "new", 45
			if _, err := s.Office.CreateService(ctx, s.Owner, fresh); err != nil {
				return err
			}
			in := booking.Imported{Client: guest.ID, Lines: []booking.Line{{Service: "new"}}, Start: ten, Status: booking.Confirmed}
			if err := s.Desk.Import(ctx, account.System(s.ID), []booking.Imported{in}); err != nil {
				return err
			}
			return undo
		})
	}
	if err := bring(context.Canceled); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	_, err = s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: "new"}}, From: span.Date{Year: 2026, Month: 11, Day: 23}, To: span.Date{Year: 2026, Month: 11, Day: 23}})
	wantCode(t, err, fault.CodeInvalid)
	must(t, bring(nil))
	if s.Starts(t, booking.Line{Service: "new"})[ten+45*span.Minute+15*span.Minute] == nil {
		t.Error("the new service is not offered")
	}
}

func TestAlternatives(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	b := s.Book(t, s.Cut(ten, "ada", "clara"))
	offer, err := s.Desk.Alternatives(t.Context(), s.ID, b, 4)
	must(t, err)
	if len(offer.Slots) != 4 {
		t.Fatalf("%d slots", len(offer.Slots))
	}
	for _, slot := range offer.Slots {
		if slot.Start == b.Start {
			t.Error("its own time is no other time")
		}
		if _, err := s.Desk.Reschedule(t.Context(), s.Client(b), b.ID, booking.Move{Start: slot.Start}); err != nil {
			t.Errorf("a move to %v: %v", slot.Start, err)
		}
	}
	if gap := offer.Slots[0].Start - b.Start; gap != -30*span.Minute && gap != 30*span.Minute {
		t.Errorf("the nearest is %v away", gap)
	}
}
