package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"kept/fault"
	"kept/id"
	"kept/internal/store"
	"kept/span"
)

func testIdempotency(t *testing.T, open Opener) {
	t.Run("replay", func(t *testing.T) { t.Parallel(); idempotencyReplay(t, NewWorld(t, open)) })
	t.Run("parallel twins", func(t *testing.T) { t.Parallel(); idempotencyTwins(t, NewWorld(t, open)) })
}

func scopeOf(b id.Business) store.Scope {
	return store.Scope{Business: b, Caller: "key:1", Route: "POST /bookings", Key: "abc"}
}

// request plays one request: begin, do, finish; it gives what is answered.
func (w *World) request(ctx context.Context, s store.Scope, hash string, do func() store.Answer) (answer store.Answer, err error) {
	err = w.DB.Do(ctx, func(ctx context.Context) error {
		now := w.Clock.Now()
		stored, fresh, err := w.Answers.Begin(ctx, s, []byte(hash), now, now+span.Day)
		switch {
		case err != nil:
			return err
		case !fresh:
			answer = *stored
			return nil
		}
		answer = do()
		if answer.Status >= 500 {
			return errors.New("rolled back")
		}
		return w.Answers.Finish(ctx, s, answer)
	})
	return answer, err
}

func idempotencyReplay(t *testing.T, w *World) {
	b, other := w.Business(t, "mine"), w.Business(t, "other")
	answers := func(status int, body string) func() store.Answer {
		return func() store.Answer { return store.Answer{Status: status, Body: []byte(body)} }
	}
	elsewhere, somebody := scopeOf(other), scopeOf(b)
	somebody.Caller = "key:2"
	for _, step := range []struct {
		name  string
		scope store.Scope
		hash  string
		do    func() store.Answer
		later span.Instant
		want  string
		code  string
	}{
		{"fails and is not stored", scopeOf(b), "h1", answers(500, "oops"), 0, "oops", fault.CodeInternal},
		{"first", scopeOf(b), "h1", answers(201, "one"), 0, "one", ""},
		{"again", scopeOf(b), "h1", answers(201, "two"), 0, "one", ""},
		{"other body", scopeOf(b), "h2", answers(201, "two"), 0, "", fault.CodeIdempotencyMismatch},
		{"other business", elsewhere, "h2", answers(204, ""), 0, "", ""},
		{"other caller", somebody, "h2", answers(409, "taken"), 0, "taken", ""},
		{"other caller again", somebody, "h2", answers(201, "two"), 0, "taken", ""},
		{"just before the end", scopeOf(b), "h1", answers(201, "two"), span.Day - 1, "one", ""},
		{"after the end", scopeOf(b), "h2", answers(201, "three"), 1, "three", ""},
		{"and again", scopeOf(b), "h2", answers(201, "four"), 0, "three", ""},
	} {
		w.Clock.Advance(step.later)
		got, err := w.request(t.Context(), step.scope, step.hash, step.do)
		if step.code == "" {
			Must(t, err)
		} else {
			WantCode(t, err, step.code)
		}
		if string(got.Body) != step.want {
			t.Errorf("%s: answered %q, want %q", step.name, got.Body, step.want)
		}
	}
	w.Clock.Advance(2 * span.Day)
	w.Do(t, func(ctx context.Context) error { return w.Answers.Sweep(ctx, b, w.Clock.Now()) })
	var n int
	Must(t, w.DB.From(t.Context()).QueryRowContext(t.Context(), "SELECT COUNT(*) FROM idempotency").Scan(&n))
	if n != 1 { // the other business's
		t.Errorf("%d rows are left after the sweep, want 1", n)
	}
}

func idempotencyTwins(t *testing.T, w *World) {
	b := w.Business(t, "mine")
	const twins = 8
	var mu sync.Mutex
	var effects int
	var all sync.WaitGroup
	for range twins {
		all.Go(func() {
			got, err := w.request(t.Context(), scopeOf(b), "same", func() store.Answer {
				mu.Lock()
				defer mu.Unlock()
				effects++
				return store.Answer{Status: 201, Body: []byte("first")}
			})
			if err != nil || got.Status != 201 || string(got.Body) != "first" {
				t.Errorf("answered %d %q, %v", got.Status, got.Body, err)
			}
		})
	}
	all.Wait()
	if effects != 1 {
		t.Errorf("%d effects, want 1", effects)
	}
}
