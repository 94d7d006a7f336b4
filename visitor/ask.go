package visitor

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/url"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// How long a code lives, and how often it may be tried.
const (
	CodeLife = 10 * span.Minute
	CodeSize = 6 // digits
	maxTries = 5
)

// State is where an ask stands.
type State string

// The states. Void is the end of those to whom nothing was sent; nobody who asks is told.
const (
	Asked  State = "asked"
	Sent   State = "sent"
	Void   State = "void"
	Failed State = "failed"
	Used   State = "used"
	Shown  State = "proven" // the code was right, and what it is for is still to be done
)

// Purpose says what a code is for. A code for one is worth nothing for another.
type Purpose string

// The purposes.
const (
	ToEnter Purpose = ""     // to sign in
	ToBook  Purpose = "book" // to show that the contact of a booking is theirs
	ToAdd   Purpose = "add"  // to show that a contact on their own card is theirs
)

// Why an ask became void or failed.
const (
	ReasonUnknown = "unknown"  // no business knows the contact
	ReasonBlocked = "blocked"  // an owner blocks it
	ReasonCap     = "cap"      // more than a day's messages to numbers
	ReasonNoRoute = "no_route" // nothing is set up that reaches it
	ReasonRefused = "refused"  // whoever carries messages refused it
)

// Ask is one request for a code.
type Ask struct {
	ID        id.Ask
	Purpose   Purpose
	Contact   Contact
	Business  id.Business // from whose page; empty for none
	Language  string
	Next      string // path to go to afterwards; empty for the first page
	State     State
	Reason    string // a code
	Proof     []byte // of the code; empty until it was sent
	Link      []byte // the hash of the link's secret; empty until it was sent
	Attempts  int    // at sending
	Tries     int    // of the code
	CreatedAt span.Instant
	DueAt     span.Instant // when it is looked at (again)
	ExpiresAt span.Instant
}

// Request is what somebody asks with.
type Request struct {
	Contact  string // as typed
	Address  string // the network address they come from
	Shared   bool   // it is a proxy's, and so everybody's
	Business id.Business
	Language string
	Next     string
}

// Parts are what a door works with.
type Parts struct {
	Atomic   Atomic
	Clock    Clock
	Asks     Asks
	Proven   Shows
	Logins   Logins
	Sessions Sessions
	Counts   Counts
	Cards    Cards
	Kin      Kin
	Blocks   Blocks
	Journal  Journal
	Courier  Courier
	Secrets  Secrets
	Keys     Keys
	Site     Site // nil: the site's address can have no passkeys
	Caps     Caps // zero for DefaultCaps
	// Lower gives how many codes a day a business has sent by SMS at most, as its
	// owner says; 0 for as many as Caps allow. nil: no owner says anything.
	Lower func(ctx context.Context, business id.Business) (int, error)
	// Phone gives the number at which a business can be called; empty for none.
	// nil: nobody knows.
	Phone func(ctx context.Context, business id.Business) (string, error)
	// Record keeps that somebody came in to a card, in the transaction in which
	// they did; nil: nobody does.
	Record func(ctx context.Context, a Arrival) error
	// Wake is called, when it is set, once there is something to send.
	Wake func()
}

// Door lets clients in. It is safe for concurrent use.
type Door struct{ Parts }

// NewDoor makes the door.
func NewDoor(p Parts) *Door {
	if p.Caps == (Caps{}) {
		p.Caps = DefaultCaps()
	}
	return &Door{p}
}

// What the secrets in the hands of clients begin with.
const (
	ticketPrefix  = "kept_ask_"
	proofPrefix   = "kept_proof_"
	linkPrefix    = "kept_in_"
	sessionPrefix = "kept_me_"
)

// Ask takes note that somebody wants a code. The ticket is what their browser
// shows together with the code. Whether a business knows the contact is not
// looked at here, and so cannot be felt either. Fault Invalid for what is no
// contact, rate_limited for who asks too often.
func (d *Door) Ask(ctx context.Context, r Request) (ticket string, c Contact, err error) {
	if c, err = ReadContact(r.Contact); err != nil {
		return "", c, err
	}
	ticket, err = d.note(ctx, r, c, ToEnter)
	return ticket, c, err
}

// note takes it down, and wakes who sends.
func (d *Door) note(ctx context.Context, r Request, c Contact, to Purpose) (string, error) {
	ticket, hash := d.Secrets.NewOpaque(ticketPrefix)
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		now := d.Clock.Now()
		if err := d.admit(ctx, c, r, now); err != nil {
			return err
		}
		a := Ask{
			ID: id.New[id.Ask](now.UTC()), Purpose: to, Contact: c, Business: r.Business, Language: r.Language, Next: LocalPath(r.Next),
			State: Asked, CreatedAt: now, DueAt: now, ExpiresAt: now + CodeLife,
		}
		if err := d.count(ctx, a, now); err != nil {
			return err
		}
		return d.Asks.InsertAsk(ctx, hash, a)
	})
	if err != nil {
		return "", err
	}
	d.Nudge()
	return ticket, nil
}

// Nudge wakes who sends. Whoever asks inside a transaction of their own does it
// once that has ended.
func (d *Door) Nudge() {
	if d.Wake != nil {
		d.Wake()
	}
}

// LocalPath lets nobody be led to another site, or out of their own pages, after
// signing in; empty when the path is none of them.
func LocalPath(next string) string {
	const longest = 500
	u, err := url.Parse(next)
	if err != nil || len(next) > longest || u.Scheme != "" || u.Host != "" || strings.ContainsAny(next, "\\\r\n") || strings.Contains(u.Path, "/../") {
		return ""
	}
	if u.Path == "/me" || strings.HasPrefix(u.Path, "/me/") || strings.HasPrefix(u.Path, "/b/") {
		return u.RequestURI()
	}
	return ""
}

// code makes a code of six digits, each as likely as any other.
func code() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("visitor: no randomness: %w", err)
	}
	return fmt.Sprintf("%0*d", CodeSize, n.Int64()), nil
}

// proof is what is kept of a code: it belongs to its ask, so that the same code
// of somebody else's is worth nothing.
func (d *Door) proof(ask id.Ask, code string) []byte {
	return d.Secrets.Proof("visitor.code", string(ask)+"\n"+code)
}

// digits drops what people type between the digits of a code.
func digits(typed string) string {
	var out strings.Builder
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			out.WriteRune(r)
		case r >= '０' && r <= '９': // full width
			out.WriteRune(r - '０' + '0')
		}
		if out.Len() > CodeSize {
			break
		}
	}
	return out.String()
}

// slow says that somebody has to wait.
func slow(until, now span.Instant) error {
	f := fault.New(fault.Exhausted, fault.CodeRateLimited, "too many codes were asked for; please wait a little")
	f.RetryAfter = max(until.Sub(now), 0)
	return f
}
