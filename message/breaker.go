package message

import (
	"sync"

	"kept/span"
)

// rest is how long a channel that is down is left alone; then one message
// tries it.
const rest = span.Minute

// breaker remembers which channels are down. While one is, its messages stay
// due and cost no tries.
type breaker struct {
	mu    sync.Mutex
	until map[string]span.Instant // by channel: when it is tried next
}

func newBreaker() *breaker { return &breaker{until: make(map[string]span.Instant)} }

// resting tells until when a channel is left alone; 0 when it works.
func (b *breaker) resting(channel string) span.Instant {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until[channel]
}

// fell notes that nothing gets through.
func (b *breaker) fell(channel string, now span.Instant) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until[channel] = now + rest
}

// allow tells whether a message may go now. Of those that come when the rest
// is over one may; the others learn when to come again.
func (b *breaker) allow(channel string, now span.Instant) (again span.Instant, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	until, down := b.until[channel]
	switch {
	case !down:
		return 0, true
	case until > now:
		return until, false
	default:
		b.until[channel] = now + rest
		return 0, true
	}
}

// works notes that something got through, be it a refusal.
func (b *breaker) works(channel string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.until, channel)
}
