package store

import (
	"context"

	"kept/account"
	"kept/catalog"
	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// FindStay implements account.Stays.
func (s *Accounts) FindStay(ctx context.Context, session id.Session, user id.User, business id.Business) (account.Stay, error) {
	row, err := queries(ctx, s.db).FindStay(ctx, sqlgen.FindStayParams{
		SessionID: string(session), UserID: string(user), BusinessID: string(business),
	})
	if err != nil {
		return account.Stay{}, found(s.db, err, "member")
	}
	stay := account.Stay{
		Member: memberOf(sqlgen.MembersOfBusinessRow{
			BusinessID: row.BusinessID, UserID: row.UserID, Role: row.Role, StaffID: row.StaffID, Reach: row.Reach,
			LocationID: row.LocationID, Slug: row.Slug,
		}),
		HasSecond: row.HasSecond, SeenAt: span.Instant(row.SeenAt), ShutAt: span.Instant(row.ShutAt),
	}
	var terms catalog.Terms
	if err := decode(row.Terms, &terms); err != nil {
		return account.Stay{}, err
	}
	for _, role := range terms.SecondFactor {
		stay.Demanded = append(stay.Demanded, account.Role(role))
	}
	return stay, nil
}

// TouchStay implements account.Stays.
func (s *Accounts) TouchStay(ctx context.Context, session id.Session, business id.Business, at span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).TouchStay(ctx, sqlgen.TouchStayParams{
		SessionID: string(session), BusinessID: string(business), SeenAt: int64(at),
	}))
}

// ShutStay implements account.Stays.
func (s *Accounts) ShutStay(ctx context.Context, session id.Session, business id.Business, at span.Instant) error {
	rows, err := queries(ctx, s.db).ShutStay(ctx, sqlgen.ShutStayParams{
		SessionID: string(session), BusinessID: string(business), ShutAt: int64(at),
	})
	return changed(s.db, rows, err, "session")
}

// StaysOf implements account.Stays.
func (s *Accounts) StaysOf(ctx context.Context, business id.Business, user id.User) ([]account.Session, error) {
	rows, err := queries(ctx, s.db).StaysOf(ctx, sqlgen.StaysOfParams{BusinessID: string(business), UserID: string(user)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return each(rows, func(row sqlgen.StaysOfRow) (account.Session, error) {
		one, err := s.session(row.Session)
		one.SeenAt = span.Instant(row.SeenAt)
		return one, err
	})
}
