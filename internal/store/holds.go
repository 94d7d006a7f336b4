package store

import (
	"context"

	"kept/booking"
	"kept/id"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Holds keeps the holds.
type Holds struct{ db *db.DB }

var _ booking.Holds = (*Holds)(nil)

// NewHolds makes the store of holds.
func NewHolds(d *db.DB) *Holds { return &Holds{db: d} }

// holdRequest is what was asked for, as it is stored.
type holdRequest struct {
	Lines []booking.Line `json:"lines"`
	Party int            `json:"party"`
}

// Insert implements booking.Holds.
func (s *Holds) Insert(ctx context.Context, h *booking.Hold) error {
	request, err := encode(holdRequest{h.Visit, h.Party})
	if err != nil {
		return err
	}
	placement, err := encode(h.Placement)
	if err != nil {
		return err
	}
	quote, err := encode(h.Quote)
	if err != nil {
		return err
	}
	return s.db.Fault(queries(ctx, s.db).InsertHold(ctx, sqlgen.InsertHoldParams{
		BusinessID: string(h.Business), ID: string(h.ID), Request: request, Placement: placement, Quote: quote,
		ExpiresAt: int64(h.ExpiresAt), CreatedAt: int64(h.CreatedAt),
	}))
}

// Find implements booking.Holds.
func (s *Holds) Find(ctx context.Context, business id.Business, hold id.Hold) (*booking.Hold, error) {
	row, err := queries(ctx, s.db).FindHold(ctx, sqlgen.FindHoldParams{BusinessID: string(business), ID: string(hold)})
	if err != nil {
		return nil, found(s.db, err, "hold")
	}
	return holdOf(row)
}

// Delete implements booking.Holds.
func (s *Holds) Delete(ctx context.Context, business id.Business, hold id.Hold) (bool, error) {
	n, err := queries(ctx, s.db).DeleteHold(ctx, sqlgen.DeleteHoldParams{BusinessID: string(business), ID: string(hold)})
	return n > 0, s.db.Fault(err)
}

// Expired implements booking.Holds.
func (s *Holds) Expired(ctx context.Context, now span.Instant, limit int) ([]*booking.Hold, error) {
	rows, err := queries(ctx, s.db).ExpiredHolds(ctx, sqlgen.ExpiredHoldsParams{ExpiresAt: int64(now), Limit: int32(limit)})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]*booking.Hold, len(rows))
	for i, r := range rows {
		if out[i], err = holdOf(r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// NextExpiry implements booking.Holds.
func (s *Holds) NextExpiry(ctx context.Context) (span.Instant, bool, error) {
	at, err := queries(ctx, s.db).NextHoldExpiry(ctx)
	return span.Instant(at), at != 0, s.db.Fault(err)
}

func holdOf(row sqlgen.Hold) (*booking.Hold, error) {
	h := &booking.Hold{
		ID: id.Hold(row.ID), Business: id.Business(row.BusinessID),
		ExpiresAt: span.Instant(row.ExpiresAt), CreatedAt: span.Instant(row.CreatedAt),
	}
	var request holdRequest
	if err := decode(row.Request, &request); err != nil {
		return nil, err
	}
	h.Visit, h.Party = request.Lines, request.Party
	if err := decode(row.Placement, &h.Placement); err != nil {
		return nil, err
	}
	return h, decode(row.Quote, &h.Quote)
}
