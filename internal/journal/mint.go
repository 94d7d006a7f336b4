package journal

import (
	"fmt"
	"sync"

	"kept/id"
	"kept/span"
)

// mint makes identifiers of events that grow with every call, also when the
// clock stands still or is set back: events are numbered in the order of their
// identifiers, and what happened later on this node must come later. They are
// UUIDs of version 7 whose first random bits are a counter within the
// millisecond (RFC 9562, section 6.2, method 1).
type mint struct {
	mu    sync.Mutex
	ms    int64
	count uint32
}

const mintMost = 1<<24 - 1

func (m *mint) next(now span.Instant) id.Event {
	m.mu.Lock()
	switch ms := now.UTC().UnixMilli(); {
	case ms > m.ms:
		m.ms, m.count = ms, 0
	case m.count < mintMost:
		m.count++
	default:
		m.ms, m.count = m.ms+1, 0
	}
	ms, count := m.ms, m.count
	m.mu.Unlock()
	raw := id.New[id.Event](span.Instant(ms * 1000).UTC())
	return id.Event(fmt.Sprintf("%s7%03x-8%03x%s", raw[:14], count>>12, count&0xfff, raw[23:]))
}
