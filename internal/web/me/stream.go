package me

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/own"
	"kept/visitor"
)

// heartbeat keeps proxies from closing a quiet stream.
const heartbeat = 15 * time.Second

// told is all that a client's stream says of an event: not who did it, not
// with whom, and never anybody else's ids.
type told struct {
	Type    event.Type `json:"type"`
	Part    string     `json:"part,omitempty"` // of client.updated
	Booking string     `json:"booking,omitempty"`
}

// concerns tells whether an event is about the card, and of a kind that its page shows.
func concerns(card id.Client, e event.Event) bool {
	if e.Client == "" || e.Client != card {
		return false
	}
	kind, _, _ := strings.Cut(string(e.Type), ".")
	return kind == "booking" || kind == "client" || kind == "plan"
}

// stream tells what happens to the card, live, to whom it opens.
func (p *Pages) stream(t *turn) error {
	return p.Hear(t.W, t.R, t.guest())
}

// Hear tells a client what happens to their card, live, until the request or
// the session ends, or the card opens no more.
func (p *Pages) Hear(w http.ResponseWriter, r *http.Request, g own.Guest) error {
	business := g.Who.Business
	after, err := p.Events.Last(r.Context(), business)
	if err != nil {
		return err
	}
	ctx, stop := web.While(r.Context(), web.LookAgain, func(ctx context.Context) bool { return p.still(ctx, g) })
	defer stop()
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{}) // a stream has no end of its own
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	fmt.Fprint(w, ": kept\n\n")
	if rc.Flush() != nil {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	events := p.Events.Subscribe(ctx, business, after)
	for {
		select {
		case e, ok := <-events:
			if !ok {
				return nil
			}
			if !concerns(g.Card, e) {
				continue
			}
			if !say(w, e) {
				return nil
			}
		case <-beat.C:
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
func say(w http.ResponseWriter, e event.Event) bool {
	data, err := json.Marshal(told{e.Type, e.Data.Kind, string(e.Booking)})
	if err != nil {
		return false
	}
	_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", e.Type, data)
	return err == nil
}

// still tells whether the session goes on and the card still opens for it: a
// stream outlives neither. It asks by the session's name, for the token that
// the stream was opened with may have been changed since.
func (p *Pages) still(ctx context.Context, g own.Guest) bool {
	all, err := p.Door.ListSessions(ctx, g.Visitor.ID)
	if err == nil && !slices.ContainsFunc(all, func(s visitor.Session) bool { return s.ID == g.Session }) {
		return false
	}
	if err == nil {
		_, err = p.Door.FindCard(ctx, g.Visitor, g.Who.Business, g.Card)
	}
	return err == nil || fault.KindOf(err) != fault.NotFound // trouble of ours ends no stream
}
