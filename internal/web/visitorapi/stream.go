package visitorapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/internal/web"
	"kept/internal/web/own"
	"kept/internal/web/wire"
)

// Streams tells clients' programs what happens to their card, as it happens.
// Hear goes on until the session ends or the card opens no more; me.Pages does.
type Streams struct {
	Guests *Guests
	Hear   func(w http.ResponseWriter, r *http.Request, g own.Guest) error
}

// Register adds the operation to an edge.
func (a *Streams) Register(e *wire.Edge) {
	o := theirs(http.MethodGet, "/stream", "stream-own-card", "What happens to one's card, live: server-sent events, until the session ends")
	o.Responses = map[string]*huma.Response{"200": {
		Description: "Each event has the type as event, and as data the type, the part of the card that changed and the booking it is about",
		Content:     map[string]*huma.MediaType{"text/event-stream": {}},
	}}
	let(e, a.Guests, o, func(ctx context.Context, _ *Self) (*huma.StreamResponse, error) {
		g := guest(ctx)
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			r, w := humago.Unwrap(hc)
			if err := a.Hear(w, r, g); err != nil {
				web.WriteProblem(w, r, err)
			}
		}}, nil
	})
}
