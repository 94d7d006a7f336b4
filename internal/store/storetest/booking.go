package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/availability"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/money"
	"kept/policy"
	"kept/pricing"
	"kept/span"
)

func testBooking(t *testing.T, open Opener) {
	t.Run("round trip", func(t *testing.T) { t.Parallel(); bookingRoundTrip(t, NewShop(t, open, Plan{})) })
	t.Run("versions", func(t *testing.T) { t.Parallel(); bookingVersions(t, NewShop(t, open, Plan{})) })
	t.Run("filters", func(t *testing.T) { t.Parallel(); bookingFilters(t, NewShop(t, open, Plan{})) })
	t.Run("pages", func(t *testing.T) { t.Parallel(); bookingPages(t, NewShop(t, open, Plan{})) })
	t.Run("tenants", func(t *testing.T) { t.Parallel(); bookingTenants(t, NewShop(t, open, Plan{})) })
	t.Run("new card", func(t *testing.T) { t.Parallel(); bookingTellsOfTheCard(t, NewShop(t, open, Plan{})) })
	t.Run("erased client", func(t *testing.T) { t.Parallel(); bookingErased(t, NewShop(t, open, Plan{})) })
}

// card makes a client of the shop.
func (s *Shop) card(t testing.TB, name string) client.Client {
	t.Helper()
	c, err := s.Registry.Create(t.Context(), s.ID, client.Draft{Name: name}, "", s.Owner.Actor())
	Must(t, err)
	return c
}

// fullBooking is one with something in every field.
func (s *Shop) fullBooking(c client.Client) *booking.Booking {
	start := span.Instant(1_793_000_000_000_001)
	return &booking.Booking{
		ID: id.New[id.Booking](s.Clock.Now().UTC()), Business: s.ID, Client: c.ID, ClientName: c.Name, Status: booking.CheckedIn,
		Placement: availability.Placement{
			Start: start, End: start + 2*span.Hour, Location: Main, Lead: "ada",
			Items: []availability.Item{
				{Service: "cut", Segments: []availability.Part{
					{Start: start, End: start + span.Hour, Staff: []id.Staff{"ada", "ben"}, Units: []string{"chair:1"}},
					{Start: start + span.Hour, End: start + 90*span.Minute, Units: []string{"chair:1"}},
				}},
				{Service: "wash", Segments: []availability.Part{{Start: start + 90*span.Minute, End: start + 2*span.Hour, Staff: []id.Staff{"cem"}}}},
			},
		},
		Zone: "Europe/Berlin", Local: span.Wall{Date: span.Date{Year: 2026, Month: 10, Day: 25}, Minute: 150, Fold: 1},
		Quote: pricing.Quote{
			Lines: []pricing.Line{{Service: "cut", Amount: money.Of(3000, "EUR")}, {Service: "wash", Amount: money.Of(500, "EUR")}},
			Total: money.Of(3500, "EUR"),
		},
		Policy: policy.Snapshot{CancelCutoffMin: 60, MoveCutoffMin: 120}, Party: 3, Squeezed: true, Source: booking.SourceDesk,
		Language: "zh-Hant", Note: "短一點", Epoch: 7, Sequence: 4, Attendance: start - 5, CheckedIn: start - 4, Completed: start + 3,
		Cancelled: start + 2, Paid: &money.Amount{Amount: 3400, Currency: "EUR"}, Method: "card", Version: 1,
		CreatedAt: start - 100, UpdatedAt: start - 50,
	}
}

func bookingRoundTrip(t *testing.T, s *Shop) {
	want := s.fullBooking(s.card(t, "Klára Жук"))
	s.Do(t, func(ctx context.Context) error { return s.Bookings.Insert(ctx, want) })
	got, err := s.Bookings.Find(t.Context(), s.ID, want.ID)
	Must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("inserted (-want +got):", diff)
	}
	start := want.Start + span.Day
	want.Status, want.Squeezed, want.Epoch, want.Sequence = booking.Cancelled, false, 8, 5
	want.Placement = availability.Placement{Start: start, End: start + 1, Location: "other", Lead: "ben", Items: want.Items[:1]}
	want.Zone, want.Local = "Asia/Taipei", span.Wall{Date: span.Date{Year: 2026, Month: 11, Day: 1}, Minute: 1}
	want.Attendance, want.CheckedIn, want.Completed, want.Cancelled = 0, 0, 0, start
	want.Paid, want.Method, want.Reason, want.UpdatedAt = nil, "", "передумал", start+1
	s.Do(t, func(ctx context.Context) error { return s.Bookings.Update(ctx, want) })
	if got, err = s.Bookings.Find(t.Context(), s.ID, want.ID); err != nil || want.Version != 2 {
		t.Fatal(err, want.Version)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("updated (-want +got):", diff)
	}
	_, err = s.Bookings.Find(t.Context(), s.ID, "never")
	WantCode(t, err, fault.CodeNotFound)
}

func bookingVersions(t *testing.T, s *Shop) {
	b := s.fullBooking(s.card(t, "Clara"))
	s.Do(t, func(ctx context.Context) error { return s.Bookings.Insert(ctx, b) })
	mine, yours := *b, *b
	mine.Epoch = 20
	s.Do(t, func(ctx context.Context) error { return s.Bookings.Update(ctx, &mine) })
	yours.Epoch = 30
	WantCode(t, s.DB.Do(t.Context(), func(ctx context.Context) error { return s.Bookings.Update(ctx, &yours) }), fault.CodeConflict)
	if yours.Version != 1 {
		t.Errorf("a refused update raised the version to %d", yours.Version)
	}
	gone := *b
	gone.ID = "never"
	WantCode(t, s.DB.Do(t.Context(), func(ctx context.Context) error { return s.Bookings.Update(ctx, &gone) }), fault.CodeConflict)
	got, err := s.Bookings.Find(t.Context(), s.ID, b.ID)
	Must(t, err)
	if got.Epoch != 20 || got.Version != 2 {
		t.Errorf("stored is epoch %d at version %d", got.Epoch, got.Version)
	}
	err = s.DB.Do(t.Context(), func(ctx context.Context) error { return s.Bookings.Insert(ctx, b) })
	WantCode(t, err, fault.CodeConflict)
}

// names gives the notes of bookings, by which these tests tell them apart.
func names(list []*booking.Booking) []string {
	out := []string{}
	for _, b := range list {
		out = append(out, b.Note)
	}
	return out
}

func bookingFilters(t *testing.T, s *Shop) {
	clara, dora := s.card(t, "Clara"), s.card(t, "Dora")
	put := func(note string, c client.Client, start, length span.Instant, lead id.Staff, status booking.Status, at id.Location) {
		b := s.fullBooking(c)
		b.Note, b.Status = note, status
		b.Start, b.End, b.Lead, b.Location = Noon+start, Noon+start+length, lead, at
		b.Items = []availability.Item{{Service: "cut", Segments: []availability.Part{{Start: b.Start, End: b.End, Staff: []id.Staff{lead}}}}}
		s.Do(t, func(ctx context.Context) error { return s.Bookings.Insert(ctx, b) })
		if note == "early" { // where Ben helps
			helps := booking.LaneRow{Lane: Lane("ben"), Row: availability.Row{
				Span: span.Span{Start: b.Start, End: b.End}, Exclusive: true, Source: string(b.ID), Kind: availability.RowBooking,
			}}
			s.Do(t, func(ctx context.Context) error { return s.Lanes.Occupy(ctx, s.ID, []booking.LaneRow{helps}) })
		}
	}
	const h = span.Hour
	put("early", clara, 1*h, 2*h, "ada", booking.Confirmed, Main)
	put("middle", dora, 2*h, h, "ben", booking.Cancelled, Main)
	put("late", clara, 4*h, 20*h, "ada", booking.Confirmed, "other")
	window := func(from, to span.Instant) span.Span { return span.Span{Start: Noon + from, End: Noon + to} }
	for name, c := range map[string]struct {
		filter booking.Filter
		want   []string
	}{
		"all":                 {booking.Filter{}, []string{"early", "middle", "late"}},
		"starts from":         {booking.Filter{Span: window(2*h, 9*h)}, []string{"middle", "late"}},
		"starts before":       {booking.Filter{Span: window(0, 2*h)}, []string{"early"}},
		"meets":               {booking.Filter{Span: window(3*h-1, 4*h), Overlaps: true}, []string{"early", "middle"}},
		"touching is no meet": {booking.Filter{Span: window(3*h, 4*h), Overlaps: true}, []string{}},
		"meets a long one":    {booking.Filter{Span: window(23*h, 24*h), Overlaps: true}, []string{"late"}},
		"status":              {booking.Filter{Status: booking.Cancelled}, []string{"middle"}},
		"client":              {booking.Filter{Client: clara.ID}, []string{"early", "late"}},
		"client, not over":    {booking.Filter{Client: clara.ID, Span: window(3*h, 100*h), Overlaps: true}, []string{"late"}},
		"client, meets":       {booking.Filter{Client: clara.ID, Span: window(3*h-1, 4*h), Overlaps: true}, []string{"early"}},
		"client, starts from": {booking.Filter{Client: clara.ID, Span: window(2*h, 9*h)}, []string{"late"}},
		"client, after":       {booking.Filter{Client: clara.ID, AfterAt: Noon + 1*h, AfterID: "z"}, []string{"late"}},
		"location":            {booking.Filter{Location: "other"}, []string{"late"}},
		"lead":                {booking.Filter{Staff: "ada"}, []string{"early", "late"}},
		"lead or helper":      {booking.Filter{Staff: "ben"}, []string{"early", "middle"}},
		"nobody":              {booking.Filter{Staff: "eve"}, []string{}},
		"together":            {booking.Filter{Client: clara.ID, Staff: "ada", Location: Main, Status: booking.Confirmed}, []string{"early"}},
		"newest first":        {booking.Filter{Client: clara.ID, Backward: true}, []string{"late", "early"}},
		"first two":           {booking.Filter{Limit: 2}, []string{"early", "middle"}},
	} {
		if c.filter.Limit == 0 {
			c.filter.Limit = 10
		}
		got, err := s.Bookings.List(t.Context(), s.ID, c.filter)
		Must(t, err)
		if diff := cmp.Diff(c.want, names(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// bookingPages walks through bookings of which several start together, both ways.
func bookingPages(t *testing.T, s *Shop) {
	c := s.card(t, "Clara")
	const n = 11
	var want []string
	for i := range n {
		b := s.fullBooking(c)
		b.ID, b.Note = id.Booking(Numbered("b", i)), fmt.Sprint(i)
		b.Start = Noon + span.Instant(i/3)*span.Hour
		b.End = b.Start + span.Hour
		s.Do(t, func(ctx context.Context) error { return s.Bookings.Insert(ctx, b) })
		want = append(want, b.Note)
	}
	for _, backward := range []bool{false, true} {
		var got []string
		f := booking.Filter{Client: c.ID, Backward: backward, Limit: 2}
		for {
			page, err := s.Bookings.List(t.Context(), s.ID, f)
			Must(t, err)
			got = append(got, names(page)...)
			if len(page) < f.Limit {
				break
			}
			last := page[len(page)-1]
			f.AfterAt, f.AfterID = last.Start, last.ID
		}
		if backward {
			slices.Reverse(got)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("backward %v: %s", backward, diff)
		}
	}
}

func bookingTenants(t *testing.T, s *Shop) {
	b := s.fullBooking(s.card(t, "Clara"))
	s.Do(t, func(ctx context.Context) error { return s.Bookings.Insert(ctx, b) })
	other := s.Another(t, "other", Plan{})
	_, err := s.Bookings.Find(t.Context(), other.ID, b.ID)
	WantCode(t, err, fault.CodeNotFound)
	list, err := s.Bookings.List(t.Context(), other.ID, booking.Filter{Limit: 10})
	Must(t, err)
	if len(list) != 0 {
		t.Errorf("another business sees %v", list)
	}
	foreign := *b
	foreign.Business, foreign.Note, foreign.Reason = other.ID, "", ""
	WantCode(t, s.DB.Do(t.Context(), func(ctx context.Context) error { return s.Bookings.Update(ctx, &foreign) }), fault.CodeConflict)
}

// bookingErased ends a booking whose client has been erased: what was typed
// about them can no longer be sealed, so it is not kept.
func bookingErased(t *testing.T, s *Shop) {
	b := s.Book(t, s.Cut(Tomorrow(10, 0), "ada", "clara"))
	Must(t, s.Registry.Erase(t.Context(), s.ID, b.Client, s.Owner.Actor()))
	got, err := s.Bookings.Find(t.Context(), s.ID, b.ID)
	Must(t, err)
	if got.ClientName != "" || got.Note != "" {
		t.Errorf("an erased client is still called %q", got.ClientName)
	}
	for _, node := range []*Shop{s.Node(t), s} {
		if _, err := node.Desk.Cancel(t.Context(), s.Owner, b.ID, "has been erased"); err != nil {
			t.Errorf("an erased client's booking is not cancelled: %v", err)
		}
	}
	got, err = s.Bookings.Find(t.Context(), s.ID, b.ID)
	Must(t, err)
	if got.Status != booking.Cancelled || got.Reason != "" {
		t.Errorf("it is %s for %q", got.Status, got.Reason)
	}
	if s.Count(t, "SELECT COUNT(*) FROM booking WHERE sealed_reason IS NOT NULL") != 0 {
		t.Error("a reason is kept")
	}
	s.Audit(t)
}

func testHold(t *testing.T, open Opener) {
	s := NewShop(t, open, Plan{})
	b := s.fullBooking(client.Client{})
	hold := func(name id.Hold, business id.Business, ends span.Instant) *booking.Hold {
		h := &booking.Hold{
			ID: name, Business: business, Visit: []booking.Line{{Service: "cut", Staff: "ada"}, {Service: "wash"}},
			Placement: b.Placement, Quote: b.Quote, Party: 4, ExpiresAt: ends, CreatedAt: Noon,
		}
		s.Do(t, func(ctx context.Context) error { return s.Holds.Insert(ctx, h) })
		return h
	}
	if _, ok, err := s.Holds.NextExpiry(t.Context()); ok || err != nil {
		t.Errorf("nothing ends, %v, %v", ok, err)
	}
	other := s.Another(t, "other", Plan{})
	late, early := hold("late", s.ID, Noon+2), hold("early", other.ID, Noon+1)
	got, err := s.Holds.Find(t.Context(), s.ID, late.ID)
	Must(t, err)
	if diff := cmp.Diff(late, got); diff != "" {
		t.Error("hold (-want +got):", diff)
	}
	_, err = s.Holds.Find(t.Context(), s.ID, early.ID)
	WantCode(t, err, fault.CodeNotFound)
	if next, ok, err := s.Holds.NextExpiry(t.Context()); next != Noon+1 || !ok || err != nil {
		t.Errorf("the next ends %v, %v, %v", next, ok, err)
	}
	for _, c := range []struct {
		now   span.Instant
		limit int
		want  []id.Hold
	}{{Noon, 9, nil}, {Noon + 1, 9, []id.Hold{"early"}}, {Noon + 2, 9, []id.Hold{"early", "late"}}, {Noon + 2, 1, []id.Hold{"early"}}} {
		ended, err := s.Holds.Expired(t.Context(), c.now, c.limit)
		Must(t, err)
		var ids []id.Hold
		for _, h := range ended {
			ids = append(ids, h.ID)
		}
		if diff := cmp.Diff(c.want, ids); diff != "" {
			t.Errorf("ended by %v: %s", c.now, diff)
		}
	}
	for i, want := range []bool{true, false} {
		was, err := s.deleteHold(t, s.ID, late.ID)
		if was != want || err != nil {
			t.Errorf("delete %d: %v, %v", i, was, err)
		}
	}
	if was, err := s.deleteHold(t, s.ID, early.ID); was || err != nil {
		t.Errorf("another business deletes it: %v, %v", was, err)
	}
	// Nothing of a transaction that fails stays.
	_ = s.DB.Do(t.Context(), func(ctx context.Context) error {
		if err := s.Holds.Insert(ctx, late); err != nil {
			return err
		}
		return context.Canceled
	})
	_, err = s.Holds.Find(t.Context(), s.ID, late.ID)
	WantCode(t, err, fault.CodeNotFound)
}

func (s *Shop) deleteHold(t testing.TB, b id.Business, h id.Hold) (was bool, err error) {
	t.Helper()
	err = s.DB.Do(t.Context(), func(ctx context.Context) (err error) {
		was, err = s.Holds.Delete(ctx, b, h)
		return err
	})
	return was, err
}
