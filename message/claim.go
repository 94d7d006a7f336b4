package message

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// claim takes messages in one transaction, which touches their bookings, and
// skips those whose bookings are no longer as they were.
func (d *Dispatcher) claim(ctx context.Context, refs []Ref) (claims []Claim, skipped int, err error) {
	// The same order on every node, so that two of them don't wait for each other.
	slices.SortFunc(refs, func(a, b Ref) int {
		return strings.Compare(string(a.Booking)+string(a.ID), string(b.Booking)+string(b.ID))
	})
	err = d.atomic.Do(ctx, func(ctx context.Context) error {
		claims, skipped = nil, 0
		var outdated []Result
		now, real := d.clock.Now(), d.clock.Real()
		for _, r := range refs {
			still, err := d.still(ctx, r) // before the claim: things are touched before their messages
			if err != nil {
				return err
			}
			c, ok, err := d.store.Claim(ctx, r, now, real, real+claimLasts)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if still || (r.Booking != "" && c.Still(c.Visit, c.Start)) {
				claims = append(claims, c)
				continue
			}
			c.Status, c.Reason = Skipped, ReasonOutdated
			outdated = append(outdated, Result{Message: c.Message, Until: c.Until})
		}
		skipped = len(outdated)
		return d.store.Record(ctx, outdated)
	})
	slices.SortStableFunc(claims, func(a, b Claim) int { return cmp.Compare(a.Next, b.Next) })
	return claims, skipped, err
}

// still asks the cause of a message that hangs on no booking. Of a step that
// has none nothing is sent.
func (d *Dispatcher) still(ctx context.Context, r Ref) (bool, error) {
	cause := d.causes[r.Step]
	if r.Booking != "" || cause == nil {
		return false, nil
	}
	return cause.Still(ctx, r)
}
