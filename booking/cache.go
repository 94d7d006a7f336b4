package booking

import (
	"sync"

	"kept/availability"
	"kept/id"
	"kept/span"
)

type factKey struct {
	business id.Business
	visit    string
	location id.Location
	window   span.Span
	reach    span.Span
}

// factEntry is one answer's facts and what they rest on.
type factEntry struct {
	setting  *availability.Setting
	lanes    []availability.Lane
	index    map[availability.Lane]int
	versions []int64
	ground   *ground
}

func newEntry(s *availability.Setting, lanes []availability.Lane, v Versions, g *ground) *factEntry {
	e := &factEntry{
		setting: s, lanes: lanes, index: make(map[availability.Lane]int, len(lanes)),
		versions: make([]int64, len(lanes)), ground: g,
	}
	for i, l := range lanes {
		e.index[l], e.versions[i] = i, v.Lanes[l]
	}
	return e
}

func (e *factEntry) current(now Versions) bool {
	for i, l := range e.lanes {
		if now.Lanes[l] != e.versions[i] {
			return false
		}
	}
	return true
}

// rows gives a lane's rows as they were read, if the lane still has the version.
func (e *factEntry) rows(lane availability.Lane, version int64) ([]availability.Row, bool) {
	i, ok := e.index[lane]
	if !ok || e.versions[i] != version {
		return nil, false
	}
	f := e.ground.Facts
	staff, units := len(f.Staff), len(f.Units)
	switch {
	case i < staff:
		return availability.Unrested(f.Staff[i].Rows), true
	case i < staff+units:
		return f.Units[i-staff].Rows, true
	case i < staff+units+len(f.Places):
		return f.Places[i-staff-units].Rows, true
	default:
		return nil, false
	}
}

func (e *factEntry) open(staff id.Staff) []availability.Open {
	for _, p := range e.ground.Staff {
		if p.Staff.ID == staff {
			return p.Open
		}
	}
	return nil
}

// factCache keeps facts within a bound; past it, any entry may go.
type factCache struct {
	mu      sync.RWMutex
	entries map[factKey]*factEntry
	rows    int
}

// maxCachedRows bounds the cache: about 64 bytes each.
const maxCachedRows = 400_000

func newFactCache() *factCache { return &factCache{entries: map[factKey]*factEntry{}} }

func (c *factCache) get(k factKey) *factEntry {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries[k]
}

func (c *factCache) put(k factKey, e *factEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.entries[k]; old != nil {
		c.rows -= old.weight()
	}
	c.entries[k] = e
	c.rows += e.weight()
	for other, o := range c.entries { // the map's own disorder chooses whom to drop
		if c.rows <= maxCachedRows {
			break
		}
		if other != k {
			c.rows -= o.weight()
			delete(c.entries, other)
		}
	}
}

func (e *factEntry) weight() int {
	n := 16
	for _, rows := range e.ground.laid {
		n += len(rows)
	}
	for _, p := range e.ground.Staff {
		n += len(p.Rows) + 8
		for _, o := range p.Open {
			n += len(o.Spans)
		}
	}
	for _, u := range e.ground.Units {
		n += len(u.Rows) + 4
	}
	return n
}
