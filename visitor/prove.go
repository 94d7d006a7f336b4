package visitor

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"strings"

	"kept/client"
	"kept/fault"
	"kept/id"
	"kept/span"
)

// ProofLife is how long a proof is good for after the code was typed.
const ProofLife = 15 * span.Minute

// AskProof takes note that somebody wants to show that a contact is theirs,
// whether a card has it or not: for a booking, or on their own card. The code
// goes out in the name of the request's business. Which contacts the owner
// blocks, and what nothing is set up for, is told, for it says nothing about
// clients. Faults as Ask's, contact_blocked, Invalid (contact, unreachable), and
// rate_limited with rule "sms_cap" where no more codes go out by SMS today.
func (d *Door) AskProof(ctx context.Context, r Request, to Purpose) (ticket string, c Contact, err error) {
	if c, err = ReadContact(r.Contact); err != nil {
		return "", c, err
	}
	blocked, err := d.Blocks.Blocked(ctx, r.Business, c)
	if err != nil {
		return "", c, err
	}
	if blocked {
		return "", c, fault.New(fault.Forbidden, fault.CodeContactBlocked, "no codes are sent to this contact; give another one, or call")
	}
	ok, err := d.Courier.Reaches(ctx, r.Business, c.Kind)
	if err != nil {
		return "", c, err
	}
	if !ok {
		return "", c, fault.BadField("contact", "unreachable", "no code can be sent there; give the other kind of contact")
	}
	ticket, err = d.note(ctx, r, c, to)
	return ticket, c, err
}

// Proof is a contact that somebody has shown to be theirs, for one purpose at
// one business, once.
type Proof struct {
	Secret  string // known to nobody else; does what it is for
	Contact Contact
	Until   span.Instant
}

// Prove takes the code of an ask. A try is counted whatever becomes of it; so it
// is no part of a transaction that may be undone. Fault code_wrong, the same
// for a wrong code, one that was used and one that was never sent; code_ended
// when it is too old or there is no try left.
func (d *Door) Prove(ctx context.Context, business id.Business, to Purpose, ticket, typed string) (Proof, error) {
	var a Ask
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		a, err = d.Asks.TryAsk(ctx, d.Secrets.HashOpaque(ticket), maxTries, d.Clock.Now())
		return err
	})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return Proof{}, fault.New(fault.Gone, fault.CodeCodeEnded, "this code has ended; ask for another one")
	}
	if err != nil {
		return Proof{}, err
	}
	right := subtle.ConstantTimeCompare(d.proof(a.ID, digits(typed)), a.Proof) == 1
	if !right || a.State != Sent && a.State != Shown || a.Purpose != to || a.Business != business {
		return Proof{}, wrongCode()
	}
	out := Proof{Contact: a.Contact, Until: d.Clock.Now() + ProofLife}
	// The same code gives the same secret: who sends a form twice at once has one proof.
	out.Secret = proofPrefix + hex.EncodeToString(d.Secrets.Proof("visitor.shown", ticket+"\n"+digits(typed)))
	hash := d.Secrets.HashOpaque(out.Secret)
	return out, d.Atomic.Do(ctx, func(ctx context.Context) error {
		ok, err := d.Proven.ProveAsk(ctx, a.ID, hash, d.Clock.Now(), out.Until)
		if err == nil && !ok {
			err = wrongCode()
		}
		return err
	})
}

// wrongCode is the one answer to a code that proves nothing.
func wrongCode() error {
	return &fault.Error{
		Kind: fault.Invalid, Code: fault.CodeInvalid, Detail: "this code is not right",
		Fields: []fault.Field{{Name: "code", Rule: "wrong", Detail: "is not the code that was sent"}},
	}
}

// Shows tells which contact a proof is of, and leaves it. Fault proof_required
// for one that is none, or none any more.
func (d *Door) Shows(ctx context.Context, business id.Business, to Purpose, secret string) (Contact, error) {
	a, err := d.shown(ctx, business, to, secret)
	return a.Contact, err
}

func (d *Door) shown(ctx context.Context, business id.Business, to Purpose, secret string) (Ask, error) {
	a, err := d.Asks.AskByLink(ctx, d.Secrets.HashOpaque(secret))
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return Ask{}, NotProven()
	case err != nil:
		return Ask{}, err
	case a.State != Shown || a.Purpose != to || a.Business != business || a.ExpiresAt <= d.Clock.Now():
		return Ask{}, NotProven()
	}
	return a, nil
}

// NotProven is the fault of whoever is to show that a contact is theirs, and has not.
func NotProven() error {
	return fault.New(fault.Forbidden, fault.CodeProofRequired,
		"show that the contact is yours: ask for a code there, type it, and send the proof along")
}

// Spend uses a proof up, inside the caller's transaction: when that is undone,
// so is this, and of two who spend it one gets proof_required.
func (d *Door) Spend(ctx context.Context, business id.Business, to Purpose, secret string) (Contact, error) {
	a, err := d.shown(ctx, business, to, secret)
	if err != nil {
		return Contact{}, err
	}
	first, err := d.Asks.UseAsk(ctx, a.ID, Shown, d.Clock.Now())
	if err == nil && !first {
		err = NotProven()
	}
	return a.Contact, err
}

// Credit notes on a card that its contact was proven by a code. It does so only
// where the card opens by that contact: one that a later booking has filled in
// is not made good by whoever filled it in.
func (d *Door) Credit(ctx context.Context, business id.Business, of id.Client, c Contact) error {
	cards, err := d.Cards.Carrying(ctx, c, business)
	if err != nil {
		return err
	}
	for _, card := range cards {
		if card.Client == of {
			return d.Cards.Prove(ctx, card, c, byCode, d.Clock.Now())
		}
	}
	return nil
}

// Provable lists which of the contacts that somebody gives can be proven, the
// one to which a code goes first: the one that must be given, else both, the
// address before the number, which costs. What is no contact is left out.
func Provable(rule string, d client.Draft) []Contact {
	var out []Contact
	for _, typed := range []string{d.Email, d.Phone} {
		c, err := ReadContact(typed)
		if err != nil || rule == client.ContactPhone && c.Kind != Phone || rule == client.ContactEmail && c.Kind != Email {
			continue
		}
		out = append(out, c)
	}
	return out
}

// How long a browser is known by what it has shown, and how long the word of a
// session is good for, which no browser ever sees.
const (
	knownLife = 365 * span.Day
	vouchLife = span.Minute
)

// What these marks begin with.
const (
	knownPrefix = "kept_known_"
	vouchPrefix = "kept_vouch_"
)

// Remember gives a mark for a browser in which a contact was proven, so that it
// need not be again at this business. It opens nothing.
func (d *Door) Remember(business id.Business, c Contact) string {
	return d.mark(knownPrefix, business, c, d.Clock.Now()+knownLife)
}

// Vouch gives the word for somebody who is signed in with a contact. It is for
// the program's own use within a request.
func (d *Door) Vouch(business id.Business, c Contact) string {
	return d.mark(vouchPrefix, business, c, d.Clock.Now()+vouchLife)
}

// Remembers tells whether a mark is that of a browser which has proven a contact.
func (d *Door) Remembers(business id.Business, mark string, c Contact) bool {
	return d.marked(knownPrefix, business, mark, c)
}

// Vouched tells whether it is the word for a contact.
func (d *Door) Vouched(business id.Business, mark string, c Contact) bool {
	return d.marked(vouchPrefix, business, mark, c)
}

func (d *Door) mark(prefix string, business id.Business, c Contact, until span.Instant) string {
	day := strconv.FormatInt(int64(until), 36)
	return prefix + day + "." + hex.EncodeToString(d.Secrets.Proof(prefix, string(business)+"\n"+string(c.Kind)+"\n"+c.Value+"\n"+day))
}

func (d *Door) marked(prefix string, business id.Business, mark string, c Contact) bool {
	text, ok := strings.CutPrefix(mark, prefix)
	day, _, dotted := strings.Cut(text, ".")
	until, err := strconv.ParseInt(day, 36, 64)
	if !ok || !dotted || err != nil || span.Instant(until) <= d.Clock.Now() {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(d.mark(prefix, business, c, span.Instant(until))), []byte(mark)) == 1
}

// Settle uses up the proof of a contact on somebody's own card and lets verify
// note it there: both or neither. Fault proof_required.
func (d *Door) Settle(ctx context.Context, business id.Business, secret string, of Contact, verify func(ctx context.Context) error) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error {
		got, err := d.Spend(ctx, business, ToAdd, secret)
		if err == nil && got != of {
			err = NotProven()
		}
		if err != nil {
			return err
		}
		return verify(ctx)
	})
}
