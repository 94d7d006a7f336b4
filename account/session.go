package account

import (
	"context"
	"slices"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// How a session ends: when it was not used for SessionLife, and in any case
// SessionMost after it began. A shared one, at a desk, locks itself when nobody
// touched it for LockAfter. What endangers an account is done only within
// ProofLife of having shown who one is.
const (
	SessionLife = 14 * span.Day
	SessionMost = 60 * span.Day
	LockAfter   = 5 * span.Minute
	ProofLife   = 15 * span.Minute
	seenSpacer  = 5 * span.Minute // a page costs a write this often at most
	deskSpacer  = 30 * span.Second
)

// Proof says by what somebody showed who they are.
type Proof string

// The proofs. A PIN lets somebody work at a shared desk and nothing else.
const (
	ByPassword Proof = "password"
	ByPasskey  Proof = "passkey"
	ByOutside  Proof = "outside" // signed in at another house (OIDC)
	ByPIN      Proof = "pin"
)

// Origin is where a request comes from, for the list of sessions and the audit.
type Origin struct {
	Address string // of the network
	Device  string // roughly: "Firefox, Windows"
}

// Session is a signed-in browser.
type Session struct {
	ID        id.Session
	User      id.User // who works in it now
	CreatedAt span.Instant
	SeenAt    span.Instant
	ExpiresAt span.Instant
	Origin    Origin
	Shared    id.Business  // the one business of a shared desk; empty for a session of one person
	LockedAt  span.Instant // since when a shared one waits for a PIN; 0 while it is open
	ProvedAt  span.Instant // when User last showed who they are; 0 by PIN
	ProvedBy  Proof
	SecondBy  Factor // by what they showed a second factor; empty for not
}

// Locked tells whether a shared session waits for somebody's PIN.
func (s *Session) Locked(now span.Instant) bool {
	return s.Shared != "" && (s.LockedAt != 0 || now-s.SeenAt > LockAfter)
}

// Fresh tells whether what endangers an account may be done now.
func (s *Session) Fresh(now span.Instant) bool {
	return s.Shared == "" && s.ProvedAt != 0 && s.ProvedBy != ByPIN && now-s.ProvedAt <= ProofLife
}

// open begins a session inside the caller's transaction.
func (g *Gate) open(ctx context.Context, user id.User, by Proof, second Factor, from Origin) (token string, err error) {
	token, hash := g.Secrets.NewOpaque(sessionPrefix)
	now := g.Clock.Now()
	err = g.Sessions.InsertSession(ctx, hash, Session{
		ID: id.New[id.Session](now.UTC()), User: user, CreatedAt: now, SeenAt: now, ExpiresAt: now + SessionLife,
		Origin: from, ProvedAt: now, ProvedBy: by, SecondBy: second,
	})
	return token, err
}

// Resume gives the session of a token and puts off its end. Fault
// unauthenticated when there is none, or no more. A shared session that waits
// for a PIN is given as it is: the caller asks Locked.
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
	spacer := seenSpacer
	if s.Shared != "" {
		spacer = deskSpacer
	}
	if now-s.SeenAt < spacer || s.Locked(now) {
		return s, nil
	}
	s.SeenAt, s.ExpiresAt = now, min(now+SessionLife, s.CreatedAt+SessionMost)
	return s, g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Sessions.UpdateSession(ctx, hash, hash, s) })
}

// renew gives a session a new token and lets alter change it, so that a token
// that somebody saw before is worth nothing after.
func (g *Gate) renew(ctx context.Context, token string, alter func(s *Session) error) (string, Session, error) {
	hash := g.Secrets.HashOpaque(token)
	renewed, next := g.Secrets.NewOpaque(sessionPrefix)
	var s Session
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		var err error
		if s, err = g.Sessions.FindSession(ctx, hash); err != nil {
			return hidden(err)
		}
		if s.ExpiresAt <= g.Clock.Now() {
			return unknown()
		}
		if err := alter(&s); err != nil {
			return err
		}
		return g.Sessions.UpdateSession(ctx, hash, next, s)
	})
	return renewed, s, err
}

// Prove has somebody who is signed in show their password again, before they
// do what endangers their account. The session gets a new token. Fault
// unauthenticated, and rate_limited for who guesses.
func (g *Gate) Prove(ctx context.Context, token, password string, from Origin) (string, error) {
	s, err := g.Resume(ctx, token)
	if err != nil {
		return "", err
	}
	if s.Shared != "" {
		return "", deskOnly()
	}
	if err := g.checkPassword(ctx, s.User, password, from); err != nil {
		return "", err
	}
	renewed, _, err := g.renew(ctx, token, func(s *Session) error {
		s.ProvedAt, s.ProvedBy = g.Clock.Now(), ByPassword
		return nil
	})
	return renewed, err
}

// checkPassword compares a user's password, a limited number of times.
func (g *Gate) checkPassword(ctx context.Context, user id.User, password string, from Origin) error {
	forgive, err := g.throttle(ctx, tries{kind: "password", who: string(user), most: fewTries}, tries{kind: "address", who: from.Address, most: manyTries})
	if err != nil {
		return err
	}
	u, err := g.Users.FindUser(ctx, user)
	if err != nil {
		return hidden(err)
	}
	ok, _, err := g.verify(ctx, password, u.PasswordHash)
	if err != nil || !ok {
		return wrong(err)
	}
	return forgive(ctx)
}

// wrong is an outage or, where there is none, the one answer.
func wrong(err error) error {
	if err != nil {
		return err
	}
	return unknown()
}

// RuleProof is the rule of the fault that Stale makes.
const RuleProof = "proof"

// Stale says that something needs a fresh proof of who asks; pages then ask
// for the password.
func Stale() error {
	return &fault.Error{Kind: fault.Forbidden, Code: fault.CodeForbidden, Rule: RuleProof, Detail: "show who you are once more"}
}

// fresh gives the session's user where the proof is fresh; else fault
// forbidden with the rule "proof".
func (g *Gate) fresh(s Session) (id.User, error) {
	if !s.Fresh(g.Clock.Now()) {
		return "", Stale()
	}
	return s.User, nil
}

// firm is fresh and, where a business demands a second factor of somebody who
// has one, that it was shown in this session: with a password alone nobody adds
// a factor of their own, or a PIN. Where none is demanded a password opens
// everything, and who has lost their passkey must be able to take it off.
// Faults forbidden with rule "proof" or "second_factor" else.
func (g *Gate) firm(ctx context.Context, s Session) (id.User, error) {
	user, err := g.fresh(s)
	if err != nil || s.SecondBy != "" {
		return user, err
	}
	places, err := g.Members.Memberships(ctx, user)
	if err != nil {
		return "", err
	}
	for _, m := range places {
		stay, err := g.Stays.FindStay(ctx, s.ID, user, m.Business)
		if err != nil {
			return "", err
		}
		if stay.HasSecond && slices.Contains(stay.Demanded, stay.Member.Role) {
			return "", needsSecond()
		}
	}
	return user, nil
}

// SignOut ends a session; one that is not there is as good as ended.
func (g *Gate) SignOut(ctx context.Context, token string) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		return g.Sessions.DeleteSession(ctx, g.Secrets.HashOpaque(token))
	})
}

// SignOutEverywhere ends every session of a user but one; empty for none.
func (g *Gate) SignOutEverywhere(ctx context.Context, user id.User, but id.Session) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Sessions.DeleteSessionsOf(ctx, user, but); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidEndSessions, From: ""})
	})
}

// EndSession ends one session of a user. Fault NotFound.
func (g *Gate) EndSession(ctx context.Context, user id.User, session id.Session) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Sessions.DeleteSessionOf(ctx, user, session); err != nil {
			return err
		}
		return g.recordFor(ctx, user, Act{What: DidEndSessions, Subject: string(session)})
	})
}

// ListSessions gives a user's sessions that have not ended, the last used first.
func (g *Gate) ListSessions(ctx context.Context, user id.User) ([]Session, error) {
	all, err := g.Sessions.SessionsOf(ctx, user)
	if err != nil {
		return nil, err
	}
	now, out := g.Clock.Now(), all[:0]
	for _, s := range all {
		if s.ExpiresAt > now {
			out = append(out, s)
		}
	}
	return out, nil
}

// Sweep forgets what has ended: sessions, invitations, ceremonies, tries.
func (g *Gate) Sweep(ctx context.Context, now span.Instant) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Sessions.SweepSessions(ctx, now); err != nil {
			return err
		}
		if err := g.Invitations.SweepInvitations(ctx, now-7*span.Day); err != nil {
			return err
		}
		if err := g.Ceremonies.SweepCeremonies(ctx, now); err != nil {
			return err
		}
		return g.Attempts.SweepAttempts(ctx, now-span.Day)
	})
}
