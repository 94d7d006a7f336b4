package visitor

import (
	"context"

	"kept/event"
	"kept/id"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Asks keeps who asked for a code. All that writes needs a transaction.
type Asks interface {
	// InsertAsk adds one, found again by the hash of its ticket.
	InsertAsk(ctx context.Context, ticket []byte, a Ask) error
	// DueAsks lists those that are due to be looked at, the oldest first.
	DueAsks(ctx context.Context, now span.Instant, limit int) ([]Ask, error)
	// NextAsk tells when the first of them is due.
	NextAsk(ctx context.Context) (span.Instant, bool, error)
	// ClaimAsk takes one for this node until an instant; false when another has it.
	ClaimAsk(ctx context.Context, id id.Ask, now, until span.Instant) (bool, error)
	// SettleAsk writes what became of it.
	SettleAsk(ctx context.Context, a Ask) error
	// TryAsk counts one try of the ask with this ticket, if it has one left and
	// was not used or ended, and gives it; fault NotFound.
	TryAsk(ctx context.Context, ticket []byte, most int, now span.Instant) (Ask, error)
	// AskByLink finds one by the hash of its link, used or ended or not; fault NotFound.
	AskByLink(ctx context.Context, link []byte) (Ask, error)
	// UseAsk ends one that is in a state; false when it is not, or not any more.
	UseAsk(ctx context.Context, id id.Ask, from State, now span.Instant) (bool, error)
}

// Shows keeps asks whose code was right and that have not done their work yet.
type Shows interface {
	// ProveAsk notes that the right code was shown, and under the hash of which
	// secret that is found by AskByLink until an instant; false when it has ended.
	ProveAsk(ctx context.Context, id id.Ask, secret []byte, now, until span.Instant) (bool, error)
}

// Logins keeps logins, by contact.
type Logins interface {
	// PutLogin gives the login of a contact, a new one where there is none.
	PutLogin(ctx context.Context, fresh Login) (Login, error)
	// FindLogin gives a login; fault NotFound.
	FindLogin(ctx context.Context, id id.Visitor) (Login, error)
	// DropLogin forgets a login and its sessions.
	DropLogin(ctx context.Context, id id.Visitor) error
	// StaleLogins lists those that were not checked since an instant, the longest ago first.
	StaleLogins(ctx context.Context, since span.Instant, limit int) ([]Login, error)
	// CheckLogin notes that a business still knows the contact.
	CheckLogin(ctx context.Context, id id.Visitor, now span.Instant) error
}

// Sessions keeps signed-in browsers by the hash of their token.
type Sessions interface {
	InsertSession(ctx context.Context, hash []byte, s Session) error
	// FindSession gives the session whose token, or whose token before that, has this hash; fault NotFound.
	FindSession(ctx context.Context, hash []byte) (s Session, current bool, err error)
	// TurnSession gives a session a new token; false when it has another one already.
	TurnSession(ctx context.Context, old, fresh []byte, now, expires span.Instant) (bool, error)
	// SeeSession notes that the token was used, which ends the one before it.
	SeeSession(ctx context.Context, id id.Session, now span.Instant) error
	// ListSessions gives a login's, the newest first.
	ListSessions(ctx context.Context, of id.Visitor) ([]Session, error)
	// DropSession ends one of a login's; fault NotFound.
	DropSession(ctx context.Context, of id.Visitor, id id.Session) error
	// DropSessions ends all of a login's but one, which may be empty.
	DropSessions(ctx context.Context, of id.Visitor, but id.Session) error
	// Sweep forgets sessions, asks and counts that have lived their time.
	Sweep(ctx context.Context, now span.Instant) error
}

// Counts keeps how often something was done within a window of time.
type Counts interface {
	// Touch locks one count until the transaction ends and gives how far it is and when it was last raised.
	Touch(ctx context.Context, c Count) (n int, last span.Instant, err error)
	// Raise counts one more.
	Raise(ctx context.Context, c Count, now span.Instant) error
}

// Cards knows the cards of all businesses. It is asked about contacts that
// somebody has shown to be theirs, and by the sender.
type Cards interface {
	// Carrying lists the cards that carry a contact as their own, by business;
	// of one business where one is named.
	Carrying(ctx context.Context, c Contact, only id.Business) ([]Card, error)
	// Prove notes that a card's own contact was shown to be its owner's.
	Prove(ctx context.Context, card Card, c Contact, how string, now span.Instant) error
}

// Kin keeps which card answers for which other of the same business.
type Kin interface {
	// KinOf lists the cards that a card answers for, the first made first.
	KinOf(ctx context.Context, business id.Business, of id.Client) ([]Relation, error)
	// Wards lists the cards that a card answers for, behind a spot, the first made first.
	Wards(ctx context.Context, business id.Business, of id.Client, after RelationSpot, limit int) ([]Relation, error)
	// Guardians lists the cards that answer for a card, likewise.
	Guardians(ctx context.Context, business id.Business, of id.Client, after RelationSpot, limit int) ([]Relation, error)
	// FindKin gives one; fault NotFound.
	FindKin(ctx context.Context, business id.Business, guardian, of id.Client) (Relation, error)
	PutKin(ctx context.Context, business id.Business, r Relation) error
	// DropKin parts two; fault NotFound.
	DropKin(ctx context.Context, business id.Business, guardian, of id.Client) error
}

// Journal records what happened.
type Journal interface {
	Append(ctx context.Context, events ...event.Event) error
}

// Blocks keeps what an owner does not want messages sent to.
type Blocks interface {
	// Blocked tells whether a business blocks the contact, or the beginning of its number.
	Blocked(ctx context.Context, business id.Business, c Contact) (bool, error)
	PutBlock(ctx context.Context, business id.Business, b Block) error
	// DropBlock removes one; fault NotFound.
	DropBlock(ctx context.Context, business id.Business, id id.Block) error
	ListBlocks(ctx context.Context, business id.Business) ([]Block, error)
}

// Courier sends codes. retry tells, beside an error, whether another try may succeed.
type Courier interface {
	Send(ctx context.Context, l Letter) (retry bool, err error)
	// Reaches tells whether anything is set up for a business that reaches a kind of contact.
	Reaches(ctx context.Context, business id.Business, kind Kind) (bool, error)
}

// Secrets makes and recognizes secrets.
type Secrets interface {
	NewOpaque(prefix string) (text string, hash []byte)
	HashOpaque(text string) []byte
	// Seal hashes a short secret under a key, so that nobody who has the database can try all of them.
	Proof(kind, text string) []byte
}
