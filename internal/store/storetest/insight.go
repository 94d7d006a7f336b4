package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/booking"
	"kept/id"
	"kept/insight"
	"kept/internal/store"
	"kept/money"
	"kept/span"
)

func testInsight(t *testing.T, open Opener) {
	t.Run("ledger", func(t *testing.T) { t.Parallel(); insightLedger(t, NewShop(t, open, Plan{})) })
	t.Run("of a shop", func(t *testing.T) { t.Parallel(); insightOfAShop(t, NewShop(t, open, Plan{})) })
}

// insightLedger reads what was booked: by start, of the window, the place and
// the business, whatever became of it.
func insightLedger(t *testing.T, s *Shop) {
	c := s.card(t, "Clara")
	put := func(start, length span.Instant, service id.Service, price int64, status booking.Status, at id.Location) {
		b := s.fullBooking(c)
		b.Status, b.Start, b.End, b.Lead, b.Location = status, Noon+start, Noon+start+length, "ada", at
		b.Items = []availability.Item{{Service: service, Segments: []availability.Part{{Start: b.Start, End: b.End, Staff: []id.Staff{"ada"}}}}}
		b.Quote.Total = money.Of(price, "EUR")
		s.Do(t, func(ctx context.Context) error { return s.Bookings.Insert(ctx, b) })
	}
	const h = span.Hour
	put(2*h, h, "cut", 3000, booking.Completed, Main)
	put(1*h, h/2, "cut", 2000, booking.Cancelled, Main)
	put(3*h, 2*h, "colour", 9000, booking.NoShow, "other")
	put(4*h, h/2, "cut", 3500, booking.Confirmed, Main)
	put(5*h, h, "cut", 1, booking.Confirmed, Main) // past the window's end
	other := s.Another(t, "other", Plan{})
	window := span.Span{Start: Noon, End: Noon + 5*h}
	ledger := store.NewLedger(s.DB)

	at := func(from, length span.Instant, kept bool) insight.Asked {
		return insight.Asked{Span: span.Span{Start: Noon + from, End: Noon + from + length}, Kept: kept, Staff: "ada"}
	}
	for where, want := range map[id.Location][]insight.Asked{
		"":        {at(h, h/2, false), at(2*h, h, true), at(3*h, 2*h, true), at(4*h, h/2, true)},
		Main:      {at(h, h/2, false), at(2*h, h, true), at(4*h, h/2, true)},
		"other":   {at(3*h, 2*h, true)},
		"nowhere": {},
	} {
		got, err := ledger.Asked(t.Context(), s.ID, window, where)
		Must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("at %q: %s", where, diff)
		}
	}
	used, err := ledger.Used(t.Context(), s.ID, window)
	Must(t, err)
	if diff := cmp.Diff([]availability.Used{
		{Service: "cut", Visits: 2, Length: 3 * h / 2, Value: 6500}, {Service: "colour", Visits: 1, Length: 2 * h, Value: 9000},
	}, used); diff != "" {
		t.Error(diff)
	}
	if got, err := ledger.Used(t.Context(), other.ID, window); err != nil || len(got) != 0 {
		t.Errorf("another business's: %v %v", got, err)
	}
}

// insightOfAShop books at a desk and asks what the day looks like.
func insightOfAShop(t *testing.T, s *Shop) {
	monday := span.Date{Year: 2026, Month: 11, Day: 23}
	at := func(hour, minute int) span.Instant {
		return Noon - 13*span.Hour + span.Day + span.Minutes(60*hour+minute)
	}
	s.Book(t, s.Cut(at(9, 30), "ada", "Clara"))
	s.Book(t, s.Cut(at(10, 30), "ada", "Dora"))
	gone := s.Book(t, s.Cut(at(10, 0), "ben", "Emma"))
	_, err := s.Desk.Cancel(t.Context(), s.Owner, gone.ID, "")
	Must(t, err)
	analyst := insight.NewAnalyst(insight.Parts{Clock: s.Clock, Settings: s.Settings, Ledger: store.NewLedger(s.DB), Lanes: s.Lanes})
	q := insight.Query{From: monday, To: monday, Location: Main}

	demand, err := analyst.Demand(t.Context(), s.Owner, q)
	Must(t, err)
	if diff := cmp.Diff(insight.Cell{AskedMin: 30, TakenMin: 30, OpenMin: 120, Bookings: 1}, demand.Heat[0][9]); diff != "" {
		t.Error("nine o'clock:", diff)
	}
	if diff := cmp.Diff(insight.Cell{AskedMin: 60, TakenMin: 30, OpenMin: 120, Bookings: 2, Cancelled: 1}, demand.Heat[0][10]); diff != "" {
		t.Error("ten o'clock:", diff)
	}
	gaps, err := analyst.Gaps(t.Context(), s.Owner, q)
	Must(t, err)
	i := slices.IndexFunc(gaps.Days, func(d insight.Day) bool { return d.Staff == "ada" })
	if i < 0 || len(gaps.Days) != 2 {
		t.Fatalf("%+v", gaps.Days)
	}
	if ada := gaps.Days[i]; ada.TakenMin != 60 || ada.FreeMin != 420 || len(ada.Windows) != 3 || ada.Windows[0].Start != at(9, 0) {
		t.Errorf("%+v", ada)
	}
}
