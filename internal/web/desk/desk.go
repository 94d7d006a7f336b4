// Package desk is the office of a business, under /app/{slug}: what the staff
// see and do all day (today, the calendar, bookings, clients, messages), and
// what the owner sets. One short file holds one page.
//
// Every request is a turn: somebody who is signed in, in one of their
// businesses, with what they may do. A GET never changes anything. A POST ends
// in a redirect, or shows the form again with what was typed and each wrong
// field named. Everything works without scripts; the calendar's script asks for
// the same pages in parts.
package desk

import (
	"net/http"

	"kept/account"
	"kept/booking"
	"kept/calsync"
	"kept/client"
	"kept/insight"
	"kept/internal/web/shell"
	"kept/setup"
)

// Desk is the pages of the staff.
type Desk struct {
	*shell.Staff

	Bookings *booking.Desk
	Office   *setup.Office
	Clients  *client.Registry
	Measures *insight.Analyst
	Links    *calsync.Links
	// Stream answers with a business's events as they happen.
	Stream func(w http.ResponseWriter, r *http.Request, p account.Principal, after int64)
}

// Register mounts the pages of the staff.
func (d *Desk) Register(mux *http.ServeMux) {
	get := func(path string, need account.Action, fn func(*turn) error) {
		mux.Handle("GET /app/{slug}"+path, d.page(need, fn))
	}
	post := func(path string, need account.Action, fn func(*turn) error) {
		mux.Handle("POST /app/{slug}"+path, d.page(need, fn))
	}
	get("", account.ReadBookings, d.today)
	get("/calendar", account.ReadBookings, d.calendar)
	get("/calendar.json", account.ReadBookings, d.feed)
	get("/stream", account.ReadEvents, d.stream)
	get("/bookings/{id}", account.ReadBookings, d.booking)
	get("/bookings/{id}/panel", account.ReadBookings, d.panel)
	get("/bookings/{id}/move", account.WriteBookings, d.moveForm)
	post("/bookings/{id}/move", account.WriteBookings, d.move)
	post("/bookings/{id}/{verb}", account.WriteBookings, d.act)
	get("/sessions", account.ReadBookings, d.sessions)
	post("/sessions", account.WriteBookings, d.planSessions)
	get("/sessions/{id}", account.ReadBookings, d.session)
	post("/sessions/{id}/seats", account.WriteBookings, d.resizeSession)
	post("/sessions/{id}/cancel", account.WriteBookings, d.cancelSession)
	get("/new", account.WriteBookings, d.newForm)
	post("/new", account.WriteBookings, d.newBooking)
	post("/new/series", account.WriteBookings, d.newSeries)
	get("/explain", account.ReadBookings, d.explain)
	get("/clients", account.ReadClients, d.clients)
	get("/clients/new", account.WriteClients, d.newClientForm)
	post("/clients/new", account.WriteClients, d.newClient)
	get("/clients/{id}/edit", account.WriteClients, d.editForm)
	post("/clients/{id}/edit", account.WriteClients, d.edit)
	get("/insight", account.ReadBookings, d.insight)
	get("/messages", account.ReadMessages, d.messages)
	get("/messages/{id}", account.ReadMessages, d.message)
	get("/roster", account.ReadSettings, d.roster)
	post("/roster/publish", account.WriteSettings, d.publishRosters)
}

// turn is one request of somebody who is signed in.
type turn struct{ *shell.Turn }

// page gives a page its turn.
func (d *Desk) page(need account.Action, fn func(*turn) error) http.Handler {
	return d.Page(need, func(t *shell.Turn) error { return fn(&turn{t}) })
}

// stream tells what happens, live.
func (d *Desk) stream(t *turn) error {
	ctx, stop := d.While(t.Turn)
	defer stop()
	d.Stream(t.W, t.R.WithContext(ctx), t.Who, -1)
	return nil
}
