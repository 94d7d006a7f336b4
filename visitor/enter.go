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
	byCode    = "code"
	byLink    = "link"
	byPasskey = "passkey" // as the record of sign-ins does
)

// Browser is with what somebody signs in: a browser, or a program of theirs.
type Browser struct {
	Agent   string // what it says it is
	Address string // the network address from which it comes
}

// Arrival is somebody who came in to a card, as its business records it.
type Arrival struct {
	Card    Card
	Session id.Session
	How     string // code, link, passkey
	From    string // the network address
	At      span.Instant
}

// Entry is somebody who is in.
type Entry struct {
	Token   string // of the session: known to nobody else
	Session Session
	Login   Login
	Next    string // where they wanted to go; empty for the first page
}

// Verify lets in whoever shows the ticket of an ask with the code that was sent.
// Fault Unauthenticated, the same for a wrong code, one that was used, and one
// that was never sent; Gone when there is no try left.
func (d *Door) Verify(ctx context.Context, ticket, typed string, by Browser) (Entry, error) {
	var a Ask
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		a, err = d.Asks.TryAsk(ctx, d.Secrets.HashOpaque(ticket), maxTries, d.Clock.Now())
		return err
	})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return Entry{}, fault.New(fault.Gone, fault.CodeCodeEnded, "this code has ended; ask for another one")
	}
	if err != nil {
		return Entry{}, err
	}
	right := subtle.ConstantTimeCompare(d.proof(a.ID, digits(typed)), a.Proof) == 1
	if !right || a.State != Sent || a.Purpose != ToEnter {
		return Entry{}, unknown()
	}
	return d.enter(ctx, a, byCode, by)
}

// Opens tells whose link it is, and changes nothing: programs that look for
// viruses open links, too. Fault Unauthenticated.
func (d *Door) Opens(ctx context.Context, link string) (Contact, error) {
	a, err := d.linked(ctx, link)
	return a.Contact, err
}

// Confirm lets in whoever opened the link and then said so. Fault Unauthenticated.
func (d *Door) Confirm(ctx context.Context, link string, by Browser) (Entry, error) {
	a, err := d.linked(ctx, link)
	if err != nil {
		return Entry{}, err
	}
	return d.enter(ctx, a, byLink, by)
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
func (d *Door) enter(ctx context.Context, a Ask, how string, by Browser) (Entry, error) {
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
		return d.begin(ctx, &out, how, by, cards)
	})
	return out, err
}

// Admit begins a session for a login that has shown a passkey.
func (d *Door) Admit(ctx context.Context, login id.Visitor, by Browser) (Entry, error) {
	l, err := d.Logins.FindLogin(ctx, login)
	if err != nil {
		return Entry{}, err
	}
	cards, err := d.Cards.Carrying(ctx, l.Contact, "")
	if err != nil {
		return Entry{}, err
	}
	out := Entry{Login: l}
	err = d.Atomic.Do(ctx, func(ctx context.Context) error { return d.begin(ctx, &out, byPasskey, by, cards) })
	return out, err
}

// begin opens a session for an entry's login, and has it recorded at every card
// that opens by the contact. Its token is always a new one: none that somebody
// planted beforehand becomes a session.
func (d *Door) begin(ctx context.Context, in *Entry, how string, by Browser, cards []Card) error {
	now := d.Clock.Now()
	token, hash := d.Secrets.NewOpaque(sessionPrefix)
	in.Token, in.Session = token, Session{
		ID: id.New[id.Session](now.UTC()), Visitor: in.Login.ID, Agent: short(by.Agent), CreatedAt: now, SeenAt: now, TurnedAt: now,
		ExpiresAt: now + SessionLife,
	}
	if err := d.Sessions.InsertSession(ctx, hash, in.Session); err != nil || d.Record == nil {
		return err
	}
	for _, c := range cards {
		if err := d.Record(ctx, Arrival{Card: c, Session: in.Session.ID, How: how, From: by.Address, At: now}); err != nil {
			return err
		}
	}
	return nil
}
