package web

import (
	"context"
	"time"
)

// LookAgain is how often it is asked whether a program's stream may go on.
const LookAgain = 5 * time.Second

// While gives a context that ends, besides with the one given, once still says
// no, which is asked every so often: an answer that goes on must not outlive
// the right to it. The function that it gives is to be called at the end.
func While(ctx context.Context, every time.Duration, still func(context.Context) bool) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if !still(ctx) {
					stop()
					return
				}
			}
		}
	}()
	return ctx, stop
}
