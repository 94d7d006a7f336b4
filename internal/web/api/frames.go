package api

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"kept/account"
	"kept/event"
	"kept/id"
	"kept/span"
)

// frames keeps how the last events look on streams: many screens hear the same.
type frames struct {
	mu   sync.Mutex
	made map[frameKey][]byte
	line [keptFrames]frameKey
	next int
}

type frameKey struct {
	event id.Event
	zone  string
}

// keptFrames is how many events are kept: enough for screens that are told at the same moment.
const keptFrames = 64

// of writes an event for an ear; empty where that does not hear of it. What
// some may hear of only in part is written for each of them.
func (f *frames) of(ctx context.Context, e event.Event, ear *account.Ear, zone *time.Location, now span.Instant) ([]byte, error) {
	if ear != nil {
		e, heard, err := ear.Hear(ctx, e, now)
		if err != nil || !heard {
			return nil, err
		}
		return frame(e, zone)
	}
	key := frameKey{e.ID, zone.String()}
	f.mu.Lock()
	defer f.mu.Unlock()
	if out, ok := f.made[key]; ok {
		return out, nil
	}
	out, err := frame(e, zone)
	if err != nil {
		return nil, err
	}
	if f.made == nil {
		f.made = make(map[frameKey][]byte, keptFrames)
	}
	delete(f.made, f.line[f.next])
	f.made[key], f.line[f.next] = out, key
	f.next = (f.next + 1) % keptFrames
	return out, nil
}

func frame(e event.Event, zone *time.Location) ([]byte, error) {
	data, err := json.Marshal(eventOf(e, zone))
	return fmt.Appendf(nil, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Type, data), err
}
