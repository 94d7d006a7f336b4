package calsync

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"kept/account"
	"kept/event"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// Parts are what links are kept with.
type Parts struct {
	Atomic   Atomic
	Journal  Journal
	Clock    Clock
	Settings Settings
	Store    Store
	Lanes    Lanes
}

// Links is the desk where calendars are connected and let go. It is safe for
// concurrent use.
type Links struct {
	Parts
	wake func() // has the reader look at once
}

// NewLinks opens the desk; wake is called after a commit that makes a link due.
func NewLinks(p Parts, wake func()) *Links { return &Links{p, wake} }

// Edit is a change of a link; nil fields stay.
type Edit struct {
	Owner      *Owner
	Kind       *Kind
	Name       *string
	URL        *string
	User       *string
	Secret     *string
	StaleAfter *span.Instant
}

// List shows the calendars of a business. Fault Forbidden.
func (l *Links) List(ctx context.Context, who account.Principal) ([]Link, error) {
	if who.Business == "" || !who.May(account.ReadSettings) {
		return nil, forbidden()
	}
	links, err := l.Store.List(ctx, who.Business)
	for i := range links {
		links[i].hide()
	}
	return links, err
}

// Find shows one. Faults NotFound, Forbidden.
func (l *Links) Find(ctx context.Context, who account.Principal, link id.Link) (Link, error) {
	if who.Business == "" || !who.May(account.ReadSettings) {
		return Link{}, forbidden()
	}
	found, err := l.Store.Find(ctx, who.Business, link)
	found.hide()
	return found, err
}

// hide drops what nobody is given again: of the address only the host is left.
func (l *Link) hide() {
	u, err := url.Parse(l.Address.URL)
	l.Address = Address{}
	if err == nil {
		l.Address.URL = u.Host
	}
}

// Connect adds a calendar, which is then read at once. Faults Invalid,
// Forbidden, Exhausted.
func (l *Links) Connect(ctx context.Context, who account.Principal, edit Edit) (Link, error) {
	now := l.Clock.Now()
	out := Link{ID: id.New[id.Link](now.UTC()), Kind: ICal, StaleAfter: usualStale, CreatedAt: now}
	out.NextAt = now
	err := l.write(ctx, who, func(ctx context.Context) error {
		edit.apply(&out)
		if err := l.check(ctx, who, &out); err != nil {
			return err
		}
		have, err := l.Store.List(ctx, who.Business)
		if err != nil {
			return err
		}
		if len(have) >= MaxLinks {
			return fault.Newf(fault.Exhausted, fault.CodeConflict, "a business has at most %d calendars", MaxLinks)
		}
		if err := l.Store.Insert(ctx, who.Business, &out); err != nil {
			return err
		}
		return l.told(ctx, who, out.ID)
	})
	out.hide()
	return out, err
}

// Change edits a link, which is then read anew. An address of another host
// needs the secret again. Faults NotFound, Invalid, Forbidden.
func (l *Links) Change(ctx context.Context, who account.Principal, link id.Link, edit Edit) (Link, error) {
	var out Link
	err := l.write(ctx, who, func(ctx context.Context) error {
		old, err := l.Store.Find(ctx, who.Business, link)
		if err != nil {
			return err
		}
		if err := mayTouch(who, old.Owner); err != nil {
			return err
		}
		out = old
		edit.apply(&out)
		if hostOf(old.Address.URL) != hostOf(out.Address.URL) && edit.Secret == nil {
			out.Address.Secret = "" // never sent to a host that it was not meant for
		}
		if err := l.check(ctx, who, &out); err != nil {
			return err
		}
		out.Mark, out.Attempts, out.NextAt = Mark{}, 0, l.Clock.Now()
		if err := l.Store.Update(ctx, who.Business, &out); err != nil {
			return err
		}
		return l.told(ctx, who, link)
	})
	out.hide()
	return out, err
}

// Sync has a calendar read at once, in the background, and in full. Faults
// NotFound, Forbidden.
func (l *Links) Sync(ctx context.Context, who account.Principal, link id.Link) (Link, error) {
	return l.Change(ctx, who, link, Edit{})
}

// Disconnect lets a calendar go and opens the time that it closed. Faults
// NotFound, Forbidden.
func (l *Links) Disconnect(ctx context.Context, who account.Principal, link id.Link) error {
	return l.write(ctx, who, func(ctx context.Context) error {
		old, err := l.Store.Find(ctx, who.Business, link)
		if err != nil {
			return err
		}
		if err := mayTouch(who, old.Owner); err != nil {
			return err
		}
		if err := l.Store.Delete(ctx, who.Business, link); err != nil {
			return err
		}
		if err := vacate(ctx, l.Lanes, who.Business, link, l.Clock.Now()); err != nil {
			return err
		}
		return l.told(ctx, who, link)
	})
}

// write runs fn in a transaction for somebody who may write something here:
// whose link it is, is asked of each.
func (l *Links) write(ctx context.Context, who account.Principal, fn func(ctx context.Context) error) error {
	if who.Business == "" || !who.May(account.WriteSettings) && (who.Staff == "" || !who.May(account.ReadSettings)) {
		return forbidden()
	}
	return l.Atomic.Do(ctx, fn)
}

func (l *Links) told(ctx context.Context, who account.Principal, link id.Link) error {
	l.Atomic.AfterCommit(ctx, l.wake)
	return l.Journal.Append(ctx, event.Event{
		Business: who.Business, Type: event.SettingsChanged, Actor: who.Actor(),
		Data: event.Data{Kind: "calendar", Ref: string(link)},
	})
}

// mayTouch tells whether somebody may write a link of this owner: whoever
// writes settings, and staff members their own.
func mayTouch(who account.Principal, o Owner) error {
	if who.May(account.WriteSettings) || who.Staff != "" && o == (Owner{Staff: who.Staff}) {
		return nil
	}
	return forbidden()
}

func forbidden() error {
	return fault.New(fault.Forbidden, fault.CodeForbidden, "you may not do this: it needs "+string(account.WriteSettings))
}

func (e Edit) apply(l *Link) {
	set(&l.Owner, e.Owner)
	set(&l.Kind, e.Kind)
	set(&l.Name, e.Name)
	set(&l.Address.URL, e.URL)
	set(&l.Address.User, e.User)
	set(&l.Address.Secret, e.Secret)
	set(&l.StaleAfter, e.StaleAfter)
	l.Name = strings.TrimSpace(l.Name)
	l.Address.URL = plainURL(l.Address.URL)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// plainURL turns the scheme that calendars like to be subscribed by into the one that is asked.
func plainURL(s string) string {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "webcal://"); ok {
		return "https://" + rest
	}
	return s
}

func hostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (l *Links) check(ctx context.Context, who account.Principal, link *Link) error {
	setting, err := l.Settings.Load(ctx, who.Business, 0)
	if err != nil {
		return err
	}
	if err := mayTouch(who, link.Owner); err != nil {
		return err
	}
	var k fault.Checker
	o, all := link.Owner, setting.Catalog
	named := 0
	if o.Staff != "" {
		named++
		s, ok := all.StaffMember(o.Staff)
		k.Require(ok && !s.Archived, "staff", "unknown", "there is no such staff member")
	}
	if o.Resource != "" {
		named++
		r, ok := all.Resource(o.Resource)
		k.Require(ok && !r.Archived, "resource", "unknown", "there is no such resource")
	}
	if o.Location != "" {
		named++
		p, ok := all.Location(o.Location)
		k.Require(ok && !p.Archived, "location", "unknown", "there is no such location")
	}
	k.Require(named <= 1, "staff", "one_of", "name one staff member, resource or location, or none for the whole business")
	k.Require(slices.Contains([]Kind{ICal, CalDAV}, link.Kind), "kind", "unknown", "is ical or caldav")
	k.Require(link.Name != "", "name", "required", "is missing")
	k.Require(utf8.RuneCountInString(link.Name) <= maxName, "name", "too_long", "is too long")
	k.Require(goodURL(link.Address.URL), "url", "format", "write it as https://calendar.example/anna.ics, without a password")
	k.Require(len(link.Address.User) <= maxUser && clean(link.Address.User), "user", "too_long", "is too long, or has a line break")
	k.Require(len(link.Address.Secret) <= maxSecret && clean(link.Address.Secret), "secret", "too_long", "is too long, or has a line break")
	k.Require(link.StaleAfter >= minStale && link.StaleAfter <= maxStale, "stale_after_min", "range", "is 15 minutes to 30 days")
	return k.Err()
}

func goodURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxURL && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil &&
		u.Opaque == "" && u.Fragment == "" && clean(s)
}

// clean tells that a text has no control characters.
func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
