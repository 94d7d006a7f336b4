package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/span"
)

// TestUpgradeFromTheSecondLanding reads a database with a session, a series, rules, an outside calendar and a card that
// a booking of the public made with two contacts, and works on with it.
func TestUpgradeFromTheSecondLanding(t *testing.T) {
	t.Parallel()
	for name, opener := range landed("second_landing", secondLanding) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := upgrade(t, opener(t), secondLanding)
			secondBookings(t, s)
			secondRules(t, s)
			secondCards(t, s)
			s.Audit(t)
		})
	}
}

func secondBookings(t *testing.T, s *storetest.Shop) {
	t.Helper()
	all, err := s.Bookings.List(t.Context(), s.ID, booking.Filter{Limit: 100})
	storetest.Must(t, err)
	var got []string
	for _, b := range all {
		got = append(got, strings.Join(strings.Fields(fmt.Sprintln(b.Local, b.Service(), len(b.Items), b.Status, b.ClientName, b.Note, b.Reason, b.Group != "", b.SeriesAt, b.Quote.Total.Amount)), " "))
	}
	slices.Sort(got)
	want := []string{
		"2026-11-23T09:00 colour 1 confirmed Ян Петров не короче false 0 9000",
		"2026-11-23T10:00 cut 1 confirmed 林美玲 false 1 3000",
		"2026-11-23T12:00 cut 2 cancelled Mia Wang ill false 0 12000",
		"2026-11-23T15:00 class 1 confirmed Guest 0 true 0 3000",
		"2026-11-23T15:00 class 1 confirmed Guest 1 true 0 3000",
		"2026-11-30T10:00 cut 1 confirmed 林美玲 false 2 3000",
		"2026-12-07T10:00 cut 1 confirmed 林美玲 false 3 3600",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("bookings (-want +got):", diff)
	}
	// Two seats of four are left in the session.
	for i := range 3 {
		_, err := s.Desk.Book(t.Context(), s.Public, booking.Request{
			Lines: []booking.Line{{Service: "class"}}, Start: storetest.Tomorrow(15, 0),
			Client: client.Draft{Name: "New", Phone: fmt.Sprintf("+4930777000%d", i)},
		})
		if i < 2 {
			storetest.Must(t, err)
		} else {
			storetest.WantCode(t, err, fault.CodeSlotTaken)
		}
	}
	lin := all[slices.IndexFunc(all, func(b *booking.Booking) bool { return b.SeriesAt == 2 })]
	series, err := s.Desk.OfSeries(t.Context(), s.Owner, lin.Series)
	storetest.Must(t, err)
	if len(series) != 3 {
		t.Errorf("the series has %d dates", len(series))
	}
	_, err = s.Desk.Cancel(t.Context(), s.Owner, lin.ID, "")
	storetest.Must(t, err)
}

func secondRules(t *testing.T, s *storetest.Shop) {
	t.Helper()
	day := storetest.Tomorrow(9, 0) + 2*span.Day
	for i := range 4 {
		r := booking.Request{
			Lines: []booking.Line{{Service: "colour", Staff: []id.Staff{"ada", "ben"}[i%2]}}, Start: day + span.Instant(i/2)*2*span.Hour,
			Client: client.Draft{Name: "New", Phone: fmt.Sprintf("+4930888000%d", i)},
		}
		_, err := s.Desk.Book(t.Context(), s.Public, r)
		if i < 3 {
			storetest.Must(t, err)
		} else {
			storetest.WantCode(t, err, fault.CodeSlotClosed)
		}
	}
	n := s.Count(t, "SELECT count(*) FROM calendar_link WHERE business_id = $1 AND owner_id = 'ada'", string(s.ID))
	if n != 1 {
		t.Errorf("%d calendars are connected", n)
	}
}

// secondCards: of older cards it is not known who said that both contacts are one
// person's; who names one alone gets a card of their own.
func secondCards(t *testing.T, s *storetest.Shop) {
	t.Helper()
	cards, err := s.Clients.List(t.Context(), s.ID, client.Filter{Query: "+79161234567", Limit: 10})
	storetest.Must(t, err)
	if len(cards) != 1 || cards[0].Name != "Ян Петров" || cards[0].Email != "yan@example.com" || !cards[0].Claimed {
		t.Fatalf("the card is %+v", cards)
	}
	s.Clock.Advance(span.Minute)
	for email, same := range map[string]bool{"": false, "yan@example.com": true} {
		b, err := s.Desk.Book(t.Context(), s.Public, booking.Request{
			Lines: []booking.Line{{Service: "cut"}}, Start: storetest.Tomorrow(9, 0) + 3*span.Day,
			Client: client.Draft{Name: "Ян Петров", Email: email, Phone: "+79161234567"},
		})
		storetest.Must(t, err)
		if (b.Client == cards[0].ID) != same {
			t.Errorf("with %q it is the same card: %v", email, !same)
		}
	}
	sheet, err := s.Cards.Sheet(t.Context(), s.ID, cards[0].ID, s.Owner.Actor(), client.ReadCard, false)
	storetest.Must(t, err)
	if len(sheet.Contacts) != 2 {
		t.Errorf("its contacts are %+v", sheet.Contacts)
	}
}
