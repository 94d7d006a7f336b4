package store

import (
	"context"

	"kept/account"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// What binds sealed values about signing in to their columns.
const (
	fieldTOTP          = "user.totp"
	fieldPasskeyName   = "passkey.name"
	fieldPasskeyRecord = "passkey.record"
	fieldInvitation    = "invitation.email"
	fieldCeremony      = "ceremony.state"
	fieldLetter        = "letter.body"
)

// TOTP implements account.Factors.
func (s *Accounts) TOTP(ctx context.Context, user id.User) (plain []byte, step int64, err error) {
	row, err := queries(ctx, s.db).FindTOTP(ctx, string(user))
	if err != nil {
		return nil, 0, found(s.db, err, "user")
	}
	if row.SealedTotp == nil {
		return nil, 0, nil
	}
	plain, err = s.master.System().Open(fieldTOTP, string(user), row.SealedTotp)
	return plain, row.TotpStep, err
}

// SetTOTP implements account.Factors.
func (s *Accounts) SetTOTP(ctx context.Context, user id.User, plain []byte, step int64) error {
	var sealed []byte
	if plain != nil {
		sealed = s.master.System().Seal(fieldTOTP, string(user), plain)
	}
	rows, err := queries(ctx, s.db).SetTOTP(ctx, sqlgen.SetTOTPParams{ID: string(user), SealedTotp: sealed, TotpStep: step})
	if err := changed(s.db, rows, err, "user"); err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).DeleteRecoveryOfUser(ctx, string(user)))
}

// UseStep implements account.Factors.
func (s *Accounts) UseStep(ctx context.Context, user id.User, step int64) (bool, error) {
	rows, err := queries(ctx, s.db).UseTOTPStep(ctx, sqlgen.UseTOTPStepParams{ID: string(user), Step: step})
	return rows == 1, s.db.Fault(err)
}

// PutRecovery implements account.Factors.
func (s *Accounts) PutRecovery(ctx context.Context, user id.User, hashes [][]byte) error {
	q := queries(ctx, s.db)
	if err := q.DeleteRecoveryOfUser(ctx, string(user)); err != nil {
		return s.db.Fault(err)
	}
	for _, h := range hashes {
		if err := q.InsertRecovery(ctx, sqlgen.InsertRecoveryParams{UserID: string(user), CodeHash: h}); err != nil {
			return s.db.Fault(err)
		}
	}
	return nil
}

// UseRecovery implements account.Factors.
func (s *Accounts) UseRecovery(ctx context.Context, user id.User, hash []byte) (bool, error) {
	rows, err := queries(ctx, s.db).DeleteRecovery(ctx, sqlgen.DeleteRecoveryParams{UserID: string(user), CodeHash: hash})
	return rows == 1, s.db.Fault(err)
}

// CountRecovery implements account.Factors.
func (s *Accounts) CountRecovery(ctx context.Context, user id.User) (int, error) {
	n, err := queries(ctx, s.db).CountRecovery(ctx, string(user))
	return int(n), s.db.Fault(err)
}

// InsertPasskey implements account.Passkeys.
func (s *Accounts) InsertPasskey(ctx context.Context, k account.Passkey) error {
	key, own := s.master.System(), string(k.ID)
	err := s.db.Fault(queries(ctx, s.db).InsertPasskey(ctx, sqlgen.InsertPasskeyParams{
		KeyID: k.KeyID, ID: own, UserID: string(k.User), SealedName: key.SealString(fieldPasskeyName, own, k.Name),
		SealedRecord: key.Seal(fieldPasskeyRecord, own, k.Record), CreatedAt: int64(k.CreatedAt), UsedAt: int64(k.UsedAt),
	}))
	if fault.Is(err, fault.CodeConflict) {
		return fault.Wrap(fault.Conflict, fault.CodeConflict, "this passkey is in use already", err)
	}
	return err
}

// PasskeysOf implements account.Passkeys.
func (s *Accounts) PasskeysOf(ctx context.Context, user id.User) ([]account.Passkey, error) {
	rows, err := queries(ctx, s.db).PasskeysOfUser(ctx, string(user))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return each(rows, func(r sqlgen.Passkey) (k account.Passkey, err error) {
		k = account.Passkey{
			ID: id.Passkey(r.ID), User: id.User(r.UserID), KeyID: r.KeyID, CreatedAt: span.Instant(r.CreatedAt), UsedAt: span.Instant(r.UsedAt),
		}
		if k.Name, err = s.master.System().OpenString(fieldPasskeyName, r.ID, r.SealedName); err != nil {
			return k, err
		}
		k.Record, err = s.master.System().Open(fieldPasskeyRecord, r.ID, r.SealedRecord)
		return k, err
	})
}

// UpdatePasskey implements account.Passkeys.
func (s *Accounts) UpdatePasskey(ctx context.Context, k account.Passkey) error {
	key, own := s.master.System(), string(k.ID)
	rows, err := queries(ctx, s.db).UpdatePasskey(ctx, sqlgen.UpdatePasskeyParams{
		UserID: string(k.User), ID: own, SealedName: key.SealString(fieldPasskeyName, own, k.Name),
		SealedRecord: key.Seal(fieldPasskeyRecord, own, k.Record), UsedAt: int64(k.UsedAt),
	})
	return changed(s.db, rows, err, "passkey")
}

// DeletePasskey implements account.Passkeys.
func (s *Accounts) DeletePasskey(ctx context.Context, user id.User, want id.Passkey) error {
	rows, err := queries(ctx, s.db).DeletePasskey(ctx, sqlgen.DeletePasskeyParams{UserID: string(user), ID: string(want)})
	return changed(s.db, rows, err, "passkey")
}

// OutsideUser implements account.OutsideLogins.
func (s *Accounts) OutsideUser(ctx context.Context, issuer, subject string) (id.User, error) {
	user, err := queries(ctx, s.db).OutsideUser(ctx, sqlgen.OutsideUserParams{Issuer: issuer, Subject: subject})
	return id.User(user), found(s.db, err, "login")
}

// LinkOutside implements account.OutsideLogins.
func (s *Accounts) LinkOutside(ctx context.Context, issuer, subject string, user id.User, at span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).LinkOutside(ctx, sqlgen.LinkOutsideParams{
		Issuer: issuer, Subject: subject, UserID: string(user), CreatedAt: int64(at),
	}))
}

// InsertInvitation implements account.Invitations.
func (s *Accounts) InsertInvitation(ctx context.Context, hash []byte, i account.Invitation) error {
	return s.db.Fault(queries(ctx, s.db).InsertInvitation(ctx, sqlgen.InsertInvitationParams{
		BusinessID: string(i.Business), ID: string(i.ID), TokenHash: hash, EmailIndex: s.master.Index(indexEmail, secret.Email(i.Email)),
		SealedEmail: s.master.System().SealString(fieldInvitation, string(i.ID), i.Email), Role: string(i.Role), StaffID: string(i.Staff),
		Reach: string(i.Reach), LocationID: string(i.Location), MadeBy: string(i.MadeBy), CreatedAt: int64(i.CreatedAt), ExpiresAt: int64(i.ExpiresAt),
	}))
}

func (s *Accounts) invitation(r sqlgen.Invitation) (account.Invitation, error) {
	email, err := s.master.System().OpenString(fieldInvitation, r.ID, r.SealedEmail)
	return account.Invitation{
		ID: id.Invitation(r.ID), Business: id.Business(r.BusinessID), Email: email, Role: account.Role(r.Role), Staff: id.Staff(r.StaffID),
		Reach: account.Reach(r.Reach), Location: id.Location(r.LocationID), MadeBy: id.User(r.MadeBy),
		CreatedAt: span.Instant(r.CreatedAt), ExpiresAt: span.Instant(r.ExpiresAt),
	}, err
}

// InvitationByHash implements account.Invitations.
func (s *Accounts) InvitationByHash(ctx context.Context, hash []byte) (account.Invitation, error) {
	row, err := queries(ctx, s.db).InvitationByHash(ctx, hash)
	if err != nil {
		return account.Invitation{}, found(s.db, err, "invitation")
	}
	return s.invitation(row)
}

// InvitationsTo implements account.Invitations.
func (s *Accounts) InvitationsTo(ctx context.Context, email string) ([]account.Invitation, error) {
	rows, err := queries(ctx, s.db).InvitationsTo(ctx, s.master.Index(indexEmail, secret.Email(email)))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return each(rows, s.invitation)
}

// InvitationsOf implements account.Invitations.
func (s *Accounts) InvitationsOf(ctx context.Context, business id.Business, limit int) ([]account.Invitation, error) {
	rows, err := queries(ctx, s.db).InvitationsOf(ctx, sqlgen.InvitationsOfParams{BusinessID: string(business), Most: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return each(rows, s.invitation)
}

// DeleteInvitation implements account.Invitations.
func (s *Accounts) DeleteInvitation(ctx context.Context, business id.Business, want id.Invitation) error {
	rows, err := queries(ctx, s.db).DeleteInvitation(ctx, sqlgen.DeleteInvitationParams{BusinessID: string(business), ID: string(want)})
	return changed(s.db, rows, err, "invitation")
}

// SweepInvitations implements account.Invitations.
func (s *Accounts) SweepInvitations(ctx context.Context, now span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).SweepInvitations(ctx, int64(now)))
}
