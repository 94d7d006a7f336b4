package booking_test

import (
	"testing"

	"kept/booking"
	"kept/catalog"
	"kept/fault"
	"kept/id"
	"kept/internal/store/storetest"
	"kept/schedule"
	"kept/span"
)

// Dates and open days between which a service is to be had: in the list, where
// it is booked, and in the answer to why. Today is Sunday, 22 November; the
// shop is open from Monday to Friday, and shut on Wednesday the 25th.
func TestServicesHaveDates(t *testing.T) {
	t.Parallel()
	day := func(d int) span.Date { return span.Date{Year: 2026, Month: 11, Day: d} }
	for name, c := range map[string]struct {
		options     catalog.ServiceOptions
		first, last int // days of November, of two weeks
	}{
		"any time":                     {catalog.ServiceOptions{}, 23, 34},
		"between two dates":            {catalog.ServiceOptions{From: day(26), To: day(30)}, 26, 30},
		"the next open day":            {catalog.ServiceOptions{NoticeDays: 1}, 23, 34},
		"the third open day":           {catalog.ServiceOptions{NoticeDays: 3}, 26, 34},
		"three open days ahead":        {catalog.ServiceOptions{HorizonOpen: 3}, 23, 26},
		"five open days ahead":         {catalog.ServiceOptions{HorizonOpen: 5}, 23, 30},
		"both, and a date that is far": {catalog.ServiceOptions{NoticeDays: 2, HorizonOpen: 4, To: day(30)}, 24, 27},
	} {
		for _, kind := range []string{"visit", "work", "group"} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				s, service := dated(t, kind, c.options)
				offer, err := s.Desk.Offer(t.Context(), s.ID, booking.Search{Lines: []booking.Line{{Service: service}}, From: day(22), To: day(22).AddDays(12)})
				must(t, err)
				if len(offer.Slots) == 0 {
					t.Fatal("nothing is offered")
				}
				zone := offer.Facts.Places[0].Zone
				nth := func(at span.Instant) int { return day(22).DaysUntil(span.DateOf(at.In(zone))) + 22 }
				first, last := offer.Slots[0].Start, offer.Slots[len(offer.Slots)-1].Start
				if nth(first) != c.first || nth(last) != c.last {
					t.Errorf("from the %dth to the %dth, want %d to %d", nth(first), nth(last), c.first, c.last)
				}
				for at, word := range map[span.Instant]string{first - span.Day: "notice", last + span.Day: "horizon"} {
					if n := nth(at); n < 23 || n > 34 || n == 25 || n == 28 || n == 29 || word == "notice" && c.first == 23 {
						continue
					}
					if _, err := s.Desk.Book(t.Context(), s.Public, s.Cut(at, "", "clara")); fault.KindOf(err) != fault.Conflict {
						t.Errorf("%s: booked on the %dth: %v", word, nth(at), err)
					}
					why, err := s.Desk.Explain(t.Context(), s.Owner, booking.Why{Lines: []booking.Line{{Service: service}}, At: at})
					must(t, err)
					told := false
					for _, r := range why.Reasons {
						told = told || r.Rule == word && r.Limit != 0
					}
					if !told {
						t.Errorf("why not on the %dth: %+v", nth(at), why.Reasons)
					}
				}
				_, err = s.Desk.Book(t.Context(), s.Public, s.Cut(last, "", "dora"))
				must(t, err)
				s.Audit(t)
			})
		}
	}
}

// dated is a shop with a service of some kind that has dates.
func dated(t *testing.T, kind string, options catalog.ServiceOptions) (*storetest.Shop, id.Service) {
	t.Helper()
	service := storetest.Cut()
	service.ServiceOptions = options
	switch kind {
	case "work":
		service.Flexible = &catalog.Flexible{DropFromMin: 9 * 60, DropToMin: 10 * 60}
	case "group":
		service.Seats = 3
	}
	hours := storetest.Daily(9*60, 17*60)
	hours.Weekly = hours.Weekly[:5]
	hours.Exceptions = []schedule.Exception{{Date: span.Date{Year: 2026, Month: 11, Day: 25}}}
	s := newShop(t, storetest.Plan{
		Services: []*catalog.Service{service}, Hours: &schedule.Book{Locations: map[id.Location]schedule.Hours{storetest.Main: hours}},
	})
	if kind == "group" {
		for d := range 12 {
			if d == 2 || d == 5 || d == 6 {
				continue
			}
			_, err := s.Desk.PlanSession(t.Context(), s.Owner, booking.SessionDraft{Service: service.ID, Start: storetest.Tomorrow(10, 0) + span.Instant(d)*span.Day})
			must(t, err)
		}
	}
	return s, service.ID
}
