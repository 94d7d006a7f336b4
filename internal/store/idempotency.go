package store

import (
	"bytes"
	"context"
	"time"

	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// fieldAnswer binds a stored answer to its column.
const fieldAnswer = "idempotency.answer"

// Scope is within which an idempotency key means the same request.
type Scope struct {
	Business id.Business
	Caller   string // who asks: a key, a user, the public
	Route    string // method and path pattern
	Key      string // as the caller chose it
}

// Answer is what was answered to the first request.
type Answer struct {
	Status int
	Body   []byte
}

// Idempotency keeps the answers to requests that carry a key, sealed with the
// business's key. It works in the transaction of the request itself: what the
// request did and what was answered to it are there together or not at all.
type Idempotency struct {
	db    *db.DB
	vault *Vault
}

// NewIdempotency makes the store of answers.
func NewIdempotency(d *db.DB, v *Vault) *Idempotency { return &Idempotency{db: d, vault: v} }

// Begin claims a key, first thing in the request's transaction. fresh tells
// that the request is to be carried out and then finished (Finish); otherwise
// the answer is the first one's. A twin that runs in parallel waits until the
// first has ended. hash is of the whole request; another one under the same
// key is fault idempotency_mismatch. A key whose time has passed is a new one.
func (s *Idempotency) Begin(
	ctx context.Context, scope Scope, hash []byte, now, expires span.Instant,
) (answer *Answer, fresh bool, err error) {
	q := queries(ctx, s.db)
	rows, err := q.ClaimIdempotency(ctx, sqlgen.ClaimIdempotencyParams{
		BusinessID: string(scope.Business), Caller: scope.Caller, Route: scope.Route, Key: scope.Key,
		RequestHash: hash, ExpiresAt: int64(expires), Now: int64(now),
	})
	if err != nil {
		return nil, false, s.held(ctx, err)
	}
	if rows == 1 {
		return nil, true, nil
	}
	row, err := q.FindIdempotency(ctx, sqlgen.FindIdempotencyParams{
		BusinessID: string(scope.Business), Caller: scope.Caller, Route: scope.Route, Key: scope.Key,
	})
	if err != nil {
		return nil, false, s.db.Fault(err)
	}
	if !bytes.Equal(row.RequestHash, hash) {
		return nil, false, fault.New(fault.Invalid, fault.CodeIdempotencyMismatch, "this idempotency key was used for another request")
	}
	if row.Status == 0 {
		return nil, false, unanswered()
	}
	keys, err := s.vault.Business(ctx, scope.Business)
	if err != nil {
		return nil, false, err
	}
	body, err := keys.Key().Open(fieldAnswer, scope.Key, row.SealedAnswer)
	if err != nil {
		return nil, false, err
	}
	return &Answer{Status: int(row.Status), Body: body}, false, nil
}

// held tells apart why a key could not be claimed: when the database answers
// others, it is the first request that still holds the key.
func (s *Idempotency) held(ctx context.Context, err error) error {
	if s.db.Dialect().Retryable(err) {
		return err
	}
	err = s.db.Fault(err)
	if fault.KindOf(err) == fault.Unavailable && s.db.Ping(ctx) == nil {
		return unanswered()
	}
	return err
}

func unanswered() error {
	f := fault.New(fault.Conflict, fault.CodeConflict, "the first request with this key has not been answered yet")
	f.RetryAfter = time.Second
	return f
}

// Finish stores the answer of the request that began. Answers that say "our
// fault" are not to be stored: their transaction is rolled back.
func (s *Idempotency) Finish(ctx context.Context, scope Scope, a Answer) error {
	keys, err := s.vault.Business(ctx, scope.Business)
	if err != nil {
		return err
	}
	rows, err := changes(ctx, s.db).FinishIdempotency(ctx, sqlgen.FinishIdempotencyParams{
		BusinessID: string(scope.Business), Caller: scope.Caller, Route: scope.Route, Key: scope.Key,
		Status: int64(a.Status), SealedAnswer: keys.Key().Seal(fieldAnswer, scope.Key, a.Body),
	})
	return changed(s.db, rows, err, "idempotency key")
}

// Sweep forgets a business's answers whose time has passed.
func (s *Idempotency) Sweep(ctx context.Context, business id.Business, now span.Instant) error {
	_, err := queries(ctx, s.db).SweepIdempotency(ctx, sqlgen.SweepIdempotencyParams{BusinessID: string(business), ExpiresAt: int64(now)})
	return s.db.Fault(err)
}
