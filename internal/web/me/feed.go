package me

import (
	"net/http"
	"net/url"

	"kept/account"
	"kept/booking"
	"kept/fault"
	"kept/id"
	"kept/internal/ical"
	"kept/internal/secret"
	"kept/internal/web/shell"
	"kept/span"
)

// How much of the past and the future a feed tells.
const (
	feedPast   = 90 * span.Day
	feedFuture = 400 * span.Day
	feedMost   = 500
)

// feed gives the visits of a card as a calendar to whoever has its address.
func (p *Pages) feed(w http.ResponseWriter, r *http.Request) error {
	t, err := p.Tokens.Verify(r.PathValue("token"), secret.KindFeed)
	if err != nil {
		return fault.Missing("calendar")
	}
	business, of := id.Business(t.Business), id.Client(t.ID)
	epoch, err := p.Feeds.Feed(r.Context(), business, of)
	if err != nil {
		return err
	}
	if epoch == 0 || epoch != t.Epoch {
		return fault.Missing("calendar")
	}
	c, err := p.Clients.Find(r.Context(), business, of)
	if err != nil {
		return err
	}
	set, err := p.Settings.Load(r.Context(), business, 0)
	if err != nil {
		return err
	}
	now := p.Clock.Now()
	list, err := p.Desk.ListAll(r.Context(), account.System(business), booking.Filter{
		Client: of, Span: span.Span{Start: now - feedPast, End: now + feedFuture},
	}, feedMost)
	if err != nil {
		return err
	}
	tn := &turn{W: w, R: r, P: shell.Printer(r), Now: now, Set: set, Card: c}
	if tn.Home, err = p.Zone(set.Catalog.Business.Zone); err != nil {
		return err
	}
	body, err := p.entries(tn, list).Encode()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", ical.ContentType(ical.Publish))
	w.Header().Set("Content-Disposition", `attachment; filename="visits.ics"`)
	_, _ = w.Write(body) // the reader may have gone
	return nil
}

// entries are the visits as a calendar has them; what was called off long ago is left out.
func (p *Pages) entries(t *turn, list []*booking.Booking) ical.Calendar {
	host := "kept.invalid"
	if u, err := url.Parse(p.Base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	house := name(t, t.Set.Catalog, t.Set.Catalog.Business.Names)
	out := ical.Calendar{Method: ical.Publish, Name: house, Zone: t.Home.String()}
	for _, b := range list {
		cancelled := b.Status == booking.Cancelled || b.Status == booking.Declined
		if !b.Status.Occupies() && !cancelled && b.Status != booking.Completed || cancelled && b.End < t.Now {
			continue
		}
		v := p.visitOf(t, b)
		out.Visits = append(out.Visits, ical.Visit{
			UID: string(b.ID) + "@" + host, Sequence: b.Sequence, Stamp: b.UpdatedAt, Start: b.Start, End: b.End,
			Summary: v.Service + " · " + house, Description: v.Staff, Location: v.Place, URL: p.Base + p.manage(b), Cancelled: cancelled,
		})
	}
	return out
}
