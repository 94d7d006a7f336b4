package account

import (
	"context"

	"kept/event"
	"kept/id"
	"kept/span"
)

// What is recorded about accounts. The words are stable; programs read them.
const (
	DidSignIn       = "sign_in"
	DidFailSignIn   = "sign_in.failed"
	DidEndSessions  = "sessions.ended"
	DidEndMember    = "member.sessions_ended" // by who manages the team
	DidSwitch       = "desk.switched"         // another person at a shared desk
	DidFailPIN      = "desk.pin_failed"
	DidShareDesk    = "desk.shared"
	DidInvite       = "member.invited"
	DidWithdraw     = "invitation.withdrawn"
	DidJoin         = "member.joined"
	DidChangeMember = "member.changed"
	DidRemoveMember = "member.removed"
	DidMakeKey      = "key.made"
	DidRevokeKey    = "key.revoked"
	DidSetPassword  = "password.set"
	DidAskReset     = "password.asked"
	DidSetSecond    = "second_factor.set"
	DidShowSecond   = "second_factor.shown" // in a session that began without
	DidDropSecond   = "second_factor.dropped"
	DidUseRecovery  = "recovery_code.used"
	DidAddPasskey   = "passkey.added"
	DidDropPasskey  = "passkey.dropped"
	DidLinkOutside  = "outside_login.linked"
	DidSetPIN       = "pin.set"
)

// Act is something done about accounts, as the audit keeps it. It names
// nobody: ids and stable words alone.
type Act struct {
	Business id.Business
	Who      event.Actor
	What     string // one of the Did words
	Subject  string // the id of whom or what it was done to
	Detail   string // stable words: "reception/own → manager", "passkey"
	From     string // the network address
	At       span.Instant
}

// record keeps an act of a principal.
func (g *Gate) record(ctx context.Context, who Principal, what, subject, detail string) error {
	if g.Audit == nil {
		return nil
	}
	return g.Audit.Record(ctx, Act{
		Business: who.Business, Who: who.Actor(), What: what, Subject: subject, Detail: detail, From: who.From, At: g.Clock.Now(),
	})
}

// recordFor keeps an act of a user about themselves, in every business they
// work for: each has a right to know who came in.
func (g *Gate) recordFor(ctx context.Context, user id.User, a Act) error {
	if g.Audit == nil {
		return nil
	}
	places, err := g.Members.Memberships(ctx, user)
	if err != nil {
		return err
	}
	if a.Subject == "" {
		a.Subject = string(user)
	}
	a.Who, a.At = event.Actor{Kind: string(KindUser), ID: string(user), From: a.From}, g.Clock.Now()
	for _, m := range places {
		a.Business = m.Business
		if err := g.Audit.Record(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
