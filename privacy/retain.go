package privacy

import (
	"context"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Idle is a card that nobody came with for long.
type Idle struct {
	Client id.Client
	Made   span.Instant
	Last   span.Instant // end of the last visit; 0 for none ever
}

// Effect is what one rule of retention would do now.
type Effect struct {
	Rule   Rule
	Before span.Instant // older than this goes
	Count  int64        // texts or documents; cards as far as they are listed
	Cards  []Idle       // who would be erased, the first of them
	More   bool         // there are more cards than are listed
}

const (
	shownIdle = 200 // cards of a dry run
	sweptIdle = 500 // cards erased by one sweep of a business; the next sweep goes on
)

// Preview is the dry run: what each rule of a policy would do now. It changes
// nothing; the policy need not be saved. Faults forbidden, invalid.
func (o *Office) Preview(ctx context.Context, who account.Principal, p Policy) ([]Effect, error) {
	if err := needs(who, account.ManagePrivacy); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	now := o.Clock.Now()
	out := make([]Effect, 0, len(p.Rules))
	for _, r := range p.Rules {
		e := Effect{Rule: r, Before: r.before(now)}
		var err error
		switch r.What {
		case RuleTexts:
			e.Count, err = o.Attic.CountTexts(ctx, who.Business, e.Before, now)
		case RuleFiles:
			e.Count, err = o.Attic.CountFiles(ctx, who.Business, r.Kind, e.Before, now)
		default:
			e.Cards, err = o.Attic.Idle(ctx, who.Business, e.Before, now, "", shownIdle+1)
			if e.More = len(e.Cards) > shownIdle; e.More {
				e.Cards = e.Cards[:shownIdle]
			}
			e.Count = int64(len(e.Cards))
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// Sweep keeps a business's rules of retention, once a day, and destroys what
// was held of erased people longer than it had to be. Of several nodes that
// do so at once each finds less to do.
func (o *Office) Sweep(ctx context.Context, business id.Business) error {
	now := o.Clock.Now()
	for {
		n := 0
		err := o.Atomic.Do(ctx, func(ctx context.Context) (err error) {
			n, err = o.Cards.Release(ctx, business, now)
			return err
		})
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	p, err := o.Policies.Policy(ctx, business)
	if err != nil || len(p.Rules) == 0 || p.SweptAt > now-span.Day {
		return err
	}
	for _, r := range p.Rules {
		if err := o.keep(ctx, business, r, now); err != nil {
			return err
		}
	}
	return o.Atomic.Do(ctx, func(ctx context.Context) error { return o.Policies.MarkSwept(ctx, business, now) })
}

// keep does what one rule says.
func (o *Office) keep(ctx context.Context, business id.Business, r Rule, now span.Instant) error {
	before := r.before(now)
	switch r.What {
	case RuleTexts:
		return o.Atomic.Do(ctx, func(ctx context.Context) error {
			_, err := o.Attic.BlankTexts(ctx, business, before, now)
			return err
		})
	case RuleFiles:
		return o.Atomic.Do(ctx, func(ctx context.Context) error {
			_, err := o.Attic.DropFiles(ctx, business, r.Kind, before, now)
			return err
		})
	}
	idle, err := o.Attic.Idle(ctx, business, before, now, "", sweptIdle)
	if err != nil {
		return err
	}
	for _, i := range idle {
		_, err := o.erase(ctx, account.System(business), Order{Client: i.Client, Reason: ByRetention})
		// Whoever has booked or was held meanwhile stays.
		if err != nil && fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return nil
}
