package account

import (
	"context"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Try is somebody at the door.
type Try struct {
	Email    string
	Password string
	From     Origin
}

// Entry is what somebody gets who is let in: the token of a session or, where
// a second step is asked of them, the token of that.
type Entry struct {
	User   User
	Token  string
	Second string
}

// longestPassword bounds what is hashed: no password is longer.
const longestPassword = 4000

// secondLife is how long the second step of a sign-in may take.
const secondLife = 10 * span.Minute

// verify compares a password; one that is too long is none, and takes as long.
func (g *Gate) verify(ctx context.Context, password, stored string) (ok, stale bool, err error) {
	if len(password) > longestPassword {
		password, stored = "", ""
	}
	return g.Secrets.Verify(ctx, password, stored)
}

// SignIn looks at e-mail address and password. Whatever is wrong, the answer is
// fault unauthenticated, and it takes as long; who tries too often gets fault
// rate_limited, whether there is such an account or not.
func (g *Gate) SignIn(ctx context.Context, t Try) (Entry, error) {
	email := strings.ToLower(strings.TrimSpace(t.Email))
	forgive, err := g.throttle(ctx,
		tries{kind: "sign_in", who: email + " " + t.From.Address, most: fewTries}, tries{kind: "account", who: email, most: someTries}, tries{kind: "address", who: t.From.Address, most: manyTries})
	if err != nil {
		return Entry{}, err
	}
	u, err := g.Users.UserByEmail(ctx, t.Email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Entry{}, err
	}
	ok, stale, err := g.verify(ctx, t.Password, u.PasswordHash) // empty for nobody, whom it refuses in the same time
	if err != nil {
		return Entry{}, err
	}
	if !ok {
		return Entry{}, g.refused(ctx, u.ID, string(ByPassword), t.From)
	}
	if stale {
		if u.PasswordHash, err = g.Secrets.Hash(ctx, t.Password); err != nil {
			return Entry{}, err
		}
	}
	if err := forgive(ctx); err != nil {
		return Entry{}, err
	}
	var e Entry
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		if stale {
			if err := g.Users.UpdateUser(ctx, u); err != nil {
				return err
			}
		}
		e, err = g.admit(ctx, u, ByPassword, "", t.From)
		return err
	})
	return e, err
}

// refused records that somebody was not let in and gives the one answer. For
// nobody it writes as much, so that both take as long.
func (g *Gate) refused(ctx context.Context, user id.User, by string, from Origin) error {
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		if user == "" || g.Audit == nil {
			_, _, err := g.Attempts.Try(ctx, "nobody", from.Address, tryWindow, g.Clock.Now())
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidFailSignIn, Detail: by, From: from.Address})
	})
	return wrong(err)
}

// admit opens a session inside the caller's transaction, or begins the second
// step for whoever has set one and has shown none.
func (g *Gate) admit(ctx context.Context, u User, by Proof, shown Factor, from Origin) (Entry, error) {
	secret, _, err := g.Factors.TOTP(ctx, u.ID)
	if err != nil {
		return Entry{}, err
	}
	if secret != nil && shown == "" {
		token, err := g.begin(ctx, kindSecond, u.ID, []byte(by), secondLife)
		return Entry{User: u, Second: token}, err
	}
	return g.enter(ctx, u, by, shown, string(by), from)
}

// enter opens the session and records it.
func (g *Gate) enter(ctx context.Context, u User, by Proof, shown Factor, detail string, from Origin) (Entry, error) {
	token, err := g.open(ctx, u.ID, by, shown, from)
	if err != nil {
		return Entry{}, err
	}
	if err := g.Attempts.Clear(ctx, kindPIN, string(u.ID)); err != nil { // the password was needed, and shown
		return Entry{}, err
	}
	return Entry{User: u, Token: token}, g.recordFor(ctx, u.ID, Act{What: DidSignIn, Detail: detail, From: from.Address})
}

// SecondStep finishes a sign-in with a code of the device or a recovery code,
// each of which works once. Faults unauthenticated, rate_limited.
func (g *Gate) SecondStep(ctx context.Context, second, code string, from Origin) (Entry, error) {
	c, err := g.peek(ctx, kindSecond, second)
	if err != nil {
		return Entry{}, err
	}
	forgive, err := g.throttle(ctx, tries{kind: "second", who: string(c.Holder), most: fewTries}, tries{kind: "address", who: from.Address, most: manyTries})
	if err != nil {
		return Entry{}, err
	}
	u, err := g.Users.FindUser(ctx, c.Holder)
	if err != nil {
		return Entry{}, hidden(err)
	}
	var e Entry
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		by, err := g.useCode(ctx, u.ID, code)
		if err != nil {
			return err
		}
		if _, err := g.take(ctx, kindSecond, second); err != nil {
			return err
		}
		e, err = g.enter(ctx, u, Proof(c.State), by, string(c.State)+"+"+string(by), from)
		return err
	})
	if fault.KindOf(err) == fault.Unauthenticated {
		return Entry{}, g.refused(ctx, u.ID, "second", from)
	}
	if err != nil {
		return Entry{}, err
	}
	return e, forgive(ctx)
}

// useCode spends a code of the second factor and tells which sort it was.
func (g *Gate) useCode(ctx context.Context, user id.User, code string) (by Factor, err error) {
	secret, _, err := g.Factors.TOTP(ctx, user)
	if err != nil {
		return "", err
	}
	if step, ok := matchTOTP(secret, code, g.Clock.Now()); ok {
		fresh, err := g.Factors.UseStep(ctx, user, step)
		if err != nil || !fresh {
			return "", wrong(err)
		}
		return FactorTOTP, nil
	}
	ok, err := g.Factors.UseRecovery(ctx, user, g.recoveryHash(user, code))
	if err != nil || !ok {
		return "", wrong(err)
	}
	return FactorRecovery, g.recordFor(ctx, user, Act{What: DidUseRecovery})
}
