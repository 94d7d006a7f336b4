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
	"kept/visitor"
)

// Slugs finds businesses by their words in addresses.
type Slugs interface {
	// BySlug gives the business; fault NotFound.
	BySlug(ctx context.Context, slug string) (id.Business, error)
}

// Finder knows who a request is from; me.Pages does.
type Finder interface {
	// Entered gives the session whose token a request shows, and its login; fault Unauthenticated.
	Entered(r *http.Request) (visitor.Session, visitor.Login, error)
	// Guest gives the same at the card of a business that ?who= names, or the
	// first; fault Unauthenticated, NotFound.
	Guest(r *http.Request, business id.Business) (own.Guest, error)
}

// Guests lets clients in who are signed in. What stands under /me is about how
// they are; what stands under /b/{slug}/me is at one of their cards. It is
// theirs alone, and nobody with a key has it. A session comes as a bearer token
// or as the page's cookie; with the cookie, what another site sends is refused.
type Guests struct {
	slugs   Slugs
	find    Finder
	jar     web.Jar
	foreign *http.CrossOriginProtection
}

// NewGuests makes the door.
func NewGuests(e *wire.Edge, slugs Slugs, find Finder, jar web.Jar) *Guests {
	schemes := e.Huma.OpenAPI().Components.SecuritySchemes
	schemes["session"] = &huma.SecurityScheme{
		Type: "http", Scheme: "bearer", Description: "A client's session: the token of POST /me/sessions",
	}
	schemes["login"] = &huma.SecurityScheme{
		Type: "apiKey", In: "cookie", Name: web.VisitorCookie, Description: "A client who is signed in at /me; over https __Host- stands before the name",
	}
	return &Guests{slugs, find, jar, http.NewCrossOriginProtection()}
}

// clients is how clients show who they are.
func clients() []map[string][]string { return []map[string][]string{{"session": {}}, {"login": {}}} }

// theirs describes an operation for clients who are signed in.
func theirs(method, path, name, summary string) huma.Operation {
	o := wire.Operation(method, "/b/{slug}/me"+path, name, summary)
	o.Security = clients()
	o.Errors = append(o.Errors, http.StatusForbidden)
	return o
}

// made is theirs for what makes something.
func made(path, name, summary string) huma.Operation {
	o := theirs(http.MethodPost, path, name, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// What stands in the context of a request.
type (
	self   struct{} // the client at their card
	inside struct{} // the client who is signed in
	asking struct{} // the request itself
)

// arrival is a client who is signed in, at no card.
type arrival struct {
	session visitor.Session
	login   visitor.Login
}

// let registers an operation for clients at one of their cards: others are
// turned away before what they send is looked at.
func let[I, O any](e *wire.Edge, g *Guests, o huma.Operation, fn func(ctx context.Context, in *I) (*O, error)) {
	before(e, o, func(r *http.Request) (any, any, error) {
		who, err := g.who(r)
		return self{}, who, err
	}, fn)
}

// signed registers an operation for clients who are signed in, at no card.
func signed[I, O any](e *wire.Edge, g *Guests, o huma.Operation, fn func(ctx context.Context, in *I) (*O, error)) {
	before(e, o, func(r *http.Request) (any, any, error) {
		if err := g.own(r); err != nil {
			return nil, nil, err
		}
		s, l, err := g.find.Entered(r)
		return inside{}, arrival{s, l}, err
	}, fn)
}

// met registers an operation for who is not signed in yet.
func met[I, O any](e *wire.Edge, g *Guests, o huma.Operation, fn func(ctx context.Context, in *I) (*O, error)) {
	before(e, o, func(r *http.Request) (any, any, error) { return inside{}, arrival{}, g.home(r) }, fn)
}

// before registers an operation that is answered once look has found who asks.
func before[I, O any](
	e *wire.Edge, o huma.Operation, look func(r *http.Request) (key, value any, err error), fn func(ctx context.Context, in *I) (*O, error),
) {
	o.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		key, value, err := look(r)
		if err != nil {
			web.WriteProblem(w, r, err)
			return
		}
		next(huma.WithValue(huma.WithValue(ctx, asking{}, r), key, value))
	}}
	wire.Public(e, o, fn)
}

// guest is the client who asks, at their card.
func guest(ctx context.Context) own.Guest {
	g, _ := ctx.Value(self{}).(own.Guest)
	return g
}

// entered is the client who asks.
func entered(ctx context.Context) arrival {
	a, _ := ctx.Value(inside{}).(arrival)
	return a
}

// request is what asks.
func request(ctx context.Context) *http.Request {
	r, _ := ctx.Value(asking{}).(*http.Request)
	return r
}

// token is that of the session which a request shows.
func (g *Guests) token(r *http.Request) string { return g.jar.Visitor(r) }

// home refuses what a page of another site sends. A program that shows a token
// is no page: no site has a browser send one in somebody's name.
func (g *Guests) home(r *http.Request) error {
	if web.Bearer(r) == "" && g.foreign.Check(r) != nil {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "this was sent from another site")
	}
	return nil
}

// own refuses who shows a key, and what is sent from another site.
func (g *Guests) own(r *http.Request) error {
	if _, key := web.Principal(r.Context()); key {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "this is its client's alone")
	}
	return g.home(r)
}

// who finds the client who asks, at a card.
func (g *Guests) who(r *http.Request) (own.Guest, error) {
	if err := g.own(r); err != nil {
		return own.Guest{}, err
	}
	business, err := g.slugs.BySlug(r.Context(), r.PathValue("slug"))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return own.Guest{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first") // nobody is signed in there
	}
	if err != nil {
		return own.Guest{}, err
	}
	return g.find.Guest(r, business)
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
