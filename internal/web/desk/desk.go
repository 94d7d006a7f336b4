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
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"kept/account"
	"kept/availability"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/i18n"
	"kept/internal/web"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/message"
	"kept/setup"
	"kept/span"
)

// Messages lists messages.
type Messages interface {
	List(ctx context.Context, business id.Business, f message.Filter, now span.Instant) ([]message.Message, error)
	Find(ctx context.Context, business id.Business, id id.Message) (message.Message, error)
}

// Desk is the pages of the staff.
type Desk struct {
	*shell.Shell

	Bookings *booking.Desk
	Office   *setup.Office
	Clients  *client.Registry
	Messages Messages
	Demo     bool // show the way to the demo's inbox
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
	get("/new", account.WriteBookings, d.newForm)
	post("/new", account.WriteBookings, d.newBooking)
	get("/clients", account.ReadClients, d.clients)
	get("/clients/new", account.WriteClients, d.newClientForm)
	post("/clients/new", account.WriteClients, d.newClient)
	get("/clients/{id}", account.ReadClients, d.card)
	get("/clients/{id}/edit", account.WriteClients, d.editForm)
	post("/clients/{id}/edit", account.WriteClients, d.edit)
	get("/messages", account.ReadMessages, d.messages)
	get("/messages/{id}", account.ReadMessages, d.message)
}

// turn is one request of somebody who is signed in, with what every page needs.
type turn struct {
	w      http.ResponseWriter
	r      *http.Request
	who    account.Principal
	user   account.User
	set    *availability.Setting
	p      *i18n.Printer
	home   *time.Location // the business's zone
	now    span.Instant
	slug   string
	places int // businesses that the person works for
}

func (t *turn) ctx() context.Context { return t.r.Context() }

// root is where the business's pages stand.
func (t *turn) root() string { return "/app/" + t.slug }

// page lets in whoever is signed in, works for the business and may do what
// the page needs. Another business's slug is as unknown as one that is not.
func (d *Desk) page(need account.Action, fn func(*turn) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shell.Begin(w, r)
		t, err := d.enter(w, r)
		if fault.KindOf(err) == fault.Unauthenticated && err != nil {
			next := r.URL.RequestURI()
			if r.Method != http.MethodGet || fragment(r) {
				next = "/app/" + r.PathValue("slug")
			}
			if wantsJSON(r) {
				web.WriteProblem(w, r, err)
				return
			}
			http.Redirect(w, r, "/?next="+url.QueryEscape(next), http.StatusSeeOther)
			return
		}
		if err == nil && !t.who.May(need) {
			err = fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
		}
		if err == nil {
			err = fn(t)
		}
		if err != nil {
			d.refuse(w, r, err)
		}
	})
}

func (d *Desk) enter(w http.ResponseWriter, r *http.Request) (*turn, error) {
	ctx := r.Context()
	session, err := d.Session(r)
	if err != nil {
		return nil, err
	}
	t := &turn{w: w, r: r, slug: r.PathValue("slug"), p: i18n.For(web.Language(ctx)), now: d.Clock.Now()}
	business, err := d.Settings.BySlug(ctx, t.slug)
	if err != nil {
		return nil, err
	}
	if t.who, err = d.Gate.Enter(ctx, session.User, business); err != nil {
		return nil, err
	}
	if t.set, err = d.Settings.Load(ctx, business, 0); err != nil {
		return nil, err
	}
	if t.user, err = d.Gate.FindUser(ctx, session.User); err != nil {
		return nil, err
	}
	places, err := d.Gate.ListMemberships(ctx, session.User)
	if err != nil {
		return nil, err
	}
	t.places = len(places)
	t.home, err = d.Zone(t.set.Catalog.Business.Zone)
	return t, err
}

// refuse answers with what went wrong: as a problem to scripts, as a page to people.
func (d *Desk) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if wantsJSON(r) {
		web.WriteProblem(w, r, err)
		return
	}
	d.Fail(w, r, err)
}

func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "json") || strings.HasSuffix(r.URL.Path, "/stream")
}

// fragment tells whether the calendar's script asks for its panel.
func fragment(r *http.Request) bool { return r.Header.Get("Hx-Target") == "panel" }

// frame fills what stands around every page of the desk. here is the entry of
// the menu; waiting counts the messages that should have gone out.
func (d *Desk) frame(t *turn, here, title string) (view.Staff, error) {
	f := view.Staff{
		Page:     view.Page{P: *t.p, Title: title, Path: t.r.URL.RequestURI()},
		Business: t.name(t.set.Catalog.Business.Names), Slug: t.slug, Here: here, User: t.user.Name,
		Role: t.p.T("role." + string(t.who.Role)), SignOut: "/sign-out", Notice: t.notice(),
	}
	if t.places > 1 {
		f.Switch = "/"
	}
	if t.who.May(account.ReadEvents) {
		f.Stream = t.root() + "/stream"
	}
	if d.Demo {
		f.Demo = "/demo/inbox"
	}
	if t.who.May(account.ReadMessages) {
		due, err := d.Messages.List(t.ctx(), t.who.Business, message.Filter{Status: message.ShownDue, Limit: mostWaiting}, t.now)
		if err != nil {
			return f, err
		}
		f.Waiting = len(due)
	}
	return f, nil
}

// mostWaiting bounds what the menu counts: past it, there is trouble, and how
// much is told by the page of messages.
const mostWaiting = 99

// notice tells what was just done: the word after ?done= in the address, where
// there is a text for it.
func (t *turn) notice() view.Notice {
	switch done := t.r.URL.Query().Get("done"); done {
	case "confirm", "check_in", "complete", "no_show", "cancel", "decline", "move", "book", "client_new", "client_saved":
		return view.Notice{Text: t.p.T("done." + done), Tone: view.Good}
	default:
		return view.Notice{}
	}
}

// refusal is the sentence for a fault, in the reader's words.
func (d *Desk) refusal(t *turn, err error) string {
	p := web.NewProblem(d.Words, t.p.Lang(), err)
	if p.Detail != "" && (p.Rule != "" || p.Code == fault.CodeInvalid) {
		return strings.TrimRight(p.Title, ".") + ". " + p.Detail
	}
	return p.Title
}

// expected tells whether a fault is an answer to what somebody asked, to be
// shown where they asked it, and not a failure of the page.
func expected(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Gone, fault.Exhausted:
		return true
	case fault.Forbidden:
		return fault.CodeOf(err) == fault.CodePolicyRefused
	default:
		return false
	}
}

// wrongFields are a fault's fields as a form shows them.
func (d *Desk) wrongFields(t *turn, err error, trim string) view.Errors {
	var out view.Errors
	for _, f := range web.NewProblem(d.Words, t.p.Lang(), err).Errors {
		out = append(out, view.FieldError{Field: strings.TrimPrefix(f.Field, trim), Text: f.Detail})
	}
	return out
}

// show writes a page.
func (t *turn) show(c templ.Component, status int) error { return shell.Draw(t.w, t.r, status, c) }

// back leads on after a POST, telling what was done.
func (t *turn) back(to, done string) error {
	if done != "" {
		mark := "?"
		if strings.Contains(to, "?") {
			mark = "&"
		}
		to += mark + "done=" + done
	}
	http.Redirect(t.w, t.r, to, http.StatusSeeOther)
	return nil
}

// readID checks the form of an identifier in the address.
func readID[T ~string](t *turn, what string) (T, error) {
	if text := t.r.PathValue("id"); id.Valid(text) {
		return T(text), nil
	}
	return "", fault.Missing(what)
}

// stream tells what happens, live.
func (d *Desk) stream(t *turn) error {
	d.Stream(t.w, t.r, t.who, -1)
	return nil
}
