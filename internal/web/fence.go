package web

import (
	"context"
	"net/http"
	"strings"

	"kept/account"
	"kept/fault"
	"kept/id"
)

// Fence tells whether a card is within the reach of whoever the context is
// enclosed by; fault NotFound.
type Fence interface {
	Card(ctx context.Context, business id.Business, card id.Client) error
}

// Glass lets people past the fence, to one card at a time and for a reason.
type Glass interface {
	// Offered tells whether somebody may ask to be let past at all.
	Offered(ctx context.Context, who account.Principal) (bool, error)
	// Open tells whether somebody was let past to a card.
	Open(ctx context.Context, who account.Principal, card id.Client) (bool, error)
}

// GlassPath is where, under a card's address, somebody asks to be let past the
// fence, and under that of all clients, where somebody looks beyond it. It
// alone is open to who does not reach the card.
const GlassPath = "/break-glass"

// Enter checks that a card is within reach, or was opened past it, and gives
// the context in which it is; fault NotFound.
func Enter(ctx context.Context, fence Fence, glass Glass, who account.Principal, r *http.Request, card id.Client) (context.Context, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/clients/"+string(card)+GlassPath) {
		return ctx, nil
	}
	err := fence.Card(ctx, who.Business, card)
	if !account.IsBeyond(err) || glass == nil {
		return ctx, err
	}
	open, failed := glass.Open(ctx, who, card)
	if failed != nil {
		return ctx, failed
	}
	if open {
		return account.Past(ctx, card), nil
	}
	return ctx, err
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

// whole are the groups of operations that keep to a principal's reach by
// themselves, or tell nothing of anybody's clients. All others are shut to who
// does not reach the whole business: a new group is, until it is entered here.
func whole(group string) bool {
	switch group {
	case "b", "bookings", "calendar", "clients", "sessions", "series", "series-checks", "services", "staff", "resources", "locations",
		"time-off", "rules", "business", "holidays", "explain", "insight", "events", "stream", "plans", "messages", "calendars", "holds", "demo",
		"openapi.json", "docs", "me":
		return false
	}
	return true
}

// Beyond tells whether an address of the API is about everybody's clients.
func Beyond(path string) bool {
	rest, ok := strings.CutPrefix(path, "/api/v1/")
	if !ok {
		return false
	}
	group, rest, _ := strings.Cut(rest, "/")
	if group == "clients" && rest != "" && "/"+rest != GlassPath {
		_, card := CardOf(path)
		return !card // lists of pairs, of marks
	}
	return whole(group)
}

// Within keeps programs to the cards within their key's reach, whatever
// operation they ask for; it stands behind Identity.
func Within(fence Fence, glass Glass, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p, ok := Principal(r.Context()); ok && p.Reach != "" {
			if Beyond(r.URL.Path) {
				WriteProblem(w, r, fault.New(fault.Forbidden, fault.CodeForbidden, "this is about clients beyond your reach"))
				return
			}
			if card, ok := CardOf(r.URL.Path); ok {
				ctx, err := Enter(r.Context(), fence, glass, p, r, card)
				if err != nil {
					WriteProblem(w, r, err)
					return
				}
				r = r.WithContext(ctx)
			}
		}
		next.ServeHTTP(w, r)
	})
}
