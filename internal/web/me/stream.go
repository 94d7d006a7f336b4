package me

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"kept/event"
	"kept/fault"
	"kept/visitor"
)

// heartbeat keeps proxies from closing a quiet stream. At each one it is asked
// again whether the card still opens.
const heartbeat = 15 * time.Second

// told is all that a client's stream says of an event: not who did it, not
// with whom, and never anybody else's ids.
type told struct {
	Type    event.Type `json:"type"`
	Part    string     `json:"part,omitempty"` // of client.updated
	Booking string     `json:"booking,omitempty"`
}

// concerns tells whether an event is about the card, and of a kind that its page shows.
func concerns(t *turn, e event.Event) bool {
	if e.Client == "" || e.Client != t.Card.ID {
		return false
	}
	kind, _, _ := strings.Cut(string(e.Type), ".")
	return kind == "booking" || kind == "client" || kind == "plan"
}

// stream tells what happens to the card, live, to whom it opens.
func (p *Pages) stream(t *turn) error {
	w, ctx := t.W, t.Ctx()
	after, err := p.Events.Last(ctx, t.business())
	if err != nil {
		return err
	}
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{}) // a stream has no end of its own
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	fmt.Fprint(w, ": kept\n\n")
	if rc.Flush() != nil {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	events := p.Events.Subscribe(ctx, t.business(), after)
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return nil
			}
			if !concerns(t, e) {
				continue
			}
			if !p.say(t, e) {
				return nil
			}
		case <-beat.C:
			if !p.still(t) {
				return nil
			}
			if _, err := fmt.Fprint(w, ": beat\n\n"); err != nil {
				return nil // the reader has gone
			}
		}
		if rc.Flush() != nil {
			return nil
		}
	}
}

// say writes one event.
func (p *Pages) say(t *turn, e event.Event) bool {
	data, err := json.Marshal(told{e.Type, e.Data.Kind, string(e.Booking)})
	if err != nil {
		return false
	}
	_, err = fmt.Fprintf(t.W, "event: %s\ndata: %s\n\n", e.Type, data)
	return err == nil
}

// still tells whether the session goes on and the card still opens for it: a
// stream outlives neither. It asks by the session's name, for the token that
// the stream was opened with may have been changed since.
func (p *Pages) still(t *turn) bool {
	all, err := p.Door.ListSessions(t.Ctx(), t.Login.ID)
	if err == nil && !slices.ContainsFunc(all, func(s visitor.Session) bool { return s.ID == t.Session.ID }) {
		return false
	}
	if err == nil {
		_, err = p.Door.FindCard(t.Ctx(), t.Login, t.business(), t.Card.ID)
	}
	return err == nil || fault.KindOf(err) != fault.NotFound // trouble of ours ends no stream
}
