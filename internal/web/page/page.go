// Package page answers people without a business of their own to look after:
// clients, who book and keep their visits, and whoever stands at the door to
// sign in. It fills the models of package view and carries out what their forms
// ask for. One short file holds one page; those of the staff are in package desk.
//
// A GET never changes anything. A POST ends in a redirect, so that going back
// and reloading repeat nothing; where it must happen once, the form carries a
// key. Everything works without scripts.
package page

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/internal/web"
	"kept/internal/web/asset"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
	"kept/setup"
	"kept/span"
	"kept/visitor"
)

// Messages finds messages.
type Messages interface {
	Find(ctx context.Context, business id.Business, id id.Message) (message.Message, error)
}

// Login is a sign-in that the demo offers.
type Login struct{ Slug, Email, Password string }

// Demo is what only a demo has.
type Demo struct {
	Logins  []Login
	Inbox   *store.DemoMail
	NextDue func(ctx context.Context) (span.Instant, bool, error)
	// SetClock moves the program's clock on.
	SetClock func(ctx context.Context, to span.Instant) error
}

// Deps are what the pages are made of.
type Deps struct {
	*shell.Shell

	Desk     *booking.Desk
	Messages Messages
	Tokens   *secret.Master
	Base     string // the absolute address of this program
	Demo     *Demo  // nil outside a demo
	// HasKeys tells whether pages under a host can use passkeys.
	HasKeys func(host string) bool
	// Elsewhere names the other house at which people may sign in; empty for none.
	Elsewhere string
	// Signed gives the cards at a business of whoever is signed in as a client; none for nobody.
	Signed func(r *http.Request, business id.Business) ([]client.Client, error)
	// Login gives the contact by which somebody is signed in as a client; false for nobody.
	Login func(r *http.Request) (visitor.Contact, bool)
	// Likes gives what a client prefers.
	Likes func(ctx context.Context, business id.Business, of id.Client) (client.Profile, error)
	// Called lists whom and what services can be done to of a client's.
	Called func(ctx context.Context, business id.Business, of id.Client) ([]client.Called, error)
	// Door sends codes to those who book, and takes them.
	Door *visitor.Door
	// Found founds a business with what its trade begins with, and makes the
	// owner its first staff member.
	Found func(ctx context.Context, d setup.Draft, owner account.User) (catalog.Business, id.Staff, error)
}

// Pages answers people.
type Pages struct {
	Deps
	signIns *web.Limiter
}

// triesAMinute bounds how often somebody may try to sign in from one address.
const triesAMinute = 10

// New makes the pages and registers their addresses.
func New(mux *http.ServeMux, d Deps) *Pages {
	p := &Pages{Deps: d, signIns: web.NewLimiter(triesAMinute)}
	mux.Handle("GET "+asset.Prefix, asset.Handler())
	p.Handle(mux, "GET /{$}", p.home)
	p.Handle(mux, "POST /sign-in", p.signIn)
	p.Handle(mux, "POST /sign-up", p.signUp)
	p.Handle(mux, "POST /sign-out", p.signOut)
	p.Handle(mux, "GET /b/{slug}", p.book)
	p.Handle(mux, "POST /b/{slug}/hold", p.hold)
	p.Handle(mux, "GET /b/{slug}/details", p.details)
	p.Handle(mux, "POST /b/{slug}/book", p.take)
	p.Handle(mux, "GET /b/{slug}/notices/{notice}", p.notice)
	p.Handle(mux, "GET /m/{token}", p.manage)
	p.Handle(mux, "GET /m/{token}/move", p.moveVisit)
	p.Handle(mux, "GET /m/{token}/visit.ics", p.calendarFile)
	p.Handle(mux, "POST /m/{token}/confirm", p.confirmVisit)
	p.Handle(mux, "POST /m/{token}/move", p.moveVisitTo)
	p.Handle(mux, "POST /m/{token}/cancel", p.cancelVisit)
	if d.Demo != nil {
		p.Handle(mux, "GET /demo/inbox", p.inbox)
		p.Handle(mux, "POST /demo/advance", p.advance)
	}
	p.Handle(mux, "/", func(http.ResponseWriter, *http.Request) error { return fault.Missing("page") })
	return p
}

// zone gives the zone of a location of the business.
func (p *Pages) zone(c *catalog.Catalog, l id.Location) (*time.Location, error) {
	return p.Zone(c.ZoneOf(l))
}

// brand is the business at the head of a client's page.
func (p *Pages) brand(r *http.Request, c *catalog.Catalog, at id.Location) view.Brand {
	b := view.Brand{
		Name: shell.Named(r, c, c.Business.Names), Line: shell.Named(r, c, c.Business.About), Href: "/b/" + c.Business.Slug, Call: c.Business.Phone,
	}
	if l, ok := c.Location(at); ok {
		if address := shell.Named(r, c, l.Address); address != "" {
			b.Line = address
		}
	}
	return b
}
