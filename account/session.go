package account

import (
	"context"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// SignIn opens a session and gives its token, of which only a hash is stored.
// Whatever is wrong, the answer is fault unauthenticated, and it takes as long.
func (g *Gate) SignIn(ctx context.Context, email, password string) (token string, u User, err error) {
	const longest = 4000 // no password is longer: don't hash a megabyte
	u, err = g.Users.UserByEmail(ctx, email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", User{}, err
	}
	stored := u.PasswordHash // empty for an unknown user, whom Verify refuses in the same time
	if len(password) > longest {
		password, stored = "", ""
	}
	ok, stale, err := g.Secrets.Verify(ctx, password, stored)
	if err != nil {
		return "", User{}, err
	}
	if !ok {
		return "", User{}, unknown()
	}
	if stale {
		if u.PasswordHash, err = g.Secrets.Hash(ctx, password); err != nil {
			return "", User{}, err
		}
	}
	token, hash := g.Secrets.NewOpaque(sessionPrefix)
	err = g.Atomic.Do(ctx, func(ctx context.Context) error {
		if stale {
			if err := g.Users.UpdateUser(ctx, u); err != nil {
				return err
			}
		}
		now := g.Clock.Now()
		return g.Sessions.InsertSession(ctx, hash, Session{
			ID: id.New[id.Session](now.UTC()), User: u.ID, CreatedAt: now, ExpiresAt: now + SessionLife,
		})
	})
	if err != nil {
		return "", User{}, err
	}
	return token, u, nil
}

// Resume gives the session of a token and puts off its end. Fault
// unauthenticated when there is none, or no more.
func (g *Gate) Resume(ctx context.Context, token string) (Session, error) {
	hash := g.Secrets.HashOpaque(token)
	s, err := g.Sessions.FindSession(ctx, hash)
	if err != nil {
		return Session{}, hidden(err)
	}
	now := g.Clock.Now()
	if s.ExpiresAt <= now {
		return Session{}, unknown()
	}
	if expires := now + SessionLife; expires-s.ExpiresAt > extendSpacer {
		s.ExpiresAt = expires
		err = g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Sessions.ExtendSession(ctx, hash, now, expires) })
	}
	return s, err
}

// SignOut ends a session; one that is not there is as good as ended.
func (g *Gate) SignOut(ctx context.Context, token string) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		return g.Sessions.DeleteSession(ctx, g.Secrets.HashOpaque(token))
	})
}

// SignOutEverywhere ends every session of a user.
func (g *Gate) SignOutEverywhere(ctx context.Context, user id.User) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Sessions.DeleteSessionsOf(ctx, user) })
}

// Sweep forgets sessions that have ended.
func (g *Gate) Sweep(ctx context.Context, now span.Instant) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Sessions.SweepSessions(ctx, now) })
}

// Join gives a user a place in a business, or another role there. Fault
// Invalid. Whoever calls it decides who may.
func (g *Gate) Join(ctx context.Context, m Member) error {
	if err := checkRole(m.Role, m.Staff); err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Members.PutMember(ctx, m, g.Clock.Now()) })
}

// Leave takes a user's place away. Fault NotFound.
func (g *Gate) Leave(ctx context.Context, business id.Business, user id.User) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Members.DeleteMember(ctx, business, user) })
}

// ListMemberships gives the businesses that a user works for, by slug.
func (g *Gate) ListMemberships(ctx context.Context, user id.User) ([]Member, error) {
	return g.Members.Memberships(ctx, user)
}

// ListMembers gives who works for a business, by user, after one; limit is at
// most 200. Fault Forbidden.
func (g *Gate) ListMembers(ctx context.Context, who Principal, after id.User, limit int) ([]Member, error) {
	if err := mayManage(who); err != nil {
		return nil, err
	}
	return g.Members.MembersOf(ctx, who.Business, after, pageSize(limit))
}

// Enter gives what a user is in a business. Where they are nothing, it is
// fault NotFound: nobody learns which businesses there are.
func (g *Gate) Enter(ctx context.Context, user id.User, business id.Business) (Principal, error) {
	all, err := g.Members.Memberships(ctx, user)
	if err != nil {
		return Principal{}, err
	}
	for _, m := range all {
		if m.Business == business {
			return Principal{Kind: KindUser, ID: string(user), Business: business, Role: m.Role, Staff: m.Staff}, nil
		}
	}
	return Principal{}, fault.Missing("business")
}

func mayManage(who Principal) error {
	if who.Business == "" || !who.May(ManageAccounts) {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "you may not do this: it needs "+string(ManageAccounts))
	}
	return nil
}

func checkRole(role Role, staff id.Staff) error {
	var c fault.Checker
	c.Require(role.Valid(), "role", "unknown", "must be owner, manager, reception, staff, accountant or integration")
	c.Require(role != Staff || staff != "", "staff", "required", "tell which staff member it is")
	return c.Err()
}
