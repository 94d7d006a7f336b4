package account

import (
	"context"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Atomic runs a function in one transaction, which travels in the context.
type Atomic interface {
	Do(ctx context.Context, fn func(ctx context.Context) error) error
}

// Clock tells the time that Kept lives in.
type Clock interface{ Now() span.Instant }

// Users keeps users; what names a person is sealed.
type Users interface {
	// AnyUser tells whether there is a user at all.
	AnyUser(ctx context.Context) (bool, error)
	// LockSignUp lets one transaction at a time pass.
	LockSignUp(ctx context.Context) error
	// InsertUser adds a user; fault conflict when the e-mail address is taken.
	InsertUser(ctx context.Context, u User) error
	// FindUser gives a user; fault NotFound.
	FindUser(ctx context.Context, id id.User) (User, error)
	// UserByEmail finds a user by e-mail address, however it is cased; fault NotFound.
	UserByEmail(ctx context.Context, email string) (User, error)
	// UpdateUser writes name, language and password; fault NotFound.
	UpdateUser(ctx context.Context, u User) error
}

// Members keeps who works where.
type Members interface {
	// PutMember adds a member or changes the role.
	PutMember(ctx context.Context, m Member, at span.Instant) error
	// DeleteMember removes one; fault NotFound.
	DeleteMember(ctx context.Context, business id.Business, user id.User) error
	// Memberships gives all of a user's places, by slug.
	Memberships(ctx context.Context, user id.User) ([]Member, error)
	// MembersOf gives those of a business by user, after one, at most limit.
	MembersOf(ctx context.Context, business id.Business, after id.User, limit int) ([]Member, error)
}

// Sessions keeps sessions by the hash of their token.
type Sessions interface {
	InsertSession(ctx context.Context, hash []byte, s Session) error
	// FindSession gives a session, ended or not; fault NotFound.
	FindSession(ctx context.Context, hash []byte) (Session, error)
	ExtendSession(ctx context.Context, hash []byte, seen, expires span.Instant) error
	DeleteSession(ctx context.Context, hash []byte) error
	// DeleteSessionsOf ends every session of a user.
	DeleteSessionsOf(ctx context.Context, user id.User) error
	// SweepSessions forgets those that ended by now.
	SweepSessions(ctx context.Context, now span.Instant) error
}

// Keys keeps API keys by the hash of their text.
type Keys interface {
	// InsertKey adds a key; fault conflict when there is one of this text.
	InsertKey(ctx context.Context, hash []byte, k APIKey) error
	// KeyByHash finds a key, ended or not, in one indexed query; fault NotFound.
	KeyByHash(ctx context.Context, hash []byte) (APIKey, error)
	// ListKeys gives those of a business by id, after one, at most limit.
	ListKeys(ctx context.Context, business id.Business, after id.Key, limit int) ([]APIKey, error)
	// DeleteKey revokes a key; fault NotFound.
	DeleteKey(ctx context.Context, business id.Business, id id.Key) error
}

// Secrets hashes passwords and makes tokens.
type Secrets interface {
	// Hash gives what is stored of a password.
	Hash(ctx context.Context, password string) (string, error)
	// Verify compares; stale asks for a new hash. An empty stored hash is
	// wrong and takes as long as any other.
	Verify(ctx context.Context, password, stored string) (ok, stale bool, err error)
	// NewOpaque makes a random token and the hash by which it is found.
	NewOpaque(prefix string) (text string, hash []byte)
	// HashOpaque gives the hash of a token's text.
	HashOpaque(text string) []byte
}

// What tokens begin with, so that people and scanners of leaked secrets know them.
const (
	sessionPrefix = "kept_session_"
	keyPrefix     = "kept_key_"
	demoPrefix    = "demo-" // keys of the demo, which are no secrets
)

// A session ends when it was not used for so long; it is extended once an
// hour at most, so that a page costs no write.
const (
	SessionLife  = 30 * span.Day
	extendSpacer = span.Hour
)

// Parts are what a gate works with.
type Parts struct {
	Atomic   Atomic
	Clock    Clock
	Users    Users
	Members  Members
	Sessions Sessions
	Keys     Keys
	Secrets  Secrets
	Demo     bool // the demo's fixed keys open
}

// Gate lets people and programs in. How often somebody may try is the web
// layer's to say. It is safe for concurrent use.
type Gate struct{ Parts }

// NewGate makes the gate.
func NewGate(p Parts) *Gate { return &Gate{p} }

// unknown is the one answer to whoever is not let in, whatever the reason.
func unknown() error {
	return fault.New(fault.Unauthenticated, fault.CodeUnauthenticated, "sign in first, or show a valid key")
}

// hidden turns "there is none" into the one answer.
func hidden(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return unknown()
	}
	return err
}

// NewUser is what a user is made of.
type NewUser struct {
	Name     string
	Email    string
	Password string // 8 to 1,000 characters
	Language string // empty for the business's
}

func (n NewUser) check() error {
	var c fault.Checker
	c.Line("name", n.Name, 1, 200)
	c.Line("email", n.Email, 1, 254)
	local, domain, _ := strings.Cut(n.Email, "@")
	plain := local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(n.Email, " <>()[],;:\"\\") && !strings.Contains(domain, "@")
	c.Require(n.Email == "" || plain, "email", "format", "is no e-mail address")
	checkPassword(&c, n.Password)
	c.Line("language", n.Language, 0, 35)
	return c.Err()
}

func checkPassword(c *fault.Checker, password string) {
	c.Text("password", password, 8, 1000)
}

// Open tells whether the first owner may sign up: nobody has yet.
func (g *Gate) Open(ctx context.Context) (bool, error) {
	taken, err := g.Users.AnyUser(ctx)
	return !taken && err == nil, err
}

// SignUp makes the first user. Once there is one it is fault forbidden, also
// for the second of two who come at once.
func (g *Gate) SignUp(ctx context.Context, n NewUser) (User, error) {
	if open, err := g.Open(ctx); err != nil || !open {
		return User{}, closed(err)
	}
	return g.insert(ctx, n, func(ctx context.Context) error {
		if err := g.Users.LockSignUp(ctx); err != nil {
			return err
		}
		if open, err := g.Open(ctx); err != nil || !open {
			return closed(err)
		}
		return nil
	})
}

func closed(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Forbidden, fault.CodeForbidden, "somebody has signed up already; ask them for an account")
}

// CreateUser makes a user. Faults Invalid, and conflict when the e-mail
// address has one. Whoever calls it decides who may.
func (g *Gate) CreateUser(ctx context.Context, n NewUser) (User, error) {
	return g.insert(ctx, n, func(context.Context) error { return nil })
}

func (g *Gate) insert(ctx context.Context, n NewUser, before func(ctx context.Context) error) (User, error) {
	n.Name, n.Email = strings.TrimSpace(n.Name), strings.TrimSpace(n.Email)
	if err := n.check(); err != nil {
		return User{}, err
	}
	hash, err := g.Secrets.Hash(ctx, n.Password) // slow by design, so before the transaction
	if err != nil {
		return User{}, err
	}
	var u User
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := before(ctx); err != nil {
			return err
		}
		now := g.Clock.Now()
		u = User{
			ID: id.New[id.User](now.UTC()), Name: n.Name, Email: n.Email, Language: n.Language,
			PasswordHash: hash, CreatedAt: now,
		}
		err := g.Users.InsertUser(ctx, u)
		if fault.Is(err, fault.CodeConflict) {
			return fault.Wrap(fault.Conflict, fault.CodeConflict, "there is a user with this e-mail address already", err)
		}
		return err
	})
	if err != nil {
		return User{}, err
	}
	return u, nil
}

// FindUser gives a user; fault NotFound.
func (g *Gate) FindUser(ctx context.Context, id id.User) (User, error) {
	return g.Users.FindUser(ctx, id)
}

// SetPassword gives a user a new password and ends all their sessions. The
// old one must be right; fault unauthenticated.
func (g *Gate) SetPassword(ctx context.Context, user id.User, old, password string) error {
	var c fault.Checker
	checkPassword(&c, password)
	if err := c.Err(); err != nil {
		return err
	}
	u, err := g.Users.FindUser(ctx, user)
	if err != nil {
		return err
	}
	ok, _, err := g.Secrets.Verify(ctx, old, u.PasswordHash)
	if err != nil {
		return err
	}
	if !ok {
		return unknown()
	}
	if u.PasswordHash, err = g.Secrets.Hash(ctx, password); err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Users.UpdateUser(ctx, u); err != nil {
			return err
		}
		return g.Sessions.DeleteSessionsOf(ctx, user)
	})
}
