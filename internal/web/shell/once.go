package shell

import (
	"context"
	"crypto/sha256"
	"errors"
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

// errPeek undoes the entry that a look at the ledger makes.
var errPeek = errors.New("shell: only a look")

// Done tells where a form led that was sent before with this key; false when it
// has not done its work.
func (s *Shell) Done(ctx context.Context, business id.Business, route, key string, typed []string) (string, bool, error) {
	sum := sha256.Sum256([]byte(strings.Join(typed, "\x00")))
	scope := web.Scope{Business: business, Caller: "page", Route: route, Key: key}
	var old *web.Stored
	err := s.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if old, err = s.Ledger.Begin(ctx, scope, sum[:], s.Clock.Now()+web.KeepAnswers); err != nil {
			return err
		}
		return errPeek
	})
	if !errors.Is(err, errPeek) || old == nil {
		if errors.Is(err, errPeek) {
			err = nil
		}
		return "", false, err
	}
	return string(old.Body), true, nil
}
