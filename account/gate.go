package account

import (
	"context"
	"slices"
	"strings"

	"kept/fault"
	"kept/id"
)

// What tokens begin with, so that people and scanners of leaked secrets know them.
const (
	sessionPrefix = "kept_session_"
	keyPrefix     = "kept_key_"
	demoPrefix    = "demo-" // keys of the demo, which are no secrets
)

// Gate lets people and programs in. It is safe for concurrent use.
type Gate struct {
	Parts

	used uses
}

// NewGate makes the gate.
func NewGate(p Parts) *Gate { return &Gate{Parts: p} }

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
	Password string   // 8 to 1,000 characters
	Language string   // empty for the business's
	Words    []string // that belong to them, besides their name: the business's

	first bool // there may be nobody yet
}

func (g *Gate) checkNew(n NewUser) error {
	var c fault.Checker
	c.Line("name", n.Name, 1, 200)
	checkEmail(&c, n.Email)
	if err := g.checkChosen(&c, n.Password, n.Email, append(slices.Clone(n.Words), n.Name)...); err != nil {
		return err
	}
	c.Line("language", n.Language, 0, 35)
	return c.Err()
}

func checkEmail(c *fault.Checker, email string) {
	c.Line("email", email, 1, 254)
	local, domain, _ := strings.Cut(email, "@")
	plain := local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(email, " <>()[],;:\"\\") && !strings.Contains(domain, "@")
	c.Require(email == "" || plain, "email", "format", "is no e-mail address")
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
	n.first = true
	return g.insert(ctx, n, nil)
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
	return g.insert(ctx, n, nil)
}

func (g *Gate) insert(ctx context.Context, n NewUser, then func(ctx context.Context, u User) error) (User, error) {
	n.Name, n.Email = strings.TrimSpace(n.Name), strings.TrimSpace(n.Email)
	if err := g.checkNew(n); err != nil {
		return User{}, err
	}
	hash, err := g.Secrets.Hash(ctx, n.Password) // slow by design, so before the transaction
	if err != nil {
		return User{}, err
	}
	var u User
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		if n.first {
			if err := g.Users.LockSignUp(ctx); err != nil {
				return err
			}
			if open, err := g.Open(ctx); err != nil || !open {
				return closed(err)
			}
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
		if err != nil || then == nil {
			return err
		}
		return then(ctx, u)
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
