package visitor

import (
	"context"
	"strings"
	"unicode"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// A session ends when it was not used for so long. Its token is changed once a
// day; the one before it is still taken until the new one has been used, and a
// little longer, for several requests of a page are under way at once.
const (
	SessionLife = 90 * span.Day
	turnEvery   = span.Day
	oldToken    = span.Minute
)

// Session is a signed-in browser of a client.
type Session struct {
	ID        id.Session
	Visitor   id.Visitor
	Agent     string // what the browser says it is
	CreatedAt span.Instant
	SeenAt    span.Instant // the day it was last used, about
	TurnedAt  span.Instant // when the token was changed
	UsedAt    span.Instant // when the token was used first; 0 for not yet
	ExpiresAt span.Instant
}

// Resume gives the session and the login of a token. fresh is the session's
// new token where it was time for one, to be handed to the browser. A token
// that was changed long ago and comes back has been copied: the session ends.
// Fault Unauthenticated.
func (d *Door) Resume(ctx context.Context, token string) (s Session, l Login, fresh string, err error) {
	s, l, current, err := d.look(ctx, token)
	if err == nil && current {
		fresh, err = d.keep(ctx, s, d.Secrets.HashOpaque(token), d.Clock.Now())
	}
	return s, l, fresh, err
}

// Who gives the login of a token and leaves the token as it is, for pages that
// are not the client's own. Fault Unauthenticated.
func (d *Door) Who(ctx context.Context, token string) (Login, error) {
	_, l, _, err := d.look(ctx, token)
	return l, err
}

// Session gives the session and the login of a token and notes its first use,
// which ends the token before it. It changes no token: a program renews its own
// (Renew). Fault Unauthenticated.
func (d *Door) Session(ctx context.Context, token string) (Session, Login, error) {
	s, l, current, err := d.look(ctx, token)
	if err == nil && current && s.UsedAt == 0 {
		now := d.Clock.Now()
		err = d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Sessions.SeeSession(ctx, s.ID, now) })
	}
	return s, l, err
}

// Renew gives a session a new token and a whole life more. The one before is
// taken until a little after the new one was used first. Fault Unauthenticated,
// and conflict for a token that has been renewed already.
func (d *Door) Renew(ctx context.Context, token string) (fresh string, s Session, err error) {
	s, _, current, err := d.look(ctx, token)
	if err != nil {
		return "", Session{}, err
	}
	fresh, hash := d.Secrets.NewOpaque(sessionPrefix)
	if current {
		err = d.Atomic.Do(ctx, func(ctx context.Context) error {
			now := d.Clock.Now()
			s.TurnedAt, s.ExpiresAt = now, now+SessionLife
			var err error
			current, err = d.Sessions.TurnSession(ctx, d.Secrets.HashOpaque(token), hash, now, s.ExpiresAt)
			return err
		})
	}
	if err == nil && !current {
		err = fault.New(fault.Conflict, fault.CodeConflict, "this token has been renewed already")
	}
	if err != nil {
		return "", Session{}, err
	}
	return fresh, s, nil
}

// look finds the session of a token that is good.
func (d *Door) look(ctx context.Context, token string) (s Session, l Login, current bool, err error) {
	s, current, err = d.Sessions.FindSession(ctx, d.Secrets.HashOpaque(token))
	if err != nil {
		return s, l, false, hidden(err)
	}
	now := d.Clock.Now()
	if s.ExpiresAt <= now {
		return Session{}, l, false, signedOut()
	}
	if !current && s.UsedAt != 0 && now >= s.UsedAt+oldToken {
		err := d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Sessions.DropSession(ctx, s.Visitor, s.ID) })
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return Session{}, l, false, err
		}
		return Session{}, l, false, signedOut()
	}
	l, err = d.Logins.FindLogin(ctx, s.Visitor)
	return s, l, current, hidden(err)
}

// keep notes the first use of a token and changes one that is old.
func (d *Door) keep(ctx context.Context, s Session, hash []byte, now span.Instant) (fresh string, err error) {
	if s.UsedAt == 0 {
		return "", d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Sessions.SeeSession(ctx, s.ID, now) })
	}
	if now < s.TurnedAt+turnEvery {
		return "", nil
	}
	text, next := d.Secrets.NewOpaque(sessionPrefix)
	turned := false
	err = d.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		turned, err = d.Sessions.TurnSession(ctx, hash, next, now, now+SessionLife)
		return err
	})
	if err != nil || !turned { // another request of the same page was first
		return "", err
	}
	return text, nil
}

// ListSessions gives the browsers in which a login is signed in, the newest first.
func (d *Door) ListSessions(ctx context.Context, of id.Visitor) ([]Session, error) {
	all, err := d.Sessions.ListSessions(ctx, of)
	if err != nil {
		return nil, err
	}
	now := d.Clock.Now()
	out := all[:0]
	for _, s := range all {
		if s.ExpiresAt > now {
			out = append(out, s)
		}
	}
	return out, nil
}

// EndSession ends one session of a login. Fault NotFound, for another's too.
func (d *Door) EndSession(ctx context.Context, of id.Visitor, session id.Session) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Sessions.DropSession(ctx, of, session) })
}

// SignOut ends one session of a login; one that is not there is as good as ended.
func (d *Door) SignOut(ctx context.Context, of id.Visitor, session id.Session) error {
	err := d.EndSession(ctx, of, session)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// SignOutOthers ends every session of a login but one, which may be empty.
func (d *Door) SignOutOthers(ctx context.Context, of id.Visitor, but id.Session) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Sessions.DropSessions(ctx, of, but) })
}

// Forget removes a login with all its sessions: its contact is known here no
// more. The cards stay; they are the businesses'.
func (d *Door) Forget(ctx context.Context, of id.Visitor) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Logins.DropLogin(ctx, of) })
}

// How the sweep looks after logins that nobody knows any more.
const (
	checkEvery = span.Day
	checkMost  = 100
)

// Sweep forgets what has lived its time, and some logins whose contact no
// business knows any more: their cards were erased, and nothing of the person
// is to stay.
func (d *Door) Sweep(ctx context.Context, now span.Instant) error {
	if err := d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Sessions.Sweep(ctx, now) }); err != nil {
		return err
	}
	stale, err := d.Logins.StaleLogins(ctx, now-checkEvery, checkMost)
	if err != nil {
		return err
	}
	for _, l := range stale {
		if err := d.check(ctx, l, now); err != nil {
			return err
		}
	}
	return nil
}

func (d *Door) check(ctx context.Context, l Login, now span.Instant) error {
	cards, err := d.Cards.Carrying(ctx, l.Contact, "")
	if err != nil {
		return err
	}
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		if len(cards) == 0 {
			return d.Logins.DropLogin(ctx, l.ID)
		}
		return d.Logins.CheckLogin(ctx, l.ID, now)
	})
}

func hidden(err error) error {
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return signedOut()
	}
	return err
}

// short keeps of a browser's name what a list has room for.
func short(agent string) string {
	const most = 200
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, agent)
	r := []rune(clean)
	return string(r[:min(len(r), most)])
}
