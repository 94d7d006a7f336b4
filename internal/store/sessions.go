package store

import (
	"context"

	"kept/account"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// fieldSessionOrigin binds where a session is to its row.
const fieldSessionOrigin = "session.origin"

// InsertSession implements account.Sessions.
func (s *Accounts) InsertSession(ctx context.Context, hash []byte, v account.Session) error {
	origin, err := s.origin(v)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertSession(ctx, sqlgen.InsertSessionParams{
		TokenHash: hash, ID: string(v.ID), UserID: string(v.User), CreatedAt: int64(v.CreatedAt),
		LastSeenAt: int64(v.SeenAt), ExpiresAt: int64(v.ExpiresAt), SealedOrigin: origin,
		SharedBusiness: string(v.Shared), LockedAt: int64(v.LockedAt), ProvedAt: int64(v.ProvedAt), ProvedBy: string(v.ProvedBy),
		SecondBy: string(v.SecondBy),
	}))
}

// origin seals where a session is; NULL for nowhere.
func (s *Accounts) origin(v account.Session) ([]byte, error) {
	if v.Origin == (account.Origin{}) {
		return nil, nil
	}
	text, err := encode(v.Origin)
	return s.master.System().SealString(fieldSessionOrigin, string(v.ID), text), err
}

func (s *Accounts) session(row sqlgen.Session) (account.Session, error) {
	v := account.Session{
		ID: id.Session(row.ID), User: id.User(row.UserID), CreatedAt: span.Instant(row.CreatedAt),
		SeenAt: span.Instant(row.LastSeenAt), ExpiresAt: span.Instant(row.ExpiresAt), Shared: id.Business(row.SharedBusiness),
		LockedAt: span.Instant(row.LockedAt), ProvedAt: span.Instant(row.ProvedAt), ProvedBy: account.Proof(row.ProvedBy),
		SecondBy: account.Factor(row.SecondBy),
	}
	text, err := s.master.System().OpenString(fieldSessionOrigin, row.ID, row.SealedOrigin)
	if err != nil {
		return account.Session{}, err
	}
	return v, decode(text, &v.Origin)
}

// FindSession implements account.Sessions.
func (s *Accounts) FindSession(ctx context.Context, hash []byte) (account.Session, error) {
	row, err := queries(ctx, s.db).FindSession(ctx, hash)
	if err != nil {
		return account.Session{}, found(s.db, err, "session")
	}
	return s.session(row)
}

// UpdateSession implements account.Sessions.
func (s *Accounts) UpdateSession(ctx context.Context, hash, renewed []byte, v account.Session) error {
	origin, err := s.origin(v)
	if err != nil {
		return err
	}
	rows, err := queries(ctx, s.db).UpdateSession(ctx, sqlgen.UpdateSessionParams{
		TokenHash: hash, Renewed: renewed, UserID: string(v.User), LastSeenAt: int64(v.SeenAt), ExpiresAt: int64(v.ExpiresAt),
		SealedOrigin: origin, SharedBusiness: string(v.Shared), LockedAt: int64(v.LockedAt),
		ProvedAt: int64(v.ProvedAt), ProvedBy: string(v.ProvedBy), SecondBy: string(v.SecondBy),
	})
	return changed(s.db, rows, err, "session")
}

// DeleteSession implements account.Sessions.
func (s *Accounts) DeleteSession(ctx context.Context, hash []byte) error {
	return s.db.Fault(queries(ctx, s.db).DeleteSession(ctx, hash))
}

// DeleteSessionsOf implements account.Sessions.
func (s *Accounts) DeleteSessionsOf(ctx context.Context, user id.User, but id.Session) error {
	return s.db.Fault(queries(ctx, s.db).DeleteSessionsOfUser(ctx, sqlgen.DeleteSessionsOfUserParams{UserID: string(user), ID: string(but)}))
}

// DeleteSessionOf implements account.Sessions.
func (s *Accounts) DeleteSessionOf(ctx context.Context, user id.User, session id.Session) error {
	rows, err := queries(ctx, s.db).DeleteSessionOfUser(ctx, sqlgen.DeleteSessionOfUserParams{UserID: string(user), ID: string(session)})
	return changed(s.db, rows, err, "session")
}

// SessionsOf implements account.Sessions.
func (s *Accounts) SessionsOf(ctx context.Context, user id.User) ([]account.Session, error) {
	rows, err := queries(ctx, s.db).SessionsOfUser(ctx, string(user))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return each(rows, s.session)
}

// each maps rows one by one.
func each[R, T any](rows []R, one func(R) (T, error)) ([]T, error) {
	out := make([]T, 0, len(rows))
	for _, row := range rows {
		v, err := one(row)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// SweepSessions implements account.Sessions.
func (s *Accounts) SweepSessions(ctx context.Context, now span.Instant) error {
	_, err := queries(ctx, s.db).SweepSessions(ctx, int64(now))
	return s.db.Fault(err)
}

// InsertKey implements account.Keys.
func (s *Accounts) InsertKey(ctx context.Context, hash []byte, k account.APIKey) error {
	scopes, err := encodeList(k.Scopes)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertKey(ctx, sqlgen.InsertKeyParams{
		SecretHash: hash, BusinessID: string(k.Business), ID: string(k.ID), Name: k.Name, Role: string(k.Role),
		StaffID: string(k.Staff), Scopes: scopes, CreatedAt: int64(k.CreatedAt), ExpiresAt: int64(k.ExpiresAt),
		Reach: string(k.Reach), LocationID: string(k.Location), MadeBy: string(k.MadeBy),
	}))
}

// KeyByHash implements account.Keys.
func (s *Accounts) KeyByHash(ctx context.Context, hash []byte) (account.APIKey, error) {
	row, err := queries(ctx, s.db).KeyByHash(ctx, hash)
	if err != nil {
		return account.APIKey{}, found(s.db, err, "key")
	}
	return keyOf(row)
}

// ListKeys implements account.Keys.
func (s *Accounts) ListKeys(ctx context.Context, business id.Business, after id.Key, limit int) ([]account.APIKey, error) {
	rows, err := queries(ctx, s.db).ListKeys(ctx, sqlgen.ListKeysParams{
		BusinessID: string(business), AfterID: string(after), Most: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return each(rows, keyOf)
}

// DeleteKey implements account.Keys.
func (s *Accounts) DeleteKey(ctx context.Context, business id.Business, want id.Key) error {
	rows, err := queries(ctx, s.db).DeleteKey(ctx, sqlgen.DeleteKeyParams{BusinessID: string(business), ID: string(want)})
	return changed(s.db, rows, err, "key")
}

func keyOf(row sqlgen.ApiKey) (account.APIKey, error) {
	k := account.APIKey{
		ID: id.Key(row.ID), Business: id.Business(row.BusinessID), Name: row.Name, Role: account.Role(row.Role),
		Staff: id.Staff(row.StaffID), CreatedAt: span.Instant(row.CreatedAt), ExpiresAt: span.Instant(row.ExpiresAt),
		Reach: account.Reach(row.Reach), Location: id.Location(row.LocationID), MadeBy: id.User(row.MadeBy), LastUsedAt: span.Instant(row.LastUsedAt),
	}
	return k, decode(row.Scopes, &k.Scopes)
}

// UsedKey implements account.Keys.
func (s *Accounts) UsedKey(ctx context.Context, business id.Business, want id.Key, at span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).UsedKey(ctx, sqlgen.UsedKeyParams{BusinessID: string(business), ID: string(want), At: int64(at)}))
}
