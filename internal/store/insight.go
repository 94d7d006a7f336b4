package store

import (
	"context"

	"kept/availability"
	"kept/booking"
	"kept/id"
	"kept/insight"
	"kept/internal/db"
	"kept/internal/store/sqlgen"
	"kept/span"
)

// Ledger tells what was booked, in sums and without names.
type Ledger struct{ db *db.DB }

var _ insight.Ledger = (*Ledger)(nil)

// NewLedger makes the store of what was booked.
func NewLedger(d *db.DB) *Ledger { return &Ledger{db: d} }

// Asked implements insight.Ledger.
func (s *Ledger) Asked(ctx context.Context, business id.Business, window span.Span, at id.Location) ([]insight.Asked, error) {
	rows, err := queries(ctx, s.db).AskedVisits(ctx, sqlgen.AskedVisitsParams{
		BusinessID: string(business), FromAt: int64(window.Start), ToAt: int64(window.End), Location: string(at),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]insight.Asked, len(rows))
	for i, r := range rows {
		out[i] = insight.Asked{
			Span: span.Span{Start: span.Instant(r.StartAt), End: span.Instant(r.EndAt)},
			Kept: booking.Status(r.Status).Occupies(), Staff: id.Staff(r.StaffID),
		}
	}
	return out, nil
}

// Used implements insight.Ledger.
func (s *Ledger) Used(ctx context.Context, business id.Business, window span.Span) ([]availability.Used, error) {
	rows, err := queries(ctx, s.db).UsedServices(ctx, sqlgen.UsedServicesParams{
		BusinessID: string(business), FromAt: int64(window.Start), ToAt: int64(window.End),
	})
	if err != nil {
		return nil, s.db.Fault(err)
	}
	out := make([]availability.Used, len(rows))
	for i, r := range rows {
		out[i] = availability.Used{
			Service: id.Service(r.ServiceID), Visits: int(r.Visits), Length: span.Instant(r.Length), Value: r.Value,
		}
	}
	return out, nil
}
