package shell

import (
	"context"
	"time"

	"kept/fault"
	"kept/internal/web"
)

// lookAgain is how often it is asked, while an answer goes on, whether who gets
// it may still come in.
const lookAgain = 20 * time.Second

// While gives a context that ends, besides with the request, once its session
// has ended or may no longer come into the business: a screen that is left open
// must not go on hearing what happens there. stop is to be called at the end.
func (s *Staff) While(t *Turn) (ctx context.Context, stop context.CancelFunc) {
	token := s.Token(t.R)
	return web.While(t.Ctx(), lookAgain, func(ctx context.Context) bool {
		err := s.Gate.Stands(ctx, token, t.Who)
		switch fault.KindOf(err) {
		case fault.Unauthenticated, fault.NotFound, fault.Forbidden:
			return false
		default: // an outage ends nobody's day
			return true
		}
	})
}
