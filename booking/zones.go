package booking

import (
	"sync"
	"time"

	"kept/fault"
)

// zones remembers loaded time zones: reading one from the zone files costs
// more than all of an answer's arithmetic.
type zones struct {
	mu    sync.RWMutex
	known map[string]*time.Location
}

func newZones() *zones { return &zones{known: map[string]*time.Location{}} }

func (z *zones) load(name string) (*time.Location, error) {
	z.mu.RLock()
	loc, ok := z.known[name]
	z.mu.RUnlock()
	if ok {
		return loc, nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, fault.CodeInternal, "a time zone of the business is unknown here", err)
	}
	z.mu.Lock()
	z.known[name] = loc
	z.mu.Unlock()
	return loc, nil
}
