package clock

import (
	"context"
	"sync"
	"time"

	"kept/span"
)

// Manual is a clock for tests: it stands still until it is moved. Make one
// with NewManual.
type Manual struct {
	mu      sync.Mutex
	now     span.Instant
	changed chan struct{}
}

// NewManual makes a clock that stands at an instant.
func NewManual(at span.Instant) *Manual { return &Manual{now: at, changed: make(chan struct{})} }

// Now is where the clock stands.
func (m *Manual) Now() span.Instant {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Real is the machine's time, as everywhere.
func (m *Manual) Real() span.Instant { return span.At(time.Now()) }

// Set moves the clock, also back.
func (m *Manual) Set(at span.Instant) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = at
	close(m.changed)
	m.changed = make(chan struct{})
}

// Advance moves the clock on.
func (m *Manual) Advance(by time.Duration) { m.Set(m.Now().Add(by)) }

// Wait returns when the clock has been moved, stands at until or later, or
// wake is signalled.
func (m *Manual) Wait(ctx context.Context, until span.Instant, wake <-chan struct{}) error {
	m.mu.Lock()
	now, changed := m.now, m.changed
	m.mu.Unlock()
	if now >= until {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
	case <-wake:
	case <-changed:
	}
	return ctx.Err()
}
