package calsync

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"kept/account"
	"kept/availability"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Watch is a calendar that a client has elsewhere. It closes nothing: times that
// it is busy at come later in lists that the client looks at, and are marked
// for them alone.
type Watch struct {
	ID        id.Link
	Client    id.Client
	URL       string
	ForStaff  bool // lists that others look at for the client are ordered by it too
	CreatedAt span.Instant
	State
}

// Bounds of a client's calendars.
const (
	MaxWatches  = 3             // of a client
	watchEvery  = span.Hour     // between two looks at one that answers
	watchStale  = 4 * span.Hour // how old its last answer may be
	watchForget = span.Day      // from which age on it counts for nothing
	watchAhead  = 100 * span.Day
	mostBusy    = 2000 // spans kept of one
)

// Status tells how the calendar stands at an instant.
func (w *Watch) Status(now span.Instant) Status { return w.standing(now, watchStale) }

// Forgotten tells that what is known is too old to count for anything.
func (w *Watch) Forgotten(now span.Instant) bool { return w.LastOK == 0 || now-w.LastOK > watchForget }

// WatchStore keeps the calendars of clients. Where they lie and when they are
// busy is sealed with the client's own key.
type WatchStore interface {
	Queue
	Insert(ctx context.Context, business id.Business, w *Watch) error
	// Delete removes one of a client's, with all that is known of it; fault NotFound.
	Delete(ctx context.Context, business id.Business, of id.Client, link id.Link) error
	// List gives a client's, the oldest first.
	List(ctx context.Context, business id.Business, of id.Client) ([]Watch, error)
	// Keep replaces what is known of one; in the transaction of a Record that held.
	Keep(ctx context.Context, r Ref, busy span.Set) error
	// Glimpse gives what is known of a client's; nothing for a client who has none.
	Glimpse(ctx context.Context, business id.Business, of id.Client) ([]Glimpse, error)
}

// Glimpse is what is known of a client's calendar.
type Glimpse struct {
	ForStaff bool
	LastOK   span.Instant
	Busy     span.Set
}

// WatchParts are what clients' calendars are kept with.
type WatchParts struct {
	Atomic  Atomic
	Journal Journal
	Clock   Clock
	Store   WatchStore
	// Plain accepts addresses without encryption: where an operator has opened
	// networks of their own.
	Plain bool
}

// Watches is the desk where clients connect their calendars and let them go. It
// is safe for concurrent use.
type Watches struct {
	WatchParts
	wake func() // has the reader look at once
}

// NewWatches opens the desk and has the reader read what is connected there.
func NewWatches(p WatchParts, r *Reader) *Watches {
	r.shelves = append(r.shelves, shelf{
		Queue: p.Store, every: watchEvery, ahead: watchAhead,
		cut: func(ref Ref, _ []availability.Lane, a *Answer) func(context.Context, span.Instant) error {
			busy := a.Busy
			if len(busy) > mostBusy {
				busy, a.Limits = busy[:mostBusy], append(a.Limits, "rows")
			}
			return func(ctx context.Context, _ span.Instant) error { return p.Store.Keep(ctx, ref, busy) }
		},
	})
	return &Watches{p, r.Wake}
}

// List shows a client's calendars: to themselves, with the hosts they are at;
// to others, only that there are some. Fault Forbidden.
func (d *Watches) List(ctx context.Context, who account.Principal, of id.Client) ([]Watch, error) {
	if !itself(who, of) && !who.May(account.ReadClients) {
		return nil, notTheirs()
	}
	list, err := d.Store.List(ctx, who.Business, of)
	for i := range list {
		if w := &list[i]; itself(who, of) {
			w.URL = shownHost(w.URL)
		} else {
			*w = Watch{ID: w.ID, Client: w.Client, CreatedAt: w.CreatedAt, State: State{
				LastOK: w.LastOK, Failing: w.Failing,
			}}
		}
	}
	return list, err
}

// Connect adds a calendar, which is then read at once. Only clients do so
// themselves. Faults Invalid, Forbidden, Conflict where there are enough.
func (d *Watches) Connect(ctx context.Context, who account.Principal, of id.Client, address string, forStaff bool) (Watch, error) {
	if !itself(who, of) {
		return Watch{}, notTheirs()
	}
	now := d.Clock.Now()
	w := Watch{ID: id.New[id.Link](now.UTC()), Client: of, URL: plainURL(address), ForStaff: forStaff, CreatedAt: now}
	w.NextAt = now
	var k fault.Checker
	k.Require(w.URL != "", "url", "required", "is missing")
	k.Require(w.URL == "" || goodURL(w.URL) && (d.Plain || strings.HasPrefix(w.URL, "https://")), "url", "format",
		"write it as https://calendar.example/anna.ics, without a password")
	if err := k.Err(); err != nil {
		return Watch{}, err
	}
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		have, err := d.Store.List(ctx, who.Business, of)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(have, func(o Watch) bool { return o.URL == w.URL }) {
			return fault.BadField("url", "taken", "is connected already")
		}
		if len(have) >= MaxWatches {
			return fault.Newf(fault.Conflict, fault.CodeConflict, "a client has at most %d calendars", MaxWatches)
		}
		if err := d.Store.Insert(ctx, who.Business, &w); err != nil {
			return err
		}
		d.Atomic.AfterCommit(ctx, d.wake)
		return d.told(ctx, who, of)
	})
	w.URL = shownHost(w.URL)
	return w, err
}

// Disconnect lets a calendar go, with all that is known of it. Faults NotFound,
// Forbidden.
func (d *Watches) Disconnect(ctx context.Context, who account.Principal, of id.Client, link id.Link) error {
	if !itself(who, of) && !who.May(account.WriteClients) {
		return notTheirs()
	}
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := d.Store.Delete(ctx, who.Business, of, link); err != nil {
			return err
		}
		return d.told(ctx, who, of)
	})
}

// Busy gives when a client is busy elsewhere, as far as is known and not too
// old: for a list that they look at themselves or, of calendars that are open
// for that, for one that others look at for them. It asks nobody outside.
func (d *Watches) Busy(ctx context.Context, business id.Business, of id.Client, themselves bool) (span.Set, error) {
	known, err := d.Store.Glimpse(ctx, business, of)
	if err != nil {
		return nil, err
	}
	now := d.Clock.Now()
	var out []span.Span
	for _, g := range known {
		if now-g.LastOK <= watchForget && (themselves || g.ForStaff) {
			out = append(out, g.Busy...)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return span.SetOf(out...), nil
}

func (d *Watches) told(ctx context.Context, who account.Principal, of id.Client) error {
	return d.Journal.Append(ctx, event.Event{
		Business: who.Business, Type: event.ClientUpdated, Actor: who.Actor(), Client: of, Data: event.Data{Kind: "calendar"},
	})
}

// itself tells whether somebody is the client.
func itself(who account.Principal, of id.Client) bool {
	return who.Kind == account.KindClient && who.Business != "" && of != "" && who.ID == string(of)
}

func notTheirs() error {
	return fault.New(fault.Forbidden, fault.CodeForbidden, "a calendar is its client's to connect")
}

// shownHost is what of an address its owner is shown again.
func shownHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
