package store

import (
	"context"
	"runtime"
	"sync"
	"time"

	"kept/fault"
)

// lookMost bounds one look that many wait for: it ends with none of them.
const lookMost = 10 * time.Second

// together lets those who ask the same at the same time share one look at the
// database. Whoever comes while a look is under way waits for the next one,
// so nobody is given what was read before they asked: an answer is as fresh as
// if each had looked alone. What is given is shared and must not be changed.
type together[K comparable, V any] struct {
	mu      sync.Mutex
	running map[K]*look[V]
	next    map[K]*look[V]
}

var errGone = fault.New(fault.Unavailable, fault.CodeUnavailable, "the look that was shared came to nothing; try again")

// look is one reading of the database.
type look[V any] struct {
	done  chan struct{} // closed when value and err stand
	value V
	err   error
}

func newTogether[K comparable, V any]() *together[K, V] {
	return &together[K, V]{running: make(map[K]*look[V]), next: make(map[K]*look[V])}
}

// ask gives what read gives, read at some instant after the call. Only the end
// of the caller's own context keeps the answer from them.
func (t *together[K, V]) ask(ctx context.Context, key K, read func(ctx context.Context) (V, error)) (V, error) {
	t.mu.Lock()
	mine, joined := t.next[key]
	before := t.running[key]
	if !joined {
		mine = &look[V]{done: make(chan struct{})}
		t.next[key] = mine
	}
	t.mu.Unlock()
	if joined {
		return mine.wait(ctx)
	}
	if before != nil {
		<-before.done // at most lookMost; those who join meanwhile need somebody to look for them
	} else {
		runtime.Gosched() // whoever is about to ask may come along
	}
	t.lead(ctx, key, mine, read)
	return mine.value, mine.err
}

func (l *look[V]) wait(ctx context.Context) (v V, err error) {
	select {
	case <-l.done:
		return l.value, l.err
	case <-ctx.Done():
		return v, ctx.Err()
	}
}

// lead looks for all who have joined.
func (t *together[K, V]) lead(ctx context.Context, key K, mine *look[V], read func(ctx context.Context) (V, error)) {
	t.mu.Lock()
	delete(t.next, key)
	t.running[key] = mine
	t.mu.Unlock()
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookMost)
	defer func() { // runs on a panic, too
		t.mu.Lock()
		delete(t.running, key)
		t.mu.Unlock()
		close(mine.done)
		cancel()
	}()
	mine.err = errGone // should read panic
	mine.value, mine.err = read(own)
}
