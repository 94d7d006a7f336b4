package account

import (
	"context"
	"slices"

	"kept/fault"
	"kept/id"
)

// Join gives a user a place in a business, or another role there. Fault
// Invalid. Whoever calls it decides who may.
func (g *Gate) Join(ctx context.Context, m Member) error {
	if err := m.check(); err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error { return g.Members.PutMember(ctx, m, g.Clock.Now()) })
}

func (m Member) check() error {
	var c fault.Checker
	checkRole(&c, m.Role, m.Staff)
	checkReach(&c, m.Role, m.Staff, m.Reach, m.Location)
	return c.Err()
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

// FindMember gives one member of the principal's business. Faults NotFound, Forbidden.
func (g *Gate) FindMember(ctx context.Context, who Principal, user id.User) (Member, error) {
	if err := mayManage(who); err != nil {
		return Member{}, err
	}
	return g.Members.FindMember(ctx, who.Business, user)
}

// ChangeMember gives a member another role or reach, from their next request
// on. Faults Forbidden, Invalid, NotFound, and conflict for the last owner.
func (g *Gate) ChangeMember(ctx context.Context, who Principal, user id.User, change func(*Member) error) (Member, error) {
	var m Member
	err := g.alone(ctx, who, user, func(ctx context.Context, old Member, owners int) error {
		m = old
		if err := change(&m); err != nil {
			return err
		}
		m.User, m.Business, m.Slug = old.User, old.Business, old.Slug
		if err := m.check(); err != nil {
			return err
		}
		if err := mayGrant(who, m.Role, nil); err != nil {
			return err
		}
		if old.Role == Owner && m.Role != Owner && owners < 2 {
			return lastOwner()
		}
		if err := g.Members.PutMember(ctx, m, g.Clock.Now()); err != nil {
			return err
		}
		return g.record(ctx, who, DidChangeMember, string(user), place(old.Role, old.Reach)+" → "+place(m.Role, m.Reach))
	})
	return m, err
}

// RemoveMember takes a member's place away and ends their sessions at once.
// Faults Forbidden, NotFound, and conflict for the last owner.
func (g *Gate) RemoveMember(ctx context.Context, who Principal, user id.User) error {
	return g.alone(ctx, who, user, func(ctx context.Context, m Member, owners int) error {
		if m.Role == Owner && owners < 2 {
			return lastOwner()
		}
		if err := g.Members.DeleteMember(ctx, who.Business, user); err != nil {
			return err
		}
		if err := g.Sessions.DeleteSessionsOf(ctx, user, ""); err != nil {
			return err
		}
		return g.record(ctx, who, DidRemoveMember, string(user), place(m.Role, m.Reach))
	})
}

// alone does something about a member while nobody else does about any of the
// business: two owners who remove each other must not both succeed.
func (g *Gate) alone(
	ctx context.Context, who Principal, user id.User, do func(ctx context.Context, m Member, owners int) error,
) error {
	if err := mayManage(who); err != nil {
		return err
	}
	return g.Atomic.Do(ctx, func(ctx context.Context) error {
		owners, err := g.Members.LockMembers(ctx, who.Business)
		if err != nil {
			return err
		}
		m, err := g.Members.FindMember(ctx, who.Business, user)
		if err != nil {
			return err
		}
		return do(ctx, m, owners)
	})
}

func lastOwner() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "they are the last owner; make somebody else an owner first")
}

func mayManage(who Principal) error {
	if who.Business == "" || !who.May(ManageAccounts) {
		return fault.New(fault.Forbidden, fault.CodeForbidden, "you may not do this: it needs "+string(ManageAccounts))
	}
	return nil
}

// mayGrant refuses to give away what one has not: else a key that may do
// little but manage accounts would make one that may do everything.
func mayGrant(who Principal, role Role, scopes []Action) error {
	for _, a := range role.Actions() {
		if (len(scopes) == 0 || slices.Contains(scopes, a)) && !who.May(a) {
			return fault.New(fault.Forbidden, fault.CodeForbidden, "you may not give away a right that you have not: "+string(a))
		}
	}
	return nil
}

func checkRole(c *fault.Checker, role Role, staff id.Staff) {
	c.Require(role.Valid(), "role", "unknown", "must be owner, manager, reception, staff, accountant or integration")
	c.Require(role != Staff || staff != "", "staff", "required", "tell which staff member it is")
}
