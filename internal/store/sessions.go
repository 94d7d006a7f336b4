package store

import (
	"context"

	"kept/account"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// InsertSession implements account.Sessions.
func (s *Accounts) InsertSession(ctx context.Context, hash []byte, v account.Session) error {
	return s.db.Fault(queries(ctx, s.db).InsertSession(ctx, sqlgen.InsertSessionParams{
		TokenHash: hash, ID: string(v.ID), UserID: string(v.User), CreatedAt: int64(v.CreatedAt),
		LastSeenAt: int64(v.CreatedAt), ExpiresAt: int64(v.ExpiresAt),
	}))
}

// FindSession implements account.Sessions.
func (s *Accounts) FindSession(ctx context.Context, hash []byte) (account.Session, error) {
	row, err := queries(ctx, s.db).FindSession(ctx, hash)
	if err != nil {
		return account.Session{}, found(s.db, err, "session")
	}
	return account.Session{
		ID: id.Session(row.ID), User: id.User(row.UserID),
		CreatedAt: span.Instant(row.CreatedAt), ExpiresAt: span.Instant(row.ExpiresAt),
	}, nil
}

// ExtendSession implements account.Sessions.
func (s *Accounts) ExtendSession(ctx context.Context, hash []byte, seen, expires span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).ExtendSession(ctx, sqlgen.ExtendSessionParams{
		TokenHash: hash, LastSeenAt: int64(seen), ExpiresAt: int64(expires),
	}))
}

// DeleteSession implements account.Sessions.
func (s *Accounts) DeleteSession(ctx context.Context, hash []byte) error {
	return s.db.Fault(queries(ctx, s.db).DeleteSession(ctx, hash))
}

// DeleteSessionsOf implements account.Sessions.
func (s *Accounts) DeleteSessionsOf(ctx context.Context, user id.User) error {
	return s.db.Fault(queries(ctx, s.db).DeleteSessionsOfUser(ctx, string(user)))
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
	out := make([]account.APIKey, 0, len(rows))
	for _, row := range rows {
		k, err := keyOf(row)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
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
	}
	return k, decode(row.Scopes, &k.Scopes)
}
