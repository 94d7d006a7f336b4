package store

import (
	"context"

	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/span"
	"kept/visitor"
)

// What binds sealed values of passkeys to their columns.
const (
	fieldVisitorKeyName   = "visitor_key.name"
	fieldVisitorKeyRecord = "visitor_key.record"
	fieldVisitorQuestion  = "visitor_question.state"
)

var _ visitor.Keys = (*Visitors)(nil)

// InsertKey implements visitor.Keys.
func (s *Visitors) InsertKey(ctx context.Context, of id.Visitor, k visitor.Key) error {
	key := s.master.System()
	return s.db.Fault(queries(ctx, s.db).InsertVisitorKey(ctx, sqlgen.InsertVisitorKeyParams{
		KeyID: k.KeyID, ID: string(k.ID), VisitorID: string(of), SealedName: key.SealString(fieldVisitorKeyName, string(k.ID), k.Name),
		SealedRecord: key.Seal(fieldVisitorKeyRecord, string(k.ID), k.Record), CreatedAt: int64(k.CreatedAt),
	}))
}

// KeysOf implements visitor.Keys.
func (s *Visitors) KeysOf(ctx context.Context, of id.Visitor) ([]visitor.Key, error) {
	rows, err := queries(ctx, s.db).VisitorKeys(ctx, string(of))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	key := s.master.System()
	out := make([]visitor.Key, 0, len(rows))
	for _, row := range rows {
		k := visitor.Key{
			ID: id.Passkey(row.ID), KeyID: row.KeyID, CreatedAt: span.Instant(row.CreatedAt), UsedAt: span.Instant(row.UsedAt),
		}
		if k.Name, err = key.OpenString(fieldVisitorKeyName, row.ID, row.SealedName); err != nil {
			return nil, err
		}
		if k.Record, err = key.Open(fieldVisitorKeyRecord, row.ID, row.SealedRecord); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

// UseKey implements visitor.Keys.
func (s *Visitors) UseKey(ctx context.Context, of id.Visitor, k visitor.Key) error {
	n, err := queries(ctx, s.db).UseVisitorKey(ctx, sqlgen.UseVisitorKeyParams{
		VisitorID: string(of), ID: string(k.ID), UsedAt: int64(k.UsedAt),
		SealedRecord: s.master.System().Seal(fieldVisitorKeyRecord, string(k.ID), k.Record),
	})
	return changed(s.db, n, err, "passkey")
}

// DropKey implements visitor.Keys.
func (s *Visitors) DropKey(ctx context.Context, of id.Visitor, want id.Passkey) error {
	n, err := queries(ctx, s.db).DropVisitorKey(ctx, sqlgen.DropVisitorKeyParams{VisitorID: string(of), ID: string(want)})
	return changed(s.db, n, err, "passkey")
}

// PutQuestion implements visitor.Keys.
func (s *Visitors) PutQuestion(ctx context.Context, hash []byte, of id.Visitor, state []byte, expires span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).PutVisitorQuestion(ctx, sqlgen.PutVisitorQuestionParams{
		TokenHash: hash, VisitorID: string(of), SealedState: s.master.System().Seal(fieldVisitorQuestion, "", state), ExpiresAt: int64(expires),
	}))
}

// TakeQuestion implements visitor.Keys.
func (s *Visitors) TakeQuestion(ctx context.Context, hash []byte) (of id.Visitor, state []byte, expires span.Instant, err error) {
	row, err := changes(ctx, s.db).TakeVisitorQuestion(ctx, hash)
	if err != nil {
		return "", nil, 0, found(s.db, err, "question")
	}
	state, err = s.master.System().Open(fieldVisitorQuestion, "", row.SealedState)
	return id.Visitor(row.VisitorID), state, span.Instant(row.ExpiresAt), err
}
