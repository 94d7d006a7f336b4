package visitorapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/web"
	"kept/internal/web/own"
	"kept/internal/web/wire"
)

// Slugs finds businesses by their words in addresses.
type Slugs interface {
	// BySlug gives the business; fault NotFound.
	BySlug(ctx context.Context, slug string) (id.Business, error)
}

// Guests lets clients in who are signed in, at one of their cards: what stands
// under /b/{slug}/me is theirs alone, and nobody with a key has it.
type Guests struct {
	slugs   Slugs
	find    func(r *http.Request, business id.Business) (own.Guest, error)
	foreign *http.CrossOriginProtection
}

// NewGuests makes the door. find gives the client whose session stands in a
// request, at the card of the business that ?who= names; fault Unauthenticated,
// NotFound.
func NewGuests(e *wire.Edge, slugs Slugs, find func(r *http.Request, business id.Business) (own.Guest, error)) *Guests {
	e.Huma.OpenAPI().Components.SecuritySchemes["login"] = &huma.SecurityScheme{
		Type: "apiKey", In: "cookie", Name: web.VisitorCookie, Description: "A client who is signed in at /me; over https __Host- stands before the name",
	}
	return &Guests{slugs, find, http.NewCrossOriginProtection()}
}

// theirs describes an operation for clients who are signed in.
func theirs(method, path, name, summary string) huma.Operation {
	o := wire.Operation(method, "/b/{slug}/me"+path, name, summary)
	o.Security = []map[string][]string{{"login": {}}}
	o.Errors = append(o.Errors, http.StatusForbidden)
	return o
}

// made is theirs for what makes something.
func made(path, name, summary string) huma.Operation {
	o := theirs(http.MethodPost, path, name, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// let registers an operation for clients who are signed in: others are turned
// away before what they send is looked at.
func let[I, O any](e *wire.Edge, g *Guests, o huma.Operation, fn func(ctx context.Context, in *I) (*O, error)) {
	o.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		who, err := g.who(r)
		if err != nil {
			web.WriteProblem(w, r, err)
			return
		}
		next(huma.WithValue(ctx, self{}, who))
	}}
	wire.Public(e, o, fn)
}

// self is under what the client who asks is in a context.
type self struct{}

// guest is the client who asks.
func guest(ctx context.Context) own.Guest {
	g, _ := ctx.Value(self{}).(own.Guest)
	return g
}

// who finds the client who asks. Who shows a key is none, and what a page of
// another site sends in their name is not from them.
func (g *Guests) who(r *http.Request) (own.Guest, error) {
	if _, key := web.Principal(r.Context()); key {
		return own.Guest{}, fault.New(fault.Forbidden, fault.CodeForbidden, "this is its client's alone")
	}
	if g.foreign.Check(r) != nil {
		return own.Guest{}, fault.New(fault.Forbidden, fault.CodeForbidden, "this was sent from another site")
	}
	business, err := g.slugs.BySlug(r.Context(), r.PathValue("slug"))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return own.Guest{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first") // nobody is signed in there
	}
	if err != nil {
		return own.Guest{}, err
	}
	return g.find(r, business)
}

// Self names a business and which of one's cards there is meant.
type Self struct {
	Slug string `path:"slug" maxLength:"100" doc:"The business's word in addresses"`
	Who  string `query:"who" maxLength:"36" doc:"Which of one's cards; the first when missing"`
}

// asker is the client who asks as a principal, and their card.
func asker(ctx context.Context) (account.Principal, id.Client) {
	g := guest(ctx)
	return g.Who, g.Card
}
