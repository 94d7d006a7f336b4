package booking

import (
	"context"

	"kept/availability"
	"kept/id"
	"kept/policy"
	"kept/span"
)

// asked is how far back bookings are counted to know what is asked for most.
const asked = 90 * span.Day

// rank gives each slot its cost and labels, and leaves out those that waste
// more than the owner lets clients waste.
func (d *Desk) rank(
	ctx context.Context, a *ask, g *ground, questions []availability.Question, slots []availability.Slot, public bool,
) ([]availability.Ranked, error) {
	if len(slots) == 0 {
		return nil, nil
	}
	mix, err := d.mix(ctx, a)
	if err != nil {
		return nil, err
	}
	w := availability.Usually(mix)
	w.HideAbove = a.setting.Catalog.Business.Terms.HideAbove
	taste := d.taste(a)
	ranked := availability.Rank(questions, g.Facts, slots, &w, taste)
	if public && w.HideAbove > 0 {
		ranked = availability.Shown(ranked)
	}
	return ranked, nil
}

// taste is what is known of what the client likes: what the card says, what
// they are used to, and when they are busy elsewhere. It is of who comes, else
// of who looks at the list.
func (d *Desk) taste(a *ask) *availability.Taste {
	t := &availability.Taste{Busy: a.busy}
	likes, traits := a.likes, a.traits
	if traits == nil {
		likes, traits = a.reader.likes, a.reader.traits
	}
	if likes != nil {
		t.Staff = likes.Staff
		for _, w := range likes.Windows {
			t.Windows = append(t.Windows, availability.Preferred{Weekday: w.Weekday, FromMin: w.From, ToMin: w.To})
		}
	}
	if traits != nil {
		t.Learn(d.visitsOf(a, traits))
	}
	if !t.Known() && len(t.Busy) == 0 {
		return nil
	}
	return t
}

func (d *Desk) visitsOf(a *ask, t *policy.Traits) []availability.Visit {
	var out []availability.Visit
	for _, v := range t.History {
		s := Status(v.Status)
		if !s.Occupies() || s == NoShow {
			continue
		}
		zone, err := d.zone(a.setting.Catalog.ZoneOf(v.Location))
		if err != nil {
			continue
		}
		out = append(out, availability.Visit{Start: v.Start, Zone: zone, Staff: v.Staff})
	}
	return out
}

// mix is what free time of the business is worth: by its services, each as
// often as it was booked of late. It is worked out anew each day and whenever
// the configuration changes.
func (d *Desk) mix(ctx context.Context, a *ask) (*availability.Mix, error) {
	c := a.setting.Catalog
	now := d.Clock.Now()
	if kept, ok := d.shelf.mix(c.Business.ID, c.Business.Version, now); ok {
		return kept, nil
	}
	counts, err := d.Bookings.Demand(ctx, c.Business.ID, span.Span{Start: now - asked, End: now})
	if err != nil {
		return nil, err
	}
	var used []availability.Used
	for _, sold := range c.Services {
		if n := counts[sold.ID]; n > 0 && sold.Seats == 0 {
			used = append(used, availability.Used{
				Service: sold.ID, Visits: n, Length: span.Instant(n) * span.Minutes(sold.DurationMin()), Value: int64(n) * sold.Price.Amount,
			})
		}
	}
	mix := availability.NewMix(availability.UsualOf(c, used))
	d.shelf.putMix(c.Business.ID, c.Business.Version, now, mix)
	return mix, nil
}

// mix gives a mix made today of this configuration.
func (s *bookShelf) mix(business id.Business, version int64, now span.Instant) (*availability.Mix, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, ok := s.books[business]
	if !ok || kept.version != version || kept.mix == nil || now >= kept.mixed+span.Day || now < kept.mixed {
		return nil, false
	}
	return kept.mix, true
}

func (s *bookShelf) putMix(business id.Business, version int64, now span.Instant, mix *availability.Mix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept, ok := s.books[business]; ok && kept.version == version {
		kept.mix, kept.mixed = mix, now
		s.books[business] = kept
	}
}
