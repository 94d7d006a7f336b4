package web

import (
	"context"
	"net/http"
	"strings"

	"kept/id"
)

// Fence tells whether a card is within the reach of whoever the context is
// enclosed by; fault NotFound.
type Fence interface {
	Card(ctx context.Context, business id.Business, card id.Client) error
}

// CardOf gives the client whose card an address is about: the identifier that
// follows "clients" in it. Everything about a card stands under such an
// address, so that one look at it keeps people to their own.
func CardOf(path string) (id.Client, bool) {
	parts := strings.Split(path, "/")
	for i := 0; i+1 < len(parts); i++ {
		if parts[i] == "clients" && id.Valid(parts[i+1]) {
			return id.Client(parts[i+1]), true
		}
	}
	return "", false
}

// Within keeps programs to the cards within their key's reach, whatever
// operation they ask for; it stands behind Identity.
func Within(fence Fence, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p, ok := Principal(r.Context()); ok && p.Reach != "" {
			if card, ok := CardOf(r.URL.Path); ok {
				if err := fence.Card(r.Context(), p.Business, card); err != nil {
					WriteProblem(w, r, err)
					return
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}
