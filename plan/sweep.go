package plan

import (
	"context"

	"kept/event"
	"kept/fault"
	"kept/span"
)

// NextRipe tells when the next item is to be offered or to expire; it may be past.
func (p *Planner) NextRipe(ctx context.Context) (span.Instant, bool, error) {
	return p.Store.NextRipe(ctx)
}

// RunRipe offers the items whose day has come and lets those expire that
// nobody took up, at most so many, each in a transaction of its own. It tells
// how many it looked at.
func (p *Planner) RunRipe(ctx context.Context, limit int) (int, error) {
	refs, err := p.Store.Ripe(ctx, p.Clock.Now(), limit)
	if err != nil {
		return 0, err
	}
	for n, r := range refs {
		if err := p.Atomic.Do(ctx, func(ctx context.Context) error { return p.ripen(ctx, r) }); err != nil {
			return n, err
		}
	}
	return len(refs), nil
}

// ripen does to an item what its day asks for, if it still does: another node
// or the client may have come first.
func (p *Planner) ripen(ctx context.Context, r Ref) error {
	i, err := p.take(ctx, r.Business, r.ID)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	}
	var events []event.Event
	switch now := p.Clock.Now(); {
	case !i.Status.Waits():
		return nil
	case i.ExpiresAt <= now:
		events, err = i.to(Expired, event.System())
	case i.Status == Planned && i.OfferedAt == 0 && i.TellAt != 0 && i.TellAt <= now:
		events, err = p.offer(i, event.System())
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return p.write(ctx, i, events)
}

// RipeAt is when something happens to the item by itself; 0 when nothing does.
func (i *Item) RipeAt() span.Instant {
	switch {
	case !i.Status.Waits():
		return 0
	case i.Status == Planned && i.OfferedAt == 0 && i.TellAt != 0:
		return min(i.TellAt, i.ExpiresAt)
	default:
		return i.ExpiresAt
	}
}
