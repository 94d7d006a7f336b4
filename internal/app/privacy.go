package app

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"kept/account"
	"kept/booking"
	"kept/calsync"
	"kept/client"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/internal/config"
	"kept/internal/store"
	"kept/internal/tomb"
	"kept/message"
	"kept/privacy"
	"kept/span"
)

// newPrivacy builds the office that answers duties of privacy.
func (k *kernel) newPrivacy(where config.Store) *privacy.Office {
	s := store.NewPrivacy(k.db, k.vault)
	k.abroad = &abroad{policies: s}
	return privacy.NewOffice(privacy.Parts{
		Atomic: k.db, Journal: k.journal, Clock: k.clock, Zones: zonesOf{k}, Diary: diary{k}, Graveyard: tomb.Open(where.ErasedFile()),
		Cards: s, Records: s, Petitions: s, Breaches: s, Policies: s, Attic: s, Dossiers: s, Reads: readsOf{k}, Outside: outsideOf{k},
	})
}

// zonesOf tells in which zone a business counts its days.
type zonesOf struct{ *kernel }

// Zone implements privacy.Zones.
func (z zonesOf) Zone(ctx context.Context, business id.Business) (*time.Location, error) {
	set, err := z.settings.Current(ctx, business)
	if err != nil {
		return nil, err
	}
	return time.LoadLocation(set.Catalog.Business.Zone)
}

// diary is the bookings ahead of a client.
type diary struct{ *kernel }

// Ahead implements privacy.Diary.
func (d diary) Ahead(ctx context.Context, business id.Business, client id.Client, now span.Instant) ([]id.Booking, error) {
	const most = 1000 // of one person
	list, err := d.desk.ListAll(ctx, account.System(business), booking.Filter{
		Client: client, Overlaps: true, Span: span.Span{Start: now, End: now + 10*366*span.Day},
	}, most)
	var out []id.Booking
	for _, b := range list {
		if b.Status == booking.Requested || b.Status == booking.Confirmed {
			out = append(out, b.ID)
		}
	}
	return out, err
}

// Cancel implements privacy.Diary.
func (d diary) Cancel(ctx context.Context, who account.Principal, booking id.Booking) error {
	_, err := d.desk.Cancel(ctx, who, booking, "")
	return err
}

// readsOf notes that a card was taken out.
type readsOf struct{ *kernel }

// NoteExport implements privacy.Reads.
func (r readsOf) NoteExport(ctx context.Context, business id.Business, who id.Client, actor event.Actor) error {
	_, err := r.clients.Open(ctx, business, who, actor, client.ReadExport)
	return err
}

// outsideOf lists who is set up outside of the house.
type outsideOf struct{ *kernel }

// Processors implements privacy.Outside.
func (o outsideOf) Processors(ctx context.Context, business id.Business) ([]privacy.Processor, error) {
	var out []privacy.Processor
	for _, c := range o.abroad.channels {
		out = append(out, privacy.Processor{Kind: "channel", Name: c.name, Host: c.host, Abroad: o.abroad.is(c.host)})
	}
	links, err := store.NewCalendars(o.db, o.vault).List(ctx, business)
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		host := hostOfURL(l.Address.URL)
		out = append(out, privacy.Processor{Kind: "calendar", Name: host, Host: host, Abroad: o.abroad.is(host)})
	}
	return out, nil
}

func hostOfURL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// reached is a channel and where it goes.
type reached struct{ name, host string }

// abroad knows which hosts are home, and which businesses let nothing out.
type abroad struct {
	policies privacy.Policies
	home     []string // suffixes of names, and whole addresses
	channels []reached
}

// is tells whether a host is abroad: not this machine, not a network of the
// house, and not among the hosts that the operator counts as home.
func (a *abroad) is(host string) bool {
	if host == "" || host == "localhost" {
		return false
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || ip.IsPrivate()) {
		return false
	}
	host = "." + strings.ToLower(strings.TrimSuffix(host, "."))
	for _, home := range a.home {
		if strings.HasSuffix(host, "."+strings.Trim(strings.ToLower(home), ".")) {
			return false
		}
	}
	return true
}

// shut tells whether a business lets nothing go to a host.
func (a *abroad) shut(ctx context.Context, business id.Business, host string) (bool, error) {
	if !a.is(host) {
		return false, nil
	}
	p, err := a.policies.Policy(ctx, business)
	return err != nil || p.Home, err // where it is not known, nothing goes
}

// guard puts the switch before a channel.
func (a *abroad) guard(c message.Channel, host string) message.Channel {
	a.channels = append(a.channels, reached{c.Name(), host})
	return guarded{c, a, host}
}

// guarded is a channel that a business may have shut.
type guarded struct {
	message.Channel

	abroad *abroad
	host   string
}

// Ready implements message.Channel. While nobody knows whether the switch is
// on, the channel is there: Send asks again, and lets nothing out. Called away,
// its messages would wait to be called back.
func (g guarded) Ready(ctx context.Context, business id.Business) (ok bool, reason string) {
	if shut, err := g.abroad.shut(ctx, business, g.host); shut && err == nil {
		return false, "abroad"
	}
	return g.Channel.Ready(ctx, business)
}

// Send implements message.Channel. It asks once more: what was routed before
// the switch was turned must not go out after.
func (g guarded) Send(ctx context.Context, e message.Envelope) (message.Ack, bool, error) {
	shut, err := g.abroad.shut(ctx, e.Business, g.host)
	if err != nil {
		return message.Ack{}, true, err
	}
	if shut {
		return message.Ack{}, true, fault.New(fault.Unavailable, fault.CodePolicyRefused, "channels abroad are shut")
	}
	return g.Channel.Send(ctx, e)
}

// homely is a store of links that gives none to read that a business has shut.
type homely struct {
	calsync.Store

	abroad *abroad
}

// abroadAgain is when a link that is shut is looked at again.
const abroadAgain = span.Hour

// Claim implements calsync.Queue.
func (h homely) Claim(ctx context.Context, r calsync.Ref, now, real, until span.Instant) (calsync.Link, bool, error) {
	return h.abroad.claim(ctx, h.Store, r, now, real, until)
}

// homelyWatches is the same of clients' calendars.
type homelyWatches struct {
	calsync.WatchStore

	abroad *abroad
}

// Claim implements calsync.Queue.
func (h homelyWatches) Claim(ctx context.Context, r calsync.Ref, now, real, until span.Instant) (calsync.Link, bool, error) {
	return h.abroad.claim(ctx, h.WatchStore, r, now, real, until)
}

// claim takes a calendar to be read, unless it is one that is shut.
func (a *abroad) claim(ctx context.Context, q calsync.Queue, r calsync.Ref, now, real, until span.Instant) (calsync.Link, bool, error) {
	l, ok, err := q.Claim(ctx, r, now, real, until)
	if err != nil || !ok {
		return l, ok, err
	}
	shut, err := a.shut(ctx, r.Business, hostOfURL(l.Address.URL))
	if err != nil || !shut {
		return l, !shut, err
	}
	state := l.State
	state.Trouble, state.NextAt = "abroad", now+abroadAgain
	if state.Failing == 0 {
		state.Failing = now
	}
	_, err = q.Record(ctx, r, until, &state)
	return l, false, err
}

// stayErased erases again whoever a restored backup has brought back, before anybody is served.
func (k *kernel) stayErased(ctx context.Context) error {
	again, err := k.privacy.Replay(ctx)
	if err != nil {
		return fmt.Errorf("list of erasures: %w", err)
	}
	if again > 0 {
		k.log.WarnContext(ctx, "a restored backup had brought people back; they are erased again", "people", again)
	}
	return nil
}
