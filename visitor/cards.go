package visitor

import (
	"context"
	"slices"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Relation says that one card answers for another of the same business: whoever
// opens the first by its contact opens the second too, and nobody further.
type Relation struct {
	Guardian  id.Client
	Of        id.Client
	By        event.Actor // the client themselves, or staff
	CreatedAt span.Instant
}

// mostKin bounds for how many a card answers.
const mostKin = 20

// ListCards gives the cards that open for a login, of one business or, with
// none named, of all: those that carry its contact first, each followed by
// those it answers for. It is asked anew at every request: a card whose contact
// was changed opens no more.
func (d *Door) ListCards(ctx context.Context, l Login, only id.Business) ([]Card, error) {
	own, err := d.Cards.Carrying(ctx, l.Contact, only)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(own)
	for _, c := range own {
		kin, err := d.Kin.KinOf(ctx, c.Business, c.Client)
		if err != nil {
			return nil, err
		}
		for _, r := range kin {
			if !slices.ContainsFunc(out, func(o Card) bool { return o.Business == c.Business && o.Client == r.Of }) {
				out = append(out, Card{c.Business, r.Of, ByRelation})
			}
		}
	}
	return out, nil
}

// FindCard gives a card of a business that opens for a login: the one that is
// named, or the first. Fault NotFound, the same for a card that is not there
// and for somebody else's.
func (d *Door) FindCard(ctx context.Context, l Login, business id.Business, want id.Client) (Card, error) {
	all, err := d.ListCards(ctx, l, business)
	if err != nil {
		return Card{}, err
	}
	for _, c := range all {
		if want == "" || c.Client == want {
			return c, nil
		}
	}
	return Card{}, fault.Missing("card")
}

// Relate lets a card answer for another one. Whoever calls it has made sure
// that both are the actor's to join: the second card was made just now, or the
// actor is staff. Fault Invalid.
func (d *Door) Relate(ctx context.Context, business id.Business, guardian, of id.Client, by event.Actor) error {
	if guardian == of {
		return fault.BadField("client", "self", "a card answers for itself already")
	}
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		kin, err := d.Kin.KinOf(ctx, business, guardian)
		if err != nil {
			return err
		}
		if len(kin) >= mostKin {
			return fault.BadField("client", "too_many", "a card answers for at most 20 others")
		}
		err = d.Kin.PutKin(ctx, business, Relation{Guardian: guardian, Of: of, By: by, CreatedAt: d.Clock.Now()})
		if err != nil {
			return err
		}
		return d.tell(ctx, business, by, guardian, of)
	})
}

// Part ends it. Fault NotFound.
func (d *Door) Part(ctx context.Context, business id.Business, guardian, of id.Client, by event.Actor) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := d.Kin.DropKin(ctx, business, guardian, of); err != nil {
			return err
		}
		return d.tell(ctx, business, by, guardian, of)
	})
}

// tell lets the open pages of the cards know.
func (d *Door) tell(ctx context.Context, business id.Business, by event.Actor, cards ...id.Client) error {
	out := make([]event.Event, 0, len(cards))
	for _, c := range cards {
		out = append(out, event.Event{
			Business: business, Type: event.ClientUpdated, Actor: by, Client: c, Data: event.Data{Kind: "relation"},
		})
	}
	return d.Journal.Append(ctx, out...)
}

// RelationSpot is where a relation of a card stands in the list of them: those
// for whom the card answers come first, then those who answer for it, the first
// made first. The zero value stands before all.
type RelationSpot struct {
	Guardian  bool // the other one answers for the card
	CreatedAt span.Instant
	Other     id.Client
}

// What the other card is to the one of which a relation is told.
const (
	Ward     = "ward"     // this one answers for it
	Guardian = "guardian" // it answers for this one
)

// Role is Ward or Guardian.
func (s RelationSpot) Role() string {
	if s.Guardian {
		return Guardian
	}
	return Ward
}

// Spot tells where the relation stands among those of one of its cards.
func (r Relation) Spot(of id.Client) RelationSpot {
	if r.Guardian == of {
		return RelationSpot{CreatedAt: r.CreatedAt, Other: r.Of}
	}
	return RelationSpot{Guardian: true, CreatedAt: r.CreatedAt, Other: r.Guardian}
}

// Relations lists the cards for which a card answers, and then those that
// answer for it, behind a spot, at most so many.
func (d *Door) Relations(ctx context.Context, business id.Business, of id.Client, after RelationSpot, limit int) (list []Relation, err error) {
	if !after.Guardian {
		list, err = d.Kin.Wards(ctx, business, of, after, limit)
		if err != nil || len(list) >= limit {
			return list, err
		}
		after = RelationSpot{}
	}
	more, err := d.Kin.Guardians(ctx, business, of, after, limit-len(list))
	return append(list, more...), err
}

// Relation gives one; fault NotFound.
func (d *Door) Relation(ctx context.Context, business id.Business, guardian, of id.Client) (Relation, error) {
	return d.Kin.FindKin(ctx, business, guardian, of)
}
