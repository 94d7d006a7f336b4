package store

import (
	"context"

	"kept/id"
	"kept/internal/store/sqlgen"
)

// tableKin is where it stands which card answers for which. A row is of two
// cards, so it moves by rules of its own.
const tableKin = "client_kin"

// Which of the two the moved card was.
const (
	noteGuardian = "guardian"
	noteWard     = "ward"
)

// moveKin hangs on another card those for which a card answers, and those that
// answer for it. What the other card has already stays, as does what would let
// it answer for itself.
func (s *Merges) moveKin(ctx context.Context, business id.Business, from, to id.Client) ([]moved, error) {
	q := queries(ctx, s.db)
	rows, err := q.KinOfBoth(ctx, sqlgen.KinOfBothParams{BusinessID: string(business), ClientID: string(from)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	var out []moved
	for _, r := range rows {
		one := moved{table: tableKin, key: r.ClientID, note: noteGuardian}
		if r.GuardianID != string(from) {
			one.key, one.note = r.GuardianID, noteWard
		}
		ok, err := s.turnKin(ctx, business, from, to, one.key, one.note)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, one)
		}
	}
	return out, nil
}

// turnKin moves one relation; false when it stays.
func (s *Merges) turnKin(ctx context.Context, business id.Business, from, to id.Client, other, note string) (bool, error) {
	q, b := queries(ctx, s.db), string(business)
	if other == string(to) {
		return false, nil
	}
	var n int64
	var err error
	if note == noteGuardian {
		n, err = q.MoveGuardian(ctx, sqlgen.MoveGuardianParams{BusinessID: b, FromID: string(from), ToID: string(to), ClientID: other})
	} else {
		n, err = q.MoveWard(ctx, sqlgen.MoveWardParams{BusinessID: b, FromID: string(from), ToID: string(to), GuardianID: other})
	}
	return n > 0, s.db.Fault(err)
}
