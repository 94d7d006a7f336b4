package account

import (
	"context"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Passkey is a key by which a user signs in without a password.
type Passkey struct {
	ID        id.Passkey
	User      id.User
	KeyID     []byte // as the device calls it
	Record    []byte // what the site keeps of it
	Name      string // the user's word for it
	CreatedAt span.Instant
	UsedAt    span.Instant // 0 for never
}

// Question is what a browser is asked about passkeys.
type Question struct {
	Options []byte // JSON for navigator.credentials
	State   string // handed back with the answer
}

const (
	questionLife = 10 * span.Minute
	mostPasskeys = 20
)

func noPasskeys() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "this address of the site can have no passkeys")
}

// ListPasskeys gives a user's passkeys, the oldest first.
func (g *Gate) ListPasskeys(ctx context.Context, user id.User) ([]Passkey, error) {
	return g.Passkeys.PasskeysOf(ctx, user)
}

// BeginPasskey asks the browser to make a key. Fault forbidden with rule
// "proof" for who has not shown lately who they are.
func (g *Gate) BeginPasskey(ctx context.Context, s Session) (Question, error) {
	user, err := g.firm(ctx, s)
	if err != nil {
		return Question{}, err
	}
	if g.Site == nil {
		return Question{}, noPasskeys()
	}
	u, err := g.Users.FindUser(ctx, user)
	if err != nil {
		return Question{}, err
	}
	has, err := g.Passkeys.PasskeysOf(ctx, user)
	if err != nil {
		return Question{}, err
	}
	if len(has) >= mostPasskeys {
		return Question{}, fault.New(fault.Conflict, fault.CodeConflict, "these are enough passkeys; delete one first")
	}
	options, state, err := g.Site.Enrol(u, has)
	if err != nil {
		return Question{}, err
	}
	token, err := g.begin(ctx, kindEnrol, user, state, questionLife)
	return Question{options, token}, err
}

// FinishPasskey keeps the key that the browser made. The device has checked
// who holds it, so the session has shown a second factor, and gets a new token.
// Faults invalid, unauthenticated where the question is over.
func (g *Gate) FinishPasskey(ctx context.Context, session, state string, answer []byte, name string) (renewed string, k Passkey, err error) {
	s, err := g.Resume(ctx, session)
	if err != nil {
		return "", k, err
	}
	user, err := g.firm(ctx, s)
	if err != nil {
		return "", k, err
	}
	if g.Site == nil {
		return "", k, noPasskeys()
	}
	if name, err = keyName(name); err != nil {
		return "", k, err
	}
	c, err := g.take(ctx, kindEnrol, state)
	if err != nil || c.Holder != user {
		return "", k, wrong(err)
	}
	u, err := g.Users.FindUser(ctx, user)
	if err != nil {
		return "", k, err
	}
	has, err := g.Passkeys.PasskeysOf(ctx, user)
	if err != nil {
		return "", k, err
	}
	if k, err = g.Site.Enrolled(u, has, c.State, answer); err != nil {
		return "", k, err
	}
	now := g.Clock.Now()
	k.ID, k.User, k.Name, k.CreatedAt = id.New[id.Passkey](now.UTC()), user, name, now
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Passkeys.InsertPasskey(ctx, k); err != nil {
			return err
		}
		if renewed, _, err = g.renew(ctx, session, func(s *Session) error {
			s.SecondBy = FactorPasskey
			return nil
		}); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidAddPasskey, Subject: string(k.ID), From: s.Origin.Address})
	})
	return renewed, k, err
}

func keyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	var c fault.Checker
	c.Line("name", name, 1, 100)
	return name, c.Err()
}

// RenamePasskey gives a key another name. Faults NotFound, Invalid.
func (g *Gate) RenamePasskey(ctx context.Context, user id.User, key id.Passkey, name string) error {
	name, err := keyName(name)
	if err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		all, err := g.Passkeys.PasskeysOf(ctx, user)
		if err != nil {
			return err
		}
		for _, k := range all {
			if k.ID == key {
				k.Name = name
				return g.Passkeys.UpdatePasskey(ctx, k)
			}
		}
		return fault.Missing("passkey")
	})
}

// DropPasskey deletes a key. Faults NotFound, forbidden with rule "proof".
func (g *Gate) DropPasskey(ctx context.Context, s Session, key id.Passkey) error {
	user, err := g.firm(ctx, s)
	if err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Passkeys.DeletePasskey(ctx, user, key); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidDropPasskey, Subject: string(key), From: s.Origin.Address})
	})
}

// AskPasskey asks a browser for any key, to sign in with.
func (g *Gate) AskPasskey(ctx context.Context, from Origin) (Question, error) {
	if g.Site == nil {
		return Question{}, noPasskeys()
	}
	if _, err := g.throttle(ctx, tries{kind: "address", who: from.Address, most: manyTries}); err != nil {
		return Question{}, err
	}
	options, state, err := g.Site.Ask()
	if err != nil {
		return Question{}, err
	}
	token, err := g.begin(ctx, kindAsk, "", state, questionLife)
	return Question{options, token}, err
}

// SignInPasskey lets in whose key has answered. The key has checked who holds
// it, so it is both factors at once. Fault unauthenticated.
func (g *Gate) SignInPasskey(ctx context.Context, state string, answer []byte, from Origin) (Entry, error) {
	if g.Site == nil {
		return Entry{}, noPasskeys()
	}
	c, err := g.take(ctx, kindAsk, state)
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		k, err := g.Site.Answered(c.State, answer, func(user id.User) ([]Passkey, error) { return g.Passkeys.PasskeysOf(ctx, user) })
		if err != nil {
			return err
		}
		u, err := g.Users.FindUser(ctx, k.User)
		if err != nil {
			return hidden(err)
		}
		k.UsedAt = g.Clock.Now()
		if err := g.Passkeys.UpdatePasskey(ctx, k); err != nil {
			return err
		}
		e, err = g.admit(ctx, u, ByPasskey, FactorPasskey, from)
		return err
	})
	return e, err
}
