package chain

import (
	"context"
	"strings"

	"kept/account"
	"kept/fault"
	"kept/id"
)

// Board founds chains, lets businesses in and out. Its operations need
// account.ManageChain; whoever has it acts for the principal's business.
type Board struct{ BoardParts }

// BoardParts are what a board works with.
type BoardParts struct {
	Atomic      Atomic
	Clock       Clock
	Store       Store
	Invitations Invitations
	Secrets     Secrets
	Audit       Auditor
}

// NewBoard makes a board.
func NewBoard(p BoardParts) *Board { return &Board{p} }

// View is a chain as its members see it.
type View struct {
	Chain
	Members     []Member
	Invitations []Invitation // open; none where they were not asked for
}

func may(who account.Principal) error {
	if !who.May(account.ManageChain) {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "this is not yours to do")
	}
	return nil
}

// gone is the one answer to a code that does not work, whatever the reason.
func gone() error {
	return fault.New(fault.Gone, fault.CodeConflict, "this code is not right, or no longer")
}

// Of gives the chain that a business is in, for the program's own use; fault NotFound.
func (b *Board) Of(ctx context.Context, business id.Business) (View, error) {
	c, err := b.Store.ChainOf(ctx, business)
	if err != nil {
		return View{}, err
	}
	members, err := b.Store.Members(ctx, c.ID)
	return View{Chain: c, Members: members}, err
}

// Find gives the chain of the principal's business with its open invitations.
// Faults Forbidden, NotFound.
func (b *Board) Find(ctx context.Context, who account.Principal) (View, error) {
	if err := may(who); err != nil {
		return View{}, err
	}
	v, err := b.Of(ctx, who.Business)
	if err != nil {
		return View{}, err
	}
	v.Invitations, err = b.Invitations.ChainInvitations(ctx, v.ID, b.Clock.Now(), shownInvites)
	return v, err
}

// Found makes a chain of which the principal's business is the first. Faults
// Forbidden, Invalid (name), conflict for who is in one.
func (b *Board) Found(ctx context.Context, who account.Principal, name string) (View, error) {
	if err := may(who); err != nil {
		return View{}, err
	}
	name = strings.Join(strings.Fields(name), " ")
	var check fault.Checker
	check.Line("name", name, 1, maxName)
	if err := check.Err(); err != nil {
		return View{}, err
	}
	var v View
	err := b.Atomic.Do(ctx, func(ctx context.Context) error {
		if err := b.free(ctx, who.Business); err != nil {
			return err
		}
		now := b.Clock.Now()
		v = View{Chain: Chain{ID: id.New[id.Chain](now.UTC()), Name: name, CreatedAt: now}}
		v.Members = []Member{{Chain: v.ID, Business: who.Business, JoinedAt: now}}
		if err := b.Store.InsertChain(ctx, v.Chain); err != nil {
			return err
		}
		if err := b.Store.InsertMember(ctx, v.Members[0]); err != nil {
			return err
		}
		return b.record(ctx, who, v.Members, DidFound, string(v.ID))
	})
	return v, err
}

// free refuses a business that is in a chain.
func (b *Board) free(ctx context.Context, business id.Business) error {
	_, err := b.Store.ChainOf(ctx, business)
	switch {
	case err == nil:
		return fault.New(fault.Conflict, fault.CodeConflict, "this business is in a chain already; it must leave it first")
	case fault.KindOf(err) == fault.NotFound:
		return nil
	default:
		return err
	}
}

// Invite makes a code with which one more business joins; it is told here and
// nowhere else. Faults Forbidden, NotFound where there is no chain, exhausted.
func (b *Board) Invite(ctx context.Context, who account.Principal) (code string, i Invitation, err error) {
	if err := may(who); err != nil {
		return "", Invitation{}, err
	}
	code, hash := b.Secrets.NewOpaque(codePrefix)
	err = b.Atomic.Do(ctx, func(ctx context.Context) error {
		v, err := b.locked(ctx, who.Business)
		if err != nil {
			return err
		}
		now := b.Clock.Now()
		if err := b.Invitations.SweepChainInvitations(ctx, now); err != nil {
			return err
		}
		open, err := b.Invitations.ChainInvitations(ctx, v.ID, now, mostInvites)
		if err != nil {
			return err
		}
		if len(open) >= mostInvites || len(v.Members) >= mostMembers {
			return fault.New(fault.Exhausted, fault.CodeRateLimited, "a chain has no more open invitations than 20, and no more businesses than 50")
		}
		i = Invitation{
			ID: id.New[id.Invitation](now.UTC()), Chain: v.ID, By: who.Business, CreatedAt: now, ExpiresAt: now + InvitationLife,
		}
		if err := b.Invitations.InsertChainInvitation(ctx, hash, i); err != nil {
			return err
		}
		return b.record(ctx, who, v.Members, DidInvite, string(i.ID))
	})
	return code, i, err
}

// locked gives the chain of a business and locks it until the transaction ends.
func (b *Board) locked(ctx context.Context, business id.Business) (View, error) {
	c, err := b.Store.ChainOf(ctx, business)
	if err != nil {
		return View{}, err
	}
	if err := b.Store.TouchChain(ctx, c.ID); err != nil {
		return View{}, err
	}
	return b.Of(ctx, business) // it may have left while we waited
}

// Withdraw takes an invitation back, whichever branch made it. Faults Forbidden, NotFound.
func (b *Board) Withdraw(ctx context.Context, who account.Principal, invitation id.Invitation) error {
	if err := may(who); err != nil {
		return err
	}
	return b.Atomic.Do(ctx, func(ctx context.Context) error {
		v, err := b.Of(ctx, who.Business)
		if err != nil {
			return fault.Missing("invitation")
		}
		if err := b.Invitations.DeleteChainInvitation(ctx, v.ID, invitation); err != nil {
			return err
		}
		return b.record(ctx, who, v.Members, DidWithdraw, string(invitation))
	})
}

// Look tells what a code is for before it is used. Faults Forbidden, gone.
func (b *Board) Look(ctx context.Context, who account.Principal, code string) (View, error) {
	if err := may(who); err != nil {
		return View{}, err
	}
	i, err := b.invitation(ctx, code)
	if err != nil {
		return View{}, err
	}
	return b.invited(ctx, i)
}

func (b *Board) invitation(ctx context.Context, code string) (Invitation, error) {
	code = strings.TrimSpace(code)
	if len(code) > longestCode || !strings.HasPrefix(code, codePrefix) {
		return Invitation{}, gone()
	}
	i, err := b.Invitations.ChainInvitation(ctx, b.Secrets.HashOpaque(code))
	if err != nil {
		return Invitation{}, ended(err)
	}
	if i.ExpiresAt <= b.Clock.Now() {
		return Invitation{}, gone()
	}
	return i, nil
}

// ended makes of what is not found that it is gone.
func ended(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return gone()
	}
	return err
}

func (b *Board) invited(ctx context.Context, i Invitation) (v View, err error) {
	if v.Chain, err = b.Store.FindChain(ctx, i.Chain); err != nil {
		return View{}, ended(err)
	}
	v.Members, err = b.Store.Members(ctx, i.Chain)
	return v, err
}

// Join has the principal's business join the chain of a code, which is used
// up. Faults Forbidden, gone, conflict for who is in a chain.
func (b *Board) Join(ctx context.Context, who account.Principal, code string) (View, error) {
	if err := may(who); err != nil {
		return View{}, err
	}
	var v View
	err := b.Atomic.Do(ctx, func(ctx context.Context) error {
		i, err := b.invitation(ctx, code)
		if err != nil {
			return err
		}
		if err := b.Store.TouchChain(ctx, i.Chain); err != nil {
			return ended(err)
		}
		if err := b.free(ctx, who.Business); err != nil {
			return err
		}
		if err := b.Invitations.DeleteChainInvitation(ctx, i.Chain, i.ID); err != nil {
			return ended(err)
		}
		if err := b.Store.InsertMember(ctx, Member{i.Chain, who.Business, b.Clock.Now()}); err != nil {
			return err
		}
		if v, err = b.invited(ctx, i); err != nil {
			return err
		}
		if len(v.Members) > mostMembers {
			return fault.New(fault.Exhausted, fault.CodeRateLimited, "a chain has no more businesses than 50")
		}
		return b.record(ctx, who, v.Members, DidJoin, string(who.Business))
	})
	return v, err
}

// Leave has the principal's business leave its chain, which ends with the last
// one. From then on no card goes either way. Faults Forbidden, NotFound.
func (b *Board) Leave(ctx context.Context, who account.Principal) error {
	if err := may(who); err != nil {
		return err
	}
	return b.Atomic.Do(ctx, func(ctx context.Context) error {
		v, err := b.locked(ctx, who.Business)
		if err != nil {
			return err
		}
		if err := b.Store.DeleteMember(ctx, who.Business); err != nil {
			return err
		}
		if err := b.record(ctx, who, v.Members, DidLeave, string(who.Business)); err != nil {
			return err
		}
		if len(v.Members) > 1 {
			return nil
		}
		return b.Store.EndChain(ctx, v.ID)
	})
}

// record keeps what was done at every branch: each has a right to know who is
// in with it.
func (b *Board) record(ctx context.Context, who account.Principal, members []Member, what, subject string) error {
	for _, m := range members {
		act := account.Act{Business: m.Business, Who: who.Actor(), What: what, Subject: subject, At: b.Clock.Now()}
		if m.Business == who.Business {
			act.From = who.From // where its people sit is nobody else's
		}
		if err := b.Audit.Record(ctx, act); err != nil {
			return err
		}
	}
	return nil
}
