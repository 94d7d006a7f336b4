package account

import (
	"context"
	"slices"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// A session belongs to a person and may work in several businesses. Each of
// them knows of those sessions alone that came in there (a stay), when they
// were last seen there, and never of what they do elsewhere. Who manages the
// accounts of a business may shut them there: a session that worked nowhere
// else ends at once, another when it next comes back, whole, so that its
// person signs in anew. Until then it goes on elsewhere, and neither the
// answer nor the record of the business tells whether it did.

// Factor is by what somebody showed a second factor.
type Factor string

// The second factors. Outside is another house's word that it saw one.
const (
	FactorTOTP     Factor = "totp"
	FactorRecovery Factor = "recovery"
	FactorPasskey  Factor = "passkey"
	FactorOutside  Factor = "outside"
)

// Stay is what decides whether a session comes into a business.
type Stay struct {
	Member    Member
	Demanded  []Role // of whom the business asks a second factor
	HasSecond bool   // the user has one here: TOTP or a passkey
	SeenAt    span.Instant
	ShutAt    span.Instant // 0 for open
}

// Stays keeps which session worked in which business.
type Stays interface {
	// FindStay gives a user's place in a business and their session's stay
	// there, in one query; fault NotFound for who does not work there.
	FindStay(ctx context.Context, session id.Session, user id.User, business id.Business) (Stay, error)
	// TouchStay notes that a session was seen; nothing where it has ended.
	TouchStay(ctx context.Context, session id.Session, business id.Business, at span.Instant) error
	// ShutStay shuts one that is open; fault NotFound.
	ShutStay(ctx context.Context, session id.Session, business id.Business, at span.Instant) error
	// StaysOf gives a member's sessions that are open in a business, with when
	// they were seen there, the last seen first.
	StaysOf(ctx context.Context, business id.Business, user id.User) ([]Session, error)
}

// The rules of the faults that Enter makes, besides NotFound.
const (
	RuleEnded  = "ended"         // unauthenticated: somebody who manages the team ended the session
	RuleSecond = "second_factor" // forbidden until a second factor was shown
)

func ended() error {
	return &fault.Error{Kind: fault.Unauthenticated, Code: fault.CodeUnauthenticated, Rule: RuleEnded, Detail: "the session was ended; sign in again"}
}

func needsSecond() error {
	return &fault.Error{Kind: fault.Forbidden, Code: fault.CodeForbidden, Rule: RuleSecond, Detail: "this business asks for a second factor"}
}

// strong tells whether a second factor stands behind a session, of a user who
// has one here or not. A PIN stands for whoever has set one up.
func (s *Session) strong(has bool) bool {
	if s.ProvedBy == ByPIN {
		return has
	}
	return s.SecondBy == FactorOutside || s.SecondBy != "" && has
}

// Enter gives what the user of a session is in a business, for a request from
// a network address. Where they are nothing, it is fault NotFound: nobody
// learns which businesses there are. A shared session opens its one business,
// and who came in by PIN may not do there what endangers the business. Faults
// unauthenticated with rule "ended" for a session that was ended there, and
// forbidden with rule "second_factor" where one is demanded and was not shown.
func (g *Gate) Enter(ctx context.Context, s Session, business id.Business, from string) (Principal, error) {
	if s.Shared != "" && s.Shared != business {
		return Principal{}, fault.Missing("business")
	}
	stay, err := g.Stays.FindStay(ctx, s.ID, s.User, business)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = fault.Missing("business")
		}
		return Principal{}, err
	}
	if stay.ShutAt != 0 {
		if err := g.endOf(ctx, s.User, s.ID); err != nil {
			return Principal{}, err
		}
		return Principal{}, ended()
	}
	if now := g.Clock.Now(); s.ID != "" && now-stay.SeenAt >= seenSpacer {
		err := g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Stays.TouchStay(ctx, s.ID, business, now) })
		if err != nil {
			return Principal{}, err
		}
	}
	if slices.Contains(stay.Demanded, stay.Member.Role) && !s.strong(stay.HasSecond) {
		return Principal{}, needsSecond()
	}
	p := stay.Member.principal(from)
	if s.Shared != "" {
		p.Scopes = without(slices.Clone(p.Role.Actions()), ManageAccounts, ManagePrivacy, ManageChain, EraseClients, ExportClients)
	}
	return p, nil
}

// Stands tells, without putting anything off, whether a session still comes into
// the business of a principal whom Enter made of it. Faults as Enter's, and
// NotFound for another's role or person.
func (g *Gate) Stands(ctx context.Context, token string, who Principal) error {
	s, err := g.Sessions.FindSession(ctx, g.Secrets.HashOpaque(token))
	if err != nil {
		return hidden(err)
	}
	if s.ExpiresAt <= g.Clock.Now() || string(s.User) != who.ID {
		return unknown()
	}
	if s.Locked(g.Clock.Now()) {
		return unknown()
	}
	stay, err := g.Stays.FindStay(ctx, s.ID, s.User, who.Business)
	switch {
	case err != nil:
		return err
	case stay.ShutAt != 0:
		return ended()
	case stay.Member.Role != who.Role || stay.Member.Reach != who.Reach || stay.Member.Location != who.Location:
		return fault.Missing("member")
	case slices.Contains(stay.Demanded, stay.Member.Role) && !s.strong(stay.HasSecond):
		return needsSecond()
	}
	return nil
}

// endOf ends one session; one that is not there is as good as ended.
func (g *Gate) endOf(ctx context.Context, user id.User, session id.Session) error {
	err := g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Sessions.DeleteSessionOf(ctx, user, session) })
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// MemberSessions gives where a member is signed in to the principal's
// business, the last seen first. Faults NotFound, Forbidden.
func (g *Gate) MemberSessions(ctx context.Context, who Principal, user id.User) ([]Session, error) {
	if _, err := g.FindMember(ctx, who, user); err != nil {
		return nil, err
	}
	all, err := g.Stays.StaysOf(ctx, who.Business, user)
	now := g.Clock.Now()
	return slices.DeleteFunc(all, func(s Session) bool { return s.ExpiresAt <= now }), err
}

// EndMemberSession ends one session of a member in the principal's business,
// or all for "". It is recorded, and told to the member by mail. Faults
// NotFound, Forbidden.
func (g *Gate) EndMemberSession(ctx context.Context, who Principal, user id.User, session id.Session) error {
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		all, err := g.MemberSessions(ctx, who, user)
		if err != nil {
			return err
		}
		detail := "all"
		if session != "" {
			detail = "one"
			all = slices.DeleteFunc(all, func(s Session) bool { return s.ID != session })
		}
		if len(all) == 0 {
			return fault.Missing("session")
		}
		places, err := g.Members.Memberships(ctx, user)
		if err != nil {
			return err
		}
		for _, s := range all {
			if len(places) == 1 || s.Shared == who.Business {
				err = g.Sessions.DeleteSessionOf(ctx, user, s.ID)
			} else {
				err = g.Stays.ShutStay(ctx, s.ID, who.Business, g.Clock.Now())
			}
			if err != nil {
				return err
			}
		}
		if err := g.tellEnded(ctx, who.Business, user); err != nil {
			return err
		}
		return g.record(ctx, who, DidEndMember, string(user), detail)
	})
}

// tellEnded tells a member that somebody else ended their sessions.
func (g *Gate) tellEnded(ctx context.Context, business id.Business, user id.User) error {
	u, err := g.Users.FindUser(ctx, user)
	if err != nil {
		return err
	}
	now := g.Clock.Now()
	return g.Letters.Post(ctx, Letter{
		ID: id.New[id.Letter](now.UTC()), Kind: LetterEnded, Business: business, Name: u.Name, To: u.Email, Language: u.Language, ExpiresAt: now + span.Day,
	})
}
