package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"kept/booking"
	"kept/event"
	"kept/fault"
	"kept/id"
)

// raceNewcomer has somebody whom nobody knows yet book many times at once,
// some of them through holds: it makes one card, and one event tells of it.
func raceNewcomer(t *testing.T, open Opener, c Crowd) {
	s := NewShop(t, open, Plan{})
	for round := range c.Rounds {
		mia := s.Cut(0, "", Numbered("mia", round))
		got := s.crowd(t, min(c.Clients, 24), func(ctx context.Context, i int, s *Shop) error {
			r := mia
			r.Lines, r.Start = []booking.Line{{Service: "cut", Staff: []id.Staff{"ada", "ben"}[i%2]}}, free(28*round+i)
			r.Client.Phone = "+49 30 5550" + Numbered("", round)[1:]
			if i%3 > 0 { // the same number and name, otherwise written
				r.Client.Phone, r.Client.Name = "0049(30)5550"+Numbered("", round)[1:], strings.ToUpper(r.Client.Name)
			}
			if i%4 == 0 {
				h, err := s.Desk.Hold(ctx, s.Public, r)
				if err != nil {
					return err
				}
				r = booking.Request{Hold: h.ID, Client: r.Client}
			}
			_, err := s.Desk.Book(ctx, s.Public, r)
			return err
		})
		wantOutcomes(t, got, "", min(c.Clients, 24))
		if n := s.Count(t, "SELECT COUNT(*) FROM client"); n != round+1 {
			t.Errorf("%d cards after %d newcomers", n, round+1)
		}
	}
	told := map[event.Type]int{}
	for _, e := range s.Events(t, "") {
		told[e.Type]++
	}
	if told[event.ClientCreated] != c.Rounds {
		t.Errorf("of %d newcomers the events are %v", c.Rounds, told)
	}
	s.Audit(t)
}

// bookingTellsOfTheCard books for somebody new, for the same again and, by
// staff, for one more: each new card is told of, right before its booking.
func bookingTellsOfTheCard(t *testing.T, s *Shop) {
	first := s.Book(t, s.Cut(free(0), "ada", "mia"))
	again := s.Book(t, s.Cut(free(1), "ada", "mia"))
	_, err := s.Desk.Book(t.Context(), s.Owner, s.Cut(free(2), "ada", "leo"))
	Must(t, err)
	var types []event.Type
	for _, e := range s.Events(t, "") {
		if e.Type == event.SettingsChanged {
			continue
		}
		types = append(types, e.Type)
		if e.Type == event.ClientCreated && (e.Client == "" || e.Booking != "" || e.Actor.Kind == "") {
			t.Errorf("a card's event is %+v", e)
		}
	}
	want := []event.Type{
		event.ClientCreated, event.BookingConfirmed, event.BookingConfirmed, event.ClientCreated, event.BookingConfirmed,
	}
	if !slices.Equal(types, want) {
		t.Errorf("events are %v, want %v", types, want)
	}
	if first.Client != again.Client {
		t.Error("the same person has two cards")
	}
	_, err = s.Desk.Book(t.Context(), s.Public, booking.Request{Lines: []booking.Line{{Service: "cut"}}, Start: free(3)})
	WantCode(t, err, fault.CodeInvalid)
}
