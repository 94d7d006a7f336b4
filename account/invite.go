package account

import (
	"context"
	"strings"

	"kept/fault"
	"kept/id"
	"kept/span"
)

// Invitation asks somebody to join a business. Its link is told to the invited
// alone, by mail: who can read that mailbox is who it is for, so whoever
// accepts has shown that the address is theirs.
type Invitation struct {
	ID        id.Invitation
	Business  id.Business
	Email     string
	Role      Role
	Staff     id.Staff
	Reach     Reach
	Location  id.Location
	MadeBy    id.User // empty where a key made it
	CreatedAt span.Instant
	ExpiresAt span.Instant
}

// InvitationLife is how long an invitation is good for.
const InvitationLife = 7 * span.Day

const (
	joinPrefix  = "kept_join_"
	mostInvites = 100 // a business, a day
	shownOpen   = 200
)

// LetterKind says what a letter is about.
type LetterKind string

// The kinds of letters.
const (
	LetterInvite LetterKind = "invite"
	LetterReset  LetterKind = "reset"
	LetterEnded  LetterKind = "ended" // who manages the team ended sessions; it has no link of its own
)

// Letter is a mail to somebody who signs in, or will.
type Letter struct {
	ID        id.Letter
	Kind      LetterKind
	Business  id.Business // empty for none
	To        string      // an e-mail address; a letter to nobody is thrown away
	Name      string      // of the recipient, where it is known
	Language  string      // empty for the business's
	Token     string      // of the link
	ExpiresAt span.Instant
}

// NewInvitation is what an invitation is made of.
type NewInvitation struct {
	Email    string
	Language string // of the letter; empty for the business's
	Role     Role
	Staff    id.Staff
	Reach    Reach
	Location id.Location
}

func (n NewInvitation) check() error {
	var c fault.Checker
	checkEmail(&c, n.Email)
	c.Line("language", n.Language, 0, 35)
	c.Require(n.Role != Integration, "role", "unknown", "a person is no integration; make a key for a program")
	checkRole(&c, n.Role, n.Staff)
	checkReach(&c, n.Role, n.Staff, n.Reach, n.Location)
	return c.Err()
}

// Invite asks somebody to join the principal's business. An older invitation
// to the same address is withdrawn. Faults Forbidden, Invalid, rate_limited,
// and conflict for who is there already.
func (g *Gate) Invite(ctx context.Context, who Principal, n NewInvitation) (Invitation, error) {
	if err := mayManage(who); err != nil {
		return Invitation{}, err
	}
	n.Email = strings.TrimSpace(n.Email)
	if err := n.check(); err != nil {
		return Invitation{}, err
	}
	if err := mayGrant(who, n.Role, nil); err != nil {
		return Invitation{}, err
	}
	if _, err := g.throttle(ctx, tries{kind: "invite", who: string(who.Business), most: mostInvites, window: span.Day}); err != nil {
		return Invitation{}, err
	}
	token, hash := g.Secrets.NewOpaque(joinPrefix)
	var i Invitation
	err := g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.stranger(ctx, who.Business, n.Email); err != nil {
			return err
		}
		now := g.Clock.Now()
		i = Invitation{
			ID: id.New[id.Invitation](now.UTC()), Business: who.Business, Email: n.Email, Role: n.Role, Staff: n.Staff,
			Reach: n.Reach, Location: n.Location, MadeBy: maker(who), CreatedAt: now, ExpiresAt: now + InvitationLife,
		}
		if err := g.Invitations.InsertInvitation(ctx, hash, i); err != nil {
			return err
		}
		err := g.Letters.Post(ctx, Letter{
			ID: id.New[id.Letter](now.UTC()), Kind: LetterInvite, Business: i.Business, To: i.Email, Language: n.Language, Token: token, ExpiresAt: i.ExpiresAt,
		})
		if err != nil {
			return err
		}
		return g.record(ctx, who, DidInvite, string(i.ID), place(i.Role, i.Reach))
	})
	return i, err
}

// stranger refuses who is a member and withdraws older invitations.
func (g *Gate) stranger(ctx context.Context, business id.Business, email string) error {
	u, err := g.Users.UserByEmail(ctx, email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err == nil {
		_, err := g.Members.FindMember(ctx, business, u.ID)
		if err == nil {
			return fault.New(fault.Conflict, fault.CodeConflict, "they belong to the business already")
		}
		if fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	older, err := g.Invitations.InvitationsTo(ctx, email)
	if err != nil {
		return err
	}
	for _, o := range older {
		if o.Business == business {
			if err := g.Invitations.DeleteInvitation(ctx, business, o.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// maker is the user behind a principal; empty for a key.
func maker(who Principal) id.User {
	if who.Kind == KindUser {
		return id.User(who.ID)
	}
	return ""
}

// ListInvitations gives the invitations that are open, the newest first. Fault Forbidden.
func (g *Gate) ListInvitations(ctx context.Context, who Principal) ([]Invitation, error) {
	if err := mayManage(who); err != nil {
		return nil, err
	}
	all, err := g.Invitations.InvitationsOf(ctx, who.Business, shownOpen)
	return g.unexpired(all), err
}

func (g *Gate) unexpired(all []Invitation) []Invitation {
	now, out := g.Clock.Now(), all[:0]
	for _, i := range all {
		if i.ExpiresAt > now {
			out = append(out, i)
		}
	}
	return out
}

func (g *Gate) openTo(ctx context.Context, email string) ([]Invitation, error) {
	all, err := g.Invitations.InvitationsTo(ctx, email)
	return g.unexpired(all), err
}

// Withdraw takes an invitation back. Faults NotFound, Forbidden.
func (g *Gate) Withdraw(ctx context.Context, who Principal, invitation id.Invitation) error {
	if err := mayManage(who); err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := g.Invitations.DeleteInvitation(ctx, who.Business, invitation); err != nil {
			return err
		}
		return g.record(ctx, who, DidWithdraw, string(invitation), "")
	})
}

// FindInvitation gives the invitation of a link, and whether the invited has
// an account already and so signs in with it. Fault gone.
func (g *Gate) FindInvitation(ctx context.Context, token string) (i Invitation, known bool, err error) {
	i, err = g.Invitations.InvitationByHash(ctx, g.Secrets.HashOpaque(token))
	if fault.KindOf(err) == fault.NotFound && err != nil || err == nil && i.ExpiresAt <= g.Clock.Now() {
		return Invitation{}, false, over()
	}
	if err != nil {
		return Invitation{}, false, err
	}
	_, err = g.Users.UserByEmail(ctx, i.Email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Invitation{}, false, err
	}
	return i, err == nil, nil
}

// Accept makes an account for the invited, has them join and lets them in.
// Faults gone, Invalid, and conflict for who has an account: they sign in and
// AcceptAs.
func (g *Gate) Accept(ctx context.Context, token string, n NewUser, from Origin) (Entry, error) {
	if _, err := g.throttle(ctx, tries{kind: "address", who: from.Address, most: manyTries}); err != nil {
		return Entry{}, err
	}
	i, known, err := g.FindInvitation(ctx, token)
	if err != nil {
		return Entry{}, err
	}
	if known {
		return Entry{}, fault.New(fault.Conflict, fault.CodeConflict, "there is an account of this address; sign in to accept")
	}
	n.Email = i.Email
	var e Entry
	_, err = g.insert(ctx, n, func(ctx context.Context, u User) error {
		if i, _, err = g.FindInvitation(ctx, token); err != nil { // perhaps used meanwhile
			return err
		}
		if err := g.join(ctx, i, u.ID); err != nil {
			return err
		}
		e, err = g.enter(ctx, u, ByPassword, "", "invitation", from)
		return err
	})
	return e, err
}

// AcceptAs has somebody join who is signed in under the invited address.
// Faults gone, and forbidden for anybody else.
func (g *Gate) AcceptAs(ctx context.Context, token string, s Session) (Invitation, error) {
	i, _, err := g.FindInvitation(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	if s.Shared != "" {
		return Invitation{}, deskOnly()
	}
	u, err := g.Users.UserByEmail(ctx, i.Email)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Invitation{}, err
	}
	if u.ID != s.User {
		return Invitation{}, fault.New(fault.Forbidden, fault.CodeForbidden, "this invitation is for somebody else")
	}
	return i, g.Atomic.Do(ctx, func(ctx context.Context) error { return g.join(ctx, i, u.ID) })
}

// join uses an invitation up.
func (g *Gate) join(ctx context.Context, i Invitation, user id.User) error {
	if err := g.Invitations.DeleteInvitation(ctx, i.Business, i.ID); err != nil {
		return err
	}
	m := Member{User: user, Business: i.Business, Role: i.Role, Staff: i.Staff, Reach: i.Reach, Location: i.Location}
	if err := g.Members.PutMember(ctx, m, g.Clock.Now()); err != nil {
		return err
	}
	who := m.principal("")
	return g.record(ctx, who, DidJoin, string(user), place(m.Role, m.Reach))
}
