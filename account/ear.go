package account

import (
	"context"

	"kept/event"
	"kept/id"
	"kept/span"
)

// Ear narrows events to what a principal may hear of. What a visit is about is
// judged by the visit itself, at no cost; what a card is about asks the fence
// once a card and minute. It serves one listener and is not safe for two.
type Ear struct {
	who   Principal
	near  func(ctx context.Context, card id.Client) (bool, error)
	known map[id.Client]verdict
}

type verdict struct {
	near bool
	at   span.Instant
}

const (
	earForgets  = span.Minute // after which the fence is asked again
	earRemember = 4096        // cards
)

// NewEar makes the ear of a principal. near tells whether a card is within
// their reach.
func NewEar(who Principal, near func(ctx context.Context, card id.Client) (bool, error)) *Ear {
	return &Ear{who: who, near: near, known: make(map[id.Client]verdict)}
}

// Hear gives the event as the principal may hear it: false where it is about
// somebody out of reach. Of a visit that comes from out of reach, or goes
// there, only the near side is told. What names neither visit nor card, such as
// a change of settings, is everybody's. A nil ear hears everything.
func (e *Ear) Hear(ctx context.Context, ev event.Event, now span.Instant) (event.Event, bool, error) {
	if e == nil || e.who.Reach == ReachBusiness {
		return ev, true, nil
	}
	if ev.Business != e.who.Business {
		return event.Event{}, false, nil
	}
	switch ev.Type { //nolint:exhaustive // these alone change whose card it is
	case event.ClientMerged, event.ClientParted, event.BookingMoved:
		delete(e.known, ev.Client)
	}
	if v := ev.Data; v.Visit != nil || v.Previous != nil {
		if !e.touches(v.Visit) {
			ev.Data.Visit = nil
		}
		if !e.touches(v.Previous) {
			ev.Data.Previous = nil
		}
		heard := ev.Data.Visit != nil || ev.Data.Previous != nil
		if heard && ev.Client != "" {
			e.learn(ev.Client, true, now)
		}
		return ev, heard, nil
	}
	if ev.Client == "" {
		return ev, ev.Booking == "", nil
	}
	if v, ok := e.known[ev.Client]; ok && now-v.at < earForgets {
		return ev, v.near, nil
	}
	near, err := e.near(ctx, ev.Client)
	if err != nil {
		return event.Event{}, false, err
	}
	e.learn(ev.Client, near, now)
	return ev, near, nil
}

func (e *Ear) touches(v *event.Visit) bool {
	return v != nil && e.who.Touches(v.Location, v.Staff...)
}

func (e *Ear) learn(card id.Client, near bool, now span.Instant) {
	if len(e.known) >= earRemember {
		clear(e.known)
	}
	e.known[card] = verdict{near, now}
}
