package visitor

import (
	"context"
	"crypto/subtle"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// How a contact was proven, as cards note it.
const (
	byCode = "code"
	byLink = "link"
)

// Entry is somebody who is in.
type Entry struct {
	Token string // of the session: for the cookie, and known to nobody else
	Login Login
	Next  string // where they wanted to go; empty for the first page
}

// Verify lets in whoever shows the ticket of an ask with the code that was sent.
// Fault Unauthenticated, the same for a wrong code, one that was used, and one
// that was never sent; Gone when there is no try left.
func (d *Door) Verify(ctx context.Context, ticket, typed, agent string) (Entry, error) {
	var a Ask
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		a, err = d.Asks.TryAsk(ctx, d.Secrets.HashOpaque(ticket), maxTries, d.Clock.Now())
		return err
	})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return Entry{}, fault.New(fault.Gone, fault.CodeHoldExpired, "this code has ended; ask for another one")
	}
	if err != nil {
		return Entry{}, err
	}
	right := subtle.ConstantTimeCompare(d.proof(a.ID, digits(typed)), a.Proof) == 1
	if !right || a.State != Sent || a.Purpose != ToEnter {
		return Entry{}, unknown()
	}
	return d.enter(ctx, a, byCode, agent)
}

// Opens tells whose link it is, and changes nothing: programs that look for
// viruses open links, too. Fault Unauthenticated.
func (d *Door) Opens(ctx context.Context, link string) (Contact, error) {
	a, err := d.linked(ctx, link)
	return a.Contact, err
}

// Confirm lets in whoever opened the link and then said so. Fault Unauthenticated.
func (d *Door) Confirm(ctx context.Context, link, agent string) (Entry, error) {
	a, err := d.linked(ctx, link)
	if err != nil {
		return Entry{}, err
	}
	return d.enter(ctx, a, byLink, agent)
}

func (d *Door) linked(ctx context.Context, link string) (Ask, error) {
	a, err := d.Asks.AskByLink(ctx, d.Secrets.HashOpaque(link))
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return Ask{}, unknown()
	case err != nil:
		return Ask{}, err
	case a.State != Sent || a.Purpose != ToEnter || a.ExpiresAt <= d.Clock.Now():
		return Ask{}, unknown()
	}
	return a, nil
}

// enter uses the ask up, notes on the cards that the contact is proven, and
// begins a session: all of it or nothing.
func (d *Door) enter(ctx context.Context, a Ask, how, agent string) (Entry, error) {
	out := Entry{Next: a.Next}
	cards, err := d.Cards.Carrying(ctx, a.Contact, "")
	if err != nil {
		return out, err
	}
	err = d.Atomic.Do(ctx, func(ctx context.Context) error {
		now := d.Clock.Now()
		first, err := d.Asks.UseAsk(ctx, a.ID, Sent, now)
		if err != nil {
			return err
		}
		if !first {
			return unknown()
		}
		out.Login, err = d.Logins.PutLogin(ctx, Login{ID: id.New[id.Visitor](now.UTC()), Contact: a.Contact, CreatedAt: now})
		if err != nil {
			return err
		}
		for _, c := range cards {
			if err := d.Cards.Prove(ctx, c, a.Contact, how, now); err != nil {
				return err
			}
		}
		out.Token, err = d.begin(ctx, out.Login.ID, agent, now)
		return err
	})
	return out, err
}

// Admit begins a session for a login that has shown a passkey.
func (d *Door) Admit(ctx context.Context, login id.Visitor, agent string) (Entry, error) {
	l, err := d.Logins.FindLogin(ctx, login)
	if err != nil {
		return Entry{}, err
	}
	out := Entry{Login: l}
	err = d.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		out.Token, err = d.begin(ctx, l.ID, agent, d.Clock.Now())
		return err
	})
	return out, err
}

// begin opens a session. Its token is always a new one: none that somebody
// planted in a browser beforehand becomes a session.
func (d *Door) begin(ctx context.Context, login id.Visitor, agent string, now span.Instant) (string, error) {
	token, hash := d.Secrets.NewOpaque(sessionPrefix)
	return token, d.Sessions.InsertSession(ctx, hash, Session{
		ID: id.New[id.Session](now.UTC()), Visitor: login, Agent: short(agent), CreatedAt: now, SeenAt: now, TurnedAt: now,
		ExpiresAt: now + SessionLife,
	})
}
