// Package me is the client's own side, under /me: who signs in with a code
// sees the cards that open for their contact, of every business apart, and
// changes there what is theirs to change.
//
// /me itself lists the businesses and the people; /me/-/... is the door and the
// browsers that are signed in (no business is called "-"); /me/{slug}/... is one
// card, the one named by ?who= or the first that opens. Every such request asks
// anew whether the card opens for the login. A card that does not is as unknown
// as one that is not there.
//
// A GET changes nothing. A POST ends in a redirect and carries a key, so that
// it is done once. What the staff change meanwhile comes over the stream
// (stream.go), which carries nothing of anybody else; what the client changes
// reaches the staff's open pages in the same way.
package me

import (
	"context"
	"net/http"
	"time"

	"kept/account"
	"kept/audit"
	"kept/availability"
	"kept/booking"
	"kept/calsync"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/intake"
	"kept/internal/i18n"
	"kept/internal/secret"
	"kept/internal/web"
	"kept/internal/web/own"
	"kept/internal/web/shell"
	"kept/plan"
	"kept/privacy"
	"kept/span"
	"kept/visitor"
)

// Events gives what happens, as it happens.
type Events interface {
	// Last gives the newest number of a business.
	Last(ctx context.Context, business id.Business) (int64, error)
	// Subscribe gives events after a number until the context ends.
	Subscribe(ctx context.Context, business id.Business, after int64) <-chan event.Event
}

// Readers tells who opened a card, and how.
type Readers interface {
	Readers(ctx context.Context, business id.Business, of id.Client) ([]audit.Reader, error)
}

// Feeds keeps the epochs of calendar feeds.
type Feeds interface {
	Feed(ctx context.Context, business id.Business, of id.Client) (epoch uint32, err error)
	TurnFeed(ctx context.Context, business id.Business, of id.Client, now span.Instant) (epoch uint32, err error)
}

// Deps are what the pages are made of.
type Deps struct {
	*shell.Shell

	Door    *visitor.Door
	Clients *client.Registry
	Desk    *booking.Desk
	Tokens  *secret.Master
	Events  Events
	Readers Readers
	Feeds   Feeds
	Plans   *plan.Planner
	Intake  *intake.Desk
	Privacy *privacy.Office
	Chains  Chains
	Watches *calsync.Watches
	// Archive gives the archive of files, which a running server has.
	Archive func() *client.Archive
	// Export gives a copy of everything about a client, and what sort of file it is.
	Export func(ctx context.Context, who account.Principal, of id.Client) (body []byte, kind string, err error)
	// Passkeys tells whether a page under a host can use passkeys; nil where none can.
	Passkeys func(host string) bool
	Base     string // the absolute address of this program
	Inbox    string // of a demo; empty for none
}

// Pages answers clients.
type Pages struct {
	Deps
	self *own.Desk // what clients do with their contacts and files
	door *own.Entrance
}

// New makes the pages.
func New(d Deps) *Pages {
	self := &own.Desk{Door: d.Door, Clients: d.Clients, Archive: d.Archive}
	return &Pages{Deps: d, self: self, door: own.NewEntrance(d.Door)}
}

// Need is who an address is for.
type Need string

// The needs.
const (
	Anybody Need = "anybody"
	Login   Need = "login" // somebody who is signed in
	OfCard  Need = "card"  // ... for whom a card of the business opens
	Token   Need = "token" // whoever has the secret in the address
)

// Route is one address.
type Route struct {
	Method, Path string
	Need         Need

	open func(http.ResponseWriter, *http.Request) error
	in   func(*turn) error
}

// Routes lists every address of the clients' side, for the mux and for the
// matrix of rights.
func (p *Pages) Routes() []Route {
	anybody := func(method, path string, need Need, fn func(http.ResponseWriter, *http.Request) error) Route {
		return Route{Method: method, Path: path, Need: need, open: fn}
	}
	out := []Route{
		anybody("GET", "/me", Anybody, p.home),
		anybody("POST", "/me/-/ask", Anybody, p.ask),
		anybody("GET", "/me/-/code", Anybody, p.code),
		anybody("POST", "/me/-/code", Anybody, p.verify),
		anybody("GET", "/me/-/in/{link}", Token, p.link),
		anybody("POST", "/me/-/in/{link}", Token, p.confirm),
		anybody("POST", "/me/-/keys/ask", Anybody, p.askKey),
		anybody("POST", "/me/-/keys/in", Anybody, p.signInKey),
		anybody("GET", "/feeds/me/{token}", Token, p.feed),
	}
	login := func(method, path string, fn func(*turn) error) {
		out = append(out, Route{Method: method, Path: "/me/-" + path, Need: Login, in: fn})
	}
	login("POST", "/out", p.signOut)
	login("GET", "/sessions", p.sessions)
	login("POST", "/sessions/end", p.endOthers)
	login("POST", "/keys/options", p.keyOptions)
	login("POST", "/keys", p.addKey)
	login("POST", "/keys/{id}/drop", p.dropKey)
	login("POST", "/sessions/{id}/end", p.endSession)
	card := func(method, path string, fn func(*turn) error) {
		out = append(out, Route{Method: method, Path: "/me/{slug}" + path, Need: OfCard, in: fn})
	}
	card("GET", "", p.card)
	card("GET", "/stream", p.stream)
	card("GET", "/visits", p.visits)
	card("GET", "/likes", p.likes)
	card("POST", "/likes", p.saveLikes)
	card("GET", "/contacts", p.contacts)
	card("POST", "/contacts", p.addContact)
	card("POST", "/contacts/{id}/prefer", p.preferContact)
	card("POST", "/contacts/{id}/ask", p.askContact)
	card("POST", "/contacts/{id}/code", p.proveContact)
	card("POST", "/contacts/{id}/label", p.labelContact)
	card("POST", "/contacts/{id}/remove", p.removeContact)
	card("GET", "/people", p.people)
	card("POST", "/people", p.addPerson)
	card("POST", "/subjects", p.addSubject)
	card("POST", "/subjects/{id}/remove", p.removeSubject)
	card("GET", "/plans", p.plans)
	card("POST", "/plans", p.addPlan)
	card("POST", "/plans/{id}/skip", p.skipPlan)
	card("GET", "/forms", p.forms)
	card("POST", "/forms", p.fillForm)
	card("GET", "/consents", p.consents)
	card("POST", "/consents", p.agree)
	card("POST", "/consents/withdraw", p.withdraw)
	card("GET", "/papers", p.papers)
	card("GET", "/papers/{id}", p.paper)
	card("POST", "/papers", p.addPaper)
	card("POST", "/papers/{id}/remove", p.removePaper)
	card("GET", "/data", p.data)
	card("POST", "/export", p.export)
	card("POST", "/erase", p.erase)
	card("GET", "/seen", p.seen)
	card("GET", "/calendar", p.calendar)
	card("POST", "/calendar", p.turnFeed)
	card("POST", "/calendar/own", p.addOwn)
	card("POST", "/calendar/own/{id}/remove", p.dropOwn)
	return out
}

// Register mounts the pages.
func (p *Pages) Register(mux *http.ServeMux) {
	for _, r := range p.Routes() {
		pattern := r.Method + " " + r.Path
		switch r.Need {
		case Login:
			p.Handle(mux, pattern, func(w http.ResponseWriter, q *http.Request) error { return p.signedIn(w, q, r.in) })
		case OfCard:
			p.Handle(mux, pattern, func(w http.ResponseWriter, q *http.Request) error { return p.atCard(w, q, r.in) })
		case Anybody, Token:
			p.Handle(mux, pattern, r.open)
		}
	}
}

// turn is one request of somebody who is signed in.
type turn struct {
	W       http.ResponseWriter
	R       *http.Request
	Login   visitor.Login
	Session visitor.Session
	P       i18n.Printer
	Now     span.Instant

	// Of requests to a card:
	Set   *availability.Setting
	Who   account.Principal
	Card  client.Client
	Cards []visitor.Card // all that open, this business's
	Home  *time.Location // the business's zone
}

// Ctx is the request's context.
func (t *turn) Ctx() context.Context { return t.R.Context() }

// business is the business of the card.
func (t *turn) business() id.Business { return t.Set.Catalog.Business.ID }

// guest is who asks, at the card.
func (t *turn) guest() own.Guest {
	return own.Guest{Who: t.Who, Card: t.Card.ID, Login: t.Login.Contact, Language: t.P.Lang(), Shared: own.Behind(t.R), Visitor: t.Login, Session: t.Session.ID}
}

// root is where the card's pages stand.
func (t *turn) root() string { return "/me/" + t.Set.Catalog.Business.Slug }

// at is the address of a part of this card.
func (t *turn) at(part string) string { return t.root() + part + t.query() }

// query names the card where it is not the only one.
func (t *turn) query() string {
	if len(t.Cards) < 2 {
		return ""
	}
	return "?who=" + string(t.Card.ID)
}

// SessionCookie carries the token of a client who is signed in: another one
// than the staff's.
const SessionCookie = web.VisitorCookie

// session finds who is signed in, and hands out the session's new token when it is time.
func (p *Pages) session(w http.ResponseWriter, r *http.Request) (visitor.Session, visitor.Login, error) {
	token := p.Jar.Get(r, SessionCookie)
	if token == "" {
		return visitor.Session{}, visitor.Login{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first")
	}
	s, l, fresh, err := p.Door.Resume(r.Context(), token)
	if err == nil && fresh != "" {
		p.admit(w, fresh)
	}
	return s, l, err
}

// admit hands out the cookie of a session.
func (p *Pages) admit(w http.ResponseWriter, token string) {
	p.cookie(w, SessionCookie, token, "/", visitor.SessionLife)
}

// cookie sets a cookie that scripts do not see; one without a value is taken away.
func (p *Pages) cookie(w http.ResponseWriter, name, value, path string, life span.Instant) {
	if value == "" {
		life = 0
	}
	p.Jar.Set(w, web.Cookie{Name: name, Value: value, Path: path, Life: time.Duration(life) * time.Microsecond})
}

// signedIn lets in whoever is signed in; others are led to the door.
func (p *Pages) signedIn(w http.ResponseWriter, r *http.Request, fn func(*turn) error) error {
	t, err := p.enter(w, r)
	if t == nil || err != nil {
		return err
	}
	return fn(t)
}

// enter begins a turn; nil without an error when the answer is given already.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request) (*turn, error) {
	s, l, err := p.session(w, r)
	if fault.KindOf(err) == fault.Unauthenticated && err != nil {
		if shell.WantsJSON(r) {
			web.WriteProblem(w, r, err)
			return nil, nil //nolint:nilnil // answered
		}
		to := "/me"
		if next := visitor.LocalPath(r.URL.RequestURI()); r.Method == http.MethodGet && next != "" {
			to = askPath("", next)
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil, nil //nolint:nilnil // answered
	}
	if err != nil {
		return nil, err
	}
	return &turn{W: w, R: r, Login: l, Session: s, P: shell.Printer(r), Now: p.Clock.Now()}, nil
}

// atCard lets in whoever has a card at the business.
func (p *Pages) atCard(w http.ResponseWriter, r *http.Request, fn func(*turn) error) error {
	t, err := p.enter(w, r)
	if t == nil || err != nil {
		return err
	}
	if t.Set, err = p.Setting(r); err != nil {
		return err
	}
	if err := p.choose(t); err != nil {
		return err
	}
	if t.Home, err = p.Zone(t.Set.Catalog.Business.Zone); err != nil {
		return err
	}
	return fn(t)
}

// choose finds the card that the request is about among those that open.
func (p *Pages) choose(t *turn) error {
	want := t.R.URL.Query().Get("who")
	if t.R.Method == http.MethodPost && !web.Brings(t.R) {
		if posted := t.R.PostFormValue("who"); posted != "" {
			want = posted
		}
	}
	var err error
	if t.Cards, err = p.Door.ListCards(t.Ctx(), t.Login, t.business()); err != nil {
		return err
	}
	for _, c := range t.Cards {
		if want != "" && string(c.Client) != want {
			continue
		}
		if t.Card, err = p.Clients.Find(t.Ctx(), c.Business, c.Client); err != nil {
			return err
		}
		t.Who = account.Visitor(c.Business, c.Client)
		t.Who.From = web.Address(t.R)
		return nil
	}
	return fault.Missing("card")
}
