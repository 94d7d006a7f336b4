package store

import (
	"context"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// What binds sealed values of a user to their columns.
const (
	fieldUserEmail = "user.email"
	fieldUserName  = "user.name"
)

// Accounts keeps users, members, sessions and API keys. Users belong to no
// business, so the system's own key seals them.
type Accounts struct {
	db     *db.DB
	master *secret.Master
}

var (
	_ account.Users         = (*Accounts)(nil)
	_ account.Members       = (*Accounts)(nil)
	_ account.Sessions      = (*Accounts)(nil)
	_ account.Stays         = (*Accounts)(nil)
	_ account.Keys          = (*Accounts)(nil)
	_ account.Factors       = (*Accounts)(nil)
	_ account.Passkeys      = (*Accounts)(nil)
	_ account.Invitations   = (*Accounts)(nil)
	_ account.Ceremonies    = (*Accounts)(nil)
	_ account.Attempts      = (*Accounts)(nil)
	_ account.OutsideLogins = (*Accounts)(nil)
	_ account.Letters       = (*Accounts)(nil)
	_ account.Secrets       = Secrets{}
)

// NewAccounts makes the store of accounts.
func NewAccounts(d *db.DB, v *Vault) *Accounts { return &Accounts{db: d, master: v.Master()} }

// Secrets is package secret as the gate asks for it.
type Secrets struct{ *secret.Passwords }

// NewOpaque implements account.Secrets.
func (Secrets) NewOpaque(prefix string) (text string, hash []byte) { return secret.NewOpaque(prefix) }

// HashOpaque implements account.Secrets.
func (Secrets) HashOpaque(text string) []byte { return secret.HashOpaque(text) }

// AnyUser implements account.Users.
func (s *Accounts) AnyUser(ctx context.Context) (bool, error) {
	there, err := queries(ctx, s.db).AnyUser(ctx)
	return there, s.db.Fault(err)
}

// LockSignUp implements account.Users.
func (s *Accounts) LockSignUp(ctx context.Context) error {
	return s.db.Fault(queries(ctx, s.db).LockSignUp(ctx))
}

// InsertUser implements account.Users.
func (s *Accounts) InsertUser(ctx context.Context, u account.User) error {
	key := s.master.System()
	return s.db.Fault(queries(ctx, s.db).InsertUser(ctx, sqlgen.InsertUserParams{
		ID: string(u.ID), EmailIndex: s.master.Index(indexEmail, secret.Email(u.Email)),
		SealedEmail: key.SealString(fieldUserEmail, string(u.ID), u.Email),
		SealedName:  key.SealString(fieldUserName, string(u.ID), u.Name),
		Language:    u.Language, PasswordHash: u.PasswordHash, CreatedAt: int64(u.CreatedAt),
	}))
}

// FindUser implements account.Users.
func (s *Accounts) FindUser(ctx context.Context, want id.User) (account.User, error) {
	row, err := queries(ctx, s.db).FindUser(ctx, string(want))
	if err != nil {
		return account.User{}, found(s.db, err, "user")
	}
	return s.user(row)
}

// UserByEmail implements account.Users.
func (s *Accounts) UserByEmail(ctx context.Context, email string) (account.User, error) {
	row, err := queries(ctx, s.db).UserByEmail(ctx, s.master.Index(indexEmail, secret.Email(email)))
	if err != nil {
		return account.User{}, found(s.db, err, "user")
	}
	return s.user(row)
}

// UpdateUser implements account.Users.
func (s *Accounts) UpdateUser(ctx context.Context, u account.User) error {
	rows, err := queries(ctx, s.db).UpdateUser(ctx, sqlgen.UpdateUserParams{
		ID: string(u.ID), SealedName: s.master.System().SealString(fieldUserName, string(u.ID), u.Name),
		Language: u.Language, PasswordHash: u.PasswordHash,
	})
	return changed(s.db, rows, err, "user")
}

func (s *Accounts) user(row sqlgen.AppUser) (account.User, error) {
	u := account.User{
		ID: id.User(row.ID), Language: row.Language, PasswordHash: row.PasswordHash, CreatedAt: span.Instant(row.CreatedAt),
	}
	var err error
	if u.Email, err = s.master.System().OpenString(fieldUserEmail, row.ID, row.SealedEmail); err != nil {
		return account.User{}, err
	}
	u.Name, err = s.master.System().OpenString(fieldUserName, row.ID, row.SealedName)
	return u, err
}

// PutMember implements account.Members.
func (s *Accounts) PutMember(ctx context.Context, m account.Member, at span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).PutMember(ctx, sqlgen.PutMemberParams{
		BusinessID: string(m.Business), UserID: string(m.User), Role: string(m.Role), StaffID: string(m.Staff), CreatedAt: int64(at),
		Reach: string(m.Reach), LocationID: string(m.Location),
	}))
}

// DeleteMember implements account.Members.
func (s *Accounts) DeleteMember(ctx context.Context, business id.Business, user id.User) error {
	rows, err := queries(ctx, s.db).DeleteMember(ctx, sqlgen.DeleteMemberParams{BusinessID: string(business), UserID: string(user)})
	return changed(s.db, rows, err, "member")
}

// Memberships implements account.Members.
func (s *Accounts) Memberships(ctx context.Context, user id.User) ([]account.Member, error) {
	rows, err := queries(ctx, s.db).MembershipsOfUser(ctx, string(user))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]account.Member, 0, len(rows))
	for _, r := range rows {
		out = append(out, memberOf(sqlgen.MembersOfBusinessRow(r)))
	}
	return out, nil
}

// MembersOf implements account.Members.
func (s *Accounts) MembersOf(ctx context.Context, business id.Business, after id.User, limit int) ([]account.Member, error) {
	rows, err := queries(ctx, s.db).MembersOfBusiness(ctx, sqlgen.MembersOfBusinessParams{
		BusinessID: string(business), AfterID: string(after), Most: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]account.Member, 0, len(rows))
	for _, r := range rows {
		out = append(out, memberOf(r))
	}
	return out, nil
}

func memberOf(r sqlgen.MembersOfBusinessRow) account.Member {
	return account.Member{
		User: id.User(r.UserID), Business: id.Business(r.BusinessID), Slug: r.Slug,
		Role: account.Role(r.Role), Staff: id.Staff(r.StaffID), Reach: account.Reach(r.Reach), Location: id.Location(r.LocationID),
	}
}

// FindMember implements account.Members.
func (s *Accounts) FindMember(ctx context.Context, business id.Business, user id.User) (account.Member, error) {
	row, err := queries(ctx, s.db).FindMember(ctx, sqlgen.FindMemberParams{BusinessID: string(business), UserID: string(user)})
	if err != nil {
		return account.Member{}, found(s.db, err, "member")
	}
	return memberOf(sqlgen.MembersOfBusinessRow(row)), nil
}

// LockMembers implements account.Members.
func (s *Accounts) LockMembers(ctx context.Context, business id.Business) (owners int, err error) {
	if err := queries(ctx, s.db).LockMembers(ctx, "members "+string(business)); err != nil {
		return 0, s.db.Fault(err)
	}
	n, err := queries(ctx, s.db).CountMembers(ctx, sqlgen.CountMembersParams{BusinessID: string(business), Role: string(account.Owner)})
	return int(n), s.db.Fault(err)
}

// PIN implements account.Members.
func (s *Accounts) PIN(ctx context.Context, business id.Business, user id.User) (string, error) {
	hash, err := queries(ctx, s.db).MemberPIN(ctx, sqlgen.MemberPINParams{BusinessID: string(business), UserID: string(user)})
	if err = s.db.Fault(err); fault.KindOf(err) == fault.NotFound && err != nil {
		return "", nil //nolint:nilerr // whoever has none has set none
	}
	return hash, err
}

// SetPIN implements account.Members.
func (s *Accounts) SetPIN(ctx context.Context, business id.Business, user id.User, hash string) error {
	rows, err := queries(ctx, s.db).SetMemberPIN(ctx, sqlgen.SetMemberPINParams{
		BusinessID: string(business), UserID: string(user), PinHash: hash,
	})
	return changed(s.db, rows, err, "member")
}

// Parts gives what a gate cannot be without; what stands outside (the audit,
// the site's passkeys) is the caller's to add.
func (s *Accounts) Parts(clock account.Clock, passwords *secret.Passwords) account.Parts {
	return account.Parts{
		Atomic: s.db, Clock: clock, Secrets: Secrets{passwords}, Users: s, Members: s, Sessions: s, Stays: s, Keys: s, Factors: s, Passkeys: s, Invitations: s,
		Ceremonies: s, Attempts: s, Outside: s, Letters: s,
	}
}
