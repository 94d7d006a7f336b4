package client

import (
	"cmp"
	"context"
	"slices"

	"kept/event"
	"kept/id"
)

// Why two cards may be one person's.
const (
	TwinPhone = "phone" // the same number
	TwinEmail = "email" // the same address
	TwinName  = "name"  // the same or nearly the same name
)

// Twin is a pair of cards that may be one person's.
type Twin struct {
	A, B   Client
	Why    string  // TwinPhone, TwinEmail, TwinName
	Near   bool    // the names are alike, not the same
	Likely float64 // how alike the names are, 0 to 1
}

// TwinSpot is where a pair stands among all: pairs with a number in common come
// first, then those with an address, with the same name, each by their cards'
// identities, and last those whose names are alike, the likeliest first. The
// zero value stands before all.
type TwinSpot struct {
	Why    string
	Near   bool
	Likely float64
	A, B   id.Client
}

// Spot tells where the pair stands.
func (t Twin) Spot() TwinSpot { return TwinSpot{t.Why, t.Near, t.Likely, t.A.ID, t.B.ID} }

// TwinFilter says which pairs are listed.
type TwinFilter struct {
	Of    id.Client // only pairs with this card, by names that are alike too; empty: of the whole business
	After TwinSpot  // behind this one
	Limit int
}

// Twins finds cards that may be one person's.
type Twins interface {
	// Twins gives pairs that have a number, an address or the very name in common,
	// behind a spot, at most so many; of one card, or of the whole business for nil.
	// What is out of reach (account.Enclose) is left out.
	Twins(ctx context.Context, business id.Business, of *Client, after TwinSpot, limit int) ([]Twin, error)
	// Near gives cards whose names are alike and that have nothing else in common
	// with one: of the 48 nearest those that are near enough, in any order.
	Near(ctx context.Context, business id.Business, of Client) ([]Twin, error)
}

// Twins gives pairs of cards that may be one person's, in the order of their
// spots, tells whether there are more, and records that those given were seen.
// Fault NotFound.
func (m *Merger) Twins(ctx context.Context, business id.Business, f TwinFilter, actor event.Actor) (list []Twin, more bool, err error) {
	most := f.Limit
	f.Limit++
	err = m.registry.atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if list, err = m.twins(ctx, business, f); err != nil {
			return err
		}
		if more = len(list) > most; more {
			list = list[:most]
		}
		var reads []Access
		seen := map[id.Client]bool{}
		for _, t := range list {
			for _, c := range []Client{t.A, t.B} {
				if !seen[c.ID] {
					seen[c.ID] = true
					reads = append(reads, m.registry.access(c.ID, actor, ReadList))
				}
			}
		}
		return m.registry.store.RecordAccess(ctx, business, reads...)
	})
	return list, more, err
}

func (m *Merger) twins(ctx context.Context, business id.Business, f TwinFilter) (list []Twin, err error) {
	if f.Of == "" {
		return m.store.Twins(ctx, business, nil, f.After, f.Limit)
	}
	c, err := m.registry.store.Find(ctx, business, f.Of)
	if err != nil {
		return nil, err
	}
	if !f.After.Near {
		list, err = m.store.Twins(ctx, business, &c, f.After, f.Limit)
		if err != nil || len(list) >= f.Limit {
			return list, err
		}
	}
	near, err := m.store.Near(ctx, business, c)
	if err != nil {
		return nil, err
	}
	if f.After.Near {
		near = slices.DeleteFunc(near, func(t Twin) bool { return compareNear(t.Spot(), f.After) <= 0 })
	}
	slices.SortFunc(near, func(a, b Twin) int { return compareNear(a.Spot(), b.Spot()) })
	return append(list, near[:min(len(near), f.Limit-len(list))]...), nil
}

// compareNear orders those whose names are alike.
func compareNear(a, b TwinSpot) int {
	return cmp.Or(cmp.Compare(b.Likely, a.Likely), cmp.Compare(a.B, b.B))
}

// Alike tells how alike the names of two cards are, 0 to 1, whichever way round.
func Alike(a, b Client) float64 {
	return max(Seek(a.Name).Score(Findable{Names: []string{b.Name}}), Seek(b.Name).Score(Findable{Names: []string{a.Name}}))
}
