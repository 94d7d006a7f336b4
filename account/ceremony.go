package account

import (
	"context"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Ceremony is something begun that is finished once, by whoever holds its token.
type Ceremony struct {
	Kind      string
	Holder    id.User // empty for nobody yet
	State     []byte  // sealed at rest
	ExpiresAt span.Instant
}

// The kinds of ceremonies.
const (
	kindSecond  = "second"  // the second step of a sign-in
	kindTOTP    = "totp"    // a second factor that is being set up
	kindEnrol   = "enrol"   // a passkey that is being made
	kindAsk     = "ask"     // a sign-in with a passkey
	kindReset   = "reset"   // a new password
	kindOutside = "outside" // a sign-in at another house
)

const oncePrefix = "kept_once_"

// begin keeps a ceremony and gives its token.
func (g *Gate) begin(ctx context.Context, kind string, holder id.User, state []byte, life span.Instant) (string, error) {
	token, hash := g.Secrets.NewOpaque(oncePrefix)
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		return g.Ceremonies.PutCeremony(ctx, hash, Ceremony{Kind: kind, Holder: holder, State: state, ExpiresAt: g.Clock.Now() + life})
	})
	return token, err
}

// peek looks at a ceremony that goes on; fault unauthenticated.
func (g *Gate) peek(ctx context.Context, kind, token string) (Ceremony, error) {
	c, err := g.Ceremonies.FindCeremony(ctx, g.Secrets.HashOpaque(token))
	return g.live(c, err, kind)
}

// take ends a ceremony; fault unauthenticated.
func (g *Gate) take(ctx context.Context, kind, token string) (Ceremony, error) {
	var c Ceremony
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		c, err = g.Ceremonies.TakeCeremony(ctx, g.Secrets.HashOpaque(token))
		return err
	})
	return g.live(c, err, kind)
}

func (g *Gate) live(c Ceremony, err error, kind string) (Ceremony, error) {
	if err != nil {
		return Ceremony{}, hidden(err)
	}
	if c.Kind != kind || c.ExpiresAt <= g.Clock.Now() {
		return Ceremony{}, unknown()
	}
	return c, nil
}

// outsideLife is how long somebody may be away at another house.
const outsideLife = 15 * span.Minute

// GoOutside keeps what must be known again when somebody comes back from
// another house; the token goes into their browser.
func (g *Gate) GoOutside(ctx context.Context, state []byte) (token string, err error) {
	return g.begin(ctx, kindOutside, "", state, outsideLife)
}

// ComeBack gives what GoOutside kept, once; fault unauthenticated.
func (g *Gate) ComeBack(ctx context.Context, token string) ([]byte, error) {
	c, err := g.take(ctx, kindOutside, token)
	return c.State, err
}

// Known is somebody whom another house vouches for.
type Known struct {
	Issuer   string
	Subject  string // there
	Email    string // verified there; empty where it is not
	Name     string
	Language string
	Second   bool // it says that it saw more than one factor
}

// OutsideLogins keeps which login at another house is whose here.
type OutsideLogins interface {
	// OutsideUser gives whose a login is; fault NotFound.
	OutsideUser(ctx context.Context, issuer, subject string) (id.User, error)
	// LinkOutside keeps it; fault conflict when it is somebody's already.
	LinkOutside(ctx context.Context, issuer, subject string, user id.User, at span.Instant) error
}

// SignInOutside lets in whom another house vouches for: whoever came that way
// before, whoever has the verified e-mail address here, and whoever is invited
// under it, who gets an account and joins. Anybody else is fault forbidden.
func (g *Gate) SignInOutside(ctx context.Context, k Known, from Origin) (Entry, error) {
	var e Entry
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		u, err := g.outsider(ctx, k, from)
		if err != nil {
			return err
		}
		shown := Factor("")
		if k.Second {
			shown = FactorOutside
		}
		e, err = g.admit(ctx, u, ByOutside, shown, from)
		return err
	})
	return e, err
}

func (g *Gate) outsider(ctx context.Context, k Known, from Origin) (User, error) {
	user, err := g.Outside.OutsideUser(ctx, k.Issuer, k.Subject)
	if err == nil {
		return g.Users.FindUser(ctx, user)
	}
	if fault.KindOf(err) != fault.NotFound {
		return User{}, err
	}
	stranger := fault.New(fault.Forbidden, fault.CodeForbidden, "nobody has invited this e-mail address yet")
	if k.Email == "" {
		return User{}, stranger
	}
	u, err := g.Users.UserByEmail(ctx, k.Email)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		u, err = g.invited(ctx, k, stranger)
	}
	if err != nil {
		return User{}, err
	}
	now := g.Clock.Now()
	if err := g.Outside.LinkOutside(ctx, k.Issuer, k.Subject, u.ID, now); err != nil {
		return User{}, err
	}
	return u, g.recordFor(ctx, u.ID, Act{What: DidLinkOutside, From: from.Address})
}

// invited makes an account for somebody who is invited, and has them join.
func (g *Gate) invited(ctx context.Context, k Known, stranger error) (User, error) {
	open, err := g.openTo(ctx, k.Email)
	if err != nil || len(open) == 0 {
		if err == nil {
			err = stranger
		}
		return User{}, err
	}
	now := g.Clock.Now()
	u := User{ID: id.New[id.User](now.UTC()), Name: k.Name, Email: k.Email, Language: k.Language, CreatedAt: now}
	if u.Name == "" {
		u.Name = k.Email
	}
	if err := g.Users.InsertUser(ctx, u); err != nil {
		return User{}, err
	}
	for _, i := range open {
		if err := g.join(ctx, i, u.ID); err != nil {
			return User{}, err
		}
	}
	return u, nil
}
