package visitor

import (
	"context"
	"slices"

	"kept/id"
	"kept/span"
)

// Letter is a code on its way.
type Letter struct {
	ID       id.Ask
	Purpose  Purpose
	Business id.Business // one that knows the contact; in its name it is sent
	Contact  Contact
	Language string
	Code     string
	Link     string // the secret of the link; empty where a code alone will do
	At       span.Instant
	Minutes  int // that the code is good for
}

// How sending is tried.
const (
	sendTries = 3
	sendAgain = 15 * span.Second
	claimLife = span.Minute
)

// NextDue tells when there is something to send next, be it past.
func (d *Door) NextDue(ctx context.Context) (span.Instant, bool, error) { return d.Asks.NextAsk(ctx) }

// RunDue looks at those who asked, at most limit, and sends codes to whom a
// business knows. Done tells how many it has looked at.
func (d *Door) RunDue(ctx context.Context, limit int) (done int, err error) {
	due, err := d.Asks.DueAsks(ctx, d.Clock.Now(), limit)
	if err != nil {
		return 0, err
	}
	for _, a := range due {
		mine := false
		err := d.Atomic.Do(ctx, func(ctx context.Context) error {
			now := d.Clock.Now()
			mine, err = d.Asks.ClaimAsk(ctx, a.ID, now, now+claimLife)
			return err
		})
		if err != nil {
			return done, err
		}
		if !mine {
			continue
		}
		if err := d.post(ctx, a); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// post decides what becomes of one ask, which this node has claimed.
func (d *Door) post(ctx context.Context, a Ask) error {
	if d.Clock.Now() >= a.ExpiresAt {
		return d.settle(ctx, a, Failed, ReasonRefused)
	}
	known, err := d.knowing(ctx, a)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return d.settle(ctx, a, Void, ReasonUnknown)
	}
	open, err := d.unblocked(ctx, a.Contact, known)
	if err != nil {
		return err
	}
	if len(open) == 0 {
		return d.settle(ctx, a, Void, ReasonBlocked)
	}
	if a.Contact.Kind == Phone && a.Purpose == ToEnter { // the others were charged when they asked
		var ok bool
		var reason string
		err := d.Atomic.Do(ctx, func(ctx context.Context) error {
			ok, reason, err = d.charge(ctx, a, open, d.Clock.Now())
			return err
		})
		if err != nil {
			return err
		}
		if !ok {
			return d.settle(ctx, a, Void, reason)
		}
	}
	return d.send(ctx, a, open[0])
}

// send makes the code, writes what proves it and only then lets it go: whoever
// is quick with it is not told that it is wrong.
func (d *Door) send(ctx context.Context, a Ask, from id.Business) error {
	secret, err := code()
	if err != nil {
		return err
	}
	a.Attempts++
	a.Proof = d.proof(a.ID, secret)
	link := ""
	if a.Purpose == ToEnter {
		link, a.Link = d.Secrets.NewOpaque(linkPrefix)
	}
	if err := d.settle(ctx, a, Sent, ""); err != nil {
		return err
	}
	retry, err := d.Courier.Send(ctx, Letter{
		ID: a.ID, Purpose: a.Purpose, Business: from, Contact: a.Contact, Language: a.Language, Code: secret, Link: link, At: d.Clock.Now(),
		Minutes: int((max(a.ExpiresAt-d.Clock.Now(), 0) + span.Minute/2) / span.Minute),
	})
	switch {
	case err == nil:
		return nil
	case !retry || a.Attempts >= sendTries:
		return d.settle(ctx, a, Failed, ReasonRefused)
	}
	a.DueAt = d.Clock.Now() + span.Instant(a.Attempts)*sendAgain
	return d.settle(ctx, a, Asked, ReasonRefused)
}

func (d *Door) settle(ctx context.Context, a Ask, to State, reason string) error {
	a.State, a.Reason = to, reason
	return d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Asks.SettleAsk(ctx, a) })
}

// knowing gives the businesses that have a card with the contact; the one from
// whose page it was asked comes first.
func (d *Door) knowing(ctx context.Context, a Ask) ([]id.Business, error) {
	if a.Purpose != ToEnter {
		return []id.Business{a.Business}, nil // whoever brings a contact need not be known
	}
	cards, err := d.Cards.Carrying(ctx, a.Contact, "")
	if err != nil {
		return nil, err
	}
	var out []id.Business
	for _, c := range cards {
		if !slices.Contains(out, c.Business) {
			out = append(out, c.Business)
		}
	}
	if i := slices.Index(out, a.Business); i > 0 {
		out[0], out[i] = out[i], out[0]
	}
	return out, nil
}

// unblocked leaves out the businesses that block the contact.
func (d *Door) unblocked(ctx context.Context, c Contact, known []id.Business) ([]id.Business, error) {
	out := make([]id.Business, 0, len(known))
	for _, b := range known {
		blocked, err := d.Blocks.Blocked(ctx, b, c)
		if err != nil {
			return nil, err
		}
		if !blocked {
			out = append(out, b)
		}
	}
	return out, nil
}
