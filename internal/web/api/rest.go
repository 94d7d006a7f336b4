package api

import (
	"net/http"
	"time"

	"kept/internal/web/wire"
)

// Making some three hundred operations ready takes longer than opening the
// database. So those of the public page, by which a client books, stand when
// New returns, and the rest is made ready beside the first requests (Rest).
// Whoever asks for another address meanwhile has it begin at once and waits: a
// few hundredths of a second once after a start. The rest holds the public ones once more, for the
// description lists all; the mux keeps those that it has.

// rest is the mux on which the second round registers.
type rest struct {
	Mux
	early map[string]bool // patterns that the mux has already
	wait  func()          // until everything is registered
}

// first is the mux on which the first round registers; it notes the patterns.
type first struct {
	Mux
	early map[string]bool
}

// HandleFunc implements humago.Mux.
func (f first) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	f.early[pattern] = true
	f.Mux.HandleFunc(pattern, h)
}

// HandleFunc implements humago.Mux. An operation answers when all are there:
// until then others write down their schemas in what it would read. So does the
// description, which comes with the first of them.
func (r rest) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	if r.early[pattern] {
		return
	}
	r.Mux.HandleFunc(pattern, func(w http.ResponseWriter, req *http.Request) {
		r.wait()
		h(w, req)
	})
}

// headStart is how long the public operations have the processors to themselves.
const headStart = 30 * time.Millisecond

// Rest makes all other operations ready, also those that others register; it
// does so beside the first requests, and is called once.
func (a *API) Rest(others func(e *wire.Edge)) {
	go func() {
		select {
		case <-time.After(headStart):
		case <-a.wanted:
		}
		a.register()
		if others != nil {
			others(a.edge)
		}
		close(a.ready)
	}()
}

// wait has the rest made ready now, and waits until it is.
func (a *API) wait() {
	a.hurry.Do(func() { close(a.wanted) })
	<-a.ready
}

// patient answers an address that is not there (yet): who came before the rest
// was ready is led to where they wanted.
func (a *API) patient(mux Mux, missing http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-a.ready:
			missing(w, r)
		default:
			a.wait()
			mux.ServeHTTP(w, r)
		}
	}
}
