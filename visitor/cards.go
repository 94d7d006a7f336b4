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

// Relations lists the cards for which a card answers, and those that answer for it.
func (d *Door) Relations(ctx context.Context, business id.Business, of id.Client) (wards, guardians []Relation, err error) {
	if wards, err = d.Kin.KinOf(ctx, business, of); err != nil {
		return nil, nil, err
	}
	guardians, err = d.Kin.GuardiansOf(ctx, business, of)
	return wards, guardians, err
}
