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

func TestImportOfASeries(t *testing.T) {
	t.Parallel()
	s := newShop(t, storetest.Plan{Staff: []id.Staff{"ada"}})
	ctx := t.Context()
	clara, err := s.Registry.Create(ctx, s.ID, client.Draft{Name: "Clara"}, "", s.Owner.Actor())
	must(t, err)
	dora, err := s.Registry.Create(ctx, s.ID, client.Draft{Name: "Dora"}, "", s.Owner.Actor())
	must(t, err)
	const course = id.Series("01890000-0000-7000-8000-000000000001")
	date := func(at int, who id.Client) booking.Imported {
		start := ten + span.Instant(at-2)*7*span.Day
		in := booking.Imported{
			Client: who, Lines: []booking.Line{{Service: "cut"}}, Start: start, Status: booking.Confirmed,
			Series: course, SeriesAt: at, SeriesRule: "FREQ=WEEKLY;COUNT=4",
		}
		if start < ten {
			in.Status = booking.Completed
		}
		return in
	}
	must(t, s.Desk.Import(ctx, s.Owner, []booking.Imported{date(1, clara.ID), date(2, clara.ID)}))
	must(t, s.Desk.Import(ctx, s.Owner, []booking.Imported{date(3, clara.ID)})) // it is there already
	all, err := s.Desk.OfSeries(ctx, s.Owner, course)
	must(t, err)
	if len(all) != 3 {
		t.Fatalf("%d bookings", len(all))
	}
	for i, b := range all {
		if b.SeriesAt != i+1 || b.Series != course {
			t.Errorf("%d is at %d of %s", i, b.SeriesAt, b.Series)
		}
	}
	for _, bad := range []booking.Imported{date(4, dora.ID), date(0, clara.ID), date(booking.MaxDates+1, clara.ID)} {
		wantCode(t, s.Desk.Import(ctx, s.Owner, []booking.Imported{bad}), fault.CodeInvalid)
	}
	moved, err := s.Desk.MoveSeries(ctx, s.Owner, all[1].ID, booking.ScopeFollowing, booking.Move{Start: all[1].Start + span.Hour})
	must(t, err)
	if len(moved) != 2 || moved[1].Start != all[2].Start+span.Hour {
		t.Errorf("moved %d", len(moved))
	}
}

func TestImportOfWorkThatIsDroppedOff(t *testing.T) {
	t.Parallel()
	s := garage(t, brakes(120, catalog.Flexible{DayMin: 240}))
	ctx := t.Context()
	clara, err := s.Registry.Create(ctx, s.ID, client.Draft{Name: "Clara"}, "", s.Owner.Actor())
	must(t, err)
	one := booking.Imported{Client: clara.ID, Lines: []booking.Line{{Service: "brakes"}}, Start: eight, Status: booking.Confirmed}
	must(t, s.Desk.Import(ctx, s.Owner, []booking.Imported{one, one}))
	all, err := s.Desk.List(ctx, s.Owner, booking.Filter{Limit: 10})
	must(t, err)
	if len(all) != 2 {
		t.Fatalf("%d bookings", len(all))
	}
	if a, b := work(all[0]), work(all[1]); len(a) != 1 || len(b) != 1 || a[0].Meets(b[0]) || a[0].Length() != 2*span.Hour {
		t.Errorf("the work is done %v and %v", a, b)
	}
	if _, open := days(t, s)[eight]; open {
		t.Error("a day with no more room is offered")
	}
	one.Start += span.Hour
	wantCode(t, s.Desk.Import(ctx, s.Owner, []booking.Imported{one}), fault.CodeInvalid) // nobody drops off then
}
