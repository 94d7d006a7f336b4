package visitor

import (
	"context"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Key is a passkey of a login: after the first sign-in a device may have one,
// and no code is needed there any more.
type Key struct {
	ID        id.Passkey
	KeyID     []byte // as the device calls it
	Record    []byte // what the site keeps of it
	Name      string // which device it is
	CreatedAt span.Instant
	UsedAt    span.Instant // 0 for never
}

// Question is what a browser is asked about passkeys.
type Question struct {
	Options []byte // JSON for navigator.credentials
	State   string // handed back with the answer
}

// Keys keeps passkeys and the questions about them.
type Keys interface {
	// InsertKey adds one; fault conflict when the device's key is somebody's already.
	InsertKey(ctx context.Context, of id.Visitor, k Key) error
	// KeysOf gives a login's, the oldest first.
	KeysOf(ctx context.Context, of id.Visitor) ([]Key, error)
	// UseKey writes the record and when it was used; fault NotFound.
	UseKey(ctx context.Context, of id.Visitor, k Key) error
	// DropKey removes one; fault NotFound.
	DropKey(ctx context.Context, of id.Visitor, id id.Passkey) error
	// PutQuestion keeps the state of a question, for whom it is or for anybody.
	PutQuestion(ctx context.Context, hash []byte, of id.Visitor, state []byte, expires span.Instant) error
	// TakeQuestion gives it, once; fault NotFound.
	TakeQuestion(ctx context.Context, hash []byte) (of id.Visitor, state []byte, expires span.Instant, err error)
}

// Site makes and reads the questions of passkeys. Faults Invalid, Unauthenticated.
type Site interface {
	Enrol(l Login, has []Key) (options, state []byte, err error)
	Enrolled(l Login, has []Key, state, answer []byte) (Key, error)
	Ask() (options, state []byte, err error)
	// Answered tells whose key it is; find gives the keys of the login that the device names.
	Answered(state, answer []byte, find func(id.Visitor) ([]Key, error)) (id.Visitor, Key, error)
}

const (
	questionPrefix = "kept_key_q_"
	questionLife   = 10 * span.Minute
	mostKeys       = 10
)

func noKeys() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "this address of the site can have no passkeys")
}

// BeginKey asks the browser of a login to make a key. Fault conflict.
func (d *Door) BeginKey(ctx context.Context, l Login) (Question, error) {
	if d.Site == nil {
		return Question{}, noKeys()
	}
	has, err := d.Keys.KeysOf(ctx, l.ID)
	if err != nil {
		return Question{}, err
	}
	if len(has) >= mostKeys {
		return Question{}, fault.New(fault.Conflict, fault.CodeConflict, "these are enough passkeys; delete one first")
	}
	options, state, err := d.Site.Enrol(l, has)
	if err != nil {
		return Question{}, err
	}
	return d.question(ctx, l.ID, options, state)
}

// FinishKey keeps the key that the browser made. Faults invalid, unauthenticated.
func (d *Door) FinishKey(ctx context.Context, l Login, state string, answer []byte, name string) (Key, error) {
	kept, err := d.answered(ctx, l.ID, state)
	if err != nil {
		return Key{}, err
	}
	has, err := d.Keys.KeysOf(ctx, l.ID)
	if err != nil {
		return Key{}, err
	}
	k, err := d.Site.Enrolled(l, has, kept, answer)
	if err != nil {
		return Key{}, err
	}
	now := d.Clock.Now()
	k.ID, k.Name, k.CreatedAt = id.New[id.Passkey](now.UTC()), short(strings.TrimSpace(name)), now
	return k, d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Keys.InsertKey(ctx, l.ID, k) })
}

// AskKey asks whoever has a key to sign in. Fault conflict.
func (d *Door) AskKey(ctx context.Context) (Question, error) {
	if d.Site == nil {
		return Question{}, noKeys()
	}
	options, state, err := d.Site.Ask()
	if err != nil {
		return Question{}, err
	}
	return d.question(ctx, "", options, state)
}

// SignInKey lets in whose key answers. Fault Unauthenticated.
func (d *Door) SignInKey(ctx context.Context, state string, answer []byte, by Browser) (Entry, error) {
	kept, err := d.answered(ctx, "", state)
	if err != nil {
		return Entry{}, err
	}
	of, k, err := d.Site.Answered(kept, answer, func(of id.Visitor) ([]Key, error) { return d.Keys.KeysOf(ctx, of) })
	if err != nil {
		return Entry{}, err
	}
	l, err := d.Logins.FindLogin(ctx, of)
	if err != nil {
		return Entry{}, hidden(err)
	}
	cards, err := d.Cards.Carrying(ctx, l.Contact, "")
	if err != nil {
		return Entry{}, err
	}
	out := Entry{Login: l}
	err = d.Atomic.Do(ctx, func(ctx context.Context) error {
		k.UsedAt = d.Clock.Now()
		if err := d.Keys.UseKey(ctx, of, k); err != nil {
			return err
		}
		return d.begin(ctx, &out, byPasskey, by, cards)
	})
	return out, hidden(err)
}

// DropKey removes a key of a login. Fault NotFound.
func (d *Door) DropKey(ctx context.Context, of id.Visitor, key id.Passkey) error {
	return d.Atomic.Do(ctx, func(ctx context.Context) error { return d.Keys.DropKey(ctx, of, key) })
}

// ListKeys gives the keys of a login, the oldest first.
func (d *Door) ListKeys(ctx context.Context, of id.Visitor) ([]Key, error) {
	return d.Keys.KeysOf(ctx, of)
}

func (d *Door) question(ctx context.Context, of id.Visitor, options, state []byte) (Question, error) {
	token, hash := d.Secrets.NewOpaque(questionPrefix)
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		return d.Keys.PutQuestion(ctx, hash, of, state, d.Clock.Now()+questionLife)
	})
	return Question{options, token}, err
}

// answered gives the state of a question that is for this login, once.
func (d *Door) answered(ctx context.Context, of id.Visitor, token string) ([]byte, error) {
	if d.Site == nil {
		return nil, noKeys()
	}
	var whose id.Visitor
	var state []byte
	var expires span.Instant
	err := d.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		whose, state, expires, err = d.Keys.TakeQuestion(ctx, d.Secrets.HashOpaque(token))
		return err
	})
	if err != nil {
		return nil, hidden(err)
	}
	if whose != of || expires <= d.Clock.Now() {
		return nil, unknown()
	}
	return state, nil
}
