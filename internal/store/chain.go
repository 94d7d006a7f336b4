package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"math"
	"slices"

	"kept/audit"
	"kept/fault"
	"kept/id"
	"kept/internal/secret"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// fieldAuditKey binds the key that signs blocks to its column.
const fieldAuditKey = "audit.key"

// Pending implements audit.Chain.
func (s *Audit) Pending(ctx context.Context) ([]id.Business, error) {
	rows, err := queries(ctx, s.db).PendingAudits(ctx)
	out := make([]id.Business, len(rows))
	for i, r := range rows {
		out[i] = id.Business(r)
	}
	return out, s.db.Fault(err)
}

// Head implements audit.Chain.
func (s *Audit) Head(ctx context.Context, business id.Business) (audit.Block, error) {
	row, err := queries(ctx, s.db).LastAuditBlock(ctx, string(business))
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Block{}, nil
	}
	return blockOf(row), s.db.Fault(err)
}

func blockOf(r sqlgen.AuditBlock) audit.Block {
	return audit.Block{
		Number: r.Number, LastSeq: r.LastSeq, Events: r.Events, Entries: r.Entries, At: span.Instant(r.At), Hash: r.Hash, MAC: r.Mac,
	}
}

// Append implements audit.Chain.
func (s *Audit) Append(ctx context.Context, business id.Business, b audit.Block) error {
	return s.db.Fault(queries(ctx, s.db).InsertAuditBlock(ctx, sqlgen.InsertAuditBlockParams{
		BusinessID: string(business), Number: b.Number, LastSeq: b.LastSeq, Events: b.Events, Entries: b.Entries,
		At: int64(b.At), Hash: b.Hash, Mac: b.MAC,
	}))
}

// Blocks implements audit.Chain.
func (s *Audit) Blocks(ctx context.Context, business id.Business, after int64, limit int) ([]audit.Block, error) {
	rows, err := queries(ctx, s.db).ListAuditBlocks(ctx, sqlgen.ListAuditBlocksParams{
		BusinessID: string(business), Number: after, Limit: int32(limit),
	})
	out := make([]audit.Block, len(rows))
	for i, r := range rows {
		out[i] = blockOf(r)
	}
	return out, s.db.Fault(err)
}

// Gather implements audit.Chain.
func (s *Audit) Gather(ctx context.Context, business id.Business, after, block int64, most int) ([]audit.Row, error) {
	q := queries(ctx, s.db)
	events, err := q.ListChainedEvents(ctx, chainedEvents(business, after, math.MaxInt64, most))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	entries, err := q.ClaimAuditEntries(ctx, sqlgen.ClaimAuditEntriesParams{
		BusinessID: string(business), Block: sql.NullInt64{Int64: block, Valid: true}, Most: int32(most),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	slices.SortFunc(entries, func(a, b sqlgen.AuditEntry) int { return cmp.Compare(a.ID, b.ID) })
	out := make([]audit.Row, 0, len(events)+len(entries))
	for _, e := range events {
		out = append(out, chainedEvent(e))
	}
	for _, e := range entries {
		out = append(out, chainedEntry(e))
	}
	return out, nil
}

func chainedEvents(business id.Business, after, until int64, most int) sqlgen.ListChainedEventsParams {
	return sqlgen.ListChainedEventsParams{
		BusinessID: string(business), AfterSeq: sql.NullInt64{Int64: after, Valid: true},
		UntilSeq: sql.NullInt64{Int64: until, Valid: true}, Most: int32(most),
	}
}

func chainedEvent(e sqlgen.ListChainedEventsRow) audit.Row {
	return audit.Row{
		Event: true, ID: e.ID, Seq: e.Seq.Int64, Action: e.Type, At: span.Instant(e.At), ActorKind: e.ActorKind, ActorID: e.ActorID,
		Booking: e.BookingID, Client: e.ClientID, Data: e.Data, Digest: e.Digest,
	}
}

func chainedEntry(e sqlgen.AuditEntry) audit.Row {
	return audit.Row{
		ID: e.ID, Action: e.Action, At: span.Instant(e.At), ActorKind: e.ActorKind, ActorID: e.ActorID,
		Booking: e.Detail, Client: e.ClientID, Data: e.Ref, Digest: e.Digest,
	}
}

// Rows implements audit.Chain.
func (s *Audit) Rows(ctx context.Context, business id.Business, after, until, block int64, most int) ([]audit.Row, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	q := queries(ctx, s.db)
	events, err := q.ListChainedEvents(ctx, chainedEvents(business, after, until, most))
	if err != nil {
		return nil, s.db.Fault(err)
	}
	entries, err := q.ListChainedEntries(ctx, sqlgen.ListChainedEntriesParams{
		BusinessID: string(business), Block: sql.NullInt64{Int64: block, Valid: true}, Limit: int32(most),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]audit.Row, 0, len(events)+len(entries))
	for _, e := range events {
		row := chainedEvent(e)
		row.Sealed = compare(keys.Key(), row, cell{fieldEventFrom, e.SealedFrom})
		out = append(out, row)
	}
	for _, e := range entries {
		row := chainedEntry(e)
		row.Sealed = compare(keys.Key(), row, cell{fieldAuditFrom, e.SealedFrom}, cell{fieldAuditReason, e.SealedReason})
		out = append(out, row)
	}
	for i := range out {
		if out[i].Sealed == audit.Blanked {
			if out[i].Excused, err = s.erased(ctx, business, out[i].Client); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// cell is a sealed column of a row.
type cell struct {
	field  string
	sealed []byte
}

// compare tells what became of the sealed columns of a row.
func compare(key *secret.Key, row audit.Row, cells ...cell) audit.State {
	texts, some := make([]string, len(cells)), false
	for i, c := range cells {
		var err error
		if texts[i], err = key.OpenString(c.field, row.ID, c.sealed); err != nil {
			return audit.Altered
		}
		some = some || len(c.sealed) > 0
	}
	switch {
	case !some && len(row.Digest) > 0:
		return audit.Blanked
	case !bytes.Equal(saltedDigest(texts...), row.Digest):
		return audit.Altered
	}
	return audit.Matching
}

// erased tells whether a client was erased.
func (s *Audit) erased(ctx context.Context, business id.Business, client string) (bool, error) {
	if client == "" {
		return false, nil
	}
	row, err := queries(ctx, s.db).FindClient(ctx, sqlgen.FindClientParams{BusinessID: string(business), ID: client})
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return row.ErasedAt.Valid, s.db.Fault(err)
}

// Strays implements audit.Chain.
func (s *Audit) Strays(ctx context.Context, business id.Business) (strays, open int64, err error) {
	q := queries(ctx, s.db)
	if strays, err = q.CountAuditStrays(ctx, string(business)); err != nil {
		return 0, 0, s.db.Fault(err)
	}
	open, err = q.CountAuditOpen(ctx, string(business))
	return strays, open, s.db.Fault(err)
}

// Sign implements audit.Chain.
func (s *Audit) Sign(ctx context.Context, business id.Business, message []byte) ([]byte, error) {
	raw, err := s.signer(ctx, business)
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, raw)
	_, _ = h.Write(message) // a hash never fails
	return h.Sum(nil), nil
}

// signer gives the key that signs a business's blocks, and makes it when there is none.
func (s *Audit) signer(ctx context.Context, business id.Business) ([]byte, error) {
	keys, err := s.vault.Business(ctx, business)
	if err != nil {
		return nil, err
	}
	sealed, err := queries(ctx, s.db).FindAuditKey(ctx, string(business))
	if errors.Is(err, sql.ErrNoRows) {
		raw := make([]byte, sha256.Size)
		_, _ = rand.Read(raw) // never fails
		err = s.db.Do(ctx, func(ctx context.Context) error {
			q := queries(ctx, s.db)
			err := q.InsertAuditKey(ctx, sqlgen.InsertAuditKeyParams{
				BusinessID: string(business), SealedKey: keys.Key().Seal(fieldAuditKey, string(business), raw),
			})
			if err != nil {
				return err
			}
			sealed, err = q.FindAuditKey(ctx, string(business)) // another node may have been faster
			return err
		})
	}
	if err != nil {
		return nil, s.db.Fault(err)
	}
	raw, err := keys.Key().Open(fieldAuditKey, string(business), sealed)
	if err == nil && len(raw) != sha256.Size {
		err = fault.New(fault.Internal, fault.CodeInternal, "the key that signs the record is damaged")
	}
	return raw, err
}
