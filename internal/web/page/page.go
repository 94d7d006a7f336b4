// Package page answers people: it fills the models of package view and carries
// out what their forms ask for. One short file holds one page.
//
// A GET never changes anything. A POST ends in a redirect, so that going back
// and reloading repeat nothing; where it must happen once, the form carries a
// key. Everything works without scripts.
package page

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/catalog"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/secret"
	"kept/internal/store"
	"kept/internal/web"
	"kept/internal/web/asset"
	"kept/internal/web/view"
	"kept/message"
	"kept/setup"
	"kept/span"
)

// Settings gives the configuration of businesses.
type Settings interface {
	Load(ctx context.Context, business id.Business, version int64) (*availability.Setting, error)
	BySlug(ctx context.Context, slug string) (id.Business, error)
}

// Messages lists messages.
type Messages interface {
	List(ctx context.Context, business id.Business, f message.Filter, now span.Instant) ([]message.Message, error)
	Find(ctx context.Context, business id.Business, id id.Message) (message.Message, error)
}

// Clock is the program's clock; only a demo may set it.
type Clock interface {
	Now() span.Instant
	Set(ctx context.Context, to span.Instant) error
}

// Login is a sign-in that the demo offers.
type Login struct{ Slug, Email, Password string }

// Demo is what only a demo has.
type Demo struct {
	Logins  []Login
	Inbox   *store.DemoMail
	NextDue func(ctx context.Context) (span.Instant, bool, error)
}

// Deps are what the pages are made of.
type Deps struct {
	Desk     *booking.Desk
	Office   *setup.Office
	Gate     *account.Gate
	Clients  *client.Registry
	Settings Settings
	Messages Messages
	Clock    Clock
	Tokens   *secret.Master
	Words    web.Words
	Atomic   web.Atomic
	Ledger   web.Ledger
	Base     string // the absolute address of this program
	Demo     *Demo  // nil outside a demo
	// Stream answers with a business's events as they happen.
	Stream func(w http.ResponseWriter, r *http.Request, p account.Principal, after int64)
	// Found founds a business with what its trade begins with, and makes the
	// owner its first staff member.
	Found func(ctx context.Context, d setup.Draft, owner account.User) (catalog.Business, id.Staff, error)
}

// Pages answers people.
type Pages struct {
	Deps
	zones   span.Zones
	signIns *web.Limiter
}

// triesAMinute bounds how often somebody may try to sign in from one address.
const triesAMinute = 10

// New makes the pages and registers their addresses.
func New(mux *http.ServeMux, d Deps) *Pages {
	p := &Pages{Deps: d, signIns: web.NewLimiter(triesAMinute)}
	mux.Handle("GET "+asset.Prefix, asset.Handler())
	p.handle(mux, "GET /{$}", p.home)
	p.handle(mux, "POST /sign-in", p.signIn)
	p.handle(mux, "POST /sign-up", p.signUp)
	p.handle(mux, "POST /sign-out", p.signOut)
	p.handle(mux, "GET /b/{slug}", p.book)
	p.handle(mux, "POST /b/{slug}/hold", p.hold)
	p.handle(mux, "GET /b/{slug}/details", p.details)
	p.handle(mux, "POST /b/{slug}/book", p.take)
	p.handle(mux, "GET /m/{token}", p.manage)
	p.handle(mux, "GET /m/{token}/move", p.moveVisit)
	p.handle(mux, "GET /m/{token}/visit.ics", p.calendarFile)
	p.handle(mux, "POST /m/{token}/confirm", p.confirmVisit)
	p.handle(mux, "POST /m/{token}/move", p.moveVisitTo)
	p.handle(mux, "POST /m/{token}/cancel", p.cancelVisit)
	if d.Demo != nil {
		p.handle(mux, "GET /demo/inbox", p.inbox)
		p.handle(mux, "POST /demo/advance", p.advance)
	}
	desk{p}.register(mux)
	p.handle(mux, "/", func(http.ResponseWriter, *http.Request) error { return fault.Missing("page") })
	return p
}

// handle registers a page whose error is answered by a page.
func (p *Pages) handle(mux *http.ServeMux, pattern string, fn func(http.ResponseWriter, *http.Request) error) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		rememberLanguage(w, r)
		w.Header().Set("Cache-Control", "no-store")
		if err := fn(w, r); err != nil {
			p.fail(w, r, err)
		}
	})
}

// rememberLanguage keeps a language that was chosen on the page.
func rememberLanguage(w http.ResponseWriter, r *http.Request) {
	if chosen := r.URL.Query().Get("lang"); chosen != "" && chosen == web.Language(r.Context()) {
		http.SetCookie(w, &http.Cookie{
			Name: "lang", Value: chosen, Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode, HttpOnly: true,
			Secure: r.TLS != nil,
		})
	}
}

func printer(r *http.Request) i18n.Printer { return *i18n.For(web.Language(r.Context())) }

// frameOf is what every page needs.
func frameOf(r *http.Request, title string) view.Page {
	return view.Page{P: printer(r), Title: title, Path: r.URL.RequestURI()}
}

// draw writes a page.
func draw(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := c.Render(r.Context(), w); err != nil && !errors.Is(err, context.Canceled) {
		web.LogFault(r, http.StatusInternalServerError, err)
	}
	return nil
}

// Refuse answers with the page of a refusal, for what stands before the pages.
func (p *Pages) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Cache-Control", "no-store")
	p.fail(w, r, err)
}

// fail answers with the page of a refusal.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	problem := web.NewProblem(p.Words, web.Language(r.Context()), err)
	web.LogFault(r, problem.Status, err)
	m := view.ErrorModel{Page: frameOf(r, ""), Status: problem.Status, Wait: problem.RetryAfter, Home: "/"}
	if r.Method != http.MethodGet {
		m.Path = "/"
	}
	if problem.Rule != "" {
		m.Detail = problem.Detail
	}
	if slug := r.PathValue("slug"); slug != "" && problem.Status != http.StatusNotFound {
		m.Home = "/b/" + slug
	}
	if wait := problem.Headers().Get("Retry-After"); wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	if problem.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(problem.RetryAfter))
	}
	_ = draw(w, r, problem.Status, view.ErrorPage(m)) // draw answers for itself
}

// formFaults says, field by field, what is not right about a form, in the words
// of the form where it has some. called gives the form's name of a field.
func (p *Pages) formFaults(page view.Page, err error, called func(name string) string) view.Errors {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	var out view.Errors
	for i, wrong := range web.NewProblem(p.Words, page.P.Lang(), f).Errors {
		name, rule := called(wrong.Field), f.Fields[i].Rule
		key := "form." + name + "_wrong"
		if rule == "required" {
			key = "form." + name + "_needed"
		}
		if rule != "too_long" && page.P.Has(key) {
			wrong.Detail = page.P.T(key)
		}
		out = append(out, view.FieldError{Field: name, Text: wrong.Detail})
	}
	return out
}

// setting finds the business of the address.
func (p *Pages) setting(r *http.Request) (*availability.Setting, error) {
	business, err := p.Settings.BySlug(r.Context(), r.PathValue("slug"))
	if err != nil {
		return nil, err
	}
	return p.Settings.Load(r.Context(), business, 0)
}

// named gives a text of the owner in the reader's language.
func named(r *http.Request, c *catalog.Catalog, t catalog.Texts) string {
	return t.Pick(web.Language(r.Context()), c.Business.Language)
}

// zone gives the zone of a location of the business.
func (p *Pages) zone(c *catalog.Catalog, l id.Location) (*time.Location, error) {
	return p.zones.Load(c.ZoneOf(l))
}

// brand is the business at the head of a client's page.
func (p *Pages) brand(r *http.Request, c *catalog.Catalog, at id.Location) view.Brand {
	b := view.Brand{
		Name: named(r, c, c.Business.Names), Line: named(r, c, c.Business.About), Href: "/b/" + c.Business.Slug,
	}
	if l, ok := c.Location(at); ok {
		if address := named(r, c, l.Address); address != "" {
			b.Line = address
		}
	}
	return b
}
