package shell

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strings"

	"kept/id"
	"kept/internal/web"
)

// Once lets a form do its work one time: the same key leads to where the first
// one led, also when both are sent at the same moment. do gives the address to
// go on to; its error leaves the key free for another try. What was typed is
// part of the request: another text under the key is another form, and refused.
func (s *Shell) Once(
	ctx context.Context, business id.Business, route, key string, typed []string, do func(ctx context.Context) (string, error),
) (string, error) {
	sum := sha256.Sum256([]byte(strings.Join(typed, "\x00")))
	scope := web.Scope{Business: business, Caller: "page", Route: route, Key: key}
	to := ""
	err := s.Atomic.Do(ctx, func(ctx context.Context) error {
		old, err := s.Ledger.Begin(ctx, scope, sum[:], s.Clock.Now()+web.KeepAnswers)
		if err != nil {
			return err
		}
		if old != nil {
			to = string(old.Body)
			return nil
		}
		if to, err = do(ctx); err != nil {
			return err
		}
		return s.Ledger.Finish(ctx, scope, web.Stored{Status: http.StatusSeeOther, Type: "text/plain", Body: []byte(to)})
	})
	return to, err
}
