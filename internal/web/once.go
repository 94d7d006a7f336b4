package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"time"
	"unicode"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Scope is where an idempotency key is one: the same word of another caller,
// or at another address, is another key.
type Scope struct {
	Business id.Business
	Caller   string
	Route    string
	Key      string
}

// Stored is an answer that was given before.
type Stored struct {
	Status int
	Type   string // media type
	Body   []byte
}

// Ledger remembers the answers of requests with an idempotency key.
type Ledger interface {
	// Begin inserts the key inside the caller's transaction. When it is there
	// already with the same request, the stored answer is given; a request that
	// differs is fault idempotency_mismatch. A parallel twin waits for the first.
	Begin(ctx context.Context, s Scope, request []byte, expires span.Instant) (*Stored, error)
	// Finish stores the answer in the same transaction.
	Finish(ctx context.Context, s Scope, answer Stored) error
}

// Atomic runs a function in one transaction.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Clock tells the time.
type Clock interface{ Now() span.Instant }

// KeepAnswers is how long an answer is replayed.
const KeepAnswers = 24 * span.Hour

const maxIdempotencyKey = 255

// Once makes POSTs with an Idempotency-Key happen once.
type Once struct {
	Atomic Atomic
	Ledger Ledger
	Clock  Clock
	Jar    Jar // of the site, in which clients' sessions are
	// Visitor names the client whom a session's token stands for, whichever token
	// of whichever session it is; fault Unauthenticated for none.
	Visitor func(ctx context.Context, token string) (string, error)
	// Business tells for which business a request is; false for none, and then
	// the key has no meaning.
	Business func(r *http.Request) (id.Business, bool)
}

// refused carries an answer that must not leave traces out of a transaction.
type refused struct{ answer *recorder }

func (refused) Error() string { return "refused" }

// Wrap makes a handler idempotent. The handler runs inside the transaction
// that holds the key; an answer of 400 to 499 undoes what it did and is
// remembered, one of 500 and above undoes and is forgotten.
func (o *Once) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if r.Method != http.MethodPost || key == "" {
			next.ServeHTTP(w, r)
			return
		}
		if !validKey(key) {
			WriteProblem(w, r, fault.BadField("Idempotency-Key", "format", "1 to 255 printable characters"))
			return
		}
		business, ok := o.Business(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			WriteProblem(w, r, fault.Wrap(fault.Invalid, fault.CodeInvalid, "the request broke off", err))
			return
		}
		caller, err := o.caller(r)
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		s := Scope{Business: business, Caller: caller, Route: r.Method + " " + r.URL.Path, Key: key}
		sum := sha256.Sum256(append([]byte(r.URL.RawQuery+"\n"), body...))
		answer, err := o.run(r, s, sum[:], body, next)
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		answer.replay(w)
	})
}

func (o *Once) run(r *http.Request, s Scope, request, body []byte, next http.Handler) (*recorder, error) {
	var out *recorder
	expires := o.Clock.Now() + KeepAnswers
	err := o.Atomic.Do(r.Context(), func(ctx context.Context) error {
		old, err := o.Ledger.Begin(ctx, s, request, expires)
		if err != nil {
			return err
		}
		if old != nil {
			out = recorded(old)
			return nil
		}
		again := r.WithContext(ctx)
		again.Body = io.NopCloser(bytes.NewReader(body))
		out = &recorder{header: http.Header{}}
		next.ServeHTTP(out, again)
		if out.status >= http.StatusBadRequest {
			return refused{out}
		}
		return o.Ledger.Finish(ctx, s, out.stored())
	})
	var no refused
	if !errors.As(err, &no) {
		return out, err
	}
	if no.answer.status >= http.StatusInternalServerError || no.answer.status == http.StatusTooManyRequests {
		return no.answer, nil
	}
	err = o.Atomic.Do(r.Context(), func(ctx context.Context) error {
		old, err := o.Ledger.Begin(ctx, s, request, expires)
		if err != nil || old != nil {
			out = no.answer
			if old != nil {
				out = recorded(old)
			}
			return err
		}
		out = no.answer
		return o.Ledger.Finish(ctx, s, out.stored())
	})
	return out, err
}

// caller names whoever asks: two clients who are signed in are two. A token
// that opens nothing (any more) is nobody but itself, so that no answer of the
// client whose it was comes back to it.
func (o *Once) caller(r *http.Request) (string, error) {
	if p, ok := Principal(r.Context()); ok {
		return string(p.Kind) + ":" + p.ID, nil
	}
	if t := r.URL.Query().Get("token"); t != "" {
		return string(account.KindClient), nil
	}
	t := o.Jar.Visitor(r)
	if t == "" {
		return "public", nil
	}
	name, err := o.Visitor(r.Context(), t)
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		sum := sha256.Sum256([]byte(t))
		return string(account.KindClient) + "?" + hex.EncodeToString(sum[:16]), nil //nolint:nilerr // it is told by whatever is asked for
	}
	return string(account.KindClient) + ":" + name, err
}

// VisitorCookie carries the token of a client who is signed in to their own cards.
const VisitorCookie = "kept_me"

// VisitorPrefix is what every such token begins with.
const VisitorPrefix = "kept_me_"

func validKey(key string) bool {
	if len(key) > maxIdempotencyKey {
		return false
	}
	for _, r := range key {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// recorder keeps an answer until it is certain.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	again  bool // replayed
}

func recorded(s *Stored) *recorder {
	out := &recorder{header: http.Header{"Content-Type": {s.Type}, "Cache-Control": {"no-store"}}, status: s.Status, again: true}
	out.body.Write(s.Body)
	return out
}

func (r *recorder) stored() Stored {
	return Stored{Status: r.status, Type: r.header.Get("Content-Type"), Body: r.body.Bytes()}
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// SetReadDeadline lets the API's frame set its own; the body is here already.
func (r *recorder) SetReadDeadline(time.Time) error { return nil }

func (r *recorder) replay(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	if r.again {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	if r.status == 0 {
		r.status = http.StatusOK
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body.Bytes()) //nolint:gosec // what the handler wrote, under its own media type; the client may have gone
}
