package own

import (
	"net/http"
	"net/netip"

	"kept/internal/dial"
	"kept/internal/web"
	"kept/visitor"
)

// Entrance is where clients sign in, on the page or by a program: one door, and
// one count of tries for both.
type Entrance struct {
	door  *visitor.Door
	asks  *web.Limiter
	tries *web.Limiter
}

// How often a minute somebody may ask for a code, and try one, from one
// address; what counts over hours and days stands in the database.
const (
	asksAMinute  = 10
	triesAMinute = 30
)

// NewEntrance makes the entrance of a door.
func NewEntrance(d *visitor.Door) *Entrance {
	return &Entrance{door: d, asks: web.NewLimiter(asksAMinute), tries: web.NewLimiter(triesAMinute)}
}

// Asked is a code that was asked for.
type Asked struct {
	Ticket  string          // goes with the code
	Contact visitor.Contact // where it goes, known or not
	Crowded bool            // so many asked by SMS today that it may not come; see visitor.Door.Crowded
}

// Ask takes note that somebody wants a code; the request tells from where.
// Faults as visitor.Door.Ask's.
func (e *Entrance) Ask(r *http.Request, q visitor.Request) (Asked, error) {
	if err := allow(e.asks, r); err != nil {
		return Asked{}, err
	}
	q.Address, q.Shared = web.Address(r), Behind(r)
	var out Asked
	var err error
	if out.Ticket, out.Contact, err = e.door.Ask(r.Context(), q); err != nil {
		return Asked{}, err
	}
	out.Crowded, err = e.door.Crowded(r.Context(), out.Contact, q.Business)
	return out, err
}

// Verify takes the code. Faults as visitor.Door.Verify's.
func (e *Entrance) Verify(r *http.Request, ticket, code string) (visitor.Entry, error) {
	if err := e.Try(r); err != nil {
		return visitor.Entry{}, err
	}
	return e.door.Verify(r.Context(), ticket, code, By(r))
}

// Confirm takes the secret of a link. Faults as visitor.Door.Confirm's.
func (e *Entrance) Confirm(r *http.Request, link string) (visitor.Entry, error) {
	if err := e.Try(r); err != nil {
		return visitor.Entry{}, err
	}
	return e.door.Confirm(r.Context(), link, By(r))
}

// Try counts one try from where the request comes; fault rate_limited.
func (e *Entrance) Try(r *http.Request) error { return allow(e.tries, r) }

// By is with what a request signs somebody in.
func By(r *http.Request) visitor.Browser {
	return visitor.Browser{Agent: r.UserAgent(), Address: web.Address(r)}
}

// Behind tells whether a request comes from a network of the house: over a
// proxy, which is everybody's address, and is to limit by theirs.
func Behind(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && !dial.Public(at.Addr())
}

// allow takes one try of whoever sent the request, unless nobody knows who that is.
func allow(l *web.Limiter, r *http.Request) error {
	if Behind(r) {
		return nil
	}
	return l.Allow(r)
}
