package account

import (
	"context"
	"crypto/rand"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// How many recovery codes there are, and how many letters each has (80 bits).
const (
	recoveryCodes   = 10
	recoveryLetters = 16
)

// Second says what second factors a user has.
type Second struct {
	TOTP     bool
	Recovery int // codes left
}

// FindSecond tells what second factors a user has.
func (g *Gate) FindSecond(ctx context.Context, user id.User) (Second, error) {
	secret, _, err := g.Factors.TOTP(ctx, user)
	if err != nil || secret == nil {
		return Second{}, err
	}
	left, err := g.Factors.CountRecovery(ctx, user)
	return Second{TOTP: true, Recovery: left}, err
}

// Setup is a second factor that is being set up: the secret as text to type
// and as the address that a QR code carries. It counts once a code was shown.
type Setup struct {
	Token   string
	Secret  string
	Address string
}

// BeginSecond makes a secret for somebody who has shown lately who they are;
// fault forbidden with rule "proof" else.
func (g *Gate) BeginSecond(ctx context.Context, s Session) (Setup, error) {
	user, err := g.firm(ctx, s)
	if err != nil {
		return Setup{}, err
	}
	secret := make([]byte, totpSecret)
	_, _ = rand.Read(secret) // never fails
	token, err := g.begin(ctx, kindTOTP, user, secret, span.Hour)
	if err != nil {
		return Setup{}, err
	}
	return g.setup(ctx, token, user, secret)
}

// Setting gives the setup of a token again, for a page that is shown anew.
func (g *Gate) Setting(ctx context.Context, s Session, token string) (Setup, error) {
	c, err := g.peek(ctx, kindTOTP, token)
	if err != nil || c.Holder != s.User {
		return Setup{}, wrong(err)
	}
	return g.setup(ctx, token, s.User, c.State)
}

func (g *Gate) setup(ctx context.Context, token string, user id.User, secret []byte) (Setup, error) {
	u, err := g.Users.FindUser(ctx, user)
	return Setup{token, secretText(secret), totpAddress(u.Email, secret)}, err
}

// FinishSecond sets the second factor once its first code is right, and gives
// the recovery codes, told this once. All other sessions end, and this one gets
// a new token. Fault unauthenticated for a wrong code.
func (g *Gate) FinishSecond(ctx context.Context, session, token, code string, from Origin) (renewed string, codes []string, err error) {
	s, err := g.Resume(ctx, session)
	if err != nil {
		return "", nil, err
	}
	user, err := g.firm(ctx, s)
	if err != nil {
		return "", nil, err
	}
	forgive, err := g.throttle(ctx, tries{kind: "second", who: string(user), most: fewTries})
	if err != nil {
		return "", nil, err
	}
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		c, err := g.peek(ctx, kindTOTP, token)
		if err != nil || c.Holder != user {
			return wrong(err)
		}
		step, ok := matchTOTP(c.State, code, g.Clock.Now())
		if !ok {
			return unknown()
		}
		if _, err := g.take(ctx, kindTOTP, token); err != nil {
			return err
		}
		if err := g.Factors.SetTOTP(ctx, user, c.State, step); err != nil {
			return err
		}
		if codes, err = g.recovery(ctx, user); err != nil {
			return err
		}
		if err := g.Sessions.DeleteSessionsOf(ctx, user, s.ID); err != nil {
			return err
		}
		if renewed, _, err = g.renew(ctx, session, func(s *Session) error {
			s.SecondBy = FactorTOTP
			return nil
		}); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidSetSecond, Detail: "totp", From: from.Address})
	})
	if err != nil {
		return "", nil, err
	}
	return renewed, codes, forgive(ctx)
}

// ShowSecond has somebody who is signed in show a code of their second factor,
// which a business demands of them. The session gets a new token. Faults
// unauthenticated, rate_limited, forbidden at a shared desk.
func (g *Gate) ShowSecond(ctx context.Context, session, code string, from Origin) (renewed string, err error) {
	s, err := g.Resume(ctx, session)
	if err != nil {
		return "", err
	}
	if s.Shared != "" {
		return "", deskOnly()
	}
	forgive, err := g.throttle(ctx, tries{kind: "second", who: string(s.User), most: fewTries}, tries{kind: "address", who: from.Address, most: manyTries})
	if err != nil {
		return "", err
	}
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		by, err := g.useCode(ctx, s.User, code)
		if err != nil {
			return err
		}
		if renewed, _, err = g.renew(ctx, session, func(s *Session) error {
			s.SecondBy = by
			return nil
		}); err != nil {
			return err
		}
		return g.recordFor(ctx, s.User, Act{What: DidShowSecond, Detail: string(by), From: from.Address})
	})
	if fault.KindOf(err) == fault.Unauthenticated {
		return "", g.refused(ctx, s.User, "second", from)
	}
	if err != nil {
		return "", err
	}
	return renewed, forgive(ctx)
}

// DropSecond takes the second factor off. Fault forbidden with rule "proof".
func (g *Gate) DropSecond(ctx context.Context, s Session) error {
	user, err := g.firm(ctx, s)
	if err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Factors.SetTOTP(ctx, user, nil, 0); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidDropSecond, From: s.Origin.Address})
	})
}

// RenewRecovery gives new recovery codes in place of all others.
func (g *Gate) RenewRecovery(ctx context.Context, s Session) (codes []string, err error) {
	user, err := g.firm(ctx, s)
	if err != nil {
		return nil, err
	}
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		if codes, err = g.recovery(ctx, user); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidSetSecond, Detail: "recovery", From: s.Origin.Address})
	})
	return codes, err
}

// recovery makes codes that people can copy by hand: a nought alone is like a letter, which is read as it.
func (g *Gate) recovery(ctx context.Context, user id.User) ([]string, error) {
	const letters = "abcdefghjkmnpqrstuvwxyz023456789" // 32 of them, so that a byte is cut without a lean
	codes, hashes := make([]string, recoveryCodes), make([][]byte, recoveryCodes)
	for i := range codes {
		raw := make([]byte, recoveryLetters)
		_, _ = rand.Read(raw) // never fails
		var b strings.Builder
		for j, r := range raw {
			if j > 0 && j%4 == 0 {
				b.WriteByte('-')
			}
			b.WriteByte(letters[r%32])
		}
		codes[i] = b.String()
		hashes[i] = g.recoveryHash(user, codes[i])
	}
	return codes, g.Factors.PutRecovery(ctx, user, hashes)
}

// recoveryHash is by which a code is found, however it is typed.
func (g *Gate) recoveryHash(user id.User, code string) []byte {
	code = strings.ToLower(strings.NewReplacer("-", "", " ", "", "\t", "", "o", "0", "O", "0").Replace(code))
	return g.Secrets.HashOpaque("recovery " + string(user) + " " + code)
}
