package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/wire"
)

func (a *API) registerEvents() {
	wire.Op(a.edge, http.MethodGet, "/events", "list-events", "What happened, in order and without a gap", a.listEvents)
	o := wire.Operation(http.MethodGet, "/stream", "stream-events", "What happens, live: server-sent events")
	o.Security = []map[string][]string{{"key": {}}}
	o.Errors = append(o.Errors, http.StatusForbidden)
	o.Responses = map[string]*huma.Response{"200": {
		Description: "Each event has the number as id, the type as event and the event as data; begin again with Last-Event-ID",
		Content:     map[string]*huma.MediaType{"text/event-stream": {}},
	}}
	huma.Register(a.edge.Huma, o, func(ctx context.Context, in *streamIn) (*huma.StreamResponse, error) {
		p, err := web.Required(ctx)
		if err == nil {
			err = wire.Must(p, account.ReadEvents)
		}
		if err != nil {
			return nil, a.edge.Fail(ctx, err)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			r, w := humago.Unwrap(hc)
			ctx, stop := web.While(r.Context(), web.LookAgain, a.holds(web.Bearer(r), p))
			defer stop()
			a.Stream(w, r.WithContext(ctx), p, in.start())
		}}, nil
	})
}

// holds tells, as often as it is asked, whether a key still opens the stream
// that it has opened.
func (a *API) holds(key string, p account.Principal) func(context.Context) bool {
	return func(ctx context.Context) bool {
		now, err := a.Keys.Authenticate(ctx, key)
		if err != nil {
			return fault.KindOf(err) != fault.Unauthenticated // an outage ends nobody's stream
		}
		return now.ID == p.ID && now.May(account.ReadEvents)
	}
}

type eventBody struct {
	Seq     int64       `json:"seq"`
	ID      string      `json:"id"`
	Type    string      `json:"type"`
	At      wire.Moment `json:"at"`
	Booking string      `json:"booking,omitempty"`
	Client  string      `json:"client,omitempty"`
	Actor   event.Actor `json:"actor"`
	Data    eventData   `json:"data"`
}

// eventData is open: each type has facts of its own.
type eventData struct{ event.Data }

// Schema implements huma.SchemaProvider.
func (eventData) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "object", AdditionalProperties: true}
}

// MarshalJSON implements json.Marshaler.
func (d eventData) MarshalJSON() ([]byte, error) { return json.Marshal(d.Data) }

func eventOf(e event.Event, zone *time.Location) eventBody {
	return eventBody{
		e.Seq, string(e.ID), string(e.Type), wire.At(e.At, zone), string(e.Booking), string(e.Client), e.Actor, eventData{e.Data},
	}
}

type eventListOut struct{ Body wire.Page[eventBody] }

func (a *API) listEvents(ctx context.Context, p account.Principal, in *struct {
	After  int64  `query:"after" minimum:"0" doc:"Only those numbered after this"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Cursor string `query:"cursor" maxLength:"20" doc:"Instead of after: next of the page before"`
},
) (*eventListOut, error) {
	if err := wire.Must(p, account.ReadEvents); err != nil {
		return nil, err
	}
	if in.Cursor != "" {
		after, err := strconv.ParseInt(in.Cursor, 10, 64)
		if err != nil || after < 0 {
			_, err := wire.ReadCursor("!")
			return nil, err
		}
		in.After = after
	}
	zone, err := a.homeZone(ctx, p.Business)
	if err != nil {
		return nil, err
	}
	out := wire.Page[eventBody]{Items: []eventBody{}}
	ear, last := a.ear(ctx), in.After
	for round := 0; ; round++ {
		list, err := a.Events.List(ctx, p.Business, last, in.Limit+1)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if len(out.Items) == in.Limit || round == mostRounds {
				next := strconv.FormatInt(last, 10)
				out.Next = &next
				return &eventListOut{out}, nil
			}
			last = e.Seq
			e, heard, err := ear.Hear(ctx, e, a.Clock.Now())
			if err != nil {
				return nil, err
			}
			if heard {
				out.Items = append(out.Items, eventOf(e, zone))
			}
		}
		if len(list) <= in.Limit {
			return &eventListOut{out}, nil
		}
	}
}

// mostRounds bounds how often a list that leaves events out reads on; past it
// the page is short, and says how to go on.
const mostRounds = 10

// ear is what whoever the context is enclosed by may hear of; nil hears all.
func (a *API) ear(ctx context.Context) *account.Ear {
	who, enclosed := account.Enclosed(ctx)
	if !enclosed {
		return nil
	}
	return account.NewEar(who, func(ctx context.Context, card id.Client) (bool, error) {
		err := a.Fence.Card(ctx, who.Business, card)
		if err != nil && fault.KindOf(err) == fault.NotFound {
			return false, nil
		}
		return err == nil, err
	})
}

type streamIn struct {
	After int64  `query:"after" minimum:"-1" default:"-1" doc:"Begin after this number; what happens from now on when missing"`
	Last  string `header:"Last-Event-ID" maxLength:"20"`
}

func (s streamIn) start() int64 {
	if n, err := strconv.ParseInt(s.Last, 10, 64); err == nil && n >= 0 {
		return n
	}
	return s.After
}

// heartbeat keeps proxies from closing a quiet stream.
const heartbeat = 15 * time.Second

// Stream writes a business's events as server-sent events until the client
// goes away; after below 0 begins with what comes next.
func (a *API) Stream(w http.ResponseWriter, r *http.Request, p account.Principal, after int64) {
	ctx := r.Context()
	if after < 0 {
		last, err := a.Events.Last(ctx, p.Business)
		if err != nil {
			web.WriteProblem(w, r, err)
			return
		}
		after = last
	}
	zone, err := a.homeZone(ctx, p.Business)
	if err != nil {
		web.WriteProblem(w, r, err)
		return
	}
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{}) // a stream has no end of its own
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	fmt.Fprint(w, ": kept\n\n")
	if rc.Flush() != nil {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	only := id.Client(r.URL.Query().Get("client")) // a page that shows one card hears of that alone
	events, ear := a.Events.Subscribe(ctx, p.Business, after), a.ear(ctx)
	tell := func(e event.Event) error {
		if only != "" && e.Client != only {
			return nil
		}
		frame, err := a.frames.of(ctx, e, ear, zone, a.Clock.Now())
		if err == nil {
			_, err = w.Write(frame)
		}
		return err
	}
	for {
		select {
		case e, ok := <-events:
			// What follows at once goes along: most deeds are told by several events.
			for more := ok; more; {
				if tell(e) != nil {
					return // they come again, after the last number that they saw
				}
				select {
				case e, more = <-events:
					ok = more
				default:
					more = false
				}
			}
			if !ok {
				return
			}
		case <-beat.C:
			if _, err := fmt.Fprint(w, ": beat\n\n"); err != nil {
				return
			}
		}
		if rc.Flush() != nil {
			return
		}
	}
}
