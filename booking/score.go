package booking

import (
	"context"

	"kept/availability"
	"kept/id"
	"kept/span"
)

// Rank is how a time ranks among the open times of its day.
type Rank struct {
	availability.Ranked
	Place int // by cost, from 1; those that cost alike share one
	Of    int // how many open times the day has
}

// Place is where a slot is, by its place in the list: with the lead who would
// be taken, where that is known.
func (o *Offer) Place(i int) id.Location {
	at := o.Slots[i].Place
	if i < len(o.Ranks) {
		at = o.Ranks[i].Place
	}
	return o.Facts.Places[at].ID
}

// rankAt ranks an open time among those of its local day; nil where it is none
// of them.
func (d *Desk) rankAt(ctx context.Context, a *ask, at span.Instant) (*Rank, error) {
	day, err := d.offer(ctx, a, Search{})
	if err != nil {
		return nil, err
	}
	var out *Rank
	for i := range day.Ranks {
		if day.Ranks[i].Start == at {
			out = &Rank{Ranked: day.Ranks[i], Place: 1, Of: len(day.Ranks)}
		}
	}
	if out == nil {
		return nil, nil //nolint:nilnil // not ranked
	}
	for i := range day.Ranks {
		if day.Ranks[i].Cost.Total() < out.Cost.Total() {
			out.Place++
		}
	}
	return out, nil
}
