package booking

import (
	"context"

	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
)

// Words of event.Data.Kind of a booking that was just made.
const (
	// Said marks one with which the client themselves said something that their
	// card does not hold yet: a note, or a language that is not the card's.
	Said = "said"
)

// The facts that a scribe writes.
const (
	keyNote     = "booking_note"
	keyLanguage = "language"
)

// Learner keeps the cards of clients.
type Learner interface {
	// Find gives a client; fault NotFound.
	Find(ctx context.Context, business id.Business, id id.Client) (client.Client, error)
	// Learn writes facts down; saying the same again changes nothing. Fault NotFound, Invalid.
	Learn(ctx context.Context, business id.Business, client id.Client, said []client.Learned) error
}

// Scribe fills the card from what clients say while they book. It follows
// bookings after their commit, so that booking costs no more, and may hear of
// one twice.
type Scribe struct {
	Bookings Bookings
	Cards    Learner
}

// React writes down what new bookings say of their clients.
func (s *Scribe) React(ctx context.Context, events []event.Event) error {
	for _, e := range events {
		if e.Data.Kind != Said || e.Type != event.BookingConfirmed && e.Type != event.BookingRequested {
			continue
		}
		err := s.write(ctx, e)
		// Who was erased meanwhile says nothing any more; what is no fact in form never becomes one.
		if kind := fault.KindOf(err); err != nil && kind != fault.NotFound && kind != fault.Invalid {
			return err
		}
	}
	return nil
}

func (s *Scribe) write(ctx context.Context, e event.Event) error {
	b, err := s.Bookings.Find(ctx, e.Business, e.Booking)
	if err != nil {
		return err
	}
	card, err := s.Cards.Find(ctx, e.Business, b.Client)
	if err != nil {
		return err
	}
	fact := client.Learned{
		Side: client.SideClient, Source: client.SourceBooking, SourceID: string(b.ID), Actor: e.Actor,
		Value: client.Value{Kind: client.ValueText},
	}
	var all []client.Learned
	if b.Note != "" {
		fact.Key, fact.Value.Text = keyNote, b.Note
		all = append(all, fact)
	}
	if b.Language != "" && b.Language != card.Language {
		fact.Key, fact.Value.Text = keyLanguage, b.Language
		all = append(all, fact)
	}
	return s.Cards.Learn(ctx, e.Business, b.Client, all)
}

// said tells whether a request says something that the card does not.
func said(req Request, card client.Client) bool {
	return req.Note != "" || req.Language != "" && card.Language != "" && req.Language != card.Language
}
