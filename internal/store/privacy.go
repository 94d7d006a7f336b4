package store

import (
	"context"

	"kept/fault"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/privacy"
	"kept/span"
)

// Privacy keeps what package privacy does: erasures and their records, holds,
// what people ask for, leaks, policies.
type Privacy struct {
	db    *db.DB
	vault *Vault
}

// NewPrivacy makes the store.
func NewPrivacy(d *db.DB, v *Vault) *Privacy { return &Privacy{db: d, vault: v} }

// Erase implements privacy.Cards.
func (s *Privacy) Erase(ctx context.Context, business id.Business, client id.Client, at span.Instant) (privacy.Gone, error) {
	return eraser{s.db, s.vault}.erase(ctx, business, client, at)
}

// Standing implements privacy.Cards.
func (s *Privacy) Standing(ctx context.Context, business id.Business, client id.Client) (bool, error) {
	at, err := queries(ctx, s.db).ClientErased(ctx, sqlgen.ClientErasedParams{BusinessID: string(business), ID: string(client)})
	if err = s.db.Fault(err); fault.KindOf(err) == fault.NotFound && err != nil {
		return false, nil //nolint:nilerr // nobody is there
	}
	return err == nil && !at.Valid, err
}

// Erased implements privacy.Cards.
func (s *Privacy) Erased(ctx context.Context, after privacy.Tomb, limit int) ([]privacy.Tomb, error) {
	rows, err := queries(ctx, s.db).ListErased(ctx, sqlgen.ListErasedParams{
		AfterBusiness: string(after.Business), AfterID: string(after.Client), Most: int32(limit),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]privacy.Tomb, len(rows))
	for i, r := range rows {
		out[i] = privacy.Tomb{Business: id.Business(r.BusinessID), Client: id.Client(r.ID), At: span.Instant(r.ErasedAt.Int64)}
	}
	return out, nil
}

// Holds implements privacy.Cards.
func (s *Privacy) Holds(ctx context.Context, business id.Business, client id.Client) ([]privacy.Hold, error) {
	rows, err := queries(ctx, s.db).ListHolds(ctx, sqlgen.ListHoldsParams{BusinessID: string(business), ClientID: string(client)})
	return holdsOf(rows), s.db.Fault(err)
}

// AllHolds implements privacy.Cards.
func (s *Privacy) AllHolds(ctx context.Context, business id.Business, after privacy.Hold, limit int) ([]privacy.Hold, error) {
	rows, err := queries(ctx, s.db).ListAllHolds(ctx, sqlgen.ListAllHoldsParams{
		BusinessID: string(business), AfterClient: string(after.Client), AfterClass: after.Class, Most: int32(limit),
	})
	return holdsOf(rows), s.db.Fault(err)
}

func holdsOf(rows []sqlgen.ClientKey) []privacy.Hold {
	out := make([]privacy.Hold, len(rows))
	for i, r := range rows {
		out[i] = privacy.Hold{Client: id.Client(r.ClientID), Class: r.Class, Until: span.Instant(r.HoldUntil), Reason: r.HoldReason}
	}
	return out
}

// SetHold implements privacy.Cards.
func (s *Privacy) SetHold(ctx context.Context, business id.Business, h privacy.Hold) error {
	return s.db.Fault(queries(ctx, s.db).SetHold(ctx, sqlgen.SetHoldParams{
		BusinessID: string(business), ClientID: string(h.Client), Class: h.Class, HoldUntil: int64(h.Until), HoldReason: h.Reason,
	}))
}

// released is how many keys are looked at in one transaction.
const released = 100

// Release implements privacy.Cards. It also takes what a write that crossed
// an erasure has left behind.
func (s *Privacy) Release(ctx context.Context, business id.Business, now span.Instant) (int, error) {
	ended, err := queries(ctx, s.db).EndedHolds(ctx, sqlgen.EndedHoldsParams{BusinessID: string(business), Now: int64(now), Most: released})
	if err != nil {
		return 0, s.db.Fault(err)
	}
	for _, client := range ended {
		if _, err := (eraser{s.db, s.vault}).wipe(ctx, business, id.Client(client), now); err != nil {
			return 0, err
		}
		s.db.AfterCommit(ctx, func() { s.vault.Forget(id.Client(client)) })
	}
	return len(ended), nil
}

// InsertRecord implements privacy.Records.
func (s *Privacy) InsertRecord(ctx context.Context, business id.Business, r privacy.Record) error {
	counts, err := encodeMap(r.Counts)
	if err != nil {
		return err
	}
	kept, err := encodeList(r.Kept)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertErasure(ctx, sqlgen.InsertErasureParams{
		BusinessID: string(business), ID: string(r.ID), ClientID: string(r.Client), Reason: r.Reason, Regime: string(r.Regime),
		ActorKind: r.Actor.Kind, ActorID: r.Actor.ID, Counts: counts, Kept: kept, Cancelled: int64(r.Cancelled), At: int64(r.At),
	}))
}

// FindRecord implements privacy.Records.
func (s *Privacy) FindRecord(ctx context.Context, business id.Business, want id.Erasure) (privacy.Record, error) {
	row, err := queries(ctx, s.db).FindErasure(ctx, sqlgen.FindErasureParams{BusinessID: string(business), ID: string(want)})
	if err != nil {
		return privacy.Record{}, found(s.db, err, "record")
	}
	return recordOf(row)
}

// ListRecords implements privacy.Records.
func (s *Privacy) ListRecords(ctx context.Context, business id.Business, before id.Erasure, limit int) ([]privacy.Record, error) {
	rows, err := queries(ctx, s.db).ListErasures(ctx, sqlgen.ListErasuresParams{BusinessID: string(business), BeforeID: string(before), Most: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	return mapped(rows, recordOf)
}

func recordOf(row sqlgen.Erasure) (privacy.Record, error) {
	r := privacy.Record{
		ID: id.Erasure(row.ID), Client: id.Client(row.ClientID), Reason: row.Reason, Regime: privacy.Regime(row.Regime),
		At: span.Instant(row.At), Cancelled: int(row.Cancelled),
	}
	r.Actor.Kind, r.Actor.ID = row.ActorKind, row.ActorID
	if err := decode(row.Counts, &r.Counts); err != nil {
		return r, err
	}
	return r, decode(row.Kept, &r.Kept)
}

// mapped turns rows into things, ending at the first that cannot be.
func mapped[R, T any](rows []R, of func(R) (T, error)) ([]T, error) {
	out := make([]T, 0, len(rows))
	for _, row := range rows {
		t, err := of(row)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Policy implements privacy.Policies.
func (s *Privacy) Policy(ctx context.Context, business id.Business) (privacy.Policy, error) {
	var p privacy.Policy
	row, err := queries(ctx, s.db).FindPrivacyPolicy(ctx, string(business))
	if err != nil {
		if err = s.db.Fault(err); fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return p, err
	}
	err = decode(row.Body, &p)
	p.Version, p.SweptAt = row.Version, span.Instant(row.SweptAt)
	return p, err
}

// SavePolicy implements privacy.Policies.
func (s *Privacy) SavePolicy(ctx context.Context, business id.Business, p privacy.Policy) error {
	body, err := encode(p)
	if err != nil {
		return err
	}
	var rows int64
	if p.Version == 0 {
		rows, err = queries(ctx, s.db).InsertPrivacyPolicy(ctx, sqlgen.InsertPrivacyPolicyParams{BusinessID: string(business), Body: body})
	} else {
		rows, err = queries(ctx, s.db).UpdatePrivacyPolicy(ctx, sqlgen.UpdatePrivacyPolicyParams{
			BusinessID: string(business), Version: p.Version, Body: body,
		})
	}
	return s.written(rows, err)
}

// written translates the outcome of a write that names the version it changes.
func (s *Privacy) written(rows int64, err error) error {
	if err != nil {
		return s.db.Fault(err)
	}
	if rows == 0 {
		return fault.New(fault.Conflict, fault.CodeConflict, "it has been changed meanwhile")
	}
	return nil
}

// MarkSwept implements privacy.Policies.
func (s *Privacy) MarkSwept(ctx context.Context, business id.Business, at span.Instant) error {
	return s.db.Fault(queries(ctx, s.db).MarkSwept(ctx, sqlgen.MarkSweptParams{BusinessID: string(business), SweptAt: int64(at)}))
}
