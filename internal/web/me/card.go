package me

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"kept/account"
	"kept/booking"
	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/web/shell"
	"kept/internal/web/view"
	"kept/internal/web/wire"
	"kept/span"
	"kept/visitor"
)

// How many visits the pages list.
const (
	fewVisits  = 5
	mostComing = 10
	mostVisits = 60
)

// list gives the visits of the card, the newest first.
func (p *Pages) list(t *turn, filter booking.Filter) ([]*booking.Booking, error) {
	filter.Client = t.Card.ID
	return p.Desk.List(t.Ctx(), account.System(t.business()), filter) // the card was found to be theirs
}

// card is what comes, and the way to the rest.
func (p *Pages) card(t *turn) error {
	f, err := p.frame(t, "")
	if err != nil {
		return err
	}
	m := view.MeCardModel{Me: f, Name: t.Card.Name, Book: "/b/" + t.Set.Catalog.Business.Slug, All: t.at("/visits")}
	visits, err := p.Desk.Coming(t.Ctx(), account.System(t.business()), t.Card.ID, t.Now, mostComing+1)
	if err != nil {
		return err
	}
	m.More = len(visits) > mostComing
	for _, b := range visits[:min(len(visits), mostComing)] {
		m.Coming = append(m.Coming, view.MeVisit{
			Visit: p.visitOf(t, b), Chip: view.StatusChip(t.P, string(b.Status)), Href: p.manage(b),
		})
	}
	begun, err := p.before(t)
	if err != nil {
		return err
	}
	m.History = p.past(t, begun, fewVisits)
	if err := p.firstDue(t, &m); err != nil {
		return err
	}
	return shell.Draw(t.W, t.R, http.StatusOK, view.MeCardPage(m))
}

// before gives the last visits that have begun, the newest first: enough for
// the few to show beside those that are still under way.
func (p *Pages) before(t *turn) ([]*booking.Booking, error) {
	return p.list(t, booking.Filter{Backward: true, AfterAt: t.Now, Limit: 2 * fewVisits})
}

// visits lists all visits, the newest first.
func (p *Pages) visits(t *turn) error {
	f, err := p.frame(t, "/visits")
	if err != nil {
		return err
	}
	m := view.MeListModel{Me: f, Heading: t.P.T("me.part_visits"), None: t.P.T("me.visits_none")}
	start := func(b *booking.Booking) wire.Cursor { return wire.Cursor{At: int64(b.Start), ID: string(b.ID)} }
	visits, err := turned(t, &m, "/visits", start, func(from wire.Cursor, limit int) ([]*booking.Booking, error) {
		return p.list(t, booking.Filter{Backward: true, AfterAt: span.Instant(from.At), AfterID: id.Booking(from.ID), Limit: limit})
	})
	if err != nil {
		return err
	}
	for _, b := range visits {
		v := p.visitOf(t, b)
		m.Rows = append(m.Rows, view.MeRow{
			Title: v.Service, Chip: view.StatusChip(t.P, string(b.Status)), Href: p.manage(b),
			Line: view.Joined(t.P.DateTimeIn(b.Start.In(p.zoneOf(t, b)), t.Now.In(p.zoneOf(t, b))), v.Staff, v.Place, v.Price),
		})
	}
	return shell.Draw(t.W, t.R, http.StatusOK, view.MeListPage(m))
}

// ahead tells whether a visit is still to come.
func ahead(b *booking.Booking, now span.Instant) bool { return b.Status.Occupies() && b.End > now }

// past are the visits that are over, the newest first, at most so many.
func (p *Pages) past(t *turn, visits []*booking.Booking, most int) []view.TimelineItem {
	var out []view.TimelineItem
	for _, b := range visits {
		if ahead(b, t.Now) || len(out) == most {
			continue
		}
		v, zone := p.visitOf(t, b), p.zoneOf(t, b)
		tone := view.Quiet
		switch b.Status { //nolint:exhaustive // the others are told by their word
		case booking.Completed, booking.CheckedIn:
			tone = view.Good
		case booking.NoShow:
			tone = view.Bad
		}
		out = append(out, view.TimelineItem{
			Title: v.Service, Tone: tone, Href: p.manage(b),
			Line: view.Joined(t.P.DateIn(b.Start.In(zone), t.Now.In(zone)), v.Staff, t.P.T("status."+string(b.Status)), v.Price),
		})
	}
	return out
}

// visitOf is a visit in the reader's words.
func (p *Pages) visitOf(t *turn, b *booking.Booking) view.Visit {
	c := t.Set.Catalog
	names := make([]string, 0, len(b.Items))
	for _, item := range b.Items {
		if s, ok := c.Service(item.Service); ok {
			names = append(names, name(t, c, s.Names))
		}
	}
	zone := p.zoneOf(t, b)
	v := view.Visit{
		Service: strings.Join(names, " + "), Price: t.P.Price(b.Quote.Total), Day: t.P.Date(b.Start.In(zone)),
		Time: t.P.Time(b.Start.In(zone)), Until: t.P.Time(b.End.In(zone)),
	}
	if s, ok := c.StaffMember(b.Lead); ok {
		v.Staff = name(t, c, s.Names)
	}
	if l, ok := c.Location(b.Location); ok && len(c.Locations) > 1 {
		v.Place = name(t, c, l.Names)
	}
	return v
}

func (p *Pages) zoneOf(t *turn, b *booking.Booking) *time.Location {
	if zone, err := p.Zone(b.Zone); err == nil {
		return zone
	}
	return t.Home
}

// manage is where a visit is moved, confirmed and cancelled.
func (p *Pages) manage(b *booking.Booking) string {
	return "/m/" + p.Tokens.Sign(secret.Token{
		Business: string(b.Business), Kind: secret.KindManage, ID: string(b.ID), Epoch: b.Epoch,
	})
}

// readersZone is the zone of the reader's clock, as their browser told it; UTC when it did not.
func (p *Pages) readersZone(r *http.Request) *time.Location {
	if name, err := url.QueryUnescape(p.Jar.Get(r, shell.ZoneCookie)); err == nil && name != "" {
		if zone, err := p.Zone(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// Signed gives the cards that a request's session opens at a business: the
// booking pages ask it, so that who is signed in books as themselves. None when
// nobody is signed in.
func (p *Pages) Signed(r *http.Request, business id.Business) ([]client.Client, error) {
	token := p.Jar.Visitor(r)
	if token == "" {
		return nil, nil
	}
	l, err := p.Door.Who(r.Context(), token)
	if err != nil {
		return nil, unlessOutside(err)
	}
	cards, err := p.Door.ListCards(r.Context(), l, business)
	if err != nil {
		return nil, err
	}
	var out []client.Client
	for _, card := range cards {
		c, err := p.Clients.Find(r.Context(), business, card.Client)
		if err == nil {
			out = append(out, c)
		} else if unlessOutside(err) != nil {
			return nil, err
		}
	}
	return out, nil
}

// Entered gives the session that a request shows, as a bearer or by the cookie,
// and its login. Fault Unauthenticated.
func (p *Pages) Entered(r *http.Request) (visitor.Session, visitor.Login, error) {
	token := p.Jar.Visitor(r)
	if token == "" {
		return visitor.Session{}, visitor.Login{}, fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first")
	}
	return p.Door.Session(r.Context(), token)
}

// Login gives the contact by which a request's session is signed in.
func (p *Pages) Login(r *http.Request) (visitor.Contact, bool) {
	token := p.Jar.Visitor(r)
	if token == "" {
		return visitor.Contact{}, false
	}
	l, err := p.Door.Who(r.Context(), token)
	return l.Contact, err == nil
}

// unlessOutside forgives that somebody is not signed in, or has no card.
func unlessOutside(err error) error {
	switch fault.KindOf(err) {
	case fault.Unauthenticated, fault.NotFound:
		return nil
	default:
		return err
	}
}

// browser names a browser out of what it says it is: "Firefox · Android".
func browser(agent string) string {
	find := func(marks ...string) string {
		for i := 0; i+1 < len(marks); i += 2 {
			if strings.Contains(agent, marks[i]) {
				return marks[i+1]
			}
		}
		return ""
	}
	program := find("Edg/", "Edge", "OPR/", "Opera", "YaBrowser/", "Yandex", "SamsungBrowser/", "Samsung Internet", "Firefox/", "Firefox",
		"FxiOS/", "Firefox", "CriOS/", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari")
	system := find("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS", "Linux", "Linux")
	return view.Joined(program, system)
}
