package account

import (
	"context"
	"time"

	"kept/fault"
	"kept/span"
)

// How often somebody may try in a window: against one account from one place,
// against one account from anywhere, and from one place against anybody. A
// right try counts for nothing. Tries are counted before they are looked at, so
// that a hundred at once are a hundred.
const (
	tryWindow = 15 * span.Minute
	fewTries  = 10
	someTries = 40
	manyTries = 200
)

// tries is a count that must stay within most.
type tries struct {
	kind, who string
	most      int
	window    span.Instant // 0 for the usual one
}

func (t tries) length() span.Instant {
	if t.window == 0 {
		return tryWindow
	}
	return t.window
}

// throttle counts a try; fault rate_limited where there were too many. What
// was tried turned out right, forgive takes it back.
func (g *Gate) throttle(ctx context.Context, counts ...tries) (forgive func(ctx context.Context) error, err error) {
	now := g.Clock.Now()
	var wait span.Instant
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		wait = 0
		for _, c := range counts {
			n, began, err := g.Attempts.Try(ctx, c.kind, c.who, c.length(), now)
			if err != nil {
				return err
			}
			if n > c.most {
				wait = max(wait, began+c.length()-now)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		f := fault.New(fault.Exhausted, fault.CodeRateLimited, "too many tries; please wait a little")
		f.RetryAfter = time.Duration(wait)*time.Microsecond + time.Second
		return nil, f
	}
	return func(ctx context.Context) error {
		return g.Atomic.Do(ctx, func(ctx context.Context) error {
			for _, c := range counts {
				if err := g.Attempts.Forgive(ctx, c.kind, c.who); err != nil {
					return err
				}
			}
			return nil
		})
	}, nil
}
