package store

import (
	"context"

	"kept/id"
	"kept/internal/store/sqlgen"
	"kept/privacy"
	"kept/span"
)

// Idle implements privacy.Attic.
func (s *Privacy) Idle(
	ctx context.Context, business id.Business, since, now span.Instant, after id.Client, limit int,
) ([]privacy.Idle, error) {
	rows, err := queries(ctx, s.db).IdleClients(ctx, sqlgen.IdleClientsParams{
		BusinessID: string(business), Since: int64(since), Now: int64(now), AfterID: string(after), Most: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]privacy.Idle, len(rows))
	for i, r := range rows {
		out[i] = privacy.Idle{Client: id.Client(r.ID), Made: span.Instant(r.CreatedAt), Last: span.Instant(r.LastEnd)}
	}
	return out, nil
}

// CountTexts implements privacy.Attic.
func (s *Privacy) CountTexts(ctx context.Context, business id.Business, before, now span.Instant) (int64, error) {
	n, err := queries(ctx, s.db).CountOldMessageTexts(ctx, sqlgen.CountOldMessageTextsParams{BusinessID: string(business), Before: int64(before), Now: int64(now)})
	return n, s.db.Fault(err)
}

// BlankTexts implements privacy.Attic.
func (s *Privacy) BlankTexts(ctx context.Context, business id.Business, before, now span.Instant) (int64, error) {
	n, err := queries(ctx, s.db).BlankOldMessageTexts(ctx, sqlgen.BlankOldMessageTextsParams{BusinessID: string(business), Before: int64(before), Now: int64(now)})
	return n, s.db.Fault(err)
}

// CountFiles implements privacy.Attic.
func (s *Privacy) CountFiles(ctx context.Context, business id.Business, kind string, before, now span.Instant) (int64, error) {
	n, err := queries(ctx, s.db).CountOldDocuments(ctx, sqlgen.CountOldDocumentsParams{
		BusinessID: string(business), Class: kind, Before: int64(before), Now: int64(now),
	})
	return n, s.db.Fault(err)
}

// DropFiles implements privacy.Attic.
func (s *Privacy) DropFiles(ctx context.Context, business id.Business, kind string, before, now span.Instant) (int64, error) {
	q := queries(ctx, s.db)
	if err := q.DropOldDocumentParts(ctx, sqlgen.DropOldDocumentPartsParams{
		BusinessID: string(business), Class: kind, Before: int64(before), Now: int64(now),
	}); err != nil {
		return 0, s.db.Fault(err)
	}
	n, err := q.DropOldDocuments(ctx, sqlgen.DropOldDocumentsParams{
		BusinessID: string(business), Class: kind, Before: int64(before), Now: int64(now),
	})
	return n, s.db.Fault(err)
}
