package booking_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kept/booking"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
)

// desk of one booking and the card that is filled from it.
type written struct {
	booking.Bookings
	made    booking.Booking
	missing error
	refuse  error
	said    []client.Learned
}

func (w *written) Find(context.Context, id.Business, id.Booking) (*booking.Booking, error) {
	return &w.made, w.missing
}

type page struct{ *written }

func (page) Find(context.Context, id.Business, id.Client) (client.Client, error) {
	return client.Client{ID: "c1", Language: "ru"}, nil
}

func (p page) Learn(_ context.Context, _ id.Business, _ id.Client, said []client.Learned) error {
	p.said = append(p.said, said...)
	return p.refuse
}

func TestScribe(t *testing.T) {
	t.Parallel()
	told := event.Event{Type: event.BookingConfirmed, Booking: "b1", Data: event.Data{Kind: booking.Said}, Actor: event.Actor{Kind: "client", ID: "c1"}}
	away := errors.New("away")
	for name, c := range map[string]struct {
		made    booking.Booking
		event   func(event.Event) event.Event
		missing error
		refuse  error
		want    []string // side key value
		err     error
	}{
		"a note and a language":       {made: booking.Booking{Note: "at the window", Language: "en"}, want: []string{"client booking_note at the window", "client language en"}},
		"the card's language":         {made: booking.Booking{Note: "hello", Language: "ru"}, want: []string{"client booking_note hello"}},
		"one that says nothing":       {made: booking.Booking{Note: "x"}, event: func(e event.Event) event.Event { e.Data.Kind = ""; return e }},
		"another event":               {made: booking.Booking{Note: "x"}, event: func(e event.Event) event.Event { e.Type = event.BookingMoved; return e }},
		"gone meanwhile":              {made: booking.Booking{Note: "x"}, missing: fault.Missing("booking")},
		"erased meanwhile":            {made: booking.Booking{Note: "x"}, refuse: fault.Missing("client"), want: []string{"client booking_note x"}},
		"no fact in form":             {made: booking.Booking{Note: "x"}, refuse: fault.BadField("value", "format", "no"), want: []string{"client booking_note x"}},
		"the database is not there":   {made: booking.Booking{Note: "x"}, missing: away, err: away},
		"requested and not confirmed": {made: booking.Booking{Note: "x"}, event: func(e event.Event) event.Event { e.Type = event.BookingRequested; return e }, want: []string{"client booking_note x"}},
	} {
		w := &written{made: c.made, missing: c.missing, refuse: c.refuse}
		w.made.ID, w.made.Client = "b1", "c1"
		e := told
		if c.event != nil {
			e = c.event(e)
		}
		err := (&booking.Scribe{Bookings: w, Cards: page{w}}).React(t.Context(), []event.Event{e})
		var got []string
		for _, s := range w.said {
			got = append(got, s.Side+" "+s.Key+" "+s.Value.Text)
			if s.Source != client.SourceBooking || s.SourceID != "b1" || s.Actor != told.Actor {
				t.Errorf("%s: from %+v", name, s)
			}
		}
		if !slices.Equal(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
