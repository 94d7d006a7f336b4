package span

import (
	"fmt"
	"sync"
	"time"
)

// Zones remembers loaded time zones: reading one from the zone files costs
// more than all of an answer's arithmetic. The zero value is ready; it is safe
// for concurrent use.
type Zones struct {
	mu    sync.RWMutex
	known map[string]*time.Location
}

// longestZone bounds the name of a zone; the longest there is has 32 letters.
const longestZone = 64

// Has tells whether there is a zone of this name.
func (z *Zones) Has(name string) bool {
	_, err := z.Load(name)
	return err == nil
}

// Load gives the zone of an IANA name. "Local" is none: it means something
// else on each machine.
func (z *Zones) Load(name string) (*time.Location, error) {
	z.mu.RLock()
	zone, ok := z.known[name]
	z.mu.RUnlock()
	if ok {
		return zone, nil
	}
	if name == "" || name == "Local" || len(name) > longestZone {
		return nil, fmt.Errorf("span: %q is no time zone", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("span: %q is no time zone: %w", name, err)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.known == nil {
		z.known = map[string]*time.Location{}
	}
	z.known[name] = zone // bounded: only names that exist get here
	return zone, nil
}
